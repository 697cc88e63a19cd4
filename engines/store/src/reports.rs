//! The register of built annual reports.

use crate::columns::{Place, count, instant};
use crate::store::commit;
use crate::{Store, StoreError, journal};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, QueryOrder};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "report_builds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub year: i32,
        pub snapshot: i64,
        pub built_at: String,
        pub folder: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The last build of one year's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportBuild {
    /// The year it tells of.
    pub year: i16,
    /// The snapshot of the lake it was built from.
    pub snapshot: u64,
    /// When it was built.
    pub built_at: Timestamp,
    /// Where its files lie, relative to the data folder when they are in it.
    pub folder: String,
}

impl Store {
    /// Notes a build; a later build of the same year replaces it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn report_put(&self, build: ReportBuild, who: &str) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let (year, at) = (build.year, build.built_at);
        let model = entity::ActiveModel {
            year: Set(i32::from(build.year)),
            snapshot: Set(count("snapshot of a report", build.snapshot)?),
            built_at: Set(instant(build.built_at)),
            folder: Set(build.folder),
        };
        let replace = OnConflict::column(entity::Column::Year)
            .update_columns([entity::Column::Snapshot, entity::Column::BuiltAt, entity::Column::Folder])
            .to_owned();
        entity::Entity::insert(model)
            .on_conflict(replace)
            .exec_without_returning(&tx)
            .await
            .map_err(StoreError::engine("note a report"))?;
        journal::append(&tx, at, who, "report-put", &year.to_string()).await?;
        commit(tx).await
    }

    /// Every year's last build, the latest year first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn report_list(&self) -> Result<Vec<ReportBuild>, StoreError> {
        let rows = entity::Entity::find()
            .order_by_desc(entity::Column::Year)
            .all(&self.db)
            .await
            .map_err(StoreError::engine("list reports"))?;
        rows.into_iter()
            .map(|row| {
                let key = row.year.to_string();
                let place = Place { table: "report_builds", row: &key };
                Ok(ReportBuild {
                    year: place.read("year", &key)?,
                    snapshot: place.count("snapshot", row.snapshot)?,
                    built_at: place.read("built_at", &row.built_at)?,
                    folder: row.folder,
                })
            })
            .collect()
    }
}
