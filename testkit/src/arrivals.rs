//! How the reports of an exercise reach the lake: of the sources that its plan has delivered week by week, each report
//! lands in the file of a week, some of them later than the week it was made in.

use crate::generate::GenerateError;
use crate::random::Random;
use crate::row::{File, Row};
use crate::truth::TruthDelivery;
use beffroi_exercise::{Delivery, Plan};
use beffroi_model::{Grain, Period};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// When a report lands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Arrival {
    /// With the first delivery of its source.
    First,
    /// With that of a week.
    Week(Period),
    /// With the last one, after the weeks that are looked at.
    Last,
}

impl Arrival {
    /// The folder of the file, below that of the set; none for the files of the set itself.
    pub(crate) fn folder(self) -> Option<String> {
        match self {
            Self::First => None,
            Self::Week(week) => Some(format!("deliveries/{week}")),
            Self::Last => Some("deliveries/last".to_owned()),
        }
    }
}

/// The deliveries of a plan.
pub(crate) struct Arrivals<'a> {
    by_file: BTreeMap<File, &'a Delivery>,
    last: Option<Period>,
    random: Random,
}

impl<'a> Arrivals<'a> {
    /// # Errors
    /// [`GenerateError::Source`] for a source that the generator does not make.
    pub(crate) fn new(plan: Option<&'a Plan>, random: Random) -> Result<Self, GenerateError> {
        let mut by_file = BTreeMap::new();
        for delivery in plan.map_or(&[][..], |plan| &plan.deliveries) {
            let file = File::ALL.into_iter().find(|file| file.source() == delivery.source);
            let unknown = || GenerateError::Source { source_id: delivery.source.chars().take(40).collect() };
            by_file.insert(file.ok_or_else(unknown)?, delivery);
        }
        Ok(Self { by_file, last: plan.map(|plan| plan.last), random })
    }

    /// When a report lands.
    pub(crate) fn of(&mut self, row: &Row<'_>) -> Arrival {
        let (Some(delivery), Some(last)) = (self.by_file.get(&row.file), self.last) else { return Arrival::First };
        let week = Period::containing(row.reported, Grain::Week);
        if week < delivery.from {
            return Arrival::First;
        }
        let late = delivery.weeks_late(self.random.below(100));
        let lands = (0..late).fold(week, |week, _| week.next());
        if lands <= last { Arrival::Week(lands) } else { Arrival::Last }
    }

    /// The first delivery of a source that is delivered by the week: the day it is of.
    pub(crate) fn first_day(&self, file: File) -> Option<Date> {
        self.by_file.get(&file).map(|delivery| delivery.from.previous().end())
    }

    /// The deliveries that were written, the earliest first; `end`: the last day of the set.
    pub(crate) fn told(&self, written: &BTreeMap<(Arrival, File), u64>, end: Date) -> Vec<TruthDelivery> {
        let first = self.by_file.keys().filter_map(|file| {
            let vintage = self.first_day(*file)?;
            let rows = written.get(&(Arrival::First, *file)).copied().unwrap_or(0);
            Some(TruthDelivery { source: file.source().to_owned(), file: file.name().to_owned(), vintage, rows })
        });
        let later = written.iter().filter_map(|((arrival, file), rows)| {
            let vintage = match arrival {
                Arrival::First => return None,
                Arrival::Week(week) => week.end(),
                Arrival::Last => end,
            };
            let path = format!("{}/{}", arrival.folder()?, file.name());
            Some(TruthDelivery { source: file.source().to_owned(), file: path, vintage, rows: *rows })
        });
        first.chain(later).collect()
    }
}
