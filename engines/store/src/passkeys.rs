//! The passkeys of persons. What is kept can sign nothing: public keys, and how often each was used.

use crate::accounts::entity as account_entity;
use crate::columns::{Place, instant};
use crate::error::cut;
use crate::passwords::random;
use crate::write::{By, Done};
use crate::{Account, Store, StoreError};
use beffroi_journal::{Act, from_base64, to_base64};
use beffroi_ports::passkeys::{
    Algorithm, Backup, CredentialId, MAX_PASSKEYS, Passkey, PersonHandle, SignedIn, Transport,
};
use jiff::Timestamp;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, PaginatorTrait, QueryOrder};
use serde::{Deserialize, Serialize};
use serde_json::json;

mod entity {
    #![expect(unreachable_pub, reason = "the derived code of an entity is public")]
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "passkeys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub credential: String,
        pub login: String,
        pub name: String,
        pub content: String,
        pub n_signed: i64,
        pub added_at: String,
        pub used_at: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const TABLE: Place<'static> = Place { table: "passkeys", row: "…" };

/// The part of a passkey that stands in one column.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// By its COSE number.
    algorithm: i32,
    public_key: String,
    backup: u8,
    transports: Vec<String>,
    aaguid: String,
    user_verified: bool,
}

/// A passkey with the name its owner gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPasskey {
    /// By what it is removed: its identifier in base64. Not a secret.
    pub handle: String,
    /// The name its owner gave it.
    pub name: String,
    /// The passkey.
    pub passkey: Passkey,
    /// When it was registered.
    pub added_at: Timestamp,
    /// When it last opened a session.
    pub used_at: Option<Timestamp>,
}

/// Whose a passkey is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyOwner {
    /// The account it opens.
    pub account: Account,
    /// By which authenticators know the person.
    pub handle: PersonHandle,
    /// The passkey as it is kept.
    pub passkey: Passkey,
}

/// The longest name of a passkey or token that is kept, in characters.
pub(crate) const LONGEST_NAME: usize = 80;

impl Store {
    /// The 64 random bytes by which authenticators know the person behind `by`: drawn the first time they are needed.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such account; the engine's.
    pub async fn passkey_handle(&self, by: &By) -> Result<PersonHandle, StoreError> {
        let mut drawn = [0_u8; 64];
        random(&mut drawn)?;
        let login = by.who.clone();
        let told = self
            .write(by, "passkey-handle", login.clone(), move |tx| {
                Box::pin(async move {
                    let doing = "read an account";
                    let row = account_entity::Entity::find_by_id(&login).one(tx).await;
                    let Some(row) = row.map_err(StoreError::engine(doing))? else {
                        return Err(StoreError::Missing { what: "account", id: login });
                    };
                    if let Some(kept) = row.passkey_handle {
                        return Ok(Done::default().telling(kept));
                    }
                    let drawn = to_base64(&drawn);
                    account_entity::Entity::update_many()
                        .col_expr(account_entity::Column::PasskeyHandle, Expr::value(drawn.clone()))
                        .filter(account_entity::Column::Login.eq(&login))
                        .exec(tx)
                        .await
                        .map_err(StoreError::engine(doing))?;
                    Ok(Done::default().telling(drawn))
                })
            })
            .await?;
        person_handle(told.as_str())
    }

