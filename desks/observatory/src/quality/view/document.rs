//! The sheet as a document, for the typesetter.

use super::{Section, Words, sections};
use crate::quality::sheet::QualitySheet;
use beffroi_document::{Block, Column, Document, Span, Table, Term};
use beffroi_model::Marking;
use beffroi_wording::Lang;

/// The sheet as a document. `title` is the source's; the marking is that of its rows.
pub fn document(sheet: &QualitySheet, title: &str, marking: Marking, lang: Lang) -> Document {
    let words = Words { lang, of_reports: sheet.of_reports };
    let blocks = sections(sheet, lang).into_iter().flat_map(blocks).collect();
    Document {
        lang: lang.code().to_owned(),
        title: lang.say_with("quality-title", &[("source", title.into())]),
        author: lang.say("flash-service"),
        date: words.instant(sheet.delivery.at),
        marking: marking.to_string(),
        banner: sheet.delivery.synthetic.then(|| lang.say("flash-banner-synthetic")),
        cover: None,
        blocks,
    }
}

fn blocks(section: Section) -> Vec<Block> {
    let mut blocks = vec![Block::Heading { level: 1, text: section.title, id: section.id.to_owned() }];
    blocks.extend(section.notes.into_iter().map(|note| Block::Paragraph(vec![Span::Text(note)])));
    if !section.terms.is_empty() {
        let terms = section.terms.into_iter().map(|(term, text)| Term { term, text });
        blocks.push(Block::Terms(terms.collect()));
    }
    for table in section.tables {
        let columns = table.columns.into_iter().map(|(label, numeric)| Column { label, numeric });
        let (id, caption, columns) = (table.id, table.caption, columns.collect());
        blocks.push(Block::Table(Table { id, caption, columns, rows: table.rows, total: false, notes: Vec::new() }));
        blocks.extend(table.left.map(|left| Block::Paragraph(vec![Span::Text(left)])));
    }
    blocks
}
