//! The worker: claims what is due, hands it over, settles it, and first of all settles what a kill left open.

use crate::alerts::{self, Alert, AlertState, paris};
use crate::diffusion::letters::Letters;
use crate::diffusion::queue::NOTICE;
use crate::diffusion::{
    DiffusionError, DiffusionSettings, Leaves, Links, Recipient, Way, Why, is_of_exercise, leaves, webhooks,
};
use beffroi_model::AlertRef;
use beffroi_ports::{Fate, Fetch, FetchRequest, Letter, Post, Typesetter};
use beffroi_store::{By, HandoverRow, HandoverState, Settlement, Store};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Handovers claimed at once.
const BATCH: u64 = 500;
/// For how long a claim holds: longer than the slowest batch may take.
const CLAIM: SignedDuration = SignedDuration::from_hours(1);
/// Minutes until the next try, after each try; then it is given up.
const TRIES: [i64; 12] = [1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 1440, 1440];
/// Under which name the worker writes.
const NAME: &str = "post";

/// What delivering takes.
pub struct Engines<'a> {
    /// The registers.
    pub store: &'a Store,
    /// The way out by mail.
    pub post: &'a dyn Post,
    /// The way out by HTTP; webhooks wait without it.
    pub fetch: Option<&'a dyn Fetch>,
    /// Sets the files of letters.
    pub typesetter: &'a dyn Typesetter,
    /// The clock.
    pub clock: fn() -> Timestamp,
}

/// What one pass did, in handovers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pass {
    /// Handed over before a kill and settled now.
    pub recovered: u64,
    /// Handed over.
    pub delivered: u64,
    /// To be tried again.
    pub later: u64,
    /// Refused by the other side for good.
    pub bounced: u64,
    /// Not let out.
    pub refused: u64,
}

/// What a handover comes to before it is handed over.
enum Ready {
    Letter(Letter),
    Webhook(FetchRequest),
    Not(Settlement),
}

/// Delivers all that is due.
///
/// # Errors
/// The store's and the marks': what was handed over is then settled by the next pass.
pub async fn deliver(engines: &Engines<'_>, settings: &DiffusionSettings) -> Result<Pass, DiffusionError> {
    let mut pass = Pass { recovered: recover(engines).await?, ..Pass::default() };
    let mut letters = Letters::new(
        settings,
        Links::of(engines.store)?,
        engines.typesetter,
        engines.store.is_exercise(),
        paris((engines.clock)()).date(),
    );
    let mut known: BTreeMap<AlertRef, Option<Alert>> = BTreeMap::new();
    loop {
        let now = (engines.clock)();
        if !engines.store.post_waits(now).await? {
            return Ok(pass);
        }
        let until = now.checked_add(CLAIM).unwrap_or(now);
        let rows = engines.store.post_claim(engines.post.worker(), BATCH, until, &By::new(NAME, now)).await?;
        if rows.is_empty() {
            return Ok(pass);
        }
        known.clear();
        let settled = batch(engines, settings, &mut letters, &mut known, rows).await?;
        for one in &settled {
            match one.state {
                HandoverState::Delivered => pass.delivered += 1,
                HandoverState::Retry => pass.later += 1,
                HandoverState::Bounced => pass.bounced += 1,
                HandoverState::Refused | HandoverState::Queued | HandoverState::Sending => pass.refused += 1,
            }
        }
        engines.store.post_settle(settled, &By::new(NAME, (engines.clock)())).await?;
        engines.post.settled()?;
    }
}

/// Settles what this worker had claimed when it was stopped: what is marked as gone is delivered, the rest is free.
async fn recover(engines: &Engines<'_>) -> Result<u64, DiffusionError> {
    let gone: BTreeSet<String> = engines.post.gone()?.into_iter().collect();
    let claimed = engines.store.post_claimed(engines.post.worker()).await?;
    let now = (engines.clock)();
    let mut n = 0;
    let settle = |row: HandoverRow| {
        if gone.contains(&row.id) {
            n += 1;
            return Settlement::delivered(row.id);
        }
        Settlement { id: row.id, state: HandoverState::Retry, note: None, due_at: Some(now), is_address_wrong: false }
    };
    let settled = claimed.into_iter().map(settle).collect();
    engines.store.post_settle(settled, &By::new(NAME, now)).await?;
    engines.post.settled()?;
    Ok(n)
}

