//! The words of the texts, on SQLite: a beginning is completed from here, and the index is asked for whole words.
//!
//! FTS5 goes along the texts of a whole word, the last first, and stops when it has enough; all texts of a beginning it
//! collects before it gives the first. Among a million records that is the difference between a third of a millisecond
//! and ten (`examples/million.rs`). PostgreSQL completes beginnings in its index and has no such table.

use crate::{StoreError, sql};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

const CHUNK: usize = 300;
/// How many words a beginning is completed to; with more, the index collects them.
const MOST: usize = 64;
/// Letters of a beginning that may have more completions than that: a shorter one is then looked for as a whole word.
const LEAST: usize = 3;

/// What a typed word is looked for as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// One of these words; none when no text holds such a word.
    Words(Vec<String>),
    /// All words that begin so.
    Beginning(String),
}

/// The words of a text in the form in which they are kept: lower case, no accent.
fn words_of(text: &str) -> BTreeSet<String> {
    let plain = super::search::plain(text);
    plain.split(' ').map(folded).filter(|word| !word.is_empty()).collect()
}

/// A word as the tokenizer of the index has it.
fn folded(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// Counts the words of texts that were taken in.
pub(super) async fn learn<'t>(
    tx: &DatabaseTransaction,
    texts: impl IntoIterator<Item = &'t str>,
) -> Result<(), StoreError> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for word in texts.into_iter().flat_map(words_of) {
        *counts.entry(word).or_default() += 1;
    }
    let counts: Vec<(String, i64)> = counts.into_iter().collect();
    for chunk in counts.chunks(CHUNK) {
        let statement = format!(
            "INSERT INTO record_words (word, texts) VALUES {} \
             ON CONFLICT (word) DO UPDATE SET texts = texts + excluded.texts",
            sql::places(chunk.len(), 2)
        );
        let cells = chunk.iter().flat_map(|(word, n)| [word.as_str().into(), Value::from(*n)]);
        sql::run(tx, "count the words of texts", &statement, cells).await?;
    }
    Ok(())
}

/// Counts the words of a text out that is to be forgotten: a word of no other text does not stay.
pub(super) async fn forget(tx: &DatabaseTransaction, text: &str) -> Result<(), StoreError> {
    let doing = "forget the words of a text";
    let words: Vec<String> = words_of(text).into_iter().collect();
    for chunk in words.chunks(CHUNK) {
        let places = sql::places(1, chunk.len());
        let cells = || chunk.iter().map(|word| Value::from(word.as_str()));
        let less = format!("UPDATE record_words SET texts = texts - 1 WHERE word IN {places}");
        sql::run(tx, doing, &less, cells()).await?;
        let gone = format!("DELETE FROM record_words WHERE texts <= 0 AND word IN {places}");
        sql::run(tx, doing, &gone, cells()).await?;
    }
    Ok(())
}

/// What each typed word is looked for as.
pub(super) async fn complete(db: &impl ConnectionTrait, typed: &[String]) -> Result<Vec<Wanted>, StoreError> {
    let mut wanted = Vec::with_capacity(typed.len());
    for word in typed {
        let from = folded(word);
        // Signs that are letters by name and accents by nature: no text holds such a word.
        if from.is_empty() {
            return Ok(vec![Wanted::Words(Vec::new())]);
        }
        let until = format!("{from}{}", char::MAX);
        let ask =
            format!("SELECT word FROM record_words WHERE word >= $1 AND word < $2 ORDER BY word LIMIT {}", MOST + 1);
        let rows = sql::rows(db, "complete a word", &ask, [from.as_str().into(), until.into()]).await?;
        wanted.push(if rows.len() <= MOST {
            Wanted::Words(rows.iter().map(|row| sql::get(row, "word")).collect::<Result<_, _>>()?)
        } else if from.chars().count() < LEAST {
            Wanted::Words(vec![from])
        } else {
            Wanted::Beginning(from)
        });
    }
    Ok(wanted)
}
