//! Opening the store.

use crate::error::cut;
use crate::passwords::Passwords;
use crate::write::{By, Done, Note};
use crate::writer::{Pen, Writer};
use crate::{ExerciseMark, StoreError, exercise, migrations};
use beffroi_ports::Keys;
use futures::future::BoxFuture;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The oldest SQLite accepted: earlier ones may corrupt a write-ahead log under two writers
/// (<https://www.sqlite.org/wal.html>, the reset bug).
const SQLITE_OLDEST: &str = "3.51.3";

/// The registers. Cloning it is cheap and shares the connections and the writer.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) core: Arc<Core>,
    writer: Writer,
}

/// What reading and writing share.
pub(crate) struct Core {
    pub(crate) db: DatabaseConnection,
    pub(crate) passwords: Passwords,
    pub(crate) keys: Arc<dyn Keys>,
    /// What to do when the disk has said that it lost what it was given to keep: nothing can be trusted from there on.
    pub(crate) on_lost_sync: fn(&str),
    /// The exercise that these registers are of, once read or marked.
    pub(crate) exercise: OnceLock<ExerciseMark>,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Core(…)")
    }
}

/// How much of what is acknowledged survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durability {
    /// All of it: each commit is synced (`synchronous=FULL`).
    Full,
    /// Not the last commits: `synchronous=NORMAL`, with which the crash lab shows that it sees losses.
    Weak,
}

impl Durability {
    fn pragma(self) -> &'static str {
        match self {
            Self::Full => "FULL",
            Self::Weak => "NORMAL",
        }
    }
}

/// Whether the writer has a connection of its own.
enum Writing {
    Apart,
    /// Of a database in memory there is one connection.
    Shared,
}

/// What becomes of a store whose journal does not lead to the root that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Damaged {
    /// It is not opened: nothing is built on it.
    Refused,
    /// It is opened to be looked at, and refuses each write.
    Shown,
}

impl Store {
    /// Opens the store at `url` (`sqlite:PATH`, `sqlite::memory:`, `postgres://…`) and brings its schema up to date.
    /// `keys` seal its journal and its records.
    ///
    /// # Errors
    /// [`StoreError::Address`] for any other address, [`StoreError::TooOld`], [`StoreError::Newer`],
    /// [`StoreError::Unsynced`] for a PostgreSQL that does not sync, or the engine's.
    pub async fn open(url: &str, keys: Arc<dyn Keys>) -> Result<Self, StoreError> {
        Self::open_at(url, keys, Damaged::Refused).await
    }

