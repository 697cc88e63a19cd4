//! A flash handed to a recipient's machine: JSON, signed as the Standard Webhooks specification 1.0.0 has it
//! (`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,…`), with a secret of each recipient's own.

use crate::alerts::{Alert, Told};
use crate::diffusion::{DiffusionError, Recipient, is_of_exercise};
use beffroi_journal::{DerivedKey, to_base64};
use beffroi_model::Marking;
use beffroi_ports::{Fate, Fetch, FetchMethod, FetchRequest, KeysError};
use beffroi_store::{HandoverRow, Store};
use jiff::Timestamp;
use serde_json::json;
use std::time::Duration;

/// The longest an exchange may take.
const LIMIT: Duration = Duration::from_secs(10);
/// The most of an answer that is read.
const ANSWER_MOST: usize = 64 << 10;

/// The secret shared with a recipient, as the specification writes it: `whsec_` and Base64.
///
/// # Errors
/// [`KeysError`] when the key of the house cannot be read.
pub fn webhook_secret(store: &Store, recipient: &str) -> Result<String, KeysError> {
    Ok(format!("whsec_{}", to_base64(key(store, recipient)?.expose())))
}

fn key(store: &Store, recipient: &str) -> Result<DerivedKey, KeysError> {
    Ok(store.keys().log_key()?.derive(&format!("diffusion/webhooks/{recipient}")))
}

/// The request that hands the flash over, marked as `told`.
pub(crate) fn request(
    store: &Store,
    row: &HandoverRow,
    alert: &Alert,
    recipient: &Recipient,
    url: &str,
    told: Marking,
    now: Timestamp,
) -> Result<FetchRequest, DiffusionError> {
    let told = Alert { marking: told, ..alert.clone() };
    let body = json!({
        "type": "flash.issued",
        "timestamp": alert.issued_at.unwrap_or(row.queued_at).to_string(),
        "data": { "exercise": is_of_exercise(store, alert), "flash": Told::of(&told) },
    })
    .to_string();
    let seconds = now.as_second();
    let code = key(store, &recipient.id)?.mac(format!("{}.{seconds}.{body}", row.id).as_bytes());
    let header = |name: &str, value: String| (name.to_owned(), value);
    Ok(FetchRequest {
        method: FetchMethod::Post,
        url: url.to_owned(),
        headers: vec![
            header("content-type", "application/json".to_owned()),
            header("webhook-id", row.id.clone()),
            header("webhook-timestamp", seconds.to_string()),
            header("webhook-signature", format!("v1,{}", to_base64(&code))),
        ],
        body: body.into_bytes(),
        max_bytes: ANSWER_MOST,
        time_limit: LIMIT,
    })
}

/// Sends it. 2xx is taken; 410 and other refusals of the request are for good; what may pass (408, 425, 429, 5xx, no
/// answer) is tried again.
pub(crate) async fn hand_over(fetch: &dyn Fetch, request: &FetchRequest) -> Fate {
    match fetch.fetch(request).await {
        Ok(answer) if (200..300).contains(&answer.status) => Fate::Taken,
        Ok(answer) if answer.status >= 500 || [408, 425, 429].contains(&answer.status) => {
            Fate::Later(format!("status {}", answer.status))
        }
        Ok(answer) => Fate::Refused(format!("status {}", answer.status)),
        Err(error) => Fate::Later(error.to_string()),
    }
}
