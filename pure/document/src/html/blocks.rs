//! Blocks as HTML.

use super::Words;
use super::escape::{escaped, inline_svg, lines, unstyled_svg};
use crate::anchors::Anchors;
use crate::block::{Block, Column, Figure, KeyFigure, Span, Table, Term};

/// Writes blocks one after another.
pub(crate) struct Writer<'a> {
    out: String,
    anchors: Anchors,
    words: &'a Words,
    /// Rank of the last heading written; the `h1` is the title's.
    rank: u8,
    /// Whether drawings keep their own style element.
    styled: bool,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(anchors: Anchors, words: &'a Words, styled: bool) -> Self {
        Self { out: String::new(), anchors, words, rank: 1, styled }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    pub(crate) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text, id } => {
                // Never a rank skipped on the way down: a screen reader's user would look for the missing one.
                let rank = ((*level).clamp(1, 3) + 1).min(self.rank + 1);
                self.rank = rank;
                let id = self.id(id);
                self.push(&format!("<h{rank}{id}>{}</h{rank}>\n", lines(text)));
            }
            Block::Paragraph(spans) => {
                let text = self.spans(spans);
                self.push(&format!("<p>{text}</p>\n"));
            }
            Block::List { ordered, items } => {
                let tag = if *ordered { "ol" } else { "ul" };
                self.push(&format!("<{tag}>\n"));
                for item in items {
                    let text = self.spans(item);
                    self.push(&format!("<li>{text}</li>\n"));
                }
                self.push(&format!("</{tag}>\n"));
            }
            Block::KeyFigures(figures) => self.key_figures(figures),
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => self.table(table),
            Block::Terms(terms) => self.terms(terms, "terms"),
            Block::Frame { title, warning, blocks } => {
                let class = if *warning { "frame frame-warning" } else { "frame" };
                self.push(&format!(
                    "<div class=\"{class}\" role=\"group\" aria-label=\"{}\">\n<p class=\"frame-title\">{}</p>\n",
                    escaped(title),
                    lines(title)
                ));
                self.blocks(blocks);
                self.push("</div>\n");
            }
            Block::PageBreak => self.push("<div class=\"page-break\"></div>\n"),
        }
    }

    fn key_figures(&mut self, figures: &[KeyFigure]) {
        self.push("<ul class=\"key-figures\">\n");
        for figure in figures {
            self.push(&format!(
                "<li><p class=\"key-value\">{}</p>\n<p class=\"key-label\">{}</p>\n",
                lines(&figure.value),
                lines(&figure.label)
            ));
            if !figure.note.is_empty() {
                self.push(&format!("<p class=\"key-note\">{}</p>\n", lines(&figure.note)));
            }
            self.certificate(&figure.certificate);
            self.push("</li>\n");
        }
        self.push("</ul>\n");
    }

    fn certificate(&mut self, id: &str) {
        if !id.is_empty() {
            self.push(&format!(
                "<p class=\"certificate\">{} <code>{}</code></p>\n",
                escaped(&self.words.certificate),
                escaped(id)
            ));
        }
    }

    fn figure(&mut self, figure: &Figure) {
        let id = self.id(&figure.id);
        let alt = if figure.alt.is_empty() { &figure.title } else { &figure.alt };
        let svg = if self.styled { inline_svg(&figure.svg).to_owned() } else { unstyled_svg(&figure.svg) };
        self.push(&format!(
            "<figure{id}>\n<figcaption>{}</figcaption>\n<div class=\"drawing chart-scroll\" role=\"img\" tabindex=\"0\" aria-label=\"{}\">{}</div>\n",
            lines(&figure.title),
            escaped(alt),
            svg
        ));
        self.terms(&figure.notes, "notes");
        if let Some(table) = &figure.table {
            self.push(&format!("<details>\n<summary>{}</summary>\n", escaped(&self.words.values)));
            self.table(table);
            self.push("</details>\n");
        }
        self.push("</figure>\n");
    }

    fn table(&mut self, table: &Table) {
        let id = self.id(&table.id);
        self.push(&format!(
            "<div class=\"table-scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{}\">\n<table{id}>\n<caption>{}</caption>\n",
            escaped(&table.caption),
            lines(&table.caption)
        ));
        self.push("<thead>\n<tr>");
        for column in &table.columns {
            self.push(&format!("<th scope=\"col\"{}>{}</th>", numeric(column), lines(&column.label)));
        }
        self.push("</tr>\n</thead>\n<tbody>\n");
        let last = table.rows.len().saturating_sub(1);
        for (i, row) in table.rows.iter().enumerate() {
            self.push(if table.total && i == last { "<tr class=\"total\">" } else { "<tr>" });
            // A row that is too short is filled and one that is too long is cut: a figure never stands under another column.
            let cells = row.iter().map(String::as_str).chain(std::iter::repeat(""));
            for (j, (column, cell)) in table.columns.iter().zip(cells).enumerate() {
                let class = numeric(column);
                let text = lines(cell);
                self.push(&if j == 0 {
                    format!("<th scope=\"row\"{class}>{text}</th>")
                } else {
                    format!("<td{class}>{text}</td>")
                });
            }
            self.push("</tr>\n");
        }
        self.push("</tbody>\n</table>\n</div>\n");
        self.terms(&table.notes, "notes");
    }

    fn terms(&mut self, terms: &[Term], class: &str) {
        if terms.is_empty() {
            return;
        }
        self.push(&format!("<dl class=\"{class}\">\n"));
        for term in terms {
            self.push(&format!("<div><dt>{}</dt> <dd>{}</dd></div>\n", lines(&term.term), lines(&term.text)));
        }
        self.push("</dl>\n");
    }

    fn spans(&self, spans: &[Span]) -> String {
        spans
            .iter()
            .map(|span| match span {
                Span::Text(text) => lines(text),
                Span::Strong(text) => format!("<strong>{}</strong>", lines(text)),
                Span::Code(text) => format!("<code>{}</code>", lines(text)),
                Span::Reference { text, id } => match self.anchors.resolve(id) {
                    Some(anchor) => format!("<a href=\"#{anchor}\">{}</a>", lines(text)),
                    None => lines(text),
                },
            })
            .collect()
    }

    fn id(&mut self, id: &str) -> String {
        self.anchors.place(id).map(|anchor| format!(" id=\"{anchor}\"")).unwrap_or_default()
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }
}

fn numeric(column: &Column) -> &'static str {
    if column.numeric { " class=\"numeric\"" } else { "" }
}
