//! A regular expression of a declaration: searched in linear time, whatever the text (crate `regex`).

use regex::{Captures, Regex, RegexBuilder};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// Most memory that one pattern may take once compiled, in bytes.
const COMPILED: usize = 1 << 20;

/// A regular expression; two are equal when they are written alike.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, as a phrase.
    pub fn new(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the pattern is empty".to_owned());
        }
        RegexBuilder::new(text).size_limit(COMPILED).dfa_size_limit(COMPILED).build().map(Self).map_err(|error| {
            let reason = error.to_string();
            format!("no pattern that can be read: {}", reason.lines().last().unwrap_or_default().trim())
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is found in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// The names of its pieces, in their order.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.0.capture_names().flatten()
    }

    pub(crate) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.0.captures(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Pattern {}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
