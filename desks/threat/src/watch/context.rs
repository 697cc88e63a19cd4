//! What else a signal may be: reasons other than a threat, told by the figures, as keys of the wording.

use super::counts::{Family, Watched};
use super::detection::Run;
use beffroi_model::Territory;
use beffroi_ports::{Dimension, FactTable, Facts, FactsError, Filter, Measure, ReportsQuery};
use jiff::ToSpan;
use jiff::civil::Date;

/// What a rise may always be.
const ALWAYS: [&str; 2] = ["signal-else-awareness", "signal-else-coding"];
/// Most of a rise seen by one source that did not see most before.
const ONE_SOURCE: &str = "signal-else-one-source";
/// More of the reports without a place: a change of channel.
const ONLINE: &str = "signal-else-online";
/// Old facts reported now.
const LATE: &str = "signal-else-late-reports";

/// The reasons that the figures of the run leave open, the specific ones first.
pub(crate) async fn reasons(
    facts: &dyn Facts,
    snapshot: u64,
    watched: &Watched,
    run: &Run,
) -> Result<Vec<String>, FactsError> {
    let mut reasons = Vec::new();
    if let (Some(first), Some(last)) = (watched.week(run.first), watched.week(run.last))
        && run.key.family == Family::Reports
    {
        let year_before = first.start().checked_sub(52.weeks()).unwrap_or(first.start());
        let now = Question { facts, snapshot, watched, run, from: first.start(), to: last.end() };
        let before = Question { from: year_before, to: first.previous().end(), ..now };
        let (sources, sources_before) = (now.by(Dimension::Source).await?, before.by(Dimension::Source).await?);
        if let Some((source, share)) = largest_share(&sources)
            && sources.len() + sources_before.len() > 2
            && share >= 0.9
            && share_of(&sources_before, &source) < 0.7
        {
            reasons.push(ONE_SOURCE);
        }
        if run.key.territory == Territory::FRANCE {
            let (places, places_before) =
                (now.by(Dimension::Department).await?, before.by(Dimension::Department).await?);
            let share = |table: &FactTable| share_of(table, Territory::NOT_LOCATED);
            if share(&places) >= share(&places_before) + 0.2 {
                reasons.push(ONLINE);
            }
        }
        let (delay, delay_before) = (now.mean_delay_days().await?, before.mean_delay_days().await?);
        if let (Some(delay), Some(delay_before)) = (delay, delay_before)
            && delay > 30.0
            && delay > 2.0 * delay_before
        {
            reasons.push(LATE);
        }
    }
    reasons.extend(ALWAYS);
    Ok(reasons.into_iter().map(str::to_owned).collect())
}

/// The reports of the series of a run, between two days.
#[derive(Clone, Copy)]
struct Question<'a> {
    facts: &'a dyn Facts,
    snapshot: u64,
    watched: &'a Watched,
    run: &'a Run,
    from: Date,
    to: Date,
}

impl Question<'_> {
    fn query(&self, by: Vec<Dimension>, measure: Measure) -> ReportsQuery {
        let key = &self.run.key;
        let one = |dimension, value: &str| Filter { dimension, values: vec![value.to_owned()] };
        let sources = self.watched.sources.get(&(key.family, key.layer)).into_iter().flatten().cloned().collect();
        let mut filters = vec![
            key.family.kinds(),
            one(Dimension::Layer, key.layer.code()),
            one(Dimension::Phenomenon, &key.phenomenon),
            Filter { dimension: Dimension::Source, values: sources },
        ];
        filters.extend(self.watched.levels.territories(&key.territory));
        if let Some(sector) = &key.sector {
            filters.push(one(Dimension::Sector, sector));
        }
        ReportsQuery {
            measures: vec![measure],
            by,
            filters,
            from: Some(self.from),
            to: Some(self.to),
            snapshot: Some(self.snapshot),
            ..ReportsQuery::default()
        }
    }

    async fn by(&self, dimension: Dimension) -> Result<FactTable, FactsError> {
        self.facts.reports(&self.query(vec![dimension], Measure::Count)).await
    }

    async fn mean_delay_days(&self) -> Result<Option<f64>, FactsError> {
        let table = self.facts.reports(&self.query(vec![], Measure::MeanDelayDays)).await?;
        Ok(table.row(0).and_then(|row| row.value(0)))
    }
}

/// The share of the rows whose key is `value`; 0 for a table of nothing.
fn share_of(table: &FactTable, value: &str) -> f64 {
    let of_value = table.rows().filter(|row| row.key(0) == Some(value));
    let count: f64 = of_value.filter_map(|row| row.value(0)).sum();
    let total = table.total();
    if total > 0.0 { count / total } else { 0.0 }
}

fn largest_share(table: &FactTable) -> Option<(String, f64)> {
    table
        .texts(0)
        .map(|key| (share_of(table, key), key.to_owned()))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(share, key)| (key, share))
}
