//! `beffroi record sheet`: what a desk makes of records, printed or as a file.

use crate::Context;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{print, print_json};
use beffroi_desk_registers::Made;
use beffroi_document::{html, text};
use beffroi_office::Form;
use std::path::Path;

/// Prints a sheet, or writes it into a file whose ending says how: `.pdf`, `.odt`, `.docx`, `.html`, `.txt` or `.json`.
pub(super) fn given(made: &Made, out: Option<&Path>, context: &Context) -> Outcome {
    let lang = context.lang;
    let date = lang.date(context.today());
    let document = made.document(lang, &lang.say("flash-service"), date);
    let Some(out) = out else {
        return if context.json { print_json(&made.to_json(lang)) } else { print(&text(&document)) };
    };
    let ending = out.extension().and_then(|ending| ending.to_str());
    let bytes = match ending {
        Some("pdf") => context.typesetter.pdf(&document, context.now()).map_err(ours)?,
        Some("html") => html::page(&document, &super::report::words(lang)).into_bytes(),
        Some("txt") => text(&document).into_bytes(),
        Some("json") => serde_json::to_vec_pretty(&made.to_json(lang)).map_err(ours)?,
        Some("docx" | "odt") => {
            let form = ending.and_then(Form::of_ending).ok_or_else(|| Fault::user(lang.say("cli-record-sheet-out")))?;
            super::office::file(form, &document, context.now(), context)?
        }
        _ => return Err(Fault::user(lang.say("cli-record-sheet-out"))),
    };
    super::report::write(out, &bytes)?;
    print(&format!("{}\n", out.display()))
}
