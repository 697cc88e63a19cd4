//! What became of published figures, and what was known when.

use super::publication::{Printed, Publication, PublicationError};
use super::{Card, Catalogue, Figures, IndicatorError, Request, published};
use beffroi_indicators::{CodeListVersion, Computation};
use beffroi_model::SourceId;
use beffroi_ports::{CountsQuery, Facts};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Columns of a triangle, when nobody says which days.
const COLUMNS: usize = 12;

/// Why a published figure is another one today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Rows were erased: their term had come, or somebody asked.
    Erasure,
    /// A code list has another version.
    CodeList,
    /// The program computes otherwise.
    Program,
    /// The publisher gave a new vintage.
    Vintage,
    /// The publisher moved counts from one class to another, the whole staying as it was.
    Requalification,
    /// Reports came in late.
    LateReports,
    /// The indicator has another definition.
    Definition,
}

impl Reason {
    /// Its code, in files and keys of wording.
    pub fn code(self) -> &'static str {
        match self {
            Self::Erasure => "erasure",
            Self::CodeList => "code-list",
            Self::Program => "program",
            Self::Vintage => "vintage",
            Self::Requalification => "requalification",
            Self::LateReports => "late-reports",
            Self::Definition => "definition",
        }
    }
}

/// One published figure and what it is today.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Revision {
    /// Its keys.
    pub keys: Vec<Option<String>>,
    /// The value as printed; none when it was secret or not available.
    pub printed: Option<f64>,
    /// The value today; none when it is secret, not available, or withheld.
    pub today: Option<f64>,
    /// What lies between, in order; their sum is the difference.
    pub steps: Vec<(Reason, f64)>,
    /// Today's value is kept back: beside the printed one it would tell about fewer units than the threshold.
    pub withheld: bool,
}

/// What became of a publication.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Revisions {
    /// Its reference.
    pub reference: String,
    /// The snapshot it was made of.
    pub snapshot: u64,
    /// The snapshot of today.
    pub latest: u64,
    /// Its definition.
    pub definition: String,
    /// The definition of today.
    pub definition_today: String,
    /// The figures, the published ones first.
    pub rows: Vec<Revision>,
}

/// Follows published figures to what they are today: computed again from their own snapshot, then from the latest one
/// under their own definition, then under the definition of today. Each step has its reason.
///
/// # Errors
/// [`PublicationError`] when they cannot be computed.
pub async fn revisions(
    facts: &dyn Facts,
    of: &Publication,
    now: Timestamp,
    program_version: &str,
) -> Result<Revisions, PublicationError> {
    let code = of.certificate.indicator.as_str();
    let catalogue = Catalogue::builtin();
    let card = catalogue.card(code)?;
    let asked = of.asked.request()?;
    let run = async |request: Request| published(facts, code, &request, now, program_version).await;
    let same = run(Request { snapshot: Some(of.certificate.snapshot).filter(|n| *n > 0), ..asked.clone() }).await?;
    let grown = run(Request { known_on: None, ..asked.clone() }).await?;
    // A publisher's own definition stays what was asked for; a card's gives way to the card of today.
    let is_of_card = catalogue
        .versions(code)?
        .iter()
        .any(|card| asked.definition.as_deref() == Some(card.definition_version.as_str()));
    let definition = asked.definition.clone().filter(|_| !is_of_card);
    let today = run(Request { known_on: None, definition, ..asked.clone() }).await?;

    let first = first_reason(facts, of, &same).await?;
    let second = |keys: &[Option<String>]| match card.computation {
        Computation::Counts { .. } if is_moved(of, &grown, keys) => Reason::Requalification,
        Computation::Counts { .. } => Reason::Vintage,
        _ => Reason::LateReports,
    };
    let printed: BTreeMap<&Vec<Option<String>>, &Printed> = of.figures.iter().map(|row| (&row.keys, row)).collect();
    let mut keys: BTreeSet<&Vec<Option<String>>> = printed.keys().copied().collect();
    keys.extend(today.rows.iter().map(|row| &row.keys));
    let threshold = f64::from(of.certificate.disclosure_threshold.max(today.certificate.disclosure_threshold));
    let row = |keys: &Vec<Option<String>>| {
        let at = |figures: &Figures| figures.rows.iter().find(|row| row.keys == *keys).cloned();
        let before = printed.get(keys);
        let (value, last) = (before.and_then(|row| row.number()), at(&today));
        let units = last.as_ref().and_then(|row| row.contributors).zip(before.and_then(|row| row.units()));
        let withheld = units.is_some_and(|(after, before)| is_telling(after - before, threshold));
        let chain = [(first, at(&same)), (second(keys), at(&grown)), (Reason::Definition, last.clone())];
        let mut steps = Vec::new();
        let mut from = value;
        for (reason, figure) in chain {
            let to = figure.and_then(|figure| figure.value);
            if let Some(delta) = to.zip(from).map(|(to, from)| to - from).filter(|delta| *delta != 0.0) {
                steps.push((reason, delta));
            }
            from = to;
        }
        Revision {
            keys: keys.clone(),
            printed: value,
            today: last.and_then(|row| row.value).filter(|_| !withheld),
            steps: if withheld { Vec::new() } else { steps },
            withheld,
        }
    };
    Ok(Revisions {
        reference: of.reference.clone(),
        snapshot: of.certificate.snapshot,
        latest: today.certificate.snapshot,
        definition: of.certificate.definition_version.clone(),
        definition_today: today.certificate.definition_version.clone(),
        rows: keys.into_iter().map(row).collect(),
    })
}

