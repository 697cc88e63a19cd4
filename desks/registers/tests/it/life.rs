//! A record from its first day to its last, with what it starts.

use super::declared::{LACK, ORDER, Trial, adding, subject, values};
use beffroi_desk_registers::{Setting, calendar, csv, remind};
use beffroi_register::Entry;
use beffroi_rights::Role;
use beffroi_store::By;
use beffroi_wording::Lang;
use jiff::SignedDuration;

fn with(pairs: &[(&str, &str)], version: u32) -> Setting {
    Setting { typed: values(pairs), version: Some(version), ..Setting::default() }
}

#[tokio::test]
async fn a_record_lives_and_starts_what_its_register_says() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let desk = trial.actor(&chief, 0);
    let order =
        desk.add(&ORDER, adding(&[("title", "An order"), ("urgent", "oui"), ("due", "2026-01-16")])).await.unwrap();
    assert_eq!(order, "ORD-2026-0001");

    // Its clock runs from its first instant: an hour.
    let board = desk.board(SignedDuration::from_hours(2), None).await.unwrap();
    assert_eq!(board.lines.iter().map(|due| (due.clock.as_str(), due.late)).collect::<Vec<_>>(), [("hour", false)]);
    let later = trial.actor(&chief, 3700).board(SignedDuration::from_hours(2), None).await.unwrap();
    assert!(later.lines[0].late);
    let ics = calendar("t", &board.lines, Some("https://beffroi.example"), Lang::En);
    assert!(ics.contains("UID:ORD-2026-0001-hour@beffroi") && ics.contains("20260114T103000Z"), "{ics}");

    // A move asks for its fields, and starts a task for whom it names.
    let desk = trial.actor(&chief, 10);
    desk.go(&order, "start", with(&[("pilot", "alix")], 1)).await.unwrap();
    let alix = subject("alix", Role::Correspondent, "unit-35", "35");
    let hers = trial.actor(&alix, 11);
    let day = hers.day().await.unwrap();
    assert_eq!(day.tasks.len(), 1, "told though the record itself is another service's");
    let tasks = trial.store.tasks_of(&order).await.unwrap();
    assert_eq!((tasks[0].rule.as_str(), tasks[0].due.is_some()), ("tell", true));

    // The end starts a record elsewhere, which refers back.
    let ending = Setting { reason: Some("no means".into()), ..with(&[("outcome", "not met")], 2) };
    trial.actor(&chief, 20).go_to(&order, "done", ending).await.unwrap();
    let desk = trial.actor(&chief, 21);
    let page = desk.page(&order).await.unwrap();
    assert_eq!(page.back.iter().map(|row| row.record.reference.as_str()).collect::<Vec<_>>(), ["LCK-2026-0001"]);
    assert!(page.moves.is_empty() && page.deadlines.iter().all(|due| !due.runs()));
    assert_eq!(page.versions.iter().map(|v| v.what.as_str()).collect::<Vec<_>>(), ["finish", "start", "add"]);
    assert_eq!(page.versions[0].reason.as_deref(), Some("no means"));
    let lack = desk.page("LCK-2026-0001").await.unwrap();
    assert_eq!(lack.to[0].record.reference, order);
    assert_eq!(lack.row.record.value("title"), "An order");

    // Done is done, by whom it was for.
    desk.done(&tasks[0].id, "LCK-2026-0001").await.unwrap_err();
    let found = desk.search("order", 10).await.unwrap();
    assert_eq!(found.len(), 2, "the order and the lack");
    let open = Entry { field: ".state".to_owned(), value: "open".to_owned() };
    let out = desk.taken_out(&LACK, &[open]).await.unwrap();
    assert!(csv(&LACK, &out).contains("LCK-2026-0001,open,command,FR"));
}

#[tokio::test]
async fn comments_attachments_and_views_stand_beside_a_record() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let desk = trial.actor(&chief, 0);
    let order = desk.add(&ORDER, adding(&[("title", "An order")])).await.unwrap();
    trial.actor(&chief, 1).comment(&order, "well done @chief").await.unwrap();
    let refused = trial.actor(&chief, 2).comment(&order, "call 06 39 98 12 34").await.unwrap_err();
    assert!(refused.to_string().contains("telephone number"), "{refused}");
    trial.actor(&chief, 3).attach(&order, "note.txt", b"words").await.unwrap();
    let refused = trial.actor(&chief, 4).attach(&order, "note.pdf", b"words").await.unwrap_err();
    assert!(refused.is_user_fault());
    let page = trial.actor(&chief, 5).page(&order).await.unwrap();
    assert_eq!((page.comments.len(), page.attached.len()), (1, 1));
    let (name, media, bytes) = trial.actor(&chief, 6).attachment(&order, &page.attached[0].id).await.unwrap();
    assert_eq!((name.as_str(), media.as_str(), bytes.as_slice()), ("note.txt", "text/plain", &b"words"[..]));
}

