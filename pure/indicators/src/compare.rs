//! Growth between two periods, and its refusal.

use crate::{Card, Certificate, IndicatorError, Request, compute};
use beffroi_model::Period;
use beffroi_ports::{Dimension, Facts};
use beffroi_statistics::growth;
use jiff::Timestamp;
use serde::Serialize;

/// A growth between two periods.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The indicator's code.
    pub indicator: String,
    /// The earlier period.
    pub from: Period,
    /// The later period.
    pub to: Period,
    /// The value of the earlier.
    pub before: f64,
    /// The value of the later.
    pub after: f64,
    /// Relative change, as a ratio.
    pub growth: f64,
    /// What both values were made of.
    pub certificate: Certificate,
}

/// The growth of an indicator from `request.from` to `request.to`, over the rows that the request's filters keep
/// (`request.by` is not read).
///
/// # Errors
/// [`IndicatorError::Break`] and [`IndicatorError::Definitions`] when the two are not comparable,
/// [`IndicatorError::NoFigure`] when one of them is missing, [`IndicatorError::Statistics`] on a base of zero, and those
/// of [`compute`].
pub async fn compare(
    facts: &dyn Facts,
    card: &Card,
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Comparison, IndicatorError> {
    let (Some(from), Some(to)) = (request.from, request.to) else {
        return Err(IndicatorError::Request { what: "a growth needs a first and a last period".into() });
    };
    if from.grain() != to.grain() || from.start() >= to.start() {
        let what =
            format!("a growth goes from one period to a later one of the same kind, and not from {from} to {to}");
        return Err(IndicatorError::Request { what });
    }
    refuse_break(card, from, to)?;
    let by = Dimension::ALL.into_iter().filter(|d| d.grain() == Some(from.grain())).collect();
    let figures = compute(facts, card, &Request { by, ..request.clone() }, now, program_version).await?;
    let of = |period: Period| {
        figures
            .figure(&[&period.to_string()])
            .and_then(|figure| Some((figure.value?, figure.definition.clone())))
            .ok_or_else(|| IndicatorError::NoFigure { indicator: card.code.clone(), period })
    };
    let ((before, first), (after, second)) = (of(from)?, of(to)?);
    if first != second {
        return Err(IndicatorError::Definitions {
            indicator: card.code.clone(),
            from,
            to,
            before: first.unwrap_or_default(),
            after: second.unwrap_or_default(),
        });
    }
    let growth = growth(before, after)?;
    Ok(Comparison { indicator: card.code.clone(), from, to, before, after, growth, certificate: figures.certificate })
}

fn refuse_break(card: &Card, from: Period, to: Period) -> Result<(), IndicatorError> {
    match card.break_between(from, to) {
        None => Ok(()),
        Some(b) => {
            Err(IndicatorError::Break { indicator: card.code.clone(), from, to, at: b.at, reason: b.label.en.clone() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;
    use crate::examples::{count, lake_of_counts, now, ready};

    fn ask(from: &str, to: &str) -> Request {
        Request { from: from.parse().ok(), to: to.parse().ok(), ..Request::default() }
    }

    #[test]
    fn growth_within_one_definition_only() {
        let catalogue = Catalogue::builtin();
        let card = catalogue.card("fraud-victims").unwrap();
        let mut counts = vec![
            count("ssmsi-series", "2021", "FR", 400.0, None),
            count("ssmsi-series", "2023", "FR", 500.0, None),
            count("ssmsi-series", "2024", "FR", 550.0, None),
            count("ssmsi-series", "2025", "FR", 560.0, None),
        ];
        for row in &mut counts {
            row.source = card.sources[0].parse().unwrap();
            row.series = "escroqueries".into();
        }
        counts[3].definition_version = "new".into();
        let facts = lake_of_counts(counts);
        let run = |from: &str, to: &str| ready(compare(&facts, card, &ask(from, to), now(), "1"));
        assert_eq!(run("2023", "2024").unwrap().growth, 0.1);
        assert!(matches!(run("2021", "2023"), Err(IndicatorError::Break { .. })), "THESEE joins in between");
        assert!(matches!(run("2024", "2025"), Err(IndicatorError::Definitions { .. })));
        assert!(matches!(run("2025", "2026"), Err(IndicatorError::NoFigure { .. })));
        assert!(matches!(run("2024", "2023"), Err(IndicatorError::Request { .. })));
        assert!(matches!(run("2023", "2024-01"), Err(IndicatorError::Request { .. })));
    }
}
