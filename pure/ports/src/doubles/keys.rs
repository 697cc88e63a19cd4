//! Keys in memory, the same at each run.

use crate::{Keys, KeysError, Sealed};
use beffroi_journal::{LogKey, Month, MonthKey};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// Keys for tests: deterministic from a seed, gone with the value. Seals bind names, destroyed keys stay destroyed and
/// masters rotate as in the engine; the bytes it calls random are not.
pub struct KeysInMemory {
    state: Mutex<State>,
}

struct State {
    drawn: u64,
    log: Option<[u8; 32]>,
    months: BTreeMap<Month, [u8; 32]>,
    destroyed: BTreeSet<Month>,
    masters: BTreeMap<u32, [u8; 32]>,
    erased: BTreeSet<String>,
}

impl State {
    /// `splitmix64`: enough for bytes that differ, and no more than that.
    fn fill(&mut self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            self.drawn = self.drawn.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.drawn;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.iter_mut().zip(word.to_be_bytes()).for_each(|(to, from)| *to = from);
        }
    }

    fn draw<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    fn current(&self) -> (u32, [u8; 32]) {
        self.masters.last_key_value().map_or((0, [0; 32]), |(number, key)| (*number, *key))
    }

    fn wrap(&mut self, name: &str, data: &[u8; 32]) -> Result<Vec<u8>, KeysError> {
        let (number, master) = self.current();
        let nonce = self.draw();
        Ok([[1].as_slice(), &number.to_be_bytes(), &encrypt(&master, nonce, name, data)?].concat())
    }

    fn data_key(&self, name: &str, sealed: &Sealed) -> Result<[u8; 32], KeysError> {
        if self.erased.contains(name) {
            return Err(KeysError::erased(name));
        }
        let number = sealed.master().ok_or_else(|| KeysError::closed(name))?;
        let absent = || KeysError::Absent { what: format!("master key {number}") };
        let master = self.masters.get(&number).ok_or_else(absent)?;
        let data = decrypt(master, name, sealed.wrapped.get(5..).unwrap_or_default())?;
        data.try_into().map_err(|_| KeysError::closed(name))
    }
}

impl KeysInMemory {
    /// Keys drawn from a seed: the same calls in the same order give the same bytes.
    pub fn new(seed: u64) -> Self {
        let mut state = State {
            drawn: seed,
            log: None,
            months: BTreeMap::new(),
            destroyed: BTreeSet::new(),
            masters: BTreeMap::new(),
            erased: BTreeSet::new(),
        };
        let master = state.draw();
        state.masters.insert(1, master);
        Self { state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for KeysInMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeysInMemory(…)")
    }
}

impl Keys for KeysInMemory {
    fn log_key(&self) -> Result<LogKey, KeysError> {
        let mut state = self.state();
        let seed = match state.log {
            Some(seed) => seed,
            None => state.draw(),
        };
        state.log = Some(seed);
        LogKey::new("beffroi.example/journal", &seed)
            .map_err(|error| KeysError::Malformed { what: format!("the journal's key ({error})") })
    }

    fn month_key(&self, month: Month, make: bool) -> Result<Option<MonthKey>, KeysError> {
        let mut state = self.state();
        if make && state.destroyed.contains(&month) {
            return Err(KeysError::Destroyed { what: format!("the journal's key of {month}") });
        }
        if make && !state.months.contains_key(&month) {
            let secret = state.draw();
            state.months.insert(month, secret);
        }
        Ok(state.months.get(&month).map(|secret| MonthKey::new(month, *secret)))
    }

    fn months(&self) -> Result<Vec<Month>, KeysError> {
        Ok(self.state().months.keys().copied().collect())
    }

    fn destroyed_months(&self) -> Result<Vec<Month>, KeysError> {
        Ok(self.state().destroyed.iter().copied().collect())
    }

    fn destroy_month(&self, month: Month) -> Result<bool, KeysError> {
        let mut state = self.state();
        state.destroyed.insert(month);
        Ok(state.months.remove(&month).is_some())
    }

    fn seal(&self, name: &str, plain: &[u8]) -> Result<Sealed, KeysError> {
        let mut state = self.state();
        if state.erased.contains(name) {
            return Err(KeysError::erased(name));
        }
        let data = state.draw();
        let nonce = state.draw();
        Ok(Sealed { wrapped: state.wrap(name, &data)?, ciphertext: encrypt(&data, nonce, name, plain)? })
    }

    fn open(&self, name: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        let data = self.state().data_key(name, sealed)?;
        decrypt(&data, name, &sealed.ciphertext).map(Zeroizing::new)
    }

    fn rewrap(&self, name: &str, sealed: &Sealed) -> Result<Option<Vec<u8>>, KeysError> {
        let mut state = self.state();
        let data = state.data_key(name, sealed)?;
        if sealed.master() == Some(state.current().0) {
            return Ok(None);
        }
        state.wrap(name, &data).map(Some)
    }

