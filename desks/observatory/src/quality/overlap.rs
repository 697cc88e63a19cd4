//! What the sources saw twice, and what they may all have missed. Shown, never subtracted.

use super::duplicates::{self, Pair, TRUSTED};
use super::sheet::{ModelLine, Overlaps, PairCount, PairEstimate, Range, SourceCount};
use super::traces::{Trace, Traces};
use beffroi_model::SourceId;
use beffroi_ports::{Facts, FactsError};
use beffroi_statistics::capture::{Estimate, TwoLists};
use beffroi_statistics::loglinear::{Histories, MOST_LISTS};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The overlaps of a source with the others, among the reports of a span (and a month around it).
///
/// # Errors
/// What the lake says.
pub(crate) async fn of_source(
    facts: &dyn Facts,
    source: &SourceId,
    span: (Date, Date),
    synthetic: bool,
    snapshot: u64,
) -> Result<Overlaps, FactsError> {
    let traces = duplicates::traces(facts, span, synthetic, Some(snapshot), duplicates::MOST).await?;
    Ok(told(&traces, source, snapshot))
}

pub(crate) fn told(traces: &Traces, source: &SourceId, snapshot: u64) -> Overlaps {
    let (pairs, n_crowded) = duplicates::pairs(traces);
    let mut counts: BTreeMap<(usize, usize, duplicates::Reason), u64> = BTreeMap::new();
    for pair in &pairs {
        let of = |i: usize| traces.all().get(i).map_or(0, |trace| trace.source);
        let (a, b) = (of(pair.a), of(pair.b));
        *counts.entry((a.min(b), a.max(b), pair.reason)).or_default() += 1;
    }
    let concerned = |a: usize, b: usize| traces.source(a) == Some(source) || traces.source(b) == Some(source);
    let line = |((a, b, reason), n): (&(usize, usize, duplicates::Reason), &u64)| {
        let (first, second) = (traces.source(*a)?.clone(), traces.source(*b)?.clone());
        let (reason, confidence) = (reason.code().to_owned(), reason.confidence());
        concerned(*a, *b).then_some(PairCount { first, second, reason, confidence, n: *n })
    };
    let sources = traces.sources().iter().enumerate().map(|(i, source)| {
        let n = traces.all().iter().filter(|trace| trace.source == i).count() as u64;
        SourceCount { source: source.clone(), n }
    });
    let n_sources = traces.sources().len();
    let couples = (0..n_sources).flat_map(|a| (a + 1..n_sources).map(move |b| (a, b)));
    Overlaps {
        snapshot,
        from: traces.from,
        to: traces.to,
        sources: sources.collect(),
        pairs: counts.iter().filter_map(line).collect(),
        n_crowded,
        estimates: couples
            .filter(|(a, b)| concerned(*a, *b))
            .filter_map(|(a, b)| estimate(traces, &pairs, a, b))
            .collect(),
        models: models(traces, &pairs),
    }
}

/// The phenomena that every one of these sources knows: elsewhere one of them can miss nothing that another sees.
fn common(traces: &Traces, sources: &[usize]) -> BTreeSet<u32> {
    let of = |source: usize| -> BTreeSet<u32> {
        let own = traces.all().iter().filter(|trace| trace.source == source);
        own.map(|trace| trace.phenomenon).filter(|phenomenon| *phenomenon != 0).collect()
    };
    let mut sets = sources.iter().map(|source| of(*source));
    let first = sets.next().unwrap_or_default();
    sets.fold(first, |all, set| &all & &set)
}

fn estimate(traces: &Traces, pairs: &[Pair], a: usize, b: usize) -> Option<PairEstimate> {
    let common = common(traces, &[a, b]);
    let in_common = |trace: &&Trace| common.contains(&trace.phenomenon);
    let n_of = |source: usize| traces.all().iter().filter(in_common).filter(|t| t.source == source).count() as u64;
    let both = |pair: &&Pair| {
        let (Some(x), Some(y)) = (traces.all().get(pair.a), traces.all().get(pair.b)) else { return false };
        let sources = (x.source.min(y.source), x.source.max(y.source));
        pair.reason.confidence() >= TRUSTED && sources == (a, b) && in_common(&x) && in_common(&y)
    };
    let lists = TwoLists { first: n_of(a), second: n_of(b), both: pairs.iter().filter(both).count() as u64 };
    (lists.first > 0 && lists.second > 0).then_some(())?;
    Some(PairEstimate {
        first: traces.source(a)?.clone(),
        second: traces.source(b)?.clone(),
        n_first: lists.first,
        n_second: lists.second,
        n_both: lists.both,
        estimate: lists.chapman().ok().map(range),
        is_small: lists.is_small(),
    })
}

/// Three sources and more: every model of the histories of facts.
fn models(traces: &Traces, pairs: &[Pair]) -> Vec<ModelLine> {
    let n_of = |source: usize| traces.all().iter().filter(|trace| trace.source == source).count();
    let mut sources: Vec<usize> = (0..traces.sources().len()).collect();
    sources.sort_by_key(|source| std::cmp::Reverse(n_of(*source)));
    sources.truncate(MOST_LISTS);
    sources.sort_unstable();
    if sources.len() < 3 {
        return Vec::new();
    }
    let common = common(traces, &sources);
    let list = |trace: &Trace| {
        let place = sources.iter().position(|source| *source == trace.source)?;
        common.contains(&trace.phenomenon).then_some(place)
    };
    // Reports of one fact, through all their pairs.
    let mut leader: Vec<usize> = (0..traces.all().len()).collect();
    for pair in pairs.iter().filter(|pair| pair.reason.confidence() >= TRUSTED) {
        let (a, b) = (root(&leader, pair.a), root(&leader, pair.b));
        if let Some(slot) = leader.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
    let mut histories: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, trace) in traces.all().iter().enumerate() {
        if let Some(place) = list(trace) {
            *histories.entry(root(&leader, i)).or_default() |= 1 << place;
        }
    }
    let mut counts = vec![0_u64; (1 << sources.len()) - 1];
    for history in histories.into_values() {
        if let Some(count) = history.checked_sub(1).and_then(|i| counts.get_mut(i)) {
            *count += 1;
        }
    }
    let Ok(table) = Histories::new(&counts) else { return Vec::new() };
    let name = |place: usize| sources.get(place).and_then(|source| traces.source(*source)).cloned();
    let line = |model: beffroi_statistics::loglinear::Model| ModelLine {
        pairs: model.pairs.iter().filter_map(|(a, b)| Some((name(*a)?, name(*b)?))).collect(),
        estimate: model.estimate.ok().map(range),
        deviance: model.deviance,
        degrees_of_freedom: model.degrees_of_freedom as u64,
        aic: model.aic,
        bic: model.bic,
    };
    table.models().into_iter().map(line).collect()
}

fn root(leader: &[usize], of: usize) -> usize {
    let mut at = of;
    while let Some(next) = leader.get(at).copied().filter(|next| *next != at) {
        at = next;
    }
    at
}

fn range(estimate: Estimate) -> Range {
    Range { number: estimate.number, low: estimate.limits.low, high: estimate.limits.high }
}
