//! Diffusion of flash alerts: recipients, sending, the queue.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use std::path::PathBuf;

/// Who on the list.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectionArgs {
    /// Directions.
    #[arg(long = "direction", value_name = "NAME")]
    pub directions: Vec<String>,
    /// Services.
    #[arg(long = "service", value_name = "NAME")]
    pub services: Vec<String>,
}

/// Who receives flash alerts.
#[derive(Debug, Subcommand)]
pub enum RecipientCommand {
    /// All of them.
    List,
    /// Puts those of a table on the list.
    Import {
        /// The table, `.csv`.
        #[arg(value_name = "FILE")]
        recipients_file: PathBuf,
    },
    /// Gives one its last day.
    End {
        /// Its short name.
        recipient: String,
        /// The last day.
        #[arg(long = "on", value_name = "DATE")]
        last_listed: Date,
    },
    /// Shows the secret that its machine checks signatures with.
    Secret {
        /// Its short name.
        recipient: String,
    },
}

/// The queue of what is handed to recipients.
#[derive(Debug, Subcommand)]
pub enum PostCommand {
    /// How many handovers stand where.
    Status,
    /// Hands over what is due, once.
    Run,
    /// Queues the reminders that are due.
    Remind,
    /// Reads reports of non-delivery.
    Bounce {
        /// Messages, or folders of them.
        #[arg(required = true, value_name = "FILE|DIR")]
        bounces: Vec<PathBuf>,
    },
    /// The letter of the day that an account would be sent now.
    Digest {
        /// Whose.
        #[arg(value_name = "LOGIN")]
        digest_login: String,
    },
    /// How diffusion did in a year.
    Measures {
        /// The year.
        #[arg(long = "year", value_name = "YEAR")]
        measured_year: Option<i16>,
    },
}
