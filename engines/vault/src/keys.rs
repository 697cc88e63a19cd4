//! The keys in a folder, one file each.

use crate::folder::{KeyFolder, failed};
use crate::list::List;
use crate::random::{Random, SystemRandom};
use crate::seal::{self, Master};
use crate::secret::Secret;
use crate::{key_file, remove};
use beffroi_journal::{LogKey, Month, MonthKey};
use beffroi_ports::{Keys, KeysError, Sealed};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// Name of the list of months whose key was destroyed.
pub(crate) const DESTROYED: &str = "destroyed-months";
/// Name of the list of records that were erased.
pub(crate) const ERASED: &str = "erased-records";
/// Name of the file that one process at a time holds.
const LOCK: &str = "lock";
const LOG: &str = "journal.key";

/// The keys of the house in a folder that only its owner can reach.
///
/// Nothing is kept in memory between two calls but the two lists: a key destroyed by one process is gone for all.
pub struct FileKeys {
    folder: KeyFolder,
    journal: String,
    random: Box<dyn Random>,
    lists: Mutex<Lists>,
}

struct Lists {
    destroyed: List<Month>,
    erased: List<RecordDigest>,
}

/// The first half of SHA-256 of a record's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RecordDigest(u128);

impl RecordDigest {
    fn of(name: &str) -> Self {
        let sum = Sha256::new().chain_update("beffroi erased record\n").chain_update(name).finalize();
        Self(sum.iter().take(16).fold(0, |value, byte| value << 8 | u128::from(*byte)))
    }
}

impl fmt::Display for RecordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for RecordDigest {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u128::from_str_radix(text, 16).map(Self)
    }
}

fn month_file(month: Month) -> String {
    format!("month-{month}.key")
}

fn master_file(number: u32) -> String {
    format!("master-{number:06}.key")
}

/// The number of a master key, from the name of its file.
fn master_number(file: &str) -> Option<u32> {
    let number: u32 = file.strip_prefix("master-")?.strip_suffix(".key")?.parse().ok()?;
    (master_file(number) == file).then_some(number)
}

fn month_of(file: &str) -> Option<Month> {
    file.strip_prefix("month-")?.strip_suffix(".key")?.parse().ok()
}

impl FileKeys {
    /// The keys in `folder` (made with mode 0700 when it is not there) for the journal named `journal`
    /// (`beffroi.example/journal`). The first master key is made when there is none.
    ///
    /// # Errors
    /// [`KeysError::Unsafe`] when the folder or anything in it can be reached by another user, is a link, or is not the
    /// owner's; [`KeysError::Malformed`] when a file in it is damaged or is no file of keys; [`KeysError::Absent`] when
    /// the master keys are gone though the folder was in use.
    pub fn open(folder: &Path, journal: &str) -> Result<Self, KeysError> {
        let keys = Self {
            folder: KeyFolder::open(folder)?,
            journal: journal.to_owned(),
            random: Box::new(SystemRandom),
            lists: Mutex::new(Lists { destroyed: List::new(DESTROYED, 7), erased: List::new(ERASED, 32) }),
        };
        let _lock = keys.folder.lock()?;
        keys.folder.sweep()?;
        let names = keys.folder.names()?;
        for name in &names {
            let known = [DESTROYED, ERASED, LOCK, LOG].contains(&name.as_str());
            if !known && master_number(name).is_none() && month_of(name).is_none() {
                return Err(KeysError::Malformed {
                    what: format!("`{}` (no file of keys)", keys.folder.at(name).display()),
                });
            }
        }
        if !names.iter().any(|name| master_number(name).is_some()) {
            if names.iter().any(|name| name != LOCK) {
                return Err(KeysError::Absent { what: "every master key".to_owned() });
            }
            keys.make_master(1)?;
        }
        keys.check_all()?;
        keys.finish_destructions()?;
        Ok(keys)
    }

    /// Reads every key and both lists once, so that a damaged one is told at start and not at its first use.
    fn check_all(&self) -> Result<(), KeysError> {
        for name in self.folder.names()? {
            if let Some(month) = month_of(&name) {
                self.month_secret(month)?;
            } else if let Some(number) = master_number(&name) {
                self.master(number)?;
            }
        }
        key_file::read(&self.folder, LOG, &self.log_title())?;
        let mut lists = self.lists();
        lists.destroyed.refresh(&self.folder)?;
        lists.erased.refresh(&self.folder)?;
        Ok(())
    }

