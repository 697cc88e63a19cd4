//! The whole draw: quotas, planted reports, then year by year the rest, in order of day.

use crate::arrivals::Arrivals;
use crate::calendar;
use crate::emission::Emission;
use crate::identifiers::{Names, Phones};
use crate::phenomena::Phenomena;
use crate::places::Places;
use crate::planting::{self, Budget, Planted};
use crate::quotas::{Quotas, quotas};
use crate::random::Random;
use crate::row::{Category, File};
use crate::series::Maker;
use crate::tally::Tally;
use crate::threat;
use crate::truth::{self, Truth};
use crate::waves::{self, Traps};
use crate::writers::{WRONG_ROWS, Writers};
use beffroi_exercise::Plan;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// First and last year of the tables.
const YEARS: (i16, i16) = (2016, 2025);
/// Most reports a set may hold: report numbers have eight digits, and memory holds a year at a time.
const MOST: u64 = 50_000_000;

/// What to generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Valid rows over all files.
    pub reports: u64,
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// First year of reporting, 2016 or later.
    pub from_year: i16,
    /// Last year of reporting, 2025 or earlier.
    pub to_year: i16,
    /// An exercise: its waves and traps, instead of the new threat.
    pub plan: Option<Plan>,
}

impl Default for Config {
    fn default() -> Self {
        Self { reports: 200_000, seed: 2025, from_year: YEARS.0, to_year: YEARS.1, plan: None }
    }
}

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The years asked for are not those of the tables.
    #[error("cannot generate the years {from} to {to}: choose years from 2016 to 2025, the first not after the last")]
    Years {
        /// First year asked for.
        from: i16,
        /// Last year asked for.
        to: i16,
    },
    /// The weeks of an exercise are not within the set.
    #[error("the weeks of the exercise must lie within {first} and {last}, and leave one whole week after them")]
    Plan {
        /// The first year that has a past.
        first: i16,
        /// The last year.
        last: i16,
    },
    /// A source of an exercise that is not made.
    #[error(
        "`{source_id}` is no source of the generator: synth-unites, synth-thesee, synth-perceval and synth-17cyber are"
    )]
    Source {
        /// The source.
        source_id: String,
    },
    /// Too many reports.
    #[error("cannot generate {reports} reports: at most 50 000 000")]
    TooMany {
        /// How many were asked for.
        reports: u64,
    },
    /// A table of the generator is wrong.
    #[error("table {table} of the generator: {problem}")]
    Table {
        /// The table.
        table: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: check that the folder exists, is yours and has room")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A row cannot be written as JSON.
    #[error("a generated row cannot be written as JSON")]
    Json {
        /// Why.
        source: serde_json::Error,
    },
}

/// Writes the four files and `truth.json` into the folder `dir`, which is created when absent, and returns the truth.
/// `progress` is told how many reports are written, about every four thousand and at the end. Cost: about a second for 200 000
/// reports with optimisation; memory for one year of dates and the planted reports.
pub fn generate(config: &Config, dir: &Path, progress: &dyn Fn(u64)) -> Result<Truth, GenerateError> {
    let (from, to) = (config.from_year, config.to_year);
    if from < YEARS.0 || to > YEARS.1 || from > to {
        return Err(GenerateError::Years { from, to });
    }
    if config.reports > MOST {
        return Err(GenerateError::TooMany { reports: config.reports });
    }
    if let Some(plan) = &config.plan {
        waves::check(plan, from, to)?;
    }
    let quotas = quotas(config.reports, from, to)?;
    let phenomena = Phenomena::new()?;

    // One stream of draws for each subject, so that a change in one leaves the others as they are.
    let stream = |n| Random::new(config.seed, n);
    let places = Places::new(&mut stream(1))?;
    let mut phones = Phones::new(config.reports, &mut stream(2))?;
    let mut names = Names::default();
    let mut budget = Budget::new(&quotas);
    let mut planted = Vec::new();
    let mut series = Vec::new();
    let mut new_threat = match config.plan {
        Some(_) => None,
        None => threat::plant(
            &threat::Setting { reports: config.reports, year: to, phenomena: &phenomena },
            &mut phones,
            &mut stream(3),
            &mut budget,
            &mut series,
            &mut planted,
        )?,
    };
    let mut waves = match &config.plan {
        Some(plan) => waves::plant(plan, &phenomena, &mut names, &mut stream(9), &mut budget, &mut planted)?,
        None => Vec::new(),
    };
    let mut traps = Traps::new(config.plan.as_ref(), &phenomena, stream(10));
    let mut arrivals = Arrivals::new(config.plan.as_ref(), stream(11))?;
    planted.extend(planting::twins(&quotas, &mut budget, &phenomena, &places, &mut names, &mut stream(4))?);
    Maker {
        reports: config.reports,
        years: (from, to),
        phenomena: &phenomena,
        places: &places,
        phones: &mut phones,
        names: &mut names,
        random: &mut stream(5),
    }
    .plant(&mut budget, &mut planted, &mut series)?;

    std::fs::create_dir_all(dir).map_err(|source| GenerateError::Write { path: dir.to_owned(), source })?;
    let mut writers = Writers::create(dir)?;
    let mut emission = Emission::new(places, phones, names, stream(6), stream(8));
    let mut tally = Tally::default();
    let mut forms = stream(7);
    let mut wrong = WrongRows::new(&quotas);
    let mut done = 0;
    for year in from..=to {
        let mut days = stream(1000 + u64::try_from(year).unwrap_or(0));
        let weights: BTreeMap<_, _> = cells(&quotas, year)
            .map(|(file, category, _)| ((file, category), phenomena.weighted(file, year, category)))
            .collect();
        let mut kinds = stream(2000 + u64::try_from(year).unwrap_or(0));
        for slot in slots(&quotas, year, &planted, &mut days) {
            let row = if let Some(planted) = slot.planted.and_then(|idx| planted.get(idx)) {
                let row = emission.planted(planted);
                tally.planted(planted, &row.id, &mut series, &mut new_threat, &mut waves);
                row
            } else {
                let Some(phenomenon) = weights.get(&(slot.file, slot.category)).and_then(|w| w.pick(&mut kinds)) else {
                    let problem = format!("nothing to draw for {} in {year}", slot.file.name());
                    return Err(GenerateError::Table { table: "phenomena.csv", problem });
                };
                let (mut row, wrong_role) = emission.background(slot.file, slot.day, phenomenon);
                if wrong_role {
                    tally.role_errors.push(row.id.clone());
                }
                traps.spring(&mut row)?;
                row
            };
            tally.count(&row);
            writers.write(&row, arrivals.of(&row), &mut forms)?;
            if row.file == File::Unites
                && let Some(cells) = wrong.due()
            {
                tally.rejected.push(writers.write_wrong(cells)?);
            }
            done += 1;
            if done % 4096 == 0 {
                progress(done);
            }
        }
    }
    let end = Date::new(to, 12, 31).unwrap_or(Date::MAX);
    let deliveries = arrivals.told(&writers.finish()?, end);
    let mut truth = tally.truth(config, series, new_threat);
    truth.hubs = emission.hubs();
    waves.iter_mut().for_each(|wave| wave.members.sort());
    truth.waves = waves;
    truth.deliveries = deliveries;
    write_truth(&truth, dir)?;
    progress(done);
    Ok(truth)
}

