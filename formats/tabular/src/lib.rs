//! Tables by declaration: a TOML file says how a CSV or JSON file is written and what its columns mean; out come reports
//! or published counts, and one finding for each thing that does not fit, with its line and column.
//!
//! The way of a row: [`RowReader`] cuts the bytes into [`Row`]s in bounded memory, [`Plan`] turns a row into facts.
//! Neither panics on any input. A row that does not fit is a [`Finding`]; a file that cannot be read as a whole is one
//! [`FileError`].

mod codes;
mod declaration;
mod finding;
mod map;
mod read;
mod rejects;

pub use codes::{AnyCode, Codes};
pub use declaration::{
    Condition, CountMapping, Declaration, DeclarationError, Encoding, Field, FileShape, Format, ObservableMapping,
    Origin, ReportMapping, Title, Unmapped,
};
pub use finding::{Finding, Rule};
pub use map::{Context, Facts, Outcome, Plan};
pub use read::{FileError, Row, RowReader, Step};
pub use rejects::RejectsWriter;
