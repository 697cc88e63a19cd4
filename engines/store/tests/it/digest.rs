//! Letters of one's day and addresses of calendars: what is kept of them, sealed, and gone with the account.

use super::suite::{at, by, keys, memory};
use beffroi_journal::Act;
use beffroi_store::{HandoverState, JournalQuery, Settlement, Store, StoreError};
use jiff::civil::date;

const ADDRESS: &str = "zoe@service.example";

/// Everything, on whatever database.
pub(crate) async fn digest(store: &Store) {
    store.account_create("zoe", "Zoé", None, false, &by("cli", 0)).await.unwrap();
    wishes(store).await;
    letters(store).await;
    calendars(store).await;
    shut(store).await;
}

async fn wish(store: &Store, hour: i8, address: &str, n: i64) {
    store.digest_wish_put("workdays", hour, "fr", address, &by("zoe", n)).await.unwrap();
}

async fn wishes(store: &Store) {
    assert_eq!(store.digest_wish("zoe").await.unwrap(), None);
    let nobody = store.digest_wish_put("workdays", 7, "fr", ADDRESS, &by("nobody", 1)).await;
    assert!(matches!(nobody, Err(StoreError::Missing { .. })), "{nobody:?}");
    wish(store, 7, ADDRESS, 1).await;
    // The form comes twice: what it kept the first time stays readable.
    let twice = by("zoe", 2);
    store.digest_wish_put("weekly", 8, "en", "new@service.example", &twice).await.unwrap();
    store.digest_wish_put("weekly", 8, "en", "new@service.example", &twice).await.unwrap();
    assert_eq!(store.digest_address("zoe").await.unwrap().as_deref(), Some("new@service.example"));
    let kept = store.digest_wish("zoe").await.unwrap().unwrap();
    assert_eq!((kept.rhythm.as_str(), kept.hour, kept.lang.as_str(), kept.chosen_at), ("weekly", 8, "en", at(2)));
    assert_eq!(store.digest_wishes().await.unwrap(), [kept]);
    // One address only is kept, on its own ground, and what was before it never opens again.
    let held = store.retention_counts().await.unwrap();
    let held: Vec<_> = held.iter().filter(|kept| kept.basis == "digest-addresses").collect();
    assert_eq!((held.len(), held[0].count, held[0].what.as_str()), (1, 1, "sealed/digest-addresses/2026-01-14"));
    assert!(store.digest_wish_end(&by("zoe", 3)).await.unwrap());
    assert!(!store.digest_wish_end(&by("zoe", 4)).await.unwrap());
    assert_eq!((store.digest_wish("zoe").await.unwrap(), store.digest_address("zoe").await.unwrap()), (None, None));
    wish(store, 7, ADDRESS, 5).await;
    assert_eq!(store.digest_address("zoe").await.unwrap().as_deref(), Some(ADDRESS));
}

async fn letters(store: &Store) {
    let day = date(2026, 1, 14);
    let number = |n: u8| format!("{n:032x}");
    let both = vec![(number(1), "zoe".to_owned()), (number(2), "zoe".to_owned())];
    assert_eq!(store.digest_queue(day, both.clone(), &by("jobs", 10)).await.unwrap(), 2);
    assert_eq!(store.digest_queue(day, both, &by("jobs", 11)).await.unwrap(), 0, "queued twice");
    assert!(store.digest_waits(at(10)).await.unwrap() && !store.digest_waits(at(9)).await.unwrap());
    let first = store.digest_claim("one", 1, at(100), &by("post", 12)).await.unwrap();
    let second = store.digest_claim("two", 9, at(100), &by("post", 13)).await.unwrap();
    assert_eq!((first.len(), second.len(), first[0].attempts), (1, 1, 1));
    assert_ne!(first[0].id, second[0].id, "claimed twice");
    assert_eq!(store.digest_claimed("one").await.unwrap(), first);
    store.digest_settle(vec![Settlement::delivered(first[0].id.clone())], &by("post", 14)).await.unwrap();
    let done = store.digest(&first[0].id).await.unwrap().unwrap();
    assert_eq!((done.state, done.ended_at, done.day), (HandoverState::Delivered, Some(at(14)), day));
    let query = JournalQuery { object: Some(("digest".to_owned(), first[0].id.clone())), ..JournalQuery::default() };
    let told = store.journal_search(&query, 5).await.unwrap();
    let entry = told[0].entry.as_ref().unwrap();
    assert_eq!((entry.act, entry.recipients.as_slice()), (Act::Disclose, ["zoe".to_owned()].as_slice()));
    // The second worker dies; another takes its letter up, and the address is refused for good.
    assert!(!store.digest_waits(at(100)).await.unwrap());
    let again = store.digest_claim("three", 9, at(200), &by("post", 101)).await.unwrap();
    assert_eq!(again.len(), 1);
    let bounced = Settlement {
        state: HandoverState::Bounced,
        note: Some("550 5.1.1".into()),
        is_address_wrong: true,
        ..Settlement::delivered(again[0].id.clone())
    };
    store.digest_settle(vec![bounced], &by("post", 102)).await.unwrap();
    assert_eq!(store.digest_wish("zoe").await.unwrap().unwrap().unreachable.as_deref(), Some("550 5.1.1"));
    // A month later nothing of them is left.
    let later = by("jobs", 31 * 86_400);
    assert_eq!(store.digest_queue(date(2026, 2, 14), vec![(number(3), "zoe".into())], &later).await.unwrap(), 1);
    assert_eq!(store.digest(&number(1)).await.unwrap(), None);
}

