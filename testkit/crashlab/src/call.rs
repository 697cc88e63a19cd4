//! A system call as the trace tells it, before it is understood.

/// One system call of one thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// The thread.
    pub(crate) pid: u32,
    /// `pwrite64`, `fsync`…
    pub(crate) name: String,
    /// The arguments as written, split at the outermost commas.
    pub(crate) args: Vec<String>,
    /// Line of the trace on which it began, from 1: not later than the moment it began.
    pub(crate) begin: usize,
    /// Line on which it ended: not earlier than the moment it ended. `None` when the thread never came back.
    pub(crate) end: Option<usize>,
    /// What it gave back; -1 for an error.
    pub(crate) result: i64,
    /// The error's name, or the annotated path of the descriptor given back, as written.
    pub(crate) tail: String,
    /// The answer was made up by the recorder: the call was not carried out.
    pub(crate) injected: bool,
}
