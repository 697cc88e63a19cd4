//! Work that falls due by itself: one row a job, with when it is due, who does it until when, and how the last time
//! ended. A job whose worker died is taken up again when its lease ends.

use crate::columns::{Place, instant};
use crate::error::cut;
use crate::write::{By, Done};
use crate::{Store, StoreError};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, OnConflict};
use sea_orm::{ActiveValue::Set, ExprTrait, QueryOrder};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "jobs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub due_at: String,
        pub leased_by: Option<String>,
        pub lease_until: Option<String>,
        pub attempts: i64,
        pub done_at: Option<String>,
        pub fault: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// When it is due.
    pub due_at: Timestamp,
    /// Until when somebody is at it.
    pub lease_until: Option<Timestamp>,
    /// How often it failed since it last ended well.
    pub attempts: u32,
    /// When it last ended well.
    pub done_at: Option<Timestamp>,
    /// Why it last failed, when it failed since.
    pub fault: Option<String>,
}

impl Job {
    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let place = Place { table: "jobs", row: &row.name };
        Ok(Self {
            due_at: place.read("due_at", &row.due_at)?,
            lease_until: place.read_option("lease_until", row.lease_until.as_deref())?,
            attempts: u32::try_from(row.attempts).map_err(|_| place.wrong("attempts"))?,
            done_at: place.read_option("done_at", row.done_at.as_deref())?,
            name: row.name,
            fault: row.fault,
        })
    }
}

impl Store {
    /// Makes a job due at `due_at`, unless there is one of that name.
    ///
    /// # Errors
    /// The engine's.
    pub async fn job_make(&self, name: &str, due_at: Timestamp, by: &By) -> Result<(), StoreError> {
        let name = name.to_owned();
        self.write(by, "job-make", format!("{name} {due_at}"), move |tx| {
            Box::pin(async move {
                let row = entity::ActiveModel {
                    name: Set(name),
                    due_at: Set(instant(due_at)),
                    leased_by: Set(None),
                    lease_until: Set(None),
                    attempts: Set(0),
                    done_at: Set(None),
                    fault: Set(None),
                };
                entity::Entity::insert(row)
                    .on_conflict(OnConflict::column(Column::Name).do_nothing().to_owned())
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine("make a job"))?;
                Ok(Done::default())
            })
        })
        .await
        .map(|_| ())
    }

    /// Takes the job `name` for the worker `who` until `until`; nothing when it is not due, or somebody else is at it.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn job_take(&self, name: &str, who: &str, until: Timestamp, by: &By) -> Result<Option<Job>, StoreError> {
        let (now, worker, wanted) = (by.at, who.to_owned(), name.to_owned());
        let taken = self
            .write(by, "job-take", format!("{name} {who}"), move |tx| {
                Box::pin(async move {
                    let free =
                        Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lt(instant(now)));
                    let done = entity::Entity::update_many()
                        .col_expr(Column::LeasedBy, Expr::value(worker))
                        .col_expr(Column::LeaseUntil, Expr::value(instant(until)))
                        .filter(Column::Name.eq(wanted))
                        .filter(Column::DueAt.lte(instant(now)))
                        .filter(free)
                        .exec(tx)
                        .await
                        .map_err(StoreError::engine("take a job"))?;
                    Ok(Done::default().telling(done.rows_affected > 0))
                })
            })
            .await?;
        if taken.as_bool() != Some(true) {
            return Ok(None);
        }
        let row = entity::Entity::find_by_id(name.to_owned()).one(&self.core.db).await;
        row.map_err(StoreError::engine("read a job"))?.map(Job::read).transpose()
    }

    /// Ends what `who` did of the job `name`: it is due again at `next`. `fault`: why it failed.
    ///
    /// # Errors
    /// The engine's.
    pub async fn job_end(
        &self,
        name: &str,
        who: &str,
        next: Timestamp,
        fault: Option<&str>,
        by: &By,
    ) -> Result<(), StoreError> {
        let (at, name, worker) = (by.at, name.to_owned(), who.to_owned());
        let fault = fault.map(|why| cut(why, 300));
        self.write(by, "job-end", format!("{name} {next} {fault:?}"), move |tx| {
            Box::pin(async move {
                let mut update = entity::Entity::update_many()
                    .col_expr(Column::DueAt, Expr::value(instant(next)))
                    .col_expr(Column::LeasedBy, Expr::value(None::<String>))
                    .col_expr(Column::LeaseUntil, Expr::value(None::<String>))
                    .col_expr(Column::Fault, Expr::value(fault.clone()));
                update = match fault {
                    Some(_) => update.col_expr(Column::Attempts, ExprTrait::add(Expr::col(Column::Attempts), 1)),
                    None => update
                        .col_expr(Column::Attempts, Expr::value(0_i64))
                        .col_expr(Column::DoneAt, Expr::value(instant(at))),
                };
                // Whoever's lease ended while at it has nothing more to say.
                update
                    .filter(Column::Name.eq(name))
                    .filter(Column::LeasedBy.eq(worker))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine("end a job"))?;
                Ok(Done::default())
            })
        })
        .await
        .map(|_| ())
    }

    /// Every job, the first due first.
    ///
    /// # Errors
    /// As [`Store::job_take`].
    pub async fn jobs(&self) -> Result<Vec<Job>, StoreError> {
        let rows =
            entity::Entity::find().order_by_asc(Column::DueAt).order_by_asc(Column::Name).all(&self.core.db).await;
        rows.map_err(StoreError::engine("list jobs"))?.into_iter().map(Job::read).collect()
    }
}
