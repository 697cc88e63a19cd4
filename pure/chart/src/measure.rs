//! How wide a text will be, and how to break or shorten it to a width.
//!
//! The face is not known here, so widths are on the safe side: about those of DejaVu Sans, the widest of the common
//! sans serifs.

/// Size of plain text, in units of the drawing; the style sheet says the same.
pub(crate) const TEXT: f64 = 12.0;
/// Size of small text.
pub(crate) const SMALL: f64 = 11.0;
/// The size to measure strong text of size [`TEXT`] by: bold faces are wider.
pub(crate) const STRONG: f64 = TEXT * 1.13;
/// The same for a figure that stands out, of size 18.
pub(crate) const FIGURE: f64 = 18.0 * 1.13;
/// Height of a line of text.
pub(crate) const LEADING: f64 = 15.0;

/// Upper estimate of the width of `text` at `size`.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size
}

/// Upper estimate of the width of a character, in em.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '’' | '|' | '!' | '·' => 0.33,
        ' ' | '\u{a0}' | '\u{202f}' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '-' | '/' | '[' | ']' | '"' => 0.43,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' | '…' | 'œ' | 'Œ' => 1.0,
        'A'..='Z' | 'À'..='Þ' | '+' | '−' | '=' | '<' | '>' => 0.8,
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' => 0.0,
        c if c.is_ascii() || ('ß'..='ʯ').contains(&c) => 0.64,
        // Ideographs and signs of unknown width take a full em and more.
        _ => 1.15,
    }
}

/// `text` cut with an ellipsis so that it fits in `limit`.
pub(crate) fn shorten(text: &str, size: f64, limit: f64) -> String {
    if width(text, size) <= limit {
        return text.to_owned();
    }
    let mut room = limit / size - advance('…');
    let kept: String = text
        .chars()
        .take_while(|c| {
            room -= advance(*c);
            room >= 0.0
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// `text` in at most `n_lines` lines of at most `limit`; broken at spaces and after hyphens, the last one shortened.
pub(crate) fn wrap(text: &str, size: f64, limit: f64, n_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in text.split_inclusive([' ', '-', '\n', '\t']) {
        let joined = format!("{line}{piece}");
        if line.is_empty() || width(joined.trim_end(), size) <= limit || lines.len() + 1 >= n_lines {
            line = joined;
        } else {
            lines.push(std::mem::replace(&mut line, piece.to_owned()));
        }
    }
    lines.push(line);
    lines.iter().map(|l| shorten(l.trim(), size, limit)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_broken_then_shortened() {
        assert_eq!(wrap("Saint-Pierre-et-Miquelon", 10.0, 84.0, 2), ["Saint-Pierre-", "et-Miquelon"]);
        assert_eq!(wrap("court", 12.0, 200.0, 2), ["court"]);
        let lines = wrap("une étiquette beaucoup trop longue pour tenir ici", 12.0, 100.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && lines.iter().all(|l| width(l, 12.0) <= 100.0), "{lines:?}");
        assert_eq!(shorten("abc", 12.0, 0.0), "…");
    }
}
