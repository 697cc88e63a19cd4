//! The search over all registers, behind one function: FTS5 on SQLite, `tsvector` on PostgreSQL.
//!
//! Beside the words of a record stand two made-up ones, its register and its service, so that what a reader may not see
//! is left out by the index and not row by row.

use super::words::{self, Wanted};
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
    if postgres { Ok(()) } else { words::learn(tx, texts.iter().map(|(_, text, _)| *text)).await }
}

/// Forgets a text.
pub(super) async fn forget(tx: &DatabaseTransaction, seq: i64) -> Result<(), StoreError> {
    let doing = "forget a text of the search";
    let column = if tx.get_database_backend() == DbBackend::Postgres {
        "seq"
    } else {
        let held = sql::rows(tx, doing, "SELECT body FROM record_texts WHERE rowid = $1", [seq.into()]).await?;
        for row in &held {
            words::forget(tx, &sql::get::<String>(row, "body")?).await?;
        }
        "rowid"
    };
    let statement = format!("DELETE FROM record_texts WHERE {column} = $1");
    sql::run(tx, doing, &statement, [seq.into()]).await.map(drop)
}

/// The words of a text: letters and digits, in lower case.
pub(super) fn plain(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

/// What is looked for: each typed word, and what it is completed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question(Vec<Wanted>);

impl Question {
    /// The words of what was typed, each a word or the beginning of one; nothing when there is none, or none that a text
    /// holds.
    pub(super) async fn of(db: &impl ConnectionTrait, typed: &str) -> Result<Option<Self>, StoreError> {
        let words = plain(typed);
        let words = words.split(' ').filter(|word| !word.is_empty() && !word.starts_with("zq"));
        let words: Vec<String> = words.take(MOST_WORDS).map(str::to_owned).collect();
        let wanted = if db.get_database_backend() == DbBackend::Postgres {
            words.into_iter().map(Wanted::Beginning).collect()
        } else {
            words::complete(db, &words).await?
        };
        let nowhere = wanted.iter().any(|wanted| matches!(wanted, Wanted::Words(words) if words.is_empty()));
        Ok((!wanted.is_empty() && !nowhere).then_some(Self(wanted)))
    }

    /// What the index is asked: all of it, in these registers, for what `scope` reaches.
    pub(super) fn asked(&self, backend: DbBackend, registers: &[&str], scope: &Scope) -> String {
        let registers: Vec<String> = registers.iter().map(|register| tag('r', register)).collect();
        let owners = owners(scope).map(|owners| owners.iter().map(|owner| tag('o', owner)).collect::<Vec<_>>());
        let postgres = backend == DbBackend::Postgres;
        let one = |wanted: &Wanted| match wanted {
            Wanted::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
                format!("({})", words.join(" OR "))
            }
            Wanted::Beginning(word) if postgres => format!("{word}:*"),
            Wanted::Beginning(word) => format!("\"{word}\" *"),
        };
        let words: Vec<String> = self.0.iter().map(one).collect();
        if postgres {
            let owners = owners.map(|owners| format!(" & ({})", owners.join(" | "))).unwrap_or_default();
            format!("{} & ({}){owners}", words.join(" & "), registers.join(" | "))
        } else {
            let owners = owners.map(|owners| format!(" AND tags : ({})", owners.join(" OR "))).unwrap_or_default();
            format!("body : ({}) AND tags : ({}){owners}", words.join(" AND "), registers.join(" OR "))
        }
    }
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
