//! What stands around a record in a file: its reference, its state, how far it may go. No field bears such a name, since a
//! point begins it.

use crate::{Record, Refusal, Register, words};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_wording::Lang;

/// A column around the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Own {
    /// The reference: a record that is there already is not added again.
    Reference,
    /// The state; told, not brought in.
    State,
    /// The service that owns it; told, not brought in.
    Unit,
    /// Where it lies; told, not brought in.
    Territory,
    /// How far it may go: what is brought in keeps it, or a narrower one.
    Marking,
    /// Whether it is made up: what is brought in keeps that.
    Synthetic,
    /// When it was last written; told, not brought in.
    Updated,
}

/// What a row says around its values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Around {
    /// Its reference; empty for a new record.
    pub reference: String,
    /// How far it may go, where that is said.
    pub marking: Option<Marking>,
    /// Made up.
    pub synthetic: bool,
}

impl Own {
    /// All of them, in the order of a file.
    pub const ALL: [Self; 7] =
        [Self::Reference, Self::State, Self::Unit, Self::Territory, Self::Marking, Self::Synthetic, Self::Updated];

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reference => ".reference",
            Self::State => ".state",
            Self::Unit => ".unit",
            Self::Territory => ".territory",
            Self::Marking => ".marking",
            Self::Synthetic => ".synthetic",
            Self::Updated => ".updated_at",
        }
    }

    /// Its heading.
    pub fn label(self, t: Lang) -> String {
        let name = self.name().trim_start_matches('.').trim_end_matches("_at");
        t.say(&format!("register-own-{name}"))
    }

    /// Whether bringing a file in reads it.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Reference | Self::Marking | Self::Synthetic)
    }

    /// What a file holds of it.
    pub fn text(self, register: &Register, record: &Record, t: Lang) -> String {
        match self {
            Self::Reference => record.reference.clone(),
            Self::State => words::state(register, &record.state, t),
            Self::Unit => record.owner.to_string(),
            Self::Territory => record.territory.to_string(),
            Self::Marking => record.marking.to_string(),
            Self::Synthetic if record.synthetic => t.say("register-yes"),
            Self::Synthetic => t.say("register-no"),
            Self::Updated => record.updated_at.to_string(),
        }
    }

    /// Reads what a file holds of it.
    pub(crate) fn read(self, text: &str, into: &mut Around) -> Result<(), Refusal> {
        let text = text.trim();
        match self {
            Self::Reference => into.reference = text.chars().filter(|c| !c.is_control()).take(60).collect(),
            Self::Marking => into.marking = marking(text)?,
            Self::Synthetic => {
                let low = text.to_lowercase();
                let is = |words: &[&str]| words.contains(&low.as_str());
                if is(&["yes", "oui", "true", "1"]) {
                    into.synthetic = true;
                } else if !is(&["", "no", "non", "false", "0"]) {
                    return Err(Refusal::common("row-synthetic"));
                }
            }
            Self::State | Self::Unit | Self::Territory | Self::Updated => {}
        }
        Ok(())
    }
}

/// `TLP:AMBER · PAP:GREEN`, or its first half: the other is then the narrowest. Nothing for nothing.
fn marking(text: &str) -> Result<Option<Marking>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Refusal::common("row-marking");
    let mut parts = text.split('·').map(str::trim);
    let tlp: Tlp = parts.next().and_then(|part| part.parse().ok()).ok_or_else(wrong)?;
    let pap: Pap = match parts.next() {
        None => Marking::UNKNOWN.pap,
        Some(part) => part.parse().map_err(|_| wrong())?,
    };
    if parts.next().is_some() { Err(wrong()) } else { Ok(Some(Marking { tlp, pap })) }
}
