//! A role held with its services spelled out, and what lies within it.

use crate::assignment::Assignment;
use crate::ids::ServiceId;
use std::collections::BTreeSet;

/// An assignment and every service it reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) assignment: Assignment,
    pub(crate) services: BTreeSet<ServiceId>,
}

/// In what an assignment goes beyond a held one; the order is that of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Beyond {
    /// Another service, or one above.
    #[error("the service is not within the granter's")]
    Service,
    /// More territories.
    #[error("the territories are not within the granter's")]
    Territory,
    /// More than the clearance.
    #[error("the clearance is above the granter's")]
    Clearance,
    /// Before the first day.
    #[error("it would start before the granter's own right")]
    StartDate,
    /// After the last day.
    #[error("it would end after the granter's own right")]
    EndDate,
}

impl Held {
    /// Whether `given` reaches no further than this one in service, territory, clearance and time, whatever its role.
    pub(crate) fn covers(&self, given: &Assignment) -> Result<(), Beyond> {
        let own = &self.assignment;
        if !self.services.contains(&given.service) {
            return Err(Beyond::Service);
        }
        if !given.territories.within(&own.territories) {
            return Err(Beyond::Territory);
        }
        if !given.clearance.may_reach(own.clearance) {
            return Err(Beyond::Clearance);
        }
        if given.from < own.from {
            return Err(Beyond::StartDate);
        }
        if given.until > own.until {
            return Err(Beyond::EndDate);
        }
        Ok(())
    }
}
