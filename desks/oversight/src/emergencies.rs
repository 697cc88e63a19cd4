//! Breaking the glass: opening in an emergency what lies outside one's service or territory, and judging it afterwards.
//!
//! Those who control the journal where the object lies are told, and whoever manages the service that owns it or the
//! opener's own; any of them but the opener says afterwards whether it was right. Before an opening, absent and forbidden
//! look the same.

use crate::OversightError;
use crate::sight::{OF_ENTRIES, OF_RIGHTS, Sight, facts, places};
use beffroi_model::{Marking, Territory};
use beffroi_rights::{
    Act, BreakGlass, GlassRefused, Kind, Object, ObjectId, PersonId, Policy, ServiceId, State, Subject, World,
    check_glass_reason, may, open_glass, scope_of,
};
use beffroi_store::{By, Opening, Store};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Fewest and most characters of a remark on an opening.
pub const REMARK_CHARS: (usize, usize) = (10, 900);

/// The most openings shown that were reviewed already.
const MOST_REVIEWED: usize = 100;

/// Why nothing is opened, or no verdict is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmergencyRefused {
    /// The reason is no reason.
    #[error("the reason is too short, too long or not in words")]
    Reason,
    /// Nobody would be told.
    #[error("nobody controls here: name a data-protection officer or an inspector first")]
    NobodyTold,
    /// There is no such thing, or not for this person.
    #[error("nothing of that reference opens in an emergency")]
    Nothing,
    /// The remark of a review is too short or too long.
    #[error("the remark needs {} to {} characters", REMARK_CHARS.0, REMARK_CHARS.1)]
    Remark,
}

/// What may be read now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readable {
    /// Of which kind it is.
    pub kind: Kind,
    /// Which one.
    pub id: ObjectId,
}

/// An opening as a person sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenOpening {
    /// The opening.
    pub opening: Opening,
    /// Whether it is open now.
    pub is_open: bool,
    /// Whether it is this person's own.
    pub is_own: bool,
    /// Whether this person may say what is to be thought of it.
    pub may_review: bool,
    /// Whether this person may end it.
    pub may_end: bool,
    /// Whether the day of its review has passed without one.
    pub is_late: bool,
}

/// Where an opening lies: ways of seeing it, each of one or more facts that have to be seen together.
struct Whereabouts {
    opener: PersonId,
    id: String,
    ways: Vec<Vec<(World, ServiceId, Territory)>>,
}

impl Whereabouts {
    /// With the owner of `object`, and with the services for which `opener` holds a role in its world. What is gone from
    /// the registers lies in the house.
    fn of(id: &str, kind: Kind, object: Option<&Object>, opener: &Subject, on: Date) -> Self {
        let worlds = object.map_or_else(|| kind.worlds().to_vec(), |object| vec![object.world]);
        let mut ways = match object {
            Some(object) => vec![vec![(object.world, object.owner.clone(), object.territory.clone())]],
            None => worlds.iter().map(|world| vec![(*world, ServiceId::house(), Territory::france())]).collect(),
        };
        for held in opener.assignments().filter(|held| worlds.contains(&held.world) && held.is_active(on)) {
            let of_place = |place| (held.world, held.service.clone(), place);
            ways.push(places(&held.territories).into_iter().map(of_place).collect());
        }
        Self { opener: opener.person().clone(), id: id.to_owned(), ways }
    }

    fn reaches(&self, kind: Kind, marking: Marking, admits: impl Fn(&Object) -> bool) -> bool {
        self.ways.iter().any(|way| {
            let mut parts = way.iter().map(|(world, owner, place)| {
                let part = facts(kind, &self.id, *world, owner.clone(), place.clone(), marking)?;
                let opener = Some(self.opener.clone());
                Some(Object { author: opener.clone(), about: opener, state: State::Submitted, ..part })
            });
            !way.is_empty() && parts.all(|part| part.is_some_and(|part| admits(&part)))
        })
    }

