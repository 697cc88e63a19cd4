//! What leaves because of a write: rows of the same transaction, taken up once it stands, at least once.

use crate::columns::{Place, count};
use crate::write::Outgoing;
use crate::{Store, StoreError};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub topic: String,
        pub payload: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Something waiting to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Its number: they are sent in that order.
    pub seq: u64,
    /// What.
    pub what: Outgoing,
}

/// Puts what leaves at the end of the queue.
pub(crate) async fn put(tx: &DatabaseTransaction, outgoing: &[Outgoing]) -> Result<(), StoreError> {
    if outgoing.is_empty() {
        return Ok(());
    }
    let doing = "put something in the outbox";
    let last: Option<Option<i64>> = entity::Entity::find()
        .select_only()
        .column_as(entity::Column::Seq.max(), "last")
        .into_tuple()
        .one(tx)
        .await
        .map_err(StoreError::engine(doing))?;
    let mut seq = last.flatten().unwrap_or(0);
    let mut rows = Vec::with_capacity(outgoing.len());
    for what in outgoing {
        seq = seq.saturating_add(1);
        rows.push(entity::ActiveModel {
            seq: Set(seq),
            topic: Set(what.topic.clone()),
            payload: Set(what.payload.to_string()),
        });
    }
    entity::Entity::insert_many(rows).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
    Ok(())
}

impl Store {
    /// What waits to be sent, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn outbox_list(&self, limit: u64) -> Result<Vec<Waiting>, StoreError> {
        let rows = entity::Entity::find()
            .order_by_asc(entity::Column::Seq)
            .limit(limit)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("read the outbox"))?;
        let read = |row: entity::Model| {
            let key = row.seq.to_string();
            let place = Place { table: "outbox", row: &key };
            let what = Outgoing { topic: row.topic, payload: place.json("payload", &row.payload)? };
            Ok(Waiting { seq: place.count("seq", row.seq)?, what })
        };
        rows.into_iter().map(read).collect()
    }

    /// Takes what was sent out of the queue. A stop between sending and this sends it again.
    ///
    /// # Errors
    /// The engine's.
    pub async fn outbox_sent(&self, seq: u64) -> Result<(), StoreError> {
        entity::Entity::delete_by_id(count("number in the outbox", seq)?)
            .exec(&self.core.db)
            .await
            .map_err(StoreError::engine("take something out of the outbox"))?;
        Ok(())
    }
}
