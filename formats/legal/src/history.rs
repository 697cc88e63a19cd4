//! Versions put together: which one held on a day, and what changed between two days.

use crate::version::{Law, Other, Version, holds};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Articles in the versions that are known of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// By article, then by version.
    articles: BTreeMap<String, BTreeMap<String, Version>>,
    /// Versions that are told without their text.
    told: BTreeMap<String, BTreeMap<String, Other>>,
}

/// What held on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At<'a> {
    /// This version.
    One(&'a Version),
    /// Several claim to have held: their dates overlap, and somebody must decide.
    Several(Vec<&'a Version>),
    /// A version held, whose text is not here: bring the file of this identifier.
    Absent(&'a Other),
    /// None: before the first day of its first version, after its end, or in a gap. The days around, where known.
    None {
        /// Last end before the day.
        ended: Option<Date>,
        /// First beginning after the day.
        begins: Option<Date>,
    },
    /// The article is not known here at all.
    Unknown,
}

/// An article that is not the same on two days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<'a> {
    /// The article.
    pub article: &'a str,
    /// Its version on the first day.
    pub before: Option<&'a Version>,
    /// Its version on the second day.
    pub after: Option<&'a Version>,
}

impl History {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the articles of a file. A version that is here already is replaced: files are to be added from the oldest to
    /// the newest, since a newer one knows when a version ended.
    pub fn add(&mut self, law: Law) {
        for version in law.articles {
            let told = self.told.entry(version.article.clone()).or_default();
            for other in &version.others {
                told.insert(other.id.clone(), other.clone());
            }
            self.articles.entry(version.article.clone()).or_default().insert(version.id.clone(), version);
        }
    }

    /// The articles that have borne this number, by identifier.
    pub fn numbered(&self, number: &str) -> Vec<&str> {
        let bears = |versions: &BTreeMap<String, Version>| versions.values().any(|version| version.number == number);
        self.articles.iter().filter(|(_, versions)| bears(versions)).map(|(id, _)| id.as_str()).collect()
    }

    /// The versions of an article, from the oldest to the newest; those without a first day last.
    pub fn versions(&self, article: &str) -> Vec<&Version> {
        let mut all: Vec<&Version> = self.articles.get(article).into_iter().flat_map(BTreeMap::values).collect();
        all.sort_by_key(|version| (version.from.is_none(), version.from, &version.id));
        all
    }

    /// Every article, by identifier.
    pub fn articles(&self) -> impl Iterator<Item = &str> {
        self.articles.keys().map(String::as_str)
    }

    /// Which version of an article held on a day: for an offence, the day of the facts.
    pub fn at(&self, article: &str, day: Date) -> At<'_> {
        let Some(versions) = self.articles.get(article) else { return At::Unknown };
        let told = self.told.get(article);
        // What is told last of a version ends it, even where the version itself was read from an older file.
        let ends = |version: &Version| {
            let newer = told.and_then(|told| told.get(&version.id));
            newer.map_or((version.state, version.until), |other| (other.state.or(version.state), other.until))
        };
        let found: Vec<&Version> = versions
            .values()
            .filter(|version| {
                let (state, until) = ends(version);
                holds(state, version.from, until, day)
            })
            .collect();
        match found.as_slice() {
            [one] => return At::One(one),
            [] => {}
            _ => return At::Several(found),
        }
        let absent = told
            .into_iter()
            .flat_map(BTreeMap::values)
            .find(|other| !versions.contains_key(&other.id) && holds(other.state, other.from, other.until, day));
        if let Some(other) = absent {
            return At::Absent(other);
        }
        let held: Vec<(Option<Date>, Option<Date>)> = versions
            .values()
            .map(|version| (version.from, ends(version).1))
            .chain(told.into_iter().flat_map(BTreeMap::values).map(|other| (other.from, other.until)))
            .collect();
        At::None {
            ended: held.iter().filter_map(|(_, until)| until.filter(|until| *until <= day)).max(),
            begins: held.iter().filter_map(|(from, _)| from.filter(|from| *from > day)).min(),
        }
    }

    /// What changed between two days: articles whose version is not the same, or whose text is not.
    pub fn between(&self, first: Date, second: Date) -> Vec<Change<'_>> {
        let one = |article: &str, day: Date| match self.at(article, day) {
            At::One(version) => Some(version),
            _ => None,
        };
        let changed = |article: &'_ String| {
            let (before, after) = (one(article, first), one(article, second));
            (before.map(|version| &version.id) != after.map(|version| &version.id)).then_some((before, after))
        };
        self.articles
            .keys()
            .filter_map(|article| changed(article).map(|(before, after)| Change { article, before, after }))
            .collect()
    }

    /// The days on which something changes after this one, in order: entries into force and ends that are known.
    pub fn days_to_come(&self, after: Date) -> Vec<Date> {
        let versions = self.articles.values().flat_map(BTreeMap::values).map(|version| (version.from, version.until));
        let told = self.told.values().flat_map(BTreeMap::values).map(|other| (other.from, other.until));
        let days = versions.chain(told).flat_map(|(from, until)| [from, until]).flatten();
        days.filter(|day| *day > after).collect::<BTreeSet<_>>().into_iter().collect()
    }
}
