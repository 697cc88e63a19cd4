//! Results as xAPI statements (xAPI 1.0.3; IEEE 9274.1.1).
//!
//! Of each statement only what a follow-up of training needs is kept. Names and mailboxes of persons do not come in: a
//! mailbox becomes its hash, as the standard's own `mbox_sha1sum`, and a hash of an address is still a pseudonym of a
//! person and to be kept as one.

use crate::error::{Finding, StatementsError, Why};
use jiff::{SignedDuration, Span, Timestamp};
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};
use std::collections::BTreeSet;

/// Longest file, in bytes.
pub(crate) const LONGEST: usize = 16 << 20;
/// Most statements.
pub(crate) const MOST: usize = 50_000;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// An account at a platform.
    Account {
        /// Address of the platform.
        home: String,
        /// The account there.
        name: String,
    },
    /// SHA-1 of `mailto:` and the mailbox, in 40 hexadecimal digits.
    Mailbox(String),
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident = $iri:literal,)*) => {
        /// What was done.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Verb {
            $($(#[$doc])* $name,)*
            /// Another verb, by its address.
            Other(String),
        }

        impl Verb {
            /// Its address.
            pub fn iri(&self) -> &str {
                match self {
                    $(Self::$name => $iri,)*
                    Self::Other(iri) => iri,
                }
            }

            fn from_iri(iri: &str) -> Self {
                match iri {
                    $($iri => Self::$name,)*
                    _ => Self::Other(iri.to_owned()),
                }
            }
        }
    };
}

verbs! {
    /// The platform has launched it.
    Launched = "http://adlnet.gov/expapi/verbs/launched",
    /// It has begun.
    Initialized = "http://adlnet.gov/expapi/verbs/initialized",
    /// All of it was seen.
    Completed = "http://adlnet.gov/expapi/verbs/completed",
    /// The score is enough.
    Passed = "http://adlnet.gov/expapi/verbs/passed",
    /// The score is not.
    Failed = "http://adlnet.gov/expapi/verbs/failed",
    /// It was left without an end.
    Abandoned = "https://w3id.org/xapi/adl/verbs/abandoned",
    /// It counts without being done.
    Waived = "https://w3id.org/xapi/adl/verbs/waived",
    /// It has ended.
    Terminated = "http://adlnet.gov/expapi/verbs/terminated",
    /// What it asks for is met.
    Satisfied = "https://w3id.org/xapi/adl/verbs/satisfied",
    /// Something of it was seen.
    Experienced = "http://adlnet.gov/expapi/verbs/experienced",
    /// It was tried.
    Attempted = "http://adlnet.gov/expapi/verbs/attempted",
    /// A question was answered.
    Answered = "http://adlnet.gov/expapi/verbs/answered",
}

const VOIDED: &str = "http://adlnet.gov/expapi/verbs/voided";

/// A score. Those that are told lie in order: `min ≤ raw ≤ max`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    /// From −1 to 1.
    pub scaled: Option<f64>,
    /// As counted.
    pub raw: Option<f64>,
    /// The least there can be.
    pub min: Option<f64>,
    /// The most there can be.
    pub max: Option<f64>,
}

/// One statement: somebody did something with something, at some instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Its identifier (UUID), in small letters; a file from elsewhere may not tell one.
    pub id: Option<String>,
    /// Who.
    pub who: Who,
    /// Did what.
    pub verb: Verb,
    /// With which activity: its address, as [`crate::package`] gives them for cmi5.
    pub object: String,
    /// The score.
    pub score: Option<Score>,
    /// Was it passed?
    pub success: Option<bool>,
    /// Was it completed?
    pub completion: Option<bool>,
    /// How long it took.
    pub duration: Option<SignedDuration>,
    /// Which enrolment it is of (UUID).
    pub registration: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Statements, and what was set aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What was read, in the order of the file.
    pub statements: Vec<Statement>,
    /// What was set aside or left out, the first hundred.
    pub findings: Vec<Finding>,
    /// How many were set aside in all.
    pub aside: usize,
}

/// Reads one statement, a list of them, or the answer of a store of learning records.
///
/// # Errors
/// [`StatementsError`] when the bytes hold none.
pub fn read_statements(bytes: &[u8]) -> Result<Reading, StatementsError> {
    if bytes.len() > LONGEST {
        return Err(StatementsError::Long { bytes: bytes.len(), most: LONGEST });
    }
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| StatementsError::Json { line: error.line(), column: error.column() })?;
    let list = match value {
        Value::Array(list) => list,
        Value::Object(mut object) => match object.remove("statements") {
            Some(Value::Array(list)) => list,
            Some(_) => return Err(StatementsError::Form),
            None if object.contains_key("actor") => vec![Value::Object(object)],
            None => return Err(StatementsError::Form),
        },
        _ => return Err(StatementsError::Form),
    };
    if list.len() > MOST {
        return Err(StatementsError::Many(MOST));
    }
    let voided: BTreeSet<String> = list.iter().filter_map(voids).collect();
    let mut reading = Reading { statements: Vec::new(), findings: Vec::new(), aside: 0 };
    let mut seen = BTreeSet::new();
    for (place, value) in list.iter().enumerate() {
        let mut doubts = Vec::new();
        let read = one(value, &mut doubts).and_then(|statement| match &statement.id {
            Some(id) if voided.contains(id) => Err(Why::Voids),
            Some(id) if !seen.insert(id.clone()) => Err(Why::Twice),
            _ => Ok(statement),
        });
        match read {
            Ok(statement) => reading.statements.push(statement),
            Err(why) => {
                doubts.push(why);
                reading.aside += 1;
            }
        }
        for why in doubts {
            if reading.findings.len() < 100 {
                reading.findings.push(Finding { place: place + 1, why });
            }
        }
    }
    Ok(reading)
}

