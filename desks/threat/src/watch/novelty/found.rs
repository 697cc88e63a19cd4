//! A finding, and the signal it becomes.

use super::seen::{Lately, Profile};
use super::{DAYS, LEAST_REPORTS};
use crate::signals::{NearLine, NewsLine, SignalContent, WeekFigure};
use crate::watch::folding::Occasion;
use beffroi_model::{IdError, Layer, Period, Territory};
use beffroi_store::SignalRow;
use beffroi_surveillance::distance;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Names of a family that are kept.
const MEMBERS_KEPT: usize = 12;
/// Weeks kept for the drawing.
const WEEKS_KEPT: usize = 26;

/// What is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NewKind {
    Observable,
    Domains,
    Brand,
    Term,
}

impl NewKind {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Observable => "new-observable",
            Self::Domains => "lookalike-domains",
            Self::Brand => "new-brand",
            Self::Term => "term-burst",
        }
    }
}

/// Something new in kind.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    kind: NewKind,
    shown: String,
    /// What tells it from any other; never shown.
    identity: String,
    seen: Lately,
    near: Vec<NearLine>,
    pub(crate) members: Vec<String>,
    pub(crate) p_value: Option<f64>,
}

impl Finding {
    pub(crate) fn new(kind: NewKind, shown: String, identity: String, seen: Lately) -> Self {
        Self { kind, shown, identity, seen, near: vec![], members: vec![], p_value: None }
    }

    /// The known phenomena that look most like it.
    pub(crate) fn nearest(&mut self, known: &BTreeMap<String, Profile>, n: usize) {
        if self.seen.profile.0.is_empty() {
            return;
        }
        let near = |(code, profile): (&String, &Profile)| NearLine {
            phenomenon: code.clone(),
            distance: distance(&self.seen.profile.0, &profile.0),
        };
        let mut all: Vec<NearLine> = known.iter().map(near).collect();
        all.sort_by(|a, b| a.distance.total_cmp(&b.distance).then_with(|| a.phenomenon.cmp(&b.phenomenon)));
        all.truncate(n);
        self.near = all;
    }

    /// The signal; the one already known under its name keeps the time it was found.
    pub(crate) fn row(self, weeks: &[Period], occasion: Occasion<'_>) -> Result<Option<SignalRow>, IdError> {
        let Occasion { known, snapshot, budget, now } = occasion;
        let kept = weeks.get(weeks.len().saturating_sub(WEEKS_KEPT)..).unwrap_or_default();
        let count = |week: Period| -> f64 {
            self.seen.days.iter().filter(|((day, _), _)| week.contains(*day)).map(|(_, n)| *n as f64).sum()
        };
        let counts: Vec<f64> = kept.iter().map(|week| count(*week)).collect();
        let seen_weeks: Vec<Period> =
            kept.iter().zip(&counts).filter(|(_, count)| **count > 0.0).map(|(week, _)| *week).collect();
        let (Some(first), Some(last)) = (seen_weeks.first(), seen_weeks.last()) else { return Ok(None) };
        let digest: String =
            Sha256::digest(self.identity.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let id = format!("SIG-{}-{digest}", self.kind.code()).parse()?;
        let earlier = known
            .iter()
            .find(|row| row.id == id)
            .and_then(|row| serde_json::from_value::<SignalContent>(row.content.clone()).ok());
        let (busiest, places) = self.seen.busiest(DAYS);
        let threshold = (LEAST_REPORTS - 1) as f64;
        let week_figure = |(week, observed): (&Period, &f64)| WeekFigure {
            week: week.to_string(),
            observed: *observed,
            expected: (week >= first).then_some(0.0),
            threshold: (week >= first).then_some(threshold),
            alarm: week >= first && week <= last,
        };
        let most = |of: &BTreeMap<String, usize>| of.iter().max_by_key(|(_, n)| **n).map(|(code, _)| code.clone());
        let layer = self.seen.layers.iter().max_by_key(|(_, n)| **n).map_or(Layer::Recorded, |(layer, _)| *layer);
        let mut spread: BTreeMap<String, f64> = BTreeMap::new();
        for ((_, place), n) in &self.seen.days {
            *spread.entry(place.clone()).or_default() += *n as f64;
        }
        let content = SignalContent {
            subject: None,
            sector: None,
            claims: false,
            ratio: None,
            p_value: self.p_value,
            alpha: super::RATE,
            baseline_years: 2,
            run_observed: counts.iter().sum(),
            weeks: kept.iter().zip(&counts).map(week_figure).collect(),
            parts: vec![],
            spread,
            same_weeks: vec![],
            first_seen: Some(first.to_string()),
            sources: self.seen.sources.iter().cloned().collect(),
            why_else: vec!["signal-else-coding".to_owned()],
            detected_at: earlier.map_or(now, |content| content.detected_at),
            nowcast: None,
            counted_since: None,
            budget: Some(budget),
            cluster: None,
            news: Some(NewsLine {
                kind: self.kind.code().to_owned(),
                what: self.shown,
                reports: busiest as u64,
                places: places as u64,
                days: u64::try_from(DAYS).unwrap_or(0),
                members: self.members.into_iter().collect::<BTreeSet<_>>().into_iter().take(MEMBERS_KEPT).collect(),
                near: self.near,
            }),
        };
        let observed = counts.last().copied().unwrap_or(0.0);
        Ok(Some(SignalRow {
            id,
            phenomenon: most(&self.seen.phenomena),
            territory: Territory::FRANCE.to_owned(),
            layer: layer.code().to_owned(),
            first_week: first.to_string(),
            last_week: last.to_string(),
            observed,
            expected: 0.0,
            threshold,
            // Standard deviations on the square-root scale, of the busiest days over what nobody had seen.
            strength: 2.0 * ((busiest as f64).sqrt() - threshold.sqrt()),
            method: self.kind.code().to_owned(),
            snapshot,
            state: "open".to_owned(),
            reason: None,
            decided_by: None,
            decided_at: None,
            synthetic: self.seen.synthetic,
            content: serde_json::to_value(content).unwrap_or_default(),
        }))
    }
}
