//! What the author of a point gives, and what fits on its pages.

use crate::alerts::{holds_indicator, personal_data};
use crate::situation::{Said, SituationError, Statement};
use serde::Deserialize;

/// The most statements.
pub const FACTS_MOST: usize = 10;
/// The longest statement, in characters of each language.
pub const STATEMENT_MOST: usize = 170;
/// The most actions.
pub const ACTIONS_MOST: usize = 5;
/// The most unknowns.
pub const UNKNOWNS_MOST: usize = 5;
/// The longest action or unknown.
pub const LINE_MOST: usize = 110;
/// The longest input read, in bytes.
const BYTES_MOST: usize = 1 << 20;

/// What the author gives. Members that are not given stay as they were.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SituationInput {
    /// Facts and what is not verified.
    #[serde(default)]
    pub statements: Option<Vec<Statement>>,
    /// What is being done.
    #[serde(default)]
    pub actions: Option<Vec<Said>>,
    /// What is not known.
    #[serde(default)]
    pub unknowns: Option<Vec<Said>>,
}

/// Reads an input as JSON: `{"statements": [{"fr": …, "en": …, "grade": "B2"}], "actions": [{"fr": …, "en": …}],
/// "unknowns": […]}`.
///
/// # Errors
/// [`SituationError::Input`] for what is none; [`SituationError::TooLong`].
pub fn read_input(bytes: &[u8]) -> Result<SituationInput, SituationError> {
    if bytes.len() > BYTES_MOST {
        return Err(SituationError::TooLong { what: "bytes of input", length: bytes.len(), most: BYTES_MOST });
    }
    // A sequence of members would read as well: only what names them is taken.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(SituationError::Input { line: 1, column: 1, reason: "expected an object".to_owned() });
    }
    serde_json::from_slice(bytes).map_err(|fault| SituationError::Input {
        line: fault.line(),
        column: fault.column(),
        reason: fault.to_string().chars().take(200).collect(),
    })
}

impl SituationInput {
    /// Refuses what does not fit, what one language lacks, and what a point may not say.
    pub(crate) fn check(&self) -> Result<(), SituationError> {
        let statements = self.statements.as_deref().unwrap_or_default();
        let (actions, unknowns) =
            (self.actions.as_deref().unwrap_or_default(), self.unknowns.as_deref().unwrap_or_default());
        for (what, length, most) in [
            ("statements", statements.len(), FACTS_MOST),
            ("actions", actions.len(), ACTIONS_MOST),
            ("unknowns", unknowns.len(), UNKNOWNS_MOST),
        ] {
            if length > most {
                return Err(SituationError::TooLong { what, length, most });
            }
        }
        statements.iter().try_for_each(|s| text("statements", &s.fr, &s.en, STATEMENT_MOST))?;
        actions.iter().try_for_each(|s| text("actions", &s.fr, &s.en, LINE_MOST))?;
        unknowns.iter().try_for_each(|s| text("unknowns", &s.fr, &s.en, LINE_MOST))
    }
}

pub(crate) fn text(what: &'static str, fr: &str, en: &str, most: usize) -> Result<(), SituationError> {
    if fr.trim().is_empty() || en.trim().is_empty() {
        return Err(SituationError::OneLanguage { what });
    }
    let length = fr.chars().count().max(en.chars().count());
    if length > most {
        return Err(SituationError::TooLong { what, length, most });
    }
    for text in [fr, en] {
        if let Some(kind) = personal_data(text) {
            return Err(SituationError::PersonalData { kind, place: what });
        }
        if holds_indicator(text) {
            return Err(SituationError::RawIndicator { place: what });
        }
    }
    Ok(())
}
