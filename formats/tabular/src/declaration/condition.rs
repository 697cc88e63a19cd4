//! Conditions on the values of a row.

use super::Pattern;
use super::field::one_or_many;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// A condition on one column, or a group of conditions of which one must hold.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column or path; nothing for a group.
    #[serde(default)]
    pub column: String,
    /// Its value is one of these.
    #[serde(default, deserialize_with = "one_or_many")]
    pub is: Vec<String>,
    /// Its value is none of these.
    #[serde(default, deserialize_with = "one_or_many")]
    pub is_not: Vec<String>,
    /// The pattern is found in its value.
    pub matches: Option<Pattern>,
    /// Its value is a number or an ISO 8601 day, and no smaller or earlier.
    pub at_least: Option<Bound>,
    /// Its value is a number or an ISO 8601 day, and no greater or later.
    pub at_most: Option<Bound>,
    /// Whether it has no value, as `empty` of the file says.
    pub empty: Option<bool>,
    /// One of these holds.
    #[serde(default)]
    pub any: Vec<Self>,
}

/// What a value is compared with. In TOML a number, a day, or a day as text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// A number.
    Number(f64),
    /// A day.
    Day(Date),
}

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(f64),
            Toml(toml::value::Datetime),
            Text(String),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Number(number) => return Ok(Self::Number(number)),
            Written::Toml(day) => day.to_string(),
            Written::Text(text) => text,
        };
        text.parse().map(Self::Day).map_err(|_| D::Error::custom("expected a number, or a day such as 2015-01-01"))
    }
}
