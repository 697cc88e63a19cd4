//! Writing records: one batch is one transaction, with what it starts elsewhere. A record that does not exist yet is
//! named `@0`, `@1`… within its batch, and numbered when it is written.

use super::around::{Attaching, Sealed, attach};
use super::{TaskDraft, entity, row, search, tasks};
use crate::columns::instant;
use crate::write::{By, Done};
use crate::{Store, StoreError, notices, sql};
use beffroi_journal::Act;
use beffroi_register::{Change, Entry, Record, Step};
use beffroi_rights::{PersonId, State};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, IntoActiveModel};
use std::collections::{BTreeMap, BTreeSet};

/// A record to be written, and what is told of it.
#[derive(Debug, Clone)]
pub struct RecordPut {
    /// The record; its version is set by the store.
    pub record: Record,
    /// What new references begin with.
    pub prefix: &'static str,
    /// Code of the ground on which it is kept.
    pub basis: &'static str,
    /// The version the writer had read; nothing for a record that is new.
    pub expected: Option<u32>,
    /// How far it is, as rights know it.
    pub standing: State,
    /// What lists call it.
    pub title: String,
    /// When the first of its clocks ends, and which.
    pub due: Option<(Timestamp, String)>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// By what lists find it.
    pub entries: Vec<Entry>,
    /// Where it refers: field and reference.
    pub links: Vec<(String, String)>,
    /// What the search reads.
    pub text: String,
    /// What was done: `add`, `set`, a move.
    pub what: String,
    /// The journal's word for it.
    pub act: Act,
    /// Why.
    pub reason: Option<String>,
    /// What it changed.
    pub changes: Vec<Change>,
    /// For a write that closes the record: the loops whose tasks outlive it. Its other open tasks are withdrawn; each stands
    /// among what was changed, as `.task` from its loop and item to nothing.
    pub closes: Option<&'static [&'static str]>,
}

/// Persons to be told of something.
#[derive(Debug, Clone)]
pub struct Telling {
    /// What happened: `task`, `mention`, `record-late`…
    pub what: &'static str,
    /// The reference it happened to.
    pub about: String,
    /// Who is told.
    pub told: BTreeSet<PersonId>,
}

/// What is written together.
#[derive(Debug, Clone, Default)]
pub struct RecordBatch {
    /// Records, those that others refer to first.
    pub puts: Vec<RecordPut>,
    /// Tasks opened.
    pub tasks: Vec<TaskDraft>,
    /// Who is told.
    pub tellings: Vec<Telling>,
    /// Files attached to records that exist.
    pub attached: Vec<Attaching>,
}

/// Rows of one statement.
const CHUNK: usize = 400;

impl Store {
    /// Writes a batch, whole or not at all, and gives the references of its records in order. `request` is what was asked,
    /// in any words: a key that comes back with the same request is answered without being done again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of the records is at another version; the engine's.
    pub async fn records_write(&self, request: &str, batch: RecordBatch, by: &By) -> Result<Vec<String>, StoreError> {
        let writer = by.clone();
        let sealed = batch.attached.iter().map(|file| self.seal(file, by)).collect::<Result<Vec<_>, _>>()?;
        let told = self
            .write(by, "records-write", request.to_owned(), move |tx| {
                Box::pin(async move { write(tx, batch, sealed, &writer).await })
            })
            .await?;
        let all = told.as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect())
    }
}

impl Store {
    /// Whether that request was written before, under the key of `by`: for those who check before they write.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the key came with another write; the engine's.
    pub async fn records_written(&self, request: &str, by: &By) -> Result<bool, StoreError> {
        self.came_before(by, "records-write", request).await
    }

    /// Tells `told` that a clock of a record is about to end, or has ended. `from` is how far those concerned were told, `to`
    /// how far they are then. Of two programs that remind, one does.
    ///
    /// # Errors
    /// The engine's.
    pub async fn record_tell(&self, telling: Telling, (from, to): (u32, u32), by: &By) -> Result<(), StoreError> {
        let (before, after) = (i64::from(from), i64::from(to));
        let at = by.at;
        self.write(by, "record-tell", format!("{} {from}", telling.about), move |tx| {
            Box::pin(async move {
                let note = "UPDATE records SET told = $1 WHERE reference = $2 AND told = $3";
                let cells = [after.into(), telling.about.as_str().into(), before.into()];
                let n = sql::run(tx, "note a reminder", note, cells).await?;
                let Telling { what, about, told } = &telling;
                let outgoing = if n == 0 { Vec::new() } else { notices::tell(tx, what, about, told, at).await? };
                Ok(Done { outgoing, ..Done::default() })
            })
        })
        .await
        .map(drop)
    }
}

