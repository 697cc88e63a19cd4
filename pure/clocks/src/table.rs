//! The deadlines of the law: the table `deadlines.csv`.

use crate::clock::{Clock, Extension, Rule, Zone};
use crate::limit::{Limit, Unit};
use std::collections::BTreeMap;

/// The table of the house.
const TABLE: &str = include_str!("../deadlines.csv");

/// What the end of a period means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sense {
    /// Something is to be done by then.
    Act,
    /// Something lasts until then, and is lost after: whoever needs it must have asked before.
    Lasts,
}

/// A deadline of the law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// Its code; `deadline-CODE` is the key of its name.
    pub code: String,
    /// Code of who is bound; `deadline-bound-CODE` is the key of the name.
    pub bound: String,
    /// What its end means.
    pub sense: Sense,
    /// Its clock; nothing where the text sets no figure (« at once », « rapidly »), and none is invented.
    pub clock: Option<Clock>,
    /// Code of what starts it; `deadline-event-CODE` is the key of its name.
    pub start: String,
    /// Code of what stops it.
    pub stop: String,
    /// The text and the article.
    pub legal_basis: String,
    /// Was the text read?
    pub confirmed: bool,
}

/// Every deadline, by code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlines(BTreeMap<String, Deadline>);

/// A table that cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("deadlines.csv, line {line}: {why}")]
pub struct DeadlinesError {
    /// Line in the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub why: String,
}

#[derive(serde::Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Confirmed,
    Unconfirmed,
}

#[derive(serde::Deserialize)]
struct Row {
    code: String,
    bound: String,
    sense: Sense,
    start: String,
    stop: String,
    count: Option<u16>,
    unit: Option<Unit>,
    more: Option<u16>,
    more_unit: Option<Unit>,
    /// A number, or `any`.
    times: String,
    rule: Rule,
    zone: Zone,
    legal_basis: String,
    status: Status,
}

impl Deadlines {
    /// The table of the house.
    ///
    /// # Errors
    /// [`DeadlinesError`] when the table is at fault; a test reads it.
    pub fn house() -> Result<Self, DeadlinesError> {
        Self::from_csv(TABLE)
    }

    /// A table in the form of `deadlines.csv`.
    ///
    /// # Errors
    /// [`DeadlinesError`] for the first row at fault.
    pub fn from_csv(text: &str) -> Result<Self, DeadlinesError> {
        let mut all = BTreeMap::new();
        let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
        let at = |error: &csv::Error| DeadlinesError {
            line: error.position().map_or(1, csv::Position::line),
            why: error.to_string(),
        };
        let headers = rows.headers().cloned().map_err(|error| at(&error))?;
        for record in rows.records() {
            let record = record.map_err(|error| at(&error))?;
            let line = record.position().map_or(0, csv::Position::line);
            let wrong = |why: String| DeadlinesError { line, why };
            let row: Row = record.deserialize(Some(&headers)).map_err(|error| wrong(error.to_string()))?;
            let deadline = row.deadline().map_err(|why| wrong(why.to_owned()))?;
            let code = deadline.code.clone();
            if all.insert(code, deadline).is_some() {
                return Err(wrong("this code stands twice".to_owned()));
            }
        }
        Ok(Self(all))
    }

    /// The deadline of a code.
    pub fn get(&self, code: &str) -> Option<&Deadline> {
        self.0.get(code)
    }

    /// All of them, by code.
    pub fn all(&self) -> impl Iterator<Item = &Deadline> {
        self.0.values()
    }
}

impl Row {
    fn deadline(self) -> Result<Deadline, &'static str> {
        let limit = |count: Option<u16>, unit: Option<Unit>| match (count, unit) {
            (Some(count), Some(unit)) if count > 0 => Ok(Some(Limit { count, unit })),
            (None, None) => Ok(None),
            _ => Err("a count above nought and its unit come together"),
        };
        if [&self.code, &self.bound, &self.start, &self.stop, &self.legal_basis].iter().any(|text| text.is_empty()) {
            return Err("code, bound, start, stop and legal_basis are not empty");
        }
        if self.start == self.stop {
            return Err("what starts a clock does not stop it");
        }
        let times = match self.times.as_str() {
            "" => Some(0),
            "any" => None,
            number => Some(number.parse().map_err(|_| "times is a number or `any`")?),
        };
        let extension = match (limit(self.more, self.more_unit)?, times) {
            (Some(_), Some(0)) | (None, None | Some(1..)) => {
                return Err("more, more_unit and times come together");
            }
            (by, times) => by.map(|by| Extension { by, times }),
        };
        let confirmed = self.status == Status::Confirmed;
        let clock = limit(self.count, self.unit)?.map(|limit| Clock {
            extension,
            zone: self.zone,
            rule: self.rule,
            confirmed,
            ..Clock::new(&self.start, &self.stop, limit, &self.legal_basis)
        });
        if clock.is_none() && extension.is_some() {
            return Err("what has no limit has no extension");
        }
        Ok(Deadline {
            code: self.code,
            bound: self.bound,
            sense: self.sense,
            clock,
            start: self.start,
            stop: self.stop,
            legal_basis: self.legal_basis,
            confirmed,
        })
    }
}
