//! Documents as files of an office suite.

use super::report::words;
use crate::Context;
use crate::fault::{Outcome, ours};
use beffroi_desk_threat::exercise;
use beffroi_document::Document;
use beffroi_office::{Form, write};
use beffroi_wording::Lang;
use jiff::Timestamp;

/// The bytes of the document in that form, made at that instant; what is of an exercise says so.
pub(super) fn file(form: Form, document: &Document, at: Timestamp, context: &Context) -> Outcome<Vec<u8>> {
    let document = if context.store.is_exercise() { exercise::marked(document) } else { document.clone() };
    let lang: Lang = document.lang.parse().unwrap_or(context.lang);
    let picture = |svg: &str| context.typesetter.picture(svg).ok();
    write(form, &document, &words(lang), at, &picture).map_err(ours)
}
