//! The register of series: the last run of the linkage and what it found, replaced as a whole.

use crate::columns::{Place, count, instant};
use crate::objects::{self, Held};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use beffroi_model::SeriesId;
use beffroi_rights::{Kind, Object, Scope, Scoped};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "series")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub size: i64,
        pub first_on: String,
        pub last_on: String,
        pub phenomenon: Option<String>,
        pub loss_cents: i64,
        pub n_departments: i64,
        pub synthetic: bool,
        pub content: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod run_entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "series_runs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub run_at: String,
        pub who: String,
        pub snapshot: i64,
        pub max_degree: i64,
        pub summary: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One run of the linkage.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRun {
    /// When it ran.
    pub run_at: Timestamp,
    /// Who ran it.
    pub who: String,
    /// The snapshot of the lake it read.
    pub snapshot: u64,
    /// The number of reports above which an observable no longer links.
    pub max_degree: u64,
    /// What the desk says of the run: reports read, hubs set aside…
    pub summary: serde_json::Value,
}

/// One series of linked reports.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesRow {
    /// Its identifier.
    pub id: SeriesId,
    /// Reports in it.
    pub size: u64,
    /// Day of its first report.
    pub first_on: Date,
    /// Day of its last report.
    pub last_on: Date,
    /// The phenomenon most of its reports carry.
    pub phenomenon: Option<String>,
    /// Sum of the known losses, in euro cents.
    pub loss_cents: i64,
    /// Departments its reports come from.
    pub n_departments: u64,
    /// Whether some of its reports were made by a generator.
    pub synthetic: bool,
    /// Whatever else the desk keeps: the evidence, the departments, the reports.
    pub content: serde_json::Value,
}

impl SeriesRow {
    fn write(self) -> Result<entity::ActiveModel, StoreError> {
        Ok(entity::ActiveModel {
            id: Set(self.id.to_string()),
            size: Set(count("size of a series", self.size)?),
            first_on: Set(self.first_on.to_string()),
            last_on: Set(self.last_on.to_string()),
            phenomenon: Set(self.phenomenon),
            loss_cents: Set(self.loss_cents),
            n_departments: Set(count("departments of a series", self.n_departments)?),
            synthetic: Set(self.synthetic),
            content: Set(self.content.to_string()),
        })
    }

    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let key = row.id.clone();
        let place = Place { table: "series", row: &key };
        Ok(Self {
            id: place.read("id", &row.id)?,
            size: place.count("size", row.size)?,
            first_on: place.read("first_on", &row.first_on)?,
            last_on: place.read("last_on", &row.last_on)?,
            phenomenon: row.phenomenon,
            loss_cents: row.loss_cents,
            n_departments: place.count("n_departments", row.n_departments)?,
            synthetic: row.synthetic,
            content: place.json("content", &row.content)?,
        })
    }
}

/// The series that `scope` lets see.
fn seen(scope: &Scope) -> Select<entity::Entity> {
    entity::Entity::find().filter(entity::Column::Id.in_subquery(objects::visible_ids(scope)))
}

/// Rows written by one statement: nine columns each, well under the parameter limit of either database.
const CHUNK: usize = 500;

