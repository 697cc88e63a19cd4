//! The search over all registers, behind one function: FTS5 on SQLite, `tsvector` on PostgreSQL.
//!
//! Beside the words of a record stand two made-up ones, its register and its service, so that what a reader may not see
//! is left out by the index and not row by row.

use crate::hexadecimal::hexadecimal;
use crate::{StoreError, sql};
use beffroi_register::Record;
use beffroi_rights::{Among, Scope};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Value};
use std::collections::BTreeSet;

const CHUNK: usize = 300;
/// Words of a question that are looked for.
const MOST_WORDS: usize = 8;
/// Services that a question names one by one; whoever sees more sees all to the index.
const MOST_SERVICES: usize = 64;

/// The made-up words of a record.
pub(super) fn tags(record: &Record) -> String {
    format!("{} {}", tag('r', &record.register), tag('o', record.owner.as_str()))
}

/// A word of letters and digits only, which no text holds.
fn tag(kind: char, name: &str) -> String {
    format!("zq{kind}{}", hexadecimal(name.as_bytes()))
}

/// Takes texts in: number, text, made-up words.
pub(super) async fn learn(tx: &DatabaseTransaction, texts: &[(i64, &str, String)]) -> Result<(), StoreError> {
    let doing = "take texts into the search";
    let postgres = tx.get_database_backend() == DbBackend::Postgres;
    for chunk in texts.chunks(CHUNK) {
        let cells: Vec<Value> = chunk
            .iter()
            .flat_map(|(seq, text, tags)| [Value::from(*seq), plain(text).into(), tags.as_str().into()])
            .collect();
        let statement = if postgres {
            let row =
                |n: usize| format!("(${}, to_tsvector('simple', ${} || ' ' || ${}))", n * 3 + 1, n * 3 + 2, n * 3 + 3);
            let rows: Vec<String> = (0..chunk.len()).map(row).collect();
            format!("INSERT INTO record_texts (seq, words) VALUES {}", rows.join(", "))
        } else {
            format!("INSERT INTO record_texts (rowid, body, tags) VALUES {}", sql::places(chunk.len(), 3))
        };
        sql::run(tx, doing, &statement, cells).await?;
    }
    Ok(())
}

/// Forgets a text.
pub(super) async fn forget(tx: &DatabaseTransaction, seq: i64) -> Result<(), StoreError> {
    let column = if tx.get_database_backend() == DbBackend::Postgres { "seq" } else { "rowid" };
    let statement = format!("DELETE FROM record_texts WHERE {column} = $1");
    sql::run(tx, "forget a text of the search", &statement, [seq.into()]).await.map(drop)
}

/// The words of a text: letters and digits, in lower case.
fn plain(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// What the index is asked: all words of `question` (the last as a beginning), in a register, for what `scope` reaches.
/// Nothing when there is no word in it.
pub(super) fn question(backend: DbBackend, question: &str, register: &str, scope: &Scope) -> Option<String> {
    let words = plain(question);
    let words: Vec<&str> =
        words.split(' ').filter(|word| !word.is_empty() && !word.starts_with("zq")).take(MOST_WORDS).collect();
    if words.is_empty() {
        return None;
    }
    let register = tag('r', register);
    let owners = owners(scope).map(|owners| owners.iter().map(|owner| tag('o', owner)).collect::<Vec<_>>());
    Some(if backend == DbBackend::Postgres {
        let words: Vec<String> = words.iter().map(|word| format!("{word}:*")).collect();
        let owners = owners.map(|owners| format!(" & ({})", owners.join(" | "))).unwrap_or_default();
        format!("{} & {register}{owners}", words.join(" & "))
    } else {
        let words: Vec<String> = words.iter().map(|word| format!("\"{word}\" *")).collect();
        let owners = owners.map(|owners| format!(" AND tags : ({})", owners.join(" OR "))).unwrap_or_default();
        format!("body : ({}) AND tags : {register}{owners}", words.join(" AND "))
    })
}

/// The services that a scope names, when it names few enough in every one of its ways.
pub(super) fn owners(scope: &Scope) -> Option<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for branch in scope.branches() {
        let Among::Of(owners) = &branch.owners else { return None };
        all.extend(owners.iter().map(|owner| owner.as_str().to_owned()));
    }
    (!all.is_empty() && all.len() <= MOST_SERVICES).then_some(all)
}