    /// Removes the keys that a crash, or a restored copy of the folder, left behind their notice of destruction.
    fn finish_destructions(&self) -> Result<usize, KeysError> {
        let destroyed = self.lists().destroyed.refresh(&self.folder)?.clone();
        let mut removed = 0;
        for month in destroyed {
            removed += usize::from(self.remove(&month_file(month))?);
        }
        Ok(removed)
    }

    /// Takes over what another folder says was destroyed or erased (from the backup, from the folder before it):
    /// nothing of that comes back. Gives how many months and records are on the lists afterwards.
    ///
    /// # Errors
    /// [`KeysError`] when the other folder's lists cannot be trusted or the notice cannot be made durable.
    pub fn adopt_erasures(&self, from: &Path) -> Result<(usize, usize), KeysError> {
        let other = KeyFolder::open(from)?;
        let months: Vec<Month> = List::new(DESTROYED, 7).refresh(&other)?.iter().copied().collect();
        let records: Vec<RecordDigest> = List::new(ERASED, 32).refresh(&other)?.iter().copied().collect();
        let _lock = self.folder.lock()?;
        let counts = {
            let mut lists = self.lists();
            lists.destroyed.add(&self.folder, &months)?;
            lists.erased.add(&self.folder, &records)?;
            (lists.destroyed.refresh(&self.folder)?.len(), lists.erased.refresh(&self.folder)?.len())
        };
        self.finish_destructions()?;
        Ok(counts)
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_title(&self) -> String {
        format!("journal {}", self.journal)
    }

    fn month_secret(&self, month: Month) -> Result<Option<Secret>, KeysError> {
        key_file::read(&self.folder, &month_file(month), &format!("month {month}"))
    }

    fn master(&self, number: u32) -> Result<Master, KeysError> {
        let secret = key_file::read(&self.folder, &master_file(number), &format!("master {number}"))?;
        let secret = secret.ok_or_else(|| KeysError::Absent { what: format!("master key {number}") })?;
        Ok(Master { number, secret })
    }

    fn master_numbers(&self) -> Result<Vec<u32>, KeysError> {
        let mut numbers: Vec<u32> = self.folder.names()?.iter().filter_map(|name| master_number(name)).collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn current(&self) -> Result<u32, KeysError> {
        let numbers = self.master_numbers()?;
        numbers.last().copied().ok_or_else(|| KeysError::Absent { what: "every master key".to_owned() })
    }

    fn make_master(&self, number: u32) -> Result<(), KeysError> {
        let secret = Secret::draw(self.random.as_ref())?;
        key_file::write(&self.folder, &master_file(number), &format!("master {number}"), &secret)
    }

    fn remove(&self, file: &str) -> Result<bool, KeysError> {
        let path = self.folder.at(file);
        remove::remove_file(&path).map_err(|error| failed("destroying", &path, &std::io::Error::other(error)))
    }

    fn refuse_erased(&self, name: &str) -> Result<(), KeysError> {
        if self.is_erased(name)? { Err(KeysError::erased(name)) } else { Ok(()) }
    }

    /// The master key that wraps a record, once it is known that the record was not erased.
    fn master_of(&self, name: &str, sealed: &Sealed) -> Result<Master, KeysError> {
        self.refuse_erased(name)?;
        self.master(sealed.master().ok_or_else(|| KeysError::closed(name))?)
    }
}

impl fmt::Debug for FileKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKeys({}, …)", self.folder.path().display())
    }
}

impl Keys for FileKeys {
    fn log_key(&self) -> Result<LogKey, KeysError> {
        let title = self.log_title();
        let _lock = self.folder.lock()?;
        let seed = match key_file::read(&self.folder, LOG, &title)? {
            Some(seed) => seed,
            None => {
                let seed = Secret::draw(self.random.as_ref())?;
                // The name is tried before the key is kept: a key under a bad name would never be read.
                log_key(&self.journal, &seed)?;
                key_file::write(&self.folder, LOG, &title, &seed)?;
                seed
            }
        };
        log_key(&self.journal, &seed)
    }