/// The identifier that a statement voids.
fn voids(value: &Value) -> Option<String> {
    (value.pointer("/verb/id").and_then(Value::as_str) == Some(VOIDED))
        .then(|| uuid(value.pointer("/object/id").and_then(Value::as_str)?))
        .flatten()
}

pub(crate) fn one(value: &Value, doubts: &mut Vec<Why>) -> Result<Statement, Why> {
    let object = value.as_object().ok_or(Why::Form("an object is expected"))?;
    let id = match object.get("id") {
        None => None,
        Some(id) => Some(id.as_str().and_then(uuid).ok_or(Why::Form("id is a UUID"))?),
    };
    let verb = value.pointer("/verb/id").and_then(Value::as_str).filter(|verb| address(verb)).ok_or(Why::Verb)?;
    if verb == VOIDED {
        return Err(Why::Voids);
    }
    let who = who(object.get("actor")).ok_or(Why::Actor)?;
    let activity = value.pointer("/object/objectType").and_then(Value::as_str).is_none_or(|kind| kind == "Activity");
    let target =
        value.pointer("/object/id").and_then(Value::as_str).filter(|id| activity && address(id)).ok_or(Why::Object)?;
    let at: Timestamp = value["timestamp"].as_str().and_then(|text| text.parse().ok()).ok_or(Why::When)?;
    let result = match object.get("result") {
        None => &Map::new(),
        Some(result) => result.as_object().ok_or(Why::Form("result is an object"))?,
    };
    let flag = |key: &str| match result.get(key) {
        None => Ok(None),
        Some(value) => value.as_bool().map(Some).ok_or(Why::Form("success and completion are true or false")),
    };
    let score = result.get("score").and_then(|value| {
        let score = score(value);
        if score.is_none() {
            doubts.push(Why::Score);
        }
        score
    });
    let duration = result.get("duration").and_then(|value| {
        let duration = value.as_str().and_then(duration);
        if duration.is_none() {
            doubts.push(Why::Duration);
        }
        duration
    });
    Ok(Statement {
        id,
        who,
        verb: Verb::from_iri(verb),
        object: target.to_owned(),
        score,
        success: flag("success")?,
        completion: flag("completion")?,
        duration,
        registration: value.pointer("/context/registration").and_then(Value::as_str).and_then(uuid),
        at,
    })
}

fn who(actor: Option<&Value>) -> Option<Who> {
    let actor = actor?.as_object()?;
    if actor.get("objectType").is_some_and(|kind| kind != "Agent") {
        return None;
    }
    if let Some(account) = actor.get("account") {
        let part = |key: &str| account[key].as_str().filter(|part| (1..=500).contains(&part.len())).map(str::to_owned);
        return Some(Who::Account { home: part("homePage").filter(|home| address(home))?, name: part("name")? });
    }
    if let Some(hash) = actor.get("mbox_sha1sum") {
        let hash = hash.as_str()?;
        let fits = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        return fits.then(|| Who::Mailbox(hash.to_ascii_lowercase()));
    }
    let mailbox = actor.get("mbox")?.as_str()?;
    let inside = mailbox.strip_prefix("mailto:")?;
    if !inside.contains('@') || mailbox.len() > 500 {
        return None;
    }
    let hash = Sha1::digest(mailbox.as_bytes());
    Some(Who::Mailbox(hash.iter().map(|byte| format!("{byte:02x}")).collect()))
}

fn score(value: &Value) -> Option<Score> {
    let object = value.as_object()?;
    let number = |key: &str| match object.get(key) {
        None => Some(None),
        Some(value) => value.as_f64().filter(|number| number.is_finite()).map(Some),
    };
    sound(Score { scaled: number("scaled")?, raw: number("raw")?, min: number("min")?, max: number("max")? })
}

/// The score, when its numbers are finite and lie in order.
pub(crate) fn sound(score: Score) -> Option<Score> {
    let all = [score.scaled, score.raw, score.min, score.max];
    let ordered = |low: Option<f64>, high: Option<f64>| low.zip(high).is_none_or(|(low, high)| low <= high);
    let fits = all.into_iter().flatten().all(f64::is_finite)
        && score.scaled.is_none_or(|scaled| (-1.0..=1.0).contains(&scaled))
        && ordered(score.min, score.raw)
        && ordered(score.raw, score.max)
        && ordered(score.min, score.max);
    fits.then_some(score)
}

/// A duration of ISO 8601, a day counting 24 hours; one in months or years has no length.
fn duration(text: &str) -> Option<SignedDuration> {
    if text.len() > 60 {
        return None;
    }
    let span: Span = text.parse().ok()?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return None;
    }
    let length = span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()?;
    (!length.is_negative()).then_some(length)
}

fn uuid(text: &str) -> Option<String> {
    let fits = text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    fits.then(|| text.to_ascii_lowercase())
}

/// Does it have the look of an address with a scheme?
fn address(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, rest)| (scheme, rest.is_empty()));
    text.len() <= 2000
        && !text.chars().any(|c| c.is_control() || c.is_whitespace())
        && scheme.is_some_and(|(scheme, empty)| {
            !empty
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        })
}
