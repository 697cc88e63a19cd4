//! Identifiers that this room carries and never reads: whatever a store gives, as long as it is one short printable word.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Longest identifier, in bytes.
const LONGEST: usize = 128;

/// A text that cannot be an identifier. The text itself is not repeated: it may name a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no {kind}: expected 1 to 128 printable characters without blanks, found {n_bytes} bytes")]
pub struct OpaqueIdError {
    /// What was to be identified.
    pub kind: &'static str,
    /// Length of the text refused.
    pub n_bytes: usize,
}

macro_rules! opaque_ids {
    ($($(#[$doc:meta])* $name:ident, $kind:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = OpaqueIdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let fine = !text.is_empty()
                    && text.len() <= LONGEST
                    && !text.chars().any(|c| c.is_whitespace() || c.is_control());
                if fine { Ok(Self(text.into())) } else { Err(OpaqueIdError { kind: $kind, n_bytes: text.len() }) }
            }
        }
    )*};
}

opaque_ids! {
    /// A person who signs in. Never the name: a number of the house.
    PersonId, "person";
    /// A service of the tree.
    ServiceId, "service";
    /// An inquiry (*enquête*), by the reference under which a service was seized of it.
    InquiryRef, "inquiry";
    /// An object, whatever its kind.
    ObjectId, "object";
}

impl ServiceId {
    /// The command itself, at the top of the tree: it owns what the machine makes by itself.
    pub fn house() -> Self {
        Self("command".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_house_is_a_service_like_any_other() {
        assert_eq!(ServiceId::house().as_str().parse(), Ok(ServiceId::house()));
    }

    #[test]
    fn blanks_controls_and_long_texts_are_refused_without_being_repeated() {
        assert!("GN-53/0012".parse::<PersonId>().is_ok());
        for wrong in ["", "Prénom Nom", "a\nb", "a\u{0}b", "a\u{a0}b"] {
            assert!(wrong.parse::<PersonId>().is_err(), "{wrong:?}");
        }
        let message = "x".repeat(1_000_000).parse::<ObjectId>().map_err(|e| e.to_string());
        assert!(message.is_err_and(|m| m.len() < 120 && !m.contains("xx")));
        let message = "Prénom Nom".parse::<PersonId>().map_err(|e| e.to_string());
        assert!(message.is_err_and(|m| !m.contains("Nom")));
    }
}
