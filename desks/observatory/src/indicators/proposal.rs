//! A card that is proposed: what it lacks, and what it gives on the facts of the house beside the definition of now.

use super::{Card, Catalogue, Coefficient, Figures, IndicatorError, Request};
use beffroi_indicators::{CardError, coefficient, compute, protect_figures};
use beffroi_model::Layer;
use beffroi_ports::Facts;
use jiff::Timestamp;

/// Why a proposed card is not tried.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
    /// It cannot be read.
    #[error(transparent)]
    Card(#[from] CardError),
    /// It lacks something.
    #[error("indicator card: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Lacks(Vec<Lack>),
    /// Its figures cannot be computed.
    #[error(transparent)]
    Indicator(#[from] IndicatorError),
}

impl ProposalError {
    /// Whether the card is at fault rather than the house.
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Card(_) | Self::Lacks(_) => true,
            Self::Indicator(error) => error.is_user_fault(),
        }
    }
}

/// What a card lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Lack {
    /// A text is blank.
    #[error("{0} is blank: say it in French and in English")]
    Blank(&'static str),
    /// No declared source measures its layer, or it names one that is not declared.
    #[error("source: {0}; name one of `beffroi source list`")]
    Source(String),
    /// Nothing shows what must come out of it.
    #[error("it has no worked example: draw a few rows and say what must come out ([[examples]])")]
    Example,
    /// Its version is that of a card of the catalogue that says something else.
    #[error(
        "version {0} of this indicator is in the catalogue and says something else: a changed definition takes a new version"
    )]
    Version(String),
}

/// A proposed card, tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The card.
    pub card: Card,
    /// Protected figures: those of the definition of now, if there is one, then those of the proposed card, which carry
    /// the coefficient of break between the two.
    pub figures: Vec<Figures>,
}

impl Proposal {
    /// By how much the proposed definition counts more or less; none for a new indicator.
    pub fn coefficient(&self) -> Option<&Coefficient> {
        self.figures.last()?.coefficients.first()
    }
}

/// Reads a card and computes it as `request` asks, beside the definition of now. `declared` are the sources of the house,
/// with their layers.
///
/// # Errors
/// [`ProposalError`], with everything that the card lacks.
pub async fn proposed(
    facts: &dyn Facts,
    text: &str,
    declared: &[(&str, Layer)],
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Proposal, ProposalError> {
    let card = Card::read(text)?;
    let catalogue = Catalogue::builtin();
    let lacks = lacks(&card, declared, &catalogue);
    if !lacks.is_empty() {
        return Err(ProposalError::Lacks(lacks));
    }
    let own = Request { definition: None, ..request.clone() };
    let present = catalogue.card(&card.code).ok().filter(|present| **present != card);
    let mut figures = Vec::new();
    for card in present.into_iter().chain([&card]) {
        figures.push(protect_figures(&compute(facts, card, &own, now, program_version).await?)?);
    }
    if let [old, new] = figures.as_mut_slice() {
        new.coefficients = coefficient(old, new).into_iter().collect();
    }
    Ok(Proposal { card, figures })
}

/// Everything that a card lacks beside its shape.
fn lacks(card: &Card, declared: &[(&str, Layer)], catalogue: &Catalogue) -> Vec<Lack> {
    let texts = [
        ("label", &card.label),
        ("definition", &card.definition),
        ("formula", &card.formula),
        ("field", &card.field),
        ("unit", &card.unit),
        ("owner", &card.owner),
        ("revision", &card.revision),
    ];
    let blank = |text: &beffroi_indicators::Text| ["fr", "en"].iter().any(|lang| text.of(lang).trim().is_empty());
    let mut found: Vec<Lack> =
        texts.into_iter().filter(|(_, text)| blank(text)).map(|(name, _)| Lack::Blank(name)).collect();
    if card.unit_of_count.trim().is_empty() {
        found.push(Lack::Blank("unit-of-count"));
    }
    let unknown = |name: &&String| !declared.iter().any(|(id, _)| id == name);
    if let Some(name) = card.sources.iter().find(unknown) {
        found.push(Lack::Source(format!("`{}` is not declared", name.chars().take(60).collect::<String>())));
    }
    if card.sources.is_empty() && !declared.iter().any(|(_, layer)| *layer == card.layer) {
        found.push(Lack::Source(format!("none that is declared measures the {} layer", card.layer.code())));
    }
    if card.examples.is_empty() {
        found.push(Lack::Example);
    }
    let versions = catalogue.versions(&card.code).unwrap_or_default();
    if versions.iter().any(|known| known.definition_version == card.definition_version && **known != *card) {
        found.push(Lack::Version(card.definition_version.clone()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECLARED: &[(&str, Layer)] = &[("synth-unites", Layer::Recorded)];

    fn card() -> &'static str {
        include_str!("../../../../pure/indicators/measures/digital-offences.toml")
    }

    fn lacking(text: &str, declared: &[(&str, Layer)]) -> Vec<Lack> {
        lacks(&Card::read(text).unwrap(), declared, &Catalogue::builtin())
    }

    #[test]
    fn a_card_without_source_unit_or_owner_is_told_each_of_them() {
        assert_eq!(lacking(card(), DECLARED), []);
        let bare = card()
            .replace("fr = \"infractions\"", "fr = \" \"")
            .replace("en = \"Cybercrime observatory\"", "en = \"\"")
            .replace("unit-of-count = \"infraction\"", "unit-of-count = \"\"");
        let found = lacking(&bare.replace("2025-1", "9"), DECLARED);
        assert_eq!(found, [Lack::Blank("unit"), Lack::Blank("owner"), Lack::Blank("unit-of-count")]);
        assert!(matches!(lacking(card(), &[])[..], [Lack::Source(_)]));
        let named =
            card().replace("additive = true", "additive = true\nsources = [\"nowhere\"]").replace("2025-1", "9");
        assert!(matches!(lacking(&named, DECLARED)[..], [Lack::Source(_)]));
    }

    #[test]
    fn a_changed_definition_takes_a_new_version() {
        let changed = card().replace("values = [\"complaint\", \"recorded-offence\"]", "values = [\"complaint\"]");
        assert_eq!(lacking(&changed, DECLARED), [Lack::Version("2025-1".to_owned())]);
        assert_eq!(lacking(&changed.replacen("2025-1", "2027-1", 1), DECLARED), []);
    }

    #[test]
    fn a_card_without_example_is_told_so() {
        let head = card().split("[[examples]]").next().unwrap().replacen("2025-1", "2027-1", 1);
        assert_eq!(lacking(&head, DECLARED), [Lack::Example]);
    }
}
