//! What a person was given: a role in one world for one service and its territories, up to a clearance, between two
//! days; and, for inquiries, a habilitation.

use crate::ids::{InquiryRef, PersonId, ServiceId};
use crate::territories::Territories;
use crate::words::{Role, World, words};
use beffroi_model::Marking;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A role held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Which role.
    pub role: Role,
    /// In which world: rights are given per world.
    pub world: World,
    /// For which service, with all that belongs to it.
    pub service: ServiceId,
    /// Over which territories.
    pub territories: Territories,
    /// Up to which TLP and PAP.
    pub clearance: Marking,
    /// First day.
    pub from: Date,
    /// Last day, included.
    pub until: Date,
}

/// Why an assignment cannot stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssignmentError {
    /// The role does not exist in that world.
    #[error("the role `{role}` cannot be given in the world `{world}`")]
    World {
        /// The role.
        role: Role,
        /// The world asked for.
        world: World,
    },
    /// It ends before it starts.
    #[error("the role `{role}` would end on {until}, before it starts on {from}")]
    Dates {
        /// The role.
        role: Role,
        /// First day.
        from: Date,
        /// Last day.
        until: Date,
    },
    /// The supervising magistrate would not see everything.
    #[error("the supervising magistrate reads everything judicial: the clearance must be {}", Marking::UNKNOWN)]
    NarrowMagistrate,
}

impl Assignment {
    /// Whether it can stand at all, whoever gives it.
    pub fn check(&self) -> Result<(), AssignmentError> {
        if !self.role.worlds().contains(&self.world) {
            return Err(AssignmentError::World { role: self.role, world: self.world });
        }
        if self.until < self.from {
            return Err(AssignmentError::Dates { role: self.role, from: self.from, until: self.until });
        }
        if self.role == Role::SupervisingMagistrate && !Marking::UNKNOWN.may_reach(self.clearance) {
            return Err(AssignmentError::NarrowMagistrate);
        }
        Ok(())
    }

    /// Whether it stands on `day`.
    pub fn is_active(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

words! {
    /// The nature of the data of an inquiry that a habilitation opens (CPP 230-25).
    DataNature, "nature of data" {
        /// How the offence was done.
        ModusOperandi = "modus-operandi",
        /// Domains, addresses, numbers and accounts used.
        TechnicalTraces = "technical-traces",
        /// Accounts and transfers of money.
        FinancialTraces = "financial-traces",
        /// Who the persons are; shown only after data did match (CPP 230-21).
        Identities = "identities",
    }
}

/// A person individually designated and specially habilitated for one inquiry (CPP 230-25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habilitation {
    /// Who.
    pub person: PersonId,
    /// For which inquiry.
    pub inquiry: InquiryRef,
    /// For data of which nature.
    pub natures: BTreeSet<DataNature>,
    /// Last day, included.
    pub ends_on: Date,
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_model::{Pap, Tlp};
    use jiff::civil::date;

    #[test]
    fn what_cannot_stand_is_refused() {
        let fine = Assignment {
            role: Role::SupervisingMagistrate,
            world: World::Judicial,
            service: "court".parse().unwrap(),
            territories: Territories::Everywhere,
            clearance: Marking::UNKNOWN,
            from: date(2026, 1, 1),
            until: date(2026, 12, 31),
        };
        assert_eq!(fine.check(), Ok(()));
        let narrow = Assignment { clearance: Marking { tlp: Tlp::Amber, pap: Pap::Red }, ..fine.clone() };
        assert_eq!(narrow.check(), Err(AssignmentError::NarrowMagistrate));
        let elsewhere = Assignment { world: World::Statistics, ..fine.clone() };
        assert!(matches!(elsewhere.check(), Err(AssignmentError::World { .. })));
        let backwards = Assignment { until: date(2025, 12, 31), ..fine };
        assert!(matches!(backwards.check(), Err(AssignmentError::Dates { .. })));
    }
}
