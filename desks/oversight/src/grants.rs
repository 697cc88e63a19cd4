//! Rights: which stand, which are proposed; giving them, agreeing to them, taking them back.
//!
//! What may be given to whom is decided by `beffroi-rights`; here rights are read anew for each act, and an act on a
//! right or proposal that the person does not see finds nothing.

use crate::OversightError;
use crate::sight::{OF_RIGHTS, Sight, facts, places};
use beffroi_rights::{
    Act, Assignment, Grant, GrantOutcome, GrantRefused, Kind, Object, PersonId, Proposal, Right, SecondRefused, State,
    Subject, World, approve_grant, may, propose_grant,
};
use beffroi_store::{By, GivenRole, PendingGrant, Store};
use jiff::civil::Date;

/// A right that was given, has not ended and was not taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingRight {
    /// Its number.
    pub id: String,
    /// Whose.
    pub person: PersonId,
    /// What.
    pub assignment: Assignment,
    /// Who gave it.
    pub given_by: String,
    /// Who agreed, when it took two.
    pub second_by: Option<String>,
    /// Whether the person who asks may take it back.
    pub may_revoke: bool,
}

/// A right proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingRight {
    /// The number of the proposal.
    pub id: String,
    /// What, by whom, when.
    pub proposal: Proposal<Grant>,
    /// Whether it has waited too long.
    pub has_lapsed: bool,
    /// Whether the person who asks may be the second one.
    pub may_approve: bool,
    /// Whether the person who asks may end it.
    pub may_decline: bool,
}

/// What became of a right asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// In force.
    InForce,
    /// Waits for a second person, under this number.
    AwaitsSecond(String),
}

/// What a person may give: what the person holds, where he or she manages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// Roles held in worlds that the person manages.
    pub rights: Vec<(World, beffroi_rights::Role)>,
    /// Services managed.
    pub services: Vec<beffroi_rights::ServiceId>,
    /// The last day of the longest of these rights.
    pub until: Option<Date>,
}

/// What a right is to the table of rights, a fact for each of its territories.
pub(crate) fn parts(id: &str, grant: &Grant, author: Option<PersonId>, state: State) -> Vec<Object> {
    let (world, owner, places) = match &grant.right {
        Right::Role(given) => (given.world, given.service.clone(), places(&given.territories)),
        Right::Habilitation(_, seizure) => (World::Judicial, seizure.service.clone(), vec![seizure.territory.clone()]),
    };
    let part = |place| facts(Kind::Grant, id, world, owner.clone(), place, OF_RIGHTS);
    let dress = |part| Object { author: author.clone(), about: Some(grant.to.clone()), state, ..part };
    places.into_iter().filter_map(part).map(dress).collect()
}

fn of_given(given: &GivenRole) -> Vec<Object> {
    let grant = Grant { to: given.person.clone(), right: Right::Role(given.assignment.clone()) };
    parts(&given.id, &grant, given.given_by.parse().ok(), State::Approved)
}

fn of_pending(pending: &PendingGrant) -> Vec<Object> {
    let proposal = &pending.proposal;
    parts(&pending.id, proposal.what(), Some(proposal.by().clone()), State::Submitted)
}

pub(crate) fn allowed(subject: &Subject, act: Act, parts: &[Object], on: Date) -> bool {
    !parts.is_empty() && parts.iter().all(|part| may(subject, act, part, on).is_allowed())
}

/// Whether `subject` sees rights of others.
pub fn sees_others(subject: &Subject, on: Date) -> bool {
    Sight::of(subject, Act::Read, Kind::Grant, on).reaches_others()
        || Sight::of(subject, Act::Read, Kind::Account, on).reaches_others()
}

/// The rights that stand or will, of those that `subject` may see, by person.
///
/// # Errors
/// The store's.
pub async fn standing(store: &Store, subject: &Subject, on: Date) -> Result<Vec<StandingRight>, OversightError> {
    let sight = Sight::of(subject, Act::Read, Kind::Grant, on);
    let all = store.grants().await?.into_iter();
    let stands = all.filter(|given| given.revoked_at.is_none() && given.assignment.until >= on);
    let seen = stands.filter_map(|given| {
        let parts = of_given(&given);
        sight.admits_all(&parts).then(|| StandingRight {
            may_revoke: allowed(subject, Act::Revoke, &parts, on),
            id: given.id,
            person: given.person,
            assignment: given.assignment,
            given_by: given.given_by,
            second_by: given.second_by,
        })
    });
    Ok(seen.collect())
}

/// The proposals that wait, of those that `subject` may see, the oldest first.
///
/// # Errors
/// The store's.
pub async fn waiting(store: &Store, subject: &Subject, on: Date) -> Result<Vec<WaitingRight>, OversightError> {
    let sight = Sight::of(subject, Act::Read, Kind::Grant, on);
    let seen = store.grants_pending().await?.into_iter().filter_map(|pending| {
        let parts = of_pending(&pending);
        let has_lapsed = pending.proposal.has_lapsed(on);
        sight.admits_all(&parts).then(|| WaitingRight {
            has_lapsed,
            may_approve: !has_lapsed && allowed(subject, Act::Approve, &parts, on),
            may_decline: allowed(subject, Act::Decide, &parts, on),
            id: pending.id,
            proposal: pending.proposal,
        })
    });
    Ok(seen.collect())
}

