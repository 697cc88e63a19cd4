//! Finding records through a scope: lists, filters, the search, what is due, what is new. Each goes by an index: the rows
//! of a list come in the order of its index and stop at the end of the page, whatever there is behind.

use super::search::Question;
use super::{COLUMNS, RecordRow, entity, search};
use crate::columns::instant;
use crate::{Store, StoreError, objects};
use beffroi_register::Entry;
use beffroi_rights::{Scope, Scoped};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Condition, IntoColumnRef, Query, SelectStatement, SimpleExpr};
use sea_orm::{DbBackend, ExprTrait, Order, QueryOrder, QuerySelect, Select};

/// A register and what of it is seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its name.
    pub register: &'static str,
    /// What is seen.
    pub scope: Scope,
}

/// Where a part of a list ended: the next one begins after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The instant by which the list is ordered.
    pub at: Timestamp,
    /// The reference.
    pub reference: String,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The rows.
    pub rows: Vec<RecordRow>,
    /// Where the next part begins; nothing after the last.
    pub next: Option<Cursor>,
}

/// The first condition that a list goes by, and those that its rows are asked besides.
const ENTRIES: &str = "record_entries";

impl Store {
    /// Records of a register that `seen` lets see and that have all of `filters`, the last written first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn record_list(
        &self,
        seen: &Seen,
        filters: &[Entry],
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Listed, StoreError> {
        let mut rows = Vec::new();
        // Whoever sees few services goes by each of them; the parts are then put together.
        match (search::owners(&seen.scope), filters) {
            (Some(owners), []) => {
                for owner in owners {
                    let by = Entry { field: ".unit".to_owned(), value: owner };
                    rows.extend(self.read(listed(seen, &[by], after, limit)).await?);
                }
                rows.sort_by(|a, b| {
                    (b.record.updated_at, &b.record.reference).cmp(&(a.record.updated_at, &a.record.reference))
                });
            }
            _ => rows = self.read(listed(seen, filters, after, limit)).await?,
        }
        Ok(cut(rows, limit, |row| row.record.updated_at))
    }

    /// One record, through its scope: nothing both when there is none and when it is not in the scope.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn record_get(&self, seen: &Seen, reference: &str) -> Result<Option<Scoped<RecordRow>>, StoreError> {
        let found = visible(seen).filter(entity::Column::Reference.eq(reference));
        let row = self.read(found.limit(1)).await?.pop();
        // The scope is asked again over the facts, so that a fault in either shows nothing.
        Ok(row.and_then(|row| seen.scope.admit(row)))
    }

    /// The records of these references, whoever asks: for those who check a reference, never for those who show.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn records_fetch(&self, references: &[String]) -> Result<Vec<RecordRow>, StoreError> {
        let mut rows = Vec::new();
        for chunk in references.chunks(400) {
            let found = entity::Entity::find().filter(entity::Column::Reference.is_in(chunk.iter().cloned()));
            rows.extend(self.read(found).await?);
        }
        Ok(rows)
    }

    /// Records that refer to `reference`, of the registers seen, the last written first.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn records_linked(
        &self,
        seen: &[Seen],
        reference: &str,
        limit: u64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        let found = of_all(seen).filter(entity::Column::Reference.in_subquery(referring(reference)));
        self.read(found.order_by_desc(entity::Column::UpdatedAt).limit(limit)).await
    }

    /// Records whose clock ends by `until`, of the registers seen, the soonest first.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn records_due(
        &self,
        seen: &[Seen],
        until: Timestamp,
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Listed, StoreError> {
        Ok(cut(self.read(due(seen, until, after, limit)).await?, limit, due_at))
    }

    /// Records of which somebody may have to be told, whoever may see them, the soonest first: whose clock ends by `soon` and
    /// nobody was told, has ended by `now` and nobody was told that it has, or had ended by `long` and those who coordinate
    /// were not told. For the job that reminds.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn records_to_tell(
        &self,
        [soon, now, long]: [Timestamp; 3],
        after: Option<&Cursor>,
        limit: u64,
    ) -> Result<Listed, StoreError> {
        let stages = [soon, now, long].into_iter().zip(0_i64..).fold(Condition::any(), |any, (by, told)| {
            let one = Condition::all().add(entity::Column::Told.eq(told)).add(entity::Column::Due.lte(instant(by)));
            any.add(one)
        });
        let found = ordered_by_due(entity::Entity::find().filter(stages), soon, after, limit);
        Ok(cut(self.read(found).await?, limit, due_at))
    }

    /// Records of a register that have all of `entries`, the last written first, whoever asks: for those who check a
    /// record, never for those who show.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn records_having(
        &self,
        register: &str,
        entries: &[Entry],
        limit: u64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        let all = entries.iter().fold(Condition::all(), |all, entry| all.add(Expr::exists(has(entry))));
        let found = entity::Entity::find().filter(entity::Column::Register.eq(register)).filter(all);
        self.read(found.order_by_desc(entity::Column::UpdatedAt).limit(limit)).await
    }

    /// Records that refer to `reference`, whoever asks: for those who check a record, never for those who show.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn records_back(&self, reference: &str, limit: u64) -> Result<Vec<RecordRow>, StoreError> {
        let found = entity::Entity::find().filter(entity::Column::Reference.in_subquery(referring(reference)));
        self.read(found.order_by_asc(entity::Column::Reference).limit(limit)).await
    }

    /// Records whose clock ends by `until` and that have `value` in any of `fields`, of the registers seen: the soonest
    /// first.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn records_due_of(
        &self,
        seen: &[Seen],
        (fields, value): (&[&str], &str),
        until: Timestamp,
        limit: u64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        let found = due_of(seen, fields, value, until, limit);
        let mut rows = self.read(found).await?;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(rows)
    }

    /// Records written since an instant, of the registers seen, the last first.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn records_since(
        &self,
        seen: &[Seen],
        since: Timestamp,
        limit: u64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        let found = of_all(seen)
            .filter(entity::Column::UpdatedAt.gte(instant(since)))
            .order_by_desc(entity::Column::UpdatedAt)
            .order_by_desc(entity::Column::Reference)
            .limit(limit);
        self.read(found).await
    }

    /// Records that hold all words of `question`, of the registers seen: of each at most `limit`, the last added first.
    ///
    /// # Errors
    /// As [`Store::record_list`].
    pub async fn record_search(&self, seen: &[Seen], question: &str, limit: u64) -> Result<Vec<RecordRow>, StoreError> {
        let backend = self.core.db.get_database_backend();
        let mut rows = Vec::new();
        let Some(question) = Question::of(&self.core.db, question).await? else { return Ok(rows) };
        for (scope, mut registers) in alike(seen) {
            loop {
                let mut found = self.read(searched(backend, scope, &registers, &question, limit)).await?;
                let is_all = found.len() < usize::try_from(limit).unwrap_or(usize::MAX);
                found.retain(|row| registers.contains(&row.record.register.as_str()));
                let crowd = most_frequent(&registers, &found);
                let Some(crowd) = crowd.filter(|_| !is_all && registers.len() > 1) else {
                    rows.extend(found);
                    break;
                };
                // The places are taken: the register that takes most of them is asked alone, and the others without it.
                rows.extend(self.read(searched(backend, scope, &[crowd], &question, limit)).await?);
                registers.retain(|register| *register != crowd);
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.record.updated_at));
        Ok(rows)
    }

    async fn read(&self, found: Select<entity::Entity>) -> Result<Vec<RecordRow>, StoreError> {
        let rows = found.all(&self.core.db).await.map_err(StoreError::engine("find records"))?;
        rows.into_iter().map(RecordRow::read).collect()
    }
}

