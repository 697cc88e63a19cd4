//! The time that a sheet covers: a calendar year or a quarter of it. No other spans: two that differ by a day would tell of
//! the entity of that day.

use beffroi_register::{Refusal, SheetContext};
use jiff::civil::Date;

/// Days from one to another, both in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    /// The first day.
    pub(crate) from: Date,
    /// The last day.
    pub(crate) to: Date,
}

impl Window {
    /// A year, or the quarter `1` to `4` of it.
    pub(crate) fn of(year: i16, quarter: Option<i8>) -> Option<Self> {
        let (first, months) = quarter.map_or((1, 12), |quarter| (quarter * 3 - 2, 3));
        let from = Date::new(year, first, 1).ok()?;
        let to = from.checked_add(jiff::Span::new().months(months)).ok()?.yesterday().ok()?;
        Some(Self { from, to })
    }

    /// What was asked in `year` and `quarter`; the year `or` when none was.
    ///
    /// # Errors
    /// A refusal beside `year` for one that is no year.
    pub(crate) fn asked(context: &SheetContext<'_>, or: i16) -> Result<Self, Refusal> {
        let year = match context.asked("year") {
            "" => Some(or),
            text => text.parse().ok(),
        };
        let quarter = context.asked("quarter").parse().ok();
        year.and_then(|year| Self::of(year, quarter)).ok_or_else(|| Refusal {
            key: "register-prevention_action-sheet-no-year".to_owned(),
            ..Refusal::new().at("year")
        })
    }

    /// Whether the day that a canonical text holds lies in it.
    pub(crate) fn holds(self, day: &str) -> bool {
        day.parse::<Date>().is_ok_and(|day| self.from <= day && day <= self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_quarter_is_three_months_of_its_year() {
        let window = |year, quarter| Window::of(year, quarter).map(|w| (w.from, w.to));
        assert_eq!(window(2026, None), Some((date(2026, 1, 1), date(2026, 12, 31))));
        assert_eq!(window(2024, Some(1)), Some((date(2024, 1, 1), date(2024, 3, 31))));
        assert_eq!(window(2026, Some(4)), Some((date(2026, 10, 1), date(2026, 12, 31))));
        assert_eq!(window(2026, Some(5)), None);
        let first = Window::of(2026, Some(1)).unwrap();
        assert!(first.holds("2026-03-31") && !first.holds("2026-04-01") && !first.holds(""));
    }
}
