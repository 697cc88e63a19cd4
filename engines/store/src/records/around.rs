//! What stands around a record: its versions, what is said about it, what is attached to it, the views that people save.

use crate::columns::{Place, count, instant};
use crate::write::{By, Done};
use crate::{Store, StoreError, notices, sealed_records, sql};
use beffroi_journal::Act;
use beffroi_register::Change;
use beffroi_rights::PersonId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sea_orm::{DatabaseTransaction, QueryResult};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

/// A version of a record: what was done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, 1 for the first.
    pub version: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub who: String,
    /// What was done: `add`, `set`, a move.
    pub what: String,
    /// In which state it left the record.
    pub state: String,
    /// Why.
    pub reason: Option<String>,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// Something said about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub who: String,
    /// What.
    pub said: String,
}

/// A file attached to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media: String,
    /// Its length, in bytes.
    pub size: u64,
    /// The digest of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// When it was attached.
    pub at: Timestamp,
    /// By whom.
    pub who: String,
}

/// A file to be attached.
#[derive(Debug, Clone)]
pub struct Attaching {
    /// The record.
    pub reference: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many the record takes.
    pub most: u16,
}

/// The same, sealed: ready to be written.
pub(super) struct Sealed {
    reference: String,
    most: u16,
    sha256: String,
    cells: [sea_orm::Value; 9],
    content: sealed_records::Record,
}

/// Writes a sealed file beside its record.
pub(super) async fn attach(tx: &DatabaseTransaction, sealed: Sealed) -> Result<(), StoreError> {
    let doing = "attach a file";
    let ask = "SELECT COUNT(*) AS n FROM record_attachments WHERE reference = $1";
    let found = sql::rows(tx, doing, ask, [sealed.reference.as_str().into()]).await?;
    let n: i64 = found.first().map(|row| sql::get(row, "n")).transpose()?.unwrap_or(0);
    if n >= i64::from(sealed.most) {
        let reason = format!("it has {n} already, and takes {}", sealed.most);
        return Err(StoreError::Refused { what: "attachment", reason });
    }
    sealed_records::put(tx, vec![sealed.content]).await?;
    let add = "INSERT INTO record_attachments (id, reference, name, media, size, sha256, at, who, record)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    sql::run(tx, doing, add, sealed.cells).await.map(drop)
}

/// A list that a person wants again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Its name.
    pub name: String,
    /// The query of its address.
    pub query: String,
}

/// Ground on which attachments are kept: that of records.
const BASIS: &str = "records";