    /// The passkeys of a person, the latest first.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn passkeys_of(&self, login: &str) -> Result<Vec<HeldPasskey>, StoreError> {
        let rows = entity::Entity::find()
            .filter(entity::Column::Login.eq(login))
            .order_by_desc(entity::Column::AddedAt)
            .order_by_asc(entity::Column::Credential)
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("list passkeys"))?;
        rows.into_iter()
            .map(|row| {
                Ok(HeldPasskey {
                    passkey: read(&row)?,
                    added_at: TABLE.read("added_at", &row.added_at)?,
                    used_at: TABLE.read_option("used_at", row.used_at.as_deref())?,
                    handle: row.credential,
                    name: row.name,
                })
            })
            .collect()
    }

    /// Keeps a passkey of the person behind `by`.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when anybody has it already; [`StoreError::Refused`] when the person has
    /// [`MAX_PASSKEYS`]; the engine's.
    pub async fn passkey_add(&self, passkey: &Passkey, name: &str, by: &By) -> Result<(), StoreError> {
        let row = entity::Model {
            credential: to_base64(passkey.id.as_bytes()),
            login: by.who.clone(),
            name: cut(name.trim(), LONGEST_NAME),
            content: content(passkey)?,
            n_signed: i64::from(passkey.sign_count),
            added_at: instant(by.at),
            used_at: None,
        };
        let entry = by.entry(Act::Configure, "passkey", &by.who);
        self.write(by, "passkey-add", row.credential.clone(), move |tx| {
            Box::pin(async move {
                let doing = "keep a passkey";
                let known = entity::Entity::find_by_id(&row.credential).one(tx).await;
                if known.map_err(StoreError::engine(doing))?.is_some() {
                    return Err(StoreError::Exists { what: "passkey", id: row.name });
                }
                let held = entity::Entity::find().filter(entity::Column::Login.eq(&row.login)).count(tx).await;
                if held.map_err(StoreError::engine(doing))? >= MAX_PASSKEYS as u64 {
                    let reason = format!("a person may hold {MAX_PASSKEYS}; remove one first");
                    return Err(StoreError::Refused { what: "passkey", reason });
                }
                entity::Entity::insert(entity::ActiveModel::from(row))
                    .exec_without_returning(tx)
                    .await
                    .map_err(StoreError::engine(doing))?;
                Ok(Done::with(entry))
            })
        })
        .await
        .map(|_| ())
    }

    /// Removes a passkey of the person behind `by`, by its handle; says whether there was one.
    ///
    /// # Errors
    /// The engine's.
    pub async fn passkey_remove(&self, handle: &str, by: &By) -> Result<bool, StoreError> {
        let entry = by.entry(Act::Revoke, "passkey", &by.who);
        let (login, handle) = (by.who.clone(), handle.to_owned());
        let told = self
            .write(by, "passkey-remove", format!("{login} {handle}"), move |tx| {
                Box::pin(async move {
                    let done = entity::Entity::delete_many()
                        .filter(entity::Column::Login.eq(login))
                        .filter(entity::Column::Credential.eq(handle))
                        .exec(tx)
                        .await
                        .map_err(StoreError::engine("remove a passkey"))?;
                    let removed = done.rows_affected > 0;
                    Ok(if removed { Done::with(entry).telling(true) } else { Done::default().telling(false) })
                })
            })
            .await?;
        Ok(told == json!(true))
    }

    /// Whose passkey that is, when its account stands.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a row that cannot be read back.
    pub async fn passkey_owner(&self, id: &CredentialId) -> Result<Option<PasskeyOwner>, StoreError> {
        let doing = "look a passkey up";
        let row = entity::Entity::find_by_id(to_base64(id.as_bytes())).one(&self.core.db).await;
        let Some(row) = row.map_err(StoreError::engine(doing))? else { return Ok(None) };
        let account = account_entity::Entity::find_by_id(&row.login).one(&self.core.db).await;
        let account = account.map_err(StoreError::engine(doing))?.filter(|account| account.disabled_at.is_none());
        let Some(account) = account else { return Ok(None) };
        let handle = person_handle(account.passkey_handle.as_deref())?;
        Ok(Some(PasskeyOwner { passkey: read(&row)?, account: account.into(), handle }))
    }
}

/// Writes back what a sign-in said of its passkey, in the transaction that opens the session. Two sign-ins that raced
/// with one count cannot both stand: the second one finds the count changed.
pub(crate) async fn used(
    tx: &DatabaseTransaction,
    login: &str,
    before: &Passkey,
    signed: &SignedIn,
    at: Timestamp,
) -> Result<(), StoreError> {
    let after = Passkey { backup: signed.backup, ..before.clone() };
    let done = entity::Entity::update_many()
        .col_expr(entity::Column::NSigned, Expr::value(i64::from(signed.sign_count)))
        .col_expr(entity::Column::Content, Expr::value(content(&after)?))
        .col_expr(entity::Column::UsedAt, Expr::value(instant(at)))
        .filter(entity::Column::Credential.eq(to_base64(signed.id.as_bytes())))
        .filter(entity::Column::Login.eq(login))
        .filter(entity::Column::NSigned.eq(i64::from(before.sign_count)))
        .exec(tx)
        .await
        .map_err(StoreError::engine("note the use of a passkey"))?;
    if done.rows_affected == 0 {
        return Err(StoreError::Missing { what: "passkey", id: "…".to_owned() });
    }
    Ok(())
}

fn content(passkey: &Passkey) -> Result<String, StoreError> {
    let content = Content {
        algorithm: passkey.algorithm.cose(),
        public_key: to_base64(&passkey.public_key),
        backup: match passkey.backup {
            Backup::NotEligible => 0,
            Backup::Eligible => 1,
            Backup::Exists => 2,
        },
        transports: passkey.transports.iter().map(|transport| transport.code().to_owned()).collect(),
        aaguid: to_base64(&passkey.aaguid),
        user_verified: passkey.user_verified,
    };
    serde_json::to_string(&content).map_err(|_| TABLE.wrong("content"))
}

fn read(row: &entity::Model) -> Result<Passkey, StoreError> {
    let wrong = || TABLE.wrong("content");
    let content: Content = serde_json::from_str(&row.content).map_err(|_| wrong())?;
    let id = from_base64(&row.credential).and_then(CredentialId::new).ok_or_else(|| TABLE.wrong("credential"))?;
    Ok(Passkey {
        id,
        algorithm: Algorithm::of(content.algorithm).ok_or_else(wrong)?,
        public_key: from_base64(&content.public_key).ok_or_else(wrong)?,
        sign_count: u32::try_from(row.n_signed).map_err(|_| TABLE.wrong("n_signed"))?,
        backup: match content.backup {
            0 => Backup::NotEligible,
            1 => Backup::Eligible,
            2 => Backup::Exists,
            _ => return Err(wrong()),
        },
        transports: content.transports.iter().filter_map(|code| Transport::of(code)).collect(),
        aaguid: from_base64(&content.aaguid).and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?,
        user_verified: content.user_verified,
    })
}

fn person_handle(text: Option<&str>) -> Result<PersonHandle, StoreError> {
    let place = Place { table: "accounts", row: "…" };
    let bytes = text.and_then(from_base64).and_then(|bytes| bytes.try_into().ok());
    bytes.map(PersonHandle).ok_or_else(|| place.wrong("passkey_handle"))
}
