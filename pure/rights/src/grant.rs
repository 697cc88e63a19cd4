//! Giving rights: nobody gives what he or she does not hold, nor to himself or herself, and what reaches the whole
//! country takes two persons.

use crate::assignment::{Assignment, AssignmentError, DataNature, Habilitation};
use crate::holding::{Beyond, Held};
use crate::ids::{InquiryRef, PersonId, ServiceId};
use crate::policy::{Policy, Reach};
use crate::subject::Subject;
use crate::territories::Territories;
use crate::two_persons::{Proposal, SecondRefused};
use crate::words::{Act, Kind, Role, World};
use beffroi_model::Territory;
use jiff::civil::Date;

/// Which service is seized of an inquiry, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seizure {
    /// The inquiry.
    pub inquiry: InquiryRef,
    /// The service that is seized of it.
    pub service: ServiceId,
    /// Where the prosecutor who directs it sits.
    pub territory: Territory,
}

/// Something that can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// A role.
    Role(Assignment),
    /// A habilitation for an inquiry, with who is seized of it.
    Habilitation(Habilitation, Seizure),
}

/// A right for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// For whom.
    pub to: PersonId,
    /// What.
    pub right: Right,
}

/// How a right may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granting {
    /// By the granter alone.
    Alone,
    /// After a second person has agreed.
    WithSecond,
}

/// A right in force. Only [`propose_grant`] and [`approve_grant`] make one: a store writes rights from this and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    grant: Grant,
    by: PersonId,
    second: Option<PersonId>,
    on: Date,
}

impl Granted {
    /// The right and its holder.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Who gave it.
    pub fn by(&self) -> &PersonId {
        &self.by
    }

    /// Who agreed, when it took two.
    pub fn second(&self) -> Option<&PersonId> {
        self.second.as_ref()
    }

    /// The day on which it came into force.
    pub fn on(&self) -> Date {
        self.on
    }
}

/// What became of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantOutcome {
    /// In force.
    InForce(Granted),
    /// Waits for a second person.
    AwaitsSecond(Proposal<Grant>),
}

/// Why a right cannot be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantRefused {
    /// To oneself.
    #[error("nobody gives rights to himself or herself: ask another manager")]
    ToOneself,
    /// The grantee shown is not the one named, or the proposer shown is not the one who proposed.
    #[error("the rights shown are not those of the person named: read them again")]
    AnotherPerson,
    /// An assignment that cannot stand.
    #[error(transparent)]
    Assignment(#[from] AssignmentError),
    /// It would have ended before today.
    #[error("it would end on {0}, which is past: choose a later day")]
    Past(Date),
    /// No role that gives rights in that world.
    #[error("the granter holds no role that gives such rights in the world `{0}`")]
    NoGranter(World),
    /// Beyond what the granter manages.
    #[error("beyond what the granter manages: {0}")]
    BeyondManaged(Beyond),
    /// The granter does not hold the role.
    #[error("the granter does not hold the role `{0}`: one can give only what one holds")]
    RoleNotHeld(Role),
    /// The granter holds the role, for less.
    #[error("beyond what the granter holds: {0}")]
    BeyondHeld(Beyond),
    /// The granter is not habilitated for the inquiry.
    #[error(
        "the granter is not habilitated for inquiry `{0}`, or not for those natures of data, or not until that day"
    )]
    InquiryNotHeld(InquiryRef),
    /// The habilitation and the seizure name different inquiries or persons.
    #[error("the habilitation does not name that inquiry and that person: write it again")]
    Mismatch,
    /// The service of the grantee is not seized.
    #[error("the person is no investigator of a service seized of inquiry `{0}` (CPP 230-25)")]
    NotSeized(InquiryRef),
    /// Two roles that one person may not hold.
    #[error("the roles `{held}` and `{asked}` cannot be held by the same person at the same time")]
    Conflict {
        /// The one held.
        held: Role,
        /// The one asked for.
        asked: Role,
    },
    /// The second person cannot agree.
    #[error(transparent)]
    Second(#[from] SecondRefused),
}

