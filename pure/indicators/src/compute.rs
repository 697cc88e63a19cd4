//! From a card and a request to figures.

use crate::figures::{Figure, Figures};
use crate::reports::{Asked, Measured};
use crate::{Card, Certificate, Computation, IndicatorError, Request, SourceVintage};
use beffroi_ports::{Dimension, Facts, Filter, Snapshot};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What a computation hands back, before the certificate is written.
pub(crate) struct Made {
    pub(crate) rows: Vec<Figure>,
    pub(crate) units: Vec<String>,
    pub(crate) sources: BTreeSet<SourceVintage>,
    pub(crate) filters: Vec<Filter>,
    pub(crate) synthetic: bool,
}

impl Made {
    /// No figure yet.
    pub(crate) fn nothing(card: &Card, request: &Request) -> Self {
        Self {
            rows: Vec::new(),
            units: vec![card.unit_of_count.clone()],
            sources: BTreeSet::new(),
            filters: request.filters.clone(),
            synthetic: false,
        }
    }
}

/// A card before one state of the lake.
pub(crate) struct State<'a> {
    facts: &'a dyn Facts,
    pub(crate) card: &'a Card,
    snapshot: Option<u64>,
    seen: &'a [Snapshot],
}

impl State<'_> {
    /// The figures as the card's formula makes them.
    pub(crate) async fn made(&self, request: &Request) -> Result<Made, IndicatorError> {
        let Self { facts, card, snapshot, seen } = *self;
        let asked = Asked { facts, card, request, snapshot, seen };
        match &card.computation {
            Computation::Reports { measure, scale, filters, rate_per } => {
                let measured = Measured { measure: *measure, scale: *scale, filters, rate_per: *rate_per };
                crate::reports::figures(&asked, &measured).await
            }
            Computation::Ratio(ratio) => crate::formulas::ratio(&asked, ratio).await,
            Computation::Range(range) => crate::formulas::range(&asked, range).await,
            Computation::Counts { series, whole, country, units, rate_per, definition, share } => {
                let (definition, share) = (definition.as_deref(), share.as_ref());
                let counted =
                    crate::counts::Counted { series, whole, country, units, rate_per: *rate_per, definition, share };
                crate::counts::figures(facts, card, &counted, request, snapshot).await
            }
        }
    }
}

/// Computes the figures of `card` that `request` asks for. The snapshot is settled first and read throughout, so that
/// the figures are of one state of the lake; same snapshot, same card, same request: same figures.
///
/// A day as of which the facts were known is a snapshot for reports (the last one that had landed) and a limit to the
/// vintages for published counts.
///
/// `now` and `program_version` go into the certificate only.
///
/// # Errors
/// An [`IndicatorError`] that says why the request means nothing, or why the lake could not answer.
pub async fn compute(
    facts: &dyn Facts,
    card: &Card,
    request: &Request,
    now: Timestamp,
    program_version: &str,
) -> Result<Figures, IndicatorError> {
    check(card, request)?;
    let mut seen = facts.snapshots().await?;
    let latest = seen.last().map(|s| s.number);
    // Published counts are known from their vintage on, whenever they were brought in.
    if let (Some(day), false) = (request.known_on, matches!(card.computation, Computation::Counts { .. })) {
        seen.truncate(seen.iter().take_while(|s| s.delivery.day() <= day).count());
    }
    let last = seen.last().map(|s| s.number);
    let snapshot = match (request.snapshot, request.known_on, last) {
        // A snapshot that is none is refused by the lake, known on a day or not.
        (Some(asked), Some(_), Some(last)) if Some(asked) <= latest => Some(asked.min(last)),
        (Some(asked), ..) => Some(asked),
        (None, _, last) => last,
    };
    let unknown_yet = latest.is_some() && seen.is_empty();
    seen.retain(|s| snapshot.is_none_or(|n| s.number <= n));

    let (mut made, method) = if unknown_yet {
        (Made::nothing(card, request), None)
    } else {
        let state = State { facts, card, snapshot, seen: &seen };
        let made = state.made(request).await?;
        crate::transform::transform(&state, request, made).await?
    };
    // A single figure was asked for, and there is none: that is said, and is no zero.
    if made.rows.is_empty() && request.by.is_empty() {
        made.rows.push(Figure::not_available(Vec::new()));
    }
    let mut certificate = Certificate {
        id: String::new(),
        indicator: card.code.clone(),
        definition_version: card.definition_version.clone(),
        code_lists: crate::code_lists::versions(&card.code_lists, &request.lists),
        snapshot: snapshot.filter(|_| !unknown_yet).unwrap_or(0),
        unit_of_count: made.units.join(", "),
        layer: card.layer,
        sources: made.sources.into_iter().collect(),
        period: period_of(request, &made.rows),
        known_on: request.known_on,
        method,
        filters: made.filters.iter().map(|f| format!("{}={}", f.dimension.code(), f.values.join("|"))).collect(),
        by: request.by.iter().map(|d| d.code().to_owned()).collect(),
        disclosure_threshold: card.disclosure_threshold,
        program_version: program_version.to_owned(),
        computed_at: now,
        synthetic: made.synthetic,
        digest: String::new(),
        values: Vec::new(),
    };
    certificate.seal(&made.rows);
    Ok(Figures {
        indicator: card.code.clone(),
        by: request.by.clone(),
        rows: made.rows,
        additive: card.additive && certificate.method.is_none(),
        mixed_units: made.units.len() > 1,
        coefficients: Vec::new(),
        certificate,
    })
}

