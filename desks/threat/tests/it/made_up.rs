//! Made-up reports: weekly counts of a known mean, and a rise where a test wants one.

use beffroi_desk_threat::watch::{self, WatchOptions, WatchSummary};
use beffroi_model::{Layer, Marking, Observable, Pap, Period, Report, ReportKind, SourceId, Tlp, VictimKind};
use beffroi_ports::doubles::{KeysInMemory, MemoryFacts};
use beffroi_store::{By, Store};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use std::sync::Arc;

/// The last day of the made-up data: a Sunday.
pub(crate) const LAST_DAY: Date = date(2025, 12, 21);
pub(crate) const GREEN: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An empty store.
pub(crate) async fn store() -> Store {
    Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap()
}

/// A lake being filled.
pub(crate) struct World {
    pub(crate) reports: Vec<Report>,
    state: u64,
}

/// What a made-up report is.
#[derive(Clone)]
pub(crate) struct Kind {
    pub(crate) source: &'static str,
    pub(crate) layer: Layer,
    pub(crate) kind: ReportKind,
    pub(crate) phenomenon: &'static str,
    pub(crate) territory: &'static str,
    pub(crate) subject: Option<&'static str>,
}

pub(crate) fn complaint(phenomenon: &'static str, territory: &'static str) -> Kind {
    Kind {
        source: "synth-unites",
        layer: Layer::Recorded,
        kind: ReportKind::Complaint,
        phenomenon,
        territory,
        subject: None,
    }
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        Self { reports: Vec::new(), state: seed }
    }

    /// A number between 0 and 1, always the same for the same seed (SplitMix64).
    fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A Poisson count, by inversion.
    fn poisson(&mut self, mean: f64) -> usize {
        let (mut u, mut p, mut n) = (self.uniform(), (-mean).exp(), 0);
        while u > p && n < 1000 {
            u -= p;
            n += 1;
            p *= mean / n as f64;
        }
        n
    }

    /// Adds one report on `day`.
    pub(crate) fn report(&mut self, kind: &Kind, day: Date) -> &mut Report {
        let n = self.reports.len();
        self.reports.push(Report {
            id: format!("R-{n:06}").parse().unwrap(),
            source: kind.source.parse::<SourceId>().unwrap(),
            layer: kind.layer,
            kind: kind.kind,
            unit_of_count: "plainte".into(),
            occurred_on: day.checked_sub(2.days()).ok(),
            reported_on: day,
            territory: kind.territory.parse().unwrap(),
            category: Some("AN-BIENS".into()),
            phenomenon: Some(kind.phenomenon.into()),
            astad: false,
            victim_kind: Some(if n.is_multiple_of(10) { VictimKind::Company } else { VictimKind::Individual }),
            sex: None,
            age_band: None,
            sector: None,
            size: None,
            subject: kind.subject.map(Into::into),
            loss_cents: (n.is_multiple_of(2)).then_some(25_000),
            observables: Vec::<Observable>::new(),
            marking: GREEN,
            legal_basis: "synthetic".into(),
            synthetic: true,
        });
        self.reports.last_mut().unwrap()
    }

    /// A Poisson count of mean `mean` for each of the last `n_weeks` weeks.
    pub(crate) fn background(&mut self, kind: &Kind, mean: f64, n_weeks: i64) {
        for back in 0..n_weeks {
            for _ in 0..self.poisson(mean) {
                let day = LAST_DAY.checked_sub((back * 7 + 3).days()).unwrap();
                self.report(kind, day);
            }
        }
    }

    /// `count` more reports in the week `back` weeks before the last.
    pub(crate) fn rise(&mut self, kind: &Kind, back: i64, count: usize) {
        for _ in 0..count {
            let day = LAST_DAY.checked_sub((back * 7 + 2).days()).unwrap();
            self.report(kind, day);
        }
    }

    pub(crate) fn facts(&self) -> MemoryFacts {
        MemoryFacts::holding(self.reports.clone(), vec![])
    }
}

/// Two phenomena in a few departments over more than five years, quiet.
pub(crate) fn quiet(seed: u64) -> World {
    let mut world = World::new(seed);
    for phenomenon in ["fake_shop", "fake_bank_adviser"] {
        for (territory, mean) in [("75", 6.0), ("13", 4.0), ("69", 3.0), ("33", 0.5), ("NL", 8.0)] {
            world.background(&complaint(phenomenon, territory), mean, 290);
        }
    }
    world
}

/// Three weeks of three times as many fake bank advisers in three departments.
pub(crate) fn with_rise(seed: u64) -> World {
    let mut world = quiet(seed);
    for back in 0..3 {
        for (territory, count) in [("75", 20), ("13", 18), ("69", 15), ("33", 2)] {
            world.rise(&complaint("fake_bank_adviser", territory), back, count);
        }
    }
    world
}

pub(crate) async fn watched(world: &World, store: &Store) -> WatchSummary {
    let options =
        WatchOptions { on: LAST_DAY, snapshot: None, budget: 5.0, by: By::new("watch", at("2025-12-22T06:00:00Z")) };
    watch::run(&world.facts(), store, options).await.unwrap()
}

pub(crate) fn week(text: &str) -> Period {
    text.parse().unwrap()
}
