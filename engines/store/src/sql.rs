//! Statements in words, where an entity would say less: numbered places, which both databases take.

use crate::StoreError;
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

/// Does `sql` with `values` in its places; tells how many rows it touched.
pub(crate) async fn run(
    db: &impl ConnectionTrait,
    doing: &'static str,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.execute_raw(statement).await.map(|done| done.rows_affected()).map_err(StoreError::engine(doing))
}

/// The rows that `sql` finds.
pub(crate) async fn rows(
    db: &impl ConnectionTrait,
    doing: &'static str,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await.map_err(StoreError::engine(doing))
}

/// A column of a row found.
pub(crate) fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: &str) -> Result<T, StoreError> {
    row.try_get("", column).map_err(StoreError::engine("read a row back"))
}

/// The places of `n` rows of `width` columns each: `($1, $2), ($3, $4)`.
pub(crate) fn places(n: usize, width: usize) -> String {
    let row = |r: usize| {
        let each: Vec<String> = (1..=width).map(|c| format!("${}", r * width + c)).collect();
        format!("({})", each.join(", "))
    };
    (0..n).map(row).collect::<Vec<_>>().join(", ")
}
