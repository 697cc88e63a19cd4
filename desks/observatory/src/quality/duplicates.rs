//! Reports that seem to be one fact seen twice: the victim who wrote to a platform and went to a unit is one duplicate and no
//! series. Pairs are shown with their reason and never removed.
//!
//! Only what the lake holds is compared: day of the facts, department, phenomenon, loss, observables. The confidences are
//! set by rule, not learnt; they order the reasons and say below which none is trusted.

use super::traces::{Trace, Traces};
use beffroi_model::{Report, ReportKind, SourceId};
use beffroi_ports::{Dimension, Facts, FactsError, Filter, Measure, ReportsQuery};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

/// Most reports compared at once: the latest ones, when there are more.
pub const MOST: u64 = 250_000;

/// Most reports of one group that are compared one by one.
const CROWD: usize = 40;

/// Days on each side of a span in which the other report of a pair is looked for.
const MARGIN: i64 = 31;

/// From this confidence on a pair counts as one fact for the estimates of what the sources missed.
pub const TRUSTED: f64 = 0.75;

/// Why two reports seem to be one fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The same victim's number or account, facts three days apart at most.
    SameVictim,
    /// An author's observable that few share, the same loss to the cent, facts a day apart at most.
    AuthorLossDay,
    /// The same loss to the cent (and no round sum), day of facts, department and phenomenon.
    LossDayPlace,
    /// An author's observable that few share, facts a day apart at most, the same department; no loss to compare.
    AuthorDayPlace,
}

impl Reason {
    /// Every reason, the surest first.
    pub const ALL: [Self; 4] = [Self::SameVictim, Self::AuthorLossDay, Self::LossDayPlace, Self::AuthorDayPlace];

    /// The code kept in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::SameVictim => "same-victim",
            Self::AuthorLossDay => "author-loss-day",
            Self::LossDayPlace => "loss-day-place",
            Self::AuthorDayPlace => "author-day-place",
        }
    }

    /// How sure, from 0 to 1.
    pub fn confidence(self) -> f64 {
        match self {
            Self::SameVictim => 0.95,
            Self::AuthorLossDay => 0.85,
            Self::LossDayPlace => 0.75,
            Self::AuthorDayPlace => 0.55,
        }
    }
}

/// Two reports that seem to be one fact: their places in [`Traces`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) a: usize,
    pub(crate) b: usize,
    pub(crate) reason: Reason,
}

/// A pair, as it is shown: identifiers of reports, and nothing of what they hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairLine {
    /// Source of the one.
    pub first_source: SourceId,
    /// Its identifier there.
    pub first_id: String,
    /// Source of the other.
    pub second_source: SourceId,
    /// Its identifier there.
    pub second_id: String,
    /// Why.
    pub reason: Reason,
    /// How sure, from 0 to 1.
    pub confidence: f64,
}

/// The reports of the lake that victims made, reported in a span and a month around it: the latest `most` of them, by whole days.
pub(crate) async fn traces(
    facts: &dyn Facts,
    span: (Date, Date),
    synthetic: bool,
    snapshot: Option<u64>,
    most: u64,
) -> Result<Traces, FactsError> {
    let by_victims =
        [ReportKind::Complaint, ReportKind::Report, ReportKind::RecordedOffence, ReportKind::AssistanceRequest];
    let margin = jiff::Span::new().days(MARGIN);
    let mut query = ReportsQuery {
        measures: vec![Measure::Count],
        by: vec![Dimension::Day],
        filters: vec![
            Filter { dimension: Dimension::Kind, values: by_victims.map(|kind| kind.code().to_owned()).to_vec() },
            // What a generator made is no duplicate of what happened.
            Filter { dimension: Dimension::Synthetic, values: vec![synthetic.to_string()] },
        ],
        from: Some(span.0.saturating_sub(margin)),
        to: Some(span.1.saturating_add(margin)),
        snapshot,
        ..ReportsQuery::default()
    };
    // The latest days that fit in memory.
    let days = facts.reports(&query).await?;
    let (mut n, mut first) = (0.0, None);
    for day in days.rows().rev() {
        n += day.value(0).unwrap_or_default();
        if n > most as f64 {
            break;
        }
        first = day.key(0).and_then(|key| key.parse::<Date>().ok()).or(first);
    }
    if n > most as f64 {
        let Some(first) = first else { return Ok(Traces::new(None, None)) };
        query.from = Some(first);
    }
    query.by.clear();
    let all = Mutex::new(Traces::new(query.from, query.to));
    let take = |reports: Vec<Report>| {
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        reports.iter().for_each(|report| all.add(report));
    };
    facts.read(&query, Box::new(take)).await?;
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.seal();
    Ok(all)
}

