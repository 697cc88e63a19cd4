//! A card as its TOML file writes it.

use super::{Break, Card, CardError, Computation, Example, Maturity, Range, Ratio, Share, Text};
use beffroi_model::Territory;
use beffroi_ports::{Dimension, Filter, Measure};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    code: String,
    definition_version: String,
    layer: String,
    unit_of_count: String,
    periodicity: String,
    dimensions: Vec<String>,
    #[serde(default)]
    sources: Vec<String>,
    #[serde(default)]
    code_lists: Vec<String>,
    #[serde(default = "yes")]
    additive: bool,
    #[serde(default)]
    decimals: usize,
    disclosure_threshold: u32,
    label: Text,
    definition: Text,
    unit: Text,
    owner: Text,
    revision: Text,
    formula: Text,
    field: Text,
    status: Maturity,
    #[serde(default)]
    objectives: Vec<String>,
    index_base: Option<String>,
    reports: Option<WrittenReports>,
    ratio: Option<Ratio>,
    range: Option<Range>,
    counts: Option<WrittenCounts>,
    #[serde(default)]
    breaks: Vec<WrittenBreak>,
    #[serde(default)]
    examples: Vec<Example>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReports {
    measure: Measure,
    #[serde(default = "one")]
    scale: f64,
    #[serde(default)]
    filters: Vec<Filter>,
    #[serde(rename = "rate-per")]
    rate_per: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenCounts {
    series: Vec<String>,
    #[serde(default)]
    whole: Vec<String>,
    #[serde(default = "france")]
    country: Vec<String>,
    units: Vec<String>,
    rate_per: Option<f64>,
    definition: Option<String>,
    share: Option<Share>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBreak {
    at: String,
    fr: String,
    en: String,
}

fn yes() -> bool {
    true
}

fn france() -> Vec<String> {
    vec![Territory::FRANCE.to_owned()]
}

fn one() -> f64 {
    1.0
}

/// Reads a card; whether it holds together is for its reader to check.
pub(super) fn read(text: &str) -> Result<Card, CardError> {
    let fault = |what: String| CardError { what };
    let written: Written = toml::from_str(text).map_err(|e| fault(e.to_string().trim().to_owned()))?;
    let computation = match (written.reports, written.ratio, written.range, written.counts) {
        (Some(r), None, None, None) => {
            Computation::Reports { measure: r.measure, scale: r.scale, filters: r.filters, rate_per: r.rate_per }
        }
        (None, Some(ratio), None, None) => Computation::Ratio(ratio),
        (None, None, Some(range), None) => Computation::Range(range),
        (None, None, None, Some(c)) => Computation::Counts {
            series: c.series,
            whole: c.whole,
            country: c.country,
            units: c.units,
            rate_per: c.rate_per,
            definition: c.definition,
            share: c.share,
        },
        _ => {
            return Err(fault("exactly one of the tables [reports], [ratio], [range] and [counts] is expected".into()));
        }
    };
    let dimension = |code: &String| {
        Dimension::from_code(code).ok_or_else(|| fault(format!("dimensions: `{code}` is no dimension")))
    };
    let a_break = |b: WrittenBreak| {
        let at = b.at.parse().map_err(|e| fault(format!("breaks: {e}")))?;
        Ok(Break { at, label: Text { fr: b.fr, en: b.en } })
    };
    let base = written.index_base.map(|base| base.parse().map_err(|e| fault(format!("index-base: {e}"))));
    Ok(Card {
        layer: written.layer.parse().map_err(|e| fault(format!("layer: {e}")))?,
        periodicity: written.periodicity.parse().map_err(|e| fault(format!("periodicity: {e}")))?,
        dimensions: written.dimensions.iter().map(dimension).collect::<Result<_, _>>()?,
        breaks: written.breaks.into_iter().map(a_break).collect::<Result<_, CardError>>()?,
        code: written.code,
        definition_version: written.definition_version,
        label: written.label,
        definition: written.definition,
        formula: written.formula,
        field: written.field,
        unit: written.unit,
        unit_of_count: written.unit_of_count,
        computation,
        index_base: base.transpose()?,
        sources: written.sources,
        code_lists: written.code_lists,
        owner: written.owner,
        status: written.status,
        objectives: written.objectives,
        disclosure_threshold: written.disclosure_threshold,
        revision: written.revision,
        additive: written.additive,
        decimals: written.decimals,
        examples: written.examples,
    })
}
