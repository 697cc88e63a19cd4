//! The quality of what comes in: controls before acceptance, comparison with the previous vintage, duplicates, overlaps, and the
//! sheet that tells all of it.

mod cells;
mod conclusion;
mod controls;
mod differences;
pub mod duplicates;
mod gauge;
mod overdue;
mod overlap;
mod parts;
mod sheet;
mod shelf;
mod suspicions;
mod traces;
pub mod view;

pub(crate) use conclusion::{Conclusion, Known, conclude, known};
pub use controls::Given;
pub(crate) use gauge::{Gauge, Group};
pub use overdue::{Overdue, overdue};
pub(crate) use overlap::of_source as overlaps;
pub use sheet::{
    Completeness, ControlFault, ControlResult, ControlState, Delay, Difference, Differences, FORM, FieldShare,
    FindingLine, Gap, Listed, ModelLine, Outcome, Overlaps, PairCount, PairEstimate, Place, QualitySheet, Range,
    RuleLine, SlipHint, SourceCount, Suspicion, Timeliness, Validity,
};
pub use shelf::Shelf;

#[cfg(test)]
mod tests;
