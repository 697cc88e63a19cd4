//! One file: what is on the disk, what is only in memory, and what a power cut may leave.

use crate::random::Random;
use std::sync::Arc;

/// The unit that a disk writes whole or not at all, in bytes.
pub(crate) const SECTOR: usize = 512;

/// Longest file that the model follows, in bytes.
const LONGEST: u64 = 1 << 31;

/// A change of content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Write { at: usize, bytes: Arc<[u8]> },
    Zero { at: usize, length: usize },
    Resize { length: usize },
}

impl Change {
    /// Carries it out.
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => put(content, *at, bytes),
            Self::Zero { at, length } => put(content, *at, &vec![0; *length]),
            Self::Resize { length } => content.resize(*length, 0),
        }
    }

    /// The length that a file of `length` bytes has after it.
    fn length_after(&self, length: usize) -> usize {
        match self {
            Self::Write { at, bytes } => length.max(at.saturating_add(bytes.len())),
            Self::Zero { at, length: n } => length.max(at.saturating_add(*n)),
            Self::Resize { length } => *length,
        }
    }

    /// First and last byte it may change, in a file that never grows beyond `longest`.
    fn range(&self, longest: usize) -> Option<(usize, usize)> {
        let (at, end) = match self {
            Self::Write { at, bytes } => (*at, at.saturating_add(bytes.len())),
            Self::Zero { at, length } => (*at, at.saturating_add(*length)),
            Self::Resize { length } => (*length, longest),
        };
        (at < end).then(|| (at, end.saturating_sub(1)))
    }
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at.saturating_add(bytes.len());
    if content.len() < end {
        content.resize(end, 0);
    }
    if let Some(place) = content.get_mut(at..end) {
        place.copy_from_slice(bytes);
    }
}

/// Content on the disk and in memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct File {
    durable: Vec<u8>,
    live: Vec<u8>,
    /// Changes not yet known to be on the disk, with the moment each was done.
    pending: Vec<(usize, Change)>,
}

impl File {
    /// A file that was on the disk before.
    pub(crate) fn settled(content: Vec<u8>) -> Self {
        Self { durable: content.clone(), live: content, pending: Vec::new() }
    }

    /// What a reader sees while the machine runs.
    pub(crate) fn live(&self) -> &[u8] {
        &self.live
    }

    /// What is left when everything not synced is gone.
    pub(crate) fn durable(&self) -> &[u8] {
        &self.durable
    }

    /// A change done at moment `at`; false when the file would grow beyond what the model follows.
    #[must_use]
    pub(crate) fn change(&mut self, at: usize, change: Change) -> bool {
        let length = change.length_after(self.live.len());
        if u64::try_from(length).unwrap_or(u64::MAX) > LONGEST {
            return false;
        }
        change.apply(&mut self.live);
        self.pending.push((at, change));
        true
    }

    /// A sync that began at moment `began` has succeeded: what was done before is on the disk.
    pub(crate) fn synced(&mut self, began: usize) {
        let durable = &mut self.durable;
        self.pending.retain(|(at, change)| {
            let covered = *at <= began;
            if covered {
                change.apply(durable);
            }
            !covered
        });
    }

    /// A sync that began at moment `began` has failed: the kernel may drop what it could not write and call it clean,
    /// so that no later sync brings it to the disk.
    pub(crate) fn sync_failed(&mut self, began: usize) {
        self.pending.retain(|(at, _)| *at > began);
    }

    /// What a power cut may leave: for each sector any of the contents it had since the last sync, whatever its
    /// neighbours kept (so that writes arrive torn and out of order), and any of the lengths the file had.
    pub(crate) fn torn(&self, random: &mut Random) -> Vec<u8> {
        if self.pending.is_empty() {
            return self.durable.clone();
        }
        let mut lengths = vec![self.durable.len()];
        for (_, change) in &self.pending {
            let last = lengths.last().copied().unwrap_or(0);
            lengths.push(change.length_after(last));
        }
        let longest = lengths.iter().copied().max().unwrap_or(0);
        let mut image = self.durable.clone();
        image.resize(longest, 0);
        // How a disk mostly behaves is drawn too: it kept nearly all, nearly nothing, or anything between.
        let habit = random.below(4);
        for sector in self.touched(longest) {
            self.tear(&mut image, sector, habit, random);
        }
        let length = match habit {
            0 => lengths.last().copied(),
            _ => lengths.get(random.upto(lengths.len().saturating_sub(1))).copied(),
        };
        image.truncate(length.unwrap_or(longest));
        image
    }

    /// Sectors that a pending change touches, in order.
    fn touched(&self, longest: usize) -> Vec<usize> {
        let mut sectors: Vec<usize> = self
            .pending
            .iter()
            .filter_map(|(_, change)| change.range(longest))
            .flat_map(|(first, last)| first / SECTOR..=last / SECTOR)
            .collect();
        sectors.sort_unstable();
        sectors.dedup();
        sectors
    }

    /// Chooses how many of a sector's changes reached the disk.
    fn tear(&self, image: &mut [u8], sector: usize, habit: u64, random: &mut Random) {
        let start = sector.saturating_mul(SECTOR);
        let end = start.saturating_add(SECTOR).min(image.len());
        let Some(place) = image.get_mut(start..end) else { return };
        let changes: Vec<&Change> = self
            .pending
            .iter()
            .map(|(_, change)| change)
            .filter(|change| change.range(end).is_some_and(|(first, last)| first < end && last >= start))
            .collect();
        let n_kept = match habit {
            0 if random.below(8) > 0 => changes.len(),
            1 if random.below(8) > 0 => 0,
            _ => random.upto(changes.len()),
        };
        for change in changes.into_iter().take(n_kept) {
            overlay(place, start, change);
        }
    }
}

