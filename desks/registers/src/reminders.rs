//! Reminders and escalation: who answers for a record is told when a clock is about to end and when it has ended; a day
//! later, those who coordinate are.

use crate::{RegisterError, Registry};
use beffroi_clocks::Zone;
use beffroi_register::{FieldKind, Record, Register, items};
use beffroi_rights::{PersonId, Role};
use beffroi_store::{By, RecordRow, Store, TaskFor, Telling};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// After how long a clock that has ended is told to those who coordinate.
const ESCALATE: SignedDuration = SignedDuration::from_hours(24);
/// Before a task is due, it is told that much earlier.
const TASK_SOON: SignedDuration = SignedDuration::from_hours(48);
/// Records and tasks read at once.
const PART: u64 = 500;
/// How far those concerned are told of a record: that its clock is about to end, that it has ended, that nobody acted.
const SOON: u32 = 1;
const LATE: u32 = 2;
const ESCALATED: u32 = 3;

/// How many were told of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reminded {
    /// Records.
    pub records: u64,
    /// Tasks.
    pub tasks: u64,
}

/// Tells what is due at the instant of `by`.
///
/// # Errors
/// The store's.
pub async fn remind(registry: &Registry, store: &Store, by: &By) -> Result<Reminded, RegisterError> {
    let mut reminded = Reminded::default();
    // No clock says earlier that its end is near.
    let ahead = registry.all().flat_map(|register| register.clocks).map(|clock| clock.soon_hours).max().unwrap_or(0);
    let ahead = SignedDuration::from_hours(i64::from(ahead));
    let before = |span: SignedDuration| by.at.checked_sub(span).unwrap_or(by.at);
    let bounds = [by.at.checked_add(ahead).unwrap_or(by.at), by.at, before(ESCALATE)];
    let mut after = None;
    loop {
        let part = store.records_to_tell(bounds, after.as_ref(), PART).await?;
        for row in &part.rows {
            let Some(register) = registry.get(&row.record.register) else { continue };
            let Some((what, to)) = stage(register, row, by) else { continue };
            let told = concerned(register, row, to, store, by).await?;
            let telling = Telling { what, about: row.record.reference.clone(), told };
            let by = By { key: beffroi_store::WriteKey::draw(), ..by.clone() };
            store.record_tell(telling, (row.told, to), &by).await?;
            reminded.records += 1;
        }
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    reminded.tasks = remind_of_tasks(registry, store, by).await?;
    Ok(reminded)
}

/// Tells of tasks that are due soon, and of those that are late.
async fn remind_of_tasks(registry: &Registry, store: &Store, by: &By) -> Result<u64, RegisterError> {
    let mut n = 0;
    let soon = by.at.checked_add(TASK_SOON).unwrap_or(by.at);
    loop {
        let tasks = store.tasks_to_tell(soon, by.at, PART).await?;
        let more = tasks.len() as u64 == PART;
        for task in tasks {
            let late = task.due.is_some_and(|due| due < by.at);
            let (what, to) = if late { ("task-late", LATE) } else { ("task-soon", SOON) };
            let whom = match &task.to {
                TaskFor::Person(person) => BTreeSet::from([person.clone()]),
                TaskFor::Role(role) => holders(store, by, |given| given.role == *role).await?,
                TaskFor::Unit(unit) => holders(store, by, |given| given.service == *unit).await?,
            };
            let told = match registry.get(&task.register) {
                Some(register) => {
                    let row = store.records_fetch(std::slice::from_ref(&task.reference)).await?.pop();
                    match row {
                        Some(row) => to_whom_open(register, &row, whom, store, by).await?,
                        None => BTreeSet::new(),
                    }
                }
                None => BTreeSet::new(),
            };
            let by = By { key: beffroi_store::WriteKey::draw(), ..by.clone() };
            store.task_tell(&task, (what, to), told, &by).await?;
            n += 1;
        }
        if !more {
            return Ok(n);
        }
    }
}

/// What is to be told of a record now, and how far those concerned are then told; nothing when there is nothing to tell.
/// What is late from the start is told once, as late.
fn stage(register: &'static Register, row: &RecordRow, by: &By) -> Option<(&'static str, u32)> {
    let due = register.next_deadline(&row.record, by.at)?;
    match row.told {
        0 | SOON if due.is_late() => Some(("record-late", LATE)),
        0 if by.at >= due.soon_at => Some(("record-soon", SOON)),
        LATE if by.at.duration_since(due.at) >= ESCALATE => Some(("record-escalated", ESCALATED)),
        _ => None,
    }
}

/// Who is told: whom the record names and who added it; at the last stage, the coordinators. Nobody to whom it is not open.
async fn concerned(
    register: &'static Register,
    row: &RecordRow,
    to: u32,
    store: &Store,
    by: &By,
) -> Result<BTreeSet<PersonId>, RegisterError> {
    let mut all = named(register, &row.record);
    if to == ESCALATED {
        all.extend(holders(store, by, |given| given.role == Role::Coordinator).await?);
    }
    to_whom_open(register, row, all, store, by).await
}

/// Those of `all` to whom a record is open.
async fn to_whom_open(
    register: &'static Register,
    row: &RecordRow,
    all: BTreeSet<PersonId>,
    store: &Store,
    by: &By,
) -> Result<BTreeSet<PersonId>, RegisterError> {
    let on = Zone::Paris.day(by.at);
    let mut told = BTreeSet::new();
    for person in all {
        let subject = store.rights(&person, by.at).await?.subject;
        let open = register.visible(&subject, on);
        if row.record.object(register).is_some_and(|object| open.admits(&object)) {
            told.insert(person);
        }
    }
    Ok(told)
}

fn named(register: &Register, record: &Record) -> BTreeSet<PersonId> {
    let fields = register.fields.iter().filter(|field| field.kind == FieldKind::Person);
    let logins = fields.flat_map(|field| items(record.value(field.name)));
    logins.filter_map(|login| login.parse().ok()).chain(record.author.clone()).collect()
}

async fn holders(
    store: &Store,
    by: &By,
    is: impl Fn(&beffroi_rights::Assignment) -> bool,
) -> Result<BTreeSet<PersonId>, RegisterError> {
    let on = Zone::Paris.day(by.at);
    let given = store.grants().await?;
    let stands = given.into_iter().filter(|given| given.revoked_at.is_none() && given.assignment.is_active(on));
    Ok(stands.filter(|given| is(&given.assignment)).map(|given| given.person).collect())
}
