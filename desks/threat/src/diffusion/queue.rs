//! Choosing from the list, and queueing.

use crate::alerts::{self, Alert, AlertState, paris};
use crate::diffusion::{DiffusionError, DiffusionSettings, Leaves, Recipient, Way, is_of_exercise, leaves, recipients};
use beffroi_model::Marking;
use beffroi_store::{By, Dispatch, HandoverRow, HandoverState, ReadingRow, Store};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What the journal says a flash was handed over for.
const WHY: &str = "diffusion of a flash alert";
/// The occasion of the first handover; reminders have their own.
pub(crate) const FLASH: &str = "flash";
/// The mail that carries no content.
pub(crate) const NOTICE: &str = "notice";

/// Who on the list: by direction and service, everyone when neither is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Directions; all when empty.
    pub directions: Vec<String>,
    /// Services; all when empty.
    pub services: Vec<String>,
}

impl Selection {
    fn holds(&self, recipient: &Recipient) -> bool {
        let among = |names: &[String], name: &String| names.is_empty() || names.contains(name);
        among(&self.directions, &recipient.direction) && among(&self.services, &recipient.service)
    }
}

/// Issues a validated flash to those selected: both in one transaction. Gives it with the number of recipients. Where
/// nobody was ever put on the list, it is issued and handed to nobody.
///
/// # Errors
/// [`DiffusionError::Nobody`] when nobody selected may receive it; those of issuing; the store's.
pub async fn issue(
    store: &Store,
    alert: Alert,
    selection: &Selection,
    settings: &DiffusionSettings,
    by: &By,
) -> Result<(Alert, usize), DiffusionError> {
    let all = recipients(store).await?;
    if all.is_empty() {
        return Ok((alerts::issue(store, alert, by).await?, 0));
    }
    let chosen: Vec<&Recipient> = all.iter().filter(|recipient| selection.holds(recipient)).collect();
    // Whether anybody may receive it is known before: its marking does not change by being issued.
    let n = dispatch(store, &alert, &chosen, settings, by.at).readings.len();
    if n == 0 {
        return Err(DiffusionError::Nobody { reference: alert.reference });
    }
    let issued =
        alerts::issue_and_send(store, alert, by, |alert| dispatch(store, alert, &chosen, settings, by.at)).await?;
    Ok((issued, n))
}

/// Queues an issued flash for those selected; whoever has it queued already is not sent it twice. Gives how many
/// handovers are new.
///
/// # Errors
/// [`DiffusionError::NotIssued`], [`DiffusionError::Nobody`], the store's.
pub async fn send(
    store: &Store,
    alert: &Alert,
    selection: &Selection,
    settings: &DiffusionSettings,
    by: &By,
) -> Result<u64, DiffusionError> {
    if alert.state != AlertState::Issued {
        return Err(DiffusionError::NotIssued { reference: alert.reference.clone() });
    }
    let all = recipients(store).await?;
    let chosen: Vec<&Recipient> = all.iter().filter(|recipient| selection.holds(recipient)).collect();
    let dispatch = dispatch(store, alert, &chosen, settings, by.at);
    if dispatch.readings.is_empty() {
        return Err(DiffusionError::Nobody { reference: alert.reference.clone() });
    }
    Ok(store.post_queue(dispatch, by).await?)
}

/// Lowers the marking of an issued flash, and queues the new version for those who were sent an earlier one: both in one
/// transaction. Gives it with the number of recipients; whoever may receive it only now is sent it by [`send`].
///
/// # Errors
/// Those of lowering the marking; the store's.
pub async fn downgrade(
    store: &Store,
    alert: Alert,
    lowered: &Lowered<'_>,
    settings: &DiffusionSettings,
    by: &By,
) -> Result<(Alert, usize), DiffusionError> {
    let sent: BTreeSet<String> =
        store.readings(Some(&alert.reference)).await?.into_iter().map(|reading| reading.recipient).collect();
    let readers: Vec<Recipient> =
        store.recipients_named(sent.into_iter().collect()).await?.into_iter().map(Recipient::of).collect();
    let chosen: Vec<&Recipient> = readers.iter().collect();
    let lowered_to = Alert { marking: lowered.to, ..alert.clone() };
    let n = dispatch(store, &lowered_to, &chosen, settings, by.at).readings.len();
    let queued = |alert: &Alert| dispatch(store, alert, &chosen, settings, by.at);
    let Lowered { to, reason, originator } = *lowered;
    Ok((alerts::downgrade_and_send(store, alert, (to, reason, originator), by, queued).await?, n))
}

/// To what a marking is lowered, and on whose word.
#[derive(Debug, Clone, Copy)]
pub struct Lowered<'a> {
    /// The new marking.
    pub to: Marking,
    /// Why.
    pub reason: &'a str,
    /// The agreement of whoever the information came from.
    pub originator: &'a str,
}

/// What goes to whom.
pub(crate) fn dispatch(
    store: &Store,
    alert: &Alert,
    chosen: &[&Recipient],
    settings: &DiffusionSettings,
    at: Timestamp,
) -> Dispatch {
    let mut dispatch = Dispatch { why: WHY.to_owned(), ..Dispatch::default() };
    for recipient in chosen {
        let rows = rows(store, alert, recipient, FLASH, settings, at);
        if rows.is_empty() {
            continue;
        }
        dispatch.handovers.extend(rows);
        dispatch.readings.push(ReadingRow {
            alert: alert.reference.clone(),
            version: alert.version,
            recipient: recipient.id.clone(),
            sent_at: at,
            exercise: is_of_exercise(store, alert),
            read_at: None,
            how: None,
            n_reminders: 0,
        });
    }
    dispatch
}

/// The handovers of one recipient on one occasion. Who is sent nothing and reads the pages or the feed has one that
/// says so, there from the start.
pub(crate) fn rows(
    store: &Store,
    alert: &Alert,
    recipient: &Recipient,
    what: &str,
    settings: &DiffusionSettings,
    at: Timestamp,
) -> Vec<HandoverRow> {
    let on = paris(at).date();
    let exercise = is_of_exercise(store, alert);
    let by = |way| leaves(alert.marking, exercise, recipient, way, settings, on);
    let row = |channel: &str, state| HandoverRow {
        id: number(&[alert.reference.as_str(), &alert.version.to_string(), &recipient.id, what, channel]),
        alert: alert.reference.clone(),
        version: alert.version,
        recipient: recipient.id.clone(),
        what: what.to_owned(),
        channel: channel.to_owned(),
        state,
        attempts: 0,
        queued_at: at,
        due_at: at,
        ended_at: (state == HandoverState::Delivered).then_some(at),
        note: None,
    };
    let mut rows = Vec::new();
    match by(Way::Mail) {
        Leaves::Content(_) => rows.push(row(Way::Mail.code(), HandoverState::Queued)),
        Leaves::Notice => rows.push(row(NOTICE, HandoverState::Queued)),
        Leaves::Nothing(_) => {}
    }
    if matches!(by(Way::Webhook), Leaves::Content(_)) && what == FLASH {
        rows.push(row(Way::Webhook.code(), HandoverState::Queued));
    }
    for way in [Way::Web, Way::Feed] {
        if rows.is_empty() && matches!(by(way), Leaves::Content(_)) && what == FLASH {
            rows.push(row(way.code(), HandoverState::Delivered));
        }
    }
    rows
}

/// The number of a handover: 128 bits of the digest of what it is, so that it is the same each time.
fn number(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
