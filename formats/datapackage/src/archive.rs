//! The files of a package in one archive.

use crate::error::PackageError;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A ZIP archive (APPNOTE 6.3) of files by name, in their order, stored as they are: with one fixed date, so that the same
/// files give the same bytes. What carries it may compress it.
///
/// # Errors
/// [`PackageError::Rule`] when a name is no plain name of a file or stands twice, or memory did not take the archive.
pub fn zip(files: &[(String, String)]) -> Result<Vec<u8>, PackageError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT);
    let full = |_| PackageError::Rule("memory did not take the archive, or a file stands in it twice");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
        if !plain {
            return Err(PackageError::Rule("a file of an archive has a plain name: no folder, no leading point"));
        }
        writer.start_file(name.as_str(), options).map_err(full)?;
        writer.write_all(text.as_bytes()).map_err(|_| PackageError::Rule("memory did not take the archive"))?;
    }
    Ok(writer.finish().map_err(full)?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn files_come_back_and_bytes_stay_the_same() {
        let files = [("a.json", "{}\n"), ("b.csv", "é\r\n")].map(|(name, text)| (name.to_owned(), text.to_owned()));
        let bytes = zip(&files).unwrap();
        assert_eq!(bytes, zip(&files).unwrap());
        let mut archive = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(archive.len(), 2);
        for (name, text) in &files {
            let mut found = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut found).unwrap();
            assert_eq!(found, *text);
        }
        for name in ["", "../a", "a/b", ".hidden", "c:x"] {
            assert!(zip(&[(name.to_owned(), String::new())]).is_err(), "{name}");
        }
        assert!(zip(&[files[0].clone(), files[0].clone()]).is_err(), "twice");
    }
}
