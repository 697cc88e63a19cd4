//! A declaration, ready to read rows.

use super::controls::{RowControl, RowTally};
use super::counts::CountPlan;
use super::filter::Filter;
use super::reports::ReportPlan;
use super::totals::TotalsRow;
use crate::codes::Codes;
use crate::declaration::{Declaration, DeclarationError};
use crate::finding::{Finding, shorten};
use crate::read::Row;
use beffroi_model::{PublishedCount, Report};
use jiff::civil::Date;

/// What the mapping must know beside the row.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The day of the delivery: no date can be later.
    pub today: Date,
    /// The day at which the data stood, for counts that do not say.
    pub vintage: Date,
    /// The code lists.
    pub codes: &'a dyn Codes,
}

/// The facts that rows become.
#[derive(Debug, Clone, PartialEq)]
pub enum Facts {
    /// Reports.
    Reports(Vec<Report>),
    /// Published counts.
    Counts(Vec<PublishedCount>),
}

impl Facts {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::Reports(rows) => rows.len(),
            Self::Counts(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It gave facts, with or without findings.
    Kept,
    /// A condition left it out, or it holds no figure.
    Skipped,
    /// It was set aside, with findings.
    Rejected,
    /// It holds totals ([`Plan::totals`]), and does not land.
    Total,
}

/// A declaration, ready to read rows.
pub struct Plan {
    columns: Columns,
    filter: Filter,
    totals: Filter,
    pub(super) target: Target,
    /// The columns made by `unpivot`: a finding about one of them names the column of the file.
    made: Vec<String>,
    /// Where the name of that column is.
    header: Option<usize>,
    controls: Vec<RowControl>,
}

pub(super) enum Target {
    Report(Box<ReportPlan>),
    Counts(Vec<CountPlan>),
}

/// The columns a declaration reads, in the order in which it first names them.
#[derive(Debug, Default)]
pub(crate) struct Columns(Vec<String>);

impl Columns {
    pub(crate) fn index(&mut self, column: &str) -> usize {
        self.0.iter().position(|known| known == column).unwrap_or_else(|| {
            self.0.push(column.to_owned());
            self.0.len() - 1
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}

impl Plan {
    /// Prepares a declaration. `codes` must have every list that it names.
    ///
    /// # Errors
    /// [`DeclarationError`] when a code list does not exist.
    pub fn new(declaration: &Declaration, codes: &dyn Codes) -> Result<Self, DeclarationError> {
        let mut columns = Columns::default();
        let filter = Filter::new(&declaration.conditions, &declaration.file, &mut columns);
        let totals = Filter::new(&declaration.totals, &declaration.file, &mut columns);
        let target = match &declaration.report {
            Some(report) => Target::Report(Box::new(ReportPlan::new(report, declaration, &mut columns))),
            None => Target::Counts(
                declaration.counts.iter().map(|count| CountPlan::new(count, declaration, &mut columns)).collect(),
            ),
        };
        let unpivot = declaration.file.unpivot.as_ref();
        let header = unpivot.map(|unpivot| columns.index(&unpivot.header));
        let made = unpivot.map(|unpivot| unpivot.made().map(str::to_owned).collect()).unwrap_or_default();
        let controls = RowControl::all(declaration, &mut columns);
        let plan = Self { columns, filter, totals, target, made, header, controls };
        match plan.lists().into_iter().find(|list| !codes.has_list(list)) {
            None => Ok(plan),
            Some(list) => Err(DeclarationError {
                message: format!("there is no code list `{list}`"),
                help: Some("`beffroi codes list` names those there are".to_owned()),
                span: None,
                line: None,
            }),
        }
    }

    /// The columns to read, for [`crate::RowReader::open`].
    pub fn columns(&self) -> &[String] {
        &self.columns.0
    }

    /// An empty container of the kind of facts that this plan makes.
    pub fn no_facts(&self, capacity: usize) -> Facts {
        match self.target {
            Target::Report(_) => Facts::Reports(Vec::with_capacity(capacity)),
            Target::Counts(_) => Facts::Counts(Vec::with_capacity(capacity)),
        }
    }

    /// Turns a row into facts, added to `facts` (made by [`Plan::no_facts`]), and into findings.
    pub fn map(&self, row: &Row, context: &Context<'_>, facts: &mut Facts, findings: &mut Vec<Finding>) -> Outcome {
        if self.totals.any(row) {
            return Outcome::Total;
        }
        if !self.filter.keeps(row) {
            return Outcome::Skipped;
        }
        let before = findings.len();
        let outcome = self.map_row(row, context, facts, findings);
        if self.header.is_some() {
            for finding in findings.iter_mut().skip(before) {
                self.name_column(row, finding);
            }
        }
        outcome
    }

    /// What a row of totals holds.
    pub fn totals(&self, row: &Row) -> TotalsRow {
        TotalsRow::of(row, &self.columns.0, self.header)
    }

    /// Whether the row would be looked at: no condition leaves it out, and it is no total.
    pub(super) fn looks_at(&self, row: &Row) -> bool {
        !self.totals.any(row) && self.filter.keeps(row)
    }

    /// The name that the file gives to a column.
    pub(super) fn file_column<'r>(&'r self, row: &'r Row, column: &'r str) -> &'r str {
        let made = column.split('+').any(|name| self.made.iter().any(|made| made == name));
        match self.header.and_then(|header| row.values(header).next()) {
            Some(header) if made => header,
            _ => column,
        }
    }

    fn name_column(&self, row: &Row, finding: &mut Finding) {
        if let Some(column) = &finding.column {
            let name = shorten(self.file_column(row, column));
            finding.column = Some(name);
        }
    }

    fn map_row(&self, row: &Row, context: &Context<'_>, facts: &mut Facts, findings: &mut Vec<Finding>) -> Outcome {
        match (&self.target, facts) {
            (Target::Report(plan), Facts::Reports(reports)) => match plan.map(row, context, findings) {
                Some(report) => {
                    reports.push(report);
                    Outcome::Kept
                }
                None => Outcome::Rejected,
            },
            (Target::Counts(plans), Facts::Counts(counts)) => {
                let (before, faults) = (counts.len(), findings.len());
                for plan in plans.iter().filter(|plan| plan.keeps(row)) {
                    plan.map(row, context, counts, findings);
                }
                if findings.len() > faults {
                    counts.truncate(before);
                    Outcome::Rejected
                } else if counts.len() > before {
                    Outcome::Kept
                } else {
                    Outcome::Skipped
                }
            }
            // Facts of the other kind: the caller did not ask this plan for its container.
            _ => Outcome::Skipped,
        }
    }

    /// One empty tally for each control of rows that the declaration names.
    pub fn tallies(&self) -> Vec<RowTally> {
        self.controls.iter().map(RowControl::tally).collect()
    }

    /// Shows a row, as it is written, to the controls of rows. `tallies` comes from [`Plan::tallies`].
    pub fn control(&self, row: &Row, tallies: &mut [RowTally]) {
        if self.controls.is_empty() {
            return;
        }
        let is_total = self.totals.any(row);
        for (control, tally) in self.controls.iter().zip(tallies) {
            control.see(row, is_total, tally);
        }
    }

    fn lists(&self) -> Vec<&str> {
        match &self.target {
            Target::Report(plan) => plan.lists(),
            Target::Counts(plans) => plans.iter().flat_map(CountPlan::lists).collect(),
        }
    }
}
