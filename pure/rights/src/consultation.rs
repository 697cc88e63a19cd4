//! Purpose: whoever consults data on persons or on a judicial inquiry says why and under which reference, once per file
//! and working day. The journal keeps it with each consultation (CSI R.236-59, CPP R.249-16: the motive, never the data).

use crate::decision::{Because, Shown, Verdict, Why, may};
use crate::ids::{InquiryRef, ObjectId, PersonId};
use crate::object::Object;
use crate::subject::Subject;
use crate::words::{Act, Kind, World};
use crate::working_day::WorkingDay;
use jiff::civil::Date;
use std::fmt;

/// The file that a purpose opens: the inquiry when the object belongs to one, else the object itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileRef {
    /// An inquiry, with all that belongs to it.
    Inquiry(InquiryRef),
    /// One object.
    Object(ObjectId),
}

impl FileRef {
    /// The file of `object`.
    pub fn of(object: &Object) -> Self {
        match &object.inquiry {
            Some(part) => Self::Inquiry(part.inquiry.clone()),
            None => Self::Object(object.id.clone()),
        }
    }
}

/// Does `act` on `object` ask for a purpose? Each act that shows data on persons, or anything of the judicial world.
pub fn needs_purpose(object: &Object, act: Act) -> bool {
    act.is_consultation() && (object.personal || object.world == World::Judicial)
}

/// Why a person consults, and under which reference. The texts are kept out of `Debug`: they may name somebody.
#[derive(Clone, PartialEq, Eq)]
pub struct Purpose {
    motive: String,
    reference: String,
}

impl fmt::Debug for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Purpose(…)")
    }
}

/// Why a text is no purpose. The texts are not repeated: they may name somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PurposeError {
    /// Too short, too long, or not in words.
    #[error("the motive has {n_chars} characters: write between 10 and 500, in at least two different words")]
    Motive {
        /// How long it is.
        n_chars: usize,
    },
    /// No reference.
    #[error(
        "the reference has {n_chars} characters: write 3 to 80, with at least one digit (number of procedure, of request…)"
    )]
    Reference {
        /// How long it is.
        n_chars: usize,
    },
}

impl Purpose {
    /// `motive`: 10 to 500 characters in at least two different words; `reference`: 3 to 80 characters with a digit (number of
    /// procedure, of request, of intervention). Blanks at the ends do not count; control characters are refused.
    pub fn new(motive: &str, reference: &str) -> Result<Self, PurposeError> {
        let (motive, reference) = (motive.trim(), reference.trim());
        let n_chars = motive.chars().count();
        let first = motive.split_whitespace().next();
        let in_words = motive.split_whitespace().any(|word| Some(word) != first);
        if !(10..=500).contains(&n_chars) || !in_words || motive.chars().any(char::is_control) {
            return Err(PurposeError::Motive { n_chars });
        }
        let n_chars = reference.chars().count();
        let numbered = reference.chars().any(|c| c.is_ascii_digit());
        if !(3..=80).contains(&n_chars) || !numbered || reference.chars().any(char::is_control) {
            return Err(PurposeError::Reference { n_chars });
        }
        Ok(Self { motive: motive.to_owned(), reference: reference.to_owned() })
    }

    /// Why.
    pub fn motive(&self) -> &str {
        &self.motive
    }

    /// Under which reference.
    pub fn reference(&self) -> &str {
        &self.reference
    }
}

/// A purpose stated by a person for a file on a working day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedPurpose {
    /// Who.
    pub person: PersonId,
    /// For which file.
    pub file: FileRef,
    /// Why.
    pub purpose: Purpose,
    /// For which working day.
    pub day: WorkingDay,
}

/// `subject` states `purpose` for the file of `object` on `on` (a day of Paris).
pub fn state_purpose(subject: &Subject, object: &Object, purpose: Purpose, on: Date) -> StatedPurpose {
    StatedPurpose { person: subject.person().clone(), file: FileRef::of(object), purpose, day: WorkingDay::of(on) }
}

impl StatedPurpose {
    /// Whether it serves `person` for `file` on `on`.
    pub fn covers(&self, person: &PersonId, file: &FileRef, on: Date) -> bool {
        self.person == *person && self.file == *file && self.day == WorkingDay::of(on)
    }
}

/// A consultation that may take place, with what the journal writes about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consultation {
    /// Who.
    pub person: PersonId,
    /// What is done.
    pub act: Act,
    /// To which object.
    pub object: ObjectId,
    /// Of which file.
    pub file: FileRef,
    /// By which right.
    pub because: Because,
    /// Why, when that has to be said.
    pub purpose: Option<Purpose>,
    /// On which day.
    pub on: Date,
}

/// Why a consultation may not take place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Barred {
    /// Refused; the person is shown the same as for something absent.
    Rights(Why),
    /// Allowed, once a purpose is stated for this file. Said only to those who have the right.
    PurposeNeeded(FileRef),
}

impl Barred {
    /// What the person is shown, when it is no question about the purpose.
    pub fn shown(&self) -> Option<Shown> {
        match self {
            Self::Rights(_) => Some(Shown::NoSuchThing),
            Self::PurposeNeeded(_) => None,
        }
    }
}

/// The gate of every consultation: the right first, then the purpose among those `stated`. The entries of the journal
/// that are about the reader's own consultations ask for none.
pub fn consult(
    subject: &Subject,
    act: Act,
    object: &Object,
    stated: &[StatedPurpose],
    on: Date,
) -> Result<Consultation, Barred> {
    let because = match may(subject, act, object, on) {
        Verdict::Allowed { because } => because,
        Verdict::Refused { why } => return Err(Barred::Rights(why)),
    };
    let file = FileRef::of(object);
    let person = subject.person();
    let own_log = object.kind == Kind::JournalEntry && object.about.as_ref() == Some(person);
    let purpose = if needs_purpose(object, act) && !own_log {
        let found = stated.iter().find(|stated| stated.covers(person, &file, on));
        Some(found.ok_or_else(|| Barred::PurposeNeeded(file.clone()))?.purpose.clone())
    } else {
        None
    };
    Ok(Consultation { person: person.clone(), act, object: object.id.clone(), file, because, purpose, on })
}
