//! Sessions. The browser holds 256 random bits; the store holds only their digest, so that a stolen copy of the store
//! opens no session.

use crate::accounts::entity as account_entity;
use crate::columns::{Place, instant};
use crate::hexadecimal::drawn;
use crate::write::{By, Done};
use crate::{Account, PasskeyOwner, Store, StoreError};
use beffroi_journal::Act;
use beffroi_ports::passkeys::{Passkey, SignedIn};
use jiff::{SignedDuration, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, ExprTrait, QueryOrder};
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
        pub how: String,
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
        Ok(Self(drawn::<32>()?))
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

/// An open session, as its person may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// By what it is ended: not a secret.
    pub handle: String,
    /// How it was opened: `password`, `openid`, `passkey`.
    pub how: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it last asked for something, to the minute.
    pub last_seen_at: Timestamp,
}

/// A session that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose it is.
    pub account: Account,
    /// What each form of that session carries: derived from the session's token, never the token itself.
    pub csrf_token: String,
    /// By what it is listed and ended: not a secret.
    pub handle: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ends whatever happens.
    pub ends_at: Timestamp,
}

impl Store {
    /// Opens a session for an account, and clears those that have ended. `how`: `password` (whose sign-in is journalled
    /// as the password is looked at), `openid`.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Missing`] when there is no such account, or it is shut.
    pub async fn session_open(&self, account: &Account, how: &str, now: Timestamp) -> Result<SessionToken, StoreError> {
        self.open_session(account, how, None, now).await
    }

    /// Opens a session by a passkey, and writes back what the sign-in said of it.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Missing`] when the account is shut, or the passkey was removed or used in between.
    pub async fn session_open_by_passkey(
        &self,
        owner: &PasskeyOwner,
        signed: &SignedIn,
        now: Timestamp,
    ) -> Result<SessionToken, StoreError> {
        self.open_session(&owner.account, "passkey", Some((owner.passkey.clone(), signed.clone())), now).await
    }

    async fn open_session(
        &self,
        account: &Account,
        how: &str,
        passkey: Option<(Passkey, SignedIn)>,
        now: Timestamp,
    ) -> Result<SessionToken, StoreError> {
        let doing = "open a session";
        let token = SessionToken::draw()?;
        let (login, digest, how) = (account.login.clone(), token.digest("session"), how.to_owned());
        let content = format!("{login} {digest}");
        let by = By::new(login.clone(), now);
        let entry = (how != "password").then(|| by.entry(Act::SignIn, "account", &login));
        self.write(&by, "session-open", content, move |tx| {
            Box::pin(async move {
                if let Some((before, signed)) = &passkey {
                    crate::passkeys::used(tx, &login, before, signed, now).await?;
                }
                let known =
                    account_entity::Entity::find_by_id(&login).one(tx).await.map_err(StoreError::engine(doing))?;
                if known.is_none_or(|account| account.disabled_at.is_some()) {
                    return Err(StoreError::Missing { what: "account", id: login });
                }
                let before = |span| instant(now.checked_sub(span).unwrap_or(Timestamp::MIN));
                let ended =
                    entity::Column::LastSeenAt.lt(before(IDLE)).or(entity::Column::OpenedAt.lt(before(ABSOLUTE)));
                entity::Entity::delete_many().filter(ended).exec(tx).await.map_err(StoreError::engine(doing))?;
                let row = entity::ActiveModel {
                    token_sha256: Set(digest),
                    login: Set(login),
                    opened_at: Set(instant(now)),
                    last_seen_at: Set(instant(now)),
                    how: Set(how),
                };
                entity::Entity::insert(row).exec_without_returning(tx).await.map_err(StoreError::engine(doing))?;
                Ok(Done { entries: entry.into_iter().collect(), ..Done::default() })
            })
        })
        .await?;
        Ok(token)
    }

