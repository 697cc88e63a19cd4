//! How a detector did, against the plan.

use crate::plan::{Cause, Counted, Plan, Wave};
use beffroi_model::Period;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Weeks of a mean month: 365.2425 / 7 / 12.
const WEEKS_A_MONTH: f64 = 365.242_5 / 84.0;

/// That a series was in alarm in a week.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alarm {
    /// The week.
    pub week: Period,
    /// The phenomenon.
    pub phenomenon: String,
    /// A department, a region, or `FR`.
    pub territory: String,
    /// The sector, of a series of one.
    pub sector: Option<String>,
    /// What else tells the series from others: its layer, a group.
    pub series: String,
}

impl Alarm {
    fn counted(&self) -> Counted<'_> {
        let (phenomenon, territory) = (self.phenomenon.as_str(), self.territory.as_str());
        Counted { phenomenon, territory, sector: self.sector.as_deref(), weeks: (self.week, self.week) }
    }
}

/// How long a wave went unnoticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// Whole weeks: 0 when the first week of the wave was in alarm.
    pub weeks: u64,
    /// Days from the Monday on which it starts to the day after the week in alarm.
    pub days: u64,
}

/// When a wave was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveDelay {
    /// The wave.
    pub wave: String,
    /// After how long; none when it was not found.
    pub delay: Option<Delay>,
}

/// How a method did under a budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The method.
    pub method: String,
    /// False alarms a month that it was allowed.
    pub budget: f64,
    /// Waves.
    pub n_waves: u64,
    /// Waves found.
    pub n_found: u64,
    /// The share of waves found, from 0 to 1.
    pub sensitivity: f64,
    /// The share of weeks of waves that were in alarm, from 0 to 1.
    pub weekly_sensitivity: f64,
    /// Each wave.
    pub waves: Vec<WaveDelay>,
    /// Median delay of the waves found, in weeks; the lower one of two.
    pub median_delay_weeks: Option<u64>,
    /// The same in days.
    pub median_delay_days: Option<u64>,
    /// Alarms that no wave explains.
    pub n_false: u64,
    /// … of which a trap explains, by trap.
    pub traps: BTreeMap<String, u64>,
    /// Weeks looked at.
    pub n_weeks: u64,
    /// False alarms a week.
    pub false_a_week: f64,
    /// False alarms a month.
    pub false_a_month: f64,
    /// The most false alarms of one week.
    pub most_in_a_week: u64,
}

/// Scores the alarms of a method over the weeks of the plan; alarms of other weeks are left out. A part of a series that
/// is in alarm itself is to be left out by who calls, who knows what is part of what.
pub fn score(plan: &Plan, method: &str, budget: f64, alarms: &[Alarm]) -> Score {
    let within: BTreeSet<&Alarm> = alarms.iter().filter(|a| a.week >= plan.first && a.week <= plan.last).collect();
    let mut found: BTreeMap<&str, BTreeSet<Period>> = BTreeMap::new();
    let mut by_week: BTreeMap<Period, u64> = BTreeMap::new();
    let mut traps: BTreeMap<String, u64> = BTreeMap::new();
    for alarm in &within {
        let counted = alarm.counted();
        let explained = match plan.explain(&counted) {
            Cause::Wave(_) => {
                // An alarm speaks for each wave that it may be about.
                for wave in plan.waves.iter().filter(|wave| wave.explains(&counted)) {
                    found.entry(&wave.id).or_default().insert(alarm.week);
                }
                continue;
            }
            Cause::Trap(trap) => Some(trap),
            Cause::Nothing => None,
        };
        let before = Alarm { week: alarm.week.previous(), ..(*alarm).clone() };
        if !within.contains(&before) {
            if let Some(trap) = explained {
                *traps.entry(trap.id.clone()).or_default() += 1;
            }
            *by_week.entry(alarm.week).or_default() += 1;
        }
    }
    let waves: Vec<WaveDelay> = plan
        .waves
        .iter()
        .map(|wave| {
            let first = found.get(wave.id.as_str()).and_then(|weeks| weeks.first().copied());
            let weeks = first.map(|first| wave.start.through(first).count().saturating_sub(1) as u64);
            WaveDelay { wave: wave.id.clone(), delay: weeks.map(|weeks| Delay { weeks, days: 7 * (weeks + 1) }) }
        })
        .collect();
    let in_alarm = |wave: &Wave| {
        let weeks = found.get(wave.id.as_str());
        wave.periods().filter(|week| weeks.is_some_and(|weeks| weeks.contains(week))).count()
    };
    let wave_weeks: usize = plan.waves.iter().map(|wave| wave.weeks).sum();
    let weeks_found: usize = plan.waves.iter().map(in_alarm).sum();
    let mut delays: Vec<Delay> = waves.iter().filter_map(|wave| wave.delay).collect();
    delays.sort_by_key(|delay| delay.weeks);
    let median = delays.get(delays.len().saturating_sub(1) / 2).copied();
    let n_weeks = plan.weeks().len();
    let n_false: u64 = by_week.values().sum();
    let share = |part: usize, of: usize| if of == 0 { 0.0 } else { part as f64 / of as f64 };
    let false_a_week = if n_weeks == 0 { 0.0 } else { n_false as f64 / n_weeks as f64 };
    Score {
        method: method.to_owned(),
        budget,
        n_waves: waves.len() as u64,
        n_found: delays.len() as u64,
        sensitivity: share(delays.len(), waves.len()),
        weekly_sensitivity: share(weeks_found, wave_weeks),
        median_delay_weeks: median.map(|delay| delay.weeks),
        median_delay_days: median.map(|delay| delay.days),
        waves,
        n_false,
        traps,
        n_weeks: n_weeks as u64,
        false_a_week,
        false_a_month: false_a_week * WEEKS_A_MONTH,
        most_in_a_week: by_week.values().copied().max().unwrap_or(0),
    }
}

/// One method from budget to budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The method.
    pub method: String,
    /// Budget, false alarms a week, sensitivity, weekly sensitivity: the strictest budget first.
    pub points: Vec<(f64, f64, f64, f64)>,
}

/// The curves of the methods, in the order in which they first come.
pub fn curves(scores: &[Score]) -> Vec<Curve> {
    let mut curves: Vec<Curve> = Vec::new();
    for score in scores {
        let point = (score.budget, score.false_a_week, score.sensitivity, score.weekly_sensitivity);
        match curves.iter_mut().find(|curve| curve.method == score.method) {
            Some(curve) => curve.points.push(point),
            None => curves.push(Curve { method: score.method.clone(), points: vec![point] }),
        }
    }
    for curve in &mut curves {
        curve.points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    curves
}
