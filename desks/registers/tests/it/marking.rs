//! The marking of a record that stands: who raises it, who lowers it, and what follows.

use super::declared::{CASE, Trial, adding, cleared, subject};
use beffroi_desk_registers::{Marked, RegisterError, Setting};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::Role;

const GREEN: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };
const AMBER: Marking = Marking { tlp: Tlp::Amber, pap: Pap::Amber };

fn to(to: Marking, reason: Option<&str>) -> Marked {
    Marked { to, reason: reason.map(str::to_owned), version: None }
}

fn key(error: RegisterError) -> String {
    match error {
        RegisterError::Refused { refusals, .. } => refusals[0].key.clone(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn a_marking_is_raised_at_once_and_lowered_by_somebody_else_with_a_reason() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let second = subject("second", Role::Coordinator, "command", "FR");
    let third = subject("third", Role::Validator, "command", "FR");
    let officer = subject("officer", Role::DutyOfficer, "command", "FR");
    let case = trial.actor(&chief, 0).add(&CASE, adding(&[("title", "A case")])).await.unwrap();
    assert_eq!(trial.actor(&chief, 1).fetch(&case).await.unwrap().1.record.marking, GREEN);
    // Who may neither write nor attest it marks nothing, and is told of nothing.
    let none = trial.actor(&officer, 1).mark(&case, &to(AMBER, None)).await;
    assert!(matches!(none, Err(RegisterError::NotFound)), "{none:?}");
    trial.actor(&second, 2).mark(&case, &to(AMBER, None)).await.unwrap();
    // The author does not lower it, nor who marked it last, nor anybody without saying why.
    for who in [&chief, &second] {
        let own = trial.actor(who, 3).mark(&case, &to(GREEN, Some("known by now"))).await;
        assert_eq!(key(own.unwrap_err()), "register-fault-marking-four-eyes", "{:?}", who.person());
    }
    for why in [None, Some(" ")] {
        let mute = trial.actor(&third, 4).mark(&case, &to(GREEN, why)).await;
        assert_eq!(key(mute.unwrap_err()), "register-fault-reason");
    }
    let named = trial.actor(&third, 4).mark(&case, &to(GREEN, Some("d’accord avec Mme Durand"))).await;
    assert_eq!(key(named.unwrap_err()), "register-fault-comment-personal");
    // To lower one of the two is to lower.
    let mixed = Marking { tlp: Tlp::Red, pap: Pap::Green };
    let own = trial.actor(&chief, 5).mark(&case, &to(mixed, Some("x"))).await;
    assert_eq!(key(own.unwrap_err()), "register-fault-marking-four-eyes");
    trial.actor(&third, 6).mark(&case, &to(GREEN, Some("known by now"))).await.unwrap();
    let page = trial.actor(&chief, 7).page(&case).await.unwrap();
    assert_eq!(page.row.record.marking, GREEN);
    // The history keeps what it was, and why.
    let told: Vec<_> = page.versions.iter().map(|version| version.what.as_str()).collect();
    assert_eq!(told, ["mark", "mark", "add"]);
    assert_eq!(page.versions[0].reason.as_deref(), Some("known by now"));
    let change = &page.versions[0].changes[0];
    assert_eq!((change.field.as_str(), change.from.as_str()), (".marking", "TLP:AMBER · PAP:AMBER"));
    // What it is already is no change; a stale form is told what changed.
    trial.actor(&chief, 8).mark(&case, &to(GREEN, None)).await.unwrap();
    assert_eq!(trial.store.record_versions(&case).await.unwrap().len(), 3);
    let stale = Marked { version: Some(1), ..to(AMBER, None) };
    let stale = trial.actor(&chief, 9).mark(&case, &stale).await;
    assert!(matches!(&stale, Err(RegisterError::Changed { fields, .. }) if fields.contains(&"marking".to_owned())));
}

#[tokio::test]
async fn who_is_no_longer_cleared_finds_nothing_and_who_is_still_does() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let low = cleared("low", Role::Analyst, "command", "FR", GREEN);
    let high = cleared("high", Role::Analyst, "command", "FR", AMBER);
    let case = trial.actor(&chief, 0).add(&CASE, adding(&[("title", "A case"), ("pilot", "alix")])).await.unwrap();
    trial.actor(&chief, 1).attach(&case, "note.txt", b"words").await.unwrap();
    let file = trial.store.record_attachments(&case).await.unwrap()[0].id.clone();
    let sees = async |who, seconds| {
        let desk = trial.actor(who, seconds);
        let listed = desk.store.record_list(&desk.seen(&CASE), &[], None, 10).await.unwrap().rows.len();
        let found = desk.search("case", 10).await.unwrap().len();
        let taken = desk.taken_out(&CASE, &[]).await.map_or(0, |records| records.len());
        let page = usize::from(desk.page(&case).await.is_ok());
        [listed, found, taken, page, usize::from(desk.attachment(&case, &file).await.is_ok())]
    };
    assert_eq!(sees(&low, 2).await, [1; 5]);
    trial.actor(&chief, 3).mark(&case, &to(AMBER, None)).await.unwrap();
    assert_eq!(sees(&low, 4).await, [0; 5]);
    assert_eq!(sees(&high, 4).await, [1; 5], "the twin");
    trial.actor(&high, 5).mark(&case, &to(GREEN, Some("known by now"))).await.unwrap();
    assert_eq!(sees(&low, 6).await, [1; 5]);
}

#[tokio::test]
async fn what_is_closed_is_still_marked_and_who_marks_beyond_their_clearance_is_answered() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let case = trial.actor(&chief, 0).add(&CASE, adding(&[("title", "A case"), ("pilot", "alix")])).await.unwrap();
    trial.actor(&chief, 1).go(&case, "start", Setting::default()).await.unwrap();
    let typed = super::declared::values(&[("outcome", "well")]);
    trial.actor(&chief, 2).go(&case, "finish", Setting { typed, ..Setting::default() }).await.unwrap();
    trial.actor(&chief, 3).mark(&case, &to(AMBER, None)).await.unwrap();
    let tasks = trial.store.tasks_open(&case).await.unwrap();
    // What turns out too sensitive for oneself is raised all the same, and the same form again is answered.
    let desk = trial.actor(&chief, 4);
    let red = to(Marking::UNKNOWN, None);
    desk.mark(&case, &red).await.unwrap();
    desk.mark(&case, &red).await.unwrap();
    assert!(matches!(trial.actor(&chief, 5).mark(&case, &red).await, Err(RegisterError::NotFound)));
    assert_eq!(trial.store.tasks_open(&case).await.unwrap(), tasks, "to mark is not to close");
    let row = trial.store.records_fetch(std::slice::from_ref(&case)).await.unwrap().pop().unwrap();
    assert_eq!((row.record.marking, row.closed_at.is_some()), (Marking::UNKNOWN, true));
}
