//! Whether a text asks for a product instead of a function, by the short list of signs in `brands.csv`.

/// The list, without what stands before its first row.
fn signs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = include_str!("../brands.csv").lines().filter(|line| !line.starts_with('#')).skip(1);
    lines.filter_map(|line| line.split_once(';'))
}

/// The first sign of a product that a text holds, as it stands in the list or as the text writes it.
pub(crate) fn brand_in(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| !is_part(c)).filter(|word| !word.is_empty()).collect();
    let behind = |sign: &str, is_it: fn(&str) -> bool| {
        let at = words.iter().position(|word| word.to_lowercase() == sign)?;
        words.get(at + 1).filter(|word| is_it(word)).map(|word| format!("{sign} {word}"))
    };
    signs().find_map(|(kind, sign)| match kind {
        "mark" => text.contains(sign).then(|| sign.to_owned()),
        "before-name" => behind(sign, |word| word.starts_with(char::is_uppercase)),
        "before-model" => {
            behind(sign, |word| word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(char::is_alphabetic))
        }
        _ => holds_words(&words, sign).then(|| sign.to_owned()),
    })
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '-'
}

/// Whether the words of `name` stand in `words`, one behind the other.
fn holds_words(words: &[&str], name: &str) -> bool {
    let name: Vec<String> = name.split(' ').map(str::to_lowercase).collect();
    words.windows(name.len()).any(|few| few.iter().zip(&name).all(|(word, own)| word.to_lowercase() == *own))
}

#[cfg(test)]
mod tests {
    use super::{brand_in, signs};

    #[test]
    fn a_product_is_seen_and_a_function_is_not() {
        for (text, sign) in [
            ("Acheter deux UFED", "UFED"),
            ("une licence xry", "XRY"),
            ("Magnet Axiom pour le groupe", "Magnet Axiom"),
            ("le logiciel Truc® de déchiffrement", "®"),
            ("Un poste de marque Dupont", "marque Dupont"),
            ("le modèle ZX-81", "modèle zx-81"),
        ] {
            let found = brand_in(text).map(|found| found.to_lowercase());
            assert_eq!(found, Some(sign.to_lowercase()), "{text}");
        }
        for text in [
            "Lire les téléphones récents sans attendre le laboratoire",
            "Le modèle économique de ces fraudes",
            "Une marque de fabrique contrefaite",
            "Reconstituer des flux de cryptoactifs sur la courbe elliptique",
            "magnet et aimants",
        ] {
            assert_eq!(brand_in(text), None, "{text}");
        }
    }

    #[test]
    fn the_list_reads() {
        assert!(signs().count() > 10);
        for (kind, sign) in signs() {
            assert!(["mark", "before-name", "before-model", "product"].contains(&kind), "{kind}");
            assert!(!sign.trim().is_empty());
        }
    }
}
