//! What went wrong, whose fault it is, and how it is shown.

use miette::{Diagnostic, NamedSource, SourceSpan};
use std::ops::Range;
use thiserror::Error;

/// A failed command: the message says what, where, and what to do.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
pub struct Fault {
    message: String,
    #[help]
    help: Option<String>,
    #[source_code]
    source_code: Option<NamedSource<String>>,
    #[label]
    span: Option<SourceSpan>,
    ours: bool,
}

impl Fault {
    /// The input or the request is at fault: exit status 1.
    pub fn user(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, source_code: None, span: None, ours: false }
    }

    /// The fault is ours: exit status 2.
    pub fn ours(message: impl Into<String>) -> Self {
        Self { ours: true, ..Self::user(message) }
    }

    /// What to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The text at fault, and where in it (bytes).
    #[must_use]
    pub fn with_source(mut self, name: &str, text: String, span: Option<Range<usize>>) -> Self {
        self.source_code = Some(NamedSource::new(name, text));
        self.span = span.map(SourceSpan::from);
        self
    }

    /// Whether the fault is ours.
    pub fn is_ours(&self) -> bool {
        self.ours
    }
}

/// What a command gives back.
pub type Outcome<T = ()> = Result<T, Fault>;

/// Turns an error of a lower floor into a fault of ours.
pub fn ours<E: std::error::Error>(error: E) -> Fault {
    Fault::ours(chain(&error))
}

/// Turns an error of a lower floor into a fault of the user's.
pub fn users<E: std::error::Error>(error: E) -> Fault {
    Fault::user(chain(&error))
}

/// The message of an error and of its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}
