//! The two forms, and what they are called.

/// A form of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Office Open XML, for word processors that come from Microsoft Word.
    Docx,
    /// OpenDocument Text, the one that the State's interoperability framework recommends.
    Odt,
}

impl Form {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Docx, Self::Odt];

    /// The ending of a file's name, without its point.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Odt => "odt",
        }
    }

    /// The form of that ending.
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.ending() == ending)
    }

    /// The media type (IANA).
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => "application/vnd.oasis.opendocument.text",
        }
    }
}
