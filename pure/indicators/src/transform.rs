//! What is done to figures once they are made: an index, and a seasonal adjustment.

use crate::compute::{Made, State};
use crate::figures::Figure;
use crate::{Adjustment, Card, IndicatorError, Request};
use beffroi_model::{Grain, Period};
use beffroi_seasonal::{SeasonalWindow, StlParams, decompose_between};
use std::collections::BTreeMap;

/// The keys of a series: those of its figures, less the period.
type Series = Vec<Option<String>>;

/// The figures as the request wants them, and what was done to them.
pub(crate) async fn transform(
    state: &State<'_>,
    request: &Request,
    made: Made,
) -> Result<(Made, Option<String>), IndicatorError> {
    let mut done = Vec::new();
    let mut made = made;
    if let Some(base) = request.index_base.or(state.card.index_base) {
        let at_base = state.made(&Request { from: Some(base), to: Some(base), ..request.clone() }).await?;
        index(state.card, request, base, &at_base, &mut made)?;
        done.push(format!("index base={base}=100"));
    }
    if let Some(Adjustment::Seasonal) = request.adjust {
        done.push(adjust(state.card, request, &mut made)?);
    }
    Ok((made, (!done.is_empty()).then(|| done.join("; "))))
}

/// The one dimension of time of a request, with its place among the keys.
fn time_of(request: &Request, what: &str) -> Result<(usize, Grain), IndicatorError> {
    let mut times = request.by.iter().enumerate().filter_map(|(i, d)| Some((i, d.grain()?)));
    match (times.next(), times.next()) {
        (Some(time), None) => Ok(time),
        _ => Err(IndicatorError::Request { what: format!("{what} is asked by one kind of period") }),
    }
}

fn split(keys: &[Option<String>], time: usize) -> Option<(Series, Period)> {
    let period = keys.get(time)?.as_deref()?.parse().ok()?;
    let series = keys.iter().enumerate().filter(|(i, _)| *i != time).map(|(_, key)| key.clone()).collect();
    Some((series, period))
}

/// Divides each series by its mean over the base period. Where a break lies between a period and the base, or the base
/// is not whole, there is no index.
fn index(card: &Card, request: &Request, base: Period, at_base: &Made, made: &mut Made) -> Result<(), IndicatorError> {
    if made.rows.is_empty() {
        return Ok(());
    }
    let (time, grain) = time_of(request, "an index")?;
    let first = Period::containing(base.start(), grain);
    if grain > base.grain() {
        let what = format!("an index by {} needs a base as long, and {base} is not", grain.code());
        return Err(IndicatorError::Request { what });
    }
    let n_periods = first.through(Period::containing(base.end(), grain)).count();
    let mut bases: BTreeMap<Series, (f64, usize)> = BTreeMap::new();
    for figure in &at_base.rows {
        if let (Some((series, _)), Some(value)) = (split(&figure.keys, time), figure.value) {
            let (sum, n) = bases.entry(series).or_default();
            *sum += value;
            *n += 1;
        }
    }
    for figure in &mut made.rows {
        let of_series = split(&figure.keys, time);
        let mean = of_series.as_ref().and_then(|(series, _)| bases.get(series));
        let mean = mean.filter(|(sum, n)| *n == n_periods && *sum > 0.0).map(|(sum, n)| sum / to_float(*n));
        let comparable = of_series.is_some_and(|(_, period)| {
            period.start() >= base.start() && period.end() <= base.end() || card.break_between(base, period).is_none()
        });
        let value = figure.value.zip(mean).filter(|_| comparable).map(|(value, mean)| value / mean * 100.0);
        let plain = Figure { numerator: None, denominator: None, interval: None, ..figure.clone() };
        *figure = plain.with_value(value);
    }
    Ok(())
}

/// Takes out of each series what comes back each year, by STL between the declared breaks.
fn adjust(card: &Card, request: &Request, made: &mut Made) -> Result<String, IndicatorError> {
    let (time, grain) = time_of(request, "a seasonal adjustment")?;
    let fault = |what: String| IndicatorError::Request { what };
    let season = match grain {
        Grain::Week => 52,
        Grain::Month => 12,
        Grain::Quarter => 4,
        Grain::Day | Grain::Year => {
            let what = "a seasonal adjustment is asked by week, month or quarter: a year has no season";
            return Err(fault(what.to_owned()));
        }
    };
    let mut all: BTreeMap<Series, BTreeMap<Period, Figure>> = BTreeMap::new();
    for figure in std::mem::take(&mut made.rows) {
        if let Some((series, period)) = split(&figure.keys, time) {
            all.entry(series).or_default().insert(period, figure);
        }
    }
    let params = StlParams::new(season, SeasonalWindow::Periodic);
    let mut cuts = Vec::new();
    for figures in all.into_values() {
        let (Some(&first), Some(&last)) = (figures.keys().next(), figures.keys().next_back()) else { continue };
        let periods: Vec<Period> = first.through(last).collect();
        let value = |period: &Period| match figures.get(period) {
            Some(figure) => figure.value,
            // No report in a period of a count is a zero; for anything else it is a hole.
            None => card.additive.then_some(0.0),
        };
        let values: Option<Vec<f64>> = periods.iter().map(value).collect();
        let values = values.ok_or_else(|| {
            let what =
                "a seasonal adjustment needs a value for each period of the series; ask from where it is whole on";
            fault(what.to_owned())
        })?;
        let in_series = |b: &&crate::Break| first.start() < b.at.start() && b.at.start() <= last.start();
        let mut starts: Vec<usize> = Vec::new();
        for declared in card.breaks.iter().filter(in_series) {
            // A period that holds both ways of counting opens no season: the cut is made before it.
            let place = periods.iter().position(|period| period.end() >= declared.at.start());
            starts.extend(place.filter(|place| *place > 0));
            cuts.push(declared.at.to_string());
        }
        starts.sort_unstable();
        starts.dedup();
        let segments = decompose_between(&values, &starts, &params).map_err(|error| {
            fault(format!("the series from {first} to {last} cannot be adjusted for season: {error}"))
        })?;
        let adjusted = segments.iter().flat_map(|segment| {
            let own = values.get(segment.range.clone()).unwrap_or_default();
            segment.decomposition.adjusted(own)
        });
        let mut figures = figures;
        for (period, value) in periods.iter().zip(adjusted) {
            if let Some(figure) = figures.remove(period) {
                let plain = Figure { numerator: None, denominator: None, interval: None, ..figure };
                made.rows.push(plain.with_value(Some(value)));
            }
        }
    }
    made.rows.sort_by(|a, b| a.keys.cmp(&b.keys));
    cuts.sort();
    cuts.dedup();
    let breaks = if cuts.is_empty() { String::new() } else { format!(" breaks={}", cuts.join(",")) };
    Ok(format!("stl period={season} s.window=periodic inner={} outer={}{breaks}", params.inner, params.outer))
}

/// The number of periods of a base lies far below 2⁵³: the conversion is exact.
#[expect(clippy::cast_precision_loss, reason = "a number of periods is below 2^53")]
fn to_float(n: usize) -> f64 {
    n as f64
}
