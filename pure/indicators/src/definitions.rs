//! One indicator under several definitions, side by side, and the coefficient that links them.

use crate::{Catalogue, Figures, IndicatorError, Request, compute};
use beffroi_ports::Facts;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// By how much a new definition counts more or less than an old one, where both are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The old definition.
    pub from: String,
    /// The new definition.
    pub to: String,
    /// The keys for which both have a value.
    pub overlap: Vec<Vec<Option<String>>>,
    /// New over old, over the whole overlap.
    pub ratio: f64,
    /// The least and the greatest ratio among the figures of the overlap.
    pub range: (f64, f64),
}

/// The coefficient of break from `old` to `new`: the ratio of their sums over the figures that both have. None where
/// they share none above zero.
pub fn coefficient(old: &Figures, new: &Figures) -> Option<Coefficient> {
    let value_of = |keys: &[Option<String>]| new.rows.iter().find(|row| row.keys == keys)?.value;
    let pairs: Vec<_> = old
        .rows
        .iter()
        .filter_map(|row| Some((row.keys.clone(), row.value?, value_of(&row.keys)?)))
        .filter(|(_, before, after)| *before > 0.0 && *after > 0.0)
        .collect();
    let before: f64 = pairs.iter().map(|(_, before, _)| before).sum();
    let after: f64 = pairs.iter().map(|(_, _, after)| after).sum();
    let ratios = || pairs.iter().map(|(_, before, after)| after / before);
    let range = (ratios().min_by(f64::total_cmp)?, ratios().max_by(f64::total_cmp)?);
    Some(Coefficient {
        from: old.certificate.definition_version.clone(),
        to: new.certificate.definition_version.clone(),
        overlap: pairs.into_iter().map(|(keys, _, _)| keys).collect(),
        ratio: after / before,
        range,
    })
}

/// The figures of an indicator under each definition that the catalogue keeps, the oldest first, each as `shown` makes
/// it (protected, for whatever leaves the house). Those of the newest carry the coefficients that link each of the
/// others to them, made of what is shown. Figures of two definitions are never added, nor is a growth made across them.
///
/// # Errors
/// Those of [`compute`], and of `shown`.
pub async fn side_by_side(
    facts: &dyn Facts,
    catalogue: &Catalogue,
    code: &str,
    request: &Request,
    now: Timestamp,
    program_version: &str,
    shown: fn(Figures) -> Result<Figures, IndicatorError>,
) -> Result<Vec<Figures>, IndicatorError> {
    let mut all = Vec::new();
    for card in catalogue.versions(code)? {
        let own = Request { definition: None, ..request.clone() };
        all.push(shown(compute(facts, card, &own, now, program_version).await?)?);
    }
    if let Some((newest, older)) = all.split_last_mut() {
        newest.coefficients = older.iter().filter_map(|old| coefficient(old, newest)).collect();
    }
    Ok(all)
}
