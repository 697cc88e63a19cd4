//! The marks of what has gone: a file of this machine, held by one process at a time. Its first line is the name of the
//! worker, each further one the number of a letter that the server took.

use beffroi_ports::PostError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// What the first line begins with.
const HEAD: &str = "worker ";

#[derive(Debug)]
pub(crate) struct Marks {
    file: Mutex<File>,
    worker: String,
    /// Length of the first line.
    head: u64,
}

fn fault(doing: &'static str, path: &Path) -> impl Fn(std::io::Error) -> PostError {
    move |error| PostError { doing, reason: format!("{}: {error}", path.display()) }
}

impl Marks {
    /// Opens the file at `path`, making it when it is not there, and keeps it to itself.
    pub(crate) fn open(path: &Path) -> Result<Self, PostError> {
        let doing = "open its marks";
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(fault(doing, folder))?;
        }
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(fault(doing, path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let reason = format!("{}: another process delivers from this folder already", path.display());
                return Err(PostError { doing, reason });
            }
            Err(TryLockError::Error(error)) => return Err(fault(doing, path)(error)),
        }
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(fault(doing, path))?;
        let known = text.split_once('\n').and_then(|(first, _)| first.strip_prefix(HEAD));
        let worker = match known {
            Some(known) => known.to_owned(),
            // A file without its whole first line was never used.
            None => {
                let worker = Uuid::now_v7().to_string();
                file.set_len(0).map_err(fault(doing, path))?;
                file.write_all(format!("{HEAD}{worker}\n").as_bytes()).map_err(fault(doing, path))?;
                file.sync_all().map_err(fault(doing, path))?;
                worker
            }
        };
        let head = (HEAD.len() + worker.len() + 1) as u64;
        Ok(Self { file: Mutex::new(file), worker, head })
    }

    /// The name of the worker.
    pub(crate) fn worker(&self) -> &str {
        &self.worker
    }

    /// Marks a letter as gone. Once this has returned, a kill leaves the mark.
    pub(crate) fn put(&self, id: &str) -> std::io::Result<()> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(format!("{id}\n").as_bytes())
    }

    /// The numbers marked. A line that was cut short marks nothing.
    pub(crate) fn read(&self) -> Result<Vec<String>, PostError> {
        let wrong = |error: std::io::Error| PostError { doing: "read its marks", reason: error.to_string() };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::new();
        file.seek(SeekFrom::Start(self.head)).map_err(wrong)?;
        file.read_to_string(&mut text).map_err(wrong)?;
        Ok(text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).map(str::to_owned).collect())
    }

    /// Forgets them.
    pub(crate) fn clear(&self) -> Result<(), PostError> {
        let wrong = |error: std::io::Error| PostError { doing: "clear its marks", reason: error.to_string() };
        self.file.lock().unwrap_or_else(PoisonError::into_inner).set_len(self.head).map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_until_cleared_and_one_process_holds_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("post/gone");
        let marks = Marks::open(&path).unwrap();
        let worker = marks.worker().to_owned();
        marks.put("a1").unwrap();
        marks.put("b2").unwrap();
        assert_eq!(marks.read().unwrap(), ["a1", "b2"]);
        assert!(Marks::open(&path).unwrap_err().reason.contains("another process"));
        drop(marks);
        // The program died, in the middle of a line.
        std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"c").unwrap();
        let marks = Marks::open(&path).unwrap();
        assert_eq!((marks.worker(), marks.read().unwrap()), (worker.as_str(), vec!["a1".to_owned(), "b2".to_owned()]));
        marks.clear().unwrap();
        assert!(marks.read().unwrap().is_empty());
        marks.put("d4").unwrap();
        assert_eq!(marks.read().unwrap(), ["d4"]);
    }
}
