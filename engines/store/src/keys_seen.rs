//! The keys under which writes came: a write that comes again is answered as the first time and done once.

use crate::StoreError;
use crate::columns::instant;
use crate::write::Note;
use jiff::SignedDuration;
use sea_orm::ActiveValue::Set;
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use serde_json::Value;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "write_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub write_key: String,
        pub digest: String,
        pub told: String,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// For how long a key may come back.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 7);
/// One write in so many clears the keys that are too old.
const CLEARED_EVERY: u8 = 64;

/// What the write of this key told, when it was done before.
pub(crate) async fn find(tx: &impl ConnectionTrait, note: &Note) -> Result<Option<Value>, StoreError> {
    let doing = "look for the key of a write";
    let key = note.key.to_string();
    let row = entity::Entity::find_by_id(&key).one(tx).await.map_err(StoreError::engine(doing))?;
    let Some(row) = row else { return Ok(None) };
    if row.digest != note.digest {
        let reason = "it came before with another write: draw a new one".to_owned();
        return Err(StoreError::Refused { what: "key of a write", reason });
    }
    let wrong = |_| StoreError::Inconsistent { table: "write_keys", column: "told", row: key.clone() };
    serde_json::from_str(&row.told).map(Some).map_err(wrong)
}

/// Keeps what the write told.
pub(crate) async fn keep(tx: &DatabaseTransaction, note: &Note, told: &Value) -> Result<(), StoreError> {
    let doing = "keep the key of a write";
    let row = entity::ActiveModel {
        write_key: Set(note.key.to_string()),
        digest: Set(note.digest.clone()),
        told: Set(told.to_string()),
        at: Set(instant(note.at)),
    };
    entity::Entity::insert(row).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
    // The digest is as good as a die.
    let first = u8::from_str_radix(note.digest.get(..2).unwrap_or("00"), 16).unwrap_or(0);
    if first % CLEARED_EVERY == 0 {
        let oldest = note.at.checked_sub(KEPT).unwrap_or(jiff::Timestamp::MIN);
        entity::Entity::delete_many()
            .filter(entity::Column::At.lt(instant(oldest)))
            .exec(tx)
            .await
            .map_err(StoreError::engine(doing))?;
    }
    Ok(())
}
