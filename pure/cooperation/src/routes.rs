//! By which instrument to ask.

use crate::parties::{Instrument, Parties, Party};
use crate::table::{StateCode, Status, TableError, rows};
use jiff::civil::Date;

const TABLE: &str = include_str!("../routes.csv");
const NAME: &str = "routes.csv";

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// That data be kept.
    Preserve,
    /// That data be given.
    Produce,
}

/// Which data, the least intrusive first (Regulation (EU) 2023/1543, art. 3; Budapest, art. 18(3) and 1(d)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataKind {
    /// Who holds an account.
    Subscriber,
    /// What is asked only to identify a user: address, port and instant.
    Identification,
    /// Who communicated with whom, when, from where.
    Traffic,
    /// What was said.
    Content,
}

/// Why in a hurry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Not in a hurry.
    Ordinary,
    /// Evidence may be lost.
    Evidence,
    /// A life or somebody's safety is at risk, significantly and imminently.
    Life,
}

/// The offence, as its text stood on the day of the facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offence {
    /// Maximum penalty of deprivation of liberty in months; nothing when it is not known.
    pub months: Option<u16>,
    /// Was it committed by a network of electronic communication?
    pub online: bool,
    /// The day of the facts, whose law counts.
    pub facts: Date,
}

/// What a French authority wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Of which State, or of a provider in it.
    pub state: StateCode,
    /// What is asked.
    pub ask: Ask,
    /// Which data.
    pub data: DataKind,
    /// Why in a hurry.
    pub urgency: Urgency,
    /// For which offence.
    pub offence: Offence,
    /// The day on which it would be sent.
    pub on: Date,
}

/// One row of `routes.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its code; `cooperation-route-CODE` is the key of its name.
    pub code: String,
    /// The instrument.
    pub instrument: Instrument,
    /// What may be asked.
    pub ask: Ask,
    /// For which data.
    pub data: Vec<DataKind>,
    /// Only for a risk to life?
    pub life: bool,
    /// The article; empty when there is none to name.
    pub article: String,
    /// The least maximum penalty in months; 0 for none.
    pub months: u16,
    /// Code of its legal deadline; empty when there is none.
    pub deadline: String,
    /// Was it confirmed?
    pub confirmed: bool,
}

/// The routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Routes(Vec<Route>);

/// Something that is missing: the route is shut until somebody finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// The maximum penalty, as the text stood on this day.
    Penalty(Date),
    /// Whether this State is bound.
    Party(StateCode),
}

/// A reason for which a route does not lead there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// This State is not bound.
    NotParty(StateCode),
    /// It is bound from this day only.
    Before(StateCode, Date),
    /// The penalty is below what the instrument asks for, in months.
    Penalty {
        /// That of the offence.
        held: u16,
        /// What is asked for.
        least: u16,
    },
    /// French law does not let connection data be required for this offence (code de procédure pénale, art. 60-1-2).
    FrenchLaw {
        /// That of the offence, in months.
        held: u16,
        /// What is asked for.
        least: u16,
    },
}

/// Something to be verified before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// That this State is bound was not confirmed.
    Party(StateCode),
    /// What the route gives was not confirmed.
    Route,
    /// Which treaty binds the two States, if any, is to be found.
    Treaty,
}

/// Can it be asked this way?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, once this is verified; at once when there is nothing.
    Open(Vec<Doubt>),
    /// Not before this is known.
    Blocked(Vec<Block>),
    /// No, and why.
    Closed(Vec<Closed>),
}

/// A route, and whether it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// The route.
    pub route: &'a Route,
    /// Is it open?
    pub verdict: Verdict,
}

#[derive(serde::Deserialize)]
struct Row {
    code: String,
    instrument: Instrument,
    ask: Ask,
    data: String,
    urgency: String,
    article: String,
    months: u16,
    deadline: String,
    status: Status,
}

impl Routes {
    /// The table of the house.
    ///
    /// # Errors
    /// [`TableError`] when the table is at fault; a test reads it.
    pub fn house() -> Result<Self, TableError> {
        Self::from_csv(TABLE)
    }

