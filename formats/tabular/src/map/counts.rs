//! A row to published counts.

use super::field::{Misfit, Reading, needed};
use super::filter::Filter;
use super::plan::{Columns, Context};
use crate::declaration::{CountMapping, Declaration};
use crate::finding::{Finding, Rule};
use crate::read::Row;
use beffroi_model::{Layer, PublishedCount, SourceId, Tlp};

/// One mapping of a row to a count.
pub(crate) struct CountPlan {
    filter: Filter,
    source: SourceId,
    layer: Layer,
    tlp: Tlp,
    synthetic: bool,
    own_unit: String,
    series: Reading,
    period: Reading,
    territory: Reading,
    category: Option<Reading>,
    unit: Option<Reading>,
    value: Reading,
    population: Option<Reading>,
    definition_version: Reading,
    vintage: Option<Reading>,
}

impl CountPlan {
    pub(crate) fn new(count: &CountMapping, declaration: &Declaration, columns: &mut Columns) -> Self {
        let filter = Filter::new(&count.conditions, &declaration.file, columns);
        let mut reading = |field| Reading::new(field, declaration, columns);
        Self {
            filter,
            source: declaration.id.clone(),
            layer: count.layer.unwrap_or(declaration.layer),
            tlp: declaration.marking.tlp,
            synthetic: declaration.synthetic,
            own_unit: declaration.unit.clone(),
            series: reading(&count.series),
            period: reading(&count.period),
            territory: reading(&count.territory),
            category: count.category.as_ref().map(&mut reading),
            unit: count.unit.as_ref().map(&mut reading),
            value: reading(&count.value),
            population: count.population.as_ref().map(&mut reading),
            definition_version: reading(&count.definition_version),
            vintage: count.vintage.as_ref().map(&mut reading),
        }
    }

    pub(crate) fn keeps(&self, row: &Row) -> bool {
        self.filter.keeps(row)
    }

    pub(crate) fn lists(&self) -> Vec<&str> {
        [Some(&self.series), Some(&self.territory), self.category.as_ref(), self.unit.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(Reading::list)
            .collect()
    }

    /// Its fields by name, for whoever explains a row.
    pub(super) fn readings(&self) -> impl Iterator<Item = (&'static str, &Reading)> {
        [
            ("series", Some(&self.series)),
            ("period", Some(&self.period)),
            ("territory", Some(&self.territory)),
            ("category", self.category.as_ref()),
            ("unit", self.unit.as_ref()),
            ("value", Some(&self.value)),
            ("population", self.population.as_ref()),
            ("definition_version", Some(&self.definition_version)),
            ("vintage", self.vintage.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, reading)| Some((name, reading?)))
    }

    /// Adds the row's count, or what does not fit. A row without figure gives neither: not collected is not zero.
    pub(crate) fn map(
        &self,
        row: &Row,
        context: &Context<'_>,
        counts: &mut Vec<PublishedCount>,
        findings: &mut Vec<Finding>,
    ) {
        match self.read(row, context) {
            Ok(Some(count)) => counts.push(count),
            Ok(None) => {}
            Err((reading, misfit)) => findings.push(Finding::new(
                row.line,
                Some(&reading.column).filter(|column| !column.is_empty()).map(String::as_str),
                misfit.rule,
                misfit.message,
                reading.raw(row),
            )),
        }
    }

    fn read(&self, row: &Row, context: &Context<'_>) -> Result<Option<PublishedCount>, (&Reading, Misfit)> {
        let Some(value) = self.value.float(row).map_err(|misfit| (&self.value, misfit))? else { return Ok(None) };
        let period = needed(self.period.period(row, context)).map_err(|misfit| (&self.period, misfit))?;
        let on = period.start();
        let name = |reading| {
            needed(Reading::name(reading, row, on, context)).map(String::from).map_err(|misfit| (reading, misfit))
        };
        let vintage = match &self.vintage {
            None => context.vintage,
            Some(reading) => reading.day(row, context).map_err(|misfit| (reading, misfit))?.unwrap_or(context.vintage),
        };
        if vintage < on {
            let reading = self.vintage.as_ref().unwrap_or(&self.period);
            return Err((reading, Misfit::new(Rule::ImplausibleDate, "the figure would be older than its period")));
        }
        let population = match &self.population {
            None => None,
            Some(reading) => reading.integer(row).map_err(|misfit| (reading, misfit))?,
        };
        Ok(Some(PublishedCount {
            source: self.source.clone(),
            layer: self.layer,
            series: name(&self.series)?,
            period,
            territory: needed(self.territory.territory(row, on, context))
                .map_err(|misfit| (&self.territory, misfit))?,
            category: match &self.category {
                None => None,
                Some(reading) => reading.name(row, on, context).map_err(|misfit| (reading, misfit))?.map(Into::into),
            },
            unit_of_count: match &self.unit {
                None => self.own_unit.clone(),
                Some(reading) => name(reading)?,
            },
            definition_version: name(&self.definition_version)?,
            vintage,
            value,
            population,
            tlp: self.tlp,
            synthetic: self.synthetic,
        }))
    }
}
