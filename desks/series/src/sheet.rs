//! What a series is: its size, span, places and evidence; how it is stored and how it is shown.

use crate::SeriesError;
use beffroi_linkage::series_digest;
use beffroi_model::{
    Grain, Marking, ObservableKind, Pap, Period, Report, ReportId, SeriesId, SourceId, Territory, Tlp,
};
use beffroi_rights::{Kind, Object, Scope, State, World};
use beffroi_store::{By, SeriesRow, Store};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The members whose identifiers a series keeps; beyond, they are only counted.
const MEMBERS_KEPT: usize = 10_000;

/// A report of a series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    /// Day of report.
    pub reported_on: Date,
    /// Its source.
    pub source: SourceId,
    /// Its identifier within the source.
    pub report: ReportId,
}

/// An observable that holds a series together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// What it is.
    pub kind: ObservableKind,
    /// Its value: canonical in the register, defanged in a [`SeriesSheet`].
    pub value: String,
    /// How many reports of the series hold it.
    pub degree: u64,
}

/// The details of a series as the register keeps them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesContent {
    /// The members, earliest first; the first ten thousand.
    pub members: Vec<Member>,
    /// Members by territory code.
    pub by_department: BTreeMap<String, u64>,
    /// Members by phenomenon; the empty text for those without.
    pub by_phenomenon: BTreeMap<String, u64>,
    /// Members by ISO week of report.
    pub by_week: BTreeMap<String, u64>,
    /// Members by source.
    pub by_source: BTreeMap<String, u64>,
    /// Members whose loss is known.
    pub loss_known: u64,
    /// The most restrictive marking of the members.
    pub marking: Marking,
    /// What links them, the most shared first.
    pub evidence: Vec<EvidenceLine>,
}

/// A series being gathered, report after report.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    members: Vec<Member>,
    by_department: BTreeMap<String, u64>,
    by_phenomenon: BTreeMap<String, u64>,
    by_week: BTreeMap<String, u64>,
    by_source: BTreeMap<String, u64>,
    loss_cents: i64,
    loss_known: u64,
    marking: Option<Marking>,
    synthetic: bool,
}

impl Gathering {
    pub(crate) fn add(&mut self, report: &Report) {
        self.members.push(Member {
            reported_on: report.reported_on,
            source: report.source.clone(),
            report: report.id.clone(),
        });
        let one = |counts: &mut BTreeMap<String, u64>, key: String| *counts.entry(key).or_default() += 1;
        one(&mut self.by_department, report.territory.code().to_owned());
        one(&mut self.by_phenomenon, report.phenomenon.as_deref().unwrap_or_default().to_owned());
        one(&mut self.by_week, Period::containing(report.reported_on, Grain::Week).to_string());
        one(&mut self.by_source, report.source.to_string());
        if let Some(loss) = report.loss_cents {
            self.loss_cents = self.loss_cents.saturating_add(loss);
            self.loss_known += 1;
        }
        self.marking = Some(self.marking.map_or(report.marking, |marking| marking.merge(report.marking)));
        self.synthetic |= report.synthetic;
    }

    /// The row of the register; none for a gathering of nothing.
    pub(crate) fn into_row(mut self, evidence: Vec<EvidenceLine>) -> Option<SeriesRow> {
        self.members.sort();
        let first = self.members.first()?;
        let id = format!("SER-{}", series_digest(first.source.as_str(), first.report.as_str())).parse().ok()?;
        let (size, first_on) = (self.members.len() as u64, first.reported_on);
        let last_on = self.members.last().map_or(first_on, |member| member.reported_on);
        // The most frequent phenomenon; the first in alphabetical order on a tie.
        let mut main: Option<(&String, u64)> = None;
        for (phenomenon, n) in self.by_phenomenon.iter().filter(|(phenomenon, _)| !phenomenon.is_empty()) {
            if main.is_none_or(|(_, most)| *n > most) {
                main = Some((phenomenon, *n));
            }
        }
        let phenomenon = main.map(|(phenomenon, _)| phenomenon.clone());
        let n_departments = self.by_department.keys().filter(|code| *code != "NL" && *code != "ETR").count() as u64;
        self.members.truncate(MEMBERS_KEPT);
        let content = SeriesContent {
            members: self.members,
            by_department: self.by_department,
            by_phenomenon: self.by_phenomenon,
            by_week: self.by_week,
            by_source: self.by_source,
            loss_known: self.loss_known,
            marking: self.marking.unwrap_or_default(),
            evidence,
        };
        Some(SeriesRow {
            id,
            size,
            first_on,
            last_on,
            phenomenon,
            loss_cents: self.loss_cents,
            n_departments,
            synthetic: self.synthetic,
            content: serde_json::to_value(content).unwrap_or_default(),
        })
    }
}

/// A series in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesLine {
    /// Its identifier.
    pub id: SeriesId,
    /// Reports in it.
    pub size: u64,
    /// Day of its first report.
    pub first_on: Date,
    /// Day of its last report.
    pub last_on: Date,
    /// The phenomenon most of its reports carry.
    pub phenomenon: Option<String>,
    /// Sum of the known losses, in euro cents.
    pub loss_cents: i64,
    /// Departments its reports come from, "not located" and "abroad" aside.
    pub n_departments: u64,
    /// Whether some of its reports were made by a generator.
    pub synthetic: bool,
}

