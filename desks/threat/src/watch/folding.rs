//! From runs to signals: parts go into the signal of their whole, and each signal gets its name and its row.

use super::counts::{Family, SeriesKey, Watched};
use super::detection::Run;
use super::{ALPHA, NOWCAST_LEVEL};
use crate::signals::{BudgetLine, ClusterLine, NowcastLine, PartLine, SignalContent, WeekFigure, YearFigure};
use beffroi_model::{IdError, Period, SignalId};
use beffroi_store::SignalRow;
use beffroi_surveillance::{Method, nowcast};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Weeks of the past that a signal keeps for its drawing.
const WEEKS_KEPT: usize = 60;

/// A run and the runs of its parts over the same weeks.
pub(crate) struct Found {
    pub(crate) run: Run,
    parts: Vec<Run>,
}

/// Lists each part inside its whole when both rise together; a part that rises alone stays a signal. A region of which one
/// department rose is that department.
pub(crate) fn fold(watched: &Watched, mut runs: Vec<Run>) -> Vec<Found> {
    let levels = &watched.levels;
    let alone = |region: &Run| {
        let inside = runs.iter().filter(|run| levels.is_part(&run.key, &region.key) && run.overlaps(region)).count();
        !region.key.is_whole() && inside == 1
    };
    let spoken_for: Vec<SeriesKey> = runs.iter().filter(|run| alone(run)).map(|run| run.key.clone()).collect();
    runs.retain(|run| !spoken_for.contains(&run.key));
    // The largest first: a whole, then regions, then what lies in them.
    let depth = |run: &Run| match levels.above(&run.key) {
        None => 0,
        Some(above) if above.is_whole() => 1,
        Some(_) => 2,
    };
    runs.sort_by_key(|run| depth(run));
    let mut found: Vec<Found> = Vec::new();
    for run in runs {
        match found.iter_mut().find(|found| levels.is_part(&run.key, &found.run.key) && found.run.overlaps(&run)) {
            Some(found) => found.parts.push(run),
            None => found.push(Found { run, parts: vec![] }),
        }
    }
    // A region among the parts says nothing that its departments do not.
    for found in &mut found {
        let covered: Vec<SeriesKey> = found
            .parts
            .iter()
            .filter(|region| found.parts.iter().any(|part| levels.is_part(&part.key, &region.key)))
            .map(|region| region.key.clone())
            .collect();
        found.parts.retain(|part| !covered.contains(&part.key));
    }
    found
}

/// What every signal of a run of the watch takes with it.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'a> {
    /// The signals already in the register.
    pub(crate) known: &'a [SignalRow],
    pub(crate) snapshot: u64,
    pub(crate) budget: BudgetLine,
    pub(crate) now: Timestamp,
}

/// The row of a signal. A run that continues a signal already known keeps its identifier and first week.
pub(crate) fn row(
    watched: &Watched,
    found: Found,
    why_else: Vec<String>,
    cluster: Option<ClusterLine>,
    occasion: Occasion<'_>,
) -> Result<SignalRow, IdError> {
    let Occasion { known, snapshot, budget, now } = occasion;
    let run = &found.run;
    let week = |index: usize| watched.week(index).map(|week| week.to_string()).unwrap_or_default();
    let continued = known.iter().find(|row| continues(row, run, watched));
    let earlier = continued.and_then(|row| serde_json::from_value::<SignalContent>(row.content.clone()).ok());
    let first_week = continued.map_or_else(|| week(run.first), |row| row.first_week.clone());
    let latest = run.latest();
    let observed = latest.map_or(0.0, |point| point.observed);
    let expected = latest.and_then(|point| point.expected).unwrap_or(0.0);
    let counts = watched.counts(&run.key);
    let whole = run.key.whole();
    let content = SignalContent {
        subject: run.key.subject.clone(),
        claims: run.key.family == Family::Claims,
        ratio: (expected >= 0.5).then(|| observed / expected),
        p_value: latest.and_then(|point| point.p_value),
        sector: run.key.sector.clone(),
        nowcast: nowcast_of(watched, run),
        budget: Some(budget),
        news: None,
        cluster,
        counted_since: Some(watched.counted_since(&run.key)).filter(|week| *week > 0).map(week),
        alpha: match run.method {
            Method::Bayes(params) => params.alpha,
            Method::Ears(_, params) => params.alpha,
            Method::Farrington(params) => params.alpha,
            Method::FarringtonFlexible(params) => params.alpha,
            Method::Cusum(_) | Method::Glr(_) => ALPHA,
        },
        baseline_years: match run.method {
            Method::Ears(..) | Method::Cusum(_) | Method::Glr(_) => 0,
            Method::Bayes(params) => params.b as u64,
            Method::Farrington(params) => params.b as u64,
            Method::FarringtonFlexible(params) => params.b as u64,
        },
        run_observed: counts.get(run.first..=run.last).map_or(0.0, |window| window.iter().sum()),
        weeks: figures(watched, run, counts),
        parts: found.parts.iter().map(|part| part_line(watched, part)).collect(),
        spread: if run.key == whole { spread(watched, run) } else { BTreeMap::new() },
        same_weeks: same_weeks(watched, run, counts),
        first_seen: counts.iter().position(|count| *count > 0.0).filter(|index| *index > 0).map(week),
        sources: watched.sources.get(&(run.key.family, run.key.layer)).into_iter().flatten().cloned().collect(),
        why_else,
        detected_at: earlier.map_or(now, |content| content.detected_at),
    };
    let id = match continued {
        Some(row) => row.id.clone(),
        None => identifier(&first_week, &run.key)?,
    };
    Ok(SignalRow {
        id,
        phenomenon: Some(run.key.phenomenon.clone()),
        territory: run.key.territory.clone(),
        layer: run.key.layer.code().to_owned(),
        first_week,
        last_week: week(run.last),
        observed,
        expected,
        threshold: latest.and_then(|point| point.threshold).unwrap_or(0.0),
        strength: run.strength,
        method: run.method.code().to_owned(),
        snapshot,
        state: "open".to_owned(),
        reason: None,
        decided_by: None,
        decided_at: None,
        synthetic: watched.synthetic.contains(&whole),
        content: serde_json::to_value(content).unwrap_or_default(),
    })
}

