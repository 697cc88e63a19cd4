//! Published counts as a part of others: of one period, one source and one definition, or nothing is told.

use crate::compute::Made;
use crate::counts::{Wanted, of_filters, wanted};
use crate::figures::Figure;
use crate::{Card, IndicatorError, Request, Share, SourceVintage};
use beffroi_model::{Period, PublishedCount, Territory};
use beffroi_ports::{CountsQuery, Dimension, Facts};
use beffroi_statistics::Rule;
use std::collections::BTreeMap;

/// The latest part and the latest whole of one source and definition.
#[derive(Default)]
struct Pair {
    part: Option<PublishedCount>,
    whole: Option<PublishedCount>,
}

/// By the rank of their source, the source and the definition.
type Candidates = BTreeMap<(usize, String, String), Pair>;

pub(crate) async fn figures(
    facts: &dyn Facts,
    card: &Card,
    (series, country, units): (&[String], &[String], &[String]),
    share: &Share,
    request: &Request,
    query: CountsQuery,
) -> Result<Made, IndicatorError> {
    let Wanted { grain, places, .. } = wanted(card, request)?;
    let series_of = series.iter().chain(&share.of).cloned().collect();
    let rows = facts.counts(&CountsQuery { grain: Some(grain), series: series_of, ..query }).await?;
    let rank = |row: &PublishedCount| card.sources.iter().position(|s| s == row.source.as_str()).unwrap_or(usize::MAX);
    let mut pairs: BTreeMap<(Period, Territory), Candidates> = BTreeMap::new();
    let kept_periods = of_filters(request, |d| d.grain() == Some(grain));
    let is_kept = |row: &PublishedCount| {
        let period = row.period.to_string();
        kept_periods.as_ref().is_none_or(|kept| kept.iter().any(|asked| **asked == period))
            && row.category.is_none()
            && units.contains(&row.unit_of_count)
    };
    for row in rows.into_iter().filter(is_kept) {
        let origin = (rank(&row), row.source.to_string(), row.definition_version.clone());
        let pair = pairs.entry((row.period, row.territory.clone())).or_default().entry(origin).or_default();
        let slot = if series.contains(&row.series) { &mut pair.part } else { &mut pair.whole };
        if slot.as_ref().is_none_or(|known| known.vintage <= row.vintage) {
            *slot = Some(row);
        }
    }
    let mut made = Made::nothing(card, request);
    let by_place = request.by.contains(&Dimension::Department);
    let rule = Rule { threshold: card.disclosure_threshold };
    for ((period, territory), origins) in pairs {
        let is_country = country.iter().any(|code| code == territory.code());
        let kept = match &places {
            Some(codes) => codes.iter().any(|code| code == territory.code()),
            None => is_country != by_place,
        };
        // The preferred source, and of its definitions the one published last.
        let mut whole: Vec<_> = origins.into_iter().filter_map(|(o, p)| Some((o.0, p.part?, p.whole?))).collect();
        whole.sort_by_key(|(rank, part, _)| (*rank, std::cmp::Reverse(part.vintage)));
        let Some((_, part, whole)) = whole.into_iter().next().filter(|_| kept) else { continue };
        made.synthetic |= part.synthetic || whole.synthetic;
        made.sources.insert(SourceVintage {
            source: part.source.to_string(),
            vintage: Some(part.vintage.max(whole.vintage)),
            definition: Some(part.definition_version.clone()),
        });
        let key = |d: &Dimension| if d.grain().is_some() { period.to_string() } else { territory.code().to_owned() };
        let guards = vec![part.value, whole.value - part.value];
        let figure = Figure {
            numerator: Some(part.value),
            denominator: Some(whole.value),
            contributors: Some(whole.value),
            small: guards.iter().any(|n| rule.is_small(*n)),
            guards,
            source: Some(part.source.to_string()),
            definition: Some(part.definition_version.clone()),
            ..Figure::not_available(request.by.iter().map(|d| Some(key(d))).collect())
        };
        let value = (whole.value > 0.0).then(|| part.value / whole.value * share.per);
        made.rows.push(figure.with_value(value));
    }
    made.rows.sort_by(|a, b| a.keys.cmp(&b.keys));
    if request.by.iter().all(|d| d.grain().is_none()) && made.rows.len() > 1 && !by_place {
        return Err(crate::counts::needs_period(card));
    }
    Ok(made)
}
