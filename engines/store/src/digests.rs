//! The queue of letters of one's day: one row for each person and day, which holds nothing of what the letter says. It
//! lives as that of handovers does: claimed, handed over, settled (`claims.rs`).

use crate::claims;
use crate::columns::{Place, instant};
use crate::digest_wishes;
use crate::handovers::{HandoverState, Settlement};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::{Act, Entry, Purpose};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "digests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub login: String,
        pub day: String,
        pub state: String,
        pub attempts: i64,
        pub queued_at: String,
        pub due_at: String,
        pub claimed_by: Option<String>,
        pub lease_until: Option<String>,
        pub ended_at: Option<String>,
        pub note: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

claims::queue!(entity::Entity, Column);

/// For how long it is remembered who was sent a letter; the journal keeps it besides.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// What the journal says a letter was handed over for.
const WHY: &str = "letter of one's day";
/// Rows written by one statement.
const CHUNK: usize = 500;

/// One letter of one's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestRow {
    /// Its number, the same each time it is made for the same person and day.
    pub id: String,
    /// Whose day.
    pub login: String,
    /// Which day, in France.
    pub day: Date,
    /// Where it stands.
    pub state: HandoverState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When it was delivered or given up.
    pub ended_at: Option<Timestamp>,
    /// What was said of it: an answer of the other side, a reason.
    pub note: Option<String>,
}

impl DigestRow {
    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let place = Place { table: "digests", row: &row.id };
        Ok(Self {
            day: place.read("day", &row.day)?,
            state: HandoverState::read(place, &row.state)?,
            attempts: u32::try_from(row.attempts).map_err(|_| place.wrong("attempts"))?,
            queued_at: place.read("queued_at", &row.queued_at)?,
            ended_at: place.read_option("ended_at", row.ended_at.as_deref())?,
            id: row.id,
            login: row.login,
            note: row.note,
        })
    }
}

/// Removes within a write what waits for a person, and what did.
pub(crate) async fn forget(tx: &DatabaseTransaction, login: &str) -> Result<(), StoreError> {
    let gone = entity::Entity::delete_many().filter(Column::Login.eq(login)).exec(tx).await;
    gone.map(drop).map_err(StoreError::engine("remove letters"))
}

impl Store {
    /// Queues the letters of `day`, by number and login; one that is there already stays as it is. Gives how many were
    /// not. What was queued more than thirty days before is forgotten.
    ///
    /// # Errors
    /// The engine's: then nothing is queued.
    pub async fn digest_queue(&self, day: Date, letters: Vec<(String, String)>, by: &By) -> Result<u64, StoreError> {
        let now = by.at;
        self.write(by, "digest-queue", format!("{day} {letters:?}"), move |tx| {
            Box::pin(async move {
                let doing = "queue letters";
                let oldest = instant(now.checked_sub(KEPT).unwrap_or(now));
                let old = entity::Entity::delete_many().filter(Column::QueuedAt.lt(oldest)).exec(tx).await;
                old.map_err(StoreError::engine(doing))?;
                let row = |(id, login): &(String, String)| entity::ActiveModel {
                    id: Set(id.clone()),
                    login: Set(login.clone()),
                    day: Set(day.to_string()),
                    state: Set(HandoverState::Queued.code().to_owned()),
                    attempts: Set(0),
                    queued_at: Set(instant(now)),
                    due_at: Set(instant(now)),
                    claimed_by: Set(None),
                    lease_until: Set(None),
                    ended_at: Set(None),
                    note: Set(None),
                };
                let mut n = 0;
                for chunk in letters.chunks(CHUNK) {
                    n += entity::Entity::insert_many(chunk.iter().map(row))
                        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
                        .exec_without_returning(tx)
                        .await
                        .map_err(StoreError::engine(doing))?;
                }
                Ok(Done::default().telling(n))
            })
        })
        .await
        .map(|told| told.as_u64().unwrap_or(0))
    }

