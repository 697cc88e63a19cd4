//! What rights are asked about: the few facts of an object that decide, never its content.

use crate::assignment::DataNature;
use crate::ids::{InquiryRef, ObjectId, PersonId, ServiceId};
use crate::words::{Kind, World, words};
use beffroi_model::{Marking, Territory};
use jiff::civil::Date;

words! {
    /// How far an object has come, as it is stored.
    State, "state" {
        /// Being written.
        Draft = "draft",
        /// Handed in for validation.
        Submitted = "submitted",
        /// Validated, not out yet.
        Approved = "approved",
        /// Let out, on its embargo date if it has one.
        Published = "published",
        /// Closed or withdrawn.
        Closed = "closed",
    }
}

words! {
    /// How far an object has come on a given day: what the table's cells name.
    Standing, "standing" {
        /// Being written.
        Draft = "draft",
        /// Handed in for validation.
        Submitted = "submitted",
        /// Validated, not out yet.
        Approved = "approved",
        /// Let out with a date that has not come.
        Embargoed = "embargoed",
        /// Out.
        Published = "published",
        /// Closed or withdrawn.
        Closed = "closed",
    }
}

/// The inquiry an object belongs to and the nature of what it holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InquiryPart {
    /// Which inquiry.
    pub inquiry: InquiryRef,
    /// What the object holds of it.
    pub nature: DataNature,
}

/// The facts of an object on which rights depend. A store keeps each as a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Which object.
    pub id: ObjectId,
    /// Of which kind.
    pub kind: Kind,
    /// In which world.
    pub world: World,
    /// The service that owns it.
    pub owner: ServiceId,
    /// Where it lies.
    pub territory: Territory,
    /// To whom it may go.
    pub marking: Marking,
    /// The inquiry it belongs to.
    pub inquiry: Option<InquiryPart>,
    /// How far it has come.
    pub state: State,
    /// First day on which it may be out, once published.
    pub embargo: Option<Date>,
    /// Who wrote or proposed it: for four eyes.
    pub author: Option<PersonId>,
    /// Whom it is about, when it is about one of the users: holder of an account or right, reader of a journal entry.
    pub about: Option<PersonId>,
    /// The other person who agreed to a two-person act on it.
    pub second: Option<PersonId>,
    /// Whether it holds data on persons.
    pub personal: bool,
}

impl Object {
    /// A draft without author, marked RED until it is marked otherwise, and taken to be personal where its kind
    /// may be.
    pub fn new(id: ObjectId, kind: Kind, world: World, owner: ServiceId, territory: Territory) -> Self {
        Self {
            id,
            kind,
            world,
            owner,
            territory,
            marking: Marking::UNKNOWN,
            inquiry: None,
            state: State::Draft,
            embargo: None,
            author: None,
            about: None,
            second: None,
            personal: kind.may_hold_persons(world),
        }
    }

    /// How far it has come on `day`: something published stands under embargo until its date.
    pub fn standing(&self, day: Date) -> Standing {
        match self.state {
            State::Draft => Standing::Draft,
            State::Submitted => Standing::Submitted,
            State::Approved => Standing::Approved,
            State::Published if self.embargo.is_some_and(|first| day < first) => Standing::Embargoed,
            State::Published => Standing::Published,
            State::Closed => Standing::Closed,
        }
    }
}
