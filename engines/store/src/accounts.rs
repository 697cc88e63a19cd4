//! Accounts, and signing in. An unknown name, a wrong password and a name that must wait are told apart by nobody
//! outside: same work, and the wait counts for names that do not exist as for those that do.

use crate::columns::{Place, instant};
use crate::error::cut;
use crate::write::{By, Done};
use crate::{Store, StoreError};
use beffroi_journal::Act;
use jiff::{SignedDuration, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, QueryOrder};
use sha2::{Digest, Sha256};

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub login: String,
        pub display_name: String,
        pub password_hash: String,
        pub demo: bool,
        pub created_at: String,
        pub disabled_at: Option<String>,
        pub issuer: Option<String>,
        pub subject: Option<String>,
        pub passkey_handle: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod attempt_entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sign_in_attempts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub login_sha256: String,
        pub failed: i32,
        pub next_allowed_at: String,
        pub last_at: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The name typed to sign in: lower-case letters, digits, `.`, `_` and `-`.
    pub login: String,
    /// The name shown.
    pub display_name: String,
    /// An account of the demonstration, whose password is public.
    pub demo: bool,
    /// Whether it still opens.
    pub disabled: bool,
    /// Whether it is tied to a person of an identity provider.
    pub federated: bool,
}

impl From<entity::Model> for Account {
    fn from(row: entity::Model) -> Self {
        Self {
            login: row.login,
            display_name: row.display_name,
            demo: row.demo,
            disabled: row.disabled_at.is_some(),
            federated: row.issuer.is_some(),
        }
    }
}

/// What came of signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// The password is right.
    Accepted(Account),
    /// No such name, or not its password: never said which.
    Refused,
    /// Too many failures under that name: the next attempt is looked at from that instant on.
    Wait(Timestamp),
}

/// Failures under one name that cost nothing.
const FREE_FAILURES: i32 = 5;
/// The longest wait.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);
/// After that time without an attempt, failures are forgotten.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// The wait after the `failed`-th failure in a row: none up to the fifth, then 2, 4, 8… seconds up to a quarter of an hour.
fn wait_after(failed: i32) -> SignedDuration {
    match u32::try_from(failed - FREE_FAILURES) {
        Err(_) | Ok(0) => SignedDuration::ZERO,
        Ok(n) => SignedDuration::from_secs(1_i64 << n.min(20)).min(LONGEST_WAIT),
    }
}

impl Store {
    /// Makes an account. Without a password it opens by an identity provider or a passkey only.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a login outside `[a-z0-9._-]{1,64}` or a password under 15 characters (a `demo`
    /// account may have a short one); [`StoreError::Exists`]; the engine's.
    pub async fn account_create(
        &self,
        login: &str,
        display_name: &str,
        password: Option<&str>,
        demo: bool,
        by: &By,
    ) -> Result<Account, StoreError> {
        let well_formed = (1..=64).contains(&login.len())
            && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
        if !well_formed {
            let reason = "1 to 64 lower-case letters, digits, `.`, `_` or `-` are needed".to_owned();
            return Err(StoreError::Refused { what: "login of an account", reason });
        }
        let hash = match password {
            Some(password) => self.core.passwords.hash(password, demo).await?,
            None => String::new(),
        };
        let row = entity::Model {
            login: login.to_owned(),
            display_name: cut(display_name.trim(), 200),
            password_hash: hash,
            demo,
            created_at: instant(by.at),
            disabled_at: None,
            issuer: None,
            subject: None,
            passkey_handle: None,
        };
        let entry = by.entry(Act::Configure, "account", login);
        let stored = row.clone();
        let content = format!("{login} {display_name} {demo}");
        self.write(by, "account-create", content, move |tx| {
            Box::pin(async move {
                let doing = "make an account";
                let known =
                    entity::Entity::find_by_id(&stored.login).one(tx).await.map_err(StoreError::engine(doing))?;
                if known.is_some() {
                    return Err(StoreError::Exists { what: "account", id: stored.login });
                }
                entity::Entity::insert(entity::ActiveModel::from(stored))
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                Ok(Done::with(entry))
            })
        })
        .await?;
        Ok(row.into())
    }

