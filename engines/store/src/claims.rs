//! How a row of a queue is claimed and settled, whatever it hands over: a worker claims what is due and says afterwards
//! what became of it. A claim names its worker and ends by itself, so that the rows of a worker that died are taken up
//! again.

use crate::columns::instant;
use crate::handovers::{HandoverState, Settlement};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Condition, IntoCondition};
use sea_orm::{DatabaseTransaction, DbErr, ExprTrait, QueryOrder, QuerySelect};

/// A table of rows that are handed over: by which columns their claims go.
pub(crate) trait Queue: EntityTrait {
    const ID: Self::Column;
    const STATE: Self::Column;
    const ATTEMPTS: Self::Column;
    const DUE_AT: Self::Column;
    const CLAIMED_BY: Self::Column;
    const LEASE_UNTIL: Self::Column;
    const ENDED_AT: Self::Column;
    const NOTE: Self::Column;
}

/// Says of an entity whose columns bear the names of a queue that it is one.
macro_rules! queue {
    ($entity:path, $column:ident) => {
        impl $crate::claims::Queue for $entity {
            const ID: $column = $column::Id;
            const STATE: $column = $column::State;
            const ATTEMPTS: $column = $column::Attempts;
            const DUE_AT: $column = $column::DueAt;
            const CLAIMED_BY: $column = $column::ClaimedBy;
            const LEASE_UNTIL: $column = $column::LeaseUntil;
            const ENDED_AT: $column = $column::EndedAt;
            const NOTE: $column = $column::Note;
        }
    };
}
pub(crate) use queue;

/// What may be claimed at `now`.
pub(crate) fn due<Q: Queue>(now: Timestamp) -> Condition {
    let waiting = [HandoverState::Queued, HandoverState::Retry].map(HandoverState::code);
    Condition::any()
        .add(Condition::all().add(Q::STATE.is_in(waiting)).add(Q::DUE_AT.lte(instant(now))))
        .add(Condition::all().add(Q::STATE.eq(HandoverState::Sending.code())).add(Q::LEASE_UNTIL.lt(instant(now))))
}

/// Whether something waits at `now`.
pub(crate) async fn waits<Q: Queue>(db: &impl sea_orm::ConnectionTrait, now: Timestamp) -> Result<bool, DbErr> {
    Ok(Q::find().filter(due::<Q>(now)).limit(1).one(db).await?.is_some())
}

/// Claims for `worker` at most `most` rows that are due at `now`, the oldest first, until `until`.
pub(crate) async fn claim<Q: Queue>(
    tx: &DatabaseTransaction,
    worker: String,
    most: u64,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), DbErr> {
    let ids: Vec<String> = Q::find()
        .select_only()
        .column(Q::ID)
        .filter(due::<Q>(now))
        .order_by_asc(Q::DUE_AT)
        .order_by_asc(Q::ID)
        .limit(most)
        .into_tuple()
        .all(tx)
        .await?;
    Q::update_many()
        .col_expr(Q::STATE, Expr::value(HandoverState::Sending.code()))
        .col_expr(Q::ATTEMPTS, ExprTrait::add(Expr::col(Q::ATTEMPTS), 1))
        .col_expr(Q::CLAIMED_BY, Expr::value(worker))
        .col_expr(Q::LEASE_UNTIL, Expr::value(instant(until)))
        .filter(Q::ID.is_in(ids))
        .exec(tx)
        .await
        .map(drop)
}

/// What `worker` has claimed and not settled, the oldest first.
pub(crate) fn claimed<Q: Queue>(worker: &str) -> Select<Q> {
    Q::find()
        .filter(Q::STATE.eq(HandoverState::Sending.code()))
        .filter(Q::CLAIMED_BY.eq(worker))
        .order_by_asc(Q::DUE_AT)
        .order_by_asc(Q::ID)
}

/// Writes at `at` what became of the rows of `which`.
pub(crate) async fn settle<Q: Queue>(
    tx: &DatabaseTransaction,
    settled: &Settlement,
    at: Timestamp,
    which: impl IntoCondition,
) -> Result<(), DbErr> {
    let is_over = settled.state != HandoverState::Retry;
    let mut update = Q::update_many()
        .col_expr(Q::STATE, Expr::value(settled.state.code()))
        .col_expr(Q::CLAIMED_BY, Expr::value(None::<String>))
        .col_expr(Q::LEASE_UNTIL, Expr::value(None::<String>))
        .col_expr(Q::ENDED_AT, Expr::value(is_over.then(|| instant(at))))
        .col_expr(Q::NOTE, Expr::value(settled.note.clone()));
    if let Some(due) = settled.due_at {
        update = update.col_expr(Q::DUE_AT, Expr::value(instant(due)));
    }
    update.filter(which.into_condition()).exec(tx).await.map(drop)
}
