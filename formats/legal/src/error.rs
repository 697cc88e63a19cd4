//! What cannot be read, of a file or of one article.

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LegalError {
    /// Too long to be held.
    #[error("the file has {bytes} bytes; a text of law has {most} at most here: bring its articles one by one")]
    Long {
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// Not the form that was expected.
    #[error("the file is no {form}: {why}")]
    Form {
        /// What was expected.
        form: &'static str,
        /// What is wrong, and near which byte where that is known.
        why: String,
    },
    /// A document type: entities are never read.
    #[error("the file declares a document type (DOCTYPE), which is not read: remove the declaration")]
    DocumentType,
    /// More of something than a text of law holds.
    #[error("the file holds more than {most} {what}: bring it in parts")]
    Many {
        /// What there is too much of.
        what: &'static str,
        /// The most.
        most: usize,
    },
    /// There is no article in it.
    #[error("the file holds no article: a title or a table of contents alone cannot be compared")]
    Empty,
}

/// Something that was set aside or doubted, of one article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {why}")]
pub struct Finding {
    /// Which article: its identifier or its number, or the name of the element.
    pub at: String,
    /// What.
    pub why: Why,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// A date that is none; the version has no such date.
    #[error("`{0}` is no date")]
    Date(String),
    /// A state that is on no list; the version has none.
    #[error("`{0}` is no state of a text")]
    State(String),
    /// An identifier that is not of the expected form; kept as it is.
    #[error("`{0}` is not of the form of an identifier")]
    Identifier(String),
    /// The version ends before it begins; it is never in force.
    #[error("it ends before it begins")]
    Backwards,
    /// No identifier: set aside.
    #[error("it has no identifier and is set aside")]
    Nameless,
    /// No text.
    #[error("it has no text")]
    Textless,
    /// A reference to an entity that XML does not know; left out of the text.
    #[error("the reference `&{0};` is left out")]
    Entity(String),
    /// The document says that this part is removed.
    #[error("the document marks it as removed, and it is set aside")]
    Removed,
    /// Same identifier twice; the later one is kept.
    #[error("it stands twice, and the later one is kept")]
    Twice,
}

/// What was read, and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<T> {
    /// What was read.
    pub value: T,
    /// What was set aside or doubted, a hundred at most.
    pub findings: Vec<Finding>,
}

/// Findings on their way, the first hundred.
#[derive(Default)]
pub(crate) struct Findings(pub(crate) Vec<Finding>);

impl Findings {
    pub(crate) fn add(&mut self, at: &str, why: Why) {
        if self.0.len() < 100 {
            let at = if at.is_empty() { "?" } else { at };
            self.0.push(Finding { at: short(at), why });
        }
    }
}

/// A text as an error shows it: one line, not a megabyte.
pub(crate) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}
