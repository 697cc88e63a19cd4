//! Acts that take two persons: one proposes, another one agrees. What stands between is a state of its own, so that
//! nothing can be done with a proposal.

use crate::ids::PersonId;
use jiff::civil::Date;

/// Days for which a proposal waits; after that it has to be made again.
pub const PROPOSAL_DAYS: i32 = 15;

/// Something proposed by one person, not in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<T> {
    what: T,
    by: PersonId,
    on: Date,
}

/// Something that two different persons agreed on. Only [`Proposal::approve`] and [`TwoPerson::restore`] make one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval<T> {
    what: T,
    by: PersonId,
    on: Date,
    second: PersonId,
    approved_on: Date,
}

/// Either, as a store keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TwoPerson<T> {
    /// Waits for a second person.
    Proposed(Proposal<T>),
    /// Agreed.
    Approved(Approval<T>),
}

/// Why a second person cannot agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecondRefused {
    /// The same person twice.
    #[error("nobody approves his or her own proposal: ask another person")]
    SamePerson,
    /// Made too long ago.
    #[error("the proposal of {proposed_on} has lapsed after {PROPOSAL_DAYS} days: make it again")]
    Lapsed {
        /// When it was made.
        proposed_on: Date,
    },
    /// Approved before it was made.
    #[error("the approval of {approved_on} comes before the proposal of {proposed_on}: check the dates")]
    BeforeProposal {
        /// When it was made.
        proposed_on: Date,
        /// When it was approved.
        approved_on: Date,
    },
}

impl<T> Proposal<T> {
    /// `by` proposes `what` on day `on`.
    pub fn new(what: T, by: PersonId, on: Date) -> Self {
        Self { what, by, on }
    }

    /// What is proposed.
    pub fn what(&self) -> &T {
        &self.what
    }

    /// By whom.
    pub fn by(&self) -> &PersonId {
        &self.by
    }

    /// On which day.
    pub fn on(&self) -> Date {
        self.on
    }

    /// Whether it has waited too long on `day`.
    pub fn has_lapsed(&self, day: Date) -> bool {
        day > self.on.saturating_add(jiff::Span::new().days(PROPOSAL_DAYS))
    }

    /// `second` agrees on day `approved_on`.
    pub fn approve(self, second: PersonId, approved_on: Date) -> Result<Approval<T>, SecondRefused> {
        if second == self.by {
            return Err(SecondRefused::SamePerson);
        }
        if approved_on < self.on {
            return Err(SecondRefused::BeforeProposal { proposed_on: self.on, approved_on });
        }
        if self.has_lapsed(approved_on) {
            return Err(SecondRefused::Lapsed { proposed_on: self.on });
        }
        let Self { what, by, on } = self;
        Ok(Approval { what, by, on, second, approved_on })
    }
}

impl<T> Approval<T> {
    /// What was agreed.
    pub fn what(&self) -> &T {
        &self.what
    }

    /// Who proposed it.
    pub fn by(&self) -> &PersonId {
        &self.by
    }

    /// When it was proposed.
    pub fn on(&self) -> Date {
        self.on
    }

    /// Who agreed.
    pub fn second(&self) -> &PersonId {
        &self.second
    }

    /// When it was agreed.
    pub fn approved_on(&self) -> Date {
        self.approved_on
    }
}

impl<T> TwoPerson<T> {
    /// Reads back what a store kept; the same checks hold as when it was made, so a row altered to one person twice is
    /// refused.
    pub fn restore(what: T, by: PersonId, on: Date, approval: Option<(PersonId, Date)>) -> Result<Self, SecondRefused> {
        let proposal = Proposal::new(what, by, on);
        match approval {
            None => Ok(Self::Proposed(proposal)),
            Some((second, approved_on)) => proposal.approve(second, approved_on).map(Self::Approved),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn person(id: &str) -> PersonId {
        id.parse().unwrap()
    }

    #[test]
    fn two_persons_check_the_same_person_twice_is_refused_also_when_read_back() {
        let proposal = || Proposal::new("reveal", person("a"), date(2026, 11, 2));
        assert_eq!(proposal().approve(person("a"), date(2026, 11, 3)), Err(SecondRefused::SamePerson));
        let approval = proposal().approve(person("b"), date(2026, 11, 3)).unwrap();
        assert_eq!((approval.by(), approval.second()), (&person("a"), &person("b")));
        let forged =
            TwoPerson::restore("reveal", person("a"), date(2026, 11, 2), Some((person("a"), date(2026, 11, 3))));
        assert_eq!(forged, Err(SecondRefused::SamePerson));
    }

    #[test]
    fn a_proposal_lapses() {
        let proposal = Proposal::new((), person("a"), date(2026, 11, 2));
        assert!(proposal.clone().approve(person("b"), date(2026, 11, 17)).is_ok());
        assert!(matches!(proposal.clone().approve(person("b"), date(2026, 11, 18)), Err(SecondRefused::Lapsed { .. })));
        assert!(matches!(proposal.approve(person("b"), date(2026, 11, 1)), Err(SecondRefused::BeforeProposal { .. })));
    }
}
