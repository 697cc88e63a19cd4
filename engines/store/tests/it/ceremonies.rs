//! Halves of sign-ins: taken once, in time, by whoever holds the other half.

use super::suite::{at, memory};
use jiff::SignedDuration;

const SPAN: SignedDuration = SignedDuration::from_mins(5);

#[tokio::test]
async fn what_was_kept_is_taken_once_in_time_and_under_its_kind() {
    let store = memory().await;
    let held = store.ceremony_keep("openid", b"half", SPAN, at(0)).await.unwrap();
    assert_eq!(held.len(), 32);
    assert!(store.ceremony_take("passkey", &held, at(1)).await.unwrap().is_none(), "another kind");
    assert!(store.ceremony_take("openid", "00000000000000000000000000000000", at(1)).await.unwrap().is_none());
    let taken = store.ceremony_take("openid", &held, at(2)).await.unwrap().unwrap();
    assert_eq!(taken.as_slice(), b"half");
    assert!(store.ceremony_take("openid", &held, at(3)).await.unwrap().is_none(), "a second time");
    let late = store.ceremony_keep("openid", b"half", SPAN, at(10)).await.unwrap();
    assert!(store.ceremony_take("openid", &late, at(10 + 301)).await.unwrap().is_none(), "too late");
    assert!(store.ceremony_take("openid", &late, at(11)).await.unwrap().is_none(), "and gone");
    let long = store.ceremony_keep("openid", b"half", SignedDuration::from_hours(9), at(20)).await.unwrap();
    assert!(
        store.ceremony_take("openid", &long, at(20 + 901)).await.unwrap().is_none(),
        "no longer than a quarter of an hour"
    );
}