fn write_truth(truth: &Truth, dir: &Path) -> Result<(), GenerateError> {
    let path = dir.join(truth::FILE);
    let mut json = serde_json::to_vec(truth).map_err(|source| GenerateError::Json { source })?;
    json.push(b'\n');
    std::fs::write(&path, json).map_err(|source| GenerateError::Write { path, source })
}

/// A report to make: planted, or ordinary.
struct Slot {
    day: Date,
    file: File,
    category: Category,
    planted: Option<usize>,
}

fn cells(quotas: &Quotas, year: i16) -> impl Iterator<Item = (File, Category, u64)> {
    quotas.iter().filter(move |((y, _, _), _)| *y == year).map(|((_, file, category), n)| (*file, *category, *n))
}

/// The reports of `year` in order of day: what was planted, and ordinary reports up to each quota.
fn slots(quotas: &Quotas, year: i16, planted: &[Planted<'_>], random: &mut Random) -> Vec<Slot> {
    let mut slots: Vec<Slot> = planted
        .iter()
        .enumerate()
        .filter(|(_, planted)| planted.reported.year() == year)
        .map(|(idx, planted)| Slot {
            day: planted.reported,
            file: planted.file,
            category: planted.phenomenon.category,
            planted: Some(idx),
        })
        .collect();
    let mut taken: BTreeMap<(File, Category), u64> = BTreeMap::new();
    for slot in &slots {
        *taken.entry((slot.file, slot.category)).or_default() += 1;
    }
    for (file, category, quota) in cells(quotas, year) {
        let days = calendar::days(file, year);
        let left = quota.saturating_sub(taken.get(&(file, category)).copied().unwrap_or(0));
        slots.extend((0..left).filter_map(|_| Some(Slot { day: days.pick(random)?, file, category, planted: None })));
    }
    random.shuffle(&mut slots);
    slots.sort_by_key(|slot| slot.day);
    slots
}

/// Spreads the rows that must be refused over the file.
struct WrongRows {
    every: u64,
    written: u64,
    next: std::slice::Iter<'static, (&'static str, &'static str, &'static str)>,
}

impl WrongRows {
    /// Twelve in a set of some size, none in a set without complaints.
    fn new(quotas: &Quotas) -> Self {
        let complaints: u64 = quotas.iter().filter(|((_, file, _), _)| *file == File::Unites).map(|(_, n)| n).sum();
        let every = (complaints / (u64::try_from(WRONG_ROWS.len()).unwrap_or(1) + 1)).max(1);
        Self { every, written: 0, next: WRONG_ROWS.iter() }
    }

    fn due(&mut self) -> Option<(&'static str, &'static str, &'static str)> {
        self.written += 1;
        if self.written.is_multiple_of(self.every) { self.next.next().copied() } else { None }
    }
}