/// A series with its details: counts and evidence, no identifier of a report and nothing of a victim.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesSheet {
    /// What the list says of it.
    #[serde(flatten)]
    pub line: SeriesLine,
    /// Members by territory code.
    pub by_department: BTreeMap<String, u64>,
    /// Members by phenomenon; the empty text for those without.
    pub by_phenomenon: BTreeMap<String, u64>,
    /// Members by ISO week of report.
    pub by_week: BTreeMap<String, u64>,
    /// Members by source.
    pub by_source: BTreeMap<String, u64>,
    /// Members whose loss is known.
    pub loss_known: u64,
    /// To whom it may go.
    pub tlp: Tlp,
    /// What may be done with it.
    pub pap: Pap,
    /// What links the members, defanged, the most shared first. Through a scope, what leads to one person is masked.
    pub evidence: Vec<EvidenceLine>,
}

/// What the sheet of a series keeps back: for whoever two persons agreed to show it to.
#[derive(Debug, Clone, PartialEq)]
pub struct RevealedSeries {
    /// What links the members, whole and defanged, the most shared first.
    pub evidence: Vec<EvidenceLine>,
    /// The members, earliest first; the first ten thousand.
    pub members: Vec<Member>,
    /// How many there are.
    pub n_members: u64,
    /// To whom it may go.
    pub marking: Marking,
    /// Whether some of the reports were made by a generator.
    pub synthetic: bool,
}

impl From<&SeriesRow> for SeriesLine {
    fn from(row: &SeriesRow) -> Self {
        Self {
            id: row.id.clone(),
            size: row.size,
            first_on: row.first_on,
            last_on: row.last_on,
            phenomenon: row.phenomenon.clone(),
            loss_cents: row.loss_cents,
            n_departments: row.n_departments,
            synthetic: row.synthetic,
        }
    }
}

impl SeriesSheet {
    fn of(row: &SeriesRow, shown: fn(EvidenceLine) -> EvidenceLine) -> Result<Self, SeriesError> {
        let content = content(row)?;
        Ok(Self {
            line: row.into(),
            by_department: content.by_department,
            by_phenomenon: content.by_phenomenon,
            by_week: content.by_week,
            by_source: content.by_source,
            loss_known: content.loss_known,
            tlp: content.marking.tlp,
            pap: content.marking.pap,
            evidence: content.evidence.into_iter().map(shown).collect(),
        })
    }
}

fn content(row: &SeriesRow) -> Result<SeriesContent, SeriesError> {
    let wrong = |e: serde_json::Error| SeriesError::Content { id: row.id.to_string(), reason: e.to_string() };
    serde_json::from_value(row.content.clone()).map_err(wrong)
}

fn defanged(line: EvidenceLine) -> EvidenceLine {
    EvidenceLine { value: beffroi_observables::defang(line.kind, &line.value), ..line }
}

fn masked(line: EvidenceLine) -> EvidenceLine {
    defanged(EvidenceLine { value: beffroi_observables::mask(line.kind, &line.value), ..line })
}

/// Series from the `offset`-th on, the largest first, whoever asks: for the machine's own work.
///
/// # Errors
/// The store's.
pub async fn list(store: &Store, limit: u64, offset: u64) -> Result<Vec<SeriesLine>, SeriesError> {
    Ok(store.series_list(limit, offset).await?.iter().map(SeriesLine::from).collect())
}

/// A series with its details, whoever asks: for the machine's own work; none when there is no such series.
///
/// # Errors
/// The store's; [`SeriesError::Content`] when its details do not read.
pub async fn show(store: &Store, id: &SeriesId) -> Result<Option<SeriesSheet>, SeriesError> {
    store.series_fetch(id).await?.map(|row| SeriesSheet::of(&row, defanged)).transpose()
}

/// The series that `scope` lets see, in the order of [`list`].
///
/// # Errors
/// As [`list`].
pub async fn visible(store: &Store, scope: &Scope, limit: u64, offset: u64) -> Result<Vec<SeriesLine>, SeriesError> {
    Ok(store.series_visible(scope, limit, offset).await?.iter().map(SeriesLine::from).collect())
}

/// One series through `scope`, with the facts by which its purpose is asked; nothing both when there is none and when it
/// is not in the scope.
///
/// # Errors
/// As [`show`].
pub async fn get(store: &Store, scope: &Scope, id: &SeriesId) -> Result<Option<(SeriesSheet, Object)>, SeriesError> {
    let Some(found) = store.series_get(scope, id).await? else { return Ok(None) };
    let held = found.into_inner();
    Ok(Some((SeriesSheet::of(&held.row, masked)?, held.object)))
}

/// What the sheet of one series keeps back, through `scope`: for a reveal that two persons agreed on, once it is
/// journalled.
///
/// # Errors
/// As [`show`].
pub async fn revealed(store: &Store, scope: &Scope, id: &SeriesId) -> Result<Option<RevealedSeries>, SeriesError> {
    let Some(found) = store.series_get(scope, id).await? else { return Ok(None) };
    let row = found.into_inner().row;
    let content = content(&row)?;
    Ok(Some(RevealedSeries {
        evidence: content.evidence.into_iter().map(defanged).collect(),
        members: content.members,
        n_members: row.size,
        marking: content.marking,
        synthetic: row.synthetic,
    }))
}

/// The facts on which rights to a series depend. Its evidence is about persons: who reads it says why.
pub(crate) fn guard(row: &SeriesRow, by: &By) -> Result<Object, SeriesError> {
    let wrong = |reason: String| SeriesError::Content { id: row.id.to_string(), reason };
    let id = row.id.as_str().parse().map_err(|error| wrong(format!("{error}")))?;
    let content = content(row)?;
    let mut object = Object::new(id, Kind::Series, World::Coordination, by.service.clone(), Territory::france());
    object.marking = content.marking;
    object.state = State::Submitted;
    object.personal = true;
    Ok(object)
}
