//! The document as the template reads it: JSON and drawings, each text such that the fonts can set it.

use crate::fonts;
use beffroi_document::{Anchors, Block, Document, Figure, KeyFigure, Span, Table, Term, shown};
use serde_json::{Value, json};

/// Above this number of drawings a document is refused: each is a file of the engine, of which there are 65 535.
const MOST_DRAWINGS: usize = 1000;
/// Runs without a space longer than this, in characters, may break anywhere (every [`PIECE`] characters).
const LONGEST_WORD: usize = 28;
const PIECE: usize = 4;
/// Where the template may break a long word; never in a text itself, as [`shown`] spells it out there.
const BREAK: char = '\u{200B}';

/// Which characters are set as they are; others are spelled out as code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repertoire {
    /// Those that some font draws.
    AllFonts,
    /// Those that the text font and the code font draw in each of their styles.
    TextFontOnly,
}

/// What a document becomes for the template.
pub(crate) struct Content {
    /// `/document.json`.
    pub(crate) json: String,
    /// `/figure-0.svg`, `/figure-1.svg`…
    pub(crate) drawings: Vec<String>,
    /// The titles of the drawings, to name one that fails.
    pub(crate) drawing_titles: Vec<String>,
    /// What identifies the document from one version to the next.
    pub(crate) ident: String,
}

impl Content {
    /// Prepares a document.
    pub(crate) fn of(document: &Document, repertoire: Repertoire) -> Result<Self, String> {
        if document.title.trim().is_empty() {
            return Err("it has no title; give it one, as screen readers announce it".to_owned());
        }
        let mut writer = Writer {
            anchors: Anchors::of(document, &[]),
            repertoire,
            level: 0,
            headings: 0,
            drawings: Vec::new(),
            drawing_titles: Vec::new(),
        };
        let blocks = writer.blocks(&document.blocks);
        if writer.drawings.len() > MOST_DRAWINGS {
            return Err(format!("it has {} drawings; at most {MOST_DRAWINGS} fit: split it", writer.drawings.len()));
        }
        let (lang, region) = language(&document.lang);
        let cover = document.cover.as_ref().map(|cover| {
            json!({
                "kicker": writer.text(&cover.kicker),
                "subtitle": writer.text(&cover.subtitle),
                "lines": cover.lines.iter().map(|line| writer.text(line)).collect::<Vec<_>>(),
            })
        });
        let json = json!({
            "lang": lang,
            "region": region,
            "metadata": { "title": writer.line(&document.title), "author": writer.line(&document.author) },
            "title": writer.text(&document.title),
            "author": writer.text(&document.author),
            "date": writer.text(&document.date),
            "marking": writer.text(&document.marking),
            "banner": document.banner.as_ref().map(|banner| writer.text(banner)),
            "cover": cover,
            "headings": writer.headings,
            "blocks": blocks,
        });
        Ok(Self {
            json: json.to_string(),
            drawings: writer.drawings,
            drawing_titles: writer.drawing_titles,
            ident: format!("beffroi/{}/{}/{}", document.lang, document.author, document.title),
        })
    }

    /// The virtual path of a drawing.
    pub(crate) fn drawing_path(index: usize) -> String {
        format!("/figure-{index}.svg")
    }
}

/// Language and region of a BCP 47 tag; `und` (undetermined) when it is not one.
fn language(tag: &str) -> (String, Option<String>) {
    let mut parts = tag.split(['-', '_']);
    let is_word = |part: &&str, lengths: [usize; 2]| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic())
    };
    let lang = parts.next().filter(|part| is_word(part, [2, 3])).unwrap_or("und").to_ascii_lowercase();
    let region = parts.next().filter(|part| is_word(part, [2, 2])).map(str::to_ascii_uppercase);
    (lang, region)
}

struct Writer {
    anchors: Anchors,
    repertoire: Repertoire,
    /// Level of the last heading: none is skipped on the way down, as PDF/UA-1 asks.
    level: u8,
    headings: usize,
    drawings: Vec<String>,
    drawing_titles: Vec<String>,
}

impl Writer {
    fn blocks(&mut self, blocks: &[Block]) -> Vec<Value> {
        blocks.iter().filter_map(|block| self.block(block)).collect()
    }

    fn block(&mut self, block: &Block) -> Option<Value> {
        Some(match block {
            // A heading without a text would be an entry without a name in the reader's outline.
            Block::Heading { text, .. } if text.trim().is_empty() => return None,
            Block::Heading { level, text, id } => {
                let level = (*level).clamp(1, 3).min(self.level + 1);
                self.level = level;
                self.headings += usize::from(level <= 2);
                json!({ "kind": "heading", "level": level, "text": self.text(text), "anchor": self.anchors.place(id) })
            }
            Block::Paragraph(spans) => json!({ "kind": "paragraph", "spans": self.spans(spans) }),
            Block::List { ordered, items } => {
                json!({ "kind": "list", "ordered": ordered, "items": items.iter().map(|item| self.spans(item)).collect::<Vec<_>>() })
            }
            Block::KeyFigures(figures) => {
                json!({ "kind": "key-figures", "figures": figures.iter().map(|figure| self.key_figure(figure)).collect::<Vec<_>>() })
            }
            Block::Figure(figure) => self.figure(figure),
            Block::Table(table) => self.table(table),
            Block::Terms(terms) => json!({ "kind": "terms", "terms": self.terms(terms) }),
            Block::Frame { title, warning, blocks } => {
                json!({ "kind": "frame", "title": self.text(title), "warning": warning, "blocks": self.blocks(blocks) })
            }
            Block::PageBreak => json!({ "kind": "page-break" }),
        })
    }

