//! Days and periods as sources write them.

use super::periods::worded;
use beffroi_model::{Grain, Period};
use jiff::civil::Date;
use jiff::fmt::strtime;

/// How a day is written. The two commonest forms are read without interpreting a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DayForm {
    /// `%Y-%m-%d`
    YearMonthDay,
    /// `%d/%m/%Y`
    DayMonthYear,
    Strptime(String),
}

impl DayForm {
    pub(crate) fn new(format: &str) -> Self {
        match format {
            "%Y-%m-%d" => Self::YearMonthDay,
            "%d/%m/%Y" => Self::DayMonthYear,
            _ => Self::Strptime(format.to_owned()),
        }
    }

    /// The day written, as the source's own clock has it; a format without a day or month reads the first of it.
    pub(crate) fn read(&self, text: &str) -> Option<Date> {
        match self {
            Self::YearMonthDay => {
                let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text.as_bytes() else { return None };
                civil([*y0, *y1, *y2, *y3], [*m0, *m1], [*d0, *d1])
            }
            Self::DayMonthYear => {
                let [d0, d1, b'/', m0, m1, b'/', y0, y1, y2, y3] = text.as_bytes() else { return None };
                civil([*y0, *y1, *y2, *y3], [*m0, *m1], [*d0, *d1])
            }
            Self::Strptime(format) => {
                let read = strtime::parse(format, text).ok()?;
                read.to_date().ok().or_else(|| {
                    let partial = read.day().is_none() && read.iso_week().is_none();
                    partial.then(|| Date::new(read.year()?, read.month().unwrap_or(1), 1).ok()).flatten()
                })
            }
        }
    }
}

fn civil(year: [u8; 4], month: [u8; 2], day: [u8; 2]) -> Option<Date> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0i16, |n, digit| digit.is_ascii_digit().then(|| n * 10 + i16::from(digit - b'0')))
    };
    Date::new(number(&year)?, i8::try_from(number(&month)?).ok()?, i8::try_from(number(&day)?).ok()?).ok()
}

/// A period as ISO 8601 and SDMX write it, or as the Interior's statistical office does (`2016M01`, `2016T1`), or
/// in words ([`worded`]).
pub(crate) fn period(text: &str) -> Option<Period> {
    if let Ok(period) = text.parse() {
        return Some(period);
    }
    let Some((year, (sign, rest))) =
        text.split_at_checked(4).and_then(|(year, rest)| Some((year, rest.split_at_checked(1)?)))
    else {
        return worded(text);
    };
    let written = match (sign, rest) {
        ("M" | "m", month) if month.len() == 2 => format!("{year}-{month}"),
        ("T" | "t" | "Q" | "q", quarter) if quarter.len() == 1 => format!("{year}-Q{quarter}"),
        ("S" | "s" | "W" | "w", week) if week.len() == 2 => format!("{year}-W{week}"),
        _ => return worded(text),
    };
    written.parse().ok()
}

/// A period read through one of the forms of a day.
pub(crate) fn period_by(forms: &[DayForm], grain: Grain, text: &str) -> Option<Period> {
    forms.iter().find_map(|form| form.read(text)).map(|day| Period::containing(day, grain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_as_written() {
        let day = Date::constant(2024, 12, 19);
        for (format, text) in [
            ("%Y-%m-%d", "2024-12-19"),
            ("%d/%m/%Y", "19/12/2024"),
            ("%Y-%m-%dT%H:%M:%S%:z", "2024-12-19T01:32:35+01:00"),
            ("%Y-%m-%d %H:%M:%S UTC", "2024-12-19 23:59:59 UTC"),
            ("%Y%m%d", "20241219"),
        ] {
            assert_eq!(DayForm::new(format).read(text), Some(day), "{format}");
        }
        assert_eq!(DayForm::new("%d/%m/%Y").read("31/02/2024"), None);
        assert_eq!(DayForm::new("%d/%m/%Y").read("1/2/2024"), None);
    }

    #[test]
    fn periods_as_written() {
        for (text, expected) in [
            ("2016M01", "2016-01"),
            ("2016T3", "2016-Q3"),
            ("2016", "2016"),
            ("2016-Q3", "2016-Q3"),
            ("2016W07", "2016-W07"),
            ("2016-02-29", "2016-02-29"),
        ] {
            assert_eq!(period(text).map(|p| p.to_string()).as_deref(), Some(expected));
        }
        for wrong in ["", "2016M13", "2016T5", "M01", "20é6M01", "2016M1"] {
            assert_eq!(period(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = period(&text);
            for format in ["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S%:z", "%G-W%V"] {
                let _ = DayForm::new(format).read(&text);
            }
        }
    }
}
