//! Signals of the watch: what they say, and what an analyst decided of them.

mod due;

pub use due::DecisionDue;

use crate::alerts::{AlertFigures, Confidence, Probability};
use crate::watch;
use beffroi_model::{IdError, Layer, Marking, Pap, Period, SignalId, Tlp};
use beffroi_ports::{Dimension, FactsError, Filter};
use beffroi_rights::{Kind, Object, Scope, State, World};
use beffroi_store::{By, SignalRow, Store, StoreError};
use beffroi_surveillance::SurveillanceError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Why signals could not be found, read or decided.
#[derive(Debug, thiserror::Error)]
pub enum SignalError {
    /// The lake's fault.
    #[error(transparent)]
    Facts(#[from] FactsError),
    /// The store's fault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A series that cannot be watched.
    #[error(transparent)]
    Surveillance(#[from] SurveillanceError),
    /// A signal that cannot be named.
    #[error(transparent)]
    Identifier(#[from] IdError),
    /// There is no such signal.
    #[error("no signal {id}: `beffroi signal list` names them")]
    Missing {
        /// What was asked.
        id: SignalId,
    },
    /// A decision without its reason.
    #[error("a decision on signal {id} needs its reason, in at least {least} characters")]
    NoReason {
        /// Which signal.
        id: SignalId,
        /// The least number of characters.
        least: usize,
    },
    /// A stored signal does not read.
    #[error("signal {id}: its stored {what} cannot be read back; run the watch again")]
    Content {
        /// Which signal.
        id: SignalId,
        /// What does not read.
        what: &'static str,
    },
}

impl SignalError {
    /// Whether the request is at fault (exit status 1) rather than the house (2).
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::NoReason { .. } | Self::Identifier(_) => true,
            Self::Store(error) => error.is_user_fault(),
            Self::Facts(_) | Self::Surveillance(_) | Self::Content { .. } => false,
        }
    }
}

/// The shortest reason accepted.
const REASON_LEAST: usize = 3;

/// What an analyst decided of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// A new threat: a flash may be drafted.
    New,
    /// A variant of a known one.
    Variant,
    /// Known, or not a threat.
    Known,
    /// Not of the command's competence.
    OutOfScope,
}

impl Decision {
    /// Every decision.
    pub const ALL: [Self; 4] = [Self::New, Self::Variant, Self::Known, Self::OutOfScope];

    /// The code used on the command line and in the register.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Variant => "variant",
            Self::Known => "known",
            Self::OutOfScope => "out-of-scope",
        }
    }
}

impl FromStr for Decision {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shown: String = text.chars().take(40).collect();
        let unknown = || format!("unknown decision `{shown}`: expected new, variant, known or out-of-scope");
        Self::ALL.into_iter().find(|decision| decision.code() == text).ok_or_else(unknown)
    }
}

/// Where a signal stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum SignalState {
    /// Nobody decided yet.
    Open,
    /// Decided.
    Decided {
        /// What.
        decision: Decision,
        /// Why.
        reason: String,
        /// By whom.
        who: String,
        /// When.
        at: Timestamp,
    },
}

impl SignalState {
    /// `open` or the code of the decision.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided { decision, .. } => decision.code(),
        }
    }
}

impl fmt::Display for SignalState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One signal: the run of alarming weeks of one series.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Signal {
    /// Its identifier.
    pub id: SignalId,
    /// The phenomenon whose reports rose.
    pub phenomenon: Option<String>,
    /// Territory code: `FR` for the whole.
    pub territory: String,
    /// The layer in which they were counted.
    pub layer: Layer,
    /// First alarming week.
    pub first_week: Period,
    /// Last alarming week.
    pub last_week: Period,
    /// Reports of the last alarming week.
    pub observed: f64,
    /// Reports expected in that week.
    pub expected: f64,
    /// Threshold of that week.
    pub threshold: f64,
    /// Rank: standard deviations above the expected count, weeks of the run added up.
    pub strength: f64,
    /// Method, as the surveillance room names it.
    pub method: String,
    /// The snapshot it was computed from.
    pub snapshot: u64,
    /// Where it stands.
    pub state: SignalState,
    /// Computed from rows made by a generator.
    pub synthetic: bool,
    /// The figures behind it.
    pub content: SignalContent,
}