    /// Whether a letter waits to be handed over at `now`.
    ///
    /// # Errors
    /// The engine's.
    pub async fn digest_waits(&self, now: Timestamp) -> Result<bool, StoreError> {
        let found = claims::waits::<entity::Entity>(&self.core.db, now).await;
        found.map_err(StoreError::engine("look for letters"))
    }

    /// Claims for the worker `who` at most `most` letters that are due, the oldest first, until `until`.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn digest_claim(
        &self,
        who: &str,
        most: u64,
        until: Timestamp,
        by: &By,
    ) -> Result<Vec<DigestRow>, StoreError> {
        let (worker, now) = (who.to_owned(), by.at);
        self.write(by, "digest-claim", format!("{who} {most}"), move |tx| {
            Box::pin(async move {
                let claim = claims::claim::<entity::Entity>(tx, worker, most, until, now).await;
                claim.map_err(StoreError::engine("claim letters"))?;
                Ok(Done::default())
            })
        })
        .await?;
        self.digest_claimed(who).await
    }

    /// What the worker `who` has claimed and not settled, the oldest first.
    ///
    /// # Errors
    /// As [`Store::digest_claim`].
    pub async fn digest_claimed(&self, who: &str) -> Result<Vec<DigestRow>, StoreError> {
        let rows = claims::claimed::<entity::Entity>(who).all(&self.core.db).await;
        let rows = rows.map_err(StoreError::engine("list letters"))?;
        rows.into_iter().map(DigestRow::read).collect()
    }

    /// Says what became of letters, and flags the addresses that are wrong. Each that was delivered is journalled: to
    /// whom, and for what.
    ///
    /// # Errors
    /// The engine's: then nothing is settled.
    pub async fn digest_settle(&self, settled: Vec<Settlement>, by: &By) -> Result<(), StoreError> {
        if settled.is_empty() {
            return Ok(());
        }
        let author = by.clone();
        self.write(by, "digest-settle", format!("{settled:?}"), move |tx| {
            Box::pin(async move {
                let mut entries = Vec::new();
                for one in &settled {
                    entries.extend(settle(tx, one, &author).await?);
                }
                Ok(Done { entries, ..Done::default() })
            })
        })
        .await
        .map(drop)
    }

    /// One letter.
    ///
    /// # Errors
    /// As [`Store::digest_claim`].
    pub async fn digest(&self, id: &str) -> Result<Option<DigestRow>, StoreError> {
        let row = entity::Entity::find_by_id(id.to_owned()).one(&self.core.db).await;
        row.map_err(StoreError::engine("read a letter"))?.map(DigestRow::read).transpose()
    }
}

/// Settles one letter; the entry of the journal for what is to be told there. One whose account was shut meanwhile is
/// gone.
async fn settle(tx: &DatabaseTransaction, one: &Settlement, by: &By) -> Result<Option<Entry>, StoreError> {
    let doing = "settle letters";
    let row = entity::Entity::find_by_id(one.id.clone()).one(tx).await.map_err(StoreError::engine(doing))?;
    let Some(row) = row else { return Ok(None) };
    let settled = claims::settle::<entity::Entity>(tx, one, by.at, Column::Id.eq(one.id.as_str())).await;
    settled.map_err(StoreError::engine(doing))?;
    if one.is_address_wrong {
        digest_wishes::flag(tx, &row.login, one.note.as_deref().unwrap_or("bounced")).await?;
        return Ok(Some(by.entry(Act::Alter, "digest", &row.id)));
    }
    if one.state != HandoverState::Delivered {
        return Ok(None);
    }
    let purpose = Purpose { why: WHY.to_owned(), reference: Some(row.day) };
    let mut entry = by.clone().for_purpose(purpose).entry(Act::Disclose, "digest", &row.id);
    entry.recipients = vec![row.login];
    Ok(Some(entry))
}
