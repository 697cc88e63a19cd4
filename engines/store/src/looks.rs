//! When each person last looked at what is new: one instant a person, written when the person says so.

use crate::columns::{Place, instant};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_rights::PersonId;
use jiff::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "looks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: String,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

impl Store {
    /// When `person` last looked at what is new; none before the first time.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn looked_at(&self, person: &PersonId) -> Result<Option<Timestamp>, StoreError> {
        let row = entity::Entity::find_by_id(person.as_str().to_owned()).one(&self.core.db).await;
        let row = row.map_err(StoreError::engine("read when somebody last looked"))?;
        let place = Place { table: "looks", row: person.as_str() };
        row.map(|row| place.read("at", &row.at)).transpose()
    }

    /// Notes that whoever writes has seen what was new at `at`; an earlier instant than the one noted changes nothing.
    ///
    /// # Errors
    /// The engine's.
    pub async fn looked(&self, at: Timestamp, by: &By) -> Result<(), StoreError> {
        let person = by.who.clone();
        self.write(by, "looked", format!("{person} {at}"), move |tx| {
            Box::pin(async move {
                let known = entity::Entity::find_by_id(person.clone()).one(tx).await;
                let known = known.map_err(StoreError::engine("read when somebody last looked"))?;
                if known.is_some_and(|row| row.at >= instant(at)) {
                    return Ok(Done::default());
                }
                entity::Entity::insert(entity::ActiveModel { person: Set(person), at: Set(instant(at)) })
                    .on_conflict(OnConflict::column(Column::Person).update_column(Column::At).to_owned())
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine("note that somebody looked"))?;
                Ok(Done::default())
            })
        })
        .await
        .map(|_| ())
    }
}
