//! The register of built annual reports.

use crate::columns::{Place, count, instant};
use crate::write::{By, Done};
use crate::{Store, StoreError, objects};
use beffroi_journal::Act;
use beffroi_rights::{Object, Scope};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ExprTrait, QueryOrder};

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
    /// Notes a build; a later build of the same year replaces it. `guard`: the facts on which rights depend.
    ///
    /// # Errors
    /// The engine's.
    pub async fn report_put(&self, build: ReportBuild, guard: Object, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Alter, "annual-report", &build.year.to_string());
        self.write(by, "report-put", format!("{build:?} {guard:?}"), move |tx| {
            Box::pin(async move {
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
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine("note a report"))?;
                objects::put(tx, &guard).await?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// The years whose last build `scope` lets see, the latest first.
    ///
    /// # Errors
    /// As [`Store::report_list`].
    pub async fn report_visible(&self, scope: &Scope) -> Result<Vec<ReportBuild>, StoreError> {
        let visible = objects::visible_ids(scope);
        let rows = entity::Entity::find()
            .filter(Expr::col(entity::Column::Year).cast_as("text").in_subquery(visible))
            .order_by_desc(entity::Column::Year)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list reports"))?;
        rows.into_iter().map(read).collect()
    }

    /// Every year's last build, the latest year first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn report_list(&self) -> Result<Vec<ReportBuild>, StoreError> {
        let rows = entity::Entity::find()
            .order_by_desc(entity::Column::Year)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list reports"))?;
        rows.into_iter().map(read).collect()
    }
}

fn read(row: entity::Model) -> Result<ReportBuild, StoreError> {
    let key = row.year.to_string();
    let place = Place { table: "report_builds", row: &key };
    Ok(ReportBuild {
        year: place.read("year", &key)?,
        snapshot: place.count("snapshot", row.snapshot)?,
        built_at: place.read("built_at", &row.built_at)?,
        folder: row.folder,
    })
}