    /// The same for those who look for what is wrong: a store whose journal does not lead to the root that was kept
    /// opens too, and says so ([`Store::shut`]); each write to it is refused.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_to_examine(url: &str, keys: Arc<dyn Keys>) -> Result<Self, StoreError> {
        Self::open_at(url, keys, Damaged::Shown).await
    }

    async fn open_at(url: &str, keys: Arc<dyn Keys>, damaged: Damaged) -> Result<Self, StoreError> {
        if url == "sqlite::memory:" {
            return Self::memory(keys).await;
        }
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.is_empty() {
                return Self::open_with(Path::new(path), keys, Durability::Full, damaged).await;
            }
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let mut options = ConnectOptions::new(url.to_owned());
            options.max_connections(8).sqlx_logging(false).acquire_timeout(Duration::from_secs(10));
            return Self::start(options, Writing::Apart, keys, damaged).await;
        }
        Err(StoreError::Address { url: without_password(url) })
    }

    /// Opens the SQLite file at `path`, making it when it is not there (readable by its owner only).
    ///
    /// # Errors
    /// As [`Store::open`]; [`StoreError::Engine`] when the file cannot be made.
    pub async fn open_file(path: &Path, keys: Arc<dyn Keys>) -> Result<Self, StoreError> {
        Self::open_with(path, keys, Durability::Full, Damaged::Refused).await
    }

    /// The same as [`Store::open_to_examine`] does it.
    ///
    /// # Errors
    /// As [`Store::open_file`].
    pub async fn open_file_to_examine(path: &Path, keys: Arc<dyn Keys>) -> Result<Self, StoreError> {
        Self::open_with(path, keys, Durability::Full, Damaged::Shown).await
    }

    /// The same without the sync of each commit: acknowledged writes are lost in a power cut. Only the crash lab opens
    /// a store so, to show that it sees the loss.
    ///
    /// # Errors
    /// As [`Store::open_file`].
    #[doc(hidden)]
    pub async fn open_file_without_sync(path: &Path, keys: Arc<dyn Keys>) -> Result<Self, StoreError> {
        Self::open_with(path, keys, Durability::Weak, Damaged::Refused).await
    }

    async fn open_with(
        path: &Path,
        keys: Arc<dyn Keys>,
        durability: Durability,
        damaged: Damaged,
    ) -> Result<Self, StoreError> {
        make_private(path).map_err(|error| StoreError::Engine {
            doing: "make its file",
            reason: format!("{}: {error}", path.display()),
        })?;
        let path = path.to_owned();
        let mut options = ConnectOptions::new("sqlite://store");
        options.max_connections(4).sqlx_logging(false).acquire_timeout(Duration::from_secs(30));
        options.map_sqlx_sqlite_opts(move |o| {
            o.filename(&path)
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(20))
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", durability.pragma())
                .pragma("secure_delete", "ON")
                .pragma("trusted_schema", "OFF")
        });
        Self::start(options, Writing::Apart, keys, damaged).await
    }

    /// A store in memory, for tests: gone with its last clone.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn memory(keys: Arc<dyn Keys>) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new("sqlite::memory:");
        // One connection that never ends: each connection would have a memory of its own.
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        options.map_sqlx_sqlite_opts(|o| o.foreign_keys(true));
        Self::start(options, Writing::Shared, keys, Damaged::Refused).await
    }

    async fn start(
        options: ConnectOptions,
        writing: Writing,
        keys: Arc<dyn Keys>,
        damaged: Damaged,
    ) -> Result<Self, StoreError> {
        let mut apart = options.clone();
        apart.max_connections(1);
        let db = Database::connect(options).await.map_err(StoreError::engine("open its database"))?;
        let core = Core { db, passwords: Passwords::default(), keys, on_lost_sync: stop, exercise: OnceLock::new() };
        core.check_engine().await?;
        migrations::run(&core).await?;
        if let Some(mark) = exercise::read(&core).await? {
            let _ = core.exercise.set(mark);
        }
        let shut = match (core.check_journal().await, damaged) {
            (Ok(()), _) => None,
            (Err(reason @ (StoreError::Journal { .. } | StoreError::Inconsistent { .. })), Damaged::Shown) => {
                Some(reason)
            }
            (Err(reason), _) => return Err(reason),
        };
        let pen = match writing {
            Writing::Apart => Pen::new(apart),
            Writing::Shared => Pen::shared(core.db.clone()),
        };
        let core = Arc::new(core);
        let writer = match shut {
            None => Writer::start(core.clone(), pen),
            Some(reason) => Writer::shut(&reason),
        };
        Ok(Self { writer, core })
    }

    /// Closes its connections and waits until they are closed: SQLite then folds its log into the database file, and a
    /// program that ends right after cuts no thread short in the middle of it. Nothing is read from the store any more.
    pub async fn close(&self) {
        self.writer.let_go().await;
        // It is not used again, whether it closes well or not: what was acknowledged is on the disk already.
        let _ = self.core.db.close_by_ref().await;
    }

    /// Why nothing is written to this store; nothing of one that takes writes. Only one opened to be examined is shut.
    pub fn shut(&self) -> Option<&str> {
        self.writer.why_shut()
    }

    /// Writes: `work` runs within a savepoint, and what it tells comes back once everything it did is durable. A write
    /// whose key came before is not done again, and tells what it told.
    pub(crate) async fn write<F>(
        &self,
        by: &By,
        what: &'static str,
        content: String,
        work: F,
    ) -> Result<serde_json::Value, StoreError>
    where
        F: for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<Done, StoreError>> + Send + 'static,
    {
        self.writer.run(Note::new(by, what, &content), Box::new(work)).await
    }

    /// Whether a write of that content came before under the key of `by`.
    pub(crate) async fn came_before(&self, by: &By, what: &'static str, content: &str) -> Result<bool, StoreError> {
        crate::keys_seen::find(&self.core.db, &Note::new(by, what, content)).await.map(|told| told.is_some())
    }

    /// The keys of the house.
    pub fn keys(&self) -> &Arc<dyn Keys> {
        &self.core.keys
    }
}

