//! What stands in the row of an observation or of the attributes of a data set.

use crate::data::Value;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A number, a text or nothing. Numbers are read from their own digits: `serde_json` rounds a few of them elsewhere.
#[derive(Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Number(Value),
    Text(String),
}

impl Cell {
    /// A place in a list of values.
    pub(crate) fn place(place: Option<&usize>) -> Self {
        let number = place.and_then(|place| i64::try_from(*place).ok());
        number.map_or(Self::Null, |number| Self::Number(Value::Whole(number)))
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Number(Value::Whole(number)) => serializer.serialize_i64(*number),
            Self::Number(Value::Real(number)) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?.get();
        match raw.as_bytes().first() {
            Some(b'n') => Ok(Self::Null),
            Some(b'"') => serde_json::from_str(raw).map(Self::Text).map_err(D::Error::custom),
            _ => {
                let number = Value::read(raw).ok_or_else(|| D::Error::custom("expected a number, a text or null"))?;
                Ok(Self::Number(number))
            }
        }
    }
}
