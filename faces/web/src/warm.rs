//! What is kept ready while the application is served: the aggregates of the lake, the latest figures of the catalogue, and
//! what the page of each indicator shows first and for each of its breakdowns, so that the first reader after new data
//! waits no longer than the next. Where figures take long, the other grains of time follow, at half of a processor's time.

use crate::code_lists;
use crate::house::{CATALOGUE, House, LakeView};
use crate::pages::indicator::{grains, offered};
use beffroi_indicators::Card;
use beffroi_ports::{Dimension, FactsError};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// How often new data are looked for.
const EVERY: Duration = Duration::from_secs(60);
/// Figures that take less on average are computed when somebody asks.
const MODEST: Duration = Duration::from_millis(10);
/// The rest before the other grains: readers come first.
const BETWEEN: Duration = Duration::from_secs(5);

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
        let (begun, mut n) = (Instant::now(), 0_u32);
        for card in CATALOGUE.cards() {
            if let Err(problem) = lake.latest(card, today.year() - 1).await {
                tracing::debug!(indicator = card.code, ?problem, "no latest figure was made ready");
            }
        }
        for card in CATALOGUE.cards() {
            n += shown(&lake, card, None, today, false).await;
        }
        tracing::info!(snapshot = lake.number(), rows = n_rows, "figures ready");
        if begun.elapsed() < MODEST * n.max(1) {
            return;
        }
        sleep(BETWEEN).await;
        for card in CATALOGUE.cards() {
            for grain in grains(card) {
                shown(&lake, card, Some(grain), today, true).await;
            }
        }
        tracing::info!(snapshot = lake.number(), "figures of all grains ready");
    };
    if let Err(error) = code_lists::under(house, figures).await {
        tracing::warn!(%error, "figures were not made ready");
    }
    Ok(now)
}

/// Computes what the page of a card offers; gives how many figures that were. `modestly`: half of the time is left.
async fn shown(lake: &LakeView<'_>, card: &Card, grain: Option<Dimension>, today: Date, modestly: bool) -> u32 {
    let requests = match offered(lake, card, grain, today).await {
        Ok(requests) => requests,
        Err(problem) => {
            tracing::debug!(indicator = card.code, ?problem, "no page was made ready");
            return 0;
        }
    };
    let mut n = 0;
    for request in requests {
        let begun = Instant::now();
        if let Err(problem) = lake.published(&card.code, request).await {
            tracing::debug!(indicator = card.code, ?problem, "no figure was made ready");
        }
        n += 1;
        if modestly {
            sleep(begun.elapsed()).await;
        } else {
            // Whoever asks for a page goes before.
            tokio::task::yield_now().await;
        }
    }
    n
}
