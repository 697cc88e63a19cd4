//! A record on its way to the store: checked, described, with all that it starts.

use crate::{Actor, RegisterError};
use beffroi_journal::Act;
use beffroi_model::Marking;
use beffroi_register::{
    Change, Context, Move, On, Opened, Opening, Record, Register, Stage, changes, check, entries, items, search_text,
};
use beffroi_rights::PersonId;
use beffroi_store::{RecordBatch, RecordPut, TaskDraft, TaskFor};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Most records that refer to one, for its guards.
const MOST_BACK: u64 = 5000;
/// How deep a loop may start another.
const DEEPEST: usize = 3;

/// A write of one record.
pub(crate) struct Writing<'a> {
    pub(crate) register: &'static Register,
    pub(crate) before: Option<&'a Record>,
    pub(crate) after: Record,
    pub(crate) by: Option<&'static Move>,
    pub(crate) reason: Option<String>,
}

impl Actor<'_> {
    /// Checks a write and puts it into a batch, with what it starts.
    pub(crate) async fn put_in(&self, batch: &mut RecordBatch, writing: Writing<'_>) -> Result<(), RegisterError> {
        let mut waiting = vec![(writing, 0)];
        while let Some((writing, depth)) = waiting.pop() {
            let linked = self.linked(&writing).await?;
            let (back, open_tasks) = self.around(&writing).await?;
            let Writing { register, before, after, by, reason } = writing;
            let who: Option<PersonId> = self.by.person();
            let context = Context {
                register,
                before,
                after: &after,
                by,
                who: who.as_ref(),
                linked: &linked,
                back: &back,
                open_tasks,
                now: self.by.at,
            };
            let refusals = check(&context);
            if !refusals.is_empty() {
                return Err(RegisterError::Refused { register, refusals });
            }
            let event = match (by, before) {
                (Some(by), _) => Some(On::Move(by.name)),
                (None, None) => Some(On::Added),
                (None, Some(_)) => None,
            };
            let opened = event.map(|event| register.starts(&after, event, self.by.at)).unwrap_or_default();
            let what = by.map_or(if before.is_none() { "add" } else { "set" }, |by| by.name);
            batch.puts.push(described(register, before, after.clone(), what, reason, self.by.at));
            for one in opened {
                match one {
                    Opened::Task { rule, item, to, due } => {
                        let Some(to) = whom(to) else { continue };
                        batch.tasks.push(TaskDraft {
                            reference: after.reference.clone(),
                            register: register.name.to_owned(),
                            rule: rule.name.to_owned(),
                            item,
                            to,
                            due,
                            event: what.to_owned(),
                        });
                    }
                    Opened::Record { register: other, back, values, .. } => {
                        let Some(other) = self.registry.get(other).filter(|_| depth < DEEPEST) else { continue };
                        let mut record = self.blank(other, &format!("@{}", batch.puts.len() + waiting.len()));
                        record.values = values;
                        record.values.insert(back.to_owned(), after.reference.clone());
                        record.owner = after.owner.clone();
                        record.territory = after.territory.clone();
                        record.take_place(other);
                        record.marking = other.marking.merge(after.marking);
                        record.synthetic = after.synthetic;
                        let next = Writing { register: other, before: None, after: record, by: None, reason: None };
                        waiting.insert(0, (next, depth + 1));
                    }
                }
            }
        }
        Ok(())
    }

    /// A record of a register with nothing in it, in the first state.
    pub(crate) fn blank(&self, register: &'static Register, token: &str) -> Record {
        let (owner, territory) = self.home(register);
        Record {
            reference: token.to_owned(),
            owner,
            territory,
            author: self.by.person(),
            updated_at: self.by.at,
            synthetic: false,
            values: Default::default(),
            ..register.example_record()
        }
    }

    /// The records that refer to the one written, and how many tasks of it are not done. Only guards ask.
    async fn around(&self, writing: &Writing<'_>) -> Result<(Vec<Record>, usize), RegisterError> {
        let Some(before) = writing.before.filter(|_| !writing.register.guards.is_empty()) else {
            return Ok((Vec::new(), 0));
        };
        let back = self.store.records_back(&before.reference, MOST_BACK).await?;
        let open = self.store.tasks_open(&before.reference).await?;
        Ok((back.into_iter().map(|row| row.record).collect(), open))
    }

    /// The records that a write refers to, as far as they are open to who acts, or stood there before.
    async fn linked(&self, writing: &Writing<'_>) -> Result<Vec<Record>, RegisterError> {
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        let mut kept: BTreeSet<String> = BTreeSet::new();
        for link in writing.register.links() {
            wanted.extend(items(writing.after.value(link.field)).map(str::to_owned));
            kept.extend(
                writing.before.into_iter().flat_map(|before| items(before.value(link.field))).map(str::to_owned),
            );
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.store.records_fetch(&wanted.into_iter().collect::<Vec<_>>()).await?;
        let today = self.today();
        // What a loop made refers back to what its maker sees.
        let is_open = |record: &Record| {
            let register = self.registry.get(&record.register);
            register.is_some_and(|register| {
                record.object(register).is_some_and(|object| register.visible(self.subject, today).admits(&object))
            })
        };
        Ok(rows
            .into_iter()
            .map(|row| row.record)
            .filter(|record| kept.contains(&record.reference) || is_open(record))
            .collect())
    }
}

