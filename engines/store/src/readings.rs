//! Who read which version of a flash, and what came back from them.

use crate::columns::{Place, count, instant};
use crate::handovers::{self, Dispatch};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use beffroi_model::AlertRef;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, ExprTrait, QueryOrder};
use uuid::Uuid;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "readings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub alert: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub recipient: String,
        pub sent_at: String,
        pub exercise: bool,
        pub read_at: Option<String>,
        pub how: Option<String>,
        pub n_reminders: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

mod returned {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "returns")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub alert: String,
        pub version: i64,
        pub recipient: String,
        pub kind: String,
        pub n_cases: i64,
        pub said: String,
        pub at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// That a version of a flash waits to be read by a recipient, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingRow {
    /// The flash.
    pub alert: AlertRef,
    /// Its version.
    pub version: u32,
    /// The recipient.
    pub recipient: String,
    /// When it was queued for it.
    pub sent_at: Timestamp,
    /// Of an exercise.
    pub exercise: bool,
    /// When the recipient said that it was read.
    pub read_at: Option<Timestamp>,
    /// By what: the link of a mail, an account.
    pub how: Option<String>,
    /// How often it was reminded.
    pub n_reminders: u32,
}

/// What a recipient sent back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnRow {
    /// The flash.
    pub alert: AlertRef,
    /// The version it is about.
    pub version: u32,
    /// Who.
    pub recipient: String,
    /// What kind of return, as the desk names it.
    pub kind: String,
    /// How many cases were seen.
    pub n_cases: u64,
    /// In words.
    pub said: String,
    /// When.
    pub at: Timestamp,
}

/// Rows written by one statement: eight columns each.
const CHUNK: usize = 500;

/// Puts down who is to read. Who is waited for, or has read, already stays as it is.
pub(crate) async fn put(tx: &DatabaseTransaction, rows: &[ReadingRow]) -> Result<(), StoreError> {
    let write = |row: &ReadingRow| entity::ActiveModel {
        alert: Set(row.alert.to_string()),
        version: Set(i64::from(row.version)),
        recipient: Set(row.recipient.clone()),
        sent_at: Set(instant(row.sent_at)),
        exercise: Set(row.exercise),
        read_at: Set(row.read_at.map(instant)),
        how: Set(row.how.clone()),
        n_reminders: Set(i64::from(row.n_reminders)),
    };
    for chunk in rows.chunks(CHUNK) {
        entity::Entity::insert_many(chunk.iter().map(write))
            .on_conflict(
                OnConflict::columns([Column::Alert, Column::Version, Column::Recipient]).do_nothing().to_owned(),
            )
            .exec_without_returning(tx)
            .await
            .map_err(StoreError::engine("put down who is to read"))?;
    }
    Ok(())
}

