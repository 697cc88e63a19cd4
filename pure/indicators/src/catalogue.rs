//! The indicators that ship with the house.

use crate::{Card, CardError, IndicatorError};

/// The cards, in alphabetical order of their codes. A new indicator is a file and a line here.
const CARDS: &[(&str, &str)] = &[
    ("bank-fraud-households", include_str!("../measures/bank-fraud-households.toml")),
    ("digital-offences", include_str!("../measures/digital-offences.toml")),
    ("fraud-rate", include_str!("../measures/fraud-rate.toml")),
    ("fraud-victims", include_str!("../measures/fraud-victims.toml")),
    ("losses", include_str!("../measures/losses.toml")),
    ("platform-reports", include_str!("../measures/platform-reports.toml")),
    ("ransomware-claims", include_str!("../measures/ransomware-claims.toml")),
    ("reporting-delay", include_str!("../measures/reporting-delay.toml")),
];

/// A list of cards.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    cards: Vec<Card>,
}

impl Catalogue {
    /// The cards that ship with the house. (A test reads each of them: none can be missing here.)
    pub fn builtin() -> Self {
        Self { cards: CARDS.iter().filter_map(|(_, text)| Card::read(text).ok()).collect() }
    }

    /// The cards of these texts (name, TOML), as an installation adds its own.
    ///
    /// # Errors
    /// [`CardError`] for the first card that cannot be read, or that repeats a code.
    pub fn read(texts: &[(&str, &str)]) -> Result<Self, CardError> {
        let mut cards: Vec<Card> = Vec::new();
        for (name, text) in texts {
            let card = Card::read(text).map_err(|e| CardError { what: format!("{name}: {}", e.what) })?;
            if cards.iter().any(|c| c.code == card.code) {
                return Err(CardError { what: format!("{name}: the code `{}` is taken", card.code) });
            }
            cards.push(card);
        }
        cards.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Self { cards })
    }

    /// Every card.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The card of that code.
    ///
    /// # Errors
    /// [`IndicatorError::UnknownIndicator`], with the codes there are.
    pub fn card(&self, code: &str) -> Result<&Card, IndicatorError> {
        self.cards.iter().find(|c| c.code == code).ok_or_else(|| IndicatorError::UnknownIndicator {
            code: code.chars().take(80).collect(),
            known: self.cards.iter().map(|c| c.code.as_str()).collect::<Vec<_>>().join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_card_reads_is_listed_and_is_named_as_its_file() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("measures");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let listed: Vec<&str> = CARDS.iter().map(|(name, _)| *name).collect();
        assert_eq!(files, listed, "each file of measures/ has its line in CARDS, in alphabetical order");
        let catalogue = Catalogue::read(CARDS).unwrap();
        assert_eq!(catalogue, Catalogue::builtin());
        let codes: Vec<&str> = catalogue.cards().iter().map(|c| c.code.as_str()).collect();
        assert_eq!(codes, listed);
    }

    #[test]
    fn every_card_says_what_a_reader_needs() {
        for card in Catalogue::builtin().cards() {
            for text in [&card.label, &card.definition, &card.unit, &card.owner, &card.revision] {
                assert!(!text.fr.trim().is_empty() && !text.en.trim().is_empty(), "{}", card.code);
            }
            assert!(!card.examples.is_empty(), "{} has no worked example", card.code);
            assert!(!card.dimensions.is_empty(), "{}", card.code);
        }
    }

    #[test]
    fn an_unknown_code_is_answered_with_the_known_ones() {
        let error = Catalogue::builtin().card("nope").unwrap_err();
        assert!(error.is_user_fault() && error.to_string().contains("fraud-rate"));
    }
}
