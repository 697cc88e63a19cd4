//! A package written.

use crate::descriptor::{Descriptor, csv_name};
use crate::dictionary::dictionary;
use crate::error::{PackageError, clip};
use crate::package::Package;
use csv::{Terminator, WriterBuilder};

/// The files of a package, to be kept in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// `datapackage.json`.
    pub descriptor: String,
    /// Name of the CSV.
    pub csv_name: String,
    /// The CSV: RFC 4180, UTF-8, header first.
    pub csv: String,
    /// Name of the dictionary.
    pub dictionary_name: String,
    /// The dictionary, a CSV too.
    pub dictionary: String,
}

/// Writes a package.
///
/// # Errors
/// [`PackageError`] when a cell does not fit its field, or the description lacks something.
pub fn write(package: &Package) -> Result<Files, PackageError> {
    package.check()?;
    let header = package.fields.iter().map(|field| field.name.clone()).collect();
    let rows = package.rows.iter().map(|row| row.iter().map(ToString::to_string).collect());
    let csv = csv_of(std::iter::once(header).chain(rows))?;
    let descriptor = Descriptor::of(package, csv.as_bytes());
    let json =
        serde_json::to_string_pretty(&descriptor).map_err(|_| PackageError::Rule("memory did not take the file"))?;
    Ok(Files {
        descriptor: json + "\n",
        csv_name: csv_name(&package.name),
        csv,
        dictionary_name: format!("{}-dictionary.csv", package.name),
        dictionary: dictionary(package)?,
    })
}

/// Rows as RFC 4180 has them.
pub(crate) fn csv_of(rows: impl Iterator<Item = Vec<String>>) -> Result<String, PackageError> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).map_err(|error| PackageError::Csv { line: 0, why: clip(&error.to_string()) })?;
    }
    let full = |_| PackageError::Rule("memory did not take the file");
    String::from_utf8(writer.into_inner().map_err(|_| PackageError::Rule("memory did not take the file"))?)
        .map_err(full)
}
