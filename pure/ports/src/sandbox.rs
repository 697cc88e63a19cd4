//! The port of hostile files: a stranger's bytes are read where a fault of the reader harms nothing.
//!
//! A [`Parser`] turns bytes into frames, and knows nothing of where it runs. A [`Sandbox`] runs it within [`Task`]'s
//! bounds and hands its frames over. Whoever takes the frames trusts nothing in them: the parser may have been taken
//! over by the file that it read.

use std::io::{self, Read};

/// Reads a stranger's bytes. `request` says how they are to be read, in the parser's own terms; each call of `give` hands
/// one frame over. What is wrong with the bytes is told in a frame of the parser's own.
///
/// # Errors
/// When `give` fails, that is when nobody listens any more, or when memory is refused: the parser ends.
pub type Parser = fn(request: &[u8], input: &mut dyn Read, give: &mut Give<'_>) -> io::Result<()>;

/// What a [`Parser`] hands its frames to.
pub type Give<'a> = dyn FnMut(&[u8]) -> io::Result<()> + 'a;

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The parser's name, as the executable lists it.
    pub parser: &'static str,
    /// How the bytes are to be read.
    pub request: Vec<u8>,
    /// How many bytes there are to read: time is allowed in proportion.
    pub input_bytes: u64,
    /// Longest frame, in bytes.
    pub max_frame_bytes: u64,
    /// Most bytes of all the frames together.
    pub max_total_bytes: u64,
}

/// Where a stranger's bytes are read.
pub trait Sandbox: Send + Sync {
    /// Begins to read `input`. Nothing of it is kept when the frames are dropped before their end.
    ///
    /// # Errors
    /// [`SandboxError::Start`] when reading cannot begin.
    fn read(&self, task: Task, input: Box<dyn Read + Send>) -> Result<Box<dyn Frames>, SandboxError>;

    /// What holds the parser, on this machine: the same for every task.
    ///
    /// # Errors
    /// [`SandboxError`] when a parser cannot even be started.
    fn protections(&self) -> Result<Protections, SandboxError>;
}

/// The frames of one task.
pub trait Frames: Send {
    /// The next frame; nothing once the parser has ended well.
    ///
    /// # Errors
    /// [`SandboxError`] when the parser did not end well; the frames before it are then worth nothing.
    fn next(&mut self) -> Result<Option<Vec<u8>>, SandboxError>;
}

/// How far a protection is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// Not at all: the kernel has it not, or the sandbox needs it not.
    #[default]
    Absent,
    /// In part: the kernel is older than what we ask for.
    Partial,
    /// Wholly.
    Full,
}

/// What holds a parser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Protections {
    /// Limits of memory, processor time, files and processes (`setrlimit`).
    pub limits: Protection,
    /// No file can be reached (Landlock).
    pub files: Protection,
    /// No system call beyond what reading takes (seccomp).
    pub calls: Protection,
}

impl Protections {
    /// Whether all are wholly in force.
    pub fn are_full(self) -> bool {
        [self.limits, self.files, self.calls].iter().all(|protection| *protection == Protection::Full)
    }
}

/// Why a parser did not end well. The message names the limit; the caller adds the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SandboxError {
    /// It could not be started.
    #[error("the reader could not be started: {reason}")]
    Start {
        /// What the system said.
        reason: String,
    },
    /// It asked for more memory than allowed.
    #[error("reading takes more than the {} MiB of memory allowed", limit_bytes >> 20)]
    Memory {
        /// The limit, in bytes over what the program itself takes.
        limit_bytes: u64,
    },
    /// It took more processor time than allowed.
    #[error("reading takes more than the {limit_s} s of processor time allowed")]
    ProcessorTime {
        /// The limit, in seconds.
        limit_s: u64,
    },
    /// It kept silent, or took, longer than allowed.
    #[error("reading takes longer than the {limit_s} s allowed")]
    Time {
        /// The limit, in seconds.
        limit_s: u64,
    },
    /// It gave more than allowed.
    #[error("what is read from it is longer than the {limit_bytes} bytes allowed")]
    Length {
        /// The limit, in bytes.
        limit_bytes: u64,
    },
    /// It attempted what a reader never does: to open a file, a connection or a program. The file may hold an attack.
    #[error("its reader attempted a forbidden system call; the file may hold an attack: keep it apart and report it")]
    Forbidden,
    /// It ended by a fault of its own.
    #[error("its reader broke down ({how}); keep the file apart and report it")]
    BrokeDown {
        /// How: a signal, an exit status, the first words of its message.
        how: String,
    },
    /// What it gave is not what it should give.
    #[error("its reader gave what cannot be understood ({what}); keep the file apart and report it")]
    Nonsense {
        /// What was found.
        what: &'static str,
    },
}

impl SandboxError {
    /// Whether the file is at fault, and not the machine.
    pub fn is_files_fault(&self) -> bool {
        !matches!(self, Self::Start { .. })
    }
}
