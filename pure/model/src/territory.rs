//! Territory codes. "Not located" is a territory of its own: since complaints are filed online, the departments no
//! longer add up to France, and a fall that is only a change of channel must not read as a fall.

use crate::Text;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a territory code names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TerritoryKind {
    /// The whole of France.
    Country,
    /// Metropolitan France (European part).
    Metropolitan,
    /// A region, coded `R84`.
    Region,
    /// A department, coded `01`, `2A`, `974`.
    Department,
    /// An overseas collectivity outside the departments, coded `975`, `977`, `978`, `986`–`989`.
    Collectivity,
    /// No place known (online complaint).
    NotLocated,
    /// Outside France.
    Abroad,
}

/// A territory code of well-formed shape. Whether the code exists on a given day is for `beffroi-codes` to say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Territory(Text);

impl Territory {
    /// Code of the whole of France.
    pub const FRANCE: &'static str = "FR";
    /// Code of metropolitan France.
    pub const METROPOLITAN: &'static str = "FRM";
    /// Code of "not located".
    pub const NOT_LOCATED: &'static str = "NL";
    /// Code of "abroad".
    pub const ABROAD: &'static str = "ETR";

    /// The whole of France.
    pub fn france() -> Self {
        Self(Self::FRANCE.into())
    }

    /// No place known.
    pub fn not_located() -> Self {
        Self(Self::NOT_LOCATED.into())
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// What the code names.
    pub fn kind(&self) -> TerritoryKind {
        match self.0.as_str() {
            Self::FRANCE => TerritoryKind::Country,
            Self::METROPOLITAN => TerritoryKind::Metropolitan,
            Self::NOT_LOCATED => TerritoryKind::NotLocated,
            Self::ABROAD => TerritoryKind::Abroad,
            "975" | "977" | "978" | "986" | "987" | "988" | "989" => TerritoryKind::Collectivity,
            code if code.starts_with('R') => TerritoryKind::Region,
            _ => TerritoryKind::Department,
        }
    }
}

impl fmt::Display for Territory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that has not the shape of a territory code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no territory code: expected a department such as 01, 2A or 974, a region such as R84, FR, FRM, NL or ETR"
)]
pub struct TerritoryError(pub String);

impl FromStr for Territory {
    type Err = TerritoryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = [Self::FRANCE, Self::METROPOLITAN, Self::NOT_LOCATED, Self::ABROAD].contains(&text);
        if known || is_department(text) || is_region(text) {
            Ok(Self(text.into()))
        } else {
            Err(TerritoryError(text.chars().take(40).collect()))
        }
    }
}

fn is_department(text: &str) -> bool {
    match text.as_bytes() {
        [b'2', b'A' | b'B'] => true,
        [a, b] => a.is_ascii_digit() && b.is_ascii_digit() && text != "00" && text != "20" && text <= "95",
        [b'9', b'7' | b'8', c] => c.is_ascii_digit(),
        _ => false,
    }
}

fn is_region(text: &str) -> bool {
    matches!(text.as_bytes(), [b'R', a, b] if a.is_ascii_digit() && b.is_ascii_digit())
}

impl TryFrom<String> for Territory {
    type Error = TerritoryError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Territory> for String {
    fn from(territory: Territory) -> Self {
        territory.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (code, kind) in [
            ("01", TerritoryKind::Department),
            ("2A", TerritoryKind::Department),
            ("974", TerritoryKind::Department),
            ("975", TerritoryKind::Collectivity),
            ("R84", TerritoryKind::Region),
            ("FR", TerritoryKind::Country),
            ("NL", TerritoryKind::NotLocated),
        ] {
            assert_eq!(code.parse::<Territory>().map(|t| t.kind()), Ok(kind), "{code}");
        }
        for wrong in ["", "1", "20", "96", "00", "2C", "999", "Ain", "R8", "FRA", "fr"] {
            assert!(wrong.parse::<Territory>().is_err(), "{wrong}");
        }
    }
}
