//! Reveals: one person asks, another one agrees or not, and what was masked is shown once to who asked. The words of the
//! purpose stand with the purposes, sealed, under the file of the request ([`reveal_file`]), where no later one takes
//! their place.

use crate::columns::{Place, instant};
use crate::people::beffroi_journal_text;
use crate::write::{By, Done};
use crate::{Store, StoreError, notices};
use beffroi_journal::Act;
use beffroi_rights::{Consultation, FileRef, Kind, ObjectId, PersonId};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reveals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub person: String,
        pub kind: String,
        pub object: String,
        pub asked_at: String,
        pub state: String,
        pub second_by: Option<String>,
        pub decided_at: Option<String>,
        pub until_at: Option<String>,
        pub shown_at: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RevealState {
    /// Waits for a second person.
    Waiting,
    /// Agreed to: may be looked at once.
    Approved,
    /// Refused.
    Refused,
    /// Given up by who asked, agreed to or not.
    Closed,
}

impl RevealState {
    /// The word of the register and of wording keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Closed => "closed",
        }
    }

    fn of(code: &str) -> Option<Self> {
        [Self::Waiting, Self::Approved, Self::Refused, Self::Closed].into_iter().find(|state| state.code() == code)
    }
}

/// A request to reveal what is masked of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reveal {
    /// Its number.
    pub id: String,
    /// Who asks.
    pub person: PersonId,
    /// Of which kind the object is.
    pub kind: Kind,
    /// Of what.
    pub object: ObjectId,
    /// When.
    pub asked_at: Timestamp,
    /// What became of it.
    pub state: RevealState,
    /// Who agreed or refused.
    pub second_by: Option<PersonId>,
    /// Until when it may be looked at, not included.
    pub until: Option<Timestamp>,
    /// When it was shown: once.
    pub shown_at: Option<Timestamp>,
}

/// The file under which the purpose of the reveal `id` is stated.
pub fn reveal_file(id: &str) -> Option<FileRef> {
    format!("reveal/{id}").parse().ok().map(FileRef::Object)
}

fn read(row: entity::Model) -> Result<Reveal, StoreError> {
    let place = Place { table: "reveals", row: &row.id };
    Ok(Reveal {
        person: place.read("person", &row.person)?,
        kind: place.read("kind", &row.kind)?,
        object: place.read("object", &row.object)?,
        asked_at: place.read("asked_at", &row.asked_at)?,
        state: RevealState::of(&row.state).ok_or_else(|| place.wrong("state"))?,
        second_by: place.read_option("second_by", row.second_by.as_deref())?,
        until: place.read_option("until_at", row.until_at.as_deref())?,
        shown_at: place.read_option("shown_at", row.shown_at.as_deref())?,
        id: row.id,
    })
}

impl Store {
    /// Keeps a request until a second person decides, telling `told`; its number is the key of the write.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when whoever writes is no person; the engine's.
    pub async fn reveal_ask(
        &self,
        kind: Kind,
        object: ObjectId,
        told: BTreeSet<PersonId>,
        by: &By,
    ) -> Result<(), StoreError> {
        let id = by.key.to_string();
        let entry = by.entry(Act::Decide, "reveal", &id);
        let (who, at) = (by.who.clone(), by.at);
        self.write(by, "reveal-ask", format!("{kind} {object}"), move |tx| {
            Box::pin(async move {
                let row = entity::ActiveModel {
                    id: Set(id.clone()),
                    person: Set(who),
                    kind: Set(kind.code().to_owned()),
                    object: Set(object.as_str().to_owned()),
                    asked_at: Set(instant(at)),
                    state: Set(RevealState::Waiting.code().to_owned()),
                    second_by: Set(None),
                    decided_at: Set(None),
                    until_at: Set(None),
                    shown_at: Set(None),
                };
                let doing = "keep a request to reveal";
                entity::Entity::insert(row).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
                let outgoing = notices::tell(tx, "reveal", &id, &told, at).await?;
                Ok(Done { outgoing, ..Done::with(entry) })
            })
        })
        .await
        .map(|_| ())
    }

