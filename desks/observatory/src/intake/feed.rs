//! The rows of a file, batch by batch, for the lake.

use super::keys::Keys;
use super::reading::{Watch, Watched};
use super::rejects::Rejects;
use super::summary::FINDINGS;
use super::{IntakeError, Options};
use crate::quality::{Conclusion, Gauge, Given, Group, Known, conclude};
use crate::sources::{Source, SourceError};
use beffroi_model::Report;
use beffroi_ports::{FactsError, Frames, Rows, SandboxError, Task};
use beffroi_tabular::{
    Context, Declaration, Facts, FileError, Finding, FrameRows, Outcome, PARSER, Plan, Row, Step, TotalsRow, WireError,
    frame_bytes,
};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Rows of a batch: few enough that they are still in the processor's own memory when they are written.
const BATCH: usize = 2048;

/// Bytes between two calls of the progress.
const STEP: u64 = 256 * 1024;

/// How many times its length a file may give rows for, beyond [`FREE`]: more than a compressed file may unpack to.
const TIMES: u64 = 400;
const FREE: u64 = 256 << 20;

/// Most rows of totals that are kept.
const TOTALS: usize = 10_000;

/// A row that was tried: its line, what became of it, its findings, and what was seen of it when it could be cut.
pub(super) type Tried<T> = (u64, Outcome, Vec<Finding>, Option<T>);

/// Counts of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) rows_read: u64,
    pub(super) rows_accepted: u64,
    pub(super) rows_rejected: u64,
    pub(super) rows_duplicate: u64,
    pub(super) rows_skipped: u64,
    pub(super) findings: u64,
}

/// What is left when the file has been read.
pub(super) struct Ended {
    pub(super) tally: Tally,
    pub(super) findings: Vec<Finding>,
    pub(super) rejects: Option<PathBuf>,
    pub(super) totals: Vec<TotalsRow>,
}

/// The rows of a file.
pub(super) struct Feed<'a> {
    path: PathBuf,
    plan: Plan,
    context: Context<'a>,
    frames: Box<dyn Frames>,
    rows: FrameRows,
    row: Row,
    keys: Keys,
    rejects: Option<Rejects>,
    found: Vec<Finding>,
    first_findings: Vec<Finding>,
    totals: Vec<TotalsRow>,
    expected: String,
    declaration: &'a Declaration,
    given: Given,
    known: Known,
    pub(super) gauge: Gauge,
    /// What each of the last reports of the batch counts under: whether they are new is asked of all together.
    unasked: Vec<Group>,
    new: Vec<bool>,
    /// What is concluded of the file; nothing before its end.
    pub(super) conclusion: Option<Conclusion>,
    watch: Arc<Watch>,
    progress: &'a (dyn Fn(u64, u64) + Sync),
    told: u64,
    ended: bool,
    fault: Option<IntakeError>,
    pub(super) tally: Tally,
}

impl<'a> Feed<'a> {
    pub(super) fn open(
        source: &'a Source,
        path: &Path,
        sha256: &str,
        options: &Options<'a>,
        progress: &'a (dyn Fn(u64, u64) + Sync),
        keys: Keys,
        known: Known,
    ) -> Result<Self, IntakeError> {
        let declaration = &source.declaration;
        let plan = Plan::new(declaration, options.codes).map_err(|error| {
            let (place, text) = (source.place.clone(), source.text.clone());
            IntakeError::Source(Box::new(SourceError { place, text, error: Box::new(error) }))
        })?;
        let (file, watch) = Watched::open(path)?;
        let rows = FrameRows::new(&declaration.file, plan.columns().len());
        let task = Task {
            parser: PARSER,
            request: source.text.clone().into_bytes(),
            input_bytes: watch.length(),
            max_frame_bytes: frame_bytes(&declaration.file),
            max_total_bytes: watch.length().saturating_mul(TIMES).saturating_add(FREE),
        };
        let frames = options.sandbox.read(task, Box::new(file)).map_err(|error| reader(path, error))?;
        let vintage = options.vintage.unwrap_or(options.today);
        let gauge = Gauge::new(declaration, plan.tallies(), options.today);
        Ok(Self {
            path: path.to_owned(),
            context: Context { today: options.today, vintage, codes: options.codes },
            plan,
            frames,
            rows,
            row: Row::default(),
            keys,
            rejects: (!options.dry_run).then(|| Rejects::new(&options.rejects_dir, &options.delivery_id)),
            found: Vec::new(),
            first_findings: Vec::new(),
            totals: Vec::new(),
            expected: sha256.to_owned(),
            declaration,
            given: options.given.clone(),
            known,
            gauge,
            unasked: Vec::new(),
            new: Vec::new(),
            conclusion: None,
            watch,
            progress,
            told: 0,
            ended: false,
            fault: None,
            tally: Tally::default(),
        })
    }

