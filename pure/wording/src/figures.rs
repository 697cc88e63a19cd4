//! Figures, dates and periods as each language writes them.
//!
//! French groups thousands by a narrow no-break space (U+202F) and sets a no-break space (U+00A0) before `%`; English
//! groups by a comma. A missing figure is written `–`, never 0.

use crate::Lang;
use beffroi_model::{Grain, Period};
use jiff::civil::Date;

/// What stands for a figure that is not there.
const MISSING: &str = "–";

impl Lang {
    /// A whole number with its thousands grouped. The value is rounded to the nearest unit.
    pub fn integer(self, value: f64) -> String {
        self.decimal(value, 0)
    }

    /// A number with `digits` decimals; `–` when it is not finite.
    pub fn decimal(self, value: f64, digits: usize) -> String {
        if !value.is_finite() {
            return MISSING.to_owned();
        }
        let text = format!("{:.digits$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((text.as_str(), ""));
        let mut out = String::new();
        let is_zero = text.bytes().all(|b| b == b'0' || b == b'.');
        if value < 0.0 && !is_zero {
            out.push('−');
        }
        out.push_str(&self.grouped(whole));
        if !fraction.is_empty() {
            out.push(match self {
                Self::Fr => ',',
                Self::En => '.',
            });
            out.push_str(fraction);
        }
        out
    }

    /// A share, given as a ratio: 0.125 is `12,5 %`.
    pub fn percent(self, ratio: f64, digits: usize) -> String {
        if !ratio.is_finite() {
            return MISSING.to_owned();
        }
        let number = self.decimal(ratio * 100.0, digits);
        match self {
            Self::Fr => format!("{number}\u{a0}%"),
            Self::En => format!("{number}%"),
        }
    }

    /// A change, given as a ratio, with its sign: 0.02 is `+2,0 %`.
    pub fn growth(self, ratio: f64, digits: usize) -> String {
        let text = self.percent(ratio, digits);
        if ratio > 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') { format!("+{text}") } else { text }
    }

    /// Thousands of an integer that may be written without decimals.
    fn grouped(self, whole: &str) -> String {
        let separator = match self {
            Self::Fr => '\u{202f}',
            Self::En => ',',
        };
        let mut out = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }

    /// A date in full: `14 janvier 2026`, `14 January 2026`.
    pub fn date(self, date: Date) -> String {
        let month = self.say(&format!("month-{}", date.month()));
        match (self, date.day()) {
            (Self::Fr, 1) => format!("1er {month} {}", date.year()),
            (_, day) => format!("{day} {month} {}", date.year()),
        }
    }

    /// A period in full: `février 2024`, `semaine 7 de 2024`, `2024`.
    pub fn period(self, period: Period) -> String {
        let start = period.start();
        let year = start.year().to_string();
        match period.grain() {
            Grain::Day => self.date(start),
            Grain::Week => {
                let week = start.iso_week_date();
                let (n, year) = (week.week().to_string(), week.year().to_string());
                self.say_with("period-week", &[("week", (&n).into()), ("year", (&year).into())])
            }
            Grain::Month => format!("{} {year}", self.say(&format!("month-{}", start.month()))),
            Grain::Quarter => {
                let n = ((start.month() - 1) / 3 + 1).to_string();
                self.say_with("period-quarter", &[("quarter", (&n).into()), ("year", (&year).into())])
            }
            Grain::Year => year,
        }
    }

    /// A period in few characters, for an axis: `févr.`, `S7`, `T1`, `2024`.
    pub fn period_short(self, period: Period) -> String {
        let start = period.start();
        match period.grain() {
            Grain::Day => format!("{:02}/{:02}", start.day(), start.month()),
            Grain::Week => format!("{}{}", self.say("period-week-letter"), start.iso_week_date().week()),
            Grain::Month => self.say(&format!("month-short-{}", start.month())),
            Grain::Quarter => format!("{}{}", self.say("period-quarter-letter"), (start.month() - 1) / 3 + 1),
            Grain::Year => start.year().to_string(),
        }
    }
}

/// A number inside a message, when a message shows the count it chooses its plural by.
pub(crate) fn plain(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_and_decimals() {
        assert_eq!(Lang::Fr.integer(1_234_567.0), "1\u{202f}234\u{202f}567");
        assert_eq!(Lang::En.integer(-1234.4), "−1,234");
        assert_eq!(Lang::Fr.decimal(6.25, 1), "6,2");
        assert_eq!(Lang::Fr.decimal(-0.04, 1), "0,0");
        assert_eq!(Lang::Fr.integer(f64::NAN), "–");
    }

    #[test]
    fn shares_and_growth() {
        assert_eq!(Lang::Fr.percent(0.125, 1), "12,5\u{a0}%");
        assert_eq!(Lang::Fr.growth(0.02, 0), "+2\u{a0}%");
        assert_eq!(Lang::En.growth(-0.02, 1), "−2.0%");
        assert_eq!(Lang::En.growth(0.0001, 0), "0%");
    }

    #[test]
    fn dates_and_periods() {
        assert_eq!(Lang::Fr.date(Date::constant(2026, 1, 1)), "1er janvier 2026");
        assert_eq!(Lang::En.date(Date::constant(2026, 1, 14)), "14 January 2026");
        let p = |t: &str| t.parse::<Period>().unwrap();
        assert_eq!(Lang::Fr.period(p("2024-W07")), "semaine 7 de 2024");
        assert_eq!(Lang::Fr.period(p("2024-02")), "février 2024");
        assert_eq!(Lang::En.period_short(p("2024-Q1")), "Q1");
    }
}
