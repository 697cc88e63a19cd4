//! The quality sheet of a delivery, as it is kept: codes and figures, no word and no row.
//!
//! No value of a rejected row and no identifier of a report is in it: what is erased from the lake does not live on here.

use beffroi_model::{Delivery, SourceId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The form of the JSON document; raised when a key changes its meaning.
pub const FORM: u32 = 1;

/// What became of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Outcome {
    /// Its rows are in that snapshot.
    Landed {
        /// The snapshot.
        snapshot: u64,
    },
    /// Every row was known already, or none was good: nothing landed.
    NothingNew,
    /// A control refused it.
    Refused,
}

/// The quality sheet of one delivery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QualitySheet {
    /// [`FORM`].
    pub form: u32,
    /// Who delivered what, when, and the counts of rows.
    pub delivery: Delivery,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether its rows are reports; published counts otherwise.
    pub of_reports: bool,
    /// Rows that the declaration leaves out, or without figure.
    pub rows_skipped: u64,
    /// What is there and what is not.
    pub completeness: Completeness,
    /// What did not fit.
    pub validity: Validity,
    /// How late it all is.
    pub timeliness: Timeliness,
    /// Each declared control and what it found.
    pub controls: Vec<ControlResult>,
    /// Against what was known before.
    pub differences: Differences,
    /// Figures that look like slips.
    pub suspicions: Listed<Suspicion>,
    /// Reports that seem to stand twice, and what the sources together may have missed. None for published counts, and where
    /// it was not looked for.
    pub overlaps: Option<Overlaps>,
}

impl QualitySheet {
    /// Whether a control did not hold.
    pub fn has_failed(&self) -> bool {
        self.controls.iter().any(|control| control.state == ControlState::Failed)
    }
}

/// The first lines of a list, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listed<T> {
    /// How many.
    pub n: u64,
    /// The first ones.
    pub first: Vec<T>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { n: 0, first: Vec::new() }
    }
}

impl<T> Listed<T> {
    /// Keeps the first `most` of `all`.
    pub fn of(mut all: Vec<T>, most: usize) -> Self {
        let n = all.len() as u64;
        all.truncate(most);
        Self { n, first: all }
    }
}

/// What is there and what is not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Completeness {
    /// Rows looked at: all that read well, those known already too.
    pub n_rows: u64,
    /// Each mapped field and how many rows have it.
    pub fields: Vec<FieldShare>,
    /// First day covered.
    pub first: Option<Date>,
    /// Last day covered.
    pub last: Option<Date>,
    /// Months covered, when the facts are of months or days.
    pub n_months: u64,
    /// Months without any row between the first and the last.
    pub missing_months: Listed<String>,
    /// Departments with a row.
    pub n_departments: u64,
    /// Departments of the code list without any row; empty when no department is there at all.
    pub missing_departments: Listed<String>,
    /// Rows that are not located.
    pub n_not_located: u64,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldShare {
    /// Its name in the declaration.
    pub field: String,
    /// Rows that have it.
    pub n: u64,
}

/// What did not fit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Validity {
    /// Findings by rule and column.
    pub rules: Vec<RuleLine>,
    /// The first findings, without the values.
    pub findings: Listed<FindingLine>,
}

/// Findings of one rule on one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleLine {
    /// The rule's code.
    pub rule: String,
    /// The column; none when the whole row is meant.
    pub column: Option<String>,
    /// Whether the rows were set aside.
    pub rejected: bool,
    /// How many.
    pub n: u64,
}

/// A finding without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingLine {
    /// Line of the file.
    pub line: u64,
    /// The column.
    pub column: Option<String>,
    /// The rule's code.
    pub rule: String,
    /// What is wrong.
    pub reason: String,
    /// Whether the row was set aside.
    pub rejected: bool,
}

/// How late it all is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Timeliness {
    /// From the facts to their report; none for published counts.
    pub facts_to_report: Option<Delay>,
    /// From the report, or the end of the period, to the delivery.
    pub to_delivery: Option<Delay>,
    /// The day by which it was due, when the source has a rhythm.
    pub due: Option<Date>,
    /// Days after that day; zero when it came in time.
    pub days_late: Option<i64>,
}

/// Days between two events, over the rows that know both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// Rows that know both.
    pub n: u64,
    /// Half of the rows took so many days or fewer.
    pub median: i64,
    /// Nine in ten.
    pub ninth_decile: i64,
}

/// What a control says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ControlState {
    /// It holds.
    Held,
    /// It does not hold.
    Failed,
    /// There was nothing to compare, or no value was given.
    Unchecked,
}