async fn calendars(store: &Store) {
    let (day, next) = (date(2026, 1, 14), date(2026, 1, 15));
    let first = store.calendar_make("fr", &by("zoe", 20)).await.unwrap();
    assert_eq!(store.calendar_of("zoe").await.unwrap().unwrap().used_on, None);
    let (account, feed) = store.calendar_owner(&first, day).await.unwrap().unwrap();
    assert_eq!((account.login.as_str(), feed.lang.as_str(), feed.made_at), ("zoe", "fr", at(20)));
    store.calendar_owner(&first, next).await.unwrap();
    assert_eq!(store.calendar_of("zoe").await.unwrap().unwrap().used_on, Some(next));
    let second = store.calendar_make("en", &by("zoe", 21)).await.unwrap();
    assert_eq!(store.calendar_owner(&first, day).await.unwrap(), None, "the one before is over");
    assert!(store.calendar_owner(&second, day).await.unwrap().is_some());
    assert!(!store.calendar_end(&by("other", 22)).await.unwrap());
    assert!(store.calendar_end(&by("zoe", 23)).await.unwrap());
    assert_eq!(store.calendar_owner(&second, day).await.unwrap(), None);
    for wrong in ["", "x", &"A".repeat(64), &"0".repeat(63)] {
        assert!(wrong.parse::<beffroi_store::CalendarSecret>().is_err(), "{wrong}");
    }
    assert!(!format!("{second:?}").contains(second.expose()));
}

async fn shut(store: &Store) {
    let secret = store.calendar_make("fr", &by("zoe", 30)).await.unwrap();
    store.account_shut("zoe", true, &by("cli", 31)).await.unwrap();
    assert_eq!(store.digest_wish("zoe").await.unwrap(), None);
    let held = store.retention_counts().await.unwrap();
    assert!(!held.iter().any(|kept| kept.basis == "digest-addresses"), "{held:?}");
    assert!(!store.digest_waits(at(99 * 86_400)).await.unwrap(), "what waited is gone");
    assert_eq!(store.calendar_owner(&secret, date(2026, 1, 14)).await.unwrap(), None);
    // Nothing of it comes back with the account, and none is made for one that is shut.
    assert!(store.digest_wish_put("workdays", 7, "fr", ADDRESS, &by("zoe", 32)).await.is_err());
    assert!(store.calendar_make("fr", &by("zoe", 33)).await.is_err());
    store.account_shut("zoe", false, &by("cli", 34)).await.unwrap();
    assert_eq!(store.calendar_of("zoe").await.unwrap(), None);
    assert_eq!(store.calendar_owner(&secret, date(2026, 1, 14)).await.unwrap(), None);
}

#[tokio::test]
async fn the_address_is_in_no_file_of_the_registers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.sqlite");
    let store = Store::open_file(&path, keys()).await.unwrap();
    store.account_create("zoe", "Zoé", None, false, &by("cli", 0)).await.unwrap();
    let secret = store.calendar_make("fr", &by("zoe", 1)).await.unwrap();
    wish(&store, 7, ADDRESS, 1).await;
    let holds = |what: &str| {
        let files = std::fs::read_dir(folder.path()).unwrap().flatten();
        files
            .map(|file| std::fs::read(file.path()).unwrap())
            .any(|bytes| bytes.windows(what.len()).any(|window| window == what.as_bytes()))
    };
    assert!(holds("Zo\u{e9}"), "the twin: what is in clear is found");
    assert!(!holds(ADDRESS) && !holds(secret.expose()));
}

#[tokio::test]
async fn an_address_that_was_erased_at_its_term_is_given_again() {
    let store = memory().await;
    store.account_create("zoe", "Zoé", None, false, &by("cli", 0)).await.unwrap();
    wish(&store, 7, ADDRESS, 1).await;
    assert_eq!(store.sealed_erase("sealed/digest-addresses/2026-01-14", &by("cli", 2)).await.unwrap(), 1);
    assert_eq!(store.digest_address("zoe").await.unwrap(), None);
    assert!(store.digest_wish("zoe").await.unwrap().is_some(), "the page says that it is to be given again");
    wish(&store, 7, ADDRESS, 3).await;
    assert_eq!(store.digest_address("zoe").await.unwrap().as_deref(), Some(ADDRESS));
}
