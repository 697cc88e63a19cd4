//! Where a value comes from and how it is read.

use beffroi_model::Grain;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// What becomes of a value that `map` does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unmapped {
    /// The row is set aside.
    #[default]
    Reject,
    /// The value stays as it is.
    Keep,
    /// The value reads as none.
    Empty,
}

/// Where a value comes from and how it is read. In TOML a bare text stands for `{ from = "…" }`.
///
/// A text is read in this order: `from` (several are joined), `before`, "no value" and `default`, `map` with `otherwise`
/// or `unmapped`, `list`; then as the field's type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Field {
    /// The columns, or paths in a JSON row (keys separated by dots, or `/` pointers for keys that hold dots).
    pub from: Vec<String>,
    /// What stands between the texts of several columns; those without value are left out.
    pub join: String,
    /// A fixed value, instead of a column.
    pub constant: Option<String>,
    /// The value when the column has none.
    pub default: Option<String>,
    /// The source's codes and ours.
    pub map: BTreeMap<String, String>,
    /// The value of every text that `map` does not name.
    pub otherwise: Option<String>,
    /// What becomes of a text that `map` does not name, when there is no `otherwise`.
    pub unmapped: Unmapped,
    /// The code list in which a text that was not mapped must be.
    pub list: Option<String>,
    /// Only what stands before this sign is read.
    pub before: Option<String>,
    /// Whether a row without this value is set aside.
    pub required: bool,
    /// Forms of a date, as `strftime` writes them; the first that fits is taken. ISO 8601 days when there is none.
    pub format: Vec<String>,
    /// The grain of a period read by `format`.
    pub grain: Option<Grain>,
    /// No date of the source can be earlier.
    pub not_before: Option<Date>,
    /// For an identifier: a digest of these columns.
    pub digest: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default, deserialize_with = "one_or_many")]
    from: Vec<String>,
    #[serde(default)]
    join: String,
    #[serde(rename = "const")]
    constant: Option<String>,
    default: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    otherwise: Option<String>,
    #[serde(default)]
    unmapped: Unmapped,
    list: Option<String>,
    before: Option<String>,
    #[serde(default)]
    required: bool,
    #[serde(default, deserialize_with = "one_or_many")]
    format: Vec<String>,
    grain: Option<Grain>,
    #[serde(default, deserialize_with = "day")]
    not_before: Option<Date>,
    #[serde(default)]
    digest: Vec<String>,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column's name, or a table with `from` or `const`")
    }

    fn visit_str<E: de::Error>(self, column: &str) -> Result<Field, E> {
        Ok(Field { from: vec![column.to_owned()], ..Field::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Field, A::Error> {
        let table = Table::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Field {
            from: table.from,
            join: table.join,
            constant: table.constant,
            default: table.default,
            map: table.map,
            otherwise: table.otherwise,
            unmapped: table.unmapped,
            list: table.list,
            before: table.before,
            required: table.required,
            format: table.format,
            grain: table.grain,
            not_before: table.not_before,
            digest: table.digest,
        })
    }
}

pub(super) fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Texts;

    impl<'de> Visitor<'de> for Texts {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a list of texts")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut texts: A) -> Result<Vec<String>, A::Error> {
            let mut all = Vec::new();
            while let Some(text) = texts.next_element()? {
                all.push(text);
            }
            Ok(all)
        }
    }

    deserializer.deserialize_any(Texts)
}

/// A TOML local date, or a text in ISO 8601 form.
fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Day {
        Toml(toml::value::Datetime),
        Text(String),
    }
    let text = match Day::deserialize(deserializer)? {
        Day::Toml(date) => date.to_string(),
        Day::Text(text) => text,
    };
    text.parse().map(Some).map_err(|_| de::Error::custom("expected a day such as 2015-01-01"))
}
