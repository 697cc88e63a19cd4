//! The register of series: the last run of the linkage and what it found, replaced as a whole. Counts and days are in
//! clear; what a series rests on, and what a run tells, is sealed record by record (`sealed_records`).

use crate::columns::{Place, count, instant};
use crate::objects::{self, Held};
use crate::write::{By, Done};
use crate::{Store, StoreError, sealed_records};
use beffroi_journal::Act;
use beffroi_model::SeriesId;
use beffroi_rights::{Kind, Object, Scope, Scoped};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, QueryOrder, QuerySelect, Statement};
use serde_json::Value;

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
        pub record: String,
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
        pub record: String,
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
    /// Null once it was erased.
    pub summary: Value,
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
    /// Whatever else the desk keeps: the evidence, the departments, the reports. It is sealed: where series are listed
    /// it is null.
    pub content: Value,
}

/// The ground on which what links reports is kept.
const LINKAGE: &str = "linkage-cpp-230-22";
/// The ground of what was made up.
const MADE_UP: &str = "synthetic";

fn basis(synthetic: bool) -> &'static str {
    if synthetic { MADE_UP } else { LINKAGE }
}

impl SeriesRow {
    /// What is noted as erased with a record of this series, so that no run makes the same one again. With a later
    /// report it is another one.
    fn mark(&self) -> String {
        format!("series/{}/{}", self.id, self.last_on)
    }

    fn write(&self, record: &str) -> Result<entity::ActiveModel, StoreError> {
        Ok(entity::ActiveModel {
            id: Set(self.id.to_string()),
            size: Set(count("size of a series", self.size)?),
            first_on: Set(self.first_on.to_string()),
            last_on: Set(self.last_on.to_string()),
            phenomenon: Set(self.phenomenon.clone()),
            loss_cents: Set(self.loss_cents),
            n_departments: Set(count("departments of a series", self.n_departments)?),
            synthetic: Set(self.synthetic),
            record: Set(record.to_owned()),
        })
    }

    fn read(row: entity::Model, content: Value) -> Result<Self, StoreError> {
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
            content,
        })
    }
}

/// The mark of the series whose record this is; nothing for the record of something else.
pub(crate) fn mark_of(record: &str) -> Option<&str> {
    record.strip_prefix("series/").and_then(|_| record.rsplit_once('/')).map(|(mark, _)| mark)
}

/// Removes the rows that rest on a record, with the facts on which rights to them depend.
pub(crate) async fn forget(tx: &DatabaseTransaction, record: &str) -> Result<(), StoreError> {
    for (sql, values) in [
        (
            "DELETE FROM objects WHERE kind = $1 AND id IN (SELECT id FROM series WHERE record = $2)",
            vec![Kind::Series.code(), record],
        ),
        ("DELETE FROM series WHERE record = $1", vec![record]),
        ("DELETE FROM series_runs WHERE record = $1", vec![record]),
    ] {
        let values = values.into_iter().map(sea_orm::Value::from);
        let ask = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        tx.execute_raw(ask).await.map_err(StoreError::engine("remove what rests on a record"))?;
    }
    Ok(())
}

/// The series that `scope` lets see.
fn seen(scope: &Scope) -> Select<entity::Entity> {
    entity::Entity::find().filter(entity::Column::Id.in_subquery(objects::visible_ids(scope)))
}

/// Rows written by one statement: nine columns each, well under the parameter limit of either database.
const CHUNK: usize = 500;

impl Store {
    /// Replaces all series by those of a run, in one transaction: readers see the old run or the new one. Each comes
    /// with the facts on which rights depend. A series whose record was erased at its term, and that holds no later
    /// report, is left out.
    ///
    /// # Errors
    /// [`StoreError::Keys`]; the engine's: then nothing changes.
    pub async fn series_replace(
        &self,
        run: SeriesRun,
        rows: Vec<(SeriesRow, Object)>,
        by: &By,
    ) -> Result<(), StoreError> {
        let doing = "replace the series";
        let entry = by.entry(Act::Combine, "series-run", &instant(run.run_at));
        let content = format!("{run:?} {}", rows.len());
        let keys = self.core.keys.as_ref();
        let (mut lines, mut guards, mut records) = (Vec::new(), Vec::new(), Vec::new());
        let made_up = !rows.is_empty() && rows.iter().all(|(row, _)| row.synthetic);
        for (row, guard) in rows {
            let mark = row.mark();
            if keys.is_erased(&mark)? {
                continue;
            }
            let name = format!("{mark}/{}", instant(run.run_at));
            records.push(sealed_records::seal(keys, &name, basis(row.synthetic), row.last_on, &row.content)?);
            lines.push(row.write(&name)?);
            guards.push(guard);
        }
        let name = format!("series-run/{}", instant(run.run_at));
        let day = run.run_at.to_zoned(TimeZone::UTC).date();
        records.push(sealed_records::seal(keys, &name, basis(made_up), day, &run.summary)?);
        self.write(by, "series-replace", content, move |tx| {
            Box::pin(async move {
                sealed_records::clear(tx, "series").await?;
                sealed_records::clear(tx, "series_runs").await?;
                entity::Entity::delete_many().exec(tx).await.map_err(StoreError::engine(doing))?;
                run_entity::Entity::delete_many().exec(tx).await.map_err(StoreError::engine(doing))?;
                objects::clear(tx, Kind::Series).await?;
                sealed_records::put(tx, records).await?;
                let mut lines = lines.into_iter();
                loop {
                    let chunk: Vec<_> = lines.by_ref().take(CHUNK).collect();
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
                    record: Set(name),
                };
                run_entity::Entity::insert(run).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Notes every record of the last run as erased, so that none opens again from whatever copy; gives how many. The
    /// rows stay until the next run replaces them, and their contents are gone. For when reports that they rest on were
    /// erased.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Keys`]: then it is to be asked again.
    pub async fn series_erase_records(&self, by: &By) -> Result<u64, StoreError> {
        let doing = "list the records of series";
        let sql = "SELECT record FROM series UNION ALL SELECT record FROM series_runs";
        let ask = Statement::from_string(self.core.db.get_database_backend(), sql);
        let rows = self.core.db.query_all_raw(ask).await.map_err(StoreError::engine(doing))?;
        let names = rows.iter().map(|row| row.try_get::<String>("", "record"));
        let names = names.collect::<Result<Vec<_>, _>>().map_err(StoreError::engine(doing))?;
        self.upkeep_note(Act::Erase, "series-run", "records", by).await?;
        self.core.keys.erase(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
        Ok(names.len() as u64)
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
        objects::held(&self.core.db, scope, id.as_str(), self.whole(row).await?).await
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
        rows.into_iter().map(|row| SeriesRow::read(row, Value::Null)).collect()
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
        self.whole(row).await
    }

    /// A series with its content; none when its record was erased.
    async fn whole(&self, row: Option<entity::Model>) -> Result<Option<SeriesRow>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let content = sealed_records::open(&self.core, &row.record).await?;
        content.map(|content| SeriesRow::read(row, content)).transpose()
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
        let Some(row) = row else { return Ok(None) };
        let summary = sealed_records::open(&self.core, &row.record).await?;
        let place = Place { table: "series_runs", row: &row.run_at };
        Ok(Some(SeriesRun {
            run_at: place.read("run_at", &row.run_at)?,
            snapshot: place.count("snapshot", row.snapshot)?,
            max_degree: place.count("max_degree", row.max_degree)?,
            summary: summary.unwrap_or_default(),
            who: row.who,
        }))
    }
}
