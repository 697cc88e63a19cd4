//! Figures out of published counts.
//!
//! A published count is taken as it is, never added to another period or definition. For each period one source gives
//! all the territories: the first of the card's list, but one that also gives the country goes before, because only
//! then can what is *not located* be told: the country less its departments, in the same source and series. It is a
//! territory of its own (`NL`), with a count and no rate, since nobody lives there. A card may name the series that give
//! the country apart from the one by department.

use crate::compute::Made;
use crate::figures::Figure;
use crate::territories::is_place;
use crate::{Card, IndicatorError, Request, Share, SourceVintage};
use beffroi_model::{Grain, Period, PublishedCount, SourceId, Territory, TerritoryKind};
use beffroi_ports::{CountsQuery, Dimension, Facts};
use beffroi_statistics::{Rule, rate, rate_interval};
use std::collections::{BTreeMap, BTreeSet};

/// Which published counts, and what is made of them.
pub(crate) struct Counted<'a> {
    pub(crate) series: &'a [String],
    pub(crate) whole: &'a [String],
    pub(crate) country: &'a [String],
    pub(crate) units: &'a [String],
    pub(crate) rate_per: Option<f64>,
    pub(crate) definition: Option<&'a str>,
    pub(crate) share: Option<&'a Share>,
}

/// The rows of one source and series in one period.
type Territories = BTreeMap<Territory, PublishedCount>;

/// The latest rows of each period, source and series.
type Latest = BTreeMap<(Period, SourceId, String), Territories>;

/// What a request says of periods and places.
pub(crate) struct Wanted {
    pub(crate) grain: Grain,
    /// The dimension of places, when one is asked by or filtered on.
    pub(crate) place: Option<Dimension>,
    /// The places kept; all of a kind when none is named.
    pub(crate) places: Option<Vec<String>>,
}

/// Reads periods and places off a request.
pub(crate) fn wanted(card: &Card, request: &Request) -> Result<Wanted, IndicatorError> {
    let fault = |what: &str| IndicatorError::Request { what: what.to_owned() };
    let grains: Vec<_> = request.by.iter().filter_map(|d| d.grain()).collect();
    let grain = match grains[..] {
        [grain] => grain,
        [] => request.from.or(request.to).map_or(card.periodicity, Period::grain),
        _ => return Err(fault("published counts are asked by one kind of period at once")),
    };
    let asked = request.by.iter().chain(request.filters.iter().map(|f| &f.dimension)).copied();
    let mut places: Vec<Dimension> = asked.filter(|d| is_place(*d)).collect();
    places.dedup();
    if places.len() > 1 {
        return Err(fault("published counts are asked by one kind of place at once"));
    }
    let place = places.first().copied();
    let kept = of_filters(request, is_place).map(|codes| codes.into_iter().cloned().collect());
    Ok(Wanted { grain, place, places: kept })
}

/// The refusal of a request over several periods of published counts.
pub(crate) fn needs_period(card: &Card) -> IndicatorError {
    let grains: Vec<&str> = card.dimensions.iter().filter(|d| d.grain().is_some()).map(|d| d.code()).collect();
    IndicatorError::NeedsPeriod { indicator: card.code.clone(), grains: grains.join(" or ") }
}

pub(crate) async fn figures(
    facts: &dyn Facts,
    card: &Card,
    counted: &Counted<'_>,
    request: &Request,
    snapshot: Option<u64>,
) -> Result<Made, IndicatorError> {
    let other = request.definition.as_deref().filter(|asked| *asked != card.definition_version);
    let query = CountsQuery {
        sources: card.sources.iter().filter_map(|s| s.parse().ok()).collect(),
        layer: Some(card.layer),
        from: request.from,
        to: request.to,
        definition_version: counted.definition.or(other).map(str::to_owned),
        known_on: request.known_on,
        snapshot,
        ..CountsQuery::default()
    };
    let made = match counted.share {
        Some(share) => {
            let of = (counted.series, counted.country, counted.units);
            crate::counts_share::figures(facts, card, of, share, request, query.clone()).await?
        }
        None => plain(facts, card, counted, request, query.clone()).await?,
    };
    match other {
        Some(asked) if counted.definition.is_none() && made.rows.is_empty() => {
            let all = CountsQuery { definition_version: None, from: None, to: None, ..query };
            let series = counted.series.iter().chain(counted.whole).cloned().collect();
            let rows = facts.counts(&CountsQuery { series, ..all }).await?;
            let known: BTreeSet<&str> = rows.iter().map(|row| row.definition_version.as_str()).collect();
            Err(IndicatorError::UnknownDefinition {
                indicator: card.code.clone(),
                asked: asked.chars().take(80).collect(),
                known: known.into_iter().collect::<Vec<_>>().join("`, `"),
            })
        }
        _ => Ok(made),
    }
}

