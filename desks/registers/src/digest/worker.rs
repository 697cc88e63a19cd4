//! The worker: first of all it settles what a kill left open, then it claims what is due, makes each letter of what is
//! open to its person at that moment, hands it over and settles it.
//!
//! It shares its way out, and the marks of what has gone, with the diffusion of flashes, which clears the marks once it
//! has read them: so the marks are read here before ([`recover`]), and letters go after it ([`deliver`] takes what
//! recovering gave).

use super::letter::{Around, Brief, write};
use super::{DigestError, DigestSettings, may_go};
use crate::Registry;
use beffroi_clocks::Zone;
use beffroi_dsn::{Action, Report};
use beffroi_ports::{Fate, Letter, Post};
use beffroi_store::{By, DigestRow, HandoverState, Settlement, Store};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Letters claimed at once.
const BATCH: u64 = 100;
/// For how long a claim holds: longer than the slowest batch may take.
const CLAIM: SignedDuration = SignedDuration::from_hours(1);
/// Minutes until the next try, after each try; then it is given up. A day that is over ends it anyway.
const TRIES: [i64; 8] = [1, 5, 15, 30, 60, 120, 240, 240];
/// Under which name the worker writes.
const NAME: &str = "post";

/// What handing letters over takes.
pub struct Mailing<'a> {
    /// The registers there are.
    pub registry: &'a Registry,
    /// Where they are kept.
    pub store: &'a Store,
    /// The way out by mail.
    pub post: &'a dyn Post,
    /// What the deployment says.
    pub settings: &'a DigestSettings,
    /// The clock.
    pub clock: fn() -> Timestamp,
}

/// What one pass did, in letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pass {
    /// Handed over before a kill and settled now.
    pub recovered: u64,
    /// Handed over.
    pub delivered: u64,
    /// Nothing was to be said.
    pub empty: u64,
    /// To be tried again.
    pub later: u64,
    /// Refused by the other side for good.
    pub bounced: u64,
    /// Not let out.
    pub refused: u64,
}

/// The marks of this machine were read: letters may go.
#[must_use = "letters are handed over by `deliver`"]
#[derive(Debug)]
pub struct Recovered(u64);

