//! How far the rights of who writes reach: the place and the service of a record included.

use super::declared::{PLACE, Trial, adding, subject, values};
use beffroi_desk_registers::{RegisterError, Setting};
use beffroi_rights::Role;

fn key(error: RegisterError) -> String {
    match error {
        RegisterError::Refused { refusals, .. } => refusals[0].key.clone(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn nobody_puts_a_record_where_their_rights_do_not_reach() {
    let trial = Trial::new().await;
    let unit = subject("alix", Role::Correspondent, "unit-35", "35");
    let hers = trial.actor(&unit, 0).add(&PLACE, adding(&[("title", "Hers"), ("where", "35")])).await.unwrap();
    for (field, value) in [("where", "22"), ("service", "unit-22")] {
        let set = Setting { typed: values(&[(field, value)]), ..Setting::default() };
        assert_eq!(
            key(trial.actor(&unit, 1).set(&hers, set).await.unwrap_err()),
            "register-fault-elsewhere",
            "{field}"
        );
    }
    let row = trial.actor(&unit, 2).fetch(&hers).await.unwrap().1;
    assert_eq!((row.record.territory.code(), row.record.owner.as_str()), ("35", "unit-35"));
    // The twin: whoever reaches both does.
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let set = Setting { typed: values(&[("where", "22")]), ..Setting::default() };
    trial.actor(&chief, 3).set(&hers, set).await.unwrap();
}

#[tokio::test]
async fn a_record_is_the_services_that_its_register_names() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let unit = subject("alix", Role::Correspondent, "unit-35", "35");
    let asked = [("title", "Asked of them"), ("where", "35"), ("service", "unit-35")];
    let asked = trial.actor(&chief, 0).add(&PLACE, adding(&asked)).await.unwrap();
    let other = trial.actor(&chief, 1).add(&PLACE, adding(&[("title", "Ours"), ("where", "35")])).await.unwrap();
    assert!(trial.actor(&unit, 2).fetch(&asked).await.is_ok());
    // Whoever may neither add nor write there gives nothing to another service.
    let hers = [("title", "For another"), ("where", "35"), ("service", "unit-22")];
    assert!(matches!(trial.actor(&unit, 5).add(&PLACE, adding(&hers)).await, Err(RegisterError::NotFound)));
    assert!(matches!(trial.actor(&unit, 2).fetch(&other).await, Err(RegisterError::NotFound)));
}

#[tokio::test]
async fn a_move_takes_what_it_asks_for_and_no_more() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let place = trial.actor(&chief, 0).add(&PLACE, adding(&[("title", "A place")])).await.unwrap();
    let typed = values(&[("outcome", "well"), ("title", "Another title")]);
    let refused = trial.actor(&chief, 1).go(&place, "close", Setting { typed, ..Setting::default() }).await;
    assert_eq!(key(refused.unwrap_err()), "register-fault-not-asked");
    assert_eq!(trial.actor(&chief, 2).fetch(&place).await.unwrap().1.record.value("title"), "A place");
}

#[tokio::test]
async fn nobody_types_the_name_of_what_is_not_yet_written() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let typed = adding(&[("title", "@0"), ("origin", "@0")]);
    let refused = trial.actor(&chief, 0).add(&super::declared::LACK, typed).await.unwrap_err();
    assert_eq!(key(refused), "register-fault-reference");
    let text = trial.actor(&chief, 1).add(&super::declared::LACK, adding(&[("title", "@0")])).await.unwrap();
    assert_eq!(trial.actor(&chief, 2).fetch(&text).await.unwrap().1.record.value("title"), "@0");
}

#[tokio::test]
async fn who_wrote_it_is_told_that_somebody_else_attests() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let second = subject("second", Role::Coordinator, "command", "FR");
    let lack = trial.actor(&chief, 0).add(&super::declared::LACK, adding(&[("title", "A lack")])).await.unwrap();
    let own = trial.actor(&chief, 1).go(&lack, "attest", Setting::default()).await.unwrap_err();
    assert_eq!(key(own), "register-fault-four-eyes");
    trial.actor(&second, 2).go(&lack, "attest", Setting::default()).await.unwrap();
}
