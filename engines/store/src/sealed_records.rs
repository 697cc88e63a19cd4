//! Records sealed under a key of their own: the one place where they are sealed, opened and let go. A row of a register
//! keeps in clear what lists and filters need, and the name of its record; without the key that the record's own key is
//! wrapped under, and once the record was erased, there is only the row.

use crate::StoreError;
use crate::columns::Place;
use crate::store::Core;
use beffroi_journal::{from_base64, to_base64};
use beffroi_ports::{Keys, KeysError, Sealed};
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, Statement};
use serde_json::Value;
use zeroize::Zeroizing;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sealed_records")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub basis: String,
        pub starts_on: String,
        pub wrapped: String,
        pub ciphertext: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A sealed record, to be put down.
#[derive(Debug)]
pub(crate) struct Record(entity::ActiveModel);

/// Records written by one statement.
const CHUNK: usize = 500;

/// Seals `content` as the record `name`, kept on the ground `basis` from the day `starts_on`.
pub(crate) fn seal(
    keys: &dyn Keys,
    name: &str,
    basis: &str,
    starts_on: Date,
    content: &Value,
) -> Result<Record, StoreError> {
    let plain = Zeroizing::new(content.to_string().into_bytes());
    let sealed = keys.seal(name, &plain)?;
    Ok(Record(entity::ActiveModel {
        name: Set(name.to_owned()),
        basis: Set(basis.to_owned()),
        starts_on: Set(starts_on.to_string()),
        wrapped: Set(to_base64(&sealed.wrapped)),
        ciphertext: Set(to_base64(&sealed.ciphertext)),
    }))
}

/// Puts records down.
pub(crate) async fn put(tx: &DatabaseTransaction, records: Vec<Record>) -> Result<(), StoreError> {
    let mut records = records.into_iter().map(|record| record.0);
    loop {
        let chunk: Vec<_> = records.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(());
        }
        let done = entity::Entity::insert_many(chunk).exec_without_returning(tx).await;
        done.map_err(StoreError::engine("keep sealed records"))?;
    }
}

/// Removes the records that the column `record` of a register names.
pub(crate) async fn clear(tx: &DatabaseTransaction, register: &'static str) -> Result<(), StoreError> {
    let sql = format!("DELETE FROM sealed_records WHERE name IN (SELECT record FROM {register})");
    let ask = Statement::from_string(tx.get_database_backend(), sql);
    tx.execute_raw(ask).await.map(drop).map_err(StoreError::engine("remove sealed records"))
}

/// Removes one record; its name is noted as erased before ([`Keys::erase`]).
pub(crate) async fn remove(tx: &DatabaseTransaction, name: &str) -> Result<(), StoreError> {
    let gone = entity::Entity::delete_by_id(name.to_owned()).exec(tx).await;
    gone.map(drop).map_err(StoreError::engine("remove a sealed record"))
}

/// Opens a record; nothing when it was erased, or was replaced since its row was read.
pub(crate) async fn open(core: &Core, name: &str) -> Result<Option<Value>, StoreError> {
    let row = entity::Entity::find_by_id(name).one(&core.db).await;
    let Some(row) = row.map_err(StoreError::engine("read a sealed record"))? else { return Ok(None) };
    let place = Place { table: "sealed_records", row: name };
    let sealed = Sealed {
        wrapped: from_base64(&row.wrapped).ok_or_else(|| place.wrong("wrapped"))?,
        ciphertext: from_base64(&row.ciphertext).ok_or_else(|| place.wrong("ciphertext"))?,
    };
    let plain = match core.keys.open(name, &sealed) {
        Ok(plain) => plain,
        Err(KeysError::Destroyed { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    serde_json::from_slice(&plain).map(Some).map_err(|_| place.wrong("ciphertext"))
}
