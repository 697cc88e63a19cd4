//! What is wrong with a declaration, and where in its text.

use std::ops::Range;

/// What is wrong with a declaration, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct DeclarationError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Bytes of the text that are meant.
    pub span: Option<Range<usize>>,
    /// Their line, from 1.
    pub line: Option<usize>,
}

/// A declaration that parses but means nothing: the keys that lead to the place, and why.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) path: Vec<String>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl DeclarationError {
    pub(crate) fn syntax(text: &str, error: &toml::de::Error) -> Self {
        Self::at(text, error.span(), error.message().to_owned(), None)
    }

    pub(crate) fn meaning(text: &str, fault: Fault) -> Self {
        let span = place(text, &fault.path);
        Self::at(text, span, fault.message, fault.help)
    }

    fn at(text: &str, span: Option<Range<usize>>, message: String, help: Option<String>) -> Self {
        let line = span.as_ref().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
        Self { message, help, span, line }
    }
}

/// The bytes of the value that the keys lead to, or of the nearest table above it.
fn place(text: &str, path: &[String]) -> Option<Range<usize>> {
    let document = toml::de::DeTable::parse(text).ok()?;
    let (first, rest) = path.split_first()?;
    let mut value = document.get_ref().get(first.as_str())?;
    let mut span = value.span();
    for key in rest {
        let next = match key.parse::<usize>() {
            Ok(index) => value.get_ref().get(index),
            Err(_) => value.get_ref().get(key.as_str()),
        };
        let Some(next) = next else { break };
        value = next;
        span = value.span();
    }
    Some(span)
}
