//! One value of a Parquet row as text.

use jiff::Timestamp;
use jiff::civil::Date;
use parquet::data_type::Decimal;
use parquet::record::Field;

/// The text of a value: empty for none, nothing for a list or an object. A number is written with the declared decimal
/// sign, a day as ISO 8601, an instant with its time in UTC.
pub(super) fn text(field: &Field, decimal: char) -> Option<String> {
    Some(match field {
        Field::Null => String::new(),
        Field::Bool(value) => value.to_string(),
        Field::Byte(number) => number.to_string(),
        Field::Short(number) => number.to_string(),
        Field::Int(number) => number.to_string(),
        Field::Long(number) => number.to_string(),
        Field::UByte(number) => number.to_string(),
        Field::UShort(number) => number.to_string(),
        Field::UInt(number) => number.to_string(),
        Field::ULong(number) => number.to_string(),
        Field::Float16(number) => float(f64::from(*number), decimal),
        Field::Float(number) => signed(&number.to_string(), decimal),
        Field::Double(number) => float(*number, decimal),
        Field::Decimal(number) => signed(&written(number)?, decimal),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => std::str::from_utf8(bytes.data()).ok()?.to_owned(),
        Field::Date(days) => day(*days)?,
        Field::TimeMillis(millis) => millis.to_string(),
        Field::TimeMicros(micros) => micros.to_string(),
        Field::TimestampMillis(millis) => moment(Timestamp::from_millisecond(*millis).ok()?),
        Field::TimestampMicros(micros) => moment(Timestamp::from_microsecond(*micros).ok()?),
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => return None,
    })
}

fn float(number: f64, decimal: char) -> String {
    // Not a number is no value, as the libraries that write these files mean it.
    if number.is_nan() {
        return String::new();
    }
    if !number.is_finite() || number.abs() >= 1e18 {
        return format!("{number:e}");
    }
    signed(&number.to_string(), decimal)
}

fn signed(text: &str, decimal: char) -> String {
    if decimal == '.' { text.to_owned() } else { text.replace('.', decimal.encode_utf8(&mut [0; 4])) }
}

/// A decimal of at most 128 bits: its unscaled number in two's complement, the most significant byte first.
fn written(number: &Decimal) -> Option<String> {
    let (data, scale) = (number.data(), usize::try_from(number.scale()).ok()?);
    if data.len() > 16 || data.is_empty() || scale > 38 {
        return None;
    }
    let negative = data.first().is_some_and(|byte| byte & 0x80 != 0);
    let start = if negative { -1_i128 } else { 0 };
    let unscaled = data.iter().fold(start, |sum, byte| (sum << 8) | i128::from(*byte));
    let digits = format!("{:0width$}", unscaled.unsigned_abs(), width = scale + 1);
    let (whole, decimals) = digits.split_at_checked(digits.len() - scale)?;
    let sign = if negative { "-" } else { "" };
    Some(if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") })
}

fn day(days: i32) -> Option<String> {
    let since = jiff::Span::new().try_days(days).ok()?;
    Date::constant(1970, 1, 1).checked_add(since).ok().map(|day| day.to_string())
}

fn moment(instant: Timestamp) -> String {
    let at = instant.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    if at.time() == jiff::civil::Time::midnight() { at.date().to_string() } else { at.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_text() {
        assert_eq!(text(&Field::Double(12.5), ',').as_deref(), Some("12,5"));
        assert_eq!(text(&Field::Double(f64::NAN), '.').as_deref(), Some(""));
        assert_eq!(text(&Field::Long(432_400), '.').as_deref(), Some("432400"));
        assert_eq!(text(&Field::Date(20_000), '.').as_deref(), Some("2024-10-04"));
        assert_eq!(text(&Field::TimestampMillis(0), '.').as_deref(), Some("1970-01-01"));
        assert_eq!(text(&Field::TimestampMillis(1_000), '.').as_deref(), Some("1970-01-01T00:00:01"));
        let minus = Decimal::from_i32(-1234, 9, 2);
        assert_eq!(text(&Field::Decimal(minus), ',').as_deref(), Some("-12,34"));
        assert_eq!(text(&Field::Decimal(Decimal::from_i32(5, 9, 3)), '.').as_deref(), Some("0.005"));
        assert_eq!(text(&Field::Date(i32::MAX), '.'), None);
    }
}