impl Store {
    /// Notes that a version was read by a recipient; false when it was noted before, or was never sent to it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn reading_done(
        &self,
        alert: &AlertRef,
        version: u32,
        recipient: &str,
        how: &str,
        by: &By,
    ) -> Result<bool, StoreError> {
        let (at, how) = (by.at, how.to_owned());
        let entry = by.entry(Act::Alter, "alert", &format!("{alert}@{version}"));
        let (alert, recipient) = (alert.to_string(), recipient.to_owned());
        let content = format!("{alert} {version} {recipient}");
        self.write(by, "reading-done", content, move |tx| {
            Box::pin(async move {
                let done = entity::Entity::update_many()
                    .col_expr(Column::ReadAt, Expr::value(instant(at)))
                    .col_expr(Column::How, Expr::value(how))
                    .filter(Column::Alert.eq(alert))
                    .filter(Column::Version.eq(i64::from(version)))
                    .filter(Column::Recipient.eq(recipient))
                    .filter(Column::ReadAt.is_null())
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine("note that a flash was read"))?;
                let is_new = done.rows_affected > 0;
                let entries = if is_new { vec![entry] } else { Vec::new() };
                Ok(Done { entries, ..Done::default() }.telling(is_new))
            })
        })
        .await
        .map(|told| told.as_bool().unwrap_or(false))
    }

    /// Who is waited for or has read, the latest sent first; of one flash when one is named.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn readings(&self, alert: Option<&AlertRef>) -> Result<Vec<ReadingRow>, StoreError> {
        let mut found = entity::Entity::find()
            .order_by_desc(Column::SentAt)
            .order_by_asc(Column::Alert)
            .order_by_asc(Column::Recipient);
        if let Some(alert) = alert {
            found = found.filter(Column::Alert.eq(alert.as_str()));
        }
        let rows = found.all(&self.core.db).await.map_err(StoreError::engine("list who read"))?;
        rows.into_iter().map(read).collect()
    }

    /// Who has not read.
    ///
    /// # Errors
    /// As [`Store::readings`].
    pub async fn readings_open(&self) -> Result<Vec<ReadingRow>, StoreError> {
        let found = entity::Entity::find().filter(Column::ReadAt.is_null()).order_by_asc(Column::SentAt);
        let rows = found.all(&self.core.db).await.map_err(StoreError::engine("list who has not read"))?;
        rows.into_iter().map(read).collect()
    }

    /// Queues reminders and counts each of them with whom it reminds.
    ///
    /// # Errors
    /// The engine's: then nothing is queued.
    pub async fn post_remind(&self, dispatch: Dispatch, by: &By) -> Result<u64, StoreError> {
        let entries = dispatch.entries(by);
        self.write(by, "post-remind", format!("{dispatch:?}"), move |tx| {
            Box::pin(async move {
                let n = handovers::queue(tx, &dispatch).await?;
                for row in dispatch.handovers {
                    entity::Entity::update_many()
                        .col_expr(Column::NReminders, ExprTrait::add(Expr::col(Column::NReminders), 1))
                        .filter(Column::Alert.eq(row.alert.as_str()))
                        .filter(Column::Version.eq(i64::from(row.version)))
                        .filter(Column::Recipient.eq(row.recipient))
                        .exec(tx)
                        .await
                        .map_err(StoreError::engine("count a reminder"))?;
                }
                let entries = if n > 0 { entries } else { Vec::new() };
                Ok(Done { entries, ..Done::default() }.telling(n))
            })
        })
        .await
        .map(|told| told.as_u64().unwrap_or(0))
    }

    /// Keeps what a recipient sent back.
    ///
    /// # Errors
    /// The engine's.
    pub async fn return_put(&self, row: ReturnRow, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Collect, "alert", &format!("{}@{}", row.alert, row.version));
        self.write(by, "return-put", format!("{row:?}"), move |tx| {
            Box::pin(async move {
                let model = returned::ActiveModel {
                    id: Set(Uuid::now_v7().to_string()),
                    alert: Set(row.alert.to_string()),
                    version: Set(i64::from(row.version)),
                    recipient: Set(row.recipient),
                    kind: Set(row.kind),
                    n_cases: Set(count("cases of a return", row.n_cases)?),
                    said: Set(row.said),
                    at: Set(instant(row.at)),
                };
                let kept = returned::Entity::insert(model).exec_without_returning(tx).await;
                kept.map_err(StoreError::engine("keep what came back"))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// What came back, the latest first; on one flash when one is named.
    ///
    /// # Errors
    /// As [`Store::readings`].
    pub async fn returns(&self, alert: Option<&AlertRef>) -> Result<Vec<ReturnRow>, StoreError> {
        let mut found =
            returned::Entity::find().order_by_desc(returned::Column::At).order_by_desc(returned::Column::Id);
        if let Some(alert) = alert {
            found = found.filter(returned::Column::Alert.eq(alert.as_str()));
        }
        let rows = found.all(&self.core.db).await.map_err(StoreError::engine("list what came back"))?;
        let read = |row: returned::Model| {
            let place = Place { table: "returns", row: &row.id };
            Ok(ReturnRow {
                alert: place.read("alert", &row.alert)?,
                version: u32::try_from(row.version).map_err(|_| place.wrong("version"))?,
                n_cases: place.count("n_cases", row.n_cases)?,
                at: place.read("at", &row.at)?,
                recipient: row.recipient,
                kind: row.kind,
                said: row.said,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

fn read(row: entity::Model) -> Result<ReadingRow, StoreError> {
    let place = Place { table: "readings", row: &row.alert };
    let number = |column, value: i64| u32::try_from(value).map_err(|_| place.wrong(column));
    Ok(ReadingRow {
        alert: place.read("alert", &row.alert)?,
        version: number("version", row.version)?,
        sent_at: place.read("sent_at", &row.sent_at)?,
        read_at: place.read_option("read_at", row.read_at.as_deref())?,
        n_reminders: number("n_reminders", row.n_reminders)?,
        recipient: row.recipient,
        exercise: row.exercise,
        how: row.how,
    })
}
