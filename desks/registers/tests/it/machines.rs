//! What a machine does by a token of its person: the same as that person, within what the token was made for, and no step
//! that is a person's.

use super::declared::{CASE, LACK, Trial, adding, subject, values};
use beffroi_desk_registers::{Marked, RegisterError, Setting};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Act, Kind, Role, Subject, TOKEN_ACTS, TokenScope, World, narrow};
use jiff::civil::date;

fn machine(person: &Subject, acts: &[Act], registers: &[&str]) -> Subject {
    let days = (date(2026, 1, 1), date(2026, 12, 31));
    let acts = acts.iter().copied();
    let scope = TokenScope::new(World::Coordination, [Kind::Record], acts, Marking::UNKNOWN, days, []).unwrap();
    narrow(person.clone(), &scope.for_registers(registers.iter().copied()).unwrap())
}

fn key(error: RegisterError) -> String {
    match error {
        RegisterError::Refused { refusals, .. } => refusals[0].key.clone(),
        other => other.to_string(),
    }
}

#[tokio::test]
async fn a_machine_adds_and_writes_where_its_token_says() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let whole = machine(&chief, &TOKEN_ACTS, &["case"]);
    let case = trial.actor(&whole, 0).add(&CASE, adding(&[("title", "Counted")])).await.unwrap();
    let set = Setting { typed: values(&[("title", "Counted twice")]), version: Some(1), ..Setting::default() };
    trial.actor(&whole, 1).set(&case, set).await.unwrap();
    // Another register, or another act, than the token was made for.
    let elsewhere = trial.actor(&whole, 2).add(&LACK, adding(&[("title", "A lack")])).await;
    assert!(matches!(elsewhere, Err(RegisterError::NotFound)));
    let reads = machine(&chief, &[Act::List, Act::Read], &["case"]);
    assert!(trial.actor(&reads, 3).fetch(&case).await.is_ok());
    let set = Setting { typed: values(&[("title", "x")]), ..Setting::default() };
    for done in [
        trial.actor(&reads, 3).add(&CASE, adding(&[("title", "A case")])).await.map(drop),
        trial.actor(&reads, 3).set(&case, set.clone()).await,
        trial.actor(&reads, 3).mark(&case, &Marked { to: Marking::UNKNOWN, reason: None, version: None }).await,
    ] {
        assert!(matches!(done, Err(RegisterError::NotFound)), "{done:?}");
    }
    // The twin: the person is bound by none of it.
    trial.actor(&chief, 4).add(&LACK, adding(&[("title", "A lack")])).await.unwrap();
}

#[tokio::test]
async fn a_machine_makes_the_moves_that_the_declaration_leaves_to_it() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let second = subject("second", Role::Coordinator, "command", "FR");
    let bot = machine(&second, &TOKEN_ACTS, &[]);
    let case = trial.actor(&chief, 0).add(&CASE, adding(&[("title", "A case"), ("pilot", "alix")])).await.unwrap();
    // A change like the other, and of its person too: but not named in the declaration.
    let own = trial.actor(&bot, 1).go(&case, "start", Setting::default()).await;
    assert_eq!(key(own.unwrap_err()), "register-fault-machine");
    trial.actor(&second, 2).go(&case, "start", Setting::default()).await.unwrap();
    let noted = Setting { typed: values(&[("count", "12")]), version: Some(2), ..Setting::default() };
    trial.actor(&bot, 3).go(&case, "note", noted).await.unwrap();
    let finish = Setting { typed: values(&[("outcome", "well")]), ..Setting::default() };
    assert_eq!(key(trial.actor(&bot, 4).go(&case, "finish", finish).await.unwrap_err()), "register-fault-machine");
    // It is nobody's second pair of eyes.
    let lack = trial.actor(&chief, 5).add(&LACK, adding(&[("title", "A lack")])).await.unwrap();
    assert_eq!(
        key(trial.actor(&bot, 6).go(&lack, "attest", Setting::default()).await.unwrap_err()),
        "register-fault-machine"
    );
    trial.actor(&second, 7).go(&lack, "attest", Setting::default()).await.unwrap();
    // It raises a marking, and lowers none.
    let amber = Marking { tlp: Tlp::Amber, pap: Pap::Amber };
    let to = |to| Marked { to, reason: Some("known by now".to_owned()), version: None };
    trial.actor(&chief, 8).mark(&case, &to(amber)).await.unwrap();
    let lower = Marking { tlp: Tlp::Green, pap: Pap::Green };
    assert_eq!(key(trial.actor(&bot, 9).mark(&case, &to(lower)).await.unwrap_err()), "register-fault-machine");
    trial.actor(&second, 10).mark(&case, &to(lower)).await.unwrap();
    trial.actor(&bot, 11).mark(&case, &to(amber)).await.unwrap();
}
