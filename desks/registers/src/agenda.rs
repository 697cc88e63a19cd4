//! What a person has to do by when, as it may leave the house: references, registers, clocks and days. No text of a record
//! is here, no title, no name of a person: what is not here cannot leave. What may not leave by a channel at its marking
//! is counted and not named.

use crate::board::{Due, MOST};
use crate::{Actor, RegisterError};
use beffroi_icalendar::{Alarm, Event, Start};
use beffroi_model::{Channel, Marking};
use beffroi_register::{Register, words};
use beffroi_store::{Task, TaskFor};
use beffroi_wording::Lang;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// How far ahead a calendar looks.
const AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// A task, by its number.
    Task(String),
    /// The end of a clock of the record, by the name of the clock.
    Clock(String),
}

/// One thing to do.
#[derive(Debug, Clone)]
pub struct Item {
    /// The register of the record that it is about.
    pub register: &'static Register,
    /// The record.
    pub reference: String,
    /// What.
    pub what: Doing,
    /// Until when; none for a task without a term.
    pub at: Option<Timestamp>,
    /// Whether that has passed.
    pub late: bool,
    /// The marking of the record.
    pub marking: Marking,
    /// Whether the record is made up.
    pub synthetic: bool,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl Item {
    /// What it is, in a language: the name of a clock, or that it is a task.
    pub fn said(&self, t: Lang) -> String {
        match &self.what {
            Doing::Task(_) => t.say("agenda-task"),
            Doing::Clock(clock) => words::clock(self.register, clock, t),
        }
    }

    /// Its page, below the address `base`.
    pub fn address(&self, base: &str) -> String {
        format!("{base}/registres/{}/{}", self.register.name, self.reference)
    }
}

/// What a person has to do, as far as a channel may tell it.
#[derive(Debug, Clone, Default)]
pub struct Agenda {
    /// What may be named, the soonest first, what has no term last.
    pub items: Vec<Item>,
    /// How many things are open that may not be named there.
    pub retained: u64,
}

impl Agenda {
    /// The highest marking of what it names; none when it names nothing.
    pub fn marking(&self) -> Option<Marking> {
        self.items.iter().map(|item| item.marking).reduce(Marking::merge)
    }
}

impl Actor<'_> {
    /// What who acts has to do within a year, as far as `channel` may tell it to whoever is cleared up to `ceiling`.
    ///
    /// # Errors
    /// The store's.
    pub async fn agenda(&self, channel: Channel, ceiling: Marking) -> Result<Agenda, RegisterError> {
        let tasks = self.store.tasks_for(&self.whom(), MOST).await?;
        let mine = self.mine(AHEAD).await?;
        self.agenda_of(&tasks, &mine, channel, ceiling).await
    }

    /// The same of these tasks and records. A task of a role or a service whose record is not open to who acts is none of
    /// theirs; one of their own is counted.
    pub(crate) async fn agenda_of(
        &self,
        tasks: &[Task],
        mine: &[Due],
        channel: Channel,
        ceiling: Marking,
    ) -> Result<Agenda, RegisterError> {
        let mut agenda = Agenda::default();
        let mut take = |item: Item| match item.marking.may_leave(channel, ceiling) {
            true => agenda.items.push(item),
            false => agenda.retained += 1,
        };
        for due in mine {
            let record = &due.row.record;
            take(Item {
                register: due.register,
                reference: record.reference.clone(),
                what: Doing::Clock(due.clock.clone()),
                at: Some(due.at),
                late: due.late,
                marking: record.marking,
                synthetic: record.synthetic,
                changed_at: record.updated_at,
            });
        }
        let mut open = BTreeMap::new();
        let mut hidden = 0;
        for task in tasks {
            if !open.contains_key(&task.reference) {
                let found = match self.fetch(&task.reference).await {
                    Ok((register, row)) => Some((register, row.record.marking, row.record.synthetic)),
                    Err(RegisterError::NotFound) => None,
                    Err(error) => return Err(error),
                };
                open.insert(task.reference.clone(), found);
            }
            match open.get(&task.reference) {
                Some(Some((register, marking, synthetic))) => take(Item {
                    register,
                    reference: task.reference.clone(),
                    what: Doing::Task(task.id.clone()),
                    at: task.due,
                    late: task.due.is_some_and(|due| due < self.by.at),
                    marking: *marking,
                    synthetic: *synthetic,
                    changed_at: task.opened_at,
                }),
                _ => hidden += u64::from(matches!(task.to, TaskFor::Person(_))),
            }
        }
        agenda.retained += hidden;
        agenda.items.sort_by(|a, b| (a.at.is_none(), a.at, &a.reference).cmp(&(b.at.is_none(), b.at, &b.reference)));
        Ok(agenda)
    }
}

/// What stands around a calendar.
#[derive(Debug, Clone, Copy)]
pub struct CalendarFrame<'a> {
    /// The address of this site, without a slash at its end.
    pub base: &'a str,
    /// Whether all of it is of an exercise.
    pub exercise: bool,
    /// The day on which it is asked for, in France.
    pub today: Date,
    /// When it is asked for.
    pub now: Timestamp,
}

/// An agenda as a calendar to subscribe to. What may not be named is one event of the day on which it is asked for: how
/// many there are, and where to read.
pub fn agenda_calendar(agenda: &Agenda, around: CalendarFrame<'_>, t: Lang) -> String {
    let marked = |text: String| match around.exercise {
        true => format!("{} {text}", t.say("post-exercise")),
        false => text,
    };
    let event = |item: &Item| {
        let (what, register) = (item.said(t), words::name(item.register, t));
        let uid = match &item.what {
            Doing::Task(id) => format!("{id}@beffroi"),
            Doing::Clock(clock) => format!("{}-{clock}@beffroi", item.reference),
        };
        let mut description = vec![register.clone(), item.marking.to_string()];
        if item.synthetic {
            description.push(t.say("web-synthetic"));
        }
        Some(Event {
            uid,
            summary: marked(format!("{} – {what} ({register})", item.reference)),
            description: description.join("\n"),
            start: Start::At(item.at?),
            stamp: item.changed_at,
            url: Some(item.address(around.base)),
            alarms: vec![Alarm { minutes_before: 60 }],
        })
    };
    let mut events: Vec<Event> = agenda.items.iter().filter_map(event).collect();
    if agenda.retained > 0 {
        let n = i64::try_from(agenda.retained).unwrap_or(i64::MAX);
        events.push(Event {
            uid: "retained@beffroi".to_owned(),
            summary: marked(t.say_with("agenda-retained", &[("n", n.into())])),
            description: String::new(),
            start: Start::Day(around.today),
            stamp: around.now,
            url: Some(format!("{}/ma-journee", around.base)),
            alarms: Vec::new(),
        });
    }
    beffroi_icalendar::calendar(&marked(t.say("agenda-title")), &events)
}
