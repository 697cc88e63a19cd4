//! The words of probability.

/// A word of the scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// Its code.
    pub code: &'static str,
    /// The probability that it stands for, in percent.
    pub percent: u8,
    /// How far around it the word still holds, in points.
    pub margin: u8,
}

impl Word {
    /// The probability, from 0 to 1.
    pub fn probability(self) -> f64 {
        f64::from(self.percent) / 100.0
    }
}

/// The five words, from the least probable on: 7, 30, 50, 75 and 93 %.
///
/// Source: MISP taxonomies, *vocabulaire-des-probabilites-estimatives*, version 3 (percents and margins); the codes are ours.
pub const SCALE: [Word; 5] = [
    Word { code: "almost_no_chance", percent: 7, margin: 5 },
    Word { code: "probably_not", percent: 30, margin: 10 },
    Word { code: "even", percent: 50, margin: 10 },
    Word { code: "likely", percent: 75, margin: 12 },
    Word { code: "almost_certain", percent: 93, margin: 6 },
];

/// The word of a code.
pub fn word(code: &str) -> Option<Word> {
    SCALE.into_iter().find(|word| word.code == code)
}
