//! Linkage of a table that somebody brings: `link exact` on a CSV file, outside the lake.

use beffroi_linkage::{Key, LinkError, Linker, Options};
use serde::Serialize;
use std::collections::HashMap;
use std::io::{BufRead, Read, Write};

/// How to link a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOptions {
    /// The column that names the record; rows of the same name are one record.
    pub id: String,
    /// The columns that link, each on its own: equal values of two different columns do not link.
    pub keys: Vec<String>,
    /// Records beyond which a value no longer links.
    pub max_degree: u32,
}

/// What linkage of a table found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableSummary {
    /// Rows read.
    pub rows: u64,
    /// Distinct records.
    pub records: u64,
    /// Series of at least two records.
    pub series: u64,
    /// Records in them.
    pub linked: u64,
    /// Shared values that did not link, declared or over the limit.
    pub suppressed: u64,
}

/// Why a table could not be linked.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A column that the table has not.
    #[error("the table has no column `{column}`; it has {}", known.join(", "))]
    NoColumn {
        /// The column asked for.
        column: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// A row that is no CSV, or not in UTF-8.
    #[error("the table could not be read: {0}")]
    Read(#[from] csv::Error),
    /// The result or the list of hubs could not be read or written.
    #[error("the file could not be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// Too much to link at once.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// More records than a linkage can number.
    #[error("more than {} records: link fewer at once", u32::MAX)]
    TooMany,
}

/// Reads the hubs, one value a line (blank lines and lines that start with `#` do not count): a value is a hub in
/// every key column.
///
/// # Errors
/// [`TableError::Io`] when the text does not read.
pub fn read_hubs(text: impl BufRead) -> Result<Vec<String>, TableError> {
    let mut hubs = Vec::new();
    for line in text.lines() {
        let line = line?;
        let value = line.trim();
        if !value.is_empty() && !value.starts_with('#') {
            hubs.push(value.to_owned());
        }
    }
    Ok(hubs)
}

/// Links the rows of `input` (CSV, UTF-8, with a heading) and writes `id,series`, one line a record in the order in
/// which they first appear. Series are numbered from 1, the largest first; a record that nothing links is a series of
/// its own.
///
/// # Errors
/// [`TableError`], before anything was written when the input is at fault.
pub fn link_table(
    input: impl Read,
    options: &TableOptions,
    hubs: &[String],
    output: impl Write,
) -> Result<TableSummary, TableError> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(input);
    let headings = reader.headers()?.clone();
    let column = |name: &str| {
        headings.iter().position(|heading| heading.trim_start_matches('\u{feff}') == name).ok_or_else(|| {
            TableError::NoColumn { column: name.to_owned(), known: headings.iter().map(str::to_owned).collect() }
        })
    };
    let id_column = column(&options.id)?;
    let keys: Vec<(usize, &str)> =
        options.keys.iter().map(|name| Ok((column(name)?, name.as_str()))).collect::<Result<_, TableError>>()?;
    let declared = keys.iter().flat_map(|(_, name)| hubs.iter().map(move |value| Key::new(name, value)));
    let mut linker = Linker::new(Options { max_degree: options.max_degree, hubs: declared.collect() });

    let mut records: HashMap<String, u32> = HashMap::new();
    let mut ids: Vec<String> = Vec::new();
    let mut rows = 0;
    let mut row = csv::StringRecord::new();
    while reader.read_record(&mut row)? {
        rows += 1;
        let id = row.get(id_column).unwrap_or_default();
        let record = match records.get(id) {
            Some(record) => *record,
            None => {
                let record = u32::try_from(ids.len()).map_err(|_| TableError::TooMany)?;
                records.insert(id.to_owned(), record);
                ids.push(id.to_owned());
                record
            }
        };
        linker.add(record, keys.iter().filter_map(|(at, name)| Key::of_cell(name, row.get(*at)?)))?;
    }
    let linkage = linker.finish();

    let mut series: Vec<u64> = vec![0; ids.len()];
    let mut next = 0;
    for component in &linkage.components {
        next += 1;
        for record in &component.records {
            if let Some(place) = usize::try_from(*record).ok().and_then(|at| series.get_mut(at)) {
                *place = next;
            }
        }
    }
    let mut writer = csv::Writer::from_writer(output);
    writer.write_record(["id", "series"])?;
    for (id, series) in ids.iter().zip(series) {
        let number = if series == 0 {
            next += 1;
            next
        } else {
            series
        };
        writer.write_record([id.as_str(), &number.to_string()])?;
    }
    writer.flush()?;
    Ok(TableSummary {
        rows,
        records: count(ids.len()),
        series: count(linkage.components.len()),
        linked: linkage.components.iter().map(|c| count(c.records.len())).sum(),
        suppressed: count(linkage.suppressed.len()),
    })
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(max_degree: u32) -> TableOptions {
        TableOptions { id: "id".to_owned(), keys: vec!["phone".to_owned(), "site".to_owned()], max_degree }
    }

    fn link(text: &str, max_degree: u32, hubs: &[&str]) -> Result<(String, TableSummary), TableError> {
        let hubs: Vec<String> = hubs.iter().map(|h| (*h).to_owned()).collect();
        let mut out = Vec::new();
        let summary = link_table(text.as_bytes(), &options(max_degree), &hubs, &mut out)?;
        Ok((String::from_utf8_lossy(&out).into_owned(), summary))
    }

    const TABLE: &str = "id,phone,site\na,1,x\nb,1,y\nc,2,y\nd,3,z\ne,,z1\n";

    #[test]
    fn chains_link_and_the_rest_stands_alone() {
        let (out, summary) = link(TABLE, 10, &[]).unwrap();
        assert_eq!(out, "id,series\na,1\nb,1\nc,1\nd,2\ne,3\n");
        assert_eq!((summary.records, summary.series, summary.linked), (5, 1, 3));
    }

    #[test]
    fn a_hub_does_not_link_whether_declared_or_over_the_limit() {
        let (declared, _) = link(TABLE, 10, &["y"]).unwrap();
        assert_eq!(declared, "id,series\na,1\nb,1\nc,2\nd,3\ne,4\n");
        let (limited, summary) = link("id,phone,site\na,1,\nb,1,\nc,1,\n", 2, &[]).unwrap();
        assert_eq!(limited, "id,series\na,1\nb,2\nc,3\n");
        assert_eq!(summary.suppressed, 1);
    }

    #[test]
    fn equal_values_of_two_columns_do_not_link() {
        let (out, _) = link("id,phone,site\na,7,\nb,,7\n", 10, &[]).unwrap();
        assert_eq!(out, "id,series\na,1\nb,2\n");
    }

    #[test]
    fn a_missing_column_and_a_broken_row_are_told_before_anything_is_written() {
        let missing = link("id,phone\na,1\n", 10, &[]).unwrap_err().to_string();
        assert!(missing.contains("`site`") && missing.contains("id, phone"), "{missing}");
        let mut out = Vec::new();
        assert!(link_table("id,phone,site\na,1\n".as_bytes(), &options(2), &[], &mut out).is_err());
        assert!(out.is_empty());
    }

    #[test]
    fn hubs_are_read_one_a_line() {
        assert_eq!(read_hubs("# banks\n 3900 \n\n17\n".as_bytes()).unwrap(), ["3900", "17"]);
    }
}
