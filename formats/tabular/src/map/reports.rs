//! A row to a report.

use super::field::{Misfit, Reading, needed};
use super::filter::Filter;
use super::plan::{Columns, Context};
use crate::declaration::{Declaration, Field, ObservableMapping, ReportMapping};
use crate::finding::{Finding, Rule};
use crate::read::Row;
use beffroi_model::{
    Layer, Marking, Observable, ObservableKind, Report, ReportId, ReportKind, Role, SourceId, Territory, Text,
};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Most observables of one report.
const OBSERVABLES: usize = 200;

/// The mapping of a row to a report.
pub(crate) struct ReportPlan {
    source: SourceId,
    layer: Layer,
    kind: ReportKind,
    unit: Text,
    marking: Marking,
    legal_basis: Text,
    synthetic: bool,
    id: Identifier,
    reported_on: Reading,
    occurred_on: Option<Reading>,
    territory: Option<Reading>,
    category: Option<Reading>,
    phenomenon: Option<Reading>,
    astad: Option<Reading>,
    victim_kind: Option<Reading>,
    sex: Option<Reading>,
    age_band: Option<Reading>,
    sector: Option<Reading>,
    size: Option<Reading>,
    subject: Option<Reading>,
    loss_eur: Option<Reading>,
    observables: Vec<ObservablePlan>,
}

enum Identifier {
    Given(Box<Reading>),
    Digest(Vec<usize>),
}

struct ObservablePlan {
    filter: Filter,
    column: usize,
    name: String,
    kind: ObservableKind,
    role: Role,
    split: Option<String>,
    required: bool,
}

impl ReportPlan {
    pub(crate) fn new(report: &ReportMapping, declaration: &Declaration, columns: &mut Columns) -> Self {
        let given = match &report.id {
            Some(field) if field.digest.is_empty() => {
                Some(Identifier::Given(Box::new(Reading::new(field, declaration, columns))))
            }
            Some(field) => Some(Identifier::Digest(field.digest.iter().map(|column| columns.index(column)).collect())),
            None => None,
        };
        let mut reading = |field: &Field| Reading::new(field, declaration, columns);
        let reported_on = reading(&report.reported_on);
        let mut maybe = |field: &Option<Field>| field.as_ref().map(&mut reading);
        let occurred_on = maybe(&report.occurred_on);
        let territory = maybe(&report.territory);
        let category = maybe(&report.category);
        let phenomenon = maybe(&report.phenomenon);
        let astad = maybe(&report.astad);
        let victim_kind = maybe(&report.victim_kind);
        let sex = maybe(&report.sex);
        let age_band = maybe(&report.age_band);
        let sector = maybe(&report.sector);
        let size = maybe(&report.size);
        let subject = maybe(&report.subject);
        let loss_eur = maybe(&report.loss_eur);
        let observables =
            report.observables.iter().map(|mapping| ObservablePlan::new(mapping, declaration, columns)).collect();
        // Without a number of the source's, the digest of all that the declaration reads.
        let id = given.unwrap_or_else(|| Identifier::Digest((0..columns.count()).collect()));
        Self {
            source: declaration.id.clone(),
            layer: declaration.layer,
            kind: report.kind,
            unit: declaration.unit.as_str().into(),
            marking: declaration.marking,
            legal_basis: declaration.legal_basis.as_str().into(),
            synthetic: declaration.synthetic,
            id,
            reported_on,
            occurred_on,
            territory,
            category,
            phenomenon,
            astad,
            victim_kind,
            sex,
            age_band,
            sector,
            size,
            subject,
            loss_eur,
            observables,
        }
    }

    pub(crate) fn lists(&self) -> Vec<&str> {
        [&self.territory, &self.category, &self.phenomenon, &self.age_band, &self.sector, &self.size, &self.subject]
            .into_iter()
            .flatten()
            .filter_map(Reading::list)
            .collect()
    }

