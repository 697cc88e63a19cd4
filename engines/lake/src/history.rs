//! The deliveries, as the logs of the tables tell them.
//!
//! A commit that lands a delivery carries its provenance and the snapshot's number in its `commitInfo`, and the
//! delivery's key as a Delta transaction. Other commits (the table's creation, a compaction by another tool) carry
//! none of these and make no snapshot. A compaction lays the same rows in other files, and the old ones may be cleared
//! away later: the snapshot before it is then read from the new files.

use crate::error::{broken, failed};
use crate::table::Kind;
use beffroi_model::{Delivery, SourceId};
use beffroi_ports::{FactsError, Snapshot};
use deltalake::logstore::LogStoreRef;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Display;

/// Name of the provenance in `commitInfo`.
pub(crate) const DELIVERY_KEY: &str = "beffroi.delivery";
/// Name of the snapshot's number in `commitInfo`.
pub(crate) const SNAPSHOT_KEY: &str = "beffroi.snapshot";
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
    /// The version of the table to read it from.
    version: u64,
    delivery: Delivery,
}

/// The state of both tables that a snapshot stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) number: u64,
    reports: u64,
    counts: u64,
}

impl View {
    /// The version of a table.
    pub(crate) fn version(self, kind: Kind) -> u64 {
        match kind {
            Kind::Reports => self.reports,
            Kind::Counts => self.counts,
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
        let (mut provenance, mut key, mut folders) = (None, None, Vec::new());
        let (mut n_files, mut n_changed) = (0, 0);
        for action in serde_json::Deserializer::from_slice(commit).into_iter::<Action>() {
            let action = action.map_err(|error| damaged(&error))?;
            if let Some(info) = action.commit_info {
                provenance = info.snapshot.zip(info.delivery);
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
            self.numbers.extend(key.map(|key| (key, number)));
            self.landings.insert(number, Landing { kind, version, delivery });
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
        let version = |kind| {
            let landings = self.landings.range(..=number).rev();
            landings
                .map(|(_, landing)| landing)
                .find(|landing| landing.kind == kind)
                .map_or(0, |landing| landing.version)
        };
        Ok(View { number, reports: version(Kind::Reports), counts: version(Kind::Counts) })
    }

    /// Every snapshot, oldest first.
    pub(crate) fn snapshots(&self) -> Vec<Snapshot> {
        self.landings
            .iter()
            .map(|(&number, landing)| Snapshot {
                number,
                delivery: landing.delivery.clone(),
                table: landing.kind.name().to_owned(),
            })
            .collect()
    }
}
