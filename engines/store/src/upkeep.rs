//! Upkeep: a copy that is whole, what is kept since when, the removal of what has ended, new master keys for what is
//! sealed, and what a restored store has to forget.

mod sealed;
mod told;

use crate::columns::{Place, instant};
use crate::store::Core;
use crate::write::{By, Done};
use crate::{JournalQuery, Store, StoreError, WriteKey};
use beffroi_journal::{Act, Month};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use std::path::Path;

/// The engine under the registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// `SQLite` or `PostgreSQL`.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// Whether it keeps everything in one file, which a backup can hold.
    pub is_file: bool,
    /// Number of the schema.
    pub schema: i32,
}

/// A group of rows that is erased together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its reference: `journal/2026-11`, `sessions/2026-11-22`. Never a person's data.
    pub what: String,
    /// What it is kept as: the code of its ground, or `journal` for what is kept with the journal.
    pub basis: String,
    /// How many rows.
    pub count: u64,
    /// The day of the last of them.
    pub last: Date,
    /// Whether that day is the one it was closed on.
    pub closed: bool,
}

/// What was removed because it had ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cleared {
    /// Sessions past their end.
    pub sessions: u64,
    /// Failed attempts to sign in that no longer count.
    pub attempts: u64,
    /// Keys of writes that cannot come back any more.
    pub write_keys: u64,
    /// Questions to browsers that were never answered.
    pub ceremonies: u64,
}

impl Cleared {
    /// How many rows in all.
    pub fn total(&self) -> u64 {
        self.sessions + self.attempts + self.write_keys + self.ceremonies
    }
}

/// Groups by day or month: reference before the day, basis, whether the day is that of the closing, query of day and
/// number of rows.
const GROUPS: &[(&str, &str, bool, &str)] = &[
    (
        "sessions/",
        "sessions",
        false,
        "SELECT substr(last_seen_at, 1, 10) AS g, substr(last_seen_at, 1, 10) AS d, COUNT(*) AS n FROM sessions GROUP BY 1, 2 ORDER BY 1",
    ),
    (
        "sign-in-attempts/",
        "sign-in-attempts",
        false,
        "SELECT substr(last_at, 1, 10) AS g, substr(last_at, 1, 10) AS d, COUNT(*) AS n FROM sign_in_attempts GROUP BY 1, 2 ORDER BY 1",
    ),
    (
        "accounts/closed-",
        "accounts",
        true,
        "SELECT substr(disabled_at, 1, 10) AS g, substr(disabled_at, 1, 10) AS d, COUNT(*) AS n FROM accounts WHERE disabled_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1",
    ),
    (
        "purposes/",
        "journal",
        false,
        "SELECT substr(day, 1, 7) AS g, MAX(day) AS d, COUNT(*) AS n FROM purposes GROUP BY 1 ORDER BY 1",
    ),
    (
        "alerts/",
        "alerts",
        false,
        "SELECT substr(drafted_at, 1, 4) AS g, MAX(substr(drafted_at, 1, 10)) AS d, COUNT(*) AS n FROM alerts GROUP BY 1 ORDER BY 1",
    ),
    (
        "situations/",
        "alerts",
        false,
        "SELECT substr(drafted_at, 1, 4) AS g, MAX(substr(drafted_at, 1, 10)) AS d, COUNT(*) AS n FROM situations GROUP BY 1 ORDER BY 1",
    ),
];

/// A session ends after that time without a request, and whatever happens after the other one.
const SESSION_IDLE: SignedDuration = SignedDuration::from_mins(30);
const SESSION_LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// After that time without an attempt, failures are forgotten.
const ATTEMPTS_COUNT: SignedDuration = SignedDuration::from_hours(24);
/// For how long the key of a write may come back.
const WRITE_KEYS_COUNT: SignedDuration = SignedDuration::from_hours(24 * 7);

