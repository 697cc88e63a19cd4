//! Reads a crosswalk: `# key: value` lines, then a CSV table.

use crate::parse::{date, flag, head, shown};
use crate::{Confidence, Crosswalk, Edition, Link, Match};
use std::collections::BTreeSet;

const COLUMNS: [&str; 7] = ["from", "to", "kind", "confidence", "valid_from", "valid_to", "verified"];

/// Most links a crosswalk may hold: memory stays bounded on any input.
const MAX_LINKS: usize = 200_000;

/// Why a text is no crosswalk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrosswalkError {
    /// A line of the head is missing or wrong.
    #[error("crosswalk `{crosswalk}`: the head needs a line `# {key}: …`{}", if *key == "date" { " with a date such as 2024-01-31" } else { "" })]
    Head {
        /// The crosswalk.
        crosswalk: String,
        /// The key.
        key: &'static str,
    },
    /// The columns are not those expected.
    #[error("crosswalk `{crosswalk}`: the table must have the columns {}", COLUMNS.join(","))]
    Columns {
        /// The crosswalk.
        crosswalk: String,
    },
    /// A row cannot be read.
    #[error("crosswalk `{crosswalk}`, row {row}, column `{column}`: {problem}")]
    Row {
        /// The crosswalk.
        crosswalk: String,
        /// Number of the row, 1 for the first after the column names.
        row: usize,
        /// The column at fault.
        column: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
}

/// Reads the crosswalk `name` from `text`. Refuses a head without `version`, `date`, `source`, `licence`, `from` and `to`,
/// other columns, an empty end, a pair that stands twice, an unknown kind, a confidence that is not above 0 and up to 1, a
/// wrong date, and more than 200 000 links. The ends are not looked up: [`Crosswalk::broken`] does it.
///
/// # Errors
/// [`CrosswalkError`] with the first thing that is wrong.
pub fn parse_crosswalk(name: &str, text: &str) -> Result<Crosswalk, CrosswalkError> {
    let crosswalk = shown(name);
    let keys = head(text);
    let wrong = |key| CrosswalkError::Head { crosswalk: crosswalk.clone(), key };
    let required =
        |key: &'static str| keys.get(key).filter(|value| !value.is_empty()).cloned().ok_or_else(|| wrong(key));
    let date = required("date")?.parse().map_err(|_| wrong("date"))?;
    Ok(Crosswalk {
        name: name.to_owned(),
        edition: Edition { version: required("version")?, date },
        source: required("source")?,
        licence: required("licence")?,
        from: required("from")?,
        to: required("to")?,
        links: links(&crosswalk, text)?,
    })
}

fn links(crosswalk: &str, text: &str) -> Result<Vec<Link>, CrosswalkError> {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    if !reader.headers().is_ok_and(|found| found.iter().eq(COLUMNS)) {
        return Err(CrosswalkError::Columns { crosswalk: crosswalk.to_owned() });
    }
    let mut links = Vec::new();
    let mut seen = BTreeSet::new();
    for (at, record) in reader.records().enumerate() {
        let wrong =
            |(column, problem)| CrosswalkError::Row { crosswalk: crosswalk.to_owned(), row: at + 1, column, problem };
        let record = record.map_err(|_| wrong(("from", "the row has not as many cells as there are columns")))?;
        if at >= MAX_LINKS {
            return Err(wrong(("from", "a crosswalk holds 200 000 links at most")));
        }
        let link = link(&record).map_err(wrong)?;
        if !seen.insert((link.from.clone(), link.to.clone())) {
            return Err(wrong(("to", "the pair stands twice")));
        }
        links.push(link);
    }
    Ok(links)
}

fn link(record: &csv::StringRecord) -> Result<Link, (&'static str, &'static str)> {
    let cell = |at: usize| record.get(at).filter(|cell| !cell.is_empty());
    let kind = |text: &str| Match::ALL.into_iter().find(|kind| kind.code() == text);
    let link = Link {
        from: cell(0).ok_or(("from", "is empty"))?.to_owned(),
        to: cell(1).ok_or(("to", "is empty"))?.to_owned(),
        kind: cell(2).and_then(kind).ok_or(("kind", "must be exact, broader, narrower or related"))?,
        confidence: cell(3).and_then(Confidence::read).ok_or(("confidence", "must lie above 0 and up to 1, as 0.8"))?,
        valid_from: date("valid_from", cell(4))?,
        valid_to: date("valid_to", cell(5))?,
        verified: flag("verified", cell(6))?,
    };
    if link.valid_from.zip(link.valid_to).is_some_and(|(from, to)| to < from) {
        return Err(("valid_to", "lies before valid_from"));
    }
    Ok(link)
}
