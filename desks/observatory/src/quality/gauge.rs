//! What is measured of a delivery while its rows pass: counters, days, cells. Memory does not grow with the file, but with what it
//! tells apart, and that is bounded.

use super::cells::{Cells, MOST, Names};
use super::controls::departments;
use super::differences::ReportKey;
use super::sheet::{Completeness, Delay, FieldShare, FindingLine, Listed, RuleLine, Timeliness, Validity};
use beffroi_model::{Grain, Period, PublishedCount, Report, Territory, TerritoryKind};
use beffroi_tabular::{Declaration, Finding, Rhythm, RowTally};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Findings and missing things kept by name.
const KEPT: usize = 100;

/// Columns told apart among findings.
const RULES: usize = 500;

/// What is measured of a delivery.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    pub(crate) of_reports: bool,
    pub(crate) tallies: Vec<RowTally>,
    /// The figures of the file, when they are counts.
    pub(crate) cells: Cells,
    /// Reports of the file by month, territory and category; filled by [`Gauge::seal`].
    pub(crate) file: BTreeMap<ReportKey, u64>,
    /// Of these, those that were not known before.
    pub(crate) fresh: BTreeMap<ReportKey, u64>,
    names: Names,
    groups: HashMap<(Period, u32, u32), (u64, u64)>,
    fields: Vec<(&'static str, u64)>,
    n_rows: u64,
    days: Option<(Date, Date)>,
    to_report: BTreeMap<i64, u64>,
    to_delivery: BTreeMap<i64, u64>,
    delivered: Option<Date>,
    rules: BTreeMap<(&'static str, Option<String>, bool), u64>,
    findings: Listed<FindingLine>,
}

impl Gauge {
    /// Measures a file of that source, delivered on that day.
    pub(crate) fn new(declaration: &Declaration, tallies: Vec<RowTally>, delivered: Date) -> Self {
        let fields = match &declaration.report {
            Some(report) => {
                let mapped = [
                    ("occurred_on", report.occurred_on.is_some()),
                    ("territory", report.territory.is_some()),
                    ("category", report.category.is_some()),
                    ("phenomenon", report.phenomenon.is_some()),
                    ("victim_kind", report.victim_kind.is_some()),
                    ("sector", report.sector.is_some()),
                    ("subject", report.subject.is_some()),
                    ("loss_eur", report.loss_eur.is_some()),
                    ("observables", !report.observables.is_empty()),
                ];
                mapped.into_iter().filter(|(_, is_mapped)| *is_mapped).map(|(name, _)| (name, 0)).collect()
            }
            None => {
                let category = declaration.counts.iter().any(|count| count.category.is_some());
                let population = declaration.counts.iter().any(|count| count.population.is_some());
                let mapped = [("category", category), ("population", population)];
                mapped.into_iter().filter(|(_, is_mapped)| *is_mapped).map(|(name, _)| (name, 0)).collect()
            }
        };
        let of_reports = declaration.report.is_some();
        Self { of_reports, tallies, fields, delivered: Some(delivered), ..Self::default() }
    }

    /// A report that read well, known already or not.
    pub(crate) fn report(&mut self, report: &Report) {
        self.n_rows += 1;
        for (name, n) in &mut self.fields {
            let has = match *name {
                "occurred_on" => report.occurred_on.is_some(),
                "territory" => report.territory.kind() != TerritoryKind::NotLocated,
                "category" => report.category.is_some(),
                "phenomenon" => report.phenomenon.is_some(),
                "victim_kind" => report.victim_kind.is_some(),
                "sector" => report.sector.is_some(),
                "subject" => report.subject.is_some(),
                "loss_eur" => report.loss_cents.is_some(),
                _ => !report.observables.is_empty(),
            };
            *n += u64::from(has);
        }
        let on = report.reported_on;
        self.span(on, on);
        if let Some(occurred) = report.occurred_on {
            *self.to_report.entry(days(occurred, on)).or_default() += 1;
        }
        self.delivered_after(on);
        if let Some(group) = self.group(report) {
            group.0 += 1;
        }
    }

    /// A report that lands.
    pub(crate) fn fresh(&mut self, report: &Report) {
        if let Some(group) = self.group(report) {
            group.1 += 1;
        }
    }

    fn group(&mut self, report: &Report) -> Option<&mut (u64, u64)> {
        if self.groups.len() >= MOST {
            return None;
        }
        let territory = self.names.number(report.territory.code());
        let category = self.names.number(report.category.as_deref().unwrap_or_default());
        Some(
            self.groups.entry((Period::containing(report.reported_on, Grain::Month), territory, category)).or_default(),
        )
    }

    /// A count that read well, known already or not.
    pub(crate) fn count(&mut self, count: &PublishedCount) {
        self.n_rows += 1;
        for (name, n) in &mut self.fields {
            let has = if *name == "category" { count.category.is_some() } else { count.population.is_some() };
            *n += u64::from(has);
        }
        self.span(count.period.start(), count.period.end());
        self.delivered_after(count.period.end());
        self.cells.add(count);
    }

    /// Something that does not fit.
    pub(crate) fn finding(&mut self, finding: &Finding) {
        let key = (finding.rule.code(), finding.column.clone(), finding.rejected);
        if self.rules.len() < RULES || self.rules.contains_key(&key) {
            *self.rules.entry(key).or_default() += 1;
        }
        self.findings.n += 1;
        if self.findings.first.len() < KEPT {
            self.findings.first.push(FindingLine {
                line: finding.line,
                column: finding.column.clone(),
                rule: finding.rule.code().to_owned(),
                reason: finding.message.clone(),
                rejected: finding.rejected,
            });
        }
    }

    /// Puts in order what was measured, once the file is read.
    pub(crate) fn seal(&mut self) {
        self.cells.seal();
        for ((month, territory, category), (n, n_fresh)) in self.groups.drain() {
            let key = || (month, self.names.text(territory).to_owned(), self.names.text(category).to_owned());
            self.file.insert(key(), n);
            if n_fresh > 0 {
                self.fresh.insert(key(), n_fresh);
            }
        }
    }

    fn span(&mut self, first: Date, last: Date) {
        let (from, to) = self.days.unwrap_or((first, last));
        self.days = Some((from.min(first), to.max(last)));
    }

    fn delivered_after(&mut self, day: Date) {
        if let Some(delivered) = self.delivered {
            *self.to_delivery.entry(days(day, delivered)).or_default() += 1;
        }
    }

    /// First and last day of what the file covers.
    pub(crate) fn days(&self) -> Option<(Date, Date)> {
        self.days
    }

    pub(crate) fn completeness(&self) -> Completeness {
        let mut months: BTreeSet<Period> = self.file.keys().map(|key| key.0).collect();
        let mut there: BTreeSet<&str> = self.file.keys().map(|key| key.1.as_str()).collect();
        for cell in &self.cells.cells {
            if cell.key.period.grain() <= Grain::Month {
                months.insert(Period::containing(cell.key.period.start(), Grain::Month));
            }
            there.insert(self.cells.names.text(cell.key.territory));
        }
        let span = months.first().zip(months.last());
        let missing_months: Vec<String> = span
            .into_iter()
            .flat_map(|(first, last)| first.through(*last))
            .filter(|month| !months.contains(month))
            .map(|month| month.to_string())
            .collect();
        let all = departments();
        let n_departments = all.iter().filter(|code| there.contains(code.as_str())).count() as u64;
        let missing = all.into_iter().filter(|code| n_departments > 0 && !there.contains(code.as_str()));
        let of_reports = self.file.iter().filter(|(key, _)| key.1 == Territory::NOT_LOCATED).map(|(_, n)| n).sum();
        let not_located = self.cells.names.known(Territory::NOT_LOCATED);
        let of_counts = self.cells.cells.iter().filter(|cell| Some(cell.key.territory) == not_located).count() as u64;
        Completeness {
            n_rows: self.n_rows,
            fields: self.fields.iter().map(|(name, n)| FieldShare { field: (*name).to_owned(), n: *n }).collect(),
            first: self.days.map(|(first, _)| first),
            last: self.days.map(|(_, last)| last),
            n_months: months.len() as u64,
            missing_months: Listed::of(missing_months, KEPT),
            n_departments,
            missing_departments: Listed::of(missing.collect(), KEPT),
            n_not_located: if self.of_reports { of_reports } else { of_counts },
        }
    }

    pub(crate) fn validity(&self) -> Validity {
        let line = |((rule, column, rejected), n): (&(&'static str, Option<String>, bool), &u64)| RuleLine {
            rule: (*rule).to_owned(),
            column: column.clone(),
            rejected: *rejected,
            n: *n,
        };
        let mut rules: Vec<RuleLine> = self.rules.iter().map(line).collect();
        rules.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| (&a.rule, &a.column).cmp(&(&b.rule, &b.column))));
        Validity { rules, findings: self.findings.clone() }
    }

    pub(crate) fn timeliness(&self, rhythm: &Rhythm) -> Timeliness {
        let due = rhythm.every.zip(self.days).map(|(every, (_, last))| {
            let end = Period::containing(last, every).end();
            end.saturating_add(jiff::Span::new().days(i64::from(rhythm.within_days)))
        });
        let days_late = due.zip(self.delivered).map(|(due, delivered)| days(due, delivered).max(0));
        Timeliness { facts_to_report: delay(&self.to_report), to_delivery: delay(&self.to_delivery), due, days_late }
    }
}

fn days(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

fn delay(days: &BTreeMap<i64, u64>) -> Option<Delay> {
    let n: u64 = days.values().sum();
    let at = |rank: u64| {
        let mut passed = 0;
        days.iter().find(|(_, n)| {
            passed += **n;
            passed >= rank
        })
    };
    let (median, ninth) = (at(n.div_ceil(2))?, at((n * 9).div_ceil(10))?);
    Some(Delay { n, median: *median.0, ninth_decile: *ninth.0 })
}
