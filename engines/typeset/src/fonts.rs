//! The fonts inside the program, and which characters they can draw.

use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst_kit::fonts::FontStore;

/// Family of the text.
pub(crate) const TEXT: &str = "Noto Sans";
/// Family of codes and observables.
pub(crate) const CODE: &str = "DejaVu Sans Mono";

static STORE: LazyLock<FontStore> = LazyLock::new(|| {
    let mut store = FontStore::new();
    let ours: [&'static [u8]; 5] = [
        notosans::REGULAR_TTF,
        notosans::BOLD_TTF,
        notosans::ITALIC_TTF,
        notosans::BOLD_ITALIC_TTF,
        epaint_default_fonts::NOTO_EMOJI_REGULAR,
    ];
    for bytes in ours {
        for font in Font::iter(Bytes::new(bytes)) {
            let info = font.info().clone();
            store.push((font, info));
        }
    }
    store.extend(typst_kit::fonts::embedded());
    store
});

/// What Typst knows of the fonts.
pub(crate) fn book() -> &'static LazyHash<FontBook> {
    STORE.book()
}

/// The font at an index of the book.
pub(crate) fn font(index: usize) -> Option<Font> {
    STORE.font(index)
}

/// Whether some font draws the character.
pub(crate) fn any_draws(c: char) -> bool {
    is_modifier(c) || COVERAGE.any.has(c)
}

/// Whether each font of the text and of codes draws the character.
pub(crate) fn text_draws(c: char) -> bool {
    COVERAGE.text.has(c)
}

struct Coverage {
    any: Characters,
    text: Characters,
}

static COVERAGE: LazyLock<Coverage> = LazyLock::new(|| {
    let (mut any, mut text) = (Characters::none(), Characters::all());
    for font in (0..).map_while(font) {
        let info = font.info();
        let drawn = Characters::of(info.coverage.iter());
        if [TEXT, CODE].contains(&info.family.as_str()) {
            text.combine(&drawn, |a, b| a & b);
        }
        any.combine(&drawn, |a, b| a | b);
    }
    Coverage { any, text }
});

/// A set of characters, one bit each.
struct Characters(Vec<u64>);

impl Characters {
    const WORDS: usize = (char::MAX as usize + 1) / 64;

    fn none() -> Self {
        Self(vec![0; Self::WORDS])
    }

    fn all() -> Self {
        Self(vec![u64::MAX; Self::WORDS])
    }

    fn of(codepoints: impl Iterator<Item = u32>) -> Self {
        let mut set = Self::none();
        for codepoint in codepoints {
            if let Some(word) = set.0.get_mut(codepoint as usize / 64) {
                *word |= 1 << (codepoint % 64);
            }
        }
        set
    }

    fn combine(&mut self, other: &Self, join: impl Fn(u64, u64) -> u64) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = join(*mine, *theirs);
        }
    }

    fn has(&self, c: char) -> bool {
        let codepoint = u32::from(c);
        self.0.get(codepoint as usize / 64).is_some_and(|word| word >> (codepoint % 64) & 1 == 1)
    }
}

/// Characters that draw nothing of their own and choose how their neighbours look.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200C}'..='\u{200F}' | '\u{FE00}'..='\u{FE0F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_families_of_the_template_are_there() {
        for family in [TEXT, CODE, "Noto Emoji"] {
            assert!(book().contains_family(&family.to_lowercase()), "{family}");
        }
        for family in ["\"Noto Sans\"", "\"Noto Emoji\"", "\"DejaVu Sans Mono\""] {
            assert!(crate::world::STYLE.contains(family), "{family}");
        }
    }

    #[test]
    fn french_greek_cyrillic_arabic_hebrew_and_emoji_are_drawn() {
        for c in "éÉœŒçÿ«»’…–—€№≥→▲■✓Ωдعא😀⚠".chars() {
            assert!(any_draws(c), "{c} U+{:04X}", u32::from(c));
        }
        assert!(
            !any_draws('漢')
                && !text_draws('😀')
                && text_draws('é')
                && any_draws('\u{200D}')
                && !text_draws('\u{200D}')
        );
    }
}
