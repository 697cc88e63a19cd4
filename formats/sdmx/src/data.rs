//! The figures.

use crate::cross_domain::{CONF_STATUS, CONFIDENTIAL, FREE, MISSING, OBS_STATUS, SUPPRESSED};
use crate::error::clip;
use crate::id::check_id;
use crate::index::{Codes, Index};
use crate::structure::{Attachment, Attribute, Representation, Structures};
use crate::{SdmxError, TimePeriod};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A value. Counts are whole: they go through without rounding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A count.
    Whole(i64),
    /// A rate, a share, a sum: finite.
    Real(f64),
}

impl Value {
    /// The value of a text as [`fmt::Display`] writes it, or of another decimal number.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let looks = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'));
        if !looks || text.len() > 400 {
            return None;
        }
        if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return text.parse().ok().map(Self::Whole);
        }
        text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Real)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => write!(f, "{number}"),
            // With a point or an exponent always, and digits enough to be read back alike.
            Self::Real(number) => write!(f, "{number:?}"),
        }
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Codes, in the order of the dimensions.
    pub key: Vec<String>,
    /// The period.
    pub period: TimePeriod,
    /// The value; none with the reason in `OBS_STATUS` or `CONF_STATUS`.
    pub value: Option<Value>,
    /// Attributes of the observation by identifier.
    pub attributes: BTreeMap<String, String>,
}

impl Observation {
    /// A cell that is protected: confidential, suppressed, no value.
    pub fn protected(key: Vec<String>, period: TimePeriod) -> Self {
        let said = [(CONF_STATUS, CONFIDENTIAL), (OBS_STATUS, SUPPRESSED)];
        let attributes = said.map(|(id, code)| (id.to_owned(), code.to_owned())).into();
        Self { key, period, value: None, attributes }
    }
}

/// What a receiver is to do with a data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To be read: the figures as published.
    Information,
    /// To be added to what is there.
    Append,
    /// To take the place of what is there.
    Replace,
}

/// Figures published together, of one vintage.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSet {
    /// What a receiver is to do with it.
    pub action: Action,
    /// When it was published; asked for when a message holds several vintages.
    pub vintage: Option<Timestamp>,
    /// Attributes of the data set by identifier.
    pub attributes: BTreeMap<String, String>,
    /// The figures, at least one.
    pub observations: Vec<Observation>,
}

/// Who sends a message, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Identifier of the message: letters, digits, `_`, `@`, `$`, `-`.
    pub id: String,
    /// When it was written.
    pub prepared: Timestamp,
    /// Identifier of the sender, of the same form.
    pub sender: String,
    /// Whether it is a trial.
    pub test: bool,
}

impl Header {
    pub(crate) fn check(&self) -> Result<(), SdmxError> {
        check_id("message", &self.id)?;
        check_id("sender", &self.sender)
    }
}

/// A message of figures.
#[derive(Debug, Clone, PartialEq)]
pub struct DataMessage {
    /// Who and when.
    pub header: Header,
    /// The vintages, oldest first; at least one.
    pub data_sets: Vec<DataSet>,
}

impl DataSet {
    /// Whether every observation fits the structure and tells nothing that is protected.
    ///
    /// # Errors
    /// [`SdmxError`] with the first that does not.
    pub fn check(&self, structures: &Structures) -> Result<(), SdmxError> {
        self.fits(&Index::new(structures)?)
    }

    pub(crate) fn fits(&self, index: &Index<'_>) -> Result<(), SdmxError> {
        said(&self.attributes, index, Attachment::DataSet).map_err(SdmxError::Rule)?;
        if self.observations.is_empty() {
            return Err(SdmxError::Rule("a data set has no observation: leave it out"));
        }
        let mut seen = BTreeSet::new();
        for (at, observation) in self.observations.iter().enumerate() {
            observation.fits(index).map_err(|why| SdmxError::Observation { index: at, why })?;
            if !seen.insert((&observation.key, observation.period)) {
                let why = "the same key and period stand there twice: keep one";
                return Err(SdmxError::Observation { index: at, why });
            }
        }
        Ok(())
    }
}

impl Observation {
    fn fits(&self, index: &Index<'_>) -> Result<(), &'static str> {
        if self.key.len() != index.dimensions.len() {
            return Err("its key has not one code a dimension");
        }
        if self.key.iter().zip(&index.dimensions).any(|(code, codes)| !codes.places.contains_key(code.as_str())) {
            return Err("a code of its key is not in the list of its dimension");
        }
        let frequency = index.frequency.and_then(|at| self.key.get(at));
        if frequency.is_some_and(|code| code != self.period.frequency().code()) {
            return Err("its period is not of the frequency that its key says");
        }
        if matches!(self.value, Some(Value::Real(number)) if !number.is_finite()) {
            return Err("its value is no finite number: leave it out, with a status");
        }
        said(&self.attributes, index, Attachment::Observation)?;
        let status = |id: &str| self.attributes.get(id).map(String::as_str);
        let protected = status(CONF_STATUS).is_some_and(|code| code != FREE);
        let missing = status(OBS_STATUS).is_some_and(|code| MISSING.contains(&code));
        match self.value {
            Some(_) if protected => Err("it is confidential and has a value: take the value out"),
            None if !protected && !missing => Err("it has no value and no status that says why"),
            _ => Ok(()),
        }
    }
}

/// Whether attributes are known, say what they may, and are all there that must.
fn said(given: &BTreeMap<String, String>, index: &Index<'_>, to: Attachment) -> Result<(), &'static str> {
    let mut known = 0;
    for (attribute, codes) in index.attached(to) {
        match given.get(&attribute.id) {
            Some(text) => {
                known += 1;
                may_say(attribute, codes.as_ref(), text)?;
            }
            None if attribute.mandatory => return Err("an attribute is missing that must be there"),
            None => {}
        }
    }
    if known == given.len() {
        Ok(())
    } else {
        Err("it has an attribute that the structure does not have in that place")
    }
}

fn may_say(attribute: &Attribute, codes: Option<&Codes<'_>>, text: &str) -> Result<(), &'static str> {
    match (&attribute.representation, codes) {
        (Representation::Coded(_), Some(codes)) if codes.places.contains_key(text) => Ok(()),
        (Representation::Coded(_), _) => Err("an attribute says a code that is not in its list"),
        (Representation::Whole, _) => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Ok(()),
            _ => Err("an attribute says something else than a whole number"),
        },
        (Representation::Text, _) if text.is_empty() => Err("an attribute says nothing: leave it out"),
        (Representation::Text, _) => Ok(()),
    }
}

/// Whether vintages follow one another.
pub(crate) fn check_vintages(sets: &[DataSet]) -> Result<(), SdmxError> {
    if sets.is_empty() {
        return Err(SdmxError::Rule("there is no data set to write"));
    }
    let dated: Vec<Timestamp> = sets.iter().filter_map(|set| set.vintage).collect();
    let rising = dated.windows(2).all(|pair| matches!(pair, [earlier, later] if earlier < later));
    if sets.len() > 1 && dated.len() < sets.len() || !rising {
        return Err(SdmxError::Rule("several vintages need each its instant of publication, oldest first"));
    }
    Ok(())
}

/// An instant, read.
pub(crate) fn instant(text: &str) -> Result<Timestamp, SdmxError> {
    let read: Option<Timestamp> = text.parse().ok().filter(|read: &Timestamp| read.to_string() == text);
    read.ok_or_else(|| SdmxError::Identifier {
        what: "instant",
        text: clip(text),
        expected: "such as 2026-01-31T12:00:00Z",
    })
}
