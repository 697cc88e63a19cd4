//! What does not fit on the page: every technical element with its end, and how the figures were judged.

use crate::alerts::Alert;
use crate::alerts::document::{context, date_time, marking, techniques};
use beffroi_document::{Block, Column, Document, Span, Table, Term};
use beffroi_observables::defang;
use beffroi_wording::{Lang, Value};

/// The annex of a flash in language `lang`: a document of its own, under the same marking.
pub fn annex(alert: &Alert, lang: Lang) -> Document {
    let say = |key: &str| lang.say(key);
    let reference = alert.reference.to_string();
    let revision = alert.content.revision.to_string();
    let title = lang.say_with("flash-annex-title", &[("reference", (&reference).into())]);
    let heading =
        |key: &str| Block::Heading { level: 1, text: say(&format!("flash-annex-{key}")), id: format!("annex-{key}") };
    let column = |key: &str| Column { label: say(&format!("flash-annex-column-{key}")), numeric: false };
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| "–".to_owned(), |day| lang.date(day));
    let rows = alert.content.technical.iter().map(|element| {
        vec![
            say(&format!("flash-element-{}", element.kind)),
            defang(element.kind, &element.value),
            context(element, lang),
            day(element.until),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let mut blocks = vec![heading("elements")];
    if rows.is_empty() {
        blocks.push(Block::Paragraph(vec![Span::Text(say("flash-technical-none"))]));
    } else {
        blocks.push(Block::Table(Table {
            id: "annex-table".to_owned(),
            caption: say("flash-annex-caption"),
            columns: ["kind", "value", "context", "until"].map(column).to_vec(),
            rows,
            total: false,
            notes: vec![Term { term: say("flash-annex-note"), text: say("flash-annex-note-text") }],
        }));
    }
    let named: Vec<Vec<Span>> = techniques(alert)
        .into_iter()
        .map(|(list, code)| {
            let name = crate::alerts::label(list, &code, lang);
            vec![Span::Code(code), Span::Text(format!(" {name}"))]
        })
        .collect();
    if !named.is_empty() {
        blocks.push(heading("techniques"));
        blocks.push(Block::List { ordered: false, items: named });
    }
    let figures = &alert.content.figures;
    let method = say(&format!("flash-method-{}", figures.method));
    let n_years = i64::try_from(figures.baseline_years).unwrap_or(0);
    let method = lang.say_with("flash-method", &[("method", (&method).into()), ("years", Value::Count(n_years))]);
    blocks.push(heading("method"));
    blocks.push(Block::Paragraph(vec![Span::Text(method)]));
    let years = figures.same_weeks.iter().map(|year| {
        let (name, count) = (year.year.to_string(), lang.integer(year.observed));
        vec![Span::Text(lang.say_with("flash-same-week", &[("year", (&name).into()), ("count", (&count).into())]))]
    });
    let years: Vec<_> = years.collect();
    if !years.is_empty() {
        blocks.push(Block::List { ordered: false, items: years });
    }
    blocks.push(heading("history"));
    let changes = alert.content.changes.iter().map(|change| {
        let (what, at) = (say(&change.what), date_time(change.at, lang));
        let text = lang.say_with("flash-change", &[("what", (&what).into()), ("at", (&at).into())]);
        let reason = change.reason.as_ref().map(|reason| format!(" – {reason}")).unwrap_or_default();
        vec![Span::Text(format!("{text}{reason}"))]
    });
    blocks.push(Block::List { ordered: false, items: changes.collect() });
    let values = [("reference", (&reference).into()), ("revision", (&revision).into())];
    Document {
        lang: lang.code().to_owned(),
        title,
        author: say("flash-service"),
        date: lang.say_with("flash-reference", &values),
        marking: marking(alert, lang),
        banner: crate::alerts::document(alert, lang).banner,
        cover: None,
        blocks,
    }
}
