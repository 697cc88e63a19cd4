//! The declaration of an indicator: a card, read from TOML.

use beffroi_model::{Grain, Layer, Period, Territory};
use beffroi_ports::{Dimension, Filter, Measure};
use serde::Deserialize;

/// A text in each language of the house.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

impl Text {
    /// The text in the language of that BCP 47 code; French for any other.
    pub fn of(&self, lang: &str) -> &str {
        if lang == "en" { &self.en } else { &self.fr }
    }
}

/// A point where the series is not comparable with what came before.
#[derive(Debug, Clone, PartialEq)]
pub struct Break {
    /// The first period counted in the new way.
    pub at: Period,
    /// What changed.
    pub label: Text,
}

/// Where the figures come from and how they are made of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Computation {
    /// Rows of the table of reports, counted or measured.
    Reports {
        /// What is measured.
        measure: Measure,
        /// What the measured value is multiplied by (0.01 from cents to euros).
        scale: f64,
        /// Which rows count, beside the layer.
        filters: Vec<Filter>,
    },
    /// Published counts, as their publisher gave them.
    Counts {
        /// The publisher's series, the preferred one first.
        series: Vec<String>,
        /// The series that tell the country and what is not located, when the publisher gives them apart from the one by
        /// department; empty when it is the same.
        whole: Vec<String>,
        /// Codes of the whole territory, the preferred one first: `FR`, or `FRM` for a survey of metropolitan France.
        country: Vec<String>,
        /// The spellings of the unit of count that are this indicator's; rows in another unit are another indicator.
        units: Vec<String>,
        /// Divide by the population of the territory and multiply by this; none leaves the count as it is.
        rate_per: Option<f64>,
    },
}

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
}

/// The declaration of an indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Its identifier: lower-case letters, digits and hyphens.
    pub code: String,
    /// Version of this definition. Figures of two versions are not compared.
    pub definition_version: String,
    /// Its name.
    pub label: Text,
    /// What it measures, what it leaves out.
    pub definition: Text,
    /// The unit of the value, for axes and headings.
    pub unit: Text,
    /// What one unit of the count is.
    pub unit_of_count: String,
    /// The one layer it measures: layers are never added.
    pub layer: Layer,
    /// How it is made.
    pub computation: Computation,
    /// The finest period at which it is published.
    pub periodicity: Grain,
    /// By what it may be broken down or filtered, in the order of the card.
    pub dimensions: Vec<Dimension>,
    /// The sources it may be made of, the preferred one first; any source of the layer when empty.
    pub sources: Vec<String>,
    /// Names of the code lists its breakdowns use.
    pub code_lists: Vec<String>,
    /// Who answers for it.
    pub owner: Text,
    /// A figure made of fewer units than this (and more than none) is not published; 0 when nothing is secret.
    pub disclosure_threshold: u32,
    /// When and how published figures change.
    pub revision: Text,
    /// Where the series is broken.
    pub breaks: Vec<Break>,
    /// Whether its values may be added over a breakdown.
    pub additive: bool,
    /// Decimals with which the value is shown.
    pub decimals: usize,
    /// Worked examples.
    pub examples: Vec<Example>,
}

/// Why a card cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("indicator card: {what}")]
pub struct CardError {
    /// What is wrong, and where.
    pub what: String,
}

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
    reports: Option<WrittenReports>,
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

impl Card {
    /// Reads a card.
    ///
    /// # Errors
    /// [`CardError`] with the line for what is no TOML, with the field for what the field may not hold.
    pub fn read(text: &str) -> Result<Self, CardError> {
        let fault = |what: String| CardError { what };
        let written: Written = toml::from_str(text).map_err(|e| fault(e.to_string().trim().to_owned()))?;
        let computation = match (written.reports, written.counts) {
            (Some(r), None) => Computation::Reports { measure: r.measure, scale: r.scale, filters: r.filters },
            (None, Some(c)) => Computation::Counts {
                series: c.series,
                whole: c.whole,
                country: c.country,
                units: c.units,
                rate_per: c.rate_per,
            },
            _ => return Err(fault("exactly one of the tables [reports] and [counts] is expected".into())),
        };
        let dimension = |code: &String| {
            Dimension::from_code(code).ok_or_else(|| fault(format!("dimensions: `{code}` is no dimension")))
        };
        let a_break = |b: WrittenBreak| {
            let at = b.at.parse().map_err(|e| fault(format!("breaks: {e}")))?;
            Ok(Break { at, label: Text { fr: b.fr, en: b.en } })
        };
        let card = Self {
            layer: written.layer.parse().map_err(|e| fault(format!("layer: {e}")))?,
            periodicity: written.periodicity.parse().map_err(|e| fault(format!("periodicity: {e}")))?,
            dimensions: written.dimensions.iter().map(dimension).collect::<Result<_, _>>()?,
            breaks: written.breaks.into_iter().map(a_break).collect::<Result<_, CardError>>()?,
            code: written.code,
            definition_version: written.definition_version,
            label: written.label,
            definition: written.definition,
            unit: written.unit,
            unit_of_count: written.unit_of_count,
            computation,
            sources: written.sources,
            code_lists: written.code_lists,
            owner: written.owner,
            disclosure_threshold: written.disclosure_threshold,
            revision: written.revision,
            additive: written.additive,
            decimals: written.decimals,
            examples: written.examples,
        };
        card.check().map_err(fault)?;
        Ok(card)
    }

