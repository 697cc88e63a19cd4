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
    if files.iter().any(|(name, _)| name.contains('/')) {
        return Err(PackageError::Rule("a file of an archive has a plain name: no folder, no leading point"));
    }
    packed(files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())), CompressionMethod::Stored)
}

/// A ZIP archive of files of any kind, in their order, compressed: with one fixed date, so that the same files give the same
/// bytes. A name may lead through folders, `figures/a.csv`, none of which goes up or is hidden.
///
/// # Errors
/// [`PackageError::Rule`] as [`zip`].
pub fn archive(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, PackageError> {
    packed(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())), CompressionMethod::Deflated)
}

fn packed<'a>(
    files: impl Iterator<Item = (&'a str, &'a [u8])>,
    method: CompressionMethod,
) -> Result<Vec<u8>, PackageError> {
    let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::DEFAULT);
    let full = |_| PackageError::Rule("memory did not take the archive, or a file stands in it twice");
    let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '\0']);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        if !name.split('/').all(is_plain) {
            return Err(PackageError::Rule("a file of an archive has a plain name: no folder, no leading point"));
        }
        writer.start_file(name, options).map_err(full)?;
        writer.write_all(bytes).map_err(|_| PackageError::Rule("memory did not take the archive"))?;
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

    #[test]
    fn an_archive_has_folders_and_lets_no_name_out() {
        let files = [("a.bin", vec![0, 159, 146, 150]), ("figures/b.csv", b"a,b\r\n".repeat(500))];
        let files = files.map(|(name, bytes)| (name.to_owned(), bytes));
        let bytes = archive(&files).unwrap();
        assert_eq!(bytes, archive(&files).unwrap());
        assert!(bytes.len() < 1000, "compressed");
        let mut opened = ::zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for (name, bytes) in &files {
            let mut found = Vec::new();
            opened.by_name(name).unwrap().read_to_end(&mut found).unwrap();
            assert_eq!(found, *bytes);
        }
        for name in ["", "/a", "a/", "a//b", "../a", "a/../b", "a/.b", "c:/x", "a\\b"] {
            assert!(archive(&[(name.to_owned(), Vec::new())]).is_err(), "{name}");
        }
        assert!(archive(&[files[0].clone(), files[0].clone()]).is_err(), "twice");
    }
}
