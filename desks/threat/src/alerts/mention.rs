//! The mention of protection. This system holds nothing above *Diffusion restreinte*, which is a mention and no
//! classification (interministerial general instruction 1300); what is classified has its own systems.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A mention that may be written here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mention {
    /// None.
    #[default]
    Unprotected,
    /// *Diffusion restreinte*.
    Restricted,
}

/// A mention that may not be written here, or that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MentionError {
    /// Above what this system may hold.
    #[error("a flash marked `{text}` is refused: this system holds nothing above Diffusion restreinte")]
    Above {
        /// Which.
        text: String,
    },
    /// No mention.
    #[error("`{text}` is no mention: unprotected or restricted")]
    Unknown {
        /// What was found, cut to 40 characters.
        text: String,
    },
}

impl Mention {
    /// Every mention that may be written here.
    pub const ALL: [Self; 2] = [Self::Unprotected, Self::Restricted];

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unprotected => "unprotected",
            Self::Restricted => "restricted",
        }
    }

    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Unprotected => "flash-mention-unprotected",
            Self::Restricted => "flash-mention-restricted",
        }
    }
}

impl FromStr for Mention {
    type Err = MentionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shown = || text.chars().take(40).collect();
        // As the MISP taxonomy `fr-classif` and people write them.
        let plain: String = text.trim().to_lowercase().replace(['é', 'è'], "e").replace([' ', '_'], "-");
        match plain.as_str() {
            "unprotected" | "non-protege" | "non-protegees" | "np" => Ok(Self::Unprotected),
            "restricted" | "diffusion-restreinte" | "dr" => Ok(Self::Restricted),
            "secret"
            | "tres-secret"
            | "special-france"
            | "confidentiel-defense"
            | "secret-defense"
            | "tres-secret-defense"
            | "top-secret"
            | "confidential" => Err(MentionError::Above { text: shown() }),
            _ => Err(MentionError::Unknown { text: shown() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_above_diffusion_restreinte_comes_in() {
        for text in ["secret", "Très Secret", "special_france", "Confidentiel défense"] {
            assert!(matches!(text.parse::<Mention>(), Err(MentionError::Above { .. })), "{text}");
        }
        assert_eq!("Diffusion Restreinte".parse(), Ok(Mention::Restricted));
        assert!(matches!("privé".parse::<Mention>(), Err(MentionError::Unknown { .. })));
        for mention in Mention::ALL {
            assert_eq!(mention.code().parse(), Ok(mention));
        }
    }

    #[test]
    fn a_stored_one_cannot_be_above_either() {
        assert!(serde_json::from_str::<Mention>("\"secret\"").is_err());
    }
}
