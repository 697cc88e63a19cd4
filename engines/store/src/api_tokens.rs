//! Tokens for machines. The store holds their digests, so that a stolen copy of it opens nothing.

use crate::accounts::entity as account_entity;
use crate::columns::{Place, instant};
use crate::error::cut;
use crate::hexadecimal::hexadecimal;
use crate::passkeys::LONGEST_NAME;
use crate::passwords::random;
use crate::write::{By, Done};
use crate::{Account, Store, StoreError};
use beffroi_journal::Act;
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{ApiToken, TokenScope};
use jiff::Timestamp;
use jiff::civil::Date;
use sea_orm::entity::prelude::*;
use sea_orm::{PaginatorTrait, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_sha256: String,
        pub login: String,
        pub name: String,
        pub scope: String,
        pub made_at: String,
        pub ends_on: String,
        pub used_on: Option<String>,
        pub revoked_at: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const TABLE: Place<'static> = Place { table: "api_tokens", row: "…" };

/// The most tokens of one person that stand at once.
pub const MAX_TOKENS: usize = 20;

/// What a token was made for, in one column.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    world: String,
    kinds: Vec<String>,
    acts: Vec<String>,
    tlp: Tlp,
    pap: Pap,
    from: Date,
    until: Date,
    networks: Vec<String>,
    /// Absent from tokens made before there was one.
    #[serde(default)]
    registers: Vec<String>,
}

/// A token, as its person may see it once it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldToken {
    /// By what it is revoked: not a secret.
    pub handle: String,
    /// The name its person gave it.
    pub name: String,
    /// What it was made for.
    pub scope: TokenScope,
    /// When it was made.
    pub made_at: Timestamp,
    /// The last day on which it was used.
    pub used_on: Option<Date>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Store {
    /// Makes a token for the person behind `by`. Its text is given once and kept nowhere.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the person has [`MAX_TOKENS`] that stand; the engine's.
    pub async fn token_make(&self, name: &str, scope: &TokenScope, by: &By) -> Result<ApiToken, StoreError> {
        let mut bytes = [0_u8; 32];
        random(&mut bytes)?;
        let token = ApiToken::from_random(bytes);
        let today = scope.days().0;
        let row = entity::Model {
            token_sha256: hexadecimal(&token.digest()),
            login: by.who.clone(),
            name: cut(name.trim(), LONGEST_NAME),
            scope: write(scope)?,
            made_at: instant(by.at),
            ends_on: scope.days().1.to_string(),
            used_on: None,
            revoked_at: None,
        };
        let handle: String = row.token_sha256.chars().take(16).collect();
        let entry = by.entry(Act::Grant, "token", &handle);
        self.write(by, "token-make", row.token_sha256.clone(), move |tx| {
            Box::pin(async move {
                let doing = "make a token";
                let standing = entity::Entity::find()
                    .filter(entity::Column::Login.eq(&row.login))
                    .filter(entity::Column::RevokedAt.is_null())
                    .filter(entity::Column::EndsOn.gte(today.to_string()))
                    .count(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                if standing >= MAX_TOKENS as u64 {
                    let reason = format!("a person may have {MAX_TOKENS}; revoke one first");
                    return Err(StoreError::Refused { what: "token", reason });
                }
                entity::Entity::insert(entity::ActiveModel::from(row))
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                Ok(Done::with(entry))
            })
        })
        .await?;
        Ok(token)
    }

    /// The tokens of a person, the latest first; those that have ended too.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn tokens_of(&self, login: &str) -> Result<Vec<HeldToken>, StoreError> {
        let rows = entity::Entity::find()
            .filter(entity::Column::Login.eq(login))
            .order_by_desc(entity::Column::MadeAt)
            .order_by_asc(entity::Column::TokenSha256)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list tokens"))?;
        rows.into_iter().map(held).collect()
    }

    /// Revokes a token of the person behind `by`, by its handle; says whether there was one that stood.
    ///
    /// # Errors
    /// The engine's.
    pub async fn token_revoke(&self, handle: &str, by: &By) -> Result<bool, StoreError> {
        let well_formed =
            handle.len() == 16 && handle.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !well_formed {
            return Ok(false);
        }
        let entry = by.entry(Act::Revoke, "token", handle);
        let (login, handle, at) = (by.who.clone(), handle.to_owned(), by.at);
        let told = self
            .write(by, "token-revoke", format!("{login} {handle}"), move |tx| {
                Box::pin(async move {
                    let done = entity::Entity::update_many()
                        .col_expr(entity::Column::RevokedAt, Expr::value(Some(instant(at))))
                        .filter(entity::Column::Login.eq(login))
                        .filter(entity::Column::TokenSha256.starts_with(handle))
                        .filter(entity::Column::RevokedAt.is_null())
                        .exec(tx)
                        .await
                        .map_err(StoreError::engine("revoke a token"))?;
                    let revoked = done.rows_affected > 0;
                    Ok(if revoked { Done::with(entry).telling(true) } else { Done::default().telling(false) })
                })
            })
            .await?;
        Ok(told == json!(true))
    }

    /// Whose token that is and what it was made for, when it stands on the day `on` and its account does.
    ///
    /// The day of its last use is noted; that touch, one a day, is not journalled.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn token_owner(&self, token: &ApiToken, on: Date) -> Result<Option<(Account, HeldToken)>, StoreError> {
        let doing = "look a token up";
        let key = hexadecimal(&token.digest());
        let row = entity::Entity::find_by_id(&key).one(&self.core.db).await.map_err(StoreError::engine(doing))?;
        let Some(row) = row.filter(|row| row.revoked_at.is_none()) else { return Ok(None) };
        let account = account_entity::Entity::find_by_id(&row.login).one(&self.core.db).await;
        let account = account.map_err(StoreError::engine(doing))?.filter(|account| account.disabled_at.is_none());
        let Some(account) = account else { return Ok(None) };
        let held = held(row)?;
        let (from, until) = held.scope.days();
        if on < from || until < on {
            return Ok(None);
        }
        if held.used_on != Some(on) {
            entity::Entity::update_many()
                .col_expr(entity::Column::UsedOn, Expr::value(Some(on.to_string())))
                .filter(entity::Column::TokenSha256.eq(&key))
                .exec(&self.core.db)
                .await
                .map_err(StoreError::engine("note the use of a token"))?;
        }
        Ok(Some((account.into(), held)))
    }
}

