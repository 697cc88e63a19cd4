//! Habilitations: one person, one inquiry, natures of data, an end (CPP 230-25). A prosecutor gives them for the inquiries
//! of the jurisdiction, a manager passes on what he or she holds; what may be given to whom, `beffroi-rights` says.

use crate::OversightError;
use crate::grants::{Given, allowed, parts};
use crate::sight::Sight;
use beffroi_rights::{
    Act, DataNature, Grant, GrantOutcome, Habilitation, Kind, Object, PersonId, Right, Role, Seizure, ServiceId, State,
    Subject, World, propose_grant, scope_of,
};
use beffroi_store::{By, GivenHabilitation, Store};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A habilitation that stands.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingHabilitation {
    /// It, with by whom it was given.
    pub given: GivenHabilitation,
    /// Whether the person who asks may take it back.
    pub may_revoke: bool,
}

/// A habilitation as it is typed.
#[derive(Debug, Clone)]
pub struct HabilitationForm<'a> {
    /// Login of the person.
    pub person: &'a str,
    /// Reference of the inquiry.
    pub inquiry: &'a str,
    /// Natures of data.
    pub natures: BTreeSet<DataNature>,
    /// The service seized.
    pub service: &'a str,
    /// Where the prosecutor who directs the inquiry sits.
    pub territory: &'a str,
    /// Last day, `2026-12-31`.
    pub until: &'a str,
}

/// The field of a form that is at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum HabilitationField {
    /// No open account.
    #[error("no open account has that login")]
    Person,
    /// No reference.
    #[error("a reference is one word of at most 128 characters")]
    Inquiry,
    /// None chosen.
    #[error("choose at least one nature of data")]
    Natures,
    /// No service.
    #[error("choose a service of the list")]
    Service,
    /// No code.
    #[error("one code of a territory is needed")]
    Territory,
    /// No day.
    #[error("write a day: year, month, day")]
    Until,
}

fn of_given(given: &GivenHabilitation) -> Vec<Object> {
    let right = Right::Habilitation(given.habilitation.clone(), given.seizure.clone());
    let grant = Grant { to: given.habilitation.person.clone(), right };
    parts(&given.id, &grant, given.given_by.parse().ok(), State::Approved)
}

/// Whether `subject` may give habilitations to somebody.
pub fn gives(subject: &Subject, on: Date) -> bool {
    scope_of(subject, Act::Grant, World::Judicial, Kind::Grant, on).branches().len() > 0
}

/// Whether `subject` sees habilitations of others.
pub fn sees_others(subject: &Subject, on: Date) -> bool {
    let scope = scope_of(subject, Act::Read, World::Judicial, Kind::Grant, on);
    scope.branches().any(|branch| !matches!(branch.about, beffroi_rights::Whose::Is(_)))
}

/// The habilitations that stand, of those that `subject` may see, by person.
///
/// # Errors
/// The store's.
pub async fn standing(store: &Store, subject: &Subject, on: Date) -> Result<Vec<StandingHabilitation>, OversightError> {
    let sight = Sight::of(subject, Act::Read, Kind::Grant, on);
    let all = store.habilitation_list().await?.into_iter();
    let stands = all.filter(|given| given.revoked_at.is_none() && given.habilitation.ends_on >= on);
    let seen = stands.filter_map(|given| {
        let parts = of_given(&given);
        let may_revoke = allowed(subject, Act::Revoke, &parts, on);
        sight.admits_all(&parts).then_some(StandingHabilitation { given, may_revoke })
    });
    Ok(seen.collect())
}

/// The services that `subject` may name as seized: all for a prosecutor, those managed for a manager.
///
/// # Errors
/// The store's.
pub async fn services(store: &Store, subject: &Subject, on: Date) -> Result<Vec<ServiceId>, OversightError> {
    let tree = store.service_tree().await?;
    let judicial = subject.assignments().filter(|held| held.world == World::Judicial && held.is_active(on));
    let services: BTreeSet<ServiceId> = judicial
        .flat_map(|held| match held.role {
            Role::Prosecutor => tree.subtree(&ServiceId::house()),
            Role::Manager => tree.subtree(&held.service),
            _ => BTreeSet::new(),
        })
        .collect();
    Ok(services.into_iter().collect())
}

/// `subject` gives a habilitation, or proposes it should that take a second person.
///
/// # Errors
/// [`OversightError::Habilitation`] for a field that says nothing known, [`OversightError::Refused`] when it cannot be
/// given or not by this person; the store's.
pub async fn give(
    store: &Store,
    subject: &Subject,
    on: Date,
    form: &HabilitationForm<'_>,
    by: &By,
) -> Result<Given, OversightError> {
    use HabilitationField::{Inquiry, Natures, Person, Service, Territory, Until};
    if !gives(subject, on) {
        return Err(OversightError::Missing { what: "habilitation" });
    }
    let person: PersonId = form.person.parse().map_err(|_| Person)?;
    if form.natures.is_empty() {
        return Err(Natures.into());
    }
    let inquiry: beffroi_rights::InquiryRef = form.inquiry.parse().map_err(|_| Inquiry)?;
    let seizure = Seizure {
        inquiry: inquiry.clone(),
        service: form.service.parse().map_err(|_| Service)?,
        territory: form.territory.to_uppercase().parse().map_err(|_| Territory)?,
    };
    let ends_on = crate::right_form::day(form.until).ok_or(Until)?;
    let account = store.account_fetch(person.as_str()).await?;
    if account.is_none_or(|account| account.disabled) {
        return Err(Person.into());
    }
    let grantee = store.rights(&person, by.at).await?.subject;
    let asked = Habilitation { person, inquiry, natures: form.natures.clone(), ends_on };
    match propose_grant(subject, &grantee, Right::Habilitation(asked, seizure), on)? {
        GrantOutcome::InForce(granted) => {
            store.grant_write(granted, None, by).await?;
            Ok(Given::InForce)
        }
        GrantOutcome::AwaitsSecond(proposal) => Ok(Given::AwaitsSecond(store.grant_propose(proposal, by).await?)),
    }
}

/// Takes a habilitation back; it is gone with the next request.
///
/// # Errors
/// [`OversightError::Missing`] when there is none that this person may take back; the store's.
pub async fn revoke(store: &Store, subject: &Subject, on: Date, id: &str, by: &By) -> Result<(), OversightError> {
    let standing = standing(store, subject, on).await?;
    if !standing.iter().any(|held| held.given.id == id && held.may_revoke) {
        return Err(OversightError::Missing { what: "habilitation" });
    }
    Ok(store.habilitation_revoke(id, by).await?)
}