fn whom(to: Opening) -> Option<TaskFor> {
    match to {
        Opening::Person(login) => login.parse().ok().map(TaskFor::Person),
        Opening::Role(role) => Some(TaskFor::Role(role)),
        Opening::Unit(unit) => unit.parse().ok().map(TaskFor::Unit),
    }
}

/// What the store keeps of a record.
pub(crate) fn described(
    register: &'static Register,
    before: Option<&Record>,
    record: Record,
    what: &str,
    reason: Option<String>,
    now: Timestamp,
) -> RecordPut {
    let stage = register.state(&record.state).map_or(Stage::Open, |state| state.stage);
    let none = Default::default();
    let mut changed = changes(before.map_or(&none, |before| &before.values), &record.values);
    if let Some(before) = before {
        changed.extend(around(before, &record));
    }
    let closed_at = (stage == Stage::Closed).then(|| record.path.last().map_or(now, |step| step.at));
    let title = record.value(register.title);
    RecordPut {
        prefix: register.prefix,
        basis: register.retention,
        expected: before.map(|before| before.version),
        standing: stage.standing(),
        title: if title.is_empty() { record.reference.clone() } else { title.to_owned() },
        due: due_of(register, before, &record, now),
        closed_at,
        entries: entries(register, &record),
        links: register
            .links()
            .flat_map(|link| items(record.value(link.field)).map(move |to| (link.field.to_owned(), to.to_owned())))
            .collect(),
        text: search_text(register, &record),
        what: what.to_owned(),
        act: match (before, what) {
            (None, _) => Act::Collect,
            (Some(_), "set") => Act::Alter,
            (Some(before), "mark") if record.marking.merge(before.marking) == record.marking => Act::Alter,
            (Some(_), _) => Act::Decide,
        },
        reason,
        closes: before.filter(|before| register.closes(&before.state, &record.state)).map(|_| register.outlives),
        changes: changed,
        record,
    }
}

/// The first clock that runs. A new record has no path before it is written: it enters its state now.
fn due_of(
    register: &'static Register,
    before: Option<&Record>,
    record: &Record,
    now: Timestamp,
) -> Option<(Timestamp, String)> {
    let next = |record: &Record| register.next_deadline(record, now).map(|due| (due.at, due.clock.name.to_owned()));
    if before.is_some() || !record.path.is_empty() {
        return next(record);
    }
    let mut entered = record.clone();
    entered.updated_at = now;
    entered.path.push(beffroi_register::Step { at: now, by: "add".to_owned(), state: record.state.clone() });
    next(&entered)
}

/// What differs around the values.
fn around(before: &Record, after: &Record) -> Vec<Change> {
    let told = |marking: Marking| marking.to_string();
    [
        (".state", before.state.clone(), after.state.clone()),
        (".marking", told(before.marking), told(after.marking)),
        (".unit", before.owner.to_string(), after.owner.to_string()),
        (".territory", before.territory.to_string(), after.territory.to_string()),
    ]
    .into_iter()
    .filter(|(_, from, to)| from != to)
    .map(|(field, from, to)| Change { field: field.to_owned(), from, to })
    .collect()
}
