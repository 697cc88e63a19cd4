//! Totals of one period among published counts: as published, and as their publisher's own parts make them.

use super::{Amount, Cause};
use beffroi_model::{Grain, Layer, Period, PublishedCount, SourceId, Territory, TerritoryKind, Tlp};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What a corrected series carries at the end of its name (French official statistics: seasonal variations, working days).
const CORRECTIONS: [&str; 3] = ["-cvs-cjo", "-cvs", "-cjo"];

/// The territory a total covers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// A territory as published: France, or metropolitan France.
    Whole(Territory),
    /// The sum of the territories that the source gives one by one, that many.
    Located(usize),
}

/// A total of one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// How many.
    pub value: Amount,
    /// Which instrument saw it.
    pub layer: Layer,
    /// The publisher's series, without its correction.
    pub series: String,
    /// The correction (`cvs-cjo`); none for a raw count.
    pub correction: Option<String>,
    /// The period counted.
    pub period: Period,
    /// The grain of the counts it is made of: that of the period, or a finer one whose counts were added.
    pub grain: Grain,
    /// What it covers.
    pub reach: Reach,
    /// What one unit is.
    pub unit: String,
    /// The publisher's definition.
    pub definition: String,
    /// The day at which the data stood.
    pub vintage: Date,
    /// Where it comes from.
    pub source: SourceId,
    /// To whom it may go.
    pub tlp: Tlp,
    /// Whether a generator made any of it.
    pub synthetic: bool,
}

impl Total {
    /// What tells the total apart from the others of its period, in a text that stays the same from one snapshot to the
    /// next.
    pub fn key(&self) -> String {
        let reach = match &self.reach {
            Reach::Whole(territory) => territory.code(),
            Reach::Located(_) => "located",
        };
        let correction = self.correction.as_deref().unwrap_or("raw");
        format!(
            "{}|{}|{correction}|{}|{}|{reach}|{}|{}|{}|{}",
            self.layer.code(),
            self.series,
            self.period,
            self.grain.code(),
            self.unit,
            self.definition,
            self.vintage,
            self.source
        )
    }

    /// In what two totals differ. The sum of the departments and the country of the same source, day and unit differ in
    /// what was not located, and in nothing else: the publisher's word for the definition of either changes nothing to
    /// that.
    pub(super) fn differs(&self, other: &Self) -> Vec<Cause> {
        let located = |t: &Self| matches!(t.reach, Reach::Located(_));
        let whole =
            |t: &Self| matches!(&t.reach, Reach::Whole(territory) if territory.kind() == TerritoryKind::Country);
        let same_origin = self.source == other.source && self.vintage == other.vintage;
        let parts = same_origin && ((located(self) && whole(other)) || (whole(self) && located(other)));
        let mut causes = Vec::new();
        if parts {
            causes.push(Cause::NotLocated);
        } else if located(self) != located(other) {
            causes.extend([Cause::Scope, Cause::NotLocated]);
        } else if self.reach != other.reach {
            causes.push(Cause::Scope);
        }
        let rest = [
            (Cause::Unit, self.unit != other.unit),
            (Cause::Definition, !parts && self.definition != other.definition),
            (Cause::Correction, self.correction != other.correction),
            (Cause::Vintage, self.vintage != other.vintage),
        ];
        causes.extend(rest.into_iter().filter(|(_, differs)| *differs).map(|(cause, _)| cause));
        causes
    }
}

/// Rows that may be added: one source, series, day, unit and definition.
type Alike<'a> = BTreeMap<(&'a SourceId, Layer, &'a str, &'a str, Date, &'a str), Vec<&'a PublishedCount>>;

