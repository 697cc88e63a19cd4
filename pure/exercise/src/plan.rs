//! What is injected, and what explains an alarm.

use beffroi_model::{Period, Territory};
use serde::{Deserialize, Serialize};

/// For how many weeks after a wave an alarm is still the wave's: the tail of what came in late, and of methods that
/// forget slowly.
const GRACE_WEEKS: usize = 2;

/// What an analyst should say of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// A new threat.
    New,
    /// A variant of a known one.
    Variant,
    /// Known, or no threat.
    Known,
    /// Not of the command's competence.
    OutOfScope,
}

impl Verdict {
    /// The code, as signals are decided.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Variant => "variant",
            Self::Known => "known",
            Self::OutOfScope => "out-of-scope",
        }
    }

    /// Whether a flash is to be expected.
    pub fn calls_for_a_flash(self) -> bool {
        matches!(self, Self::New | Self::Variant)
    }
}

/// How a wave goes from week to week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// The same every week.
    Step,
    /// Grows evenly up to its peak in the last week.
    Growth,
    /// Grows, and falls as it grew.
    Bell,
    /// Starts at its peak and halves each week.
    Decay,
}

/// A rise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wave {
    /// Its short name.
    pub id: String,
    /// Code of the list `phenomena`.
    pub phenomenon: String,
    /// Departments; the whole country when empty.
    #[serde(default)]
    pub departments: Vec<String>,
    /// Every so many weeks it reaches one department more, in the order in which they are named; all at once when none.
    #[serde(default)]
    pub spread: Option<usize>,
    /// Sector of its victims (list `sectors`); any when none.
    #[serde(default)]
    pub sector: Option<String>,
    /// Its first ISO week.
    pub start: Period,
    /// How many weeks it lasts.
    pub weeks: usize,
    /// How it goes.
    pub shape: Shape,
    /// Reports of its strongest week.
    pub peak: u64,
    /// What an analyst should say of it.
    pub verdict: Verdict,
    /// Whether its reports name a domain never seen before.
    #[serde(default)]
    pub new_domain: bool,
}

impl Wave {
    /// Reports of its week `n`, from 0.
    pub fn reports(&self, n: usize) -> u64 {
        let (n, weeks) = (n as u64, self.weeks as u64);
        if n >= weeks {
            return 0;
        }
        match self.shape {
            Shape::Step => self.peak,
            Shape::Growth => (self.peak * (n + 1)).div_ceil(weeks),
            Shape::Bell => (self.peak * (n + 1).min(weeks - n)).div_ceil(weeks.div_ceil(2)),
            Shape::Decay => (self.peak >> n.min(63)).max(1),
        }
    }

    /// The departments that it has reached in its week `n`, from 0; the whole country when there are none.
    pub fn reached(&self, n: usize) -> &[String] {
        let many = match self.spread {
            Some(weeks) => 1 + n.min(self.weeks.saturating_sub(1)) / weeks.max(1),
            None => self.departments.len(),
        };
        self.departments.get(..many).unwrap_or(&self.departments)
    }

    /// Its weeks, in order.
    pub fn periods(&self) -> impl Iterator<Item = Period> {
        std::iter::successors(Some(self.start), |week| Some(week.next())).take(self.weeks)
    }

    /// Whether it explains what was counted.
    pub fn explains(&self, counted: &Counted<'_>) -> bool {
        let end = (1..self.weeks + GRACE_WEEKS).fold(self.start, |week, _| week.next());
        let (from, to) = counted.weeks;
        self.phenomenon == counted.phenomenon
            && from <= end
            && to >= self.start
            && reaches(self.reached(self.start.through(to.min(end)).count().saturating_sub(1)), counted.territory)
            && (counted.sector.is_none() || self.sector.is_none() || self.sector.as_deref() == counted.sector)
    }
}

/// What an alarm is about.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The phenomenon.
    pub phenomenon: &'a str,
    /// A department, a region, or `FR`.
    pub territory: &'a str,
    /// The sector, where one is counted apart.
    pub sector: Option<&'a str>,
    /// First and last week in alarm.
    pub weeks: (Period, Period),
}

