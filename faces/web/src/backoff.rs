//! Failures to sign in, by source address: one who tries many names from one place waits as one who tries many
//! passwords on one name does (the store counts those). Kept in memory and bounded; a restart forgets.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Failures of one source that cost nothing: an office behind one address mistypes too.
const FREE: u32 = 20;
/// The longest wait.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);
/// Each such time without an attempt forgives one failure.
const FORGIVEN_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Sources remembered; beyond, the one that has been quiet for longest is forgotten.
const MOST: usize = 10_000;

#[derive(Clone, Copy)]
struct Tally {
    failed: u32,
    next: Timestamp,
    last: Timestamp,
}

impl Tally {
    /// What is left of the failures at an instant. A clock that was set back forgives nothing.
    fn at(&self, now: Timestamp) -> u32 {
        let minutes = now.duration_since(self.last).as_secs().max(0) / FORGIVEN_EVERY.as_secs();
        self.failed.saturating_sub(u32::try_from(minutes).unwrap_or(u32::MAX))
    }
}

/// Failures by source.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<BTreeMap<IpAddr, Tally>>);

/// The wait after so many failures: none up to the twentieth, then 2, 4, 8… seconds up to a quarter of an hour.
fn wait_after(failed: u32) -> SignedDuration {
    match failed.saturating_sub(FREE) {
        0 => SignedDuration::ZERO,
        n => SignedDuration::from_secs(1_i64 << n.min(20)).min(LONGEST),
    }
}

impl Attempts {
    /// Counts an attempt as a failure until [`Attempts::refund`] says otherwise, so that attempts sent at once do not
    /// slip by.
    ///
    /// # Errors
    /// The instant until which the source must wait; that attempt is not counted.
    pub(crate) fn reserve(&self, source: IpAddr, now: Timestamp) -> Result<(), Timestamp> {
        let mut tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = match tallies.get(&source) {
            // A clock that was set back by much does not lock anybody out for long.
            Some(tally) if now < tally.next && tally.next.duration_since(now) <= LONGEST => return Err(tally.next),
            Some(tally) => tally.at(now),
            None => 0,
        };
        if !tallies.contains_key(&source) && tallies.len() >= MOST {
            tallies.retain(|_, tally| tally.at(now) > 0);
            if tallies.len() >= MOST
                && let Some(quiet) = tallies.iter().min_by_key(|(_, tally)| tally.last).map(|(source, _)| *source)
            {
                tallies.remove(&quiet);
            }
        }
        let failed = failed.saturating_add(1);
        let next = now.checked_add(wait_after(failed)).unwrap_or(Timestamp::MAX);
        tallies.insert(source, Tally { failed, next, last: now });
        Ok(())
    }

    /// Takes one attempt back: it succeeded.
    pub(crate) fn refund(&self, source: IpAddr) {
        let mut tallies = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tally) = tallies.get_mut(&source) {
            tally.failed = tally.failed.saturating_sub(1);
            tally.next = tally.last;
            if tally.failed == 0 {
                tallies.remove(&source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn source(n: u32) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from_bits(n))
    }

    #[test]
    fn the_wait_grows_and_is_bounded() {
        let secs: Vec<i64> = (19..=23).map(|n| wait_after(n).as_secs()).collect();
        assert_eq!(secs, [0, 0, 2, 4, 8]);
        assert_eq!(wait_after(u32::MAX), LONGEST);
    }

    #[test]
    fn many_failures_wait_and_time_forgives() {
        let attempts = Attempts::default();
        for _ in 0..=FREE {
            attempts.reserve(source(1), at(0)).unwrap();
        }
        assert_eq!(attempts.reserve(source(1), at(1)), Err(at(2)));
        assert!(attempts.reserve(source(2), at(1)).is_ok(), "another source does not wait");
        assert!(attempts.reserve(source(1), at(2)).is_ok());
        assert_eq!(attempts.reserve(source(1), at(3)), Err(at(6)), "and then longer");
        assert!(attempts.reserve(source(1), at(6 + 3600)).is_ok());
        assert!(attempts.reserve(source(1), at(6 + 3600)).is_ok(), "an hour later all is forgiven");
    }

    #[test]
    fn a_right_one_takes_back_itself_alone() {
        let attempts = Attempts::default();
        for _ in 0..FREE {
            attempts.reserve(source(1), at(0)).unwrap();
        }
        // One who owns an account cannot wash the count with it.
        attempts.reserve(source(1), at(0)).unwrap();
        attempts.refund(source(1));
        attempts.reserve(source(1), at(0)).unwrap();
        assert!(attempts.reserve(source(1), at(0)).is_err());
        for _ in 0..100 {
            attempts.reserve(source(2), at(0)).unwrap();
            attempts.refund(source(2));
        }
    }

    #[test]
    fn a_clock_set_back_neither_forgives_nor_locks_out() {
        let attempts = Attempts::default();
        for _ in 0..=FREE {
            attempts.reserve(source(1), at(0)).unwrap();
        }
        assert!(attempts.reserve(source(1), at(-60)).is_err());
        assert!(attempts.reserve(source(1), at(-86_400)).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for n in 0..(MOST as u32 + 500) {
            attempts.reserve(source(n), at(i64::from(n) / 1000)).unwrap();
        }
        assert_eq!(attempts.0.lock().unwrap().len(), MOST);
    }
}