/// What `subject` may give, for a form to offer.
///
/// # Errors
/// The store's.
pub async fn offers(store: &Store, subject: &Subject, on: Date) -> Result<Offers, OversightError> {
    let active = || subject.assignments().filter(|given| given.is_active(on));
    let managed: Vec<&Assignment> = active().filter(|given| given.role == beffroi_rights::Role::Manager).collect();
    let held = active().filter(|given| managed.iter().any(|own| own.world == given.world));
    let mut offers = Offers::default();
    for given in held {
        let right = (given.world, given.role);
        if !offers.rights.contains(&right) {
            offers.rights.push(right);
        }
        offers.until = offers.until.max(Some(given.until));
    }
    offers.rights.sort();
    if managed.is_empty() {
        return Ok(offers);
    }
    let tree = store.service_tree().await?;
    let services: std::collections::BTreeSet<_> = managed.iter().flat_map(|own| tree.subtree(&own.service)).collect();
    offers.services = services.into_iter().collect();
    Ok(offers)
}

/// `subject` gives `right` to the holder of the account `to`, or proposes it when that takes a second person.
///
/// # Errors
/// [`OversightError::Missing`] when no such account stands, [`OversightError::Refused`] when the right cannot be given
/// or not by this person; the store's.
pub async fn propose(
    store: &Store,
    subject: &Subject,
    on: Date,
    to: &PersonId,
    right: Assignment,
    by: &By,
) -> Result<Given, OversightError> {
    let account = store.account_fetch(to.as_str()).await?;
    if account.is_none_or(|account| account.disabled) {
        return Err(OversightError::Missing { what: "account" });
    }
    let grantee = store.rights(to, by.at).await?.subject;
    match propose_grant(subject, &grantee, Right::Role(right), on)? {
        GrantOutcome::InForce(granted) => {
            store.grant_write(granted, None, by).await?;
            Ok(Given::InForce)
        }
        GrantOutcome::AwaitsSecond(proposal) => Ok(Given::AwaitsSecond(store.grant_propose(proposal, by).await?)),
    }
}

async fn pending(store: &Store, subject: &Subject, on: Date, id: &str) -> Result<PendingGrant, OversightError> {
    let sight = Sight::of(subject, Act::Read, Kind::Grant, on);
    let found = store.grants_pending().await?.into_iter().find(|pending| pending.id == id);
    found.filter(|pending| sight.admits_all(&of_pending(pending))).ok_or(OversightError::Missing { what: "proposal" })
}

/// `subject` agrees to the proposal `id`: the right is in force.
///
/// # Errors
/// [`OversightError::Missing`] when there is no such proposal for this person, [`OversightError::Refused`] when it
/// cannot be agreed to, or not by this person; the store's.
pub async fn approve(
    store: &Store,
    subject: &Subject,
    on: Date,
    id: &str,
    by: &By,
) -> Result<PersonId, OversightError> {
    let pending = pending(store, subject, on, id).await?;
    let proposal = pending.proposal.clone();
    if !allowed(subject, Act::Approve, &of_pending(&pending), on) {
        return Err(if proposal.by() == subject.person() {
            GrantRefused::from(SecondRefused::SamePerson).into()
        } else if proposal.what().to == *subject.person() {
            GrantRefused::ToOneself.into()
        } else {
            OversightError::Missing { what: "proposal" }
        });
    }
    let proposer = store.rights(proposal.by(), by.at).await?.subject;
    let to = proposal.what().to.clone();
    let grantee = store.rights(&to, by.at).await?.subject;
    let granted = approve_grant(proposal, &proposer, subject, &grantee, on)?;
    store.grant_write(granted, Some(id.to_owned()), by).await?;
    Ok(to)
}

/// Ends the proposal `id` without giving anything.
///
/// # Errors
/// [`OversightError::Missing`] when there is no such proposal that this person may end; the store's.
pub async fn decline(store: &Store, subject: &Subject, on: Date, id: &str, by: &By) -> Result<(), OversightError> {
    let pending = pending(store, subject, on, id).await?;
    if !allowed(subject, Act::Decide, &of_pending(&pending), on) {
        return Err(OversightError::Missing { what: "proposal" });
    }
    Ok(store.grant_decline(id, by).await?)
}

/// Takes the right `id` of `person` back; it is gone with the next request.
///
/// # Errors
/// [`OversightError::Missing`] when there is no such right that this person may take back; the store's.
pub async fn revoke(
    store: &Store,
    subject: &Subject,
    on: Date,
    person: &PersonId,
    id: &str,
    by: &By,
) -> Result<(), OversightError> {
    let of_person = |right: &StandingRight| right.id == id && right.person == *person && right.may_revoke;
    if !standing(store, subject, on).await?.iter().any(of_person) {
        return Err(OversightError::Missing { what: "right" });
    }
    Ok(store.grant_revoke(id, by).await?)
}
