//! What comes back from recipients: that they have read, and what they saw.

use crate::alerts::personal_data;
use crate::diffusion::DiffusionError;
use beffroi_store::{By, DeliveryRow, ReturnRow, Store};

/// The longest text sent back.
const SAID_MOST: usize = 1000;

/// What kind of return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnKind {
    /// The same was seen there.
    Sighting,
    /// The flash was of use.
    Useful,
    /// It does not concern them.
    NotConcerned,
    /// Something in it is wrong.
    Wrong,
}

impl ReturnKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Sighting, Self::Useful, Self::NotConcerned, Self::Wrong];

    /// The code kept in the register.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sighting => "sighting",
            Self::Useful => "useful",
            Self::NotConcerned => "not-concerned",
            Self::Wrong => "wrong",
        }
    }
}

/// Notes that the recipient of a delivery has read its version of the flash; `how`: by the link of a mail, an account.
/// False when that was noted before.
///
/// # Errors
/// The store's.
pub async fn acknowledge(store: &Store, row: &DeliveryRow, how: &str, by: &By) -> Result<bool, DiffusionError> {
    Ok(store.reading_done(&row.alert, row.version, &row.recipient, how, by).await?)
}

/// Keeps what the recipient of a delivery sends back, on the version that it was given.
///
/// # Errors
/// [`DiffusionError::VictimData`] and [`DiffusionError::Long`] for its text; the store's.
pub async fn give_back(
    store: &Store,
    row: &DeliveryRow,
    kind: ReturnKind,
    n_cases: u64,
    said: &str,
    by: &By,
) -> Result<(), DiffusionError> {
    let length = said.chars().count();
    if length > SAID_MOST {
        return Err(DiffusionError::Long { length, most: SAID_MOST });
    }
    if let Some(kind) = personal_data(said) {
        return Err(DiffusionError::VictimData { kind });
    }
    let back = ReturnRow {
        alert: row.alert.clone(),
        version: row.version,
        recipient: row.recipient.clone(),
        kind: kind.code().to_owned(),
        n_cases,
        said: said.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect(),
        at: by.at,
    };
    Ok(store.return_put(back, by).await?)
}
