//! The registers of the house in SQL: accounts and sessions, signals, series, flash alerts, built reports, and the
//! journal of who wrote what. SQLite in one file by default, PostgreSQL by its address when several servers share it.
//!
//! This crate is the only owner of the SQL library; none of its types is in the public API. Every write names who
//! writes and when, and appends to the journal in the same transaction.

mod accounts;
mod alerts;
mod columns;
mod error;
mod journal;
mod migrations;
mod passwords;
mod reports;
mod series;
mod sessions;
mod signals;
mod store;

pub use accounts::{Account, SignIn};
pub use alerts::AlertRow;
pub use error::StoreError;
pub use journal::JournalEntry;
pub use reports::ReportBuild;
pub use series::{SeriesRow, SeriesRun};
pub use sessions::{Session, SessionToken};
pub use signals::SignalRow;
pub use store::Store;
