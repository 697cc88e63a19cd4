//! Playing: the watch looks week by week, as it would have, and the detectors are run side by side.

use crate::exercise::ExerciseError;
use crate::watch::{self, BUDGETS, Bench, WatchOptions};
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

/// Plays the weeks that were not played yet. Signals go into the registers as the daily watch would put them there; the
/// detectors are run anew over all weeks played. `by` says who looks and when; `told` hears of each week.
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
        let options = WatchOptions { on: week.end(), snapshot: None, budget: played.budget, by: by() };
        let summary = watch::run(facts, store, options).await?;
        played.snapshot = summary.snapshot;
        let known = |id: &String| played.looks.iter().any(|look| look.new.contains(id));
        let new = summary.ids.into_iter().filter(|id| !known(id)).collect();
        played.looks.push(Look { week, new });
    }
    played.benches = match played.looks.last() {
        Some(look) => watch::bench(facts, played.snapshot, plan.first, look.week, &BUDGETS).await?,
        None => Vec::new(),
    };
    Ok(played)
}
