//! From a code of one list to codes of another, on a day.

use crate::{Code, Confidence, Crosswalk, Edition, Link, Lists, Match, Standing, crosswalks};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// A way from a code to a code of another list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The link, between codes as they stand on the day.
    pub link: Link,
    /// The crosswalks that it was read in, in their order.
    pub through: Vec<String>,
}

/// What a code is worth in another list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// The codes that stand for it in its own list on the day: itself, what took its place, several where it was split,
    /// none where nothing is in force.
    pub now: Vec<String>,
    /// The ways to the other list, the most telling first. None when both lists are one.
    pub ways: Vec<Way>,
}

/// Why a code cannot be mapped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// There is no list of that name.
    #[error("no list `{0}`")]
    NoList(String),
    /// The list has no such code.
    #[error("the list `{list}` has no code `{code}`")]
    NoCode {
        /// The list.
        list: String,
        /// The code, cut to 80 characters.
        code: String,
    },
    /// Nothing leads from the one list to the other.
    #[error("no crosswalk leads from `{from}` to `{to}`, neither directly nor over one list between; from `{from}` one reaches {}", reached.join(", "))]
    NoCrosswalk {
        /// The list it was to start from.
        from: String,
        /// The list it was to lead to.
        to: String,
        /// The lists that are reached.
        reached: Vec<String>,
    },
}

impl Lists {
    /// The crosswalks that start from the list `name`: those of the house read either way, and those that a list tells
    /// itself, in a column that bears the name of another list (`articles` of `natinf`).
    pub fn crosswalks_from(&self, name: &str) -> Vec<Crosswalk> {
        let mut found: Vec<Crosswalk> = Vec::new();
        for crosswalk in crosswalks() {
            if crosswalk.from == name {
                found.push(crosswalk.clone());
            } else if crosswalk.to == name {
                found.push(crosswalk.inverse());
            }
        }
        for list in self.iter() {
            for told in self.told_by(&list.name) {
                if told.from == name {
                    found.push(told);
                } else if told.to == name {
                    found.push(told.inverse());
                }
            }
        }
        found
    }

    /// The crosswalks that the codes of `name` tell themselves: the offence of a row falls under the article that defines
    /// it. A part of an article that the other list lacks counts as the whole one; an article that it lacks leads nowhere.
    fn told_by(&self, name: &str) -> Vec<Crosswalk> {
        let Some(list) = self.list(name).filter(|list| crate::OFFICIAL.contains(&list.name.as_str())) else {
            return Vec::new();
        };
        let Some(articles) = self.list("articles") else { return Vec::new() };
        let known = |text: &str| {
            let whole = || text.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
            articles
                .code(text)
                .map(|code| code.code.clone())
                .or_else(|| articles.code(&whole()).map(|c| c.code.clone()))
        };
        let mut links: Vec<Link> = Vec::new();
        for code in list.every_code() {
            let Some(cell) = code.extra("articles") else { continue };
            let mut seen = BTreeSet::new();
            for to in cell.split("; ").filter_map(known).filter(|to| seen.insert(to.clone())) {
                let Some(confidence) = Confidence::millionths(900_000) else { continue };
                links.push(Link {
                    from: code.code.clone(),
                    to,
                    kind: Match::Broader,
                    confidence,
                    valid_from: code.valid_from,
                    valid_to: code.valid_to,
                    verified: code.verified,
                });
            }
        }
        if links.is_empty() {
            return Vec::new();
        }
        vec![Crosswalk {
            name: format!("{name}.articles"),
            edition: Edition { version: list.version.clone(), date: list.date },
            source: list.source.clone(),
            licence: list.licence.clone(),
            from: name.to_owned(),
            to: "articles".to_owned(),
            links,
        }]
    }

