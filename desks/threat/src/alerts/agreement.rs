//! Two steps that need somebody's word: what draws on an inquiry, and a marking that is lowered.

use crate::alerts::lifecycle::REASON_LEAST;
use crate::alerts::scan::check_texts;
use crate::alerts::{Agreement, Alert, AlertError, AlertState, Issue};
use beffroi_journal::Act;
use beffroi_model::Marking;
use beffroi_store::{By, Dispatch, Store};

/// Writes down who agreed that what a flash draws from an inquiry may be said (CPP 11): `given_by`, the function of the
/// jurist or prosecutor, under their `reference`.
///
/// # Errors
/// [`AlertError::Transition`] when it is no draft; [`AlertError::OwnAgreement`] when whoever asks wrote it;
/// [`AlertError::NoReason`] without function or reference; [`AlertError::VictimData`] for a name; the store's.
pub async fn agree(
    store: &Store,
    mut alert: Alert,
    given_by: &str,
    reference: &str,
    by: &By,
) -> Result<Alert, AlertError> {
    alert.must_be(&[AlertState::Draft], AlertState::Draft)?;
    if alert.was_written_by(&by.who) {
        return Err(AlertError::OwnAgreement { reference: alert.reference });
    }
    let (given_by, reference) = (said(&alert, given_by)?, said(&alert, reference)?);
    alert.content.agreement = Some(Agreement { given_by, reference, recorded_by: by.who.clone(), at: by.at });
    alert.log(by.at, &by.who, "flash-change-agreed", None);
    check_texts(&alert)?;
    alert.store(store, Act::Decide, by).await
}

/// Lowers the marking of an issued flash: a new version, with the reason and the agreement of whoever the information
/// came from.
///
/// # Errors
/// [`AlertError::Transition`] when it was not issued; [`AlertError::SameAuthor`] when whoever asks wrote it;
/// [`AlertError::NotLower`] when nothing is lowered or something raised; [`AlertError::NoReason`] without reason or
/// agreement; [`AlertError::VictimData`]; the store's.
pub async fn downgrade(
    store: &Store,
    alert: Alert,
    to: Marking,
    reason: &str,
    originator: &str,
    by: &By,
) -> Result<Alert, AlertError> {
    lowered(alert, (to, reason, originator), by)?.store(store, Act::Decide, by).await
}

/// The same, queueing in the same transaction what `dispatch` makes of the new version for its recipients. `to`: the
/// marking, the reason and the agreement.
///
/// # Errors
/// As [`downgrade`]: then nothing is queued either.
pub(crate) async fn downgrade_and_send(
    store: &Store,
    alert: Alert,
    to: (Marking, &str, &str),
    by: &By,
    dispatch: impl FnOnce(&Alert) -> Dispatch,
) -> Result<Alert, AlertError> {
    lowered(alert, to, by)?.store_and_send(store, by, dispatch).await
}

fn lowered(mut alert: Alert, to: (Marking, &str, &str), by: &By) -> Result<Alert, AlertError> {
    let (to, reason, originator) = to;
    alert.must_be(&[AlertState::Issued], AlertState::Issued)?;
    if alert.was_written_by(&by.who) {
        return Err(AlertError::SameAuthor { reference: alert.reference });
    }
    if to == alert.marking || to.merge(alert.marking) != alert.marking {
        return Err(AlertError::NotLower { asked: to, now: alert.marking });
    }
    let (reason, originator) = (said(&alert, reason)?, said(&alert, originator)?);
    alert.marking = to;
    // The originator has agreed: a later version may go as far.
    alert.content.least = to;
    alert.content.revision = alert.content.revision.saturating_add(1);
    alert.content.issues.push(Issue { revision: alert.content.revision, at: by.at, marking: to });
    alert.log(by.at, &by.who, "flash-change-downgraded", Some(format!("{reason} ({originator})")));
    check_texts(&alert)?;
    Ok(alert)
}

/// The text without the blanks around it; refused when it says nothing.
fn said(alert: &Alert, text: &str) -> Result<String, AlertError> {
    let text = text.trim();
    if text.chars().count() < REASON_LEAST {
        return Err(AlertError::NoReason { reference: alert.reference.clone(), least: REASON_LEAST });
    }
    Ok(text.chars().take(500).collect())
}
