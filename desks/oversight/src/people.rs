//! Persons who may sign in, with what they hold; shutting an account and opening it again.
//!
//! An account belongs to the services, worlds and territories in which its person holds a right; one without any right
//! belongs to the house.

use crate::OversightError;
use crate::grants::{StandingRight, standing};
use crate::sight::{OF_RIGHTS, Sight, facts, places};
use beffroi_model::Territory;
use beffroi_rights::{Act, Assignment, Kind, Object, PersonId, ServiceId, State, Subject, World};
use beffroi_store::{Account, By, Store};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A person and what is held, as far as the one who asks may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The account.
    pub account: Account,
    /// The rights that stand or will.
    pub rights: Vec<StandingRight>,
    /// Whether the one who asks may shut or open the account.
    pub may_shut: bool,
}

/// The facts of an account: one for each place in which its person holds a right.
fn facets(account: &Account, held: &[Assignment]) -> Vec<Object> {
    let about: Option<PersonId> = account.login.parse().ok();
    let facet = |world, owner: &ServiceId, place: Territory| {
        let object = facts(Kind::Account, &account.login, world, owner.clone(), place, OF_RIGHTS)?;
        Some(Object { about: about.clone(), state: State::Approved, ..object })
    };
    if held.is_empty() {
        let of_world = |world: &World| facet(*world, &ServiceId::house(), Territory::france());
        return World::ALL.iter().filter_map(of_world).collect();
    }
    let of_right = |right: &Assignment| -> Vec<Object> {
        let places = places(&right.territories).into_iter();
        places.filter_map(|place| facet(right.world, &right.service, place)).collect()
    };
    held.iter().flat_map(of_right).collect()
}

/// What each person holds that was not taken back, seen or not: it says where an account belongs.
async fn held(store: &Store, on: Date) -> Result<BTreeMap<PersonId, Vec<Assignment>>, OversightError> {
    let mut held: BTreeMap<PersonId, Vec<Assignment>> = BTreeMap::new();
    for given in store.grants().await? {
        if given.revoked_at.is_none() && given.assignment.until >= on {
            held.entry(given.person).or_default().push(given.assignment);
        }
    }
    Ok(held)
}

/// What is asked of each account, read once.
struct Register {
    seen: Sight,
    changes: Sight,
    held: BTreeMap<PersonId, Vec<Assignment>>,
    rights: BTreeMap<PersonId, Vec<StandingRight>>,
    asker: PersonId,
}

impl Register {
    async fn read(store: &Store, subject: &Subject, on: Date) -> Result<Self, OversightError> {
        let mut rights: BTreeMap<PersonId, Vec<StandingRight>> = BTreeMap::new();
        for right in standing(store, subject, on).await? {
            rights.entry(right.person.clone()).or_default().push(right);
        }
        Ok(Self {
            seen: Sight::of(subject, Act::Read, Kind::Account, on),
            changes: Sight::of(subject, Act::Change, Kind::Account, on),
            held: held(store, on).await?,
            rights,
            asker: subject.person().clone(),
        })
    }

    /// The account with its rights, when it or one of them is seen.
    fn person(&self, account: Account) -> Option<Person> {
        let id: PersonId = account.login.parse().ok()?;
        let facets = facets(&account, self.held.get(&id).map(Vec::as_slice).unwrap_or_default());
        let rights = self.rights.get(&id).cloned().unwrap_or_default();
        let seen = !rights.is_empty() || facets.iter().any(|facet| self.seen.admits(facet));
        let may_shut = id != self.asker && facets.iter().any(|facet| self.changes.admits(facet));
        seen.then_some(Person { account, rights, may_shut })
    }
}

/// The persons that `subject` may see, by login.
///
/// # Errors
/// The store's.
pub async fn list(store: &Store, subject: &Subject, on: Date) -> Result<Vec<Person>, OversightError> {
    let register = Register::read(store, subject, on).await?;
    Ok(store.account_list().await?.into_iter().filter_map(|account| register.person(account)).collect())
}

/// One person. Whoever may give rights finds any open account by its exact name, since a right may be a person's first
/// in the service; of what that person holds elsewhere nothing is shown.
///
/// # Errors
/// The store's.
pub async fn get(store: &Store, subject: &Subject, on: Date, login: &str) -> Result<Option<Person>, OversightError> {
    let Some(account) = store.account_fetch(login).await? else { return Ok(None) };
    if let Some(known) = Register::read(store, subject, on).await?.person(account.clone()) {
        return Ok(Some(known));
    }
    let may_be_given = gives(subject, on) && !account.disabled;
    Ok(may_be_given.then_some(Person { account, rights: Vec::new(), may_shut: false }))
}

/// Whether `subject` may give rights to somebody.
pub fn gives(subject: &Subject, on: Date) -> bool {
    Sight::of(subject, Act::Create, Kind::Grant, on).is_open()
}

/// Shuts the account `login`, with its sessions, or opens it again.
///
/// # Errors
/// [`OversightError::Missing`] when there is no such account that this person may change,
/// [`OversightError::OwnAccount`]; the store's.
pub async fn shut(
    store: &Store,
    subject: &Subject,
    on: Date,
    login: &str,
    shut: bool,
    by: &By,
) -> Result<(), OversightError> {
    let changes = Sight::of(subject, Act::Change, Kind::Account, on);
    let missing = || OversightError::Missing { what: "account" };
    let account = store.account_fetch(login).await?.ok_or_else(missing)?;
    let held = held(store, on).await?;
    let person: PersonId = login.parse().map_err(|_| missing())?;
    let of_person = held.get(&person).map(Vec::as_slice).unwrap_or_default();
    if !facets(&account, of_person).iter().any(|facet| changes.admits(facet)) {
        return Err(missing());
    }
    if person == *subject.person() {
        return Err(OversightError::OwnAccount);
    }
    Ok(store.account_shut(login, shut, by).await?)
}