/// May `granter` give `right` to `grantee` on day `on`, and does it take a second person?
pub fn may_grant(granter: &Subject, grantee: &Subject, right: &Right, on: Date) -> Result<Granting, GrantRefused> {
    if granter.person() == grantee.person() {
        return Err(GrantRefused::ToOneself);
    }
    match right {
        Right::Role(asked) => {
            role_within(granter, asked, Act::Grant, on)?;
            compatible(grantee, asked)?;
            let national = asked.territories == Territories::Everywhere || asked.role.is_control_or_operation();
            Ok(if national { Granting::WithSecond } else { Granting::Alone })
        }
        Right::Habilitation(asked, seizure) => {
            habilitation_within(granter, asked, seizure, Act::Grant, on)?;
            seized(grantee, asked, seizure, on)?;
            Ok(Granting::Alone)
        }
    }
}

/// Gives `right` to `grantee`, or proposes it when it takes a second person.
pub fn propose_grant(
    granter: &Subject,
    grantee: &Subject,
    right: Right,
    on: Date,
) -> Result<GrantOutcome, GrantRefused> {
    let granting = may_grant(granter, grantee, &right, on)?;
    let grant = Grant { to: grantee.person().clone(), right };
    let by = granter.person().clone();
    Ok(match granting {
        Granting::Alone => GrantOutcome::InForce(Granted { grant, by, second: None, on }),
        Granting::WithSecond => GrantOutcome::AwaitsSecond(Proposal::new(grant, by, on)),
    })
}

/// `second` agrees to a proposal. The rights of all three are looked at as they stand on day `on`: the proposer must still
/// hold what was proposed, and the second person must hold it too.
pub fn approve_grant(
    proposal: Proposal<Grant>,
    proposer: &Subject,
    second: &Subject,
    grantee: &Subject,
    on: Date,
) -> Result<Granted, GrantRefused> {
    if proposal.by() != proposer.person() || proposal.what().to != *grantee.person() {
        return Err(GrantRefused::AnotherPerson);
    }
    if second.person() == grantee.person() {
        return Err(GrantRefused::ToOneself);
    }
    may_grant(proposer, grantee, &proposal.what().right, on)?;
    match &proposal.what().right {
        Right::Role(asked) => role_within(second, asked, Act::Approve, on)?,
        Right::Habilitation(asked, seizure) => habilitation_within(second, asked, seizure, Act::Approve, on)?,
    }
    let approval = proposal.approve(second.person().clone(), on)?;
    let (by, second) = (approval.by().clone(), approval.second().clone());
    Ok(Granted { grant: approval.what().clone(), by, second: Some(second), on })
}

/// The roles active on `on` by which the table lets the person do `act` (grant, approve) in `world`.
fn granting_roles(granter: &Subject, world: World, act: Act, on: Date) -> impl Iterator<Item = (&Held, Reach)> {
    // A token gives no rights, whatever its person may give.
    let in_person = granter.limits().is_empty();
    let active = move |held: &&Held| in_person && held.assignment.world == world && held.assignment.is_active(on);
    granter.held().iter().filter(active).flat_map(move |held| {
        let cell = Policy::embedded().cell(held.assignment.role, Kind::Grant, act);
        cell.into_iter().flat_map(move |cell| cell.rules.iter().map(move |rule| (held, rule.reach)))
    })
}

