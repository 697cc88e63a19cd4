//! Periods of time as SDMX writes them (SDMX 3.0 technical notes, section 6, 4.2: Gregorian and reporting periods).

use crate::SdmxError;
use crate::error::clip;
use jiff::civil::{Date, ISOWeekDate, Weekday, date};
use std::fmt;
use std::str::FromStr;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    /// `A`.
    Annual,
    /// `S`.
    HalfYearly,
    /// `Q`.
    Quarterly,
    /// `M`.
    Monthly,
    /// `W`, ISO 8601 weeks.
    Weekly,
    /// `D`.
    Daily,
}

impl Frequency {
    /// The code in `CL_FREQ`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Annual => "A",
            Self::HalfYearly => "S",
            Self::Quarterly => "Q",
            Self::Monthly => "M",
            Self::Weekly => "W",
            Self::Daily => "D",
        }
    }
}

/// A period: `2024`, `2024-S1`, `2024-Q3`, `2024-07`, `2024-W52`, `2024-07-14`. Years 1000 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimePeriod {
    first: Date,
    last: Date,
    frequency: Frequency,
}

impl TimePeriod {
    /// How long it is.
    pub fn frequency(self) -> Frequency {
        self.frequency
    }

    /// First and last day.
    pub fn days(self) -> (Date, Date) {
        (self.first, self.last)
    }

    fn read(text: &str) -> Option<Self> {
        let number = |text: &str, width: usize| {
            (text.len() == width && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse::<i16>().ok())
                .flatten()
        };
        let small = |text: &str, width: usize| number(text, width).and_then(|n| i8::try_from(n).ok());
        let (year, rest) = text.split_at_checked(4)?;
        let year = number(year, 4).filter(|year| *year >= 1000)?;
        let of = |first: Option<Date>, last: Option<Date>, frequency| {
            Some(Self { first: first?, last: last?.max(first?), frequency })
        };
        // Months from `from`, so many of them.
        let months = |from: i8, n: i8, frequency| {
            let first = Date::new(year, from, 1).ok();
            let last = Date::new(year, from + n - 1, 1).ok().map(Date::last_of_month);
            of(first, last, frequency)
        };
        if rest.is_empty() {
            return of(Some(date(year, 1, 1)), Some(date(year, 12, 31)), Frequency::Annual);
        }
        let rest = rest.strip_prefix('-')?;
        if let Some(half) = rest.strip_prefix('S') {
            return small(half, 1)
                .filter(|n| (1..=2).contains(n))
                .and_then(|n| months(6 * n - 5, 6, Frequency::HalfYearly));
        }
        if let Some(quarter) = rest.strip_prefix('Q') {
            return small(quarter, 1)
                .filter(|n| (1..=4).contains(n))
                .and_then(|n| months(3 * n - 2, 3, Frequency::Quarterly));
        }
        if let Some(week) = rest.strip_prefix('W') {
            let week = small(week, 2)?;
            let day = |weekday| ISOWeekDate::new(year, week, weekday).ok().map(ISOWeekDate::date);
            // The last week of 9999 would end in a year of five digits.
            return of(day(Weekday::Monday), day(Weekday::Sunday), Frequency::Weekly);
        }
        match rest.split_once('-') {
            None => {
                small(rest, 2).filter(|n| (1..=12).contains(n)).and_then(|month| months(month, 1, Frequency::Monthly))
            }
            Some((month, day)) => {
                let day = Date::new(year, small(month, 2)?, small(day, 2)?).ok();
                of(day, day, Frequency::Daily)
            }
        }
    }
}

impl FromStr for TimePeriod {
    type Err = SdmxError;

    fn from_str(text: &str) -> Result<Self, SdmxError> {
        Self::read(text).ok_or_else(|| SdmxError::Period {
            text: clip(text),
            expected: "of SDMX: expected 2024, 2024-S1, 2024-Q1, 2024-01, 2024-W01 or 2024-01-31",
        })
    }
}

impl fmt::Display for TimePeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = (self.first.year(), self.first.month());
        match self.frequency {
            Frequency::Annual => write!(f, "{year}"),
            Frequency::HalfYearly => write!(f, "{year}-S{}", (month + 5) / 6),
            Frequency::Quarterly => write!(f, "{year}-Q{}", (month + 2) / 3),
            Frequency::Monthly => write!(f, "{year}-{month:02}"),
            Frequency::Weekly => {
                let week = self.first.iso_week_date();
                write!(f, "{}-W{:02}", week.year(), week.week())
            }
            Frequency::Daily => write!(f, "{}", self.first),
        }
    }
}
