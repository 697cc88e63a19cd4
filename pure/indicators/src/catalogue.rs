//! The indicators that ship with the house.

use crate::{Card, CardError, Computation, IndicatorError};
use std::sync::{Arc, LazyLock};

/// The cards, in alphabetical order of their files. A new indicator is a file `CODE.toml` and a line here; a new version
/// of its definition leaves the one before it in a file `CODE@VERSION.toml` with a line of its own, for ever.
const CARDS: &[(&str, &str)] = &[
    ("assistance-requests", include_str!("../measures/assistance-requests.toml")),
    ("astad-offences", include_str!("../measures/astad-offences.toml")),
    ("astad-share", include_str!("../measures/astad-share.toml")),
    ("astad-share-published", include_str!("../measures/astad-share-published.toml")),
    ("bank-fraud-households", include_str!("../measures/bank-fraud-households.toml")),
    ("complaint-rate-bank-fraud", include_str!("../measures/complaint-rate-bank-fraud.toml")),
    ("complaints-within-72h", include_str!("../measures/complaints-within-72h.toml")),
    ("delay-median", include_str!("../measures/delay-median.toml")),
    ("delivered-within-30-days", include_str!("../measures/delivered-within-30-days.toml")),
    ("delivery-delay", include_str!("../measures/delivery-delay.toml")),
    ("digital-offences", include_str!("../measures/digital-offences.toml")),
    ("digital-offences-index", include_str!("../measures/digital-offences-index.toml")),
    ("digital-offences-published", include_str!("../measures/digital-offences-published.toml")),
    ("digital-offences-published@2024-1", include_str!("../measures/digital-offences-published@2024-1.toml")),
    ("digital-offences-published@2025-iln", include_str!("../measures/digital-offences-published@2025-iln.toml")),
    ("digital-offences-rate", include_str!("../measures/digital-offences-rate.toml")),
    ("digital-offences@2024-1", include_str!("../measures/digital-offences@2024-1.toml")),
    ("facts-dated", include_str!("../measures/facts-dated.toml")),
    ("fraud-rate", include_str!("../measures/fraud-rate.toml")),
    ("fraud-suspects", include_str!("../measures/fraud-suspects.toml")),
    ("fraud-victims", include_str!("../measures/fraud-victims.toml")),
    ("fraud-victims-monthly", include_str!("../measures/fraud-victims-monthly.toml")),
    ("institutions-share-published", include_str!("../measures/institutions-share-published.toml")),
    ("legal-persons-share", include_str!("../measures/legal-persons-share.toml")),
    ("legislation-share-published", include_str!("../measures/legislation-share-published.toml")),
    ("loss-completeness", include_str!("../measures/loss-completeness.toml")),
    ("loss-first-quartile", include_str!("../measures/loss-first-quartile.toml")),
    ("loss-mean", include_str!("../measures/loss-mean.toml")),
    ("loss-median", include_str!("../measures/loss-median.toml")),
    ("loss-third-quartile", include_str!("../measures/loss-third-quartile.toml")),
    ("losses", include_str!("../measures/losses.toml")),
    ("minors-share", include_str!("../measures/minors-share.toml")),
    ("not-located-share", include_str!("../measures/not-located-share.toml")),
    ("perceval-reports", include_str!("../measures/perceval-reports.toml")),
    ("persons-share-published", include_str!("../measures/persons-share-published.toml")),
    ("pharos-reports", include_str!("../measures/pharos-reports.toml")),
    ("phishing-domains", include_str!("../measures/phishing-domains.toml")),
    ("platform-delivered-within-30-days", include_str!("../measures/platform-delivered-within-30-days.toml")),
    ("platform-delivery-delay", include_str!("../measures/platform-delivery-delay.toml")),
    ("platform-loss-median", include_str!("../measures/platform-loss-median.toml")),
    ("platform-reported-within-72h", include_str!("../measures/platform-reported-within-72h.toml")),
    ("platform-reports", include_str!("../measures/platform-reports.toml")),
    ("property-share-published", include_str!("../measures/property-share-published.toml")),
    ("ransomware-claims", include_str!("../measures/ransomware-claims.toml")),
    ("ransomware-complaints", include_str!("../measures/ransomware-complaints.toml")),
    ("ransomware-industry-representation", include_str!("../measures/ransomware-industry-representation.toml")),
    ("ransomware-public-representation", include_str!("../measures/ransomware-public-representation.toml")),
    ("ransomware-range", include_str!("../measures/ransomware-range.toml")),
    ("ransomware-range-in-proportion", include_str!("../measures/ransomware-range-in-proportion.toml")),
    ("reporting-delay", include_str!("../measures/reporting-delay.toml")),
    ("sector-completeness", include_str!("../measures/sector-completeness.toml")),
    ("security-events", include_str!("../measures/security-events.toml")),
    ("thesee-declarations", include_str!("../measures/thesee-declarations.toml")),
    ("women-share", include_str!("../measures/women-share.toml")),
];

