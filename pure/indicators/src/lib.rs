//! Statistical indicators by declaration: what a card says, how its figures are computed from the facts, and the birth
//! certificate that tells for each figure what it was made of.
//!
//! An indicator is a TOML card in `measures/` and one line in [`Catalogue::builtin`]. [`compute`] turns a card and a
//! [`Request`] into [`Figures`]; [`protect_figures`] hides what would tell about few people before anything is
//! published; [`compare`] gives a growth, and refuses one across a break or two definitions. (The statistical sense of
//! "indicator" is meant everywhere here, never the STIX one.)

mod card;
mod catalogue;
mod certificate;
mod code_lists;
mod compare;
mod compute;
mod counts;
mod counts_share;
mod counts_zones;
mod definitions;
mod error;
#[cfg(test)]
mod examples;
mod figures;
mod formulas;
mod protect;
mod reports;
mod request;
mod territories;
#[cfg(test)]
mod tests;
mod transform;
mod waterfall;

pub use card::{
    Allocation, Break, Card, CardError, Computation, Example, ExampleCount, ExampleFigure, ExampleReports, Maturity,
    Range, Ratio, Reference, Share, Text,
};
pub use catalogue::Catalogue;
pub use certificate::{Certificate, CertifiedValue, CodeListVersion, SourceVintage};
pub use code_lists::{dimension_of, label, list_naming, list_of, versions};
pub use compare::{Comparison, compare, compare_under};
pub use compute::compute;
pub use definitions::{Coefficient, coefficient, side_by_side};
pub use error::IndicatorError;
pub use figures::{Figure, Figures, add};
pub use protect::{CrossTable, cross_table, protect_figures};
pub use request::{Adjustment, Request};
pub use waterfall::{
    Amount, Cause, Declared, Evidence, Reach, Step, Total, Waterfall, WaterfallError, totals, waterfall,
};