async fn write(
    tx: &DatabaseTransaction,
    mut batch: RecordBatch,
    sealed: Vec<Sealed>,
    by: &By,
) -> Result<Done, StoreError> {
    number(tx, &mut batch, by).await?;
    let mut done = Done::default();
    let mut new = Vec::new();
    for put in &mut batch.puts {
        put.record.updated_at = by.at;
        put.record.version = put.expected.unwrap_or(0).saturating_add(1);
        done.entries.push(by.entry(put.act, "record", &format!("{}@{}", put.record.reference, put.record.version)));
        match put.expected {
            None => new.push(put.clone()),
            Some(expected) => {
                if let Some(outlives) = put.closes {
                    let (fallen, outgoing) =
                        tasks::withdraw(tx, &put.record.reference, &put.what, outlives, by).await?;
                    done.outgoing.extend(outgoing);
                    for task in fallen {
                        done.entries.push(by.entry(Act::Decide, "task", &task.id));
                        let from = format!("{}\n{}", task.rule, task.item);
                        put.changes.push(Change { field: ".task".to_owned(), from, to: String::new() });
                    }
                }
                change(tx, put, expected, by).await?;
            }
        }
    }
    add(tx, &new, by).await?;
    for file in sealed {
        attach(tx, file).await?;
    }
    done.outgoing.extend(tasks::open(tx, &batch.tasks, by).await?);
    for telling in &batch.tellings {
        done.outgoing.extend(notices::tell(tx, telling.what, &telling.about, &telling.told, by.at).await?);
    }
    let references: Vec<String> = batch.puts.iter().map(|put| put.record.reference.clone()).collect();
    Ok(done.telling(references))
}

/// Gives each new record its number, and puts it wherever the batch names the record.
async fn number(tx: &DatabaseTransaction, batch: &mut RecordBatch, by: &By) -> Result<(), StoreError> {
    let doing = "number a record";
    let year = beffroi_clocks::Zone::Paris.day(by.at).year();
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    let mut latest: BTreeMap<String, i64> = BTreeMap::new();
    for put in batch.puts.iter().filter(|put| put.expected.is_none()) {
        let series = format!("{}-{year}", put.prefix);
        let n = match latest.get(&series) {
            Some(n) => *n,
            None => {
                let found = sql::rows(
                    tx,
                    doing,
                    "SELECT latest FROM record_numbers WHERE series = $1",
                    [series.as_str().into()],
                );
                found.await?.first().map(|row| sql::get(row, "latest")).transpose()?.unwrap_or(0)
            }
        };
        let n = n.saturating_add(1);
        given.insert(put.record.reference.clone(), format!("{series}-{n:04}"));
        latest.insert(series, n);
    }
    for (series, n) in latest {
        let upsert = "INSERT INTO record_numbers (series, latest) VALUES ($1, $2)
             ON CONFLICT (series) DO UPDATE SET latest = excluded.latest";
        sql::run(tx, doing, upsert, [series.into(), n.into()]).await?;
    }
    let named = |text: &str| {
        let each = text.split('\n').map(|item| given.get(item).map_or(item, String::as_str));
        each.collect::<Vec<_>>().join("\n")
    };
    for put in &mut batch.puts {
        // Only what refers is named anew: a text may hold `@0` as well.
        let linking: BTreeSet<String> =
            put.links.iter().filter(|(_, target)| given.contains_key(target)).map(|(field, _)| field.clone()).collect();
        if let Some(own) = given.get(&put.record.reference)
            && let Some(rest) = put.text.strip_prefix(put.record.reference.as_str())
        {
            put.text = format!("{own}{rest}");
        }
        put.record.reference = named(&put.record.reference);
        let refers = |field: &String| linking.contains(field);
        let values = put.record.values.iter_mut().filter(|(field, _)| refers(field));
        values.for_each(|(_, value)| *value = named(value));
        put.entries.iter_mut().filter(|entry| refers(&entry.field)).for_each(|entry| entry.value = named(&entry.value));
        put.links.iter_mut().for_each(|(_, target)| *target = named(target));
        put.changes.iter_mut().filter(|it| refers(&it.field)).for_each(|change| change.to = named(&change.to));
        if put.record.path.is_empty() {
            put.record.path.push(Step { at: by.at, by: put.what.clone(), state: put.record.state.clone() });
        }
    }
    batch.tasks.iter_mut().for_each(|task| task.reference = named(&task.reference));
    batch.tellings.iter_mut().for_each(|telling| telling.about = named(&telling.about));
    Ok(())
}

