//! The register of published figures: what was printed stays as it was printed.

use crate::columns::{Place, count, instant};
use crate::write::{By, Done};
use crate::{Held, Store, StoreError, objects};
use beffroi_journal::Act;
use beffroi_rights::{Object, Scope, Scoped};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, QueryOrder};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "published_figures")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reference: String,
        pub indicator: String,
        pub definition: String,
        pub snapshot: i64,
        pub digest: String,
        pub figures: String,
        pub frozen_at: String,
        pub frozen_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const TABLE: &str = "published_figures";

/// The figures of one publication.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedFigures {
    /// Under which they are cited: `RA-2024.T3`.
    pub reference: String,
    /// The indicator.
    pub indicator: String,
    /// The version of its definition.
    pub definition: String,
    /// The snapshot of the lake they were made of.
    pub snapshot: u64,
    /// The digest of their certificate.
    pub digest: String,
    /// The request, the figures and the certificate, as their desk wrote them.
    pub figures: serde_json::Value,
    /// When they were frozen.
    pub frozen_at: Timestamp,
    /// By whom.
    pub frozen_by: String,
}

impl Store {
    /// Keeps figures as published. `guard`: the facts on which rights depend.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when something was published under that reference: it is never replaced.
    pub async fn published_put(&self, row: PublishedFigures, guard: Object, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Decide, "figure", &row.reference);
        self.write(by, "published-put", format!("{row:?} {guard:?}"), move |tx| {
            Box::pin(async move {
                let known = entity::Entity::find_by_id(row.reference.clone())
                    .one(tx)
                    .await
                    .map_err(StoreError::engine("look for published figures"))?;
                if known.is_some() {
                    return Err(StoreError::Exists { what: "publication", id: row.reference });
                }
                let model = entity::ActiveModel {
                    reference: Set(row.reference),
                    indicator: Set(row.indicator),
                    definition: Set(row.definition),
                    snapshot: Set(count("snapshot of published figures", row.snapshot)?),
                    digest: Set(row.digest),
                    figures: Set(row.figures.to_string()),
                    frozen_at: Set(instant(row.frozen_at)),
                    frozen_by: Set(row.frozen_by),
                };
                entity::Entity::insert(model)
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine("keep published figures"))?;
                objects::put(tx, &guard).await?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// What was published under that reference.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn published_fetch(&self, reference: &str) -> Result<Option<PublishedFigures>, StoreError> {
        let row = entity::Entity::find_by_id(reference.to_owned())
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read published figures"))?;
        row.map(read).transpose()
    }

    /// The same, when `scope` lets see it: absent and forbidden look the same.
    ///
    /// # Errors
    /// As [`Store::published_fetch`].
    pub async fn published_visible(
        &self,
        reference: &str,
        scope: &Scope,
    ) -> Result<Option<Scoped<Held<PublishedFigures>>>, StoreError> {
        let row = entity::Entity::find()
            .filter(entity::Column::Reference.eq(reference))
            .filter(entity::Column::Reference.in_subquery(objects::visible_ids(scope)))
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read published figures"))?;
        objects::held(&self.core.db, scope, reference, row.map(read).transpose()?).await
    }

    /// What was published, the latest first; of one indicator when one is named.
    ///
    /// # Errors
    /// As [`Store::published_fetch`].
    pub async fn published_list(&self, indicator: Option<&str>) -> Result<Vec<PublishedFigures>, StoreError> {
        let all =
            entity::Entity::find().order_by_desc(entity::Column::FrozenAt).order_by_asc(entity::Column::Reference);
        let asked = match indicator {
            Some(code) => all.filter(entity::Column::Indicator.eq(code)),
            None => all,
        };
        let rows = asked.all(&self.core.db).await.map_err(StoreError::engine("list published figures"))?;
        rows.into_iter().map(read).collect()
    }
}

fn read(row: entity::Model) -> Result<PublishedFigures, StoreError> {
    let place = Place { table: TABLE, row: &row.reference };
    let (snapshot, frozen_at) = (place.count("snapshot", row.snapshot)?, place.read("frozen_at", &row.frozen_at)?);
    let figures = place.json("figures", &row.figures)?;
    Ok(PublishedFigures {
        snapshot,
        frozen_at,
        figures,
        reference: row.reference,
        indicator: row.indicator,
        definition: row.definition,
        digest: row.digest,
        frozen_by: row.frozen_by,
    })
}
