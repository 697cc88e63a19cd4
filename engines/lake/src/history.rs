//! The deliveries, as the logs of the tables tell them.
//!
//! A commit that lands a delivery carries its provenance and the snapshot's number in its `commitInfo`, and the
//! delivery's key as a Delta transaction. Other commits (the table's creation, a compaction by another tool) carry
//! none of these and make no snapshot. An erasure carries what it erased: the snapshots before it are read from its
//! commit on, less the deliveries that came after them, since the files that they named are gone. A compaction lays the same rows in other files, and the old ones may be cleared
//! away later: the snapshot before it is then read from the new files.

use crate::error::{broken, failed};
use crate::table::Kind;
use beffroi_model::{Delivery, DeliveryId, SourceId};
use beffroi_ports::{Erased, FactsError, Snapshot};
use deltalake::logstore::LogStoreRef;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Display;

/// Name of the provenance in `commitInfo`.
pub(crate) const DELIVERY_KEY: &str = "beffroi.delivery";
/// Name of the snapshot's number in `commitInfo`.
pub(crate) const SNAPSHOT_KEY: &str = "beffroi.snapshot";
/// Name of what was erased in `commitInfo`.
pub(crate) const ERASURE_KEY: &str = "beffroi.erasure";
const READING: &str = "read its log";

/// By what a delivery is known again. It stands in the column `delivery` of each of its rows.
pub(crate) fn delivery_key(source: &SourceId, file_sha256: &str, mapping_version: &str) -> String {
    format!("{source}:{file_sha256}:{mapping_version}")
}

/// What both logs tell, up to where they have been read.
#[derive(Debug, Default)]
pub(crate) struct History {
    logs: [Log; 2],
    landings: BTreeMap<u64, Landing>,
    numbers: HashMap<String, u64>,
    erasures: Vec<(Kind, Erased)>,
}

/// How far the log of one table has been read, and which of its folders it names.
#[derive(Debug, Default)]
struct Log {
    next_version: u64,
    folders: HashSet<String>,
}

/// One delivery.
#[derive(Debug)]
struct Landing {
    kind: Kind,
    /// The version of the table that it made.
    landed: u64,
    /// The version of the table to read it from.
    version: u64,
    /// What its rows are marked with.
    key: String,
    delivery: Delivery,
}

/// The state of both tables that a snapshot stands for.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) number: u64,
    reports: Part,
    counts: Part,
}

/// The state of one of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Part {
    /// The version of the table.
    pub(crate) version: u64,
    /// The deliveries in that version that came after the snapshot, by what their rows are marked with.
    pub(crate) later: Vec<String>,
}

impl View {
    /// The state of a table.
    pub(crate) fn part(&self, kind: Kind) -> &Part {
        match kind {
            Kind::Reports => &self.reports,
            Kind::Counts => &self.counts,
        }
    }
}

/// The parts of a line of a commit that matter here.
#[derive(Debug, Deserialize)]
struct Action {
    #[serde(rename = "commitInfo")]
    commit_info: Option<CommitInfo>,
    txn: Option<Transaction>,
    add: Option<File>,
    remove: Option<File>,
}

#[derive(Debug, Deserialize)]
struct CommitInfo {
    #[serde(rename = "beffroi.delivery")]
    delivery: Option<Delivery>,
    #[serde(rename = "beffroi.snapshot")]
    snapshot: Option<u64>,
    #[serde(rename = "beffroi.erasure")]
    erasure: Option<Erased>,
}

#[derive(Debug, Deserialize)]
struct Transaction {
    #[serde(rename = "appId")]
    app_id: String,
}

#[derive(Debug, Deserialize)]
struct File {
    path: String,
    #[serde(rename = "dataChange")]
    data_change: bool,
}

impl History {
    /// Reads what the logs have grown by, in the order of [`Kind::ALL`]. Both are read until neither has grown, so that
    /// a snapshot is never seen without those before it.
    pub(crate) async fn refresh(&mut self, stores: [&LogStoreRef; 2]) -> Result<(), FactsError> {
        loop {
            let mut grown = false;
            for (kind, store) in Kind::ALL.into_iter().zip(stores) {
                grown |= self.read(kind, store).await?;
            }
            if !grown {
                break;
            }
        }
        match (1..).zip(self.landings.keys()).find(|(expected, number)| expected != *number) {
            None => Ok(()),
            Some((missing, _)) => Err(broken(
                READING,
                format_args!(
                    "snapshot {missing} is missing: a table or a part of its log was removed; restore the folder from a backup"
                ),
            )),
        }
    }

    async fn read(&mut self, kind: Kind, store: &LogStoreRef) -> Result<bool, FactsError> {
        let from = self.log(kind).next_version;
        loop {
            let version = self.log(kind).next_version;
            match store.read_commit_entry(version).await.map_err(failed(READING))? {
                Some(commit) => self.take(kind, version, &commit)?,
                None if version == 0 => {
                    return Err(broken(
                        READING,
                        format_args!(
                            "the log of `{}` does not start at its first commit: restore the folder from a backup",
                            kind.name()
                        ),
                    ));
                }
                None => return Ok(version > from),
            }
        }
    }

