//! Reads a code list: `# key: value` lines, then a CSV table.

use crate::{Code, CodeList};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Columns every list has, in this order, before its own.
const COLUMNS: [&str; 9] =
    ["code", "label_fr", "label_en", "parent", "valid_from", "valid_to", "replaced_by", "verified", "nested"];

/// Most codes a list may hold: memory stays bounded on any input.
const MAX_CODES: usize = 100_000;

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
/// common columns, a code that is empty or stands twice, an empty label, a wrong date, a `replaced_by` that names no
/// code of the list, and more than 100 000 codes. Parents are not looked up: they may lie in another list.
pub fn parse(name: &str, text: &str) -> Result<CodeList, CodeListError> {
    let list = shown(name);
    let head = head(text);
    let required = |key: &'static str| {
        head.get(key).filter(|value| !value.is_empty()).cloned().ok_or_else(|| CodeListError::Head {
            list: list.clone(),
            key,
            hint: "",
        })
    };
    let date = required("date")?.parse::<Date>().map_err(|_| CodeListError::Head {
        list: list.clone(),
        key: "date",
        hint: " with a date such as 2024-01-31",
    })?;
    Ok(CodeList {
        name: name.to_owned(),
        version: required("version")?,
        date,
        source: required("source")?,
        licence: required("licence")?,
        parent_list: head.get("parent-list").cloned(),
        codes: table(&list, text)?,
    })
}

/// The `# key: value` lines that stand before the table.
fn head(text: &str) -> BTreeMap<&str, String> {
    text.lines()
        .map_while(|line| line.strip_prefix('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key.trim(), value.trim().to_owned()))
        .collect()
}

fn table(list: &str, text: &str) -> Result<Vec<Code>, CodeListError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    let columns = || CodeListError::Columns { list: list.to_owned() };
    let header: Vec<String> = reader.headers().map_err(|_| columns())?.iter().map(str::to_owned).collect();
    if !COLUMNS.iter().zip(&header).all(|(expected, found)| expected == found) || header.len() < COLUMNS.len() {
        return Err(columns());
    }
    let mut codes = Vec::new();
    let mut seen = BTreeSet::new();
    for (idx, record) in reader.records().enumerate() {
        let wrong = |column, problem: &str| CodeListError::Row {
            list: list.to_owned(),
            row: idx + 1,
            column,
            problem: problem.to_owned(),
        };
        let record = record.map_err(|_| wrong("code", "the row has not as many cells as there are columns"))?;
        if idx >= MAX_CODES {
            return Err(wrong("code", "a list holds 100 000 codes at most"));
        }
        let code = code(&header, &record).map_err(|(column, problem)| wrong(column, problem))?;
        if !seen.insert(code.code.clone()) {
            return Err(wrong("code", "stands twice"));
        }
        codes.push(code);
    }
    for (idx, code) in codes.iter().enumerate() {
        if code.replaced_by.as_ref().is_some_and(|next| !seen.contains(next)) {
            let problem = "names no code of the list".to_owned();
            return Err(CodeListError::Row { list: list.to_owned(), row: idx + 1, column: "replaced_by", problem });
        }
    }
    Ok(codes)
}

fn code(header: &[String], record: &csv::StringRecord) -> Result<Code, (&'static str, &'static str)> {
    let mut cells: BTreeMap<&str, &str> =
        header.iter().map(String::as_str).zip(record).filter(|(_, cell)| !cell.is_empty()).collect();
    let mut take = |column: &'static str| cells.remove(column).map(str::to_owned);
    let date = |column: &'static str, cell: Option<String>| {
        cell.map(|text| text.parse::<Date>().map_err(|_| (column, "is no date such as 2024-01-31"))).transpose()
    };
    let flag = |column: &'static str, cell: Option<String>| match cell.as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err((column, "must be true or false")),
    };
    Ok(Code {
        code: take("code").ok_or(("code", "is empty"))?,
        label_fr: take("label_fr").ok_or(("label_fr", "is empty"))?,
        label_en: take("label_en").ok_or(("label_en", "is empty"))?,
        parent: take("parent"),
        valid_from: date("valid_from", take("valid_from"))?,
        valid_to: date("valid_to", take("valid_to"))?,
        replaced_by: take("replaced_by"),
        verified: flag("verified", take("verified"))?,
        nested: flag("nested", take("nested"))?,
        extra: cells.into_iter().map(|(column, cell)| (column.to_owned(), cell.to_owned())).collect(),
    })
}

fn shown(text: &str) -> String {
    text.chars().take(80).collect()
}
