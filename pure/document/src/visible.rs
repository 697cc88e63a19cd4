//! Text as a reader must see it: characters that hide, or that turn other text around, are spelled out.
//!
//! What a victim received (a phishing message, a domain) may hold characters made to deceive the eye. Source: Unicode
//! Technical Report 36, *Unicode Security Considerations*, section 2.5 (bidirectional text spoofing), and Unicode
//! Standard Annex 9 for the embedding, override and isolate controls.

use std::borrow::Cow;

/// The text with each deceiving or undrawable character spelled out as `‹U+202E›`, and each kind of line end as `\n`.
///
/// Spelled out are control characters, the embedding, override and isolate controls of bidirectional text, invisible
/// spaces and joiners (the zero-width joiner and non-joiner stay: emoji and Persian need them), language tags,
/// noncharacters and private-use characters. A tab becomes a space. Everything else is kept as it is.
///
/// ```
/// use beffroi_document::visible;
/// assert_eq!(visible("facture\u{202E}fdp.exe"), "facture‹U+202E›fdp.exe");
/// assert_eq!(visible("une ligne\r\nune autre"), "une ligne\nune autre");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    shown(text, |_| true)
}

/// As [`visible`], and what `drawable` refuses is spelled out too: for a medium whose fonts do not cover everything.
/// The spaces and line ends are not asked for.
pub fn shown(text: &str, drawable: impl Fn(char) -> bool) -> Cow<'_, str> {
    let plain = |c: char| !is_line_end(c) && c != '\t' && !is_hidden(c) && (c == ' ' || drawable(c));
    if text.chars().all(|c| c == '\n' || plain(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\r' && rest.peek() == Some(&'\n') {
            continue;
        }
        if is_line_end(c) {
            out.push('\n');
        } else if c == '\t' {
            out.push(' ');
        } else if plain(c) {
            out.push(c);
        } else {
            out.push_str(&format!("‹U+{:04X}›", u32::from(c)));
        }
    }
    Cow::Owned(out)
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}'     // bidirectional controls
            | '\u{180E}' | '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{FEFF}'  // invisible spaces and joiners
            | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'               // Hangul fillers
            | '\u{FFF9}'..='\u{FFFC}' | '\u{E0000}'..='\u{E0FFF}'             // annotations, tags
            | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}'            // private use
            | '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_kept_and_not_copied() {
        for text in [
            "",
            "278 770 infractions\u{202F}: « L’été »",
            "a\nb",
            "سلام עברית",
            "👨\u{200D}👩\u{200D}👧 ❤\u{FE0F}",
            "مي\u{200C}خواهم",
        ] {
            assert!(matches!(visible(text), Cow::Borrowed(kept) if kept == text), "{text:?}");
        }
    }

    #[test]
    fn what_hides_or_turns_text_is_spelled_out() {
        for (text, expected) in [
            ("a\u{0}b\u{7F}c\u{9F}", "a‹U+0000›b‹U+007F›c‹U+009F›"),
            ("\u{202E}gpj.exe", "‹U+202E›gpj.exe"),
            ("ban\u{200B}que", "ban‹U+200B›que"),
            ("\u{2066}x\u{2069}", "‹U+2066›x‹U+2069›"),
            ("\u{E0041}\u{F8FF}\u{FFFF}\u{10FFFF}", "‹U+E0041›‹U+F8FF›‹U+FFFF›‹U+10FFFF›"),
            ("\u{FEFF}x", "‹U+FEFF›x"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn every_line_end_is_one_line_end() {
        assert_eq!(visible("1\r\n2\r3\n4\u{2028}5\u{85}6\t7"), "1\n2\n3\n4\n5\n6 7");
    }

    #[test]
    fn a_medium_may_refuse_characters() {
        assert_eq!(shown("é漢\n", |c| c.is_ascii() || c == 'é'), "é‹U+6F22›\n");
    }
}
