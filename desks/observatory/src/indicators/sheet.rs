//! An indicator's card as a reader sees it.

use beffroi_indicators::{Card, Catalogue, Computation};
use beffroi_wording::Lang;
use serde::Serialize;

/// One line of the list of indicators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndicatorLine {
    /// Its code.
    pub id: String,
    /// Its name.
    pub label: String,
    /// Its layer, in words.
    pub layer: String,
    /// The unit of its values.
    pub unit: String,
    /// Its finest period, as a code of dimension.
    pub periodicity: String,
    /// Version of its definition.
    pub definition_version: String,
}

/// A card in one language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sheet {
    /// Its line in the list.
    #[serde(flatten)]
    pub line: IndicatorLine,
    /// What it measures and leaves out.
    pub definition: String,
    /// How it is made, in words.
    pub formula: String,
    /// What it covers.
    pub field: String,
    /// How firm its latest values are: `provisional`, `consolidated` or `final`.
    pub status: String,
    /// The objectives of the strategies that it follows.
    pub objectives: Vec<String>,
    /// Every version of its definition that figures can be computed under, the one of today last.
    pub definition_versions: Vec<String>,
    /// What one unit of the count is (code).
    pub unit_of_count: String,
    /// Code of the layer.
    pub layer_code: String,
    /// By what it may be asked (codes).
    pub dimensions: Vec<String>,
    /// The sources it prefers, or is limited to; empty for any of its layer.
    pub sources: Vec<String>,
    /// The publisher's series, for published counts.
    pub series: Vec<String>,
    /// What a rate is for: 1 000 inhabitants; none when it is no rate.
    pub rate_per: Option<f64>,
    /// The filters on reports, as `dimension=code|code`.
    pub filters: Vec<String>,
    /// Who answers for it.
    pub owner: String,
    /// Fewer units than this are not published.
    pub disclosure_threshold: u32,
    /// When and how published figures change.
    pub revision: String,
    /// Whether its values may be added over a breakdown.
    pub additive: bool,
    /// Where the series is broken.
    pub breaks: Vec<SheetBreak>,
    /// Names of the worked examples.
    pub examples: Vec<String>,
}

/// A declared break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SheetBreak {
    /// First period counted in the new way.
    pub at: String,
    /// What changed.
    pub label: String,
}

/// Every indicator, in alphabetical order of the codes.
pub fn list(catalogue: &Catalogue, lang: Lang) -> Vec<IndicatorLine> {
    catalogue.cards().iter().map(|card| line(card, lang)).collect()
}

/// A card in one language.
pub fn sheet(card: &Card, lang: Lang) -> Sheet {
    let of = |text: &beffroi_indicators::Text| text.of(lang.code()).to_owned();
    let (series, rate_per) = match &card.computation {
        Computation::Reports { rate_per, .. } => (Vec::new(), *rate_per),
        Computation::Ratio(_) | Computation::Range(_) => (Vec::new(), None),
        Computation::Counts { series, whole, rate_per, share, .. } => {
            let of = share.iter().flat_map(|share| &share.of);
            (series.iter().chain(whole).chain(of).cloned().collect(), *rate_per)
        }
    };
    let filters = card.filters().into_iter().map(|f| format!("{}={}", f.dimension.code(), f.values.join("|")));
    let catalogue = Catalogue::builtin();
    let versions = catalogue.versions(&card.code).unwrap_or_else(|_| vec![card]);
    Sheet {
        line: line(card, lang),
        definition: of(&card.definition),
        formula: of(&card.formula),
        field: of(&card.field),
        status: card.status.code().to_owned(),
        objectives: card.objectives.clone(),
        definition_versions: versions.into_iter().map(|card| card.definition_version.clone()).collect(),
        unit_of_count: card.unit_of_count.clone(),
        layer_code: card.layer.code().to_owned(),
        dimensions: card.dimensions.iter().map(|d| d.code().to_owned()).collect(),
        sources: card.sources.clone(),
        series,
        rate_per,
        filters: filters.collect(),
        owner: of(&card.owner),
        disclosure_threshold: card.disclosure_threshold,
        revision: of(&card.revision),
        additive: card.additive,
        breaks: card.breaks.iter().map(|b| SheetBreak { at: b.at.to_string(), label: of(&b.label) }).collect(),
        examples: card.examples.iter().map(|e| e.name.clone()).collect(),
    }
}

fn line(card: &Card, lang: Lang) -> IndicatorLine {
    IndicatorLine {
        id: card.code.clone(),
        label: card.label.of(lang.code()).to_owned(),
        layer: beffroi_indicators::label(beffroi_ports::Dimension::Layer, card.layer.code(), lang.code()),
        unit: card.unit.of(lang.code()).to_owned(),
        periodicity: card.periodicity.code().to_owned(),
        definition_version: card.definition_version.clone(),
    }
}
