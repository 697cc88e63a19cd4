//! Indicators as the faces ask for them: the list, a card as a sheet, published figures, and their forms on the way out.
//!
//! Figures leave the house protected ([`published`]); the raw ones ([`computed`]) are for work inside it.

mod export;
mod sheet;

pub use beffroi_indicators::{
    Card, Catalogue, Certificate, CodeListVersion, Comparison, Figure, Figures, IndicatorError, Request,
};
pub use export::{ExportTable, to_csv, to_json, to_table};
pub use sheet::{IndicatorLine, Sheet, SheetBreak, list, sheet};

use beffroi_ports::Facts;
use jiff::Timestamp;

/// The figures of indicator `code` as they may be published: small ones hidden, and what would give them away.
///
/// # Errors
/// An [`IndicatorError`] that says why there is no figure; [`IndicatorError::is_user_fault`] tells whose fault it is.
pub async fn published(
    facts: &dyn Facts,
    code: &str,
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Figures, IndicatorError> {
    beffroi_indicators::protect_figures(&computed(facts, code, request, now, program_version).await?)
}

/// The figures of indicator `code` as computed, small ones flagged: not for publication.
///
/// # Errors
/// As [`published`].
pub async fn computed(
    facts: &dyn Facts,
    code: &str,
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Figures, IndicatorError> {
    let catalogue = Catalogue::builtin();
    beffroi_indicators::compute(facts, catalogue.card(code)?, request, now, program_version).await
}

/// The growth of indicator `code` from `request.from` to `request.to`, refused across a break or two definitions, and
/// when either value is too small to be published.
///
/// # Errors
/// As [`published`].
pub async fn compared(
    facts: &dyn Facts,
    code: &str,
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Comparison, IndicatorError> {
    let catalogue = Catalogue::builtin();
    let card = catalogue.card(code)?;
    let comparison = beffroi_indicators::compare(facts, card, request, now, program_version).await?;
    let threshold = f64::from(card.disclosure_threshold);
    let small = [(comparison.from, comparison.before), (comparison.to, comparison.after)]
        .into_iter()
        .find(|(_, value)| card.additive && *value > 0.0 && *value < threshold);
    match small {
        Some((period, _)) => Err(IndicatorError::NoFigure { indicator: card.code.clone(), period }),
        None => Ok(comparison),
    }
}

#[cfg(test)]
mod tests;