/// Refuses what means nothing before anything is read.
fn check(card: &Card, request: &Request) -> Result<(), IndicatorError> {
    // A publisher's own definitions are known by its rows.
    let of_publisher = matches!(card.computation, Computation::Counts { definition: None, .. });
    if let Some(asked) = request.definition.as_ref().filter(|v| **v != card.definition_version && !of_publisher) {
        return Err(IndicatorError::UnknownDefinition {
            indicator: card.code.clone(),
            asked: asked.chars().take(80).collect(),
            known: card.definition_version.clone(),
        });
    }
    if let (Some(from), Some(to)) = (request.from, request.to)
        && from.start() > to.end()
    {
        return Err(IndicatorError::Request { what: format!("the first period, {from}, comes after the last, {to}") });
    }
    for (i, dimension) in request.by.iter().enumerate() {
        if request.by.iter().take(i).any(|d| d == dimension) {
            return Err(IndicatorError::Request { what: format!("`{}` is asked for twice", dimension.code()) });
        }
        check_dimension(card, *dimension, &format!("`{}` by layer", card.code))?;
    }
    for filter in &request.filters {
        let is_own_layer = filter.dimension == Dimension::Layer && filter.values == [card.layer.code()];
        if !is_own_layer {
            let what = format!("`{}` is of the {} layer only", card.code, card.layer);
            check_dimension(card, filter.dimension, &what)?;
        }
    }
    Ok(())
}

fn check_dimension(card: &Card, dimension: Dimension, layer_fault: &str) -> Result<(), IndicatorError> {
    if dimension == Dimension::Layer {
        return Err(IndicatorError::Layers { what: layer_fault.to_owned() });
    }
    let always: &[Dimension] = match card.computation {
        Computation::Counts { .. } => &[],
        _ => &[Dimension::Source, Dimension::Unit, Dimension::Synthetic],
    };
    if card.dimensions.contains(&dimension) || always.contains(&dimension) {
        return Ok(());
    }
    Err(IndicatorError::Dimension {
        indicator: card.code.clone(),
        dimension: dimension.code(),
        allowed: card.dimensions.iter().map(|d| d.code()).collect::<Vec<_>>().join(", "),
    })
}