/// Carries out on the sector that begins at byte `start` what a change does to it.
fn overlay(sector: &mut [u8], start: usize, change: &Change) {
    for (offset, byte) in sector.iter_mut().enumerate() {
        let here = start.saturating_add(offset);
        match change {
            Change::Write { at, bytes } => {
                if let Some(new) = here.checked_sub(*at).and_then(|i| bytes.get(i)) {
                    *byte = *new;
                }
            }
            Change::Zero { at, length } => {
                if here.checked_sub(*at).is_some_and(|i| i < *length) {
                    *byte = 0;
                }
            }
            Change::Resize { length } => {
                if here >= *length {
                    *byte = 0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(file: &mut File, moment: usize, at: usize, byte: u8, n: usize) {
        assert!(file.change(moment, Change::Write { at, bytes: vec![byte; n].into() }));
    }

    #[test]
    fn a_write_is_durable_only_when_a_sync_begins_after_it() {
        let mut file = File::default();
        write(&mut file, 1, 0, b'a', 3);
        write(&mut file, 5, 3, b'b', 3);
        assert_eq!(file.durable(), b"");
        file.synced(4);
        assert_eq!(file.durable(), b"aaa");
        assert_eq!(file.live(), b"aaabbb");
        file.synced(5);
        assert_eq!(file.durable(), b"aaabbb");
    }

    #[test]
    fn what_a_failed_sync_dropped_no_later_sync_brings_back() {
        let mut file = File::default();
        write(&mut file, 1, 0, b'a', 3);
        file.sync_failed(2);
        write(&mut file, 3, 3, b'b', 1);
        file.synced(4);
        assert_eq!(file.durable(), b"\0\0\0b");
        assert_eq!(file.live(), b"aaab");
    }

    #[test]
    fn truncation_is_lost_or_kept_like_any_change() {
        let mut file = File::settled(b"abcdef".to_vec());
        assert!(file.change(1, Change::Resize { length: 2 }));
        assert!(file.change(2, Change::Resize { length: 4 }));
        assert_eq!((file.durable(), file.live()), (&b"abcdef"[..], &b"ab\0\0"[..]));
        file.synced(9);
        assert_eq!(file.durable(), b"ab\0\0");
        assert!(!file.change(10, Change::Resize { length: 1 << 40 }), "no file of a terabyte in memory");
    }

    /// Every sector of every torn image is one that the sector has been, bytes outside unsynced ranges are untouched,
    /// and over many draws old, middle and new versions are all met, in mixed company.
    #[test]
    fn sectors_tear_only_within_unsynced_ranges() {
        let mut file = File::settled(vec![b'.'; 8 * SECTOR]);
        write(&mut file, 1, SECTOR + 100, b'a', 3 * SECTOR);
        write(&mut file, 2, 2 * SECTOR, b'b', SECTOR);
        let mut met = std::collections::BTreeSet::new();
        for seed in 0..400 {
            let image = file.torn(&mut Random::new(seed, 0));
            assert_eq!(image.len(), 8 * SECTOR);
            assert!(image[..SECTOR + 100].iter().all(|b| *b == b'.'), "before the range");
            assert!(image[4 * SECTOR + 100..].iter().all(|b| *b == b'.'), "after the range");
            let whole = |n: usize| {
                let sector = &image[n * SECTOR..(n + 1) * SECTOR];
                assert!(sector.iter().all(|b| *b == sector[0]), "sector {n} is a mixture");
                sector[0]
            };
            let edge = image[SECTOR + 100..2 * SECTOR].to_vec();
            assert!(edge.iter().all(|b| *b == edge[0]), "the first sector arrived in part");
            met.insert((edge[0], whole(2), whole(3)));
        }
        assert!(met.contains(&(b'.', b'.', b'.')) && met.contains(&(b'a', b'b', b'a')), "all and nothing: {met:?}");
        assert!(met.contains(&(b'a', b'.', b'a')), "torn: {met:?}");
        assert!(met.contains(&(b'.', b'b', b'.')), "out of order: {met:?}");
        assert_eq!(met.len(), 2 * 3 * 2, "{met:?}");
    }

    #[test]
    fn a_synced_file_does_not_tear() {
        let mut file = File::default();
        write(&mut file, 1, 0, b'a', 5000);
        file.synced(2);
        for seed in 0..50 {
            assert_eq!(file.torn(&mut Random::new(seed, 1)), vec![b'a'; 5000]);
        }
    }

    #[test]
    fn a_cut_file_has_a_length_it_once_had() {
        let mut file = File::settled(vec![b'.'; 1000]);
        write(&mut file, 1, 1000, b'a', 1000);
        assert!(file.change(2, Change::Resize { length: 0 }));
        let lengths: std::collections::BTreeSet<usize> =
            (0..200).map(|seed| file.torn(&mut Random::new(seed, 0)).len()).collect();
        assert_eq!(lengths.into_iter().collect::<Vec<_>>(), [0, 1000, 2000]);
    }
}
