//! Which article is asked for, and the versions that are known of it.

use beffroi_legal::{History, Law, Other, Version};
use beffroi_register::Record;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// An article as a reader names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// By the identifier of the article or of one of its versions.
    Identifier(String),
    /// By its text (code of the list `laws`, identifier, or beginning of the title) and its number there.
    Numbered {
        /// The text.
        text: String,
        /// The number, as [`number_of`] writes it.
        number: String,
    },
    /// By a number without a text, which names no article.
    Bare,
}

impl Asked {
    /// Reads `CP 323-1`, `Code pénal 323-1`, `LEGITEXT000006070719 323-1`, `LEGIARTI000047052655`.
    pub fn read(text: &str) -> Self {
        let text = text.trim();
        // `L. 12-10-1` is one number.
        let words: Vec<&str> = text.split_whitespace().collect();
        let letter = |word: &str| matches!(word.trim_end_matches(['.', '*']), "L" | "R" | "D" | "A") && word.len() <= 3;
        let cut = match words.as_slice() {
            [.., before, _] if letter(before) => words.len().saturating_sub(2),
            _ => words.len().saturating_sub(1),
        };
        let (law, number) = words.split_at_checked(cut).unwrap_or_default();
        let number = number.concat();
        if law.is_empty() {
            let identifier = number.len() > 12 || number.contains(['_', '/']);
            return if identifier { Self::Identifier(number) } else { Self::Bare };
        }
        let law: Vec<&str> = law.iter().copied().filter(|word| !is_the_word(word)).collect();
        Self::Numbered { text: law.join(" "), number: number_of(&number) }
    }
}

/// « article », which says nothing of which.
fn is_the_word(word: &str) -> bool {
    matches!(word.to_lowercase().trim_end_matches('.'), "article" | "articles" | "art")
}

/// The number of an article without dots, blanks and stars: `R. 323-1` is `R323-1`, `Art. 3.` is `3`.
pub fn number_of(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !is_the_word(word));
    let bare: String = words.collect::<String>().chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
    bare.chars().take(300).collect()
}

/// The articles of one text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    pub(crate) title: String,
    pub(crate) history: History,
    /// Newest day for which a file of it was drawn up.
    pub(crate) as_of: Option<Date>,
}

/// A text with its versions, and those that are told without their text, by article.
type Told<'a> = (Law, Vec<(&'a str, Other)>);

/// Texts by version, as the records tell them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book(BTreeMap<String, Text>);

/// An article that is known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Article<'a> {
    pub(crate) text_id: &'a str,
    pub(crate) text: &'a Text,
    pub(crate) id: &'a str,
}

impl Book {
    /// The texts of these records. Those that were withdrawn are left out.
    pub(crate) fn of<'a>(records: impl Iterator<Item = &'a Record>) -> Self {
        let mut laws: BTreeMap<&str, Told<'_>> = BTreeMap::new();
        for record in records.filter(|record| record.state != "withdrawn") {
            let (law, told) = laws.entry(record.value("text_id")).or_default();
            if law.title.is_empty() {
                record.value("text_title").clone_into(&mut law.title);
            }
            law.as_of = law.as_of.max(record.value("as_of").parse().ok());
            let version = version(record);
            let without = version.text.is_empty() && version.state.is_none_or(beffroi_legal::State::held);
            if without && !repealed(version.state) {
                let other = Other { id: version.id, state: version.state, from: version.from, until: version.until };
                told.push((record.value("article"), other));
            } else {
                law.articles.push(version);
            }
        }
        let texts = laws.into_iter().map(|(id, (mut law, told))| {
            // A version that is told without its text stands beside those of its article, under no name.
            law.articles.extend(told.into_iter().map(|(article, other)| Version {
                article: article.to_owned(),
                others: vec![other],
                ..Version::default()
            }));
            let mut text = Text { title: law.title.clone(), as_of: law.as_of, ..Text::default() };
            text.history.add(law);
            (id.to_owned(), text)
        });
        Self(texts.collect())
    }

    /// The articles that bear what is asked: none, one, or several that somebody must choose from.
    pub(crate) fn find(&self, asked: &Asked) -> Vec<Article<'_>> {
        let mut found = Vec::new();
        for (text_id, text) in &self.0 {
            if matches!(asked, Asked::Numbered { text: named, .. } if !is_named(named, text_id, &text.title)) {
                continue;
            }
            for id in text.history.articles() {
                let mut versions = text.history.versions(id).into_iter();
                let is = match asked {
                    Asked::Identifier(asked) => asked == id || versions.any(|version| version.id == *asked),
                    Asked::Numbered { number, .. } => versions.any(|version| version.number == *number),
                    Asked::Bare => false,
                };
                if is {
                    found.push(Article { text_id, text, id });
                }
            }
        }
        found
    }

    /// The titles of the texts that there are.
    pub(crate) fn titles(&self) -> BTreeSet<&str> {
        self.0.iter().map(|(id, text)| if text.title.is_empty() { id.as_str() } else { text.title.as_str() }).collect()
    }
}

/// What was repealed is often told without its text, and is known all the same.
fn repealed(state: Option<beffroi_legal::State>) -> bool {
    use beffroi_legal::State;
    matches!(state, Some(State::Repealed | State::Moved | State::Lapsed))
}

fn version(record: &Record) -> Version {
    let day = |field: &str| record.value(field).parse().ok();
    Version {
        id: record.value("version").to_owned(),
        article: record.value("article").to_owned(),
        number: record.value("number").to_owned(),
        state: record.value("legal_state").parse().ok(),
        from: day("from"),
        until: day("until"),
        path: beffroi_register::items(record.value("path")).map(str::to_owned).collect(),
        text: record.value("text").to_owned(),
        note: record.value("note").to_owned(),
        links: Vec::new(),
        others: Vec::new(),
    }
}

/// Whether a reader who writes `named` means this text.
fn is_named(named: &str, id: &str, title: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace('’', "'");
    let laws = beffroi_codes::list("laws");
    let label = laws.and_then(|laws| laws.code(named)).map(|law| law.label("fr"));
    let by_code = label.is_some_and(|label| plain(title).starts_with(&plain(label)));
    named == id || by_code || (named.chars().count() > 3 && plain(title).starts_with(&plain(named)))
}
