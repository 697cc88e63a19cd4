//! Counts the rows as they are written, so that the truth is exact.

use crate::delays::LONGEST;
use crate::generate::Config;
use crate::planting::{Planted, Tag};
use crate::row::{Category, File, Row};
use crate::truth::{
    Delays, Duplicate, LayerTruth, Member, NewThreat, Rejected, SeriesTruth, SourceTruth, Truth, TruthWave, TruthWeek,
};
use std::collections::BTreeMap;

/// Classes of delays, in days.
const CLASSES: [(i32, i32); 8] = [(0, 1), (2, 3), (4, 7), (8, 30), (31, 90), (91, 180), (181, 365), (366, LONGEST)];

#[derive(Default)]
struct FileTally {
    by_year: BTreeMap<i16, u64>,
    loss_cents: i64,
    delays: BTreeMap<i32, u64>,
    unknown_delays: u64,
}

/// The counts so far.
#[derive(Default)]
pub(crate) struct Tally<'t> {
    cells: BTreeMap<(File, Category, i16, &'static str), u64>,
    phenomena: BTreeMap<(File, i16, &'t str), u64>,
    astad: BTreeMap<(File, i16), u64>,
    files: BTreeMap<File, FileTally>,
    /// Perceval and unites numbers of each planted pair.
    pairs: BTreeMap<usize, (Option<String>, Option<String>)>,
    pub(crate) role_errors: Vec<String>,
    pub(crate) rejected: Vec<Rejected>,
}

impl<'t> Tally<'t> {
    /// Counts one row.
    pub(crate) fn count(&mut self, row: &Row<'t>) {
        let year = row.reported.year();
        *self.cells.entry((row.file, row.category, year, row.department)).or_default() += 1;
        *self.phenomena.entry((row.file, year, row.phenomenon)).or_default() += 1;
        if row.astad {
            *self.astad.entry((row.file, year)).or_default() += 1;
        }
        let file = self.files.entry(row.file).or_default();
        *file.by_year.entry(year).or_default() += 1;
        file.loss_cents += row.loss_cents.unwrap_or(0);
        match row.occurred.map(|day| (row.reported - day).get_days()) {
            Some(days) => *file.delays.entry(days).or_default() += 1,
            None => file.unknown_delays += 1,
        }
    }

    /// Notes which number a planted row was given.
    pub(crate) fn planted(
        &mut self,
        planted: &Planted<'t>,
        id: &str,
        series: &mut [SeriesTruth],
        threat: &mut Option<NewThreat>,
        waves: &mut [TruthWave],
    ) {
        let member = || Member { source: planted.file.source().to_owned(), id: id.to_owned() };
        if let Some(whole) = planted.series.and_then(|idx| series.get_mut(idx)) {
            whole.members.push(member());
        }
        match planted.tag {
            Tag::Series => {}
            Tag::Wave { at } => {
                if let Some(wave) = waves.get_mut(at) {
                    wave.members.push(member());
                }
            }
            Tag::Threat { week } => {
                if let Some(week) = threat.as_mut().and_then(|threat| threat.weeks.get_mut(week)) {
                    let ids =
                        if planted.file == File::Unites { &mut week.complaints } else { &mut week.platform_reports };
                    ids.push(id.to_owned());
                }
            }
            Tag::Twin { pair } => {
                let pair = self.pairs.entry(pair).or_default();
                let slot = if planted.file == File::Unites { &mut pair.1 } else { &mut pair.0 };
                *slot = Some(id.to_owned());
            }
        }
    }

    /// The whole truth.
    pub(crate) fn truth(self, config: &Config, mut series: Vec<SeriesTruth>, mut threat: Option<NewThreat>) -> Truth {
        let mut layers: BTreeMap<String, LayerTruth> = BTreeMap::new();
        for ((file, category, year, department), n) in self.cells {
            let layer = layers.entry(file.layer().code().to_owned()).or_default();
            let code = category.code().to_owned();
            *layer.by_category_year.entry(code.clone()).or_default().entry(year).or_default() += n;
            let years = layer.by_category_year_department.entry(code).or_default();
            *years.entry(year).or_default().entry(department.to_owned()).or_default() += n;
        }
        for ((file, year, phenomenon), n) in self.phenomena {
            let layer = layers.entry(file.layer().code().to_owned()).or_default();
            *layer.by_phenomenon_year.entry(phenomenon.to_owned()).or_default().entry(year).or_default() += n;
        }
        for ((file, year), n) in self.astad {
            let layer = layers.entry(file.layer().code().to_owned()).or_default();
            *layer.astad_by_year.entry(year).or_default() += n;
        }
        let mut files = self.files;
        let sources = File::ALL
            .into_iter()
            .map(|file| (file.source().to_owned(), source(file, files.remove(&file).unwrap_or_default())))
            .collect();
        series.iter_mut().for_each(|series| series.members.sort());
        if let Some(threat) = &mut threat {
            threat.weeks.iter_mut().for_each(TruthWeek::sort);
        }
        Truth {
            synthetic: true,
            seed: config.seed,
            reports: config.reports,
            from_year: config.from_year,
            to_year: config.to_year,
            layers,
            sources,
            series,
            hubs: Vec::new(),
            duplicates: self
                .pairs
                .into_values()
                .filter_map(|(perceval, unites)| Some(Duplicate { perceval: perceval?, unites: unites? }))
                .collect(),
            role_errors: self.role_errors,
            deliveries: Vec::new(),
            new_threat: threat,
            waves: Vec::new(),
            rejected: self.rejected,
        }
    }
}

impl TruthWeek {
    fn sort(&mut self) {
        self.complaints.sort();
        self.platform_reports.sort();
    }
}

fn source(file: File, tally: FileTally) -> SourceTruth {
    let known: u64 = tally.delays.values().sum();
    let mut upto = 0;
    let median = tally.delays.iter().find_map(|(days, n)| {
        upto += n;
        (2 * upto >= known).then_some(*days)
    });
    SourceTruth {
        file: file.name().to_owned(),
        layer: file.layer().code().to_owned(),
        rows: tally.by_year.values().sum(),
        by_year: tally.by_year,
        loss_cents: tally.loss_cents,
        delays: Delays {
            known,
            unknown: tally.unknown_delays,
            median_days: median.unwrap_or(0),
            classes: CLASSES
                .iter()
                .map(|&(first, last)| (first, last, tally.delays.range(first..=last).map(|(_, n)| n).sum()))
                .collect(),
        },
    }
}
