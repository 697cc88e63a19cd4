//! The board of retention: what is held in the store and the data folder, on what ground, until when.
//!
//! It counts and dates; it erases nothing and shows no content.

use crate::sight::Sight;
use crate::{OversightError, journal, paris};
pub use beffroi_retention::Grounds;
use beffroi_retention::{Bases, FaultKind, Hold, HoldScope, Holding, plan};
use beffroi_rights::{Act, Kind, Subject};
use beffroi_store::Store;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::Path;

/// The most files of a folder that are looked at.
const MOST_FILES: usize = 10_000;

/// Where a holding stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// Its term is over since these days.
    Due {
        /// The last day of its term.
        last_day: Date,
        /// Days since.
        days_past: i32,
        /// Whether the text of its basis was read.
        verified: bool,
    },
    /// An order keeps it until that day.
    Held {
        /// The last day of the order.
        until: Date,
        /// Its reference.
        reason: String,
    },
    /// Its term ends with that day.
    Until(Date),
    /// It has no term, or none that runs yet.
    Kept,
    /// It cannot be told.
    Unknown(FaultKind),
}

/// One group of things kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLine {
    /// What, on which basis, how many, since when.
    pub holding: Holding,
    /// Where it stands.
    pub stands: Stands,
}

/// Whether `subject` sees the board: whoever controls, and whoever operates.
pub fn sees(subject: &Subject, on: Date) -> bool {
    journal::searches(subject, on) || Sight::of(subject, Act::Operate, Kind::JournalEntry, on).is_open()
}

/// The board of day `on` of Paris, over the store and the data folder: what is due first, then what cannot be told, what
/// is held, what comes, what is kept.
///
/// # Errors
/// [`OversightError::Missing`] when it is not for this person; [`OversightError::Holds`] when the orders in force cannot
/// be read, since nothing can be said without them; the store's.
pub async fn board(
    store: &Store,
    data: &Path,
    subject: &Subject,
    on: Date,
    grounds: &Grounds,
) -> Result<Vec<BoardLine>, OversightError> {
    if !sees(subject, on) {
        return Err(OversightError::Missing { what: "board" });
    }
    let holds = holds(data)?;
    let mut holdings = registers(store, on, grounds).await?;
    holdings.extend(files(data, "rejects", "rejects", on));
    holdings.extend(files(data, "alerts", "exports", on));
    let mut lines: Vec<BoardLine> = holdings
        .into_iter()
        .map(|holding| BoardLine { stands: stands(&holding, &grounds.bases, &holds, on), holding })
        .collect();
    lines.sort_by(|a, b| (rank(&a.stands), &a.holding.what).cmp(&(rank(&b.stands), &b.holding.what)));
    Ok(lines)
}

/// A hold as it stands in `holds.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredHold {
    what: String,
    basis: bool,
    reason: String,
    by: String,
    until: Date,
}

/// The orders to keep longer, from `holds.json` of the data folder; none when there is no such file.
///
/// # Errors
/// [`OversightError::Holds`] for a file that cannot be read or says nothing known: it must not look like no hold.
pub fn holds(data: &Path) -> Result<Vec<Hold>, OversightError> {
    let wrong = |reason: String| OversightError::Holds { reason };
    let bytes = match std::fs::read(data.join("holds.json")) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(wrong(error.to_string())),
    };
    let stored: Vec<StoredHold> = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    let read = |of: StoredHold| Hold {
        scope: if of.basis { HoldScope::Basis(of.what) } else { HoldScope::Holding(of.what) },
        reason: of.reason,
        by: of.by,
        until: of.until,
    };
    Ok(stored.into_iter().map(read).collect())
}

fn rank(stands: &Stands) -> (u8, Option<Date>) {
    match stands {
        Stands::Due { last_day, .. } => (0, Some(*last_day)),
        Stands::Unknown(_) => (1, None),
        Stands::Held { until, .. } => (2, Some(*until)),
        Stands::Until(day) => (3, Some(*day)),
        Stands::Kept => (4, None),
    }
}

fn stands(holding: &Holding, bases: &Bases, holds: &[Hold], on: Date) -> Stands {
    let plan = plan(std::slice::from_ref(holding), bases, holds, on);
    if let Some(due) = plan.due.first() {
        return Stands::Due { last_day: due.last_day, days_past: due.days_past, verified: due.verified };
    }
    if let Some(held) = plan.held.first() {
        return Stands::Held { until: held.hold.until, reason: held.hold.reason.clone() };
    }
    if let Some(fault) = plan.faults.first() {
        return Stands::Unknown(fault.kind);
    }
    plan.coming.keys().next().map_or(Stands::Kept, |day| Stands::Until(*day))
}

fn holding(what: String, basis: &str, count: u64, collected: Date) -> Holding {
    Holding { what, basis: basis.to_owned(), count, collected, closed: None, last_act: None }
}

