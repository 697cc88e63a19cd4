//! Files in: read by declaration, landed in one commit, bad rows kept aside with their reason.
//!
//! The file is read twice: once for its digest (the same file lands once only), once for its rows. Rows go to the lake in
//! batches that become visible together or not at all; what does not fit goes to `rejects/DELIVERY.csv`, written beside and
//! renamed when the delivery has ended. A file that cannot be read as a whole leaves nothing behind.
//!
//! While they pass, rows are measured; at the end of the file, and before anything is visible, the controls of the source are
//! asked. One that refuses leaves nothing in the lake, and a quality sheet that says so; otherwise the sheet is kept once the
//! delivery has landed.
//!
//! The file is a stranger's: its bytes are cut into rows behind a [`Sandbox`], and what comes back is only texts, mapped
//! here like any others.

mod codes;
mod error;
mod feed;
mod keys;
pub(crate) mod reading;
mod rejects;
mod summary;
mod trial;

pub use beffroi_tabular::Finding;
pub(crate) use codes::NamedLists;
pub use codes::{HouseCodes, house_codes};
pub use error::IntakeError;
pub use summary::Summary;
pub use trial::{Trial, TriedRow, UnknownCode, guess, try_out};

use crate::quality::{self, FORM, Given, Outcome, Overlaps, QualitySheet, Shelf};
use crate::sources::Source;
use beffroi_model::{Delivery, DeliveryId, DeliveryOutcome, ReportKind};
use beffroi_ports::{Batch, Facts, FactsError, Parser, Sandbox};
use beffroi_tabular::Codes;
use beffroi_tabular::ControlKind;
use feed::Feed;
use jiff::Timestamp;
use jiff::civil::Date;
use keys::Keys;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// What runs behind the [`Sandbox`], and its name: for the executable's list of parsers, and for tests.
pub const PARSER: (&str, Parser) = (beffroi_tabular::PARSER, beffroi_tabular::parse);

/// How a file is brought in.
#[derive(Clone)]
pub struct Options<'a> {
    /// Day at which the source's data stood; `today` when nothing is said.
    pub vintage: Option<Date>,
    /// The day of the delivery: no date of the file can be later.
    pub today: Date,
    /// The instant of the delivery.
    pub now: Timestamp,
    /// Who brings it in.
    pub who: String,
    /// Reads and counts, and lands nothing: no rejects file either.
    pub dry_run: bool,
    /// Where rejects files go.
    pub rejects_dir: PathBuf,
    /// Where quality sheets go.
    pub shelf: Shelf,
    /// What the service says that its controls must find, by their names.
    pub given: Given,
    /// The code lists in use ([`HouseCodes::of`]).
    pub codes: &'a dyn Codes,
    /// Where the file is read.
    pub sandbox: &'a dyn Sandbox,
    /// The number of the delivery.
    pub delivery_id: DeliveryId,
}

/// Brings one file of a source into the lake. `progress` is told the bytes read so far and the length of the file.
///
/// # Errors
/// [`IntakeError`] when the file cannot be read as a whole or the lake refuses it: nothing has landed then, and the data
/// folder is as before. Bad rows are no error: they are counted, and told in the rejects file.
pub async fn ingest(
    facts: &dyn Facts,
    source: &Source,
    file: &Path,
    options: &Options<'_>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Summary, IntakeError> {
    let started = std::time::Instant::now();
    let id = &source.declaration.id;
    let vintage = options.vintage.unwrap_or(options.today);
    let mut summary = Summary::new(id.clone(), vintage);
    check_given(source, &options.given)?;

    let sha256 = reading::digest(file)?;
    let mapping_version = source.mapping_version();
    if let Some(snapshot) = facts.landed(id, &sha256, &mapping_version).await? {
        summary.already_there(snapshot);
        summary.seconds = started.elapsed().as_secs_f64();
        return Ok(summary);
    }

    let mut keys = Keys::new(&scratch(options));
    let mut spilt = Ok(());
    let each = |key: &str| {
        if spilt.is_ok() {
            spilt = keys.add(key).map(drop);
        }
    };
    facts.known_keys(id, Box::new(each)).await?;
    spilt.map_err(|error| IntakeError::Keys { error })?;
    let known = quality::known(facts, id, &source.declaration).await?;
    let feed = Mutex::new(Feed::open(source, file, &sha256, options, progress, keys, known)?);
    let lock = || feed.lock().unwrap_or_else(PoisonError::into_inner);
    let delivery = || {
        let tally = lock().tally;
        Delivery {
            id: options.delivery_id.clone(),
            source: id.clone(),
            file: file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            file_sha256: sha256.clone(),
            mapping_version: mapping_version.clone(),
            vintage,
            who: options.who.clone(),
            at: options.now,
            rows_read: tally.rows_read,
            rows_accepted: tally.rows_accepted,
            rows_rejected: tally.rows_rejected,
            rows_duplicate: tally.rows_duplicate,
            synthetic: source.declaration.synthetic,
        }
    };
    // A refusal is kept on the shelf; the lake and the rejects stay as they were.
    let refuse = |error: IntakeError| -> Result<Summary, IntakeError> {
        if matches!(error, IntakeError::Control { .. }) && !options.dry_run {
            // Asked for first: it looks at the counts of rows.
            let provenance = delivery();
            keep(options, &sheet(source, &mut lock(), provenance, Outcome::Refused, None))?;
        }
        Err(error)
    };

    let first = lock().next_batch();
    let first = match first {
        Ok(first) => first,
        Err(error) => return refuse(error),
    };
    match first {
        Some(first) if !options.dry_run => {
            let rest = std::iter::from_fn(|| {
                let mut feed = lock();
                match feed.next_batch() {
                    Ok(batch) => batch.map(Ok),
                    // The reason is kept for the caller; the lake is told that the delivery is off.
                    Err(error) => Some(Err(feed.fail(error))),
                }
            });
            let batches: Box<dyn Iterator<Item = Batch> + Send + '_> = Box::new(std::iter::once(Ok(first)).chain(rest));
            let landed = facts.land(id, &sha256, &mapping_version, batches, Box::new(&delivery)).await;
            match landed {
                Ok(DeliveryOutcome::Landed { snapshot }) => summary.snapshot = Some(snapshot),
                Ok(DeliveryOutcome::AlreadyThere { snapshot }) => {
                    summary.already_there(snapshot);
                    summary.seconds = started.elapsed().as_secs_f64();
                    return Ok(summary);
                }
                Err(refusal) => {
                    let fault = lock().fault();
                    return refuse(fault.unwrap_or(IntakeError::Facts(refusal)));
                }
            }
        }
        Some(_) => loop {
            let next = lock().next_batch();
            match next {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => return refuse(error),
            }
        },
        None => {}
    }

    let ended = lock().finish()?;
    summary.take(ended);
    summary.controls = lock().conclusion.as_ref().map(|c| c.controls.clone()).unwrap_or_default();
    if !options.dry_run {
        let outcome = summary.snapshot.map_or(Outcome::NothingNew, |snapshot| Outcome::Landed { snapshot });
        let days = lock().gauge.days();
        let overlaps = match (summary.snapshot, days) {
            (Some(snapshot), Some(days)) => overlaps(facts, source, days, snapshot).await,
            _ => None,
        };
        let provenance = delivery();
        let sheet = sheet(source, &mut lock(), provenance, outcome, overlaps);
        summary.sheet = Some(keep(options, &sheet)?);
    }
    summary.seconds = started.elapsed().as_secs_f64();
    tracing::info!(
        source = %id,
        delivery = %options.delivery_id,
        rows.read = summary.rows_read,
        rows.accepted = summary.rows_accepted,
        rows.rejected = summary.rows_rejected,
        "file read"
    );
    Ok(summary)
}

