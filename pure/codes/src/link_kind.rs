//! How two linked codes relate, and how sure that is.

use std::fmt;

/// How the code a link leads to relates to the code it starts from: four of the mapping properties of SKOS (W3C
/// Recommendation of 18 August 2009, section 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Match {
    /// They mean the same: counts may be carried from one to the other.
    Exact,
    /// The target means more: all of the source falls under it.
    Broader,
    /// The target means less: all of it falls under the source.
    Narrower,
    /// They have to do with each other, and neither contains the other as far as is known.
    Related,
}

impl Match {
    /// All kinds, the most telling first.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Broader, Self::Narrower, Self::Related];

    /// Its code in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Broader => "broader",
            Self::Narrower => "narrower",
            Self::Related => "related",
        }
    }

    /// The mapping property of SKOS that says the same.
    pub fn skos(self) -> &'static str {
        match self {
            Self::Exact => "skos:exactMatch",
            Self::Broader => "skos:broadMatch",
            Self::Narrower => "skos:narrowMatch",
            Self::Related => "skos:relatedMatch",
        }
    }

    /// The kind of the link read the other way.
    pub fn inverse(self) -> Self {
        match self {
            Self::Broader => Self::Narrower,
            Self::Narrower => Self::Broader,
            same => same,
        }
    }

    /// The kind of two links in a row, never more than the weaker of them says: exact changes nothing, the same
    /// direction twice keeps it, and all else (up and down again, or anything after related) is related only.
    pub fn then(self, next: Self) -> Self {
        match (self, next) {
            (Self::Exact, kind) | (kind, Self::Exact) => kind,
            (a, b) if a == b => a,
            _ => Self::Related,
        }
    }
}

/// How sure a link is: above 0, up to 1, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u32);

impl Confidence {
    /// Nobody doubts it.
    pub const CERTAIN: Self = Self(1_000_000);

    /// So many millionths; nothing for 0 and for more than a million.
    pub fn millionths(of: u32) -> Option<Self> {
        (1..=Self::CERTAIN.0).contains(&of).then_some(Self(of))
    }

    /// So many millionths.
    pub fn as_millionths(self) -> u32 {
        self.0
    }

    /// That of two links in a row: the product, rounded down, and at least one millionth.
    pub fn times(self, other: Self) -> Self {
        let product = u64::from(self.0) * u64::from(other.0) / u64::from(Self::CERTAIN.0);
        Self(u32::try_from(product).unwrap_or(Self::CERTAIN.0).max(1))
    }

    /// Reads `1`, `0.8`, `0.125`: at most six decimals.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !["0", "1"].contains(&whole) || decimals.len() > 6 || !digits(decimals) {
            return None;
        }
        let decimals: u32 = format!("{decimals:0<6}").parse().ok()?;
        Self::millionths(if whole == "1" { Self::CERTAIN.0.checked_add(decimals)? } else { decimals })
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::CERTAIN {
            return f.write_str("1");
        }
        let decimals = format!("{:06}", self.0);
        write!(f, "0.{}", decimals.trim_end_matches('0'))
    }
}
