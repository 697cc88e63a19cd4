//! Reads a code list: `# key: value` lines, then a CSV table.

use crate::assemble::{Defect, MAX_CODES, assemble};
use crate::code_list::Head;
use crate::{Code, CodeList, Edition};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Columns every list has, in this order, before its own.
pub(crate) const COLUMNS: [&str; 9] =
    ["code", "label_fr", "label_en", "parent", "valid_from", "valid_to", "replaced_by", "verified", "nested"];

/// Why a text is no code list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeListError {
    /// A line of the head is missing or wrong.
    #[error("list `{list}`: the head needs a line `# {key}: …`{hint}")]
    Head {
        /// The list.
        list: String,
        /// The key.
        key: &'static str,
        /// What else is known.
        hint: &'static str,
    },
    /// The columns are not those expected.
    #[error("list `{list}`: the table must start with the columns {}", COLUMNS.join(","))]
    Columns {
        /// The list.
        list: String,
    },
    /// A row cannot be read.
    #[error("list `{list}`, row {row}, column `{column}`: {problem}")]
    Row {
        /// The list.
        list: String,
        /// Number of the row, 1 for the first after the column names.
        row: usize,
        /// The column at fault.
        column: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// Reads the list `name` from `text`. Refuses a head without `version`, `date`, `source` and `licence`, a table without the
/// common columns, a code that is empty or stands twice, an empty label (but where `label-language` names the only
/// language that has them), a wrong date, a `replaced_by` (codes joined by `|`) that names no code of the list or leads
/// back to its own, and more than 100 000 codes. Parents are not looked up: they may lie in another list.
pub fn parse(name: &str, text: &str) -> Result<CodeList, CodeListError> {
    let list = shown(name);
    let keys = head(text);
    let wrong = |key, hint| CodeListError::Head { list: list.clone(), key, hint };
    let required =
        |key: &'static str| keys.get(key).filter(|value| !value.is_empty()).cloned().ok_or_else(|| wrong(key, ""));
    let date = required("date")?.parse::<Date>().map_err(|_| wrong("date", " with a date such as 2024-01-31"))?;
    let label_language = keys.get("label-language").cloned();
    if label_language.as_deref().is_some_and(|language| !["fr", "en"].contains(&language)) {
        return Err(wrong("label-language", " with fr or en, or none when both languages are there"));
    }
    let head = Head {
        name: name.to_owned(),
        edition: Edition { version: required("version")?, date },
        source: required("source")?,
        licence: required("licence")?,
        parent_list: keys.get("parent-list").cloned(),
        label_language,
    };
    let codes = table(&list, text, head.label_language.as_deref())?;
    assemble(head, codes).map_err(|Defect { at, column, problem }| CodeListError::row(&list, at, column, problem))
}

/// The `# key: value` lines that stand before the table.
pub(crate) fn head(text: &str) -> BTreeMap<&str, String> {
    text.lines()
        .map_while(|line| line.strip_prefix('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key.trim(), value.trim().to_owned()))
        .collect()
}

fn table(list: &str, text: &str, language: Option<&str>) -> Result<Vec<Code>, CodeListError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let columns = || CodeListError::Columns { list: list.to_owned() };
    let header: Vec<String> = reader.headers().map_err(|_| columns())?.iter().map(str::to_owned).collect();
    if !COLUMNS.iter().zip(&header).all(|(expected, found)| expected == found) || header.len() < COLUMNS.len() {
        return Err(columns());
    }
    let mut codes = Vec::new();
    // One more than a list may hold is enough to refuse it.
    for (at, record) in reader.records().take(MAX_CODES + 1).enumerate() {
        let wrong = |(column, problem): (&'static str, &str)| CodeListError::row(list, at, column, problem);
        let record = record.map_err(|_| wrong(("code", "the row has not as many cells as there are columns")))?;
        codes.push(code(&header, &record, language).map_err(wrong)?);
    }
    Ok(codes)
}

fn code(
    header: &[String],
    record: &csv::StringRecord,
    language: Option<&str>,
) -> Result<Code, (&'static str, &'static str)> {
    let mut cells: BTreeMap<&str, &str> =
        header.iter().map(String::as_str).zip(record).filter(|(_, cell)| !cell.is_empty()).collect();
    let mut take = |column: &'static str| cells.remove(column).map(str::to_owned);
    let (mut label_fr, mut label_en) = (take("label_fr"), take("label_en"));
    match language {
        Some("en") => label_fr = label_fr.or_else(|| label_en.clone()),
        Some(_) => label_en = label_en.or_else(|| label_fr.clone()),
        None => {}
    }
    Ok(Code {
        code: take("code").ok_or(("code", "is empty"))?,
        label_fr: label_fr.ok_or(("label_fr", "is empty"))?,
        label_en: label_en.ok_or(("label_en", "is empty"))?,
        parent: take("parent"),
        valid_from: date("valid_from", take("valid_from").as_deref())?,
        valid_to: date("valid_to", take("valid_to").as_deref())?,
        replaced_by: take("replaced_by").map_or_else(Vec::new, |all| all.split('|').map(str::to_owned).collect()),
        verified: flag("verified", take("verified").as_deref())?,
        nested: flag("nested", take("nested").as_deref())?,
        extra: cells.into_iter().map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect(),
    })
}

pub(crate) fn date(column: &'static str, cell: Option<&str>) -> Result<Option<Date>, (&'static str, &'static str)> {
    cell.map(|text| text.parse::<Date>().map_err(|_| (column, "is no date such as 2024-01-31"))).transpose()
}

pub(crate) fn flag(column: &'static str, cell: Option<&str>) -> Result<bool, (&'static str, &'static str)> {
    match cell {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err((column, "must be true or false")),
    }
}

/// As much of a text as an error repeats.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}

impl CodeListError {
    pub(crate) fn row(list: &str, at: usize, column: &'static str, problem: &str) -> Self {
        Self::Row { list: list.to_owned(), row: at + 1, column, problem: problem.to_owned() }
    }
}