async fn batch(
    engines: &Engines<'_>,
    settings: &DiffusionSettings,
    letters: &mut Letters<'_>,
    known: &mut BTreeMap<AlertRef, Option<Alert>>,
    rows: Vec<HandoverRow>,
) -> Result<Vec<Settlement>, DiffusionError> {
    let ids: BTreeSet<String> = rows.iter().map(|row| row.recipient.clone()).collect();
    let recipients = engines.store.recipients_named(ids.into_iter().collect()).await?;
    let recipients: BTreeMap<String, Recipient> =
        recipients.into_iter().map(|row| (row.id.clone(), Recipient::of(row))).collect();
    let (mut mail, mut hooks, mut settled) = (Vec::new(), Vec::new(), Vec::new());
    let attempts: BTreeMap<String, u32> = rows.iter().map(|row| (row.id.clone(), row.attempts)).collect();
    for row in rows {
        if !known.contains_key(&row.alert) {
            known.insert(row.alert.clone(), alerts::as_read(engines.store, &row.alert).await?);
        }
        let alert = known.get(&row.alert).and_then(Option::as_ref);
        match ready(engines, settings, letters, &row, alert, recipients.get(&row.recipient))? {
            Ready::Letter(letter) => mail.push(letter),
            Ready::Webhook(request) => hooks.push((row.id, request)),
            Ready::Not(settlement) => settled.push(settlement),
        }
    }
    let mut fates = engines.post.send(mail).await;
    // One at a time, each settled before the next: a kill repeats one.
    for (id, request) in hooks {
        let fate = match engines.fetch {
            Some(fetch) => webhooks::hand_over(fetch, &request).await,
            None => Fate::Later("no machine may be reached: see `webhooks` in the configuration".to_owned()),
        };
        let now = (engines.clock)();
        if fate == Fate::Taken {
            engines.store.post_settle(vec![Settlement::delivered(id.clone())], &By::new(NAME, now)).await?;
        }
        fates.push((id, fate));
    }
    let now = (engines.clock)();
    settled.extend(fates.into_iter().map(|(id, fate)| {
        let tries = attempts.get(&id).copied().unwrap_or(1);
        after(id, fate, tries, now)
    }));
    Ok(settled)
}

/// What a handover comes to: the policy is asked again, since the flash, the list and the day may have changed.
fn ready(
    engines: &Engines<'_>,
    settings: &DiffusionSettings,
    letters: &mut Letters<'_>,
    row: &HandoverRow,
    alert: Option<&Alert>,
    recipient: Option<&Recipient>,
) -> Result<Ready, DiffusionError> {
    let refused = |why: &str| {
        let note = Some(why.to_owned());
        let id = row.id.clone();
        Ok(Ready::Not(Settlement { id, state: HandoverState::Refused, note, due_at: None, is_address_wrong: false }))
    };
    let Some(recipient) = recipient else { return refused(Why::NotListed.code()) };
    let Some(alert) = alert.filter(|alert| alert.state == AlertState::Issued && alert.version == row.version) else {
        return refused("superseded");
    };
    let now = (engines.clock)();
    let is_mail = row.channel == Way::Mail.code() || row.channel == NOTICE;
    let way = if is_mail { Way::Mail } else { Way::Webhook };
    let on = paris(now).date();
    match (leaves(alert.marking, is_of_exercise(engines.store, alert), recipient, way, settings, on), way) {
        (Leaves::Nothing(why), _) => refused(why.code()),
        (Leaves::Content(told), Way::Webhook) => {
            let Some(url) = &recipient.webhook else { return refused(Why::NotTaken.code()) };
            Ok(Ready::Webhook(webhooks::request(engines.store, row, alert, recipient, url, told, now)?))
        }
        (told, _) => {
            let Some(to) = &recipient.mail else { return refused(Why::NotTaken.code()) };
            let told = match told {
                Leaves::Content(told) if row.channel != NOTICE => Some(told),
                _ => None,
            };
            Ok(Ready::Letter(letters.letter(row, alert, recipient, to, told)?))
        }
    }
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
        Fate::Later(said) => {
            let wait = usize::try_from(tries).ok().and_then(|n| TRIES.get(n.saturating_sub(1)));
            match wait {
                Some(minutes) => {
                    let due = now.checked_add(SignedDuration::from_mins(*minutes)).unwrap_or(now);
                    Settlement { state: HandoverState::Retry, note: Some(said), due_at: Some(due), ..plain }
                }
                None => Settlement { state: HandoverState::Bounced, note: Some(said), ..plain },
            }
        }
    }
}