impl Store {
    /// Replaces all series by those of a run, in one transaction: readers see the old run or the new one. Each comes
    /// with the facts on which rights depend.
    ///
    /// # Errors
    /// The engine's: then nothing changes.
    pub async fn series_replace(
        &self,
        run: SeriesRun,
        rows: Vec<(SeriesRow, Object)>,
        by: &By,
    ) -> Result<(), StoreError> {
        let doing = "replace the series";
        let entry = by.entry(Act::Combine, "series-run", &instant(run.run_at));
        let content = format!("{run:?} {}", rows.len());
        self.write(by, "series-replace", content, move |tx| {
            Box::pin(async move {
                entity::Entity::delete_many().exec(tx).await.map_err(StoreError::engine(doing))?;
                run_entity::Entity::delete_many().exec(tx).await.map_err(StoreError::engine(doing))?;
                objects::clear(tx, Kind::Series).await?;
                let (rows, guards): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
                let mut rows = rows.into_iter();
                loop {
                    let chunk = rows.by_ref().take(CHUNK).map(SeriesRow::write).collect::<Result<Vec<_>, _>>()?;
                    if chunk.is_empty() {
                        break;
                    }
                    entity::Entity::insert_many(chunk)
                        .exec_without_returning(tx)
                        .await
                        .map_err(StoreError::engine(doing))?;
                }
                objects::put_new(tx, &guards).await?;
                let run = run_entity::ActiveModel {
                    run_at: Set(instant(run.run_at)),
                    who: Set(run.who),
                    snapshot: Set(count("snapshot of a run", run.snapshot)?),
                    max_degree: Set(count("degree of a run", run.max_degree)?),
                    summary: Set(run.summary.to_string()),
                };
                run_entity::Entity::insert(run).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Series that `scope` lets see, from the `offset`-th on, in the order of [`Store::series_list`].
    ///
    /// # Errors
    /// As [`Store::series_list`].
    pub async fn series_visible(&self, scope: &Scope, limit: u64, offset: u64) -> Result<Vec<SeriesRow>, StoreError> {
        self.series_page(seen(scope), limit, offset).await
    }

    /// How many series `scope` lets see.
    ///
    /// # Errors
    /// The engine's.
    pub async fn series_visible_count(&self, scope: &Scope) -> Result<u64, StoreError> {
        seen(scope).count(&self.core.db).await.map_err(StoreError::engine("count series"))
    }

    /// One series, through `scope`: nothing both when there is none and when it is not in the scope.
    ///
    /// # Errors
    /// As [`Store::series_fetch`].
    pub async fn series_get(
        &self,
        scope: &Scope,
        id: &SeriesId,
    ) -> Result<Option<Scoped<Held<SeriesRow>>>, StoreError> {
        let row = entity::Entity::find_by_id(id.to_string())
            .filter(entity::Column::Id.in_subquery(objects::visible_ids(scope)))
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read a series"))?;
        let row = row.map(SeriesRow::read).transpose()?;
        objects::held(&self.core.db, scope, id.as_str(), row).await
    }

    /// Series from the `offset`-th on, the largest first (then the most recent, then by identifier).
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn series_list(&self, limit: u64, offset: u64) -> Result<Vec<SeriesRow>, StoreError> {
        self.series_page(entity::Entity::find(), limit, offset).await
    }

    /// A page of those found, in the one order there is.
    async fn series_page(
        &self,
        found: Select<entity::Entity>,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<SeriesRow>, StoreError> {
        let rows = found
            .order_by_desc(entity::Column::Size)
            .order_by_desc(entity::Column::LastOn)
            .order_by_asc(entity::Column::Id)
            .limit(limit)
            .offset(offset)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list series"))?;
        rows.into_iter().map(SeriesRow::read).collect()
    }

    /// How many series there are.
    ///
    /// # Errors
    /// The engine's.
    pub async fn series_count(&self) -> Result<u64, StoreError> {
        entity::Entity::find().count(&self.core.db).await.map_err(StoreError::engine("count series"))
    }

    /// One series.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn series_fetch(&self, id: &SeriesId) -> Result<Option<SeriesRow>, StoreError> {
        let row = entity::Entity::find_by_id(id.to_string())
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read a series"))?;
        row.map(SeriesRow::read).transpose()
    }

    /// The run the series come from; none before the first run.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn series_run(&self) -> Result<Option<SeriesRun>, StoreError> {
        let row = run_entity::Entity::find()
            .order_by_desc(run_entity::Column::RunAt)
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read the run of the series"))?;
        row.map(|row| {
            let key = row.run_at.clone();
            let place = Place { table: "series_runs", row: &key };
            Ok(SeriesRun {
                run_at: place.read("run_at", &row.run_at)?,
                who: row.who,
                snapshot: place.count("snapshot", row.snapshot)?,
                max_degree: place.count("max_degree", row.max_degree)?,
                summary: place.json("summary", &row.summary)?,
            })
        })
        .transpose()
    }
}
