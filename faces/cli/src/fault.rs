//! What went wrong, whose fault it is, and how it is shown.

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};
use std::fmt::Display;
use std::ops::Range;
use thiserror::Error;

/// A failed command: the message says what, where, and what to do.
#[derive(Debug, Error)]
#[error("{}", .0.message)]
pub struct Fault(Box<Details>);

#[derive(Debug)]
struct Details {
    message: String,
    help: Option<String>,
    source_code: Option<NamedSource<String>>,
    span: Option<Range<usize>>,
    ours: bool,
}

impl Fault {
    fn new(message: String, ours: bool) -> Self {
        Self(Box::new(Details { message, help: None, source_code: None, span: None, ours }))
    }

    /// The input or the request is at fault: exit status 1.
    pub fn user(message: impl Into<String>) -> Self {
        Self::new(message.into(), false)
    }

    /// The fault is ours: exit status 2.
    pub fn ours(message: impl Into<String>) -> Self {
        Self::new(message.into(), true)
    }

    /// What to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// The text at fault, and where in it (bytes).
    #[must_use]
    pub fn with_source(mut self, name: &str, text: String, span: Option<Range<usize>>) -> Self {
        self.0.source_code = Some(NamedSource::new(name, text));
        self.0.span = span;
        self
    }

    /// Whether the fault is ours.
    pub fn is_ours(&self) -> bool {
        self.0.ours
    }
}

impl Diagnostic for Fault {
    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.0.help.as_ref().map(|help| Box::new(help) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.0.source_code.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.0.span.clone()?;
        Some(Box::new(std::iter::once(LabeledSpan::underline(span))))
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
