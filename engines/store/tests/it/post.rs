//! Recipients, handovers, readings and jobs.

use super::registers::{alert, guard_of_alert};
use super::suite::{at, by};
use beffroi_journal::Act;
use beffroi_model::{AlertRef, Marking, Pap, Tlp};
use beffroi_store::{
    Dispatch, HandoverRow, HandoverState, ReadingRow, RecipientRow, ReturnRow, Settlement, Store, StoreError,
};
use jiff::civil::date;

const FLASH: &str = "FLASH-2026-701";

pub(crate) fn recipient(id: &str) -> RecipientRow {
    RecipientRow {
        id: id.to_owned(),
        name: "Bureau d’essai".into(),
        direction: "DGX".into(),
        service: "bureau".into(),
        kind: "mailbox".into(),
        mail: Some(format!("{id}@direction.example")),
        webhook: None,
        channels: "mail web".into(),
        account: None,
        ceiling: Marking { tlp: Tlp::Amber, pap: Pap::Green },
        vocabulary: "tlp2".into(),
        lang: "fr".into(),
        since: date(2026, 1, 1),
        until: None,
        exercise: false,
        forms: String::new(),
        unreachable: None,
    }
}

fn handover(reference: &AlertRef, n: usize) -> HandoverRow {
    HandoverRow {
        id: format!("{n:032x}"),
        alert: reference.clone(),
        version: 2,
        recipient: format!("r{n}"),
        what: "flash".into(),
        channel: "mail".into(),
        state: HandoverState::Queued,
        attempts: 0,
        queued_at: at(1000),
        due_at: at(1000),
        ended_at: None,
        note: None,
    }
}

fn dispatch(reference: &AlertRef, n: usize) -> Dispatch {
    let reading = |n: usize| ReadingRow {
        alert: reference.clone(),
        version: 2,
        recipient: format!("r{n}"),
        sent_at: at(1000),
        exercise: false,
        read_at: None,
        how: None,
        n_reminders: 0,
    };
    Dispatch {
        handovers: (0..n).map(|n| handover(reference, n)).collect(),
        readings: (0..n).map(reading).collect(),
        why: "essai".into(),
    }
}

pub(crate) async fn post(store: &Store) {
    let reference: AlertRef = FLASH.parse().unwrap();
    let n = 130;
    store.recipients_put((0..n).map(|n| recipient(&format!("r{n}"))).collect(), &by("chef", 1000)).await.unwrap();
    assert_eq!(store.recipient("r7").await.unwrap(), Some(recipient("r7")));
    let drafted =
        store.alert_put(alert(FLASH), guard_of_alert(), None, Act::Alter, &by("analyste", 1000)).await.unwrap();
    // The flash and its queue go together: a version that somebody else wrote over queues nothing.
    let what = Some(dispatch(&reference, n));
    let late = store
        .alert_put_and_send(drafted.clone(), guard_of_alert(), Some(9), Act::Decide, what, &by("chef", 1001))
        .await;
    assert!(matches!(late, Err(StoreError::Conflict { .. })));
    assert_eq!(store.handovers_of(&reference).await.unwrap(), []);
    let by_chef = by("chef", 1001);
    let what = Some(dispatch(&reference, n));
    store.alert_put_and_send(drafted.clone(), guard_of_alert(), Some(1), Act::Decide, what, &by_chef).await.unwrap();
    assert_eq!(store.handovers_of(&reference).await.unwrap().len(), n);
    // Nothing is queued twice.
    assert_eq!(store.post_queue(dispatch(&reference, n), &by("chef", 1002)).await.unwrap(), 0);
    worker(store, &reference, n).await;
    readings(store, &reference).await;
}

