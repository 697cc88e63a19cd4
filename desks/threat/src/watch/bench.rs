//! Detectors side by side on the same weeks: the rule of the house, and methods that look at each series alone, under
//! several alarm budgets. For exercises, in which one knows what was there to be found.
//!
//! Where reports arrive late, each week is looked at as it stood when it had ended, forecasts included, and what came in
//! the end is held against them ([`look`], [`fulfil`]).

use super::NOWCAST_LEVEL;
use super::counts::{self, Family, HALF_WINDOW, SeriesKey, Watched};
use super::detection::{Tests, method};
use crate::signals::SignalError;
use beffroi_exercise::{Alarm, Forecast};
use beffroi_model::Period;
use beffroi_ports::Facts;
use beffroi_surveillance::{EarsParams, EarsVariant, FarringtonParams, Method, nowcast};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// False alarms a month allowed, from strict to lenient.
pub const BUDGETS: [f64; 8] = [0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// Weeks of a series that are forecast at each look, the last ones.
const FORECAST: usize = 4;

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

/// The rule of the house without what it has learnt of delays: what came is taken for all.
pub const AS_DELIVERED: &str = "watch-as-delivered";

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
    let watched = counts::read(facts, snapshot, last, first.through(last).count()).await?;
    benches(&watched, budgets)
}

/// What one look showed: each detector on the week that had just ended, and what was forecast of the weeks still coming
/// in.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What each detector says of the week, and the rule of the house without its correction of delays.
    pub benches: Vec<Bench>,
    /// What was forecast; what came in the end is not known yet.
    pub forecasts: Vec<Forecasted>,
}

/// A week of a national series as it was forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecasted {
    /// The week.
    pub week: Period,
    /// Code of the layer.
    pub layer: String,
    /// The phenomenon.
    pub phenomenon: String,
    /// What had come, and what was forecast; the truth is 0 until it is known.
    pub forecast: Forecast,
}

/// Looks at the week `week` through a snapshot that shows what had come by its end.
///
/// # Errors
/// As [`bench`].
pub async fn look(facts: &dyn Facts, snapshot: u64, week: Period, budgets: &[f64]) -> Result<Seen, SignalError> {
    let mut watched = counts::read(facts, snapshot, week, 1).await?;
    let forecasts = forecasts(&watched);
    let mut benches = benches(&watched, budgets)?;
    watched.delivered.clear();
    benches.extend(runs(&watched, AS_DELIVERED, method, Rule::Tree, budgets)?);
    Ok(Seen { benches, forecasts })
}

/// What came in the end of weeks that were forecast: `snapshot` shows all of it.
///
/// # Errors
/// The lake's.
pub async fn fulfil(
    facts: &dyn Facts,
    snapshot: u64,
    last: Period,
    forecasts: &mut [Forecasted],
) -> Result<(), SignalError> {
    let watched = counts::read(facts, snapshot, last, 1).await?;
    for told in forecasts {
        let key = watched.series.iter().find(|(key, _)| is_of(key, told));
        let at = watched.weeks.binary_search(&told.week).ok();
        let count = key.zip(at).and_then(|((_, counts), at)| counts.get(at)).copied();
        told.forecast.truth = count.unwrap_or(0.0);
    }
    Ok(())
}

fn is_of(key: &SeriesKey, told: &Forecasted) -> bool {
    key.family == Family::Reports
        && key.is_whole()
        && key.phenomenon == told.phenomenon
        && key.layer.code() == told.layer
}

/// The weeks of national series that are still coming in, with what they are forecast to be.
fn forecasts(watched: &Watched) -> Vec<Forecasted> {
    let mut all = Vec::new();
    let wholes = watched.series.iter().filter(|(key, _)| key.is_whole() && key.family == Family::Reports);
    for (key, counts) in wholes {
        let Some(delivered) = watched.delivered.get(&(key.family, key.layer)) else { continue };
        for (back, (week, observed)) in watched.weeks.iter().zip(counts).rev().take(FORECAST).enumerate() {
            let completeness = delivered.at(back);
            if completeness.is_whole() {
                continue;
            }
            let now = nowcast(*observed, completeness, NOWCAST_LEVEL);
            let forecast = Forecast {
                weeks_after: back as u64,
                observed: now.observed,
                estimate: now.estimate,
                low: now.low,
                high: now.high,
                truth: 0.0,
            };
            let (layer, phenomenon) = (key.layer.code().to_owned(), key.phenomenon.clone());
            all.push(Forecasted { week: *week, layer, phenomenon, forecast });
        }
    }
    all
}

/// What each detector says of the weeks evaluated.
fn benches(watched: &Watched, budgets: &[f64]) -> Result<Vec<Bench>, SignalError> {
    let mut benches = Vec::new();
    for (name, method, rule) in DETECTORS {
        benches.extend(runs(watched, name, method, rule, budgets)?);
    }
    Ok(benches)
}

/// What one detector says of them, under each budget.
fn runs(watched: &Watched, name: &str, method: Made, rule: Rule, budgets: &[f64]) -> Result<Vec<Bench>, SignalError> {
    let tests = Tests::of(watched, method)?;
    let n_weeks = watched.weeks.len();
    let of_budget = |budget: &f64| {
        let mut alarms = Vec::new();
        for week in n_weeks.saturating_sub(watched.n_evaluated)..n_weeks {
            let found = match rule {
                Rule::Tree => tests.by_tree(watched, week, *budget),
                Rule::Alone => tests.alone(week, *budget),
            };
            alarms.extend(wholes(watched, found).filter_map(|key| alarm(watched, key, week)));
        }
        Bench { method: name.to_owned(), budget: *budget, alarms }
    };
    Ok(budgets.iter().map(of_budget).collect())
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
