//! What an event in one register starts elsewhere.

use crate::value::items;
use crate::{Record, Register, Values, When};
use beffroi_clocks::{Clock, Event, Limit, Zone};
use beffroi_rights::Role;
use jiff::Timestamp;
use jiff::civil::Date;

/// The event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A record was added.
    Added,
    /// It made that move.
    Move(&'static str),
}

/// Whom a task is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// Whoever holds that role.
    Role(Role),
    /// By the item the task is opened for; items that are not named open none.
    ByItem(&'static [(&'static str, Role)]),
    /// The person or service that a field names; each of them when the loop goes by the items of that field.
    Field(&'static str),
    /// Who added the record.
    Author,
    /// The service that owns it.
    Owner,
}

/// When a task is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueBy {
    /// Not said.
    Open,
    /// At the end of the day that a field holds.
    Field(&'static str),
    /// So long after the event.
    After(Limit),
}

/// What is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starts {
    /// A task.
    Task {
        /// For whom.
        to: Assignee,
        /// Until when.
        due: DueBy,
    },
    /// A record of another register, in its first state.
    Record {
        /// Which register.
        register: &'static str,
        /// The field of the new record that refers back.
        back: &'static str,
        /// Fields taken over: from the one, to the other.
        copy: &'static [(&'static str, &'static str)],
        /// Values set.
        set: &'static [(&'static str, &'static str)],
    },
}

/// A loop: an event, a condition, what it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loop {
    /// Its name: `register-REGISTER-task-NAME` words what the task is.
    pub name: &'static str,
    /// The event.
    pub on: On,
    /// Only for records that are so.
    pub when: Option<When>,
    /// Once for each item of that field.
    pub each: Option<&'static str>,
    /// What it starts.
    pub starts: Starts,
}

/// Whom an opened task is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// A person, by login.
    Person(String),
    /// Whoever holds a role.
    Role(Role),
    /// A service.
    Unit(String),
}

/// What an event starts.
#[derive(Debug, Clone, PartialEq)]
pub enum Opened {
    /// A task.
    Task {
        /// The loop.
        rule: &'static Loop,
        /// The item it is for; empty when it is not for one.
        item: String,
        /// For whom.
        to: Opening,
        /// Until when.
        due: Option<Timestamp>,
    },
    /// A record.
    Record {
        /// The loop.
        rule: &'static Loop,
        /// Its register.
        register: &'static str,
        /// The field that refers back.
        back: &'static str,
        /// Its values, without that field.
        values: Values,
    },
}

impl Register {
    /// What `event` starts for `record`, as it stands after it.
    pub fn starts(&self, record: &Record, event: On, now: Timestamp) -> Vec<Opened> {
        let met = self.loops.iter().filter(|rule| rule.on == event && rule.when.is_none_or(|when| when.holds(record)));
        met.flat_map(|rule| self.opened(rule, record, now)).collect()
    }

    fn opened(&self, rule: &'static Loop, record: &Record, now: Timestamp) -> Vec<Opened> {
        let each: Vec<&str> = match rule.each {
            Some(field) => items(record.value(field)).collect(),
            None => vec![""],
        };
        each.into_iter().filter_map(|item| self.opened_for(rule, record, item, now)).collect()
    }

    fn opened_for(&self, rule: &'static Loop, record: &Record, item: &str, now: Timestamp) -> Option<Opened> {
        match rule.starts {
            Starts::Task { to, due } => {
                let due = match due {
                    DueBy::Open => None,
                    DueBy::Field(field) => end_of_day(record.value(field)),
                    DueBy::After(limit) => Clock::new("start", "stop", limit, "").due(&[(now, Event::Start)], now).at,
                };
                Some(Opened::Task { rule, item: item.to_owned(), to: self.assignee(rule, to, record, item)?, due })
            }
            Starts::Record { register, back, copy, set } => {
                let copied = copy.iter().map(|(from, to)| {
                    // Of the field for whose items it is started, a record takes over the item that it is for.
                    let text = if rule.each == Some(*from) { item } else { record.value(from) };
                    ((*to).to_owned(), text.to_owned())
                });
                let set = set.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned()));
                let values = copied.chain(set).filter(|(_, value)| !value.is_empty()).collect();
                Some(Opened::Record { rule, register, back, values })
            }
        }
    }

    fn assignee(&self, rule: &Loop, to: Assignee, record: &Record, item: &str) -> Option<Opening> {
        match to {
            Assignee::Role(role) => Some(Opening::Role(role)),
            Assignee::ByItem(by) => by.iter().find(|(known, _)| *known == item).map(|(_, role)| Opening::Role(*role)),
            Assignee::Author => record.author.as_ref().map(|author| Opening::Person(author.to_string())),
            Assignee::Owner => Some(Opening::Unit(record.owner.to_string())),
            Assignee::Field(name) => {
                // Where a task is opened for each item of that very field, the item is whom it is for.
                let item = (rule.each == Some(name)).then_some(item);
                let value = item.or_else(|| items(record.value(name)).next())?.to_owned();
                match self.field(name)?.kind {
                    crate::FieldKind::Person => Some(Opening::Person(value)),
                    crate::FieldKind::Unit => Some(Opening::Unit(value)),
                    _ => None,
                }
            }
        }
    }
}

fn end_of_day(text: &str) -> Option<Timestamp> {
    let day: Date = text.parse().ok()?;
    day.at(23, 59, 0, 0).to_zoned(Zone::Paris.zone()).ok().map(|at| at.timestamp())
}
