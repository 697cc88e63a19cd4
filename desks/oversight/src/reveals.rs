//! Reveals: what is masked of an object, shown once to one person, for a purpose, after another one has agreed.
//!
//! Both hold the right to reveal that object by the table of rights; the rights of both are read anew when the second
//! one agrees, and those of the first again when it is shown.

use crate::sight::{OF_ENTRIES, Sight, facts};
use crate::{OversightError, paris};
use beffroi_model::Territory;
use beffroi_rights::{
    Act, Barred, Consultation, FileRef, Kind, Object, ObjectId, PersonId, Policy, Proposal, Purpose, ServiceId, State,
    StatedPurpose, Subject, WorkingDay, World, consult, may, scope_of,
};
use beffroi_store::{By, Reveal, RevealState, Store, reveal_file};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Hours for which what was agreed to may be looked at.
pub const REVEAL_HOURS: i64 = 4;

/// The most requests shown.
const MOST: u64 = 200;

/// Why nothing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevealRefused {
    /// There is no such thing, or not for this person.
    #[error("nothing of that reference can be revealed")]
    Nothing,
    /// Nobody could be the second person.
    #[error("nobody else could agree: another person has to hold the right first")]
    NobodyElse,
    /// One's own request.
    #[error("nobody agrees to his or her own request")]
    Own,
    /// It waited too long.
    #[error("the request has lapsed: ask again")]
    Lapsed,
}

/// A request as a person sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenReveal {
    /// The request.
    pub reveal: Reveal,
    /// Why; nothing when the key of its words was destroyed.
    pub purpose: Option<Purpose>,
    /// Whether it is this person's own.
    pub is_own: bool,
    /// Whether this person may agree or refuse.
    pub may_decide: bool,
    /// Whether this person may look now.
    pub may_look: bool,
    /// Whether this person may give it up.
    pub may_close: bool,
    /// Whether it waited too long, or its end has come.
    pub is_over: bool,
}

/// What may be shown now, once the store has used the request up.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookable {
    /// The request.
    pub reveal: Reveal,
    /// The facts of the object.
    pub object: Object,
    /// What the journal writes.
    pub seen: Consultation,
}

/// The object as the table asks for it: with the other person who agrees.
fn with_second(object: &Object, second: &PersonId) -> Object {
    Object { second: Some(second.clone()), ..object.clone() }
}

fn reveals(subject: &Subject, object: &Object, other: &PersonId, on: Date) -> bool {
    may(subject, Act::Reveal, &with_second(object, other), on).is_allowed()
}

fn kinds(subject: &Subject, on: Date) -> impl Iterator<Item = Kind> {
    let reaches = move |world: &World, kind| scope_of(subject, Act::Reveal, *world, kind, on).branches().len() > 0;
    Kind::ALL.iter().copied().filter(move |kind| World::ALL.iter().any(|world| reaches(world, *kind)))
}

/// Whether `subject` may ask for reveals or agree to them.
pub fn may_ask(subject: &Subject, on: Date) -> bool {
    kinds(subject, on).next().is_some()
}

/// Whether `subject` sees requests: his or her own, those to agree to, or those to control.
pub fn sees(subject: &Subject, on: Date) -> bool {
    may_ask(subject, on) || Sight::of(subject, Act::Read, Kind::JournalEntry, on).reaches_others()
}

/// Everybody who could be the second person.
async fn seconds(
    store: &Store,
    subject: &Subject,
    object: &Object,
    at: Timestamp,
    on: Date,
) -> Result<BTreeSet<PersonId>, OversightError> {
    let given = store.grants().await?.into_iter().filter(|given| {
        let cell = Policy::embedded().cell(given.assignment.role, object.kind, Act::Reveal);
        given.revoked_at.is_none() && cell.is_some_and(|cell| !cell.rules.is_empty())
    });
    let persons: BTreeSet<PersonId> = given.map(|given| given.person).collect();
    let mut seconds = BTreeSet::new();
    for person in persons.into_iter().filter(|person| person != subject.person()) {
        let second = store.rights(&person, at).await?.subject;
        if reveals(&second, object, subject.person(), on)
            && store.account_fetch(person.as_str()).await?.is_some_and(|account| !account.disabled)
        {
            seconds.insert(person);
        }
    }
    Ok(seconds)
}

