//! Files in: read by declaration, landed in one commit, bad rows kept aside with their reason.
//!
//! The file is read twice: once for its digest (the same file lands once only), once for its rows. Rows go to the lake in
//! batches that become visible together or not at all; what does not fit goes to `rejects/DELIVERY.csv`, written beside and
//! renamed when the delivery has ended. A file that cannot be read as a whole leaves nothing behind.
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

use crate::sources::Source;
use beffroi_model::{Delivery, DeliveryId, DeliveryOutcome};
use beffroi_ports::{Batch, Facts, FactsError, Parser, Sandbox};
use beffroi_tabular::Codes;
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
    let mut feed = Feed::open(source, file, &sha256, options, progress, keys)?;
    let first = feed.next_batch()?;
    let feed = Mutex::new(feed);
    let lock = || feed.lock().unwrap_or_else(PoisonError::into_inner);

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
            let delivery = || {
                let feed = lock();
                Delivery {
                    id: options.delivery_id.clone(),
                    source: id.clone(),
                    file: file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
                    file_sha256: sha256.clone(),
                    mapping_version: mapping_version.clone(),
                    vintage,
                    who: options.who.clone(),
                    at: options.now,
                    rows_read: feed.tally.rows_read,
                    rows_accepted: feed.tally.rows_accepted,
                    rows_rejected: feed.tally.rows_rejected,
                    rows_duplicate: feed.tally.rows_duplicate,
                    synthetic: source.declaration.synthetic,
                }
            };
            let landed = facts.land(id, &sha256, &mapping_version, batches, Box::new(delivery)).await;
            match landed {
                Ok(DeliveryOutcome::Landed { snapshot }) => summary.snapshot = Some(snapshot),
                Ok(DeliveryOutcome::AlreadyThere { snapshot }) => {
                    summary.already_there(snapshot);
                    summary.seconds = started.elapsed().as_secs_f64();
                    return Ok(summary);
                }
                Err(refusal) => return Err(lock().fault().unwrap_or(IntakeError::Facts(refusal))),
            }
        }
        Some(_) => while lock().next_batch()?.is_some() {},
        None => {}
    }

    let feed = feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    summary.take(feed.finish()?);
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

impl From<FactsError> for IntakeError {
    fn from(error: FactsError) -> Self {
        Self::Facts(error)
    }
}

#[cfg(test)]
mod tests;
