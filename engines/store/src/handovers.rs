//! The queue of what is handed to recipients: one row for each recipient, version and channel, put down in the
//! transaction of what causes it.
//!
//! A worker claims rows before it sends them, and says afterwards what became of each (`claims.rs`).

use crate::claims;
use crate::columns::{Place, instant};
use crate::readings::{self, ReadingRow};
use crate::recipients;
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::{Act, Entry, Purpose};
use beffroi_model::AlertRef;
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{IntoCondition, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};
use std::collections::{BTreeMap, BTreeSet};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "handovers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub alert: String,
        pub version: i64,
        pub recipient: String,
        pub what: String,
        pub channel: String,
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

/// Where a handover stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HandoverState {
    /// Not tried yet.
    Queued,
    /// Claimed by a worker.
    Sending,
    /// Taken over by the other side, or put where the recipient reads.
    Delivered,
    /// To be tried again.
    Retry,
    /// Refused by the other side for good.
    Bounced,
    /// Not to leave: the policy, a newer version, a recipient who left.
    Refused,
}

impl HandoverState {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Sending, Self::Delivered, Self::Retry, Self::Bounced, Self::Refused];

    /// The code kept in the register.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Retry => "retry",
            Self::Bounced => "bounced",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn read(place: Place<'_>, text: &str) -> Result<Self, StoreError> {
        Self::ALL.into_iter().find(|state| state.code() == text).ok_or_else(|| place.wrong("state"))
    }
}

/// One handover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverRow {
    /// Its number, the same each time it is made for the same flash, version, recipient, occasion and channel.
    pub id: String,
    /// The flash.
    pub alert: AlertRef,
    /// The version of the flash.
    pub version: u32,
    /// To whom.
    pub recipient: String,
    /// The flash itself, or which reminder of it.
    pub what: String,
    /// By which channel.
    pub channel: String,
    /// Where it stands.
    pub state: HandoverState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// Not tried before.
    pub due_at: Timestamp,
    /// When it was delivered or given up.
    pub ended_at: Option<Timestamp>,
    /// What was said of it: an answer of the other side, a reason.
    pub note: Option<String>,
}

impl HandoverRow {
    fn write(&self) -> entity::ActiveModel {
        entity::ActiveModel {
            id: Set(self.id.clone()),
            alert: Set(self.alert.to_string()),
            version: Set(i64::from(self.version)),
            recipient: Set(self.recipient.clone()),
            what: Set(self.what.clone()),
            channel: Set(self.channel.clone()),
            state: Set(self.state.code().to_owned()),
            attempts: Set(i64::from(self.attempts)),
            queued_at: Set(instant(self.queued_at)),
            due_at: Set(instant(self.due_at)),
            claimed_by: Set(None),
            lease_until: Set(None),
            ended_at: Set(self.ended_at.map(instant)),
            note: Set(self.note.clone()),
        }
    }

    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let place = Place { table: "handovers", row: &row.id };
        let number = |column, value: i64| u32::try_from(value).map_err(|_| place.wrong(column));
        Ok(Self {
            alert: place.read("alert", &row.alert)?,
            version: number("version", row.version)?,
            state: HandoverState::read(place, &row.state)?,
            attempts: number("attempts", row.attempts)?,
            queued_at: place.read("queued_at", &row.queued_at)?,
            due_at: place.read("due_at", &row.due_at)?,
            ended_at: place.read_option("ended_at", row.ended_at.as_deref())?,
            id: row.id,
            recipient: row.recipient,
            what: row.what,
            channel: row.channel,
            note: row.note,
        })
    }
}

/// What is queued together: handovers, and for each recipient and version that it waits to be read.
#[derive(Debug, Clone, Default)]
pub struct Dispatch {
    /// The handovers.
    pub handovers: Vec<HandoverRow>,
    /// Who is to read.
    pub readings: Vec<ReadingRow>,
    /// Why, for the journal.
    pub why: String,
}

/// What became of a handover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// Its number.
    pub id: String,
    /// Where it stands now.
    pub state: HandoverState,
    /// What was said.
    pub note: Option<String>,
    /// When to try again, for [`HandoverState::Retry`].
    pub due_at: Option<Timestamp>,
    /// The address is wrong for good: its recipient is flagged.
    pub is_address_wrong: bool,
}