async fn change(tx: &DatabaseTransaction, put: &RecordPut, expected: u32, by: &By) -> Result<(), StoreError> {
    let doing = "write a record";
    let reference = put.record.reference.as_str();
    let stored = entity::Entity::find_by_id(reference).one(tx).await.map_err(StoreError::engine(doing))?;
    let Some(stored) = stored else {
        return Err(StoreError::Missing { what: "record", id: reference.to_owned() });
    };
    let conflict = |found: u32| StoreError::Conflict { what: "record", id: reference.to_owned(), expected, found };
    let found = u32::try_from(stored.version).unwrap_or(u32::MAX);
    if found != expected {
        return Err(conflict(found));
    }
    let mut model = row(put, stored.seq)?;
    model.added_at = stored.added_at;
    // Another end of a clock is told anew.
    model.told = if model.due == stored.due { stored.told } else { 0 };
    let n = entity::Entity::update_many()
        .set(model.into_active_model().reset_all())
        .filter(entity::Column::Reference.eq(reference))
        .filter(entity::Column::Version.eq(i64::from(expected)))
        .exec(tx)
        .await
        .map_err(StoreError::engine(doing))?;
    if n.rows_affected == 0 {
        return Err(conflict(expected.saturating_add(1)));
    }
    for sql in ["DELETE FROM record_entries WHERE reference = $1", "DELETE FROM record_links WHERE reference = $1"] {
        sql::run(tx, doing, sql, [reference.into()]).await?;
    }
    search::forget(tx, stored.seq).await?;
    around(tx, &[(put, stored.seq)], by).await
}

async fn add(tx: &DatabaseTransaction, puts: &[RecordPut], by: &By) -> Result<(), StoreError> {
    let doing = "add records";
    if puts.is_empty() {
        return Ok(());
    }
    let found = sql::rows(tx, doing, "SELECT MAX(seq) AS seq FROM records", []).await?;
    let latest: Option<i64> = found.first().map(|row| sql::get(row, "seq")).transpose()?.flatten();
    let numbered: Vec<(&RecordPut, i64)> = puts.iter().zip(latest.unwrap_or(0).saturating_add(1)..).collect();
    for chunk in numbered.chunks(CHUNK) {
        let rows = chunk.iter().map(|(put, seq)| row(put, *seq).map(IntoActiveModel::into_active_model));
        let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
        entity::Entity::insert_many(rows).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
        around(tx, chunk, by).await?;
    }
    Ok(())
}

/// What stands around records that were just written: entries, links, texts, versions.
async fn around(tx: &DatabaseTransaction, puts: &[(&RecordPut, i64)], by: &By) -> Result<(), StoreError> {
    let doing = "write what records are found by";
    let at = instant(by.at);
    let mut entries: Vec<Value> = Vec::new();
    let mut links: Vec<Value> = Vec::new();
    let mut versions: Vec<Value> = Vec::new();
    for (put, _) in puts {
        let record = &put.record;
        for entry in &put.entries {
            let cells = [&record.register, &entry.field, &entry.value, &at, &record.reference];
            entries.extend(cells.map(|cell| Value::from(cell.as_str())));
        }
        let targets: BTreeSet<&(String, String)> = put.links.iter().collect();
        for (field, target) in targets {
            links.extend([target, field, &record.reference].map(|cell| Value::from(cell.as_str())));
        }
        let changes = serde_json::to_string(&put.changes).unwrap_or_default();
        versions.extend([
            record.reference.as_str().into(),
            Value::from(i64::from(record.version)),
            at.as_str().into(),
            by.who.as_str().into(),
            put.what.as_str().into(),
            record.state.as_str().into(),
            put.reason.clone().into(),
            changes.into(),
        ]);
    }
    for (head, width, cells) in [
        ("INSERT INTO record_entries (register, field, value, updated_at, reference) VALUES ", 5, entries),
        ("INSERT INTO record_links (target, field, reference) VALUES ", 3, links),
        (
            "INSERT INTO record_versions (reference, version, at, who, what, state, reason, changes) VALUES ",
            8,
            versions,
        ),
    ] {
        for chunk in cells.chunks(width * CHUNK) {
            let statement = format!("{head}{}", sql::places(chunk.len() / width, width));
            sql::run(tx, doing, &statement, chunk.iter().cloned()).await?;
        }
    }
    let texts: Vec<(i64, &str, String)> =
        puts.iter().map(|(put, seq)| (*seq, put.text.as_str(), search::tags(&put.record))).collect();
    search::learn(tx, &texts).await
}
