//! The journal: who wrote what, when. One row a write, appended in the transaction of that write, so that neither
//! stands without the other. Rows are numbered without gaps.

use crate::columns::{Place, instant};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbBackend, QueryOrder, QuerySelect};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at: String,
        pub who: String,
        pub act: String,
        pub object: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// 1, 2, 3… without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What was done: `alert-put`, `signal-decide`…
    pub act: String,
    /// To what: the identifier of the record.
    pub object: String,
}

/// Key of the PostgreSQL lock that keeps the numbers in line; any constant does.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7236838)";

/// Appends one entry within the transaction of the write it tells of.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    at: Timestamp,
    who: &str,
    act: &str,
    object: &str,
) -> Result<(), StoreError> {
    let doing = "append to the journal";
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(LOCK).await.map_err(StoreError::engine(doing))?;
    }
    let last: Option<Option<i64>> = entity::Entity::find()
        .select_only()
        .column_as(entity::Column::Seq.max(), "last")
        .into_tuple()
        .one(tx)
        .await
        .map_err(StoreError::engine(doing))?;
    let entry = entity::ActiveModel {
        seq: Set(last.flatten().unwrap_or(0) + 1),
        at: Set(instant(at)),
        who: Set(who.to_owned()),
        act: Set(act.to_owned()),
        object: Set(object.to_owned()),
    };
    entity::Entity::insert(entry).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
    Ok(())
}

impl Store {
    /// The latest `limit` writes, newest first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn journal_list(&self, limit: u64) -> Result<Vec<JournalEntry>, StoreError> {
        let rows = entity::Entity::find()
            .order_by_desc(entity::Column::Seq)
            .limit(limit)
            .all(&self.db)
            .await
            .map_err(StoreError::engine("read the journal"))?;
        rows.into_iter()
            .map(|row| {
                let key = row.seq.to_string();
                let place = Place { table: "journal", row: &key };
                Ok(JournalEntry {
                    seq: place.count("seq", row.seq)?,
                    at: place.read("at", &row.at)?,
                    who: row.who,
                    act: row.act,
                    object: row.object,
                })
            })
            .collect()
    }
}
