//! A source, declared: how its files are written and what their columns mean.

mod check;
mod error;
mod field;

pub use error::DeclarationError;
pub use field::{Condition, Field, Unmapped};

use beffroi_model::{Layer, Marking, ObservableKind, Pap, ReportKind, Role, SourceId, Tlp};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use std::collections::BTreeSet;

/// One file of `sources/`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The source's identifier; its file is named after it.
    pub id: SourceId,
    /// Version of this mapping, to be raised when it changes.
    pub version: u32,
    /// What readers call the source.
    pub title: Title,
    /// Who publishes it and on what terms.
    pub origin: Origin,
    /// Which instrument saw the facts.
    pub layer: Layer,
    /// What one unit is: a code of the list `units_of_count`.
    #[serde(default)]
    pub unit: String,
    /// On what ground the data are processed.
    pub legal_basis: String,
    /// To whom the rows may go and what may be done with them; red when nothing is said.
    #[serde(default, deserialize_with = "marking")]
    pub marking: Marking,
    /// Whether the rows are made by a generator.
    #[serde(default)]
    pub synthetic: bool,
    /// How the file is written.
    pub file: FileShape,
    /// Which rows are kept: every condition must hold. The others are counted as skipped, not as rejected.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
    /// How a row becomes a report; exclusive with `count`.
    pub report: Option<ReportMapping>,
    /// How a row becomes published counts, one for each mapping whose conditions hold.
    #[serde(default, rename = "count")]
    pub counts: Vec<CountMapping>,
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// Who publishes a source and on what terms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Who publishes it.
    pub publisher: String,
    /// Under which licence or agreement.
    pub licence: String,
    /// Where it is found.
    pub address: Option<String>,
}

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Rows of fields between separators (RFC 4180 quoting).
    Csv,
    /// One JSON document with the rows in an array.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// A sheet of a workbook (Office Open XML, `.xlsx`).
    Xlsx,
}

/// Which sheet of a workbook. In TOML a number or a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Sheet {
    /// Its place, from 1.
    Number(u32),
    /// Its name.
    Name(String),
}

/// How a file's text is encoded. A UTF-8 byte-order mark is always accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// Windows-1252, as office software of western Europe writes.
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// ISO 8859-1.
    #[serde(rename = "iso-8859-1")]
    Latin1,
    /// Row by row: UTF-8 when the row is valid UTF-8, Windows-1252 otherwise.
    #[serde(rename = "auto")]
    Auto,
}

/// How the file is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileShape {
    /// Its layout.
    pub format: Format,
    /// Its encoding.
    #[serde(default)]
    pub encoding: Encoding,
    /// What separates fields (CSV): one ASCII character.
    #[serde(default = "comma", deserialize_with = "ascii")]
    pub separator: u8,
    /// What surrounds a field that holds separators (CSV): one ASCII character.
    #[serde(default = "double_quote", deserialize_with = "ascii")]
    pub quote: u8,
    /// Names of the columns of a CSV file that has no header.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Where the array of rows is in a JSON document: keys separated by dots; the document itself when empty.
    #[serde(default)]
    pub rows: String,
    /// The sheet of a workbook; its first when nothing is said.
    pub sheet: Option<Sheet>,
    /// The row of a sheet that names its columns, from 1; what stands above it is not read.
    #[serde(default = "first_row")]
    pub header_row: u32,
    /// Decimal sign of the numbers.
    #[serde(default = "point", deserialize_with = "character")]
    pub decimal: char,
    /// Sign that groups thousands, when there is one; a space stands for the non-breaking ones too.
    #[serde(default, deserialize_with = "maybe_character")]
    pub thousands: Option<char>,
    /// Texts that mean "no value".
    #[serde(default = "nothing")]
    pub empty: BTreeSet<String>,
    /// Longest field, in bytes.
    #[serde(default = "field_bytes")]
    pub max_field_bytes: usize,
    /// Longest row, in bytes.
    #[serde(default = "row_bytes")]
    pub max_row_bytes: usize,
    /// Most bytes that a compressed file may unpack to.
    #[serde(default = "unpacked_bytes")]
    pub max_unpacked_bytes: u64,
}

