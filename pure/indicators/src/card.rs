//! The declaration of an indicator: a card, read from TOML.

mod computation;
mod example;
mod written;

pub(crate) use computation::counts_rows;
pub use computation::{Allocation, Computation, Range, Ratio, Reference, Share};
pub use example::{Example, ExampleCount, ExampleFigure, ExampleReports};

use beffroi_model::{Grain, Layer, Period};
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

/// How firm the latest values of an indicator are, as official statistics tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Maturity {
    /// They will change: data are still coming in (*provisoire*).
    Provisional,
    /// They change little: late reports and reclassifications only (*consolidé*).
    Consolidated,
    /// They do not change any more (*définitif*).
    Final,
}

impl Maturity {
    /// The code, in files and keys of wording.
    pub fn code(self) -> &'static str {
        match self {
            Self::Provisional => "provisional",
            Self::Consolidated => "consolidated",
            Self::Final => "final",
        }
    }
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
    /// How it is made, in words.
    pub formula: Text,
    /// What it covers: territory, persons, services (*champ*).
    pub field: Text,
    /// The unit of the value, for axes and headings.
    pub unit: Text,
    /// What one unit of the count is.
    pub unit_of_count: String,
    /// The one layer it measures: layers are never added.
    pub layer: Layer,
    /// How it is made.
    pub computation: Computation,
    /// The period whose value is 100, for an index; none leaves the values as they are.
    pub index_base: Option<Period>,
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
    /// How firm its latest values are.
    pub status: Maturity,
    /// The objectives of the strategies that it follows, as `MI.2.1`, `D3.2`.
    pub objectives: Vec<String>,
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

impl Card {
    /// Reads a card.
    ///
    /// # Errors
    /// [`CardError`] with the line for what is no TOML, with the field for what the field may not hold.
    pub fn read(text: &str) -> Result<Self, CardError> {
        let card = written::read(text)?;
        card.check().map_err(|what| CardError { what })?;
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
        if self.filters().iter().any(|f| f.dimension == Dimension::Layer) {
            return Err("filters: the layer is the card's `layer`".into());
        }
        if self.index_base.is_some() && self.additive {
            return Err("additive: indices are not added; write additive = false".into());
        }
        self.check_computation()
    }

    fn check_computation(&self) -> Result<(), String> {
        let place = |d: &Dimension| matches!(d, Dimension::Department | Dimension::Region | Dimension::Area);
        let positive = |scale: &f64| *scale > 0.0 && scale.is_finite();
        match &self.computation {
            Computation::Counts { share: Some(_), .. }
                if !self.dimensions.iter().all(|d| d.grain().is_some() || *d == Dimension::Department) =>
            {
                Err("dimensions: a published share is known by department and by period only".into())
            }
            Computation::Counts { .. } if !self.dimensions.iter().all(|d| d.grain().is_some() || place(d)) => {
                Err("dimensions: published counts are known by territory and by period only".into())
            }
            Computation::Counts { rate_per: Some(r), .. } | Computation::Reports { rate_per: Some(r), .. }
                if !positive(r) =>
            {
                Err("rate-per: expected a number above zero".into())
            }
            Computation::Counts { rate_per: Some(_), .. } | Computation::Reports { rate_per: Some(_), .. }
                if self.additive =>
            {
                Err("additive: rates are not added; write additive = false".into())
            }
            Computation::Counts { rate_per: Some(_), share: Some(_), .. } => {
                Err("counts: a figure is a rate or a share, not both".into())
            }
            Computation::Counts { share: Some(share), .. } if self.additive || !positive(&share.per) => {
                Err("counts.share: expected additive = false and `per` above zero".into())
            }
            Computation::Reports { rate_per: Some(_), measure, .. } if *measure != Measure::Count => {
                Err("reports.rate-per: only counts are divided by a population".into())
            }
            Computation::Reports { measure, .. } if self.additive && !is_additive(*measure) => {
                Err("additive: means and medians are not added; write additive = false".into())
            }
            Computation::Ratio(ratio) => self.check_ratio(ratio),
            Computation::Range(_) if self.additive => {
                Err("additive: ranges are not added; write additive = false".into())
            }
            Computation::Range(range) if range.known.is_empty() || range.unknown.is_empty() => {
                Err("range: expected filters for what is known and for what is not".into())
            }
            _ => Ok(()),
        }
    }

    fn check_ratio(&self, ratio: &Ratio) -> Result<(), String> {
        let reference = ratio.reference.as_ref().map(|reference| reference.share);
        if self.additive {
            return Err("additive: shares and means are not added; write additive = false".into());
        }
        if !(ratio.per > 0.0 && ratio.per.is_finite()) || reference.is_some_and(|share| !(share > 0.0 && share <= 1.0))
        {
            return Err("ratio: expected `per` above zero and a reference share from 0 to 1".into());
        }
        if !is_additive(ratio.numerator) || !is_additive(ratio.denominator) {
            return Err("ratio: only counts and sums are divided by one another".into());
        }
        Ok(())
    }

    /// The filters on reports that the card declares, whatever they are for.
    pub fn filters(&self) -> Vec<&Filter> {
        match &self.computation {
            Computation::Reports { filters, .. } => filters.iter().collect(),
            Computation::Ratio(ratio) => ratio.filters.iter().chain(&ratio.of_which).collect(),
            Computation::Range(range) => range.filters.iter().chain(&range.known).chain(&range.unknown).collect(),
            Computation::Counts { .. } => Vec::new(),
        }
    }

    /// The first declared break that lies between the starts of two periods, if any: growth over it means nothing.
    pub fn break_between(&self, from: Period, to: Period) -> Option<&Break> {
        let (first, last) = if from.start() <= to.start() { (from, to) } else { (to, from) };
        self.breaks.iter().find(|b| first.start() < b.at.start() && b.at.start() <= last.end())
    }
}

fn is_additive(measure: Measure) -> bool {
    counts_rows(measure) || measure == Measure::LossCents
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
        for (text, told) in [
            (include_str!("../measures/loss-completeness.toml"), "shares"),
            (include_str!("../measures/loss-median.toml"), "medians"),
            (include_str!("../measures/ransomware-range.toml"), "ranges"),
            (include_str!("../measures/digital-offences-index.toml"), "indices"),
        ] {
            let added = text.replace("additive = false", "additive = true");
            assert!(Card::read(&added).unwrap_err().what.contains(told), "{told}");
        }
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