/// Where files without a name may lie meanwhile: beside the rejects, on the disk of the data.
fn scratch(options: &Options<'_>) -> PathBuf {
    let beside = options.rejects_dir.parent().filter(|folder| folder.is_dir());
    beside.map_or_else(std::env::temp_dir, Path::to_owned)
}

/// Values are given for controls that the source has, and that compare with a value.
fn check_given(source: &Source, given: &Given) -> Result<(), IntakeError> {
    let totals: Vec<&str> = source
        .declaration
        .controls
        .iter()
        .filter(|control| control.kind == ControlKind::Total)
        .map(|control| control.name.as_str())
        .collect();
    match given.keys().find(|name| !totals.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let name: String = name.chars().take(64).collect();
            let there = if totals.is_empty() { "none".to_owned() } else { totals.join(", ") };
            let message = format!("source `{}` has no control total `{name}`; it has: {there}", source.id());
            Err(IntakeError::NoControl { message })
        }
    }
}

/// What the delivery has in common with other sources. A lake that cannot say it now is no reason to fail: the rows are in.
async fn overlaps(facts: &dyn Facts, source: &Source, days: (Date, Date), snapshot: u64) -> Option<Overlaps> {
    let declaration = &source.declaration;
    let by_victims = declaration
        .report
        .as_ref()
        .is_some_and(|report| !matches!(report.kind, ReportKind::Claim | ReportKind::Observation));
    if !by_victims {
        return None;
    }
    match quality::overlaps(facts, &declaration.id, days, declaration.synthetic, snapshot).await {
        Ok(overlaps) => Some(overlaps),
        Err(error) => {
            tracing::warn!(source = %declaration.id, %error, "duplicates were not looked for");
            None
        }
    }
}

fn sheet(
    source: &Source,
    feed: &mut Feed<'_>,
    delivery: Delivery,
    outcome: Outcome,
    overlaps: Option<Overlaps>,
) -> QualitySheet {
    let conclusion = feed.conclusion.take().unwrap_or_default();
    QualitySheet {
        form: FORM,
        delivery,
        outcome,
        of_reports: feed.gauge.of_reports,
        rows_skipped: feed.tally.rows_skipped,
        completeness: feed.gauge.completeness(),
        validity: feed.gauge.validity(),
        timeliness: feed.gauge.timeliness(&source.declaration.rhythm),
        controls: conclusion.controls,
        differences: conclusion.differences,
        suspicions: conclusion.suspicions,
        overlaps,
    }
}

fn keep(options: &Options<'_>, sheet: &QualitySheet) -> Result<PathBuf, IntakeError> {
    let wrong = |error| IntakeError::Sheet { path: options.shelf.path(&options.delivery_id), error };
    options.shelf.keep(sheet).map_err(wrong)
}

impl From<FactsError> for IntakeError {
    fn from(error: FactsError) -> Self {
        Self::Facts(error)
    }
}

#[cfg(test)]
mod tests;