/// `subject` asks to see what is masked of `reference`, for `purpose`; those who may agree are told. What is refused for
/// want of an object or of a right looks the same.
///
/// # Errors
/// [`OversightError::Reveal`] when nothing is asked for; the store's.
pub async fn ask(
    store: &Store,
    subject: &Subject,
    on: Date,
    reference: &str,
    purpose: Purpose,
    by: &By,
) -> Result<(), OversightError> {
    let number = by.key.to_string();
    if store.reveal(&number).await?.is_some_and(|known| known.person == *subject.person()) {
        // The same form again: nothing changes, least of all the words that the second person reads.
        return Ok(());
    }
    let Ok(id) = reference.parse::<ObjectId>() else { return Err(RevealRefused::Nothing.into()) };
    // Whoever it will be: another person than the one who asks.
    let somebody: PersonId = "-".parse().map_err(|_| RevealRefused::Nothing)?;
    for kind in kinds(subject, on) {
        let found = store.object(kind, id.as_str()).await?.filter(|object| reveals(subject, object, &somebody, on));
        let Some(object) = found else { continue };
        let told = seconds(store, subject, &object, by.at, on).await?;
        if told.is_empty() {
            return Err(RevealRefused::NobodyElse.into());
        }
        let file = reveal_file(&number).ok_or(OversightError::Missing { what: "reveal" })?;
        let stated = StatedPurpose { person: subject.person().clone(), file, purpose, day: WorkingDay::of(on) };
        store.purpose_state(&stated, &By::new(by.who.clone(), by.at)).await?;
        return Ok(store.reveal_ask(kind, id, told, by).await?);
    }
    Err(RevealRefused::Nothing.into())
}

async fn purpose(store: &Store, reveal: &Reveal) -> Result<Option<Purpose>, OversightError> {
    let Some(file) = reveal_file(&reveal.id) else { return Ok(None) };
    let asked_on = WorkingDay::of(paris(reveal.asked_at).date());
    Ok(store.purpose_stated(&reveal.person, &file, asked_on).await?.map(|stated| stated.purpose))
}

fn waited_too_long(reveal: &Reveal, on: Date) -> bool {
    Proposal::new((), reveal.person.clone(), paris(reveal.asked_at).date()).has_lapsed(on)
}

fn may_look(reveal: &Reveal, at: Timestamp) -> bool {
    reveal.state == RevealState::Approved
        && reveal.shown_at.is_none()
        && reveal.until.is_some_and(|until| at < until)
        && reveal.second_by.as_ref().is_some_and(|second| *second != reveal.person)
}

/// The requests that `subject` sees, the newest first: his or her own, those that he or she may decide on or has decided
/// on, and all of what he or she controls.
///
/// # Errors
/// The store's.
pub async fn list(
    store: &Store,
    subject: &Subject,
    on: Date,
    at: Timestamp,
) -> Result<Vec<SeenReveal>, OversightError> {
    let sight = Sight::of(subject, Act::Read, Kind::JournalEntry, on);
    let mut seen = Vec::new();
    for reveal in store.reveals(MOST).await? {
        let is_own = reveal.person == *subject.person();
        let object = store.object(reveal.kind, reveal.object.as_str()).await?;
        let holds = !is_own && object.as_ref().is_some_and(|object| reveals(subject, object, &reveal.person, on));
        let decided = reveal.second_by.as_ref() == Some(subject.person());
        let waits = reveal.state == RevealState::Waiting;
        let concerned = is_own || decided || (holds && waits) || controls(&sight, &reveal, object.as_ref());
        if !concerned {
            continue;
        }
        let over = match reveal.state {
            RevealState::Waiting => waited_too_long(&reveal, on),
            RevealState::Approved => reveal.until.is_none_or(|until| until <= at),
            RevealState::Refused | RevealState::Closed => true,
        };
        let unused = reveal.shown_at.is_none();
        seen.push(SeenReveal {
            purpose: purpose(store, &reveal).await?,
            is_own,
            may_decide: holds && waits && !over,
            may_look: is_own && may_look(&reveal, at),
            may_close: is_own && !over && unused,
            is_over: over || !unused,
            reveal,
        });
    }
    Ok(seen)
}

