//! The schema, step by step: forward only, numbered, small. `migrations/schema.sql` shows where all steps lead; a test
//! proves that both agree.

use crate::StoreError;
use crate::store::{Core, begin};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement};

/// One step. Its number is its place in the list, from 1; a step once released never changes.
struct Migration {
    name: &'static str,
    sql: &'static str,
    /// What follows on one of the databases only, where they have no common words for it.
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! step {
    ($name:literal) => {
        Migration { name: $name, sql: include_str!(concat!("../migrations/", $name, ".sql")), sqlite: "", postgres: "" }
    };
    ($name:literal, apart) => {
        Migration {
            sqlite: include_str!(concat!("../migrations/", $name, ".sqlite.sql")),
            postgres: include_str!(concat!("../migrations/", $name, ".postgres.sql")),
            ..step!($name)
        }
    };
}

/// Every step, in order. Only append.
const STEPS: &[Migration] = &[
    step!("0001_journal"),
    step!("0002_accounts"),
    step!("0003_signals"),
    step!("0004_series"),
    step!("0005_alerts"),
    step!("0006_report_builds"),
    step!("0007_journal_tree"),
    step!("0008_write_keys"),
    step!("0009_people"),
    step!("0010_sign_in"),
    step!("0011_sealed_series"),
    step!("0012_oversight"),
    step!("0013_published_figures"),
    step!("0014_code_lists"),
    step!("0015_situations"),
    step!("0016_post"),
    step!("0017_records", apart),
    step!("0018_exercise"),
    step!("0019_record_basis"),
    step!("0020_digest"),
    step!("0021_withdrawn_tasks"),
    step!("0022_alerts_issued"),
    step!("0023_record_words", apart),
];

/// Where the steps already taken are noted.
const NOTED: &str =
    "CREATE TABLE IF NOT EXISTS schema_steps (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)";

/// Brings the schema up to date: all missing steps in one transaction, so that a stop leaves the old schema.
pub(crate) async fn run(store: &Core) -> Result<(), StoreError> {
    let doing = "bring its schema up to date";
    let tx = begin(&store.db).await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("SELECT pg_advisory_xact_lock(7236837)").await.map_err(StoreError::engine(doing))?;
    }
    tx.execute_unprepared(NOTED).await.map_err(StoreError::engine(doing))?;
    let known = i32::try_from(STEPS.len()).unwrap_or(i32::MAX);
    let found = version(&tx).await?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let mut number = 0;
    for step in STEPS {
        number += 1;
        if number > found {
            let backend = tx.get_database_backend();
            let apart = if backend == DbBackend::Postgres { step.postgres } else { step.sqlite };
            for sql in [step.sql, apart].into_iter().filter(|sql| !sql.is_empty()) {
                tx.execute_unprepared(sql).await.map_err(StoreError::engine(doing))?;
            }
            let sql = "INSERT INTO schema_steps (version, name) VALUES ($1, $2)";
            let note = Statement::from_sql_and_values(backend, sql, [number.into(), step.name.into()]);
            tx.execute_raw(note).await.map_err(StoreError::engine(doing))?;
        }
    }
    tx.commit().await.map_err(StoreError::engine(doing))
}

