//! Openings in an emergency: kept with the reason, told at once, ended, and judged by somebody else.

use super::beffroi_journal_text;
use super::rows::{self, JUSTIFIED, UNJUSTIFIED, opening};
use crate::columns::instant;
use crate::write::{By, Done};
use crate::{Store, StoreError, notices};
use beffroi_journal::{Act, Purpose};
use beffroi_rights::{BreakGlass, FileRef, Kind};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder};
use std::collections::BTreeSet;

/// An opening in an emergency.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Its number.
    pub id: String,
    /// Of which kind the object is.
    pub kind: Kind,
    /// The opening; its end is earlier than foreseen when it was ended.
    pub glass: BreakGlass,
    /// What somebody else thought of it afterwards.
    pub review: Option<GlassReview>,
}

/// What was thought of an opening afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlassReview {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Whether it was right to open.
    pub justified: bool,
    /// Why, in the reviewer's words.
    pub remark: String,
}

impl Store {
    /// Keeps an opening of something of `kind` and tells those who are to be told, in the same transaction.
    ///
    /// # Errors
    /// The engine's.
    pub async fn glass_open(&self, kind: Kind, glass: BreakGlass, by: &By) -> Result<(), StoreError> {
        let purpose = Purpose {
            why: beffroi_journal_text(&glass.reason),
            reference: match &glass.file {
                FileRef::Inquiry(inquiry) => Some(inquiry.as_str().to_owned()),
                FileRef::Object(_) => None,
            },
        };
        let entry = by.clone().for_purpose(purpose).entry(Act::BreakGlass, kind.code(), glass.object.as_str());
        let (id, at) = (by.key.to_string(), by.at);
        self.write(by, "glass-open", format!("{kind} {} {}", glass.object, glass.reason), move |tx| {
            Box::pin(async move {
                rows::open(tx, &id, kind, &glass).await?;
                let outgoing = notices::tell(tx, "break-glass", &id, &glass.notified, at).await?;
                Ok(Done { outgoing, ..Done::with(entry) })
            })
        })
        .await
        .map(|_| ())
    }

    /// Journals that an opening was asked for and refused. The reference is as it was typed: there may be no such thing.
    ///
    /// # Errors
    /// The engine's.
    pub async fn glass_refused(&self, reference: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Refuse, "object", &beffroi_journal_text(reference));
        let content = reference.to_owned();
        self.write(by, "glass-refused", content, move |_| Box::pin(async move { Ok(Done::with(entry)) }))
            .await
            .map(|_| ())
    }

    /// Openings, the latest first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn glasses(&self) -> Result<Vec<Opening>, StoreError> {
        let rows = opening::Entity::find()
            .order_by_desc(opening::Column::OpenedAt)
            .order_by_desc(opening::Column::Id)
            .all(&self.core.db)
            .await;
        rows.map_err(StoreError::engine("list openings"))?.into_iter().map(rows::opened).collect()
    }

    /// Ends an opening before its time.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when no such opening is open any more; the engine's.
    pub async fn glass_end(&self, id: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Decide, "opening", id);
        let (id, at) = (id.to_owned(), by.at);
        self.write(by, "glass-end", id.clone(), move |tx| {
            Box::pin(async move {
                match end(tx, &id, at).await? {
                    0 => Err(StoreError::Missing { what: "opening", id }),
                    _ => Ok(Done::with(entry)),
                }
            })
        })
        .await
        .map(|_| ())
    }

    /// Notes what somebody else thinks of an opening, and tells who opened. One that was not justified ends.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when none waits for a review; [`StoreError::Refused`] when it is the opener's own; the
    /// engine's.
    pub async fn glass_review(&self, id: &str, justified: bool, remark: &str, by: &By) -> Result<(), StoreError> {
        let verdict = if justified { JUSTIFIED } else { UNJUSTIFIED };
        let purpose = Purpose { why: beffroi_journal_text(&format!("{verdict}: {remark}")), reference: None };
        let entry = by.clone().for_purpose(purpose).entry(Act::Decide, "opening", id);
        let (id, remark, who, at) = (id.to_owned(), remark.to_owned(), by.who.clone(), by.at);
        self.write(by, "glass-review", format!("{id} {verdict} {remark}"), move |tx| {
            Box::pin(async move {
                let doing = "review an opening";
                let missing = || StoreError::Missing { what: "opening", id: id.clone() };
                let row = opening::Entity::find_by_id(id.clone()).one(tx).await.map_err(StoreError::engine(doing))?;
                let opened = row.map(rows::opened).transpose()?.filter(|opening| opening.review.is_none());
                let opened = opened.ok_or_else(missing)?;
                if opened.glass.person.as_str() == who {
                    let reason = "somebody else reviews an opening".to_owned();
                    return Err(StoreError::Refused { what: "review", reason });
                }
                opening::Entity::update_many()
                    .col_expr(opening::Column::ReviewedBy, Expr::value(who))
                    .col_expr(opening::Column::ReviewedAt, Expr::value(instant(at)))
                    .col_expr(opening::Column::Verdict, Expr::value(verdict))
                    .col_expr(opening::Column::Remark, Expr::value(remark))
                    .filter(opening::Column::Id.eq(id.as_str()))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                if !justified {
                    end(tx, &id, at).await?;
                }
                let told = BTreeSet::from([opened.glass.person]);
                let outgoing = notices::tell(tx, "break-glass-reviewed", &id, &told, at).await?;
                Ok(Done { outgoing, ..Done::with(entry) })
            })
        })
        .await
        .map(|_| ())
    }
}

/// Ends an opening at `at`; gives how many that were open.
async fn end(tx: &DatabaseTransaction, id: &str, at: Timestamp) -> Result<u64, StoreError> {
    let done = opening::Entity::update_many()
        .col_expr(opening::Column::UntilAt, Expr::value(instant(at)))
        .filter(opening::Column::Id.eq(id))
        .filter(opening::Column::UntilAt.gt(instant(at)))
        .exec(tx)
        .await
        .map_err(StoreError::engine("end an opening"))?;
    Ok(done.rows_affected)
}
