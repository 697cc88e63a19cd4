//! A text without case and without accents, so that `Prénom`, `PRENOM` and `prenom` are one word.

/// Lower case, no accent, ligatures in two letters.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => folded.push('a'),
            'ç' => folded.push('c'),
            'è' | 'é' | 'ê' | 'ë' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' => folded.push('i'),
            'ñ' => folded.push('n'),
            'ò' | 'ó' | 'ô' | 'ö' | 'õ' => folded.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            // Combining accents: what stands before them is the letter already.
            '\u{300}'..='\u{36f}' => {}
            _ => folded.push(c),
        }
    }
    folded
}

/// The words of a name, folded: letters and digits between other signs, and a capital after a small letter begins one.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut parted = String::with_capacity(text.len() + 8);
    let mut small = false;
    for c in text.chars() {
        if small && c.is_uppercase() {
            parted.push(' ');
        }
        small = c.is_lowercase();
        parted.push(c);
    }
    fold(&parted).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_however_they_are_written() {
        assert_eq!(words("Date_de.Naissance"), ["date", "de", "naissance"]);
        assert_eq!(words("PRÉNOM victime"), ["prenom", "victime"]);
        assert_eq!(words("firstName"), ["first", "name"]);
        assert_eq!(words("Pre\u{301}nom"), ["prenom"]);
        assert_eq!(fold("Œuvre"), "oeuvre");
    }
}
