//! Records that have been kept long enough: counted by register and month of their closing, erased together.
//!
//! With a record goes all that stands around it: versions, comments, tasks, the search, links, and the bytes attached,
//! whose keys are noted as erased first, so that no copy of the store opens them again. The journal keeps the reference.

use super::search;
use crate::upkeep::Kept;
use crate::write::{By, Done, WriteKey};
use crate::{Store, StoreError, sql};
use beffroi_journal::Act;
use jiff::civil::Date;
use sea_orm::{DatabaseTransaction, Value};

/// Records of one transaction.
const PART: i64 = 200;

/// What refers to a record by its reference, and the column that does.
const AROUND: [(&str, &str); 8] = [
    ("record_entries", "reference"),
    ("record_links", "reference"),
    ("record_links", "target"),
    ("record_versions", "reference"),
    ("record_comments", "reference"),
    ("record_attachments", "reference"),
    ("tasks", "reference"),
    ("notices", "about"),
];

impl Store {
    /// The records, in groups that are erased together (`records/REGISTER/2023-11`, by month of their closing), and those
    /// that are not closed (`records/REGISTER/open`).
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a day that cannot be read back.
    pub(crate) async fn records_kept(&self) -> Result<Vec<Kept>, StoreError> {
        let ask = "SELECT register, basis, substr(COALESCE(closed_at, ''), 1, 7) AS month,
                 MAX(substr(COALESCE(closed_at, added_at), 1, 10)) AS day, COUNT(*) AS n
             FROM records GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
        let rows = sql::rows(&self.core.db, "count what it keeps", ask, []).await?;
        let mut kept = Vec::new();
        for row in &rows {
            let (register, month): (String, String) = (sql::get(row, "register")?, sql::get(row, "month")?);
            let day: String = sql::get(row, "day")?;
            let wrong = || StoreError::Inconsistent { table: "records", column: "closed_at", row: register.clone() };
            let last: Date = day.parse().map_err(|_| wrong())?;
            let count = u64::try_from(sql::get::<i64>(row, "n")?).map_err(|_| wrong())?;
            let closed = !month.is_empty();
            let what = format!("records/{register}/{}", if closed { month.as_str() } else { "open" });
            kept.push(Kept { what, basis: sql::get(row, "basis")?, count, last, closed });
        }
        Ok(kept)
    }

    /// Erases the records of a group of [`Store::retention_counts`] (`records/REGISTER/2023-11`); gives how many. A stop
    /// leaves whole records, erased or not: it is asked again.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for what is no such group; [`StoreError::Keys`]; the engine's.
    pub async fn records_erase(&self, group: &str, by: &By) -> Result<u64, StoreError> {
        let none = || StoreError::Refused { what: "group of records", reason: "there is no such group".to_owned() };
        let ["records", register, month] = group.split('/').collect::<Vec<_>>()[..] else { return Err(none()) };
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !plain(register) || !plain(month) || month.len() != 7 {
            return Err(none());
        }
        let mut erased = 0;
        loop {
            let ask = "SELECT reference, seq FROM records WHERE register = $1 AND closed_at >= $2 AND closed_at < $3
                 ORDER BY reference LIMIT $4";
            let cells: [Value; 4] = [register.into(), month.into(), format!("{month}~").into(), PART.into()];
            let rows = sql::rows(&self.core.db, "find what is erased", ask, cells).await?;
            let read = |row| Ok::<_, StoreError>((sql::get::<String>(row, "reference")?, sql::get::<i64>(row, "seq")?));
            let part = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            if part.is_empty() {
                break;
            }
            let sealed = self.attached_to(&part).await?;
            self.core.keys.erase(&sealed.iter().map(String::as_str).collect::<Vec<_>>())?;
            let entry = by.entry(Act::Erase, "records", group);
            let own = by.clone().with_key(WriteKey::draw());
            let n = part.len() as u64;
            self.write(&own, "records-erase", group.to_owned(), move |tx| {
                Box::pin(async move {
                    erase(tx, &part, &sealed).await?;
                    Ok(Done::with(entry))
                })
            })
            .await?;
            erased += n;
        }
        self.core.empty_log().await?;
        Ok(erased)
    }

    /// Names of the sealed bytes attached to records.
    async fn attached_to(&self, records: &[(String, i64)]) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        for (reference, _) in records {
            let ask = "SELECT record FROM record_attachments WHERE reference = $1";
            let rows = sql::rows(&self.core.db, "find what is attached", ask, [reference.as_str().into()]).await?;
            for row in &rows {
                names.push(sql::get(row, "record")?);
            }
        }
        Ok(names)
    }
}

async fn erase(tx: &DatabaseTransaction, records: &[(String, i64)], sealed: &[String]) -> Result<(), StoreError> {
    let doing = "erase a record";
    for name in sealed {
        sql::run(tx, doing, "DELETE FROM sealed_records WHERE name = $1", [name.as_str().into()]).await?;
    }
    for (reference, seq) in records {
        for (table, column) in AROUND {
            let statement = format!("DELETE FROM {table} WHERE {column} = $1");
            sql::run(tx, doing, &statement, [reference.as_str().into()]).await?;
        }
        search::forget(tx, *seq).await?;
        sql::run(tx, doing, "DELETE FROM records WHERE reference = $1", [reference.as_str().into()]).await?;
    }
    Ok(())
}
