//! The birth certificate of a figure.

use crate::Figure;
use beffroi_model::Layer;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A code list and its version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CodeListVersion {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A source of the figure and the latest day at which its data stood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SourceVintage {
    /// The source.
    pub source: String,
    /// The day at which its data stood; none when no delivery of the snapshot tells.
    pub vintage: Option<Date>,
    /// Definition under which the publisher counted, for published counts.
    pub definition: Option<String>,
}

/// A value and how it was printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CertifiedValue {
    /// What the value is of: one text a dimension (or the place where it is printed).
    pub keys: Vec<String>,
    /// The value; none when it is hidden, not available or not a number.
    pub value: Option<f64>,
    /// The text printed.
    pub shown: String,
}

/// What a figure was made of: enough to compute it again to the same bits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// Its identifier: that of the figure, table or key figure it belongs to; the digest when it stands alone.
    pub id: String,
    /// The indicator.
    pub indicator: String,
    /// Version of its definition.
    pub definition_version: String,
    /// The code lists its breakdowns use.
    pub code_lists: Vec<CodeListVersion>,
    /// The snapshot of the lake that was read.
    pub snapshot: u64,
    /// What one unit of the count is.
    pub unit_of_count: String,
    /// Which instrument saw the facts.
    pub layer: Layer,
    /// Where the rows come from.
    pub sources: Vec<SourceVintage>,
    /// First and last period asked for, or of the rows when none was asked.
    pub period: (Option<String>, Option<String>),
    /// The day as of which it tells what was known, when one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Date>,
    /// What was done to the values once they were made: an index, a seasonal adjustment, with its settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The filters applied, the card's and the request's, as `dimension=code|code`.
    pub filters: Vec<String>,
    /// By what it was broken down.
    pub by: Vec<String>,
    /// A figure made of fewer units than this is not printed; 0 when nothing is secret.
    pub disclosure_threshold: u32,
    /// Version of the program that computed it.
    pub program_version: String,
    /// When.
    pub computed_at: Timestamp,
    /// Whether any row that counts was made by a generator.
    pub synthetic: bool,
    /// SHA-256 over indicator, definition, code lists, snapshot, filters, breakdown and values: two certificates with
    /// the same digest are of the same figures.
    pub digest: String,
    /// The values, as they were printed. Empty until something is printed.
    pub values: Vec<CertifiedValue>,
}

impl Certificate {
    /// The digest of what makes the figures, with their values (`rows`: keys and value).
    pub(crate) fn digest_of(&self, rows: &[(Vec<Option<String>>, Option<f64>)]) -> String {
        let made_of = (
            (&self.indicator, &self.definition_version, &self.code_lists, self.snapshot),
            (&self.unit_of_count, self.layer, &self.sources),
            (&self.period, &self.filters, &self.by),
            rows,
        );
        // These are lists of texts and finite numbers: they always serialise.
        let mut bytes = serde_json::to_vec(&made_of).unwrap_or_default();
        // Written only where it says something, so that the digests of before it existed stay what they are.
        if self.known_on.is_some() || self.method.is_some() {
            bytes.extend(serde_json::to_vec(&(self.known_on, &self.method)).unwrap_or_default());
        }
        Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Makes the digest and the identifier anew over these figures: what they show, bounds and completeness included.
    pub(crate) fn seal(&mut self, rows: &[Figure]) {
        let bounds = |row: &Figure| row.completeness.and(row.interval);
        let mut values: Vec<_> = rows.iter().map(|row| (row.keys.clone(), row.value)).collect();
        values.extend(rows.iter().filter_map(|row| Some((row.keys.clone(), Some(bounds(row)?.1)))));
        self.digest = self.digest_of(&values);
        self.id = self.digest.chars().take(16).collect();
    }

    /// The certificate of something printed: same provenance, the identifier of what is printed, its values, and a digest
    /// made anew over them (one over values that are hidden would let them be guessed).
    #[must_use]
    pub fn printed(&self, id: &str, values: Vec<CertifiedValue>) -> Self {
        let key = |v: &CertifiedValue| v.keys.iter().cloned().map(Some).collect();
        let rows: Vec<_> = values.iter().map(|v| (key(v), v.value)).collect();
        Self { id: id.to_owned(), digest: self.digest_of(&rows), values, ..self.clone() }
    }
}
