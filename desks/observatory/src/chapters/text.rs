//! The text of a chapter: lines of words, and figures cited between braces by their frozen reference.
//!
//! A line is a paragraph; one that begins with `- ` is an entry of a list, one that begins with `# ` a heading within the
//! chapter. `{RA-2026.T1:2024}` is the figure of 2024 published as `RA-2026.T1`; the keys of a figure of several
//! dimensions are separated by commas, in the order in which it was broken down. Braces without a colon hold an article of
//! law or a name with a number in it, and are printed without the braces.

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Words, as they stand.
    Words(&'a str),
    /// What stands between braces.
    Braced(&'a str),
}

/// A figure that is cited: its publication, and its keys as they are typed.
pub(crate) fn citation(braced: &str) -> Option<(&str, &str)> {
    let (reference, keys) = braced.split_once(':')?;
    Some((reference.trim(), keys.trim()))
}

/// The parts of a text; a brace that is not closed is a word.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((words, after)) = rest.split_once('{') {
        let Some((braced, later)) = after.split_once('}') else { break };
        parts.extend((!words.is_empty()).then_some(Part::Words(words)));
        parts.push(Part::Braced(braced));
        rest = later;
    }
    parts.extend((!rest.is_empty()).then_some(Part::Words(rest)));
    parts
}

/// What stands between braces.
pub(crate) fn cited(text: &str) -> impl Iterator<Item = &str> {
    parts(text).into_iter().filter_map(|part| if let Part::Braced(braced) = part { Some(braced) } else { None })
}

/// The first number of a text that is typed: one that stands outside braces and is no year, or stands between them without
/// a word that says what it is.
pub(crate) fn typed_number(text: &str) -> Option<&str> {
    parts(text).into_iter().find_map(|part| match part {
        Part::Words(words) => numbers(words).find(|number| !is_year(number)),
        Part::Braced(braced) if braced.contains(':') || braced.chars().any(char::is_alphabetic) => None,
        Part::Braced(braced) => numbers(braced).next(),
    })
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '\u{a0}' | '\u{202f}')));
    let numbers = words.map(|word| word.trim_matches(|c: char| !c.is_ascii_digit()));
    numbers.filter(|number| !number.is_empty())
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && number.parse::<u16>().is_ok_and(|year| (1900..=2100).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_between_braces_or_is_a_year() {
        for fine in
            ["", "En 2024, {RA-2026.T1:2024} faits, {CP 323-1}.", "Hausse depuis mars 2022.", "Par le {17Cyber}."]
        {
            assert_eq!(typed_number(fine), None, "{fine}");
        }
        for (text, found) in [
            ("348 000 faits", "348"),
            ("soit +2,1 %", "2,1"),
            ("{RA-2026.T1:2024} dont 12", "12"),
            ("{sans fin 7", "7"),
            ("{348 000} faits", "348"),
        ] {
            assert_eq!(typed_number(text), Some(found), "{text}");
        }
    }

    #[test]
    fn what_is_cited_stands_between_braces() {
        assert_eq!(cited("a {b:1} c {d} e {f").collect::<Vec<_>>(), ["b:1", "d"]);
        assert_eq!(citation(" RA-2026.T1 : AN-BIENS, 2024"), Some(("RA-2026.T1", "AN-BIENS, 2024")));
        assert_eq!(citation("CP 323-1"), None);
    }

    #[test]
    fn the_parts_make_the_text_again() {
        for text in ["", "{", "}", "a{b}c", "{a}{b}", "a}b{c", "{é:1}\n{", "{{x}}"] {
            let again: String = parts(text)
                .into_iter()
                .map(|part| match part {
                    Part::Words(words) => words.to_owned(),
                    Part::Braced(braced) => format!("{{{braced}}}"),
                })
                .collect();
            assert_eq!(again, text);
        }
    }
}
