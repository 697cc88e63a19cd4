//! The watch: every week, each phenomenon in each territory against its own past.
//!
//! What is counted: reports by day of report, week by week, one layer of measurement at a time; and ransomware claims
//! by group. Within a layer, sources are added only when each of them covers the whole baseline, so that the opening of
//! a platform does not read as a threat; younger sources are named in the summary. Against what: the improved Farrington
//! method (ten seasons, half a year left out, negative binomial threshold at 1 %) on as many whole years as the sources
//! cover since the last declared break, at most five; the Bayesian method on the same years where no regression fits, as for
//! a count that was always 0; EARS C2 when sources cover no year. A week that is still coming in is held against the part
//! of it that should have come (`delays`).
//!
//! What is an alarm: at least five reports, more than the threshold, and a discovery in the tree of all series of the week:
//! categories, their phenomena, their regions, sectors and groups, their departments (`beffroi_surveillance::tree_discoveries`):
//! on each level, at most one alarm in twenty is expected to be chance, on average over what was opened, however many series
//! are watched. What was rare last week counts for more this week. Over all of it stands a budget: no alarm whose p-value
//! would let more than so many false alarms a month be expected.

mod bench;
mod context;
mod counts;
mod delays;
mod detection;
mod file;
mod folding;
mod levels;
mod map;
mod novelty;
mod spread;

pub use bench::{AS_DELIVERED, BUDGETS, Bench, Forecasted, Seen, bench, fulfil, look};
pub use file::{FileError, FileOptions, FileSummary, RowFinding, detect_file, method_of};

pub use map::{HiddenCells, MapCell, MapOfWeeks, map_of};

use crate::signals::{self, BudgetLine, SignalError};
use beffroi_model::{Grain, Period};
use beffroi_ports::{Dimension, FactTable, Facts, FactsError, Filter, ReportsQuery};
use beffroi_store::{By, Store};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How many of the last weeks are evaluated.
pub(crate) const WEEKS_EVALUATED: usize = 6;
/// Fewer reports than this in a week are never an alarm.
pub const MIN_COUNT: f64 = 5.0;
/// One-sided probability behind a threshold.
pub const ALPHA: f64 = 0.01;
/// Share of chance expected among the alarms of a week, at most: beyond it, alarms are no longer worth a look each.
pub const FALSE_DISCOVERY_RATE: f64 = 0.2;
/// The part of a month's budget that weeks in which nothing moves may use up.
const QUIET_SHARE: f64 = 0.2;

/// False alarms expected in a month at most, unless a duty officer says otherwise.
pub const FALSE_ALARMS_A_MONTH: f64 = 5.0;
/// Probability with which the interval of a week still coming in holds its count.
pub(crate) const NOWCAST_LEVEL: f64 = 0.9;

/// What to watch.
#[derive(Debug, Clone)]
pub struct WatchOptions {
    /// The day from which one looks: the last week that had ended by then is the last one evaluated.
    pub on: Date,
    /// The snapshot to read; the latest when none is given.
    pub snapshot: Option<u64>,
    /// False alarms that may be expected in a month, over all series; above 0.
    pub budget: f64,
    /// Who runs it, and when.
    pub by: By,
}

/// What a run of the watch did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WatchSummary {
    /// The snapshot read; 0 when nothing had landed.
    pub snapshot: u64,
    /// The last week evaluated, as `2025-W51`.
    pub week: String,
    /// Series with at least one report.
    pub series: u64,
    /// Points tested, over the weeks evaluated.
    pub tests: u64,
    /// Signals found, new or known already.
    pub signals: u64,
    /// Their identifiers, the strongest first.
    pub ids: Vec<String>,
    /// Sources too young to enter the baseline of their layer.
    pub young_sources: Vec<String>,
    /// False alarms that may be expected in a month.
    pub budget: f64,
    /// False alarms to be expected in a month at the pace of the weeks evaluated: the rate of false discoveries × the
    /// alarms, at most the budget.
    pub false_alarms_a_month: f64,
}