    fn rotate(&self) -> Result<u32, KeysError> {
        let mut state = self.state();
        let number = state.current().0.saturating_add(1);
        let master = state.draw();
        state.masters.insert(number, master);
        Ok(number)
    }

    fn retire_masters(&self, number: u32) -> Result<usize, KeysError> {
        let mut state = self.state();
        let number = number.min(state.current().0);
        let kept = state.masters.split_off(&number);
        Ok(std::mem::replace(&mut state.masters, kept).len())
    }

    fn erase(&self, names: &[&str]) -> Result<(), KeysError> {
        self.state().erased.extend(names.iter().map(|&name| name.to_owned()));
        Ok(())
    }

    fn is_erased(&self, name: &str) -> Result<bool, KeysError> {
        Ok(self.state().erased.contains(name))
    }

    fn random(&self, into: &mut [u8]) -> Result<(), KeysError> {
        self.state().fill(into);
        Ok(())
    }
}

/// The nonce, the ciphertext and its tag.
fn encrypt(key: &[u8; 32], nonce: [u8; NONCE], name: &str, plain: &[u8]) -> Result<Vec<u8>, KeysError> {
    let text = Payload { msg: plain, aad: name.as_bytes() };
    let sealed = XChaCha20Poly1305::new(key.into()).encrypt(&nonce.into(), text);
    Ok([nonce.as_slice(), &sealed.map_err(|_| KeysError::closed(name))?].concat())
}

fn decrypt(key: &[u8; 32], name: &str, sealed: &[u8]) -> Result<Vec<u8>, KeysError> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| KeysError::closed(name))?;
    let text = Payload { msg: text, aad: name.as_bytes() };
    XChaCha20Poly1305::new(key.into()).decrypt(&(*nonce).into(), text).map_err(|_| KeysError::closed(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_under_its_own_name_only() {
        let keys = KeysInMemory::new(1);
        let sealed = keys.seal("a", b"text").unwrap();
        assert_eq!(keys.open("a", &sealed).unwrap().as_slice(), b"text");
        assert_eq!(keys.open("b", &sealed), Err(KeysError::closed("b")));
        let other = keys.seal("a", b"text").unwrap();
        assert_eq!(keys.open("a", &Sealed { ciphertext: other.ciphertext, ..sealed }), Err(KeysError::closed("a")));
        assert!(keys.open("a", &Sealed { wrapped: vec![], ciphertext: vec![] }).is_err());
    }

    #[test]
    fn rotation_wraps_anew_and_retires() {
        let keys = KeysInMemory::new(1);
        let mut sealed = keys.seal("a", b"text").unwrap();
        let old = sealed.clone();
        assert_eq!((sealed.master(), keys.rewrap("a", &sealed), keys.rotate()), (Some(1), Ok(None), Ok(2)));
        sealed.wrapped = keys.rewrap("a", &sealed).unwrap().unwrap();
        assert_eq!((sealed.master(), keys.retire_masters(99)), (Some(2), Ok(1)));
        assert_eq!(keys.open("a", &sealed).unwrap().as_slice(), b"text");
        assert_eq!(keys.open("a", &old), Err(KeysError::Absent { what: "master key 1".into() }));
    }

    #[test]
    fn what_is_destroyed_or_erased_stays_so() {
        let keys = KeysInMemory::new(1);
        let month: Month = "2026-11".parse().unwrap();
        assert!(keys.month_key(month, false).unwrap().is_none());
        assert!(keys.month_key(month, true).unwrap().is_some());
        assert_eq!((keys.destroy_month(month), keys.destroy_month(month)), (Ok(true), Ok(false)));
        assert!(matches!(keys.month_key(month, true), Err(KeysError::Destroyed { .. })));
        assert!(keys.month_key(month, false).unwrap().is_none());
        assert_eq!((keys.months(), keys.destroyed_months()), (Ok(vec![]), Ok(vec![month])));
        let sealed = keys.seal("a", b"text").unwrap();
        keys.erase(&["a"]).unwrap();
        assert_eq!(keys.open("a", &sealed), Err(KeysError::erased("a")));
        assert!(keys.seal("a", b"text").is_err() && keys.rewrap("a", &sealed).is_err());
        assert_eq!((keys.is_erased("a"), keys.is_erased("b")), (Ok(true), Ok(false)));
    }

    #[test]
    fn the_same_seed_gives_the_same_keys() {
        let log = |seed| KeysInMemory::new(seed).log_key().unwrap().verifier();
        assert_eq!(log(1), log(1));
        assert_ne!(log(1), log(2));
        let keys = KeysInMemory::new(1);
        assert_eq!(keys.log_key().unwrap().verifier(), keys.log_key().unwrap().verifier());
        let mut bytes = [0; 13];
        keys.random(&mut bytes).unwrap();
        assert_ne!(bytes, [0; 13]);
        assert_eq!(format!("{keys:?}"), "KeysInMemory(…)");
    }
}
