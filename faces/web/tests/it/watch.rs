//! Signals and alerts of the sample: found by the watch in what was planted, one flash drafted, one issued.

use super::sample::now;
use beffroi_desk_threat::alerts::{self, DraftOptions, Note};
use beffroi_desk_threat::signals::Decision;
use beffroi_desk_threat::{signals, watch};
use beffroi_model::SignalId;
use beffroi_ports::Facts;
use beffroi_store::{By, Store};

/// Fills the registers. The flash on false shops stays a draft of the analyst's; that on phishing is drafted by the
/// chief, validated by the analyst and issued.
pub(crate) async fn fill(facts: &dyn Facts, store: &Store) {
    let day = now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let options = watch::WatchOptions { on: day, snapshot: None, budget: 5.0, by: By::new("cli", now()) };
    watch::run(facts, store, options).await.unwrap();
    let series = beffroi_desk_series::list(store, 1, 0).await.unwrap();
    let draft = |who: &str| DraftOptions {
        series: series.iter().map(|s| s.id.clone()).collect(),
        note: Some(Note { fr: super::sample::HOSTILE.into(), en: super::sample::HOSTILE.into() }),
        ..DraftOptions::new(By::new(who, now()))
    };
    for phenomenon in ["fake_shop", "phishing"] {
        let (id, by) = (on(store, phenomenon).await, By::new("chef", now()));
        signals::decide(store, &id, Decision::New, "jamais vu", &by).await.unwrap();
    }
    let jurist = || By::new("juriste", now());
    let first = alerts::draft(facts, store, &on(store, "fake_shop").await, draft(super::sample::LOGIN)).await.unwrap();
    alerts::agree(store, first, "parquet spécialisé", "2026/1", &jurist()).await.unwrap();
    let issued = alerts::draft(facts, store, &on(store, "phishing").await, draft("chef")).await.unwrap();
    let issued = alerts::agree(store, issued, "parquet spécialisé", "2026/2", &jurist()).await.unwrap();
    let by = || By::new(super::sample::LOGIN, now());
    let validated = alerts::validate(store, issued, &by()).await.unwrap();
    alerts::issue(store, validated, &by()).await.unwrap();
    // Other tests want signals to decide.
    for phenomenon in ["fake_shop", "phishing"] {
        store.signal_decide(&on(store, phenomenon).await, "open", "", &by()).await.unwrap();
    }
}

/// The signal on a phenomenon over the whole of France.
pub(crate) async fn on(store: &Store, phenomenon: &str) -> SignalId {
    let all = signals::list(store).await.unwrap();
    let found = all.iter().find(|s| s.phenomenon.as_deref() == Some(phenomenon) && s.territory == "FR");
    found.unwrap_or_else(|| panic!("no signal on {phenomenon} among {}", all.len())).id.clone()
}
