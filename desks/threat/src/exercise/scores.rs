//! The scores of an exercise: detectors, the watch as it ran, and the team.

use crate::alerts;
use crate::exercise::{ExerciseError, Planted, Played};
use crate::signals::{self, Signal, SignalState};
use beffroi_exercise::{
    Alarm, Curve, FlashFact, NowcastScore, Plan, Score, SignalFact, TeamScore, curves, score, score_nowcasts,
    score_team,
};
use beffroi_model::Period;
use beffroi_store::Store;
use beffroi_wording::Lang;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the watch as it ran: with what is new in kind, and what its registers folded together.
pub const WATCH: &str = "registers";

/// How everybody did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    /// The exercise.
    pub name: String,
    /// The weeks played.
    pub first: Period,
    /// The last of them.
    pub last: Period,
    /// The watch as it ran, what is new in kind included.
    pub watch: Score,
    /// The detectors, by method and budget.
    pub detectors: Vec<Score>,
    /// The budget under which the watch ran, and detectors are held against each wave.
    pub budget: f64,
    /// How well weeks still coming in were forecast; nothing where every source comes whole.
    pub nowcast: Vec<NowcastScore>,
    /// What was decided and sent.
    pub team: TeamScore,
}

impl Scores {
    /// Sensitivity against false alarms, a method each.
    pub fn curves(&self) -> Vec<Curve> {
        curves(&self.detectors)
    }

    /// The watch as it ran, and each detector under the budget nearest to the one the watch ran under: what is held
    /// against each wave.
    pub fn side_by_side(&self) -> Vec<&Score> {
        let far = |score: &Score| (score.budget - self.budget).abs();
        let mut nearest: Vec<&Score> = Vec::new();
        for score in &self.detectors {
            match nearest.iter_mut().find(|known| known.method == score.method) {
                Some(known) if far(score) < far(known) => *known = score,
                Some(_) => {}
                None => nearest.push(score),
            }
        }
        std::iter::once(&self.watch).chain(nearest).collect()
    }

    /// After how many weeks each method of [`Scores::side_by_side`] found each wave, in the order of the plan: none where
    /// it did not.
    pub fn by_wave(&self) -> Vec<(String, Vec<Option<u64>>)> {
        let all = self.side_by_side();
        let of = |at: usize, wave: &str| {
            let weeks = all.iter().map(|score| Some(score.waves.get(at)?.delay?.weeks));
            (wave.to_owned(), weeks.collect())
        };
        self.watch.waves.iter().enumerate().map(|(at, wave)| of(at, &wave.wave)).collect()
    }
}

/// Scores what was played so far and what stands in the registers.
///
/// # Errors
/// [`ExerciseError::NotPlayed`]; the store's.
pub async fn scores(store: &Store, plan: &Plan, planted: &Planted, played: &Played) -> Result<Scores, ExerciseError> {
    let last = played.looks.last().map(|look| look.week).ok_or(ExerciseError::NotPlayed)?;
    // What was not played yet is neither missed nor found.
    let mut plan = Plan { last, ..plan.clone() };
    plan.waves.retain(|wave| wave.start <= last);
    let found: BTreeMap<&str, Period> =
        played.looks.iter().flat_map(|look| look.new.iter().map(|id| (id.as_str(), look.week))).collect();
    let all = signals::list(store).await?;
    let mut alarms = BTreeSet::new();
    let mut facts = Vec::new();
    for signal in &all {
        let wave = wave_of(signal, planted);
        if let Some(week) = found.get(signal.id.as_str())
            && let Some(shown) = counted(signal, wave.as_deref(), &plan, planted)
        {
            let (phenomenon, territory, sector) = shown;
            let later = signal.content.weeks.iter().filter(|week| week.alarm);
            let weeks = later.filter_map(|line| line.week.parse().ok()).filter(|later| later > week).chain([*week]);
            alarms.extend(weeks.map(|week| Alarm {
                week,
                phenomenon: phenomenon.clone(),
                territory: territory.clone(),
                sector: sector.clone(),
                series: signal.id.to_string(),
            }));
        }
        facts.push(fact(signal, wave));
    }
    let alarms: Vec<Alarm> = alarms.into_iter().collect();
    Ok(Scores {
        name: plan.name.clone(),
        first: plan.first,
        last,
        watch: score(&plan, WATCH, played.budget, &alarms),
        budget: played.budget,
        nowcast: score_nowcasts(&played.forecasts.iter().map(|told| told.forecast).collect::<Vec<_>>()),
        detectors: played.benches.iter().map(|b| score(&plan, &b.method, b.budget, &b.alarms)).collect(),
        team: score_team(&plan, &facts, &flashes(store).await?),
    })
}

