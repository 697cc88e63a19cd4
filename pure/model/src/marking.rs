//! To whom a piece of information may go (TLP 2.0) and what may be done with it (PAP).
//!
//! Source: FIRST, *Traffic Light Protocol 2.0* (August 2022); PAP as in the MISP taxonomy of that name.
//! An unknown or missing marking reads as RED. `WHITE` is accepted and written `CLEAR`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Traffic Light Protocol 2.0, from the widest to the narrowest audience: the greater value is the more restrictive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tlp {
    /// No limit.
    #[serde(rename = "CLEAR")]
    Clear,
    /// The community.
    #[serde(rename = "GREEN")]
    Green,
    /// The organisation and its clients.
    #[serde(rename = "AMBER")]
    Amber,
    /// The organisation only.
    #[serde(rename = "AMBER+STRICT")]
    AmberStrict,
    /// Named persons only.
    #[serde(rename = "RED")]
    Red,
}

impl Tlp {
    /// From the widest to the narrowest.
    pub const ALL: [Self; 5] = [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The label as the standard spells it, without the `TLP:` prefix.
    pub fn label(self) -> &'static str {
        match self {
            Self::Clear => "CLEAR",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::AmberStrict => "AMBER+STRICT",
            Self::Red => "RED",
        }
    }

    /// How it is told to a reader or in a format that knows the labels `known` only: the same, else the next more
    /// restrictive one, else RED. Never a wider one: AMBER+STRICT is RED where only TLP 1 is known.
    #[must_use]
    pub fn told_in(self, known: &[Self]) -> Self {
        known.iter().copied().filter(|label| *label >= self).min().unwrap_or(Self::Red)
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TLP:{}", self.label())
    }
}

impl FromStr for Tlp {
    type Err = MarkingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = strip(text, "TLP:");
        match bare.as_str() {
            "WHITE" => Ok(Self::Clear),
            _ => Self::ALL
                .into_iter()
                .find(|tlp| tlp.label() == bare)
                .ok_or(MarkingError { scheme: "TLP", text: text.to_owned() }),
        }
    }
}

/// Permissible Actions Protocol, from the freest to the most restrained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pap {
    /// Any action.
    #[serde(rename = "CLEAR")]
    Clear,
    /// Active actions allowed (block, ping).
    #[serde(rename = "GREEN")]
    Green,
    /// Passive cross-checks with third parties only.
    #[serde(rename = "AMBER")]
    Amber,
    /// Nothing that could be noticed from outside.
    #[serde(rename = "RED")]
    Red,
}

impl Pap {
    /// From the freest to the most restrained.
    pub const ALL: [Self; 4] = [Self::Clear, Self::Green, Self::Amber, Self::Red];

    /// The label without the `PAP:` prefix.
    pub fn label(self) -> &'static str {
        match self {
            Self::Clear => "CLEAR",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::Red => "RED",
        }
    }
}

impl fmt::Display for Pap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PAP:{}", self.label())
    }
}

impl FromStr for Pap {
    type Err = MarkingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = strip(text, "PAP:");
        match bare.as_str() {
            "WHITE" => Ok(Self::Clear),
            _ => Self::ALL
                .into_iter()
                .find(|pap| pap.label() == bare)
                .ok_or(MarkingError { scheme: "PAP", text: text.to_owned() }),
        }
    }
}

fn strip(text: &str, prefix: &str) -> String {
    let upper = text.trim().to_ascii_uppercase();
    upper.strip_prefix(prefix).unwrap_or(&upper).to_owned()
}

/// A text that is no marking of its scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {scheme} marking")]
pub struct MarkingError {
    /// `TLP` or `PAP`.
    pub scheme: &'static str,
    /// What was found.
    pub text: String,
}

/// Both markings of one piece of information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Marking {
    /// To whom.
    pub tlp: Tlp,
    /// What may be done.
    pub pap: Pap,
}

impl Marking {
    /// What an unmarked piece of information is treated as.
    pub const UNKNOWN: Self = Self { tlp: Tlp::Red, pap: Pap::Red };

    /// The marking of something made from both: the more restrictive of each.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self { tlp: self.tlp.max(other.tlp), pap: self.pap.max(other.pap) }
    }

    /// The one comparison of diffusion: may a piece of information so marked go to whoever is cleared up to `ceiling`?
    /// Scopes are made of it; what leaves by a channel asks [`Marking::may_leave`], and none decides by itself.
    pub fn may_reach(self, ceiling: Self) -> bool {
        self.tlp <= ceiling.tlp && self.pap <= ceiling.pap
    }
}

impl Default for Marking {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl fmt::Display for Marking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} · {}", self.tlp, self.pap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_reads_as_clear_and_is_never_written() {
        assert_eq!("TLP:WHITE".parse(), Ok(Tlp::Clear));
        assert_eq!("tlp:amber+strict".parse(), Ok(Tlp::AmberStrict));
        assert_eq!(Tlp::Clear.to_string(), "TLP:CLEAR");
    }

    #[test]
    fn nonsense_is_refused_not_guessed() {
        assert!("TLP:ORANGE".parse::<Tlp>().is_err());
        assert!("".parse::<Pap>().is_err());
    }

    #[test]
    fn merging_never_widens() {
        for a in Tlp::ALL {
            for b in Tlp::ALL {
                let x = Marking { tlp: a, pap: Pap::Clear };
                let y = Marking { tlp: b, pap: Pap::Red };
                let merged = x.merge(y);
                assert!(merged.tlp >= a && merged.tlp >= b && merged.pap == Pap::Red);
            }
        }
    }

    #[test]
    fn a_poorer_vocabulary_never_widens_and_strict_amber_becomes_red() {
        const TLP_1: [Tlp; 4] = [Tlp::Clear, Tlp::Green, Tlp::Amber, Tlp::Red];
        assert_eq!(Tlp::AmberStrict.told_in(&TLP_1), Tlp::Red);
        assert_eq!(Tlp::Green.told_in(&[]), Tlp::Red);
        for subset in 0..32_u8 {
            let known: Vec<Tlp> = (0..5).filter(|bit| subset >> bit & 1 == 1).map(|bit| Tlp::ALL[bit]).collect();
            for tlp in Tlp::ALL {
                let told = tlp.told_in(&known);
                assert!(told >= tlp && (known.contains(&told) || told == Tlp::Red), "{tlp} in {known:?}: {told}");
                assert!(!known.contains(&tlp) || told == tlp);
            }
        }
    }

    #[test]
    fn strict_amber_does_not_reach_an_amber_channel() {
        let strict = Marking { tlp: Tlp::AmberStrict, pap: Pap::Clear };
        assert!(!strict.may_reach(Marking { tlp: Tlp::Amber, pap: Pap::Red }));
        assert!(!Marking::UNKNOWN.may_reach(Marking { tlp: Tlp::Red, pap: Pap::Green }));
        assert!(strict.may_reach(Marking { tlp: Tlp::Red, pap: Pap::Red }));
    }
}
