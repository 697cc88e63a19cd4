//! Indicators as the faces ask for them: the list, a card as a sheet, published figures, and their forms on the way out.
//!
//! Figures leave the house protected ([`published`]); the raw ones ([`computed`]) are for work inside it.

mod export;
mod follow;
mod proposal;
mod publication;
mod releases;
mod revisions;
mod sheet;

pub use beffroi_indicators::{
    Adjustment, Card, Catalogue, Certificate, CodeListVersion, Coefficient, Comparison, Figure, Figures,
    IndicatorError, Request, Text,
};
pub use export::{ExportTable, to_csv, to_json, to_table};
pub use follow::{coefficient_in_words, definitions_table, publication_table, revisions_table, triangle_table};
pub use proposal::{Lack, Proposal, ProposalError, proposed};
pub use publication::{
    Asked, Printed, Publication, PublicationError, freeze, not_telling, publications, published_under,
    read as read_publication,
};
pub use releases::{Telling, telling};
pub use revisions::{Cell, Reason, Revision, Revisions, Triangle, revisions, triangle};
pub use sheet::{IndicatorLine, Sheet, SheetBreak, list, sheet};

use beffroi_model::Period;
use beffroi_ports::{Dimension, Facts};
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
    let card = catalogue.under(code, request.definition.as_deref())?;
    beffroi_indicators::compute(facts, card, request, now, program_version).await
}

/// The figures of indicator `code` under each of its definitions, the oldest first, as they may be published. The last
/// ones, of today's definition, carry the coefficients of break that link the others to them.
///
/// # Errors
/// As [`published`].
pub async fn definitions(
    facts: &dyn Facts,
    code: &str,
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Vec<Figures>, IndicatorError> {
    let protect = |figures: Figures| beffroi_indicators::protect_figures(&figures);
    let catalogue = Catalogue::builtin();
    beffroi_indicators::side_by_side(facts, &catalogue, code, request, now, program_version, protect).await
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
    let comparison = beffroi_indicators::compare_under(facts, &catalogue, code, request, now, program_version).await?;
    let (from, to) = (comparison.from, comparison.to);
    let by = Dimension::ALL.into_iter().filter(|d| d.grain() == Some(from.grain())).collect();
    let shown = published(facts, code, &Request { by, ..request.clone() }, now, program_version).await?;
    let is_shown = |period: &Period| shown.value(&[&period.to_string()]).is_some();
    match [from, to].into_iter().find(|period| !is_shown(period)) {
        Some(period) => Err(IndicatorError::NoFigure { indicator: code.to_owned(), period }),
        None => Ok(comparison),
    }
}

#[cfg(test)]
mod tests;