/// The figures behind a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignalContent {
    /// A ransomware group, for its claims.
    pub subject: Option<String>,
    /// A sector, for the reports of its victims.
    #[serde(default)]
    pub sector: Option<String>,
    /// Whether claims by offenders are counted, rather than reports.
    pub claims: bool,
    /// Observed over expected in the last week; none when less than half a report was expected.
    pub ratio: Option<f64>,
    /// Probability of as many reports or more under the baseline, in the last week.
    pub p_value: Option<f64>,
    /// Probability behind the threshold.
    pub alpha: f64,
    /// Years of the baseline; 0 when only the last weeks serve.
    pub baseline_years: u64,
    /// Reports over the run.
    pub run_observed: f64,
    /// The last weeks, oldest first.
    pub weeks: Vec<WeekFigure>,
    /// Departments or groups that rose with it.
    pub parts: Vec<PartLine>,
    /// Reports of the run by territory code, for the whole of France. Not protected: small counts are not to be shown.
    pub spread: BTreeMap<String, f64>,
    /// The same weeks of past years, the latest first.
    pub same_weeks: Vec<YearFigure>,
    /// First week with a report, when it lies within the weeks read.
    pub first_seen: Option<String>,
    /// The sources counted.
    pub sources: Vec<String>,
    /// What else it may be, as keys of the wording.
    pub why_else: Vec<String>,
    /// When it was first found.
    pub detected_at: Timestamp,
    /// Where the last week was still coming in: how many reports it will have had.
    #[serde(default)]
    pub nowcast: Option<NowcastLine>,
    /// The first week counted as now, when a break was declared within the weeks read: nothing before it was compared with.
    #[serde(default)]
    pub counted_since: Option<String>,
    /// The false alarms allowed and expected when it was last computed.
    #[serde(default)]
    pub budget: Option<BudgetLine>,
    /// What is new in kind; none for a rise in number.
    #[serde(default)]
    pub news: Option<NewsLine>,
    /// Where and since when a national rise gathers, when chance would not do as much.
    #[serde(default)]
    pub cluster: Option<ClusterLine>,
}

/// The neighbouring departments and last weeks in which most is reported beyond what weeks and places lead to expect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClusterLine {
    /// Codes of departments.
    pub territories: Vec<String>,
    /// How many of the last weeks.
    pub weeks: u64,
    /// Reports in them.
    pub observed: f64,
    /// Reports that weeks and places lead to expect.
    pub expected: f64,
    /// Probability of as marked a gathering anywhere, by drawing.
    pub p_value: f64,
}

/// Something new in kind, without anything of a victim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewsLine {
    /// `new-observable`, `lookalike-domains`, `new-brand` or `term-burst`.
    pub kind: String,
    /// What it is: masked when it leads to one person, defanged otherwise.
    pub what: String,
    /// The most reports within `days` days.
    pub reports: u64,
    /// Departments they came from, "not located" being one.
    pub places: u64,
    /// How many days those are.
    pub days: u64,
    /// The domains of a family or with a term, defanged; the first of them.
    pub members: Vec<String>,
    /// Known phenomena whose reports look most like these, the nearest first.
    pub near: Vec<NearLine>,
}

/// A known phenomenon, and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NearLine {
    /// Its code.
    pub phenomenon: String,
    /// From 0, alike, to 1, nothing in common.
    pub distance: f64,
}

/// How many reports a week will have had, once all are in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NowcastLine {
    /// Reports expected in all.
    pub estimate: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The share that had come in.
    pub share: f64,
    /// Probability with which the interval holds the count.
    pub level: f64,
}

/// False alarms over all series of a run of the watch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct BudgetLine {
    /// Allowed in a month.
    pub allowed: f64,
    /// To be expected in a month, at most.
    pub expected: f64,
}

/// One week.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeekFigure {
    /// The week.
    pub week: String,
    /// Reports.
    pub observed: f64,
    /// Reports expected, for a week evaluated.
    pub expected: Option<f64>,
    /// Its threshold.
    pub threshold: Option<f64>,
    /// Whether it is of the run.
    pub alarm: bool,
}

/// A department or a group that rose with the whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartLine {
    /// Territory code.
    pub territory: String,
    /// A ransomware group, for its claims.
    pub subject: Option<String>,
    /// A sector of victims.
    #[serde(default)]
    pub sector: Option<String>,
    /// Its first alarming week.
    pub first_week: String,
    /// Reports of its last alarming week.
    pub observed: f64,
    /// Reports expected in that week.
    pub expected: f64,
    /// Threshold of that week.
    pub threshold: f64,
}

/// The same weeks of another year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct YearFigure {
    /// The year of the ISO weeks.
    pub year: i16,
    /// Reports over the weeks.
    pub observed: f64,
}

