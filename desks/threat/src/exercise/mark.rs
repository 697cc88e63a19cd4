//! The mark on documents, and the one place that says whether a data folder is what it says it is.

use beffroi_document::Document;
use beffroi_wording::Lang;

/// A document of an exercise: its banner says so, first and once.
pub fn marked(document: &Document) -> Document {
    let lang: Lang = document.lang.parse().unwrap_or_default();
    let mark = lang.say("flash-banner-exercise");
    let banner = match &document.banner {
        Some(banner) if banner.contains(&mark) => banner.clone(),
        Some(banner) => format!("{mark} · {banner}"),
        None => mark,
    };
    Document { banner: Some(banner), ..document.clone() }
}

/// What the three places say: whether each is of an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// The data folder.
    pub folder: bool,
    /// The registers.
    pub registers: bool,
    /// The lake.
    pub lake: bool,
}

impl Marks {
    /// Whether all is of an exercise, or nothing: what is mixed is not opened.
    pub fn agree(self) -> bool {
        self.folder == self.registers && self.registers == self.lake
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_marked_once_and_keeps_its_banner() {
        let plain = Document {
            lang: "en".to_owned(),
            title: "t".to_owned(),
            author: "a".to_owned(),
            date: String::new(),
            marking: String::new(),
            banner: Some("DRAFT".to_owned()),
            cover: None,
            blocks: Vec::new(),
        };
        let once = marked(&plain);
        assert_eq!(once.banner.as_deref(), Some("EXERCISE – EXERCISE – EXERCISE · DRAFT"));
        assert_eq!(marked(&once), once);
        assert!(marked(&Document { banner: None, ..plain }).banner.is_some());
    }

    #[test]
    fn only_all_or_none_agree() {
        for (folder, registers, lake) in (0..8).map(|n: u8| (n & 1 > 0, n & 2 > 0, n & 4 > 0)) {
            let agree = Marks { folder, registers, lake }.agree();
            assert_eq!(
                agree,
                [folder, registers, lake].iter().all(|mark| *mark == folder),
                "{folder} {registers} {lake}"
            );
        }
    }
}