    /// Shuts an account, with its sessions, or opens it again. With it go the letters of its day, their address, and the
    /// address of its calendar.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none; [`StoreError::Keys`]; the engine's.
    pub async fn account_shut(&self, login: &str, shut: bool, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(if shut { Act::Revoke } else { Act::Configure }, "account", login);
        let (login, at) = (login.to_owned(), by.at);
        if shut {
            self.digest_address_erase(&login).await?;
        }
        self.write(by, "account-shut", format!("{login} {shut}"), move |tx| {
            Box::pin(async move {
                let doing = "shut an account";
                let done = entity::Entity::update_many()
                    .col_expr(entity::Column::DisabledAt, Expr::value(shut.then(|| instant(at))))
                    .filter(entity::Column::Login.eq(&login))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                if done.rows_affected == 0 {
                    return Err(StoreError::Missing { what: "account", id: login });
                }
                if shut {
                    crate::sessions::end_all(tx, &login).await?;
                    crate::digest_wishes::forget(tx, &login).await?;
                    crate::digests::forget(tx, &login).await?;
                    crate::calendar_feeds::forget(tx, &login).await?;
                }
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Ties an account to the person `subject` of the identity provider `issuer`.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such account; [`StoreError::Exists`] when that person has another one;
    /// the engine's.
    pub async fn account_federate(&self, login: &str, issuer: &str, subject: &str, by: &By) -> Result<(), StoreError> {
        let entry = by.entry(Act::Configure, "account", login);
        let (login, issuer, subject) = (login.to_owned(), issuer.to_owned(), subject.to_owned());
        self.write(by, "account-federate", format!("{login} {issuer} {subject}"), move |tx| {
            Box::pin(async move {
                let doing = "tie an account to its person";
                let taken = entity::Entity::find()
                    .filter(entity::Column::Issuer.eq(&issuer))
                    .filter(entity::Column::Subject.eq(&subject))
                    .filter(entity::Column::Login.ne(&login))
                    .one(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                if let Some(taken) = taken {
                    return Err(StoreError::Exists { what: "account of that person", id: taken.login });
                }
                let done = entity::Entity::update_many()
                    .col_expr(entity::Column::Issuer, Expr::value(issuer))
                    .col_expr(entity::Column::Subject, Expr::value(subject))
                    .filter(entity::Column::Login.eq(&login))
                    .exec(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                if done.rows_affected == 0 {
                    return Err(StoreError::Missing { what: "account", id: login });
                }
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// The account of the person `subject` of the provider `issuer`, when it stands. Never looked up by mail.
    ///
    /// # Errors
    /// The engine's.
    pub async fn account_of(&self, issuer: &str, subject: &str) -> Result<Option<Account>, StoreError> {
        let row = entity::Entity::find()
            .filter(entity::Column::Issuer.eq(issuer))
            .filter(entity::Column::Subject.eq(subject))
            .filter(entity::Column::DisabledAt.is_null())
            .one(&self.core.db)
            .await
            .map_err(StoreError::engine("read an account"))?;
        Ok(row.map(Account::from))
    }

    /// One account.
    ///
    /// # Errors
    /// The engine's.
    pub async fn account_fetch(&self, login: &str) -> Result<Option<Account>, StoreError> {
        let row = entity::Entity::find_by_id(login).one(&self.core.db).await;
        Ok(row.map_err(StoreError::engine("read an account"))?.map(Account::from))
    }

    /// Every account, by login.
    ///
    /// # Errors
    /// The engine's.
    pub async fn account_list(&self) -> Result<Vec<Account>, StoreError> {
        let rows = entity::Entity::find()
            .order_by_asc(entity::Column::Login)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list accounts"))?;
        Ok(rows.into_iter().map(Account::from).collect())
    }

    /// Looks at a name and a password. Each attempt is counted before the password is looked at, so that attempts sent
    /// at once do not slip by; a right one clears the count.
    ///
    /// # Errors
    /// The engine's.
    pub async fn account_verify(&self, login: &str, password: &str, now: Timestamp) -> Result<SignIn, StoreError> {
        let key = format!("{:x}", Sha256::digest(login.as_bytes()));
        if let Some(until) = self.attempt_reserve(&key, now).await? {
            return Ok(SignIn::Wait(until));
        }
        let doing = "read an account";
        let row = entity::Entity::find_by_id(login).one(&self.core.db).await.map_err(StoreError::engine(doing))?;
        // An account that is shut, or has no password, is looked at like one that does not exist.
        let row = row.filter(|row| row.disabled_at.is_none() && !row.password_hash.is_empty());
        let hash = row.as_ref().map(|row| row.password_hash.clone());
        let right = self.core.passwords.verify(password, hash).await?;
        let Some(row) = row.filter(|_| right) else {
            // A name typed wrong may be a password typed in the wrong field: only its digest is kept.
            let by = By::new("-", now);
            let entry = by.entry(Act::SignInRefused, "account", &cut(&key, 16));
            self.write(&by, "sign-in-refused", key, move |_| Box::pin(async move { Ok(Done::with(entry)) })).await?;
            return Ok(SignIn::Refused);
        };
        let by = By::new(row.login.clone(), now);
        let entry = by.entry(Act::SignIn, "account", &row.login);
        self.write(&by, "sign-in", key.clone(), move |tx| {
            Box::pin(async move {
                attempt_entity::Entity::delete_by_id(&key).exec(tx).await.map_err(StoreError::engine(doing))?;
                Ok(Done::with(entry))
            })
        })
        .await?;
        Ok(SignIn::Accepted(row.into()))
    }

    /// Counts an attempt, unless the name must wait: then says until when.
    async fn attempt_reserve(&self, key: &str, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let counted = key.to_owned();
        let told = self
            .write(&By::new("-", now), "sign-in-attempt", counted.clone(), move |tx| {
                Box::pin(async move { reserve(tx, &counted, now).await })
            })
            .await?;
        let place = Place { table: "sign_in_attempts", row: "…" };
        place.read_option("next_allowed_at", told.as_str())
    }
}

/// Whether there is an account of that name, and it is not shut.
pub(crate) async fn stands(tx: &DatabaseTransaction, login: &str) -> Result<bool, StoreError> {
    let row = entity::Entity::find_by_id(login).one(tx).await.map_err(StoreError::engine("read an account"))?;
    Ok(row.is_some_and(|row| row.disabled_at.is_none()))
}

/// Counts an attempt; tells until when the name must wait, when it must.
async fn reserve(tx: &DatabaseTransaction, key: &str, now: Timestamp) -> Result<Done, StoreError> {
    let doing = "count an attempt to sign in";
    let oldest = instant(now.checked_sub(FORGOTTEN_AFTER).unwrap_or(Timestamp::MIN));
    attempt_entity::Entity::delete_many()
        .filter(attempt_entity::Column::LastAt.lt(oldest))
        .exec(tx)
        .await
        .map_err(StoreError::engine(doing))?;
    let row = attempt_entity::Entity::find_by_id(key).one(tx).await.map_err(StoreError::engine(doing))?;
    let mut failed = 0;
    if let Some(row) = row {
        let place = Place { table: "sign_in_attempts", row: &row.login_sha256 };
        let next: Timestamp = place.read("next_allowed_at", &row.next_allowed_at)?;
        if now < next {
            return Ok(Done::default().telling(instant(next)));
        }
        failed = row.failed;
    }
    let failed = failed.saturating_add(1);
    let row = attempt_entity::ActiveModel {
        login_sha256: Set(key.to_owned()),
        failed: Set(failed),
        next_allowed_at: Set(instant(now.checked_add(wait_after(failed)).unwrap_or(Timestamp::MAX))),
        last_at: Set(instant(now)),
    };
    let replace = OnConflict::column(attempt_entity::Column::LoginSha256)
        .update_columns([
            attempt_entity::Column::Failed,
            attempt_entity::Column::NextAllowedAt,
            attempt_entity::Column::LastAt,
        ])
        .to_owned();
    attempt_entity::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(tx)
        .await
        .map_err(StoreError::engine(doing))?;
    Ok(Done::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_is_bounded() {
        let secs: Vec<i64> = (0..=9).map(|n| wait_after(n).as_secs()).collect();
        assert_eq!(secs, [0, 0, 0, 0, 0, 0, 2, 4, 8, 16]);
        assert_eq!(wait_after(i32::MAX), LONGEST_WAIT);
    }
}
