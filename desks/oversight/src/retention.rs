//! The board of retention: what is held in the store and the data folder, on what ground, until when.
//!
//! It counts and dates; it erases nothing and shows no content.

use crate::sight::Sight;
use crate::{OversightError, journal, paris};
use beffroi_retention::{Bases, FaultKind, Hold, HoldScope, Holding, plan};
use beffroi_rights::{Act, Kind, Subject};
use beffroi_store::Store;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::Path;

/// The most files of rejects that are looked at.
const MOST_FILES: usize = 10_000;
/// Series read at a time.
const CHUNK: u64 = 500;

/// The grounds of this deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grounds {
    /// The bases, with the terms that were set.
    pub bases: Bases,
    /// The code of the basis on which the journal is kept.
    pub journal: String,
}

impl Grounds {
    /// Those of the house: no term set, the journal kept as article R. 236-59 of the code of internal security says.
    ///
    /// # Errors
    /// [`OversightError::Bases`] when the table is at fault.
    pub fn house() -> Result<Self, OversightError> {
        Ok(Self { bases: Bases::house()?, journal: "journal-csi-r236-59".to_owned() })
    }
}

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
    holdings.extend(rejects(data, on));
    holdings.extend(series(store, on).await?);
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

/// What the registers hold: months of the journal, purposes, sessions, attempts, accounts shut, alerts, reports.
async fn registers(store: &Store, on: Date, grounds: &Grounds) -> Result<Vec<Holding>, OversightError> {
    let counted = store.retention_counts().await?.into_iter().map(|kept| {
        let basis = if kept.basis == "journal" { grounds.journal.as_str() } else { kept.basis.as_str() };
        let day = kept.last.min(on);
        Holding { closed: kept.closed.then_some(day), ..holding(kept.what, basis, kept.count, day) }
    });
    let reports = store.report_list().await?.into_iter().map(|built| {
        holding(format!("annual-reports/{}", built.year), "annual-reports", 1, paris(built.built_at).date().min(on))
    });
    Ok(counted.chain(reports).collect())
}

/// Files of rejected rows, with the day each was written. A folder that is not there holds none.
fn rejects(data: &Path, on: Date) -> Vec<Holding> {
    let Ok(entries) = std::fs::read_dir(data.join("rejects")) else { return Vec::new() };
    let files = entries.take(MOST_FILES).flatten().filter(|entry| entry.path().extension().is_some_and(|e| e == "csv"));
    let of_file = |entry: std::fs::DirEntry| {
        let written = entry.metadata().ok().and_then(|meta| Timestamp::try_from(meta.modified().ok()?).ok());
        let day = written.map_or(on, |at| paris(at).date());
        holding(format!("rejects/{}", entry.file_name().to_string_lossy()), "rejects", 1, day)
    };
    files.map(of_file).collect()
}

/// The series of the last run, apart whether they were made up.
async fn series(store: &Store, on: Date) -> Result<Vec<Holding>, OversightError> {
    let Some(run) = store.series_run().await? else { return Ok(Vec::new()) };
    let day = paris(run.run_at).date().min(on);
    let (mut made_up, mut real, mut offset) = (0_u64, 0_u64, 0);
    loop {
        let chunk = store.series_list(CHUNK, offset).await?;
        let n = chunk.len() as u64;
        made_up += chunk.iter().filter(|series| series.synthetic).count() as u64;
        real += chunk.iter().filter(|series| !series.synthetic).count() as u64;
        offset += n;
        if n < CHUNK {
            break;
        }
    }
    let groups = [("synthetic", made_up), ("linkage-cpp-230-22", real)];
    let held = groups.into_iter().filter(|(_, count)| *count > 0);
    Ok(held.map(|(basis, count)| holding(format!("series/{day}"), basis, count, day)).collect())
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
        assert_eq!(Grounds::house().unwrap().journal, OF_JOURNAL);
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
    fn files_of_rejects_are_listed_and_no_folder_holds_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(rejects(folder.path(), date(2026, 1, 1)).is_empty());
        std::fs::create_dir(folder.path().join("rejects")).unwrap();
        for name in ["a.csv", "b.csv", ".b.csv.part"] {
            std::fs::write(folder.path().join("rejects").join(name), b"x").unwrap();
        }
        let mut found: Vec<String> = rejects(folder.path(), date(2026, 1, 1)).into_iter().map(|of| of.what).collect();
        found.sort();
        assert_eq!(found, ["rejects/a.csv", "rejects/b.csv"]);
    }
}
