//! Rows of the lake, and what follows them: rejected rows of their delivery, series that rest on them.
//!
//! The lake remembers each erasure with what its certificate needs. Whatever stops a run, the next one ends it: rejects
//! that are still there, certificates that were not written, series older than the last erasure.

use super::holdings::path_of;
use super::{fault, run};
use crate::Context;
use crate::fault::{Fault, Outcome, ours};
use beffroi_desk_series::RunOptions;
use beffroi_journal::Act;
use beffroi_model::{DeliveryId, ReportId, SourceId};
use beffroi_ports::{Doomed, Erased, Erasure};
use beffroi_retention::{Due, Holding, Method, digest_of};
use beffroi_store::{SeriesRun, WriteKey};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the lake keeps of an erasure for its certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    /// The code of the basis.
    basis: String,
    last_day: Date,
    /// The account that did it.
    by: String,
    /// The entry of the journal that said so.
    journal: u64,
}

/// Erases what is due and certifies it; gives the name of the certificate's file.
pub(super) async fn erase(due: &Due, index: u64, context: &Context) -> Outcome<String> {
    let what = due.holding.what.as_str();
    let wrong = || Fault::ours(format!("{what} is no delivery of the lake"));
    let id: DeliveryId = what.rsplit('/').next().and_then(|id| id.parse().ok()).ok_or_else(wrong)?;
    let file = rows(what, Doomed::Delivery(id), &due.holding.basis, due.last_day, index, context).await?;
    file.ok_or_else(wrong)
}

/// Erases reports of a source by their identifiers, on the ground of that source; gives the name of the certificate's
/// file, and nothing when the lake holds none of them.
pub(super) async fn erase_reports(
    source: &SourceId,
    basis: &str,
    ids: BTreeSet<ReportId>,
    index: u64,
    context: &Context,
) -> Outcome<Option<String>> {
    let doomed = Doomed::Reports { source: source.clone(), ids };
    let today = context.today();
    let last_day = today.yesterday().unwrap_or(today);
    rows(&format!("lake/{source}/reports-{index}"), doomed, basis, last_day, index, context).await
}

async fn rows(
    what: &str,
    doomed: Doomed,
    basis: &str,
    last_day: Date,
    index: u64,
    context: &Context,
) -> Outcome<Option<String>> {
    let note = Note { basis: basis.to_owned(), last_day, by: run::account(&context.who), journal: index };
    let note = serde_json::to_string(&note).map_err(ours)?;
    let erasure = Erasure { what: what.to_owned(), doomed, at: context.now(), note };
    match context.facts.erase(&erasure).await.map_err(ours)? {
        Some(erased) => certify(&erased, context).await,
        None => Ok(None),
    }
}

/// Ends what an earlier run began: what follows each erasure of the lake that has no certificate yet.
pub(super) async fn resume(context: &Context) -> Outcome {
    let erasures = context.facts.erasures().await.map_err(ours)?;
    if erasures.is_empty() {
        return Ok(());
    }
    let certified: BTreeSet<(String, Option<(u64, u64)>)> =
        run::certificates(context)?.into_iter().map(|certificate| (certificate.what, certificate.journal)).collect();
    for erased in erasures {
        let index = note(&erased).map(|note| (note.journal, note.journal));
        if index.is_some() && !certified.contains(&(erased.what.clone(), index)) {
            certify(&erased, context).await?;
        }
    }
    Ok(())
}

fn note(erased: &Erased) -> Option<Note> {
    serde_json::from_str(&erased.note).ok()
}

/// Removes the rejected rows of a delivery that is erased whole, then certifies. Nothing for what another program
/// erased, which left no note of ours.
async fn certify(erased: &Erased, context: &Context) -> Outcome<Option<String>> {
    let Some(note) = note(erased) else { return Ok(None) };
    for id in erased.rows.keys().filter(|id| erased.what.ends_with(id.as_str())) {
        let what = rejects_of(id);
        if (context.upkeep.remove_file)(&path_of(&what, context)?).map_err(Fault::ours)? {
            let due = due(&what, 1, &note.basis, note.last_day);
            run::certify(&due, &digest_of([what.as_str()]), note.journal, &note.by, Method::FileRemoved, context)?;
        }
    }
    let due = due(&erased.what, erased.total(), &note.basis, note.last_day);
    let references = digest_of(erased.files.iter().map(String::as_str));
    run::certify(&due, &references, note.journal, &note.by, Method::RowsRewritten, context).map(Some)
}

fn due(what: &str, count: u64, basis: &str, last_day: Date) -> Due {
    let holding = Holding {
        what: what.to_owned(),
        basis: basis.to_owned(),
        count,
        collected: last_day,
        closed: None,
        last_act: None,
    };
    Due { holding, last_day, days_past: 0, verified: true }
}

fn rejects_of(id: &DeliveryId) -> String {
    format!("rejects/{id}.csv")
}

/// What goes with a delivery of the lake, by reference and number: shown in the plan.
pub(super) async fn follows(due: &Due, context: &Context) -> Outcome<Vec<(String, u64)>> {
    let Some(id) = due.holding.what.strip_prefix("lake/").and_then(|rest| rest.rsplit('/').next()) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let rejects = id.parse::<DeliveryId>().ok().map(|id| rejects_of(&id));
    if let Some(rejects) = rejects
        && path_of(&rejects, context)?.exists()
    {
        found.push((rejects, 1));
    }
    let snapshots = context.facts.snapshots().await.map_err(ours)?;
    let linked = snapshots.iter().any(|snapshot| snapshot.table == "reports" && snapshot.delivery.id.as_str() == id);
    if linked && let Some(series) = context.store.series_run().await.map_err(fault)? {
        found.push((reference(&series), context.store.series_count().await.map_err(fault)?));
    }
    Ok(found)
}

fn reference(series: &SeriesRun) -> String {
    format!("series/{}", crate::context::today(series.run_at))
}

/// Makes the series again when they are older than an erasure of reports: their records are erased, then a run over
/// what is left, with the same limit, replaces them.
pub(super) async fn renew_series(context: &Context) -> Outcome {
    let Some(series) = context.store.series_run().await.map_err(fault)? else { return Ok(()) };
    let snapshots = context.facts.snapshots().await.map_err(ours)?;
    let of_reports: BTreeSet<&DeliveryId> =
        snapshots.iter().filter(|snapshot| snapshot.table == "reports").map(|snapshot| &snapshot.delivery.id).collect();
    let erasures = context.facts.erasures().await.map_err(ours)?;
    let newer = |erased: &&Erased| erased.at >= series.run_at && erased.rows.keys().any(|id| of_reports.contains(id));
    let Some(last) = erasures.iter().filter(newer).max_by_key(|erased| erased.at) else { return Ok(()) };
    let by = || context.by().with_key(WriteKey::draw());
    let index = context.store.upkeep_note(Act::Erase, "series", "records", &by()).await.map_err(fault)?;
    let n_records = context.store.series_erase_records(&by()).await.map_err(fault)?;
    if let Some(note) = note(last) {
        let due = due(&reference(&series), n_records, &note.basis, note.last_day);
        run::certify(&due, &digest_of([last.what.as_str()]), index, &note.by, Method::KeyDestroyed, context)?;
    }
    let mut options = RunOptions::new(by());
    options.max_degree = u32::try_from(series.max_degree).unwrap_or(options.max_degree);
    options.max_share = None;
    beffroi_desk_series::run(context.facts.as_ref(), &context.store, options).await.map_err(ours)?;
    Ok(())
}