#[tokio::test]
async fn many_are_brought_in_whole_or_not_at_all_unless_told() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let file = "title,urgent\nOne,no\nunlucky,no\n,no\nTwo,maybe\nThree,yes\n";
    let desk = trial.actor(&chief, 0);
    let preview = desk.preview(&ORDER, file).await.unwrap();
    assert_eq!((preview.n_fine, preview.added.len()), (2, 0));
    assert_eq!(preview.findings.iter().map(|finding| finding.row).collect::<Vec<_>>(), [2, 3, 4]);
    assert!(desk.import(&ORDER, file, false).await.unwrap().added.is_empty());
    assert!(trial.store.records_fetch(&["ORD-2026-0001".to_owned()]).await.unwrap().is_empty());
    assert_eq!(trial.actor(&chief, 1).import(&ORDER, file, true).await.unwrap().added.len(), 2);
}

#[tokio::test]
async fn who_answers_is_told_in_time_and_once() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    trial.actor(&chief, 0).add(&ORDER, adding(&[("title", "An order"), ("due", "2026-01-16")])).await.unwrap();
    let told = async |text: &str| {
        let by = By::new("deadlines", text.parse().unwrap());
        remind(&trial.registry, &trial.store, &by).await.unwrap().records
    };
    assert_eq!(told("2026-01-14T10:00:00Z").await, 1, "soon: within the week");
    assert_eq!(told("2026-01-14T11:00:00Z").await, 0, "once");
    assert_eq!(told("2026-01-17T00:00:00Z").await, 1, "late");
    assert_eq!(told("2026-01-17T01:00:00Z").await, 0);
    assert_eq!(told("2026-01-18T00:00:00Z").await, 1, "a day later, to those who coordinate");
    assert_eq!(told("2026-03-18T00:00:00Z").await, 0);
}

#[tokio::test]
async fn what_is_not_yet_soon_holds_up_nobody_and_what_is_late_is_told_once() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    // More far ones than are read at once, all due before the one that is late of its own register's clock.
    let rows: String = (0..600).map(|n| format!("Far {n},2026-01-29\n")).collect();
    trial.actor(&chief, 0).import(&ORDER, &format!("title,due\n{rows}"), false).await.unwrap();
    trial.actor(&chief, 1).add(&ORDER, adding(&[("title", "Late"), ("due", "2026-01-30")])).await.unwrap();
    let told = async |text: &str| {
        let by = By::new("deadlines", text.parse().unwrap());
        remind(&trial.registry, &trial.store, &by).await.unwrap().records
    };
    assert_eq!(told("2026-01-14T10:00:00Z").await, 0);
    // Found late, they are told as late, once, and a day later to those who coordinate.
    assert_eq!(told("2026-02-01T10:00:00Z").await, 601);
    assert_eq!(told("2026-02-01T10:15:00Z").await, 601, "nobody acted for a day");
    assert_eq!(told("2026-02-01T10:30:00Z").await, 0);
}

#[tokio::test]
async fn a_task_is_told_to_those_to_whom_its_record_is_open() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let order =
        trial.actor(&chief, 0).add(&ORDER, adding(&[("title", "Theirs"), ("due", "2026-01-15")])).await.unwrap();
    trial.actor(&chief, 1).go(&order, "start", with(&[("pilot", "alix")], 1)).await.unwrap();
    let by = By::new("deadlines", "2026-01-14T10:00:00Z".parse().unwrap());
    assert_eq!(remind(&trial.registry, &trial.store, &by).await.unwrap().tasks, 1);
    // The record is the command's: whom the task names was told when it was opened, and reads no reminder of it.
    let told = trial.store.notices(&"alix".parse().unwrap(), 10).await.unwrap();
    assert_eq!(told.iter().map(|notice| notice.what.as_str()).collect::<Vec<_>>(), ["task"]);
}

#[tokio::test]
async fn ones_own_day_is_found_among_whatever_is_late() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let rows: String = (0..300).map(|n| format!("Other {n},2026-01-01,bo\n")).collect();
    trial.actor(&chief, 0).import(&ORDER, &format!("title,due,pilot\n{rows}"), false).await.unwrap();
    let named = [("title", "Mine"), ("due", "2026-01-15"), ("pilot", "ana")];
    let mine = trial.actor(&chief, 1).add(&ORDER, adding(&named)).await.unwrap();
    let ana = subject("ana", Role::Analyst, "command", "FR");
    let day = trial.actor(&ana, 2).day().await.unwrap();
    assert_eq!(day.mine.iter().map(|due| due.row.record.reference.as_str()).collect::<Vec<_>>(), [mine.as_str()]);
    let all = trial.actor(&chief, 3).deadlines_of(&ORDER, SignedDuration::from_hours(24 * 366)).await.unwrap();
    assert_eq!(all.len(), 301);
}
