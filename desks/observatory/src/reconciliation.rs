//! Totals of one year that do not agree, side by side, and the way from one to the other (J3.3).

use beffroi_indicators::{Declared, waterfall};
use beffroi_model::{Grain, Layer, Period, Territory};
use beffroi_ports::{CountsQuery, Facts, FactsError};
use std::collections::{BTreeMap, BTreeSet};

pub use beffroi_indicators::{Amount, Cause, Evidence, Reach, Step, Total, Waterfall, WaterfallError};

/// A series and a year of which more than one total stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Which instrument saw it.
    pub layer: Layer,
    /// The publisher's series, without its correction.
    pub series: String,
    /// The year.
    pub year: Period,
    /// Under how many definitions the country was counted.
    pub n_definitions: usize,
}

/// What can be reconciled in a snapshot: by series, the latest year first.
///
/// # Errors
/// [`FactsError`] when the lake does not answer.
pub async fn subjects(facts: &dyn Facts, snapshot: Option<u64>) -> Result<Vec<Subject>, FactsError> {
    let territories = vec![Territory::FRANCE.to_owned(), Territory::METROPOLITAN.to_owned()];
    let rows = facts.counts(&CountsQuery { territories, snapshot, ..CountsQuery::default() }).await?;
    let years: BTreeSet<Period> = rows.iter().map(|row| Period::containing(row.period.start(), Grain::Year)).collect();
    let mut found = Vec::new();
    for year in years {
        let mut of_series: BTreeMap<(Layer, String), Vec<Total>> = BTreeMap::new();
        for total in beffroi_indicators::totals(&rows, year) {
            of_series.entry((total.layer, total.series.clone())).or_default().push(total);
        }
        for ((layer, series), totals) in of_series.into_iter().filter(|(_, totals)| totals.len() > 1) {
            let definitions: BTreeSet<&str> = totals.iter().map(|t| t.definition.as_str()).collect();
            found.push(Subject { layer, series, year, n_definitions: definitions.len() });
        }
    }
    found.sort_by(|a, b| (a.layer, &a.series, b.year).cmp(&(b.layer, &b.series, a.year)));
    Ok(found)
}

/// The totals of one series and year, in the order of the days at which they stood.
///
/// # Errors
/// [`FactsError`] when the lake does not answer.
pub async fn totals(
    facts: &dyn Facts,
    layer: Layer,
    series: &str,
    year: Period,
    snapshot: Option<u64>,
) -> Result<Vec<Total>, FactsError> {
    let query =
        CountsQuery { layer: Some(layer), from: Some(year), to: Some(year), snapshot, ..CountsQuery::default() };
    let rows = facts.counts(&query).await?;
    let mut totals = beffroi_indicators::totals(&rows, year);
    totals.retain(|total| total.series == series);
    totals.sort_by_key(|total| (total.vintage, total.key()));
    Ok(totals)
}

/// The way from one of `totals` to another, with the steps that publications tell.
///
/// # Errors
/// [`WaterfallError`] when the two do not belong together.
pub fn between(totals: &[Total], from: usize, to: usize) -> Result<Waterfall, WaterfallError> {
    waterfall(totals, &Declared::builtin(), from, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_model::{PublishedCount, Tlp};
    use beffroi_ports::doubles::MemoryFacts;

    /// The demonstration's table of published totals, as rows of the lake.
    fn published() -> Vec<PublishedCount> {
        let text = include_str!("../../../demo/published_totals.csv");
        let row = |line: &str| {
            // The quoted column of the publication holds the only commas inside a cell.
            let (head, day) = line.rsplit_once(',').unwrap();
            let cells: Vec<&str> = head.splitn(6, ',').collect();
            PublishedCount {
                source: "demo-published-totals".parse().unwrap(),
                layer: Layer::Recorded,
                series: cells[0].into(),
                period: cells[1].parse().unwrap(),
                territory: Territory::france(),
                category: None,
                unit_of_count: cells[3].into(),
                definition_version: cells[4].into(),
                vintage: day.parse().unwrap(),
                value: cells[2].parse().unwrap(),
                population: None,
                tlp: Tlp::Clear,
                synthetic: false,
            }
        };
        text.lines().skip(1).map(row).collect()
    }

    #[tokio::test]
    async fn the_three_totals_of_2023_stand_side_by_side_with_their_definitions() {
        let facts = MemoryFacts::holding(Vec::new(), published());
        let subjects = subjects(&facts, None).await.unwrap();
        let most = subjects.iter().max_by_key(|s| s.n_definitions).unwrap();
        assert_eq!((most.series.as_str(), most.year.to_string().as_str()), ("atteintes-numeriques", "2023"));
        let totals = totals(&facts, most.layer, &most.series, most.year, None).await.unwrap();
        let told: Vec<(f64, &str)> = totals.iter().map(|t| (t.value.as_f64(), t.definition.as_str())).collect();
        assert_eq!(
            told,
            [
                (278_770.0, "SSMSI-2024 (without THESEE)"),
                (341_000.0, "SSMSI-2025 (with THESEE)"),
                (358_300.0, "ILN-Insee-2025")
            ]
        );
        let w = between(&totals, 0, 1).unwrap();
        assert_eq!(w.steps.len(), 1);
        assert_ne!(w.residual, Amount::default(), "rounding leaves something, and it is shown");
    }
}
