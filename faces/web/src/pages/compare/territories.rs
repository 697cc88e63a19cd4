//! Two territories of one indicator in one period. Counts become rates per inhabitant unless they are asked for as they
//! are, because a count follows the population first.

use super::{Comparison, Finding, Ground, of, periods_of};
use crate::figures;
use crate::pages::choices::{Choice, choice};
use crate::pages::convention;
use crate::pages::drawings::{self, Drawing};
use crate::pages::pivot::pivot;
use crate::problem::Problem;
use beffroi_codes::list;
use beffroi_desk_observatory::indicators::{Card, Figure, Figures};
use beffroi_indicators::{Computation, Text};
use beffroi_model::{Period, Territory};
use beffroi_ports::{Dimension, Measure};
use beffroi_wording::Lang;

type Found = (Vec<Choice>, Option<Comparison>, Vec<(&'static str, String)>);

/// Inhabitants that a rate made here is for.
const PER: f64 = 100_000.0;

pub(super) async fn compare(ground: &Ground<'_>) -> Result<Found, Problem> {
    let (t, card) = (ground.t, ground.card);
    let may_rate = is_count(card);
    let as_rate = match ground.query.get("measure").map(String::as_str) {
        None | Some("rate") => may_rate,
        Some("count") => false,
        Some(_) => return Err(Problem::Unclear("a measure")),
    };
    let with_nowhere = may_rate && !as_rate;
    let by_department = ground.figures(Dimension::Year, true).await?;
    let whole = ground.figures(Dimension::Year, false).await?;
    let years = periods_of(&by_department);
    let year = match ground.query.get("period") {
        Some(text) => {
            let year = text.parse::<Period>().ok().filter(|p| years.contains(p));
            Some(year.ok_or(Problem::Unclear("a period"))?)
        }
        None => years.iter().find(|p| p.start().year() <= ground.last_year).copied(),
    };
    let (a, b) = (ground.territory("a", with_nowhere)?, ground.territory("b", with_nowhere)?);

    let none = || Some(t.say("web-compare-choose"));
    let shown = |code: &Option<String>| code.clone().unwrap_or_default();
    let mut choices = vec![
        choice("a", t.say("web-compare-a"), none(), ground.territories(with_nowhere), &shown(&a)),
        choice("b", t.say("web-compare-b"), none(), ground.territories(with_nowhere), &shown(&b)),
    ];
    let options = years.iter().map(|p| (p.to_string(), t.period(*p))).collect();
    let chosen = year.map(|p| p.to_string()).unwrap_or_default();
    choices.push(choice("period", t.say("web-compare-year"), None, options, &chosen));
    if may_rate {
        let options =
            vec![("rate".to_owned(), t.say("web-compare-rate")), ("count".to_owned(), t.say("web-compare-count"))];
        let chosen = if as_rate { "rate" } else { "count" };
        choices.push(choice("measure", t.say("web-compare-measure"), None, options, chosen));
    }
    let (Some(a), Some(b), Some(year)) = (a, b, year) else { return Ok((choices, None, Vec::new())) };

    let both = side_by_side(&by_department, &whole, [&a, &b]);
    let (card, both) = if as_rate { (rated(card), rates(&both)) } else { (card.clone(), both) };
    let query = ground.query.clone();
    let ground = &Ground { lake: ground.lake, card: &card, query, last_year: ground.last_year, t };
    let (left, right) = (of(&both, &a, year), of(&both, &b, year));
    let names = [figures::territory(t, &a), figures::territory(t, &b)];
    let mut notes = vec![t.say("web-compare-territories-note")];
    if as_rate {
        let edition = list("departments").map(|l| l.edition().version).unwrap_or_default();
        notes.push(t.say_with("web-compare-population", &[("version", edition.as_str().into())]));
    }
    let what = format!("{}, {}", names[0], t.period(year));
    let reading = left.map(|f| convention::read_aloud(t, &card, &what, &figures::figure(t, &card, Some(f))));
    let comparison = Comparison {
        sides: vec![ground.side(names[0].clone(), left), ground.side(names[1].clone(), right)],
        finding: Finding { text: sentence(&card, &names, left, right, t), instead: None },
        caution: t.say("web-compare-territories-caution"),
        drawing: drawing(&card, &both, t),
        table: pivot(&card, &both, t),
        convention: convention::lines(
            t,
            reading,
            format!("{} ; {}, {}", figures::label("layers", card.layer.code(), t), names[0], names[1]),
            convention::source(&both, t),
            notes,
        ),
        synthetic: both.certificate.synthetic,
    };
    let mut state = vec![("a", a), ("b", b), ("period", year.to_string())];
    if may_rate {
        state.push(("measure", if as_rate { "rate" } else { "count" }.to_owned()));
    }
    Ok((choices, Some(comparison), state))
}

/// Whether the values of a card are counts that a population may divide.
fn is_count(card: &Card) -> bool {
    match &card.computation {
        Computation::Reports { measure: Measure::Count, .. } => card.additive,
        Computation::Counts { rate_per: None, .. } => card.additive,
        _ => false,
    }
}

/// The protected figures of two territories by year; the whole of France comes from the figures that have no department.
fn side_by_side(by_department: &Figures, whole: &Figures, wanted: [&str; 2]) -> Figures {
    let mut both = by_department
        .only(|row| row.keys.first().and_then(Option::as_deref).is_some_and(|code| wanted.contains(&code)));
    if wanted.contains(&Territory::FRANCE) {
        both.rows.extend(whole.rows.iter().map(|row| {
            let keys = std::iter::once(Some(Territory::FRANCE.to_owned())).chain(row.keys.iter().cloned());
            Figure { keys: keys.collect(), ..row.clone() }
        }));
    }
    both
}

/// Inhabitants of a territory, of the list of departments.
fn population(code: &str) -> Option<f64> {
    let departments = list("departments")?;
    let of = |code: &beffroi_codes::Code| code.extra("population").and_then(|p| p.parse::<f64>().ok());
    if code == Territory::FRANCE {
        let known = departments.codes().filter(|c| c.extra("kind") == Some("department")).map(of);
        return known.sum::<Option<f64>>();
    }
    departments.code(code).and_then(of)
}

/// The card as a rate.
fn rated(card: &Card) -> Card {
    let unit = |lang: Lang, of: &str| {
        let per = lang.integer(PER);
        lang.say_with("web-compare-rate-unit", &[("unit", of.into()), ("per", per.as_str().into())])
    };
    let unit = Text { fr: unit(Lang::Fr, &card.unit.fr), en: unit(Lang::En, &card.unit.en) };
    Card { unit, decimals: 1, additive: false, ..card.clone() }
}

/// Counts as rates: a figure without a population, or withheld, has none.
fn rates(figures: &Figures) -> Figures {
    let mut out = figures.clone();
    for row in &mut out.rows {
        let of = row.keys.first().and_then(Option::as_deref).and_then(population);
        let count = row.value.take();
        if let (Some(count), Some(of)) = (count, of) {
            row.value = beffroi_statistics::rate(count, of, PER).ok();
            row.interval = beffroi_statistics::rate_interval(count, of, PER).ok().map(|i| (i.low, i.high));
            row.denominator = Some(of);
        }
    }
    out.additive = false;
    out
}

/// What the two figures say, and what chance alone could do.
fn sentence(card: &Card, names: &[String; 2], left: Option<&Figure>, right: Option<&Figure>, t: Lang) -> String {
    if [left, right].into_iter().flatten().any(|f| f.status.is_hidden()) {
        return t.say("web-compare-secret");
    }
    let (Some(a), Some(b)) = (left.and_then(|f| f.value), right.and_then(|f| f.value)) else {
        return t.say("web-compare-missing");
    };
    let (difference, unit) = (t.decimal((a - b).abs(), card.decimals), card.unit.of(t.code()));
    let values = [
        ("a", names[0].as_str().into()),
        ("b", names[1].as_str().into()),
        ("difference", difference.as_str().into()),
        ("unit", unit.into()),
    ];
    let gap = t.say_with("web-compare-gap", &values);
    match (left.and_then(|f| f.interval), right.and_then(|f| f.interval)) {
        (Some(x), Some(y)) if x.0 <= y.1 && y.0 <= x.1 => format!("{gap} {}", t.say("web-compare-overlap")),
        (Some(_), Some(_)) => format!("{gap} {}", t.say("web-compare-apart")),
        _ => gap,
    }
}

fn drawing(card: &Card, both: &Figures, t: Lang) -> Option<Drawing> {
    drawings::lines("comparaison", card, both, t)
}
