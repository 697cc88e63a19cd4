//! What is compared of a report to find it again: small numbers and digests, no text but its identifier.

use beffroi_model::{Observable, Report, Role, SourceId, Territory};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// An author's observable that more reports share than this is a campaign's, and says nothing about one fact.
const HUB: u32 = 20;

/// What is compared of a report.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    pub(crate) source: usize,
    pub(crate) id: Box<str>,
    /// Day of the facts, else of the report, as a day number.
    pub(crate) day: i32,
    pub(crate) day_is_of_facts: bool,
    /// 0 when not located.
    pub(crate) territory: u32,
    /// 0 when not known.
    pub(crate) phenomenon: u32,
    /// 0 when not known.
    pub(crate) victim_kind: u32,
    /// In cents; none when not known or less than a euro.
    pub(crate) loss: Option<i64>,
    pub(crate) authors: Box<[u64]>,
    pub(crate) victims: Box<[u64]>,
}

/// The reports compared.
#[derive(Debug)]
pub(crate) struct Traces {
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    sources: Vec<SourceId>,
    names: HashMap<String, u32>,
    all: Vec<Trace>,
    degrees: HashMap<u64, u32>,
}

impl Traces {
    pub(crate) fn new(from: Option<Date>, to: Option<Date>) -> Self {
        let (sources, names, all, degrees) = (Vec::new(), HashMap::new(), Vec::new(), HashMap::new());
        Self { from, to, sources, names, all, degrees }
    }

    pub(crate) fn add(&mut self, report: &Report) {
        let source = match self.sources.iter().position(|known| *known == report.source) {
            Some(source) => source,
            None => {
                self.sources.push(report.source.clone());
                self.sources.len() - 1
            }
        };
        let of =
            |role: Role| -> Box<[u64]> { report.observables.iter().filter(|o| o.role == role).map(digest).collect() };
        let (authors, victims) = (of(Role::Author), of(Role::Victim));
        for author in &authors {
            *self.degrees.entry(*author).or_default() += 1;
        }
        let territory = Some(report.territory.code()).filter(|code| *code != Territory::NOT_LOCATED);
        let day = report.occurred_on.unwrap_or(report.reported_on);
        let trace = Trace {
            source,
            id: report.id.as_str().into(),
            day: (day - Date::constant(1970, 1, 1)).get_days(),
            day_is_of_facts: report.occurred_on.is_some(),
            territory: self.number(territory),
            phenomenon: self.number(report.phenomenon.as_deref()),
            victim_kind: self.number(report.victim_kind.map(|kind| kind.code())),
            loss: report.loss_cents.filter(|cents| *cents >= 100),
            authors,
            victims,
        };
        self.all.push(trace);
    }

    fn number(&mut self, text: Option<&str>) -> u32 {
        let Some(text) = text else { return 0 };
        if let Some(number) = self.names.get(text) {
            return *number;
        }
        let number = u32::try_from(self.names.len() + 1).unwrap_or(u32::MAX);
        self.names.insert(text.to_owned(), number);
        number
    }

    /// Puts sources and reports in an order that does not depend on that of their coming.
    pub(crate) fn seal(&mut self) {
        let mut order: Vec<usize> = (0..self.sources.len()).collect();
        order.sort_by_key(|i| self.sources.get(*i).cloned());
        let places: HashMap<usize, usize> = order.iter().enumerate().map(|(place, old)| (*old, place)).collect();
        for trace in &mut self.all {
            trace.source = places.get(&trace.source).copied().unwrap_or_default();
        }
        self.sources.sort();
        self.all.sort_by(|a, b| (a.source, &a.id).cmp(&(b.source, &b.id)));
    }

    pub(crate) fn all(&self) -> &[Trace] {
        &self.all
    }

    pub(crate) fn sources(&self) -> &[SourceId] {
        &self.sources
    }

    pub(crate) fn source(&self, number: usize) -> Option<&SourceId> {
        self.sources.get(number)
    }

    pub(crate) fn is_hub(&self, author: u64) -> bool {
        self.degrees.get(&author).is_some_and(|n| *n > HUB)
    }
}

/// Enough to compare with, too little to find the value again among many.
fn digest(observable: &Observable) -> u64 {
    let mut hasher = Sha256::new();
    hasher.update(observable.kind.code());
    hasher.update([0]);
    hasher.update(observable.value.as_bytes());
    hasher.finalize().first_chunk().map_or(0, |first| u64::from_be_bytes(*first))
}
