//! JSON as one reading only: an object that names a member twice is refused (RFC 8259, 4: behaviour is otherwise
//! unpredictable; RFC 7519, 4).

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A value whose objects, at every depth, have distinct names.
struct Distinct(Value);

struct DistinctVisitor;

impl<'de> Visitor<'de> for DistinctVisitor {
    type Value = Distinct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Distinct, E> {
        Ok(Distinct(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Distinct, E> {
        Ok(Distinct(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Distinct, E> {
        Ok(Distinct(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Distinct, E> {
        Ok(Distinct(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Distinct, E> {
        Number::from_f64(value).map(|n| Distinct(Value::Number(n))).ok_or_else(|| E::custom("a number without value"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Distinct, E> {
        Ok(Distinct(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Distinct, A::Error> {
        let mut list = Vec::new();
        while let Some(Distinct(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Distinct(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Distinct, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let Distinct(value) = members.next_value()?;
            if object.insert(name, value).is_some() {
                return Err(de::Error::custom("a member named twice"));
            }
        }
        Ok(Distinct(Value::Object(object)))
    }
}

impl<'de> Deserialize<'de> for Distinct {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistinctVisitor)
    }
}

/// The object that the bytes hold; `None` when they hold anything else, or name a member twice at any depth, or nest
/// deeper than 128.
pub(crate) fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Distinct(Value::Object(object))) => Some(object),
        _ => None,
    }
}

/// The same, keeping the last of doubled members: what most libraries do, for the test that shows the difference.
pub(crate) fn last_wins(bytes: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// A NumericDate (RFC 7519, 2) as whole seconds, rounded down; `None` when it is not a number of the years 1970 to 9999.
pub(crate) fn seconds(value: &Value) -> Option<i64> {
    let number = value.as_f64()?;
    (0.0..253_402_300_800.0).contains(&number).then(|| value.as_i64().unwrap_or(number as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_named_twice_is_refused_at_any_depth() {
        assert!(object(br#"{"a":1,"b":[{"c":"x","d":1.5,"e":null,"f":-1,"g":true}]}"#).is_some());
        let deep = format!("{}{}", "{\"a\":".repeat(200), "1");
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":1}}"#,
            r#"{"a":[{"b":1,"\u0062":2}]}"#,
            r#"{"a":1}{"a":1}"#,
            r#"{"a":1e999}"#,
            r#"["a"]"#,
            "{'a':1}",
            "",
            deep.as_str(),
        ] {
            assert!(object(text.as_bytes()).is_none(), "{text}");
        }
        assert!(last_wins(br#"{"a":1,"a":2}"#).is_some());
    }

    #[test]
    fn dates_are_numbers_of_our_era() {
        for (value, expected) in [
            (serde_json::json!(0), Some(0)),
            (serde_json::json!(1_700_000_000.9), Some(1_700_000_000)),
            (serde_json::json!(-1), None),
            (serde_json::json!(1e300), None),
            (serde_json::json!(i64::MAX), None),
            (serde_json::json!("1700000000"), None),
            (serde_json::json!(null), None),
        ] {
            assert_eq!(seconds(&value), expected, "{value}");
        }
    }
}