/// What a letter comes to before it is handed over.
enum Ready {
    Letter(Box<Letter>),
    Not(&'static str),
}

/// What is said of a letter that had nothing to say.
const EMPTY: &str = "empty";

/// Settles what this worker had claimed when it was stopped: what is marked as gone is delivered, the rest is free. To be
/// done before anybody clears the marks.
///
/// # Errors
/// The store's and the marks'.
pub async fn recover(mailing: &Mailing<'_>) -> Result<Recovered, DigestError> {
    let claimed = mailing.store.digest_claimed(mailing.post.worker()).await?;
    if claimed.is_empty() {
        return Ok(Recovered(0));
    }
    let gone: BTreeSet<String> = mailing.post.gone()?.into_iter().collect();
    let now = (mailing.clock)();
    let mut n = 0;
    let settle = |row: DigestRow| {
        if gone.contains(&row.id) {
            n += 1;
            return Settlement::delivered(row.id);
        }
        Settlement { state: HandoverState::Retry, due_at: Some(now), ..Settlement::delivered(row.id) }
    };
    let settled = claimed.into_iter().map(settle).collect();
    mailing.store.digest_settle(settled, &By::new(NAME, now)).await?;
    Ok(Recovered(n))
}

/// Hands over every letter that is due.
///
/// # Errors
/// The store's and the marks': what was handed over is then settled by the next [`recover`].
pub async fn deliver(mailing: &Mailing<'_>, recovered: Recovered) -> Result<Pass, DigestError> {
    let mut pass = Pass { recovered: recovered.0, ..Pass::default() };
    loop {
        let now = (mailing.clock)();
        if !mailing.store.digest_waits(now).await? {
            return Ok(pass);
        }
        let until = now.checked_add(CLAIM).unwrap_or(now);
        let rows = mailing.store.digest_claim(mailing.post.worker(), BATCH, until, &By::new(NAME, now)).await?;
        if rows.is_empty() {
            return Ok(pass);
        }
        let settled = batch(mailing, rows).await?;
        for one in &settled {
            match one.state {
                HandoverState::Delivered => pass.delivered += 1,
                HandoverState::Retry => pass.later += 1,
                HandoverState::Bounced => pass.bounced += 1,
                _ if one.note.as_deref() == Some(EMPTY) => pass.empty += 1,
                HandoverState::Refused | HandoverState::Queued | HandoverState::Sending => pass.refused += 1,
            }
        }
        mailing.store.digest_settle(settled, &By::new(NAME, (mailing.clock)())).await?;
        mailing.post.settled()?;
    }
}

async fn batch(mailing: &Mailing<'_>, rows: Vec<DigestRow>) -> Result<Vec<Settlement>, DigestError> {
    let (mut letters, mut settled) = (Vec::new(), Vec::new());
    let tries: BTreeMap<String, u32> = rows.iter().map(|row| (row.id.clone(), row.attempts)).collect();
    for row in rows {
        match ready(mailing, &row).await {
            Ok(Ready::Letter(letter)) => letters.push(*letter),
            Ok(Ready::Not(why)) => settled.push(Settlement {
                state: HandoverState::Refused,
                note: Some(why.to_owned()),
                ..Settlement::delivered(row.id)
            }),
            // What is wrong with one letter keeps no other back.
            Err(error) => settled.push(after(row.id, Fate::Later(error.to_string()), row.attempts, (mailing.clock)())),
        }
    }
    let fates = mailing.post.send(letters).await;
    let now = (mailing.clock)();
    settled.extend(fates.into_iter().map(|(id, fate)| {
        let tried = tries.get(&id).copied().unwrap_or(1);
        after(id, fate, tried, now)
    }));
    Ok(settled)
}

/// What a row comes to now: the wish, the policy and the rights are asked again.
async fn ready(mailing: &Mailing<'_>, row: &DigestRow) -> Result<Ready, DigestError> {
    let (store, now) = (mailing.store, (mailing.clock)());
    if Zone::Paris.day(now) != row.day {
        return Ok(Ready::Not("past"));
    }
    let Some(wish) = store.digest_wish(&row.login).await?.filter(|wish| wish.unreachable.is_none()) else {
        return Ok(Ready::Not("ended"));
    };
    let Some(to) = store.digest_address(&row.login).await? else { return Ok(Ready::Not("no-address")) };
    match may_go(store, &row.login, &to, mailing.settings, now).await {
        Ok(()) => {}
        Err(DigestError::Refused(why)) => return Ok(Ready::Not(why)),
        Err(error) => return Err(error),
    }
    let brief = Brief::of(mailing.registry, store, &row.login, mailing.settings, now).await?;
    if brief.is_empty() {
        return Ok(Ready::Not(EMPTY));
    }
    let around = Around {
        login: &row.login,
        to: &to,
        day: row.day,
        lang: wish.lang.parse().unwrap_or_default(),
        exercise: store.is_exercise(),
        settings: mailing.settings,
    };
    let letter = Letter { id: row.id.clone(), ..write(&brief, &around) };
    Ok(Ready::Letter(Box::new(letter)))
}

/// What a fate comes to after so many tries.
fn after(id: String, fate: Fate, tries: u32, now: Timestamp) -> Settlement {
    let plain = Settlement::delivered(id);
    match fate {
        Fate::Taken => plain,
        Fate::Unknown(said) => {
            Settlement { state: HandoverState::Bounced, note: Some(said), is_address_wrong: true, ..plain }
        }
        Fate::Refused(said) => Settlement { state: HandoverState::Refused, note: Some(said), ..plain },
        Fate::Later(said) => match usize::try_from(tries).ok().and_then(|n| TRIES.get(n.saturating_sub(1))) {
            Some(minutes) => {
                let due = now.checked_add(SignedDuration::from_mins(*minutes)).unwrap_or(now);
                Settlement { state: HandoverState::Retry, note: Some(said), due_at: Some(due), ..plain }
            }
            None => Settlement { state: HandoverState::Bounced, note: Some(said), ..plain },
        },
    }
}

/// Takes up a report of non-delivery: the letter that failed for good is bounced, and its address flagged when it is wrong.
/// Gives the number of the letter; none when the report is of none of these, or says nothing final.
///
/// # Errors
/// The store's.
pub async fn bounced(store: &Store, report: &Report, by: &By) -> Result<Option<String>, DigestError> {
    for id in &report.candidates {
        let Some(row) = store.digest(id).await? else { continue };
        if report.action != Action::Failed || !report.status.starts_with('5') {
            return Ok(None);
        }
        // As for flashes: the address is wrong, or the mailbox is shut (RFC 3463).
        let is_address_wrong = report.status.starts_with("5.1.") || report.status == "5.2.1";
        let note = Some(report.status.clone());
        let settled =
            Settlement { state: HandoverState::Bounced, note, is_address_wrong, ..Settlement::delivered(row.id) };
        let id = settled.id.clone();
        store.digest_settle(vec![settled], by).await?;
        return Ok(Some(id));
    }
    Ok(None)
}
