//! The same again: under the same key it is answered and done once; a record that is there already is not added.

use super::declared::{PLACE, Trial, adding, subject, values};
use beffroi_desk_registers::{RegisterError, Setting};
use beffroi_rights::Role;
use beffroi_wording::Lang;

#[tokio::test]
async fn a_form_that_is_sent_twice_is_taken_once() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let place = trial.actor(&chief, 0).add(&PLACE, adding(&[("title", "A place")])).await.unwrap();
    let desk = trial.actor(&chief, 1);
    let set = Setting { typed: values(&[("title", "Another")]), version: Some(1), ..Setting::default() };
    desk.set(&place, set.clone()).await.unwrap();
    desk.set(&place, set.clone()).await.unwrap();
    // The twin: under another key it is another write, of a version that is no longer there.
    assert!(matches!(trial.actor(&chief, 2).set(&place, set).await, Err(RegisterError::Changed { .. })));
    let desk = trial.actor(&chief, 3);
    let close = Setting { typed: values(&[("outcome", "well")]), version: Some(2), ..Setting::default() };
    desk.go(&place, "close", close.clone()).await.unwrap();
    desk.go(&place, "close", close.clone()).await.unwrap();
    assert!(trial.actor(&chief, 4).go(&place, "close", close).await.is_err());
    assert_eq!(trial.store.record_versions(&place).await.unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_there_already_is_added_only_with_a_word() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let one = [("title", "Fair"), ("where", "35")];
    let desk = trial.actor(&chief, 0);
    let first = desk.add(&PLACE, adding(&one)).await.unwrap();
    // Under the key of the first it is the first.
    assert_eq!(desk.add(&PLACE, adding(&one)).await.unwrap(), first);
    let refused = trial.actor(&chief, 1).add(&PLACE, adding(&one)).await.unwrap_err();
    assert!(refused.sentences(Lang::En)[0].contains(&first), "{refused}");
    let elsewhere = [("title", "Fair"), ("where", "22")];
    trial.actor(&chief, 2).add(&PLACE, adding(&elsewhere)).await.unwrap();
    let told = [("title", "Fair"), ("where", "35"), ("distinct", "yes")];
    trial.actor(&chief, 3).add(&PLACE, adding(&told)).await.unwrap();
    // In a file, too, and between two of its rows.
    let file = "title,where\nFair,35\nMarket,35\nMarket,35\n";
    let preview = trial.actor(&chief, 4).preview(&PLACE, file).await.unwrap();
    assert_eq!(preview.findings.iter().map(|finding| finding.row).collect::<Vec<_>>(), [1, 3]);
}

#[tokio::test]
async fn what_another_service_has_added_is_told_without_its_reference() {
    let trial = Trial::new().await;
    let unit = subject("alix", Role::Correspondent, "unit-35", "35");
    let other = subject("bo", Role::Correspondent, "unit-22", "22");
    let one = [("title", "Fair")];
    let theirs = trial.actor(&unit, 0).add(&PLACE, adding(&one)).await.unwrap();
    let refused = trial.actor(&other, 1).add(&PLACE, adding(&one)).await.unwrap_err();
    let told = refused.sentences(Lang::En).join(" ");
    assert!(told.contains("Another service") && !told.contains(&theirs), "{told}");
}