/// Rows written by one statement: fourteen columns each, under the parameter limit of either database.
const CHUNK: usize = 500;
/// Recipients named in one entry of the journal.
const NAMED: usize = 64;

impl Dispatch {
    /// The journal's entries: who was given what, and why (Directive (EU) 2016/680 article 25).
    pub(crate) fn entries(&self, by: &By) -> Vec<Entry> {
        let mut given: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in &self.handovers {
            given.entry(format!("{}@{}", row.alert, row.version)).or_default().insert(row.recipient.clone());
        }
        let purpose = Purpose { why: self.why.clone(), reference: None };
        let mut entries = Vec::new();
        for (what, recipients) in given {
            let recipients: Vec<String> = recipients.into_iter().collect();
            for named in recipients.chunks(NAMED) {
                let mut entry = by.clone().for_purpose(purpose.clone()).entry(Act::Disclose, "alert", &what);
                entry.recipients = named.to_vec();
                entries.push(entry);
            }
        }
        entries
    }
}

/// Puts a dispatch down. What is queued already stays as it is.
pub(crate) async fn queue(tx: &DatabaseTransaction, dispatch: &Dispatch) -> Result<u64, StoreError> {
    let mut n = 0;
    for chunk in dispatch.handovers.chunks(CHUNK) {
        n += entity::Entity::insert_many(chunk.iter().map(HandoverRow::write))
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(tx)
            .await
            .map_err(StoreError::engine("queue handovers"))?;
    }
    readings::put(tx, &dispatch.readings).await?;
    Ok(n)
}

impl Store {
    /// Queues a dispatch; gives how many handovers were not queued before.
    ///
    /// # Errors
    /// The engine's: then nothing is queued.
    pub async fn post_queue(&self, dispatch: Dispatch, by: &By) -> Result<u64, StoreError> {
        let entries = dispatch.entries(by);
        self.write(by, "post-queue", format!("{dispatch:?}"), move |tx| {
            Box::pin(async move {
                let n = queue(tx, &dispatch).await?;
                let entries = if n > 0 { entries } else { Vec::new() };
                Ok(Done { entries, ..Done::default() }.telling(n))
            })
        })
        .await
        .map(|told| told.as_u64().unwrap_or(0))
    }

    /// Whether something waits to be sent at `now`.
    ///
    /// # Errors
    /// The engine's.
    pub async fn post_waits(&self, now: Timestamp) -> Result<bool, StoreError> {
        let found = claims::waits::<entity::Entity>(&self.core.db, now).await;
        found.map_err(StoreError::engine("look for handovers"))
    }

