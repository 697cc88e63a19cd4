//! Reminders and escalation: who answers for a record is told when a clock is about to end and when it has ended; a day
//! later, those who coordinate are.

use crate::{RegisterError, Registry};
use beffroi_register::{FieldKind, Record, Register, items};
use beffroi_rights::{PersonId, Role};
use beffroi_store::{By, RecordRow, Store, TaskFor, Telling};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// How far ahead clocks are looked for: no clock says so earlier that it is soon.
const AHEAD: SignedDuration = SignedDuration::from_hours(400 * 24);
/// After how long a clock that has ended is told to those who coordinate.
const ESCALATE: SignedDuration = SignedDuration::from_hours(24);
/// What is told at each stage of a record.
const STAGES: [&str; 3] = ["record-soon", "record-late", "record-escalated"];
/// Before a task is due, it is told that much earlier.
const TASK_SOON: SignedDuration = SignedDuration::from_hours(48);
/// Records and tasks of one round.
const ROUND: u64 = 500;

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
    let until = by.at.checked_add(AHEAD).unwrap_or(by.at);
    let times = u32::try_from(STAGES.len()).unwrap_or(u32::MAX);
    for row in store.records_to_tell(until, times, ROUND).await? {
        let Some(register) = registry.get(&row.record.register) else { continue };
        let Some(what) = stage(register, &row, by) else { continue };
        let told = concerned(register, &row, what, store, by).await?;
        let telling = Telling { what, about: row.record.reference.clone(), told };
        let by = By { key: beffroi_store::WriteKey::draw(), ..by.clone() };
        store.record_tell(telling, row.told, &by).await?;
        reminded.records += 1;
    }
    let until = by.at.checked_add(TASK_SOON).unwrap_or(by.at);
    for task in store.tasks_due(until, ROUND).await? {
        let late = task.due.is_some_and(|due| due < by.at);
        let what = match (task.told, late) {
            (0, false) => "task-soon",
            (0 | 1, true) => "task-late",
            _ => continue,
        };
        let told = match &task.to {
            TaskFor::Person(person) => BTreeSet::from([person.clone()]),
            TaskFor::Role(role) => holders(store, by, |given| given.role == *role).await?,
            TaskFor::Unit(unit) => holders(store, by, |given| given.service == *unit).await?,
        };
        let by = By { key: beffroi_store::WriteKey::draw(), ..by.clone() };
        store.task_tell(&task, what, told, &by).await?;
        reminded.tasks += 1;
    }
    Ok(reminded)
}

/// What is to be told of a record now, if anything is.
fn stage(register: &'static Register, row: &RecordRow, by: &By) -> Option<&'static str> {
    let due = register.next_deadline(&row.record, by.at)?;
    let is_time = match row.told {
        0 => by.at >= due.soon_at,
        1 => due.is_late(),
        2 => by.at.duration_since(due.at) >= ESCALATE,
        _ => false,
    };
    STAGES.get(usize::try_from(row.told).ok()?).copied().filter(|_| is_time)
}

/// Who is told: whom the record names and who added it; at the last stage, the coordinators. Nobody to whom it is not open.
async fn concerned(
    register: &'static Register,
    row: &RecordRow,
    what: &str,
    store: &Store,
    by: &By,
) -> Result<BTreeSet<PersonId>, RegisterError> {
    let mut all = named(register, &row.record);
    if what == "record-escalated" {
        all.extend(holders(store, by, |given| given.role == Role::Coordinator).await?);
    }
    let on = by.at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).date();
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
    let on = by.at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).date();
    let given = store.grants().await?;
    let stands = given.into_iter().filter(|given| given.revoked_at.is_none() && given.assignment.is_active(on));
    Ok(stands.filter(|given| is(&given.assignment)).map(|given| given.person).collect())
}
