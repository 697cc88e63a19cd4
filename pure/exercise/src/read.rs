//! Reading a plan: TOML in, a plan or what is wrong with it out.

use crate::plan::{Plan, TrapKind};
use beffroi_model::{Grain, Period};
use std::collections::BTreeSet;

/// The longest plan read, in bytes.
const LONGEST: usize = 256 * 1024;
/// The most waves and traps together.
const MOST: usize = 200;
/// The most weeks looked at.
const WEEKS_MOST: usize = 104;
/// The most sources that are delivered week by week.
const SOURCES_MOST: usize = 8;
/// Fewer weeks delivered before the first one looked at teach a watch nothing of delays.
const TAUGHT_LEAST: usize = 8;
/// The most of them.
const TAUGHT_MOST: usize = 52;
/// The longest delay of a report, in weeks.
const LATEST: usize = 12;
/// The most reports of a week of a wave.
const PEAK_MOST: u64 = 100_000;

/// Why a plan is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Too long to be read.
    #[error("a plan of more than {LONGEST} bytes is not read")]
    TooLong,
    /// Not TOML, or a field that there is not.
    #[error("the plan does not read: {0}")]
    Form(String),
    /// A wave, a trap or the whole says what cannot be.
    #[error("{place}: {problem}")]
    Wrong {
        /// `plan`, or the short name of the wave or trap.
        place: String,
        /// What is wrong, and what is expected.
        problem: String,
    },
}

/// Reads a plan.
///
/// # Errors
/// [`PlanError`], with the first thing that is wrong.
pub fn read_plan(text: &str) -> Result<Plan, PlanError> {
    if text.len() > LONGEST {
        return Err(PlanError::TooLong);
    }
    let plan: Plan = toml::from_str(text).map_err(|error| PlanError::Form(error.to_string()))?;
    check(&plan)?;
    Ok(plan)
}

fn check(plan: &Plan) -> Result<(), PlanError> {
    let wrong = |place: &str, problem: String| Err(PlanError::Wrong { place: place.to_owned(), problem });
    if plan.name.trim().is_empty() || plan.name.chars().count() > 120 || plan.name.contains(char::is_control) {
        return wrong("plan", "`name` needs one line of 1 to 120 characters".to_owned());
    }
    if plan.first.grain() != Grain::Week || plan.last.grain() != Grain::Week || plan.last < plan.first {
        return wrong("plan", "`first` and `last` are ISO weeks, as 2025-W10, the first not after the last".to_owned());
    }
    if plan.first.through(plan.last).take(WEEKS_MOST + 1).count() > WEEKS_MOST {
        return wrong("plan", format!("at most {WEEKS_MOST} weeks are looked at"));
    }
    if plan.waves.is_empty() || plan.waves.len() + plan.traps.len() > MOST {
        return wrong("plan", format!("needs at least one [[wave]], and at most {MOST} waves and traps"));
    }
    let mut ids = BTreeSet::new();
    for id in plan.waves.iter().map(|wave| &wave.id).chain(plan.traps.iter().map(|trap| &trap.id)) {
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || id.len() > 40 || !id.chars().all(is_id) || !ids.insert(id) {
            let shown: String = id.chars().filter(|c| !c.is_control()).take(40).collect();
            return wrong(&shown, "`id` is 1 to 40 lower-case letters, digits, hyphens, and stands once".to_owned());
        }
    }
    for wave in &plan.waves {
        known(&wave.id, "phenomena", &wave.phenomenon)?;
        wave.departments.iter().try_for_each(|code| known(&wave.id, "departments", code))?;
        wave.sector.iter().try_for_each(|code| known(&wave.id, "sectors", code))?;
        within(plan, &wave.id, wave.start, wave.weeks)?;
        if wave.peak == 0 || wave.peak > PEAK_MOST {
            return wrong(&wave.id, format!("`peak` is 1 to {PEAK_MOST} reports a week"));
        }
        if wave.spread.is_some_and(|weeks| !(1..=52).contains(&weeks) || wave.departments.len() < 2) {
            return wrong(&wave.id, "`spread` is 1 to 52 weeks, over at least two `departments`".to_owned());
        }
    }
    for trap in &plan.traps {
        trap.phenomenon.iter().try_for_each(|code| known(&trap.id, "phenomena", code))?;
        trap.into.iter().try_for_each(|code| known(&trap.id, "phenomena", code))?;
        trap.departments.iter().try_for_each(|code| known(&trap.id, "departments", code))?;
        within(plan, &trap.id, trap.start, trap.weeks)?;
        if trap.per_cent == 0 || trap.per_cent > 100 {
            return wrong(&trap.id, "`per_cent` is 1 to 100".to_owned());
        }
        let both = trap.phenomenon.is_some() && trap.into.is_some() && trap.into != trap.phenomenon;
        match trap.kind {
            TrapKind::DefinitionChange if !both => {
                return wrong(
                    &trap.id,
                    "a change of definition needs `phenomenon` and another one as `into`".to_owned(),
                );
            }
            TrapKind::LateDelivery | TrapKind::Holiday if trap.into.is_some() => {
                return wrong(&trap.id, "`into` is for a change of definition".to_owned());
            }
            _ => {}
        }
    }
    check_deliveries(plan)
}

