//! Habilitations as they stand in the register: who, for which inquiry, by whom, until when (CPP 230-25).

use super::rows::{self, habilitation};
use crate::columns::instant;
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use beffroi_rights::{Habilitation, Seizure};
use jiff::Timestamp;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

/// A habilitation as it stands in the register.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenHabilitation {
    /// Its number.
    pub id: String,
    /// Whose, for what, until when.
    pub habilitation: Habilitation,
    /// Who is seized of the inquiry.
    pub seizure: Seizure,
    /// Who gave it.
    pub given_by: String,
    /// Who agreed, when it took two.
    pub second_by: Option<String>,
    /// When.
    pub given_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl Store {
    /// Every habilitation given, those that stand and those taken back, by person.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn habilitation_list(&self) -> Result<Vec<GivenHabilitation>, StoreError> {
        let rows = habilitation::Entity::find()
            .order_by_asc(habilitation::Column::Person)
            .order_by_asc(habilitation::Column::EndsOn)
            .order_by_asc(habilitation::Column::Id)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list habilitations"))?;
        rows.into_iter().map(rows::habilitated).collect()
    }

    /// Takes a habilitation back.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when none of that number stands; the engine's.
    pub async fn habilitation_revoke(&self, id: &str, by: &By) -> Result<(), StoreError> {
        let doing = "take a habilitation back";
        let missing = || StoreError::Missing { what: "habilitation", id: id.to_owned() };
        let row = habilitation::Entity::find_by_id(id.to_owned()).one(&self.core.db).await;
        let row = row.map_err(StoreError::engine(doing))?.ok_or_else(missing)?;
        let entry = by.entry(Act::Revoke, "account", &row.person);
        let (id, at) = (id.to_owned(), by.at);
        self.write(by, "habilitation-revoke", id.clone(), move |tx| {
            Box::pin(async move {
                let done = habilitation::Entity::update_many()
                    .col_expr(habilitation::Column::RevokedAt, Expr::value(instant(at)))
                    .filter(habilitation::Column::Id.eq(id.as_str()))
                    .filter(habilitation::Column::RevokedAt.is_null())
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                match done.rows_affected {
                    0 => Err(StoreError::Missing { what: "habilitation", id }),
                    _ => Ok(Done::with(entry)),
                }
            })
        })
        .await
        .map(|_| ())
    }
}
