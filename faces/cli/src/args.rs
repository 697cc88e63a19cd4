//! The commands and their arguments. The words of the help are in the wording files (see [`crate::help`]).

mod exercise;
mod figures;
mod law;
mod module;
mod post;
mod registers;
mod threat;
mod upkeep;

pub use exercise::{ExerciseArgs, ExerciseCommand};
pub use figures::{Adjust, AnswerArgs, AskArgs, ComputeArgs, ExportArgs, FiguresFormat, IndicatorCommand};
pub use law::LawCommand;
pub use module::{ModuleCommand, PackageForm};
pub use post::{PostCommand, RecipientCommand, SelectionArgs};
pub use registers::{RecordCommand, RecordFormat, RegisterCommand};
pub use threat::{
    AlertCommand, AlertExportArgs, AlertFormat, SituationCommand, SituationDraftArgs, SituationFormat,
    WarninglistCommand,
};
pub use upkeep::{
    AuditCommand, BackupArgs, GrantArgs, RestoreArgs, RetentionCommand, ServiceCommand, UserCommand, VerifyArgs,
};

use beffroi_model::DeliveryId;
use beffroi_wording::Lang;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use jiff::civil::Date;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "beffroi", version, disable_help_subcommand = false)]
pub struct Cli {
    /// What every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The data folder.
    #[arg(long, global = true, env = "BEFFROI_DATA", default_value = "beffroi-data", value_name = "DIR")]
    pub data: PathBuf,
    /// One JSON document instead of a table.
    #[arg(long, global = true)]
    pub json: bool,
    /// The language of messages.
    #[arg(long, global = true, value_name = "fr|en")]
    pub lang: Option<Lang>,
    /// No progress.
    #[arg(long, global = true)]
    pub quiet: bool,
    /// Who acts.
    #[arg(long = "as", global = true, value_name = "USER")]
    pub who: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The main job on demonstration data.
    Demo(DemoArgs),
    /// An empty, configured data folder.
    Init,
    /// The web application.
    Serve(ServeArgs),
    /// Declared sources.
    #[command(subcommand)]
    Source(SourceCommand),
    /// Brings files of a source in.
    Ingest(IngestArgs),
    /// States of the lake.
    #[command(subcommand)]
    Snapshot(SnapshotCommand),
    /// Indicators.
    #[command(subcommand)]
    Indicator(IndicatorCommand),
    /// Code lists.
    #[command(subcommand)]
    Codes(CodesCommand),
    /// The annual report.
    #[command(subcommand)]
    Report(ReportCommand),
    /// Linkage of a file.
    #[command(subcommand)]
    Link(LinkCommand),
    /// Series of linked reports.
    #[command(subcommand)]
    Series(SeriesCommand),
    /// The watch.
    #[command(subcommand)]
    Watch(WatchCommand),
    /// Signals of the watch.
    #[command(subcommand)]
    Signal(SignalCommand),
    /// Flash alerts.
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Situation points of a crisis.
    #[command(subcommand)]
    Situation(SituationCommand),
    /// Exercises on made-up data.
    #[command(subcommand)]
    Exercise(ExerciseCommand),
    /// Lists of what is no indicator.
    #[command(subcommand)]
    Warninglist(WarninglistCommand),
    /// Who receives flash alerts.
    #[command(subcommand)]
    Recipient(RecipientCommand),
    /// The queue of what is handed to them.
    #[command(subcommand)]
    Post(PostCommand),
    /// What the registers are.
    #[command(subcommand)]
    Register(RegisterCommand),
    /// Records of the registers.
    #[command(subcommand)]
    Record(RecordCommand),
    /// Texts of law by version.
    #[command(subcommand)]
    Law(LawCommand),
    /// Modules of training.
    #[command(subcommand)]
    Module(ModuleCommand),
    /// Everything with a clock, the soonest first.
    Deadlines {
        /// How far ahead.
        #[arg(long, value_name = "7d", default_value = "7d")]
        within: String,
    },
    /// The journal.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Accounts and rights.
    #[command(subcommand)]
    User(UserCommand),
    /// What is kept how long.
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// Saves everything in one encrypted file.
    Backup(BackupArgs),
    /// Brings a backup back.
    Restore(RestoreArgs),
    /// What is configured, reachable, late.
    Doctor,
}

