//! What is held, in groups that are erased together: rows of the store, files of the data folder, deliveries of the
//! lake.

use super::fault;
use crate::Context;
use crate::fault::{Outcome, ours};
use beffroi_retention::{Bases, Holding};
use jiff::Timestamp;
use jiff::civil::Date;
use std::fs;
use std::path::{Path, PathBuf};

/// The basis of deliveries whose source is not known any more or names no ground that the table has: its term is not
/// set, so that they are told and neither erased nor forgotten.
const UNKNOWN: &str = "reports-other";

/// Everything, by reference.
pub(super) async fn all(bases: &Bases, context: &Context) -> Outcome<Vec<Holding>> {
    let mut all = Vec::new();
    for kept in context.store.retention_counts().await.map_err(fault)? {
        let basis = if kept.basis == "journal" { context.upkeep.journal_basis.clone() } else { kept.basis };
        all.push(Holding {
            what: kept.what,
            basis,
            count: kept.count,
            collected: kept.last,
            closed: kept.closed.then_some(kept.last),
            last_act: None,
        });
    }
    for (path, day) in rejects(&context.folder.rejects()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        all.push(holding(format!("rejects/{name}"), "rejects", 1, day));
    }
    for backup in super::super::backup::made(context)? {
        let day = crate::context::today(backup.at);
        all.push(holding(format!("backups/{}", backup.name()), "backups", 1, day));
    }
    for build in context.store.report_list().await.map_err(fault)? {
        let day = crate::context::today(build.built_at);
        all.push(holding(format!("annual-reports/{}", build.year), "annual-reports", 1, day));
    }
    all.extend(deliveries(bases, context).await?);
    all.sort_by(|a, b| a.what.cmp(&b.what));
    Ok(all)
}

fn holding(what: String, basis: &str, count: u64, collected: Date) -> Holding {
    Holding { what, basis: basis.to_owned(), count, collected, closed: None, last_act: None }
}

/// The files of rejected rows, with the day each was written.
fn rejects(folder: &Path) -> Vec<(PathBuf, Date)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<(PathBuf, Date)> = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "csv"))
        .filter_map(|entry| {
            let written = entry.metadata().ok()?.modified().ok()?;
            Some((entry.path(), crate::context::today(Timestamp::try_from(written).ok()?)))
        })
        .collect();
    files.sort();
    files
}

/// The deliveries of the lake, by the ground that the declaration of their source names.
async fn deliveries(bases: &Bases, context: &Context) -> Outcome<Vec<Holding>> {
    let catalogue = super::super::source::catalogue(context)?;
    let snapshots = context.facts.snapshots().await.map_err(ours)?;
    let read = |snapshot: beffroi_ports::Snapshot| {
        let delivery = snapshot.delivery;
        let source = catalogue.get(delivery.source.as_str());
        let basis = source.and_then(|source| bases.declared(&source.declaration.legal_basis));
        let code = match basis {
            Some(basis) => basis.code.clone(),
            None if delivery.synthetic => "synthetic".to_owned(),
            None => UNKNOWN.to_owned(),
        };
        let what = format!("lake/{}/{}", delivery.source, delivery.id);
        holding(what, &code, delivery.rows_accepted, crate::context::today(delivery.at))
    };
    Ok(snapshots.into_iter().map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_rejects_are_listed() {
        let place = std::env::temp_dir().join(format!("beffroi-cli-rejects-{}", std::process::id()));
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("a.csv"), "x").unwrap();
        fs::write(place.join(".a.csv.part"), "x").unwrap();
        let found = rejects(&place);
        fs::remove_dir_all(&place).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(rejects(&place.join("none")).is_empty());
    }
}
