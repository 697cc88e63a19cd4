//! Modules of training: packages out, results in.

use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

/// Modules of training.
#[derive(Debug, Subcommand)]
pub enum ModuleCommand {
    /// Writes the package of a version in service.
    Package {
        /// Its reference.
        #[arg(value_name = "ID")]
        packaged: String,
        /// What the platform takes.
        #[arg(long = "form", value_enum)]
        package_form: PackageForm,
        /// The file to write.
        #[arg(long, value_name = "FILE.zip")]
        out: PathBuf,
    },
    /// Records the results of a file of statements.
    Results {
        /// xAPI statements, JSON.
        #[arg(value_name = "FILE")]
        statements: PathBuf,
        /// The session of which they are.
        #[arg(long = "session", value_name = "ID")]
        of_session: Option<String>,
        /// The territory of the learners; that of the session when one is named.
        #[arg(long = "territory", value_name = "CODE")]
        of_territory: Option<String>,
        /// The service of the learners.
        #[arg(long = "unit", value_name = "UNIT")]
        of_unit: Option<String>,
    },
}

/// What platforms take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PackageForm {
    /// SCORM 1.2.
    Scorm12,
    /// SCORM 2004, 4th edition.
    Scorm2004,
    /// cmi5.
    Cmi5,
}
