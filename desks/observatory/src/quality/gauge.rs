//! What is measured of a delivery while its rows pass: counters, days, cells. Memory does not grow with the file, but with what it
//! tells apart, and that is bounded.

use super::cells::{Cells, MOST, Names};
use super::controls::departments;
use super::differences::ReportKey;
use super::sheet::{Completeness, Delay, FieldShare, FindingLine, Listed, RuleLine, Timeliness, Validity};
use beffroi_model::{Grain, Period, PublishedCount, Report, Territory};
use beffroi_tabular::{Declaration, Finding, ReportMapping, Rhythm, RowTally};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// Findings and missing things kept by name.
const KEPT: usize = 100;

/// Columns told apart among findings.
const RULES: usize = 500;

/// Month, territory and category of a report.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group(u64);

/// The digest of a [`Group`], of which there are too few for anybody to make them meet on purpose.
#[derive(Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

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
    categories: Names,
    groups: HashMap<u64, (u64, u64), BuildHasherDefault<Mixed>>,
    fields: Vec<Share>,
    n_rows: u64,
    days: Option<(Date, Date)>,
    to_report: Days,
    to_delivery: Days,
    /// Day of the delivery, and its number.
    delivered: Option<(Date, i64)>,
    rules: BTreeMap<(&'static str, Option<String>, bool), u64>,
    findings: Listed<FindingLine>,
}

impl Gauge {
    /// Measures a file of that source, delivered on that day.
    pub(crate) fn new(declaration: &Declaration, tallies: Vec<RowTally>, delivered: Date) -> Self {
        let fields = match &declaration.report {
            Some(report) => of_report(report),
            None => {
                let category = declaration.counts.iter().any(|count| count.category.is_some());
                let population = declaration.counts.iter().any(|count| count.population.is_some());
                let mapped: [Mapped<PublishedCount>; 2] = [
                    (category, "category", |count| count.category.is_some()),
                    (population, "population", |count| count.population.is_some()),
                ];
                let mapped = mapped.into_iter().filter(|(is_mapped, ..)| *is_mapped);
                mapped.map(|(_, name, has)| Share { name, has: Has::Count(has), n: 0 }).collect()
            }
        };
        let of_reports = declaration.report.is_some();
        let delivered = Some((delivered, day_number(delivered)));
        Self { of_reports, tallies, fields, delivered, ..Self::default() }
    }

    /// A report that read well, known already or not: what it counts under ([`Gauge::counts`]).
    pub(crate) fn report(&mut self, report: &Report) -> Group {
        self.n_rows += 1;
        let has = has_fields(report);
        for share in &mut self.fields {
            if let Has::Report(field) = share.has {
                share.n += u64::from(has.get(field).copied().unwrap_or_default());
            }
        }
        let on = report.reported_on;
        self.span(on, on);
        // Every row asks for the number of its day: once.
        let number = day_number(on);
        if let Some(occurred) = report.occurred_on {
            self.to_report.add(if occurred == on { 0 } else { number - day_number(occurred) });
        }
        self.delivered_after(number);
        self.group(report)
    }

    /// A report of that group was known already, or lands.
    pub(crate) fn counts(&mut self, group: Group, lands: bool) {
        let group = match self.groups.len() < MOST {
            true => self.groups.entry(group.0).or_default(),
            false => match self.groups.get_mut(&group.0) {
                Some(group) => group,
                None => return,
            },
        };
        group.0 += 1;
        group.1 += u64::from(lands);
    }

    /// Month, territory and category in one number: every row asks for it.
    fn group(&mut self, report: &Report) -> Group {
        let on = report.reported_on;
        let month = u64::from(on.year().unsigned_abs()) * 12 + u64::from(on.month().unsigned_abs()) - 1;
        // A territory's code has three signs at most.
        let territory = report.territory.code().bytes().fold(0, |all, byte| all << 8 | u64::from(byte));
        let category = self.categories.number(report.category.as_deref().unwrap_or_default());
        Group(month << 44 | (territory & 0xff_ffff) << 20 | u64::from(category.min(0xf_ffff)))
    }

    /// A count that read well, known already or not.
    pub(crate) fn count(&mut self, count: &PublishedCount) {
        self.n_rows += 1;
        for share in &mut self.fields {
            if let Has::Count(has) = share.has {
                share.n += u64::from(has(count));
            }
        }
        self.span(count.period.start(), count.period.end());
        self.delivered_after(day_number(count.period.end()));
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
        for (group, (n, n_fresh)) in std::mem::take(&mut self.groups) {
            let Some(key) = self.key(group) else { continue };
            if n_fresh > 0 {
                self.fresh.insert(key.clone(), n_fresh);
            }
            self.file.insert(key, n);
        }
    }

    /// What [`Gauge::group`] made one number of.
    fn key(&self, group: u64) -> Option<ReportKey> {
        let month = group >> 44;
        let (year, month) = (i16::try_from(month / 12).ok()?, i8::try_from(month % 12 + 1).ok()?);
        let month = Period::containing(Date::new(year, month, 1).ok()?, Grain::Month);
        let bytes = [group >> 36, group >> 28, group >> 20].map(|byte| (byte & 0xff) as u8);
        let territory = bytes.into_iter().filter(|byte| *byte != 0).map(char::from).collect();
        let category = u32::try_from(group & 0xf_ffff).ok()?;
        Some((month, territory, self.categories.text(category).to_owned()))
    }

