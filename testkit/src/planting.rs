//! What is planted among the background: who may take the place of how many ordinary reports, and the facts reported twice.

use crate::delays;
use crate::generate::GenerateError;
use crate::identifiers::Names;
use crate::phenomena::{Phenomena, Phenomenon};
use crate::places::Places;
use crate::quotas::Quotas;
use crate::random::Random;
use crate::row::{Author, Category, File};
use jiff::ToSpan;
use jiff::civil::Date;

/// A report that was decided beforehand.
#[derive(Debug, Clone)]
pub(crate) struct Planted<'t> {
    pub(crate) file: File,
    pub(crate) reported: Date,
    pub(crate) phenomenon: &'t Phenomenon,
    /// Given when the place matters; drawn otherwise.
    pub(crate) department: Option<&'static str>,
    /// Given when the day of the facts matters.
    pub(crate) occurred: Option<Date>,
    /// Given when the amount matters.
    pub(crate) loss_cents: Option<i64>,
    /// Given when the sector of the victim matters.
    pub(crate) sector: Option<&'static str>,
    pub(crate) author: Author,
    /// Index of its series.
    pub(crate) series: Option<usize>,
    pub(crate) tag: Tag,
}

/// Why a report was planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Series,
    Threat { week: usize },
    Wave { at: usize },
    Twin { pair: usize },
}

/// Places left for planted reports: half of each quota, so that background always remains and totals stay exact.
pub(crate) struct Budget {
    left: Quotas,
}

impl Budget {
    pub(crate) fn new(quotas: &Quotas) -> Self {
        Self { left: quotas.iter().map(|(cell, n)| (*cell, n / 2)).collect() }
    }

    /// Takes one place, when there is one.
    pub(crate) fn take(&mut self, file: File, reported: Date, category: Category) -> bool {
        match self.left.get_mut(&(reported.year(), file, category)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// Takes one place in both cells or in neither.
    fn take_both(&mut self, one: (File, Date), other: (File, Date), category: Category) -> bool {
        let free = |(file, day): (File, Date)| self.left.get(&(day.year(), file, category)).is_some_and(|n| *n > 0);
        if !(free(one) && free(other)) {
            return false;
        }
        self.take(one.0, one.1, category) && self.take(other.0, other.1, category)
    }

    /// Places left in a cell.
    pub(crate) fn left(&self, file: File, year: i16, category: Category) -> u64 {
        self.left.get(&(year, file, category)).copied().unwrap_or(0)
    }
}

/// Per mille of the PERCEVAL reports whose fact was also complained of at a unit.
const TWINS: u64 = 20;

/// Facts reported on PERCEVAL and at a unit: same day of facts, department, amount and site; the complaint comes up to ten days
/// after the report.
pub(crate) fn twins<'t>(
    quotas: &Quotas,
    budget: &mut Budget,
    phenomena: &'t Phenomena,
    places: &Places,
    names: &mut Names,
    random: &mut Random,
) -> Result<Vec<Planted<'t>>, GenerateError> {
    let card_fraud = phenomena.get("card_fraud")?;
    let fake_shop = phenomena.get("fake_shop")?;
    let mut planted = Vec::new();
    let mut pair = 0;
    // Thousandths of a pair carried from year to year, so that small sets have pairs too.
    let mut due = 0;
    let cells = quotas.iter().filter(|((_, file, _), _)| *file == File::Perceval);
    for ((year, _, _), n) in cells {
        let days = crate::calendar::days(File::Perceval, *year);
        due += n * TWINS;
        while due >= 1000 {
            due -= 1000;
            let Some(on_perceval) = days.pick(random) else { continue };
            let last_day = Date::new(*year, 12, 31).unwrap_or(on_perceval);
            let at_unit = on_perceval.saturating_add(random.between(0, 10).days()).min(last_day);
            if !budget.take_both((File::Perceval, on_perceval), (File::Unites, at_unit), Category::Biens) {
                continue;
            }
            let phenomenon = if random.chance(850) { card_fraud } else { fake_shop };
            let fact = Planted {
                file: File::Perceval,
                reported: on_perceval,
                phenomenon,
                department: Some(places.located(random)),
                occurred: Some(on_perceval.saturating_sub(delays::draw(File::Perceval, random).days())),
                loss_cents: phenomenon.loss_cents(File::Perceval, random),
                sector: None,
                author: Author { domain: Some(names.domain(random)), ..Author::default() },
                series: None,
                tag: Tag::Twin { pair },
            };
            planted.push(Planted { file: File::Unites, reported: at_unit, ..fact.clone() });
            planted.push(fact);
            pair += 1;
        }
    }
    Ok(planted)
}
