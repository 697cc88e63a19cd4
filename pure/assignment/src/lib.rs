//! Which expert for which request: who may be sent, in which order and why, and several requests at once.
//!
//! What excludes is apart from what ranks. A valid habilitation for the whole mission, the skills at their level, free days,
//! rest after the last mission and no earlier part in the case are conditions: whoever lacks one is not proposed, whatever
//! the rest, and the reason is said ([`Reason`]). Those who meet them are ranked by a sum of terms in whole points
//! ([`Term`]), so that every rank can be added up by hand. [`assign`] serves several requests at once, the most urgent
//! first, and the best total. It proposes; a person decides.

mod assign;
mod model;
mod rank;

#[cfg(test)]
mod tests;

pub use assign::{Assigned, Assignment, AssignmentError, Unmet, assign};
pub use model::{Expert, Grant, Place, Request, Skill, SkillNeed, Span, Urgency, Weights};
pub use rank::{Candidate, Excluded, Fact, Ranking, Reason, Term, TermKind, rank};