    /// The next rows that are new; nothing at the end of the file.
    pub(super) fn next_batch(&mut self) -> Result<Option<Rows>, IntakeError> {
        let mut facts = self.plan.no_facts(BATCH);
        while !self.ended && facts.len() < BATCH {
            match self.next_step()? {
                Step::End => {
                    if let Facts::Reports(reports) = &mut facts {
                        self.ask(reports)?;
                    }
                    self.ended = true;
                    self.tell_progress(true);
                    if let Some(error) = self.watch.fault() {
                        return Err(whole_file(&self.path, FileError::Io(error)));
                    }
                    if self.watch.digest() != Some(&self.expected) {
                        return Err(IntakeError::Changed { path: self.path.clone() });
                    }
                    self.conclude()?;
                }
                Step::Bad(finding) => {
                    self.tally.rows_read += 1;
                    self.tally.rows_rejected += 1;
                    self.found.push(finding);
                    self.tell()?;
                }
                Step::Row => {
                    self.tally.rows_read += 1;
                    self.plan.control(&self.row, &mut self.gauge.tallies);
                    let before = facts.len();
                    let outcome = self.plan.map(&self.row, &self.context, &mut facts, &mut self.found);
                    match outcome {
                        Outcome::Skipped => self.tally.rows_skipped += 1,
                        Outcome::Total => {
                            self.tally.rows_skipped += 1;
                            if self.totals.len() < TOTALS {
                                self.totals.push(self.plan.totals(&self.row));
                            }
                        }
                        Outcome::Rejected => self.tally.rows_rejected += 1,
                        Outcome::Kept => self.kept(&mut facts, before)?,
                    }
                    self.tell()?;
                }
            }
        }
        if let Facts::Reports(reports) = &mut facts {
            self.ask(reports)?;
        }
        Ok(match facts {
            facts if facts.is_empty() => None,
            Facts::Reports(reports) => Some(Rows::Reports(reports)),
            Facts::Counts(counts) => Some(Rows::Counts(counts)),
        })
    }

    /// The facts after the first `before`, which a row gave: measured, and left in when they are new.
    fn kept(&mut self, facts: &mut Facts, before: usize) -> Result<(), IntakeError> {
        match facts {
            Facts::Reports(reports) => {
                for report in reports.iter().skip(before) {
                    self.unasked.push(self.gauge.report(report));
                }
                // Findings of a row that is known already are not told again: it is to be asked now.
                if !self.found.is_empty() && !self.ask(reports)? {
                    self.found.clear();
                }
            }
            Facts::Counts(counts) => {
                counts.iter().skip(before).for_each(|count| self.gauge.count(count));
                if keep_new(counts, before, |count| self.keys.add(&count.key()))
                    .map_err(|error| IntakeError::Keys { error })?
                {
                    self.tally.rows_accepted += 1;
                } else {
                    self.tally.rows_duplicate += 1;
                    self.found.clear();
                }
            }
        }
        Ok(())
    }

    /// Asks which of the last reports are new, and leaves these in. Whether the very last one is.
    fn ask(&mut self, reports: &mut Vec<Report>) -> Result<bool, IntakeError> {
        let from = reports.len().saturating_sub(self.unasked.len());
        let ids = reports.iter().skip(from).map(|report| report.id.as_str());
        self.keys.add_all(ids, &mut self.new).map_err(|error| IntakeError::Keys { error })?;
        for (group, is_new) in self.unasked.drain(..).zip(&self.new) {
            self.gauge.counts(group, *is_new);
            let tally = if *is_new { &mut self.tally.rows_accepted } else { &mut self.tally.rows_duplicate };
            *tally += 1;
        }
        if self.new.contains(&false) {
            let mut stays = std::iter::repeat_n(true, from).chain(self.new.iter().copied());
            reports.retain(|_| stays.next().unwrap_or(true));
        }
        Ok(self.new.last().copied().unwrap_or(true))
    }

