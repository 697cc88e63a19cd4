//! The register of flash alerts. Two people may work on one: each write names the version it had read.

mod kept;

use crate::columns::{Place, instant};
use crate::handovers::{self, Dispatch};
use crate::objects::{self, Held};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use beffroi_model::{AlertRef, Pap, SignalId, Tlp};
use beffroi_rights::{Object, Scope, Scoped};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, IntoActiveModel, QueryOrder, QuerySelect};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
    #[sea_orm(table_name = "alerts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reference: String,
        pub version: i64,
        pub state: String,
        pub title_fr: String,
        pub title_en: String,
        pub phenomenon: Option<String>,
        pub signal: Option<String>,
        pub author: String,
        pub validator: Option<String>,
        pub tlp: String,
        pub pap: String,
        pub drafted_at: String,
        pub issued_at: Option<String>,
        pub expires_on: String,
        pub review_on: String,
        pub synthetic: bool,
        pub content: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One flash alert.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRow {
    /// Its reference.
    pub reference: AlertRef,
    /// 1 at its drafting, one more at each write. What the caller puts here is not looked at.
    pub version: u32,
    /// Where it stands in its life, as the desk names it.
    pub state: String,
    /// Title in French.
    pub title_fr: String,
    /// Title in English.
    pub title_en: String,
    /// The phenomenon it warns of.
    pub phenomenon: Option<String>,
    /// The signal it comes from.
    pub signal: Option<SignalId>,
    /// Who drafted it.
    pub author: String,
    /// Who validated it: never the author.
    pub validator: Option<String>,
    /// To whom it may go.
    pub tlp: Tlp,
    /// What may be done with it.
    pub pap: Pap,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// When it was issued.
    pub issued_at: Option<Timestamp>,
    /// The last day on which it holds.
    pub expires_on: Date,
    /// The day on which it is looked at again.
    pub review_on: Date,
    /// Made from rows of a generator.
    pub synthetic: bool,
    /// Whatever else the desk keeps: facts, evidence, advice.
    pub content: serde_json::Value,
}

impl AlertRow {
    fn write(&self) -> entity::Model {
        entity::Model {
            reference: self.reference.to_string(),
            version: i64::from(self.version),
            state: self.state.clone(),
            title_fr: self.title_fr.clone(),
            title_en: self.title_en.clone(),
            phenomenon: self.phenomenon.clone(),
            signal: self.signal.as_ref().map(SignalId::to_string),
            author: self.author.clone(),
            validator: self.validator.clone(),
            tlp: self.tlp.label().to_owned(),
            pap: self.pap.label().to_owned(),
            drafted_at: instant(self.drafted_at),
            issued_at: self.issued_at.map(instant),
            expires_on: self.expires_on.to_string(),
            review_on: self.review_on.to_string(),
            synthetic: self.synthetic,
            content: self.content.to_string(),
        }
    }

    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let key = row.reference.clone();
        let place = Place { table: "alerts", row: &key };
        Ok(Self {
            reference: place.read("reference", &row.reference)?,
            version: place.read("version", &row.version.to_string())?,
            state: row.state,
            title_fr: row.title_fr,
            title_en: row.title_en,
            phenomenon: row.phenomenon,
            signal: place.read_option("signal", row.signal.as_deref())?,
            author: row.author,
            validator: row.validator,
            tlp: place.read("tlp", &row.tlp)?,
            pap: place.read("pap", &row.pap)?,
            drafted_at: place.read("drafted_at", &row.drafted_at)?,
            issued_at: place.read_option("issued_at", row.issued_at.as_deref())?,
            expires_on: place.read("expires_on", &row.expires_on)?,
            review_on: place.read("review_on", &row.review_on)?,
            synthetic: row.synthetic,
            content: place.json("content", &row.content)?,
        })
    }
}

impl Store {
    /// Writes an alert with the facts on which rights depend. `expected` is the version the caller had read, or `None`
    /// for an alert that must not exist yet; the stored alert, with its new version, comes back. Of an alert that was
    /// published and is worked on again, the version that went out is kept beside it for its readers until the new one
    /// goes out or it is closed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the stored version is another: nothing is written; [`StoreError::Refused`] when
    /// validator and author are one person; the engine's.
    pub async fn alert_put(
        &self,
        row: AlertRow,
        guard: Object,
        expected: Option<u32>,
        act: Act,
        by: &By,
    ) -> Result<AlertRow, StoreError> {
        self.alert_put_and_send(row, guard, expected, act, None, by).await
    }

    /// The same, queueing in the same transaction what leaves because of it.
    ///
    /// # Errors
    /// As [`Store::alert_put`]: then nothing is queued either.
    pub async fn alert_put_and_send(
        &self,
        row: AlertRow,
        guard: Object,
        expected: Option<u32>,
        act: Act,
        dispatch: Option<Dispatch>,
        by: &By,
    ) -> Result<AlertRow, StoreError> {
        if row.validator.as_ref() == Some(&row.author) {
            let reason = "the author cannot validate: another person must".to_owned();
            return Err(StoreError::Refused { what: "validator of an alert", reason });
        }
        let written = row.clone();
        let next = expected.unwrap_or(0).saturating_add(1);
        let entry = by.entry(act, "alert", &format!("{}@{next}", row.reference));
        let content = format!("{row:?} {expected:?} {dispatch:?}");
        let mut entries = vec![entry];
        entries.extend(dispatch.iter().flat_map(|dispatch| dispatch.entries(by)));
        self.write(by, "alert-put", content, move |tx| {
            Box::pin(async move {
                kept::follow(tx, &row.reference, &guard).await?;
                put(tx, &row, expected).await?;
                objects::put(tx, &guard).await?;
                if let Some(dispatch) = dispatch {
                    handovers::queue(tx, &dispatch).await?;
                }
                Ok(Done { entries, ..Done::default() })
            })
        })
        .await?;
        Ok(AlertRow { version: next, ..written })
    }

