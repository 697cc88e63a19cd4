//! How each kind of paragraph looks, in both forms.

/// Accent, text, quieter text, lines, tint; and of warnings.
pub(crate) const ACCENT: &str = "0B3D91";
pub(crate) const INK: &str = "1B1B1F";
pub(crate) const MUTED: &str = "4A4A55";
pub(crate) const RULE: &str = "C9CDD8";
pub(crate) const TINT: &str = "F2F4F9";
pub(crate) const ALERT: &str = "8A1C1C";
pub(crate) const ALERT_TINT: &str = "FDF1F1";
/// The face of the text, and that of codes: on every desk, or one as wide.
pub(crate) const FACE: &str = "Arial";
pub(crate) const CODE_FACE: &str = "Courier New";

/// A kind of paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Look {
    Kicker,
    Title,
    Subtitle,
    Imprint,
    ContentsTitle,
    /// An entry of the contents, at level 1 or 2.
    Contents(u8),
    /// A heading of level 1 to 3.
    Heading(u8),
    Body,
    Item,
    Term,
    KeyValue,
    KeyLabel,
    KeyNote,
    FrameTitle,
    Caption,
    Note,
    CellHead,
    Cell,
    Marking,
    Banner,
    Footer,
}

/// What it is made of. Lengths are in points.
pub(crate) struct Style {
    /// Its identifier and its name in DOCX.
    pub(crate) docx: (&'static str, &'static str),
    /// Its name in ODT, as people read it.
    pub(crate) odt: &'static str,
    pub(crate) size: f64,
    pub(crate) is_bold: bool,
    pub(crate) colour: &'static str,
    pub(crate) before: f64,
    pub(crate) after: f64,
    /// Whether it stays on the page of what follows.
    pub(crate) keeps_next: bool,
}

impl Look {
    /// All, in the order in which the styles are listed.
    pub(crate) const ALL: [Self; 24] = [
        Self::Body,
        Self::Kicker,
        Self::Title,
        Self::Subtitle,
        Self::Imprint,
        Self::ContentsTitle,
        Self::Contents(1),
        Self::Contents(2),
        Self::Heading(1),
        Self::Heading(2),
        Self::Heading(3),
        Self::Item,
        Self::Term,
        Self::KeyValue,
        Self::KeyLabel,
        Self::KeyNote,
        Self::FrameTitle,
        Self::Caption,
        Self::Note,
        Self::CellHead,
        Self::Cell,
        Self::Marking,
        Self::Banner,
        Self::Footer,
    ];

    /// What it is made of.
    pub(crate) fn style(self) -> Style {
        let (docx, odt, size, is_bold, colour, before, after, keeps_next) = match self {
            Self::Kicker => (("Kicker", "Kicker"), "Kicker", 12.0, true, ACCENT, 90.0, 12.0, true),
            Self::Title => (("Title", "Title"), "Title", 26.0, true, INK, 0.0, 8.0, true),
            Self::Subtitle => (("Subtitle", "Subtitle"), "Subtitle", 14.0, false, MUTED, 0.0, 18.0, false),
            Self::Imprint => (("Imprint", "Imprint"), "Imprint", 10.0, false, MUTED, 0.0, 4.0, false),
            Self::ContentsTitle => {
                (("TOCHeading", "TOC Heading"), "Contents Heading", 16.0, true, ACCENT, 18.0, 8.0, true)
            }
            Self::Contents(1) => (("TOC1", "toc 1"), "Contents 1", 10.0, true, INK, 5.0, 2.0, false),
            Self::Contents(_) => (("TOC2", "toc 2"), "Contents 2", 10.0, false, INK, 0.0, 2.0, false),
            Self::Heading(1) => (("Heading1", "heading 1"), "Heading 1", 18.0, true, ACCENT, 20.0, 9.0, true),
            Self::Heading(2) => (("Heading2", "heading 2"), "Heading 2", 13.0, true, INK, 16.0, 7.0, true),
            Self::Heading(_) => (("Heading3", "heading 3"), "Heading 3", 11.0, true, ACCENT, 12.0, 5.0, true),
            Self::Body => (("BodyText", "Body Text"), "Text body", 10.0, false, INK, 0.0, 7.0, false),
            Self::Item => (("ListParagraph", "List Paragraph"), "List Contents", 10.0, false, INK, 0.0, 4.0, false),
            Self::Term => (("Term", "Term"), "Term", 10.0, false, INK, 0.0, 5.0, false),
            Self::KeyValue => (("KeyFigure", "Key Figure"), "Key Figure", 18.0, true, ACCENT, 10.0, 0.0, true),
            Self::KeyLabel => (("KeyLabel", "Key Label"), "Key Label", 10.0, false, INK, 0.0, 0.0, true),
            Self::KeyNote => (("KeyNote", "Key Note"), "Key Note", 8.5, false, MUTED, 0.0, 2.0, false),
            Self::FrameTitle => (("FrameTitle", "Frame Title"), "Frame Title", 11.0, true, ACCENT, 6.0, 5.0, true),
            Self::Caption => (("Caption", "caption"), "Caption", 10.0, true, INK, 14.0, 5.0, true),
            Self::Note => (("Note", "Note"), "Note", 8.5, false, MUTED, 2.0, 3.0, false),
            Self::CellHead => (("TableHeading", "Table Heading"), "Table Heading", 8.5, true, INK, 2.0, 2.0, false),
            Self::Cell => (("TableContents", "Table Contents"), "Table Contents", 8.5, false, INK, 1.0, 1.0, false),
            Self::Marking => (("Header", "header"), "Header", 8.0, true, INK, 0.0, 0.0, false),
            Self::Banner => (("Banner", "Banner"), "Banner", 8.0, true, ALERT, 0.0, 0.0, false),
            Self::Footer => (("Footer", "footer"), "Footer", 8.0, false, MUTED, 0.0, 0.0, false),
        };
        Style { docx, odt, size, is_bold, colour, before, after, keeps_next }
    }
}

/// Whether a paragraph stands in a frame, and in which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Frame {
    Outside,
    Plain,
    Warning,
}

impl Frame {
    /// The colours of its line and of its ground; nothing outside.
    pub(crate) fn colours(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Outside => None,
            Self::Plain => Some((ACCENT, TINT)),
            Self::Warning => Some((ALERT, ALERT_TINT)),
        }
    }
}

/// A length in points as XML has it: `10pt`.
pub(crate) fn points(length: f64) -> String {
    format!("{length}pt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_look_has_its_own_style() {
        for (i, a) in Look::ALL.iter().enumerate() {
            for b in Look::ALL.iter().skip(i + 1) {
                assert_ne!(a.style().docx.0, b.style().docx.0);
                assert_ne!(a.style().odt, b.style().odt);
            }
        }
    }
}
