//! Figures out of published counts.
//!
//! A published count is taken as it is, never added to another period or definition. For each period one source gives
//! all the territories: the first of the card's list, but one that also gives the country goes before, because only
//! then can what is *not located* be told: the country less its departments, in the same source and series. It is a
//! territory of its own (`NL`), with a count and no rate, since nobody lives there. A card may name the series that give
//! the country apart from the one by department.

use crate::compute::Made;
use crate::figures::Figure;
use crate::{Card, IndicatorError, Request, SourceVintage};
use beffroi_model::{Period, PublishedCount, SourceId, Territory, TerritoryKind};
use beffroi_ports::{CountsQuery, Dimension, Facts};
use beffroi_statistics::{Rule, Status, rate, rate_interval};
use std::collections::{BTreeMap, BTreeSet};

/// Which published counts, and what is made of them.
pub(crate) struct Counted<'a> {
    pub(crate) series: &'a [String],
    pub(crate) whole: &'a [String],
    pub(crate) country: &'a [String],
    pub(crate) units: &'a [String],
    pub(crate) rate_per: Option<f64>,
}

/// The rows of one source and series in one period.
type Territories = BTreeMap<Territory, PublishedCount>;

/// The latest rows of each period, source and series.
type Latest = BTreeMap<(Period, SourceId, String), Territories>;

pub(crate) async fn figures(
    facts: &dyn Facts,
    card: &Card,
    counted: &Counted<'_>,
    request: &Request,
    snapshot: Option<u64>,
) -> Result<Made, IndicatorError> {
    let grains: Vec<_> = request.by.iter().filter_map(|d| d.grain()).collect();
    let grain = match grains[..] {
        [grain] => grain,
        [] => request.from.or(request.to).map_or(card.periodicity, Period::grain),
        _ => {
            return Err(IndicatorError::Request {
                what: "published counts are asked by one kind of period at once".into(),
            });
        }
    };
    let query = CountsQuery {
        sources: card.sources.iter().filter_map(|s| s.parse().ok()).collect(),
        series: counted.series.iter().chain(counted.whole).cloned().collect(),
        layer: Some(card.layer),
        grain: Some(grain),
        from: request.from,
        to: request.to,
        snapshot,
        ..CountsQuery::default()
    };
    let kept_periods: Option<Vec<&String>> = of_filters(request, |d| d.grain() == Some(grain));
    let mut latest = latest(facts.counts(&query).await?, counted.units);
    latest.retain(|(period, _, _), _| {
        kept_periods.as_ref().is_none_or(|kept| kept.iter().any(|p| **p == period.to_string()))
    });

    let periods: BTreeSet<Period> = latest.keys().map(|(period, _, _)| *period).collect();
    if grains.is_empty() && periods.len() > 1 {
        let grains: Vec<&str> = card.dimensions.iter().filter(|d| d.grain().is_some()).map(|d| d.code()).collect();
        return Err(IndicatorError::NeedsPeriod { indicator: card.code.clone(), grains: grains.join(" or ") });
    }
    let asked: Option<Vec<&String>> = of_filters(request, |d| d == Dimension::Department);
    let by_territory = request.by.contains(&Dimension::Department);
    if !by_territory && asked.as_ref().is_some_and(|a| a.len() > 1) {
        return Err(IndicatorError::NotAdditive { indicator: card.code.clone() });
    }

    let mut made = Made {
        rows: Vec::new(),
        units: vec![card.unit_of_count.clone()],
        sources: BTreeSet::new(),
        filters: request.filters.clone(),
        synthetic: false,
    };
    for period in periods {
        let place = Place { card, counted, latest: &latest, period };
        for found in place.territories(&mut made) {
            let code = found.territory.code();
            let wanted = match &asked {
                Some(codes) => codes.iter().any(|c| *c == code),
                None => found.is_country != by_territory,
            };
            if wanted {
                let key = |d: &Dimension| if d.grain().is_some() { period.to_string() } else { code.to_owned() };
                let keys = request.by.iter().map(|d| Some(key(d))).collect();
                made.rows.push(place.figure(&found, keys));
            }
        }
    }
    made.rows.sort_by(|a, b| a.keys.cmp(&b.keys));
    Ok(made)
}

/// The values of the request's filters on such a dimension, if it has any.
fn of_filters(request: &Request, is: impl Fn(Dimension) -> bool) -> Option<Vec<&String>> {
    let mut filters = request.filters.iter().filter(|f| is(f.dimension)).peekable();
    filters.peek()?;
    Some(filters.flat_map(|f| &f.values).collect())
}

fn latest(rows: Vec<PublishedCount>, units: &[String]) -> Latest {
    let mut latest = Latest::new();
    for row in rows {
        if row.category.is_some() || !units.contains(&row.unit_of_count) {
            continue;
        }
        let territories = latest.entry((row.period, row.source.clone(), row.series.clone())).or_default();
        let newer = territories.get(&row.territory).is_none_or(|known| known.vintage <= row.vintage);
        if newer {
            territories.insert(row.territory.clone(), row);
        }
    }
    latest
}

/// A count and where it comes from.
struct Found {
    territory: Territory,
    is_country: bool,
    count: Option<f64>,
    source: SourceId,
    definition: String,
}

/// One period of an indicator.
struct Place<'a> {
    card: &'a Card,
    counted: &'a Counted<'a>,
    latest: &'a Latest,
    period: Period,
}

