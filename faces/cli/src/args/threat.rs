//! Arguments of flash alerts, situation points and warning lists.

use super::SelectionArgs;
use beffroi_desk_threat::alerts::Format;
use beffroi_model::{Pap, Tlp};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::PathBuf;

/// Flash alerts.
#[derive(Debug, Subcommand)]
pub enum AlertCommand {
    /// All of them.
    List,
    /// Drafts one from a signal.
    Draft {
        /// The signal.
        #[arg(long, value_name = "ID")]
        signal: String,
    },
    /// One of them.
    Show {
        /// Its reference.
        reference: String,
    },
    /// Changes a draft.
    Edit {
        /// Its reference.
        reference: String,
        /// What changes.
        #[arg(long, value_name = "FILE")]
        input: PathBuf,
    },
    /// Records who agreed that it may draw on an inquiry.
    Agree {
        /// Its reference.
        reference: String,
        /// Who agreed, by function.
        #[arg(long, value_name = "TEXT")]
        given_by: String,
        /// Under which reference.
        #[arg(long, value_name = "TEXT")]
        agreement: String,
    },
    /// Approves a draft (another person than its author).
    Validate {
        /// Its reference.
        reference: String,
    },
    /// Sends a validated one out.
    Issue {
        /// Its reference.
        reference: String,
        /// To whom.
        #[command(flatten)]
        to: SelectionArgs,
    },
    /// Queues an issued one for more of the list.
    Send {
        /// Its reference.
        reference: String,
        /// To whom.
        #[command(flatten)]
        to: SelectionArgs,
    },
    /// Who has read one.
    Board {
        /// Its reference.
        reference: String,
    },
    /// Marks a draft as an exercise.
    Exercise {
        /// Its reference.
        reference: String,
    },
    /// Brings one up to date: a new version.
    Update {
        /// Its reference.
        reference: String,
        /// The signal.
        #[arg(long, value_name = "ID")]
        signal: String,
    },
    /// Lowers the marking of an issued one.
    Downgrade {
        /// Its reference.
        reference: String,
        /// To whom it may go from now on.
        #[arg(long, value_name = "LABEL")]
        tlp: Tlp,
        /// What may be done with it from now on.
        #[arg(long, value_name = "LABEL")]
        pap: Pap,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The originator who agreed.
        #[arg(long, value_name = "TEXT")]
        originator: String,
    },
    /// Closes one; one that went out is lifted.
    Close {
        /// Its reference.
        reference: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Writes one to a file.
    Export(AlertExportArgs),
}

/// Arguments of `alert export`.
#[derive(Debug, Args)]
pub struct AlertExportArgs {
    /// Its reference.
    pub reference: String,
    /// The format.
    #[arg(long, value_enum)]
    pub format: AlertFormat,
    /// The file.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Whom a private CAP message names; may be given again.
    #[arg(long, value_name = "ADDRESS")]
    pub address: Vec<String>,
    /// Who sends a CAP message.
    #[arg(long, value_name = "NAME", default_value = "beffroi")]
    pub sender: String,
}

/// Formats of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AlertFormat {
    /// Tagged PDF.
    Pdf,
    /// One self-contained page.
    Html,
    /// Plain text.
    Txt,
    /// STIX 2.1.
    Stix,
    /// A MISP event.
    Misp,
    /// Common Alerting Protocol 1.2.
    Cap,
    /// JSON.
    Json,
    /// The annex, as tagged PDF.
    Annex,
}

impl From<AlertFormat> for Format {
    fn from(format: AlertFormat) -> Self {
        match format {
            AlertFormat::Pdf => Self::Pdf,
            AlertFormat::Html => Self::Html,
            AlertFormat::Txt => Self::Text,
            AlertFormat::Stix => Self::Stix,
            AlertFormat::Misp => Self::Misp,
            AlertFormat::Cap => Self::Cap,
            AlertFormat::Json => Self::Json,
            AlertFormat::Annex => Self::Annex,
        }
    }
}

/// Situation points.
#[derive(Debug, Subcommand)]
pub enum SituationCommand {
    /// All of them.
    List,
    /// Drafts the next point of a crisis.
    Draft(SituationDraftArgs),
    /// One of them.
    Show {
        /// Its reference.
        reference: String,
    },
    /// Freezes one for good.
    Freeze {
        /// Its reference.
        reference: String,
    },
    /// Writes one to a file.
    Export {
        /// Its reference.
        reference: String,
        /// The format.
        #[arg(long, value_enum)]
        format: SituationFormat,
        /// The file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

/// Arguments of `situation draft`.
#[derive(Debug, Args)]
pub struct SituationDraftArgs {
    /// The code of the crisis.
    #[arg(long, value_name = "CODE")]
    pub crisis: String,
    /// Its name in French; for the first point.
    #[arg(long, value_name = "TEXT")]
    pub name_fr: Option<String>,
    /// Its name in English; for the first point.
    #[arg(long, value_name = "TEXT")]
    pub name_en: Option<String>,
    /// The phenomenon counted; for the first point.
    #[arg(long, value_name = "CODE")]
    pub phenomenon: Option<String>,
    /// The territory counted.
    #[arg(long, value_name = "CODE")]
    pub territory: Option<String>,
    /// Since which day; for the first point.
    #[arg(long, value_name = "DAY")]
    pub since: Option<Date>,
    /// When the next point is due.
    #[arg(long, value_name = "INSTANT")]
    pub next: Option<Timestamp>,
    /// Statements, actions and unknowns.
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
}

/// Formats of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SituationFormat {
    /// Tagged PDF.
    Pdf,
    /// OpenDocument text.
    Odt,
    /// Word.
    Docx,
    /// One self-contained page.
    Html,
    /// Plain text.
    Txt,
    /// JSON.
    Json,
}

/// Warning lists.
#[derive(Debug, Subcommand)]
pub enum WarninglistCommand {
    /// All of them.
    List,
    /// Imports one in MISP's format.
    Import {
        /// The file.
        #[arg(value_name = "FILE")]
        input: PathBuf,
    },
}