fn period_of(request: &Request, rows: &[Figure]) -> (Option<String>, Option<String>) {
    let position = request.by.iter().position(|d| d.grain().is_some());
    let mut periods: Vec<&str> =
        position.map_or(Vec::new(), |i| rows.iter().filter_map(|r| r.keys.get(i)?.as_deref()).collect());
    periods.sort_unstable();
    let asked = |p: Option<beffroi_model::Period>, met: Option<&&str>| {
        p.map(|p| p.to_string()).or_else(|| met.map(|p| (*p).to_owned()))
    };
    (asked(request.from, periods.first()), asked(request.to, periods.last()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{lake, now, ready};
    use crate::{Catalogue, add};
    use beffroi_model::Period;

    fn offences() -> Card {
        Catalogue::builtin().card("digital-offences").unwrap().clone()
    }

    fn ask(by: &[Dimension]) -> Request {
        Request { by: by.to_vec(), ..Request::default() }
    }

    #[test]
    fn a_sum_over_layers_is_refused_and_explained() {
        let card = offences();
        let facts = lake(&card.examples[0]);
        let by_layer = ready(compute(&facts, &card, &ask(&[Dimension::Layer]), now(), "1")).unwrap_err();
        assert!(matches!(by_layer, IndicatorError::Layers { .. }) && by_layer.is_user_fault());
        assert!(by_layer.to_string().contains("never added"));
        let filter = Filter { dimension: Dimension::Layer, values: vec!["recorded".into(), "platform".into()] };
        let request = Request { filters: vec![filter], ..Request::default() };
        assert!(matches!(ready(compute(&facts, &card, &request, now(), "1")), Err(IndicatorError::Layers { .. })));
    }

    #[test]
    fn figures_of_two_layers_are_not_added() {
        let catalogue = Catalogue::builtin();
        let recorded = catalogue.card("digital-offences").unwrap();
        let platform = catalogue.card("platform-reports").unwrap();
        let figures = |card: &Card| {
            let facts = lake(&card.examples[0]);
            ready(compute(&facts, card, &ask(&[Dimension::Year]), now(), "1")).unwrap()
        };
        let (a, b) = (figures(recorded), figures(platform));
        assert!(matches!(add(&a, &b), Err(IndicatorError::Layers { .. })));
        let mut other_unit = a.clone();
        other_unit.certificate.unit_of_count = "victime".into();
        assert!(matches!(add(&a, &other_unit), Err(IndicatorError::Units { .. })));
        assert_eq!(add(&a, &a).unwrap(), 2.0 * a.total().unwrap());
    }

    #[test]
    fn a_mix_of_units_is_refused_unless_asked_by_unit() {
        let card = offences();
        let mut example = card.examples[0].clone();
        let mut other = example.reports[0].clone();
        other.unit = "victime".into();
        example.reports.push(other);
        let facts = lake(&example);
        let error = ready(compute(&facts, &card, &ask(&[Dimension::Year]), now(), "1")).unwrap_err();
        assert!(matches!(error, IndicatorError::Units { .. }), "{error}");
        let figures = ready(compute(&facts, &card, &ask(&[Dimension::Year, Dimension::Unit]), now(), "1")).unwrap();
        assert!(matches!(figures.total(), Err(IndicatorError::Units { .. })), "side by side, still not added");
        assert!(crate::cross_table(&figures, Dimension::Year, Dimension::Unit).is_err());
    }

    #[test]
    fn the_certificate_says_what_the_figure_is_made_of() {
        let card = offences();
        let facts = lake(&card.examples[0]);
        let from: Period = "2023".parse().unwrap();
        let request = Request { from: Some(from), ..ask(&[Dimension::Category, Dimension::Month]) };
        let figures = ready(compute(&facts, &card, &request, now(), "0.1.0")).unwrap();
        let certificate = &figures.certificate;
        assert_eq!(certificate.snapshot, 1);
        assert_eq!(certificate.period.0.as_deref(), Some("2023"));
        assert!(certificate.synthetic, "drawn rows are synthetic");
        assert_eq!(certificate.unit_of_count, card.examples[0].reports[0].unit);
        assert!(certificate.sources[0].vintage.is_some());
        assert_eq!(certificate.digest.len(), 64);

        let again = ready(compute(&facts, &card, &request, now(), "0.1.0")).unwrap();
        assert_eq!(again, figures, "same snapshot, same figures");
        let narrower = Request { from: Some("2024".parse().unwrap()), ..request };
        let other = ready(compute(&facts, &card, &narrower, now(), "0.1.0")).unwrap();
        assert_ne!(other.certificate.digest, certificate.digest);
    }

    #[test]
    fn what_cannot_be_asked_is_said() {
        let card = offences();
        let facts = lake(&card.examples[0]);
        let run = |request: Request| ready(compute(&facts, &card, &request, now(), "1"));
        let p = |t: &str| Some(t.parse::<Period>().unwrap());
        for request in [
            ask(&[Dimension::Year, Dimension::Year]),
            ask(&[Dimension::Subject]),
            Request { definition: Some("1999".into()), ..Request::default() },
            Request { from: p("2024"), to: p("2023"), ..Request::default() },
            Request { snapshot: Some(99), ..Request::default() },
        ] {
            let error = run(request).unwrap_err();
            assert!(error.is_user_fault(), "{error}");
        }
    }

    #[test]
    fn an_empty_lake_gives_no_figures_and_no_fault() {
        let facts = beffroi_ports::doubles::MemoryFacts::new();
        for card in Catalogue::builtin().cards() {
            let figures = ready(compute(&facts, card, &ask(&[Dimension::Year]), now(), "1")).unwrap();
            assert!(figures.rows.is_empty() && !figures.certificate.synthetic, "{}", card.code);
        }
    }
}
