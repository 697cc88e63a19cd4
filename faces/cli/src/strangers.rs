//! Files of strangers on their way to the wall: opened here, read there.

use crate::fault::{Fault, Outcome, ours};
use beffroi_ports::Unread;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Opens a file that is to be read behind the wall, and tells its length in bytes. A pipe or a device is refused: it might
/// never end.
pub(crate) fn open(path: &Path) -> Outcome<(Box<dyn Read + Send>, u64)> {
    let wrong = |error: std::io::Error| Fault::user(format!("{}: {error}", path.display()));
    let metadata = std::fs::metadata(path).map_err(wrong)?;
    if !metadata.is_file() {
        return Err(wrong(std::io::Error::new(std::io::ErrorKind::InvalidInput, "not an ordinary file")));
    }
    Ok((Box::new(File::open(path).map_err(wrong)?), metadata.len()))
}

/// Whose fault it is that a file gave nothing.
pub(crate) fn unread(path: &Path, error: Unread) -> Fault {
    if error.is_files_fault() { Fault::user(format!("{}: {error}", path.display())) } else { ours(error) }
}