    /// Alerts that `scope` lets see, the latest first: of one that is written anew, the version that is worked on, or
    /// the one that went out for who may read that one only.
    ///
    /// # Errors
    /// As [`Store::alert_list`].
    pub async fn alert_visible(&self, scope: &Scope) -> Result<Vec<AlertRow>, StoreError> {
        let seen = entity::Entity::find().filter(entity::Column::Reference.in_subquery(objects::visible_ids(scope)));
        let mut rows = self.alerts_in_order(seen).await?;
        let mut out = self.alerts_issued_visible(scope).await?;
        out.retain(|copy| rows.iter().all(|row| row.reference != copy.reference));
        if !out.is_empty() {
            rows.append(&mut out);
            rows.sort_by(|a, b| (b.drafted_at, b.reference.as_str()).cmp(&(a.drafted_at, a.reference.as_str())));
        }
        Ok(rows)
    }

    /// One alert, through `scope`: nothing both when there is none and when it is not in the scope. Of one that is
    /// written anew, as [`Store::alert_visible`].
    ///
    /// # Errors
    /// As [`Store::alert_fetch`].
    pub async fn alert_get(
        &self,
        scope: &Scope,
        reference: &AlertRef,
    ) -> Result<Option<Scoped<Held<AlertRow>>>, StoreError> {
        let row = entity::Entity::find_by_id(reference.to_string())
            .filter(entity::Column::Reference.in_subquery(objects::visible_ids(scope)))
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read an alert"))?;
        let row = row.map(AlertRow::read).transpose()?;
        match objects::held(&self.core.db, scope, reference.as_str(), row).await? {
            Some(found) => Ok(Some(found)),
            None => self.alert_issued_get(scope, reference).await,
        }
    }

    /// Every alert, the latest reference first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn alert_list(&self) -> Result<Vec<AlertRow>, StoreError> {
        self.alerts_in_order(entity::Entity::find()).await
    }

    /// Those found, in the one order there is.
    async fn alerts_in_order(&self, found: Select<entity::Entity>) -> Result<Vec<AlertRow>, StoreError> {
        let rows = found
            .order_by_desc(entity::Column::DraftedAt)
            .order_by_desc(entity::Column::Reference)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list alerts"))?;
        rows.into_iter().map(AlertRow::read).collect()
    }

    /// One alert.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn alert_fetch(&self, reference: &AlertRef) -> Result<Option<AlertRow>, StoreError> {
        let row = entity::Entity::find_by_id(reference.to_string())
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read an alert"))?;
        row.map(AlertRow::read).transpose()
    }

    /// The next free reference of a year. It is taken only by [`Store::alert_put`]; who comes second gets a conflict
    /// there and asks again.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Refused`] for a year outside 1000 to 9999.
    pub async fn alert_next_ref(&self, year: i16) -> Result<AlertRef, StoreError> {
        let references: Vec<String> = entity::Entity::find()
            .select_only()
            .column(entity::Column::Reference)
            .filter(entity::Column::Reference.starts_with(format!("FLASH-{year}-")))
            .into_tuple()
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("number an alert"))?;
        let last = references
            .iter()
            .filter_map(|r| r.rsplit('-').next().and_then(|n| n.parse::<u32>().ok()))
            .max()
            .unwrap_or(0);
        format!("FLASH-{year}-{:03}", last.saturating_add(1)).parse().map_err(|_| StoreError::Refused {
            what: "year of an alert",
            reason: format!("{year} has not four digits"),
        })
    }
}

/// Writes the row over the version that its writer had read.
async fn put(tx: &DatabaseTransaction, row: &AlertRow, expected: Option<u32>) -> Result<(), StoreError> {
    let doing = "write an alert";
    let found = entity::Entity::find_by_id(row.reference.to_string())
        .one(tx)
        .await
        .map_err(StoreError::engine(doing))?
        .map(AlertRow::read)
        .transpose()?
        .map(|stored| stored.version);
    let conflict = |found: u32| StoreError::Conflict {
        what: "alert",
        id: row.reference.to_string(),
        expected: expected.unwrap_or(0),
        found,
    };
    if found != expected {
        return Err(conflict(found.unwrap_or(0)));
    }
    let stored = AlertRow { version: found.unwrap_or(0).saturating_add(1), ..row.clone() };
    let model = stored.write();
    let n_written = if found.is_none() {
        entity::Entity::insert(model.into_active_model())
            .exec_without_returning(tx)
            .await
            .map_err(StoreError::engine(doing))?
    } else {
        // The version is asked again by the update itself: another program may write between the two.
        entity::Entity::update_many()
            .set(model.into_active_model().reset_all())
            .filter(entity::Column::Reference.eq(row.reference.as_str()))
            .filter(entity::Column::Version.eq(i64::from(found.unwrap_or(0))))
            .exec(tx)
            .await
            .map_err(StoreError::engine(doing))?
            .rows_affected
    };
    if n_written == 0 {
        return Err(conflict(found.unwrap_or(0).saturating_add(1)));
    }
    Ok(())
}
