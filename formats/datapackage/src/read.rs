//! A package read back by its own schema.

use crate::MOST_BYTES;
use crate::descriptor::Descriptor;
use crate::error::{PackageError, clip};
use crate::package::Package;
use csv::{ReaderBuilder, StringRecord};

/// Reads a package from its `datapackage.json` and its CSV.
///
/// # Errors
/// [`PackageError`] when the CSV is not the one described, a cell does not fit its field, or the description is none that
/// [`crate::write`] writes.
pub fn read(descriptor: &[u8], csv: &[u8]) -> Result<Package, PackageError> {
    if descriptor.len() > MOST_BYTES || csv.len() > MOST_BYTES {
        return Err(PackageError::TooLong { limit: MOST_BYTES });
    }
    let described: Descriptor = serde_json::from_slice(descriptor).map_err(|error| PackageError::Json {
        line: error.line(),
        column: error.column(),
        why: clip(&error.to_string()),
    })?;
    let mut package = described.package()?;
    if !described.describes(csv) {
        return Err(PackageError::Changed);
    }
    package.rows = rows(&package, csv)?;
    package.check()?;
    // Everything that was not looked at: profiles, dialect, paths, best-match labels.
    if Descriptor::of(&package, csv) == described { Ok(package) } else { Err(PackageError::Form) }
}

fn rows(package: &Package, csv: &[u8]) -> Result<Vec<Vec<crate::Cell>>, PackageError> {
    let mut reader = ReaderBuilder::new().from_reader(csv);
    let fault = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        PackageError::Csv { line, why: clip(&error.to_string()) }
    };
    let header = reader.headers().map_err(fault)?;
    if header.iter().ne(package.fields.iter().map(|field| field.name.as_str())) {
        return Err(PackageError::Csv { line: 1, why: "the columns are not those of the schema".to_owned() });
    }
    let (mut rows, mut record) = (Vec::new(), StringRecord::new());
    while reader.read_record(&mut record).map_err(fault)? {
        let row = rows.len() + 1;
        let cells = package.fields.iter().zip(&record).map(|(field, text)| {
            let off = || PackageError::Cell {
                row,
                field: field.name.clone(),
                why: "the text is not of the type of the field",
            };
            field.kind.read(text).ok_or_else(off)
        });
        rows.push(cells.collect::<Result<_, _>>()?);
    }
    Ok(rows)
}
