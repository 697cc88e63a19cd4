//! Working days: public holidays of France, computed.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Whose public holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Calendar {
    /// The eleven of the code du travail, art. L3133-1, as that article stands, for any year.
    #[default]
    France,
    /// With Good Friday and 26 December, in Moselle, Bas-Rhin and Haut-Rhin (code du travail, art. L3134-13). Good
    /// Friday is one in the communes that have a protestant temple or a mixed church; here it is one everywhere.
    AlsaceMoselle,
}

/// Easter Sunday of a year, by the Gregorian computus (the anonymous algorithm that Meeus prints).
///
/// Years before 1583 get the proleptic answer.
pub fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y.rem_euclid(19), y.div_euclid(100), y.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let f = (b + 8).div_euclid(25);
    let g = (b - f + 1).div_euclid(3);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?).ok()
}

impl Calendar {
    /// Is this day a public holiday?
    pub fn holiday(self, day: Date) -> bool {
        let local = self == Self::AlsaceMoselle;
        let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
        if fixed.contains(&(day.month(), day.day())) || (local && (day.month(), day.day()) == (12, 26)) {
            return true;
        }
        let Some(easter) = easter(day.year()) else { return false };
        // Easter Monday, Ascension, Whit Monday; Good Friday.
        let moving = [1, 39, 50].into_iter().chain(local.then_some(-2));
        moving.into_iter().any(|days: i64| easter.checked_add(days.days()).is_ok_and(|holiday| holiday == day))
    }

    /// Every public holiday of a year, in order.
    pub fn holidays(self, year: i16) -> Vec<Date> {
        let Ok(first) = Date::new(year, 1, 1) else { return Vec::new() };
        first.series(1.day()).take_while(|day| day.year() == year).filter(|day| self.holiday(*day)).collect()
    }

    /// Is it a day from Monday to Friday that is no holiday?
    pub fn working(self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !self.holiday(day)
    }

    /// The day itself when it is worked, or else the next one that is.
    pub fn next_working(self, day: Date) -> Date {
        let mut at = day;
        while !self.working(at) {
            let Ok(next) = at.tomorrow() else { return at };
            at = next;
        }
        at
    }

    /// The day that is `count` working days after this one (before it, when negative).
    pub(crate) fn plus(self, day: Date, count: i64) -> Date {
        let mut at = day;
        let mut left = count;
        while left != 0 {
            let Ok(next) = (if left > 0 { at.tomorrow() } else { at.yesterday() }) else { return at };
            at = next;
            if self.working(at) {
                left -= left.signum();
            }
        }
        at
    }

    /// How many working days lie from a day to another, this one not counted.
    pub(crate) fn between(self, from: Date, to: Date) -> i64 {
        let days = from.series(1.day()).take_while(|day| *day < to).filter(|day| self.working(*day)).count();
        i64::try_from(days).unwrap_or(i64::MAX)
    }
}

/// The last day that the calendar knows.
pub(crate) const LAST: Date = date(9999, 12, 30);
