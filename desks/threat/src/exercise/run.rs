//! Playing: the watch looks week by week, as it would have, and the detectors are run side by side.

use crate::exercise::ExerciseError;
use crate::signals::SignalError;
use crate::watch::{self, BUDGETS, Bench, Forecasted, WatchOptions};
use beffroi_exercise::Plan;
use beffroi_model::Period;
use beffroi_ports::Facts;
use beffroi_store::{By, Store};
use serde::{Deserialize, Serialize};

/// What one look of the watch brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The week that had ended.
    pub week: Period,
    /// The signals that no look before had.
    pub new: Vec<String>,
}

/// What was played so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Played {
    /// The snapshot read.
    pub snapshot: u64,
    /// The budget of the watch, in false alarms a month.
    pub budget: f64,
    /// The looks, in order.
    pub looks: Vec<Look>,
    /// The detectors over the weeks played.
    pub benches: Vec<Bench>,
    /// What was forecast of weeks still coming in, and what came; nothing where every source comes whole.
    #[serde(default)]
    pub forecasts: Vec<Forecasted>,
}

/// What to play.
#[derive(Debug, Clone)]
pub struct Play {
    /// The plan.
    pub plan: Plan,
    /// What was played before.
    pub before: Option<Played>,
    /// The last week to play; that of the plan when none.
    pub until: Option<Period>,
    /// The budget of the watch, in false alarms a month; what was played before goes on under its own.
    pub budget: f64,
}

/// Plays the weeks that were not played yet. Signals go into the registers as the daily watch would put them there. Where
/// sources come whole, the detectors are run anew over all weeks played; where some are delivered week by week, watch and
/// detectors see of each week what had come by its end, and no more. `by` says who looks and when; `told` hears of each
/// week.
///
/// # Errors
/// The lake's and the store's.
pub async fn run(
    facts: &dyn Facts,
    store: &Store,
    play: Play,
    by: impl Fn() -> By,
    told: impl Fn(Period),
) -> Result<Played, ExerciseError> {
    let Play { plan, before, until, budget } = play;
    let mut played = before.unwrap_or(Played { budget, ..Played::default() });
    let last = until.map_or(plan.last, |until| until.min(plan.last));
    let next = played.looks.last().map_or(plan.first, |look| look.week.next());
    for week in next.through(last) {
        told(week);
        let snapshot = if plan.deliveries.is_empty() { None } else { Some(known_by(facts, &plan, week).await?) };
        let options = WatchOptions { on: week.end(), snapshot, budget: played.budget, by: by() };
        let summary = watch::run(facts, store, options).await?;
        if let Some(snapshot) = snapshot {
            let seen = watch::look(facts, snapshot, week, &BUDGETS).await?;
            played.forecasts.extend(seen.forecasts);
            add(&mut played.benches, seen.benches);
        }
        played.snapshot = summary.snapshot;
        let known = |id: &String| played.looks.iter().any(|look| look.new.contains(id));
        let new = summary.ids.into_iter().filter(|id| !known(id)).collect();
        played.looks.push(Look { week, new });
    }
    let Some(last) = played.looks.last().map(|look| look.week) else { return Ok(played) };
    if plan.deliveries.is_empty() {
        played.benches = watch::bench(facts, played.snapshot, plan.first, last, &BUDGETS).await?;
    } else {
        let latest = facts.snapshots().await.map_err(SignalError::from)?.last().map_or(0, |snapshot| snapshot.number);
        watch::fulfil(facts, latest, last, &mut played.forecasts).await?;
    }
    Ok(played)
}

/// The snapshot that shows what had come by the end of a week.
async fn known_by(facts: &dyn Facts, plan: &Plan, week: Period) -> Result<u64, ExerciseError> {
    let by_week = |source: &str| plan.deliveries.iter().any(|delivery| delivery.source == source);
    let snapshots = facts.snapshots().await.map_err(SignalError::from)?;
    let known = snapshots
        .iter()
        .filter(|snapshot| by_week(snapshot.delivery.source.as_str()) && snapshot.delivery.vintage <= week.end());
    known.map(|snapshot| snapshot.number).max().ok_or(ExerciseError::Undelivered { week })
}

/// Adds what a look showed to what those before did, method and budget by method and budget.
fn add(to: &mut Vec<Bench>, seen: Vec<Bench>) {
    for bench in seen {
        match to.iter_mut().find(|known| known.method == bench.method && known.budget == bench.budget) {
            Some(known) => known.alarms.extend(bench.alarms),
            None => to.push(bench),
        }
    }
}