/// Arguments of `demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// Port of the web application.
    #[arg(long, default_value_t = 8117)]
    pub port: u16,
    /// Stop before serving.
    #[arg(long)]
    pub no_serve: bool,
    /// How many synthetic reports.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(0..=20_000_000))]
    pub reports: u64,
    /// Make everything anew.
    #[arg(long)]
    pub fresh: bool,
}

/// Arguments of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// Port of the web application.
    #[arg(long)]
    pub port: Option<u16>,
}

/// Declared sources.
#[derive(Debug, Subcommand)]
pub enum SourceCommand {
    /// All of them.
    List,
    /// One of them.
    Show {
        /// Its identifier.
        id: String,
    },
    /// Reads a declaration and says what is wrong with it; with a file of data, what it makes of its rows.
    Check {
        /// The declaration.
        file: PathBuf,
        /// A file of data to try it on.
        sample: Option<PathBuf>,
        /// How many rows to show.
        #[arg(long, value_name = "N", default_value_t = 5)]
        rows: usize,
    },
    /// Proposes a declaration for a file of data.
    Guess {
        /// The file of data.
        sample: PathBuf,
    },
    /// The quality sheet of a delivery; the list of sheets without one.
    Quality {
        /// Number of the delivery.
        delivery: Option<DeliveryId>,
        /// How to write it; a text when nothing is said.
        #[arg(long, value_enum)]
        format: Option<SheetFormat>,
        /// The file to write.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Pairs of reports that seem to be one fact.
    Duplicates {
        /// Its identifier.
        id: String,
        /// First day of report.
        #[arg(long, value_name = "DATE")]
        since: Option<Date>,
        /// Last day of report.
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
        /// Made-up reports instead of real ones.
        #[arg(long)]
        synthetic: bool,
    },
}

/// Formats of a quality sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SheetFormat {
    /// A text for a terminal.
    Text,
    /// JSON.
    Json,
    /// Tagged PDF.
    Pdf,
}

/// Arguments of `ingest`.
#[derive(Debug, Clone, Args)]
pub struct IngestArgs {
    /// The source that the files come from.
    #[arg(long, value_name = "ID")]
    pub source: String,
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Day at which the source's data stood.
    #[arg(long, value_name = "DATE")]
    pub vintage: Option<Date>,
    /// Read and check, land nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Totals that the service announces.
    #[arg(long = "control", value_name = "NAME=VALUE")]
    pub controls: Vec<String>,
}

/// States of the lake.
#[derive(Debug, Subcommand)]
pub enum SnapshotCommand {
    /// All of them.
    List,
    /// One of them.
    Show {
        /// Its number.
        number: u64,
    },
}

