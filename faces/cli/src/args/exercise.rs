//! Arguments of exercises.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Exercises on made-up data.
#[derive(Debug, Subcommand)]
pub enum ExerciseCommand {
    /// Makes one, in a data folder of its own.
    Create(ExerciseArgs),
    /// Looks week by week, as the watch would have.
    Run {
        /// The last week to play.
        #[arg(long = "until", value_name = "WEEK")]
        last_week: Option<String>,
    },
    /// How detectors and teams did.
    Score {
        /// The file to write: the curves as CSV.
        #[arg(long, value_name = "FILE.csv")]
        curve: Option<PathBuf>,
    },
}

/// Arguments of `exercise create`.
#[derive(Debug, Clone, Args)]
pub struct ExerciseArgs {
    /// The plan: waves and traps.
    #[arg(long, value_name = "FILE.toml")]
    pub waves: PathBuf,
    /// How many made-up reports.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1000..=20_000_000))]
    pub reports: u64,
    /// The same seed gives the same reports.
    #[arg(long, default_value_t = 2025)]
    pub seed: u64,
}
