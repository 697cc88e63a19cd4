//! What the end of a record does to its tasks: they fall with it, but those that its register says outlive it and those that
//! the closing move itself opens.

use super::declared::{CASE, Trial, adding, subject, values};
use beffroi_desk_registers::{RegisterError, Setting, remind};
use beffroi_rights::{Role, Subject};
use beffroi_store::{By, Task};
use jiff::SignedDuration;

async fn started(trial: &Trial, chief: &Subject) -> String {
    let case = trial.actor(chief, 0).add(&CASE, adding(&[("title", "A case"), ("pilot", "alix")])).await.unwrap();
    trial.actor(chief, 1).go(&case, "start", Setting::default()).await.unwrap();
    case
}

async fn go(trial: &Trial, who: &Subject, case: &str, by: &str, pairs: &[(&str, &str)], seconds: i64) {
    let setting = Setting { typed: values(pairs), ..Setting::default() };
    trial.actor(who, seconds).go(case, by, setting).await.unwrap();
}

/// The tasks of a record by their loop: open (`+`), withdrawn by a move, or done.
async fn standing(trial: &Trial, case: &str) -> Vec<String> {
    let told = |task: Task| match (&task.withdrawn_by, task.is_open()) {
        (Some(by), _) => format!("{} withdrawn by {by}", task.rule),
        (None, true) => format!("{} +", task.rule),
        (None, false) => format!("{} done", task.rule),
    };
    trial.store.tasks_of(case).await.unwrap().into_iter().map(told).collect()
}

#[tokio::test]
async fn tasks_fall_with_their_record_and_what_outlives_it_stands() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let case = started(&trial, &chief).await;
    // A move that closes nothing withdraws nothing.
    go(&trial, &chief, &case, "note", &[("count", "3")], 2).await;
    assert_eq!(standing(&trial, &case).await, ["tell +", "check +", "teach +", "count +"]);
    let tasks = trial.store.tasks_of(&case).await.unwrap();
    let by = By::new("chief", trial.now);
    trial.store.task_done(&tasks[1], "seen", &by).await.unwrap();
    let journal = trial.store.journal_size().await.unwrap();
    go(&trial, &chief, &case, "finish", &[("outcome", "well")], 3).await;
    assert_eq!(
        standing(&trial, &case).await,
        ["tell withdrawn by finish", "check done", "teach +", "count withdrawn by finish", "report +"],
        "what was done stays done; what the closing move opens stands"
    );
    // Journalled, one by one, beside the move; told in the history, and to whom it was for.
    assert_eq!(trial.store.journal_size().await.unwrap(), journal + 3);
    let page = trial.actor(&chief, 4).page(&case).await.unwrap();
    let fell = page.versions[0].changes.iter().filter(|change| change.field == ".task");
    assert_eq!(fell.map(|change| change.from.as_str()).collect::<Vec<_>>(), ["tell\n", "count\n"]);
    let notices = trial.store.notices(&"alix".parse().unwrap(), 10).await.unwrap();
    assert!(notices.iter().any(|notice| notice.what == "task-withdrawn" && notice.about == case));
    // Out of the day, and no longer to be done.
    let alix = subject("alix", Role::Correspondent, "unit-35", "35");
    assert!(trial.actor(&alix, 5).day().await.unwrap().tasks.is_empty());
    let late = trial.actor(&chief, 6).done(&tasks[0].id, "too late").await;
    assert!(late.is_err(), "{late:?}");
    // A move from one closed state to another withdraws no more.
    go(&trial, &chief, &case, "file", &[], 7).await;
    assert!(standing(&trial, &case).await.iter().filter(|task| task.ends_with('+')).count() == 2);
}

#[tokio::test]
async fn nobody_is_reminded_of_what_fell() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let (closed, open) = (started(&trial, &chief).await, started(&trial, &chief).await);
    go(&trial, &chief, &closed, "finish", &[("outcome", "well")], 3).await;
    let at = trial.now.checked_add(SignedDuration::from_hours(2)).unwrap();
    // Of the closed one: what outlives it and what its end opened; of the twin, all three.
    assert_eq!(remind(&trial.registry, &trial.store, &By::new("job", at)).await.unwrap().tasks, 2 + 3);
    assert_eq!(standing(&trial, &open).await, ["tell +", "check +", "teach +"]);
}

#[tokio::test]
async fn a_guard_counts_the_tasks_that_stood_before_the_move() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let case = started(&trial, &chief).await;
    go(&trial, &chief, &case, "note", &[("count", "3")], 2).await;
    let finish = Setting { typed: values(&[("outcome", "well")]), ..Setting::default() };
    let refused = trial.actor(&chief, 3).go(&case, "finish", finish).await.unwrap_err();
    assert!(matches!(&refused, RegisterError::Refused { refusals, .. } if refusals[0].key.ends_with("counted")));
    assert_eq!(
        standing(&trial, &case).await,
        ["tell +", "check +", "teach +", "count +"],
        "what is refused leaves all"
    );
}
