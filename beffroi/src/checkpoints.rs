//! Signs the journal while the application is served: at the start, then every ten minutes, whatever was written since.

use beffroi_store::{By, Store};
use jiff::Timestamp;
use std::time::Duration;

/// How long what is written may wait for its checkpoint.
const EVERY: Duration = Duration::from_mins(10);

/// Signs until the program ends. A failure is told and tried again: nothing is signed that is not what was appended.
pub(crate) fn sign_while_serving(store: Store, clock: fn() -> Timestamp) {
    tokio::spawn(async move {
        loop {
            match store.journal_checkpoint(&By::new("journal", clock())).await {
                Ok(signed) => tracing::info!(journal.size = signed.checkpoint().size, "checkpoint"),
                Err(error) => tracing::error!("no checkpoint: {error}"),
            }
            tokio::time::sleep(EVERY).await;
        }
    });
}
