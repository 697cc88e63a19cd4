//! French working days: Monday to Friday but the public holidays of article L3133-1 of the labour code.
//!
//! The local holidays (Alsace-Moselle, overseas commemorations) and the day of solidarity are left out.

use beffroi_clocks::Calendar;
use jiff::Span;
use jiff::civil::Date;

/// Easter Sunday of `year` in the Gregorian calendar; nothing outside 1583 to 9999.
///
/// Source: the anonymous algorithm published in *Nature* of 20 April 1876, p. 487 (S. Butcher), as given by J. Meeus,
/// *Astronomical Algorithms*, 2nd ed. (1998), ch. 8. Worked examples there: 31 March 1991, 19 April 1992, 11 April 1993,
/// 23 April 2000.
pub fn easter(year: i16) -> Option<Date> {
    if !(1583..=9999).contains(&year) {
        return None;
    }
    beffroi_clocks::easter(year)
}

/// The eleven public holidays of `year`, in order: those of the labour code, art. L3133-1, as it stands today.
pub fn holidays(year: i16) -> Vec<Date> {
    let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    let fixed = fixed.into_iter().filter_map(|(month, day)| Date::new(year, month, day).ok());
    // Easter Monday, Ascension Thursday, Whit Monday.
    let moving = easter(year).into_iter().flat_map(|sunday| [1, 39, 50].map(|days| later(sunday, days)));
    let mut all: Vec<Date> = fixed.chain(moving).collect();
    all.sort();
    all
}

/// Whether `day` is a public holiday.
pub fn is_holiday(day: Date) -> bool {
    Calendar::France.holiday(day)
}

/// Whether `day` is a working day.
pub fn is_working_day(day: Date) -> bool {
    Calendar::France.working(day)
}

/// The first working day after `day`.
pub(crate) fn next_working_day(day: Date) -> Date {
    // The longest run of closed days is far shorter than two weeks.
    (1..=14).map(|days| later(day, days)).find(|next| is_working_day(*next)).unwrap_or(later(day, 14))
}

/// The working day that a day of Paris counts under, for what is asked once a working day: a working day is its own; the
/// closed days between two working days count together, as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkingDay(Date);

impl WorkingDay {
    /// The one that `day` counts under.
    pub fn of(day: Date) -> Self {
        if is_working_day(day) {
            return Self(day);
        }
        let closed = |day: &Date| !is_working_day(*day);
        let run = std::iter::successors(Some(day), |day| Some(later(*day, -1))).take(14).take_while(closed);
        Self(run.last().unwrap_or(day))
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        self.0
    }
}

fn later(day: Date, days: i32) -> Date {
    day.saturating_add(Span::new().days(days))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// A second way to Easter, by other arithmetic: J.-M. Oudin (1940), as given in the *Explanatory Supplement to the
    /// Astronomical Almanac* (1992), p. 582.
    fn oudin(year: i16) -> Date {
        let y = i32::from(year);
        let century = y / 100;
        let n = y % 19;
        let k = (century - 17) / 25;
        let mut i = (century - century / 4 - (century - k) / 3 + 19 * n + 15) % 30;
        i -= (i / 28) * (1 - (i / 28) * (29 / (i + 1)) * ((21 - n) / 11));
        let j = (y + y / 4 + i + 2 - century + century / 4) % 7;
        let l = i - j;
        let month = 3 + (l + 40) / 44;
        let day = l + 28 - 31 * (month / 4);
        Date::new(year, i8::try_from(month).unwrap(), i8::try_from(day).unwrap()).unwrap()
    }

    #[test]
    fn easter_as_published_and_by_another_algorithm() {
        let known =
            [(1818, 3, 22), (1943, 4, 25), (1991, 3, 31), (1992, 4, 19), (1993, 4, 11), (2000, 4, 23), (2026, 4, 5)];
        for (year, month, day) in known {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
        for year in 1583..=9999 {
            assert_eq!(easter(year), Some(oudin(year)), "{year}");
        }
        assert_eq!(easter(1582), None);
        assert_eq!(easter(-4), None);
    }

    #[test]
    fn the_holidays_of_2026() {
        let expected =
            ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"];
        let found: Vec<String> = holidays(2026).iter().map(|day| day.strftime("%m-%d").to_string()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_weekend_and_its_holiday_count_as_one_and_a_working_day_as_itself() {
        // Easter 2026: Saturday 4 to Monday 6 April.
        for day in [4, 5, 6] {
            assert_eq!(WorkingDay::of(date(2026, 4, day)).first_day(), date(2026, 4, 4));
        }
        assert_eq!(WorkingDay::of(date(2026, 4, 3)).first_day(), date(2026, 4, 3));
        assert_eq!(WorkingDay::of(date(2026, 4, 7)).first_day(), date(2026, 4, 7));
        assert_eq!(next_working_day(date(2026, 4, 3)), date(2026, 4, 7));
    }

    proptest! {
        #[test]
        fn no_working_day_shares_with_another(days in 0i32..36_500) {
            let day = later(date(1990, 1, 1), days);
            let unit = WorkingDay::of(day);
            prop_assert_eq!(WorkingDay::of(unit.first_day()), unit);
            prop_assert_eq!(is_working_day(day), is_working_day(unit.first_day()));
            prop_assert!(!is_working_day(day) || unit.first_day() == day);
            prop_assert!(next_working_day(day) > day);
        }
    }
}
