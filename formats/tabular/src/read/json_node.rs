//! One JSON value of bounded depth whose objects repeat no key.

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Deepest nesting of a row.
const DEEPEST: u8 = 16;

/// From here on not every whole number is a double (IEEE 754): what was written would be altered without a word.
const INEXACT: f64 = 9_007_199_254_740_992.0;

/// A JSON value. Numbers keep the text of their value.
#[derive(Debug, PartialEq)]
pub(crate) enum Node<'a> {
    Null,
    Text(Cow<'a, str>),
    Number(String),
    Bool(bool),
    List(Vec<Node<'a>>),
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// Reads one value and nothing after it.
    pub(crate) fn parse(text: &'a str) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let node = Depth(0).deserialize(&mut deserializer)?;
        deserializer.end()?;
        Ok(node)
    }
}

#[derive(Clone, Copy)]
struct Depth(u8);

impl<'de> DeserializeSeed<'de> for Depth {
    type Value = Node<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Depth {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.0 >= DEEPEST { Err(E::custom("nested more than 16 deep")) } else { Ok(Self(self.0 + 1)) }
    }
}

impl<'de> Visitor<'de> for Depth {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Node<'de>, E> {
        if !value.is_finite() || value.abs() >= INEXACT {
            return Err(E::custom("a number is too large to be kept as it is; write it as a text"));
        }
        Ok(Node::Number(value.to_string()))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Node<'de>, A::Error> {
        let seed = self.deeper()?;
        let mut all = Vec::new();
        while let Some(value) = values.next_element_seed(seed)? {
            all.push(value);
        }
        Ok(Node::List(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node<'de>, A::Error> {
        let seed = self.deeper()?;
        let mut all: Vec<(Cow<'de, str>, Node<'de>)> = Vec::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            all.push((key, entries.next_value_seed(seed)?));
        }
        let mut keys: Vec<&str> = all.iter().map(|(key, _)| key.as_ref()).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| pair.first() == pair.last()) {
            return Err(A::Error::custom("the same key stands twice in one object"));
        }
        Ok(Node::Object(all))
    }
}

struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_key_or_a_deep_nest_is_refused() {
        assert!(Node::parse(r#"{"a":1,"b":{"a":2}}"#).is_ok());
        assert!(Node::parse(r#"{"a":1,"a":2}"#).unwrap_err().to_string().contains("twice"));
        assert!(Node::parse(&format!("{}{}", "[".repeat(16), "]".repeat(16))).is_ok());
        assert!(
            Node::parse(&format!("{}{}", "[".repeat(17), "]".repeat(17))).unwrap_err().to_string().contains("deep")
        );
        assert!(Node::parse(&"[".repeat(1_000_000)).is_err());
        assert!(Node::parse("1 2").is_err());
        assert!(Node::parse(r#"[[{"x":{"a":1,"\u0061":2}}]]"#).is_err(), "an escape hides no key");
    }

    #[test]
    fn a_number_is_kept_as_it_is_or_refused() {
        for kept in ["0", "-1", "18446744073709551615", "-9223372036854775808", "12.5", "4503599627370497.5"] {
            assert!(Node::parse(kept).is_ok(), "{kept}");
        }
        for refused in ["1e400", "-1e400", "18446744073709551616", "12345678901234567890123", "1e16", "NaN", "Infinity"]
        {
            assert!(Node::parse(refused).is_err(), "{refused}");
        }
        assert_eq!(Node::parse("18446744073709551615").unwrap(), Node::Number("18446744073709551615".to_owned()));
    }

    #[test]
    fn a_lone_surrogate_is_no_text() {
        assert!(Node::parse(r#""\ud83d\ude00""#).is_ok());
        for lone in [r#""\ud83d""#, r#""\ude00""#, r#"{"\ud83d":1}"#] {
            assert!(Node::parse(lone).is_err(), "{lone}");
        }
    }
}
