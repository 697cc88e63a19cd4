//! Sessions. The browser holds 256 random bits; the store holds only their digest, so that a stolen copy of the store
//! opens no session.

use crate::accounts::entity as account_entity;
use crate::columns::{Place, instant};
use crate::passwords::random;
use crate::store::commit;
use crate::{Account, Store, StoreError, journal};
use jiff::{SignedDuration, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, ExprTrait};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_sha256: String,
        pub login: String,
        pub opened_at: String,
        pub last_seen_at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A session ends after that time without a request.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session ends after that time whatever happens.
const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);
/// How stale the instant of the last request may be: spares a write a request.
const TOUCH: SignedDuration = SignedDuration::from_secs(60);

/// What the browser holds: 256 random bits, written as 64 hexadecimal digits. Shown by `expose` only.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    fn draw() -> Result<Self, StoreError> {
        let mut bytes = [0_u8; 32];
        random(&mut bytes)?;
        Ok(Self(bytes.iter().map(|b| format!("{b:02x}")).collect()))
    }

    /// The token as text, for the cookie and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn digest(&self, purpose: &str) -> String {
        let mut hasher = Sha256::new();
        hasher.update(purpose.as_bytes());
        hasher.update([0]);
        hasher.update(self.0.as_bytes());
        format!("{:x}", hasher.finalize())
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl FromStr for SessionToken {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            let reason = "64 lower-case hexadecimal digits are needed".to_owned();
            Err(StoreError::Refused { what: "session token", reason })
        }
    }
}

/// A session that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub account: Account,
    /// What each form of that session carries: derived from the session's token, never the token itself.
    pub csrf_token: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ends whatever happens.
    pub ends_at: Timestamp,
}

impl Store {
    /// Opens a session for an account, and clears those that have ended.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Missing`] when there is no such account.
    pub async fn session_open(&self, account: &Account, now: Timestamp) -> Result<SessionToken, StoreError> {
        let doing = "open a session";
        let token = SessionToken::draw()?;
        let tx = self.begin().await?;
        let known =
            account_entity::Entity::find_by_id(&account.login).one(&tx).await.map_err(StoreError::engine(doing))?;
        if known.is_none() {
            return Err(StoreError::Missing { what: "account", id: account.login.clone() });
        }
        let before = |span| instant(now.checked_sub(span).unwrap_or(Timestamp::MIN));
        let ended = entity::Column::LastSeenAt.lt(before(IDLE)).or(entity::Column::OpenedAt.lt(before(ABSOLUTE)));
        entity::Entity::delete_many().filter(ended).exec(&tx).await.map_err(StoreError::engine(doing))?;
        let row = entity::ActiveModel {
            token_sha256: Set(token.digest("session")),
            login: Set(account.login.clone()),
            opened_at: Set(instant(now)),
            last_seen_at: Set(instant(now)),
        };
        entity::Entity::insert(row).exec_without_returning(&tx).await.map_err(StoreError::engine(doing))?;
        journal::append(&tx, now, &account.login, "session-open", &account.login).await?;
        commit(tx).await?;
        Ok(token)
    }

    /// The session of a token, when it stands: at most 30 minutes since its last request and 12 hours since its
    /// opening. Asking keeps it alive (that touch is the one write that is not journalled).
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn session_fetch(&self, token: &SessionToken, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let doing = "read a session";
        let key = token.digest("session");
        let Some(row) = entity::Entity::find_by_id(&key).one(&self.db).await.map_err(StoreError::engine(doing))? else {
            return Ok(None);
        };
        let place = Place { table: "sessions", row: "…" };
        let opened_at: Timestamp = place.read("opened_at", &row.opened_at)?;
        let last_seen_at: Timestamp = place.read("last_seen_at", &row.last_seen_at)?;
        if now.duration_since(last_seen_at) > IDLE || now.duration_since(opened_at) > ABSOLUTE {
            return Ok(None);
        }
        if now.duration_since(last_seen_at) > TOUCH {
            entity::Entity::update_many()
                .col_expr(entity::Column::LastSeenAt, Expr::value(instant(now)))
                .filter(entity::Column::TokenSha256.eq(&key))
                .exec(&self.db)
                .await
                .map_err(StoreError::engine("keep a session alive"))?;
        }
        let account =
            account_entity::Entity::find_by_id(&row.login).one(&self.db).await.map_err(StoreError::engine(doing))?;
        Ok(account.map(|account| Session {
            account: account.into(),
            csrf_token: token.digest("form"),
            opened_at,
            ends_at: opened_at.checked_add(ABSOLUTE).unwrap_or(Timestamp::MAX),
        }))
    }

    /// Ends a session; nothing happens when it had ended.
    ///
    /// # Errors
    /// The engine's.
    pub async fn session_close(&self, token: &SessionToken, now: Timestamp) -> Result<(), StoreError> {
        let doing = "close a session";
        let key = token.digest("session");
        let tx = self.begin().await?;
        let row = entity::Entity::find_by_id(&key).one(&tx).await.map_err(StoreError::engine(doing))?;
        if let Some(row) = row {
            entity::Entity::delete_by_id(&key).exec(&tx).await.map_err(StoreError::engine(doing))?;
            journal::append(&tx, now, &row.login, "session-close", &row.login).await?;
        }
        commit(tx).await
    }
}
