//! A list that only grows, in a file of lines of one length: destroyed months, erased records.
//!
//! Each line ends with a check over itself and the line before, so that a changed, moved or missing line is found.
//! A line that a power cut left unfinished was never acknowledged: it is left out, and cut off by the next addition.

use crate::folder::{KeyFolder, failed, sync_folder};
use beffroi_ports::KeysError;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::str::FromStr;

/// Digits of the check that ends each line.
const CHECK: usize = 16;

/// What a list is of: things with one text each, all of the same length.
pub(crate) trait Item: Copy + Ord + Display + FromStr {}

impl<T: Copy + Ord + Display + FromStr> Item for T {}

/// What was read of a list so far.
#[derive(Debug)]
pub(crate) struct List<T> {
    file: &'static str,
    /// Length of an item, in bytes.
    width: usize,
    items: BTreeSet<T>,
    /// Bytes read, all of them whole lines.
    read: u64,
    /// Check of the last line.
    last: String,
}

impl<T: Item> List<T> {
    /// A list of items of `width` bytes, not read yet.
    pub(crate) fn new(file: &'static str, width: usize) -> Self {
        Self { file, width, items: BTreeSet::new(), read: 0, last: String::new() }
    }

    /// Length of a line: the item, a blank, the check, a line feed.
    fn line(&self) -> usize {
        self.width + 1 + CHECK + 1
    }

    fn check(&self, item: &str) -> String {
        let sum = Sha256::new().chain_update(self.file).chain_update("\n").chain_update(&self.last);
        let sum = sum.chain_update("\n").chain_update(item).finalize();
        let mut digits = Vec::with_capacity(2 * sum.len());
        crate::key_file::push_hex(&mut digits, &sum);
        digits.truncate(CHECK);
        String::from_utf8(digits).unwrap_or_default()
    }

    /// Reads what was added since the last time, by whichever process.
    pub(crate) fn refresh(&mut self, folder: &KeyFolder) -> Result<&BTreeSet<T>, KeysError> {
        let path = folder.at(self.file);
        let malformed = || KeysError::Malformed { what: path.display().to_string() };
        let Some(mut file) = folder.open_file(self.file, OpenOptions::new().read(true))? else {
            // A list that was there and is gone would bring back what it forbids.
            return if self.read == 0 { Ok(&self.items) } else { Err(malformed()) };
        };
        let reading = |error| failed("reading", &path, &error);
        let length = file.metadata().map_err(reading)?.len();
        if length < self.read {
            return Err(malformed());
        }
        if length == self.read {
            return Ok(&self.items);
        }
        file.seek(SeekFrom::Start(self.read)).map_err(reading)?;
        let mut lines = std::io::BufReader::new(file);
        let mut line = vec![0; self.line()];
        loop {
            let mut filled = 0;
            while let Some(rest) = line.get_mut(filled..).filter(|rest| !rest.is_empty()) {
                match lines.read(rest).map_err(reading)? {
                    0 => break,
                    n => filled += n,
                }
            }
            // Nothing more, an unfinished line, or room that was given and never written.
            if filled < line.len() || line.iter().all(|&byte| byte == 0) {
                return Ok(&self.items);
            }
            let text = std::str::from_utf8(&line).map_err(|_| malformed())?;
            let (item, rest) = text.split_at_checked(self.width).ok_or_else(malformed)?;
            let check = self.check(item);
            if rest.strip_prefix(' ').and_then(|rest| rest.strip_suffix('\n')) != Some(check.as_str()) {
                return Err(malformed());
            }
            self.items.insert(item.parse().map_err(|_| malformed())?);
            self.last = check;
            self.read += line.len() as u64;
        }
    }

