//! The certificate of an erasure: what, how many, why, when, by whom, how. Never the data.

use crate::basis::Basis;
use crate::plan::Due;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Version of the form.
const FORMAT: u32 = 1;
/// Longest reference, in bytes.
const MAX_REFERENCE: usize = 120;

/// How it was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The key that sealed it was destroyed: it is gone from every copy whose keys are these.
    KeyDestroyed,
    /// The rows were removed and the files that held them rewritten and vacuumed.
    RowsRewritten,
    /// The file was overwritten and removed.
    FileRemoved,
}

/// The certificate of an erasure. Its texts are references and names of texts of law, no person's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Version of the form: 1.
    pub format: u32,
    /// Reference of what was erased.
    pub what: String,
    /// How many things.
    pub count: u64,
    /// SHA-256 of their references ([`digest_of`]), in hexadecimal: whoever still has them can check that these are the
    /// ones.
    pub references: String,
    /// Code of the basis.
    pub basis: String,
    /// Its text and article.
    pub text: String,
    /// The last day of the term.
    pub last_day: Date,
    /// When it was done.
    pub done_at: Timestamp,
    /// The account that did it.
    pub by: String,
    /// First and last entry of the journal that say so.
    pub journal: Option<(u64, u64)>,
    /// How.
    pub method: Method,
}

/// A certificate that cannot be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// A text that could hold a person's data. It is not repeated.
    #[error(
        "the {0} of a certificate is a reference: 1 to {MAX_REFERENCE} letters without accent, digits and . _ : / -"
    )]
    Reference(&'static str),
    /// The basis is not that of what was due.
    #[error("a certificate names the basis on which the erasure was due, not another one")]
    Basis,
    /// The act is said to be before its term, or the journal's range runs backwards.
    #[error("the {0} of a certificate is not in order")]
    Order(&'static str),
}

impl Certificate {
    /// The certificate of what was due and is erased. `references` are those of the things themselves, in any order.
    ///
    /// # Errors
    /// [`CertificateError`] when a reference could hold a person's data, or the parts do not belong together.
    pub fn new(
        due: &Due,
        basis: &Basis,
        references: &str,
        done_at: Timestamp,
        by: &str,
        journal: Option<(u64, u64)>,
        method: Method,
    ) -> Result<Self, CertificateError> {
        if basis.code != due.holding.basis {
            return Err(CertificateError::Basis);
        }
        let certificate = Self {
            format: FORMAT,
            what: due.holding.what.clone(),
            count: due.holding.count,
            references: references.to_owned(),
            basis: basis.code.clone(),
            text: [basis.text.as_str(), basis.article.as_str()].join(" ").trim_end().to_owned(),
            last_day: due.last_day,
            done_at,
            by: by.to_owned(),
            journal,
            method,
        };
        certificate.check()?;
        Ok(certificate)
    }

    /// Is this a certificate that may be given? To be asked of one that was read.
    ///
    /// # Errors
    /// [`CertificateError`] for its first fault.
    pub fn check(&self) -> Result<(), CertificateError> {
        reference("what", &self.what)?;
        reference("by", &self.by)?;
        reference("basis", &self.basis)?;
        if self.references.len() != 64 || !self.references.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(CertificateError::Reference("digest of references"));
        }
        if self.journal.is_some_and(|(first, last)| first > last) {
            return Err(CertificateError::Order("range in the journal"));
        }
        // A day begins at most 14 hours earlier somewhere else.
        let day = self.done_at.to_zoned(jiff::tz::TimeZone::UTC).date();
        if day < self.last_day {
            return Err(CertificateError::Order("day"));
        }
        Ok(())
    }
}

fn reference(field: &'static str, text: &str) -> Result<(), CertificateError> {
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'/' | b'-');
    if text.is_empty() || text.len() > MAX_REFERENCE || !text.bytes().all(fine) {
        return Err(CertificateError::Reference(field));
    }
    Ok(())
}

/// SHA-256, in hexadecimal, of references in the order of their bytes, each once and followed by a line feed.
pub fn digest_of<'a>(references: impl IntoIterator<Item = &'a str>) -> String {
    let sorted: std::collections::BTreeSet<&str> = references.into_iter().collect();
    let mut hash = Sha256::new();
    for reference in sorted {
        hash.update(reference);
        hash.update("\n");
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bases, Holding};

    fn due() -> Due {
        let holding = Holding {
            what: "journal/2023-10".to_owned(),
            basis: "journal-csi-r236-59".to_owned(),
            count: 1204,
            collected: "2023-10-31".parse().unwrap(),
            closed: None,
            last_act: None,
        };
        Due { holding, last_day: "2026-10-31".parse().unwrap(), days_past: 1, verified: true }
    }

    fn certificate(due: &Due, by: &str, journal: Option<(u64, u64)>) -> Result<Certificate, CertificateError> {
        let bases = Bases::house().unwrap();
        let at = "2026-11-01T03:00:00Z".parse().unwrap();
        let digest = digest_of(["b", "a"]);
        Certificate::new(due, bases.get("journal-csi-r236-59").unwrap(), &digest, at, by, journal, Method::KeyDestroyed)
    }

    #[test]
    fn a_certificate_says_what_was_done_and_reads_back() {
        let certificate = certificate(&due(), "account:7", Some((10, 12))).unwrap();
        let json = serde_json::to_string(&certificate).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"format":1,"what":"journal/2023-10","count":1204,"#,
                r#""references":"911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2","#,
                r#""basis":"journal-csi-r236-59","text":"Code de la sécurité intérieure R. 236-59","#,
                r#""last_day":"2026-10-31","done_at":"2026-11-01T03:00:00Z","by":"account:7","#,
                r#""journal":[10,12],"method":"key-destroyed"}"#
            )
        );
        let read: Certificate = serde_json::from_str(&json).unwrap();
        assert_eq!((read.check(), &read), (Ok(()), &certificate));
    }

    #[test]
    fn a_persons_data_cannot_enter_it() {
        for by in ["Jeanne Dupont", "j.dupont@example.org", "", "é", &"x".repeat(121)] {
            let error = certificate(&due(), by, None).unwrap_err();
            assert_eq!(error, CertificateError::Reference("by"));
            assert!(by.is_empty() || !error.to_string().contains(by) || by == "é", "{error}");
        }
        let mut named = due();
        named.holding.what = "plainte de Jeanne Dupont".to_owned();
        assert_eq!(certificate(&named, "account:7", None), Err(CertificateError::Reference("what")));
    }

    #[test]
    fn parts_that_do_not_belong_together_are_refused() {
        assert_eq!(certificate(&due(), "a", Some((2, 1))), Err(CertificateError::Order("range in the journal")));
        let early = Due { last_day: "2026-11-02".parse().unwrap(), ..due() };
        assert_eq!(certificate(&early, "a", None), Err(CertificateError::Order("day")));
        let mut other = due();
        other.holding.basis = "rejects".to_owned();
        assert_eq!(certificate(&other, "a", None), Err(CertificateError::Basis));
        assert!(certificate(&due(), "a", None).is_ok());
    }

    #[test]
    fn the_digest_does_not_depend_on_the_order() {
        assert_eq!(digest_of(["a", "b"]), digest_of(["b", "a", "b"]));
        assert_ne!(digest_of(["a", "b"]), digest_of(["ab"]));
        assert_ne!(digest_of([]), digest_of([""]));
    }
}
