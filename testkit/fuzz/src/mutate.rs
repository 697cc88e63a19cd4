//! Bytes a little worse than they were, the same for the same seed.

/// SplitMix64 (Steele, Lea and Flood 2014): enough chance to spoil bytes with.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let [byte, ..] = self.next().to_le_bytes();
        byte
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        usize::try_from(self.next() % bound.max(1)).unwrap_or_default()
    }
}

/// Longest input made, in bytes.
const LONGEST: usize = 16 * 1024;

/// Bytes that parsers trip over.
const TOKENS: [&[u8]; 40] = [
    b"\0",
    b"\n",
    b"\r\n",
    b"\"",
    b"'",
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b",",
    b";",
    b"\t",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"=",
    b"-",
    b"+",
    b"/",
    b"..",
    b"%",
    b"&",
    b"<",
    b">",
    b"<!DOCTYPE",
    b"&#x0;",
    b"\xff",
    b"\xc3\x28",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"1e400",
    b"-0",
    b"NaN",
    b"9223372036854775808",
    b"4294967296",
    b"2024-02-30",
    b"9999-12-31",
    b"0",
    b"                ",
];

/// One of the seeds, spoilt in one to eight places.
pub(crate) fn mutate(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let pick = |chance: &mut Chance| seeds.get(chance.below(seeds.len())).cloned().unwrap_or_default();
    let mut bytes = pick(chance);
    for _ in 0..=chance.below(8) {
        let at = chance.below(bytes.len() + 1);
        let end = at + chance.below((bytes.len() - at).min(64) + 1);
        match chance.below(9) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << chance.below(8);
                }
            }
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = chance.byte();
                }
            }
            2 | 3 => {
                let token = TOKENS.get(chance.below(TOKENS.len())).copied().unwrap_or_default();
                drop(bytes.splice(at..at, token.iter().copied()));
            }
            4 => drop(bytes.drain(at..end)),
            5 => {
                let again = bytes.get(at..end).unwrap_or_default().repeat(1 + chance.below(8));
                drop(bytes.splice(at..at, again));
            }
            6 => bytes.truncate(at),
            7 => {
                let other = pick(chance);
                let from = chance.below(other.len() + 1);
                drop(bytes.splice(at..end, other.into_iter().skip(from).take(64)));
            }
            _ => {
                let byte = chance.byte();
                drop(bytes.splice(at..at, std::iter::repeat_n(byte, 1 + chance.below(200))));
            }
        }
        bytes.truncate(LONGEST);
    }
    bytes
}
