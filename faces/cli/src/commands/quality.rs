//! `beffroi source quality [DELIVERY]` and `beffroi source duplicates ID`.

use super::{report, source};
use crate::Context;
use crate::args::SheetFormat;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::quality::view::{self, Section};
use beffroi_desk_observatory::quality::{QualitySheet, Shelf, duplicates as pairs};
use beffroi_desk_observatory::sources;
use beffroi_model::{DeliveryId, Marking, SourceId};
use jiff::civil::Date;
use std::path::Path;

/// Days that pairs are looked for in when nothing is said.
const DAYS: i64 = 365;

/// Shows the sheet of a delivery, or the list of sheets.
pub(super) fn sheets(
    delivery: Option<DeliveryId>,
    format: Option<SheetFormat>,
    out: Option<&Path>,
    context: &Context,
) -> Outcome {
    let shelf = Shelf::new(context.folder.quality());
    let Some(delivery) = delivery else { return list(&shelf, context) };
    let Some(sheet) = shelf.find(&delivery).map_err(ours)? else {
        let values = [("delivery", delivery.as_str().into())];
        return Err(Fault::user(context.lang.say_with("cli-no-sheet", &values)));
    };
    let format = format.unwrap_or(if context.json { SheetFormat::Json } else { SheetFormat::Text });
    let bytes = match (format, out) {
        (SheetFormat::Json, None) => return print_json(&sheet),
        (SheetFormat::Text, None) => return print(&text(&sheet, context)),
        (SheetFormat::Pdf, None) => return Err(Fault::user(context.lang.say("cli-pdf-needs-out"))),
        (SheetFormat::Json, Some(_)) => serde_json::to_vec_pretty(&sheet).map_err(ours)?,
        (SheetFormat::Text, Some(_)) => text(&sheet, context).into_bytes(),
        (SheetFormat::Pdf, Some(_)) => pdf(&sheet, context)?,
    };
    let Some(out) = out else { return Ok(()) };
    report::write(out, &bytes)?;
    let file = out.display().to_string();
    print(&format!("{}\n", context.lang.say_with("cli-sheet-written", &[("file", (&file).into())])))
}

fn list(shelf: &Shelf, context: &Context) -> Outcome {
    let sheets = shelf.all().map_err(ours)?;
    if context.json {
        return print_json(&sheets);
    }
    let lang = context.lang;
    let head = ["delivery", "source", "file", "vintage", "rows", "outcome", "controls"];
    let mut table = TextTable::new(head.map(|column| lang.say(&format!("cli-column-{column}")))).numeric([4]);
    for sheet in &sheets {
        let of = &sheet.delivery;
        table.row([
            of.id.to_string(),
            of.source.to_string(),
            of.file.clone(),
            of.vintage.to_string(),
            lang.integer(of.rows_accepted as f64),
            view::outcome(sheet, lang),
            view::verdict(sheet, lang),
        ]);
    }
    print(&table.text())
}

fn pdf(sheet: &QualitySheet, context: &Context) -> Outcome<Vec<u8>> {
    let catalogue = source::catalogue(context)?;
    let source = catalogue.get(sheet.delivery.source.as_str());
    let title = source.map_or_else(|| sheet.delivery.source.to_string(), |s| sources::explain(s, context.lang).title);
    // What no declaration names any more is kept to those who brought it in.
    let marking = source.map_or_else(Marking::default, |source| source.declaration.marking);
    let document = view::document(sheet, &title, marking, context.lang);
    context.typesetter.pdf(&document, sheet.delivery.at).map_err(ours)
}

fn text(sheet: &QualitySheet, context: &Context) -> String {
    let sections = view::sections(sheet, context.lang);
    let parts: Vec<String> = sections.iter().map(part).collect();
    parts.join("\n")
}

fn part(section: &Section) -> String {
    let mut text = format!("{}\n", section.title);
    for note in &section.notes {
        text.push_str(&format!("{note}\n"));
    }
    if let Some(((term, value), rest)) = section.terms.split_first() {
        let mut terms = TextTable::new([term, value]);
        rest.iter().for_each(|(term, value)| terms.row([term, value]));
        text.push_str(&terms.text());
    }
    for table in &section.tables {
        text.push_str(&format!("\n{}\n", table.caption));
        let of_figures = table.columns.iter().enumerate().filter(|(_, (_, numeric))| *numeric).map(|(i, _)| i);
        let mut shown = TextTable::new(table.columns.iter().map(|(label, _)| label)).numeric(of_figures);
        table.rows.iter().for_each(|row| shown.row(row));
        text.push_str(&shown.text());
        if let Some(left) = &table.left {
            text.push_str(&format!("{left}\n"));
        }
    }
    text
}

/// Lists the pairs of a source.
pub(super) async fn duplicates(
    source: &SourceId,
    (since, until): (Option<Date>, Option<Date>),
    synthetic: bool,
    context: &Context,
) -> Outcome {
    let until = until.unwrap_or_else(|| context.today());
    let since = since.unwrap_or_else(|| until.saturating_sub(jiff::Span::new().days(DAYS)));
    let lines = pairs::lines(context.facts.as_ref(), source, (since, until), synthetic).await.map_err(ours)?;
    if context.json {
        return print_json(&lines);
    }
    let lang = context.lang;
    let head = ["first", "id", "second", "id", "reason", "confidence"];
    let mut table = TextTable::new(head.map(|column| lang.say(&format!("cli-column-{column}")))).numeric([5]);
    for line in &lines {
        table.row([
            line.first_source.to_string(),
            line.first_id.clone(),
            line.second_source.to_string(),
            line.second_id.clone(),
            lang.say(&format!("quality-pair-{}", line.reason.code())),
            lang.percent(line.confidence, 0),
        ]);
    }
    print(&table.text())
}
