//! The register of situation points: a draft changes, a frozen point never does.

use crate::columns::{Place, count, instant};
use crate::objects::{self, Held};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use beffroi_model::{Pap, SituationRef, Tlp};
use beffroi_rights::{Object, Scope, Scoped};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect, Select};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "situations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reference: String,
        pub version: i64,
        pub state: String,
        pub crisis: String,
        pub number: i64,
        pub author: String,
        pub tlp: String,
        pub pap: String,
        pub drafted_at: String,
        pub frozen_at: Option<String>,
        pub synthetic: bool,
        pub content: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A situation point.
#[derive(Debug, Clone, PartialEq)]
pub struct SituationRow {
    /// Its reference.
    pub reference: SituationRef,
    /// 1 at its drafting, one more at each write. What the caller puts here is not looked at.
    pub version: u32,
    /// The crisis.
    pub crisis: String,
    /// Its number within the crisis, from 1.
    pub number: u64,
    /// Who wrote it.
    pub author: String,
    /// To whom it may go.
    pub tlp: Tlp,
    /// What may be done with it.
    pub pap: Pap,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// When it was frozen; none for a draft.
    pub frozen_at: Option<Timestamp>,
    /// Made from rows of a generator.
    pub synthetic: bool,
    /// What it says.
    pub content: serde_json::Value,
}

impl SituationRow {
    fn write(&self) -> Result<entity::Model, StoreError> {
        Ok(entity::Model {
            reference: self.reference.to_string(),
            version: i64::from(self.version),
            state: if self.frozen_at.is_some() { "frozen" } else { "draft" }.to_owned(),
            crisis: self.crisis.clone(),
            number: count("number of a situation point", self.number)?,
            author: self.author.clone(),
            tlp: self.tlp.label().to_owned(),
            pap: self.pap.label().to_owned(),
            drafted_at: instant(self.drafted_at),
            frozen_at: self.frozen_at.map(instant),
            synthetic: self.synthetic,
            content: self.content.to_string(),
        })
    }

    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let key = row.reference.clone();
        let place = Place { table: "situations", row: &key };
        Ok(Self {
            reference: place.read("reference", &row.reference)?,
            version: place.read("version", &row.version.to_string())?,
            number: place.count("number", row.number)?,
            tlp: place.read("tlp", &row.tlp)?,
            pap: place.read("pap", &row.pap)?,
            drafted_at: place.read("drafted_at", &row.drafted_at)?,
            frozen_at: place.read_option("frozen_at", row.frozen_at.as_deref())?,
            content: place.json("content", &row.content)?,
            crisis: row.crisis,
            author: row.author,
            synthetic: row.synthetic,
        })
    }
}

impl Store {
    /// Writes a point with the facts on which rights depend. `expected` is the version the caller had read, or `None` for a
    /// point that must not exist yet; the stored point, with its new version, comes back.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a point that is frozen: it is never written again; [`StoreError::Conflict`] when the
    /// stored version is another, or when the number is taken; the engine's.
    pub async fn situation_put(
        &self,
        row: SituationRow,
        guard: Object,
        expected: Option<u32>,
        act: Act,
        by: &By,
    ) -> Result<SituationRow, StoreError> {
        let written = row.clone();
        let next = expected.unwrap_or(0).saturating_add(1);
        let entry = by.entry(act, "situation", &format!("{}@{next}", row.reference));
        self.write(by, "situation-put", format!("{row:?} {expected:?}"), move |tx| {
            Box::pin(async move {
                put(tx, &row, expected).await?;
                objects::put(tx, &guard).await?;
                Ok(Done::with(entry))
            })
        })
        .await?;
        Ok(SituationRow { version: next, ..written })
    }

    /// Points that `scope` lets see, the latest first.
    ///
    /// # Errors
    /// As [`Store::situation_list`].
    pub async fn situation_visible(&self, scope: &Scope) -> Result<Vec<SituationRow>, StoreError> {
        let seen = entity::Entity::find().filter(entity::Column::Reference.in_subquery(objects::visible_ids(scope)));
        self.situations_in_order(seen).await
    }

