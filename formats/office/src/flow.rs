//! The document from its first line to its last, for whichever form it is written in: the order of its paragraphs, their
//! looks, where a page begins, where references lead.

use crate::Picture;
use crate::look::{Frame, Look};
use crate::measure;
use beffroi_document::html::Words;
use beffroi_document::{Anchors, Block, Document, Figure, KeyFigure, Span, Table, Term, visible};

/// How a run of text stands out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Strong,
    Code,
    /// Leads to an anchor of the document.
    Link(String),
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

/// What a paragraph is, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) look: Look,
    pub(crate) frame: Frame,
    /// Whether it begins a page.
    pub(crate) begins_page: bool,
}

/// A drawing with its picture.
pub(crate) struct Drawing<'a> {
    pub(crate) svg: String,
    pub(crate) png: Vec<u8>,
    /// Width and height on the page, in millimetres.
    pub(crate) size: (f64, f64),
    pub(crate) title: &'a str,
    pub(crate) alt: &'a str,
}

/// A line of the contents.
pub(crate) struct Entry<'a> {
    pub(crate) level: u8,
    pub(crate) text: &'a str,
    pub(crate) anchor: String,
}

/// What writes one form.
pub(crate) trait Sink {
    /// A paragraph; `anchor` is where references to it lead.
    fn paragraph(&mut self, place: Place, anchor: Option<&str>, runs: &[Run]);
    /// A list of one level, each entry at that place.
    fn list(&mut self, is_ordered: bool, place: Place, items: &[Vec<Run>]);
    /// A table, its rows each as long as its columns.
    fn table(&mut self, table: &Table, rows: &[Vec<&str>]);
    /// A drawing.
    fn drawing(&mut self, place: Place, drawing: Drawing<'_>);
    /// The table of contents.
    fn contents(&mut self, title: &str, entries: &[Entry<'_>]);
}

/// Writes the document.
pub(crate) fn write(document: &Document, words: &Words, picture: Picture<'_>, sink: &mut dyn Sink) {
    let mut flow = Flow {
        sink,
        words,
        picture,
        anchors: Anchors::of(document, &[]),
        rank: 0,
        frame: Frame::Outside,
        begins_page: false,
    };
    flow.front(document);
    flow.blocks(&document.blocks);
}

struct Flow<'a> {
    sink: &'a mut dyn Sink,
    words: &'a Words,
    picture: Picture<'a>,
    anchors: Anchors,
    /// Level of the last heading: none is skipped on the way down.
    rank: u8,
    frame: Frame,
    begins_page: bool,
}

impl Flow<'_> {
    /// The cover and the contents; of a document without a cover, its title and who says it when.
    fn front(&mut self, document: &Document) {
        let imprint: Vec<&str> =
            [&document.author, &document.date].into_iter().map(String::as_str).filter(|t| !t.is_empty()).collect();
        if let Some(cover) = &document.cover {
            self.line(Look::Kicker, &cover.kicker);
        }
        self.line(Look::Title, &document.title);
        if let Some(cover) = &document.cover {
            self.line(Look::Subtitle, &cover.subtitle);
        }
        self.line(Look::Imprint, &imprint.join(" · "));
        let Some(cover) = &document.cover else { return };
        cover.lines.iter().for_each(|line| self.line(Look::Imprint, line));
        let mut entries = Vec::new();
        headings(&document.blocks, &self.anchors, &mut entries);
        if entries.len() > 1 {
            self.sink.contents(&self.words.contents, &entries);
        }
        self.begins_page = true;
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match block {
            // A heading without a text would be an entry without a name in the reader's outline.
            Block::Heading { text, .. } if text.trim().is_empty() => {}
            Block::Heading { level, text, id } => {
                self.rank = (*level).clamp(1, 3).min(self.rank + 1);
                self.titled(Look::Heading(self.rank), text, id);
            }
            Block::Paragraph(spans) => {
                let runs = self.runs(spans);
                self.paragraph(Look::Body, None, &runs);
            }
            Block::List { items, .. } if items.is_empty() => {}
            Block::List { ordered, items } => {
                let items: Vec<Vec<Run>> = items.iter().map(|item| self.runs(item)).collect();
                let place = self.place(Look::Item);
                self.sink.list(*ordered, place, &items);
            }
            Block::KeyFigures(figures) => figures.iter().for_each(|figure| self.key_figure(figure)),
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => self.table(table),
            Block::Terms(terms) => self.terms(Look::Term, terms),
            Block::Frame { title, warning, blocks } => {
                let outer = self.frame;
                self.frame = if *warning || outer == Frame::Warning { Frame::Warning } else { Frame::Plain };
                self.line(Look::FrameTitle, title);
                self.blocks(blocks);
                self.frame = outer;
            }
            Block::PageBreak => self.begins_page = true,
        }
    }

    fn key_figure(&mut self, figure: &KeyFigure) {
        self.line(Look::KeyValue, &figure.value);
        self.line(Look::KeyLabel, &figure.label);
        self.line(Look::KeyNote, &figure.note);
        if !figure.certificate.is_empty() {
            let told = [plain(&format!("{} ", self.words.certificate)), run(Kind::Code, &figure.certificate)];
            self.paragraph(Look::KeyNote, None, &told);
        }
    }

    fn figure(&mut self, figure: &Figure) {
        self.titled(Look::Caption, &figure.title, &figure.id);
        let alt = if figure.alt.trim().is_empty() { &figure.title } else { &figure.alt };
        // Markup is ASCII and stays as it is; what hides in its texts is spelled out, as everywhere.
        let svg = visible(&figure.svg).into_owned();
        let made = (self.picture)(&svg).and_then(|png| Some((measure::dots(&png)?, png)));
        match made {
            Some((dots, png)) => {
                let place = self.place(Look::Body);
                let size = measure::fitted(dots);
                self.sink.drawing(place, Drawing { svg, png, size, title: &figure.title, alt });
            }
            None => self.line(Look::Body, alt),
        }
        self.terms(Look::Note, &figure.notes);
        figure.table.iter().for_each(|table| self.table(table));
    }

    fn table(&mut self, table: &Table) {
        // Two tables without a line between them would become one.
        self.titled(Look::Caption, &table.caption, &table.id);
        let row = |row: &'_ Vec<String>| -> Vec<String> {
            // A row that is too short is filled and one that is too long is cut: a figure never stands under another column.
            row.iter()
                .cloned()
                .chain(std::iter::repeat_n(String::new(), table.columns.len()))
                .take(table.columns.len())
                .collect()
        };
        if !table.columns.is_empty() {
            let rows: Vec<Vec<String>> = table.rows.iter().map(row).collect();
            let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            self.sink.table(table, &rows);
        }
        self.terms(Look::Note, &table.notes);
    }