    /// The open sessions of a person, the latest first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn session_list(&self, login: &str, now: Timestamp) -> Result<Vec<OpenSession>, StoreError> {
        let rows = entity::Entity::find()
            .filter(entity::Column::Login.eq(login))
            .order_by_desc(entity::Column::OpenedAt)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list sessions"))?;
        let place = Place { table: "sessions", row: "…" };
        let mut open = Vec::new();
        for row in rows {
            let opened_at: Timestamp = place.read("opened_at", &row.opened_at)?;
            let last_seen_at: Timestamp = place.read("last_seen_at", &row.last_seen_at)?;
            if stands(opened_at, last_seen_at, now) {
                let handle = row.token_sha256.chars().take(16).collect();
                open.push(OpenSession { handle, how: row.how, opened_at, last_seen_at });
            }
        }
        Ok(open)
    }

    /// Ends one of the sessions of `login` by its handle; nothing happens when there is none.
    ///
    /// # Errors
    /// The engine's.
    pub async fn session_end(&self, login: &str, handle: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::SignOut, "account", login);
        let (login, handle) = (login.to_owned(), handle.to_owned());
        let well_formed = handle.len() == 16 && handle.bytes().all(|b| b.is_ascii_hexdigit());
        if !well_formed {
            return Ok(());
        }
        self.write(by, "session-end", format!("{login} {handle}"), move |tx| {
            Box::pin(async move {
                entity::Entity::delete_many()
                    .filter(entity::Column::Login.eq(login))
                    .filter(entity::Column::TokenSha256.starts_with(handle))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine("end a session"))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// The session of a token, when it stands: at most 30 minutes since its last request and 12 hours since its
    /// opening. Asking keeps it alive (that touch is the one write that is not journalled).
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn session_fetch(&self, token: &SessionToken, now: Timestamp) -> Result<Option<Session>, StoreError> {
        let doing = "read a session";
        let key = token.digest("session");
        let Some(row) = entity::Entity::find_by_id(&key).one(&self.core.db).await.map_err(StoreError::engine(doing))?
        else {
            return Ok(None);
        };
        let place = Place { table: "sessions", row: "…" };
        let opened_at: Timestamp = place.read("opened_at", &row.opened_at)?;
        let last_seen_at: Timestamp = place.read("last_seen_at", &row.last_seen_at)?;
        if !stands(opened_at, last_seen_at, now) {
            return Ok(None);
        }
        if now.duration_since(last_seen_at) > TOUCH {
            entity::Entity::update_many()
                .col_expr(entity::Column::LastSeenAt, Expr::value(instant(now)))
                .filter(entity::Column::TokenSha256.eq(&key))
                .exec(&self.core.db)
                .await
                .map_err(StoreError::engine("keep a session alive"))?;
        }
        let account = account_entity::Entity::find_by_id(&row.login)
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine(doing))?;
        let account = account.filter(|account| account.disabled_at.is_none());
        Ok(account.map(|account| Session {
            handle: key.chars().take(16).collect(),
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
        let row = entity::Entity::find_by_id(&key).one(&self.core.db).await.map_err(StoreError::engine(doing))?;
        let Some(row) = row else { return Ok(()) };
        let by = By::new(row.login, now);
        let entry = by.entry(Act::SignOut, "account", &by.who);
        self.write(&by, "session-close", key.clone(), move |tx| {
            Box::pin(async move {
                entity::Entity::delete_by_id(&key).exec(tx).await.map_err(StoreError::engine(doing))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }
}

/// Whether a session stands at `now`. A clock that went back ends it too: nothing says how long it has been idle.
fn stands(opened_at: Timestamp, last_seen_at: Timestamp, now: Timestamp) -> bool {
    let idle = now.duration_since(last_seen_at);
    idle <= IDLE && idle >= SignedDuration::ZERO - TOUCH && now.duration_since(opened_at) <= ABSOLUTE
}

/// Ends all sessions of a person.
pub(crate) async fn end_all(tx: &DatabaseTransaction, login: &str) -> Result<(), StoreError> {
    entity::Entity::delete_many()
        .filter(entity::Column::Login.eq(login))
        .exec(tx)
        .await
        .map_err(StoreError::engine("end sessions"))?;
    Ok(())
}
