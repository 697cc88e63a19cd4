//! What a flash says, before it is put into words.

use crate::alerts::{Advice, Agreement, Grade, Issue, Mention, Novelty, Written};
use crate::signals::{Signal, YearFigure};
use beffroi_model::{Layer, Marking, ObservableKind, Period};
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The content of a flash, as the register keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertContent {
    /// 1 for the first version that readers see, one more at each update.
    pub revision: u32,
    /// The figures of the signal.
    pub figures: AlertFigures,
    /// Where, for counts large enough.
    pub spread: Spread,
    /// Classes of victims, for counts large enough.
    pub victims: Vec<ClassCount>,
    /// Known losses over the run, in euro cents; none when too few are known.
    pub loss_cents: Option<i64>,
    /// Reports whose loss is known; 0 when too few.
    pub loss_known: u64,
    /// How likely it is that something really changed.
    pub probability: Probability,
    /// How solid the ground of that judgement is.
    pub confidence: Confidence,
    /// How far the source is trusted and what it says believed.
    #[serde(default)]
    pub grade: Grade,
    /// The mention of protection.
    #[serde(default)]
    pub mention: Mention,
    /// The marking that the data ask for: none wider is allowed.
    #[serde(default)]
    pub least: Marking,
    /// The decision that made the signal a flash.
    #[serde(default)]
    pub novelty: Option<Novelty>,
    /// Who agreed, when it draws on an inquiry.
    #[serde(default)]
    pub agreement: Option<Agreement>,
    /// Everybody who wrote this version: none of them validates it.
    #[serde(default)]
    pub writers: Vec<String>,
    /// The versions that went out, the oldest first.
    #[serde(default)]
    pub issues: Vec<Issue>,
    /// What the author writes besides what the figures say.
    #[serde(default)]
    pub written: Written,
    /// How many elements of its series were left out, because a warning list names them.
    #[serde(default)]
    pub left_out: u64,
    /// The steps of the known phenomenon, as keys of the wording.
    pub steps: Vec<String>,
    /// What to do, by recipient.
    pub advice: Vec<Advice>,
    /// Offenders' domains, numbers and accounts, defanged.
    pub technical: Vec<TechnicalElement>,
    /// What the analyst adds.
    pub note: Option<Note>,
    /// Until when sightings and cases are asked for.
    pub feedback_until: Date,
    /// What happened to it, oldest first.
    pub changes: Vec<Change>,
    /// How long things took.
    pub measures: AlertMeasures,
}

/// The figures of the signal behind a flash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertFigures {
    /// Territory code.
    pub territory: String,
    /// The layer in which they were counted.
    pub layer: Layer,
    /// Whether claims by offenders are counted, rather than reports.
    pub claims: bool,
    /// A ransomware group, for its claims.
    pub subject: Option<String>,
    /// First alarming week.
    pub first_week: Period,
    /// Last alarming week.
    pub last_week: Period,
    /// Reports of the last week.
    pub observed: f64,
    /// Reports expected in the last week.
    pub expected: f64,
    /// Threshold of the last week.
    pub threshold: f64,
    /// Observed over expected, when something was expected.
    pub ratio: Option<f64>,
    /// Reports over the run.
    pub run_observed: f64,
    /// The same weeks of past years, the latest first.
    pub same_weeks: Vec<YearFigure>,
    /// First week with a report, when it lies within the weeks read.
    pub first_seen: Option<String>,
    /// Method.
    pub method: String,
    /// Years of the baseline.
    pub baseline_years: u64,
    /// Snapshot of the lake.
    pub snapshot: u64,
    /// The sources counted.
    pub sources: Vec<String>,
    /// What else it may be, as keys of the wording.
    pub why_else: Vec<String>,
}

impl AlertContent {
    /// Whether some version went out.
    pub fn was_issued(&self) -> bool {
        !self.issues.is_empty()
    }
}

impl AlertFigures {
    pub(crate) fn of(signal: &Signal) -> Self {
        let content = &signal.content;
        Self {
            territory: signal.territory.clone(),
            layer: signal.layer,
            claims: content.claims,
            subject: content.subject.clone(),
            first_week: signal.first_week,
            last_week: signal.last_week,
            observed: signal.observed,
            expected: signal.expected,
            threshold: signal.threshold,
            ratio: content.ratio,
            run_observed: content.run_observed,
            same_weeks: content.same_weeks.clone(),
            first_seen: content.first_seen.clone(),
            method: signal.method.clone(),
            baseline_years: content.baseline_years,
            snapshot: signal.snapshot,
            sources: content.sources.clone(),
            why_else: content.why_else.clone(),
        }
    }

    /// Weeks from the first alarming one to the last.
    pub(crate) fn n_weeks(&self) -> usize {
        self.first_week.through(self.last_week).count()
    }
}

/// Counts by territory that may be shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The largest first.
    pub shown: Vec<PlaceCount>,
    /// Territories with reports that are not shown.
    pub n_hidden: u64,
}