/// What the registers hold: months of the journal, purposes, openings, reveals, looks, sessions, attempts, accounts shut,
/// recipients, alerts, reports.
async fn registers(store: &Store, on: Date, grounds: &Grounds) -> Result<Vec<Holding>, OversightError> {
    let counted = store.retention_counts().await?.into_iter().map(|kept| {
        let basis = if kept.basis == "journal" { grounds.journal.as_str() } else { kept.basis.as_str() };
        // Who is to leave the list of recipients has not left it yet.
        let closed = kept.closed && (basis != "recipients" || kept.last <= on);
        let day = kept.last.min(on);
        Holding { closed: closed.then_some(day), ..holding(kept.what, basis, kept.count, day) }
    });
    let reports = store.report_list().await?.into_iter().map(|built| {
        holding(format!("annual-reports/{}", built.year), "annual-reports", 1, paris(built.built_at).date().min(on))
    });
    Ok(counted.chain(reports).collect())
}

/// The files of a folder of the data folder that are kept on the ground `basis` (rejected rows in `rejects`, exports of
/// flash alerts in `alerts`), with the day each was written. A folder that is not there holds none; a file that is still
/// being written, its name begun with a dot, is none.
fn files(data: &Path, folder: &str, basis: &str, on: Date) -> Vec<Holding> {
    let Ok(entries) = std::fs::read_dir(data.join(folder)) else { return Vec::new() };
    let plain = |entry: &std::fs::DirEntry| {
        entry.file_type().is_ok_and(|kind| kind.is_file()) && !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    let of_file = |entry: std::fs::DirEntry| {
        let written = entry.metadata().ok().and_then(|meta| Timestamp::try_from(meta.modified().ok()?).ok());
        let day = written.map_or(on, |at| paris(at).date());
        holding(format!("{basis}/{}", entry.file_name().to_string_lossy()), basis, 1, day)
    };
    entries.take(MOST_FILES).flatten().filter(plain).map(of_file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const OF_JOURNAL: &str = "journal-csi-r236-59";

    #[test]
    fn each_holding_stands_where_its_term_says() {
        let bases = Bases::house().unwrap();
        let of = |basis: &str, on| stands(&holding("x/1".to_owned(), basis, 1, date(2022, 12, 31)), &bases, &[], on);
        assert_eq!(of(OF_JOURNAL, date(2025, 12, 31)), Stands::Until(date(2025, 12, 31)));
        assert!(matches!(of(OF_JOURNAL, date(2026, 1, 1)), Stands::Due { days_past: 1, verified: true, .. }));
        assert_eq!(of("synthetic", date(2026, 1, 1)), Stands::Kept);
        assert_eq!(of("reports-thesee", date(2026, 1, 1)), Stands::Unknown(FaultKind::NoTerm));
        assert_eq!(of("whim", date(2026, 1, 1)), Stands::Unknown(FaultKind::UnknownBasis));
        assert!(bases.get(OF_JOURNAL).is_some());
    }

    #[test]
    fn an_order_in_the_data_folder_keeps_what_it_names_and_a_broken_file_is_no_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        assert!(holds(folder.path()).unwrap().is_empty());
        let path = folder.path().join("holds.json");
        let order = r#"[{"what":"journal/2022-12","basis":false,"reason":"ordonnance 12/2026","by":"cli","until":"2027-01-01"}]"#;
        std::fs::write(&path, order).unwrap();
        let holds = holds(folder.path()).unwrap();
        let bases = Bases::house().unwrap();
        let journal = |month: &str| holding(format!("journal/{month}"), OF_JOURNAL, 1, date(2022, 12, 31));
        let on = date(2026, 1, 1);
        assert!(matches!(stands(&journal("2022-12"), &bases, &holds, on), Stands::Held { .. }));
        assert!(matches!(stands(&journal("2022-11"), &bases, &holds, on), Stands::Due { .. }));
        for broken in ["", "{}", "[{}]", r#"[{"what":"x"}]"#] {
            std::fs::write(&path, broken).unwrap();
            assert!(matches!(super::holds(folder.path()), Err(OversightError::Holds { .. })), "{broken}");
        }
    }

    #[test]
    fn files_are_listed_and_no_folder_holds_none() {
        let folder = tempfile::tempdir().unwrap();
        let found = |name: &str, basis: &str| {
            let files = files(folder.path(), name, basis, date(2026, 1, 1)).into_iter();
            let mut found: Vec<String> = files.map(|of| format!("{} {}", of.basis, of.what)).collect();
            found.sort();
            found
        };
        assert!(found("rejects", "rejects").is_empty());
        for (place, names) in [("rejects", &["a.csv", "b.csv", ".b.csv.part"][..]), ("alerts", &["FLASH-2026-001.pdf"])]
        {
            std::fs::create_dir_all(folder.path().join(place).join("folder")).unwrap();
            for name in names {
                std::fs::write(folder.path().join(place).join(name), b"x").unwrap();
            }
        }
        assert_eq!(found("rejects", "rejects"), ["rejects rejects/a.csv", "rejects rejects/b.csv"]);
        assert_eq!(found("alerts", "exports"), ["exports exports/FLASH-2026-001.pdf"]);
    }
}
