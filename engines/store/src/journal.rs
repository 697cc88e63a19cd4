//! The journal in the database: sealed entries, the hashes of the full subtrees, signed checkpoints.
//!
//! Entries are appended by the writer alone, in the transaction of the writes they tell of. Beside its seal each entry
//! keeps two tokens, of who acted and of what was acted upon, made with the key of its month: with that key the journal
//! is searched, without it they say nothing, and they go dark with it.

mod checkpoints;
mod damage;
mod reading;

pub use checkpoints::Proven;
pub use damage::TreeFault;
pub use reading::{JournalEntry, JournalQuery};

use crate::StoreError;
use crate::columns::count;
use crate::store::Core;
use beffroi_journal::{Entry as JournalLine, Frontier, Hash, Journal, Month, MonthKey, NONCE_BYTES};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbBackend};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

pub(crate) mod entries {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub idx: i64,
        pub day: String,
        pub month: String,
        pub who_token: String,
        pub object_token: String,
        pub sealed: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod nodes {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_nodes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub level: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub idx: i64,
        pub hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod state {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_state")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub size: i64,
        pub peaks: String,
        pub last_day: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Key of the PostgreSQL lock under which one transaction at a time writes; any constant does.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7236838)";
/// Rows written by one statement.
const CHUNK: usize = 500;

/// Lets one transaction at a time write, so that the numbers of the entries stay in line. SQLite does so by itself.
pub(crate) async fn lock(tx: &DatabaseTransaction) -> Result<(), StoreError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(LOCK).await.map_err(StoreError::engine("lock the journal"))?;
    }
    Ok(())
}

/// The writing end as the last commit left it.
pub(crate) async fn resume(core: &Core, db: &impl ConnectionTrait) -> Result<Journal, StoreError> {
    let origin = core.keys.log_key()?.origin().to_owned();
    let row = state::Entity::find_by_id(1).one(db).await.map_err(StoreError::engine("resume the journal"))?;
    let Some(row) = row else { return Journal::new(&origin).map_err(StoreError::journal) };
    let wrong = |column| StoreError::Inconsistent { table: "journal_state", column, row: "1".to_owned() };
    let size = u64::try_from(row.size).map_err(|_| wrong("size"))?;
    let peaks = row.peaks.split_whitespace().map(Hash::from_base64).collect::<Option<Vec<_>>>();
    let frontier = Frontier::from_peaks(size, peaks.ok_or_else(|| wrong("peaks"))?).map_err(StoreError::journal)?;
    let last_day: Date = row.last_day.parse().map_err(|_| wrong("last_day"))?;
    Journal::resume(&origin, frontier, Some(last_day)).map_err(StoreError::journal)
}

/// Appends the entries of one transaction.
pub(crate) async fn append(
    core: &Core,
    tx: &DatabaseTransaction,
    mut entries: Vec<JournalLine>,
) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    // Writes that gathered around midnight may have come in the other order.
    entries.sort_by_key(|entry| entry.at);
    let doing = "append to the journal";
    let mut journal = resume(core, tx).await?;
    let mut keys: BTreeMap<Month, MonthKey> = BTreeMap::new();
    let (mut rows, mut nodes) = (Vec::new(), Vec::new());
    for mut entry in entries {
        entry.at = not_before(entry.at, journal.last_day());
        let month = month_of(entry.at)?;
        let key = match keys.entry(month) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let key = core.keys.month_key(month, true)?;
                unknown.insert(key.ok_or_else(|| StoreError::journal(format!("the key of {month} is not there")))?)
            }
        };
        let mut nonce = [0_u8; NONCE_BYTES];
        core.keys.random(&mut nonce)?;
        let appended = journal.append(&entry, key, nonce).map_err(StoreError::journal)?;
        rows.push(entries::ActiveModel {
            idx: Set(count("number of an entry", appended.record.header.index)?),
            day: Set(appended.record.header.day.to_string()),
            month: Set(month.to_string()),
            who_token: Set(key.token("who", &entry.who)),
            object_token: Set(key.token("object", &object_text(&entry.object.kind, &entry.object.id))),
            sealed: Set(beffroi_journal::to_base64(appended.record.sealed())),
        });
        for node in appended.nodes {
            nodes.push(nodes::ActiveModel {
                level: Set(i32::from(node.id.level)),
                idx: Set(count("number of a subtree", node.id.index)?),
                hash: Set(node.hash.to_string()),
            });
        }
    }
    insert::<entries::Entity, _>(tx, rows).await.map_err(StoreError::engine(doing))?;
    insert::<nodes::Entity, _>(tx, nodes).await.map_err(StoreError::engine(doing))?;
    let peaks: Vec<String> = journal.frontier().peaks().iter().map(ToString::to_string).collect();
    let row = state::ActiveModel {
        id: Set(1),
        size: Set(count("size of the journal", journal.frontier().size())?),
        peaks: Set(peaks.join(" ")),
        last_day: Set(journal.last_day().map(|day| day.to_string()).unwrap_or_default()),
    };
    let replace = OnConflict::column(state::Column::Id)
        .update_columns([state::Column::Size, state::Column::Peaks, state::Column::LastDay])
        .to_owned();
    state::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await
        .map_err(StoreError::engine(doing))?;
    Ok(())
}

async fn insert<E, A>(tx: &DatabaseTransaction, rows: Vec<A>) -> Result<(), DbErr>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E> + Send,
{
    let mut rows = rows.into_iter();
    loop {
        let chunk: Vec<A> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        E::insert_many(chunk).exec_without_returning(tx).await?;
    }
}

/// How late an entry may come over midnight and still be written, at the first instant of the new day.
const LATE: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);

/// `at`, or the first instant of `last` when that day has begun a moment after it.
fn not_before(at: Timestamp, last: Option<Date>) -> Timestamp {
    let start = last.and_then(|day| day.to_zoned(TimeZone::UTC).ok()).map(|start| start.timestamp());
    match start {
        Some(start) if at < start && start.duration_since(at) <= LATE => start,
        _ => at,
    }
}

fn month_of(at: Timestamp) -> Result<Month, StoreError> {
    Month::of(at.to_zoned(TimeZone::UTC).date()).map_err(StoreError::journal)
}

fn object_text(kind: &str, id: &str) -> String {
    format!("{kind}\n{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_crosses_midnight_is_kept_and_a_clock_set_back_is_not() {
        let day: Date = "2026-11-22".parse().unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(not_before(at("2026-11-21T23:59:59Z"), Some(day)), at("2026-11-22T00:00:00Z"));
        for kept in ["2026-11-22T00:00:01Z", "2026-11-21T23:49:00Z", "2026-11-20T00:00:00Z"] {
            assert_eq!(not_before(at(kept), Some(day)), at(kept));
        }
        assert_eq!(not_before(at("2026-11-21T23:59:59Z"), None), at("2026-11-21T23:59:59Z"));
    }
}