/// The pairs among these reports, each report in one pair at most for each pair of sources, the surest first; and the number of
/// groups too crowded to be compared.
pub(crate) fn pairs(traces: &Traces) -> (Vec<Pair>, u64) {
    let mut blocks: HashMap<Block, Vec<usize>> = HashMap::new();
    for (i, trace) in traces.all().iter().enumerate() {
        for block in blocks_of(traces, trace) {
            blocks.entry(block).or_default().push(i);
        }
    }
    let mut n_crowded = 0;
    let mut found: BTreeMap<(usize, usize), Reason> = BTreeMap::new();
    for members in blocks.values() {
        if members.len() > CROWD {
            n_crowded += 1;
            continue;
        }
        for (n, a) in members.iter().enumerate() {
            for b in members.iter().skip(n + 1) {
                let pair = (*a.min(b), *a.max(b));
                let (Some(first), Some(second)) = (traces.all().get(pair.0), traces.all().get(pair.1)) else {
                    continue;
                };
                if let Some(reason) = judge(traces, first, second).filter(|_| a != b) {
                    found.entry(pair).and_modify(|known| *known = reason.min(*known)).or_insert(reason);
                }
            }
        }
    }
    let mut all: Vec<Pair> = found.into_iter().map(|((a, b), reason)| Pair { a, b, reason }).collect();
    all.sort_by_key(|pair| (pair.reason, pair.a, pair.b));
    let mut taken: BTreeSet<(usize, usize)> = BTreeSet::new();
    let source = |i: usize| traces.all().get(i).map_or(0, |trace| trace.source);
    all.retain(|pair| {
        let (of_a, of_b) = ((pair.a, source(pair.b)), (pair.b, source(pair.a)));
        let free = !taken.contains(&of_a) && !taken.contains(&of_b);
        if free {
            taken.extend([of_a, of_b]);
        }
        free
    });
    (all, n_crowded)
}

/// The pairs of a source with any source, as they are shown.
///
/// # Errors
/// What the lake says.
pub async fn lines(
    facts: &dyn Facts,
    source: &SourceId,
    span: (Date, Date),
    synthetic: bool,
) -> Result<Vec<PairLine>, FactsError> {
    let traces = traces(facts, span, synthetic, None, MOST).await?;
    let (pairs, _) = pairs(&traces);
    let line = |pair: &Pair| {
        let (a, b) = (traces.all().get(pair.a)?, traces.all().get(pair.b)?);
        let (first_source, second_source) = (traces.source(a.source)?.clone(), traces.source(b.source)?.clone());
        (first_source == *source || second_source == *source).then(|| PairLine {
            first_source,
            first_id: a.id.to_string(),
            second_source,
            second_id: b.id.to_string(),
            reason: pair.reason,
            confidence: pair.reason.confidence(),
        })
    };
    Ok(pairs.iter().filter_map(line).collect())
}

/// What puts two reports into one group to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Block {
    Victim(u64),
    Author(u64, i32),
    Loss(i64, i32, u32),
}

fn blocks_of(traces: &Traces, trace: &Trace) -> Vec<Block> {
    let mut blocks: Vec<Block> = trace.victims.iter().map(|of| Block::Victim(*of)).collect();
    for author in trace.authors.iter().filter(|of| !traces.is_hub(**of)) {
        // In the group of its day and of the next, so that facts one day apart meet.
        blocks.extend([Block::Author(*author, trace.day), Block::Author(*author, trace.day + 1)]);
    }
    if let (Some(loss), true, true) = (trace.loss, trace.day_is_of_facts, trace.territory != 0) {
        blocks.push(Block::Loss(loss, trace.day, trace.territory));
    }
    blocks
}

/// Whether two reports seem to be one fact.
fn judge(traces: &Traces, a: &Trace, b: &Trace) -> Option<Reason> {
    let unlike = |x: u32, y: u32| x != 0 && y != 0 && x != y;
    if unlike(a.victim_kind, b.victim_kind) {
        return None;
    }
    let apart = (a.day - b.day).abs();
    if apart <= 3 && a.victims.iter().any(|of| b.victims.contains(of)) {
        return Some(Reason::SameVictim);
    }
    // Two victims' own numbers that differ are two victims.
    if !a.victims.is_empty() && !b.victims.is_empty() {
        return None;
    }
    let losses = a.loss.zip(b.loss);
    if unlike(a.territory, b.territory) || losses.is_some_and(|(x, y)| x != y) {
        return None;
    }
    let same_place = a.territory != 0 && a.territory == b.territory;
    let author = apart <= 1 && a.authors.iter().any(|of| !traces.is_hub(*of) && b.authors.contains(of));
    if author && losses.is_some() {
        return Some(Reason::AuthorLossDay);
    }
    let round = losses.is_none_or(|(loss, _)| loss % 1_000 == 0);
    let dated = apart == 0 && a.day_is_of_facts && b.day_is_of_facts;
    if !round && dated && same_place && !unlike(a.phenomenon, b.phenomenon) {
        return Some(Reason::LossDayPlace);
    }
    (author && same_place).then_some(Reason::AuthorDayPlace)
}