fn check_deliveries(plan: &Plan) -> Result<(), PlanError> {
    let mut sources = BTreeSet::new();
    for delivery in &plan.deliveries {
        let place: String = delivery.source.chars().filter(|c| !c.is_control()).take(40).collect();
        let wrong = |problem: String| Err(PlanError::Wrong { place: place.clone(), problem });
        let is_id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let id = &delivery.source;
        if id.is_empty() || id.len() > 40 || !id.chars().all(is_id) || !sources.insert(id) {
            return wrong("`source` names a source of the generator, each once".to_owned());
        }
        if sources.len() > SOURCES_MOST {
            return wrong(format!("at most {SOURCES_MOST} sources are delivered week by week"));
        }
        let (from, first) = (delivery.from, plan.first);
        let taught = from.through(first).take(TAUGHT_MOST + 2).count().saturating_sub(1);
        if from.grain() != Grain::Week || !(TAUGHT_LEAST..=TAUGHT_MOST).contains(&taught) {
            let problem = format!("`from` is an ISO week {TAUGHT_LEAST} to {TAUGHT_MOST} weeks before {first}");
            return wrong(problem);
        }
        let sum = delivery.shares.iter().try_fold(0_u64, |sum, share| sum.checked_add(*share));
        let is_late = (2..=LATEST + 1).contains(&delivery.shares.len());
        if sum != Some(100) || !is_late || delivery.shares.first() == Some(&0) {
            return wrong(format!(
                "`shares` are 2 to {} numbers that make 100 together, the first of them above 0",
                LATEST + 1
            ));
        }
    }
    Ok(())
}

fn known(place: &str, list: &str, code: &str) -> Result<(), PlanError> {
    if beffroi_codes::list(list).is_some_and(|list| list.code(code).is_some()) {
        return Ok(());
    }
    let shown: String = code.chars().filter(|c| !c.is_control()).take(40).collect();
    let problem = format!("`{shown}` is no code of the list {list}: `beffroi codes show {list}` names them");
    Err(PlanError::Wrong { place: place.to_owned(), problem })
}

fn within(plan: &Plan, place: &str, start: Period, weeks: usize) -> Result<(), PlanError> {
    let is_week = start.grain() == Grain::Week;
    let ends = || (1..weeks).fold(start, |week, _| week.next());
    if is_week && (1..=52).contains(&weeks) && start >= plan.first && ends() <= plan.last {
        return Ok(());
    }
    let problem = format!("`start` and `weeks` (1 to 52) lie within {} and {}", plan.first, plan.last);
    Err(PlanError::Wrong { place: place.to_owned(), problem })
}
