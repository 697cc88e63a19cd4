//! The sheets of this desk, in both languages.

use crate::REGISTERS;
use beffroi_register::{Record, SheetContext, Step, Values};
use beffroi_wording::Lang;

fn record(name: &str, reference: &str, states: &[&str], values: &[(&str, &str)]) -> Record {
    let at = "2026-07-01T10:00:00Z".parse().unwrap();
    let register = REGISTERS.iter().find(|register| register.name == name).unwrap();
    Record {
        reference: reference.to_owned(),
        register: name.to_owned(),
        state: states.last().unwrap().to_string(),
        values: values.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect(),
        path: states.iter().map(|state| Step { at, by: String::new(), state: (*state).to_owned() }).collect(),
        ..register.example_record()
    }
}

fn made(own: &Record, others: &[Record], sheet: &str, lang: Lang) -> Result<String, beffroi_register::Refusal> {
    let register = REGISTERS.iter().find(|register| register.name == own.register).unwrap();
    let (asked, now) = (Values::new(), "2026-07-01T10:00:00Z".parse().unwrap());
    let context = SheetContext { register, record: Some(own), records: others, asked: &asked, now, lang };
    Ok(format!("{:?}", (register.sheet(sheet).unwrap().make)(&context)?))
}

#[test]
fn each_sheet_says_what_it_finds_in_both_languages() {
    let campaign = record("campaign", "CAMP-2026-0001", &["sent"], &[("due", "2026-06-30")]);
    let of = |reference, states: &[&str], more: &[(&str, &str)]| {
        record(
            "contribution",
            reference,
            states,
            &[&[("campaign", "CAMP-2026-0001"), ("service", "dnpj")][..], more].concat(),
        )
    };
    let again = ["asked", "received", "acknowledged", "asked", "received", "acknowledged"];
    let twice = of("CONTR-2026-0001", &again, &[("answer", "Le texte"), ("request", "Précisez")]);
    let all = [
        twice.clone(),
        of("CONTR-2026-0002", &["asked"], &[("questions", "Une ?\nDeux ?"), ("reason", "Parce que")]),
        of("CONTR-2026-0003", &["asked", "received", "acknowledged", "accepted", "used"], &[("used_in", "Chapitre 3")]),
    ];
    for lang in Lang::ALL {
        let receipts = made(&campaign, &all, "receipts", lang).unwrap();
        let receipt = made(&twice, &[], "receipt", lang).unwrap();
        let request = made(&all[1], &[], "request", lang).unwrap();
        let asked = made(&twice, &[], "request", lang).unwrap();
        for (text, words) in [
            (&receipts, &["CONTR-2026-0002", "2 / 3", "2 / 2", "0 / 3", "1 / 2", "Chapitre 3"][..]),
            (&receipt, &["Le texte", "\"2\""]),
            (&request, &["Parce que", "Deux ?"]),
            (&asked, &["Précisez"]),
        ] {
            for word in words {
                assert!(text.contains(word), "no {word} in {text}");
            }
            assert!(!text.contains("[register-"), "{text}");
        }
    }
    assert!(made(&all[1], &[], "receipt", Lang::En).is_err(), "nothing was received");
}
