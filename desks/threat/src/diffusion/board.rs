//! The board of one flash, and the measures of a year.

use crate::alerts::{self, Alert};
use crate::diffusion::{DiffusionError, DiffusionSettings, Recipient, ReturnKind};
use beffroi_model::AlertRef;
use beffroi_rights::Scope;
use beffroi_store::{HandoverState, ReturnRow, Store};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Where one recipient stands with one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardLine {
    /// The recipient's short name.
    pub recipient: String,
    /// What it is called.
    pub name: String,
    /// Its direction.
    pub direction: String,
    /// The version.
    pub version: u32,
    /// Each handover: occasion, channel, state, what was said.
    pub handovers: Vec<(String, String, HandoverState, Option<String>)>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// How often it was reminded.
    pub n_reminders: u32,
}

/// The board of a flash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Board {
    /// Who has not read first, then by direction and name.
    pub lines: Vec<BoardLine>,
    /// How many are waited for or have read.
    pub n: usize,
    /// How many have read.
    pub n_read: usize,
    /// What came back, the latest first.
    pub returns: Vec<ReturnRow>,
}

/// The board of a flash through `scope`; nothing both when there is none and when it is not in the scope.
///
/// # Errors
/// The store's.
pub async fn board_visible(
    store: &Store,
    scope: &Scope,
    reference: &AlertRef,
) -> Result<Option<Board>, DiffusionError> {
    match alerts::get(store, scope, reference).await? {
        Some(alert) => board(store, &alert).await.map(Some),
        None => Ok(None),
    }
}

/// An issued flash that some of its recipients have not acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingFlash {
    /// The flash, as its readers have it.
    pub alert: Alert,
    /// How many have not.
    pub n: usize,
    /// Since when the first of them has had it.
    pub since: Timestamp,
}

/// The issued flashes through `scope` of which somebody has not acknowledged the current version, the longest waiting
/// first.
///
/// # Errors
/// The store's.
pub async fn waiting_visible(store: &Store, scope: &Scope) -> Result<Vec<WaitingFlash>, DiffusionError> {
    let open = store.readings_open().await?;
    let mut waiting = Vec::new();
    for alert in alerts::issued_visible(store, scope).await? {
        let own = open.iter().filter(|row| row.alert == alert.reference && row.version == alert.version);
        let sent: Vec<Timestamp> = own.map(|row| row.sent_at).collect();
        if let Some(since) = sent.iter().min().copied() {
            waiting.push(WaitingFlash { alert, n: sent.len(), since });
        }
    }
    waiting.sort_by_key(|waiting| waiting.since);
    Ok(waiting)
}

/// The board of `alert`, whoever asks: for the machine's own work.
///
/// # Errors
/// The store's.
pub async fn board(store: &Store, alert: &Alert) -> Result<Board, DiffusionError> {
    let readings = store.readings(Some(&alert.reference)).await?;
    let names: BTreeSet<String> = readings.iter().map(|reading| reading.recipient.clone()).collect();
    let recipients: BTreeMap<String, Recipient> = store
        .recipients_named(names.into_iter().collect())
        .await?
        .into_iter()
        .map(|row| (row.id.clone(), Recipient::of(row)))
        .collect();
    let mut by_reader: BTreeMap<(u32, String), Vec<_>> = BTreeMap::new();
    for row in store.handovers_of(&alert.reference).await? {
        let told = (row.what, row.channel, row.state, row.note);
        by_reader.entry((row.version, row.recipient)).or_default().push(told);
    }
    let mut lines: Vec<BoardLine> = readings
        .into_iter()
        .map(|reading| {
            let known = recipients.get(&reading.recipient);
            BoardLine {
                name: known.map(|known| known.name.clone()).unwrap_or_default(),
                direction: known.map(|known| known.direction.clone()).unwrap_or_default(),
                handovers: by_reader.remove(&(reading.version, reading.recipient.clone())).unwrap_or_default(),
                recipient: reading.recipient,
                version: reading.version,
                sent_at: reading.sent_at,
                read_at: reading.read_at,
                n_reminders: reading.n_reminders,
            }
        })
        .collect();
    lines.sort_by(|a, b| {
        let key = |line: &BoardLine| (line.read_at.is_some(), std::cmp::Reverse(line.version));
        key(a).cmp(&key(b)).then_with(|| (&a.direction, &a.name).cmp(&(&b.direction, &b.name)))
    });
    let n_read = lines.iter().filter(|line| line.read_at.is_some()).count();
    Ok(Board { n: lines.len(), n_read, lines, returns: store.returns(Some(&alert.reference)).await? })
}

/// How diffusion did in a year. Exercises are not counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measures {
    /// The year, by the day of issue at UTC.
    pub year: i16,
    /// Flashes issued.
    pub n_flashes: usize,
    /// Flashes a year that keep their readers attentive.
    pub budget: u32,
    /// Hours from the signal to the first issue, the median; none without a flash.
    pub signal_to_issue_hours: Option<f64>,
    /// Who was sent a version.
    pub n_sent: usize,
    /// Who had read it within 24 hours.
    pub n_read_in_24_h: usize,
    /// Returns of any kind.
    pub n_returns: usize,
    /// Flashes of which at least one recipient saw the like.
    pub n_confirmed: usize,
}

/// The measures of the flashes among `all` (those the reader may see) that were issued in `year`.
///
/// # Errors
/// The store's.
pub async fn measures(
    store: &Store,
    all: &[Alert],
    year: i16,
    settings: &DiffusionSettings,
) -> Result<Measures, DiffusionError> {
    let in_year = |alert: &&Alert| alert.issued_at.is_some_and(|at| alerts::paris(at).year() == year);
    let issued: Vec<&Alert> = all.iter().filter(in_year).filter(|alert| !alert.content.written.exercise).collect();
    let references: BTreeSet<&str> = issued.iter().map(|alert| alert.reference.as_str()).collect();
    let readings = store.readings(None).await?;
    let sent: Vec<_> = readings.iter().filter(|reading| references.contains(reading.alert.as_str())).collect();
    let day = SignedDuration::from_hours(24);
    let in_time = |at: Timestamp, sent: Timestamp| at.duration_since(sent) <= day;
    let returns = store.returns(None).await?;
    let back: Vec<_> = returns.iter().filter(|one| references.contains(one.alert.as_str())).collect();
    let confirmed: BTreeSet<&str> =
        back.iter().filter(|one| one.kind == ReturnKind::Sighting.code()).map(|one| one.alert.as_str()).collect();
    let mut hours: Vec<f64> = issued.iter().filter_map(|alert| alert.content.measures.signal_to_issue_hours).collect();
    hours.sort_by(f64::total_cmp);
    Ok(Measures {
        year,
        n_flashes: issued.len(),
        budget: settings.yearly_budget,
        signal_to_issue_hours: hours.get(hours.len() / 2).copied(),
        n_sent: sent.len(),
        n_read_in_24_h: sent.iter().filter(|r| r.read_at.is_some_and(|at| in_time(at, r.sent_at))).count(),
        n_returns: back.len(),
        n_confirmed: confirmed.len(),
    })
}
