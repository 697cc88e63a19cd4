//! One cell as text.

use calamine::{DataRef, ExcelDateTime};

/// The text of a cell. A number is written with the declared decimal sign; a day as ISO 8601, with its time when it has
/// one; an error as the program shows it (`#N/A`), so that a declaration may list it under `empty`.
pub(super) fn text(value: &DataRef<'_>, decimal: char) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => float(*number, decimal),
        DataRef::Bool(value) => if *value { "true" } else { "false" }.to_owned(),
        DataRef::DateTime(moment) => day(moment).unwrap_or_else(|| float(moment.as_f64(), decimal)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(error) => error.to_string(),
    }
}

/// A number; a very large one in scientific form, so that it takes no hundred digits.
fn float(number: f64, decimal: char) -> String {
    if !number.is_finite() || number.abs() >= 1e18 {
        return format!("{number:e}");
    }
    let text = number.to_string();
    if decimal == '.' { text } else { text.replace('.', decimal.encode_utf8(&mut [0; 4])) }
}

/// A day of the years 1900 to 9999; nothing for a duration, or a number that is no day.
fn day(moment: &ExcelDateTime) -> Option<String> {
    let serial = moment.as_f64();
    if moment.is_duration() || !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    Some(if (hour, minute, second) == (0, 0, 0) { day } else { format!("{day}T{hour:02}:{minute:02}:{second:02}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn cells_as_text() {
        assert_eq!(text(&DataRef::Float(12.5), ','), "12,5");
        assert_eq!(text(&DataRef::Float(638_425.0), '.'), "638425");
        assert_eq!(text(&DataRef::Float(1e300), '.'), "1e300");
        assert_eq!(text(&DataRef::Float(f64::NAN), '.'), "NaN");
        assert_eq!(text(&DataRef::Bool(true), '.'), "true");
        assert_eq!(text(&DataRef::Error(calamine::CellErrorType::NA), '.'), "#N/A");
        let moment = |serial, kind| text(&DataRef::DateTime(ExcelDateTime::new(serial, kind, false)), '.');
        assert_eq!(moment(45943.0, ExcelDateTimeType::DateTime), "2025-10-13");
        assert_eq!(moment(45943.541, ExcelDateTimeType::DateTime), "2025-10-13T12:59:02");
        assert_eq!(moment(1.5, ExcelDateTimeType::TimeDelta), "1.5");
        assert_eq!(moment(1e9, ExcelDateTimeType::DateTime), "1000000000");
        assert_eq!(moment(-1.0, ExcelDateTimeType::DateTime), "-1");
    }
}