    fn check(&self) -> Result<(), String> {
        let slug =
            |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !slug(&self.code) {
            return Err("code: expected lower-case letters, digits and hyphens".into());
        }
        if self.definition_version.trim().is_empty() {
            return Err("definition-version: expected a version".into());
        }
        if self.dimensions.contains(&Dimension::Layer) {
            return Err("dimensions: a card has one layer, so `layer` is no breakdown of it".into());
        }
        let counts_allow = |d: &Dimension| d.grain().is_some() || *d == Dimension::Department;
        match &self.computation {
            Computation::Counts { .. } if !self.dimensions.iter().all(counts_allow) => {
                Err("dimensions: published counts are known by department and by period only".into())
            }
            Computation::Counts { rate_per: Some(r), .. } if !(*r > 0.0 && r.is_finite()) => {
                Err("counts.rate-per: expected a number above zero".into())
            }
            Computation::Counts { rate_per: Some(_), .. } if self.additive => {
                Err("additive: rates are not added; write additive = false".into())
            }
            Computation::Reports { measure: Measure::MeanDelayDays, .. } if self.additive => {
                Err("additive: means are not added; write additive = false".into())
            }
            Computation::Reports { filters, .. } if filters.iter().any(|f| f.dimension == Dimension::Layer) => {
                Err("reports.filters: the layer is the card's `layer`".into())
            }
            _ => Ok(()),
        }
    }

    /// The first declared break that lies between the starts of two periods, if any: growth over it means nothing.
    pub fn break_between(&self, from: Period, to: Period) -> Option<&Break> {
        let (first, last) = if from.start() <= to.start() { (from, to) } else { (to, from) };
        self.breaks.iter().find(|b| first.start() < b.at.start() && b.at.start() <= last.end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;
    use proptest::prelude::*;

    fn text() -> &'static str {
        include_str!("../measures/digital-offences.toml")
    }

    #[test]
    fn a_card_has_one_layer_and_one_table() {
        let both = format!("{}\n[counts]\nseries=[]\nunits=[]\n", text());
        assert!(Card::read(&both).unwrap_err().what.contains("exactly one"));
        let layer = text().replace("layer = \"recorded\"", "layer = \"recorded,platform\"");
        assert!(Card::read(&layer).unwrap_err().what.contains("layer"));
        let by_layer = text().replace("dimensions = [", "dimensions = [\"layer\", ");
        assert!(Card::read(&by_layer).unwrap_err().what.contains("one layer"));
        assert!(Card::read(&text().replace("additive", "aditive")).is_err(), "unknown fields are refused");
    }

    #[test]
    fn means_and_rates_cannot_be_declared_additive() {
        let mean = include_str!("../measures/reporting-delay.toml").replace("additive = false", "additive = true");
        assert!(Card::read(&mean).unwrap_err().what.contains("means"));
        let rate = include_str!("../measures/fraud-rate.toml").replace("additive = false", "additive = true");
        assert!(Card::read(&rate).unwrap_err().what.contains("rates"));
    }

    #[test]
    fn a_break_lies_between_the_years_it_splits() {
        let catalogue = Catalogue::builtin();
        let card = catalogue.card("digital-offences").unwrap();
        let p = |t: &str| t.parse::<Period>().unwrap();
        assert!(card.break_between(p("2021"), p("2022")).is_some());
        assert!(card.break_between(p("2022"), p("2023")).is_some(), "2022 holds two months of the old way");
        assert!(card.break_between(p("2023"), p("2024")).is_none());
        assert!(card.break_between(p("2022-03"), p("2022-04")).is_none());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[a-z\\[\\]=\"\n .0-9-]{0,200}") {
            let _ = Card::read(&text);
        }
    }
}