    fn take(&mut self, kind: Kind, version: u64, commit: &[u8]) -> Result<(), FactsError> {
        let damaged = |error: &dyn Display| {
            let advice = "restore it from a backup; if it is the last one, remove it and land its file again";
            broken(READING, format_args!("commit {version} of `{}` is damaged ({error}): {advice}", kind.name()))
        };
        if commit.iter().all(u8::is_ascii_whitespace) {
            return Err(damaged(&"it is empty"));
        }
        let (mut provenance, mut erasure, mut key, mut folders) = (None, None, None, Vec::new());
        let (mut n_files, mut n_changed) = (0, 0);
        for action in serde_json::Deserializer::from_slice(commit).into_iter::<Action>() {
            let action = action.map_err(|error| damaged(&error))?;
            if let Some(info) = action.commit_info {
                provenance = info.snapshot.zip(info.delivery);
                erasure = info.erasure;
            }
            key = key.or(action.txn.map(|txn| txn.app_id));
            for file in action.add.into_iter().chain(action.remove) {
                n_files += 1;
                n_changed += u64::from(file.data_change);
                folders.extend(file.path.split_once('/').map(|(folder, _)| folder.to_owned()));
            }
        }
        let log = self.log_mut(kind);
        log.next_version = version + 1;
        log.folders.extend(folders);
        if let Some((number, delivery)) = provenance {
            self.numbers.extend(key.clone().map(|key| (key, number)));
            let key = key.unwrap_or_default();
            self.landings.insert(number, Landing { kind, landed: version, version, key, delivery });
        } else if let Some(erasure) = erasure {
            self.erasures.push((kind, erasure));
            for landing in self.landings.values_mut().filter(|landing| landing.kind == kind) {
                landing.version = version;
            }
        } else if n_files > 0 && n_changed == 0 {
            let mut landings = self.landings.values_mut().rev();
            if let Some(landing) = landings.find(|landing| landing.kind == kind) {
                landing.version = version;
            }
        }
        Ok(())
    }

    fn log(&self, kind: Kind) -> &Log {
        let [reports, counts] = &self.logs;
        match kind {
            Kind::Reports => reports,
            Kind::Counts => counts,
        }
    }

    fn log_mut(&mut self, kind: Kind) -> &mut Log {
        let [reports, counts] = &mut self.logs;
        match kind {
            Kind::Reports => reports,
            Kind::Counts => counts,
        }
    }

    /// The number of the latest snapshot; 0 when nothing has landed.
    pub(crate) fn latest(&self) -> u64 {
        self.landings.last_key_value().map_or(0, |(number, _)| *number)
    }

    /// The snapshot that a delivery made.
    pub(crate) fn number(&self, key: &str) -> Option<u64> {
        self.numbers.get(key).copied()
    }

    /// The folders of a table that its log names: those of every delivery that landed.
    pub(crate) fn folders(&self, kind: Kind) -> &HashSet<String> {
        &self.log(kind).folders
    }

    /// The state of a snapshot: of each table, the version of its last delivery up to that number. Before the first
    /// delivery there is a state 0, of nothing.
    pub(crate) fn view(&self, snapshot: Option<u64>) -> Result<View, FactsError> {
        let latest = self.latest();
        let number = snapshot.unwrap_or(latest);
        if number > latest || (number == 0 && latest > 0) {
            return Err(FactsError::NoSnapshot { number, latest });
        }
        let part = |kind| {
            let of_kind = |(_, landing): &(&u64, &Landing)| landing.kind == kind;
            let Some((last, landing)) = self.landings.range(..=number).rev().find(of_kind) else {
                return Part::default();
            };
            let after = self.landings.range(last + 1..).filter(of_kind).map(|(_, later)| later);
            let later = after.take_while(|later| later.landed <= landing.version).map(|later| later.key.clone());
            Part { version: landing.version, later: later.collect() }
        };
        Ok(View { number, reports: part(Kind::Reports), counts: part(Kind::Counts) })
    }

    /// The erasures that were done, in each table the oldest first.
    pub(crate) fn erasures(&self) -> Vec<Erased> {
        self.erasures.iter().map(|(_, erased)| erased.clone()).collect()
    }

    /// The files of a table that erasures have taken out of it, by their names there.
    pub(crate) fn doomed(&self, kind: Kind) -> impl Iterator<Item = &str> {
        let of_kind = self.erasures.iter().filter(move |(of, _)| *of == kind);
        of_kind.flat_map(|(_, erased)| erased.files.iter().map(String::as_str))
    }

    /// The table and the mark of a delivery's rows.
    pub(crate) fn marked(&self, id: &DeliveryId) -> Option<(Kind, &str)> {
        let landing = self.landings.values().find(|landing| landing.delivery.id == *id);
        landing.map(|landing| (landing.kind, landing.key.as_str()))
    }

    /// The deliveries of a table, by what their rows are marked with.
    pub(crate) fn deliveries(&self, kind: Kind) -> HashMap<&str, &DeliveryId> {
        let landings = self.landings.values().filter(|landing| landing.kind == kind);
        landings.map(|landing| (landing.key.as_str(), &landing.delivery.id)).collect()
    }

    /// The day from which each delivery of a table is known, by what its rows are marked with.
    pub(crate) fn days(&self, kind: Kind) -> HashMap<String, Date> {
        let landings = self.landings.values().filter(|landing| landing.kind == kind);
        landings.map(|landing| (landing.key.clone(), landing.delivery.day())).collect()
    }

    /// Every snapshot, oldest first.
    pub(crate) fn snapshots(&self) -> Vec<Snapshot> {
        let erased = |id: &DeliveryId| self.erasures.iter().filter_map(|(_, erased)| erased.rows.get(id)).sum();
        self.landings
            .iter()
            .map(|(&number, landing)| Snapshot {
                number,
                delivery: landing.delivery.clone(),
                table: landing.kind.name().to_owned(),
                erased: erased(&landing.delivery.id),
            })
            .collect()
    }
}
