//! Documents to tagged PDF (PDF/UA-1), with Typst as a library: the one owner of Typst.
//!
//! A fixed template, compiled into the program, reads the document as data (`/document.json`) and its drawings as
//! virtual files (`/figure-N.svg`); a text of the document is never read as Typst source. The template can reach no
//! file, package, network or clock: the world it is given holds these few files and the fonts inside the program.
//! The same document at the same instant gives the same bytes.
//!
//! Fonts: Noto Sans and Noto Emoji (SIL Open Font License 1.1), DejaVu Sans Mono (Bitstream Vera licence), and
//! for other scripts and signs Libertinus Serif (SIL Open Font License 1.1) and New Computer Modern (GUST Font License).

mod content;
mod export;
mod fonts;
mod picture;
mod world;

use beffroi_document::Document;
use beffroi_ports::{Typesetter, TypesettingError};
use content::{Content, Repertoire};

/// Stack of the thread that lays out a document, in bytes: layout recurses with the nesting of the content.
const STACK_BYTES: usize = 64 << 20;

/// Sets documents with Typst.
#[derive(Debug, Clone, Copy, Default)]
pub struct TypstTypesetter;

impl TypstTypesetter {
    /// A typesetter; fonts are loaded at the first document and then shared.
    pub fn new() -> Self {
        Self
    }
}

impl Typesetter for TypstTypesetter {
    fn pdf(&self, document: &Document, at: jiff::Timestamp) -> Result<Vec<u8>, TypesettingError> {
        let set = apart(|| set(document, at));
        set.map_err(|reason| TypesettingError { title: export::shortened(&document.title, 80), reason })
    }

    fn picture(&self, svg: &str) -> Result<Vec<u8>, TypesettingError> {
        apart(|| picture::png(svg)).map_err(|reason| TypesettingError { title: "SVG".to_owned(), reason })
    }
}

/// Works on a thread of its own: deep enough a stack, and should the engine panic, one document fails and nothing else.
fn apart(work: impl FnOnce() -> Result<Vec<u8>, String> + Send) -> Result<Vec<u8>, String> {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("typeset".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, work)
            .map_err(|error| format!("no thread could be started: {error}"))?
            .join()
            .unwrap_or_else(|_| {
                Err("the layout engine stopped unexpectedly; report the document to its maintainers".to_owned())
            })
    })
}

/// Sets the document; if the fonts fail on a text nonetheless (a sequence of signs that no single font has), once
/// more with what lies outside the text font spelled out as code points.
fn set(document: &Document, at: jiff::Timestamp) -> Result<Vec<u8>, String> {
    let first = Content::of(document, Repertoire::AllFonts)?;
    match export::pdf(&first, at) {
        Err(export::Failure::Glyph(_)) => {
            let plain = Content::of(document, Repertoire::TextFontOnly)?;
            export::pdf(&plain, at).map_err(export::Failure::into_reason)
        }
        result => result.map_err(export::Failure::into_reason),
    }
}
