//! Sheets: made of what is open to who reads, and kept as they stood.

use super::declared::{LACK, PLACE, Trial, adding, subject, values};
use beffroi_desk_registers::{RegisterError, Setting};
use beffroi_register::Values;
use beffroi_rights::{Act, Role};
use beffroi_wording::Lang;

#[tokio::test]
async fn a_sheet_counts_what_is_open_to_its_reader() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let unit = subject("alix", Role::Correspondent, "unit-35", "35");
    trial.actor(&unit, 0).add(&PLACE, adding(&[("title", "Hers"), ("where", "35")])).await.unwrap();
    trial.actor(&chief, 1).add(&PLACE, adding(&[("title", "Ours"), ("where", "22")])).await.unwrap();
    trial.actor(&chief, 2).add(&LACK, adding(&[("title", "Lacking")])).await.unwrap();
    let titles = async |who, asked: &[(&str, &str)]| {
        let made = trial.actor(who, 3).sheet("place", "titles", &values(asked), Act::Read, Lang::En).await;
        made.map(|made| made.blocks.len())
    };
    assert_eq!(titles(&chief, &[]).await.unwrap(), 3);
    // Neither the record of another service nor a register that is not hers.
    assert_eq!(titles(&unit, &[]).await.unwrap(), 1);
    assert_eq!(titles(&chief, &[("where", "35")]).await.unwrap(), 1);
    let key = |error: RegisterError| match error {
        RegisterError::Refused { refusals, .. } => refusals[0].key.clone(),
        other => other.to_string(),
    };
    assert_eq!(key(titles(&chief, &[("where", "75")]).await.unwrap_err()), "register-place-sheet-titles-refusal");
    assert_eq!(key(titles(&chief, &[("where", "nowhere")]).await.unwrap_err()), "register-fault-territory");
    assert_eq!(key(titles(&chief, &[("what", "x")]).await.unwrap_err()), "register-fault-unknown");
    for (of, name) in [("place", "paper"), ("place", "none"), ("none", "titles"), ("PLC-2026-0002", "paper")] {
        let made = trial.actor(&unit, 4).sheet(of, name, &Values::default(), Act::Read, Lang::Fr).await;
        assert!(matches!(made, Err(RegisterError::NotFound)), "{of} {name}");
    }
}

#[tokio::test]
async fn a_move_keeps_the_sheet_as_it_stood() {
    let trial = Trial::new().await;
    let chief = subject("chief", Role::Coordinator, "command", "FR");
    let place = trial.actor(&chief, 0).add(&PLACE, adding(&[("title", "A <place>")])).await.unwrap();
    let close = Setting { typed: values(&[("outcome", "well")]), ..Setting::default() };
    let desk = trial.actor(&chief, 1);
    desk.go(&place, "close", close).await.unwrap();
    let page = trial.actor(&chief, 2).page(&place).await.unwrap();
    let [kept] = page.attached.as_slice() else { panic!("{:?}", page.attached) };
    assert_eq!(kept.name, format!("paper-{place}-v2.html"));
    let (_, media, bytes) = desk.attachment(&place, &kept.id).await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(media == "text/html" && text.contains("A &lt;place&gt;: well") && !text.contains("<script"), "{text}");
}
