//! The weekly series under watch, read from the lake.

use super::delays::{self, Delivered};
use super::levels::{Levels, last_break};
use beffroi_model::{Grain, Layer, Period, ReportKind, Territory, TerritoryKind};
use beffroi_ports::{Dimension, Facts, FactsError, Filter, ReportsQuery, TableRow};
use std::collections::{BTreeMap, BTreeSet};

/// Weeks read before those evaluated: five years and the windows around them.
pub(crate) const WEEKS_OF_PAST: usize = 270;
/// A source with fewer whole years of past does not enter a layer that has older ones.
const YEARS_ESTABLISHED: usize = 3;
/// The most years of baseline.
const YEARS_MOST: usize = 5;
/// Half-width of the window around the same week of a past year.
pub(crate) const HALF_WINDOW: usize = 3;

/// What a series counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Family {
    /// Complaints, reports, recorded offences and requests for assistance.
    Reports,
    /// Claims by ransomware groups.
    Claims,
}

impl Family {
    pub(crate) const ALL: [Self; 2] = [Self::Reports, Self::Claims];

    /// The kinds of rows it counts.
    pub(crate) fn kinds(self) -> Filter {
        let kinds: &[ReportKind] = match self {
            Self::Reports => {
                &[ReportKind::Complaint, ReportKind::Report, ReportKind::RecordedOffence, ReportKind::AssistanceRequest]
            }
            Self::Claims => &[ReportKind::Claim],
        };
        Filter { dimension: Dimension::Kind, values: kinds.iter().map(|kind| kind.code().to_owned()).collect() }
    }
}

/// What names a series.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SeriesKey {
    pub(crate) family: Family,
    pub(crate) layer: Layer,
    pub(crate) phenomenon: String,
    /// `FR` or the code of a region, a department, a collectivity or "not located".
    pub(crate) territory: String,
    /// A ransomware group.
    pub(crate) subject: Option<String>,
    /// A sector of victims.
    pub(crate) sector: Option<String>,
}

impl SeriesKey {
    /// Whether it is the whole of which others are parts.
    pub(crate) fn is_whole(&self) -> bool {
        self.territory == Territory::FRANCE && self.subject.is_none() && self.sector.is_none()
    }

    /// The whole it is a part of.
    pub(crate) fn whole(&self) -> Self {
        Self { territory: Territory::FRANCE.to_owned(), subject: None, sector: None, ..self.clone() }
    }
}

/// Every series over the same weeks.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    /// The weeks, oldest first.
    pub(crate) weeks: Vec<Period>,
    /// How many of the last weeks are evaluated.
    pub(crate) n_evaluated: usize,
    /// One count a week.
    pub(crate) series: BTreeMap<SeriesKey, Vec<f64>>,
    /// Whole years of baseline that the sources of a layer cover.
    pub(crate) years: BTreeMap<(Family, Layer), usize>,
    /// The sources counted.
    pub(crate) sources: BTreeMap<(Family, Layer), BTreeSet<String>>,
    /// Sources left out because they are too young.
    pub(crate) young_sources: BTreeSet<String>,
    /// Wholes that count rows made by a generator.
    pub(crate) synthetic: BTreeSet<SeriesKey>,
    /// What is above what.
    pub(crate) levels: Levels,
    /// The first week counted in a new way, where a break was declared within the weeks read.
    pub(crate) breaks: BTreeMap<(Family, Layer, String), usize>,
    /// How complete the last weeks are.
    pub(crate) delivered: BTreeMap<(Family, Layer), Delivered>,
}

impl Watched {
    pub(crate) fn counts(&self, key: &SeriesKey) -> &[f64] {
        self.series.get(key).map_or(&[], Vec::as_slice)
    }

    /// The first week after the last declared break in what a series counts; 0 without one.
    pub(crate) fn counted_since(&self, key: &SeriesKey) -> usize {
        self.breaks.get(&(key.family, key.layer, key.phenomenon.clone())).copied().unwrap_or(0)
    }

    /// Whole years of baseline of a series: those its sources cover, after the last declared break.
    pub(crate) fn years_of(&self, key: &SeriesKey) -> usize {
        let covered = self.years.get(&(key.family, key.layer)).copied().unwrap_or(0);
        match self.counted_since(key) {
            0 => covered,
            week => covered.min(whole_years(self, week)),
        }
    }

    pub(crate) fn week(&self, index: usize) -> Option<Period> {
        self.weeks.get(index).copied()
    }
}

/// One group of the answer, understood.
struct Group {
    family: Family,
    layer: Layer,
    week: usize,
    source: String,
    phenomenon: String,
    territory: String,
    subject: Option<String>,
    sector: Option<String>,
    synthetic: bool,
    count: f64,
}

