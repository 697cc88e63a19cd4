//! The port of mail: letters handed to a server, and what became of each.
//!
//! What holds when the program is killed: a letter is either marked as gone or was not handed over whole, but for those
//! being handed over at that instant, of which there are at most as many as the engine lets out at once (one, unless
//! configured otherwise). They are sent again under the same Message-ID.

use crate::Answer;
use std::fmt;
use std::sync::Arc;

/// A file with a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Enclosure {
    /// Its name, in printable ASCII.
    pub name: String,
    /// Its media type: `application/pdf`.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A letter to one recipient.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number, hexadecimal: the local part of its Message-ID, and the extension of its return path. The same each
    /// time the same letter is sent.
    pub id: String,
    /// The address it goes to.
    pub to: String,
    /// Its subject, one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as one HTML page; text only when absent.
    pub html: Option<String>,
    /// Its files, shared by all letters that carry them.
    pub enclosures: Vec<Arc<Enclosure>>,
    /// Header fields beside those of every letter: names (`X-TLP`) and values, one line each.
    pub fields: Vec<(String, String)>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("id", &self.id)
            .field("n_enclosures", &self.enclosures.len())
            .finish_non_exhaustive()
    }
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The server took it over.
    Taken,
    /// Not now: the server or the way to it failed, or it said to come back (4yz, RFC 5321, 4.2.1).
    Later(String),
    /// The server refuses this recipient for good (5yz to the recipient).
    Unknown(String),
    /// Nobody would take this letter: the server refuses it for good, or it cannot be written as mail.
    Refused(String),
}

/// The way out by mail.
pub trait Post: Send + Sync {
    /// The name under which this way out claims letters: its own on each machine, the same after a restart.
    fn worker(&self) -> &str;

    /// Hands letters over; for each its number and what became of it, in whatever order. A letter that was taken is
    /// marked as gone before the next one may go.
    fn send<'a>(&'a self, letters: Vec<Letter>) -> Answer<'a, Vec<(String, Fate)>>;

    /// The numbers marked as gone and not settled since.
    ///
    /// # Errors
    /// [`PostError`] when the marks cannot be read.
    fn gone(&self) -> Result<Vec<String>, PostError>;

    /// Forgets the marks: what they say stands in the registers.
    ///
    /// # Errors
    /// [`PostError`] when they cannot be removed.
    fn settled(&self) -> Result<(), PostError>;
}

/// Why the way out is shut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the post cannot {doing}: {reason}")]
pub struct PostError {
    /// What was being done, as an infinitive.
    pub doing: &'static str,
    /// What stood in the way, and what to do.
    pub reason: String,
}
