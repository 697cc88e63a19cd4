//! One file a command: parse, call one function of a desk, print.

pub mod alert;
mod audit;
mod backup;
mod codes;
pub mod doctor;
pub mod exercise;
mod indicator;
pub mod ingest;
mod law;
mod link;
mod module;
mod office;
#[cfg(test)]
mod one_declaration;
mod post;
mod quality;
mod recipient;
mod record;
mod record_sheet;
mod register;
pub mod report;
pub mod restore;
mod retention;
mod series;
mod signal;
mod situation;
mod snapshot;
mod source;
mod user;
mod warninglist;
pub mod watch;

pub use audit::verify_export;

use crate::Context;
use crate::args::Command;
use crate::fault::{Fault, Outcome};

/// Carries a command out. `demo`, `init`, `serve` and `restore` belong to the executable, which has the engines and the web face.
///
/// # Errors
/// [`Fault`], which says whose fault it is.
pub async fn execute(command: Command, context: &Context) -> Outcome {
    exercise::say_so(context);
    match command {
        Command::Source(command) => source::run(command, context).await,
        Command::Ingest(args) => ingest::run(args, context).await,
        Command::Snapshot(command) => snapshot::run(command, context).await,
        Command::Indicator(command) => indicator::run(command, context).await,
        Command::Codes(command) => codes::run(command, context).await,
        Command::Report(command) => report::run(command, context).await,
        Command::Link(command) => link::run(command, context),
        Command::Series(command) => series::run(command, context).await,
        Command::Watch(command) => watch::run(command, context).await,
        Command::Signal(command) => signal::run(command, context).await,
        Command::Alert(command) => alert::run(command, context).await,
        Command::Recipient(command) => recipient::run(command, context).await,
        Command::Post(command) => post::run(command, context).await,
        Command::Situation(command) => situation::run(command, context).await,
        Command::Exercise(command) => exercise::run(command, context).await,
        Command::Warninglist(command) => warninglist::run(command, context).await,
        Command::Register(command) => register::run(&command, context),
        Command::Record(command) => record::run(command, context).await,
        Command::Law(command) => law::run(command, context).await,
        Command::Module(command) => module::run(command, context).await,
        Command::Deadlines { within } => record::deadlines(&within, context).await,
        Command::Audit(command) => audit::run(command, context).await,
        Command::User(command) => user::run(command, context).await,
        Command::Retention(command) => retention::run(command, context).await,
        Command::Backup(args) => backup::run(args, context).await,
        Command::Doctor => doctor::run(context).await,
        Command::Demo(_) | Command::Init | Command::Serve(_) | Command::Restore(_) => {
            Err(Fault::ours("this command is carried out by the executable itself"))
        }
    }
}
