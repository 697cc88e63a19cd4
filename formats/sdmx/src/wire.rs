//! What the messages share on the wire: header, labels, links, and members that must not be there twice.

use crate::data::{Header, instant};
use crate::error::SdmxError;
use crate::structure::Text;
use crate::{MOST_BYTES, MOST_OBSERVATIONS};
use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// The first language of a message is that of its best-match names.
const LANGUAGES: [&str; 2] = ["fr", "en"];

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Message<D> {
    pub(crate) meta: Meta,
    pub(crate) data: D,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Meta {
    schema: String,
    id: String,
    test: bool,
    prepared: String,
    content_languages: Vec<String>,
    sender: Party,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Party {
    id: String,
}

impl Meta {
    pub(crate) fn of(header: &Header, schema: &str) -> Self {
        Self {
            schema: schema.to_owned(),
            id: header.id.clone(),
            test: header.test,
            prepared: header.prepared.to_string(),
            content_languages: LANGUAGES.map(str::to_owned).to_vec(),
            sender: Party { id: header.sender.clone() },
        }
    }

    pub(crate) fn header(&self) -> Result<Header, SdmxError> {
        let prepared = instant(&self.prepared)?;
        let header = Header { id: self.id.clone(), prepared, sender: self.sender.id.clone(), test: self.test };
        header.check()?;
        Ok(header)
    }
}

/// Labels by language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    pub(crate) fr: String,
    pub(crate) en: String,
}

impl Names {
    pub(crate) fn of(text: &Text) -> Self {
        Self { fr: text.fr.clone(), en: text.en.clone() }
    }

    pub(crate) fn text(&self) -> Text {
        Text::new(&self.fr, &self.en)
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    pub(crate) rel: String,
    pub(crate) urn: String,
}

/// `{}`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// The members of an object in their order; one that is there twice is refused, and so are too many.
#[derive(Debug, PartialEq)]
pub(crate) struct Members<V>(pub(crate) Vec<(String, V)>);

impl<V: Serialize> Serialize for Members<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<V>(std::marker::PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Each<V> {
            type Value = Members<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<V>, A::Error> {
                let (mut members, mut seen) = (Vec::new(), BTreeSet::new());
                while let Some((key, value)) = map.next_entry::<String, V>()? {
                    if members.len() >= MOST_OBSERVATIONS {
                        return Err(A::Error::custom("too many members"));
                    }
                    if !seen.insert(key.clone()) {
                        return Err(A::Error::custom("a member is there twice"));
                    }
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each(std::marker::PhantomData))
    }
}

/// Reads a message of bounded length.
pub(crate) fn parse<D: DeserializeOwned>(bytes: &[u8]) -> Result<Message<D>, SdmxError> {
    if bytes.len() > MOST_BYTES {
        return Err(SdmxError::TooLong { limit: MOST_BYTES, unit: "bytes" });
    }
    serde_json::from_slice(bytes).map_err(|error| SdmxError::json(&error))
}

/// Writes a message.
pub(crate) fn print<D: Serialize>(message: &Message<D>) -> Result<String, SdmxError> {
    serde_json::to_string(message).map_err(|error| SdmxError::json(&error))
}
