//! One thing that does not fit, and where.

use serde::Serialize;

/// How much of a value a finding repeats, in characters.
const SHOWN: usize = 80;

/// What a row broke. The code is stable: scripts may rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The row has not as many fields as the header.
    FieldCount,
    /// A quote is opened and not closed as it should.
    Quoting,
    /// A field is longer than the declaration allows.
    FieldTooLong,
    /// The whole row is longer than the declaration allows.
    RowTooLong,
    /// A byte is not of the declared encoding.
    Encoding,
    /// A NUL byte or another control character.
    ControlCharacter,
    /// The JSON of the row does not parse, or repeats a key, or is nested too deep.
    Json,
    /// A single value was expected where there is a list or an object.
    NotSingle,
    /// A required value is missing.
    MissingValue,
    /// A value is in none of the declared codes.
    UnknownCode,
    /// A territory that does not exist.
    UnknownTerritory,
    /// A text that is no date of the declared form.
    NotADate,
    /// A date that cannot be: in the future, or before the source existed.
    ImplausibleDate,
    /// A text that is no period.
    NotAPeriod,
    /// A text that is no number.
    NotANumber,
    /// A text that is neither yes nor no.
    NotABoolean,
    /// A text that is no identifier.
    NotAnIdentifier,
    /// A text that is no such observable.
    NotAnObservable,
    /// A text too long for what it names.
    TextTooLong,
    /// A text that identifies a person; it is not repeated.
    DirectIdentifier,
}

impl Rule {
    /// Every rule, for whoever must name one by a number.
    pub(crate) const ALL: [Self; 20] = [
        Self::FieldCount,
        Self::Quoting,
        Self::FieldTooLong,
        Self::RowTooLong,
        Self::Encoding,
        Self::ControlCharacter,
        Self::Json,
        Self::NotSingle,
        Self::MissingValue,
        Self::UnknownCode,
        Self::UnknownTerritory,
        Self::NotADate,
        Self::ImplausibleDate,
        Self::NotAPeriod,
        Self::NotANumber,
        Self::NotABoolean,
        Self::NotAnIdentifier,
        Self::NotAnObservable,
        Self::TextTooLong,
        Self::DirectIdentifier,
    ];

    /// The code kept in rejects files.
    pub fn code(self) -> &'static str {
        match self {
            Self::FieldCount => "field-count",
            Self::Quoting => "quoting",
            Self::FieldTooLong => "field-too-long",
            Self::RowTooLong => "row-too-long",
            Self::Encoding => "encoding",
            Self::ControlCharacter => "control-character",
            Self::Json => "json",
            Self::NotSingle => "not-single",
            Self::MissingValue => "missing-value",
            Self::UnknownCode => "unknown-code",
            Self::UnknownTerritory => "unknown-territory",
            Self::NotADate => "not-a-date",
            Self::ImplausibleDate => "implausible-date",
            Self::NotAPeriod => "not-a-period",
            Self::NotANumber => "not-a-number",
            Self::NotABoolean => "not-a-boolean",
            Self::NotAnIdentifier => "not-an-identifier",
            Self::NotAnObservable => "not-an-observable",
            Self::TextTooLong => "text-too-long",
            Self::DirectIdentifier => "direct-identifier",
        }
    }
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column, or the path in a JSON row; nothing when the whole row is meant.
    pub column: Option<String>,
    /// What was broken.
    pub rule: Rule,
    /// What, and what to do about it; it does not repeat the value.
    #[serde(rename = "reason")]
    pub message: String,
    /// The beginning of the value, `…` when it is a victim's or identifies a person.
    pub value: String,
    /// Whether the row was set aside; otherwise it landed without this value.
    pub rejected: bool,
}

impl Finding {
    /// A finding that sets its row aside.
    pub fn new(line: u64, column: Option<&str>, rule: Rule, message: impl Into<String>, value: &str) -> Self {
        Self {
            line,
            column: column.map(str::to_owned),
            rule,
            message: message.into(),
            value: if rule == Rule::DirectIdentifier { "…".to_owned() } else { shorten(value) },
            rejected: true,
        }
    }
}

/// The first characters of a text, without control characters.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_repeats_eighty_characters_at_most() {
        let finding = Finding::new(2, None, Rule::FieldTooLong, "", &"é".repeat(1_000_000));
        assert_eq!(finding.value.chars().count(), 81);
        assert_eq!(shorten("a\0b\u{1b}[31m"), "a\u{fffd}b\u{fffd}[31m");
    }
}
