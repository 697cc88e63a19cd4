//! What an exercise injects: waves among the planted reports, traps over the ordinary ones.

use crate::generate::GenerateError;
use crate::identifiers::Names;
use crate::phenomena::Phenomena;
use crate::planting::{Budget, Planted, Tag};
use crate::random::{Random, Weighted};
use crate::row::{Author, File, Row};
use crate::truth::{TruthWave, WaveWeek};
use beffroi_exercise::{Plan, Trap, TrapKind};
use beffroi_model::{Grain, Period};
use jiff::ToSpan;
use jiff::civil::Date;

/// Of ten reports of a wave that are complaints, how many more come to the platform.
const ON_PLATFORM: u64 = 3;

/// Refuses a plan that the years of the set cannot hold: a watch needs a past, and the last week is to be whole.
pub(crate) fn check(plan: &Plan, from_year: i16, to_year: i16) -> Result<(), GenerateError> {
    let past = from_year.saturating_add(1);
    let fits = plan.first.start().year() >= past && plan.last.next().end().year() <= to_year;
    if fits { Ok(()) } else { Err(GenerateError::Plan { first: past, last: to_year }) }
}

/// Plants the waves; what the set has no room for is left out, and the truth counts what is there.
pub(crate) fn plant<'t>(
    plan: &Plan,
    phenomena: &'t Phenomena,
    names: &mut Names,
    random: &mut Random,
    budget: &mut Budget,
    planted: &mut Vec<Planted<'t>>,
) -> Result<Vec<TruthWave>, GenerateError> {
    let weekdays = Weighted::new([(125, 0), (119, 1), (112, 2), (110, 3), (106, 4), (76, 5), (52, 6)]);
    let mut truth = Vec::new();
    for (at, wave) in plan.waves.iter().enumerate() {
        let phenomenon = phenomena.get(&wave.phenomenon)?;
        let sector = wave.sector.as_deref().and_then(|c| code("sectors", c));
        let domain = wave.new_domain.then(|| names.domain(random));
        let mut weeks = Vec::new();
        for (n, week) in wave.periods().enumerate() {
            let departments: Vec<&'static str> =
                wave.reached(n).iter().filter_map(|c| code("departments", c)).collect();
            let complaints = wave.reports(n);
            let on_platform = if phenomenon.weight(File::Cyber17, week.start().year()) > 0 {
                complaints * ON_PLATFORM / 10
            } else {
                0
            };
            let files = (0..complaints).map(|_| File::Unites).chain((0..on_platform).map(|_| File::Cyber17));
            let mut counted = WaveWeek { week: week.to_string(), complaints: 0, platform_reports: 0 };
            for file in files {
                let reported = week.start().saturating_add(weekdays.pick(random).unwrap_or(0).days());
                let is_open = file.opens().is_none_or(|day| reported >= day);
                if !is_open || !budget.take(file, reported, phenomenon.category) {
                    continue;
                }
                match file {
                    File::Unites => counted.complaints += 1,
                    _ => counted.platform_reports += 1,
                }
                planted.push(Planted {
                    file,
                    reported,
                    phenomenon,
                    department: random.one_of(&departments),
                    occurred: Some(reported.saturating_sub(random.between(0, 4).days())),
                    loss_cents: None,
                    sector,
                    author: Author { domain: domain.clone(), ..Author::default() },
                    series: None,
                    tag: Tag::Wave { at },
                });
            }
            weeks.push(counted);
        }
        truth.push(TruthWave { id: wave.id.clone(), domain, weeks, members: Vec::new() });
    }
    Ok(truth)
}

/// A code as the list of the program keeps it.
fn code(list: &str, code: &str) -> Option<&'static str> {
    Some(beffroi_codes::list(list)?.code(code)?.code.as_str())
}

/// What the traps of a plan make of an ordinary report.
pub(crate) struct Traps<'a, 't> {
    traps: &'a [Trap],
    phenomena: &'t Phenomena,
    random: Random,
}

impl<'a, 't> Traps<'a, 't> {
    pub(crate) fn new(plan: Option<&'a Plan>, phenomena: &'t Phenomena, random: Random) -> Self {
        Self { traps: plan.map_or(&[], |plan| plan.traps.as_slice()), phenomena, random }
    }

    /// Moves or recodes a report that a trap touches; the first one that does.
    pub(crate) fn spring(&mut self, row: &mut Row<'t>) -> Result<(), GenerateError> {
        let week = Period::containing(row.reported, Grain::Week);
        for trap in self.traps {
            if !trap.touches(row.phenomenon, row.department, week) || !self.random.chance(trap.per_cent * 10) {
                continue;
            }
            match trap.kind {
                TrapKind::LateDelivery | TrapKind::Holiday => {
                    row.reported = self.day_of(trap.rebound());
                }
                TrapKind::DefinitionChange => {
                    let into = self.phenomena.get(trap.into.as_deref().unwrap_or_default())?;
                    (row.phenomenon, row.category, row.astad) = (&into.code, into.category, into.astad);
                }
            }
            break;
        }
        Ok(())
    }

    /// A working day of a week.
    fn day_of(&mut self, week: Period) -> Date {
        week.start().saturating_add(self.random.between(0, 4).days())
    }
}
