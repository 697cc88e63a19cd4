//! Versions of articles as records: what a file adds to those that stand, and what it changes of them.

use crate::registers::article_version;
use beffroi_legal::{Law, Other, Version};
use beffroi_register::{Record, Values, canonical};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The text, and the version of one of its articles: what tells two records apart.
type Key = (String, String);

/// Versions that stand in the register, and what files tell of them.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Records that stand: reference and values.
    stands: BTreeMap<Key, (String, Values)>,
    /// What is known of each version, files taken in.
    known: BTreeMap<Key, Values>,
}

impl Shelf {
    /// What stands. Records that were withdrawn are left out: a file may bring them anew.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut shelf = Self::default();
        for record in records.into_iter().filter(|record| record.state != "withdrawn") {
            let key = (record.value("text_id").to_owned(), record.value("version").to_owned());
            shelf.known.insert(key.clone(), record.values.clone());
            shelf.stands.insert(key, (record.reference.clone(), record.values.clone()));
        }
        shelf
    }

    /// Takes a text in. Files are taken from the oldest to the newest, since a newer one knows when a version ended.
    pub fn take(&mut self, law: &Law) {
        for version in &law.articles {
            self.tell(law, values(law, version));
            let apart = |other: &&Other| !other.id.is_empty() && other.id != version.id;
            for other in version.others.iter().filter(apart) {
                self.tell(law, told(law, version, other));
            }
        }
    }

    fn tell(&mut self, law: &Law, mut told: Values) {
        put(&mut told, "as_of", law.as_of);
        // As the register keeps it, so that the same file twice changes nothing; what it would refuse it is left to refuse.
        for (field, text) in &mut told {
            let field = article_version::REGISTER.field(field);
            if let Some(Ok(kept)) = field.map(|field| canonical(field, text)) {
                *text = kept;
            }
        }
        told.retain(|_, text| !text.is_empty());
        let key = (of(&told, "text_id"), of(&told, "version"));
        match self.known.get_mut(&key) {
            Some(stands) => merge(stands, told),
            None => drop(self.known.insert(key, told)),
        }
    }

    /// Values of the versions that no record holds.
    pub fn added(&self) -> Vec<&Values> {
        self.known.iter().filter(|(key, _)| !self.stands.contains_key(*key)).map(|(_, values)| values).collect()
    }

    /// What differs in the records that stand, by reference; an empty text takes a value out.
    pub fn changed(&self) -> Vec<(&str, Values)> {
        let mut all = Vec::new();
        for (key, (reference, stands)) in &self.stands {
            let Some(known) = self.known.get(key) else { continue };
            let changes = beffroi_register::changes(stands, known);
            if !changes.is_empty() {
                all.push((reference.as_str(), changes.into_iter().map(|change| (change.field, change.to)).collect()));
            }
        }
        all
    }
}

fn of(values: &Values, field: &str) -> String {
    values.get(field).cloned().unwrap_or_default()
}

fn put(values: &mut Values, field: &str, value: Option<impl ToString>) {
    if let Some(text) = value.map(|value| value.to_string()).filter(|text| !text.is_empty()) {
        values.insert(field.to_owned(), text);
    }
}

/// What a file tells of a version with its text.
fn values(law: &Law, version: &Version) -> Values {
    let mut values = Values::new();
    // A file that names no text is one of the article alone.
    let text_id = if law.id.is_empty() { &version.article } else { &law.id };
    put(&mut values, "text_id", Some(line(text_id)));
    put(&mut values, "text_title", Some(line(&law.title)));
    put(&mut values, "article", Some(line(&version.article)));
    put(&mut values, "version", Some(line(&version.id)));
    let number = crate::number_of(&version.number);
    put(&mut values, "number", Some(if number.is_empty() { line(&version.id) } else { number }));
    put(&mut values, "legal_state", version.state);
    put(&mut values, "from", version.from);
    put(&mut values, "until", version.until);
    put(&mut values, "path", Some(version.path.iter().map(|title| line(title)).collect::<Vec<_>>().join("\n")));
    put(&mut values, "text", Some(version.text.trim()));
    put(&mut values, "note", Some(version.note.trim()));
    values
}

/// What a file tells of a version of which it does not give the text.
fn told(law: &Law, version: &Version, other: &Other) -> Values {
    let bare = Version {
        id: other.id.clone(),
        article: version.article.clone(),
        number: version.number.clone(),
        state: other.state,
        from: other.from,
        until: other.until,
        ..Version::default()
    };
    values(law, &bare)
}

/// One line, not longer than a field of one takes.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect()
}

/// What a file tells is taken over what stands, unless the file is older: then it fills in what is missing. A file that
/// tells no end takes a known end away only when it is known to be newer.
fn merge(stands: &mut Values, told: Values) {
    let day = |values: &Values| values.get("as_of").and_then(|text| text.parse::<Date>().ok());
    let ages = day(&told).zip(day(stands));
    let older = ages.is_some_and(|(told, stands)| told < stands);
    if ages.is_some_and(|(told, stands)| told > stands) && !told.contains_key("until") {
        stands.remove("until");
    }
    for (field, text) in told {
        // The number as the version itself writes it, not as another version of the article does.
        let guessed = field == "number" && stands.contains_key("text");
        if !((older || guessed) && stands.contains_key(&field)) {
            stands.insert(field, text);
        }
    }
}

#[cfg(test)]
impl Shelf {
    /// The records that stand once all is written.
    pub(crate) fn known_for_tests(&self) -> Vec<Record> {
        let register = crate::REGISTERS.iter().find(|register| register.name == "article_version").unwrap();
        self.known.values().map(|values| Record { values: values.clone(), ..register.example_record() }).collect()
    }
}
