//! Thirty-two secret bytes.

use crate::random::Random;
use beffroi_ports::KeysError;
use std::fmt;
use zeroize::Zeroizing;

/// Length of a secret, in bytes.
pub(crate) const SECRET_BYTES: usize = 32;

/// A secret. Wiped from memory when dropped; never printed.
pub(crate) struct Secret(Zeroizing<[u8; SECRET_BYTES]>);

impl Secret {
    /// A new one, from a cryptographic random source.
    pub(crate) fn draw(random: &dyn Random) -> Result<Self, KeysError> {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        random.fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// One from its bytes; nothing when they are not 32.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    pub(crate) fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
