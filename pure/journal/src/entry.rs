//! One entry of the journal: who, when, what, on what, why, to whom. Never the data.

use crate::act::Act;
use jiff::Timestamp;

/// Longest text of each field, in bytes of UTF-8.
const MAX_WHO: usize = 256;
const MAX_KIND: usize = 64;
const MAX_ID: usize = 256;
const MAX_WHY: usize = 1024;
const MAX_REFERENCE: usize = 256;
const MAX_RECIPIENT: usize = 256;
/// Most recipients of one entry.
const MAX_RECIPIENTS: usize = 64;

/// The object of an act: its kind and its identifier, never its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectRef {
    /// The kind of thing: `report`, `series`, `account`… 1 to 64 bytes.
    pub kind: String,
    /// Its identifier. 1 to 256 bytes.
    pub id: String,
}

/// Why an act was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purpose {
    /// The motive, in the words of who acts. 1 to 1024 bytes.
    pub why: String,
    /// The case, inquiry or request it is done for, when there is one. 1 to 256 bytes.
    pub reference: Option<String>,
}

/// One entry of the journal.
///
/// No text is empty or holds a control character. The instant lies in the years 1970 to 9999 and has no fraction of a
/// microsecond: [`Entry::check`] says so, and nothing is written or read that it refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The account that acted, or the machine. 1 to 256 bytes.
    pub who: String,
    /// When, to the microsecond.
    pub at: Timestamp,
    /// What was done.
    pub act: Act,
    /// On what.
    pub object: ObjectRef,
    /// Why. Asked of each act that [`Act::needs_purpose`].
    pub purpose: Option<Purpose>,
    /// To whom; at most 64, each 1 to 256 bytes. Asked of each act that [`Act::needs_recipient`].
    pub recipients: Vec<String>,
}

/// An entry that may not be written. The message never repeats a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// A text that is empty, too long or holds a control character.
    #[error("the {field} of a journal entry must be 1 to {max} bytes without control characters")]
    Text {
        /// The field.
        field: &'static str,
        /// Its longest length, in bytes.
        max: usize,
    },
    /// An act whose motive must be known has none.
    #[error("the act `{0}` needs a purpose: ask for it before acting")]
    NoPurpose(Act),
    /// Data were given away and it is not said to whom.
    #[error("the act `{0}` needs at least one recipient")]
    NoRecipient(Act),
    /// Too many recipients.
    #[error("{0} recipients in one journal entry: write one entry for every {MAX_RECIPIENTS}")]
    Recipients(usize),
    /// An instant outside the years 1970 to 9999, or finer than a microsecond.
    #[error("the instant of a journal entry must lie between 1970 and 9999 and have no fraction of a microsecond")]
    Instant,
}

impl Entry {
    /// The same entry with its instant cut to the microsecond, as the format keeps it.
    #[must_use]
    pub fn to_microsecond(mut self) -> Self {
        self.at = cut(self.at);
        self
    }

    /// Is this an entry that may be written?
    ///
    /// # Errors
    /// [`EntryError`] naming the first field at fault.
    pub fn check(&self) -> Result<(), EntryError> {
        let year = self.at.to_zoned(jiff::tz::TimeZone::UTC).year();
        if !(1970..=9999).contains(&year) || cut(self.at) != self.at {
            return Err(EntryError::Instant);
        }
        text("author", &self.who, MAX_WHO)?;
        text("object's kind", &self.object.kind, MAX_KIND)?;
        text("object's identifier", &self.object.id, MAX_ID)?;
        match &self.purpose {
            Some(purpose) => {
                text("purpose", &purpose.why, MAX_WHY)?;
                if let Some(reference) = &purpose.reference {
                    text("reference", reference, MAX_REFERENCE)?;
                }
            }
            None if self.act.needs_purpose() => return Err(EntryError::NoPurpose(self.act)),
            None => {}
        }
        if self.recipients.is_empty() && self.act.needs_recipient() {
            return Err(EntryError::NoRecipient(self.act));
        }
        if self.recipients.len() > MAX_RECIPIENTS {
            return Err(EntryError::Recipients(self.recipients.len()));
        }
        self.recipients.iter().try_for_each(|recipient| text("recipient", recipient, MAX_RECIPIENT))
    }
}

fn cut(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

fn text(field: &'static str, text: &str, max: usize) -> Result<(), EntryError> {
    if text.is_empty() || text.len() > max || text.chars().any(char::is_control) {
        return Err(EntryError::Text { field, max });
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn entry(act: Act) -> Entry {
        Entry {
            who: "account-7".to_owned(),
            at: "2026-11-22T14:03:05.123456Z".parse().unwrap(),
            act,
            object: ObjectRef { kind: "report".to_owned(), id: "R-0001".to_owned() },
            purpose: Some(Purpose { why: "synthetic".to_owned(), reference: Some("CASE-1".to_owned()) }),
            recipients: vec!["service-b".to_owned()],
        }
    }

    #[test]
    fn an_act_on_persons_data_is_not_written_without_its_purpose_or_recipient() {
        for act in Act::ALL {
            let mut bare = entry(act);
            assert_eq!(bare.check(), Ok(()));
            bare.recipients.clear();
            let expected = if act.needs_recipient() { Err(EntryError::NoRecipient(act)) } else { Ok(()) };
            assert_eq!(bare.check(), expected);
            bare.purpose = None;
            let expected = if act.needs_purpose() { Err(EntryError::NoPurpose(act)) } else { Ok(()) };
            assert_eq!(bare.check(), expected);
        }
    }

    #[test]
    fn empty_long_and_control_texts_are_refused_without_being_repeated() {
        let bend: [fn(&mut Entry, String); 6] = [
            |entry, text| entry.who = text,
            |entry, text| entry.object.kind = text,
            |entry, text| entry.object.id = text,
            |entry, text| entry.purpose = Some(Purpose { why: text, reference: None }),
            |entry, text| entry.purpose = Some(Purpose { why: "w".to_owned(), reference: Some(text) }),
            |entry, text| entry.recipients.push(text),
        ];
        for bend in bend {
            for bad in ["", "secret\nline", "secret\u{1b}[0m", &"x".repeat(1025)] {
                let mut entry = entry(Act::Consult);
                bend(&mut entry, bad.to_owned());
                let error = entry.check().unwrap_err();
                assert!(matches!(error, EntryError::Text { .. }) && !error.to_string().contains("secret"));
            }
        }
    }

    #[test]
    fn instants_that_the_format_cannot_hold_are_refused() {
        for at in ["1969-12-31T23:59:59Z", "2026-01-01T00:00:00.000000001Z"] {
            let mut late = entry(Act::SignIn);
            late.at = at.parse().unwrap();
            assert_eq!(late.check(), Err(EntryError::Instant), "{at}");
        }
        let mut fine = entry(Act::SignIn);
        fine.at = "2026-01-01T00:00:00.000000999Z".parse().unwrap();
        assert_eq!(fine.to_microsecond().check(), Ok(()));
        let mut crowd = entry(Act::Disclose);
        crowd.recipients = vec!["r".to_owned(); MAX_RECIPIENTS + 1];
        assert_eq!(crowd.check(), Err(EntryError::Recipients(MAX_RECIPIENTS + 1)));
    }
}