    fn span(&mut self, first: Date, last: Date) {
        let (from, to) = self.days.unwrap_or((first, last));
        self.days = Some((from.min(first), to.max(last)));
    }

    fn delivered_after(&mut self, day: i64) {
        if let Some((_, delivered)) = self.delivered {
            self.to_delivery.add(delivered - day);
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
            fields: self.fields.iter().map(|share| FieldShare { field: share.name.to_owned(), n: share.n }).collect(),
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
        let days_late = due.zip(self.delivered).map(|(due, (delivered, _))| days(due, delivered).max(0));
        Timeliness { facts_to_report: self.to_report.delay(), to_delivery: self.to_delivery.delay(), due, days_late }
    }
}

fn days(from: Date, to: Date) -> i64 {
    day_number(to) - day_number(from)
}

/// Days since a day long ago, by the calendar's own arithmetic (years begin in March, so that a leap day ends one; 400
/// years have 146 097 days): every row asks twice.
fn day_number(day: Date) -> i64 {
    let (year, month) = (i64::from(day.year()), i64::from(day.month()));
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * month + 2) / 5 + i64::from(day.day())
}

/// Whether the declaration maps a field, its name, and whether a fact has it.
type Mapped<T> = (bool, &'static str, fn(&T) -> bool);

/// The fields of a report that are counted.
const N_FIELDS: usize = 9;

/// The mapped fields of a report, by their places in [`has_fields`].
fn of_report(report: &ReportMapping) -> Vec<Share> {
    let mapped: [(bool, &'static str); N_FIELDS] = [
        (report.occurred_on.is_some(), "occurred_on"),
        (report.territory.is_some(), "territory"),
        (report.category.is_some(), "category"),
        (report.phenomenon.is_some(), "phenomenon"),
        (report.victim_kind.is_some(), "victim_kind"),
        (report.sector.is_some(), "sector"),
        (report.subject.is_some(), "subject"),
        (report.loss_eur.is_some(), "loss_eur"),
        (!report.observables.is_empty(), "observables"),
    ];
    let mapped = mapped.into_iter().enumerate().filter(|(_, (is_mapped, _))| *is_mapped);
    mapped.map(|(field, (_, name))| Share { name, has: Has::Report(field), n: 0 }).collect()
}

/// Which of these fields a report has.
fn has_fields(report: &Report) -> [bool; N_FIELDS] {
    [
        report.occurred_on.is_some(),
        report.territory.code() != Territory::NOT_LOCATED,
        report.category.is_some(),
        report.phenomenon.is_some(),
        report.victim_kind.is_some(),
        report.sector.is_some(),
        report.subject.is_some(),
        report.loss_cents.is_some(),
        !report.observables.is_empty(),
    ]
}

/// How many rows have a field.
#[derive(Debug)]
struct Share {
    name: &'static str,
    has: Has,
    n: u64,
}

#[derive(Debug, Clone, Copy)]
enum Has {
    /// The place of the field among [`has_fields`].
    Report(usize),
    Count(fn(&PublishedCount) -> bool),
}

/// Numbers of days, most of them small.
#[derive(Debug, Default)]
struct Days {
    near: Vec<u64>,
    far: BTreeMap<i64, u64>,
}

/// Days counted one by one without a search.
const NEAR: usize = 2_048;

impl Days {
    fn add(&mut self, days: i64) {
        match usize::try_from(days).ok().filter(|days| *days < NEAR) {
            Some(days) => {
                if self.near.len() <= days {
                    self.near.resize(days + 1, 0);
                }
                if let Some(n) = self.near.get_mut(days) {
                    *n += 1;
                }
            }
            None => *self.far.entry(days).or_default() += 1,
        }
    }

    fn delay(&self) -> Option<Delay> {
        let near = self.near.iter().zip(0..).map(|(n, days)| (days, *n)).filter(|(_, n)| *n > 0);
        let days: BTreeMap<i64, u64> = near.chain(self.far.iter().map(|(days, n)| (*days, *n))).collect();
        let n: u64 = days.values().sum();
        let at = |rank: u64| {
            let mut passed = 0;
            let found = days.iter().find(|(_, n)| {
                passed += **n;
                passed >= rank
            });
            found.map(|(days, _)| *days)
        };
        Some(Delay { n, median: at(n.div_ceil(2).max(1))?, ninth_decile: at((n * 9).div_ceil(10).max(1))? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> impl Strategy<Value = Date> {
        (-9999_i16..=9999, 1_i8..=12, 1_i8..=31)
            .prop_filter_map("no day", |(year, month, day)| Date::new(year, month, day).ok())
    }

    proptest! {
        #[test]
        fn days_are_those_of_the_calendar(from in day(), to in day()) {
            prop_assert_eq!(days(from, to), from.duration_until(to).as_hours() / 24);
        }
    }
}
