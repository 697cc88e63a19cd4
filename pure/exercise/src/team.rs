//! How a team did: what it said of each signal against the plan, and how long it took.

use crate::plan::{Cause, Counted, Plan, Wave};
use beffroi_model::Period;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A signal, as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalFact {
    /// Its identifier.
    pub id: String,
    /// Its phenomenon.
    pub phenomenon: Option<String>,
    /// Its territory.
    pub territory: String,
    /// Its sector.
    pub sector: Option<String>,
    /// First and last week in alarm.
    pub weeks: (Period, Period),
    /// The wave whose domain it shows, for what is new in kind.
    pub wave: Option<String>,
    /// When it came up.
    pub at: Timestamp,
    /// What was decided, and when.
    pub decided: Option<(String, Timestamp)>,
}

/// A flash, as the register has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlashFact {
    /// The signal it comes from.
    pub signal: Option<String>,
    /// When it was first issued.
    pub issued_at: Option<Timestamp>,
    /// When each recipient was sent it, and read it.
    pub readings: Vec<(Timestamp, Option<Timestamp>)>,
}

/// How many signals of a verdict were decided how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictLine {
    /// What was true.
    pub truth: String,
    /// What was decided; `open` when nothing was.
    pub decision: String,
    /// How many.
    pub n: u64,
    /// Whether that is right.
    pub right: bool,
}

/// How a team did.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TeamScore {
    /// Signals.
    pub n_signals: u64,
    /// Signals decided.
    pub n_decided: u64,
    /// Decided as the plan has it.
    pub n_right: u64,
    /// By truth and decision.
    pub verdicts: Vec<VerdictLine>,
    /// Median hours from a signal to its decision.
    pub hours_to_decide: Option<f64>,
    /// Waves that came up as a signal and call for a flash.
    pub n_flashes_due: u64,
    /// … of which got one.
    pub n_flashes: u64,
    /// Flashes on what calls for none.
    pub n_flashes_wrong: u64,
    /// Median hours from a signal to its flash.
    pub hours_to_flash: Option<f64>,
    /// Who was sent a flash.
    pub n_sent: u64,
    /// Who had read it within 24 hours.
    pub n_read_in_24_h: u64,
}

/// What is true of what no wave explains: known, or not of the command's competence, is right.
const NOTHING: &str = "nothing";

/// Scores what a team did.
pub fn score_team(plan: &Plan, signals: &[SignalFact], flashes: &[FlashFact]) -> TeamScore {
    let mut told = TeamScore { n_signals: signals.len() as u64, ..TeamScore::default() };
    let mut verdicts: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut wave_of: BTreeMap<&str, &str> = BTreeMap::new();
    let (mut to_decide, mut to_flash) = (Vec::new(), Vec::new());
    for signal in signals {
        let wave = truth(plan, signal);
        let verdict = wave.map_or(NOTHING, |wave| wave.verdict.code());
        if let Some(wave) = wave.filter(|wave| wave.verdict.calls_for_a_flash()) {
            wave_of.insert(&signal.id, &wave.id);
        }
        let decision = signal.decided.as_ref().map_or("open", |(code, _)| code.as_str());
        *verdicts.entry((verdict.to_owned(), decision.to_owned())).or_default() += 1;
        if let Some((_, at)) = &signal.decided {
            told.n_decided += 1;
            to_decide.push(hours(signal.at, *at));
        }
    }
    told.verdicts = verdicts
        .into_iter()
        .map(|((truth, decision), n)| {
            let right = match truth.as_str() {
                NOTHING => matches!(decision.as_str(), "known" | "out-of-scope"),
                truth => truth == decision,
            };
            VerdictLine { truth, decision, n, right }
        })
        .collect();
    told.n_right = told.verdicts.iter().filter(|line| line.right).map(|line| line.n).sum();
    told.hours_to_decide = median(to_decide);
    told.n_flashes_due = wave_of.values().collect::<BTreeSet<_>>().len() as u64;
    let mut flashed: BTreeSet<&str> = BTreeSet::new();
    for flash in flashes {
        let Some(issued) = flash.issued_at else { continue };
        let signal = signals.iter().find(|signal| Some(&signal.id) == flash.signal.as_ref());
        match signal.and_then(|signal| wave_of.get(signal.id.as_str())) {
            Some(wave) => {
                flashed.insert(wave);
            }
            None => told.n_flashes_wrong += 1,
        }
        to_flash.extend(signal.map(|signal| hours(signal.at, issued)));
        told.n_sent += flash.readings.len() as u64;
        let day = SignedDuration::from_hours(24);
        let in_time =
            |(sent, read): &&(Timestamp, Option<Timestamp>)| read.is_some_and(|at| at.duration_since(*sent) <= day);
        told.n_read_in_24_h += flash.readings.iter().filter(in_time).count() as u64;
    }
    told.n_flashes = flashed.len() as u64;
    told.hours_to_flash = median(to_flash);
    told
}

fn truth<'a>(plan: &'a Plan, signal: &SignalFact) -> Option<&'a Wave> {
    if let Some(id) = &signal.wave {
        return plan.waves.iter().find(|wave| wave.id == *id);
    }
    let counted = Counted {
        phenomenon: signal.phenomenon.as_deref()?,
        territory: &signal.territory,
        sector: signal.sector.as_deref(),
        weeks: signal.weeks,
    };
    match plan.explain(&counted) {
        Cause::Wave(wave) => Some(wave),
        Cause::Trap(_) | Cause::Nothing => None,
    }
}

fn hours(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64() / 3600.0
}

/// The middle one; the lower of two.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied()
}
