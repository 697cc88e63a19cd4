//! What is to be done for a record, by whom, until when; what it was done with.

use crate::columns::{Place, instant};
use crate::write::{By, Done, Outgoing};
use crate::{Store, StoreError, notices, sql};
use beffroi_journal::Act;
use beffroi_rights::{PersonId, Role, ServiceId};
use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, QueryResult, Value};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Whom a task is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskFor {
    /// A person.
    Person(PersonId),
    /// Whoever holds a role.
    Role(Role),
    /// A service.
    Unit(ServiceId),
}

impl TaskFor {
    fn columns(&self) -> (&'static str, String) {
        match self {
            Self::Person(person) => ("person", person.to_string()),
            Self::Role(role) => ("role", role.to_string()),
            Self::Unit(unit) => ("unit", unit.to_string()),
        }
    }
}

/// A task to be opened.
#[derive(Debug, Clone)]
pub struct TaskDraft {
    /// The record it is about.
    pub reference: String,
    /// The register of that record.
    pub register: String,
    /// The loop that opens it.
    pub rule: String,
    /// The item it is for; empty when it is not for one.
    pub item: String,
    /// For whom.
    pub to: TaskFor,
    /// Until when.
    pub due: Option<Timestamp>,
    /// The event that opens it: `add`, a move.
    pub event: String,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its number.
    pub id: String,
    /// The record it is about.
    pub reference: String,
    /// The register of that record.
    pub register: String,
    /// The loop that opened it.
    pub rule: String,
    /// The item it is for; empty when it is not for one.
    pub item: String,
    /// For whom.
    pub to: TaskFor,
    /// Until when.
    pub due: Option<Timestamp>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// By which event.
    pub opened_by: String,
    /// When it ended: done, or withdrawn.
    pub ended_at: Option<Timestamp>,
    /// By whom.
    pub ended_by: Option<String>,
    /// With what it was done: a reference, an address, a few words.
    pub done_with: Option<String>,
    /// The move that closed its record, and with which it fell; nothing for one that is open or was done.
    pub withdrawn_by: Option<String>,
    /// How often somebody was told that it is due.
    pub told: u32,
}

const COLUMNS: &str = "id, reference, register, rule, item, for_kind, for_id, due, opened_at, opened_by, done_at, done_by, done_with, told, withdrawn_by";

/// Opens tasks, and tells the persons they are for.
pub(super) async fn open(tx: &DatabaseTransaction, drafts: &[TaskDraft], by: &By) -> Result<Vec<Outgoing>, StoreError> {
    let mut outgoing = Vec::new();
    for draft in drafts {
        let (kind, id) = draft.to.columns();
        let add = format!("INSERT INTO tasks ({COLUMNS}) VALUES {}", sql::places(1, 15));
        let cells: [Value; 15] = [
            Uuid::now_v7().to_string().into(),
            draft.reference.as_str().into(),
            draft.register.as_str().into(),
            draft.rule.as_str().into(),
            draft.item.as_str().into(),
            kind.into(),
            id.into(),
            draft.due.map(instant).into(),
            instant(by.at).into(),
            draft.event.as_str().into(),
            None::<String>.into(),
            None::<String>.into(),
            None::<String>.into(),
            0_i64.into(),
            None::<String>.into(),
        ];
        sql::run(tx, "open a task", &add, cells).await?;
        if let TaskFor::Person(person) = &draft.to {
            let told = BTreeSet::from([person.clone()]);
            outgoing.extend(notices::tell(tx, "task", &draft.reference, &told, by.at).await?);
        }
    }
    Ok(outgoing)
}