fn controls(sight: &Sight, reveal: &Reveal, object: Option<&Object>) -> bool {
    let worlds = object.map_or_else(|| reveal.kind.worlds().to_vec(), |object| vec![object.world]);
    let owner = object.map_or_else(ServiceId::house, |object| object.owner.clone());
    let place = object.map_or_else(Territory::france, |object| object.territory.clone());
    sight.reaches_others()
        && worlds.into_iter().any(|world| {
            let entry = facts(Kind::JournalEntry, &reveal.id, world, owner.clone(), place.clone(), OF_ENTRIES);
            let about = Some(reveal.person.clone());
            entry.is_some_and(|entry| sight.admits(&Object { about, state: State::Approved, ..entry }))
        })
}

/// `subject` agrees to the request `id`, or refuses it.
///
/// # Errors
/// [`OversightError::Missing`] when no such request waits for this person, [`OversightError::Reveal`] when it is the own
/// one or has lapsed; the store's.
pub async fn decide(
    store: &Store,
    subject: &Subject,
    on: Date,
    id: &str,
    agree: bool,
    by: &By,
) -> Result<(), OversightError> {
    let missing = || OversightError::Missing { what: "reveal" };
    let reveal = store.reveal(id).await?.filter(|reveal| reveal.state == RevealState::Waiting).ok_or_else(missing)?;
    if reveal.person == *subject.person() {
        return Err(RevealRefused::Own.into());
    }
    let object = store.object(reveal.kind, reveal.object.as_str()).await?.ok_or_else(missing)?;
    if !reveals(subject, &object, &reveal.person, on) {
        return Err(missing());
    }
    if !agree {
        return Ok(store.reveal_decide(id, None, by).await?);
    }
    let asker = store.rights(&reveal.person, by.at).await?.subject;
    if !reveals(&asker, &object, subject.person(), on) {
        return Err(missing());
    }
    let proposal = Proposal::new((), reveal.person.clone(), paris(reveal.asked_at).date());
    proposal.approve(subject.person().clone(), on).map_err(|_| RevealRefused::Lapsed)?;
    let until = by.at.saturating_add(SignedDuration::from_hours(REVEAL_HOURS)).map_err(|_| missing())?;
    Ok(store.reveal_decide(id, Some(until), by).await?)
}

/// `subject` gives his or her own request up.
///
/// # Errors
/// [`OversightError::Missing`] when there is none to give up; the store's.
pub async fn close(store: &Store, subject: &Subject, id: &str, by: &By) -> Result<(), OversightError> {
    let own = store.reveal(id).await?.is_some_and(|reveal| reveal.person == *subject.person());
    if !own {
        return Err(OversightError::Missing { what: "reveal" });
    }
    Ok(store.reveal_close(id, by).await?)
}

/// What `subject` may look at now by the request `id`: what is fetched for it may be shown once
/// [`Store::reveal_show`] has come back, and not before.
///
/// # Errors
/// [`OversightError::Missing`] when there is nothing to look at; the store's.
pub async fn lookable(
    store: &Store,
    subject: &Subject,
    on: Date,
    at: Timestamp,
    id: &str,
) -> Result<Lookable, OversightError> {
    let missing = || OversightError::Missing { what: "reveal" };
    let own = |reveal: &Reveal| reveal.person == *subject.person() && may_look(reveal, at);
    let reveal = store.reveal(id).await?.filter(own).ok_or_else(missing)?;
    let second = reveal.second_by.as_ref().ok_or_else(missing)?;
    let object = store.object(reveal.kind, reveal.object.as_str()).await?.ok_or_else(missing)?;
    let object = with_second(&object, second);
    let purpose = purpose(store, &reveal).await?.ok_or_else(missing)?;
    let stated = StatedPurpose {
        person: subject.person().clone(),
        file: FileRef::of(&object),
        purpose,
        day: WorkingDay::of(on),
    };
    match consult(subject, Act::Reveal, &object, &[stated], on) {
        Ok(seen) => Ok(Lookable { reveal, object, seen }),
        Err(Barred::Rights(_) | Barred::PurposeNeeded(_)) => Err(missing()),
    }
}
