//! What guards ask of the catalogue of indicators.

use beffroi_indicators::Catalogue;
use beffroi_model::{Grain, Period};
use beffroi_register::{Context, Refusal};
use jiff::civil::Date;

/// The field `indicator` names a card of the catalogue.
pub(super) fn known(context: &Context<'_>) -> Result<(), Refusal> {
    let code = context.value("indicator");
    if code.is_empty() || Catalogue::builtin().card(code).is_ok() {
        return Ok(());
    }
    Err(Refusal::new().at("indicator").with("code", code))
}

/// The versions under which an indicator is defined, the oldest first.
pub(super) fn versions(code: &str) -> Vec<String> {
    let catalogue = Catalogue::builtin();
    let cards = catalogue.versions(code).unwrap_or_default();
    cards.into_iter().map(|card| card.definition_version.clone()).collect()
}

/// The declared break of an indicator that lies within a span of days: the first period counted in the new way.
pub(super) fn break_within(code: &str, from: Date, to: Date) -> Option<Period> {
    let catalogue = Catalogue::builtin();
    let card = catalogue.card(code).ok()?;
    let day = |day| Period::containing(day, Grain::Day);
    card.break_between(day(from), day(to)).map(|broken| broken.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_break_lies_within_the_days_that_it_splits() {
        let found = break_within("digital-offences", date(2021, 1, 1), date(2023, 12, 31));
        assert_eq!(found.map(|at| at.to_string()).as_deref(), Some("2022-03"));
        assert!(break_within("digital-offences", date(2022, 3, 1), date(2023, 12, 31)).is_none());
        assert!(break_within("no-such", date(2021, 1, 1), date(2023, 12, 31)).is_none());
    }

    #[test]
    fn versions_are_those_of_the_catalogue() {
        assert_eq!(versions("digital-offences-published"), ["2024-1", "2025-iln", "2025-1"]);
        assert!(versions("no-such").is_empty());
    }
}
