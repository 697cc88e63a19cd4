//! Totals of one year that do not agree, side by side with their definitions, and the way from one to the other: each step
//! that is known, and what is left.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::pages::choices::{Choice, choice};
use crate::pages::convention::{self, Convention};
use crate::pages::indicator::href;
use crate::pages::revisions::signed;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_chart::{Head, Move, Use, Waterfall as Drawn};
use beffroi_desk_observatory::reconciliation::{self, Cause, Evidence, Reach, Subject, Total, Waterfall};
use beffroi_model::{Grain, Pap, Territory, Tlp};
use beffroi_wording::Lang;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A total among the others.
struct Line {
    value: String,
    reach: String,
    definition: String,
    correction: String,
    unit: String,
    vintage: String,
    source: String,
    /// `a` or `b` when the way starts or ends here; empty otherwise.
    end: &'static str,
}

/// A step of the way, in words.
struct StepLine {
    label: String,
    amount: String,
    known: String,
}

/// The way from one total to the other.
struct Way {
    from: String,
    to: String,
    difference: String,
    svg: String,
    steps: Vec<StepLine>,
    residual: String,
    about_residual: String,
    convention: Convention,
}

#[derive(Template)]
#[template(path = "reconciliations.html")]
struct Page {
    chrome: Chrome,
    choices: Vec<Choice>,
    subject: String,
    lines: Vec<Line>,
    way: Option<Way>,
    share: String,
}

/// `GET /rapprochements`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lake = house.lake().await?;
    let subjects = lake.subjects().await?;
    let query = reader.query();
    // Untouched, the page shows the latest year that was counted under most definitions.
    let subject = match query.get("subject") {
        Some(wanted) => Some(subjects.iter().find(|s| id(s) == *wanted).ok_or(Problem::NotFound)?),
        None => subjects.iter().max_by_key(|s| (s.n_definitions, s.year)),
    };
    let chrome = Chrome::new(&house, &reader, &t.say("web-waterfall-title")).under("/indicateurs", []);
    let Some(subject) = subject else {
        let page = Page {
            chrome,
            choices: Vec::new(),
            subject: String::new(),
            lines: Vec::new(),
            way: None,
            share: String::new(),
        };
        return Ok(html(&page)?);
    };
    let totals = lake.totals(subject).await?;
    let (a, b) = ends(&totals, &query);
    let tlp = totals.iter().map(|total| total.tlp).max().unwrap_or(Tlp::Clear);
    let way = match (a, b) {
        (Some(a), Some(b)) if a != b => {
            let found = reconciliation::between(&totals, a, b);
            Some(way(&found.map_err(|_| Problem::Unclear("two totals"))?, subject, lake.number(), t))
        }
        _ => None,
    };
    let key = |at: Option<usize>| at.and_then(|i| totals.get(i)).map(short).unwrap_or_default();
    let state = [("subject", id(subject)), ("a", key(a)), ("b", key(b))].map(|(k, v)| (k.to_owned(), v));
    let page = Page {
        chrome: chrome.marked(tlp.max(Tlp::Green), Pap::Green).synthetic(totals.iter().any(|total| total.synthetic)),
        choices: choices(&subjects, subject, &totals, &key(a), &key(b), t),
        subject: name(subject, t),
        lines: totals.iter().enumerate().map(|(i, total)| line(total, Some(i) == a, Some(i) == b, t)).collect(),
        way,
        share: href("/rapprochements", &state),
    };
    Ok(html(&page)?)
}

/// The totals that the reader chose; without a choice the first and the last by their days.
fn ends(totals: &[Total], query: &BTreeMap<String, String>) -> (Option<usize>, Option<usize>) {
    let place = |name: &str| query.get(name).and_then(|key| totals.iter().position(|total| short(total) == *key));
    let (a, b) = (place("a"), place("b"));
    let last = totals.len().checked_sub(1);
    // Of another subject, the choice before means nothing: the page starts anew.
    if a.is_none() && b.is_none() { (last.map(|_| 0), last) } else { (a.or(Some(0)), b.or(last)) }
}

fn id(subject: &Subject) -> String {
    format!("{}/{}/{}", subject.layer.code(), subject.series, subject.year)
}