/// Whether `row` is the same series and its last week touches the run (at most one quiet week between).
fn continues(row: &SignalRow, run: &Run, watched: &Watched) -> bool {
    let key = &run.key;
    let content = || serde_json::from_value::<SignalContent>(row.content.clone()).ok();
    let same = row.phenomenon.as_deref() == Some(key.phenomenon.as_str())
        && row.territory == key.territory
        && row.layer == key.layer.code()
        && content().is_some_and(|c| {
            c.subject == key.subject && c.sector == key.sector && c.claims == (key.family == Family::Claims)
        });
    let (Ok(first), Ok(last)) = (row.first_week.parse::<Period>(), row.last_week.parse::<Period>()) else {
        return false;
    };
    let (Some(run_first), Some(run_last)) = (watched.week(run.first), watched.week(run.last)) else { return false };
    same && first <= run_last && run_first <= last.next().next()
}

/// `SIG-2025w51-fake-shop-FR`, with the layer when it is not recorded crime, and the group for claims. What would be
/// longer than forty characters is cut and closed by a digest of the whole.
fn identifier(first_week: &str, key: &SeriesKey) -> Result<SignalId, IdError> {
    let mut text = format!("{}-{}-{}", first_week.replace("-W", "w"), key.phenomenon, key.territory);
    if key.family == Family::Claims {
        text.push_str("-claims");
    } else if key.layer != beffroi_model::Layer::Recorded {
        text.push('-');
        text.push_str(key.layer.code());
    }
    if let Some(subject) = &key.subject {
        text.push('-');
        text.push_str(subject);
    }
    if let Some(sector) = &key.sector {
        text.push_str("-sector-");
        text.push_str(sector);
    }
    let slug: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let is_faithful = slug.len() <= 40 && text.replace('_', "-") == slug;
    let named = if is_faithful {
        slug
    } else {
        let digest: String = Sha256::digest(text.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        let head: String = slug.chars().take(31).collect();
        format!("{head}-{digest}")
    };
    format!("SIG-{named}").parse()
}

/// The last weeks, with what was expected of those that were evaluated.
fn figures(watched: &Watched, run: &Run, counts: &[f64]) -> Vec<WeekFigure> {
    let start = counts.len().saturating_sub(WEEKS_KEPT);
    let figure = |(index, (week, observed)): (usize, (&Period, &f64))| {
        let point = run.points.iter().find(|point| point.index == index);
        WeekFigure {
            week: week.to_string(),
            observed: *observed,
            expected: point.and_then(|p| p.expected),
            threshold: point.and_then(|p| p.threshold),
            alarm: (run.first..=run.last).contains(&index),
        }
    };
    watched.weeks.iter().zip(counts).enumerate().skip(start).map(figure).collect()
}

fn part_line(watched: &Watched, part: &Run) -> PartLine {
    let latest = part.latest();
    PartLine {
        territory: part.key.territory.clone(),
        subject: part.key.subject.clone(),
        sector: part.key.sector.clone(),
        first_week: watched.week(part.first).map(|week| week.to_string()).unwrap_or_default(),
        observed: latest.map_or(0.0, |point| point.observed),
        expected: latest.and_then(|point| point.expected).unwrap_or(0.0),
        threshold: latest.and_then(|point| point.threshold).unwrap_or(0.0),
    }
}

/// How many reports the last alarming week will have had, while it is still coming in.
fn nowcast_of(watched: &Watched, run: &Run) -> Option<NowcastLine> {
    let back = watched.weeks.len().checked_sub(run.last + 1)?;
    let completeness = watched.delivered.get(&(run.key.family, run.key.layer))?.at(back);
    if completeness.is_whole() {
        return None;
    }
    let now = nowcast(run.latest()?.observed, completeness, NOWCAST_LEVEL);
    Some(NowcastLine { estimate: now.estimate, low: now.low, high: now.high, share: now.share, level: NOWCAST_LEVEL })
}

/// Reports of the run by territory: regions repeat their departments and are left out.
fn spread(watched: &Watched, run: &Run) -> BTreeMap<String, f64> {
    let whole = run.key.whole();
    let parts = watched.series.iter().filter(|(key, _)| {
        let place = key.subject.is_none() && key.sector.is_none() && **key != whole && key.whole() == whole;
        place && watched.levels.departments(&key.territory).next().is_none()
    });
    parts
        .map(|(key, counts)| {
            (key.territory.clone(), counts.get(run.first..=run.last).map_or(0.0, |window| window.iter().sum()))
        })
        .filter(|(_, count)| *count > 0.0)
        .collect()
}

/// The same weeks of past years, the latest first; a year whose weeks are not all in the series is left out.
fn same_weeks(watched: &Watched, run: &Run, counts: &[f64]) -> Vec<YearFigure> {
    let year_of = |index: usize| watched.week(index).map(|week| week.start().iso_week_date().year());
    let Some(year) = year_of(run.last) else { return Vec::new() };
    let covered = watched.years.get(&(run.key.family, run.key.layer)).copied().unwrap_or(0);
    let mut figures = Vec::new();
    for back in 1..=covered {
        let Ok(back) = i16::try_from(back) else { break };
        let mut sum = Some(0.0);
        for index in run.first..=run.last {
            let then = watched.week(index).and_then(|week| years_before(week, back));
            let count = then.and_then(|week| watched.weeks.binary_search(&week).ok()).and_then(|at| counts.get(at));
            sum = sum.zip(count).map(|(sum, count)| sum + count);
        }
        if let Some(observed) = sum {
            figures.push(YearFigure { year: year - back, observed });
        }
    }
    figures
}

/// The week of the same number; week 52 of a year that has no week 53.
fn years_before(week: Period, years: i16) -> Option<Period> {
    let iso = week.start().iso_week_date();
    let year = iso.year() - years;
    let named = |number: i8| format!("{year:04}-W{number:02}").parse::<Period>().ok();
    named(iso.week()).or_else(|| named(52))
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_model::Layer;

    fn key(phenomenon: &str, territory: &str, layer: Layer, subject: Option<&str>) -> SeriesKey {
        SeriesKey {
            family: if subject.is_some() { Family::Claims } else { Family::Reports },
            layer,
            phenomenon: phenomenon.to_owned(),
            territory: territory.to_owned(),
            subject: subject.map(str::to_owned),
            sector: None,
        }
    }

    #[test]
    fn identifiers_say_what_they_name() {
        let id = |key: SeriesKey| identifier("2025-W51", &key).unwrap().to_string();
        assert_eq!(id(key("fake_shop", "FR", Layer::Recorded, None)), "SIG-2025w51-fake-shop-FR");
        assert_eq!(
            id(key("fake_bank_adviser", "974", Layer::Platform, None)),
            "SIG-2025w51-fake-bank-adviser-974-platform"
        );
        let long = id(key("ransomware", "FR", Layer::Platform, Some("a group with a very long name")));
        assert!(long.len() <= 44 && long.starts_with("SIG-2025w51-ransomware-FR-claims"), "{long}");
        let (a, b) = (Some("group.1"), Some("group-1"));
        assert_ne!(id(key("ransomware", "FR", Layer::Platform, a)), id(key("ransomware", "FR", Layer::Platform, b)));
    }

    #[test]
    fn week_53_falls_back() {
        let week = |text: &str| text.parse::<Period>().unwrap();
        assert_eq!(years_before(week("2020-W53"), 1), Some(week("2019-W52")));
        assert_eq!(years_before(week("2025-W07"), 5), Some(week("2020-W07")));
    }
}