fn held(row: entity::Model) -> Result<HeldToken, StoreError> {
    Ok(HeldToken {
        scope: read(&row.scope)?,
        made_at: TABLE.read("made_at", &row.made_at)?,
        used_on: TABLE.read_option("used_on", row.used_on.as_deref())?,
        revoked_at: TABLE.read_option("revoked_at", row.revoked_at.as_deref())?,
        handle: row.token_sha256.chars().take(16).collect(),
        name: row.name,
    })
}

fn write(scope: &TokenScope) -> Result<String, StoreError> {
    let (from, until) = scope.days();
    let Marking { tlp, pap } = scope.ceiling();
    let text = Scope {
        world: scope.world().to_string(),
        kinds: scope.kinds().iter().map(ToString::to_string).collect(),
        acts: scope.acts().iter().map(ToString::to_string).collect(),
        tlp,
        pap,
        from,
        until,
        networks: scope.networks().iter().map(ToString::to_string).collect(),
        registers: scope.registers().iter().cloned().collect(),
    };
    serde_json::to_string(&text).map_err(|_| TABLE.wrong("scope"))
}

fn read(text: &str) -> Result<TokenScope, StoreError> {
    let wrong = || TABLE.wrong("scope");
    let scope: Scope = serde_json::from_str(text).map_err(|_| wrong())?;
    fn all<T: std::str::FromStr>(texts: &[String]) -> Option<Vec<T>> {
        texts.iter().map(|text| text.parse().ok()).collect()
    }
    TokenScope::new(
        scope.world.parse().map_err(|_| wrong())?,
        all(&scope.kinds).ok_or_else(wrong)?,
        all(&scope.acts).ok_or_else(wrong)?,
        Marking { tlp: scope.tlp, pap: scope.pap },
        (scope.from, scope.until),
        all(&scope.networks).ok_or_else(wrong)?,
    )
    .and_then(|read| read.for_registers(scope.registers))
    .map_err(|_| wrong())
}