/// The wave whose domain a signal shows.
fn wave_of(signal: &Signal, planted: &Planted) -> Option<String> {
    let news = signal.content.news.as_ref()?;
    let shown: Vec<&str> = std::iter::once(news.what.as_str()).chain(news.members.iter().map(String::as_str)).collect();
    planted.domains.iter().find(|(_, domain)| shown.contains(&domain.as_str())).map(|(wave, _)| wave.clone())
}

/// What an alarm of a signal is about: phenomenon, territory, sector. Nothing for what else was planted.
fn counted(
    signal: &Signal,
    wave: Option<&str>,
    plan: &Plan,
    planted: &Planted,
) -> Option<(String, String, Option<String>)> {
    if let Some(wave) = wave.and_then(|id| plan.waves.iter().find(|wave| wave.id == id)) {
        let place = wave.departments.first().cloned().unwrap_or_else(|| "FR".to_owned());
        return Some((wave.phenomenon.clone(), place, None));
    }
    if let Some(news) = &signal.content.news
        && std::iter::once(&news.what).chain(&news.members).any(|shown| planted.others.contains(shown))
    {
        return None;
    }
    let phenomenon = signal.phenomenon.clone().unwrap_or_default();
    // What is new in kind rises nowhere by itself: no wave without that domain explains it.
    let phenomenon = if signal.content.news.is_some() { String::new() } else { phenomenon };
    Some((phenomenon, signal.territory.clone(), signal.content.sector.clone()))
}

fn fact(signal: &Signal, wave: Option<String>) -> SignalFact {
    SignalFact {
        id: signal.id.to_string(),
        phenomenon: signal.phenomenon.clone().filter(|_| signal.content.news.is_none()),
        territory: signal.territory.clone(),
        sector: signal.content.sector.clone(),
        weeks: (signal.first_week, signal.last_week),
        wave,
        at: signal.content.detected_at,
        decided: match &signal.state {
            SignalState::Open => None,
            SignalState::Decided { decision, at, .. } => Some((decision.code().to_owned(), *at)),
        },
    }
}

async fn flashes(store: &Store) -> Result<Vec<FlashFact>, ExerciseError> {
    let readings = store.readings(None).await?;
    let mut facts = Vec::new();
    for alert in alerts::list(store).await? {
        let own = readings.iter().filter(|reading| reading.alert == alert.reference);
        facts.push(FlashFact {
            signal: alert.signal.as_ref().map(ToString::to_string),
            issued_at: alert.content.issues.first().map(|issue| issue.at),
            readings: own.map(|reading| (reading.sent_at, reading.read_at)).collect(),
        });
    }
    Ok(facts)
}

/// A score as it is shown under the name of its method: budget, waves found, share of waves and of
/// their weeks, median delay in weeks and days, false alarms a week and a month.
pub fn cells(method: String, score: &Score, t: Lang) -> [String; 9] {
    let n = |of: Option<u64>| of.map_or_else(|| "–".to_owned(), |n| t.integer(n as f64));
    [
        method,
        t.decimal(score.budget, 1),
        format!("{}/{}", score.n_found, score.n_waves),
        t.percent(score.sensitivity, 0),
        t.percent(score.weekly_sensitivity, 0),
        n(score.median_delay_weeks),
        n(score.median_delay_days),
        t.decimal(score.false_a_week, 2),
        t.decimal(score.false_a_month, 1),
    ]
}

/// How well weeks were forecast that long after their end, as it is shown: weeks after, series and weeks, share still to
/// come, error of what had come and of the forecast, bias, how often the interval held.
pub fn nowcast_cells(score: &NowcastScore, t: Lang) -> [String; 7] {
    [
        t.integer(score.weeks_after as f64),
        t.integer(score.n as f64),
        t.percent(score.missing, 0),
        t.percent(score.error_before, 0),
        t.percent(score.error_after, 0),
        t.percent(score.bias, 0),
        t.percent(score.coverage, 0),
    ]
}

/// The curves as CSV: a line a method and budget.
pub fn curve_csv(scores: &Scores) -> String {
    let mut out = "method,budget_a_month,false_alarms_a_week,false_alarms_a_month,sensitivity,weekly_sensitivity,median_delay_weeks,median_delay_days\n".to_owned();
    for line in scores.detectors.iter().chain([&scores.watch]) {
        let delay = |days: Option<u64>| days.map(|days| days.to_string()).unwrap_or_default();
        out.push_str(&format!(
            "{},{},{:.4},{:.4},{:.4},{:.4},{},{}\n",
            line.method,
            line.budget,
            line.false_a_week,
            line.false_a_month,
            line.sensitivity,
            line.weekly_sensitivity,
            delay(line.median_delay_weeks),
            delay(line.median_delay_days),
        ));
    }
    out
}
