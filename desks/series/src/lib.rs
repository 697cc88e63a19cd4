//! The desk that brings together the reports of one author: linkage of reports by what they point at, and the series
//! that come out of it.
//!
//! A run reads the observables of one snapshot, links the reports that share an offender's observable ([`run()`]) and
//! replaces the register of series. Nothing links on a victim's own number, on what everybody shares
//! (`hubs.csv`) or on what more reports hold than the degree limit: these are told in the [`RunSummary`], not hidden.
//! Decisions on series (accept, split, merge) are an analyst's.

mod error;
mod evidence;
mod hubs;
mod run;
mod sheet;
mod table;

pub use error::SeriesError;
pub use run::{Hub, RunOptions, RunSummary, run};
pub use sheet::{
    EvidenceLine, Member, RevealedSeries, SeriesContent, SeriesLine, SeriesSheet, get, list, revealed, show, visible,
};
pub use table::{TableError, TableOptions, TableSummary, link_table, read_hubs};
