//! Searching the journal: by who, by what, by days. Entries whose month's key was destroyed show that they were, and no
//! more.

use super::{entries, object_text};
use crate::columns::Place;
use crate::{Store, StoreError};
use beffroi_journal::{Entry, Header, Month, Record, from_base64};
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Condition;
use sea_orm::{QueryOrder, QuerySelect};

/// One entry, as far as it can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number, from 0, without gaps.
    pub index: u64,
    /// Its day (UTC).
    pub day: Date,
    /// What it says; nothing when the key of its month was destroyed.
    pub entry: Option<Entry>,
}

/// What is looked for. All conditions together; none of them finds everything.
#[derive(Debug, Clone, Default)]
pub struct JournalQuery {
    /// Who acted.
    pub who: Option<String>,
    /// On what: kind and identifier.
    pub object: Option<(String, String)>,
    /// First day.
    pub from: Option<Date>,
    /// Last day, included.
    pub to: Option<Date>,
    /// Only entries before this number.
    pub before: Option<u64>,
}

impl Store {
    /// Entries that answer `query`, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Keys`]; [`StoreError::Inconsistent`] or [`StoreError::Journal`] for an entry that is
    /// not what it should be.
    pub async fn journal_search(&self, query: &JournalQuery, limit: u64) -> Result<Vec<JournalEntry>, StoreError> {
        let doing = "search the journal";
        let mut find = entries::Entity::find();
        if let Some(from) = query.from {
            find = find.filter(entries::Column::Day.gte(from.to_string()));
        }
        if let Some(to) = query.to {
            find = find.filter(entries::Column::Day.lte(to.to_string()));
        }
        if let Some(before) = query.before {
            find = find.filter(entries::Column::Idx.lt(i64::try_from(before).unwrap_or(i64::MAX)));
        }
        if query.who.is_some() || query.object.is_some() {
            let mut tokens = Condition::any();
            for month in self.core.keys.months()? {
                let Some(key) = self.core.keys.month_key(month, false)? else { continue };
                let mut all = Condition::all().add(entries::Column::Month.eq(month.to_string()));
                if let Some(who) = &query.who {
                    all = all.add(entries::Column::WhoToken.eq(key.token("who", who)));
                }
                if let Some((kind, id)) = &query.object {
                    all = all.add(entries::Column::ObjectToken.eq(key.token("object", &object_text(kind, id))));
                }
                tokens = tokens.add(all);
            }
            if tokens.is_empty() {
                return Ok(Vec::new());
            }
            find = find.filter(tokens);
        }
        let rows = find
            .order_by_desc(entries::Column::Idx)
            .limit(limit)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine(doing))?;
        rows.into_iter().map(|row| self.open_entry(&row)).collect()
    }

    /// How many entries there are.
    ///
    /// # Errors
    /// The engine's.
    pub async fn journal_size(&self) -> Result<u64, StoreError> {
        Ok(super::resume(&self.core, &self.core.db).await?.frontier().size())
    }

    fn open_entry(&self, row: &entries::Model) -> Result<JournalEntry, StoreError> {
        let record = record(row)?;
        let Header { index, day, key } = record.header;
        let entry = match self.core.keys.month_key(key, false)? {
            Some(key) => Some(record.open(&key).map_err(StoreError::journal)?),
            None => None,
        };
        Ok(JournalEntry { index, day, entry })
    }
}

/// The record of a row.
pub(crate) fn record(row: &entries::Model) -> Result<Record, StoreError> {
    let key = row.idx.to_string();
    let place = Place { table: "journal_entries", row: &key };
    let month: Month = place.read("month", &row.month)?;
    let header = Header { index: place.count("idx", row.idx)?, day: place.read("day", &row.day)?, key: month };
    let sealed = from_base64(&row.sealed).ok_or_else(|| place.wrong("sealed"))?;
    Record::from_parts(header, sealed).map_err(StoreError::journal)
}
