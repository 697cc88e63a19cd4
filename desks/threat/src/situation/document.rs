//! A point as a document: two A4 pages.

use crate::alerts::{Grade, label, paris, place};
use crate::situation::{Difference, Said, Situation, Statement};
use beffroi_document::{Block, Column, Document, KeyFigure, Span, Table, Term};
use beffroi_wording::Lang;
use jiff::Timestamp;

/// Differences named one by one.
const NAMED: usize = 6;

/// The point in language `lang`; a draft says so on each page.
pub fn document(point: &Situation, lang: Lang) -> Document {
    let say = |key: &str| lang.say(&format!("situation-{key}"));
    let content = &point.content;
    let number = point.number.to_string();
    let name = content.name.said(lang);
    let title = lang.say_with("situation-title", &[("number", (&number).into()), ("name", name.into())]);
    let heading = |key: &str| Block::Heading { level: 1, text: say(key), id: format!("situation-{key}") };
    let mut blocks = vec![Block::Terms(head(point, lang))];
    if content.since_point.is_some() {
        blocks.push(differences(point, lang));
    }
    blocks.push(Block::KeyFigures(key_figures(point, lang)));
    let new: Vec<&str> = content.differences.iter().filter_map(added).collect();
    let list = |facts: bool| -> Vec<Vec<Span>> {
        content
            .statements
            .iter()
            .filter(|statement| statement.is_fact() == facts)
            .map(|statement| line(statement, new.contains(&statement.fr.as_str()), lang))
            .collect()
    };
    blocks.push(heading("facts"));
    blocks.push(items(list(true), say("none")));
    let unverified = list(false);
    blocks.push(Block::Frame {
        title: say("unverified"),
        warning: !unverified.is_empty(),
        blocks: vec![items(unverified, say("none"))],
    });
    blocks.push(heading("victims"));
    blocks.extend(victims(point, lang));
    blocks.push(heading("trend"));
    blocks.push(Block::Paragraph(vec![Span::Text(trend(point, lang))]));
    let said = |all: &[Said]| all.iter().map(|said| vec![Span::Text(text(said, lang).to_owned())]).collect::<Vec<_>>();
    blocks.push(heading("actions"));
    let mut actions = said(&content.actions);
    actions.extend(content.flashes.iter().map(|flash| {
        let (reference, revision) = (flash.reference.to_string(), flash.revision.to_string());
        let values = [("reference", (&reference).into()), ("revision", (&revision).into())];
        vec![Span::Text(lang.say_with("flash-reference", &values))]
    }));
    blocks.push(items(actions, say("none")));
    blocks.push(heading("unknowns"));
    blocks.push(items(said(&content.unknowns), say("none")));
    Document {
        lang: lang.code().to_owned(),
        title,
        author: lang.say("flash-service"),
        date: date_time(point.frozen_at.unwrap_or(point.drafted_at), lang),
        marking: point.marking.to_string(),
        banner: banner(point, lang),
        cover: None,
        blocks,
    }
}

fn date_time(at: Timestamp, lang: Lang) -> String {
    let at = paris(at);
    let (date, time) = (lang.date(at.date()), format!("{:02}:{:02}", at.hour(), at.minute()));
    lang.say_with("flash-date-time", &[("date", (&date).into()), ("time", (&time).into())])
}

fn banner(point: &Situation, lang: Lang) -> Option<String> {
    let mut warnings = Vec::new();
    if point.synthetic {
        warnings.push(lang.say("flash-banner-synthetic"));
    }
    if point.frozen_at.is_none() {
        warnings.push(lang.say("situation-banner-draft"));
    }
    (!warnings.is_empty()).then(|| warnings.join(" · "))
}

fn head(point: &Situation, lang: Lang) -> Vec<Term> {
    let content = &point.content;
    let term = |key: &str, text: String| Term { term: lang.say(&format!("situation-term-{key}")), text };
    let (phenomenon, place) = (label("phenomena", &content.phenomenon, lang), place(lang, &content.territory));
    let since = lang.date(content.since);
    let values = [("phenomenon", (&phenomenon).into()), ("place", (&place).into()), ("since", (&since).into())];
    let snapshot = content.picture.snapshot.to_string();
    vec![
        term("reference", point.reference.to_string()),
        term("about", lang.say_with("situation-about", &values)),
        term("author", point.author.clone()),
        term("snapshot", lang.say_with("situation-snapshot", &[("snapshot", (&snapshot).into())])),
        term("next", date_time(content.next_at, lang)),
    ]
}

fn added(difference: &Difference) -> Option<&str> {
    match difference {
        Difference::Added { statement } | Difference::Regraded { statement, .. } => Some(&statement.fr),
        _ => None,
    }
}

fn text(said: &Said, lang: Lang) -> &str {
    match lang {
        Lang::Fr => &said.fr,
        Lang::En => &said.en,
    }
}

fn of(statement: &Statement, lang: Lang) -> &str {
    match lang {
        Lang::Fr => &statement.fr,
        Lang::En => &statement.en,
    }
}

