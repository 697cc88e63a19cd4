//! Detectors side by side on the same weeks: the rule of the house, and methods that look at each series alone, under
//! several alarm budgets. For exercises, in which one knows what was there to be found.

use super::counts::{self, HALF_WINDOW, SeriesKey, Watched};
use super::detection::{Tests, method};
use crate::signals::SignalError;
use beffroi_exercise::Alarm;
use beffroi_model::Period;
use beffroi_ports::Facts;
use beffroi_surveillance::{EarsParams, EarsVariant, FarringtonParams, Method};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// False alarms a month allowed, from strict to lenient.
pub const BUDGETS: [f64; 8] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// The alarms of a method under a budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bench {
    /// The method.
    pub method: String,
    /// False alarms a month allowed.
    pub budget: f64,
    /// What was in alarm, week by week; a part of what is in alarm itself is left out.
    pub alarms: Vec<Alarm>,
}

/// How alarms are chosen.
#[derive(Clone, Copy)]
enum Rule {
    /// As the watch does: the tree of all series, last week's weight, then the budget.
    Tree,
    /// Each series by itself, under the budget.
    Alone,
}

/// A method for so many years of past.
type Made = fn(usize) -> Method;

/// The detectors: their names, what they use for a baseline of so many years, how alarms are chosen.
const DETECTORS: [(&str, Made, Rule); 5] = [
    ("watch", method, Rule::Tree),
    ("farrington-flexible", method, Rule::Alone),
    ("farrington", farrington, Rule::Alone),
    ("ears-c1", |_| ears(EarsVariant::C1), Rule::Alone),
    ("ears-c2", |_| ears(EarsVariant::C2), Rule::Alone),
];

fn ears(variant: EarsVariant) -> Method {
    Method::Ears(variant, EarsParams { min_sigma: 1.0, ..EarsParams::default_of(variant) })
}

fn farrington(years: usize) -> Method {
    match years {
        0 => ears(EarsVariant::C2),
        b => Method::Farrington(FarringtonParams { b, w: HALF_WINDOW, ..FarringtonParams::default() }),
    }
}

/// What each detector says of the weeks `first` to `last` under each of `budgets`, one snapshot being read. Nothing is
/// written.
///
/// # Errors
/// The lake's; [`SignalError::Surveillance`] for a series that cannot be watched.
pub async fn bench(
    facts: &dyn Facts,
    snapshot: u64,
    first: Period,
    last: Period,
    budgets: &[f64],
) -> Result<Vec<Bench>, SignalError> {
    let n_evaluated = first.through(last).count();
    let watched = counts::read(facts, snapshot, last, n_evaluated).await?;
    let n_weeks = watched.weeks.len();
    let mut benches = Vec::new();
    for (name, method, rule) in DETECTORS {
        let tests = Tests::of(&watched, method)?;
        for budget in budgets {
            let mut alarms = Vec::new();
            for week in n_weeks.saturating_sub(n_evaluated)..n_weeks {
                let found = match rule {
                    Rule::Tree => tests.by_tree(&watched, week, *budget),
                    Rule::Alone => tests.alone(week, *budget),
                };
                alarms.extend(wholes(&watched, found).filter_map(|key| alarm(&watched, key, week)));
            }
            benches.push(Bench { method: name.to_owned(), budget: *budget, alarms });
        }
    }
    Ok(benches)
}

/// Those of which no whole is in alarm.
fn wholes<'t>(watched: &Watched, found: Vec<&'t SeriesKey>) -> impl Iterator<Item = &'t SeriesKey> {
    let all: BTreeSet<SeriesKey> = found.iter().map(|key| (*key).clone()).collect();
    let levels = &watched.levels;
    let is_part = |key: &SeriesKey| {
        std::iter::successors(levels.above(key), |above| levels.above(above)).any(|above| all.contains(&above))
    };
    let kept: Vec<&SeriesKey> = found.into_iter().filter(|key| !is_part(key)).collect();
    kept.into_iter()
}

fn alarm(watched: &Watched, key: &SeriesKey, week: usize) -> Option<Alarm> {
    Some(Alarm {
        week: watched.week(week)?,
        phenomenon: key.phenomenon.clone(),
        territory: key.territory.clone(),
        sector: key.sector.clone(),
        series: format!("{:?} {} {}", key.family, key.layer.code(), key.subject.as_deref().unwrap_or_default()),
    })
}
