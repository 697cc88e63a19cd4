//! Secret addresses of calendars: one a person, which a calendar program asks without a cookie. The store holds the digest
//! of its secret, so that a stolen copy of it opens no calendar.

use crate::accounts::entity as account_entity;
use crate::columns::{Place, instant};
use crate::hexadecimal::drawn;
use crate::write::{By, Done};
use crate::{Account, Store, StoreError};
use beffroi_journal::Act;
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "calendar_feeds")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_sha256: String,
        pub login: String,
        pub lang: String,
        pub made_at: String,
        pub used_on: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

const TABLE: Place<'static> = Place { table: "calendar_feeds", row: "…" };

/// The secret in the address of a calendar: 256 random bits, written as 64 hexadecimal digits. Shown by `expose` only.
#[derive(Clone, PartialEq, Eq)]
pub struct CalendarSecret(String);

impl CalendarSecret {
    /// The secret as text, for the address and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn digest(&self) -> String {
        let hasher = Sha256::new().chain_update(b"calendar\0").chain_update(self.0.as_bytes());
        format!("{:x}", hasher.finalize())
    }
}

impl fmt::Debug for CalendarSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CalendarSecret(…)")
    }
}

impl FromStr for CalendarSecret {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if well_formed {
            return Ok(Self(text.to_owned()));
        }
        let reason = "64 lower-case hexadecimal digits are needed".to_owned();
        Err(StoreError::Refused { what: "address of a calendar", reason })
    }
}

/// The calendar of a person, as they may see it once its address was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFeed {
    /// In which language.
    pub lang: String,
    /// When its address was made.
    pub made_at: Timestamp,
    /// The last day on which it was asked for.
    pub used_on: Option<Date>,
}

impl CalendarFeed {
    fn read(row: &entity::Model) -> Result<Self, StoreError> {
        Ok(Self {
            lang: row.lang.clone(),
            made_at: TABLE.read("made_at", &row.made_at)?,
            used_on: TABLE.read_option("used_on", row.used_on.as_deref())?,
        })
    }
}

/// Removes within a write the calendar of a person; says whether there was one.
pub(crate) async fn forget(tx: &DatabaseTransaction, login: &str) -> Result<bool, StoreError> {
    let gone = entity::Entity::delete_many().filter(Column::Login.eq(login)).exec(tx).await;
    gone.map(|gone| gone.rows_affected > 0).map_err(StoreError::engine("remove the address of a calendar"))
}

impl Store {
    /// Makes the address of the calendar of whoever writes; the one before opens nothing any more. Its secret is given
    /// once and kept nowhere.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when they have no account that stands; the engine's.
    pub async fn calendar_make(&self, lang: &str, by: &By) -> Result<CalendarSecret, StoreError> {
        let secret = CalendarSecret(drawn::<32>()?);
        let row = entity::ActiveModel {
            token_sha256: Set(secret.digest()),
            login: Set(by.who.clone()),
            lang: Set(lang.to_owned()),
            made_at: Set(instant(by.at)),
            used_on: Set(None),
        };
        let (login, entry) = (by.who.clone(), by.entry(Act::Grant, "calendar", &by.who));
        self.write(by, "calendar-make", format!("{login} {}", secret.digest()), move |tx| {
            Box::pin(async move {
                if !crate::accounts::stands(tx, &login).await? {
                    return Err(StoreError::Missing { what: "account", id: login });
                }
                forget(tx, &login).await?;
                let kept = entity::Entity::insert(row).exec_without_returning(tx).await;
                kept.map_err(StoreError::engine("make the address of a calendar"))?;
                Ok(Done::with(entry))
            })
        })
        .await?;
        Ok(secret)
    }

    /// Revokes the address of the calendar of whoever writes; says whether there was one.
    ///
    /// # Errors
    /// The engine's.
    pub async fn calendar_end(&self, by: &By) -> Result<bool, StoreError> {
        let (login, entry) = (by.who.clone(), by.entry(Act::Revoke, "calendar", &by.who));
        let told = self
            .write(by, "calendar-end", login.clone(), move |tx| {
                Box::pin(async move {
                    let ended = forget(tx, &login).await?;
                    Ok(if ended { Done::with(entry).telling(true) } else { Done::default().telling(false) })
                })
            })
            .await?;
        Ok(told == json!(true))
    }

    /// The calendar of a person; nothing when they made no address.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn calendar_of(&self, login: &str) -> Result<Option<CalendarFeed>, StoreError> {
        let row = entity::Entity::find().filter(Column::Login.eq(login)).one(&self.core.db).await;
        let row = row.map_err(StoreError::engine("read the address of a calendar"))?;
        row.as_ref().map(CalendarFeed::read).transpose()
    }

    /// Whose calendar stands at the address of that secret, when it and its account stand on the day `on`.
    ///
    /// The day of its last use is noted; that touch, one a day, is not journalled.
    ///
    /// # Errors
    /// As [`Store::calendar_of`].
    pub async fn calendar_owner(
        &self,
        secret: &CalendarSecret,
        on: Date,
    ) -> Result<Option<(Account, CalendarFeed)>, StoreError> {
        let doing = "look the address of a calendar up";
        let key = secret.digest();
        let row = entity::Entity::find_by_id(&key).one(&self.core.db).await.map_err(StoreError::engine(doing))?;
        let Some(row) = row else { return Ok(None) };
        let account = account_entity::Entity::find_by_id(&row.login).one(&self.core.db).await;
        let account = account.map_err(StoreError::engine(doing))?.filter(|account| account.disabled_at.is_none());
        let Some(account) = account else { return Ok(None) };
        let feed = CalendarFeed::read(&row)?;
        if feed.used_on != Some(on) {
            entity::Entity::update_many()
                .col_expr(Column::UsedOn, Expr::value(Some(on.to_string())))
                .filter(Column::TokenSha256.eq(&key))
                .exec(&self.core.db)
                .await
                .map_err(StoreError::engine("note the use of a calendar"))?;
        }
        Ok(Some((account.into(), feed)))
    }
}
