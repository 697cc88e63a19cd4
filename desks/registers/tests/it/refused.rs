//! What is refused, and to whom there is nothing.

use super::declared::{LACK, ORDER, Trial, adding, subject, values};
use beffroi_desk_registers::{RegisterError, Setting, operator};
use beffroi_rights::Role;
use beffroi_wording::Lang;
use jiff::civil::date;

#[tokio::test]
async fn a_stale_form_is_told_what_changed() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let order = trial.actor(&chief, 0).add(&ORDER, adding(&[("title", "An order")])).await.unwrap();
    let set = |text: &str, version| Setting { typed: values(&[("note", text)]), version, ..Setting::default() };
    trial.actor(&chief, 1).set(&order, set("first", Some(1))).await.unwrap();
    let stale = trial.actor(&chief, 2).set(&order, set("second", Some(1))).await.unwrap_err();
    assert!(matches!(&stale, RegisterError::Changed { fields, .. } if *fields == ["note"]), "{stale}");
    assert!(stale.sentences(Lang::Fr)[0].contains("note"));
    // Without a version, as at the command line, it is written over; the history keeps both.
    trial.actor(&chief, 3).set(&order, set("third", None)).await.unwrap();
    assert_eq!(trial.store.record_versions(&order).await.unwrap().len(), 3);
    // Nothing changed writes nothing.
    trial.actor(&chief, 4).set(&order, set("third", Some(3))).await.unwrap();
    assert_eq!(trial.store.record_versions(&order).await.unwrap().len(), 3);
}

#[tokio::test]
async fn moves_are_refused_with_a_reason_or_are_not_there() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let analyst = subject("ana", Role::Analyst, "command", "FR");
    let order = trial.actor(&chief, 0).add(&ORDER, adding(&[("title", "An order")])).await.unwrap();
    let go = async |who, by: &str, pairs: &[(&str, &str)], reason: Option<&str>| {
        let setting = Setting { typed: values(pairs), reason: reason.map(str::to_owned), ..Setting::default() };
        trial.actor(who, 1).go(&order, by, setting).await
    };
    let key = |error: RegisterError| match error {
        RegisterError::Refused { refusals, .. } => refusals[0].key.clone(),
        other => other.to_string(),
    };
    assert_eq!(key(go(&chief, "finish", &[], None).await.unwrap_err()), "register-fault-move");
    assert_eq!(key(go(&chief, "start", &[], None).await.unwrap_err()), "register-fault-required");
    assert!(matches!(go(&analyst, "start", &[("pilot", "x")], None).await, Err(RegisterError::NotFound)));
    assert!(matches!(go(&chief, "nowhere", &[], None).await, Err(RegisterError::NotFound)));
    go(&chief, "start", &[("pilot", "alix")], None).await.unwrap();
    assert_eq!(key(go(&chief, "finish", &[("outcome", "x")], Some(" ")).await.unwrap_err()), "register-fault-reason");
    assert_eq!(
        key(go(&chief, "finish", &[("outcome", "x")], Some("voir Mme Durand")).await.unwrap_err()),
        "register-fault-comment-personal"
    );
    go(&chief, "finish", &[("outcome", "x")], Some("over")).await.unwrap();
    // What is closed is kept as it is, and says so.
    let set = Setting { typed: values(&[("note", "late words")]), ..Setting::default() };
    assert_eq!(key(trial.actor(&chief, 9).set(&order, set).await.unwrap_err()), "register-fault-frozen");
}

#[tokio::test]
async fn absent_and_forbidden_look_the_same() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let unit = subject("alix", Role::Correspondent, "unit-35", "35");
    let other = subject("bo", Role::Correspondent, "unit-22", "22");
    let hers = trial.actor(&unit, 0).add(&ORDER, adding(&[("title", "Hers")])).await.unwrap();
    let row = trial.actor(&unit, 1).fetch(&hers).await.unwrap().1;
    assert_eq!((row.record.owner.as_str(), row.record.territory.code()), ("unit-35", "35"));
    assert!(trial.actor(&chief, 1).fetch(&hers).await.is_ok());
    for reference in [hers.as_str(), "ORD-2026-9999", "ORD-2026-0001x", "NONE-2026-0001", ""] {
        let not = trial.actor(&other, 2).page(reference).await;
        assert!(matches!(not, Err(RegisterError::NotFound)), "{reference}");
        assert!(matches!(trial.actor(&other, 2).comment(reference, "x").await, Err(RegisterError::NotFound)));
    }
    // A register whose readers do not name the role is not there at all.
    assert!(trial.actor(&unit, 3).register("lack").is_err() && trial.actor(&chief, 3).register("lack").is_ok());
    assert!(matches!(trial.actor(&unit, 3).add(&LACK, adding(&[("title", "x")])).await, Err(RegisterError::NotFound)));
    // What is not open cannot be referred to either, and the sentence is that of what is absent.
    let refused = |error: RegisterError| error.sentences(Lang::Fr).join(" ");
    let theirs = trial.actor(&chief, 4).add(&LACK, adding(&[("title", "x"), ("origin", &hers)])).await.unwrap();
    let absent = trial.actor(&chief, 5).add(&LACK, adding(&[("title", "x"), ("origin", "ORD-2026-0777")])).await;
    assert!(refused(absent.unwrap_err()).contains("ORD-2026-0777"));
    assert!(matches!(trial.actor(&unit, 6).fetch(&theirs).await, Err(RegisterError::NotFound)));
    // The operator of the machine reads all of them; a name that is none acts for nobody.
    let operator_subject = operator("root", date(2026, 1, 14)).unwrap();
    assert!(trial.actor(&operator_subject, 7).fetch(&hers).await.is_ok());
    assert!(operator("two words", date(2026, 1, 14)).is_none());
}
