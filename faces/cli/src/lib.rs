//! The command line: parses, calls one function of a desk, prints. No rule of the trade lives here.
//!
//! The commands are those of [`args`]; their help is in the reader's language ([`help`]). The executable hands over a
//! [`Context`] with the engines wired.

pub mod args;
mod commands;
mod context;
pub mod fault;
pub mod help;
pub mod output;
pub mod progress;
mod strangers;

pub use commands::{alert, doctor, execute, exercise, ingest, report, restore, verify_export, watch};
pub use context::{Context, DataFolder, Diffusion, OpenWays, Upkeep, Ways, digest_settings};
