//! What a desk asks of an engine, as traits: facts in and out, and typesetting. Desks know these and never an
//! engine; tests hand them the doubles of [`doubles`].

mod answer;
pub mod doubles;
mod facts;
mod query;
mod typesetting;

pub use answer::Answer;
pub use facts::{Batch, Facts, FactsError, Rows, Snapshot, counts_order};
pub use query::{CountsQuery, Dimension, FactTable, Filter, Measure, ReportsQuery, TableRow};
pub use typesetting::{Typesetter, TypesettingError};
