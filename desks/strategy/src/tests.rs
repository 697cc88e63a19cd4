//! Records made for the tests of this desk, and every sheet in both languages.

mod guards;

use crate::REGISTERS;
use beffroi_register::{Record, Register, SheetContext, Step, Values};
use beffroi_wording::Lang;
use jiff::Timestamp;

fn register(name: &str) -> &'static Register {
    REGISTERS.iter().find(|register| register.name == name).unwrap()
}

/// Noon of a day in Paris.
pub(crate) fn at(day: &str) -> Timestamp {
    format!("{day}T11:00:00Z").parse().unwrap()
}

/// A record in a state.
pub(crate) fn record(name: &str, reference: &str, state: &str, values: &[(&str, &str)]) -> Record {
    Record { state: state.to_owned(), ..stepped(name, reference, &[("2026-01-01", state)], values) }
}

/// A record that went through states on days.
pub(crate) fn stepped(name: &str, reference: &str, steps: &[(&str, &str)], values: &[(&str, &str)]) -> Record {
    let path: Vec<Step> = steps
        .iter()
        .map(|(day, state)| Step { at: at(day), by: (*state).to_owned(), state: (*state).to_owned() })
        .collect();
    Record {
        reference: reference.to_owned(),
        register: name.to_owned(),
        state: path.last().unwrap().state.clone(),
        values: values.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect(),
        path,
        ..register(name).example_record()
    }
}

/// A house with something for each sheet to say.
fn house() -> Vec<Record> {
    let of = [("strategy", "STRAT-2026-0002")];
    let with = |more: &[(&'static str, &'static str)]| [&of[..], more].concat();
    vec![
        record("strategy", "STRAT-2026-0001", "adopted", &[("title", "Une"), ("edition", "2022-2026")]),
        record(
            "strategy",
            "STRAT-2026-0002",
            "consultation",
            &[
                ("title", "Deux"),
                ("edition", "2027-2030"),
                ("parent", "STRAT-2026-0001"),
                ("summary", "Résumé"),
                ("consulted_until", "2026-11-30"),
            ],
        ),
        record("objective", "OBJ-2026-0001", "kept", &with(&[("level", "axis"), ("code", "1"), ("title", "Axe")])),
        record(
            "objective",
            "OBJ-2026-0002",
            "kept",
            &with(&[("level", "objective"), ("code", "1.1"), ("title", "But"), ("parent", "OBJ-2026-0001")]),
        ),
        record(
            "objective",
            "OBJ-2026-0003",
            "kept",
            &[("strategy", "STRAT-2026-0001"), ("level", "axis"), ("code", "1"), ("title", "Autre")],
        ),
        record(
            "action",
            "ACT-2026-0001",
            "running",
            &with(&[("objective", "OBJ-2026-0002"), ("title", "Faire"), ("direction", "dnpj"), ("due", "2026-12-31")]),
        ),
        record("action", "ACT-2026-0002", "running", &[("title", "b"), ("direction", "un")]),
        record("action", "ACT-2026-0003", "running", &[("title", "c"), ("direction", "deux")]),
        record("action", "ACT-2026-0004", "running", &[("title", "d"), ("direction", "trois")]),
        stepped(
            "progress",
            "PROG-2026-0001",
            &[("2026-02-01", "due"), ("2026-03-01", "declared"), ("2026-03-02", "accepted")],
            &[("action", "ACT-2026-0001"), ("rhythm", "monthly"), ("health", "red"), ("progress", "40")],
        ),
        record("progress", "PROG-2026-0002", "due", &[("action", "ACT-2026-0001"), ("rhythm", "monthly")]),
        record("remark", "REM-2026-0001", "received", &with(&[("title", "Une remarque")])),
        record(
            "mapping",
            "MAP-2026-0001",
            "stands",
            &with(&[("code", "F.1"), ("degree", "full"), ("action", "ACT-2026-0001")]),
        ),
        record("coherence", "COH-2026-0001", "draft", &with(&[("document", "F")])),
        record("committee", "COM-2026-0001", "frozen", &[("title", "Comité"), ("held_on", "2026-06-01")]),
        record("decision", "DEC-2026-0001", "pending", &[("title", "À trancher"), ("direction", "dnpj")]),
        record(
            "decision",
            "DEC-2026-0002",
            "taken",
            &[("title", "Tranché"), ("committee", "COM-2026-0001"), ("due", "2026-06-20")],
        ),
    ]
}

