//! What was addressed to a person: kept beside the outbox, so that it reaches somebody even where no mail leaves.

use crate::columns::{Place, instant};
use crate::write::{By, Done, Outgoing};
use crate::{Store, StoreError};
use beffroi_rights::PersonId;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder, QuerySelect};
use std::collections::BTreeSet;
use uuid::Uuid;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "notices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub person: String,
        pub what: String,
        pub about: String,
        pub at: String,
        pub read_at: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

/// Something addressed to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub id: String,
    /// What happened: `break-glass`, `proposal`…
    pub what: String,
    /// The number of what it happened to.
    pub about: String,
    /// When.
    pub at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

/// Tells each of `told` that `what` happened to `about`: a line of theirs, and what leaves by the outbox.
pub(crate) async fn tell(
    tx: &DatabaseTransaction,
    what: &'static str,
    about: &str,
    told: &BTreeSet<PersonId>,
    at: Timestamp,
) -> Result<Vec<Outgoing>, StoreError> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let row = |person: &PersonId| entity::ActiveModel {
        id: Set(Uuid::now_v7().to_string()),
        person: Set(person.as_str().to_owned()),
        what: Set(what.to_owned()),
        about: Set(about.to_owned()),
        at: Set(instant(at)),
        read_at: Set(None),
    };
    entity::Entity::insert_many(told.iter().map(row))
        .exec_without_returning(tx)
        .await
        .map_err(StoreError::engine("tell somebody"))?;
    let outgoing = |person: &PersonId| Outgoing {
        topic: "notify".to_owned(),
        payload: serde_json::json!({ "what": what, "id": about, "to": person.as_str() }),
    };
    Ok(told.iter().map(outgoing).collect())
}

impl Store {
    /// What was addressed to `person`, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn notices(&self, person: &PersonId, limit: u64) -> Result<Vec<Notice>, StoreError> {
        let rows = entity::Entity::find()
            .filter(Column::Person.eq(person.as_str()))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list what was addressed to somebody"))?;
        let read = |row: entity::Model| {
            let place = Place { table: "notices", row: &row.id };
            Ok(Notice {
                at: place.read("at", &row.at)?,
                read_at: place.read_option("read_at", row.read_at.as_deref())?,
                id: row.id,
                what: row.what,
                about: row.about,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// How many of them were not read.
    ///
    /// # Errors
    /// The engine's.
    pub async fn notices_unread(&self, person: &PersonId) -> Result<u64, StoreError> {
        entity::Entity::find()
            .filter(Column::Person.eq(person.as_str()))
            .filter(Column::ReadAt.is_null())
            .count(&self.core.db)
            .await
            .map_err(StoreError::engine("count what was addressed to somebody"))
    }

    /// Marks what was addressed to whoever writes as read: the notice `id`, or all of them. Somebody else's is not found.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when no such notice is unread; the engine's.
    pub async fn notices_read(&self, id: Option<String>, by: &By) -> Result<(), StoreError> {
        let (who, at) = (by.who.clone(), by.at);
        self.write(by, "notices-read", format!("{id:?}"), move |tx| {
            Box::pin(async move {
                let mut update = entity::Entity::update_many()
                    .col_expr(Column::ReadAt, Expr::value(instant(at)))
                    .filter(Column::Person.eq(who))
                    .filter(Column::ReadAt.is_null());
                if let Some(id) = &id {
                    update = update.filter(Column::Id.eq(id.as_str()));
                }
                let done = update.exec(tx).await.map_err(StoreError::engine("mark a notice as read"))?;
                match (done.rows_affected, id) {
                    (0, Some(id)) => Err(StoreError::Missing { what: "notice", id }),
                    _ => Ok(Done::default()),
                }
            })
        })
        .await
        .map(|_| ())
    }
}
