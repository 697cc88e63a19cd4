//! The register of code lists: versions that somebody brought, kept for good, and which one is in use.

use crate::columns::{Place, count, instant};
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

mod versions {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    // The text is a column of its own entity: lists of versions do not read it.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "code_list_versions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub list: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: String,
        pub stands_on: String,
        pub source: String,
        pub licence: String,
        pub n_codes: i64,
        pub file: String,
        pub file_sha256: String,
        pub kept_by: String,
        pub kept_at: String,
        pub sha256: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod texts {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "code_list_versions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub list: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub version: String,
        pub stands_on: String,
        pub source: String,
        pub licence: String,
        pub n_codes: i64,
        pub file: String,
        pub file_sha256: String,
        pub kept_by: String,
        pub kept_at: String,
        pub sha256: String,
        pub content: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod switches {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "code_list_switches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub list: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub version: String,
        pub switched_by: String,
        pub switched_at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A version of a code list to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeListText {
    /// The list.
    pub list: String,
    /// Its version.
    pub version: String,
    /// Day at which the version stands.
    pub stands_on: Date,
    /// Who publishes the facts.
    pub source: String,
    /// Their licence.
    pub licence: String,
    /// How many codes it holds, past ones included.
    pub n_codes: u64,
    /// Name of the file it came in; empty for one that the house brings itself.
    pub file: String,
    /// SHA-256 of that file, in hexadecimal; empty likewise.
    pub file_sha256: String,
    /// The list, in the house's form.
    pub text: String,
}

/// A version of a code list as it is kept, its text apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeListVersion {
    /// The list.
    pub list: String,
    /// Its version.
    pub version: String,
    /// Day at which the version stands.
    pub stands_on: Date,
    /// Who publishes the facts.
    pub source: String,
    /// Their licence.
    pub licence: String,
    /// How many codes it holds, past ones included.
    pub n_codes: u64,
    /// Name of the file it came in; empty for one that the house brings itself.
    pub file: String,
    /// SHA-256 of that file, in hexadecimal; empty likewise.
    pub file_sha256: String,
    /// Who kept it.
    pub kept_by: String,
    /// When.
    pub kept_at: Timestamp,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
}

/// A switch of a list to one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeListSwitch {
    /// The list.
    pub list: String,
    /// 1 for the first switch of that list.
    pub number: u64,
    /// The version that is in use from there on.
    pub version: String,
    /// Who switched.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// The version in use of each list that was ever switched, by list.
    ///
    /// # Errors
    /// The engine's.
    pub async fn code_lists_in_use(&self) -> Result<BTreeMap<String, String>, StoreError> {
        // There are as many rows as there were switches: a few a year.
        let rows = switches::Entity::find().order_by_asc(switches::Column::Number).all(&self.core.db).await;
        let rows = rows.map_err(StoreError::engine("read which code lists are in use"))?;
        Ok(rows.into_iter().map(|row| (row.list, row.version)).collect())
    }

    /// The switches of a list, the last one first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn code_list_switches(&self, list: &str) -> Result<Vec<CodeListSwitch>, StoreError> {
        let rows = switches::Entity::find()
            .filter(switches::Column::List.eq(list))
            .order_by_desc(switches::Column::Number)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list the switches of a code list"))?;
        let read = |row: switches::Model| {
            let key = format!("{} {}", row.list, row.number);
            let place = Place { table: "code_list_switches", row: &key };
            Ok(CodeListSwitch {
                number: place.count("number", row.number)?,
                at: place.read("switched_at", &row.switched_at)?,
                list: row.list,
                version: row.version,
                by: row.switched_by,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// The versions that are kept, of one list or of all: by list, the latest first.
    ///
    /// # Errors
    /// As [`Store::code_list_switches`].
    pub async fn code_list_versions(&self, list: Option<&str>) -> Result<Vec<CodeListVersion>, StoreError> {
        let mut ask = versions::Entity::find()
            .order_by_asc(versions::Column::List)
            .order_by_desc(versions::Column::StandsOn)
            .order_by_desc(versions::Column::Version);
        if let Some(list) = list {
            ask = ask.filter(versions::Column::List.eq(list));
        }
        let rows = ask.all(&self.core.db).await.map_err(StoreError::engine("list versions of code lists"))?;
        let read = |row: versions::Model| {
            let key = format!("{} {}", row.list, row.version);
            let place = Place { table: "code_list_versions", row: &key };
            Ok(CodeListVersion {
                stands_on: place.read("stands_on", &row.stands_on)?,
                n_codes: place.count("n_codes", row.n_codes)?,
                kept_at: place.read("kept_at", &row.kept_at)?,
                list: row.list,
                version: row.version,
                source: row.source,
                licence: row.licence,
                file: row.file,
                file_sha256: row.file_sha256,
                kept_by: row.kept_by,
                sha256: row.sha256,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// The text of a version; nothing when it is not kept.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a text that is not the one that was kept.
    pub async fn code_list_text(&self, list: &str, version: &str) -> Result<Option<String>, StoreError> {
        let row = texts::Entity::find_by_id((list.to_owned(), version.to_owned())).one(&self.core.db).await;
        let Some(row) = row.map_err(StoreError::engine("read a code list"))? else { return Ok(None) };
        if digest(&row.content) != row.sha256 {
            let key = format!("{list} {version}");
            return Err(Place { table: "code_list_versions", row: &key }.wrong("content"));
        }
        Ok(Some(row.content))
    }

    /// Switches `list` to `version`, in one write with the versions that are kept for it: those of `kept` that are kept
    /// already stay as they are. `before` is the version that was in use when this was decided; nothing for a list that
    /// was never switched. Switching to the version in use changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another version is in use by now, [`StoreError::Exists`] when a version of `kept` is
    /// kept with another text, [`StoreError::Missing`] when `version` is not kept, and the engine's. Nothing is written
    /// then.
    pub async fn code_list_switch(
        &self,
        list: &str,
        version: &str,
        before: Option<&str>,
        kept: Vec<CodeListText>,
        by: &By,
    ) -> Result<(), StoreError> {
        let entry = by.entry(Act::Configure, "code-list", &format!("{list}@{version}"));
        let digests: Vec<String> = kept.iter().map(|text| digest(&text.text)).collect();
        let content = format!("{list} {version} {before:?} {digests:?}");
        let (list, version, before) = (list.to_owned(), version.to_owned(), before.map(str::to_owned));
        let (who, at) = (by.who.clone(), by.at);
        self.write(by, "code-list-switch", content, move |tx| {
            Box::pin(async move {
                let last = switches::Entity::find()
                    .filter(switches::Column::List.eq(&list))
                    .order_by_desc(switches::Column::Number)
                    .one(tx)
                    .await
                    .map_err(StoreError::engine("read which code list is in use"))?;
                let number = last.as_ref().map_or(0, |row| row.number);
                let found = last.map(|row| row.version);
                if found != before {
                    let found = u32::try_from(number).unwrap_or(u32::MAX);
                    let id = format!("{list}@{version}");
                    return Err(StoreError::Conflict {
                        what: "code list",
                        id,
                        expected: found.saturating_sub(1),
                        found,
                    });
                }
                for text in kept {
                    keep(tx, text, &who, at).await?;
                }
                let id = (list.clone(), version.clone());
                let known = versions::Entity::find_by_id(id).one(tx).await;
                if known.map_err(StoreError::engine("look for a version of a code list"))?.is_none() {
                    return Err(StoreError::Missing {
                        what: "version of a code list",
                        id: format!("{list}@{version}"),
                    });
                }
                if found.as_ref() == Some(&version) {
                    return Ok(Done::default());
                }
                let row = switches::ActiveModel {
                    list: Set(list),
                    number: Set(number.saturating_add(1)),
                    version: Set(version),
                    switched_by: Set(who),
                    switched_at: Set(instant(at)),
                };
                let done = switches::Entity::insert(row).exec_without_returning(tx).await;
                done.map_err(StoreError::engine("switch a code list"))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }
}

/// Keeps a version, unless the same is kept.
async fn keep(tx: &DatabaseTransaction, text: CodeListText, who: &str, at: Timestamp) -> Result<(), StoreError> {
    let id = (text.list.clone(), text.version.clone());
    let known = versions::Entity::find_by_id(id).one(tx).await;
    let sha256 = digest(&text.text);
    match known.map_err(StoreError::engine("look for a version of a code list"))? {
        Some(known) if known.sha256 == sha256 => return Ok(()),
        Some(_) => {
            let id = format!("{}@{}", text.list, text.version);
            return Err(StoreError::Exists { what: "version of a code list", id });
        }
        None => {}
    }
    let row = texts::ActiveModel {
        list: Set(text.list),
        version: Set(text.version),
        stands_on: Set(text.stands_on.to_string()),
        source: Set(text.source),
        licence: Set(text.licence),
        n_codes: Set(count("codes of a list", text.n_codes)?),
        file: Set(text.file),
        file_sha256: Set(text.file_sha256),
        kept_by: Set(who.to_owned()),
        kept_at: Set(instant(at)),
        sha256: Set(sha256),
        content: Set(text.text),
    };
    let done = texts::Entity::insert(row).exec_without_returning(tx).await;
    done.map(drop).map_err(StoreError::engine("keep a version of a code list"))
}

fn digest(text: &str) -> String {
    format!("{:x}", Sha256::digest(text.as_bytes()))
}
