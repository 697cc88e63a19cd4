//! The register of signals. A new run of the watch brings new figures; a decision already taken stays.

use crate::columns::{Place, count, instant};
use crate::objects::{self, Held};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use beffroi_model::SignalId;
use beffroi_rights::{Object, Scope, Scoped};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, QueryOrder};

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "signals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: String,
        pub phenomenon: Option<String>,
        pub territory: String,
        pub layer: String,
        pub first_week: String,
        pub last_week: String,
        pub observed: f64,
        pub expected: f64,
        pub threshold: f64,
        pub strength: f64,
        pub method: String,
        pub snapshot: i64,
        pub state: String,
        pub reason: Option<String>,
        pub decided_by: Option<String>,
        pub decided_at: Option<String>,
        pub synthetic: bool,
        pub content: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One signal of the watch.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalRow {
    /// Its identifier.
    pub id: SignalId,
    /// The phenomenon whose series rose; none for all of them together.
    pub phenomenon: Option<String>,
    /// Territory code.
    pub territory: String,
    /// Code of the layer of measurement.
    pub layer: String,
    /// First week above the threshold, as `2025-W48`.
    pub first_week: String,
    /// Last week above the threshold.
    pub last_week: String,
    /// Reports observed in the last week.
    pub observed: f64,
    /// Reports expected in the last week.
    pub expected: f64,
    /// Threshold of the last week.
    pub threshold: f64,
    /// How far above the threshold, as the method defines it: the order in which signals are read.
    pub strength: f64,
    /// The method that raised it.
    pub method: String,
    /// The snapshot of the lake it was computed from.
    pub snapshot: u64,
    /// `open`, or the decision: `new`, `variant`, `known`, `out-of-scope`.
    pub state: String,
    /// Why it was decided so.
    pub reason: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Computed from rows made by a generator.
    pub synthetic: bool,
    /// Whatever else the desk keeps: the weeks drawn, the other territories…
    pub content: serde_json::Value,
}

impl SignalRow {
    fn write(self) -> Result<entity::ActiveModel, StoreError> {
        Ok(entity::ActiveModel {
            id: Set(self.id.to_string()),
            phenomenon: Set(self.phenomenon),
            territory: Set(self.territory),
            layer: Set(self.layer),
            first_week: Set(self.first_week),
            last_week: Set(self.last_week),
            observed: Set(self.observed),
            expected: Set(self.expected),
            threshold: Set(self.threshold),
            strength: Set(self.strength),
            method: Set(self.method),
            snapshot: Set(count("snapshot of a signal", self.snapshot)?),
            state: Set(self.state),
            reason: Set(self.reason),
            decided_by: Set(self.decided_by),
            decided_at: Set(self.decided_at.map(instant)),
            synthetic: Set(self.synthetic),
            content: Set(self.content.to_string()),
        })
    }

    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let key = row.id.clone();
        let place = Place { table: "signals", row: &key };
        Ok(Self {
            id: place.read("id", &row.id)?,
            phenomenon: row.phenomenon,
            territory: row.territory,
            layer: row.layer,
            first_week: row.first_week,
            last_week: row.last_week,
            observed: row.observed,
            expected: row.expected,
            threshold: row.threshold,
            strength: row.strength,
            method: row.method,
            snapshot: place.count("snapshot", row.snapshot)?,
            state: row.state,
            reason: row.reason,
            decided_by: row.decided_by,
            decided_at: place.read_option("decided_at", row.decided_at.as_deref())?,
            synthetic: row.synthetic,
            content: place.json("content", &row.content)?,
        })
    }
}

/// What a new run may change of a signal already known: everything but the decision.
const FIGURES: [entity::Column; 13] = [
    entity::Column::Phenomenon,
    entity::Column::Territory,
    entity::Column::Layer,
    entity::Column::FirstWeek,
    entity::Column::LastWeek,
    entity::Column::Observed,
    entity::Column::Expected,
    entity::Column::Threshold,
    entity::Column::Strength,
    entity::Column::Method,
    entity::Column::Snapshot,
    entity::Column::Synthetic,
    entity::Column::Content,
];

