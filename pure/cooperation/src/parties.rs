//! Which State is bound by which instrument, and since when.

use crate::table::{StateCode, Status, TableError, rows};
use jiff::civil::Date;
use std::collections::BTreeMap;

const TABLE: &str = include_str!("../parties.csv");
const NAME: &str = "parties.csv";

/// An instrument; `cooperation-instrument-CODE` is the key of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Instrument {
    /// Convention on Cybercrime (ETS 185).
    Budapest,
    /// Its Second Additional Protocol (CETS 224).
    SecondProtocol,
    /// United Nations Convention against Cybercrime.
    UnConvention,
    /// Regulation (EU) 2023/1543: orders straight to a provider.
    EEvidence,
    /// Directive 2014/41/EU: European Investigation Order.
    InvestigationOrder,
    /// Mutual legal assistance by another treaty, or by reciprocity.
    MutualAssistance,
}

impl Instrument {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Budapest,
        Self::SecondProtocol,
        Self::UnConvention,
        Self::EEvidence,
        Self::InvestigationOrder,
        Self::MutualAssistance,
    ];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Budapest => "budapest",
            Self::SecondProtocol => "second-protocol",
            Self::UnConvention => "un-convention",
            Self::EEvidence => "e-evidence",
            Self::InvestigationOrder => "investigation-order",
            Self::MutualAssistance => "mutual-assistance",
        }
    }

    /// Is the list of those bound closed, so that a State that is not on it is known not to be bound? That of the acts of
    /// the Union is; treaties are joined every year, and a State without a row is one whose standing is not known.
    pub fn closed(self) -> bool {
        matches!(self, Self::EEvidence | Self::InvestigationOrder)
    }
}

/// How a State stands to an instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Party {
    /// First day on which it is bound; nothing when it is known not to be.
    pub since: Option<Date>,
    /// Was that confirmed?
    pub confirmed: bool,
}

/// Who is bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parties(BTreeMap<(Instrument, StateCode), Party>);

#[derive(serde::Deserialize)]
struct Row {
    instrument: Instrument,
    state: String,
    since: Option<Date>,
    source: String,
    status: Status,
}

impl Parties {
    /// The table of the house.
    ///
    /// # Errors
    /// [`TableError`] when the table is at fault; a test reads it.
    pub fn house() -> Result<Self, TableError> {
        Self::from_csv(TABLE)
    }

    /// A table in the form of `parties.csv`.
    ///
    /// # Errors
    /// [`TableError`] for the first row at fault.
    pub fn from_csv(text: &str) -> Result<Self, TableError> {
        let mut all = BTreeMap::new();
        for (line, row) in rows::<Row>(NAME, text)? {
            let wrong = |why: &str| TableError { table: NAME, line, why: why.to_owned() };
            if row.source.is_empty() {
                return Err(wrong("a fact has a source"));
            }
            // One row may name several States, with a blank between them.
            for state in row.state.split(' ') {
                let state: StateCode = state.parse().map_err(|_| wrong("a State is two capital letters"))?;
                let party = Party { since: row.since, confirmed: row.status == Status::Confirmed };
                if all.insert((row.instrument, state), party).is_some() {
                    return Err(wrong("this State stands twice for this instrument"));
                }
            }
        }
        Ok(Self(all))
    }

    /// How a State stands; nothing when that is not known.
    pub fn get(&self, instrument: Instrument, state: StateCode) -> Option<Party> {
        let closed = instrument.closed().then_some(Party { since: None, confirmed: true });
        self.0.get(&(instrument, state)).copied().or(closed)
    }

    /// Every row.
    pub fn all(&self) -> impl Iterator<Item = (Instrument, StateCode, Party)> {
        self.0.iter().map(|((instrument, state), party)| (*instrument, *state, *party))
    }
}