async fn worker(store: &Store, reference: &AlertRef, n: usize) {
    assert!(!store.post_waits(at(999)).await.unwrap() && store.post_waits(at(1000)).await.unwrap());
    let first = store.post_claim("one", 100, at(2000), &by("post", 1003)).await.unwrap();
    let second = store.post_claim("two", 100, at(2000), &by("post", 1003)).await.unwrap();
    assert_eq!((first.len(), second.len()), (100, n - 100));
    assert!(first.iter().all(|row| row.attempts == 1 && row.state == HandoverState::Sending));
    assert!(second.iter().all(|row| !first.iter().any(|one| one.id == row.id)), "claimed twice");
    assert!(!store.post_waits(at(1999)).await.unwrap());
    // One bounces, one is tried again, the others of the first worker are delivered; the second dies.
    let mut settled: Vec<Settlement> = first.iter().map(|row| Settlement::delivered(row.id.clone())).collect();
    settled[0] = Settlement {
        state: HandoverState::Bounced,
        note: Some("550".into()),
        is_address_wrong: true,
        ..settled[0].clone()
    };
    settled[1] = Settlement { state: HandoverState::Retry, due_at: Some(at(1500)), ..settled[1].clone() };
    store.post_settle(settled, &by("post", 1004)).await.unwrap();
    assert_eq!(store.recipient(&first[0].recipient).await.unwrap().unwrap().unreachable.as_deref(), Some("550"));
    assert_eq!(store.handover(&first[2].id).await.unwrap().unwrap().ended_at, Some(at(1004)));
    let (counts, oldest) = store.post_counts().await.unwrap();
    assert_eq!((counts[&HandoverState::Delivered], counts[&HandoverState::Sending]), (98, 30));
    assert_eq!(oldest, Some(at(1000)));
    // Its claims end, and somebody else takes them with what is due again.
    let rest = store.post_claim("three", 500, at(4000), &by("post", 2001)).await.unwrap();
    assert_eq!(rest.len(), 31);
    assert_eq!(store.post_claimed("two").await.unwrap(), []);
    let settled = rest.into_iter().map(|row| Settlement::delivered(row.id)).collect();
    store.post_settle(settled, &by("post", 2002)).await.unwrap();
    assert!(!store.post_waits(at(9000)).await.unwrap());
    assert_eq!(store.handovers_of(reference).await.unwrap().len(), n);
}

async fn readings(store: &Store, reference: &AlertRef) {
    let read = |who: &'static str, n| {
        let by = by("recipient", n);
        async move { store.reading_done(reference, 2, who, "link", &by).await.unwrap() }
    };
    assert!(read("r3", 2003).await && !read("r3", 2004).await && !read("nobody", 2005).await);
    let open = store.readings_open().await.unwrap();
    assert_eq!(open.len(), 129);
    let reminder = HandoverRow { id: "f".repeat(32), what: "reminder-1".into(), ..handover(reference, 5) };
    let remind = Dispatch { handovers: vec![reminder], readings: Vec::new(), why: "rappel".into() };
    assert_eq!(store.post_remind(remind, &by("post", 2006)).await.unwrap(), 1);
    let all = store.readings(Some(reference)).await.unwrap();
    assert_eq!(all.iter().find(|one| one.recipient == "r5").unwrap().n_reminders, 1);
    assert_eq!(all.iter().find(|one| one.recipient == "r3").unwrap().read_at, Some(at(2003)));
    let back = ReturnRow {
        alert: reference.clone(),
        version: 2,
        recipient: "r3".into(),
        kind: "sighting".into(),
        n_cases: 4,
        said: "quatre cas".into(),
        at: at(2007),
    };
    store.return_put(back.clone(), &by("recipient", 2007)).await.unwrap();
    assert_eq!(store.returns(Some(reference)).await.unwrap(), [back]);
}

pub(crate) async fn jobs(store: &Store) {
    store.job_make("essai", at(100), &by("jobs", 0)).await.unwrap();
    store.job_make("essai", at(999), &by("jobs", 1)).await.unwrap();
    let take = |who: &'static str, n| {
        let by = by("jobs", n);
        async move { store.job_take("essai", who, at(200), &by).await.unwrap() }
    };
    assert_eq!(take("a", 99).await, None, "not due");
    assert_eq!(take("a", 100).await.map(|job| job.due_at), Some(at(100)));
    assert_eq!(take("b", 150).await, None, "taken twice");
    assert!(take("b", 201).await.is_some(), "its worker died");
    store.job_end("essai", "a", at(5000), None, &by("jobs", 202)).await.unwrap();
    store.job_end("essai", "b", at(300), Some("no disk"), &by("jobs", 203)).await.unwrap();
    let job = store.jobs().await.unwrap().into_iter().find(|job| job.name == "essai").unwrap();
    assert_eq!((job.due_at, job.attempts, job.fault.as_deref()), (at(300), 1, Some("no disk")));
    assert!(take("c", 300).await.is_some());
    store.job_end("essai", "c", at(400), None, &by("jobs", 301)).await.unwrap();
    let job = store.jobs().await.unwrap().into_iter().find(|job| job.name == "essai").unwrap();
    assert_eq!((job.attempts, job.fault, job.done_at), (0, None, Some(at(301))));
}