    /// Its fields by name, for whoever explains a row.
    pub(super) fn readings(&self) -> impl Iterator<Item = (&'static str, &Reading)> {
        let id = match &self.id {
            Identifier::Given(reading) => Some(reading.as_ref()),
            Identifier::Digest(_) => None,
        };
        [
            ("id", id),
            ("reported_on", Some(&self.reported_on)),
            ("occurred_on", self.occurred_on.as_ref()),
            ("territory", self.territory.as_ref()),
            ("category", self.category.as_ref()),
            ("phenomenon", self.phenomenon.as_ref()),
            ("astad", self.astad.as_ref()),
            ("victim_kind", self.victim_kind.as_ref()),
            ("sector", self.sector.as_ref()),
            ("subject", self.subject.as_ref()),
            ("loss_eur", self.loss_eur.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, reading)| Some((name, reading?)))
    }

    /// The report, or nothing when the row is set aside. Every fault of the row is told, not the first only.
    pub(crate) fn map(&self, row: &Row, context: &Context<'_>, findings: &mut Vec<Finding>) -> Option<Report> {
        let mut faults = Faults { row, findings, rejected: false };

        let reported_on = faults.take(&self.reported_on, needed(self.reported_on.day(row, context)));
        let on = reported_on.unwrap_or(context.today);
        let id = match &self.id {
            Identifier::Given(reading) => {
                let message = "an identifier has 1 to 128 characters without blanks";
                faults.take(reading, needed(reading.parsed::<ReportId>(row, Rule::NotAnIdentifier, message)))
            }
            Identifier::Digest(columns) => digest(row, columns),
        };
        let occurred_on = faults.maybe(&self.occurred_on, |reading| {
            let day = reading.day(row, context)?;
            match (day, reported_on) {
                (Some(day), Some(reported)) if day > reported => Err(Misfit::new(
                    Rule::ImplausibleDate,
                    format!("the facts would come after their report, {reported}"),
                )),
                _ => Ok(day),
            }
        });
        let territory = faults.maybe(&self.territory, |reading| reading.territory(row, on, context));
        let category = faults.maybe(&self.category, |reading| reading.name(row, on, context));
        let phenomenon = faults.maybe(&self.phenomenon, |reading| reading.name(row, on, context));
        let astad = faults.maybe(&self.astad, |reading| reading.boolean(row));
        let victim_kind = faults.maybe(&self.victim_kind, |reading| {
            reading.parsed(row, Rule::UnknownCode, "no class of victim; expected individual, company or public")
        });
        let sex = faults.maybe(&self.sex, |reading| {
            reading.parsed(row, Rule::UnknownCode, "no class of sex; expected female or male")
        });
        let age_band = faults.maybe(&self.age_band, |reading| reading.name(row, on, context));
        let sector = faults.maybe(&self.sector, |reading| reading.name(row, on, context));
        let size = faults.maybe(&self.size, |reading| reading.name(row, on, context));
        let subject = faults.maybe(&self.subject, |reading| reading.name(row, on, context));
        let loss_cents = faults.maybe(&self.loss_eur, |reading| reading.cents(row));
        let observables = self.observables(row, &mut faults);

        if faults.rejected {
            return None;
        }
        Some(Report {
            id: id?,
            source: self.source.clone(),
            layer: self.layer,
            kind: self.kind,
            unit_of_count: self.unit.clone(),
            occurred_on,
            reported_on: reported_on?,
            territory: territory.unwrap_or_else(Territory::not_located),
            category,
            phenomenon,
            astad: astad.unwrap_or(false),
            victim_kind,
            sex,
            age_band,
            sector,
            size,
            subject,
            loss_cents,
            observables,
            marking: self.marking,
            legal_basis: self.legal_basis.clone(),
            synthetic: self.synthetic,
        })
    }

