//! What became of a file.

use super::feed::Ended;
use beffroi_model::SourceId;
use beffroi_tabular::{Finding, TotalsRow};
use jiff::civil::Date;
use serde::Serialize;
use std::path::PathBuf;

/// What became of one file, or of several of one source ([`Summary::absorb`]). `rows_read` is the sum of the four other
/// counts of rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The source.
    pub source: SourceId,
    /// Day at which the data stood.
    pub vintage: Date,
    /// How many files.
    pub files: u64,
    /// Rows of the file, its header and blank lines apart.
    pub rows_read: u64,
    /// Rows that landed (or would, for a dry run).
    pub rows_accepted: u64,
    /// Rows set aside.
    pub rows_rejected: u64,
    /// Rows already known, within the file or from an earlier delivery.
    pub rows_duplicate: u64,
    /// Rows that the declaration leaves out, that hold totals, or without figure.
    pub rows_skipped: u64,
    /// The first findings; all of them are in the rejects file.
    pub findings: Vec<Finding>,
    /// How many findings in all.
    pub n_findings: u64,
    /// The snapshot that holds the rows; nothing when none landed.
    pub snapshot: Option<u64>,
    /// The rejects file, when there is one.
    pub rejects: Option<PathBuf>,
    /// The rows of totals, as the file has them: what the sums are checked against.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<TotalsRow>,
    /// Whether the same file had landed before: nothing changed.
    pub already: bool,
    /// Time taken.
    pub seconds: f64,
}

/// Most findings that a summary repeats.
pub(super) const FINDINGS: usize = 100;

impl Summary {
    pub(super) fn new(source: SourceId, vintage: Date) -> Self {
        Self {
            source,
            vintage,
            files: 1,
            rows_read: 0,
            rows_accepted: 0,
            rows_rejected: 0,
            rows_duplicate: 0,
            rows_skipped: 0,
            findings: Vec::new(),
            n_findings: 0,
            snapshot: None,
            rejects: None,
            totals: Vec::new(),
            already: false,
            seconds: 0.0,
        }
    }

    pub(super) fn already_there(&mut self, snapshot: u64) {
        self.already = true;
        self.snapshot = Some(snapshot);
    }

    pub(super) fn take(&mut self, ended: Ended) {
        let Ended { tally, findings, rejects, totals } = ended;
        self.rows_read = tally.rows_read;
        self.rows_accepted = tally.rows_accepted;
        self.rows_rejected = tally.rows_rejected;
        self.rows_duplicate = tally.rows_duplicate;
        self.rows_skipped = tally.rows_skipped;
        self.n_findings = tally.findings;
        self.findings = findings;
        self.rejects = rejects;
        self.totals = totals;
    }

    /// Adds what became of the next file of the same source. The last snapshot and rejects file stand.
    pub fn absorb(&mut self, next: Self) {
        self.files += next.files;
        self.rows_read += next.rows_read;
        self.rows_accepted += next.rows_accepted;
        self.rows_rejected += next.rows_rejected;
        self.rows_duplicate += next.rows_duplicate;
        self.rows_skipped += next.rows_skipped;
        self.n_findings += next.n_findings;
        let room = FINDINGS.saturating_sub(self.findings.len());
        self.findings.extend(next.findings.into_iter().take(room));
        self.snapshot = self.snapshot.max(next.snapshot);
        self.rejects = next.rejects.or(self.rejects.take());
        self.totals.extend(next.totals);
        self.already &= next.already;
        self.seconds += next.seconds;
    }
}
