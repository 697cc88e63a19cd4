//! A document as plain text: for mail, terminals and screen readers that want nothing else.

use crate::block::{Block, Document, Span, Table, Term};
use crate::visible;

/// The document as text, lines as long as their paragraphs. The marking and the banner stand at the head.
pub fn text(document: &Document) -> String {
    let mut lines = vec![document.marking.clone()];
    lines.extend(document.banner.clone());
    lines.extend([String::new(), document.title.clone(), format!("{} – {}", document.author, document.date)]);
    blocks(&document.blocks, &mut lines);
    let mut out: String = lines.iter().map(|line| format!("{}\n", visible(line))).collect();
    out.push_str(&format!("\n{}\n", visible(&document.marking)));
    out
}

fn blocks(all: &[Block], lines: &mut Vec<String>) {
    for block in all {
        match block {
            Block::Heading { text, .. } => lines.extend([String::new(), text.to_uppercase()]),
            Block::Paragraph(content) => lines.push(spans(content)),
            Block::List { ordered, items } => {
                let mark = |n: usize| if *ordered { format!("{}.", n + 1) } else { "-".to_owned() };
                lines.extend(items.iter().enumerate().map(|(n, item)| format!("{} {}", mark(n), spans(item))));
            }
            Block::KeyFigures(figures) => {
                lines.push(String::new());
                let note = |note: &str| if note.is_empty() { String::new() } else { format!(" ({note})") };
                lines.extend(figures.iter().map(|f| format!("{} {}{}", f.value, f.label, note(&f.note))));
            }
            Block::Figure(figure) => {
                lines.extend([String::new(), figure.title.clone(), figure.alt.clone()]);
                figure.table.iter().for_each(|values| table(values, lines));
                terms(&figure.notes, lines);
            }
            Block::Table(values) => {
                lines.extend([String::new(), values.caption.clone()]);
                table(values, lines);
                terms(&values.notes, lines);
            }
            Block::Terms(list) => {
                lines.push(String::new());
                terms(list, lines);
            }
            Block::Frame { title, blocks: inside, .. } => {
                lines.extend([String::new(), title.to_uppercase()]);
                blocks(inside, lines);
            }
            Block::PageBreak => lines.push(String::new()),
        }
    }
}

fn spans(content: &[Span]) -> String {
    let text = |span: &Span| match span {
        Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Reference { text, .. } => text.clone(),
    };
    content.iter().map(text).collect()
}

fn terms(list: &[Term], lines: &mut Vec<String>) {
    lines.extend(list.iter().map(|term| format!("{}: {}", term.term, term.text)));
}

/// A line a row, each cell behind the heading of its column.
fn table(values: &Table, lines: &mut Vec<String>) {
    for row in &values.rows {
        let cells = values.columns.iter().zip(row).map(|(column, cell)| format!("{}: {cell}", column.label));
        lines.push(format!("- {}", cells.collect::<Vec<_>>().join("; ")));
    }
}
