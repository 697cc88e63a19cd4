//! One typed identifier a kind of thing. The list only grows; a prefix once given is never reused.

use crate::Text;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text that is no identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {kind}: expected {expected}")]
pub struct IdError {
    /// The kind of identifier.
    pub kind: &'static str,
    /// What was found.
    pub text: String,
    /// What it should look like.
    pub expected: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Text);

        impl $name {
            /// The identifier as text.
            #[inline]
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
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let check: fn(&str) -> bool = $check;
                if check(text) {
                    Ok(Self(text.into()))
                } else {
                    let shown: String = text.chars().take(80).collect();
                    Err(IdError { kind: stringify!($name), text: shown, expected: $expected })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
    };
}

id!(
    /// A source of data, as its file in `sources/` is named: `ssmsi-departements`.
    SourceId,
    "lower-case letters, digits and hyphens, at most 64",
    |t| !t.is_empty()
        && t.len() <= 64
        && t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
);
id!(
    /// A report, unique within its source: the number the source gave it, or a digest of the row when it gave none.
    ReportId,
    "1 to 128 printable characters without blanks",
    |t| {
        // Nearly all are plain ASCII, which one look at each byte tells.
        let plain = t.bytes().all(|b| b.is_ascii_graphic());
        !t.is_empty() && t.len() <= 128 && (plain || !t.chars().any(|c| c.is_whitespace() || c.is_control()))
    }
);
id!(
    /// One delivery of files by a source: `DEL-` and a time-ordered number.
    DeliveryId,
    "`DEL-` and 32 hexadecimal digits",
    |t| t.strip_prefix("DEL-").is_some_and(|h| h.len() == 32 && h.bytes().all(|b| b.is_ascii_hexdigit()))
);
id!(
    /// A signal of the watch: `SIG-` and digits or letters.
    SignalId,
    "`SIG-` and up to 40 letters, digits or hyphens",
    |t| t.strip_prefix("SIG-").is_some_and(slug)
);
id!(
    /// A series of linked reports: `SER-` and the digest of its evidence.
    SeriesId,
    "`SER-` and up to 40 letters, digits or hyphens",
    |t| t.strip_prefix("SER-").is_some_and(slug)
);
id!(
    /// A flash alert: `FLASH-YYYY-NNN`.
    AlertRef,
    "`FLASH-YYYY-NNN`",
    |t| {
        let mut parts = t.split('-');
        parts.next() == Some("FLASH")
            && parts.next().is_some_and(|y| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()))
            && parts.next().is_some_and(|n| n.len() >= 3 && n.bytes().all(|b| b.is_ascii_digit()))
            && parts.next().is_none()
    }
);
id!(
    /// A situation point: `SIT-YYYY-NNN`.
    SituationRef,
    "`SIT-YYYY-NNN`",
    |t| {
        let mut parts = t.split('-');
        parts.next() == Some("SIT")
            && parts.next().is_some_and(|y| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()))
            && parts.next().is_some_and(|n| n.len() >= 3 && n.bytes().all(|b| b.is_ascii_digit()))
            && parts.next().is_none()
    }
);

fn slug(text: &str) -> bool {
    !text.is_empty() && text.len() <= 40 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_keep_their_form() {
        assert!("FLASH-2026-001".parse::<AlertRef>().is_ok());
        assert!("FLASH-26-001".parse::<AlertRef>().is_err());
        assert!("SIT-2026-012".parse::<SituationRef>().is_ok() && "SIT-2026-1".parse::<SituationRef>().is_err());
        assert!("FLASH-2026-001-2".parse::<AlertRef>().is_err());
        assert!("../etc/passwd".parse::<SourceId>().is_err());
        assert!("SIG-2025-w51-fake-shop".parse::<SignalId>().is_ok());
        for no_id in ["", "a b", "a\u{a0}b", "a\tb", "\u{7f}", "\u{85}", &"a".repeat(129)] {
            assert!(no_id.parse::<ReportId>().is_err(), "{no_id:?}");
        }
        assert!("é/1".parse::<ReportId>().is_ok() && "a".repeat(128).parse::<ReportId>().is_ok());
    }

    #[test]
    fn an_error_never_repeats_a_megabyte() {
        let long = "x ".repeat(1_000_000);
        let message = long.parse::<ReportId>().map_err(|e| e.to_string());
        assert!(message.is_err_and(|m| m.len() < 400));
    }
}
