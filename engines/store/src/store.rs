//! Opening the store.

use crate::StoreError;
use crate::error::cut;
use crate::migrations;
use crate::passwords::Passwords;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The oldest SQLite accepted: earlier ones may corrupt a write-ahead log under two writers
/// (<https://www.sqlite.org/wal.html>, the reset bug).
const SQLITE_OLDEST: &str = "3.51.3";

/// The registers. Cloning it is cheap and shares the connections.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) db: DatabaseConnection,
    pub(crate) passwords: Arc<Passwords>,
}

impl Store {
    /// Opens the store at `url` (`sqlite:PATH`, `sqlite::memory:`, `postgres://…`) and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Address`] for any other address, [`StoreError::TooOld`], [`StoreError::Newer`], or the engine's.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if url == "sqlite::memory:" {
            return Self::memory().await;
        }
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if !path.is_empty() {
                return Self::open_file(Path::new(path)).await;
            }
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let mut options = ConnectOptions::new(url.to_owned());
            options.max_connections(8).sqlx_logging(false).acquire_timeout(Duration::from_secs(10));
            return Self::start(options).await;
        }
        Err(StoreError::Address { url: without_password(url) })
    }

    /// Opens the SQLite file at `path`, making it when it is not there (readable by its owner only).
    ///
    /// # Errors
    /// As [`Store::open`]; [`StoreError::Engine`] when the file cannot be made.
    pub async fn open_file(path: &Path) -> Result<Self, StoreError> {
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
                .pragma("synchronous", "FULL")
                .pragma("trusted_schema", "OFF")
        });
        Self::start(options).await
    }

    /// A store in memory, for tests: gone with its last clone.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn memory() -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new("sqlite::memory:");
        // One connection that never ends: each connection would have a memory of its own.
        options.max_connections(1).min_connections(1).sqlx_logging(false);
        options.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        options.map_sqlx_sqlite_opts(|o| o.foreign_keys(true));
        Self::start(options).await
    }

    async fn start(options: ConnectOptions) -> Result<Self, StoreError> {
        let db = Database::connect(options).await.map_err(StoreError::engine("open its database"))?;
        let store = Self { db, passwords: Arc::new(Passwords::default()) };
        store.check_engine().await?;
        migrations::run(&store).await?;
        Ok(store)
    }

    /// Refuses a SQLite whose write-ahead log is not known to be sound.
    async fn check_engine(&self) -> Result<(), StoreError> {
        if self.db.get_database_backend() != DbBackend::Sqlite {
            return Ok(());
        }
        let ask = Statement::from_string(DbBackend::Sqlite, "SELECT sqlite_version() AS v");
        let doing = "ask the version of SQLite";
        let row = self.db.query_one_raw(ask).await.map_err(StoreError::engine(doing))?;
        let found = match row {
            Some(row) => row.try_get::<String>("", "v").map_err(StoreError::engine(doing))?,
            None => String::new(),
        };
        if recent_enough(&found, SQLITE_OLDEST) {
            Ok(())
        } else {
            Err(StoreError::TooOld { found, needed: SQLITE_OLDEST })
        }
    }

    /// Starts a transaction that writes. On SQLite it takes the write lock at once, so that two processes wait for one
    /// another instead of failing half-way.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.db.begin_with_options(options).await.map_err(StoreError::engine("start a transaction"))
    }
}

/// Ends a transaction that writes.
pub(crate) async fn commit(tx: DatabaseTransaction) -> Result<(), StoreError> {
    tx.commit().await.map_err(StoreError::engine("commit a transaction"))
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
