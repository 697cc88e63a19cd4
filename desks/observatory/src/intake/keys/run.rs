//! A sorted run of keys in a file: one page of it is read to find one.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::FileExt;

/// Keys of a page: 4 KiB.
const PAGE: usize = 256;
const KEY: usize = size_of::<u128>();

/// Keys in order, in a file; the first of each page is in memory.
pub(super) struct Run {
    file: File,
    first: Vec<u128>,
    length: usize,
}

impl Run {
    /// Writes keys, in ascending order, into `file`.
    pub(super) fn write(keys: &[u128], file: File) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(1 << 18, file);
        for key in keys {
            out.write_all(&key.to_be_bytes())?;
        }
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Self { file, first: keys.iter().step_by(PAGE).copied().collect(), length: keys.len() })
    }

    /// Whether the key is there.
    pub(super) fn holds(&self, key: u128) -> io::Result<bool> {
        let Some(page) = self.first.partition_point(|&first| first <= key).checked_sub(1) else { return Ok(false) };
        let from = page * PAGE;
        let mut bytes = [0_u8; PAGE * KEY];
        let held = (self.length - from).min(PAGE) * KEY;
        let held = bytes.get_mut(..held).unwrap_or_default();
        self.file.read_exact_at(held, (from * KEY) as u64)?;
        let (keys, _) = held.as_chunks::<KEY>();
        Ok(keys.binary_search_by(|at| u128::from_be_bytes(*at).cmp(&key)).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_was_written_and_nothing_beside_it() {
        for length in [1_u128, 2, 255, 256, 257, 1000] {
            let keys: Vec<u128> = (0..length).map(|n| n * 3 + 5).collect();
            let run = Run::write(&keys, tempfile::tempfile().unwrap()).unwrap();
            for key in 0..length * 3 + 10 {
                assert_eq!(run.holds(key).unwrap(), keys.contains(&key), "{key} of {length}");
            }
            assert!(!run.holds(u128::MAX).unwrap());
        }
    }
}
