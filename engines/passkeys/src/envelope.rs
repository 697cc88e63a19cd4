//! The JSON form of a credential, read strictly before the library reads it: bounded, no member twice, no unknown member,
//! nothing after the end. The library is handed what was understood here and not the text that came, so that both
//! understand the same.
//!
//! Members: W3C, *Web Authentication* Level 3, `RegistrationResponseJSON` and `AuthenticationResponseJSON`. Results of
//! client extensions are read over and dropped: none is asked for, and nobody signs them. So are the copies that a browser
//! makes of the key.

use beffroi_ports::passkeys::{Check, MAX_RESPONSE_BYTES, PasskeyError, Transport};
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

/// The answer to a registration.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct RegistrationJson {
    id: String,
    raw_id: String,
    r#type: String,
    response: AttestationJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authenticator_attachment: Option<String>,
    #[serde(default)]
    client_extension_results: ReadOver,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AttestationJson {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    attestation_object: String,
    #[serde(default)]
    transports: Vec<String>,
    /// Copies of what the attestation object holds, and the object is what counts.
    #[serde(default, skip_serializing)]
    #[expect(dead_code, reason = "checked for form and dropped")]
    authenticator_data: ReadOver,
    #[serde(default, skip_serializing)]
    #[expect(dead_code, reason = "checked for form and dropped")]
    public_key: ReadOver,
    #[serde(default, skip_serializing)]
    #[expect(dead_code, reason = "checked for form and dropped")]
    public_key_algorithm: ReadOver,
}

/// The answer to a sign-in.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AuthenticationJson {
    id: String,
    raw_id: String,
    r#type: String,
    response: AssertionJson,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authenticator_attachment: Option<String>,
    #[serde(default)]
    client_extension_results: ReadOver,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct AssertionJson {
    #[serde(rename = "clientDataJSON")]
    client_data_json: String,
    authenticator_data: String,
    signature: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_handle: Option<String>,
}

/// What the library is to read for the registration `response`.
pub(crate) fn registration(response: &str) -> Result<Vec<u8>, PasskeyError> {
    let mut read: RegistrationJson = read(response)?;
    // Unknown words of these two lists are to be passed over (sections 5.4.5 and 5.1).
    read.response.transports.retain(|code| Transport::of(code).is_some());
    read.response.transports.sort();
    read.response.transports.dedup();
    known_attachment(&mut read.authenticator_attachment);
    write(&read)
}

/// What the library is to read for the sign-in `response`.
pub(crate) fn authentication(response: &str) -> Result<Vec<u8>, PasskeyError> {
    let mut read: AuthenticationJson = read(response)?;
    known_attachment(&mut read.authenticator_attachment);
    write(&read)
}

/// Client data are JSON that authenticators sign. The library reads the members it knows and passes over those that a
/// later standard may add; here, none may stand twice.
pub(crate) fn client_data(bytes: &[u8]) -> Result<(), PasskeyError> {
    match serde_json::from_slice::<ReadOver>(bytes) {
        Ok(ReadOver) => Ok(()),
        Err(_) => Err(PasskeyError::Refused { check: Check::ClientData }),
    }
}

fn known_attachment(attachment: &mut Option<String>) {
    attachment.take_if(|word| !matches!(word.as_str(), "platform" | "cross-platform"));
}

pub(crate) fn unreadable(error: &serde_json::Error) -> PasskeyError {
    PasskeyError::Response { reason: crate::cut(&error.to_string()) }
}

fn read<'de, T: Deserialize<'de>>(response: &'de str) -> Result<T, PasskeyError> {
    if response.len() > MAX_RESPONSE_BYTES {
        return Err(PasskeyError::Response { reason: format!("longer than {MAX_RESPONSE_BYTES} bytes") });
    }
    serde_json::from_str(response).map_err(|error| unreadable(&error))
}

fn write<T: Serialize>(read: &T) -> Result<Vec<u8>, PasskeyError> {
    serde_json::to_vec(read).map_err(|error| crate::engine("write an answer", &error))
}

/// Any JSON value whose objects have no member twice. Depth is bounded by the JSON reader (128).
#[derive(Default)]
struct ReadOver;

impl Serialize for ReadOver {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(std::iter::empty::<(&str, ())>())
    }
}

impl<'de> Deserialize<'de> for ReadOver {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = ReadOver;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<ReadOver, E> {
        Ok(ReadOver)
    }

    fn visit_i64<E>(self, _: i64) -> Result<ReadOver, E> {
        Ok(ReadOver)
    }

    fn visit_u64<E>(self, _: u64) -> Result<ReadOver, E> {
        Ok(ReadOver)
    }

    fn visit_f64<E>(self, _: f64) -> Result<ReadOver, E> {
        Ok(ReadOver)
    }

    fn visit_str<E>(self, _: &str) -> Result<ReadOver, E> {
        Ok(ReadOver)
    }

    fn visit_unit<E>(self) -> Result<ReadOver, E> {
        Ok(ReadOver)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<ReadOver, A::Error> {
        while items.next_element::<ReadOver>()?.is_some() {}
        Ok(ReadOver)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ReadOver, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value::<ReadOver>()?;
            if !names.insert(name) {
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        Ok(ReadOver)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_member_stands_once_at_any_depth() {
        for fine in [r#"{}"#, r#"{"a":{"b":1},"c":[{"b":1},{"b":2.5}],"d":null,"e":"x","f":-1,"g":true}"#] {
            assert!(client_data(fine.as_bytes()).is_ok(), "{fine}");
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        for wrong in [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":1,"\u0061":1}]}"#, "{} {}", "", "{", &deep, "\u{feff}{}"] {
            assert!(client_data(wrong.as_bytes()).is_err(), "{wrong}");
        }
        assert!(client_data(b"{\"a\":\"\xff\"}").is_err());
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,200}", json in r#"[{}\[\]",:a-z0-9]{0,100}"#) {
            for text in [text, json] {
                let _ = (registration(&text), authentication(&text), client_data(text.as_bytes()));
            }
        }
    }
}
