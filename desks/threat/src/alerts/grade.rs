//! How far a source is trusted and what it says believed: the Admiralty code.
//!
//! Source: MISP taxonomy `admiralty-scale` (5). `F` and `6` say that nothing can be judged. They are no middle of the
//! scale, and no number is ever made of a grade.

use beffroi_model::Layer;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A grade: `B2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Grade {
    reliability: char,
    credibility: u8,
}

/// A text that is no grade.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no grade of a source: a letter A to G (F: unknown), then a digit 1 to 6 (6: unknown), such as B2")]
pub struct GradeError {
    /// What was found, cut to 20 characters.
    pub text: String,
}

impl Grade {
    /// Nothing is known of the source nor of the truth of what it says.
    pub const UNKNOWN: Self = Self { reliability: 'F', credibility: 6 };

    /// The letters of reliability, from the best; `F` is unknown, `G` deceives.
    pub const RELIABILITIES: [char; 7] = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];

    /// The digits of credibility, from the best; `6` is unknown.
    pub const CREDIBILITIES: [u8; 6] = [1, 2, 3, 4, 5, 6];

    /// What counts alone are worth. The rule is ours: recorded reports come from a service that is usually reliable (B),
    /// those of a platform from the public, fairly so (C), and a claim from the offender, not usually so (D); what lasts for
    /// two weeks is probably true (2), a single week possibly (3).
    pub fn of_counts(layer: Layer, claims: bool, n_weeks: usize) -> Self {
        let reliability = match layer {
            _ if claims => 'D',
            Layer::Platform => 'C',
            Layer::Recorded | Layer::Survey => 'B',
        };
        Self { reliability, credibility: if n_weeks >= 2 { 2 } else { 3 } }
    }

    /// The letter.
    pub fn reliability(self) -> char {
        self.reliability
    }

    /// The digit.
    pub fn credibility(self) -> u8 {
        self.credibility
    }

    /// Whether this is a rumour: neither its source is trusted (`E`, `F`, `G`) nor what it says believed (`5`, `6`).
    pub fn is_rumour(self) -> bool {
        self.reliability >= 'E' && self.credibility >= 5
    }

    /// The confidence of STIX 2.1, appendix A, by the credibility alone; nothing for `6`, which is no number.
    pub fn stix_confidence(self) -> Option<u8> {
        match self.credibility {
            1 => Some(90),
            2 => Some(70),
            3 => Some(50),
            4 => Some(30),
            5 => Some(10),
            _ => None,
        }
    }

    /// The key of the words for its letter.
    pub fn reliability_key(self) -> String {
        format!("flash-reliability-{}", self.reliability.to_ascii_lowercase())
    }

    /// The key of the words for its digit.
    pub fn credibility_key(self) -> String {
        format!("flash-credibility-{}", self.credibility)
    }
}

impl Default for Grade {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.reliability, self.credibility)
    }
}

impl FromStr for Grade {
    type Err = GradeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || GradeError { text: text.chars().take(20).collect() };
        let mut signs = text.trim().chars();
        let (letter, digit) = (signs.next().ok_or_else(wrong)?, signs.next().ok_or_else(wrong)?);
        let reliability = letter.to_ascii_uppercase();
        let credibility = digit.to_digit(10).and_then(|digit| u8::try_from(digit).ok()).ok_or_else(wrong)?;
        let known = Self::RELIABILITIES.contains(&reliability) && Self::CREDIBILITIES.contains(&credibility);
        if known && signs.next().is_none() { Ok(Self { reliability, credibility }) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Grade {
    type Error = GradeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Grade> for String {
    fn from(grade: Grade) -> Self {
        grade.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_wording::Lang;

    #[test]
    fn unknown_is_not_middling() {
        let unknown: Grade = "f6".parse().unwrap();
        assert_eq!(unknown, Grade::UNKNOWN);
        assert!(unknown.is_rumour());
        assert_eq!(unknown.stix_confidence(), None);
        assert_eq!("C3".parse::<Grade>().unwrap().stix_confidence(), Some(50));
        for (text, rumour) in [("A6", false), ("F1", false), ("E5", true), ("G6", true), ("C3", false), ("D5", false)] {
            assert_eq!(text.parse::<Grade>().unwrap().is_rumour(), rumour, "{text}");
        }
    }

    #[test]
    fn grades_read_back_and_nonsense_is_refused() {
        for reliability in Grade::RELIABILITIES {
            for credibility in Grade::CREDIBILITIES {
                let grade = Grade { reliability, credibility };
                assert_eq!(grade.to_string().parse(), Ok(grade));
                for lang in Lang::ALL {
                    assert!(lang.knows(&grade.reliability_key()) && lang.knows(&grade.credibility_key()));
                }
            }
        }
        for text in ["", "B", "2B", "H1", "A0", "A7", "B22", "é1"] {
            assert!(text.parse::<Grade>().is_err(), "{text}");
        }
    }
}
