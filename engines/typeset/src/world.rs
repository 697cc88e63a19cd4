//! All that Typst can see: the template, the document's data and drawings, the fonts. No file system, no package,
//! no network, no clock.

use crate::content::Content;
use crate::fonts;
use std::collections::HashMap;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt, World};

const REPORT: &str = include_str!("../templates/report.typ");
const BLOCKS: &str = include_str!("../templates/blocks.typ");
/// Colours, lengths and fonts of the template.
pub(crate) const STYLE: &str = include_str!("../templates/style.typ");
const MOTIF: &str = include_str!("../templates/motif.svg");

/// The standard library, with the functions that tag the header cells of rows.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| {
    LazyHash::new(Library::builder().with_features([Feature::A11yExtras].into_iter().collect()).build())
});

/// The world of one document.
pub(crate) struct DocumentWorld {
    main: Source,
    sources: HashMap<FileId, Source>,
    files: HashMap<FileId, Bytes>,
}

impl DocumentWorld {
    /// The world in which `content` is set.
    pub(crate) fn new(content: &Content) -> Result<Self, String> {
        let main = source("/report.typ", REPORT)?;
        let sources = [main.clone(), source("/blocks.typ", BLOCKS)?, source("/style.typ", STYLE)?];
        let mut files = HashMap::new();
        files.insert(id("/document.json")?, Bytes::from_string(content.json.clone()));
        files.insert(id("/motif.svg")?, Bytes::from_string(MOTIF));
        for (i, svg) in content.drawings.iter().enumerate() {
            files.insert(id(&Content::drawing_path(i))?, Bytes::from_string(svg.clone()));
        }
        Ok(Self { main, sources: sources.into_iter().map(|s| (s.id(), s)).collect(), files })
    }
}

fn id(path: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(path).map_err(|error| format!("virtual path {path}: {error}"))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn source(path: &str, text: &str) -> Result<Source, String> {
    Ok(Source::new(id(path)?, text.to_owned()))
}

impl World for DocumentWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        fonts::book()
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.sources.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Repertoire;
    use beffroi_document::Document;

    #[test]
    fn the_world_holds_its_few_files_and_nothing_else() {
        let document = Document {
            lang: "fr".to_owned(),
            title: "Titre".to_owned(),
            author: String::new(),
            date: String::new(),
            marking: String::new(),
            banner: None,
            cover: None,
            blocks: vec![],
        };
        let world = DocumentWorld::new(&Content::of(&document, Repertoire::AllFonts).unwrap()).unwrap();
        assert!(world.file(id("/document.json").unwrap()).is_ok());
        for path in ["/etc/passwd", "/Cargo.toml", "/figure-0.svg", "/report.typ"] {
            assert!(world.file(id(path).unwrap()).is_err(), "{path}");
        }
        assert!(world.source(id("/document.json").unwrap()).is_err());
        assert!(world.today(None).is_none());
    }
}
