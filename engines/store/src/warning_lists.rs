//! The register of warning lists: values that are no indicators, as they were brought. A new version takes the place of
//! the one before; the journal keeps both names.

use crate::columns::{Place, count, instant};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, QueryOrder};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "warning_lists")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub version: String,
        pub n_entries: i64,
        pub brought_at: String,
        pub brought_by: String,
        pub content: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A warning list that was brought.
#[derive(Debug, Clone, PartialEq)]
pub struct WarningListRow {
    /// Its name.
    pub name: String,
    /// Its version, as its publisher counts.
    pub version: String,
    /// How many entries it has.
    pub n_entries: u64,
    /// When it was brought.
    pub brought_at: Timestamp,
    /// By whom.
    pub brought_by: String,
    /// The list, as its room writes it.
    pub content: serde_json::Value,
}

impl Store {
    /// Keeps a list, in the place of the one of that name.
    ///
    /// # Errors
    /// The engine's.
    pub async fn warning_list_put(&self, row: WarningListRow, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Collect, "warning-list", &format!("{}@{}", row.name, row.version));
        self.write(by, "warning-list-put", format!("{row:?}"), move |tx| {
            Box::pin(async move {
                let model = entity::ActiveModel {
                    name: Set(row.name),
                    version: Set(row.version),
                    n_entries: Set(count("entries of a warning list", row.n_entries)?),
                    brought_at: Set(instant(row.brought_at)),
                    brought_by: Set(row.brought_by),
                    content: Set(row.content.to_string()),
                };
                let columns = [
                    entity::Column::Version,
                    entity::Column::NEntries,
                    entity::Column::BroughtAt,
                    entity::Column::BroughtBy,
                    entity::Column::Content,
                ];
                entity::Entity::insert(model)
                    .on_conflict(OnConflict::column(entity::Column::Name).update_columns(columns).to_owned())
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine("keep a warning list"))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Every list that was brought, by name.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn warning_lists(&self) -> Result<Vec<WarningListRow>, StoreError> {
        let rows = entity::Entity::find()
            .order_by_asc(entity::Column::Name)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list warning lists"))?;
        rows.into_iter().map(read).collect()
    }
}

fn read(row: entity::Model) -> Result<WarningListRow, StoreError> {
    let place = Place { table: "warning_lists", row: &row.name };
    Ok(WarningListRow {
        n_entries: place.count("n_entries", row.n_entries)?,
        brought_at: place.read("brought_at", &row.brought_at)?,
        content: place.json("content", &row.content)?,
        name: row.name,
        version: row.version,
        brought_by: row.brought_by,
    })
}
