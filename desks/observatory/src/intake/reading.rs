//! The file being read: its digest, and how far reading has come.

use super::IntakeError;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

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

/// What is known of a file while somebody else reads it.
#[derive(Debug)]
pub(crate) struct Watch {
    digest: OnceLock<String>,
    fault: OnceLock<io::Error>,
    passed: AtomicU64,
    length: u64,
}

impl Watch {
    /// SHA-256 of what the file held, once its last byte is read.
    pub(crate) fn digest(&self) -> Option<&str> {
        self.digest.get().map(String::as_str)
    }

    /// Why reading stopped, when the system is the reason.
    pub(crate) fn fault(&self) -> Option<io::Error> {
        self.fault.get().map(|error| io::Error::new(error.kind(), error.to_string()))
    }

    /// Bytes read so far.
    pub(crate) fn passed(&self) -> u64 {
        self.passed.load(Ordering::Acquire)
    }

    /// Length of the file, in bytes, when it was opened.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }
}

/// A file whose reading is watched: the bytes that go to the reader are those that are digested.
pub(crate) struct Watched {
    file: File,
    hasher: Sha256,
    watch: Arc<Watch>,
}

impl Watched {
    /// Opens the file.
    pub(crate) fn open(path: &Path) -> Result<(Self, Arc<Watch>), IntakeError> {
        let file = open(path)?;
        let length = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        let watch =
            Arc::new(Watch { digest: OnceLock::new(), fault: OnceLock::new(), passed: AtomicU64::new(0), length });
        Ok((Self { file, hasher: Sha256::new(), watch: Arc::clone(&watch) }, watch))
    }
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = match self.file.read(into) {
            Ok(n) => n,
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    let told = io::Error::new(error.kind(), error.to_string());
                    let _ = self.watch.fault.set(told);
                }
                return Err(error);
            }
        };
        self.hasher.update(into.get(..n).unwrap_or_default());
        if n == 0 && !into.is_empty() {
            self.watch.digest.get_or_init(|| hexadecimal(&std::mem::take(&mut self.hasher).finalize()));
        }
        self.watch.passed.fetch_add(n as u64, Ordering::AcqRel);
        Ok(n)
    }
}