/// How a row becomes a report. There is no place for a name, a birth date, an address or a narrative.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportMapping {
    /// What a row is.
    pub kind: ReportKind,
    /// The source's own number, unique within it; a digest of the declared columns when there is none.
    pub id: Option<Field>,
    /// Day on which it was reported.
    pub reported_on: Field,
    /// Day of the facts.
    pub occurred_on: Option<Field>,
    /// Where; "not located" when nothing is declared.
    pub territory: Option<Field>,
    /// Category of digital offence.
    pub category: Option<Field>,
    /// Phenomenon.
    pub phenomenon: Option<Field>,
    /// Attack on a data-processing system: `true` or `false` once mapped.
    pub astad: Option<Field>,
    /// Class of victim.
    pub victim_kind: Option<Field>,
    /// Sex of the victim: `female` or `male` once mapped.
    pub sex: Option<Field>,
    /// Age band of the victim, a code of the list `age_bands`; an age or a day of birth has no place.
    pub age_band: Option<Field>,
    /// Sector of the victim.
    pub sector: Option<Field>,
    /// Size band of the victim, a code of the list `size_bands`.
    pub size: Option<Field>,
    /// Named object that is neither a person nor an observable.
    pub subject: Option<Field>,
    /// Loss in euros.
    pub loss_eur: Option<Field>,
    /// Observables, each with its role.
    #[serde(default)]
    pub observables: Vec<ObservableMapping>,
}

/// A column that holds observables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservableMapping {
    /// The column or path; a path may cross arrays and give several.
    pub from: String,
    /// What it holds.
    pub kind: ObservableKind,
    /// Whose it is.
    pub role: Role,
    /// What separates several observables in one field.
    pub split: Option<String>,
    /// Whether a row without it, or with one that is not valid, is set aside. Otherwise the row lands without it.
    #[serde(default)]
    pub required: bool,
    /// Only in rows where these hold.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
}

/// How a row becomes a published count.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountMapping {
    /// Only rows where these hold.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
    /// The instrument, when the file holds several.
    pub layer: Option<Layer>,
    /// The publisher's series.
    pub series: Field,
    /// The period.
    pub period: Field,
    /// The territory.
    pub territory: Field,
    /// Breakdown within the series.
    pub category: Option<Field>,
    /// Unit of count, when it is not the source's.
    pub unit: Option<Field>,
    /// The figure.
    pub value: Field,
    /// Population of the territory.
    pub population: Option<Field>,
    /// Definition under which it was counted.
    pub definition_version: Field,
    /// Day at which the data stood, when it is not the delivery's.
    pub vintage: Option<Field>,
}

impl Declaration {
    /// Reads a declaration and checks that it means something.
    ///
    /// # Errors
    /// [`DeclarationError`] with the place in the text.
    pub fn parse(text: &str) -> Result<Self, DeclarationError> {
        let declaration: Self = toml::from_str(text).map_err(|error| DeclarationError::syntax(text, &error))?;
        check::check(&declaration).map_err(|fault| DeclarationError::meaning(text, fault))?;
        Ok(declaration)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Markings {
    tlp: Option<String>,
    pap: Option<String>,
}

fn marking<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Marking, D::Error> {
    let given = Markings::deserialize(deserializer)?;
    let tlp = given.tlp.map_or(Ok(Tlp::Red), |text| text.parse()).map_err(D::Error::custom)?;
    let pap = given.pap.map_or(Ok(Pap::Red), |text| text.parse()).map_err(D::Error::custom)?;
    Ok(Marking { tlp, pap })
}

fn character<'de, D: Deserializer<'de>>(deserializer: D) -> Result<char, D::Error> {
    char::deserialize(deserializer)
}

fn maybe_character<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<char>, D::Error> {
    char::deserialize(deserializer).map(Some)
}

fn ascii<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let sign = char::deserialize(deserializer)?;
    u8::try_from(sign)
        .ok()
        .filter(|byte| byte.is_ascii() && !matches!(byte, b'\0' | b'\r' | b'\n'))
        .ok_or_else(|| D::Error::custom("expected one ASCII character that does not end a line"))
}

fn comma() -> u8 {
    b','
}

fn double_quote() -> u8 {
    b'"'
}

fn point() -> char {
    '.'
}

fn first_row() -> u32 {
    1
}

fn nothing() -> BTreeSet<String> {
    BTreeSet::from([String::new()])
}

fn field_bytes() -> usize {
    64 * 1024
}

fn row_bytes() -> usize {
    1024 * 1024
}

fn unpacked_bytes() -> u64 {
    16 * 1024 * 1024 * 1024
}
