//! What is held, in groups that are erased together: rows of the store, files of the data folder, deliveries of the
//! lake.

use super::fault;
use crate::fault::{Fault, Outcome, ours};
use crate::{Context, DataFolder};
use beffroi_desk_observatory::sources::Catalogue;
use beffroi_model::SourceId;
use beffroi_retention::{Bases, Holding};
use jiff::Timestamp;
use jiff::civil::Date;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The basis of deliveries whose source is not known any more or names no ground that the table has: its term is not
/// set, so that they are told and neither erased nor forgotten.
const UNKNOWN: &str = "reports-other";

/// Where a folder of a data folder is.
type Folder = fn(&DataFolder) -> PathBuf;

/// Folders of the data folder whose files are erased one by one, by the ground that each is kept on.
const FOLDERS: [(&str, Folder); 2] = [("rejects", DataFolder::rejects), ("exports", DataFolder::alerts)];

/// The file that a reference names: `rejects/NAME`, `exports/NAME`.
pub(super) fn path_of(what: &str, context: &Context) -> Outcome<PathBuf> {
    let wrong = || Fault::ours(format!("{what} names no file"));
    let (kind, name) = what.split_once('/').ok_or_else(wrong)?;
    let (_, folder) = FOLDERS.iter().find(|(basis, _)| *basis == kind).ok_or_else(wrong)?;
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(name)), None) => Ok(folder(&context.folder).join(name)),
        _ => Err(wrong()),
    }
}

/// Everything, by reference.
pub(super) async fn all(bases: &Bases, context: &Context) -> Outcome<Vec<Holding>> {
    let mut all = Vec::new();
    for kept in context.store.retention_counts().await.map_err(fault)? {
        let basis = if kept.basis == "journal" { context.upkeep.grounds.journal.clone() } else { kept.basis };
        // Who is to leave the list has not left it yet.
        let to_come = basis == "recipients" && kept.last > context.today();
        all.push(Holding {
            what: kept.what,
            basis,
            count: kept.count,
            collected: if to_come { context.today() } else { kept.last },
            closed: (kept.closed && !to_come).then_some(kept.last),
            last_act: None,
        });
    }
    for (basis, folder) in FOLDERS {
        for (name, day) in files(&folder(&context.folder)) {
            all.push(holding(format!("{basis}/{name}"), basis, 1, day));
        }
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

/// The files of a folder, with the day each was written; one that is being written, its name begun with a dot, is none.
fn files(folder: &Path) -> Vec<(String, Date)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let plain = |entry: &fs::DirEntry| {
        entry.file_type().is_ok_and(|kind| kind.is_file()) && !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let mut files: Vec<(String, Date)> = entries
        .flatten()
        .filter(plain)
        .filter_map(|entry| {
            let written = entry.metadata().ok()?.modified().ok()?;
            Some((
                entry.file_name().to_string_lossy().into_owned(),
                crate::context::today(Timestamp::try_from(written).ok()?),
            ))
        })
        .collect();
    files.sort();
    files
}

/// The deliveries of the lake, by the ground that the declaration of their source names.
async fn deliveries(bases: &Bases, context: &Context) -> Outcome<Vec<Holding>> {
    let catalogue = super::super::source::catalogue(context)?;
    let snapshots = context.facts.snapshots().await.map_err(ours)?;
    // A delivery of which everything was erased is held no more.
    let left = |snapshot: beffroi_ports::Snapshot| {
        let n_left = snapshot.delivery.rows_accepted.saturating_sub(snapshot.erased);
        (n_left > 0).then_some((snapshot.delivery, n_left))
    };
    let read = |(delivery, n_left): (beffroi_model::Delivery, u64)| {
        let code = basis_of(&delivery.source, delivery.synthetic, bases, &catalogue);
        let what = format!("lake/{}/{}", delivery.source, delivery.id);
        holding(what, &code, n_left, crate::context::today(delivery.at))
    };
    Ok(snapshots.into_iter().filter_map(left).map(read).collect())
}

/// The code of the ground on which rows of a source are kept, as its declaration names it.
pub(super) fn basis_of(source: &SourceId, synthetic: bool, bases: &Bases, catalogue: &Catalogue) -> String {
    let declared = catalogue.get(source.as_str()).and_then(|found| bases.declared(&found.declaration.legal_basis));
    match declared {
        Some(basis) => basis.code.clone(),
        None if synthetic => "synthetic".to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_finished_files_are_listed() {
        let place = std::env::temp_dir().join(format!("beffroi-cli-rejects-{}", std::process::id()));
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("a.csv"), "x").unwrap();
        fs::write(place.join(".a.csv.part"), "x").unwrap();
        fs::create_dir_all(place.join("folder")).unwrap();
        let found = files(&place);
        fs::remove_dir_all(&place).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(files(&place.join("none")).is_empty());
    }
}
