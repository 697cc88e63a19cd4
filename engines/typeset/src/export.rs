//! From content to the bytes of a PDF.

use crate::content::Content;
use crate::world::DocumentWorld;
use typst::World;
use typst::comemo;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst::visualize::SvgImage;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

/// Why a PDF was not made.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A text that no font can set, although each of its characters is in one.
    Glyph(String),
    /// Anything else.
    Other(String),
}

impl Failure {
    /// What to tell.
    pub(crate) fn into_reason(self) -> String {
        match self {
            Self::Glyph(reason) | Self::Other(reason) => reason,
        }
    }

    fn of<'a>(diagnostics: impl IntoIterator<Item = &'a SourceDiagnostic>) -> Self {
        let messages: Vec<&SourceDiagnostic> = diagnostics.into_iter().collect();
        let reason =
            messages.first().map_or_else(|| "no reason was given".to_owned(), |first| shortened(&first.message, 160));
        let is_glyph = |d: &SourceDiagnostic| {
            d.message.contains("could not be displayed")
                || d.message.contains("codepoint")
                || d.message.contains("code point")
        };
        if messages.iter().all(|d| is_glyph(d)) { Self::Glyph(reason) } else { Self::Other(reason) }
    }
}

/// Lays the content out and writes it as PDF/UA-1.
pub(crate) fn pdf(content: &Content, at: jiff::Timestamp) -> Result<Vec<u8>, Failure> {
    let world = DocumentWorld::new(content).map_err(Failure::Other)?;
    let result = export(&world, content, at);
    // Typst keeps what it computed for a next compilation of the same document; ours are compiled once.
    comemo::evict(0);
    result
}

fn export(world: &dyn World, content: &Content, at: jiff::Timestamp) -> Result<Vec<u8>, Failure> {
    let document = typst::compile::<PagedDocument>(world).output.map_err(|errors| {
        match (Failure::of(&errors), faulty_drawing(content)) {
            (failure, Some(title)) => Failure::Other(format!(
                "the drawing of the figure `{}`: {}",
                shortened(title, 80),
                failure.into_reason()
            )),
            (failure, None) => failure,
        }
    })?;
    let options = PdfOptions {
        ident: Smart::Custom(content.ident.clone()),
        creator: Smart::Custom(Some("Beffroi".to_owned())),
        timestamp: timestamp(at),
        standards: PdfStandards::new(&[PdfStandard::Ua_1])
            .map_err(|error| Failure::Other(error.message().to_string()))?,
        tagged: true,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| Failure::of(&errors))
}

/// The title of the first drawing that does not parse.
fn faulty_drawing(content: &Content) -> Option<&str> {
    let is_faulty = |svg: &String| SvgImage::new(Bytes::from_string(svg.clone())).is_err();
    content
        .drawings
        .iter()
        .zip(&content.drawing_titles)
        .find_map(|(svg, title)| is_faulty(svg).then_some(title.as_str()))
}

/// The instant, for the metadata; none before the year 0.
fn timestamp(at: jiff::Timestamp) -> Option<Timestamp> {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let part = |n: i8| u8::try_from(n).ok();
    let datetime = Datetime::from_ymd_hms(
        i32::from(at.year()),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )?;
    Some(Timestamp::new_utc(datetime))
}

/// At most `most` characters of the text.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}
