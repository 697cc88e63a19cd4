//! What is kept ready while the application is served: the aggregates of the lake, the latest figures of the catalogue, and
//! what the page of each indicator shows first and for each of its breakdowns, so that the first reader after new data
//! waits no longer than the next.

use crate::code_lists;
use crate::house::{CATALOGUE, House};
use crate::pages::indicator::offered;
use beffroi_ports::FactsError;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::time::Duration;
use tokio::time::sleep;

/// How often new data are looked for.
const EVERY: Duration = Duration::from_secs(60);

/// What is ready: a state of the lake, and the day on which its pages were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ready {
    state: (Option<u64>, u64),
    on: Date,
}

/// Keeps ready until it is dropped. A failure is told and tried again: pages only take longer.
pub(crate) async fn keep(house: House) {
    let mut seen = None;
    loop {
        match ready(&house, seen).await {
            Ok(ready) => seen = Some(ready),
            Err(error) => tracing::warn!(%error, "what pages are answered from was not made ready"),
        }
        sleep(EVERY).await;
    }
}

/// Makes ready what has changed since `seen`; gives what is ready.
pub(crate) async fn ready(house: &House, seen: Option<Ready>) -> Result<Ready, FactsError> {
    let n_rows = house.facts.prepare().await?;
    let lake = house.lake().await?;
    let today = house.now().to_zoned(TimeZone::UTC).date();
    let now = Ready { state: lake.state(), on: today };
    if Some(now) == seen && n_rows == 0 {
        return Ok(now);
    }
    let figures = async {
        for card in CATALOGUE.cards() {
            if let Err(problem) = lake.latest(card, today.year() - 1).await {
                tracing::debug!(indicator = card.code, ?problem, "no latest figure was made ready");
            }
        }
        for card in CATALOGUE.cards() {
            let requests = match offered(&lake, card, today).await {
                Ok(requests) => requests,
                Err(problem) => {
                    tracing::debug!(indicator = card.code, ?problem, "no page was made ready");
                    continue;
                }
            };
            for request in requests {
                if let Err(problem) = lake.published(&card.code, request).await {
                    tracing::debug!(indicator = card.code, ?problem, "no figure was made ready");
                }
                // Whoever asks for a page goes before.
                tokio::task::yield_now().await;
            }
        }
    };
    if let Err(error) = code_lists::under(house, figures).await {
        tracing::warn!(%error, "figures were not made ready");
    }
    tracing::info!(snapshot = lake.number(), rows = n_rows, "figures ready");
    Ok(now)
}