impl Store {
    /// What holds the registers, and at which schema.
    ///
    /// # Errors
    /// The engine's.
    pub async fn engine(&self) -> Result<Engine, StoreError> {
        let doing = "ask for its version";
        let backend = self.core.db.get_database_backend();
        let is_file = backend == DbBackend::Sqlite;
        let (name, sql) =
            if is_file { ("SQLite", "SELECT sqlite_version()") } else { ("PostgreSQL", "SHOW server_version") };
        let row = self
            .core
            .db
            .query_one_raw(Statement::from_string(backend, sql))
            .await
            .map_err(StoreError::engine(doing))?;
        let version =
            row.map(|row| row.try_get_by_index::<String>(0)).transpose().map_err(StoreError::engine(doing))?;
        let ask = Statement::from_string(backend, "SELECT MAX(version) AS v FROM schema_steps");
        let row = self.core.db.query_one_raw(ask).await.map_err(StoreError::engine(doing))?;
        let schema =
            row.map(|row| row.try_get::<Option<i32>>("", "v")).transpose().map_err(StoreError::engine(doing))?;
        Ok(Engine { name, version: version.unwrap_or_default(), is_file, schema: schema.flatten().unwrap_or(0) })
    }

    /// Writes a whole and finished copy of the registers to `path`, a file that is not there yet, readable by its owner
    /// only. What is written meanwhile is in it or not, never by halves.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a server, which is saved by its own tools; the engine's.
    pub async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let refused = |reason: &str| StoreError::Refused { what: "copy of the registers", reason: reason.to_owned() };
        if self.core.db.get_database_backend() != DbBackend::Sqlite {
            return Err(refused("a PostgreSQL server holds them: save them with `pg_dump --format=custom`"));
        }
        let text = path.to_str().ok_or_else(|| refused("the name of the file is not UTF-8"))?;
        let doing = "copy its database";
        let failed =
            |error: std::io::Error| StoreError::Engine { doing, reason: format!("{}: {error}", path.display()) };
        let mut options = std::fs::OpenOptions::new();
        options.create_new(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(failed)?;
        let sql = format!("VACUUM INTO '{}'", text.replace('\'', "''"));
        self.core.db.execute_unprepared(&sql).await.map_err(StoreError::engine(doing))?;
        Ok(())
    }

    /// What is kept, in groups that are erased together, by reference. Months of the journal whose key was destroyed are
    /// not among them.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Keys`]; [`StoreError::Inconsistent`] for a day that cannot be read back.
    pub async fn retention_counts(&self) -> Result<Vec<Kept>, StoreError> {
        let mut kept = Vec::new();
        for (prefix, basis, closed, sql) in GROUPS.iter().chain(&told::GROUPS) {
            for (group, last, count) in self.core.groups(sql).await? {
                let what = format!("{prefix}{group}");
                kept.push(Kept { what, basis: (*basis).to_owned(), count, last, closed: *closed });
            }
        }
        let gone = self.core.keys.destroyed_months()?;
        for (month, last, count) in self.journal_months().await? {
            if !gone.contains(&month) {
                let what = format!("journal/{month}");
                kept.push(Kept { what, basis: "journal".to_owned(), count, last, closed: false });
            }
        }
        kept.extend(self.core.sealed_groups().await?);
        kept.extend(self.records_kept().await?);
        kept.extend(self.recipients_left().await?);
        kept.sort_by(|a, b| a.what.cmp(&b.what));
        Ok(kept)
    }

    /// The months of the journal, with the last day and the number of entries of each.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a month that cannot be read back.
    pub async fn journal_months(&self) -> Result<Vec<(Month, Date, u64)>, StoreError> {
        let sql = "SELECT month AS g, MAX(day) AS d, COUNT(*) AS n FROM journal_entries GROUP BY 1 ORDER BY 1";
        let groups = self.core.groups(sql).await?;
        let place = Place { table: "journal_entries", row: "…" };
        groups.into_iter().map(|(month, last, count)| Ok((place.read("month", &month)?, last, count))).collect()
    }

