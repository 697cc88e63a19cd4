//! Text folded for a search: no capitals, no accents, no ligatures, one kind of apostrophe and hyphen.

/// The text folded. Letters of other scripts stay as they are, in lower case.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'œ' => out.push_str("oe"),
            'æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            '’' | 'ʼ' => out.push('\''),
            '‐' | '‑' | '–' => out.push('-'),
            // A letter and its accent apart (NFD): the accent goes.
            '\u{300}'..='\u{36f}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Whether every word of `wanted`, folded, stands somewhere in `text`, folded.
pub(crate) fn holds(text: &str, wanted: &str) -> bool {
    let (text, wanted) = (fold(text), fold(wanted));
    wanted.split_whitespace().all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_capitals_do_not_matter() {
        assert!(holds("Délais entre les faits et la plainte", "DELAI plainte"));
        assert!(holds("Escroqueries : taux", "escroqueries"));
        assert!(holds("Vœu de l’année", "voeu l'annee"));
        assert!(holds("de\u{301}lai", "délai"), "an accent apart");
        assert!(holds("anything", "  "), "nothing wanted");
        assert!(!holds("Délais", "délai rançon"), "every word counts");
    }
}