    /// Whether `person` answers for it: controls the journal there, or agrees to rights there; never the opener.
    fn answers(&self, person: &Subject, on: Date) -> bool {
        let sight = Sight::of(person, Act::Read, Kind::JournalEntry, on);
        let controls = || sight.reaches_others() && self.reaches(Kind::JournalEntry, OF_ENTRIES, |o| sight.admits(o));
        let manages = || self.reaches(Kind::Grant, OF_RIGHTS, |part| may(person, Act::Approve, part, on).is_allowed());
        *person.person() != self.opener && (controls() || manages())
    }
}

/// Whether `subject` may open something in an emergency.
pub fn may_open(subject: &Subject, on: Date) -> bool {
    World::ALL.iter().any(|world| Kind::ALL.iter().any(|kind| opens(subject, *world, *kind, on)))
}

fn opens(subject: &Subject, world: World, kind: Kind, on: Date) -> bool {
    scope_of(subject, Act::BreakGlass, world, kind, on).branches().len() > 0
}

/// Whether `subject` answers for openings of others.
pub fn sees_others(subject: &Subject, on: Date) -> bool {
    Sight::of(subject, Act::Read, Kind::JournalEntry, on).reaches_others()
        || Sight::of(subject, Act::Approve, Kind::Grant, on).is_open()
}

/// Everybody who answers for what lies there.
async fn answering(
    store: &Store,
    whereabouts: &Whereabouts,
    at: Timestamp,
    on: Date,
) -> Result<BTreeSet<PersonId>, OversightError> {
    let answers_somewhere = |role| {
        let has = |kind, act| Policy::embedded().cell(role, kind, act).is_some_and(|cell| !cell.rules.is_empty());
        has(Kind::Grant, Act::Approve) || has(Kind::JournalEntry, Act::Read)
    };
    let given = store.grants().await?.into_iter();
    let given = given.filter(|given| given.revoked_at.is_none() && answers_somewhere(given.assignment.role));
    let persons: BTreeSet<PersonId> = given.map(|given| given.person).collect();
    let mut told = BTreeSet::new();
    for person in persons {
        let subject = store.rights(&person, at).await?.subject;
        if whereabouts.answers(&subject, on)
            && store.account_fetch(person.as_str()).await?.is_some_and(|account| !account.disabled)
        {
            told.insert(person);
        }
    }
    Ok(told)
}

/// Opens what `reference` names to `subject`, for `reason`; what may be read already is not opened. What is refused for
/// want of an object or of a right is journalled, and looks the same.
///
/// # Errors
/// [`OversightError::Emergency`] when nothing is opened; the store's.
pub async fn open(
    store: &Store,
    subject: &Subject,
    on: Date,
    reference: &str,
    reason: &str,
    by: &By,
) -> Result<Readable, OversightError> {
    // What does not depend on the object comes first: it then tells nothing of whether there is one.
    check_glass_reason(reason).map_err(|_| EmergencyRefused::Reason)?;
    let Some(nowhere) = anywhere(subject, on) else { return Err(EmergencyRefused::Nothing.into()) };
    let mut told = answering(store, &nowhere, by.at, on).await?;
    if told.is_empty() {
        return Err(EmergencyRefused::NobodyTold.into());
    }
    let Ok(id) = reference.parse::<ObjectId>() else { return Err(EmergencyRefused::Nothing.into()) };
    for kind in Kind::ALL.iter().filter(|kind| World::ALL.iter().any(|world| opens(subject, *world, **kind, on))) {
        let Some(object) = store.object(*kind, id.as_str()).await? else { continue };
        if may(subject, Act::Read, &object, on).is_allowed() {
            return Ok(Readable { kind: *kind, id });
        }
        if !may(subject, Act::BreakGlass, &object, on).is_allowed() {
            continue;
        }
        let lies = Whereabouts::of(id.as_str(), *kind, Some(&object), subject, on);
        told.extend(answering(store, &lies, by.at, on).await?);
        let glass = match open_glass(subject, &object, reason, told.iter().cloned(), by.at, on) {
            Ok(glass) => glass,
            Err(GlassRefused::Reason { .. }) => return Err(EmergencyRefused::Reason.into()),
            Err(GlassRefused::NobodyTold) => return Err(EmergencyRefused::NobodyTold.into()),
            Err(GlassRefused::Rights(_)) => continue,
        };
        store.glass_open(*kind, glass, by).await?;
        return Ok(Readable { kind: *kind, id });
    }
    store.glass_refused(id.as_str(), by).await?;
    Err(EmergencyRefused::Nothing.into())
}

