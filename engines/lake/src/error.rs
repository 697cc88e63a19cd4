//! How the engines' errors become the port's.

use beffroi_ports::FactsError;
use std::fmt::Display;

/// Characters kept of what an engine says.
const REASON_CHARS: usize = 400;

/// An engine's failure, told with what was being done (an infinitive).
pub(crate) fn failed<E: Display>(doing: &'static str) -> impl Fn(E) -> FactsError {
    move |error| FactsError::Engine { doing, reason: shortened(&error.to_string()) }
}

/// A failure of ours, told with what was being done (an infinitive).
pub(crate) fn broken(doing: &'static str, reason: impl Display) -> FactsError {
    FactsError::Engine { doing, reason: shortened(&reason.to_string()) }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(REASON_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}
