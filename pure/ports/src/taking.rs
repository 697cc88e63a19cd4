//! What comes over the wall, taken frame by frame: one way for all that is read behind a [`Sandbox`].

use crate::sandbox::{Sandbox, SandboxError, Task};
use std::io::Read;

/// Longest reason that is repeated, in characters.
const REASON: usize = 400;

/// Why a stranger's bytes gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// They are not what they should be; its reader says why.
    #[error("{0}")]
    File(String),
    /// Their reader did not come to the end of them, or gave what cannot be understood.
    #[error(transparent)]
    Reader(#[from] SandboxError),
}

impl Unread {
    /// Frames that no reader of ours gives.
    pub fn nonsense(what: &'static str) -> Self {
        Self::Reader(SandboxError::Nonsense { what })
    }

    /// What a reader says of a file, cut and without what could drive a terminal.
    pub fn told(reason: &str) -> Self {
        Self::File(shown(reason))
    }

    /// Whether the file is at fault, and not the machine.
    pub fn is_files_fault(&self) -> bool {
        match self {
            Self::File(_) => true,
            Self::Reader(error) => error.is_files_fault(),
        }
    }
}

/// A text from behind the wall as it is shown: one line, bounded, without control characters.
pub fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(REASON).collect()
}

/// Takes the frames of one parser, trusting nothing in them.
pub trait Taker {
    /// What they come to.
    type Taken;

    /// Takes one frame.
    ///
    /// # Errors
    /// [`Unread`]: nothing further is worth taking.
    fn put(&mut self, frame: &[u8]) -> Result<(), Unread>;

    /// What they came to, once the parser has ended well.
    ///
    /// # Errors
    /// [`Unread`] when they did not come to their end.
    fn end(self) -> Result<Self::Taken, Unread>;
}

/// The letter that tells a frame's kind, and its text; nothing is taken once the end was told.
///
/// # Errors
/// [`Unread`] for a frame that is no text, is empty, or comes after the end.
pub fn lettered(frame: &[u8], ended: bool) -> Result<(char, &str), Unread> {
    let text = std::str::from_utf8(frame).map_err(|_| Unread::nonsense("a text that is not UTF-8"))?;
    let mut rest = text.chars();
    let kind = rest.next().filter(|_| !ended).ok_or(Unread::nonsense("a frame after the end, or none"))?;
    Ok((kind, rest.as_str()))
}

/// Reads `input` behind the wall and takes what comes. It waits for the child: not to be called where nothing may wait.
///
/// # Errors
/// [`Unread`]; nothing of the file is kept then.
pub fn read_through<T: Taker>(
    sandbox: &dyn Sandbox,
    task: Task,
    input: Box<dyn Read + Send>,
    mut taker: T,
) -> Result<T::Taken, Unread> {
    let mut frames = sandbox.read(task, input)?;
    while let Some(frame) = frames.next()? {
        taker.put(&frame)?;
    }
    taker.end()
}