    /// A table in the form of `routes.csv`.
    ///
    /// # Errors
    /// [`TableError`] for the first row at fault.
    pub fn from_csv(text: &str) -> Result<Self, TableError> {
        let mut all: Vec<Route> = Vec::new();
        for (line, row) in rows::<Row>(NAME, text)? {
            let wrong = |why: &str| TableError { table: NAME, line, why: why.to_owned() };
            let data = row.data.split(' ').map(|word| match word {
                "subscriber" => Ok(DataKind::Subscriber),
                "identification" => Ok(DataKind::Identification),
                "traffic" => Ok(DataKind::Traffic),
                "content" => Ok(DataKind::Content),
                _ => Err(wrong("data are subscriber, identification, traffic or content")),
            });
            let data = data.collect::<Result<Vec<_>, _>>()?;
            let life = match row.urgency.as_str() {
                "any" => false,
                "life" => true,
                _ => return Err(wrong("urgency is `any` or `life`")),
            };
            if row.code.is_empty() || all.iter().any(|route| route.code == row.code) {
                return Err(wrong("a code stands once and is not empty"));
            }
            all.push(Route {
                code: row.code,
                instrument: row.instrument,
                ask: row.ask,
                data,
                life,
                article: row.article,
                months: row.months,
                deadline: row.deadline,
                confirmed: row.status == Status::Confirmed,
            });
        }
        Ok(Self(all))
    }

    /// Every route.
    pub fn all(&self) -> impl Iterator<Item = &Route> {
        self.0.iter()
    }
}

/// Every route that gives what is asked, with whether it is open: the open ones first, those for a risk to life before
/// others, straight to a provider before through a State; the blocked ones next, with what is missing; the closed ones
/// last, with why. A person chooses.
pub fn propose<'a>(asked: Asked, from: StateCode, routes: &'a Routes, parties: &Parties) -> Vec<Proposal<'a>> {
    let gives = |route: &&Route| {
        route.ask == asked.ask && route.data.contains(&asked.data) && (!route.life || asked.urgency == Urgency::Life)
    };
    let mut all: Vec<Proposal<'a>> = routes
        .0
        .iter()
        .filter(gives)
        .map(|route| Proposal { route, verdict: verdict(asked, from, route, parties) })
        .collect();
    let order = |proposal: &Proposal<'_>| {
        let open = match proposal.verdict {
            Verdict::Open(_) => 0,
            Verdict::Blocked(_) => 1,
            Verdict::Closed(_) => 2,
        };
        let slow = match proposal.route.instrument {
            Instrument::EEvidence | Instrument::SecondProtocol => 0,
            Instrument::Budapest => 1,
            Instrument::InvestigationOrder => 2,
            Instrument::UnConvention => 3,
            Instrument::MutualAssistance => 4,
        };
        (open, !proposal.route.life, slow)
    };
    all.sort_by_key(order);
    all
}

fn verdict(asked: Asked, from: StateCode, route: &Route, parties: &Parties) -> Verdict {
    let mut closed = Vec::new();
    let mut blocks = Vec::new();
    let mut doubts = Vec::new();
    if route.instrument == Instrument::MutualAssistance {
        doubts.push(Doubt::Treaty);
    } else {
        for state in [from, asked.state] {
            match parties.get(route.instrument, state) {
                None => blocks.push(Block::Party(state)),
                Some(Party { since: None, .. }) => closed.push(Closed::NotParty(state)),
                Some(Party { since: Some(since), .. }) if since > asked.on => closed.push(Closed::Before(state, since)),
                Some(Party { confirmed: false, .. }) => doubts.push(Doubt::Party(state)),
                Some(_) => {}
            }
        }
    }
    let least = least_by_french_law(asked);
    match asked.offence.months {
        None if route.months > 0 || least > 0 => blocks.push(Block::Penalty(asked.offence.facts)),
        Some(held) if held < route.months => closed.push(Closed::Penalty { held, least: route.months }),
        Some(held) if held < least => closed.push(Closed::FrenchLaw { held, least }),
        _ => {}
    }
    if !route.confirmed {
        doubts.push(Doubt::Route);
    }
    // What is known to be shut is not asked to be looked up.
    if !closed.is_empty() {
        Verdict::Closed(closed)
    } else if !blocks.is_empty() {
        Verdict::Blocked(blocks)
    } else {
        Verdict::Open(doubts)
    }
}

/// The least maximum penalty, in months, for which connection data may be required (code de procédure pénale, art.
/// 60-1-2): three years; one year for an offence by a network, to identify its author only. Other exceptions of the
/// article (at the victim's own request, disappeared persons, earlier inquiries) are for a person to rely on.
fn least_by_french_law(asked: Asked) -> u16 {
    match (asked.ask, asked.data) {
        (Ask::Preserve, _) | (_, DataKind::Subscriber) => 0,
        (_, DataKind::Identification) if asked.offence.online => 12,
        (_, DataKind::Identification | DataKind::Traffic | DataKind::Content) => 36,
    }
}