/// Withdraws the open tasks of a record that a move closes, but those of the loops named in `outlives`, and tells the persons
/// they were for; who makes the move is not told. Gives the tasks, too.
pub(super) async fn withdraw(
    tx: &DatabaseTransaction,
    reference: &str,
    by_move: &str,
    outlives: &[&str],
    by: &By,
) -> Result<(Vec<Task>, Vec<Outgoing>), StoreError> {
    let doing = "withdraw tasks";
    let ask = format!("SELECT {COLUMNS} FROM tasks WHERE reference = $1 AND done_at IS NULL ORDER BY opened_at, id");
    let rows = sql::rows(tx, doing, &ask, [reference.into()]).await?;
    let (mut fallen, mut told) = (Vec::new(), BTreeSet::new());
    for task in rows.iter().map(read).collect::<Result<Vec<_>, _>>()? {
        if outlives.contains(&task.rule.as_str()) {
            continue;
        }
        let end = "UPDATE tasks SET done_at = $1, done_by = $2, withdrawn_by = $3 WHERE id = $4 AND done_at IS NULL";
        let cells = [instant(by.at).into(), by.who.as_str().into(), by_move.into(), task.id.as_str().into()];
        sql::run(tx, doing, end, cells).await?;
        if let TaskFor::Person(person) = &task.to
            && person.as_str() != by.who
        {
            told.insert(person.clone());
        }
        fallen.push(task);
    }
    let outgoing = notices::tell(tx, "task-withdrawn", reference, &told, by.at).await?;
    Ok((fallen, outgoing))
}

impl Task {
    /// Whether it is still to be done.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }
}

