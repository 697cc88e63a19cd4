//! The tar stream inside a backup, and the names that may stand in it.

use super::gather::{Source, hex};
use super::{MANIFEST, failed};
use beffroi_ports::{BackupError, Manifest};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read, Write};
use std::path::Path;

/// Longest path in an archive, in bytes.
pub(super) const MAX_PATH: usize = 1024;

/// Is this a path that stays inside the folder it is put in? Parts between `/`, none of them empty, `.` or `..`, without
/// control characters or backslashes, each of at most 255 bytes.
pub(super) fn relative(path: &str) -> bool {
    let fine = |part: &str| !matches!(part, "" | "." | "..") && part.len() <= 255;
    path.len() <= MAX_PATH
        && path != MANIFEST
        && path.split('/').all(fine)
        && !path.chars().any(|c| c.is_control() || c == '\\')
}

/// Writes the manifest and then its files into `out`; gives `out` back.
pub(super) fn pack<W: Write>(out: W, manifest: &Manifest, sources: &[Source], place: &Path) -> Result<W, BackupError> {
    let writing = |error: io::Error| failed("writing", place, &error);
    let mut tar = tar::Builder::new(out);
    let text = serde_json::to_vec_pretty(manifest).map_err(|error| writing(io::Error::other(error)))?;
    let seconds = u64::try_from(manifest.at.as_second()).unwrap_or_default();
    tar.append_data(&mut header(text.len() as u64, seconds), MANIFEST, text.as_slice()).map_err(writing)?;
    for source in sources {
        let changed = || BackupError::Changed(source.note.path.chars().take(80).collect());
        let file = source.open().map_err(|_| changed())?;
        let mut file = Counted { inner: file, hash: Sha256::new(), left: source.note.size, short: false };
        let mut header = header(source.note.size, seconds);
        tar.append_data(&mut header, &source.note.path, &mut file).map_err(writing)?;
        if file.short
            || file.left > 0
            || file.more().map_err(writing)?
            || hex(&file.hash.finalize()) != source.note.sha256
        {
            return Err(changed());
        }
    }
    tar.into_inner().map_err(writing)
}

fn header(size: u64, seconds: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o600);
    header.set_size(size);
    header.set_mtime(seconds);
    header
}

/// Exactly as many bytes of a file as were announced: a shorter one is filled up, and told.
struct Counted<R> {
    inner: R,
    hash: Sha256,
    left: u64,
    short: bool,
}

impl<R: Read> Counted<R> {
    /// Is there more than was announced?
    fn more(&mut self) -> io::Result<bool> {
        Ok(self.inner.read(&mut [0])? > 0)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        let Some(into) = into.get_mut(..wanted).filter(|into| !into.is_empty()) else { return Ok(0) };
        let mut read = self.inner.read(into)?;
        if read == 0 {
            self.short = true;
            into.fill(0);
            read = wanted;
        }
        self.hash.update(into.get(..read).unwrap_or_default());
        self.left -= read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_stay_inside_are_relative() {
        for good in ["a", "a/b.parquet", "lake/reports/_delta_log/0.json", "..a/b..", ".hidden", "é"] {
            assert!(relative(good), "{good}");
        }
        let long = "a/".repeat(MAX_PATH);
        let bad =
            ["", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", ".", "./a", "a//b", "a/", "a\0b", "a\nb", "a\\b"];
        for bad in bad.into_iter().chain([MANIFEST, &"x".repeat(256), long.trim_end_matches('/')]) {
            assert!(!relative(bad), "{bad}");
        }
    }
}