impl Store {
    /// Writes the signals of a run in one transaction, each with the facts on which rights depend. A signal already known
    /// takes the new figures and keeps its state, reason and decision; a signal that the run no longer finds stays as it
    /// was.
    ///
    /// # Errors
    /// The engine's: then nothing is written.
    pub async fn signals_put(&self, rows: Vec<(SignalRow, Object)>, by: &By) -> Result<(), StoreError> {
        let entries: Vec<_> = rows.iter().map(|(row, _)| by.entry(Act::Collect, "signal", row.id.as_str())).collect();
        let content = format!("{rows:?}");
        self.write(by, "signals-put", content, move |tx| {
            Box::pin(async move {
                for (row, guard) in rows {
                    entity::Entity::insert(row.write()?)
                        .on_conflict(OnConflict::column(entity::Column::Id).update_columns(FIGURES).to_owned())
                        .exec_without_returning(tx)
                        .await
                        .map_err(StoreError::engine("write a signal"))?;
                    objects::put(tx, &guard).await?;
                }
                Ok(Done { entries, ..Done::default() })
            })
        })
        .await
        .map(|_| ())
    }

    /// Signals that `scope` lets see, the strongest first.
    ///
    /// # Errors
    /// As [`Store::signal_list`].
    pub async fn signal_visible(&self, scope: &Scope) -> Result<Vec<SignalRow>, StoreError> {
        let seen = entity::Entity::find().filter(entity::Column::Id.in_subquery(objects::visible_ids(scope)));
        self.signals_in_order(seen).await
    }

    /// One signal, through `scope`: nothing both when there is none and when it is not in the scope.
    ///
    /// # Errors
    /// As [`Store::signal_fetch`].
    pub async fn signal_get(
        &self,
        scope: &Scope,
        id: &SignalId,
    ) -> Result<Option<Scoped<Held<SignalRow>>>, StoreError> {
        let row = entity::Entity::find_by_id(id.to_string())
            .filter(entity::Column::Id.in_subquery(objects::visible_ids(scope)))
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read a signal"))?;
        let row = row.map(SignalRow::read).transpose()?;
        objects::held(&self.core.db, scope, id.as_str(), row).await
    }

    /// Every signal, the strongest first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn signal_list(&self) -> Result<Vec<SignalRow>, StoreError> {
        self.signals_in_order(entity::Entity::find()).await
    }

    /// Those found, in the one order there is.
    async fn signals_in_order(&self, found: Select<entity::Entity>) -> Result<Vec<SignalRow>, StoreError> {
        let rows = found
            .order_by_desc(entity::Column::Strength)
            .order_by_asc(entity::Column::Id)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list signals"))?;
        rows.into_iter().map(SignalRow::read).collect()
    }

    /// One signal.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn signal_fetch(&self, id: &SignalId) -> Result<Option<SignalRow>, StoreError> {
        let row = entity::Entity::find_by_id(id.to_string())
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read a signal"))?;
        row.map(SignalRow::read).transpose()
    }

    /// Decides a signal: sets its state and why, by whom and when. A later decision replaces an earlier one; both stay
    /// in the journal.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such signal; the engine's.
    pub async fn signal_decide(&self, id: &SignalId, state: &str, reason: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Decide, "signal", id.as_str());
        let (id, state, reason) = (id.clone(), state.to_owned(), reason.to_owned());
        let (who, at) = (by.who.clone(), by.at);
        let content = format!("{id} {state} {reason}");
        self.write(by, "signal-decide", content, move |tx| {
            Box::pin(async move {
                let done = entity::Entity::update_many()
                    .col_expr(entity::Column::State, Expr::value(state))
                    .col_expr(entity::Column::Reason, Expr::value(reason))
                    .col_expr(entity::Column::DecidedBy, Expr::value(who))
                    .col_expr(entity::Column::DecidedAt, Expr::value(instant(at)))
                    .filter(entity::Column::Id.eq(id.as_str()))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine("decide a signal"))?;
                if done.rows_affected == 0 {
                    return Err(StoreError::Missing { what: "signal", id: id.to_string() });
                }
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }
}
