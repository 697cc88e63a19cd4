//! Growth between two periods, and its refusal.

use crate::{Card, Catalogue, Certificate, IndicatorError, Request, compute};
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
    let found = values(facts, card, request, now, program_version).await?;
    let ((before, first), (after, second)) = (&found.before, &found.after);
    if first != second {
        let mut under = None;
        for definition in [second, first].into_iter().flatten() {
            let own = Request { definition: Some(definition.clone()), ..request.clone() };
            if under.is_none() && values(facts, card, &own, now, program_version).await.is_ok() {
                under = Some(definition.as_str());
            }
        }
        return Err(IndicatorError::Definitions {
            indicator: card.code.clone(),
            from,
            to,
            before: first.clone().unwrap_or_default(),
            after: second.clone().unwrap_or_default(),
            remedy: remedy(&card.code, from, to, under),
        });
    }
    let (before, after) = (*before, *after);
    let growth = growth(before, after)?;
    Ok(Comparison { indicator: card.code.clone(), from, to, before, after, growth, certificate: found.certificate })
}

/// The growth of an indicator under the version of its definition that the request names, or that of now. Where a period
/// is not known under it, the refusal names the version under which both are.
///
/// # Errors
/// As [`compare`], and [`IndicatorError::UnknownIndicator`] and [`IndicatorError::UnknownDefinition`].
pub async fn compare_under(
    facts: &dyn Facts,
    catalogue: &Catalogue,
    code: &str,
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Comparison, IndicatorError> {
    let card = catalogue.under(code, request.definition.as_deref())?;
    let refused = match compare(facts, card, request, now, program_version).await {
        Err(IndicatorError::NoFigure { period, .. }) => period,
        other => return other,
    };
    let versions = catalogue.versions(code)?;
    let mut known = None;
    for other in versions.iter().rev().filter(|other| other.definition_version != card.definition_version) {
        let own = Request { definition: None, ..request.clone() };
        if known.is_none() && compare(facts, other, &own, now, program_version).await.is_ok() {
            known = Some(other.definition_version.as_str());
        }
    }
    match (known, request.from.zip(request.to)) {
        (Some(other), Some((from, to))) => {
            let earlier = if refused == from { other } else { card.definition_version.as_str() };
            let later = if refused == from { card.definition_version.as_str() } else { other };
            Err(IndicatorError::Definitions {
                indicator: code.to_owned(),
                from,
                to,
                before: earlier.to_owned(),
                after: later.to_owned(),
                remedy: remedy(code, from, to, Some(other)),
            })
        }
        _ => Err(IndicatorError::NoFigure { indicator: code.to_owned(), period: refused }),
    }
}

/// What to do instead of a growth across definitions.
fn remedy(code: &str, from: Period, to: Period, under: Option<&str>) -> String {
    match under {
        Some(definition) => format!(
            "recompute both under one definition: beffroi indicator compare {code} --from {from} --to {to} --definition '{definition}'"
        ),
        None => format!(
            "no definition counts both: have the publisher recompute one of them, and read them side by side until then: beffroi indicator definitions {code}"
        ),
    }
}

/// The two values of a growth, each with the publisher's definition, if any.
struct Values {
    before: (f64, Option<String>),
    after: (f64, Option<String>),
    certificate: Certificate,
}

async fn values(
    facts: &dyn Facts,
    card: &Card,
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Values, IndicatorError> {
    let (Some(from), Some(to)) = (request.from, request.to) else {
        return Err(IndicatorError::Request { what: "a growth needs a first and a last period".into() });
    };
    let by = Dimension::ALL.into_iter().filter(|d| d.grain() == Some(from.grain())).collect();
    let figures = compute(facts, card, &Request { by, ..request.clone() }, now, program_version).await?;
    let of = |period: Period| {
        figures
            .figure(&[&period.to_string()])
            .and_then(|figure| Some((figure.value?, figure.definition.clone())))
            .ok_or_else(|| IndicatorError::NoFigure { indicator: card.code.clone(), period })
    };
    Ok(Values { before: of(from)?, after: of(to)?, certificate: figures.certificate })
}

fn refuse_break(card: &Card, from: Period, to: Period) -> Result<(), IndicatorError> {
    match card.break_between(from, to) {
        None => Ok(()),
        Some(b) => Err(IndicatorError::Break {
            indicator: card.code.clone(),
            from,
            to,
            at: b.at,
            reason: b.label.en.clone(),
            remedy: format!(
                "compare two periods on one side of it, or read both ways of counting side by side: beffroi indicator definitions {}",
                card.code
            ),
        }),
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
        let refused = run("2024", "2025").unwrap_err();
        assert!(matches!(refused, IndicatorError::Definitions { .. }));
        assert!(refused.to_string().contains("no definition counts both"), "{refused}");
        assert!(matches!(run("2025", "2026"), Err(IndicatorError::NoFigure { .. })));
        assert!(matches!(run("2024", "2023"), Err(IndicatorError::Request { .. })));
        assert!(matches!(run("2023", "2024-01"), Err(IndicatorError::Request { .. })));
    }
}
