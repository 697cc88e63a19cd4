//! Passkeys and tokens: what is kept of them, and who may use or take them away.

use super::suite::{at, by, memory};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_ports::passkeys::{Algorithm, Backup, CredentialId, MAX_PASSKEYS, Passkey, SignedIn, Transport};
use beffroi_rights::{Act, ApiToken, Kind, TokenScope, World};
use beffroi_store::{MAX_TOKENS, Store, StoreError};
use jiff::civil::date;

fn passkey(n: u16) -> Passkey {
    let mut id = vec![0_u8; 16];
    id[..2].copy_from_slice(&n.to_be_bytes());
    Passkey {
        id: CredentialId::new(id).unwrap(),
        algorithm: Algorithm::Es256,
        public_key: vec![2; 33],
        sign_count: 5,
        backup: Backup::Eligible,
        transports: [Transport::Usb, Transport::Internal].into_iter().collect(),
        aaguid: [9; 16],
        user_verified: true,
    }
}

fn signed(passkey: &Passkey, sign_count: u32) -> SignedIn {
    SignedIn { id: passkey.id.clone(), sign_count, backup: Backup::Exists, user_verified: true }
}

async fn with_accounts() -> Store {
    let store = memory().await;
    for login in ["anna", "bela"] {
        store.account_create(login, login, None, true, &by("cli", 0)).await.unwrap();
    }
    store
}

#[tokio::test]
async fn a_passkey_reads_back_and_is_one_persons() {
    let store = with_accounts().await;
    let handle = store.passkey_handle(&by("anna", 1)).await.unwrap();
    assert_eq!(store.passkey_handle(&by("anna", 2)).await.unwrap(), handle, "drawn once");
    assert_ne!(store.passkey_handle(&by("bela", 2)).await.unwrap(), handle);
    assert!(matches!(store.passkey_handle(&by("nobody", 2)).await, Err(StoreError::Missing { .. })));
    let kept = passkey(1);
    store.passkey_add(&kept, "bureau", &by("anna", 3)).await.unwrap();
    let owner = store.passkey_owner(&kept.id).await.unwrap().unwrap();
    assert_eq!((owner.account.login.as_str(), owner.handle, &owner.passkey), ("anna", handle, &kept));
    assert!(store.passkey_owner(&passkey(2).id).await.unwrap().is_none());
    let taken = store.passkey_add(&kept, "copie", &by("bela", 4)).await;
    assert!(matches!(taken, Err(StoreError::Exists { .. })), "{taken:?}");
    let theirs = store.passkeys_of("anna").await.unwrap()[0].handle.clone();
    assert!(!store.passkey_remove(&theirs, &by("bela", 5)).await.unwrap());
    assert!(store.passkey_remove(&theirs, &by("anna", 5)).await.unwrap());
    assert!(store.passkey_owner(&kept.id).await.unwrap().is_none());
}

#[tokio::test]
async fn one_count_of_signatures_opens_one_session() {
    let store = with_accounts().await;
    store.passkey_handle(&by("anna", 0)).await.unwrap();
    let kept = passkey(1);
    store.passkey_add(&kept, "bureau", &by("anna", 1)).await.unwrap();
    let owner = store.passkey_owner(&kept.id).await.unwrap().unwrap();
    // Two answers that were both looked at before either was written: one of them is a copy.
    let answer = signed(&kept, 6);
    let (first, second) = tokio::join!(
        store.session_open_by_passkey(&owner, &answer, at(2)),
        store.session_open_by_passkey(&owner, &answer, at(2))
    );
    assert_eq!([first.is_ok(), second.is_ok()].iter().filter(|ok| **ok).count(), 1);
    assert_eq!(store.session_list("anna", at(3)).await.unwrap().len(), 1, "the other opened none");
    let now = store.passkey_owner(&kept.id).await.unwrap().unwrap().passkey;
    assert_eq!((now.sign_count, now.backup), (6, Backup::Exists));
    // The honest twin: the next count opens.
    let owner = store.passkey_owner(&kept.id).await.unwrap().unwrap();
    assert!(store.session_open_by_passkey(&owner, &signed(&kept, 7), at(4)).await.is_ok());
    store.account_shut("anna", true, &by("cli", 5)).await.unwrap();
    assert!(store.passkey_owner(&kept.id).await.unwrap().is_none());
    assert!(store.session_open_by_passkey(&owner, &signed(&kept, 8), at(6)).await.is_err());
}

#[tokio::test]
async fn there_is_an_end_to_passkeys_and_tokens() {
    let store = with_accounts().await;
    for n in 0..MAX_PASSKEYS {
        store.passkey_add(&passkey(u16::try_from(n).unwrap()), "x", &by("anna", 1)).await.unwrap();
    }
    assert!(matches!(store.passkey_add(&passkey(999), "x", &by("anna", 2)).await, Err(StoreError::Refused { .. })));
    store.passkey_add(&passkey(999), "x", &by("bela", 2)).await.unwrap();
    for n in 0..MAX_TOKENS {
        store.token_make("x", &scope(date(2026, 3, 1)), &by("anna", n as i64)).await.unwrap();
    }
    let more = store.token_make("x", &scope(date(2026, 3, 1)), &by("anna", 99)).await;
    assert!(matches!(more, Err(StoreError::Refused { .. })));
    let first = store.tokens_of("anna").await.unwrap()[0].handle.clone();
    assert!(store.token_revoke(&first, &by("anna", 100)).await.unwrap());
    store.token_make("x", &scope(date(2026, 3, 1)), &by("anna", 101)).await.unwrap();
}

fn scope(until: jiff::civil::Date) -> TokenScope {
    let networks = ["192.0.2.0/24".parse().unwrap(), "2001:db8::/32".parse().unwrap()];
    let ceiling = Marking { tlp: Tlp::AmberStrict, pap: Pap::Green };
    let days = (date(2026, 1, 14), until);
    TokenScope::new(World::Coordination, [Kind::Alert, Kind::Signal], [Act::List], ceiling, days, networks).unwrap()
}

#[tokio::test]
async fn a_token_reads_back_and_serves_in_its_days() {
    let store = with_accounts().await;
    let made_for = scope(date(2026, 2, 1));
    let token = store.token_make(" sonde ", &made_for, &by("anna", 1)).await.unwrap();
    let (account, held) = store.token_owner(&token, date(2026, 1, 14)).await.unwrap().unwrap();
    assert_eq!((account.login.as_str(), held.name.as_str(), &held.scope), ("anna", "sonde", &made_for));
    assert_eq!(store.tokens_of("anna").await.unwrap()[0].used_on, Some(date(2026, 1, 14)));
    for day in [date(2026, 1, 13), date(2026, 2, 2)] {
        assert!(store.token_owner(&token, day).await.unwrap().is_none(), "{day}");
    }
    assert!(store.token_owner(&ApiToken::from_random([1; 32]), date(2026, 1, 14)).await.unwrap().is_none());
    for handle in ["", "%", "0123456789abcdeg", "0123456789ABCDEF"] {
        assert!(!store.token_revoke(handle, &by("anna", 2)).await.unwrap(), "{handle}");
    }
    assert!(!store.token_revoke(&held.handle, &by("bela", 2)).await.unwrap());
    assert!(store.token_revoke(&held.handle, &by("anna", 2)).await.unwrap());
    assert!(store.token_owner(&token, date(2026, 1, 14)).await.unwrap().is_none());
    assert!(!store.token_revoke(&held.handle, &by("anna", 3)).await.unwrap(), "once");
}
