//! Formulas over two or three counts of reports: shares, means, completeness, and what lies between a low and a high
//! bound where the reports do not always say what they are about.

use crate::card::counts_rows;
use crate::compute::Made;
use crate::figures::Figure;
use crate::reports::{Asked, Found, Groups};
use crate::{Allocation, IndicatorError, Range, Ratio};
use beffroi_ports::{Filter, Measure};

fn at(groups: &Groups, keys: &[Option<String>], i: usize) -> Option<f64> {
    groups.get(keys).and_then(|values| values.get(i).copied().flatten())
}

/// One measure over another, in the groups of the denominator. Where nothing is divided by, nothing is told.
pub(crate) async fn ratio(asked: &Asked<'_>, ratio: &Ratio) -> Result<Made, IndicatorError> {
    let own: [&[Filter]; 1] = [&ratio.filters];
    let (mut made, found) = asked.provenance(&own).await?;
    if found == Found::Nothing {
        return Ok(made);
    }
    let units = |measure| if counts_rows(measure) { measure } else { Measure::LossKnown };
    let wholes = asked.groups(&[ratio.denominator, units(ratio.denominator)], &made.filters).await?;
    let of_which = asked.filters(&[&ratio.filters, &ratio.of_which]);
    let parts = asked.groups(&[ratio.numerator, units(ratio.numerator)], &of_which).await?;
    let rule = asked.rule();
    let per = ratio.per / ratio.reference.as_ref().map_or(1.0, |reference| reference.share);
    let figure = |keys: &Vec<Option<String>>| {
        let (whole, n) = (at(&wholes, keys, 0), at(&wholes, keys, 1));
        let (part, k) = (at(&parts, keys, 0).unwrap_or_default(), at(&parts, keys, 1).unwrap_or_default());
        let guards = if ratio.is_share() { vec![k, n.unwrap_or_default() - k] } else { vec![k] };
        let figure = Figure {
            numerator: Some(part).filter(|_| ratio.is_share()),
            denominator: whole.filter(|_| ratio.is_share()),
            contributors: n,
            small: n.is_some_and(|n| rule.is_small(n)) || guards.iter().any(|n| rule.is_small(*n)),
            guards,
            ..Figure::not_available(keys.clone())
        };
        figure.with_value(whole.filter(|whole| *whole > 0.0).map(|whole| part / whole * per))
    };
    made.rows = wholes.keys().map(figure).collect();
    Ok(made)
}

/// The low and the high bound, with the part of the reports that say what they are about.
pub(crate) async fn range(asked: &Asked<'_>, range: &Range) -> Result<Made, IndicatorError> {
    let own: [&[Filter]; 1] = [&range.filters];
    let (mut made, found) = asked.provenance(&own).await?;
    if found == Found::Nothing {
        return Ok(made);
    }
    let all = asked.groups(&[Measure::Count], &made.filters).await?;
    let known = asked.groups(&[Measure::Count], &asked.filters(&[&range.filters, &range.known])).await?;
    let unknown = asked.groups(&[Measure::Count], &asked.filters(&[&range.filters, &range.unknown])).await?;
    let rule = asked.rule();
    let figure = |keys: &Vec<Option<String>>| {
        let of = |groups| at(groups, keys, 0).unwrap_or_default();
        let (all, low, silent) = (of(&all), of(&known), of(&unknown));
        let said = all - silent;
        let added = match range.allocation {
            Allocation::All => Some(silent),
            Allocation::InProportion if silent == 0.0 => Some(0.0),
            // Where no report says anything, no proportion is known.
            Allocation::InProportion => (said > 0.0).then(|| silent * low / said),
        };
        let figure = Figure {
            interval: added.map(|added| (low, low + added)),
            completeness: (all > 0.0).then(|| said / all),
            contributors: Some(all),
            small: [low, silent, said - low, all].into_iter().any(|n| rule.is_small(n)),
            guards: vec![low, silent, said - low],
            ..Figure::not_available(keys.clone())
        };
        figure.with_value(Some(low).filter(|_| all > 0.0))
    };
    made.rows = all.keys().map(figure).collect();
    Ok(made)
}
