//! Identifiers and references (SDMX 3.0, section 3: `IDType`, `NCNameIDType`, versions, URN).

use crate::SdmxError;
use crate::error::clip;
use std::fmt;
use std::str::FromStr;

/// Longest identifier taken, in bytes.
const LONGEST: usize = 255;

/// A maintained artefact: whose, which, which version. Written `AGENCY:ID(1.0.0)`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtefactRef {
    /// Agency: letters, digits, `_` and `-`, levels parted by points.
    pub agency: String,
    /// Identifier: a letter, then letters, digits, `_` and `-`.
    pub id: String,
    /// Version: `1.0.0`, or `1.0` for lists from before SDMX 3.0.
    pub version: String,
}

impl ArtefactRef {
    /// A reference of checked parts.
    ///
    /// # Errors
    /// [`SdmxError::Identifier`] with the part that has another form.
    pub fn new(agency: &str, id: &str, version: &str) -> Result<Self, SdmxError> {
        let one = Self { agency: agency.to_owned(), id: id.to_owned(), version: version.to_owned() };
        one.check()?;
        Ok(one)
    }

    pub(crate) fn check(&self) -> Result<(), SdmxError> {
        if self.agency.len() > LONGEST || !self.agency.split('.').all(is_name) {
            return Err(wrong(
                "agency",
                &self.agency,
                "a letter, then letters, digits, `_`, `-`; points between levels",
            ));
        }
        check_name("artefact", &self.id)?;
        let number = |part: &str| {
            !part.is_empty()
                && part.len() < 10
                && part.bytes().all(|b| b.is_ascii_digit())
                && (part == "0" || !part.starts_with('0'))
        };
        let parts: Vec<&str> = self.version.splitn(4, '.').collect();
        if !(2..=3).contains(&parts.len()) || !parts.iter().all(|part| number(part)) {
            return Err(wrong("version", &self.version, "two or three numbers such as 1.0.0"));
        }
        Ok(())
    }

    /// The URN, for a class such as `codelist.Codelist`.
    pub(crate) fn urn(&self, class: &str) -> String {
        format!("urn:sdmx:org.sdmx.infomodel.{class}={self}")
    }

    /// The reference in a URN of that class, and what follows it.
    pub(crate) fn from_urn<'a>(class: &str, urn: &'a str) -> Result<(Self, &'a str), SdmxError> {
        let rest = urn.strip_prefix("urn:sdmx:org.sdmx.infomodel.").and_then(|rest| rest.strip_prefix(class));
        let rest = rest.and_then(|rest| rest.strip_prefix('='));
        let parts = rest.and_then(|rest| rest.find(')').and_then(|at| rest.split_at_checked(at + 1)));
        let (one, after) = parts.ok_or_else(|| wrong("URN", urn, "an SDMX reference of the right class"))?;
        Ok((one.parse()?, after))
    }
}

impl fmt::Display for ArtefactRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}({})", self.agency, self.id, self.version)
    }
}

impl FromStr for ArtefactRef {
    type Err = SdmxError;

    fn from_str(text: &str) -> Result<Self, SdmxError> {
        let parts = text.strip_suffix(')').and_then(|text| text.split_once(':'));
        let (agency, rest) = parts.ok_or_else(|| wrong("reference", text, "AGENCY:ID(1.0.0)"))?;
        let (id, version) = rest.split_once('(').ok_or_else(|| wrong("reference", text, "AGENCY:ID(1.0.0)"))?;
        Self::new(agency, id, version)
    }
}

/// A letter, then letters, digits, `_`, `-`.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= LONGEST
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// Identifiers of components, concepts and artefacts (`NCNameIDType`).
pub(crate) fn check_name(what: &'static str, text: &str) -> Result<(), SdmxError> {
    if is_name(text) { Ok(()) } else { Err(wrong(what, text, "a letter, then letters, digits, `_`, `-`")) }
}

/// Identifiers of codes, messages and senders (`IDType`).
pub(crate) fn check_id(what: &'static str, text: &str) -> Result<(), SdmxError> {
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'@' | b'$' | b'-');
    if !text.is_empty() && text.len() <= LONGEST && text.bytes().all(fine) {
        Ok(())
    } else {
        Err(wrong(what, text, "letters, digits, `_`, `@`, `$`, `-`"))
    }
}

fn wrong(what: &'static str, text: &str, expected: &'static str) -> SdmxError {
    SdmxError::Identifier { what, text: clip(text), expected }
}
