//! Which needs ask for the same: the same capability, and words in common.

use std::collections::BTreeSet;

/// From this likeness on, needs of one capability are put together.
pub(crate) const ALIKE: f64 = 0.3;
/// From this likeness on, a need is shown to whoever looks for similar ones.
pub(crate) const NEAR: f64 = 0.1;
/// Letters that are compared: endings are left off.
const STEM: usize = 6;
/// Shorter words say nothing of the subject.
const SHORTEST: usize = 4;
/// Words that say nothing of the subject.
const EMPTY: [&str; 24] = [
    "avec", "dans", "pour", "sans", "sont", "leur", "leurs", "cette", "nous", "plus", "tous", "toutes", "faire",
    "unite", "unites", "besoin", "with", "from", "that", "this", "their", "have", "need", "unit",
];

/// The words of a text that say what it is about, without accents and endings.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    let plain: String = text.to_lowercase().chars().map(bare).collect();
    let words = plain.split(|c: char| !c.is_alphanumeric());
    words
        .filter(|word| word.chars().count() >= SHORTEST && !EMPTY.contains(word))
        .map(|word| word.trim_end_matches('s').chars().take(STEM).collect())
        .collect()
}

fn bare(c: char) -> char {
    match c {
        'à' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    }
}

/// How alike two sets of words are: twice those in common, of all (Dice). From 0 to 1.
pub(crate) fn likeness(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let common = a.intersection(b).count();
    let all = a.len() + b.len();
    if all == 0 { 0.0 } else { 2.0 * common as f64 / all as f64 }
}

/// A need, as far as it is grouped.
#[derive(Debug, Clone)]
pub(crate) struct Text<'a> {
    /// Its reference.
    pub(crate) reference: &'a str,
    /// Its capability.
    pub(crate) capability: &'a str,
    /// Its words.
    pub(crate) words: BTreeSet<String>,
    /// The need into which it was merged; empty for none.
    pub(crate) merged_into: &'a str,
}

/// Puts needs together, in the order given: each with the first group whose first need it is like, or whose need it was
/// merged into. Compared with the first only: no chain joins needs that are not alike. Gives places in `needs`.
pub(crate) fn groups(needs: &[Text<'_>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<(&Text<'_>, Vec<usize>)> = Vec::new();
    let firsts = needs.iter().enumerate().filter(|(_, need)| need.merged_into.is_empty());
    for (place, need) in firsts {
        let same =
            |first: &Text<'_>| first.capability == need.capability && likeness(&first.words, &need.words) >= ALIKE;
        match groups.iter_mut().find(|(first, _)| same(first)) {
            Some((_, members)) => members.push(place),
            None => groups.push((need, vec![place])),
        }
    }
    let at = |members: &[usize], reference: &str| {
        members.iter().any(|place| needs.get(*place).is_some_and(|member| member.reference == reference))
    };
    for (place, need) in needs.iter().enumerate().filter(|(_, need)| !need.merged_into.is_empty()) {
        if let Some((_, members)) = groups.iter_mut().find(|(_, members)| at(members, need.merged_into)) {
            members.push(place);
        }
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<'a>(reference: &'a str, capability: &'a str, text: &str, merged_into: &'a str) -> Text<'a> {
        Text { reference, capability, words: words(text), merged_into }
    }

    #[test]
    fn words_are_compared_without_accents_and_endings() {
        assert_eq!(words("Téléphones saisis, téléphone"), words("telephone saisi"));
        assert!(words("avec nous pour").is_empty());
        let (a, b) = (words("lire téléphone verrouillé"), words("lire téléphone chiffré"));
        assert!((likeness(&a, &b) - 4.0 / 6.0).abs() < 1e-9);
        assert!((likeness(&a, &a) - 1.0).abs() < 1e-9);
        assert_eq!(likeness(&words(""), &words("")), 0.0);
    }

    #[test]
    fn alike_needs_of_one_capability_are_put_together() {
        let needs = [
            text("A", "mobile_extraction", "Lire les téléphones récents en garde à vue", ""),
            text("B", "decryption", "Lire les téléphones récents en garde à vue", ""),
            text("C", "mobile_extraction", "Lire un téléphone récent pendant la garde à vue", ""),
            text("D", "mobile_extraction", "Copier la mémoire des tablettes", ""),
            text("E", "mobile_extraction", "Tout autre chose", "D"),
            text("F", "mobile_extraction", "Fondu ailleurs", "Z"),
        ];
        assert_eq!(groups(&needs), [vec![0, 2], vec![1], vec![3, 4]]);
    }
}
