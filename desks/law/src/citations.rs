//! Articles that a text cites: each has the date of its version.

use crate::book::number_of;
use jiff::civil::Date;

/// What is before and after the sign of a dated article, `CP 323-1@2023-01-26`: the article and the first day of the
/// version that is meant. Nothing for one without a date.
pub(crate) fn dated(item: &str) -> Option<(&str, Date)> {
    let (article, day) = item.rsplit_once('@')?;
    let article = article.trim();
    let numbered = article.split_whitespace().count() > 1 && article.contains(|c: char| c.is_ascii_digit());
    numbered.then_some(article).zip(day.trim().parse().ok())
}

/// The numbers of the articles that a text names: « l’article 323-1 », « art. L. 163-3 et 321-1 ».
pub(crate) fn cited(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '’' | '\'')).collect();
    let mut found = Vec::new();
    let mut open = false;
    let mut letter = "";
    for word in words {
        let plain = word.to_lowercase();
        let bare = word.trim_end_matches([',', ';', '.', ':']);
        if matches!(plain.trim_end_matches('.'), "article" | "articles" | "art") {
            (open, letter) = (true, "");
        } else if open && matches!(bare, "L" | "R" | "D" | "A") {
            letter = bare;
        } else if open && is_number(bare) {
            found.push(number_of(&format!("{letter}{bare}")));
            // « 323-1. » ends the sentence, « 323-1, » does not.
            (open, letter) = (!word.ends_with(['.', ';', ':']), "");
        } else if !word.is_empty() && !matches!(plain.as_str(), "et" | "à" | "ou" | "and" | "to" | "or") {
            open = false;
        }
    }
    found
}

/// `323-1`, `R.323-1`, `L163-3`, `3`.
fn is_number(word: &str) -> bool {
    let rest = word.strip_prefix(['L', 'R', 'D', 'A']).unwrap_or(word).trim_start_matches(['.', '*']);
    rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || c == '-')
}

/// The first article that a text names and `articles`, one a line, does not give with its date.
pub(crate) fn undated(text: &str, articles: &str) -> Option<String> {
    let known: Vec<String> = articles
        .lines()
        .filter_map(dated)
        .flat_map(|(article, _)| {
            // `CP L. 12-10-1` and `CP 323-1 al.1`: any word of it may be the number.
            let words: Vec<String> = article.split_whitespace().map(number_of).collect();
            let pairs = words.windows(2).map(<[String]>::concat).collect::<Vec<_>>();
            words.into_iter().chain(pairs)
        })
        .collect();
    cited(text).into_iter().find(|number| !known.contains(number))
}
