//! Who has not read is reminded, by mail, after the delays that the deployment declares.

use crate::alerts::{self, Alert, AlertState, paris};
use crate::diffusion::queue::rows;
use crate::diffusion::{DiffusionError, DiffusionSettings, Recipient};
use beffroi_model::AlertRef;
use beffroi_store::{By, Dispatch, Store};
use std::collections::BTreeMap;

/// What the journal says a reminder was sent for.
const WHY: &str = "reminder of a flash alert";

/// Queues the reminders that are due at the instant of `by`; gives how many. A version that was followed by another, a
/// flash that is closed or no longer holds, and who left the list bring none.
///
/// # Errors
/// The store's.
pub async fn remind(store: &Store, settings: &DiffusionSettings, by: &By) -> Result<u64, DiffusionError> {
    let mut known: BTreeMap<AlertRef, Option<Alert>> = BTreeMap::new();
    let open = store.readings_open().await?;
    let names = open.iter().map(|reading| reading.recipient.clone()).collect();
    let recipients: BTreeMap<String, Recipient> =
        store.recipients_named(names).await?.into_iter().map(|row| (row.id.clone(), Recipient::of(row))).collect();
    let mut dispatch = Dispatch { why: WHY.to_owned(), ..Dispatch::default() };
    for reading in open {
        let nth = usize::try_from(reading.n_reminders).unwrap_or(usize::MAX);
        let due = settings.reminders.get(nth).and_then(|delay| reading.sent_at.checked_add(*delay).ok());
        if due.is_none_or(|due| due > by.at) {
            continue;
        }
        if !known.contains_key(&reading.alert) {
            known.insert(reading.alert.clone(), alerts::as_read(store, &reading.alert).await?);
        }
        let Some(Some(alert)) = known.get(&reading.alert) else { continue };
        let holds = alert.state == AlertState::Issued
            && alert.version == reading.version
            && alert.expires_on >= paris(by.at).date();
        let Some(recipient) = recipients.get(&reading.recipient).filter(|_| holds) else { continue };
        let what = format!("reminder-{}", nth.saturating_add(1));
        dispatch.handovers.extend(rows(store, alert, recipient, &what, settings, by.at));
    }
    if dispatch.handovers.is_empty() {
        return Ok(0);
    }
    Ok(store.post_remind(dispatch, by).await?)
}
