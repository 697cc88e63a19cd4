//! A text of law, its articles, and what is said of them.

use crate::state::State;
use jiff::civil::Date;

/// One article in one version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Version {
    /// Identifier of this version: `LEGIARTI…`, or the `eId` of an Akoma Ntoso document.
    pub id: String,
    /// Identifier of the article through all its versions (`cid`); that of the version where none is told.
    pub article: String,
    /// Its number as written: `323-1`, `L12-10-1`, `Annexe`.
    pub number: String,
    /// Its state, where one is told.
    pub state: Option<State>,
    /// First day in force; nothing when that day is not told, or not known yet.
    pub from: Option<Date>,
    /// First day no longer in force; nothing when no end is known.
    pub until: Option<Date>,
    /// Headings above it, the largest first.
    pub path: Vec<String>,
    /// Its text, a paragraph a line.
    pub text: String,
    /// Notes of the editor, a paragraph a line; empty when there is none.
    pub note: String,
    /// What made this version, and what it acts on.
    pub links: Vec<Link>,
    /// Versions of the same article that are told without their text; this one may be among them.
    pub others: Vec<Other>,
}

/// A version that is told without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its identifier.
    pub id: String,
    /// Its state.
    pub state: Option<State>,
    /// First day in force.
    pub from: Option<Date>,
    /// First day no longer in force.
    pub until: Option<Date>,
}

/// A link between an article and another text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// What kind, as written: `MODIFIE`, `CREE`, `CITATION`…
    pub kind: String,
    /// Which way, as written: `source` or `cible`.
    pub way: String,
    /// Identifier of the other text (`cid`).
    pub text: String,
    /// Number of the article there.
    pub number: String,
    /// What it is called.
    pub title: String,
    /// Day of signature of the other text.
    pub signed: Option<Date>,
}

/// A text of law as one file tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Law {
    /// Identifier: `LEGITEXT…`, or the IRI of an Akoma Ntoso work.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is, as written: `CODE`, `act`, `bill`…
    pub nature: String,
    /// The day for which it was drawn up, where it is told.
    pub as_of: Option<Date>,
    /// Its articles, in their order.
    pub articles: Vec<Version>,
}

/// Does a version with these dates hold on this day? One whose first day is not known does not.
pub(crate) fn holds(state: Option<State>, from: Option<Date>, until: Option<Date>, day: Date) -> bool {
    state.is_none_or(State::held) && from.is_some_and(|from| from <= day) && until.is_none_or(|until| day < until)
}

impl Version {
    /// Is it in force on this day?
    pub fn in_force(&self, day: Date) -> bool {
        holds(self.state, self.from, self.until, day)
    }
}
