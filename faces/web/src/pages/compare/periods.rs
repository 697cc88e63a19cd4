//! Two periods of one indicator, in the whole of France or in one department.

use super::{Comparison, Finding, Ground, of, periods_of};
use crate::figures;
use crate::pages::choices::{Choice, choice};
use crate::pages::convention;
use crate::pages::drawings;
use crate::pages::indicator::href;
use crate::pages::pivot::pivot;
use crate::problem::Problem;
use beffroi_desk_observatory::indicators::{Card, Figure, Figures};
use beffroi_model::{Period, Territory};
use beffroi_ports::Dimension;
use beffroi_wording::{Lang, Value};
use jiff::ToSpan;

type Found = (Vec<Choice>, Option<Comparison>, Vec<(&'static str, String)>);

/// What the periods make of each other.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Verdict {
    /// A relative change.
    Growth(f64),
    /// The series is broken in between: the first period counted in the new way.
    Broken(Period),
    /// Counted under two definitions.
    Definitions(String, String),
    /// One of the two is withheld.
    Secret,
    /// One of the two is not there, or the first is zero.
    Absent,
}

pub(super) async fn compare(ground: &Ground<'_>) -> Result<Found, Problem> {
    let (t, card) = (ground.t, ground.card);
    let grains: Vec<Dimension> =
        card.dimensions.iter().copied().filter(|d| d.grain().is_some() && *d != Dimension::Day).collect();
    let grain = match ground.query.get("grain") {
        Some(code) => grains.iter().copied().find(|d| d.code() == code).ok_or(Problem::Unclear("a grain"))?,
        None => Dimension::Year,
    };
    let by_department = card.dimensions.contains(&Dimension::Department);
    let territory = match ground.territory("territory", true)? {
        Some(code) if by_department || code == Territory::FRANCE => code,
        Some(_) => return Err(Problem::Unclear("a territory")),
        None => Territory::FRANCE.to_owned(),
    };
    let figures = ground.figures(grain, territory != Territory::FRANCE).await?;
    let all = periods_of(&figures);
    let asked = |name: &str| match ground.query.get(name) {
        None => Ok(None),
        // A period of another grain was chosen before the grain was changed: it is left, not refused.
        Some(text) => match text.parse::<Period>() {
            Ok(period) => Ok(Some(period).filter(|p| Some(p.grain()) == grain.grain())),
            Err(_) => Err(Problem::Unclear("a period")),
        },
    };
    let over = |p: &&Period| p.end().year() <= ground.last_year;
    let to = asked("to")?.or_else(|| all.iter().find(over).copied()).or_else(|| all.first().copied());
    let from = asked("from")?.or_else(|| to.map(year_before));
    let shown = |p: Option<Period>| p.map(|p| p.to_string()).unwrap_or_default();
    let options = |p: Option<Period>| {
        let mut periods = all.clone();
        periods.extend(p);
        periods.sort_unstable();
        periods.dedup();
        periods.into_iter().rev().map(|p| (p.to_string(), t.period(p))).collect::<Vec<_>>()
    };
    let mut choices = Vec::new();
    if grains.len() > 1 {
        let options = grains.iter().map(|d| (d.code().to_owned(), drawings::dimension_label(t, *d))).collect();
        choices.push(choice("grain", t.say("web-filter-grain"), None, options, grain.code()));
    }
    if by_department {
        let label = t.say("web-compare-territory");
        choices.push(choice("territory", label, None, ground.territories(true), &territory));
    }
    choices.push(choice("from", t.say("web-compare-from"), None, options(from), &shown(from)));
    choices.push(choice("to", t.say("web-compare-to"), None, options(to), &shown(to)));
    let (Some(from), Some(to)) = (from, to) else { return Ok((choices, None, Vec::new())) };
    let (from, to) = if from.start() <= to.start() { (from, to) } else { (to, from) };

    let (before, after) = (of(&figures, &territory, from), of(&figures, &territory, to));
    let verdict = verdict(card, from, to, before, after);
    let own = figures.only(|row| {
        let place = figures.position(Dimension::Department);
        place.is_none_or(|i| row.keys.get(i).and_then(Option::as_deref) == Some(territory.as_str()))
    });
    let what = format!("{}, {}", figures::territory(t, &territory), t.period(to));
    let reading = after.map(|f| convention::read_aloud(t, card, &what, &figures::figure(t, card, Some(f))));
    let comparison = Comparison {
        sides: vec![ground.side(t.period(from), before), ground.side(t.period(to), after)],
        finding: finding(ground, &territory, grain, from, to, &verdict),
        caution: t.say("web-compare-periods-caution"),
        drawing: drawings::lines("comparaison", card, &own, t),
        table: pivot(card, &own, t),
        convention: convention::lines(
            t,
            reading,
            scope(card, &own, &territory, t),
            convention::source(&own, t),
            Vec::new(),
        ),
        synthetic: own.certificate.synthetic,
    };
    let state = vec![
        ("grain", grain.code().to_owned()),
        ("territory", territory),
        ("from", from.to_string()),
        ("to", to.to_string()),
    ];
    Ok((choices, Some(comparison), state))
}

fn scope(card: &Card, figures: &Figures, territory: &str, t: Lang) -> String {
    let all = convention::scope(card, figures, t);
    if territory == Territory::FRANCE { all } else { format!("{all} ; {}", figures::territory(t, territory)) }
}

/// The same period a year before, so that seasons do not pass for changes.
fn year_before(period: Period) -> Period {
    let day = period.start();
    // The first year of the calendar has none before it.
    let earlier = day.checked_sub(1.year()).unwrap_or(day);
    Period::containing(earlier, period.grain())
}

/// What two protected figures make of each other.
pub(super) fn verdict(
    card: &Card,
    from: Period,
    to: Period,
    before: Option<&Figure>,
    after: Option<&Figure>,
) -> Verdict {
    if [before, after].into_iter().flatten().any(|f| f.status.is_hidden()) {
        return Verdict::Secret;
    }
    let (Some(before), Some(after)) = (before, after) else { return Verdict::Absent };
    if let Some(b) = card.break_between(from, to) {
        return Verdict::Broken(b.at);
    }
    if before.definition != after.definition {
        let text = |f: &Figure| f.definition.clone().unwrap_or_default();
        return Verdict::Definitions(text(before), text(after));
    }
    match (before.value, after.value) {
        (Some(before), Some(after)) if before > 0.0 => Verdict::Growth(after / before - 1.0),
        _ => Verdict::Absent,
    }
}

fn finding(
    ground: &Ground<'_>,
    territory: &str,
    grain: Dimension,
    from: Period,
    to: Period,
    verdict: &Verdict,
) -> Finding {
    let t = ground.t;
    let (first, second) = (t.period(from), t.period(to));
    let between: [(&str, Value<'_>); 2] = [("from", first.as_str().into()), ("to", second.as_str().into())];
    let text = match verdict {
        Verdict::Growth(ratio) => {
            let growth = t.growth(*ratio, 1);
            let mut values = between.to_vec();
            values.push(("growth", growth.as_str().into()));
            return Finding { text: t.say_with("web-compare-growth", &values), instead: None };
        }
        Verdict::Secret => {
            return Finding { text: t.say("web-compare-secret"), instead: None };
        }
        Verdict::Absent => return Finding { text: t.say("web-compare-absent"), instead: None },
        Verdict::Broken(at) => {
            let what = ground.card.break_between(from, to).map_or("", |b| b.label.of(t.code()));
            let at = t.period(*at);
            let mut values = between.to_vec();
            values.extend([("at", at.as_str().into()), ("what", what.into())]);
            t.say_with("web-compare-broken", &values)
        }
        Verdict::Definitions(before, after) => {
            let mut values = between.to_vec();
            values.extend([("before", before.as_str().into()), ("after", after.as_str().into())]);
            t.say_with("web-compare-definitions", &values)
        }
    };
    // After the break the same comparison can be made: the first whole period of the new way against the last.
    let unbroken = match verdict {
        Verdict::Broken(at) => {
            let first = Period::containing(at.start(), from.grain());
            let first = if first.start() < at.start() { first.next() } else { first };
            (first.start() < to.start() && ground.card.break_between(first, to).is_none()).then_some(first)
        }
        _ => None,
    };
    let link = unbroken.map(|first| {
        let own = |text: &str| text.to_owned();
        let query = [
            (own("what"), own("periods")),
            (own("indicator"), ground.card.code.clone()),
            (own("grain"), own(grain.code())),
            (own("territory"), own(territory)),
            (own("from"), first.to_string()),
            (own("to"), to.to_string()),
        ];
        let (from, to) = (t.period(first), t.period(to));
        let values = [("from", from.as_str().into()), ("to", to.as_str().into())];
        (href("/comparer", &query), t.say_with("web-compare-instead-link", &values))
    });
    let how = match verdict {
        Verdict::Broken(..) => t.say("web-compare-broken-how"),
        _ => t.say("web-compare-definitions-how"),
    };
    Finding { text, instead: Some((how, link)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::house::CATALOGUE;
    use beffroi_statistics::Status;

    /// A figure of a definition.
    fn figure(value: f64, definition: &str, hidden: bool) -> Figure {
        Figure {
            keys: Vec::new(),
            value: (!hidden).then_some(value),
            numerator: None,
            denominator: None,
            completeness: None,
            guards: Vec::new(),
            interval: None,
            contributors: None,
            small: false,
            status: if hidden { Status::SecretPrimary } else { Status::Published },
            source: None,
            definition: Some(definition.to_owned()),
        }
    }

    #[test]
    fn growth_is_told_within_one_definition_only() {
        let card = CATALOGUE.card("fraud-victims").unwrap();
        let p = |text: &str| text.parse::<Period>().unwrap();
        let verdict = |from: &str, to: &str, a: &Figure, b: &Figure| verdict(card, p(from), p(to), Some(a), Some(b));
        let (old, new) = (figure(100.0, "a", false), figure(125.0, "b", false));
        assert_eq!(verdict("2023", "2024", &old, &new), Verdict::Definitions("a".into(), "b".into()));
        assert!(matches!(verdict("2021", "2023", &old, &old), Verdict::Broken(..)));
        let same = figure(102.0, "a", false);
        let Verdict::Growth(growth) = verdict("2023", "2024", &old, &same) else { panic!("refused") };
        assert!((growth - 0.02).abs() < 1e-9);
        assert_eq!(verdict("2023", "2024", &old, &figure(3.0, "a", true)), Verdict::Secret);
        assert_eq!(super::verdict(card, p("2023"), p("2024"), Some(&old), None), Verdict::Absent);
        assert_eq!(verdict("2023", "2024", &figure(0.0, "a", false), &same), Verdict::Absent, "of nothing");
    }

    #[test]
    fn the_period_before_is_the_same_one_a_year_earlier() {
        for (period, before) in [("2024", "2023"), ("2024-03", "2023-03"), ("2024-Q1", "2023-Q1")] {
            assert_eq!(year_before(period.parse().unwrap()).to_string(), before);
        }
        assert_eq!(year_before("2025-W10".parse().unwrap()).start().iso_week_date().year(), 2024);
    }
}