/// The totals of `period` among `rows`, in the order of their keys: the country as published; the sum of the territories
/// of a source that gives the country too; the sum of its months or quarters, when all are there under one definition and
/// the whole is not published in that form.
pub fn totals(rows: &[PublishedCount], period: Period) -> Vec<Total> {
    let mut alike = Alike::new();
    let inside = |row: &&PublishedCount| row.period.start() >= period.start() && row.period.end() <= period.end();
    for row in rows.iter().filter(|row| row.category.is_none()).filter(inside) {
        let key = (
            &row.source,
            row.layer,
            row.series.as_str(),
            row.unit_of_count.as_str(),
            row.vintage,
            row.definition_version.as_str(),
        );
        alike.entry(key).or_default().push(row);
    }
    let mut found = Vec::new();
    for ((source, layer, series, unit, vintage, _), rows) in &alike {
        found.extend(
            rows.iter()
                .filter(|row| row.period == period && is_whole(row))
                .filter_map(|row| total(&[row], Reach::Whole(row.territory.clone()), period)),
        );
        let parts: Vec<&PublishedCount> =
            rows.iter().copied().filter(|row| row.period == period && is_part(row)).collect();
        // The country may stand under another definition of the same delivery: that is how its gap is known.
        let has_country = alike.iter().any(|((s, l, name, u, v, _), others)| {
            (s, l, name, u, v) == (source, layer, series, unit, vintage)
                && others.iter().any(|row| row.period == period && row.territory.kind() == TerritoryKind::Country)
        });
        if has_country && parts.len() > 1 && each_once(&parts) {
            found.extend(total(&parts, Reach::Located(parts.len()), period));
        }
        found.extend(sums_of_periods(rows, period));
    }
    found.sort_by_key(Total::key);
    found.dedup_by_key(|total| total.key());
    found
}

/// For each territory as a whole and each finer grain, the sum of its periods, when all of `period` is covered and
/// `period` itself is not published.
fn sums_of_periods(rows: &[&PublishedCount], period: Period) -> Vec<Total> {
    let mut by_grain: BTreeMap<(&Territory, Grain), Vec<&PublishedCount>> = BTreeMap::new();
    for row in rows.iter().filter(|row| is_whole(row)) {
        by_grain.entry((&row.territory, row.period.grain())).or_default().push(row);
    }
    let mut found = Vec::new();
    for ((territory, grain), rows) in &by_grain {
        let finer = *grain < period.grain() && matches!(grain, Grain::Month | Grain::Quarter);
        let last = Period::containing(period.end(), *grain);
        let wanted: Vec<Period> = Period::containing(period.start(), *grain).through(last).collect();
        let all = wanted.iter().all(|p| rows.iter().filter(|row| row.period == *p).count() == 1);
        if finer && all && rows.len() == wanted.len() && !by_grain.contains_key(&(*territory, period.grain())) {
            found.extend(total(rows, Reach::Whole((*territory).clone()), period));
        }
    }
    found
}

/// The sum of rows that are alike.
fn total(rows: &[&PublishedCount], reach: Reach, period: Period) -> Option<Total> {
    let first = rows.first()?;
    let sum = rows.iter().map(|row| row.value).sum::<f64>();
    let corrected = CORRECTIONS.into_iter().find_map(|end| Some((first.series.strip_suffix(end)?, end)));
    let (series, correction) = match corrected {
        Some((series, end)) => (series, Some(end.trim_start_matches('-').to_owned())),
        None => (first.series.as_str(), None),
    };
    Some(Total {
        value: Amount::of(sum)?,
        layer: first.layer,
        series: series.to_owned(),
        correction,
        period,
        grain: first.period.grain(),
        reach,
        unit: first.unit_of_count.clone(),
        definition: first.definition_version.clone(),
        vintage: first.vintage,
        source: first.source.clone(),
        tlp: rows.iter().map(|row| row.tlp).max()?,
        synthetic: rows.iter().any(|row| row.synthetic),
    })
}

fn is_whole(row: &PublishedCount) -> bool {
    matches!(row.territory.kind(), TerritoryKind::Country | TerritoryKind::Metropolitan)
}

fn is_part(row: &PublishedCount) -> bool {
    matches!(row.territory.kind(), TerritoryKind::Department | TerritoryKind::Collectivity | TerritoryKind::Abroad)
}

fn each_once(parts: &[&PublishedCount]) -> bool {
    let mut codes: Vec<&Territory> = parts.iter().map(|row| &row.territory).collect();
    codes.sort_unstable();
    codes.windows(2).all(|pair| pair.first() != pair.last())
}
