//! A length of time in law: months, or days.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A length of time, counted from a day.
///
/// Counted as articles 641 and 642 of the French code of civil procedure say: a term of months ends on the day of the
/// same number, or on the last day of a month that has none; it ends with that day, so that what is due may be erased
/// from the next day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Term {
    /// Months: 12 a year.
    Months(u16),
    /// Days.
    Days(u16),
}

impl Term {
    /// The last day of the term when it starts on a day; nothing after the year 9999.
    pub fn last_day(self, start: Date) -> Option<Date> {
        match self {
            Term::Months(months) => start.checked_add(i32::from(months).months()).ok(),
            Term::Days(days) => start.checked_add(i32::from(days).days()).ok(),
        }
    }

    /// Shorter, equal or longer: months and days compare by what they are at most (31 days a month) and at least (28), and
    /// do not compare when these overlap.
    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        let days = |term| match term {
            Term::Months(months) => (u32::from(months) * 28, u32::from(months) * 31),
            Term::Days(days) => (u32::from(days), u32::from(days)),
        };
        match (self, other) {
            (Term::Months(a), Term::Months(b)) | (Term::Days(a), Term::Days(b)) => Some(a.cmp(&b)),
            _ if days(self).1 <= days(other).0 => Some(Ordering::Less),
            _ if days(self).0 >= days(other).1 => Some(Ordering::Greater),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn last(term: Term, start: &str) -> String {
        term.last_day(start.parse().unwrap()).map_or_else(|| "never".to_owned(), |day| day.to_string())
    }

    #[test]
    fn terms_end_on_the_day_of_the_same_number_or_on_the_months_last() {
        use Term::{Days, Months};
        for (term, start, expected) in [
            (Months(36), "2023-11-22", "2026-11-22"),
            (Months(1), "2024-01-31", "2024-02-29"),
            (Months(1), "2025-01-31", "2025-02-28"),
            (Months(12), "2024-02-29", "2025-02-28"),
            (Months(48), "2024-02-29", "2028-02-29"),
            (Months(2), "2025-12-31", "2026-02-28"),
            (Months(0), "2026-11-22", "2026-11-22"),
            (Days(30), "2025-12-15", "2026-01-14"),
            (Days(1), "2024-02-28", "2024-02-29"),
            (Days(1), "2025-02-28", "2025-03-01"),
            (Months(12), "9999-06-01", "never"),
        ] {
            assert_eq!(last(term, start), expected, "{term:?} from {start}");
        }
    }

    #[test]
    fn terms_compare_when_they_can() {
        use Term::{Days, Months};
        assert_eq!(Months(12).compare(Months(36)), Some(Ordering::Less));
        assert_eq!(Days(28).compare(Months(1)), Some(Ordering::Less));
        assert_eq!(Days(31).compare(Months(1)), Some(Ordering::Greater));
        assert_eq!(Days(30).compare(Months(1)), None);
    }

    proptest! {
        #[test]
        fn a_later_start_never_ends_earlier(day in 0_i32..20_000, by in 0_i32..400, months in 0_u16..120) {
            let start = Date::constant(2000, 1, 1).checked_add(day.days()).unwrap();
            let later = start.checked_add(by.days()).unwrap();
            let term = Term::Months(months);
            prop_assert!(term.last_day(start).unwrap() <= term.last_day(later).unwrap());
            prop_assert!(term.last_day(start).unwrap() >= start);
        }
    }
}
