//! Links between the codes of two lists, each with a kind and a confidence.

use crate::{Code, CodeList, Confidence, Edition, Match};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A link from a code of one list to a code of another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// Code of the list the crosswalk starts from.
    pub from: String,
    /// Code of the list it leads to.
    pub to: String,
    /// How the second code relates to the first.
    pub kind: Match,
    /// How sure the link is.
    pub confidence: Confidence,
    /// First day on which it holds, when known.
    pub valid_from: Option<Date>,
    /// Last day on which it holds, when it is past.
    pub valid_to: Option<Date>,
    /// Whether somebody entitled to has checked it; pages show those that were not.
    pub verified: bool,
}

impl Link {
    /// Whether the link holds on `day`. An unknown day counts as always.
    pub fn holds_on(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// The links from one list to another, in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosswalk {
    /// Its name: `phenomena_articles`.
    pub name: String,
    /// Its version and the day at which that stands.
    pub edition: Edition,
    /// Who made the links, and from what.
    pub source: String,
    /// Their licence.
    pub licence: String,
    /// Name of the list it starts from.
    pub from: String,
    /// Name of the list it leads to.
    pub to: String,
    pub(crate) links: Vec<Link>,
}

/// Why two crosswalks do not follow each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{first}` leads to the list `{reached}`, and `{second}` starts from `{expected}`")]
pub struct CannotCompose {
    /// The first crosswalk.
    pub first: String,
    /// The list it leads to.
    pub reached: String,
    /// The second crosswalk.
    pub second: String,
    /// The list that one starts from.
    pub expected: String,
}

/// What is wrong with a link, seen from the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// The list it starts from has no such code.
    From,
    /// The list it leads to has no such code.
    To,
    /// There is no day on which both codes are in force and the link holds.
    NoCommonDay,
}

impl Crosswalk {
    /// Every link, in the order of the file.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The links from `code` that hold on `day`.
    pub fn links_of<'a>(&'a self, code: &'a str, day: Date) -> impl Iterator<Item = &'a Link> {
        self.links.iter().filter(move |link| link.from == code && link.holds_on(day))
    }

    /// The same links read the other way: broader becomes narrower and back.
    pub fn inverse(&self) -> Self {
        let turned = |link: &Link| Link {
            from: link.to.clone(),
            to: link.from.clone(),
            kind: link.kind.inverse(),
            ..link.clone()
        };
        Self {
            name: format!("{}⁻¹", self.name),
            from: self.to.clone(),
            to: self.from.clone(),
            links: self.links.iter().map(turned).collect(),
            ..self.clone()
        }
    }

    /// The links from this crosswalk's first list to the second list of `next`. Kinds weaken ([`Match::then`]),
    /// confidences multiply, a link holds on the days on which both halves hold and is verified when both are. Of several
    /// ways between two codes with one kind, the surest is kept; ways of different kinds stay side by side.
    ///
    /// # Errors
    /// [`CannotCompose`] when `next` does not start from the list to which this one leads.
    pub fn then(&self, next: &Self) -> Result<Self, CannotCompose> {
        if self.to != next.from {
            let (first, second) = (self.name.clone(), next.name.clone());
            return Err(CannotCompose { first, reached: self.to.clone(), second, expected: next.from.clone() });
        }
        let mut after: BTreeMap<&str, Vec<&Link>> = BTreeMap::new();
        for link in &next.links {
            after.entry(&link.from).or_default().push(link);
        }
        let halves =
            self.links.iter().flat_map(|a| after.get(a.to.as_str()).into_iter().flatten().map(move |b| (a, *b)));
        let mut links: Vec<Link> = halves.filter_map(|(a, b)| joined(a, b)).collect();
        // The surest first, then those that were checked: the others of one pair, kind and span are dropped.
        links.sort_by(|a, b| {
            key(a).cmp(&key(b)).then(b.confidence.cmp(&a.confidence)).then(b.verified.cmp(&a.verified))
        });
        links.dedup_by(|later, first| key(later) == key(first));
        let both = |a: &str, b: &str| if a == b { a.to_owned() } else { format!("{a}; {b}") };
        Ok(Self {
            name: format!("{} → {}", self.name, next.name),
            edition: Edition {
                version: both(&self.edition.version, &next.edition.version),
                date: self.edition.date.max(next.edition.date),
            },
            source: both(&self.source, &next.source),
            licence: both(&self.licence, &next.licence),
            from: self.from.clone(),
            to: next.to.clone(),
            links,
        })
    }

    /// The links that hold nothing together, given the two lists: each with what is wrong with it.
    pub fn broken<'a>(&'a self, from: &'a CodeList, to: &'a CodeList) -> impl Iterator<Item = (&'a Link, Broken)> {
        self.links.iter().filter_map(|link| {
            let Some(first) = from.code(&link.from) else { return Some((link, Broken::From)) };
            let Some(second) = to.code(&link.to) else { return Some((link, Broken::To)) };
            let common = common_day(&[span(first), span(second), (link.valid_from, link.valid_to)]);
            let unknown_end = |code: &Code| code.valid_to.is_none() && !code.replaced_by.is_empty();
            (!common || unknown_end(first) || unknown_end(second)).then_some((link, Broken::NoCommonDay))
        })
    }

    /// The codes of `list`, in force on its day, that no link of this crosswalk starts from.
    pub fn unlinked<'a>(&self, list: &'a CodeList) -> Vec<&'a Code> {
        let linked: BTreeSet<&str> = self.links.iter().map(|link| link.from.as_str()).collect();
        list.codes().filter(|code| !linked.contains(code.code.as_str())).collect()
    }
}

type Span = (Option<Date>, Option<Date>);

fn span(code: &Code) -> Span {
    (code.valid_from, code.valid_to)
}

/// Whether some day lies in all spans.
fn common_day(spans: &[Span]) -> bool {
    let from = spans.iter().filter_map(|(from, _)| *from).max();
    let to = spans.iter().filter_map(|(_, to)| *to).min();
    from.zip(to).is_none_or(|(from, to)| from <= to)
}

fn key(link: &Link) -> (&str, &str, Match, Span) {
    (&link.from, &link.to, link.kind, (link.valid_from, link.valid_to))
}

/// Two links in a row; nothing when no day is common to both.
fn joined(a: &Link, b: &Link) -> Option<Link> {
    let valid_from = a.valid_from.max(b.valid_from);
    let valid_to = [a.valid_to, b.valid_to].into_iter().flatten().min();
    common_day(&[(valid_from, valid_to)]).then(|| Link {
        from: a.from.clone(),
        to: b.to.clone(),
        kind: a.kind.then(b.kind),
        confidence: a.confidence.times(b.confidence),
        valid_from,
        valid_to,
        verified: a.verified && b.verified,
    })
}