/// Evaluates the last weeks of every series and puts the signals into the register. A signal already there takes the
/// new figures; its identifier, first week and decision stay.
///
/// # Errors
/// The lake's and the store's.
pub async fn run(facts: &dyn Facts, store: &Store, options: WatchOptions) -> Result<WatchSummary, SignalError> {
    let last_week = last_complete_week(options.on);
    let snapshot = match options.snapshot {
        Some(number) => number,
        None => facts.snapshots().await?.last().map_or(0, |snapshot| snapshot.number),
    };
    let mut summary = WatchSummary {
        snapshot,
        week: last_week.to_string(),
        series: 0,
        tests: 0,
        signals: 0,
        ids: Vec::new(),
        young_sources: Vec::new(),
        budget: options.budget,
        false_alarms_a_month: 0.0,
    };
    if snapshot == 0 {
        return Ok(summary);
    }
    let watched = counts::read(facts, snapshot, last_week, WEEKS_EVALUATED).await?;
    let evaluated = detection::evaluate(&watched, options.budget)?;
    summary.false_alarms_a_month = evaluated.false_alarms_a_month;
    let budget = BudgetLine { allowed: options.budget, expected: evaluated.false_alarms_a_month };
    summary.series = watched.series.len() as u64;
    summary.tests = evaluated.n_tests;
    summary.young_sources = watched.young_sources.iter().cloned().collect();

    let known = store.signal_list().await?;
    let occasion = folding::Occasion { known: &known, snapshot, budget, now: options.by.at };
    let mut rows = Vec::new();
    for found in folding::fold(&watched, evaluated.runs) {
        let why_else = context::reasons(facts, snapshot, &watched, &found.run).await?;
        // The same lake, the same drawing.
        let cluster = spread::cluster(&watched, &found.run, snapshot)?;
        rows.push(folding::row(&watched, found, why_else, cluster, occasion)?);
    }
    for finding in novelty::find(facts, snapshot, last_week).await? {
        rows.extend(finding.row(&watched.weeks, occasion)?);
    }
    rows.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.id.cmp(&b.id)));
    summary.signals = rows.len() as u64;
    summary.ids = rows.iter().map(|row| row.id.to_string()).collect();
    tracing::info!(watch.week = %last_week, watch.tests = summary.tests, signals = summary.signals, "watch done");
    let guarded: Result<Vec<_>, SignalError> =
        rows.into_iter().map(|row| signals::guard(&row, &options.by).map(|guard| (row, guard))).collect();
    store.signals_put(guarded?, &options.by).await?;
    Ok(summary)
}

/// What keeps the reports of a territory: nothing for the whole of France, its departments for a region.
pub(crate) fn territories(code: &str) -> Option<Filter> {
    levels::Levels::house().territories(code)
}

/// The last day of report in the lake; none when it holds no report.
///
/// # Errors
/// The lake's.
pub async fn last_day_of_data(facts: &dyn Facts, snapshot: Option<u64>) -> Result<Option<Date>, FactsError> {
    let by_year = ReportsQuery { by: vec![Dimension::Year], snapshot, ..ReportsQuery::default() };
    let years = facts.reports(&by_year).await?;
    let latest =
        |table: &FactTable| table.texts(0).filter_map(|key| key.parse::<Period>().ok()).map(Period::start).max();
    let Some(year) = latest(&years) else { return Ok(None) };
    let by_day = ReportsQuery { by: vec![Dimension::Day], from: Some(year), snapshot, ..ReportsQuery::default() };
    Ok(latest(&facts.reports(&by_day).await?))
}

/// The last ISO week whose Sunday is not after `on`.
fn last_complete_week(on: Date) -> Period {
    let week = Period::containing(on, Grain::Week);
    if week.end() <= on { week } else { week.previous() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_week_counts_once_its_sunday_has_come() {
        assert_eq!(last_complete_week(date(2025, 12, 28)).to_string(), "2025-W52");
        assert_eq!(last_complete_week(date(2025, 12, 27)).to_string(), "2025-W51");
        assert_eq!(last_complete_week(date(2026, 1, 1)).to_string(), "2025-W52");
    }
}