async fn plain(
    facts: &dyn Facts,
    card: &Card,
    counted: &Counted<'_>,
    request: &Request,
    query: CountsQuery,
) -> Result<Made, IndicatorError> {
    let Wanted { grain, place, places } = wanted(card, request)?;
    let series = counted.series.iter().chain(counted.whole).cloned().collect();
    let query = CountsQuery { grain: Some(grain), series, ..query };
    let kept_periods: Option<Vec<&String>> = of_filters(request, |d| d.grain() == Some(grain));
    let mut latest = latest(facts.counts(&query).await?, counted.units);
    latest.retain(|(period, _, _), _| {
        kept_periods.as_ref().is_none_or(|kept| kept.iter().any(|p| **p == period.to_string()))
    });

    let periods: BTreeSet<Period> = latest.keys().map(|(period, _, _)| *period).collect();
    if request.by.iter().all(|d| d.grain().is_none()) && periods.len() > 1 {
        return Err(needs_period(card));
    }
    let by_place = request.by.iter().any(|d| is_place(*d));
    if !by_place && places.as_ref().is_some_and(|a| a.len() > 1) {
        return Err(IndicatorError::NotAdditive { indicator: card.code.clone() });
    }

    let mut made = Made::nothing(card, request);
    for period in periods {
        let origin = Place { card, counted, latest: &latest, period };
        let mut territories = origin.territories(&mut made);
        if let Some(dimension) = place {
            territories = crate::counts_zones::fold(dimension, territories);
        }
        for found in territories {
            let wanted = match &places {
                Some(codes) => codes.contains(&found.code),
                None => found.is_country != by_place,
            };
            if wanted {
                let key = |d: &Dimension| if d.grain().is_some() { period.to_string() } else { found.code.clone() };
                let keys = request.by.iter().map(|d| Some(key(d))).collect();
                made.rows.push(origin.figure(&found, keys));
            }
        }
    }
    made.rows.sort_by(|a, b| a.keys.cmp(&b.keys));
    Ok(made)
}

/// The values of the request's filters on such a dimension, if it has any.
pub(crate) fn of_filters(request: &Request, is: impl Fn(Dimension) -> bool) -> Option<Vec<&String>> {
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
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// Of what place: a territory, or a zone of several.
    pub(crate) code: String,
    /// The territories it is made of.
    pub(crate) territories: Vec<Territory>,
    pub(crate) is_country: bool,
    pub(crate) count: Option<f64>,
    pub(crate) source: SourceId,
    pub(crate) definition: String,
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
                code: row.territory.code().to_owned(),
                territories: vec![row.territory.clone()],
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
            let code = not_located.code().to_owned();
            let count = (gap >= 0.0).then_some(gap);
            found.push(Found { code, territories: vec![not_located], count, ..note(whole) });
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
        let persons = || found.territories.iter().map(|territory| self.population(territory)).sum();
        let denominator: Option<f64> = self.counted.rate_per.and_then(|_| persons());
        let (value, interval) = match (self.counted.rate_per, found.count, denominator) {
            (None, count, _) => (count, None),
            (Some(scale), Some(count), Some(population)) => {
                let limits = rate_interval(count, population, scale).ok();
                (rate(count, population, scale).ok(), limits.map(|l| (l.low, l.high)))
            }
            (Some(_), _, _) => (None, None),
        };
        let rule = Rule { threshold: self.card.disclosure_threshold };
        let figure = Figure {
            numerator: found.count,
            denominator,
            interval,
            contributors: found.count,
            small: found.count.is_some_and(|n| rule.is_small(n)),
            source: Some(found.source.to_string()),
            definition: Some(found.definition.clone()),
            ..Figure::not_available(keys)
        };
        figure.with_value(value)
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
