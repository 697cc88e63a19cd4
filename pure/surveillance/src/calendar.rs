//! Where "the same week last year" lies in a series.

use crate::SurveillanceError;
use jiff::ToSpan;
use jiff::civil::Date;

/// How positions relate to years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calendar {
    /// A year is `frequency` periods: 52, 12, 365.
    Index {
        /// Periods a year.
        frequency: usize,
    },
    /// Weeks that start on the weekday of `first`, the first day of the first period: a year ago is the week whose
    /// start is closest to the same date of the year before. Real years have 52 or 53 weeks.
    Weekly {
        /// First day of the first week.
        first: Date,
    },
}

impl Calendar {
    /// Periods a year, rounded.
    pub fn frequency(self) -> usize {
        match self {
            Self::Index { frequency } => frequency,
            Self::Weekly { .. } => 52,
        }
    }

    pub(crate) fn check(self) -> Result<(), SurveillanceError> {
        match self {
            Self::Index { frequency: 0 } => Err(SurveillanceError::Parameter {
                name: "frequency",
                value: "0".to_owned(),
                expected: "periods a year: 52, 12, 365",
            }),
            _ => Ok(()),
        }
    }

    /// The position `years` years before `index`; negative when it lies before the series.
    pub(crate) fn years_before(self, index: usize, years: usize) -> Option<i64> {
        let position = i64::try_from(index).ok()?;
        let years = i64::try_from(years).ok()?;
        match self {
            Self::Index { frequency } => Some(position - years * i64::try_from(frequency).ok()?),
            Self::Weekly { first } => {
                let day = first.checked_add(position.checked_mul(7)?.days()).ok()?;
                let then = same_date(day, i16::try_from(years).ok()?)?;
                let days = i64::from(first.until(then).ok()?.get_days());
                // The closest week start; seven is odd, so that there is no tie.
                Some((days + 3).div_euclid(7))
            }
        }
    }
}

/// The same date `years` years earlier; 29 February becomes 1 March where there is none.
fn same_date(day: Date, years: i16) -> Option<Date> {
    let year = day.year().checked_sub(years)?;
    Date::new(year, day.month(), day.day()).or_else(|_| Date::new(year, 3, 1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_year_ago_is_the_closest_monday() {
        // 2009-W53 starts on 28 December 2009; a year before, the closest Monday is 29 December 2008.
        let calendar = Calendar::Weekly { first: date(2008, 12, 22) };
        let index = 53;
        assert_eq!(date(2008, 12, 22).checked_add(jiff::Span::new().weeks(53)).unwrap(), date(2009, 12, 28));
        assert_eq!(calendar.years_before(index, 1), Some(1));
        assert_eq!(calendar.years_before(index, 2), Some(-51));
        assert_eq!(Calendar::Index { frequency: 52 }.years_before(53, 1), Some(1));
    }

    #[test]
    fn the_29th_of_february_has_a_year_before() {
        assert_eq!(same_date(date(2024, 2, 29), 1), Some(date(2023, 3, 1)));
    }
}