/// A difference of fewer units than the threshold tells about them as a small figure does.
fn is_telling(difference: f64, threshold: f64) -> bool {
    difference != 0.0 && difference.abs() < threshold
}

/// Why figures made of the same snapshot under the same definition would differ.
async fn first_reason(facts: &dyn Facts, of: &Publication, again: &Figures) -> Result<Reason, PublicationError> {
    let erased = facts.erasures().await.map_err(IndicatorError::from)?;
    if erased.iter().any(|erased| erased.at >= of.frozen_at) {
        return Ok(Reason::Erasure);
    }
    let lists = |all: &[CodeListVersion]| all.iter().cloned().collect::<BTreeSet<_>>();
    let same = lists(&of.certificate.code_lists) == lists(&again.certificate.code_lists);
    Ok(if same { Reason::Program } else { Reason::CodeList })
}

/// Whether the figures of the same period moved among themselves: their sum is what it was.
fn is_moved(of: &Publication, grown: &Figures, keys: &[Option<String>]) -> bool {
    let time = grown.by.iter().position(|dimension| dimension.grain().is_some());
    let period = |keys: &[Option<String>]| time.and_then(|i| keys.get(i).cloned());
    if grown.by.len() < 2 || !grown.additive {
        return false;
    }
    let before: Option<f64> =
        of.figures.iter().filter(|row| period(&row.keys) == period(keys)).map(Printed::number).sum();
    let after: Option<f64> =
        grown.rows.iter().filter(|row| period(&row.keys) == period(keys)).map(|row| row.value).sum();
    before.is_some() && before == after
}

/// What was known of each period, day after day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Triangle {
    /// The indicator.
    pub indicator: String,
    /// The days as of which it was known, the columns.
    pub days: Vec<Date>,
    /// The rows: keys, and one cell a day.
    pub rows: Vec<(Vec<Option<String>>, Vec<Cell>)>,
}

/// One cell of a triangle.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cell {
    /// The value known on that day; none when it was not known, is secret, or is withheld.
    pub value: Option<f64>,
    /// Kept back: secret, or telling about few units beside the value of an earlier day.
    pub secret: bool,
}

/// The revision triangle of an indicator: its figures as they were known on each of `days`, or on the last days on which
/// something new was known when none is named. Each column is protected as a publication of that day, and a value that
/// differs from the one shown before by fewer units than the threshold is kept back.
///
/// # Errors
/// An [`IndicatorError`] that says why there is no figure.
pub async fn triangle(
    facts: &dyn Facts,
    code: &str,
    request: &Request,
    days: &[Date],
    now: Timestamp,
    program_version: &str,
) -> Result<Triangle, IndicatorError> {
    let catalogue = Catalogue::builtin();
    let card = catalogue.under(code, request.definition.as_deref())?;
    let mut days: BTreeSet<Date> = days.iter().copied().collect();
    if days.is_empty() {
        days = known_days(facts, card).await?;
    }
    let days: Vec<Date> = days.into_iter().rev().take(COLUMNS).rev().collect();
    let mut columns = Vec::new();
    for day in &days {
        let known = Request { known_on: Some(*day), ..request.clone() };
        columns.push(published(facts, code, &known, now, program_version).await?);
    }
    let keys: BTreeSet<&Vec<Option<String>>> =
        columns.iter().flat_map(|column| column.rows.iter().map(|row| &row.keys)).collect();
    let threshold = f64::from(card.disclosure_threshold);
    let row = |keys: &Vec<Option<String>>| {
        let mut shown: Option<f64> = None;
        let cell = |column: &Figures| {
            let Some(figure) = column.rows.iter().find(|row| row.keys == *keys) else {
                return Cell { value: None, secret: false };
            };
            let units = figure.contributors;
            let telling = units.zip(shown).is_some_and(|(now, before)| is_telling(now - before, threshold));
            if figure.status.is_hidden() || telling {
                return Cell { value: None, secret: true };
            }
            shown = units.or(shown);
            Cell { value: figure.value, secret: false }
        };
        (keys.clone(), columns.iter().map(cell).collect())
    };
    Ok(Triangle { indicator: code.to_owned(), rows: keys.into_iter().map(row).collect(), days })
}

/// The days on which something new was known: of deliveries for reports, of vintages for published counts.
async fn known_days(facts: &dyn Facts, card: &Card) -> Result<BTreeSet<Date>, IndicatorError> {
    let sources = || card.sources.iter().filter_map(|source| source.parse::<SourceId>().ok());
    if let Computation::Counts { series, whole, definition, .. } = &card.computation {
        let query = CountsQuery {
            sources: sources().collect(),
            series: series.iter().chain(whole).cloned().collect(),
            layer: Some(card.layer),
            definition_version: definition.clone(),
            ..CountsQuery::default()
        };
        return Ok(facts.counts(&query).await?.into_iter().map(|row| row.vintage).collect());
    }
    let of_card = |source: &SourceId| card.sources.is_empty() || sources().any(|own| own == *source);
    let snapshots = facts.snapshots().await?.into_iter();
    let of_reports = snapshots.filter(|s| s.table == "reports" && of_card(&s.delivery.source));
    Ok(of_reports.map(|s| s.delivery.day()).collect())
}
