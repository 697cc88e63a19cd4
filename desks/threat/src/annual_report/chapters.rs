//! The chapters that were written and validated, the frozen figures that they cite, and the colophon.

use super::Options;
use super::press::{Cell, Press, Sheet, number_column, text_column};
use beffroi_document::Block;
use beffroi_indicators::Certificate;
use beffroi_model::{Channel, Marking};
use jiff::civil::Date;

/// A chapter as the report lays it out.
#[derive(Debug, Clone, PartialEq)]
pub struct ChapterText {
    /// Its reference in the register.
    pub reference: String,
    /// Its title.
    pub title: String,
    /// What it says; each figure in it is a reference to a table of [`CitedFigures`].
    pub blocks: Vec<Block>,
    /// The day on which its text was last handed in.
    pub handed_in: Date,
    /// The day on which it was validated.
    pub validated: Date,
    /// To whom it may go.
    pub marking: Marking,
    /// Whether it is made up.
    pub synthetic: bool,
}

/// The figures that chapters cite of one publication.
#[derive(Debug, Clone, PartialEq)]
pub struct CitedFigures {
    /// The reference under which they were published.
    pub reference: String,
    /// The identifier of their table.
    pub id: String,
    /// Headings of their keys.
    pub heads: Vec<String>,
    /// What they count.
    pub unit: String,
    /// Their keys in words, their values, and how they are printed.
    pub rows: Vec<(Vec<String>, f64, String)>,
    /// The certificate they were frozen with.
    pub certificate: Certificate,
}

/// The chapters that may go into the report, in the order in which they were given.
pub(super) fn printed<'a>(options: &Options<'a>) -> Vec<&'a ChapterText> {
    let chapters = options.chapters.iter();
    chapters.filter(|chapter| chapter.marking.may_leave(Channel::AnnualReport, options.marking)).collect()
}

/// The chapters, and the tables of the figures that they cite, which go to the annex.
pub(super) fn section(options: &Options<'_>, press: &mut Press) -> Vec<Block> {
    let chapters = printed(options);
    if chapters.is_empty() {
        return Vec::new();
    }
    for cited in options.cited {
        let table = figures(cited, press);
        press.annex.push(table);
    }
    let mut blocks = Vec::new();
    for chapter in chapters {
        let (level, text, id) = (1, chapter.title.clone(), chapter.reference.clone());
        blocks.extend([Block::PageBreak, Block::Heading { level, text, id }]);
        blocks.extend(chapter.blocks.iter().cloned());
    }
    blocks
}

/// The figures of one publication, as they were frozen.
fn figures(cited: &CitedFigures, press: &mut Press) -> Block {
    let lang = press.lang;
    let row = |(keys, value, shown): &(Vec<String>, f64, String)| {
        let number = Cell::Number { value: Some(*value), shown: shown.clone() };
        // A figure without a breakdown is that of everything.
        let all = keys.is_empty().then(|| lang.say("report-total"));
        keys.iter().cloned().chain(all).map(Cell::Text).chain([number]).collect()
    };
    let all = cited.heads.is_empty().then(|| lang.say("report-column-title"));
    let mut columns: Vec<_> = cited.heads.iter().cloned().chain(all).map(text_column).collect();
    columns.push(number_column(cited.unit.clone()));
    let caption = lang.say_with("report-cited-table", &[("reference", (&cited.reference).into())]);
    let source = press.titles(cited.certificate.sources.iter().map(|source| source.source.as_str()));
    let notes = vec![press.note("source", source)];
    let rows = cited.rows.iter().map(row).collect();
    let sheet = Sheet { id: &cited.id, caption, columns, rows, total: false, notes };
    Block::Table(press.frozen(sheet, &cited.certificate))
}

/// When each chapter was handed in and validated; persons are not named.
pub(super) fn colophon(options: &Options<'_>, press: &mut Press) -> Vec<Block> {
    let (lang, chapters) = (press.lang, printed(options));
    if chapters.is_empty() {
        return Vec::new();
    }
    let row = |chapter: &&ChapterText| {
        let days = [chapter.handed_in, chapter.validated].map(|day| lang.date(day));
        [chapter.title.clone(), chapter.reference.clone()].into_iter().chain(days).map(Cell::Text).collect()
    };
    let rows = chapters.iter().map(row).collect();
    let heads =
        ["report-column-chapter", "report-column-reference", "report-column-handed-in", "report-column-validated"];
    let columns = heads.map(|key| text_column(lang.say(key))).to_vec();
    let caption = lang.say("report-colophon-table");
    let sheet = Sheet { id: "tbl-chapters", caption, columns, rows, total: false, notes: Vec::new() };
    vec![
        press.heading(2, "report-colophon-heading", "colophon"),
        press.paragraph("report-colophon-text", &[]),
        Block::Table(press.register(sheet, "chapters")),
    ]
}
