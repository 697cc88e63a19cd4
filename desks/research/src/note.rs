//! A foresight note as it is read: the scenarios on the scale, what to watch, and how the last forecasts did.

use crate::blocks::{paragraph, table};
use crate::scores::{figures, resolved};
use beffroi_document::Block;
use beffroi_forecast::{brier, word};
use beffroi_register::{Record, Refusal, SheetContext, items};
use jiff::civil::Date;

/// Sheet of a note.
pub(crate) fn note(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(note) = context.record else { return Ok(Vec::new()) };
    let named = |field: &str| -> Vec<&Record> { items(note.value(field)).filter_map(|it| context.find(it)).collect() };
    let heading = |what: &str| Block::Heading { level: 1, text: context.say(what), id: what.to_owned() };
    let day = |text: &str| text.parse::<Date>().map_or_else(|_| text.to_owned(), |day| context.lang.date(day));
    let told = |forecast: &Record| {
        let code = forecast.value("probability");
        context.lang.say(&format!("register-forecast-choice-probability-{code}"))
    };
    let scenarios = named("scenarios").into_iter().map(|forecast| {
        vec![
            forecast.value("title").to_owned(),
            forecast.value("statement").to_owned(),
            told(forecast),
            day(forecast.value("horizon")),
            items(forecast.value("indicators")).collect::<Vec<_>>().join(" ; "),
        ]
    });
    let mut blocks = vec![
        heading("note-question"),
        paragraph(note.value("question").to_owned()),
        heading("note-signals"),
        paragraph(note.value("signals").to_owned()),
        heading("note-answer"),
        paragraph(note.value("summary").to_owned()),
        table(
            context,
            "note-scenarios",
            &["title", "statement", "probability", "horizon", "indicators"],
            scenarios.collect(),
        ),
        paragraph(context.say("note-scale")),
        heading("note-past"),
    ];
    let past = named("past");
    match brier(&resolved(past.iter().copied())) {
        Ok(score) => blocks.push(figures(context, &score)),
        Err(_) => blocks.push(paragraph(match note.value("no_past") {
            "" => context.say("note-none"),
            why => why.to_owned(),
        })),
    }
    if !past.is_empty() {
        blocks.push(table(
            context,
            "note-scored",
            &["title", "probability", "happened", "#score"],
            past.into_iter().map(|forecast| scored(context, forecast, told(forecast))).collect(),
        ));
    }
    Ok(blocks)
}

fn scored(context: &SheetContext<'_>, forecast: &Record, told: String) -> Vec<String> {
    let happened = forecast.value("happened") == "yes";
    let is_known = forecast.state == "resolved";
    let score = word(forecast.value("probability")).filter(|_| is_known).map(|word| {
        let outcome = if happened { 1.0 } else { 0.0 };
        context.lang.decimal((word.probability() - outcome).powi(2), 3)
    });
    let outcome = match (is_known, happened) {
        (true, true) => context.say("note-happened"),
        (true, false) => context.say("note-did-not"),
        (false, _) => context.say("note-void"),
    };
    vec![forecast.value("title").to_owned(), told, outcome, score.unwrap_or_else(|| "–".to_owned())]
}
