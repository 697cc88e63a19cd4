//! What readers have of a flash while its next version is being written: the version that went out, as it stood.

use crate::alerts::{Alert, AlertError, AlertState};
use beffroi_model::AlertRef;
use beffroi_rights::Scope;
use beffroi_store::Store;

/// The version that readers have, whoever asks: the one that went out where a new one is being written, and the flash as
/// it stands otherwise; none when there is no such flash.
///
/// # Errors
/// The store's; [`AlertError::Content`] when it does not read.
pub(crate) async fn as_read(store: &Store, reference: &AlertRef) -> Result<Option<Alert>, AlertError> {
    match store.alert_issued_fetch(reference).await? {
        Some(row) => Alert::read(row).map(Some),
        None => crate::alerts::show(store, reference).await,
    }
}

/// The version that went out of a flash of which a new one is being written, through `scope`; nothing when none is being
/// written, and when it is not in the scope.
///
/// # Errors
/// As the reading of a flash.
pub async fn went_out(store: &Store, scope: &Scope, reference: &AlertRef) -> Result<Option<Alert>, AlertError> {
    let found = store.alert_issued_get(scope, reference).await?;
    found.map(|found| Alert::read(found.into_inner().row)).transpose()
}

/// The issued flashes that `scope` lets see, as their readers have them, the latest drafted first: of one that is written
/// anew, the version that went out, even for who sees the other one.
///
/// # Errors
/// As the reading of a flash.
pub async fn issued_visible(store: &Store, scope: &Scope) -> Result<Vec<Alert>, AlertError> {
    let mut all = crate::alerts::visible(store, scope).await?;
    for row in store.alerts_issued_visible(scope).await? {
        let out = Alert::read(row)?;
        match all.iter_mut().find(|alert| alert.reference == out.reference) {
            Some(alert) => *alert = out,
            None => all.push(out),
        }
    }
    all.retain(|alert| alert.state == AlertState::Issued);
    Ok(all)
}
