//! The three layers of measurement, shown side by side and never added.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which instrument saw the fact. Two layers measure different things, so a sum over layers means nothing:
/// a victim may answer a survey, file a platform report and appear in recorded crime for one and the same fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// Estimated from a victimisation survey (CVS, VRS).
    Survey,
    /// Declared on a platform (THESEE, PERCEVAL, PHAROS…) or observed by a feed.
    Platform,
    /// Recorded by the police or the gendarmerie.
    Recorded,
}

impl Layer {
    /// Every layer, in the order in which pages show them.
    pub const ALL: [Self; 3] = [Self::Survey, Self::Platform, Self::Recorded];

    /// The code kept in tables and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Survey => "survey",
            Self::Platform => "platform",
            Self::Recorded => "recorded",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Layer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|layer| layer.code() == text)
            .ok_or_else(|| format!("unknown layer `{text}`: expected survey, platform or recorded"))
    }
}
