//! The anchors of a document: each given once, and only references to one that exists become links.

use crate::block::{Block, Document};
use std::collections::{BTreeMap, BTreeSet};

/// The anchors of a document, by the identifier its blocks give.
///
/// Headings, figures and tables carry identifiers; those of a birth certificate may be any text. An anchor is made of
/// ASCII letters, digits, `-`, `_` and `.` only, differs from every other one, and stands where its identifier first
/// occurs in reading order.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    by_id: BTreeMap<String, String>,
    given: BTreeSet<String>,
    placed: BTreeSet<String>,
}

impl Anchors {
    /// The anchors of the document. None is equal to one of `reserved`.
    pub fn of(document: &Document, reserved: &[&str]) -> Self {
        let mut anchors = Self { given: reserved.iter().map(|r| (*r).to_owned()).collect(), ..Self::default() };
        anchors.collect(&document.blocks);
        anchors
    }

    /// The anchor to which a reference to `id` leads, if the document has it.
    pub fn resolve(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(String::as_str)
    }

    /// The anchor to write at a block whose identifier is `id`: none when the identifier is empty, unknown, or was
    /// already placed.
    pub fn place(&mut self, id: &str) -> Option<String> {
        let anchor = self.by_id.get(id)?;
        self.placed.insert(anchor.clone()).then(|| anchor.clone())
    }

    fn collect(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading { id, .. } => self.give(id),
                Block::Figure(figure) => {
                    self.give(&figure.id);
                    if let Some(table) = &figure.table {
                        self.give(&table.id);
                    }
                }
                Block::Table(table) => self.give(&table.id),
                Block::Frame { blocks, .. } => self.collect(blocks),
                Block::Paragraph(_)
                | Block::List { .. }
                | Block::KeyFigures(_)
                | Block::Terms(_)
                | Block::PageBreak => {}
            }
        }
    }

    fn give(&mut self, id: &str) {
        if id.is_empty() || self.by_id.contains_key(id) {
            return;
        }
        let slug: String =
            id.chars().take(80).map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
        let anchor = (1_usize..)
            .map(|n| if n == 1 { slug.clone() } else { format!("{slug}-{n}") })
            .find(|candidate| !self.given.contains(candidate))
            .unwrap_or(slug);
        self.given.insert(anchor.clone());
        self.by_id.insert(id.to_owned(), anchor);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(id: &str) -> Block {
        Block::Heading { level: 1, text: id.to_owned(), id: id.to_owned() }
    }

    fn document(blocks: Vec<Block>) -> Document {
        Document {
            lang: "fr".to_owned(),
            title: String::new(),
            author: String::new(),
            date: String::new(),
            marking: String::new(),
            banner: None,
            cover: None,
            blocks,
        }
    }

    #[test]
    fn anchors_are_safe_unique_and_placed_once() {
        let framed = Block::Frame { title: String::new(), warning: false, blocks: vec![heading("a b")] };
        let doc = document(vec![heading("a\"b"), framed, heading("a\"b"), heading("content"), heading("")]);
        let mut anchors = Anchors::of(&doc, &["content"]);
        assert_eq!(anchors.resolve("a\"b"), Some("a-b"));
        assert_eq!(anchors.resolve("a b"), Some("a-b-2"));
        assert_eq!(anchors.resolve("content"), Some("content-2"));
        assert_eq!(anchors.resolve("elsewhere"), None);
        assert_eq!(anchors.place("a\"b").as_deref(), Some("a-b"));
        assert_eq!(anchors.place("a\"b"), None);
        assert_eq!(anchors.place(""), None);
    }
}