    fn month_key(&self, month: Month, make: bool) -> Result<Option<MonthKey>, KeysError> {
        let found = |secret: Secret| Some(MonthKey::new(month, *secret.bytes()));
        if !make {
            if self.lists().destroyed.refresh(&self.folder)?.contains(&month) {
                return Ok(None);
            }
            return Ok(self.month_secret(month)?.and_then(found));
        }
        let _lock = self.folder.lock()?;
        if self.lists().destroyed.refresh(&self.folder)?.contains(&month) {
            return Err(KeysError::Destroyed { what: format!("the journal's key of {month}") });
        }
        if let Some(secret) = self.month_secret(month)? {
            return Ok(found(secret));
        }
        let secret = Secret::draw(self.random.as_ref())?;
        key_file::write(&self.folder, &month_file(month), &format!("month {month}"), &secret)?;
        Ok(found(secret))
    }

    fn months(&self) -> Result<Vec<Month>, KeysError> {
        let destroyed = self.lists().destroyed.refresh(&self.folder)?.clone();
        let mut months: Vec<Month> = self.folder.names()?.iter().filter_map(|name| month_of(name)).collect();
        months.retain(|month| !destroyed.contains(month));
        months.sort_unstable();
        Ok(months)
    }

    fn destroyed_months(&self) -> Result<Vec<Month>, KeysError> {
        Ok(self.lists().destroyed.refresh(&self.folder)?.iter().copied().collect())
    }

    fn destroy_month(&self, month: Month) -> Result<bool, KeysError> {
        let _lock = self.folder.lock()?;
        // Noted first: a crash between the two is finished when the folder is opened again.
        self.lists().destroyed.add(&self.folder, &[month])?;
        self.remove(&month_file(month))
    }

    fn seal(&self, name: &str, plain: &[u8]) -> Result<Sealed, KeysError> {
        self.refuse_erased(name)?;
        seal::seal(self.random.as_ref(), &self.master(self.current()?)?, name, plain)
    }

    fn open(&self, name: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        seal::open(&self.master_of(name, sealed)?, name, sealed)
    }

    fn rewrap(&self, name: &str, sealed: &Sealed) -> Result<Option<Vec<u8>>, KeysError> {
        let from = self.master_of(name, sealed)?;
        let current = self.current()?;
        if from.number == current {
            // A seal that does not open is told here too, not kept for later.
            seal::open(&from, name, sealed)?;
            return Ok(None);
        }
        seal::rewrap(self.random.as_ref(), &from, &self.master(current)?, name, &sealed.wrapped).map(Some)
    }

    fn rotate(&self) -> Result<u32, KeysError> {
        let _lock = self.folder.lock()?;
        let next = self.current()?.checked_add(1).filter(|number| *number < 1_000_000);
        let next = next.ok_or_else(|| KeysError::Malformed { what: "the numbering of the master keys".to_owned() })?;
        self.make_master(next)?;
        Ok(next)
    }

    fn retire_masters(&self, number: u32) -> Result<usize, KeysError> {
        let _lock = self.folder.lock()?;
        let below = number.min(self.current()?);
        let mut removed = 0;
        for old in self.master_numbers()?.into_iter().filter(|old| *old < below) {
            removed += usize::from(self.remove(&master_file(old))?);
        }
        Ok(removed)
    }

    fn erase(&self, names: &[&str]) -> Result<(), KeysError> {
        let digests: Vec<RecordDigest> = names.iter().map(|name| RecordDigest::of(name)).collect();
        let _lock = self.folder.lock()?;
        self.lists().erased.add(&self.folder, &digests)
    }

    fn is_erased(&self, name: &str) -> Result<bool, KeysError> {
        Ok(self.lists().erased.refresh(&self.folder)?.contains(&RecordDigest::of(name)))
    }

    fn random(&self, into: &mut [u8]) -> Result<(), KeysError> {
        self.random.fill(into)
    }
}

/// How many months and records the lists of a folder name.
pub(crate) fn count_erasures(folder: &Path) -> Result<(usize, usize), KeysError> {
    let folder = KeyFolder::open(folder)?;
    let months = List::<Month>::new(DESTROYED, 7).refresh(&folder)?.len();
    Ok((months, List::<RecordDigest>::new(ERASED, 32).refresh(&folder)?.len()))
}

fn log_key(journal: &str, seed: &Secret) -> Result<LogKey, KeysError> {
    LogKey::new(journal, seed.bytes())
        .map_err(|error| KeysError::Malformed { what: format!("the name of the journal ({error})") })
}

#[cfg(test)]
mod tests;