/// A list of cards, with the earlier versions of their definitions. Cloning is cheap.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    cards: Arc<[Card]>,
    earlier: Arc<[Card]>,
}

impl Catalogue {
    /// The cards that ship with the house. (A test reads each of them: none can be missing here.)
    pub fn builtin() -> Self {
        static HOUSE: LazyLock<Catalogue> = LazyLock::new(|| {
            let cards = CARDS.iter().filter_map(|(name, text)| Some((*name, Card::read(text).ok()?)));
            let (earlier, cards) = cards.partition::<Vec<_>, _>(|(name, _)| name.contains('@'));
            let only = |cards: Vec<(&str, Card)>| cards.into_iter().map(|(_, card)| card).collect::<Vec<_>>();
            Catalogue { cards: only(cards).into(), earlier: in_order(only(earlier)).into() }
        });
        HOUSE.clone()
    }

    /// The cards of these texts (name, TOML), as an installation adds its own. A name with `@` is that of an earlier
    /// version, `CODE@VERSION`.
    ///
    /// # Errors
    /// [`CardError`] for the first card that cannot be read, that repeats a code or a version, or for an earlier version
    /// without its indicator or under another name.
    pub fn read(texts: &[(&str, &str)]) -> Result<Self, CardError> {
        let (mut cards, mut earlier): (Vec<Card>, Vec<Card>) = (Vec::new(), Vec::new());
        for (name, text) in texts {
            let fault = |what: String| CardError { what: format!("{name}: {what}") };
            let card = Card::read(text).map_err(|e| fault(e.what))?;
            let full = format!("{}@{}", card.code, card.definition_version);
            if !name.contains('@') {
                if cards.iter().any(|c| c.code == card.code) {
                    return Err(fault(format!("the code `{}` is taken", card.code)));
                }
                cards.push(card);
            } else if *name == full {
                earlier.push(card);
            } else {
                return Err(fault(format!("an earlier version of this card is named `{full}`")));
            }
        }
        for card in &earlier {
            let same = |other: &&Card| other.code == card.code && other.definition_version == card.definition_version;
            let fault = |what: &str| CardError { what: format!("{}@{}: {what}", card.code, card.definition_version) };
            if !cards.iter().any(|c| c.code == card.code) {
                return Err(fault("there is no card of that code now"));
            }
            if cards.iter().chain(&earlier).filter(same).count() > 1 {
                return Err(fault("that version stands twice"));
            }
        }
        cards.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Self { cards: cards.into(), earlier: in_order(earlier).into() })
    }

    /// Every card, as defined now.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The card of that code, as defined now.
    ///
    /// # Errors
    /// [`IndicatorError::UnknownIndicator`], with the codes there are.
    pub fn card(&self, code: &str) -> Result<&Card, IndicatorError> {
        self.cards.iter().find(|c| c.code == code).ok_or_else(|| IndicatorError::UnknownIndicator {
            code: code.chars().take(80).collect(),
            known: self.cards.iter().map(|c| c.code.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    /// Every version of that card: the earlier ones in the order of their names, then the one of now.
    ///
    /// # Errors
    /// As [`Catalogue::card`].
    pub fn versions(&self, code: &str) -> Result<Vec<&Card>, IndicatorError> {
        let now = self.card(code)?;
        Ok(self.earlier.iter().filter(|card| card.code == code).chain([now]).collect())
    }

    /// The card of that code under a version of its definition; as defined now for none. A version that no card bears is
    /// left to the publisher's, for published counts whose card names none.
    ///
    /// # Errors
    /// As [`Catalogue::card`]; [`IndicatorError::UnknownDefinition`] with the versions there are.
    pub fn under(&self, code: &str, definition: Option<&str>) -> Result<&Card, IndicatorError> {
        let now = self.card(code)?;
        let versions = self.versions(code)?;
        let Some(asked) = definition else { return Ok(now) };
        let found = versions.iter().find(|card| card.definition_version == asked);
        let of_publisher = matches!(now.computation, Computation::Counts { definition: None, .. }).then_some(now);
        found.copied().or(of_publisher).ok_or_else(|| IndicatorError::UnknownDefinition {
            indicator: code.to_owned(),
            asked: asked.chars().take(80).collect(),
            known: versions.iter().map(|card| card.definition_version.as_str()).collect::<Vec<_>>().join("`, `"),
        })
    }
}

/// Earlier versions in the order of their codes and versions.
fn in_order(mut cards: Vec<Card>) -> Vec<Card> {
    cards.sort_by(|a, b| (&a.code, &a.definition_version).cmp(&(&b.code, &b.definition_version)));
    cards
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
        assert!(catalogue == Catalogue::builtin(), "read one by one, and read at once");
        let codes: Vec<&str> = catalogue.cards().iter().map(|c| c.code.as_str()).collect();
        let now: Vec<&str> = listed.into_iter().filter(|name| !name.contains('@')).collect();
        assert_eq!(codes, now);
        assert!(codes.len() >= 25, "a yearly report needs that many");
    }

    #[test]
    fn every_card_says_what_a_reader_needs() {
        for card in Catalogue::builtin().cards() {
            let texts =
                [&card.label, &card.definition, &card.formula, &card.field, &card.unit, &card.owner, &card.revision];
            for text in texts {
                assert!(!text.fr.trim().is_empty() && !text.en.trim().is_empty(), "{}", card.code);
            }
            assert!(!card.examples.is_empty(), "{} has no worked example", card.code);
            assert!(!card.dimensions.is_empty(), "{}", card.code);
        }
    }

    #[test]
    fn an_earlier_version_stands_beside_the_card_of_now() {
        let catalogue = Catalogue::builtin();
        let versions: Vec<&str> = catalogue
            .versions("digital-offences-published")
            .unwrap()
            .iter()
            .map(|card| card.definition_version.as_str())
            .collect();
        assert_eq!(versions, ["2024-1", "2025-iln", "2025-1"]);
        assert_eq!(catalogue.under("digital-offences", Some("2024-1")).unwrap().definition_version, "2024-1");
        assert_eq!(catalogue.under("digital-offences", None).unwrap().definition_version, "2025-1");
        let unknown = catalogue.under("digital-offences", Some("1999")).unwrap_err();
        assert!(unknown.to_string().contains("`2024-1`, `2025-1`"), "{unknown}");

        let text = include_str!("../measures/digital-offences.toml");
        for (names, told) in [
            (["digital-offences", "digital-offences@2024-1"], "is named"),
            (["digital-offences", "digital-offences@2025-1"], "twice"),
            (["digital-offences@2025-1", "digital-offences@2025-1"], "no card"),
        ] {
            let error = Catalogue::read(&names.map(|name| (name, text))).unwrap_err();
            assert!(error.what.contains(told), "{error}");
        }
    }

    #[test]
    fn an_unknown_code_is_answered_with_the_known_ones() {
        let error = Catalogue::builtin().card("nope").unwrap_err();
        assert!(error.is_user_fault() && error.to_string().contains("fraud-rate"));
    }
}
