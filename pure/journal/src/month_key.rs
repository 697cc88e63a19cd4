//! The keys that seal entries: one a month, so that destroying one destroys a month and no more.

use hmac::{Hmac, KeyInit, Mac};
use jiff::civil::Date;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use zeroize::Zeroizing;

/// A month of the civil calendar at UTC, and so the name of its key. Its text is `YYYY-MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

/// A text that names no month of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a month of the journal: expected `YYYY-MM` from 1970-01 to 9999-12")]
pub struct MonthError;

impl Month {
    /// The month of a day.
    ///
    /// # Errors
    /// [`MonthError`] outside the years 1970 to 9999.
    pub fn of(day: Date) -> Result<Self, MonthError> {
        if (1970..=9999).contains(&day.year()) {
            Ok(Self { year: day.year(), month: day.month() })
        } else {
            Err(MonthError)
        }
    }

    /// The month that comes `months` later, or before when negative; nothing outside the years 1970 to 9999.
    ///
    /// With a month and a time of retention it gives the keys that are due for destruction.
    pub fn plus(self, months: i32) -> Option<Self> {
        let count = i32::from(self.year) * 12 + i32::from(self.month) - 1;
        let count = count.checked_add(months)?;
        let year = i16::try_from(count.div_euclid(12)).ok().filter(|year| (1970..=9999).contains(year))?;
        Some(Self { year, month: i8::try_from(count.rem_euclid(12) + 1).ok()? })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = MonthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (year, month) = text.split_once('-').ok_or(MonthError)?;
        let day = Date::new(year.parse().map_err(|_| MonthError)?, month.parse().map_err(|_| MonthError)?, 1);
        let month = Self::of(day.map_err(|_| MonthError)?)?;
        if month.to_string() == text { Ok(month) } else { Err(MonthError) }
    }
}

/// The secret that seals the entries of one month. Wiped from memory when dropped; never printed.
#[derive(Clone)]
pub struct MonthKey {
    month: Month,
    secret: Zeroizing<[u8; 32]>,
}

impl MonthKey {
    /// The key of a month, from 32 bytes of a cryptographic random source, used for no other journal or month.
    pub fn new(month: Month, secret: [u8; 32]) -> Self {
        Self { month, secret: Zeroizing::new(secret) }
    }

    /// The month it is for.
    pub fn month(&self) -> Month {
        self.month
    }

    /// A token that stands for `value` of `field` (`who`, `object`) in an index of this month's entries: 16 bytes of
    /// HMAC-SHA-256 (RFC 2104) under this key, in hexadecimal. Equal values have equal tokens within the month; without
    /// the key a token says nothing of its value, and no value can be tried.
    pub fn token(&self, field: &str, value: &str) -> String {
        // HMAC takes keys of any length; the whole token must not fail for it.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_slice()) else { return String::new() };
        mac.update(b"beffroi journal token\0");
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field.as_bytes());
        mac.update(value.as_bytes());
        mac.finalize().into_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }
}

impl fmt::Debug for MonthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MonthKey({}, …)", self.month)
    }
}

/// The keys of the months that can still be read.
#[derive(Debug, Clone, Default)]
pub struct Keyring(BTreeMap<Month, MonthKey>);

impl Keyring {
    /// A keyring without keys: nothing can be read, everything can be verified.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key, in place of the one of its month if there is one.
    pub fn add(&mut self, key: MonthKey) {
        self.0.insert(key.month, key);
    }

    /// Forgets the key of a month.
    pub fn destroy(&mut self, month: Month) {
        self.0.remove(&month);
    }

    /// The key of a month, if it is still there.
    pub fn get(&self, month: Month) -> Option<&MonthKey> {
        self.0.get(&month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_one_text() {
        let month: Month = "2026-11".parse().unwrap();
        assert_eq!(month.to_string(), "2026-11");
        for bad in ["2026-1", "2026-13", "2026-00", "02026-11", "1969-12", "10000-01", "2026-11-01", "", "-", "+026-11"]
        {
            assert_eq!(bad.parse::<Month>(), Err(MonthError), "{bad}");
        }
    }

    #[test]
    fn months_are_counted_over_the_turn_of_the_year() {
        let month: Month = "2026-11".parse().unwrap();
        assert_eq!(month.plus(2).map(|m| m.to_string()).as_deref(), Some("2027-01"));
        assert_eq!(month.plus(-36).map(|m| m.to_string()).as_deref(), Some("2023-11"));
        assert_eq!((month.plus(i32::MAX), month.plus(i32::MIN), month.plus(-1000)), (None, None, None));
    }

    #[test]
    fn a_token_depends_on_the_key_the_field_and_the_value() {
        let (a, b) =
            (MonthKey::new("2026-11".parse().unwrap(), [1; 32]), MonthKey::new("2026-11".parse().unwrap(), [2; 32]));
        let token = a.token("who", "x");
        assert_eq!((token.len(), a.token("who", "x")), (32, token.clone()));
        for other in [a.token("object", "x"), a.token("who", "y"), b.token("who", "x"), a.token("wh", "ox")] {
            assert_ne!(token, other);
        }
    }

    #[test]
    fn a_key_is_never_printed() {
        let key = MonthKey::new("2026-11".parse().unwrap(), [0xab; 32]);
        let mut ring = Keyring::new();
        ring.add(key);
        let printed = format!("{ring:?}");
        assert!(!printed.contains("171") && !printed.to_lowercase().contains("ab, "), "{printed}");
    }
}
