//! Days and texts in columns.

use crate::error::{broken, failed};
use beffroi_ports::FactsError;
use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType};
use jiff::Span;
use jiff::civil::Date;
use std::str::FromStr;

const EPOCH: Date = Date::constant(1970, 1, 1);
const READING: &str = "read its rows";

/// Days since 1970-01-01, as Arrow and Parquet count them.
pub(crate) fn to_days(date: Date) -> i32 {
    i32::try_from(EPOCH.duration_until(date).as_hours() / 24).unwrap_or(i32::MAX)
}

/// The day of a number of days since 1970-01-01.
pub(crate) fn from_days(days: i32) -> Result<Date, FactsError> {
    let date = Span::new().try_days(days).and_then(|span| EPOCH.checked_add(span));
    date.map_err(|_| broken(READING, format_args!("no calendar has day {days}")))
}

/// A column by its name.
pub(crate) fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, FactsError> {
    batch.column_by_name(name).ok_or_else(|| broken(READING, format_args!("there is no column `{name}`")))
}

/// A column of text, whichever way the reader laid it out.
pub(crate) fn texts(array: &dyn Array) -> Result<StringArray, FactsError> {
    let array = cast(array, &DataType::Utf8).map_err(failed(READING))?;
    array.as_string_opt::<i32>().cloned().ok_or_else(|| broken(READING, "a column of text holds something else"))
}

/// The numbers or days of a column, `None` where it has none.
pub(crate) fn numbers<T: ArrowPrimitiveType>(array: &dyn Array) -> Result<Vec<Option<T::Native>>, FactsError> {
    let array = cast(array, &T::DATA_TYPE).map_err(failed(READING))?;
    let array = array.as_primitive_opt::<T>();
    array.map(|array| array.iter().collect()).ok_or_else(|| broken(READING, "a column of numbers holds something else"))
}

/// The truth values of a column, `false` where it has none.
pub(crate) fn flags(array: &dyn Array) -> Result<Vec<bool>, FactsError> {
    let flags =
        array.as_boolean_opt().ok_or_else(|| broken(READING, "a column of true and false holds another type"))?;
    Ok(flags.iter().map(Option::unwrap_or_default).collect())
}

/// A value that must be there.
pub(crate) fn given<T>(value: Option<T>, name: &str) -> Result<T, FactsError> {
    value.ok_or_else(|| broken(READING, format_args!("a row has no `{name}`")))
}

/// A value of the model from its text.
pub(crate) fn parsed<T: FromStr>(text: Option<&str>, name: &str) -> Result<T, FactsError> {
    let text = given(text, name)?;
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(40).collect();
        broken(READING, format_args!("`{shown}` in column `{name}` is none of this program's values"))
    })
}

/// The text at a row, `None` where there is none.
pub(crate) fn at(texts: &StringArray, row: usize) -> Option<&str> {
    (row < texts.len() && texts.is_valid(row)).then(|| texts.value(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_those_of_arrow() {
        for (day, n) in [(date(1970, 1, 1), 0), (date(1969, 12, 31), -1), (date(2024, 2, 29), 19_782)] {
            assert_eq!(to_days(day), n, "{day}");
            assert_eq!(from_days(n).unwrap(), day);
        }
        assert!(from_days(i32::MAX).is_err());
    }
}