/// Reads the weeks up to `last`, of which the last `n_evaluated` are looked at.
pub(crate) async fn read(
    facts: &dyn Facts,
    snapshot: u64,
    last: Period,
    n_evaluated: usize,
) -> Result<Watched, FactsError> {
    let weeks = weeks_up_to(last, WEEKS_OF_PAST + n_evaluated);
    let mut watched = Watched { weeks, n_evaluated, levels: Levels::house(), ..Watched::default() };
    let Some(first) = watched.week(0) else { return Ok(watched) };
    for family in Family::ALL {
        let mut by = vec![
            Dimension::Week,
            Dimension::Layer,
            Dimension::Source,
            Dimension::Phenomenon,
            Dimension::Department,
            Dimension::Synthetic,
        ];
        by.push(match family {
            Family::Claims => Dimension::Subject,
            Family::Reports => Dimension::Sector,
        });
        let query = ReportsQuery {
            by,
            filters: vec![family.kinds()],
            from: Some(first.start()),
            to: Some(last.end()),
            snapshot: Some(snapshot),
            ..ReportsQuery::default()
        };
        let table = facts.reports(&query).await?;
        let groups: Vec<Group> = table.rows().filter_map(|row| understand(row, family, &watched.weeks)).collect();
        choose_sources(&mut watched, &groups);
        for group in &groups {
            let counted = watched.sources.get(&(group.family, group.layer));
            if counted.is_some_and(|sources| sources.contains(&group.source)) {
                add(&mut watched, group);
            }
        }
    }
    let counted: BTreeSet<(Family, Layer, String)> =
        watched.series.keys().map(|key| (key.family, key.layer, key.phenomenon.clone())).collect();
    for (family, layer, phenomenon) in counted {
        // A week within which the way of counting changes is counted in both ways.
        let broken = last_break(family, layer, &phenomenon, last)
            .map(|at| watched.weeks.partition_point(|week| week.start() < at.start()))
            .filter(|week| *week > 0);
        if let Some(week) = broken {
            watched.breaks.insert((family, layer, phenomenon), week);
        }
    }
    watched.delivered = delays::learn(facts, snapshot, &watched).await?;
    Ok(watched)
}

/// A group of which a series can be made: with a phenomenon, in France.
fn understand(row: TableRow<'_>, family: Family, weeks: &[Period]) -> Option<Group> {
    let count = row.value(0)?;
    let week: Period = row.key(0)?.parse().ok()?;
    let layer = row.key(1)?.parse().ok()?;
    let source = row.key(2)?.to_owned();
    let phenomenon = row.key(3)?.to_owned();
    let territory: Territory = row.key(4)?.parse().ok()?;
    let synthetic = row.key(5) == Some("true");
    let last = row.key(6).map(str::to_owned);
    let (subject, sector) = match family {
        Family::Claims => (last, None),
        Family::Reports => (None, last),
    };
    if territory.kind() == TerritoryKind::Abroad || week.grain() != Grain::Week {
        return None;
    }
    let week = weeks.binary_search(&week).ok()?;
    Some(Group {
        family,
        layer,
        week,
        source,
        phenomenon,
        territory: territory.code().to_owned(),
        subject,
        sector,
        synthetic,
        count,
    })
}

/// Chooses the sources that are added up in each layer, and how many years they all cover.
fn choose_sources(watched: &mut Watched, groups: &[Group]) {
    let mut first: BTreeMap<(Family, Layer), BTreeMap<&str, usize>> = BTreeMap::new();
    for group in groups {
        let weeks = first.entry((group.family, group.layer)).or_default();
        let week = weeks.entry(&group.source).or_insert(group.week);
        *week = group.week.min(*week);
    }
    for (place, sources) in first {
        let years: BTreeMap<&str, usize> =
            sources.iter().map(|(source, week)| (*source, whole_years(watched, *week))).collect();
        let any_established = years.values().any(|years| *years >= YEARS_ESTABLISHED);
        let mut shared = YEARS_MOST;
        for (source, years) in years {
            if any_established && years < YEARS_ESTABLISHED {
                watched.young_sources.insert(source.to_owned());
            } else {
                shared = shared.min(years);
                watched.sources.entry(place).or_default().insert(source.to_owned());
            }
        }
        watched.years.insert(place, shared);
    }
}

/// Whole years between a week and the first of the weeks evaluated, whose past is the shortest.
fn whole_years(watched: &Watched, week: usize) -> usize {
    let evaluated = watched.weeks.len().saturating_sub(watched.n_evaluated + 1);
    years_between(week, evaluated)
}

/// Whole years of baseline, each with its window, between the first week that counts and one evaluated.
pub(crate) fn years_between(first: usize, evaluated: usize) -> usize {
    (evaluated.saturating_sub(first + HALF_WINDOW) * 100 / 5218).min(YEARS_MOST)
}

/// The `n` weeks up to `last`, the oldest first.
pub(crate) fn weeks_up_to(last: Period, n: usize) -> Vec<Period> {
    let mut weeks: Vec<Period> = std::iter::successors(Some(last), |week| Some(week.previous())).take(n).collect();
    weeks.reverse();
    weeks
}

/// Adds a group to the series it belongs to: the whole, its territory and region, its sector, its subject.
fn add(watched: &mut Watched, group: &Group) {
    let whole = SeriesKey {
        family: group.family,
        layer: group.layer,
        phenomenon: group.phenomenon.clone(),
        territory: Territory::FRANCE.to_owned(),
        subject: None,
        sector: None,
    };
    let mut keys = vec![whole.clone()];
    let kind = group.territory.parse::<Territory>().map(|territory| territory.kind());
    let is_local =
        matches!(kind, Ok(TerritoryKind::Department | TerritoryKind::Collectivity | TerritoryKind::NotLocated));
    match group.family {
        Family::Reports if is_local => {
            if let Some(region) = watched.levels.region(&group.territory) {
                keys.push(SeriesKey { territory: region.to_owned(), ..whole.clone() });
            }
            keys.push(SeriesKey { territory: group.territory.clone(), ..whole.clone() });
        }
        Family::Claims if group.subject.is_some() => {
            keys.push(SeriesKey { subject: group.subject.clone(), ..whole.clone() });
        }
        _ => {}
    }
    if group.sector.is_some() {
        keys.push(SeriesKey { sector: group.sector.clone(), ..whole.clone() });
    }
    let n_weeks = watched.weeks.len();
    for key in keys {
        let counts = watched.series.entry(key).or_insert_with(|| vec![0.0; n_weeks]);
        if let Some(count) = counts.get_mut(group.week) {
            *count += group.count;
        }
    }
    if group.synthetic {
        watched.synthetic.insert(whole);
    }
}
