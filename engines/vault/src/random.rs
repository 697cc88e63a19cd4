//! The system's random source.

use beffroi_ports::KeysError;
use rand::TryRngCore as _;
use rand::rngs::OsRng;

/// A cryptographic random source.
pub(crate) trait Random: Send + Sync {
    /// Fills a buffer.
    fn fill(&self, into: &mut [u8]) -> Result<(), KeysError>;
}

/// The system's.
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, into: &mut [u8]) -> Result<(), KeysError> {
        OsRng.try_fill_bytes(into).map_err(|error| KeysError::Io {
            doing: "drawing from the system's random source".to_owned(),
            reason: error.to_string(),
        })
    }
}
