//! What is kept ready while the application is served: the aggregates of the lake, and the latest figures of the catalogue,
//! so that the first reader after new data waits no longer than the next.

use crate::house::{CATALOGUE, House};
use beffroi_ports::FactsError;
use jiff::tz::TimeZone;
use std::time::Duration;
use tokio::time::sleep;

/// How often new data are looked for.
const EVERY: Duration = Duration::from_secs(60);

/// Keeps ready until it is dropped. A failure is told and tried again: pages only take longer.
pub(crate) async fn keep(house: House) {
    let mut seen = None;
    loop {
        match ready(&house, seen).await {
            Ok(number) => seen = number,
            Err(error) => tracing::warn!(%error, "what pages are answered from was not made ready"),
        }
        sleep(EVERY).await;
    }
}

/// Makes ready what has landed since the snapshot `seen`; gives the snapshot that is ready.
pub(crate) async fn ready(house: &House, seen: Option<u64>) -> Result<Option<u64>, FactsError> {
    let n_rows = house.facts.prepare().await?;
    let lake = house.lake().await?;
    if lake.number() == seen && n_rows == 0 {
        return Ok(seen);
    }
    let most = house.now().to_zoned(TimeZone::UTC).year() - 1;
    for card in CATALOGUE.cards() {
        if let Err(problem) = lake.latest(card, most).await {
            tracing::debug!(indicator = card.code, ?problem, "no latest figure was made ready");
        }
    }
    tracing::info!(snapshot = lake.number(), rows = n_rows, "figures ready");
    Ok(lake.number())
}