impl Store {
    /// The open tasks for any of these, the soonest due first, those without a term last.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn tasks_for(&self, whom: &[TaskFor], limit: u64) -> Result<Vec<Task>, StoreError> {
        let mut tasks = Vec::new();
        for one in whom {
            let (kind, id) = one.columns();
            let ask = format!(
                "SELECT {COLUMNS} FROM tasks WHERE for_kind = $1 AND for_id = $2 AND done_at IS NULL
                 ORDER BY due IS NULL, due, id LIMIT $3"
            );
            let most = i64::try_from(limit).unwrap_or(i64::MAX);
            tasks.extend(self.tasks(&ask, [kind.into(), id.into(), most.into()]).await?);
        }
        tasks.sort_by(|a, b| (a.due.is_none(), a.due, &a.id).cmp(&(b.due.is_none(), b.due, &b.id)));
        tasks.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(tasks)
    }

    /// The tasks of a record, open, done and withdrawn, the first first.
    ///
    /// # Errors
    /// As [`Store::tasks_for`].
    pub async fn tasks_of(&self, reference: &str) -> Result<Vec<Task>, StoreError> {
        let ask = format!("SELECT {COLUMNS} FROM tasks WHERE reference = $1 ORDER BY opened_at, id");
        self.tasks(&ask, [reference.into()]).await
    }

    /// The open tasks of which somebody is to be told, whoever they are for, the soonest due first: those due by `soon` of
    /// which nobody was, and those due before `now` of which it was not said that they are late.
    ///
    /// # Errors
    /// As [`Store::tasks_for`].
    pub async fn tasks_to_tell(&self, soon: Timestamp, now: Timestamp, limit: u64) -> Result<Vec<Task>, StoreError> {
        let ask = format!(
            "SELECT {COLUMNS} FROM tasks
             WHERE done_at IS NULL AND due <= $1 AND (told = 0 OR (told = 1 AND due < $2))
             ORDER BY due, id LIMIT $3"
        );
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        self.tasks(&ask, [instant(soon).into(), instant(now).into(), most.into()]).await
    }

    /// How many tasks of a record are open.
    ///
    /// # Errors
    /// As [`Store::tasks_for`].
    pub async fn tasks_open(&self, reference: &str) -> Result<usize, StoreError> {
        let ask = "SELECT COUNT(*) AS n FROM tasks WHERE reference = $1 AND done_at IS NULL";
        let rows = sql::rows(&self.core.db, "count tasks", ask, [reference.into()]).await?;
        let n: i64 = rows.first().map(|row| sql::get(row, "n")).transpose()?.unwrap_or(0);
        Ok(usize::try_from(n).unwrap_or(0))
    }

    /// One task.
    ///
    /// # Errors
    /// As [`Store::tasks_for`].
    pub async fn task(&self, id: &str) -> Result<Option<Task>, StoreError> {
        let ask = format!("SELECT {COLUMNS} FROM tasks WHERE id = $1");
        Ok(self.tasks(&ask, [id.into()]).await?.pop())
    }

    /// Says that a task is done, and with what.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when no such task is open; the engine's.
    pub async fn task_done(&self, task: &Task, with: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Decide, "record", &task.reference);
        let id = task.id.clone();
        let (at, who, with) = (instant(by.at), by.who.clone(), with.to_owned());
        self.write(by, "task-done", format!("{id} {with}"), move |tx| {
            Box::pin(async move {
                let end =
                    "UPDATE tasks SET done_at = $1, done_by = $2, done_with = $3 WHERE id = $4 AND done_at IS NULL";
                let cells = [at.into(), who.into(), with.into(), id.as_str().into()];
                match sql::run(tx, "end a task", end, cells).await? {
                    0 => Err(StoreError::Missing { what: "open task", id }),
                    _ => Ok(Done::with(entry)),
                }
            })
        })
        .await
        .map(drop)
    }

    /// Whether a task was ended before under the key of `by`, with these words.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the key came with another write; the engine's.
    pub async fn task_was_done(&self, id: &str, with: &str, by: &By) -> Result<bool, StoreError> {
        self.came_before(by, "task-done", &format!("{id} {with}")).await
    }

    /// Tells `told` that a task is about to be due, or late: `to` is how far they are then told.
    ///
    /// # Errors
    /// The engine's.
    pub async fn task_tell(
        &self,
        task: &Task,
        (what, to): (&'static str, u32),
        told: BTreeSet<PersonId>,
        by: &By,
    ) -> Result<(), StoreError> {
        let (id, about, before, at) = (task.id.clone(), task.reference.clone(), i64::from(task.told), by.at);
        let after = i64::from(to);
        self.write(by, "task-tell", format!("{id} {before}"), move |tx| {
            Box::pin(async move {
                let note = "UPDATE tasks SET told = $1 WHERE id = $2 AND told = $3";
                let n = sql::run(tx, "note a reminder", note, [after.into(), id.into(), before.into()]).await?;
                let outgoing = if n == 0 { Vec::new() } else { notices::tell(tx, what, &about, &told, at).await? };
                Ok(Done { outgoing, ..Done::default() })
            })
        })
        .await
        .map(drop)
    }

    async fn tasks(&self, ask: &str, values: impl IntoIterator<Item = Value>) -> Result<Vec<Task>, StoreError> {
        let rows = sql::rows(&self.core.db, "read tasks", ask, values).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &QueryResult) -> Result<Task, StoreError> {
    let id: String = sql::get(row, "id")?;
    let place = Place { table: "tasks", row: &id };
    let whom: String = sql::get(row, "for_id")?;
    let to = match sql::get::<String>(row, "for_kind")?.as_str() {
        "person" => TaskFor::Person(place.read("for_id", &whom)?),
        "role" => TaskFor::Role(place.read("for_id", &whom)?),
        "unit" => TaskFor::Unit(place.read("for_id", &whom)?),
        _ => return Err(place.wrong("for_kind")),
    };
    let at = |column: &'static str| -> Result<Option<Timestamp>, StoreError> {
        place.read_option(column, sql::get::<Option<String>>(row, column)?.as_deref())
    };
    Ok(Task {
        reference: sql::get(row, "reference")?,
        register: sql::get(row, "register")?,
        rule: sql::get(row, "rule")?,
        item: sql::get(row, "item")?,
        to,
        due: at("due")?,
        opened_at: at("opened_at")?.ok_or_else(|| place.wrong("opened_at"))?,
        opened_by: sql::get(row, "opened_by")?,
        ended_at: at("done_at")?,
        ended_by: sql::get(row, "done_by")?,
        done_with: sql::get(row, "done_with")?,
        withdrawn_by: sql::get(row, "withdrawn_by")?,
        told: u32::try_from(sql::get::<i64>(row, "told")?).map_err(|_| place.wrong("told"))?,
        id,
    })
}
