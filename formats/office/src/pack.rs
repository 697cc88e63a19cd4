//! The parts of a file in their archive.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Why a file was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the part `{part}` does not go into the file: {reason}")]
pub struct OfficeError {
    /// Which part.
    pub part: String,
    /// Why.
    pub reason: String,
}

/// A part: its name in the archive and its bytes.
pub(crate) type Part = (String, Vec<u8>);

/// The archive of the parts, in their order, with one fixed date. A part named `mimetype` is stored as it is, so that the
/// kind of the file can be read at its head (OpenDocument 1.2, part 3, section 3.3); so are pictures, which are small
/// already.
pub(crate) fn pack(parts: &[Part]) -> Result<Vec<u8>, OfficeError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let fault =
        |part: &str, reason: &dyn std::fmt::Display| OfficeError { part: part.to_owned(), reason: reason.to_string() };
    for (name, bytes) in parts {
        let is_stored = name == "mimetype" || name.ends_with(".png");
        let method = if is_stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::DEFAULT);
        writer.start_file(name.as_str(), options).map_err(|error| fault(name, &error))?;
        writer.write_all(bytes).map_err(|error| fault(name, &error))?;
    }
    Ok(writer.finish().map_err(|error| fault("archive", &error))?.into_inner())
}