fn role_within(granter: &Subject, asked: &Assignment, act: Act, on: Date) -> Result<(), GrantRefused> {
    asked.check()?;
    if asked.until < on {
        return Err(GrantRefused::Past(asked.until));
    }
    let managers =
        granting_roles(granter, asked.world, act, on).filter(|(held, _)| held.assignment.role == Role::Manager);
    let managed = managers.map(|(held, _)| held.covers(asked));
    nearest(managed).ok_or(GrantRefused::NoGranter(asked.world))?.map_err(GrantRefused::BeyondManaged)?;

    let same = |held: &&Held| {
        let own = &held.assignment;
        own.role == asked.role && own.world == asked.world && own.is_active(on)
    };
    let owned = granter.held().iter().filter(same).map(|held| held.covers(asked));
    nearest(owned).ok_or(GrantRefused::RoleNotHeld(asked.role))?.map_err(GrantRefused::BeyondHeld)
}

/// One success, or else the refusal that came last in the order of the checks; nothing when nothing was tried.
fn nearest(tried: impl Iterator<Item = Result<(), Beyond>>) -> Option<Result<(), Beyond>> {
    tried.reduce(|a, b| match (a, b) {
        (Ok(()), _) | (_, Ok(())) => Ok(()),
        (Err(a), Err(b)) => Err(a.max(b)),
    })
}

fn compatible(grantee: &Subject, asked: &Assignment) -> Result<(), GrantRefused> {
    let overlaps = |held: &&Assignment| held.from <= asked.until && asked.from <= held.until;
    match grantee.assignments().filter(overlaps).find(|held| held.role.conflicts_with(asked.role)) {
        Some(held) => Err(GrantRefused::Conflict { held: held.role, asked: asked.role }),
        None => Ok(()),
    }
}

/// A prosecutor opens an inquiry of the jurisdiction to the investigators of the service seized; a manager passes on a
/// habilitation that he or she holds.
fn habilitation_within(
    granter: &Subject,
    asked: &Habilitation,
    seizure: &Seizure,
    act: Act,
    on: Date,
) -> Result<(), GrantRefused> {
    if asked.ends_on < on {
        return Err(GrantRefused::Past(asked.ends_on));
    }
    if asked.inquiry != seizure.inquiry {
        return Err(GrantRefused::Mismatch);
    }
    let mut refused = GrantRefused::NoGranter(World::Judicial);
    for (held, reach) in granting_roles(granter, World::Judicial, act, on) {
        match manages_inquiry(held, reach, asked, seizure) {
            Err(beyond) => refused = GrantRefused::BeyondManaged(beyond),
            Ok(()) if held.assignment.role == Role::Prosecutor || holds(granter, asked) => return Ok(()),
            Ok(()) => refused = GrantRefused::InquiryNotHeld(asked.inquiry.clone()),
        }
    }
    Err(refused)
}

fn manages_inquiry(held: &Held, reach: Reach, asked: &Habilitation, seizure: &Seizure) -> Result<(), Beyond> {
    if reach == Reach::Own && !held.services.contains(&seizure.service) {
        return Err(Beyond::Service);
    }
    if !held.assignment.territories.contains(&seizure.territory) {
        return Err(Beyond::Territory);
    }
    if asked.ends_on > held.assignment.until {
        return Err(Beyond::EndDate);
    }
    Ok(())
}

/// Each nature asked for is held for that inquiry at least until that day.
fn holds(granter: &Subject, asked: &Habilitation) -> bool {
    let own = |nature: &DataNature| {
        granter
            .habilitations()
            .iter()
            .any(|held| held.inquiry == asked.inquiry && held.natures.contains(nature) && asked.ends_on <= held.ends_on)
    };
    asked.natures.iter().all(own)
}

fn seized(grantee: &Subject, asked: &Habilitation, seizure: &Seizure, on: Date) -> Result<(), GrantRefused> {
    if asked.person != *grantee.person() {
        return Err(GrantRefused::Mismatch);
    }
    let investigates = |held: &Held| {
        held.assignment.role == Role::Investigator
            && held.assignment.is_active(on)
            && held.services.contains(&seizure.service)
    };
    if grantee.held().iter().any(investigates) { Ok(()) } else { Err(GrantRefused::NotSeized(asked.inquiry.clone())) }
}
