//! Indicators: what is asked of them, and what is published.

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// Indicators.
#[derive(Debug, Subcommand)]
pub enum IndicatorCommand {
    /// All of them.
    List,
    /// One of them.
    Show {
        /// Its identifier.
        id: String,
    },
    /// Computes one.
    Compute(ComputeArgs),
    /// Tries a card that is proposed.
    Check {
        /// The card.
        #[arg(value_name = "CARD.toml")]
        card_file: PathBuf,
        /// What is asked.
        #[command(flatten)]
        asked: AskArgs,
        /// The record of the change of definition that its effect on two years goes into.
        #[arg(long, value_name = "DEF-…")]
        quantifies: Option<String>,
    },
    /// Answers a question with figures.
    Answer(AnswerArgs),
    /// Figures as a data package with their structure.
    Export(ExportArgs),
    /// Growth between two periods.
    Compare {
        /// Its identifier.
        id: String,
        /// The earlier period.
        #[arg(long, value_name = "P")]
        from: String,
        /// The later period.
        #[arg(long, value_name = "P")]
        to: String,
        /// The definition to compute both under.
        #[arg(long, value_name = "V")]
        definition: Option<String>,
    },
    /// Its figures under each of its definitions.
    Definitions {
        /// Its identifier.
        id: String,
        /// What is asked.
        #[command(flatten)]
        asked: AskArgs,
    },
    /// Freezes figures as published.
    Freeze {
        /// Its identifier.
        id: String,
        /// What is asked.
        #[command(flatten)]
        asked: AskArgs,
        /// Under which they are cited.
        #[arg(long = "reference", value_name = "REF")]
        publication: String,
    },
    /// What was published.
    Published {
        /// One of them, printed again.
        #[arg(value_name = "REF")]
        publication: Option<String>,
    },
    /// What became of a publication.
    Revisions {
        /// Which.
        #[arg(value_name = "REF")]
        publication: String,
    },
    /// What was known when.
    Triangle {
        /// Its identifier.
        id: String,
        /// What is asked.
        #[command(flatten)]
        asked: AskArgs,
        /// The days as of which.
        #[arg(long, value_delimiter = ',', value_name = "DATE,…")]
        days: Vec<Date>,
    },
}

/// Arguments of `indicator compute`.
#[derive(Debug, Clone, Args)]
pub struct ComputeArgs {
    /// Its identifier.
    pub id: String,
    /// What is asked.
    #[command(flatten)]
    pub asked: AskArgs,
    /// Versions of code lists, in place of those in use.
    #[arg(long, value_delimiter = ',', value_name = "LIST=VERSION,…")]
    pub lists: Vec<String>,
    /// How to write the figures.
    #[arg(long, value_enum)]
    pub format: Option<FiguresFormat>,
}

/// Arguments of `indicator export`.
#[derive(Debug, Clone, Args)]
pub struct ExportArgs {
    /// Its identifier.
    #[arg(required_unless_present = "all")]
    pub id: Option<String>,
    /// Every indicator.
    #[arg(long, conflicts_with = "id")]
    pub all: bool,
    /// What is asked.
    #[command(flatten)]
    pub asked: AskArgs,
    /// The folder to write into.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Arguments of `indicator answer`.
#[derive(Debug, Clone, Args)]
pub struct AnswerArgs {
    /// The question.
    #[arg(value_name = "QST-…")]
    pub question: String,
    /// What is asked.
    #[command(flatten)]
    pub asked: AskArgs,
    /// Why the figure is not that of the earlier answer.
    #[arg(long = "revision", value_name = "TEXT")]
    pub explained: Option<String>,
    /// What is said beside it.
    #[arg(long = "comment", value_name = "TEXT")]
    pub said_beside: Option<String>,
}

/// What is asked of an indicator.
#[derive(Debug, Clone, Args)]
pub struct AskArgs {
    /// Breakdown.
    #[arg(long, value_delimiter = ',', value_name = "DIM,…")]
    pub by: Vec<String>,
    /// First period.
    #[arg(long, value_name = "P")]
    pub from: Option<String>,
    /// Last period.
    #[arg(long, value_name = "P")]
    pub to: Option<String>,
    /// Only these codes.
    #[arg(long = "where", value_delimiter = ',', value_name = "DIM=CODE,…")]
    pub filters: Vec<String>,
    /// The state of the lake to read.
    #[arg(long, value_name = "N")]
    pub snapshot: Option<u64>,
    /// The definition to compute under.
    #[arg(long, value_name = "V")]
    pub definition: Option<String>,
    /// The day as of which the facts were known.
    #[arg(long, value_name = "DATE")]
    pub known_on: Option<Date>,
    /// The period whose value is 100.
    #[arg(long, value_name = "P")]
    pub index_base: Option<String>,
    /// What is taken out of the series.
    #[arg(long, value_enum)]
    pub adjust: Option<Adjust>,
}

/// What is taken out of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Adjust {
    /// What comes back each year.
    Seasonal,
}

/// How to write figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FiguresFormat {
    /// A table.
    Table,
    /// Comma-separated values.
    Csv,
    /// One JSON document with the birth certificate.
    Json,
    /// SDMX-CSV 2.0, protected.
    SdmxCsv,
    /// SDMX-JSON 2.0, protected.
    SdmxJson,
}