    fn key_figure(&self, figure: &KeyFigure) -> Value {
        json!({
            "value": self.text(&figure.value),
            "label": self.text(&figure.label),
            "note": self.text(&figure.note),
            "certificate": self.text(&figure.certificate),
        })
    }

    fn figure(&mut self, figure: &Figure) -> Value {
        let path = Content::drawing_path(self.drawings.len());
        // Characters that no font draws are spelled out in the drawing too; markup is ASCII and stays.
        self.drawings.push(shown(&figure.svg, |c| self.draws(c)).into_owned());
        self.drawing_titles.push(figure.title.clone());
        let alt = if figure.alt.trim().is_empty() { &figure.title } else { &figure.alt };
        json!({
            "kind": "figure",
            "anchor": self.anchors.place(&figure.id),
            "title": self.text(&figure.title),
            "path": path,
            "alt": self.line(alt),
            "notes": self.terms(&figure.notes),
        })
    }

    fn table(&mut self, table: &Table) -> Value {
        let rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| {
                row.iter()
                    .map(String::as_str)
                    .chain(std::iter::repeat(""))
                    .take(table.columns.len())
                    .map(|cell| self.text(cell))
                    .collect()
            })
            .collect();
        json!({
            "kind": "table",
            "anchor": self.anchors.place(&table.id),
            "caption": self.text(&table.caption),
            "columns": table.columns.iter().map(|c| json!({ "label": self.text(&c.label), "numeric": c.numeric })).collect::<Vec<_>>(),
            "rows": rows,
            "total": table.total,
            "notes": self.terms(&table.notes),
        })
    }

    fn terms(&self, terms: &[Term]) -> Vec<Value> {
        terms.iter().map(|term| json!({ "term": self.text(&term.term), "text": self.text(&term.text) })).collect()
    }

    fn spans(&self, spans: &[Span]) -> Vec<Value> {
        spans
            .iter()
            .map(|span| match span {
                Span::Text(text) => json!({ "kind": "text", "text": self.text(text) }),
                Span::Strong(text) => json!({ "kind": "strong", "text": self.text(text) }),
                Span::Code(text) => json!({ "kind": "code", "text": self.text(text) }),
                Span::Reference { text, id } => match self.anchors.resolve(id) {
                    Some(anchor) => json!({ "kind": "reference", "text": self.text(text), "anchor": anchor }),
                    None => json!({ "kind": "text", "text": self.text(text) }),
                },
            })
            .collect()
    }

    /// A text to set: drawable, and with places to break inside its longest words.
    fn text(&self, text: &str) -> String {
        breakable(&shown(text, |c| self.draws(c)))
    }

    /// A text on one line that is spoken or listed rather than set: metadata, alternative text.
    fn line(&self, text: &str) -> String {
        shown(text, |c| self.draws(c)).replace('\n', " ")
    }

    fn draws(&self, c: char) -> bool {
        c.is_ascii()
            || match self.repertoire {
                Repertoire::AllFonts => fonts::any_draws(c),
                Repertoire::TextFontOnly => fonts::text_draws(c),
            }
    }
}

fn breakable(text: &str) -> String {
    let is_gap = |c: char| c.is_whitespace();
    if !text.split(is_gap).any(|word| word.chars().count() > LONGEST_WORD) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    for run in text.split_inclusive(is_gap) {
        if run.chars().count() <= LONGEST_WORD {
            out.push_str(run);
            continue;
        }
        for (i, c) in run.chars().enumerate() {
            // Not before a sign that belongs to the one before it.
            if i > 0 && i % PIECE == 0 && !is_gap(c) && c.is_ascii() {
                out.push(BREAK);
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_tag_is_read_or_undetermined() {
        assert_eq!(language("fr"), ("fr".to_owned(), None));
        assert_eq!(language("en-GB"), ("en".to_owned(), Some("GB".to_owned())));
        assert_eq!(language("#panic()"), ("und".to_owned(), None));
        assert_eq!(language(""), ("und".to_owned(), None));
    }

    #[test]
    fn only_long_words_get_places_to_break() {
        assert_eq!(breakable("des mots ordinaires"), "des mots ordinaires");
        let hash = "a".repeat(64);
        let broken = breakable(&format!("voir {hash} ici"));
        assert_eq!(broken.replace(BREAK, ""), format!("voir {hash} ici"));
        assert_eq!(broken.matches(BREAK).count(), 15);
    }
}