    /// Removes what has ended by itself: sessions, attempts to sign in, keys of writes, unanswered questions.
    ///
    /// # Errors
    /// The engine's.
    pub async fn clear_ended(&self, by: &By) -> Result<Cleared, StoreError> {
        let entry = by.entry(Act::Erase, "store", "ended");
        let at = by.at;
        let told = self
            .write(by, "clear-ended", instant(at), move |tx| {
                Box::pin(async move {
                    let before = |span| instant(at.checked_sub(span).unwrap_or(Timestamp::MIN));
                    let mut counts = Vec::new();
                    for (sql, days) in [
                        (
                            "DELETE FROM sessions WHERE last_seen_at < $1 OR opened_at < $2",
                            vec![before(SESSION_IDLE), before(SESSION_LONGEST)],
                        ),
                        ("DELETE FROM sign_in_attempts WHERE last_at < $1", vec![before(ATTEMPTS_COUNT)]),
                        ("DELETE FROM write_keys WHERE at < $1", vec![before(WRITE_KEYS_COUNT)]),
                        ("DELETE FROM ceremonies WHERE ends_at < $1", vec![instant(at)]),
                    ] {
                        let values = days.into_iter().map(sea_orm::Value::from);
                        let ask = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
                        let done = tx.execute_raw(ask).await.map_err(StoreError::engine("remove what has ended"))?;
                        counts.push(done.rows_affected());
                    }
                    let entries = if counts.iter().any(|n| *n > 0) { vec![entry] } else { Vec::new() };
                    Ok(Done { entries, ..Done::default() }.telling(counts))
                })
            })
            .await?;
        self.core.empty_log().await?;
        let count = |n: usize| told.get(n).and_then(serde_json::Value::as_u64).unwrap_or(0);
        Ok(Cleared { sessions: count(0), attempts: count(1), write_keys: count(2), ceremonies: count(3) })
    }

    /// Journals an act of upkeep on the object `id` of `kind`, and gives the number of its entry.
    ///
    /// # Errors
    /// The engine's: then the act may not be done.
    pub async fn upkeep_note(&self, act: Act, kind: &str, id: &str, by: &By) -> Result<u64, StoreError> {
        let by = by.clone().with_key(WriteKey::draw());
        let entry = by.entry(act, kind, id);
        let content = format!("{act} {kind} {id}");
        self.write(&by, "upkeep", content, move |_| Box::pin(async move { Ok(Done::with(entry)) })).await?;
        let query = JournalQuery { object: Some((kind.to_owned(), id.to_owned())), ..JournalQuery::default() };
        let found = self.journal_search(&query, 1).await?;
        let gone = || StoreError::journal("an entry that was just written cannot be found");
        found.first().map(|entry| entry.index).ok_or_else(gone)
    }
}

impl Core {
    /// Rows of a query of group, day and number.
    async fn groups(&self, sql: &str) -> Result<Vec<(String, Date, u64)>, StoreError> {
        let doing = "count what it keeps";
        let rows = self.rows(sql, doing).await?;
        let read = |row: &QueryResult| {
            let text = |column: &str| row.try_get::<String>("", column).map_err(StoreError::engine(doing));
            let group = text("g")?;
            let place = Place { table: "…", row: &group };
            let last = place.read("day", &text("d")?)?;
            let count = row.try_get::<i64>("", "n").map_err(StoreError::engine(doing))?;
            Ok((group.clone(), last, u64::try_from(count).unwrap_or(0)))
        };
        rows.iter().map(read).collect()
    }

    async fn rows(&self, sql: &str, doing: &'static str) -> Result<Vec<QueryResult>, StoreError> {
        let ask = Statement::from_string(self.db.get_database_backend(), sql);
        self.db.query_all_raw(ask).await.map_err(StoreError::engine(doing))
    }

