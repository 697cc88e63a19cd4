//! Articles of law: a code of law and a number, never a number alone. 323-1 of the penal code is the access to a system;
//! R. 323-1 of the highway code is the inspection of vehicles.

use std::fmt;
use std::str::FromStr;

/// Longest text in which references are looked for, in bytes.
const LONGEST: usize = 20_000;

/// An article, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Article {
    /// Code of the list `laws` (`CP`), or the law as the text writes it where that list does not know it.
    pub law: String,
    /// Its number, without dot or blank after the letter: `323-1`, `R323-1`, `L163-3`.
    pub number: String,
    /// What part of it: `al.1`, `§I 1°`.
    pub part: Option<String>,
}

impl Article {
    /// The whole article of which this is a part.
    pub fn whole(&self) -> Self {
        Self { part: None, ..self.clone() }
    }
}

impl fmt::Display for Article {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.law, self.number)?;
        self.part.as_ref().map_or(Ok(()), |part| write!(f, " {part}"))
    }
}

/// A text that names no article.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no article: expected a code of law, a number and perhaps a part, such as CP 323-1 al.1")]
pub struct ArticleError(pub String);

impl FromStr for Article {
    type Err = ArticleError;

    /// Reads what [`fmt::Display`] writes, for the laws of the list `laws`: a number without its law is refused.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || ArticleError(text.chars().take(40).collect());
        let (law, rest) = text.split_once(' ').ok_or_else(refused)?;
        let known = crate::list("laws").is_some_and(|laws| laws.code(law).is_some());
        let (number, part) = match rest.split_once(' ') {
            Some((number, part)) => (number, Some(part.to_owned())),
            None => (rest, None),
        };
        let part_reads = part.as_ref().is_none_or(|part| part.split(' ').all(is_part) && part.len() <= 40);
        if !known || number_of(number).as_deref() != Some(number) || !part_reads {
            return Err(refused());
        }
        Ok(Self { law: law.to_owned(), number: number.to_owned(), part })
    }
}

/// The articles that a text of the NATINF file names (`ART.313-2 5°, ART.313-1 AL.1 C.PENAL. ART.L.163-3 C.M.F.`), in its
/// order: each article belongs to the law that is named next. What stands before no law is left out, since a number
/// alone is no article; so is what no longer reads after 20 000 bytes.
pub fn articles_in(text: &str) -> Vec<Article> {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut found = Vec::new();
    let mut open: Vec<(String, Option<String>)> = Vec::new();
    for piece in text.get(..end).unwrap_or_default().split("ART.").skip(1) {
        let mut words = piece.split_whitespace().flat_map(|word| word.split_inclusive(',')).peekable();
        let Some(number) = words.next().and_then(|word| number_of(word.trim_end_matches([',', ';']))) else { continue };
        let mut parts = Vec::new();
        while let Some(word) = words.next_if(|word| is_part(&part_of(word))) {
            parts.push(part_of(word));
        }
        open.push((number, (!parts.is_empty()).then(|| parts.join(" "))));
        let law: Vec<&str> = words.collect();
        let law = law.join(" ");
        let law = law.trim_matches([' ', '.', ',', ';']);
        if ["", "ET", "OU"].contains(&law) {
            continue;
        }
        let law = law_named(law);
        found.extend(open.drain(..).map(|(number, part)| Article { law: law.clone(), number, part }));
    }
    found
}

/// The code of the list `laws` for a law as the NATINF file writes it; the writing itself when the list has none.
fn law_named(written: &str) -> String {
    let known = crate::list("laws").and_then(|laws| {
        let bears = |natinf: &str| natinf.split('|').any(|name| name == written);
        laws.every_code().iter().find(|law| law.extra("natinf").is_some_and(bears))
    });
    known.map_or_else(|| written.to_owned(), |law| law.code.clone())
}

/// The number of an article in our writing: `R.323-1` is `R323-1`.
fn number_of(word: &str) -> Option<String> {
    let rest = word.strip_prefix(['L', 'R', 'D', 'A']);
    let letter = rest.and(word.get(..1)).unwrap_or_default();
    let digits = rest.unwrap_or(word).trim_start_matches(['.', '*']);
    let reads = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '-')
        && digits.len() <= 20;
    reads.then(|| format!("{letter}{digits}"))
}

/// A part in our writing: `AL.3,` is `al.3`.
fn part_of(word: &str) -> String {
    word.trim_end_matches([',', ';']).replace("AL.", "al.")
}

/// Whether a word tells a part of an article: a paragraph, a Roman or ordinal number, a letter with its bracket, an
/// annex and its rules.
fn is_part(word: &str) -> bool {
    let roman = |text: &str| !text.is_empty() && text.chars().all(|c| "IVX".contains(c));
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    word.strip_prefix("al.").is_some_and(number)
        || word.strip_prefix('§').is_some_and(roman)
        || roman(word)
        || word.strip_suffix('°').is_some_and(number)
        || word.strip_suffix(')').is_some_and(|text| text.len() == 1)
        || ["ANX.", "REGLE-"].iter().any(|start| word.starts_with(start))
}
