//! The blocks of which a document is made.

use serde::Serialize;

/// A whole document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Language of the text, as BCP 47 (`fr`, `en`): goes into the PDF and the HTML.
    pub lang: String,
    /// The title: of the cover, the PDF's metadata and the HTML's `<title>`.
    pub title: String,
    /// Who publishes it.
    pub author: String,
    /// The date it carries, already written in its language.
    pub date: String,
    /// The marking printed at the head of each page: `TLP:GREEN · PAP:GREEN`.
    pub marking: String,
    /// A warning printed on each page, such as "synthetic data"; none when the data are real.
    pub banner: Option<String>,
    /// A cover page; without one the document starts with its title on the first page.
    pub cover: Option<Cover>,
    /// The content, in reading order.
    pub blocks: Vec<Block>,
}

/// A cover page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cover {
    /// Above the title, such as the name of the observatory.
    pub kicker: String,
    /// Below the title.
    pub subtitle: String,
    /// Lines at the foot: snapshot, version, date of the data.
    pub lines: Vec<String>,
}

/// One block.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Block {
    /// A heading; level 1 to 3 (the title itself is above level 1).
    Heading {
        /// 1, 2 or 3.
        level: u8,
        /// The text.
        text: String,
        /// Anchor, unique in the document.
        id: String,
    },
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list.
    List {
        /// Numbered rather than bulleted.
        ordered: bool,
        /// One entry each.
        items: Vec<Vec<Span>>,
    },
    /// Key figures side by side.
    KeyFigures(Vec<KeyFigure>),
    /// A drawing with its alternative text, caption, notes and the table that says the same.
    Figure(Figure),
    /// A table.
    Table(Table),
    /// Terms and what they mean: the head of a flash, a birth certificate.
    Terms(Vec<Term>),
    /// A framed block with a title.
    Frame {
        /// The title.
        title: String,
        /// Whether it warns (drawn stronger).
        warning: bool,
        /// What is inside.
        blocks: Vec<Block>,
    },
    /// What follows starts a new page.
    PageBreak,
}

/// A run of text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Span {
    /// Plain text.
    Text(String),
    /// Important text.
    Strong(String),
    /// A code, an observable (already defanged), an identifier: set in a fixed-width face, never a link.
    Code(String),
    /// A reference to an anchor of the same document.
    Reference {
        /// The text shown.
        text: String,
        /// The anchor.
        id: String,
    },
}

/// A key figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyFigure {
    /// The figure, formatted.
    pub value: String,
    /// What it counts.
    pub label: String,
    /// A second line: growth, period, unit.
    pub note: String,
    /// The identifier of its birth certificate.
    pub certificate: String,
}

/// A drawing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// Anchor and identifier of its birth certificate.
    pub id: String,
    /// The title above.
    pub title: String,
    /// A whole SVG document, with its own style and no script.
    pub svg: String,
    /// What a reader who cannot see it must know.
    pub alt: String,
    /// *Lecture*, *Champ*, *Source*, *Note*: the lines of the French statistical convention, as term and text.
    pub notes: Vec<Term>,
    /// The values drawn.
    pub table: Option<Table>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// Anchor and identifier of its birth certificate.
    pub id: String,
    /// The caption.
    pub caption: String,
    /// The columns; the first one heads the rows.
    pub columns: Vec<Column>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<String>>,
    /// Whether the last row is a total (drawn apart).
    pub total: bool,
    /// *Champ*, *Source*, *Note*.
    pub notes: Vec<Term>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Its heading.
    pub label: String,
    /// Whether its cells are figures (set flush right).
    pub numeric: bool,
}

/// A term and its text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// The term.
    pub term: String,
    /// The text.
    pub text: String,
}
