//! What is concluded once a file is read and before anything of it is visible: controls, differences, suspicions.

use super::cells::Previous;
use super::controls::{self, Given};
use super::differences::{self, ReportKey, Thresholds};
use super::gauge::Gauge;
use super::sheet::{ControlResult, ControlState, Differences, Listed, Suspicion};
use super::suspicions::{self, FACTOR};
use beffroi_model::{Period, PublishedCount, SourceId};
use beffroi_ports::{CountsQuery, Dimension, Facts, FactsError, Filter, ReportsQuery};
use beffroi_tabular::{Declaration, Holds, Severity};
use std::collections::BTreeMap;

/// Suspicions kept.
const KEPT: usize = 100;

/// What the lake held of the source before the file.
#[derive(Debug, Default)]
pub(crate) struct Known {
    counts: Vec<PublishedCount>,
    reports: BTreeMap<ReportKey, u64>,
}

/// What is concluded of a file.
#[derive(Debug, Default)]
pub(crate) struct Conclusion {
    pub(crate) controls: Vec<ControlResult>,
    pub(crate) differences: Differences,
    pub(crate) suspicions: Listed<Suspicion>,
}

/// What the lake holds of a source: its counts, or its reports by month, territory and category.
pub(crate) async fn known(facts: &dyn Facts, id: &SourceId, declaration: &Declaration) -> Result<Known, FactsError> {
    if declaration.report.is_none() {
        let query = CountsQuery { sources: vec![id.clone()], ..CountsQuery::default() };
        return Ok(Known { counts: facts.counts(&query).await?, ..Known::default() });
    }
    let query = ReportsQuery {
        by: vec![Dimension::Month, Dimension::Department, Dimension::Category],
        filters: vec![Filter { dimension: Dimension::Source, values: vec![id.to_string()] }],
        ..ReportsQuery::default()
    };
    let mut reports = BTreeMap::new();
    for row in facts.reports(&query).await?.rows() {
        let key = |i: usize| row.key(i).unwrap_or_default().to_owned();
        let (month, territory, category) = (key(0), key(1), key(2));
        let n = row.value(0).unwrap_or_default();
        if let Ok(month) = month.parse::<Period>() {
            // A count of rows is a whole number below 2⁵³.
            reports.insert((month, territory, category), n as u64);
        }
    }
    Ok(Known { reports, ..Known::default() })
}

/// Concludes on what was measured. The gauge is sealed here.
pub(crate) fn conclude(declaration: &Declaration, given: &Given, gauge: &mut Gauge, known: &Known) -> Conclusion {
    gauge.seal();
    let rhythm = &declaration.rhythm;
    let thresholds = Thresholds { relative: rhythm.relative, absolute: rhythm.absolute };
    let previous = Previous::of(&known.counts, &mut gauge.cells);
    let controls = controls::results(&declaration.controls, given, gauge, &previous);
    if gauge.of_reports {
        let whole = rhythm.holds == Some(Holds::Whole);
        let differences = differences::of_reports(&known.reports, &gauge.file, &gauge.fresh, whole, thresholds);
        return Conclusion { controls, differences, suspicions: Listed::default() };
    }
    let whole = rhythm.holds != Some(Holds::Additions);
    let differences = differences::of_counts(&gauge.cells, &previous, whole, thresholds);
    let mut suspicions = suspicions::slips_since(&gauge.cells, &previous);
    for unlike in suspicions::unlike_neighbours(&gauge.cells, &previous, FACTOR) {
        if !suspicions.iter().any(|known| known.place == unlike.place) {
            suspicions.push(unlike);
        }
    }
    Conclusion { controls, differences, suspicions: Listed::of(suspicions, KEPT) }
}

impl Conclusion {
    /// The first control that refuses the delivery.
    pub(crate) fn refusal(&self) -> Option<&ControlResult> {
        let refuses = |control: &&ControlResult| {
            control.state == ControlState::Failed && control.severity == Severity::Refuse.code()
        };
        self.controls.iter().find(refuses)
    }
}
