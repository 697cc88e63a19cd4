//! Figures as a Frictionless Data Package: one CSV, its description `datapackage.json`, and a data dictionary to read.
//!
//! Source: Data Package, Data Resource, Tabular Data Resource, Table Schema and CSV Dialect, version 1
//! (specs.frictionlessdata.io). What the specification has no name for (labels in both languages, the unit, the version
//! of the definition, vintages) stands under names of our own, which it allows, and says nothing that the rest
//! contradicts.
//!
//! [`write`] gives the three files; [`read`] takes the description and the CSV, checks length and SHA-256, and reads each
//! cell by the schema of the package itself. It takes what [`write`] writes and nothing else, and at most
//! [`MOST_BYTES`] bytes. [`zip()`] puts files into one archive, and [`archive()`] a tree of them.

mod archive;
mod cell;
mod descriptor;
mod dictionary;
mod error;
mod package;
mod read;
mod write;

pub use archive::{archive, zip};
pub use cell::{Cell, Kind};
pub use error::PackageError;
pub use package::{Contributor, Field, Label, Licence, Package, Source};
pub use read::read;
pub use write::{Files, write};

/// Longest description or CSV that is read, in bytes.
pub const MOST_BYTES: usize = 64 << 20;
/// Name of the description in a package.
pub const DESCRIPTOR: &str = "datapackage.json";
