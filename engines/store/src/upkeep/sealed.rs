//! Rows that are sealed under a key of their own: wrapped anew, erased, forgotten after a restore.

use super::Kept;
use crate::columns::Place;
use crate::store::Core;
use crate::write::{By, Done};
use crate::{Store, StoreError, WriteKey, purposes, series};
use beffroi_journal::{Act, from_base64, to_base64};
use beffroi_ports::{KeysError, Sealed};
use jiff::civil::Date;
use sea_orm::{ConnectionTrait, QueryResult, Statement};

/// Rows read at a time.
const PAGE: usize = 1_000;

/// A table of sealed rows.
struct Table {
    name: &'static str,
    /// The columns of its key.
    key: &'static [&'static str],
    /// The column of the ciphertext.
    ciphertext: &'static str,
    /// The name under which a row is sealed.
    seal_name: fn(&[String]) -> String,
}

const TABLES: &[Table] = &[
    Table {
        name: "purposes",
        key: &["person", "file", "day"],
        ciphertext: "sealed",
        seal_name: |key| match key {
            [person, file, day] => purposes::seal_name(person, file, day),
            _ => String::new(),
        },
    },
    Table { name: "sealed_records", key: &["name"], ciphertext: "ciphertext", seal_name: |key| key.concat() },
];

/// One sealed row.
struct Row {
    key: Vec<String>,
    name: String,
    wrapped: String,
    sealed: Sealed,
}

impl Table {
    fn place(&self) -> Place<'static> {
        Place { table: self.name, row: "…" }
    }

    fn read(&self, row: &QueryResult) -> Result<Row, StoreError> {
        let text = |column: &str| row.try_get::<String>("", column).map_err(StoreError::engine("read sealed rows"));
        let key = self.key.iter().map(|column| text(column)).collect::<Result<Vec<_>, _>>()?;
        let (wrapped, ciphertext) = (text("wrapped")?, text(self.ciphertext)?);
        let wrong = |column| self.place().wrong(column);
        let sealed = Sealed {
            wrapped: from_base64(&wrapped).ok_or_else(|| wrong("wrapped"))?,
            ciphertext: from_base64(&ciphertext).ok_or_else(|| wrong(self.ciphertext))?,
        };
        Ok(Row { name: (self.seal_name)(&key), key, wrapped, sealed })
    }

    /// The condition on the key, its parameters counted from `first`.
    fn condition(&self, first: usize) -> String {
        let part = |(n, column): (usize, &&str)| format!("{column} = ${}", first + n);
        self.key.iter().enumerate().map(part).collect::<Vec<_>>().join(" AND ")
    }
}