    /// What `code` of the list `from` is worth in the list `to` on `day`. Codes that others replaced are followed on both
    /// sides; where no crosswalk leads there directly, or none has a link of this code, one list between is gone over.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn map(&self, from: &str, code: &str, to: &str, day: Date) -> Result<Mapping, MappingError> {
        let list = self.list(from).ok_or_else(|| MappingError::NoList(from.to_owned()))?;
        let target = self.list(to).ok_or_else(|| MappingError::NoList(to.to_owned()))?;
        let now: Vec<String> = match list.standing(code, day) {
            Standing::Current(known) => vec![known.code.clone()],
            Standing::Split(several) => several.iter().map(|known| known.code.clone()).collect(),
            Standing::NotInForce(_) => Vec::new(),
            Standing::Unknown => {
                let code = code.chars().take(80).collect();
                return Err(MappingError::NoCode { list: from.to_owned(), code });
            }
        };
        if from == to {
            return Ok(Mapping { now, ways: Vec::new() });
        }
        let mut starts = now.clone();
        if !starts.iter().any(|known| known == code) {
            starts.push(code.to_owned());
        }
        let first = self.crosswalks_from(from);
        let direct: Vec<&Crosswalk> = first.iter().filter(|crosswalk| crosswalk.to == to).collect();
        let mut ways: Vec<Way> = direct.iter().flat_map(|crosswalk| ways_in(crosswalk, &starts, day)).collect();
        let mut leads = !direct.is_empty();
        if ways.is_empty() {
            for half in first.iter().filter(|crosswalk| crosswalk.to != from) {
                let half = only(half, &starts, day);
                for next in self.crosswalks_from(&half.to).iter().filter(|next| next.to == to) {
                    leads = true;
                    let Ok(joined) = half.then(next) else { continue };
                    let through = [half.name.clone(), next.name.clone()];
                    let found = ways_in(&joined, &starts, day);
                    ways.extend(found.into_iter().map(|way| Way { through: through.to_vec(), ..way }));
                }
            }
        }
        if !leads {
            let mut reached: Vec<String> = first.into_iter().map(|crosswalk| crosswalk.to).collect();
            reached.sort();
            reached.dedup();
            return Err(MappingError::NoCrosswalk { from: from.to_owned(), to: to.to_owned(), reached });
        }
        let mut ways: Vec<Way> = ways.into_iter().flat_map(|way| followed(way, target, day)).collect();
        let order = |way: &Way| (way.link.kind, std::cmp::Reverse(way.link.confidence), way.link.to.clone());
        ways.sort_by_key(order);
        // Of several ways to one code with one kind, the surest is kept.
        let mut seen = BTreeSet::new();
        ways.retain(|way| seen.insert((way.link.kind, way.link.to.clone())));
        Ok(Mapping { now, ways })
    }

    /// The links of `crosswalk` between codes that stand here on `day` and of which an end is not in force in `after` on
    /// that day: what a new version of a list would cost the crosswalk.
    pub fn links_lost<'a>(&self, after: &Self, crosswalk: &'a Crosswalk, day: Date) -> Vec<&'a Link> {
        let stands = |lists: &Self, link: &Link| {
            let there = |list: &str, code: &str| {
                lists.list(list).and_then(|list| list.code(code)).is_some_and(|code| code.in_force_on(day))
            };
            link.holds_on(day) && there(&crosswalk.from, &link.from) && there(&crosswalk.to, &link.to)
        };
        crosswalk.links().iter().filter(|link| stands(self, link) && !stands(after, link)).collect()
    }
}

fn ways_in(crosswalk: &Crosswalk, starts: &[String], day: Date) -> Vec<Way> {
    let links = starts.iter().flat_map(|code| crosswalk.links_of(code, day));
    links.map(|link| Way { link: link.clone(), through: vec![crosswalk.name.clone()] }).collect()
}

/// The crosswalk with the links of those codes only.
fn only(crosswalk: &Crosswalk, starts: &[String], day: Date) -> Crosswalk {
    let links = crosswalk.links().iter().filter(|link| starts.contains(&link.from) && link.holds_on(day));
    Crosswalk { links: links.cloned().collect(), ..crosswalk.clone() }
}

/// The way to what the target has become. Where it was split nobody can tell which part is meant: related only.
fn followed(way: Way, target: &crate::CodeList, day: Date) -> Vec<Way> {
    let to = |code: &Code, kind| Way { link: Link { to: code.code.clone(), kind, ..way.link.clone() }, ..way.clone() };
    match target.standing(&way.link.to, day) {
        Standing::Current(known) => vec![to(known, way.link.kind)],
        Standing::Split(several) => several.into_iter().map(|known| to(known, Match::Related)).collect(),
        Standing::NotInForce(_) | Standing::Unknown => Vec::new(),
    }
}
