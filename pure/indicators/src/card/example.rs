//! Worked examples of a card: drawn data and what must come out of it.

use serde::Deserialize;

/// A drawn table and what must come out of it: printed in the methods, run as a test.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// Groups of drawn reports.
    #[serde(default)]
    pub reports: Vec<ExampleReports>,
    /// Drawn published counts.
    #[serde(default)]
    pub counts: Vec<ExampleCount>,
    /// By what the figures are asked for.
    #[serde(default)]
    pub by: Vec<String>,
    /// What must come out.
    pub expect: Vec<ExampleFigure>,
}

/// A number of alike reports of an [`Example`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleReports {
    /// How many.
    pub n: u32,
    /// Their source.
    pub source: String,
    /// Their layer.
    pub layer: String,
    /// Their kind.
    pub kind: String,
    /// Their unit of count.
    pub unit: String,
    /// The day of report, `2024-02-29`.
    pub day: String,
    /// The day of the facts.
    pub occurred: Option<String>,
    /// Their territory.
    pub territory: String,
    /// Their category.
    pub category: Option<String>,
    /// Their phenomenon.
    pub phenomenon: Option<String>,
    /// Whether they are attacks on a data-processing system.
    #[serde(default)]
    pub astad: bool,
    /// Their class of victim.
    pub victim_kind: Option<String>,
    /// Sex of the victims.
    pub sex: Option<String>,
    /// Age band of the victims.
    pub age_band: Option<String>,
    /// Sector of the victims.
    pub sector: Option<String>,
    /// Size band of the victims.
    pub size: Option<String>,
    /// Their named object.
    pub subject: Option<String>,
    /// Their loss in cents.
    pub loss_cents: Option<i64>,
}

/// A published count of an [`Example`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleCount {
    /// Its source.
    pub source: String,
    /// Its series.
    pub series: String,
    /// Its layer.
    pub layer: String,
    /// Its unit of count.
    pub unit: String,
    /// Its period.
    pub period: String,
    /// Its territory.
    pub territory: String,
    /// Its figure.
    pub value: f64,
    /// The population.
    pub population: Option<i64>,
    /// The publisher's definition; a drawn one when the example says none.
    pub definition: Option<String>,
}

/// A figure that an [`Example`] expects.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFigure {
    /// One value a dimension; empty for none.
    pub keys: Vec<String>,
    /// The value; none where it cannot be computed.
    pub value: Option<f64>,
    /// The numerator of a rate, when the example is about it.
    pub numerator: Option<f64>,
    /// The upper bound of a range, when the example is about it.
    pub high: Option<f64>,
    /// The completeness of a range, when the example is about it.
    pub completeness: Option<f64>,
}