/// A short name of a total that stays the same from one snapshot to the next.
fn short(total: &Total) -> String {
    Sha256::digest(total.key()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn name(subject: &Subject, t: Lang) -> String {
    format!("{}, {}", figures::label("published_series", &subject.series, t), t.period(subject.year))
}

fn choices(subjects: &[Subject], of: &Subject, totals: &[Total], a: &str, b: &str, t: Lang) -> Vec<Choice> {
    let of_subjects = subjects.iter().map(|s| (id(s), name(s, t))).collect();
    let of_totals = || totals.iter().map(|total| (short(total), option(total, t))).collect::<Vec<_>>();
    vec![
        choice("subject", t.say("web-waterfall-subject"), None, of_subjects, &id(of)),
        choice("a", t.say("web-waterfall-from"), None, of_totals(), a),
        choice("b", t.say("web-waterfall-to"), None, of_totals(), b),
    ]
}

fn written(total: &Total, t: Lang) -> String {
    t.integer(total.value.as_f64())
}

fn option(total: &Total, t: Lang) -> String {
    format!("{} · {} · {}", written(total, t), reach(total, t), definition(total, t))
}

fn definition(total: &Total, t: Lang) -> String {
    match &total.correction {
        Some(correction) => format!("{}, {}", total.definition, correction_in_words(correction, t)),
        None => total.definition.clone(),
    }
}

fn correction_in_words(code: &str, t: Lang) -> String {
    match code {
        "cvs-cjo" => t.say("web-waterfall-cvs-cjo"),
        "cvs" => t.say("web-waterfall-cvs"),
        code => code.to_owned(),
    }
}

fn reach(total: &Total, t: Lang) -> String {
    let place = match &total.reach {
        Reach::Located(n) => t.say_with("web-waterfall-located", &[("count", (*n as i64).into())]),
        Reach::Whole(territory) if territory.code() == Territory::METROPOLITAN => t.say("web-convention-metropolitan"),
        Reach::Whole(_) => t.say("web-convention-france"),
    };
    match total.grain {
        Grain::Month => format!("{place} ({})", t.say("web-waterfall-of-months")),
        Grain::Quarter => format!("{place} ({})", t.say("web-waterfall-of-quarters")),
        _ => place,
    }
}

fn line(total: &Total, is_a: bool, is_b: bool, t: Lang) -> Line {
    Line {
        value: written(total, t),
        reach: reach(total, t),
        definition: total.definition.clone(),
        correction: match &total.correction {
            Some(code) => correction_in_words(code, t),
            None => t.say("web-waterfall-raw"),
        },
        unit: figures::label("units_of_count", &total.unit, t),
        vintage: t.date(total.vintage),
        source: total.source.to_string(),
        end: match (is_a, is_b) {
            (true, _) => "a",
            (_, true) => "b",
            _ => "",
        },
    }
}

fn cause(cause: Cause, t: Lang) -> String {
    match cause {
        Cause::Scope => t.say("web-waterfall-scope"),
        Cause::Unit => t.say("web-waterfall-unit"),
        Cause::Definition => t.say("web-waterfall-definition"),
        Cause::NotLocated => t.say("web-waterfall-not-located"),
        Cause::Correction => t.say("web-waterfall-correction"),
        Cause::Vintage => t.say("web-waterfall-vintage"),
    }
}

fn way(found: &Waterfall, subject: &Subject, snapshot: Option<u64>, t: Lang) -> Way {
    let steps = found.steps.iter().map(|step| {
        let amount = signed(t, step.amount.as_f64(), 0);
        let (label, known) = match &step.evidence {
            Evidence::Measured(from, to) => {
                let (from, to) = (written(from, t), written(to, t));
                let values = [("from", from.as_str().into()), ("to", to.as_str().into())];
                (cause(step.cause, t), t.say_with("web-waterfall-measured", &values))
            }
            Evidence::Declared { label, source } => {
                let source = source.of(t.code());
                let known = t.say_with("web-waterfall-declared", &[("source", source.into())]);
                (format!("{} – {}", cause(step.cause, t), label.of(t.code())), known)
            }
        };
        StepLine { label, amount, known }
    });
    let mixed: Vec<String> = found.mixed.iter().map(|of| cause(*of, t).to_lowercase()).collect();
    let about_residual = if mixed.is_empty() {
        t.say("web-waterfall-residual-rounding")
    } else {
        let mixed = mixed.join(", ");
        t.say_with("web-waterfall-residual-mixed", &[("what", mixed.as_str().into())])
    };
    let difference = found.to.value.minus(found.from.value).as_f64();
    let (from, to) = (written(&found.from, t), written(&found.to, t));
    let unit = figures::label("units_of_count", &found.from.unit, t);
    let title = t.say_with(
        "web-waterfall-drawing",
        &[("from", from.as_str().into()), ("to", to.as_str().into()), ("what", name(subject, t).as_str().into())],
    );
    let mut moves: Vec<Move> = found
        .steps
        .iter()
        .map(|step| Move { label: cause(step.cause, t), amount: step.amount.as_f64(), residual: false })
        .collect();
    let residual = found.residual.as_f64();
    moves.push(Move { label: t.say("web-waterfall-residual"), amount: residual, residual: true });
    let whole = |v: f64| t.integer(v);
    let with_sign = |v: f64| signed(t, v, 0);
    let drawn = Drawn {
        head: Head { id: "cascade".to_owned(), title, description: t.say("web-waterfall-in-table") },
        width: 660,
        from: (definition(&found.from, t), found.from.value.as_f64()),
        steps: moves,
        to: (definition(&found.to, t), found.to.value.as_f64()),
        x_label: unit.clone(),
        format: &whole,
        signed: &with_sign,
    };
    let number = snapshot.unwrap_or_default().to_string();
    let mut sources = vec![format!("{} ({})", found.from.source, t.date(found.from.vintage))];
    sources.push(format!("{} ({})", found.to.source, t.date(found.to.vintage)));
    sources.dedup();
    let sources = sources.join(", ");
    let source = t.say_with(
        "web-convention-sources",
        &[("sources", sources.as_str().into()), ("snapshot", number.as_str().into())],
    );
    let (gap, left) = (signed(t, difference, 0), signed(t, residual, 0));
    let reading = t.say_with(
        "web-waterfall-reading",
        &[
            ("from", from.as_str().into()),
            ("to", to.as_str().into()),
            ("difference", gap.as_str().into()),
            ("residual", left.as_str().into()),
        ],
    );
    let scope = format!("{} ; {unit} ; {}", figures::label("layers", subject.layer.code(), t), reach(&found.to, t));
    let convention = convention::lines(t, Some(reading), scope, source, vec![t.say("web-waterfall-note")]);
    Way {
        from: definition(&found.from, t),
        to: definition(&found.to, t),
        difference: gap,
        svg: drawn.svg(Use::Inline),
        steps: steps.collect(),
        residual: left,
        about_residual,
        convention,
    }
}