    /// Claims for the worker `who` at most `most` handovers that are due, the oldest first, until `until`.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn post_claim(
        &self,
        who: &str,
        most: u64,
        until: Timestamp,
        by: &By,
    ) -> Result<Vec<HandoverRow>, StoreError> {
        let (worker, now) = (who.to_owned(), by.at);
        self.write(by, "post-claim", format!("{who} {most}"), move |tx| {
            Box::pin(async move {
                let claim = claims::claim::<entity::Entity>(tx, worker, most, until, now).await;
                claim.map_err(StoreError::engine("claim handovers"))?;
                Ok(Done::default())
            })
        })
        .await?;
        self.post_claimed(who).await
    }

    /// What the worker `who` has claimed and not settled, the oldest first.
    ///
    /// # Errors
    /// As [`Store::post_claim`].
    pub async fn post_claimed(&self, who: &str) -> Result<Vec<HandoverRow>, StoreError> {
        rows(claims::claimed(who), self).await
    }

    /// Says what became of handovers, and flags recipients whose address is wrong. One that was settled by somebody
    /// else in between, whose claim had ended, takes what is said here.
    ///
    /// # Errors
    /// The engine's: then nothing is settled.
    pub async fn post_settle(&self, settled: Vec<Settlement>, by: &By) -> Result<(), StoreError> {
        if settled.is_empty() {
            return Ok(());
        }
        let at = by.at;
        let flags: Vec<Entry> = settled
            .iter()
            .filter(|one| one.is_address_wrong)
            .map(|one| by.entry(Act::Alter, "handover", &one.id))
            .collect();
        self.write(by, "post-settle", format!("{settled:?}"), move |tx| {
            Box::pin(async move {
                // Those of which nothing is to be said go together.
                let (plain, told): (Vec<_>, Vec<_>) = settled.into_iter().partition(|one| {
                    one.state == HandoverState::Delivered && one.note.is_none() && !one.is_address_wrong
                });
                let ids: Vec<String> = plain.into_iter().map(|one| one.id).collect();
                for chunk in ids.chunks(CHUNK) {
                    let ended = Settlement::delivered(String::new());
                    update(tx, &ended, at, Column::Id.is_in(chunk.iter().cloned())).await?;
                }
                for one in told {
                    update(tx, &one, at, Column::Id.eq(one.id.as_str())).await?;
                    if one.is_address_wrong {
                        let row = entity::Entity::find_by_id(one.id.clone()).one(tx).await;
                        if let Some(row) = row.map_err(StoreError::engine("read a handover"))? {
                            recipients::flag(tx, &row.recipient, one.note.as_deref().unwrap_or("bounced")).await?;
                        }
                    }
                }
                Ok(Done { entries: flags, ..Done::default() })
            })
        })
        .await
        .map(|_| ())
    }

    /// The handovers of a flash, by version, recipient and channel.
    ///
    /// # Errors
    /// As [`Store::post_claim`].
    pub async fn handovers_of(&self, alert: &AlertRef) -> Result<Vec<HandoverRow>, StoreError> {
        let found = entity::Entity::find()
            .filter(Column::Alert.eq(alert.as_str()))
            .order_by_asc(Column::Version)
            .order_by_asc(Column::Recipient)
            .order_by_asc(Column::QueuedAt)
            .order_by_asc(Column::Id);
        rows(found, self).await
    }

    /// One handover.
    ///
    /// # Errors
    /// As [`Store::post_claim`].
    pub async fn handover(&self, id: &str) -> Result<Option<HandoverRow>, StoreError> {
        let row = entity::Entity::find_by_id(id.to_owned()).one(&self.core.db).await;
        row.map_err(StoreError::engine("read a handover"))?.map(HandoverRow::read).transpose()
    }

    /// How many handovers stand where, and since when the oldest that has not ended waits.
    ///
    /// # Errors
    /// As [`Store::post_claim`].
    pub async fn post_counts(&self) -> Result<(BTreeMap<HandoverState, u64>, Option<Timestamp>), StoreError> {
        let doing = "count handovers";
        let mut counts = BTreeMap::new();
        for state in HandoverState::ALL {
            let n = entity::Entity::find().filter(Column::State.eq(state.code())).count(&self.core.db).await;
            counts.insert(state, n.map_err(StoreError::engine(doing))?);
        }
        let waiting = [HandoverState::Queued, HandoverState::Sending, HandoverState::Retry].map(HandoverState::code);
        let oldest = entity::Entity::find()
            .filter(Column::State.is_in(waiting))
            .order_by_asc(Column::QueuedAt)
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine(doing))?;
        Ok((counts, oldest.map(HandoverRow::read).transpose()?.map(|row| row.queued_at)))
    }
}

impl Settlement {
    /// It was delivered, and there is nothing to say.
    pub fn delivered(id: String) -> Self {
        Self { id, state: HandoverState::Delivered, note: None, due_at: None, is_address_wrong: false }
    }
}

async fn update(
    tx: &DatabaseTransaction,
    settled: &Settlement,
    at: Timestamp,
    which: impl IntoCondition,
) -> Result<(), StoreError> {
    let settled = claims::settle::<entity::Entity>(tx, settled, at, which).await;
    settled.map_err(StoreError::engine("settle handovers"))
}

async fn rows(found: Select<entity::Entity>, store: &Store) -> Result<Vec<HandoverRow>, StoreError> {
    let rows = found.all(&store.core.db).await.map_err(StoreError::engine("list handovers"))?;
    rows.into_iter().map(HandoverRow::read).collect()
}