impl Store {
    /// The versions of a record, the last first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn record_versions(&self, reference: &str) -> Result<Vec<Version>, StoreError> {
        let ask = "SELECT version, at, who, what, state, reason, changes FROM record_versions
             WHERE reference = $1 ORDER BY version DESC";
        let rows = sql::rows(&self.core.db, "read the versions of a record", ask, [reference.into()]).await?;
        let read = |row: &QueryResult| {
            let place = Place { table: "record_versions", row: reference };
            let changes: String = sql::get(row, "changes")?;
            Ok(Version {
                version: u32::try_from(sql::get::<i64>(row, "version")?).map_err(|_| place.wrong("version"))?,
                at: place.read("at", &sql::get::<String>(row, "at")?)?,
                who: sql::get(row, "who")?,
                what: sql::get(row, "what")?,
                state: sql::get(row, "state")?,
                reason: sql::get(row, "reason")?,
                changes: serde_json::from_str(&changes).map_err(|_| place.wrong("changes"))?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Says something about a record, and tells those who are named in it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn record_comment(
        &self,
        reference: &str,
        said: &str,
        told: BTreeSet<PersonId>,
        by: &By,
    ) -> Result<(), StoreError> {
        let (about, text) = (reference.to_owned(), said.to_owned());
        let (at, who) = (by.at, by.who.clone());
        let entry = by.entry(Act::Alter, "record", reference);
        self.write(by, "record-comment", format!("{reference} {said}"), move |tx| {
            Box::pin(async move {
                let add = "INSERT INTO record_comments (id, reference, at, who, said) VALUES ($1, $2, $3, $4, $5)";
                let id = Uuid::now_v7().to_string();
                let cells = [id.into(), about.as_str().into(), instant(at).into(), who.into(), text.into()];
                sql::run(tx, "write a comment", add, cells).await?;
                let outgoing = notices::tell(tx, "mention", &about, &told, at).await?;
                Ok(Done { outgoing, ..Done::with(entry) })
            })
        })
        .await
        .map(drop)
    }

    /// What was said about a record, the first first.
    ///
    /// # Errors
    /// As [`Store::record_versions`].
    pub async fn record_comments(&self, reference: &str) -> Result<Vec<Comment>, StoreError> {
        let ask = "SELECT at, who, said FROM record_comments WHERE reference = $1 ORDER BY at, id";
        let rows = sql::rows(&self.core.db, "read comments", ask, [reference.into()]).await?;
        let read = |row: &QueryResult| {
            let place = Place { table: "record_comments", row: reference };
            Ok(Comment {
                at: place.read("at", &sql::get::<String>(row, "at")?)?,
                who: sql::get(row, "who")?,
                said: sql::get(row, "said")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Attaches a file; its bytes are sealed under a key of their own.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the record has as many as it takes; [`StoreError::Keys`]; the engine's.
    pub async fn record_attach(&self, file: &Attaching, by: &By) -> Result<(), StoreError> {
        let sealed = self.seal(file, by)?;
        let entry = by.entry(Act::Alter, "record", &file.reference);
        let request = format!("{} {} {}", file.reference, file.name, sealed.sha256);
        self.write(by, "record-attach", request, move |tx| {
            Box::pin(async move {
                attach(tx, sealed).await?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(drop)
    }

    /// A file ready to be written, its bytes sealed.
    pub(super) fn seal(&self, file: &Attaching, by: &By) -> Result<Sealed, StoreError> {
        let sha256 = format!("{:x}", Sha256::digest(&file.bytes));
        let id = Uuid::now_v7().to_string();
        let record = format!("attachment/{id}");
        let day = by.at.to_zoned(TimeZone::UTC).date();
        let content = json!({ "bytes": beffroi_journal::to_base64(&file.bytes) });
        let content = sealed_records::seal(self.core.keys.as_ref(), &record, BASIS, day, &content)?;
        let size = count("length of an attachment", file.bytes.len() as u64)?;
        let cells = [
            id.into(),
            file.reference.as_str().into(),
            file.name.as_str().into(),
            file.media.into(),
            sea_orm::Value::from(size),
            sha256.as_str().into(),
            instant(by.at).into(),
            by.who.as_str().into(),
            record.into(),
        ];
        Ok(Sealed { reference: file.reference.clone(), most: file.most, sha256, cells, content })
    }

    /// What is attached to a record, the first first.
    ///
    /// # Errors
    /// As [`Store::record_versions`].
    pub async fn record_attachments(&self, reference: &str) -> Result<Vec<Attached>, StoreError> {
        let ask = "SELECT id, name, media, size, sha256, at, who FROM record_attachments
             WHERE reference = $1 ORDER BY at, id";
        let rows = sql::rows(&self.core.db, "read attachments", ask, [reference.into()]).await?;
        let read = |row: &QueryResult| {
            let place = Place { table: "record_attachments", row: reference };
            Ok(Attached {
                id: sql::get(row, "id")?,
                name: sql::get(row, "name")?,
                media: sql::get(row, "media")?,
                size: place.count("size", sql::get(row, "size")?)?,
                sha256: sql::get(row, "sha256")?,
                at: place.read("at", &sql::get::<String>(row, "at")?)?,
                who: sql::get(row, "who")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The bytes of a file attached to that record; nothing when there is none, or once they were erased.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when they are no longer what was attached; as [`Store::record_versions`].
    pub async fn record_attachment(&self, reference: &str, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let ask = "SELECT record, sha256 FROM record_attachments WHERE reference = $1 AND id = $2";
        let rows = sql::rows(&self.core.db, "read an attachment", ask, [reference.into(), id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let place = Place { table: "record_attachments", row: id };
        let Some(content) = sealed_records::open(&self.core, &sql::get::<String>(row, "record")?).await? else {
            return Ok(None);
        };
        let bytes = content.get("bytes").and_then(Value::as_str).and_then(beffroi_journal::from_base64);
        let bytes = bytes.ok_or_else(|| place.wrong("record"))?;
        let same = format!("{:x}", Sha256::digest(&bytes)) == sql::get::<String>(row, "sha256")?;
        if same { Ok(Some(bytes)) } else { Err(place.wrong("sha256")) }
    }

    /// Saves a list of whoever writes under a name, in place of the one of that name; an empty query removes it.
    ///
    /// # Errors
    /// The engine's.
    pub async fn view_save(&self, register: &str, name: &str, query: &str, by: &By) -> Result<(), StoreError> {
        let cells = [by.who.as_str(), register, name, query].map(str::to_owned);
        self.write(by, "view-save", format!("{cells:?}"), move |tx| {
            Box::pin(async move {
                let [login, register, name, query] = cells;
                let doing = "save a view";
                let gone = "DELETE FROM record_views WHERE login = $1 AND register = $2 AND name = $3";
                sql::run(tx, doing, gone, [&login, &register, &name].map(|cell| cell.as_str().into())).await?;
                if !query.is_empty() {
                    let add = "INSERT INTO record_views (login, register, name, query) VALUES ($1, $2, $3, $4)";
                    sql::run(tx, doing, add, [login, register, name, query].map(Into::into)).await?;
                }
                Ok(Done::default())
            })
        })
        .await
        .map(drop)
    }

    /// The lists that a person saved of a register, by name.
    ///
    /// # Errors
    /// The engine's.
    pub async fn views(&self, login: &str, register: &str) -> Result<Vec<SavedView>, StoreError> {
        let ask = "SELECT name, query FROM record_views WHERE login = $1 AND register = $2 ORDER BY name";
        let rows = sql::rows(&self.core.db, "read views", ask, [login.into(), register.into()]).await?;
        rows.iter().map(|row| Ok(SavedView { name: sql::get(row, "name")?, query: sql::get(row, "query")? })).collect()
    }
}