    /// Adds the items that are not there yet and makes them durable. To be called with the folder locked.
    pub(crate) fn add(&mut self, folder: &KeyFolder, items: &[T]) -> Result<(), KeysError> {
        self.refresh(folder)?;
        let fresh: BTreeSet<T> = items.iter().copied().filter(|item| !self.items.contains(item)).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let mut text = String::with_capacity(fresh.len() * self.line());
        let last = self.last.clone();
        for item in fresh {
            let item = item.to_string();
            self.last = self.check(&item);
            text.extend([item.as_str(), " ", &self.last, "\n"]);
        }
        // What is noted counts once it is read back from the file.
        self.last = last;
        let path = folder.at(self.file);
        let adding = |error| failed("adding to", &path, &error);
        let create = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        drop(create.map_err(adding)?);
        let Some(mut file) = folder.open_file(self.file, OpenOptions::new().write(true))? else {
            return Err(KeysError::Absent { what: path.display().to_string() });
        };
        file.set_len(self.read).map_err(adding)?;
        file.seek(SeekFrom::Start(self.read)).map_err(adding)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(adding)?;
        sync_folder(folder.path())?;
        self.refresh(folder).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_journal::Month;
    use std::fs;

    fn months(items: &[&str]) -> Vec<Month> {
        items.iter().map(|item| item.parse().unwrap()).collect()
    }

    fn made() -> (tempfile::TempDir, KeyFolder, Vec<u8>) {
        let place = tempfile::tempdir().unwrap();
        let folder = KeyFolder::open(&place.path().join("keys")).unwrap();
        let mut list = List::new("months", 7);
        list.add(&folder, &months(&["2026-01", "2026-02"])).unwrap();
        list.add(&folder, &months(&["2026-02", "2026-03", "2026-03"])).unwrap();
        let bytes = fs::read(folder.at("months")).unwrap();
        assert_eq!(bytes.len(), 3 * 25);
        (place, folder, bytes)
    }

    fn read(folder: &KeyFolder) -> Result<Vec<String>, KeysError> {
        List::<Month>::new("months", 7).refresh(folder).map(|items| items.iter().map(Month::to_string).collect())
    }

    #[test]
    fn what_one_reader_adds_another_sees() {
        let (_place, folder, _) = made();
        let mut other = List::<Month>::new("months", 7);
        assert_eq!(other.refresh(&folder).unwrap().len(), 3);
        List::new("months", 7).add(&folder, &months(&["2026-04"])).unwrap();
        assert_eq!(other.refresh(&folder).unwrap().len(), 4);
        assert_eq!(read(&folder).unwrap(), ["2026-01", "2026-02", "2026-03", "2026-04"]);
    }

    #[test]
    fn a_flipped_bit_a_moved_and_a_missing_line_are_found() {
        let (_place, folder, good) = made();
        for bit in 0..good.len() * 8 {
            let mut bent = good.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            fs::write(folder.at("months"), &bent).unwrap();
            assert!(read(&folder).is_err(), "bit {bit}");
        }
        let lines: Vec<&[u8]> = good.chunks(25).collect();
        for wrong in [[lines[1], lines[0], lines[2]].concat(), [lines[0], lines[2]].concat(), lines[1].to_vec()] {
            fs::write(folder.at("months"), wrong).unwrap();
            assert!(read(&folder).is_err());
        }
    }

    #[test]
    fn an_unfinished_line_is_left_out_and_then_cut_off() {
        let (_place, folder, good) = made();
        for tail in [&good[50..74], &good[50..51], &[0; 25], &[0; 60]] {
            fs::write(folder.at("months"), [&good[..50], tail].concat()).unwrap();
            assert_eq!(read(&folder).unwrap(), ["2026-01", "2026-02"]);
            List::new("months", 7).add(&folder, &months(&["2026-03"])).unwrap();
            assert_eq!(fs::read(folder.at("months")).unwrap(), good);
        }
    }

    #[test]
    fn a_list_that_shrinks_under_its_reader_is_refused() {
        let (_place, folder, good) = made();
        let mut list = List::<Month>::new("months", 7);
        list.refresh(&folder).unwrap();
        fs::write(folder.at("months"), &good[..50]).unwrap();
        assert!(list.refresh(&folder).is_err());
        fs::remove_file(folder.at("months")).unwrap();
        assert!(list.refresh(&folder).is_err());
    }
}
