//! What a browser was asked and must answer once: the other half of a sign-in at a provider, of a passkey. Kept sealed,
//! for a quarter of an hour at most, by the digest of what the browser holds; taken out as it is read.

use crate::columns::{Place, instant};
use crate::hexadecimal::drawn;
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::{from_base64, to_base64};
use beffroi_ports::Sealed;
use jiff::{SignedDuration, Timestamp};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ceremonies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id_sha256: String,
        pub kind: String,
        pub content: String,
        pub wrapped: String,
        pub ends_at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The longest that something is kept.
const LONGEST: SignedDuration = SignedDuration::from_mins(15);

fn digest(kind: &str, held: &str) -> String {
    format!("{:x}", Sha256::digest(format!("ceremony\0{kind}\0{held}")))
}

impl Store {
    /// Keeps `content` until it is taken, for `span` (a quarter of an hour at most); gives the 128 random bits, in
    /// hexadecimal, that the browser holds.
    ///
    /// # Errors
    /// [`StoreError::Keys`]; the engine's.
    pub async fn ceremony_keep(
        &self,
        kind: &'static str,
        content: &[u8],
        span: SignedDuration,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let held = drawn::<16>()?;
        let id = digest(kind, &held);
        let sealed = self.core.keys.seal(&format!("ceremony/{id}"), content)?;
        let ends_at = now.checked_add(span.min(LONGEST)).unwrap_or(now);
        self.write(&By::new("-", now), "ceremony-keep", id.clone(), move |tx| {
            Box::pin(async move {
                let doing = "keep half of a sign-in";
                entity::Entity::delete_many()
                    .filter(entity::Column::EndsAt.lt(instant(now)))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                let row = entity::ActiveModel {
                    id_sha256: Set(id),
                    kind: Set(kind.to_owned()),
                    content: Set(to_base64(&sealed.ciphertext)),
                    wrapped: Set(to_base64(&sealed.wrapped)),
                    ends_at: Set(instant(ends_at)),
                };
                entity::Entity::insert(row).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
                Ok(Done::default())
            })
        })
        .await?;
        Ok(held)
    }

    /// Takes out what was kept under `held`: a second time there is nothing, and nothing once it has ended.
    ///
    /// # Errors
    /// [`StoreError::Keys`]; the engine's.
    pub async fn ceremony_take(
        &self,
        kind: &'static str,
        held: &str,
        now: Timestamp,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let id = digest(kind, held);
        let name = format!("ceremony/{id}");
        let told = self
            .write(&By::new("-", now), "ceremony-take", id.clone(), move |tx| {
                Box::pin(async move {
                    let doing = "take half of a sign-in";
                    let row = entity::Entity::find_by_id(&id).one(tx).await.map_err(StoreError::engine(doing))?;
                    let Some(row) = row else { return Ok(Done::default()) };
                    entity::Entity::delete_by_id(&id).exec(tx).await.map_err(StoreError::engine(doing))?;
                    let place = Place { table: "ceremonies", row: "…" };
                    let ends_at: Timestamp = place.read("ends_at", &row.ends_at)?;
                    if ends_at < now || row.kind != kind {
                        return Ok(Done::default());
                    }
                    Ok(Done::default().telling(json!([row.wrapped, row.content])))
                })
            })
            .await?;
        let place = Place { table: "ceremonies", row: "…" };
        let part = |n: usize| told.get(n).and_then(serde_json::Value::as_str).and_then(from_base64);
        if told.is_null() {
            return Ok(None);
        }
        let sealed = Sealed {
            wrapped: part(0).ok_or_else(|| place.wrong("wrapped"))?,
            ciphertext: part(1).ok_or_else(|| place.wrong("content"))?,
        };
        Ok(Some(self.core.keys.open(&name, &sealed)?))
    }
}