impl Signal {
    /// What keeps the reports of its place and sector: nothing for the whole of France, its departments for a region.
    pub fn place(&self) -> Vec<Filter> {
        let sector = |code: &String| Filter { dimension: Dimension::Sector, values: vec![code.clone()] };
        let place = watch::territories(&self.territory);
        place.into_iter().chain(self.content.sector.as_ref().map(sector)).collect()
    }

    /// How likely it is that something really changed, in the words of the scale that a flash uses.
    pub fn probability(&self) -> Probability {
        Probability::of(&AlertFigures::of(self))
    }

    /// How far that judgement can be trusted.
    pub fn confidence(&self) -> Confidence {
        Confidence::of(&AlertFigures::of(self))
    }

    fn read(row: SignalRow) -> Result<Self, SignalError> {
        let wrong = |what: &'static str| {
            let id = row.id.clone();
            move || SignalError::Content { id, what }
        };
        let state = if row.state == "open" {
            SignalState::Open
        } else {
            let decision = row.state.parse().map_err(|_| wrong("state")())?;
            let reason = row.reason.clone().unwrap_or_default();
            let who = row.decided_by.clone().ok_or_else(wrong("decision"))?;
            let at = row.decided_at.ok_or_else(wrong("decision"))?;
            SignalState::Decided { decision, reason, who, at }
        };
        Ok(Self {
            layer: row.layer.parse().map_err(|_| wrong("layer")())?,
            first_week: row.first_week.parse().map_err(|_| wrong("first week")())?,
            last_week: row.last_week.parse().map_err(|_| wrong("last week")())?,
            content: serde_json::from_value(row.content.clone()).map_err(|_| wrong("details")())?,
            state,
            id: row.id,
            phenomenon: row.phenomenon,
            territory: row.territory,
            observed: row.observed,
            expected: row.expected,
            threshold: row.threshold,
            strength: row.strength,
            method: row.method,
            snapshot: row.snapshot,
            synthetic: row.synthetic,
        })
    }
}

/// Every signal, the strongest first, whoever asks: for the machine's own work.
///
/// # Errors
/// The store's; [`SignalError::Content`] for a signal that does not read.
pub async fn list(store: &Store) -> Result<Vec<Signal>, SignalError> {
    store.signal_list().await?.into_iter().map(Signal::read).collect()
}

/// One signal, whoever asks: for the machine's own work; none when there is no such signal.
///
/// # Errors
/// The store's; [`SignalError::Content`] when it does not read.
pub async fn show(store: &Store, id: &SignalId) -> Result<Option<Signal>, SignalError> {
    store.signal_fetch(id).await?.map(Signal::read).transpose()
}

/// The signals that `scope` lets see, the strongest first.
///
/// # Errors
/// As [`list`].
pub async fn visible(store: &Store, scope: &Scope) -> Result<Vec<Signal>, SignalError> {
    store.signal_visible(scope).await?.into_iter().map(Signal::read).collect()
}

/// One signal through `scope`; nothing both when there is none and when it is not in the scope.
///
/// # Errors
/// As [`show`].
pub async fn get(store: &Store, scope: &Scope, id: &SignalId) -> Result<Option<Signal>, SignalError> {
    let found = store.signal_get(scope, id).await?;
    found.map(|found| Signal::read(found.into_inner().row)).transpose()
}

/// To whom a signal may go: those who act on it.
const MARKING: Marking = Marking { tlp: Tlp::Amber, pap: Pap::Amber };

/// The facts on which rights to a signal depend.
pub(crate) fn guard(row: &SignalRow, by: &By) -> Result<Object, SignalError> {
    let wrong = |what| SignalError::Content { id: row.id.clone(), what };
    let id = row.id.as_str().parse().map_err(|_| wrong("identifier"))?;
    let territory = row.territory.parse().map_err(|_| wrong("territory"))?;
    let mut object = Object::new(id, Kind::Signal, World::Coordination, by.service.clone(), territory);
    object.marking = MARKING;
    object.state = State::Submitted;
    Ok(object)
}

/// Decides a signal. A later decision replaces an earlier one; both stay in the journal.
///
/// # Errors
/// [`SignalError::NoReason`] without a reason; [`SignalError::Missing`]; the store's.
pub async fn decide(
    store: &Store,
    id: &SignalId,
    decision: Decision,
    reason: &str,
    by: &By,
) -> Result<Signal, SignalError> {
    let reason = reason.trim();
    if reason.chars().count() < REASON_LEAST {
        return Err(SignalError::NoReason { id: id.clone(), least: REASON_LEAST });
    }
    let missing = || SignalError::Missing { id: id.clone() };
    show(store, id).await?.ok_or_else(missing)?;
    store.signal_decide(id, decision.code(), reason, by).await?;
    show(store, id).await?.ok_or_else(missing)
}
