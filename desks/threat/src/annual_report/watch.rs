//! The signals and flash alerts of the year.

use super::press::{Cell, Press, Sheet, number_column, text_column};
use super::{AlertLine, Options, SignalLine};
use beffroi_document::Block;
use beffroi_model::{Channel, Marking};

pub(super) fn section(options: &Options<'_>, press: &mut Press) -> Vec<Block> {
    let lang = press.lang;
    let may = |marking: Marking| marking.may_leave(Channel::AnnualReport, options.marking);
    let signals: Vec<&SignalLine> = options.signals.iter().filter(|s| may(s.marking)).collect();
    let alerts: Vec<&AlertLine> = options.alerts.iter().filter(|a| may(a.marking)).collect();
    let left_out = options.signals.len() + options.alerts.len() - signals.len() - alerts.len();
    let mut blocks = vec![
        Block::PageBreak,
        press.heading(1, "report-watch-heading", "watch"),
        press.paragraph("report-watch-sentence", &[]),
        press.heading(2, "report-signals-heading", "signals-of-the-year"),
    ];
    if signals.is_empty() {
        blocks.push(press.paragraph("report-no-signals", &[]));
    } else {
        let row = |s: &&SignalLine| {
            vec![
                Cell::Text(lang.date(s.date)),
                Cell::Text(s.title.clone()),
                Cell::Text(s.territory.clone()),
                press.count(Some(s.observed)),
                press.number(s.threshold, beffroi_statistics::Status::Published, 1),
                Cell::Text(s.state.clone()),
            ]
        };
        let rows = signals.iter().map(row).collect();
        let columns = vec![
            text_column(lang.say("report-column-date")),
            text_column(lang.say("report-column-title")),
            text_column(lang.say("report-column-territory")),
            number_column(lang.say("report-column-observed")),
            number_column(lang.say("report-column-threshold")),
            text_column(lang.say("report-column-state")),
        ];
        let caption = lang.say("report-signals-table");
        let sheet = Sheet { id: "tbl-signals", caption, columns, rows, total: false, notes: Vec::new() };
        blocks.push(Block::Table(press.register(sheet, "signals")));
    }
    blocks.push(press.heading(2, "report-alerts-heading", "alerts-of-the-year"));
    if alerts.is_empty() {
        blocks.push(press.paragraph("report-no-alerts", &[]));
    } else {
        let row = |a: &&AlertLine| {
            [lang.date(a.date), a.reference.clone(), a.title.clone(), a.state.clone()].map(Cell::Text).to_vec()
        };
        let rows = alerts.iter().map(row).collect();
        let heads = ["report-column-date", "report-column-reference", "report-column-title", "report-column-state"];
        let columns = heads.map(|key| text_column(lang.say(key))).to_vec();
        let caption = lang.say("report-alerts-table");
        let sheet = Sheet { id: "tbl-alerts", caption, columns, rows, total: false, notes: Vec::new() };
        blocks.push(Block::Table(press.register(sheet, "alerts")));
    }
    if left_out > 0 {
        let count = i64::try_from(left_out).unwrap_or(i64::MAX);
        let text = lang.say_with("report-left-out", &[("count", count.into())]);
        blocks.push(Block::Paragraph(vec![beffroi_document::Span::Text(text)]));
    }
    blocks
}