    /// Empties the write-ahead log of SQLite, which still holds the rows that were removed.
    pub(crate) async fn empty_log(&self) -> Result<(), StoreError> {
        if self.db.get_database_backend() == DbBackend::Sqlite {
            let doing = "empty its write-ahead log";
            self.rows("PRAGMA wal_checkpoint(TRUNCATE)", doing).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SignIn;
    use beffroi_ports::doubles::KeysInMemory;
    use std::sync::Arc;

    fn by(at: &str) -> By {
        By::new("operator", at.parse().unwrap())
    }

    fn keys() -> Arc<KeysInMemory> {
        Arc::new(KeysInMemory::new(1))
    }

    async fn count(store: &Store, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        store.core.rows(&sql, "count").await.unwrap().first().unwrap().try_get::<i64>("", "n").unwrap()
    }

    #[tokio::test]
    async fn a_copy_opens_holds_everything_and_takes_nobodys_place() {
        let place = tempfile::tempdir().unwrap();
        let store = Store::open_file(&place.path().join("store.sqlite"), keys()).await.unwrap();
        store.account_create("a", "A", None, false, &by("2026-11-22T10:00:00Z")).await.unwrap();
        let copy = place.path().join("l'été.copy");
        store.copy_to(&copy).await.unwrap();
        assert!(store.copy_to(&copy).await.is_err(), "a file that is there stays");
        store.account_create("b", "B", None, false, &by("2026-11-22T10:00:01Z")).await.unwrap();
        let opened = Store::open_file(&copy, keys()).await.unwrap();
        assert_eq!(opened.account_list().await.unwrap().len(), 1);
        assert_eq!(opened.journal_size().await.unwrap(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt as _;
            assert_eq!(std::fs::metadata(&copy).unwrap().mode() & 0o777, 0o600);
        }
        let engine = opened.engine().await.unwrap();
        assert!(engine.is_file && engine.schema > 0 && engine.version.starts_with('3'), "{engine:?}");
    }

    #[tokio::test]
    async fn what_has_ended_goes_and_what_has_not_stays() {
        let store = Store::memory(keys()).await.unwrap();
        let password = "correct horse battery";
        let account = store.account_create("a", "A", Some(password), false, &by("2026-11-20T10:00:00Z")).await.unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        for wrong in ["2026-11-20T10:01:00Z", "2026-11-22T09:59:00Z"] {
            assert_eq!(store.account_verify("nobody", "x", at(wrong)).await.unwrap(), SignIn::Refused);
        }
        store.session_open(&account, "password", at("2026-11-22T09:50:00Z")).await.unwrap();
        let now = by("2026-11-22T10:00:00Z");
        let cleared = store.clear_ended(&now).await.unwrap();
        assert_eq!((cleared.sessions, cleared.attempts), (0, 0));
        assert_eq!((count(&store, "sessions").await, count(&store, "sign_in_attempts").await), (1, 1));
        let later = store.clear_ended(&by("2026-11-30T10:00:00Z")).await.unwrap();
        assert_eq!((later.sessions, later.attempts), (1, 1));
        assert!(later.write_keys > 3 && later.total() > 5, "{later:?}");
        assert_eq!((count(&store, "sessions").await, count(&store, "sign_in_attempts").await), (0, 0));
    }

    #[tokio::test]
    async fn groups_are_counted_and_a_month_whose_key_is_gone_is_not() {
        let keys = keys();
        let store = Store::memory(keys.clone()).await.unwrap();
        store.account_create("a", "A", None, false, &by("2026-10-31T10:00:00Z")).await.unwrap();
        store.account_create("b", "B", None, false, &by("2026-11-02T10:00:00Z")).await.unwrap();
        store.account_shut("b", true, &by("2026-11-22T10:00:00Z")).await.unwrap();
        let told = |kept: &[Kept]| -> Vec<(String, u64)> { kept.iter().map(|k| (k.what.clone(), k.count)).collect() };
        let expected = |months: &[(&str, u64)]| -> Vec<(String, u64)> {
            let first = std::iter::once(("accounts/closed-2026-11-22", 1));
            first.chain(months.iter().copied()).map(|(what, n)| (what.to_owned(), n)).collect()
        };
        let kept = store.retention_counts().await.unwrap();
        assert_eq!(told(&kept), expected(&[("journal/2026-10", 1), ("journal/2026-11", 2)]));
        assert_eq!(kept.last().unwrap().last, "2026-11-22".parse().unwrap());
        use beffroi_ports::Keys as _;
        keys.destroy_month("2026-10".parse().unwrap()).unwrap();
        assert_eq!(told(&store.retention_counts().await.unwrap()), expected(&[("journal/2026-11", 2)]));
        assert_eq!(store.journal_months().await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn an_act_of_upkeep_is_journalled_under_its_number() {
        let store = Store::memory(keys()).await.unwrap();
        let by = by("2026-11-22T10:00:00Z");
        assert_eq!(store.upkeep_note(Act::BackUp, "backup", "a.age", &by).await.unwrap(), 0);
        assert_eq!(store.upkeep_note(Act::Restore, "backup", "a.age", &by).await.unwrap(), 1);
        assert_eq!(store.journal_size().await.unwrap(), 2);
    }
}
