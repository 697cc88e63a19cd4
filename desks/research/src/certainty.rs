//! Words that tell a certainty about what is to come, which no scale holds.

/// Such words, in both languages. What the scale calls almost certain is told by its word, not here.
const CERTAINTIES: &[&str] = &[
    "certainement",
    "à coup sûr",
    "assurément",
    "forcément",
    "immanquablement",
    "indubitablement",
    "inéluctable",
    "inévitable",
    "inévitablement",
    "sans aucun doute",
    "sans nul doute",
    "100 %",
    "100%",
    "certainly",
    "definitely",
    "inevitable",
    "inevitably",
    "undoubtedly",
    "without a doubt",
    "without doubt",
    "bound to happen",
];

/// The first word of certainty in a text. A word counts as a whole, whatever its capitals.
pub(crate) fn certainty_in(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase().replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'");
    let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let holds = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let (before, after) = (text.get(..at), text.get(at + word.len()..));
            apart(before.and_then(|before| before.chars().next_back()))
                && apart(after.and_then(|after| after.chars().next()))
        })
    };
    CERTAINTIES.iter().find(|word| holds(word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certainty_is_found_as_a_whole_word() {
        for (text, found) in [
            ("Les rançongiciels viseront certainement les mairies.", Some("certainement")),
            ("C’est Inévitable", Some("inévitable")),
            ("À coup sûr, oui", Some("à coup sûr")),
            ("à 100\u{202f}% des communes", Some("100 %")),
            ("It will certainly rise", Some("certainly")),
            ("une hausse quasi certaine", None),
            ("une évolution incertaine, 2100 % de plus", None),
            ("uncertainly", None),
            ("", None),
        ] {
            assert_eq!(certainty_in(text), found, "{text}");
        }
    }
}