/// Reports of one territory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceCount {
    /// Territory code.
    pub territory: String,
    /// Reports over the run.
    pub count: f64,
}

/// Reports of one class of victims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassCount {
    /// Code of the class.
    pub class: String,
    /// Reports over the run.
    pub count: f64,
}

/// The French scale of estimative probability, from even chances up: what is less likely makes no flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probability {
    /// About 50 %, ± 10.
    Even,
    /// About 75 %, ± 12.
    Likely,
    /// About 93 %, ± 6.
    AlmostCertain,
}

impl Probability {
    /// Every word, from the least likely.
    pub const ALL: [Self; 3] = [Self::Even, Self::Likely, Self::AlmostCertain];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Likely => "likely",
            Self::AlmostCertain => "almost-certain",
        }
    }

    /// The word for a signal. The rule is ours, and the flash says that it rests on figures alone: almost certain when
    /// three weeks in a row or more are at least twice what was expected (or nothing was expected), likely when two
    /// weeks in a row are alarming or one is at least twice what was expected, even otherwise.
    pub fn of(figures: &AlertFigures) -> Self {
        let doubled = figures.ratio.is_none_or(|ratio| ratio >= 2.0);
        match (figures.n_weeks(), doubled) {
            (3.., true) => Self::AlmostCertain,
            (2.., _) | (_, true) => Self::Likely,
            _ => Self::Even,
        }
    }

    /// Its key in the wording.
    pub fn key(self) -> &'static str {
        match self {
            Self::Even => "flash-probability-even",
            Self::Likely => "flash-probability-likely",
            Self::AlmostCertain => "flash-probability-almost-certain",
        }
    }
}

/// Confidence in the judgement, apart from its probability. Figures alone never give high confidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// A short past.
    Low,
    /// Three years of past or more.
    Moderate,
}

impl Confidence {
    /// Every word.
    pub const ALL: [Self; 2] = [Self::Low, Self::Moderate];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Moderate => "moderate",
        }
    }

    /// The confidence of a signal.
    pub fn of(figures: &AlertFigures) -> Self {
        if figures.baseline_years >= 3 { Self::Moderate } else { Self::Low }
    }

    /// Its key in the wording.
    pub fn key(self) -> &'static str {
        match self {
            Self::Low => "flash-confidence-low",
            Self::Moderate => "flash-confidence-moderate",
        }
    }
}

/// An offender's domain, number or account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicalElement {
    /// What it is.
    pub kind: ObservableKind,
    /// Its canonical value; defanged wherever it is shown.
    pub value: String,
    /// Reports that hold it; 0 when it comes from elsewhere.
    pub degree: u64,
    /// Where it was seen, when no report of the lake says so.
    #[serde(default)]
    pub context: Option<Note>,
    /// The last day on which it is looked for.
    #[serde(default)]
    pub until: Option<Date>,
}

/// A free text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

impl Note {
    /// In a language.
    pub fn said(&self, lang: Lang) -> &str {
        match lang {
            Lang::Fr => &self.fr,
            Lang::En => &self.en,
        }
    }
}

/// One line of the change log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What, as a key of the wording: `flash-change-drafted`…
    pub what: String,
    /// Why, when it was asked.
    pub reason: Option<String>,
}

/// How long things took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertMeasures {
    /// When the signal was first found.
    pub signal_at: Timestamp,
    /// Hours from the signal to the draft.
    pub signal_to_draft_hours: f64,
    /// Hours from the signal to the issue.
    pub signal_to_issue_hours: Option<f64>,
}

/// Hours from one instant to a later one; 0 when it is earlier.
pub(crate) fn hours(from: Timestamp, to: Timestamp) -> f64 {
    (to.duration_since(from).as_secs_f64() / 3600.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(first: &str, last: &str, ratio: Option<f64>) -> AlertFigures {
        AlertFigures {
            territory: "FR".to_owned(),
            layer: Layer::Recorded,
            claims: false,
            subject: None,
            first_week: first.parse().unwrap(),
            last_week: last.parse().unwrap(),
            observed: 10.0,
            expected: 4.0,
            threshold: 9.0,
            ratio,
            run_observed: 20.0,
            same_weeks: vec![],
            first_seen: None,
            method: "farrington-flexible".to_owned(),
            baseline_years: 3,
            snapshot: 1,
            sources: vec![],
            why_else: vec![],
        }
    }

    #[test]
    fn the_word_follows_the_stated_rule() {
        let word = |first, last, ratio| Probability::of(&figures(first, last, ratio));
        assert_eq!(word("2025-W49", "2025-W51", Some(2.0)), Probability::AlmostCertain);
        assert_eq!(word("2025-W49", "2025-W51", None), Probability::AlmostCertain);
        assert_eq!(word("2025-W49", "2025-W51", Some(1.9)), Probability::Likely);
        assert_eq!(word("2025-W51", "2025-W51", Some(2.5)), Probability::Likely);
        assert_eq!(word("2025-W51", "2025-W51", Some(1.5)), Probability::Even);
    }
}
