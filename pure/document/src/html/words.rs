//! The few words that a page adds to its document.

/// The words that the page adds, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The link to the content, for keyboards and screen readers.
    pub skip: String,
    /// Above the table of contents.
    pub contents: String,
    /// Before the marking, for screen readers: `Marking:`.
    pub marking: String,
    /// What opens the values of a figure.
    pub values: String,
    /// Before the identifier of a birth certificate.
    pub certificate: String,
}

impl Words {
    /// The keys of the wording, one for each field, in the order of the fields.
    pub const KEYS: [&'static str; 5] =
        ["document-skip", "document-contents", "document-marking", "document-values", "document-certificate"];

    /// The words, each said by `say` from its key: `Words::new(|key| lang.say(key))` with a language of the wording.
    pub fn new(say: impl Fn(&str) -> String) -> Self {
        let [skip, contents, marking, values, certificate] = Self::KEYS.map(say);
        Self { skip, contents, marking, values, certificate }
    }
}
