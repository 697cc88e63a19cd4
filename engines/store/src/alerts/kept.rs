//! What readers go on seeing while a new version of an issued flash is written: the version that went out, as it stood.
//!
//! It has an object of its own ([`copy_id`]) with the rights facts of then, so that a scope that admits what is published
//! goes on admitting it. It comes when a published flash goes back to its author, and goes when the new version goes out,
//! or the flash is closed. Only who reads is given it: whoever moves a flash moves the version that is worked on.

use super::{AlertRow, entity};
use crate::columns::Place;
use crate::objects::{self, Held};
use crate::write::{By, Done};
use crate::{Store, StoreError, sql};
use beffroi_journal::Act as Journalled;
use beffroi_model::AlertRef;
use beffroi_rights::{Act, Kind, Object, Scope, Scoped, State};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};

mod copy {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alerts_issued")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reference: String,
        pub object: String,
        pub held: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use copy::Column;

/// The object under which the version that went out is kept.
fn copy_id(reference: &str) -> String {
    format!("{reference}@issued")
}

fn read(row: &copy::Model) -> Result<AlertRow, StoreError> {
    let place = Place { table: "alerts_issued", row: &row.reference };
    let held: entity::Model = serde_json::from_str(&row.held).map_err(|_| place.wrong("held"))?;
    AlertRow::read(held)
}

/// Keeps the stored version when it is published and `guard` is what is being worked on next, and lets it go when `guard`
/// is published or over. To be asked before the new version is written over the stored one.
pub(super) async fn follow(tx: &DatabaseTransaction, reference: &AlertRef, guard: &Object) -> Result<(), StoreError> {
    if matches!(guard.state, State::Published | State::Closed) {
        return let_go(tx, reference).await;
    }
    let stored = objects::find(tx, Kind::Alert, reference.as_str()).await?;
    let Some(out) = stored.filter(|object| object.state == State::Published) else { return Ok(()) };
    let doing = "keep the version of an alert that went out";
    let row = entity::Entity::find_by_id(reference.to_string()).one(tx).await.map_err(StoreError::engine(doing))?;
    let Some(row) = row else { return Ok(()) };
    let wrong = || Place { table: "alerts", row: reference.as_str() }.wrong("reference");
    let object = Object { id: copy_id(reference.as_str()).parse().map_err(|_| wrong())?, ..out };
    let held = serde_json::to_string(&row).map_err(|_| wrong())?;
    let_go(tx, reference).await?;
    let kept = copy::ActiveModel {
        reference: Set(reference.to_string()),
        object: Set(object.id.as_str().to_owned()),
        held: Set(held),
    };
    copy::Entity::insert(kept).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
    objects::put(tx, &object).await
}

/// Lets the kept version go, if there is one.
async fn let_go(tx: &DatabaseTransaction, reference: &AlertRef) -> Result<(), StoreError> {
    let doing = "let go the version of an alert that went out";
    sql::run(tx, doing, "DELETE FROM alerts_issued WHERE reference = $1", [reference.as_str().into()]).await?;
    let ask = "DELETE FROM objects WHERE kind = $1 AND id = $2";
    sql::run(tx, doing, ask, [Kind::Alert.code().into(), copy_id(reference.as_str()).into()]).await?;
    Ok(())
}

/// Whether whoever has this scope reads only.
fn only_reads(scope: &Scope) -> bool {
    matches!(scope.act(), Act::Read | Act::List | Act::Export)
}

impl Store {
    /// The versions that went out, of alerts of which a new one is being written, that `scope` lets see; none where the
    /// scope is not one of reading.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn alerts_issued_visible(&self, scope: &Scope) -> Result<Vec<AlertRow>, StoreError> {
        if !only_reads(scope) {
            return Ok(Vec::new());
        }
        let seen = copy::Entity::find().filter(Column::Object.in_subquery(objects::visible_ids(scope)));
        let rows = seen.all(&self.core.db).await.map_err(StoreError::engine("list alerts that went out"))?;
        rows.iter().map(read).collect()
    }

    /// The version of an alert that went out, while a new one is being written, through `scope`; nothing when there is
    /// none, when it is not in the scope, and when the scope is not one of reading.
    ///
    /// # Errors
    /// As [`Store::alerts_issued_visible`].
    pub async fn alert_issued_get(
        &self,
        scope: &Scope,
        reference: &AlertRef,
    ) -> Result<Option<Scoped<Held<AlertRow>>>, StoreError> {
        if !only_reads(scope) {
            return Ok(None);
        }
        let row = copy::Entity::find_by_id(reference.to_string())
            .filter(Column::Object.in_subquery(objects::visible_ids(scope)))
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read an alert that went out"))?;
        let id = copy_id(reference.as_str());
        objects::held(&self.core.db, scope, &id, row.as_ref().map(read).transpose()?).await
    }

    /// The version of an alert that went out, while a new one is being written, whoever asks.
    ///
    /// # Errors
    /// As [`Store::alerts_issued_visible`].
    pub async fn alert_issued_fetch(&self, reference: &AlertRef) -> Result<Option<AlertRow>, StoreError> {
        let row = copy::Entity::find_by_id(reference.to_string()).one(&self.core.db).await;
        let row = row.map_err(StoreError::engine("read an alert that went out"))?;
        row.as_ref().map(read).transpose()
    }

    /// Every version that went out of an alert of which a new one is being written, whoever asks.
    ///
    /// # Errors
    /// As [`Store::alerts_issued_visible`].
    pub async fn alerts_issued(&self) -> Result<Vec<AlertRow>, StoreError> {
        let rows = copy::Entity::find().all(&self.core.db).await;
        rows.map_err(StoreError::engine("list alerts that went out"))?.iter().map(read).collect()
    }

    /// Ends what readers see of an alert whose new version is being written: what went out no longer holds.
    ///
    /// # Errors
    /// The engine's.
    pub async fn alert_issued_end(&self, reference: &AlertRef, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Journalled::Decide, "alert", reference.as_str());
        let reference = reference.clone();
        self.write(by, "alert-issued-end", reference.to_string(), move |tx| {
            Box::pin(async move {
                let_go(tx, &reference).await?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }
}