/// One row more than a page was asked for, to know whether there is another page.
fn cut(mut rows: Vec<RecordRow>, limit: u64, at: fn(&RecordRow) -> Timestamp) -> Listed {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| Cursor { at: at(row), reference: row.record.reference.clone() });
    Listed { rows, next }
}

fn visible(seen: &Seen) -> Select<entity::Entity> {
    entity::Entity::find()
        .filter(entity::Column::Register.eq(seen.register))
        .filter(objects::admitted(&seen.scope, &COLUMNS))
}

/// The registers that are seen alike, by what is seen of them.
fn alike(seen: &[Seen]) -> Vec<(&Scope, Vec<&'static str>)> {
    let mut alike: Vec<(&Scope, Vec<&'static str>)> = Vec::new();
    for one in seen.iter().filter(|one| one.scope.branches().len() > 0) {
        match alike.iter_mut().find(|(scope, _)| **scope == one.scope) {
            Some((_, registers)) => registers.push(one.register),
            None => alike.push((&one.scope, vec![one.register])),
        }
    }
    alike
}

/// The register that most of these rows are of.
fn most_frequent(registers: &[&'static str], rows: &[RecordRow]) -> Option<&'static str> {
    let n = |register: &str| rows.iter().filter(|row| row.record.register == register).count();
    registers.iter().copied().max_by_key(|register| n(register))
}

/// What is seen of all of them: registers that are seen alike stand in one condition.
fn of_all(seen: &[Seen]) -> Select<entity::Entity> {
    let mut any = Condition::any().add(Expr::value(false));
    for (scope, registers) in alike(seen) {
        let own =
            Condition::all().add(entity::Column::Register.is_in(registers)).add(objects::admitted(scope, &COLUMNS));
        any = any.add(own);
    }
    entity::Entity::find().filter(any)
}

fn tuple(columns: [SimpleExpr; 2]) -> SimpleExpr {
    SimpleExpr::Tuple(columns.to_vec())
}

fn entry_column(name: &'static str) -> SimpleExpr {
    SimpleExpr::Column((Alias::new(ENTRIES), Alias::new(name)).into_column_ref())
}

fn record_column(column: entity::Column) -> SimpleExpr {
    SimpleExpr::Column((entity::Entity, column).into_column_ref())
}

/// A page of a list: by the index of the register, or by that of the first filter.
fn listed(seen: &Seen, filters: &[Entry], after: Option<&Cursor>, limit: u64) -> Select<entity::Entity> {
    let mut found = visible(seen);
    let (at, reference) = match filters.split_first() {
        None => (record_column(entity::Column::UpdatedAt), record_column(entity::Column::Reference)),
        Some((first, rest)) => {
            let same = entry_column("reference").eq(record_column(entity::Column::Reference));
            QuerySelect::query(&mut found).join(sea_orm::JoinType::InnerJoin, Alias::new(ENTRIES), same);
            found = found
                .filter(entry_column("register").eq(seen.register))
                .filter(entry_column("field").eq(first.field.as_str()))
                .filter(entry_column("value").eq(first.value.as_str()));
            for other in rest {
                found = found.filter(Expr::exists(has(other)));
            }
            (entry_column("updated_at"), entry_column("reference"))
        }
    };
    if let Some(after) = after {
        let from = tuple([instant(after.at).into(), after.reference.as_str().into()]);
        found = found.filter(tuple([at.clone(), reference.clone()]).lt(from));
    }
    QuerySelect::query(&mut found).order_by_expr(at, Order::Desc).order_by_expr(reference, Order::Desc);
    found.limit(limit.saturating_add(1))
}

/// Whether a record has an entry besides.
fn has(entry: &Entry) -> SelectStatement {
    let other = || Alias::new("other");
    let column = |name: &'static str| Expr::col((other(), Alias::new(name)));
    Query::select()
        .expr(Expr::value(1))
        .from_as(Alias::new(ENTRIES), other())
        .and_where(column("reference").eq(record_column(entity::Column::Reference)))
        .and_where(column("field").eq(entry.field.as_str()))
        .and_where(column("value").eq(entry.value.as_str()))
        .to_owned()
}

fn due(seen: &[Seen], until: Timestamp, after: Option<&Cursor>, limit: u64) -> Select<entity::Entity> {
    ordered_by_due(of_all(seen), until, after, limit)
}

/// What ends by `until` and has `value` in any of `fields`: found from the entries, which name few records, while many may
/// be due.
fn due_of(seen: &[Seen], fields: &[&str], value: &str, until: Timestamp, limit: u64) -> Select<entity::Entity> {
    let column = |name: &'static str| Expr::col((Alias::new(ENTRIES), Alias::new(name)));
    let naming = Query::select()
        .column((Alias::new(ENTRIES), Alias::new("reference")))
        .from(Alias::new(ENTRIES))
        .and_where(column("register").is_in(seen.iter().map(|seen| seen.register)))
        .and_where(column("field").is_in(fields.iter().copied()))
        .and_where(column("value").eq(value))
        .to_owned();
    ordered_by_due(of_all(seen).filter(entity::Column::Reference.in_subquery(naming)), until, None, limit)
}

/// What ends by `until`, the soonest first, and one row more than asked for.
fn ordered_by_due(
    found: Select<entity::Entity>,
    until: Timestamp,
    after: Option<&Cursor>,
    limit: u64,
) -> Select<entity::Entity> {
    let mut found = found.filter(entity::Column::Due.lte(instant(until)));
    if let Some(after) = after {
        let at = tuple([record_column(entity::Column::Due), record_column(entity::Column::Reference)]);
        found = found.filter(at.gt(tuple([instant(after.at).into(), after.reference.as_str().into()])));
    }
    found.order_by_asc(entity::Column::Due).order_by_asc(entity::Column::Reference).limit(limit.saturating_add(1))
}

fn due_at(row: &RecordRow) -> Timestamp {
    row.due.as_ref().map_or(row.record.updated_at, |(at, _)| *at)
}

/// References of the records that refer to one.
fn referring(reference: &str) -> SelectStatement {
    Query::select()
        .column(Alias::new("reference"))
        .from(Alias::new("record_links"))
        .and_where(Expr::col(Alias::new("target")).eq(reference))
        .to_owned()
}

fn searched(
    backend: DbBackend,
    scope: &Scope,
    registers: &[&str],
    question: &Question,
    limit: u64,
) -> Select<entity::Entity> {
    let question = question.asked(backend, registers, scope);
    // The index knows the register by a made-up word: a condition on the column would be taken for a better way in.
    let mut found = entity::Entity::find().filter(objects::admitted(scope, &COLUMNS));
    let (key, matches) = if backend == DbBackend::Postgres {
        ("seq", Expr::cust_with_values("record_texts.words @@ to_tsquery('simple', $1)", [question]))
    } else {
        ("rowid", Expr::cust_with_values("record_texts MATCH ?", [question]))
    };
    let column = SimpleExpr::Column((Alias::new("record_texts"), Alias::new(key)).into_column_ref());
    let same = column.clone().eq(record_column(entity::Column::Seq));
    QuerySelect::query(&mut found).join(sea_orm::JoinType::InnerJoin, Alias::new("record_texts"), same);
    found = found.filter(matches);
    QuerySelect::query(&mut found).order_by_expr(column, Order::Desc);
    found.limit(limit)
}

#[cfg(test)]
mod tests;
