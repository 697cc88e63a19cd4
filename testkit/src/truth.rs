//! What is true of a generated set, and how it is kept: `truth.json` beside the files.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Counts by year.
pub type ByYear = BTreeMap<i16, u64>;

/// Everything that was planted, exactly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Always true: nothing in the files happened to anybody.
    pub synthetic: bool,
    /// Seed of the draw.
    pub seed: u64,
    /// Valid rows over all files.
    pub reports: u64,
    /// First year of reporting.
    pub from_year: i16,
    /// Last year of reporting.
    pub to_year: i16,
    /// Counts by layer code (`recorded`, `platform`); layers are never added.
    pub layers: BTreeMap<String, LayerTruth>,
    /// Counts by source identifier (`synth-unites`…).
    pub sources: BTreeMap<String, SourceTruth>,
    /// Reports that belong together, and by which evidence.
    pub series: Vec<SeriesTruth>,
    /// Values shared by many reports that must link none of them.
    pub hubs: Vec<Hub>,
    /// The same fact reported on two platforms.
    pub duplicates: Vec<Duplicate>,
    /// Numbers of `synth-unites` reports in which the victim's own number stands in the author's column. Some victims come
    /// twice: their reports share that number, and it must not link them.
    pub role_errors: Vec<String>,
    /// The new threat of the last weeks; absent when the set is too small to hold one.
    pub new_threat: Option<NewThreat>,
    /// The waves of an exercise; empty outside one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waves: Vec<TruthWave>,
    /// The files of the sources that are delivered week by week, in the order in which they land; empty when every source
    /// comes whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliveries: Vec<TruthDelivery>,
    /// Rows of `synth-unites` that must be refused; they are not among `reports`.
    pub rejected: Vec<Rejected>,
}

/// Counts of one layer, by year of reporting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerTruth {
    /// By category, then year.
    pub by_category_year: BTreeMap<String, ByYear>,
    /// By category, then year, then department, collectivity or `NL`.
    pub by_category_year_department: BTreeMap<String, BTreeMap<i16, BTreeMap<String, u64>>>,
    /// By phenomenon, then year.
    pub by_phenomenon_year: BTreeMap<String, ByYear>,
    /// Reports of attacks on data-processing systems, by year: a part of the above.
    pub astad_by_year: ByYear,
}

/// Counts of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceTruth {
    /// Name of the file.
    pub file: String,
    /// Layer of its rows.
    pub layer: String,
    /// Valid rows.
    pub rows: u64,
    /// Valid rows by year of reporting.
    pub by_year: ByYear,
    /// Sum of the losses, in euro cents.
    pub loss_cents: i64,
    /// Days from facts to report.
    pub delays: Delays,
}

/// How long reports took to come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delays {
    /// Rows with a date of facts.
    pub known: u64,
    /// Rows without.
    pub unknown: u64,
    /// Lower median of the known delays, in days.
    pub median_days: i32,
    /// First day, last day, reports: each class with both ends included.
    pub classes: Vec<(i32, i32, u64)>,
}

/// A report by source and number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Member {
    /// Source identifier.
    pub source: String,
    /// Number of the report in that source.
    pub id: String,
}

/// An observable in canonical form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// `phone-number`, `domain-name`, `email-addr` or `iban`.
    pub kind: String,
    /// E.164 number, lower-case name, or account without blanks.
    pub value: String,
}

/// A planted series. Its members form one connected whole through the keys; not every member carries every key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesTruth {
    /// Name of the series in the truth.
    pub id: String,
    /// `shared-domain`, `chain`, `mule-account`, `rotating-domains` or `new-threat`.
    pub kind: String,
    /// Phenomenon of every member.
    pub phenomenon: String,
    /// What links them.
    pub keys: Vec<Key>,
    /// The reports, in order of source and number.
    pub members: Vec<Member>,
}

/// A shared value that links nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hub {
    /// `phone-number`, `domain-name` or `email-domain`.
    pub kind: String,
    /// The value.
    pub value: String,
    /// What it is: `bank-customer-service`, `marketplace` or `disposable-mail`.
    pub what: String,
    /// Reports that carry it.
    pub reports: u64,
}

/// One fact, two reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicate {
    /// The platform report, in `synth-perceval`.
    pub perceval: String,
    /// The complaint, in `synth-unites`.
    pub unites: String,
}

/// A threat that nobody had seen before the last weeks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewThreat {
    /// Its phenomenon.
    pub phenomenon: String,
    /// The invented brand it abuses.
    pub brand: String,
    /// Its domain.
    pub domain: String,
    /// Its telephone numbers, E.164.
    pub phones: Vec<String>,
    /// Where it strikes.
    pub departments: Vec<String>,
    /// Its first ISO week: `2025-W48`.
    pub first_week: String,
    /// Week by week.
    pub weeks: Vec<TruthWeek>,
}

/// One week of the new threat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthWeek {
    /// ISO week of reporting.
    pub week: String,
    /// Numbers of the complaints, in `synth-unites`.
    pub complaints: Vec<String>,
    /// Numbers of the platform reports, in `synth-17cyber`.
    pub platform_reports: Vec<String>,
}

/// A wave of an exercise, as it was planted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthWave {
    /// Its short name in the plan.
    pub id: String,
    /// The domain that its reports name, when the plan wants a new one.
    pub domain: Option<String>,
    /// Week by week: what was asked and found room.
    pub weeks: Vec<WaveWeek>,
    /// Its reports.
    #[serde(default)]
    pub members: Vec<Member>,
}

/// One week of a wave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveWeek {
    /// ISO week of reporting.
    pub week: String,
    /// Complaints, in `synth-unites`.
    pub complaints: u64,
    /// Reports, in `synth-17cyber`.
    pub platform_reports: u64,
}

/// One of the deliveries of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TruthDelivery {
    /// Source identifier.
    pub source: String,
    /// The file, below the folder of the set.
    pub file: String,
    /// The day up to which it was known.
    pub vintage: Date,
    /// Valid rows.
    pub rows: u64,
}

/// A row that must be refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Line of `synth-unites.csv`, 1 for the header.
    pub line: u64,
    /// Column at fault.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

/// Why `truth.json` cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TruthError {
    /// It cannot be opened.
    #[error("cannot read {path}: generate the set again")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It does not hold a truth.
    #[error("{path} holds no truth of this version: generate the set again")]
    Form {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// Name of the file that keeps the truth.
pub(crate) const FILE: &str = "truth.json";

/// The truth of the set generated in `dir`.
pub fn truth(dir: &Path) -> Result<Truth, TruthError> {
    let path = dir.join(FILE);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(source) => return Err(TruthError::Read { path, source }),
    };
    serde_json::from_slice(&bytes).map_err(|source| TruthError::Form { path, source })
}