/// Where the openings of `subject` lie, whatever is opened: with the services for which roles that open are held.
fn anywhere(subject: &Subject, on: Date) -> Option<Whereabouts> {
    let kind = Kind::ALL.iter().find(|kind| World::ALL.iter().any(|world| opens(subject, *world, **kind, on)))?;
    let mut lies = Whereabouts::of("-", *kind, None, subject, on);
    // The house stands for what is gone; here something is still to be found, and only the opener's services are sure.
    lies.ways.drain(..kind.worlds().len().min(lies.ways.len()));
    Some(lies)
}

/// The openings that `subject` sees: his or her own, and those he or she answers for. First those that wait for a
/// review, then the latest.
///
/// # Errors
/// The store's.
pub async fn list(
    store: &Store,
    subject: &Subject,
    on: Date,
    at: Timestamp,
) -> Result<Vec<SeenOpening>, OversightError> {
    let mut openers: BTreeMap<PersonId, Subject> = BTreeMap::new();
    let mut seen = Vec::new();
    let mut n_reviewed = 0;
    let others = sees_others(subject, on);
    for opening in store.glasses().await? {
        let is_own = opening.glass.person == *subject.person();
        if (!is_own && !others) || (opening.review.is_some() && n_reviewed >= MOST_REVIEWED) {
            continue;
        }
        let answers = !is_own && {
            let BreakGlass { person, object, .. } = &opening.glass;
            if !openers.contains_key(person) {
                openers.insert(person.clone(), store.rights(person, at).await?.subject);
            }
            let object = store.object(opening.kind, object.as_str()).await?;
            openers.get(person).is_some_and(|opener| {
                Whereabouts::of(&opening.id, opening.kind, object.as_ref(), opener, on).answers(subject, on)
            })
        };
        if !is_own && !answers {
            continue;
        }
        n_reviewed += usize::from(opening.review.is_some());
        let is_open = opening.glass.is_open(at);
        seen.push(SeenOpening {
            is_open,
            is_own,
            may_review: answers && opening.review.is_none(),
            may_end: is_open,
            is_late: opening.review.is_none() && opening.glass.review_by < on,
            opening,
        });
    }
    seen.sort_by_key(|seen| seen.opening.review.is_some());
    Ok(seen)
}

async fn find(
    store: &Store,
    subject: &Subject,
    on: Date,
    id: &str,
    by: &By,
    which: impl Fn(&SeenOpening) -> bool,
) -> Result<SeenOpening, OversightError> {
    let seen = list(store, subject, on, by.at).await?.into_iter();
    let mut found = seen.filter(|seen| seen.opening.id == id && which(seen));
    found.next().ok_or(OversightError::Missing { what: "opening" })
}

/// Ends an opening before its time: one's own, or one that `subject` answers for.
///
/// # Errors
/// [`OversightError::Missing`] when no such opening of this person's sight is open; the store's.
pub async fn end(store: &Store, subject: &Subject, on: Date, id: &str, by: &By) -> Result<(), OversightError> {
    find(store, subject, on, id, by, |seen| seen.may_end).await?;
    Ok(store.glass_end(id, by).await?)
}

/// Says whether an opening was right, and why: another person than the opener, once. One that was not ends.
///
/// # Errors
/// [`OversightError::Missing`] when no such opening waits for this person, [`OversightError::Emergency`] for a remark
/// that is none; the store's.
pub async fn review(
    store: &Store,
    subject: &Subject,
    on: Date,
    id: &str,
    justified: bool,
    remark: &str,
    by: &By,
) -> Result<(), OversightError> {
    find(store, subject, on, id, by, |seen| seen.may_review).await?;
    let remark: String = remark.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if !(REMARK_CHARS.0..=REMARK_CHARS.1).contains(&remark.chars().count()) {
        return Err(EmergencyRefused::Remark.into());
    }
    Ok(store.glass_review(id, justified, &remark, by).await?)
}
