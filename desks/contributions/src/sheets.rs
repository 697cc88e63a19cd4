//! The sheets of this desk: what a service is asked, the receipt of what it sent, where a campaign stands.

use beffroi_clocks::Zone;
use beffroi_document::{Block, Column, KeyFigure, Span, Table, Term};
use beffroi_register::{Record, Refusal, SheetContext, Step, items, words};
use beffroi_wording::{Lang, Value};
use jiff::civil::Date;

fn own<'a>(context: &SheetContext<'a>) -> Result<&'a Record, Refusal> {
    context.record.ok_or_else(Refusal::new)
}

fn paragraph(text: String) -> Block {
    Block::Paragraph(vec![Span::Text(text)])
}

fn day(text: &str, t: Lang) -> String {
    text.parse::<Date>().map_or_else(|_| "–".to_owned(), |day| t.date(day))
}

/// Days of the steps that led to a state, the first first.
fn steps<'a>(record: &'a Record, state: &'static str) -> impl DoubleEndedIterator<Item = &'a Step> {
    record.path.iter().filter(move |step| step.state == state)
}

fn on(step: Option<&Step>, t: Lang) -> String {
    step.map_or_else(|| "–".to_owned(), |step| t.date(Zone::Paris.day(step.at)))
}

/// A term with the label `register-contribution-sheet-WHAT`.
fn term(what: &str, text: String, t: Lang) -> Term {
    let text = if text.is_empty() { "–".to_owned() } else { text };
    Term { term: t.say(&format!("register-contribution-sheet-{what}")), text }
}

/// What is due, until when and why, on one page.
pub(crate) fn request(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (own, t) = (own(context)?, context.lang);
    let mut blocks = vec![Block::Terms(vec![
        term("what", own.value("title").to_owned(), t),
        term("until", day(own.value("due"), t), t),
        term("why", own.value("reason").to_owned(), t),
        term("state", words::state(context.register, &own.state, t), t),
    ])];
    let questions: Vec<Vec<Span>> =
        items(own.value("questions")).map(|question| vec![Span::Text(question.to_owned())]).collect();
    if !questions.is_empty() {
        blocks.push(Block::List { ordered: true, items: questions });
    }
    if !own.value("request").is_empty() {
        blocks.push(Block::Frame {
            title: context.say("again"),
            warning: true,
            blocks: vec![paragraph(own.value("request").to_owned())],
        });
    }
    blocks.push(paragraph(context.say("rules")));
    Ok(blocks)
}

/// The receipt: which version was received when, with what it says.
pub(crate) fn receipt(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (own, t) = (own(context)?, context.lang);
    let versions = steps(own, "received").count();
    if versions == 0 {
        return Err(Refusal::new());
    }
    Ok(vec![
        paragraph(context.say("receipt-lead")),
        Block::Terms(vec![
            term("what", own.value("title").to_owned(), t),
            term("service", own.value("service").to_owned(), t),
            term("version", versions.to_string(), t),
            term("received_on", on(steps(own, "received").next_back(), t), t),
            term("acknowledged_on", on(steps(own, "acknowledged").next_back(), t), t),
            term("answer", own.value("answer").to_owned(), t),
        ]),
        paragraph(context.say("receipt-next")),
    ])
}

/// Where a campaign stands, service by service, in the order in which they were asked.
pub(crate) fn receipts(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (own, t) = (own(context)?, context.lang);
    let of_it: Vec<&Record> = context.of("contribution").filter(|one| one.value("campaign") == own.reference).collect();
    let count = |holds: &dyn Fn(&Record) -> bool| of_it.iter().filter(|one| holds(one)).count();
    let sent = |one: &Record| steps(one, "received").next().is_some();
    let figure = |key: &str, part: usize, whole: usize| KeyFigure {
        value: format!("{part} / {whole}"),
        label: context.say(&format!("receipts-{key}")),
        note: String::new(),
        certificate: String::new(),
    };
    let received = count(&sent);
    let due: Option<Date> = own.value("due").parse().ok();
    let in_time = |one: &Record| {
        let first = steps(one, "received").next().map(|step| Zone::Paris.day(step.at));
        first.is_some_and(|first| due.is_none_or(|due| first <= due))
    };
    let rows = of_it.iter().map(|one| {
        let state = state(one, t);
        let text =
            |field: &str| if one.value(field).is_empty() { "–".to_owned() } else { one.value(field).to_owned() };
        vec![
            one.reference.clone(),
            text("service"),
            state,
            steps(one, "received").count().to_string(),
            on(steps(one, "received").next_back(), t),
            on(steps(one, "acknowledged").next_back(), t),
            text("used_in"),
        ]
    });
    let columns = ["reference", "service", "state", "#version", "received_on", "acknowledged_on", "used_in"];
    let column = |key: &str| Column {
        label: t.say(&format!("register-contribution-sheet-{}", key.trim_start_matches('#'))),
        numeric: key.starts_with('#'),
    };
    Ok(vec![
        paragraph(context.say_with("receipts-lead", &[("due", Value::from(&day(own.value("due"), t)))])),
        Block::KeyFigures(vec![
            figure("received", received, of_it.len()),
            figure("in_time", count(&in_time), of_it.len()),
            figure("acknowledged", count(&|one| steps(one, "acknowledged").next().is_some()), received),
            figure("told", count(&|one| matches!(one.state.as_str(), "used" | "unused")), received),
        ]),
        Block::Table(Table {
            id: "receipts".to_owned(),
            caption: context.say("receipts-table"),
            columns: columns.into_iter().map(column).collect(),
            rows: rows.collect(),
            total: false,
            notes: Vec::new(),
        }),
    ])
}

/// The state of a contribution.
fn state(one: &Record, t: Lang) -> String {
    words::state(&crate::registers::contribution::REGISTER, &one.state, t)
}