/// What looks like a wave and is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrapKind {
    /// Reports of some weeks are taken down in the week after them.
    LateDelivery,
    /// Little is reported in those weeks, and what was not comes in the week after.
    Holiday,
    /// From then on a share of the reports of one phenomenon is coded as another.
    DefinitionChange,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trap {
    /// Its short name.
    pub id: String,
    /// What it is.
    pub kind: TrapKind,
    /// Whose reports; everything when none. For a change of definition: from which.
    #[serde(default)]
    pub phenomenon: Option<String>,
    /// For a change of definition: as which.
    #[serde(default)]
    pub into: Option<String>,
    /// Departments; the whole country when empty.
    #[serde(default)]
    pub departments: Vec<String>,
    /// Its first ISO week.
    pub start: Period,
    /// How many weeks it lasts; to the end for a change of definition.
    #[serde(default = "one")]
    pub weeks: usize,
    /// Of a hundred reports, how many it touches.
    #[serde(default = "most")]
    pub per_cent: u64,
}

fn one() -> usize {
    1
}

fn most() -> u64 {
    90
}

impl Trap {
    /// The week into which reports are moved.
    pub fn rebound(&self) -> Period {
        (0..self.weeks).fold(self.start, |week, _| week.next())
    }

    /// Whether it may touch what is reported on a phenomenon, in a department, in a week.
    pub fn touches(&self, phenomenon: &str, department: &str, week: Period) -> bool {
        let in_time = match self.kind {
            TrapKind::DefinitionChange => week >= self.start,
            TrapKind::LateDelivery | TrapKind::Holiday => week >= self.start && week < self.rebound(),
        };
        in_time
            && self.phenomenon.as_deref().is_none_or(|own| own == phenomenon)
            && (self.departments.is_empty() || self.departments.iter().any(|own| own == department))
    }

    /// Whether it explains what was counted in the weeks `from` to the last of the plan.
    fn explains(&self, counted: &Counted<'_>, last: Period) -> bool {
        let (own, first, last) = match self.kind {
            TrapKind::DefinitionChange => (self.into.as_deref(), self.start, last),
            // What is reported twice in one week may last into the next.
            TrapKind::LateDelivery | TrapKind::Holiday => {
                (self.phenomenon.as_deref(), self.rebound(), self.rebound().next())
            }
        };
        let (from, to) = counted.weeks;
        own.is_none_or(|own| own == counted.phenomenon)
            && from <= last
            && to >= first
            && reaches(&self.departments, counted.territory)
    }
}

/// How the reports of a source arrive: week by week, some of them later than the week they were made in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// The source.
    pub source: String,
    /// The first week that is delivered by itself: all before it comes in one delivery. The weeks from it to the first
    /// that is looked at are what delays are learnt from.
    pub from: Period,
    /// Of a hundred reports of a week, how many arrive with its own delivery, how many with the one after, and so on.
    pub shares: Vec<u64>,
}

impl Delivery {
    /// How many weeks late a report arrives, for a number drawn from 0 to 99.
    pub fn weeks_late(&self, drawn: u64) -> usize {
        let mut up_to = 0;
        let late = self.shares.iter().position(|share| {
            up_to += share;
            drawn < up_to
        });
        late.unwrap_or(self.shares.len().saturating_sub(1))
    }
}

/// What is behind an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause<'a> {
    /// A wave.
    Wave(&'a Wave),
    /// A trap.
    Trap(&'a Trap),
    /// Nothing that was injected.
    Nothing,
}

/// An exercise: when, and what is injected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its name.
    pub name: String,
    /// The first ISO week that is looked at.
    pub first: Period,
    /// The last one.
    pub last: Period,
    /// Rises.
    #[serde(default, rename = "wave")]
    pub waves: Vec<Wave>,
    /// What only looks like one.
    #[serde(default, rename = "trap")]
    pub traps: Vec<Trap>,
    /// Sources that are delivered week by week, late for a part; the others come whole, at once.
    #[serde(default, rename = "delivery")]
    pub deliveries: Vec<Delivery>,
}

impl Plan {
    /// The weeks looked at, in order.
    pub fn weeks(&self) -> Vec<Period> {
        self.first.through(self.last).collect()
    }

    /// What explains what was counted: a wave first, then a trap.
    pub fn explain(&self, counted: &Counted<'_>) -> Cause<'_> {
        if let Some(wave) = self.waves.iter().find(|wave| wave.explains(counted)) {
            return Cause::Wave(wave);
        }
        let trap = self.traps.iter().find(|trap| trap.explains(counted, self.last));
        trap.map_or(Cause::Nothing, Cause::Trap)
    }
}

/// Whether what happens in `departments` (everywhere when there are none) shows in a territory.
fn reaches(departments: &[String], territory: &str) -> bool {
    if departments.is_empty() || territory == Territory::FRANCE {
        return true;
    }
    let list = beffroi_codes::list("departments");
    let region = |code: &str| list?.code(code)?.parent.clone();
    departments.iter().any(|code| code == territory || region(code).as_deref() == Some(territory))
}