    /// The observables of a row by mapping: column, kind, role and values in their one written form.
    pub(super) fn observables_of<'a>(
        &'a self,
        row: &'a Row,
    ) -> impl Iterator<Item = (&'a str, ObservableKind, Role, Vec<String>)> {
        self.observables.iter().filter(|plan| plan.filter.keeps(row)).map(|plan| {
            let parts = row.values(plan.column).flat_map(|value| plan.parts(value));
            let values = parts.filter_map(|part| beffroi_observables::canonical(plan.kind, part).ok());
            (plan.name.as_str(), plan.kind, plan.role, values.take(OBSERVABLES).collect())
        })
    }

    fn observables(&self, row: &Row, faults: &mut Faults<'_>) -> Vec<Observable> {
        let mut all: Vec<Observable> = Vec::new();
        for plan in self.observables.iter().filter(|plan| plan.filter.keeps(row)) {
            let mut found = false;
            for value in row.values(plan.column) {
                for part in plan.parts(value) {
                    let part = part.trim();
                    if part.is_empty() {
                        continue;
                    }
                    found = true;
                    if all.len() >= OBSERVABLES {
                        let message = "more observables than a report holds; the others are left out";
                        faults.tell(&plan.name, Rule::NotAnObservable, message, "", false);
                        return all;
                    }
                    match beffroi_observables::canonical(plan.kind, part) {
                        Ok(value) => {
                            let observable = Observable { kind: plan.kind, role: plan.role, value };
                            if all.is_empty() {
                                // Most rows have one for each mapping at most.
                                all.reserve_exact(self.observables.len().min(OBSERVABLES));
                            }
                            if !all.contains(&observable) {
                                all.push(observable);
                            }
                        }
                        Err(error) => {
                            // A victim's own number or address is repeated nowhere.
                            let shown = if plan.role == Role::Victim { "…" } else { part };
                            let message = if plan.required {
                                error.to_string()
                            } else {
                                format!("{error}; the row lands without it")
                            };
                            faults.tell(&plan.name, Rule::NotAnObservable, message, shown, plan.required);
                        }
                    }
                }
            }
            if plan.required && !found {
                faults.tell(&plan.name, Rule::MissingValue, "the value is missing", "", true);
            }
        }
        all
    }
}

impl ObservablePlan {
    fn new(mapping: &ObservableMapping, declaration: &Declaration, columns: &mut Columns) -> Self {
        Self {
            filter: Filter::new(&mapping.conditions, &declaration.file, columns),
            column: columns.index(&mapping.from),
            name: mapping.from.clone(),
            kind: mapping.kind,
            role: mapping.role,
            split: mapping.split.clone(),
            required: mapping.required,
        }
    }

    /// The pieces of a value: as declared, else between NUL signs, which no sign but a JSON escape makes.
    fn parts<'t>(&'t self, value: &'t str) -> impl Iterator<Item = &'t str> {
        let (declared, plain) = match &self.split {
            Some(sign) => (Some(value.split(sign.as_str())), None),
            // One sign is looked for as a byte: a search for a text is made ready anew for each value.
            None => (None, Some(value.split('\0'))),
        };
        declared.into_iter().flatten().chain(plain.into_iter().flatten())
    }
}

/// The faults of one row.
struct Faults<'a> {
    row: &'a Row,
    findings: &'a mut Vec<Finding>,
    rejected: bool,
}

impl Faults<'_> {
    fn take<T>(&mut self, reading: &Reading, value: Result<T, Misfit>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(misfit) => {
                self.tell(&reading.column, misfit.rule, misfit.message, reading.raw(self.row), true);
                None
            }
        }
    }

    fn maybe<T>(
        &mut self,
        reading: &Option<Reading>,
        read: impl FnOnce(&Reading) -> Result<Option<T>, Misfit>,
    ) -> Option<T> {
        let reading = reading.as_ref()?;
        self.take(reading, read(reading)).flatten()
    }

    fn tell(&mut self, column: &str, rule: Rule, message: impl Into<String>, value: &str, rejects: bool) {
        let column = Some(column).filter(|column| !column.is_empty());
        let finding = Finding::new(self.row.line, column, rule, message, value);
        self.findings.push(Finding { rejected: rejects, ..finding });
        self.rejected |= rejects;
    }
}

/// The first half of the SHA-256 of the columns' values, each preceded by its length so that no two rows read alike.
fn digest(row: &Row, columns: &[usize]) -> Option<ReportId> {
    let mut hasher = Sha256::new();
    for &column in columns {
        for value in row.values(column) {
            hasher.update((value.len() as u64).to_le_bytes());
            hasher.update(value.as_bytes());
        }
        hasher.update(u64::MAX.to_le_bytes());
    }
    let mut text = String::with_capacity(32);
    for byte in hasher.finalize().iter().take(16) {
        let _ = write!(text, "{byte:02x}");
    }
    text.parse().ok()
}
