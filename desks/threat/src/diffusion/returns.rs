//! What comes back from recipients: that they have read, and what they saw.

use crate::alerts::{self, Alert, personal_data};
use crate::diffusion::{DiffusionError, LinkFault, Links};
use beffroi_model::Marking;
use beffroi_store::{By, HandoverRow, ReadingRow, ReturnRow, Store};
use jiff::Timestamp;
use std::collections::BTreeSet;

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

/// What the holder of a link may know: to whom it was given, of which flash and version, under which marking, and whether
/// it was read. Nothing of what the flash says.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The handover.
    pub row: HandoverRow,
    /// Whether the link still works.
    pub works: bool,
    /// What the recipient is called.
    pub name: String,
    /// The marking of the flash.
    pub marking: Marking,
    /// When its version was read.
    pub read_at: Option<Timestamp>,
}

/// What a link stands for at `now`; nothing for one that was not signed here.
///
/// # Errors
/// The store's and the keys'.
pub async fn linked(store: &Store, link: &str, now: Timestamp) -> Result<Option<Linked>, DiffusionError> {
    let (id, works) = match Links::of(store)?.read(link, now) {
        Ok(link) => (link.handover, true),
        // Signed by us: the number is what it was.
        Err(LinkFault::Expired) => (link.split('.').next().unwrap_or_default().to_owned(), false),
        Err(LinkFault::Forged) => return Ok(None),
    };
    let Some(row) = store.handover(&id).await? else { return Ok(None) };
    let Some(alert) = alerts::as_read(store, &row.alert).await? else { return Ok(None) };
    let readings = store.readings(Some(&row.alert)).await?;
    let mine = readings.iter().find(|one| one.version == row.version && one.recipient == row.recipient);
    let name = store.recipient(&row.recipient).await?.map(|known| known.name).unwrap_or_default();
    Ok(Some(Linked { works, name, marking: alert.marking, read_at: mine.and_then(|one| one.read_at), row }))
}

/// What waits to be read, of this version of a flash, by the recipients on whose behalf an account reads.
///
/// # Errors
/// The store's.
pub async fn unread_of(store: &Store, alert: &Alert, account: &str) -> Result<Vec<ReadingRow>, DiffusionError> {
    let mine = store.recipients().await?.into_iter().filter(|one| one.account.as_deref() == Some(account));
    let mine: BTreeSet<String> = mine.map(|one| one.id).collect();
    if mine.is_empty() {
        return Ok(Vec::new());
    }
    let mut readings = store.readings(Some(&alert.reference)).await?;
    readings.retain(|one| one.version == alert.version && one.read_at.is_none() && mine.contains(&one.recipient));
    Ok(readings)
}

/// Notes that the recipient of a handover has read its version of the flash; `how`: by the link of a mail, an account.
/// False when that was noted before.
///
/// # Errors
/// The store's.
pub async fn acknowledge(store: &Store, row: &HandoverRow, how: &str, by: &By) -> Result<bool, DiffusionError> {
    Ok(store.reading_done(&row.alert, row.version, &row.recipient, how, by).await?)
}

/// Keeps what the recipient of a handover sends back, on the version that it was given.
///
/// # Errors
/// [`DiffusionError::VictimData`] and [`DiffusionError::Long`] for its text; the store's.
pub async fn give_back(
    store: &Store,
    row: &HandoverRow,
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
