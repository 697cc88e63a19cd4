//! The four lines that stand below every figure in French official statistics: how to read it, what it covers, where it
//! comes from, and what to know.

use crate::figures;
use crate::pages::drawings::key_label;
use beffroi_desk_observatory::indicators::{Card, Figure, Figures};
use beffroi_indicators::Computation;
use beffroi_model::Period;
use beffroi_ports::Dimension;
use beffroi_wording::Lang;

/// The four lines: each term and its text; a term without text is left out.
pub(crate) type Convention = Vec<(String, String)>;

/// The four lines from their texts; notes are joined.
pub(crate) fn lines(t: Lang, reading: Option<String>, scope: String, source: String, notes: Vec<String>) -> Convention {
    let all = [
        (t.say("web-convention-reading"), reading.unwrap_or_default()),
        (t.say("web-convention-scope"), scope),
        (t.say("web-convention-source"), source),
        (t.say("web-convention-note"), notes.join(" ")),
    ];
    all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// The four lines of figures; `notes` come before what the figures themselves ask to be said.
pub(crate) fn of_figures(card: &Card, figures: &Figures, notes: Vec<String>, t: Lang) -> Convention {
    lines(t, reading(card, figures, t), scope(card, figures, t), source(figures, t), all_notes(card, figures, notes, t))
}

/// One figure read aloud: the latest period's largest that is published.
fn reading(card: &Card, figures: &Figures, t: Lang) -> Option<String> {
    let time = figures.by.iter().position(|d| d.grain().is_some());
    let period = |row: &Figure| row.keys.get(time?)?.as_deref()?.parse::<Period>().ok();
    let published = figures.rows.iter().filter(|row| row.value.is_some() && !row.status.is_hidden());
    let rank = |row: &&Figure| (period(row), row.value.unwrap_or_default());
    let row = published.max_by(|a, b| {
        let ((p, v), (q, w)) = (rank(a), rank(b));
        p.cmp(&q).then_with(|| v.total_cmp(&w))
    })?;
    let mut what: Vec<String> = Vec::new();
    for (dimension, key) in figures.by.iter().zip(&row.keys) {
        what.push(key_label(t, *dimension, key.as_deref()));
    }
    Some(read_aloud(t, card, &what.join(", "), &figures::figure(t, card, Some(row))))
}

/// A figure read aloud: what it is of, its value, its unit.
pub(crate) fn read_aloud(t: Lang, card: &Card, what: &str, value: &str) -> String {
    let unit = card.unit.of(t.code());
    t.say_with("web-convention-read", &[("what", what.into()), ("value", value.into()), ("unit", unit.into())])
}

/// What the figures cover: layer, what the card says that it covers (*champ*), and what they were narrowed to.
pub(crate) fn scope(card: &Card, figures: &Figures, t: Lang) -> String {
    let filters = &figures.certificate.filters;
    let own = match &card.computation {
        Computation::Reports { filters, .. } => filters.as_slice(),
        _ => &[],
    };
    let is_own = |text: &str| own.iter().any(|f| text == format!("{}={}", f.dimension.code(), f.values.join("|")));
    let asked: Vec<String> = filters
        .iter()
        .filter(|text| !is_own(text))
        .filter_map(|text| {
            let (code, values) = text.split_once('=')?;
            let dimension = Dimension::from_code(code).filter(|d| *d != Dimension::Layer)?;
            let names: Vec<String> = values.split('|').map(|v| key_label(t, dimension, Some(v))).collect();
            Some(names.join(", "))
        })
        .collect();
    let layer = figures::label("layers", card.layer.code(), t);
    // Of a part of the country, what the card covers as a whole would say too much.
    let located = ["department=", "region=", "area="];
    let is_part = filters.iter().any(|text| !is_own(text) && located.iter().any(|start| text.starts_with(start)));
    let field = (!is_part).then(|| card.field.of(t.code()).to_owned());
    std::iter::once(layer).chain(field).chain(asked).collect::<Vec<_>>().join(" ; ")
}

/// Where the figures come from: each source with the day at which it stood, and the snapshot.
pub(crate) fn source(figures: &Figures, t: Lang) -> String {
    let mut sources: Vec<String> = Vec::new();
    for source in &figures.certificate.sources {
        let day = source.vintage.map(|day| format!(" ({})", t.date(day)));
        let text = format!("{}{}", source.source, day.unwrap_or_default());
        if !sources.contains(&text) {
            sources.push(text);
        }
    }
    let (sources, snapshot) = (sources.join(", "), figures.certificate.snapshot.to_string());
    let values = [("sources", sources.as_str().into()), ("snapshot", snapshot.as_str().into())];
    t.say_with("web-convention-sources", &values)
}

/// What has to be known: breaks that lie within what is shown, and cells withheld.
fn all_notes(card: &Card, figures: &Figures, notes: Vec<String>, t: Lang) -> Vec<String> {
    let mut notes = notes;
    let shown = figures.rows.iter().flat_map(|row| row.keys.iter().flatten()).filter_map(|k| k.parse::<Period>().ok());
    let (mut first, mut last) = (None::<Period>, None::<Period>);
    for period in shown {
        first = Some(first.map_or(period, |f| if period.start() < f.start() { period } else { f }));
        last = Some(last.map_or(period, |l| if period.end() > l.end() { period } else { l }));
    }
    let within = card
        .breaks
        .iter()
        .filter(|b| first.is_some_and(|f| f.start() < b.at.start()) && last.is_some_and(|l| b.at.start() <= l.end()));
    for b in within {
        let (at, what) = (t.period(b.at), b.label.of(t.code()));
        notes.push(t.say_with("web-convention-break", &[("at", (&at).into()), ("what", what.into())]));
    }
    if figures.rows.iter().any(|row| row.status.is_hidden()) {
        notes.push(t.say("web-secret-note"));
    }
    notes
}
