//! Tables by declaration: a TOML file says how a CSV, JSON or XLSX file is written and what its columns mean; out come
//! reports or published counts, and one finding for each thing that does not fit, with its line and column.
//!
//! The way of a row: [`read_rows`] cuts the bytes into [`Row`]s in bounded memory, [`Plan`] turns a row into facts.
//! Between the two lies a wall: [`parse`] runs in a child process and writes what it cuts as frames, [`FrameRows`] reads
//! the frames back and trusts nothing in them. Neither side panics on any input. A row that does not fit is a [`Finding`]; a file that cannot be read as a whole is one
//! [`FileError`].

mod codes;
mod declaration;
mod finding;
mod fold;
mod guess;
mod map;
mod read;
mod rejects;
mod wire;

pub use codes::{AnyCode, Codes, InForce};
pub use declaration::{
    Along, Bound, Condition, Control, ControlKind, CountMapping, Declaration, DeclarationError, Encoding, Field,
    FileShape, Format, Holds, ObservableMapping, Origin, Pattern, ReportMapping, Rhythm, Severity, Sheet, Split, Title,
    Unmapped, Unpivot,
};
pub use finding::{Finding, Rule};
pub use guess::{Line, Proposal, guess};
pub use map::{Context, Facts, GivenTotal, Outcome, Plan, RowFault, RowTally, TotalsRow, Traced, TracedObservable};
pub use read::grid::{GridCell, GridRow, Merged};
pub use read::{EachRow, FileError, Names, Row, Step, is_read, read_rows};
pub use rejects::RejectsWriter;
pub use wire::{
    FrameRows, GRID_PARSER, GridFrames, GridSheet, Look, PARSER, WireError, frame_bytes, grid_frames, longest_grid,
    parse, parse_grid,
};

#[cfg(test)]
mod hostile;

#[cfg(test)]
mod tests;
