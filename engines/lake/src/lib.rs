//! The facts: reports and published counts as two Delta tables, queried with DataFusion.
//!
//! Each delivery is one commit: its rows, its provenance and the mark by which the same file is known again become
//! visible together or not at all. Commits are numbered over both tables, and every number can be read back.
//! What has landed is also kept added up, so that most questions are answered from few rows (`aggregates`).
//! Anything that opens Delta tables (pandas, Polars, DuckDB, Spark) can read what lies here.

mod aggregates;
mod calendar;
mod count_rows;
mod counts;
mod durable;
mod erase;
mod error;
mod folding;
mod groups;
mod history;
mod keys;
mod lake;
mod land;
mod lock;
mod orphans;
mod packed;
mod predicates;
mod report_rows;
mod scan;
mod spreads;
mod table;
mod upgrade;
mod vacuum;
mod values;
mod writer;

pub use lake::{Answering, Lake};