async fn version(tx: &DatabaseTransaction) -> Result<i32, StoreError> {
    let doing = "read the version of its schema";
    let ask = Statement::from_string(tx.get_database_backend(), "SELECT MAX(version) AS v FROM schema_steps");
    let row = tx.query_one_raw(ask).await.map_err(StoreError::engine(doing))?;
    let found = row.map(|row| row.try_get::<Option<i32>>("", "v")).transpose().map_err(StoreError::engine(doing))?;
    Ok(found.flatten().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use beffroi_ports::doubles::KeysInMemory;
    use std::collections::BTreeSet;
    use std::sync::Arc;

    const SCHEMA: &str = include_str!("../migrations/schema.sql");

    async fn memory() -> Arc<Core> {
        Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap().core
    }

    /// What a SQLite database consists of: columns with type, nullability and key; indexes; foreign keys.
    async fn catalogue(store: &Core) -> BTreeSet<String> {
        let sql = "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk AS line
             FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
             UNION ALL SELECT m.name || ' index ' || i.name || ' ' || i.\"unique\" FROM sqlite_master m, pragma_index_list(m.name) i
             UNION ALL SELECT m.name || ' to ' || f.\"table\" || ' ' || f.\"from\" FROM sqlite_master m, pragma_foreign_key_list(m.name) f";
        let rows = store.db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        rows.iter().map(|row| row.try_get::<String>("", "line").unwrap()).collect()
    }

    #[tokio::test]
    async fn all_steps_lead_to_the_schema_shown() {
        let stepped = memory().await;
        let fresh = memory().await;
        for table in [
            "digest_wishes",
            "digests",
            "calendar_feeds",
            "exercise",
            "looks",
            "handovers",
            "readings",
            "returns",
            "recipients",
            "jobs",
            "sessions",
            "passkeys",
            "api_tokens",
            "ceremonies",
            "sealed_records",
            "sign_in_attempts",
            "accounts",
            "journal_entries",
            "journal_nodes",
            "journal_state",
            "journal_checkpoints",
            "write_keys",
            "outbox",
            "services",
            "assignments",
            "habilitations",
            "proposals",
            "openings",
            "notices",
            "reveals",
            "purposes",
            "objects",
            "signals",
            "series",
            "series_runs",
            "alerts_issued",
            "alerts",
            "report_builds",
            "published_figures",
            "code_list_switches",
            "code_list_versions",
            "situations",
            "record_texts",
            "record_words",
            "record_entries",
            "record_links",
            "record_numbers",
            "record_versions",
            "record_comments",
            "record_attachments",
            "record_views",
            "records",
            "tasks",
            "warning_lists",
            "schema_steps",
        ] {
            fresh.db.execute_unprepared(&format!("DROP TABLE {table}")).await.unwrap();
        }
        assert_eq!(catalogue(&fresh).await, BTreeSet::new(), "a table is missing from the list above");
        fresh.db.execute_unprepared(SCHEMA).await.unwrap();
        let (stepped, fresh) = (catalogue(&stepped).await, catalogue(&fresh).await);
        assert!(stepped.len() > 50, "{stepped:?}");
        assert_eq!(stepped, fresh);
    }

    #[tokio::test]
    async fn the_words_of_texts_from_before_are_known() {
        let store = memory().await;
        let texts = "INSERT INTO record_texts (rowid, body, tags) VALUES (1, 'alpha bêta', 'x'), (2, 'beta', 'x')";
        for sql in ["DROP TABLE record_words", texts, include_str!("../migrations/0023_record_words.sqlite.sql")] {
            store.db.execute_unprepared(sql).await.unwrap();
        }
        let sql = "SELECT word || ' ' || texts AS line FROM record_words ORDER BY word";
        let rows = store.db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql)).await.unwrap();
        let lines: Vec<String> = rows.iter().map(|row| row.try_get("", "line").unwrap()).collect();
        assert_eq!(lines, ["alpha 1", "beta 2"]);
    }

    #[tokio::test]
    async fn running_again_changes_nothing_and_a_later_schema_is_refused() {
        let store = memory().await;
        run(&store).await.unwrap();
        store.db.execute_unprepared("INSERT INTO schema_steps (version, name) VALUES (9999, 'later')").await.unwrap();
        let refused = run(&store).await;
        assert!(matches!(refused, Err(StoreError::Newer { found: 9999, .. })), "{refused:?}");
    }

    #[test]
    fn names_carry_their_numbers() {
        for (i, step) in STEPS.iter().enumerate() {
            assert!(step.name.starts_with(&format!("{:04}_", i + 1)), "{}", step.name);
        }
    }
}