/// Code lists.
#[derive(Debug, Subcommand)]
pub enum CodesCommand {
    /// All of them.
    List,
    /// One of them.
    Show {
        /// Its name.
        list: String,
        /// One of its versions.
        #[arg(long = "version", value_name = "V")]
        edition: Option<String>,
    },
    /// What a code is worth in another list.
    Map {
        /// The list of the code.
        list: String,
        /// The code.
        code: String,
        /// The other list.
        #[arg(long = "to", value_name = "LIST")]
        target: String,
        /// The day.
        #[arg(long = "on", value_name = "DATE")]
        day: Option<Date>,
    },
    /// Reads a new version.
    Import(CodesImportArgs),
    /// Back to a version that is kept.
    Switch {
        /// Its name.
        list: String,
        /// The version.
        #[arg(value_name = "VERSION")]
        kept: String,
        /// Tell what it would do, and do nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Arguments of `codes import`.
#[derive(Debug, Clone, Args)]
pub struct CodesImportArgs {
    /// The list.
    pub list: String,
    /// The file.
    #[arg(value_name = "FILE")]
    pub brought: PathBuf,
    /// Its version.
    #[arg(long = "version", value_name = "V")]
    pub edition: Option<String>,
    /// The day from which it holds.
    #[arg(long, value_name = "DATE")]
    pub valid_from: Option<Date>,
    /// Put it in use.
    #[arg(long)]
    pub switch: bool,
}

/// The annual report.
#[derive(Debug, Subcommand)]
pub enum ReportCommand {
    /// Builds it.
    Build {
        /// The year.
        #[arg(long)]
        year: i16,
        /// The state of the lake to read.
        #[arg(long, value_name = "N")]
        snapshot: Option<u64>,
        /// The instant that it bears: that of an earlier building, to have the same bytes again.
        #[arg(long = "as-of", value_name = "INSTANT")]
        built_as_of: Option<Timestamp>,
        /// Refuse while a chapter is left out.
        #[arg(long)]
        complete: bool,
        /// The folder of its files.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Linkage of a file.
#[derive(Debug, Subcommand)]
pub enum LinkCommand {
    /// By equal values.
    Exact(ExactArgs),
}

/// Arguments of `link exact`.
#[derive(Debug, Clone, Args)]
pub struct ExactArgs {
    /// The file, `.csv`.
    #[arg(long, value_name = "FILE")]
    pub input: PathBuf,
    /// The column that names the record.
    #[arg(long, value_name = "COL")]
    pub id: String,
    /// The columns that link.
    #[arg(long, required = true, value_delimiter = ',', value_name = "COL,…")]
    pub keys: Vec<String>,
    /// Values that never link, one a line.
    #[arg(long, value_name = "FILE")]
    pub hubs: Option<PathBuf>,
    /// Records beyond which a value no longer links.
    #[arg(long, value_name = "N")]
    pub max_degree: Option<u32>,
    /// The file to write: id and series.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Series of linked reports.
#[derive(Debug, Subcommand)]
pub enum SeriesCommand {
    /// Links the reports of the lake.
    Run {
        /// Reports beyond which an observable no longer links.
        #[arg(long, value_name = "N")]
        max_degree: Option<u32>,
    },
    /// All of them, the largest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// One of them.
    Show {
        /// Its identifier.
        id: String,
    },
}

/// The watch.
#[derive(Debug, Subcommand)]
pub enum WatchCommand {
    /// Compares the last weeks with what was expected.
    Run {
        /// The day to look from.
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        /// The most false alarms expected in a month.
        #[arg(long, value_name = "K")]
        budget: Option<f64>,
    },
    /// Compares the series of a file with what was expected.
    Detect(DetectArgs),
}

/// Arguments of `watch detect`.
#[derive(Debug, Clone, Args)]
pub struct DetectArgs {
    /// The file: series, period, count and, if need be, population.
    #[arg(long, value_name = "FILE.csv")]
    pub input: PathBuf,
    /// How to detect.
    #[arg(long, value_name = "farrington|farrington-flexible|ears-c1|ears-c2|ears-c3|cusum|glrnb|bayes")]
    pub method: String,
    /// Parameters of the method.
    #[arg(long, value_name = "K=V,…", default_value = "", hide_default_value = true)]
    pub params: String,
    /// Periods a year.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=366))]
    pub frequency: Option<u16>,
    /// The first period looked at.
    #[arg(long, value_name = "P")]
    pub from: Option<String>,
    /// The last period looked at.
    #[arg(long, value_name = "P")]
    pub to: Option<String>,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Signals of the watch.
#[derive(Debug, Subcommand)]
pub enum SignalCommand {
    /// All of them, the strongest first.
    List,
    /// One of them.
    Show {
        /// Its identifier.
        id: String,
    },
    /// Says what it is.
    Decide {
        /// Its identifier.
        id: String,
        /// What it is.
        #[arg(value_name = "new|variant|known|out-of-scope")]
        decision: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}
