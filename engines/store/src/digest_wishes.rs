//! Which letter of their day each person wants: how often, at what hour, in which language, to which address. The address
//! is a person's data: it is sealed under a key of its own, and erased with the wish, with the account, and at its term.

use crate::columns::{Place, instant};
use crate::hexadecimal::drawn;
use crate::write::{By, Done};
use crate::{Store, StoreError, sealed_records};
use beffroi_journal::Act;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};
use serde_json::json;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "digest_wishes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub login: String,
        pub rhythm: String,
        pub hour: i64,
        pub lang: String,
        pub record: String,
        pub chosen_at: String,
        pub unreachable: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
use entity::Column;

/// The ground on which addresses are kept.
const BASIS: &str = "digest-addresses";

/// What a person wants. What the texts may be is the desk's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestWish {
    /// Whose.
    pub login: String,
    /// How often.
    pub rhythm: String,
    /// From which hour in France, 0 to 23.
    pub hour: i8,
    /// In which language.
    pub lang: String,
    /// When it was chosen.
    pub chosen_at: Timestamp,
    /// Why mail no longer reaches the address, once it was refused for good.
    pub unreachable: Option<String>,
}

impl DigestWish {
    fn read(row: entity::Model) -> Result<Self, StoreError> {
        let place = Place { table: "digest_wishes", row: &row.login };
        Ok(Self {
            hour: i8::try_from(row.hour).map_err(|_| place.wrong("hour"))?,
            chosen_at: place.read("chosen_at", &row.chosen_at)?,
            login: row.login,
            rhythm: row.rhythm,
            lang: row.lang,
            unreachable: row.unreachable,
        })
    }
}

/// Removes within a write what a person wanted, the address with it.
pub(crate) async fn forget(tx: &DatabaseTransaction, login: &str) -> Result<bool, StoreError> {
    let doing = "remove the wish for a letter";
    let row = entity::Entity::find_by_id(login.to_owned()).one(tx).await.map_err(StoreError::engine(doing))?;
    let Some(row) = row else { return Ok(false) };
    sealed_records::remove(tx, &row.record).await?;
    entity::Entity::delete_by_id(row.login).exec(tx).await.map_err(StoreError::engine(doing))?;
    Ok(true)
}

/// Notes within a write that mail no longer reaches the address of a person.
pub(crate) async fn flag(tx: &DatabaseTransaction, login: &str, why: &str) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(Column::Unreachable, Expr::value(why))
        .filter(Column::Login.eq(login))
        .exec(tx)
        .await
        .map(drop)
        .map_err(StoreError::engine("flag the address of a letter"))
}

impl Store {
    /// Keeps what whoever writes wants, with the address it goes to; what they wanted before is erased.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when they have no account that stands; [`StoreError::Keys`]; the engine's.
    pub async fn digest_wish_put(
        &self,
        rhythm: &str,
        hour: i8,
        lang: &str,
        address: &str,
        by: &By,
    ) -> Result<(), StoreError> {
        let (what, content) = ("digest-wish-put", format!("{} {rhythm} {hour} {lang} {address}", by.who));
        // A form sent twice must not erase what it kept the first time.
        if self.came_before(by, what, &content).await? {
            return Ok(());
        }
        let record = format!("digest-address/{}", drawn::<16>()?);
        let day = by.at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).date();
        let sealed = sealed_records::seal(self.keys().as_ref(), &record, BASIS, day, &json!(address))?;
        let row = entity::ActiveModel {
            login: Set(by.who.clone()),
            rhythm: Set(rhythm.to_owned()),
            hour: Set(i64::from(hour)),
            lang: Set(lang.to_owned()),
            record: Set(record),
            chosen_at: Set(instant(by.at)),
            unreachable: Set(None),
        };
        let (login, entry) = (by.who.clone(), by.entry(Act::Configure, "digest", &by.who));
        self.digest_address_erase(&login).await?;
        self.write(by, what, content, move |tx| {
            Box::pin(async move {
                if !crate::accounts::stands(tx, &login).await? {
                    return Err(StoreError::Missing { what: "account", id: login });
                }
                forget(tx, &login).await?;
                sealed_records::put(tx, vec![sealed]).await?;
                entity::Entity::insert(row)
                    .on_conflict(OnConflict::column(Column::Login).do_nothing().to_owned())
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine("keep the wish for a letter"))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(drop)
    }

    /// Ends the letters of whoever writes, and erases the address; says whether there was a wish.
    ///
    /// # Errors
    /// [`StoreError::Keys`]; the engine's.
    pub async fn digest_wish_end(&self, by: &By) -> Result<bool, StoreError> {
        let (login, entry) = (by.who.clone(), by.entry(Act::Revoke, "digest", &by.who));
        self.digest_address_erase(&login).await?;
        let told = self
            .write(by, "digest-wish-end", login.clone(), move |tx| {
                Box::pin(async move {
                    let ended = forget(tx, &login).await?;
                    Ok(if ended { Done::with(entry).telling(true) } else { Done::default().telling(false) })
                })
            })
            .await?;
        Ok(told == json!(true))
    }

    /// What a person wants; nothing when they want no letter.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn digest_wish(&self, login: &str) -> Result<Option<DigestWish>, StoreError> {
        self.wish_row(login).await?.map(DigestWish::read).transpose()
    }

    /// The address that a person gave; nothing when they want no letter, or it was erased at its term.
    ///
    /// # Errors
    /// [`StoreError::Keys`]; as [`Store::digest_wish`].
    pub async fn digest_address(&self, login: &str) -> Result<Option<String>, StoreError> {
        let Some(row) = self.wish_row(login).await? else { return Ok(None) };
        let found = sealed_records::open(&self.core, &row.record).await?;
        Ok(found.and_then(|text| text.as_str().map(str::to_owned)))
    }

    /// What everybody wants, by login.
    ///
    /// # Errors
    /// As [`Store::digest_wish`].
    pub async fn digest_wishes(&self) -> Result<Vec<DigestWish>, StoreError> {
        let rows = entity::Entity::find().order_by_asc(Column::Login).all(&self.core.db).await;
        rows.map_err(StoreError::engine("list wishes for letters"))?.into_iter().map(DigestWish::read).collect()
    }

    /// Notes the seal of a person's address as erased, so that no copy opens it any more. To be done before its row goes.
    pub(crate) async fn digest_address_erase(&self, login: &str) -> Result<(), StoreError> {
        if let Some(row) = self.wish_row(login).await? {
            self.core.keys.erase(&[row.record.as_str()])?;
        }
        Ok(())
    }

    async fn wish_row(&self, login: &str) -> Result<Option<entity::Model>, StoreError> {
        let row = entity::Entity::find_by_id(login.to_owned()).one(&self.core.db).await;
        row.map_err(StoreError::engine("read the wish for a letter"))
    }
}