/// One control and what it found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ControlResult {
    /// Its name.
    pub name: String,
    /// Its kind's code.
    pub kind: String,
    /// `refuse` or `warn`.
    pub severity: String,
    /// What it says.
    pub state: ControlState,
    /// Comparisons made.
    pub n_checked: u64,
    /// Rows without a number where one was needed, or wholes of which a part is missing.
    pub n_unread: u64,
    /// Those that failed.
    pub faults: Listed<ControlFault>,
    /// What the territories lack of the country: not located, and no fault.
    pub gaps: Listed<Gap>,
}

/// A comparison that failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ControlFault {
    /// Where.
    pub place: Place,
    /// What was expected, when it is a number.
    pub expected: Option<f64>,
    /// What was found, when it is a number.
    pub found: Option<f64>,
    /// The one figure that a slip would explain.
    pub slip: Option<SlipHint>,
}

/// The one figure that a slip would explain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlipHint {
    /// Which figure.
    pub place: Place,
    /// As it stands.
    pub found: f64,
    /// As it would stand without the slip.
    pub meant: f64,
    /// The code of the slip.
    pub slip: String,
}

/// What the parts lack of the whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The whole.
    pub place: Place,
    /// Its figure.
    pub whole: f64,
    /// The sum of its parts.
    pub parts: f64,
}

/// Where a figure stands: what is known of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Line of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The series.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// The period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The territory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory: Option<String>,
    /// The category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The unit of count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
}

/// Against what was known before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Differences {
    /// Whether there was anything to compare with.
    pub compared: bool,
    /// Figures compared.
    pub n_compared: u64,
    /// Those that differ by more than the thresholds, the greatest first.
    pub changed: Listed<Difference>,
    /// Those that were there before and are not any more.
    pub vanished: Listed<Difference>,
    /// Those that are there for the first time.
    pub new: Listed<Difference>,
    /// The thresholds: share and units.
    pub relative: f64,
    /// See [`Differences::relative`].
    pub absolute: f64,
}

/// A figure before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Which figure.
    pub place: Place,
    /// The vintage it is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vintage: Option<Date>,
    /// Before.
    pub before: Option<f64>,
    /// After.
    pub after: Option<f64>,
    /// The same vintage is known with another value: the new one does not land.
    #[serde(default)]
    pub same_vintage: bool,
}

/// A figure that looks like a slip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suspicion {
    /// Which figure.
    pub place: Place,
    /// As it stands.
    pub found: f64,
    /// What its neighbours, its parts or its previous vintage say.
    pub expected: f64,
    /// `out-of-line`, `out-of-step`, or the code of a slip since the previous vintage.
    pub reason: String,
}

/// Reports that seem to stand twice, and what all lists together may have missed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Overlaps {
    /// The snapshot looked at.
    pub snapshot: u64,
    /// First day of report looked at.
    pub from: Option<Date>,
    /// Last day of report looked at.
    pub to: Option<Date>,
    /// Reports in that span, by source.
    pub sources: Vec<SourceCount>,
    /// Pairs by pair of sources and reason.
    pub pairs: Vec<PairCount>,
    /// Groups too crowded to be compared one by one.
    pub n_crowded: u64,
    /// What two sources together missed, one estimate a pair of sources.
    pub estimates: Vec<PairEstimate>,
    /// Three sources and more: every model.
    pub models: Vec<ModelLine>,
}

/// Reports of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCount {
    /// The source.
    pub source: SourceId,
    /// How many.
    pub n: u64,
}

/// Pairs of reports that seem to be one fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairCount {
    /// One source.
    pub first: SourceId,
    /// The other, or the same.
    pub second: SourceId,
    /// The code of the reason.
    pub reason: String,
    /// How sure, from 0 to 1.
    pub confidence: f64,
    /// How many.
    pub n: u64,
}

/// What two sources together missed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PairEstimate {
    /// One source.
    pub first: SourceId,
    /// The other.
    pub second: SourceId,
    /// Reports of the one.
    pub n_first: u64,
    /// Reports of the other.
    pub n_second: u64,
    /// Facts that both saw.
    pub n_both: u64,
    /// The estimate, when there is one.
    pub estimate: Option<Range>,
    /// Few on both: the limits are to be read with care.
    pub is_small: bool,
}

/// An estimate and its 95 % limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Range {
    /// The estimate.
    pub number: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

/// One model of the dependence between sources.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelLine {
    /// The pairs of sources that it lets depend on each other.
    pub pairs: Vec<(SourceId, SourceId)>,
    /// What it estimates; none where it has no finite answer.
    pub estimate: Option<Range>,
    /// Its deviance.
    pub deviance: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: u64,
    /// Akaike's criterion.
    pub aic: f64,
    /// Schwarz's criterion.
    pub bic: f64,
}