/// A statement with its grade; what is new is marked by a word, not by its look alone.
fn line(statement: &Statement, is_new: bool, lang: Lang) -> Vec<Span> {
    let mut spans = vec![Span::Code(statement.grade.to_string()), Span::Text(" ".to_owned())];
    if is_new {
        spans.push(Span::Strong(format!("{} ", lang.say("situation-new"))));
    }
    spans.push(Span::Text(of(statement, lang).to_owned()));
    spans
}

fn items(items: Vec<Vec<Span>>, none: String) -> Block {
    if items.is_empty() {
        return Block::Paragraph(vec![Span::Text(none)]);
    }
    Block::List { ordered: false, items }
}

fn count(value: Option<f64>, lang: Lang) -> String {
    value.map_or_else(|| lang.say("situation-few"), |value| lang.integer(value))
}

fn differences(point: &Situation, lang: Lang) -> Block {
    let number = point.content.since_point.unwrap_or(0).to_string();
    let title = lang.say_with("situation-differences", &[("number", (&number).into())]);
    let cut = |text: &str| -> String {
        let short: String = text.chars().take(90).collect();
        if short.len() < text.len() { format!("{short}…") } else { short }
    };
    let said = |key: &str, text: &str| {
        let text = cut(text);
        lang.say_with(&format!("situation-difference-{key}"), &[("text", (&text).into())])
    };
    let grade = |before: Grade, now: Grade, text: &str| {
        let (before, now, text) = (before.to_string(), now.to_string(), cut(text));
        let values = [("before", (&before).into()), ("now", (&now).into()), ("text", (&text).into())];
        lang.say_with("situation-difference-regraded", &values)
    };
    let all = &point.content.differences;
    let mut lines: Vec<Vec<Span>> = all
        .iter()
        .take(NAMED)
        .map(|difference| {
            vec![Span::Text(match difference {
                Difference::Added { statement } => said("added", of(statement, lang)),
                Difference::Dropped { statement } => said("dropped", of(statement, lang)),
                Difference::Regraded { statement, before } => grade(*before, statement.grade, of(statement, lang)),
                Difference::Action { said: action } => said("action", text(action, lang)),
                Difference::Unknown { said: unknown } => said("unknown", text(unknown, lang)),
                Difference::Answered { said: unknown } => said("answered", text(unknown, lang)),
                Difference::Total { before, now } => {
                    let (before, now) = (count(*before, lang), count(*now, lang));
                    let values = [("before", (&before).into()), ("now", (&now).into())];
                    lang.say_with("situation-difference-total", &values)
                }
            })]
        })
        .collect();
    if let Some(more) = i64::try_from(all.len()).ok().map(|n| n - NAMED as i64).filter(|more| *more > 0) {
        lines.push(vec![Span::Text(lang.say_with("situation-difference-more", &[("count", more.into())]))]);
    }
    Block::Frame { title, warning: true, blocks: vec![items(lines, lang.say("situation-difference-none"))] }
}

fn key_figures(point: &Situation, lang: Lang) -> Vec<KeyFigure> {
    let picture = &point.content.picture;
    let certificate = point.reference.to_string();
    let figure = |value: String, key: &str| KeyFigure {
        value,
        label: lang.say(&format!("situation-figure-{key}")),
        note: lang.say("situation-figure-rounded"),
        certificate: certificate.clone(),
    };
    let places = picture.spread.shown.len() as f64;
    vec![
        figure(count(picture.total, lang), "total"),
        figure(lang.integer(places), "places"),
        figure(picture.trend.map_or_else(|| "–".to_owned(), |t| format!("× {}", lang.decimal(t, 1))), "trend"),
    ]
}

fn victims(point: &Situation, lang: Lang) -> Vec<Block> {
    let picture = &point.content.picture;
    let column = |key: &str, numeric| Column { label: lang.say(&format!("situation-column-{key}")), numeric };
    let note = Term { term: lang.say("situation-note"), text: lang.say("situation-note-text") };
    let table = |id: &str, first: &str, rows: Vec<Vec<String>>| {
        if rows.is_empty() {
            return Block::Paragraph(vec![Span::Text(lang.say(&format!("situation-no-{id}")))]);
        }
        Block::Table(Table {
            id: format!("situation-{id}"),
            caption: lang.say(&format!("situation-by-{id}")),
            columns: vec![column(first, false), column("count", true)],
            rows,
            total: false,
            notes: vec![note.clone()],
        })
    };
    let places = picture.spread.shown.iter().map(|p| vec![place(lang, &p.territory), lang.integer(p.count)]);
    let sectors = picture.sectors.iter().map(|c| vec![label("sectors", &c.class, lang), lang.integer(c.count)]);
    vec![table("territory", "territory", places.collect()), table("sector", "sector", sectors.collect())]
}

fn trend(point: &Situation, lang: Lang) -> String {
    let picture = &point.content.picture;
    let each = picture.days.iter().map(|day| {
        let (name, count) = (lang.date(day.day), count(day.count, lang));
        lang.say_with("situation-day", &[("day", (&name).into()), ("count", (&count).into())])
    });
    let days = each.collect::<Vec<_>>().join(", ");
    match picture.trend {
        Some(ratio) => {
            let ratio = lang.decimal(ratio, 1);
            lang.say_with("situation-trend-text", &[("ratio", (&ratio).into()), ("days", (&days).into())])
        }
        None => lang.say_with("situation-trend-few", &[("days", (&days).into())]),
    }
}