    /// One point, through `scope`: nothing both when there is none and when it is not in the scope.
    ///
    /// # Errors
    /// As [`Store::situation_fetch`].
    pub async fn situation_get(
        &self,
        scope: &Scope,
        reference: &SituationRef,
    ) -> Result<Option<Scoped<Held<SituationRow>>>, StoreError> {
        let row = entity::Entity::find_by_id(reference.to_string())
            .filter(entity::Column::Reference.in_subquery(objects::visible_ids(scope)))
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read a situation point"))?;
        let row = row.map(SituationRow::read).transpose()?;
        objects::held(&self.core.db, scope, reference.as_str(), row).await
    }

    /// Every point, the latest first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn situation_list(&self) -> Result<Vec<SituationRow>, StoreError> {
        self.situations_in_order(entity::Entity::find()).await
    }

    async fn situations_in_order(&self, found: Select<entity::Entity>) -> Result<Vec<SituationRow>, StoreError> {
        let rows = found
            .order_by_desc(entity::Column::DraftedAt)
            .order_by_desc(entity::Column::Reference)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list situation points"))?;
        rows.into_iter().map(SituationRow::read).collect()
    }

    /// One point.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn situation_fetch(&self, reference: &SituationRef) -> Result<Option<SituationRow>, StoreError> {
        let row = entity::Entity::find_by_id(reference.to_string())
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read a situation point"))?;
        row.map(SituationRow::read).transpose()
    }

    /// The next free reference of a year; who comes second gets a conflict at [`Store::situation_put`].
    ///
    /// # Errors
    /// The engine's; [`StoreError::Refused`] for a year outside 1000 to 9999.
    pub async fn situation_next_ref(&self, year: i16) -> Result<SituationRef, StoreError> {
        let references: Vec<String> = entity::Entity::find()
            .select_only()
            .column(entity::Column::Reference)
            .filter(entity::Column::Reference.starts_with(format!("SIT-{year}-")))
            .into_tuple()
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("number a situation point"))?;
        let numbers = references.iter().filter_map(|r| r.rsplit('-').next().and_then(|n| n.parse::<u32>().ok()));
        let next = numbers.max().unwrap_or(0).saturating_add(1);
        format!("SIT-{year}-{next:03}").parse().map_err(|_| StoreError::Refused {
            what: "year of a situation point",
            reason: format!("{year} has not four digits"),
        })
    }
}

async fn put(tx: &DatabaseTransaction, row: &SituationRow, expected: Option<u32>) -> Result<(), StoreError> {
    let doing = "write a situation point";
    let stored = entity::Entity::find_by_id(row.reference.to_string())
        .one(tx)
        .await
        .map_err(StoreError::engine(doing))?
        .map(SituationRow::read)
        .transpose()?;
    if stored.as_ref().is_some_and(|stored| stored.frozen_at.is_some()) {
        let reason = "it is frozen; draft the next one".to_owned();
        return Err(StoreError::Refused { what: "change of a situation point", reason });
    }
    let found = stored.map(|stored| stored.version);
    let conflict = |found: u32| StoreError::Conflict {
        what: "situation point",
        id: row.reference.to_string(),
        expected: expected.unwrap_or(0),
        found,
    };
    if found != expected {
        return Err(conflict(found.unwrap_or(0)));
    }
    let same_number = entity::Entity::find()
        .filter(entity::Column::Crisis.eq(row.crisis.as_str()))
        .filter(entity::Column::Number.eq(count("number of a situation point", row.number)?))
        .filter(entity::Column::Reference.ne(row.reference.as_str()))
        .one(tx)
        .await
        .map_err(StoreError::engine(doing))?;
    if same_number.is_some() {
        return Err(conflict(1));
    }
    let model = SituationRow { version: found.unwrap_or(0).saturating_add(1), ..row.clone() }.write()?;
    let n_written = if found.is_none() {
        entity::Entity::insert(model.into_active_model())
            .exec_without_returning(tx)
            .await
            .map_err(StoreError::engine(doing))?
    } else {
        // Version and state are asked again by the update itself: another program may write between the two.
        entity::Entity::update_many()
            .set(model.into_active_model().reset_all())
            .filter(entity::Column::Reference.eq(row.reference.as_str()))
            .filter(entity::Column::Version.eq(i64::from(found.unwrap_or(0))))
            .filter(entity::Column::State.eq("draft"))
            .exec(tx)
            .await
            .map_err(StoreError::engine(doing))?
            .rows_affected
    };
    if n_written == 0 { Err(conflict(found.unwrap_or(0).saturating_add(1))) } else { Ok(()) }
}
