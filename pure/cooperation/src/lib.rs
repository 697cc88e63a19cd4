//! International cooperation: by which instrument to ask a State or a provider, what of a foreign request a person must
//! look at, and by when assistance must follow preservation.
//!
//! Three tables of the house hold the facts, each row with its source and whether it was confirmed: `parties.csv` (which
//! State is bound, since when), `routes.csv` (what each instrument gives, for which data, from which penalty on),
//! `safeguards.csv` (what is flagged in a request that comes in). What is not known blocks, and says what is missing;
//! nothing is guessed. Nothing is refused or carried out by itself: [`Examination::decide`] takes a person's decision, and
//! only once that person has seen every flag.

mod examine;
mod follow;
mod parties;
mod routes;
mod table;

#[cfg(test)]
mod tests;

pub use examine::{
    Answer, Decision, DecisionError, Effect, Examination, Flag, Incoming, Outcome, Safeguard, Safeguards,
};
pub use follow::{Follow, follow_up};
pub use parties::{Instrument, Parties, Party};
pub use routes::{
    Ask, Asked, Block, Closed, DataKind, Doubt, Offence, Proposal, Route, Routes, Urgency, Verdict, propose,
};
pub use table::{StateCode, TableError};