impl Store {
    /// Wraps the data key of every sealed row anew under the current master key; gives how many were. The older master
    /// keys can then be destroyed.
    ///
    /// # Errors
    /// [`StoreError::Keys`] for a row whose seal does not open: nothing may be destroyed then; the engine's.
    pub async fn rewrap_all(&self, by: &By) -> Result<u64, StoreError> {
        let mut done = 0;
        for table in TABLES {
            let mut read = 0;
            loop {
                let rows = self.core.page(table, "", read).await?;
                let full = rows.len() == PAGE;
                read += rows.len();
                let mut changed = Vec::new();
                for row in rows {
                    match self.core.keys.rewrap(&row.name, &row.sealed) {
                        Ok(Some(wrapped)) => changed.push((row.key, row.wrapped, to_base64(&wrapped))),
                        // Erased: its row goes, its key does not come back.
                        Ok(None) | Err(KeysError::Destroyed { .. }) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
                done += changed.len() as u64;
                self.write_wrapped(table, changed, by).await?;
                if !full {
                    break;
                }
            }
        }
        Ok(done)
    }

    async fn write_wrapped(
        &self,
        table: &'static Table,
        changed: Vec<(Vec<String>, String, String)>,
        by: &By,
    ) -> Result<(), StoreError> {
        if changed.is_empty() {
            return Ok(());
        }
        let entry = by.entry(Act::Configure, "sealed-rows", table.name);
        let by = by.clone().with_key(WriteKey::draw());
        self.write(&by, "rewrap", table.name.to_owned(), move |tx| {
            Box::pin(async move {
                // A row that was sealed again meanwhile is left as it is.
                let sql =
                    format!("UPDATE {} SET wrapped = $1 WHERE wrapped = $2 AND {}", table.name, table.condition(3));
                for (key, old, new) in changed {
                    let values = [new, old].into_iter().chain(key).map(sea_orm::Value::from);
                    let ask = Statement::from_sql_and_values(tx.get_database_backend(), &sql, values);
                    tx.execute_raw(ask).await.map_err(StoreError::engine("wrap a key anew"))?;
                }
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Removes the rows whose records were erased, which a restored copy may hold again; gives how many.
    ///
    /// # Errors
    /// [`StoreError::Keys`]; the engine's.
    pub async fn erase_erased(&self, by: &By) -> Result<u64, StoreError> {
        let mut gone = 0;
        for table in TABLES {
            let (mut read, mut erased) = (0, Vec::new());
            loop {
                let rows = self.core.page(table, "", read).await?;
                let full = rows.len() == PAGE;
                read += rows.len();
                for row in rows {
                    if self.core.keys.is_erased(&row.name)? {
                        erased.push(row.key);
                    }
                }
                if !full {
                    break;
                }
            }
            gone += self.remove(table, erased, table.name, by).await?;
        }
        Ok(gone)
    }

    /// Erases the sealed rows of a group of [`Store::retention_counts`] (`purposes/2023-11`, `sealed/BASIS/DAY`): noted
    /// so that they never open again, then removed. Gives how many.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a group that holds no sealed rows; [`StoreError::Keys`]: then nothing was removed;
    /// the engine's.
    pub async fn sealed_erase(&self, group: &str, by: &By) -> Result<u64, StoreError> {
        let none = || StoreError::Refused { what: "group of sealed rows", reason: "there is no such group".to_owned() };
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        let (name, filter) = match group.split('/').collect::<Vec<_>>().as_slice() {
            ["purposes", month] if plain(month) && month.len() == 7 => {
                ("purposes", format!("WHERE substr(day, 1, 7) = '{month}'"))
            }
            ["sealed", basis, day] if plain(basis) && plain(day) => {
                ("sealed_records", format!("WHERE basis = '{basis}' AND starts_on = '{day}'"))
            }
            _ => return Err(none()),
        };
        let table = TABLES.iter().find(|table| table.name == name).ok_or_else(none)?;
        let mut erased = 0;
        loop {
            let rows = self.core.page(table, &filter, 0).await?;
            if rows.is_empty() {
                break;
            }
            let names = rows.iter().map(|row| row.name.as_str());
            let marks = rows.iter().filter_map(|row| series::mark_of(&row.name));
            self.core.keys.erase(&names.chain(marks).collect::<Vec<_>>())?;
            let removed = self.remove(table, rows.into_iter().map(|row| row.key).collect(), group, by).await?;
            erased += removed;
            if removed == 0 {
                break;
            }
        }
        self.core.empty_log().await?;
        Ok(erased)
    }

    async fn remove(
        &self,
        table: &'static Table,
        keys: Vec<Vec<String>>,
        id: &str,
        by: &By,
    ) -> Result<u64, StoreError> {
        if keys.is_empty() {
            return Ok(0);
        }
        let entry = by.entry(Act::Erase, "sealed-rows", id);
        let by = by.clone().with_key(WriteKey::draw());
        let told = self
            .write(&by, "sealed-remove", id.to_owned(), move |tx| {
                Box::pin(async move {
                    let sql = format!("DELETE FROM {} WHERE {}", table.name, table.condition(1));
                    let mut removed = 0;
                    for key in keys {
                        if table.name == "sealed_records" {
                            series::forget(tx, &key.concat()).await?;
                        }
                        let values = key.into_iter().map(sea_orm::Value::from);
                        let ask = Statement::from_sql_and_values(tx.get_database_backend(), &sql, values);
                        let done = tx.execute_raw(ask).await.map_err(StoreError::engine("remove an erased row"))?;
                        removed += done.rows_affected();
                    }
                    Ok(Done::with(entry).telling(removed))
                })
            })
            .await?;
        Ok(told.as_u64().unwrap_or(0))
    }
}

impl Core {
    async fn page(&self, table: &Table, filter: &str, offset: usize) -> Result<Vec<Row>, StoreError> {
        let key = table.key.join(", ");
        let sql = format!(
            "SELECT {key}, wrapped, {} FROM {} {filter} ORDER BY {key} LIMIT {PAGE} OFFSET {offset}",
            table.ciphertext, table.name
        );
        self.rows(&sql, "read sealed rows").await?.iter().map(|row| table.read(row)).collect()
    }

    /// The sealed records, by ground and first day.
    pub(super) async fn sealed_groups(&self) -> Result<Vec<Kept>, StoreError> {
        let doing = "count what it keeps";
        let sql = "SELECT basis, starts_on, COUNT(*) AS n FROM sealed_records GROUP BY basis, starts_on";
        let read = |row: &QueryResult| {
            let text = |column: &str| row.try_get::<String>("", column).map_err(StoreError::engine(doing));
            let (basis, day) = (text("basis")?, text("starts_on")?);
            let last: Date = Place { table: "sealed_records", row: "…" }.read("starts_on", &day)?;
            let count = row.try_get::<i64>("", "n").map_err(StoreError::engine(doing))?;
            let what = format!("sealed/{basis}/{day}");
            Ok(Kept { what, basis, count: u64::try_from(count).unwrap_or(0), last, closed: false })
        };
        self.rows(sql, doing).await?.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_ports::Keys;
    use beffroi_ports::doubles::KeysInMemory;
    use beffroi_rights::{FileRef, PersonId, Purpose, StatedPurpose, WorkingDay};
    use std::sync::Arc;

    fn by() -> By {
        By::new("a", "2026-11-22T10:00:00Z".parse().unwrap())
    }

    fn stated(person: &str) -> StatedPurpose {
        StatedPurpose {
            person: person.parse().unwrap(),
            file: FileRef::Object("R-1".parse().unwrap()),
            purpose: Purpose::new("enquête sur une série", "CASE-7").unwrap(),
            day: WorkingDay::of("2026-11-20".parse().unwrap()),
        }
    }

    async fn with_purposes() -> (Store, Arc<KeysInMemory>) {
        let keys = Arc::new(KeysInMemory::new(1));
        let store = Store::memory(keys.clone()).await.unwrap();
        for person in ["p-1", "p-2", "p-3"] {
            store.purpose_state(&stated(person), &by()).await.unwrap();
        }
        (store, keys)
    }

    async fn reads(store: &Store, person: &str) -> bool {
        let wanted = stated(person);
        let person: PersonId = person.parse().unwrap();
        store.purpose_stated(&person, &wanted.file, wanted.day).await.unwrap().is_some()
    }

    #[tokio::test]
    async fn a_renewed_master_key_opens_every_row_and_the_old_one_can_go() {
        let (store, keys) = with_purposes().await;
        let number = keys.rotate().unwrap();
        assert_eq!(store.rewrap_all(&by()).await.unwrap(), 3);
        assert_eq!(store.rewrap_all(&by()).await.unwrap(), 0, "what is current stays");
        keys.retire_masters(number).unwrap();
        assert!(reads(&store, "p-1").await && reads(&store, "p-3").await);
        // The twin: without wrapping anew, nothing opens once the old key is gone.
        let (store, keys) = with_purposes().await;
        let number = keys.rotate().unwrap();
        keys.retire_masters(number).unwrap();
        let wanted = stated("p-1");
        assert!(store.purpose_stated(&wanted.person, &wanted.file, wanted.day).await.is_err());
    }

    #[tokio::test]
    async fn rows_that_were_erased_go_and_the_others_stay() {
        let (store, keys) = with_purposes().await;
        let wanted = stated("p-2");
        let day = wanted.day.first_day().to_string();
        assert_eq!(store.erase_erased(&by()).await.unwrap(), 0);
        keys.erase(&[&purposes::seal_name("p-2", "object R-1", &day)]).unwrap();
        assert_eq!(store.erase_erased(&by()).await.unwrap(), 1);
        assert!(reads(&store, "p-1").await && !reads(&store, "p-2").await);
    }

    #[tokio::test]
    async fn a_group_is_erased_and_never_opens_again() {
        let (store, keys) = with_purposes().await;
        let kept = store.retention_counts().await.unwrap();
        assert!(kept.iter().any(|kept| kept.what == "purposes/2026-11" && kept.count == 3), "{kept:?}");
        for wrong in ["purposes/2026-11' OR 1=1", "sessions/2026-11-22", "purposes", "sealed/x'/2026-11-22"] {
            assert!(store.sealed_erase(wrong, &by()).await.is_err(), "{wrong}");
        }
        assert_eq!(store.sealed_erase("purposes/2026-10", &by()).await.unwrap(), 0);
        assert_eq!(store.sealed_erase("purposes/2026-11", &by()).await.unwrap(), 3);
        assert!(!reads(&store, "p-1").await);
        let day = stated("p-1").day.first_day().to_string();
        assert!(keys.is_erased(&purposes::seal_name("p-1", "object R-1", &day)).unwrap());
    }
}