/// A sheet as one text.
fn made(of: &str, sheet: &str, asked: &[(&str, &str)], lang: Lang) -> Result<String, beffroi_register::Refusal> {
    let house = house();
    let own = house.iter().find(|record| record.reference == of);
    let register = own.map_or_else(|| register(of), |own| register(&own.register));
    let asked: Values = asked.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let now = at("2026-07-01");
    let context = SheetContext { register, record: own, records: &house, asked: &asked, now, lang };
    let blocks = (register.sheet(sheet).unwrap().make)(&context)?;
    Ok(format!("{blocks:?}"))
}

#[test]
fn each_sheet_says_what_it_finds_in_both_languages() {
    type Told<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);
    let sheets: [Told<'_>; 12] = [
        ("STRAT-2026-0002", "edition", &[], &["Une remarque", "40 %", "2022-2026", "Axe"]),
        ("STRAT-2026-0002", "edition", &[("audience", "public")], &["Faire"]),
        ("STRAT-2026-0002", "missing", &[], &["REM-2026-0001", "ACT-2026-0001"]),
        ("STRAT-2026-0001", "missing", &[], &[]),
        ("COH-2026-0001", "matrix", &[], &["F.5", "ACT-2026-0001 Faire"]),
        ("action", "view", &[("direction", "dnpj")], &["DEC-2026-0001", "ACT-2026-0001"]),
        ("action", "view", &[("direction", "dnpj"), ("against", "others")], &["ACT-2026-0001"]),
        ("action", "view", &[("direction", "un"), ("against", "past")], &["ACT-2026-0002"]),
        ("action", "collection", &[], &["PROG-2026-0002", "1 / 2"]),
        ("ACT-2026-0001", "history", &[], &["Faire"]),
        ("COM-2026-0001", "dashboard", &[], &["DEC-2026-0001", "DEC-2026-0002", "ACT-2026-0004"]),
        ("decision", "follow_up", &[], &["DEC-2026-0002", "0 / 1"]),
    ];
    for (of, sheet, asked, expected) in sheets {
        for lang in Lang::ALL {
            let text = made(of, sheet, asked, lang).unwrap_or_else(|refusal| panic!("{of} {sheet}: {refusal:?}"));
            for word in expected {
                assert!(text.contains(word), "{of} {sheet}: no {word} in {text}");
            }
            assert!(!text.contains("[register-") && !text.contains("[strategy-"), "{of} {sheet}: {text}");
        }
    }
    let minutes = made("COM-2026-0001", "minutes", &[], Lang::En).unwrap();
    assert!(minutes.contains("DEC-2026-0002") && !minutes.contains("DEC-2026-0001"), "{minutes}");
}

#[test]
fn the_public_edition_says_neither_how_it_goes_nor_what_was_remarked() {
    let public = made("STRAT-2026-0002", "edition", &[("audience", "public")], Lang::En).unwrap();
    assert!(!public.contains("40 %") && !public.contains("Une remarque") && !public.contains("dnpj"), "{public}");
}

#[test]
fn services_are_neither_ranked_nor_set_against_a_few() {
    for (asked, field) in [(&[("direction", "dnpj"), ("against", "ranking")][..], "against"), (&[], "direction")] {
        assert_eq!(made("action", "view", asked, Lang::En).unwrap_err().field, Some(field));
    }
    let others = made("action", "view", &[("direction", "dnpj"), ("against", "others")], Lang::En).unwrap();
    assert!(!others.contains("deux"), "{others}");
}
