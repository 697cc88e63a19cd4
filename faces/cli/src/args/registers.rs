//! Registers, records, deadlines.

use beffroi_model::{Pap, Tlp};
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

/// What the registers are.
#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// All of them.
    List,
    /// What one holds, with an example.
    Fields {
        /// Its name.
        #[arg(value_name = "NAME")]
        register: String,
        /// As the reference page.
        #[arg(long)]
        markdown: bool,
    },
}

/// Records of the registers.
#[derive(Debug, Subcommand)]
pub enum RecordCommand {
    /// Adds one, or those of a file.
    Add {
        /// The register.
        #[arg(value_name = "NAME")]
        register: String,
        /// JSON, CSV or a workbook (`.xlsx`); `-` for the standard input.
        #[arg(value_name = "FILE|-")]
        record_file: PathBuf,
        /// Say what it comes to, and write nothing.
        #[arg(long)]
        preview: bool,
        /// Leave out the rows that may not stand.
        #[arg(long)]
        partly: bool,
    },
    /// One of them.
    Show {
        /// Its reference.
        #[arg(value_name = "ID")]
        record: String,
    },
    /// Those of a register.
    List {
        /// The register.
        #[arg(value_name = "NAME")]
        register: String,
        /// In that state.
        #[arg(long = "state", value_name = "STATE")]
        in_state: Option<String>,
        /// With that value.
        #[arg(long = "where", value_name = "F=V")]
        with_value: Vec<String>,
        /// At most so many.
        #[arg(long = "limit", value_name = "N", default_value_t = 100)]
        most_records: u64,
    },
    /// Those that hold words, in all registers.
    Find {
        /// The words.
        #[arg(required = true, value_name = "WORD")]
        words: Vec<String>,
    },
    /// Writes values.
    Set {
        /// Its reference.
        #[arg(value_name = "ID")]
        record: String,
        /// The values; nothing after the sign takes one out.
        #[arg(required = true, value_name = "F=V")]
        values: Vec<String>,
    },
    /// Moves it to a state, or by a move.
    Move {
        /// Its reference.
        #[arg(value_name = "ID")]
        record: String,
        /// The state, or the name of the move.
        #[arg(value_name = "STATE")]
        to_state: String,
        /// Values that the move asks for.
        #[arg(value_name = "F=V")]
        move_values: Vec<String>,
        /// Why.
        #[arg(long = "reason", value_name = "TEXT")]
        move_reason: Option<String>,
    },
    /// Changes its marking.
    Mark {
        /// Its reference.
        #[arg(value_name = "ID")]
        record: String,
        /// To whom it may go; as it is when not said.
        #[arg(long = "tlp", value_name = "TLP", required_unless_present = "mark_pap")]
        mark_tlp: Option<Tlp>,
        /// What may be done with it; as it is when not said.
        #[arg(long = "pap", value_name = "PAP")]
        mark_pap: Option<Pap>,
        /// Why; a marking is not lowered without.
        #[arg(long = "reason", value_name = "TEXT")]
        mark_reason: Option<String>,
    },
    /// What was done to it.
    History {
        /// Its reference.
        #[arg(value_name = "ID")]
        record: String,
    },
    /// Says something about it.
    Comment {
        /// Its reference.
        #[arg(value_name = "ID")]
        record: String,
        /// What.
        #[arg(value_name = "TEXT")]
        said: String,
    },
    /// Attaches a file to it.
    Attach {
        /// Its reference.
        #[arg(value_name = "ID")]
        record: String,
        /// The file.
        #[arg(value_name = "FILE")]
        attached_file: PathBuf,
    },
    /// Takes a register out.
    Export {
        /// The register.
        #[arg(value_name = "NAME")]
        register: String,
        /// How.
        #[arg(long = "format", value_enum)]
        record_format: RecordFormat,
        /// Into a file; a workbook goes nowhere else.
        #[arg(long = "out", value_name = "FILE", required_if_eq("record_format", "xlsx"))]
        record_out: Option<PathBuf>,
    },
    /// What a desk makes of records: a page of a register, a paper of a record.
    Sheet {
        /// The register, or the reference of a record.
        #[arg(value_name = "NAME|REFERENCE")]
        sheet_of: String,
        /// The sheet.
        #[arg(value_name = "SHEET")]
        sheet: String,
        /// What is asked.
        #[arg(value_name = "FIELD=VALUE")]
        asked: Vec<String>,
        /// Into a file: its ending says how (pdf, html, txt, json).
        #[arg(long = "out", value_name = "FILE")]
        sheet_out: Option<PathBuf>,
    },
    /// What is to be done.
    Tasks,
    /// Says that a task is done.
    Done {
        /// Its number.
        #[arg(value_name = "TASK")]
        task: String,
        /// With what.
        #[arg(value_name = "TEXT")]
        done_with: String,
    },
}

/// How records leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RecordFormat {
    /// A table.
    Csv,
    /// One JSON document a line.
    Json,
    /// A workbook that comes back.
    Xlsx,
    /// The ends of their clocks, as a calendar.
    Ics,
}
