//! How an indicator is made of the facts.

use super::Text;
use beffroi_ports::{Filter, Measure};
use serde::Deserialize;

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
        /// Divide by the population of the territory, as the list of departments gives it, and multiply by this.
        rate_per: Option<f64>,
    },
    /// One measure of the reports over another: a share, a mean, a completeness.
    Ratio(Ratio),
    /// What is at least and at most, when the reports do not always say what they are about.
    Range(Range),
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
        /// The publisher's definition that this version of the card stands for; none takes the latest vintage, and asks
        /// back where a period stands under several.
        definition: Option<String>,
        /// Series of which the counts are a part: the figure is that part, times this. Part and whole are of one
        /// period, source and definition.
        share: Option<Share>,
    },
}

/// The whole of which published counts are a part.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The series of the whole.
    pub of: Vec<String>,
    /// What the part is multiplied by: 100 for per cent.
    pub per: f64,
}

/// One measure of the reports over another.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ratio {
    /// What the quotient is multiplied by: 100 for per cent, 0.01 from cents to euros.
    pub per: f64,
    /// Which rows make the denominator, beside the layer.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// What is measured over them.
    pub denominator: Measure,
    /// Which of these rows make the numerator.
    #[serde(default)]
    pub of_which: Vec<Filter>,
    /// What is measured over those.
    pub numerator: Measure,
    /// The quotient to compare with, for an over-representation.
    pub reference: Option<Reference>,
}

impl Ratio {
    /// Whether the numerator counts some of what the denominator counts: the rest is then told with it.
    pub fn is_share(&self) -> bool {
        counts_rows(self.numerator) && counts_rows(self.denominator)
    }
}

/// Whether a measure is a number of rows.
pub(crate) fn counts_rows(measure: Measure) -> bool {
    matches!(
        measure,
        Measure::Count
            | Measure::LossKnown
            | Measure::DelayKnown
            | Measure::DelayWithin(_)
            | Measure::DeliveredWithin(_)
    )
}

/// What a share is compared with.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The share in the reference population, as a ratio.
    pub share: f64,
    /// Of what, and from where.
    pub source: Text,
}

/// What is known, and what it may be at most once the reports that do not say are shared out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Which rows are looked at, beside the layer.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// Which of these are known to be what is counted.
    pub known: Vec<Filter>,
    /// Which of these do not say.
    pub unknown: Vec<Filter>,
    /// How many of those that do not say may be it.
    pub allocation: Allocation,
}

/// How rows that do not say are shared out, for the upper bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allocation {
    /// All of them may be it: nothing higher is possible.
    All,
    /// As many of them as of the rows that do say.
    InProportion,
}
