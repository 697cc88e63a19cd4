//! Files made to harm whoever reads them, each with what should become of it. None is larger than a few megabytes, and
//! none harms anything unless a reader is careless.
//!
//! All are read under [`SOURCE`], a source of invented reports.

mod archives;
mod columnar;
mod containers;
mod json;
mod markup;
mod sheets;
mod text;

/// The declaration under which they are read: `FORMAT` stands for the form of the file.
pub const SOURCE: &str = r#"
id = "essai-hostile"
version = 1
title = { fr = "Essai", en = "Trial" }
origin = { publisher = "essai", licence = "essai" }
layer = "platform"
unit = "signalement"
legal_basis = "essai"
synthetic = true

[file]
FORMAT

[report]
kind = "complaint"
id = "id"
reported_on = { from = "day", not_before = 2000-01-01 }
subject = { from = "subject", required = true }
loss_eur = "loss"
"#;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated, maybe compressed.
    Csv,
    /// A JSON document with its rows under `data.rows`.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// A workbook.
    Xlsx,
    /// An OpenDocument workbook.
    Ods,
    /// Columns by row groups.
    Parquet,
}

impl Form {
    /// [`SOURCE`] for that form.
    pub fn source(self) -> String {
        SOURCE.replace(
            "FORMAT",
            match self {
                Self::Csv => "format = \"csv\"",
                Self::Json => "format = \"json\"\nrows = \"data.rows\"",
                Self::JsonLines => "format = \"json-lines\"",
                Self::Xlsx => "format = \"xlsx\"",
                Self::Ods => "format = \"ods\"",
                Self::Parquet => "format = \"parquet\"",
            },
        )
    }
}

/// What should become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is refused as a whole, and the message holds this.
    Refused(&'static str),
    /// It is read, and some rows are set aside under this rule.
    Findings(&'static str),
}

/// A file made to harm.
#[derive(Debug, Clone)]
pub struct Hostile {
    /// What it attempts.
    pub name: &'static str,
    /// Its form.
    pub form: Form,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What should become of it.
    pub fate: Fate,
}

/// All of them.
pub fn files() -> Vec<Hostile> {
    let mut all = containers::files();
    all.extend(archives::files());
    all.extend(columnar::files());
    all.extend(markup::files());
    all.extend(sheets::files());
    all.extend(json::files());
    all.extend(text::files());
    all
}

/// The header of [`SOURCE`].
pub(crate) const HEADER: [&str; 4] = ["id", "day", "subject", "loss"];

fn file(form: Form, name: &'static str, fate: Fate, bytes: impl Into<Vec<u8>>) -> Hostile {
    Hostile { name, form, bytes: bytes.into(), fate }
}
