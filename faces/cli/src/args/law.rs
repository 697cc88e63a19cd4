//! Texts of law by version.

use clap::Subcommand;
use jiff::civil::Date;
use std::path::PathBuf;

/// Texts of law by version.
#[derive(Debug, Subcommand)]
pub enum LawCommand {
    /// Brings texts in: JSON or XML of the base LEGI, Akoma Ntoso.
    Import {
        /// The files.
        #[arg(required = true, value_name = "FILE")]
        law_files: Vec<PathBuf>,
    },
    /// The law valid on a day.
    At {
        /// The article, with its text.
        #[arg(value_name = "ARTICLE")]
        article: String,
        /// The day of the facts.
        #[arg(value_name = "DATE")]
        facts_date: Date,
    },
    /// What changed between two days.
    Diff {
        /// The article, with its text.
        #[arg(value_name = "ARTICLE")]
        article: String,
        /// One day.
        #[arg(value_name = "DATE")]
        first_date: Date,
        /// The other.
        #[arg(value_name = "DATE")]
        second_date: Date,
    },
}