impl Core {
    /// Refuses an engine that may lose what it acknowledged: a SQLite whose write-ahead log is not known to be sound, a
    /// PostgreSQL told not to sync.
    async fn check_engine(&self) -> Result<(), StoreError> {
        let doing = "ask how its engine keeps what it is given";
        let ask = async |sql: &str| -> Result<String, StoreError> {
            let ask = Statement::from_string(self.db.get_database_backend(), sql);
            let row = self.db.query_one_raw(ask).await.map_err(StoreError::engine(doing))?;
            row.map(|row| row.try_get_by_index::<String>(0))
                .transpose()
                .map_err(StoreError::engine(doing))
                .map(Option::unwrap_or_default)
        };
        if self.db.get_database_backend() != DbBackend::Sqlite {
            for setting in ["fsync", "full_page_writes"] {
                if ask(&format!("SHOW {setting}")).await? != "on" {
                    return Err(StoreError::Unsynced { setting });
                }
            }
            return match ask("SHOW synchronous_commit").await?.as_str() {
                "off" => Err(StoreError::Unsynced { setting: "synchronous_commit" }),
                _ => Ok(()),
            };
        }
        let found = ask("SELECT sqlite_version()").await?;
        if recent_enough(&found, SQLITE_OLDEST) {
            Ok(())
        } else {
            Err(StoreError::TooOld { found, needed: SQLITE_OLDEST })
        }
    }
}

/// Starts a transaction that writes. On SQLite it takes the write lock at once, so that two processes wait for one
/// another instead of failing half-way.
pub(crate) async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    db.begin_with_options(options).await.map_err(StoreError::engine("start a transaction"))
}

/// Stops the process: after a failed sync the kernel may have dropped what it could not write and say nothing the next
/// time (PostgreSQL learnt it in 2018). What was acknowledged is on the disk; starting again reads only that.
fn stop(reason: &str) {
    eprintln!("beffroi: the disk did not keep what it was given ({reason}). Stopping, so that nothing is built on it.");
    std::process::exit(70);
}

fn make_private(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

/// Whether dotted version `found` is `needed` or later; an unreadable version is not.
fn recent_enough(found: &str, needed: &str) -> bool {
    let parts = |t: &str| t.split('.').map(|p| p.parse::<u32>().ok()).collect::<Option<Vec<_>>>();
    match (parts(found), parts(needed)) {
        (Some(found), Some(needed)) => found >= needed,
        _ => false,
    }
}

fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => cut(&format!("{scheme}://…@{host}"), 80),
        _ => cut(url, 80),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        assert!(recent_enough("3.51.3", "3.51.3"));
        assert!(recent_enough("3.100.0", "3.51.3"));
        assert!(!recent_enough("3.51.2", "3.51.3"));
        assert!(!recent_enough("", "3.51.3"));
        assert!(!recent_enough("3.51.x", "3.51.3"));
    }

    #[test]
    fn a_refused_address_never_shows_its_password() {
        let shown = without_password("mysql://root:hunter2@host/db");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("host/db"), "{shown}");
    }
}
