//! The file being read: its digest, and how far reading has come.

use super::IntakeError;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// Bytes between two calls of the progress.
const STEP: u64 = 256 * 1024;

/// SHA-256 of a file's bytes, in hexadecimal.
pub(super) fn digest(path: &Path) -> Result<String, IntakeError> {
    let mut file = open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hexadecimal(&hasher.finalize())),
            Ok(n) => hasher.update(buffer.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(IntakeError::Open { path: path.to_owned(), error }),
        }
    }
}

fn open(path: &Path) -> Result<File, IntakeError> {
    let wrong = |error| IntakeError::Open { path: path.to_owned(), error };
    let metadata = std::fs::metadata(path).map_err(wrong)?;
    if metadata.is_dir() {
        return Err(wrong(io::ErrorKind::IsADirectory.into()));
    }
    if !metadata.is_file() {
        return Err(wrong(io::Error::new(io::ErrorKind::InvalidInput, "not an ordinary file")));
    }
    File::open(path).map_err(wrong)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A file that tells how far it is read, and what it held once it is at its end.
pub(super) struct Watched<'a> {
    file: File,
    hasher: Sha256,
    digest: Arc<OnceLock<String>>,
    passed: u64,
    told: u64,
    length: u64,
    progress: &'a (dyn Fn(u64, u64) + Sync),
}

impl<'a> Watched<'a> {
    /// Opens the file; the digest is set once its last byte is read.
    pub(super) fn open(
        path: &Path,
        progress: &'a (dyn Fn(u64, u64) + Sync),
    ) -> Result<(Self, Arc<OnceLock<String>>), IntakeError> {
        let file = open(path)?;
        let length = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        let digest = Arc::new(OnceLock::new());
        let watched =
            Self { file, hasher: Sha256::new(), digest: Arc::clone(&digest), passed: 0, told: 0, length, progress };
        Ok((watched, digest))
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(into)?;
        self.hasher.update(into.get(..n).unwrap_or_default());
        self.passed += n as u64;
        let at_end = n == 0 && !into.is_empty();
        if at_end {
            self.digest.get_or_init(|| hexadecimal(&std::mem::take(&mut self.hasher).finalize()));
        }
        if at_end || self.passed >= self.told + STEP {
            self.told = self.passed;
            (self.progress)(self.passed, self.length.max(self.passed));
        }
        Ok(n)
    }
}
