//! How long.

use crate::calendar::{Calendar, LAST};
use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// What a limit is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Hours, to the instant, day and night.
    Hours,
    /// Days of the calendar.
    Days,
    /// Days from Monday to Friday that are no public holiday.
    WorkingDays,
    /// Seven days.
    Weeks,
    /// To the day of the same number.
    Months,
    /// To the same day of the year.
    Years,
}

/// How long: a count of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
pub struct Limit {
    /// How many.
    pub count: u16,
    /// Of what.
    pub unit: Unit,
}

impl Limit {
    /// So many hours.
    pub const fn hours(count: u16) -> Self {
        Self { count, unit: Unit::Hours }
    }

    /// So many days.
    pub const fn days(count: u16) -> Self {
        Self { count, unit: Unit::Days }
    }

    /// So many working days.
    pub const fn working_days(count: u16) -> Self {
        Self { count, unit: Unit::WorkingDays }
    }

    /// So many months.
    pub const fn months(count: u16) -> Self {
        Self { count, unit: Unit::Months }
    }

    /// The day that is so far from another, or so far before it; hours count as nothing here. Past the year 9999, the
    /// last day there is.
    pub(crate) fn day_after(self, day: Date, calendar: Calendar, before: bool) -> Date {
        let count = i64::from(self.count) * if before { -1 } else { 1 };
        let span = match self.unit {
            Unit::Hours => Span::new(),
            Unit::Days => count.days(),
            Unit::WorkingDays => return calendar.plus(day, count),
            Unit::Weeks => count.weeks(),
            Unit::Months => count.months(),
            Unit::Years => count.years(),
        };
        day.checked_add(span).unwrap_or(if before { Date::MIN } else { LAST }).min(LAST)
    }
}
