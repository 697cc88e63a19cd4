//! A laboratory of crashes: what is left of a program's files after a power cut, a kill, or a failing disk.
//!
//! A real program runs under `strace`, which writes down every system call that changes files or makes them durable
//! ([`Recorder`]). The lab then rebuilds the folder as a disk that lost what had not been synced, at a crash point after
//! any of these calls and at each acknowledgement ([`Recording::check`]), and asks the caller what it finds there.
//! Nothing of the kernel is needed: no module, no virtual machine, no special file system.
//!
//! What the model knows, and when it refuses to conclude ([`Refusal`]), is told in `docs/crash-lab.md`.

mod acks;
mod call;
mod decode;
mod descriptors;
mod disk;
mod file;
mod kills;
mod lab;
mod names;
mod points;
mod random;
mod recorder;
mod replay;
mod scan;

#[cfg(test)]
mod tests;

pub use acks::Acknowledgements;
pub use disk::Durability;
pub use kills::{Delay, Kills, Lane};
pub use lab::{Figures, Plan};
pub use random::Random;
pub use recorder::{Fault, Recorder, Recording, available};

/// Why the lab does not conclude: the program did something that the model does not follow, or the recording itself
/// failed. Never a verdict on the program.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A file of the folder changes in a way that a trace of system calls does not show.
    #[error("the model cannot follow `{call}` on {file}: {reason}")]
    Blind {
        /// The system call.
        call: String,
        /// The file, or what is known of it.
        file: String,
        /// What would have to be modelled.
        reason: &'static str,
    },
    /// A line of the trace that cannot be read.
    #[error("line {line} of the trace cannot be read ({reason}): {text}")]
    Line {
        /// From 1.
        line: usize,
        /// What was expected.
        reason: &'static str,
        /// The line, cut to 80 characters.
        text: String,
    },
    /// Replayed to its end, the trace does not lead to the files that are there.
    #[error("the trace does not explain {file}: {reason}")]
    Unexplained {
        /// The file.
        file: String,
        /// How it differs.
        reason: String,
    },
    /// A file or a program of the lab itself.
    #[error("the lab could not {doing}: {reason}")]
    Lab {
        /// As an infinitive.
        doing: &'static str,
        /// What the system said.
        reason: String,
    },
}

impl Refusal {
    pub(crate) fn lab(doing: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self::Lab { doing, reason: error.to_string() }
    }

    pub(crate) fn blind(call: &str, file: impl std::fmt::Display, reason: &'static str) -> Self {
        Self::Blind { call: call.to_owned(), file: file.to_string(), reason }
    }
}
