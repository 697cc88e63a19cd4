//! A person with all that was given to him or her, ready to be asked about.

use crate::api_token::TokenScope;
use crate::assignment::{Assignment, AssignmentError, Habilitation};
use crate::break_glass::BreakGlass;
use crate::holding::Held;
use crate::ids::{InquiryRef, ObjectId, PersonId, ServiceId};
use crate::service::ServiceTree;
use crate::words::Role;
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A person, the roles held with their services spelled out, the habilitations, and the objects that an open
/// break-glass shows. Made anew for each request, so that a right taken back is gone at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    person: PersonId,
    held: Vec<Held>,
    habilitations: Vec<Habilitation>,
    glass: BTreeSet<ObjectId>,
    limits: Vec<TokenScope>,
}

/// Why a person's rights cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubjectError {
    /// An assignment that cannot stand.
    #[error("an assignment cannot stand: {0}")]
    Assignment(#[from] AssignmentError),
    /// An assignment for a service that the tree does not hold.
    #[error("the role `{role}` is given for service `{service}`, which is not in the tree of services")]
    UnknownService {
        /// The role.
        role: Role,
        /// The service.
        service: ServiceId,
    },
    /// A habilitation that belongs to somebody else.
    #[error("a habilitation for inquiry `{inquiry}` belongs to another person")]
    NotTheirs {
        /// The inquiry.
        inquiry: InquiryRef,
    },
}

impl Subject {
    /// Brings together what `person` was given. One wrong row refuses the whole: nobody works on half-read rights.
    pub fn new(
        person: PersonId,
        assignments: impl IntoIterator<Item = Assignment>,
        habilitations: impl IntoIterator<Item = Habilitation>,
        tree: &ServiceTree,
    ) -> Result<Self, SubjectError> {
        let mut held = Vec::new();
        for assignment in assignments {
            assignment.check()?;
            let services = tree.subtree(&assignment.service);
            if services.is_empty() {
                return Err(SubjectError::UnknownService { role: assignment.role, service: assignment.service });
            }
            held.push(Held { assignment, services });
        }
        let habilitations: Vec<Habilitation> = habilitations.into_iter().collect();
        if let Some(foreign) = habilitations.iter().find(|habilitation| habilitation.person != person) {
            return Err(SubjectError::NotTheirs { inquiry: foreign.inquiry.clone() });
        }
        Ok(Self { person, held, habilitations, glass: BTreeSet::new(), limits: Vec::new() })
    }

    /// The same person with those of `openings` that are his or hers and open at `at`.
    #[must_use]
    pub fn with_glass<'a>(mut self, openings: impl IntoIterator<Item = &'a BreakGlass>, at: Timestamp) -> Self {
        // A token never goes by its person's break-glass.
        let own = self.limits.is_empty();
        let open = openings.into_iter().filter(|opening| own && opening.person == self.person && opening.is_open(at));
        self.glass = open.map(|opening| opening.object.clone()).collect();
        self
    }

    /// The same person through a token. The roles stay, since what bars an administrator must go on doing so; the limit
    /// stands before them. What belongs to the person alone goes.
    pub(crate) fn limited_to(mut self, limit: TokenScope) -> Self {
        self.habilitations.clear();
        self.glass.clear();
        self.limits.push(limit);
        self
    }

    /// The same person by these roles only, for what is open to them and not to the others held. What bars an
    /// administrator stays.
    #[must_use]
    pub fn acting_as(&self, roles: &[Role]) -> Self {
        let mut only = self.clone();
        only.held.retain(|held| {
            let role = held.assignment.role;
            roles.contains(&role) || role == Role::SystemAdministrator
        });
        only
    }

    /// Who.
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// The roles held, whether they stand today or not.
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        self.held.iter().map(|held| &held.assignment)
    }

    /// The habilitations, whether they stand today or not.
    pub fn habilitations(&self) -> &[Habilitation] {
        &self.habilitations
    }

    /// Whether a machine acts, by a token of that person.
    pub fn is_machine(&self) -> bool {
        !self.limits.is_empty()
    }

    /// Whether the records of a register are open to the tokens in between; always to the person himself or herself.
    pub fn opens_register(&self, name: &str) -> bool {
        self.limits.iter().all(|limit| limit.opens_register(name))
    }

    /// What the tokens in between were made for; none for the person himself or herself.
    pub(crate) fn limits(&self) -> &[TokenScope] {
        &self.limits
    }

    pub(crate) fn held(&self) -> &[Held] {
        &self.held
    }

    pub(crate) fn glass(&self) -> &BTreeSet<ObjectId> {
        &self.glass
    }

    /// Whether the person operates the system on `day`, in whatever world: such a person never reads judicial content.
    pub fn is_administrator(&self, day: Date) -> bool {
        self.assignments().any(|given| given.role == Role::SystemAdministrator && given.is_active(day))
    }
}