impl Place<'_> {
    /// The rows of the period in these series: the card's preferred sources first, then the preferred series.
    fn origins(&self, series: &[String]) -> Vec<&Territories> {
        let rank = |list: &[String], text: &str| list.iter().position(|known| known == text).unwrap_or(usize::MAX);
        let mut origins: Vec<_> = self
            .latest
            .iter()
            .filter(|((period, _, name), _)| *period == self.period && series.contains(name))
            .collect();
        origins.sort_by_key(|((_, source, name), _)| {
            (rank(&self.card.sources, source.as_str()), source, rank(series, name))
        });
        origins.into_iter().map(|(_, rows)| rows).collect()
    }

    fn country<'r>(&self, rows: &'r Territories) -> Option<&'r PublishedCount> {
        self.counted.country.iter().find_map(|code| rows.get(&code.parse().ok()?))
    }

    /// The territories of the period: departments, collectivities, abroad, not located, and the country. The sources
    /// used, and whether any is synthetic, are noted in `made`.
    fn territories(&self, made: &mut Made) -> Vec<Found> {
        let has_parts = |rows: &&&Territories| rows.keys().any(is_part);
        let own = self.origins(self.counted.series);
        let apart = !self.counted.whole.is_empty();
        let wholes = if apart { self.origins(self.counted.whole) } else { own.clone() };
        let both = wholes.iter().find(|rows| has_parts(rows) && self.country(rows).is_some());
        let parts = both.filter(|_| !apart).or_else(|| own.iter().find(has_parts));
        let country = both.or_else(|| wholes.iter().find(|rows| self.country(rows).is_some()));

        let mut found = Vec::new();
        let mut note = |row: &PublishedCount| {
            made.synthetic |= row.synthetic;
            made.sources.insert(SourceVintage {
                source: row.source.to_string(),
                vintage: Some(row.vintage),
                definition: Some(row.definition_version.clone()),
            });
            Found {
                territory: row.territory.clone(),
                is_country: false,
                count: Some(row.value),
                source: row.source.clone(),
                definition: row.definition_version.clone(),
            }
        };
        let located =
            |rows: &Territories| rows.values().filter(|row| is_part(&row.territory)).map(|row| row.value).sum();
        let not_located = Territory::not_located();
        if let Some(rows) = parts {
            found.extend(rows.values().filter(|row| is_part(&row.territory)).map(&mut note));
        }
        if let Some(row) = parts.and_then(|rows| rows.get(&not_located)) {
            found.push(note(row));
        } else if let Some((rows, whole)) = both.and_then(|rows| Some((rows, self.country(rows)?))) {
            let located: f64 = located(rows);
            let gap = whole.value - located;
            // A country rounded below the sum of its departments leaves nothing to tell.
            found.push(Found { territory: not_located, count: (gap >= 0.0).then_some(gap), ..note(whole) });
        }
        if let Some(row) = country.and_then(|rows| self.country(rows)) {
            found.push(Found { is_country: true, ..note(row) });
        }
        if self.counted.rate_per.is_some() {
            let of_population = own.iter().flat_map(|rows| rows.values()).filter(|row| row.population.is_some());
            of_population.for_each(|row| drop(note(row)));
        }
        found
    }

    fn figure(&self, found: &Found, keys: Vec<Option<String>>) -> Figure {
        let denominator = self.counted.rate_per.and_then(|_| self.population(&found.territory));
        let (value, interval) = match (self.counted.rate_per, found.count, denominator) {
            (None, count, _) => (count, None),
            (Some(scale), Some(count), Some(population)) => {
                let limits = rate_interval(count, population, scale).ok();
                (rate(count, population, scale).ok(), limits.map(|l| (l.low, l.high)))
            }
            (Some(_), _, _) => (None, None),
        };
        let rule = Rule { threshold: self.card.disclosure_threshold };
        Figure {
            keys,
            value,
            numerator: found.count,
            denominator,
            interval,
            contributors: found.count,
            small: found.count.is_some_and(|n| rule.is_small(n)),
            status: if value.is_some() { Status::Published } else { Status::NotAvailable },
            source: Some(found.source.to_string()),
            definition: Some(found.definition.clone()),
        }
    }

    /// The population of a territory: of the first source that gives it; of the country, the sum of its departments
    /// when no source gives the whole.
    fn population(&self, territory: &Territory) -> Option<f64> {
        let mut origins = self.origins(self.counted.series);
        origins.extend(self.origins(self.counted.whole));
        let own = |t: &Territory| origins.iter().find_map(|rows| rows.get(t)?.population).map(to_float);
        if territory.kind() != TerritoryKind::Country {
            return own(territory);
        }
        let all = origins.iter().flat_map(|rows| rows.keys());
        let departments: BTreeSet<&Territory> = all.filter(|t| t.kind() == TerritoryKind::Department).collect();
        // One department without population would make the sum a wrong denominator.
        own(territory).or_else(|| departments.into_iter().map(own).sum::<Option<f64>>().filter(|sum| *sum > 0.0))
    }
}

fn is_part(territory: &Territory) -> bool {
    matches!(territory.kind(), TerritoryKind::Department | TerritoryKind::Collectivity | TerritoryKind::Abroad)
}

/// Populations lie far below 2⁵³: the conversion is exact.
#[expect(clippy::cast_precision_loss, reason = "a population is below 2^53")]
fn to_float(population: i64) -> f64 {
    population as f64
}