    fn terms(&mut self, look: Look, terms: &[Term]) {
        for term in terms {
            let told = [run(Kind::Strong, &term.term), plain(&format!(" – {}", term.text))];
            self.paragraph(look, None, &told);
        }
    }

    /// A paragraph of one text to which references lead.
    fn titled(&mut self, look: Look, text: &str, id: &str) {
        let anchor = self.anchors.place(id);
        self.paragraph(look, anchor.as_deref(), &[plain(text)]);
    }

    /// A paragraph of one text, if there is one.
    fn line(&mut self, look: Look, text: &str) {
        if !text.is_empty() {
            self.paragraph(look, None, &[plain(text)]);
        }
    }

    fn paragraph(&mut self, look: Look, anchor: Option<&str>, runs: &[Run]) {
        let place = self.place(look);
        self.sink.paragraph(place, anchor, runs);
    }

    /// Where the next paragraph stands; a page begins once.
    fn place(&mut self, look: Look) -> Place {
        Place { look, frame: self.frame, begins_page: std::mem::take(&mut self.begins_page) }
    }

    fn runs(&self, spans: &[Span]) -> Vec<Run> {
        let one = |span: &Span| match span {
            Span::Text(text) => plain(text),
            Span::Strong(text) => run(Kind::Strong, text),
            Span::Code(text) => run(Kind::Code, text),
            Span::Reference { text, id } => match self.anchors.resolve(id) {
                Some(anchor) => run(Kind::Link(anchor.to_owned()), text),
                None => plain(text),
            },
        };
        spans.iter().map(one).collect()
    }
}

fn run(kind: Kind, text: &str) -> Run {
    Run { kind, text: visible(text).into_owned() }
}

fn plain(text: &str) -> Run {
    run(Kind::Plain, text)
}

/// The headings of level 1 and 2 to which the contents lead.
fn headings<'a>(blocks: &'a [Block], anchors: &Anchors, into: &mut Vec<Entry<'a>>) {
    for block in blocks {
        match block {
            Block::Heading { level, text, id } if *level <= 2 && !text.trim().is_empty() => {
                if let Some(anchor) = anchors.resolve(id) {
                    into.push(Entry { level: (*level).max(1), text, anchor: anchor.to_owned() });
                }
            }
            Block::Frame { blocks, .. } => headings(blocks, anchors, into),
            _ => {}
        }
    }
}