    /// The second person agrees, until then, or refuses; who asked is told.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it does not wait for this person; the engine's.
    pub async fn reveal_decide(&self, id: &str, until: Option<Timestamp>, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(if until.is_some() { Act::Decide } else { Act::Refuse }, "reveal", id);
        let (id, who, at) = (id.to_owned(), by.who.clone(), by.at);
        self.write(by, "reveal-decide", format!("{id} {until:?}"), move |tx| {
            Box::pin(async move {
                let doing = "decide on a request to reveal";
                let missing = || StoreError::Missing { what: "reveal", id: id.clone() };
                let row = entity::Entity::find_by_id(id.clone()).one(tx).await.map_err(StoreError::engine(doing))?;
                let reveal = row.map(read).transpose()?.ok_or_else(missing)?;
                // Nobody is the second person of his or her own request, whatever the caller checked.
                if reveal.state != RevealState::Waiting || reveal.person.as_str() == who {
                    return Err(missing());
                }
                let state = if until.is_some() { RevealState::Approved } else { RevealState::Refused };
                entity::Entity::update_many()
                    .col_expr(Column::State, Expr::value(state.code()))
                    .col_expr(Column::SecondBy, Expr::value(who))
                    .col_expr(Column::DecidedAt, Expr::value(instant(at)))
                    .col_expr(Column::UntilAt, Expr::value(until.map(instant)))
                    .filter(Column::Id.eq(id.as_str()))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                let what = if until.is_some() { "reveal-approved" } else { "reveal-refused" };
                let outgoing = notices::tell(tx, what, &id, &BTreeSet::from([reveal.person]), at).await?;
                Ok(Done { outgoing, ..Done::with(entry) })
            })
        })
        .await
        .map(|_| ())
    }

    /// Whoever asked gives it up: nothing more can be shown.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is nothing of this person to give up; the engine's.
    pub async fn reveal_close(&self, id: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Decide, "reveal", id);
        let (id, who) = (id.to_owned(), by.who.clone());
        self.write(by, "reveal-close", id.clone(), move |tx| {
            Box::pin(async move {
                let open = [RevealState::Waiting.code(), RevealState::Approved.code()];
                let done = entity::Entity::update_many()
                    .col_expr(Column::State, Expr::value(RevealState::Closed.code()))
                    .filter(Column::Id.eq(id.as_str()))
                    .filter(Column::Person.eq(who))
                    .filter(Column::State.is_in(open))
                    .filter(Column::ShownAt.is_null())
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine("give a request to reveal up"))?;
                match done.rows_affected {
                    0 => Err(StoreError::Missing { what: "reveal", id }),
                    _ => Ok(Done::with(entry)),
                }
            })
        })
        .await
        .map(|_| ())
    }

    /// Uses a reveal up and journals the consultation, together: what it reveals may be shown once this has come back,
    /// and never again. `by` has a key of its own, so that a form sent twice shows once.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not agreed to, has ended or was used; the engine's: then nothing may be shown.
    pub async fn reveal_show(&self, reveal: &Reveal, seen: &Consultation, by: &By) -> Result<(), StoreError> {
        let by = match &seen.purpose {
            Some(purpose) => by.clone().for_purpose(beffroi_journal::Purpose {
                why: beffroi_journal_text(purpose.motive()),
                reference: Some(beffroi_journal_text(purpose.reference())),
            }),
            None => by.clone(),
        };
        let entry = by.entry(Act::Consult, reveal.kind.code(), seen.object.as_str());
        let (id, who, at) = (reveal.id.clone(), by.who.clone(), by.at);
        self.write(&by, "reveal-show", id.clone(), move |tx| {
            Box::pin(async move {
                let done = entity::Entity::update_many()
                    .col_expr(Column::ShownAt, Expr::value(instant(at)))
                    .filter(Column::Id.eq(id.as_str()))
                    .filter(Column::Person.eq(who))
                    .filter(Column::State.eq(RevealState::Approved.code()))
                    .filter(Column::UntilAt.gt(instant(at)))
                    .filter(Column::ShownAt.is_null())
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine("use a reveal up"))?;
                match done.rows_affected {
                    0 => Err(StoreError::Missing { what: "reveal", id }),
                    _ => Ok(Done::with(entry)),
                }
            })
        })
        .await
        .map(|_| ())
    }

    /// Requests, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn reveals(&self, limit: u64) -> Result<Vec<Reveal>, StoreError> {
        let rows = entity::Entity::find()
            .order_by_desc(Column::AskedAt)
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list requests to reveal"))?;
        rows.into_iter().map(read).collect()
    }

    /// One request.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn reveal(&self, id: &str) -> Result<Option<Reveal>, StoreError> {
        let row = entity::Entity::find_by_id(id.to_owned()).one(&self.core.db).await;
        row.map_err(StoreError::engine("read a request to reveal"))?.map(read).transpose()
    }
}
