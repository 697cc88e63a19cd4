//! Days, ISO weeks, months, quarters and years, written as SDMX and ISO 8601 write them.

use jiff::civil::{Date, ISOWeekDate, Weekday};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How fine a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grain {
    /// A day.
    Day,
    /// An ISO 8601 week, Monday to Sunday.
    Week,
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
}

impl Grain {
    /// From the finest to the coarsest.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The code used in requests.
    pub fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

impl FromStr for Grain {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|grain| grain.code() == text)
            .ok_or_else(|| PeriodError(text.chars().take(40).collect()))
    }
}

/// A period of time, known by its first day and its grain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    start: Date,
    grain: Grain,
}

/// A text that is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no period: expected 2024, 2024-Q1, 2024-02, 2024-W07 or 2024-02-29")]
pub struct PeriodError(pub String);

impl Period {
    /// The period of grain `grain` that holds `day`.
    pub fn containing(day: Date, grain: Grain) -> Self {
        let start = match grain {
            Grain::Day => day,
            Grain::Week => {
                let week = day.iso_week_date();
                ISOWeekDate::new(week.year(), week.week(), Weekday::Monday).map_or(day, |w| w.date())
            }
            Grain::Month => day.first_of_month(),
            Grain::Quarter => {
                let first_month = (day.month() - 1) / 3 * 3 + 1;
                Date::new(day.year(), first_month, 1).unwrap_or(day)
            }
            Grain::Year => day.first_of_year(),
        };
        Self { start, grain }
    }

    /// A calendar year.
    pub fn year(year: i16) -> Result<Self, PeriodError> {
        Date::new(year, 1, 1).map(|start| Self { start, grain: Grain::Year }).map_err(|_| PeriodError(year.to_string()))
    }

    /// First day.
    pub fn start(self) -> Date {
        self.start
    }

    /// Last day.
    pub fn end(self) -> Date {
        self.next().start.yesterday().unwrap_or(Date::MAX)
    }

    /// How fine it is.
    pub fn grain(self) -> Grain {
        self.grain
    }

    /// Whether `day` falls in it.
    pub fn contains(self, day: Date) -> bool {
        Self::containing(day, self.grain) == self
    }

    /// The following period of the same grain (saturates at the end of the calendar).
    #[must_use]
    pub fn next(self) -> Self {
        self.step(1)
    }

    /// The preceding period of the same grain (saturates at the start of the calendar).
    #[must_use]
    pub fn previous(self) -> Self {
        self.step(-1)
    }

    fn step(self, n: i64) -> Self {
        use jiff::ToSpan;
        let span = match self.grain {
            Grain::Day => n.days(),
            Grain::Week => n.weeks(),
            Grain::Month => n.months(),
            Grain::Quarter => (3 * n).months(),
            Grain::Year => n.years(),
        };
        Self { start: self.start.saturating_add(span), grain: self.grain }
    }

    /// Every period of this grain from `self` to `last`, both included; empty when `last` comes first.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |p| (p.next() > *p).then(|| p.next()))
            .take_while(move |p| p.start <= last.start)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let d = self.start;
        match self.grain {
            Grain::Day => write!(f, "{d}"),
            Grain::Week => {
                let week = d.iso_week_date();
                write!(f, "{:04}-W{:02}", week.year(), week.week())
            }
            Grain::Month => write!(f, "{:04}-{:02}", d.year(), d.month()),
            Grain::Quarter => write!(f, "{:04}-Q{}", d.year(), (d.month() - 1) / 3 + 1),
            Grain::Year => write!(f, "{:04}", d.year()),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| PeriodError(text.chars().take(40).collect()))
    }
}

fn parse(text: &str) -> Option<Period> {
    let digits = |t: &str, n: usize| -> Option<i16> {
        (t.len() == n && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse().ok()).flatten()
    };
    let mut parts = text.splitn(2, '-');
    let year = digits(parts.next()?, 4)?;
    let month = |m: i16| i8::try_from(m).ok();
    let (start, grain) = match parts.next() {
        None => (Date::new(year, 1, 1).ok()?, Grain::Year),
        Some(rest) => {
            if let Some(week) = rest.strip_prefix('W') {
                let week = month(digits(week, 2)?)?;
                (ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date(), Grain::Week)
            } else if let Some(quarter) = rest.strip_prefix('Q').or_else(|| rest.strip_prefix('T')) {
                let quarter = month(digits(quarter, 1)?)?;
                if !(1..=4).contains(&quarter) {
                    return None;
                }
                (Date::new(year, (quarter - 1) * 3 + 1, 1).ok()?, Grain::Quarter)
            } else if let Some((m, d)) = rest.split_once('-') {
                (Date::new(year, month(digits(m, 2)?)?, month(digits(d, 2)?)?).ok()?, Grain::Day)
            } else {
                (Date::new(year, month(digits(rest, 2)?)?, 1).ok()?, Grain::Month)
            }
        }
    };
    Some(Period { start, grain })
}

impl TryFrom<String> for Period {
    type Error = PeriodError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_and_writes_each_grain() {
        for text in ["2024", "2024-Q1", "2024-02", "2024-W07", "2024-02-29", "2020-W53"] {
            assert_eq!(text.parse::<Period>().map(|p| p.to_string()), Ok(text.to_owned()));
        }
        for wrong in ["", "24", "2024-13", "2024-Q5", "2024-W54", "2023-02-29", "2024-2", "2021-W53", "x"] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_days_of_a_year_may_belong_to_the_first_week_of_the_next() {
        let day = Date::constant(2024, 12, 30);
        assert_eq!(Period::containing(day, Grain::Week).to_string(), "2025-W01");
    }

    #[test]
    fn a_range_holds_both_ends() {
        let from: Period = "2023-11".parse().unwrap();
        let to: Period = "2024-02".parse().unwrap();
        let all: Vec<String> = from.through(to).map(|p| p.to_string()).collect();
        assert_eq!(all, ["2023-11", "2023-12", "2024-01", "2024-02"]);
    }

    proptest! {
        #[test]
        fn every_day_lies_in_its_period(days in 0i32..60_000, grain in 0usize..5) {
            let day = Date::constant(1950, 1, 1).saturating_add(jiff::Span::new().days(days));
            let period = Period::containing(day, Grain::ALL[grain]);
            prop_assert!(period.start() <= day && day <= period.end());
            prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
            prop_assert_eq!(period.next().previous(), period);
        }

        #[test]
        fn no_text_panics(text in ".{0,24}") {
            let _ = text.parse::<Period>();
        }
    }
}