    /// The next row, mapped for whoever looks: what became of it and its findings; nothing at the end of the file. `look`
    /// sees the row under the plan.
    pub(super) fn try_next<T>(
        &mut self,
        look: impl FnOnce(&Plan, &Row, &Context<'_>) -> T,
    ) -> Result<Option<Tried<T>>, IntakeError> {
        Ok(match self.next_step()? {
            Step::End => match self.watch.fault() {
                Some(error) => return Err(whole_file(&self.path, FileError::Io(error))),
                None => None,
            },
            Step::Bad(finding) => Some((finding.line, Outcome::Rejected, vec![finding], None)),
            Step::Row => {
                let (mut facts, mut findings) = (self.plan.no_facts(1), Vec::new());
                let outcome = self.plan.map(&self.row, &self.context, &mut facts, &mut findings);
                let seen = look(&self.plan, &self.row, &self.context);
                Some((self.row.line(), outcome, findings, Some(seen)))
            }
        })
    }

    /// The columns that the mapping reads.
    pub(super) fn columns(&self) -> &[String] {
        self.plan.columns()
    }

    /// Concludes on the whole file: nothing of it is visible yet, and nothing will be when a control refuses it.
    fn conclude(&mut self) -> Result<(), IntakeError> {
        let conclusion = conclude(self.declaration, &self.given, &mut self.gauge, &self.known);
        let refusal = conclusion.refusal().map(|control| IntakeError::control(&self.path, control));
        self.conclusion = Some(conclusion);
        refusal.map_or(Ok(()), Err)
    }

    /// The next row, whatever frame it is in.
    fn next_step(&mut self) -> Result<Step, IntakeError> {
        let nonsense = |what| SandboxError::Nonsense { what };
        loop {
            match self.rows.next(&mut self.row) {
                Ok(Some(step)) => return Ok(step),
                Ok(None) => match self.frames.next() {
                    Ok(Some(frame)) => {
                        self.rows.put(frame);
                        self.tell_progress(false);
                    }
                    Ok(None) => return Err(reader(&self.path, nonsense("no end"))),
                    Err(error) => return Err(reader(&self.path, error)),
                },
                Err(WireError::Nonsense { what }) => return Err(reader(&self.path, nonsense(what))),
                Err(WireError::File(error)) => {
                    // What the reader took for the end of the file may have been the end of the disk.
                    let error = self.watch.fault().map_or(error, FileError::Io);
                    return Err(whole_file(&self.path, error));
                }
            }
        }
    }

    fn tell_progress(&mut self, at_end: bool) {
        let passed = self.watch.passed();
        if at_end || passed >= self.told + STEP {
            self.told = passed;
            (self.progress)(passed, self.watch.length().max(passed));
        }
    }

    /// Writes the findings of the last row.
    fn tell(&mut self) -> Result<(), IntakeError> {
        for finding in self.found.drain(..) {
            self.tally.findings += 1;
            self.gauge.finding(&finding);
            if let Some(rejects) = &mut self.rejects {
                rejects.write(&finding)?;
            }
            if self.first_findings.len() < FINDINGS {
                self.first_findings.push(finding);
            }
        }
        Ok(())
    }

    /// Keeps the reason why reading stopped, and gives what the lake is told.
    pub(super) fn fail(&mut self, error: IntakeError) -> FactsError {
        self.ended = true;
        let message = error.to_string();
        self.fault = Some(error);
        FactsError::Delivery { message }
    }

    /// The reason why reading stopped.
    pub(super) fn fault(&mut self) -> Option<IntakeError> {
        self.fault.take()
    }

    /// Ends the reading and puts the rejects in their place.
    pub(super) fn finish(&mut self) -> Result<Ended, IntakeError> {
        let rejects = match self.rejects.take() {
            Some(rejects) => rejects.finish()?,
            None => None,
        };
        let (findings, totals) = (std::mem::take(&mut self.first_findings), std::mem::take(&mut self.totals));
        Ok(Ended { tally: self.tally, findings, rejects, totals })
    }
}

pub(super) fn whole_file(path: &Path, error: FileError) -> IntakeError {
    IntakeError::File { path: path.to_owned(), error }
}

pub(super) fn reader(path: &Path, error: SandboxError) -> IntakeError {
    IntakeError::Reader { path: path.to_owned(), error }
}

/// Of the rows after the first `before`, leaves the new ones; `false` when none is.
// Only the tail is looked at: a row gives few facts, a batch holds thousands.
fn keep_new<T>(rows: &mut Vec<T>, before: usize, mut is_new: impl FnMut(&T) -> io::Result<bool>) -> io::Result<bool> {
    let mut index = before;
    while let Some(row) = rows.get(index) {
        if is_new(row)? {
            index += 1;
        } else {
            rows.remove(index);
        }
    }
    Ok(rows.len() > before)
}
