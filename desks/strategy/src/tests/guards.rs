//! What each register refuses, by its guards: those that no job goes through.

use super::{at, record, register};
use beffroi_register::{Context, Record, check};

/// The guards that refuse `after`, by name.
fn refused(
    before: Option<&Record>,
    after: &Record,
    by: Option<&str>,
    linked: &[Record],
    back: &[Record],
) -> Vec<String> {
    let register = register(&after.register);
    let by = by.map(|by| register.move_named(by).unwrap());
    let now = at("2026-07-01");
    let context = Context { register, before, after, by, who: None, linked, back, open_tasks: 0, now };
    let begin = format!("register-{}-refusal-", register.name);
    check(&context).into_iter().map(|refusal| refusal.key.replace(&begin, "")).collect()
}

const STRATEGY: &str = "STRAT-2026-0001";

fn strategy(state: &str) -> Record {
    let own = [
        ("title", "Stratégie"),
        ("edition", "2027-2030"),
        ("period", "2027-01-01/2030-12-31"),
        ("consulted_until", "2026-06-30"),
        ("adopted_on", "2026-07-01"),
    ];
    record("strategy", STRATEGY, state, &own)
}

fn axis() -> Record {
    record(
        "objective",
        "OBJ-2026-0001",
        "kept",
        &[("strategy", STRATEGY), ("level", "axis"), ("code", "1"), ("title", "Axe")],
    )
}

fn aim(reference: &str, code: &str, parent: &str) -> Record {
    let own = [("strategy", STRATEGY), ("level", "objective"), ("code", code), ("title", "But"), ("parent", parent)];
    record("objective", reference, "kept", &own)
}

fn action(reference: &str, objective: &str) -> Record {
    let own = [
        ("title", "Action"),
        ("strategy", STRATEGY),
        ("objective", objective),
        ("pilot", "pilote"),
        ("direction", "dnpj"),
        ("indicator", "Part"),
        ("baseline", "0 %"),
        ("target", "100 %"),
        ("due", "2026-12-31"),
        ("rhythm", "monthly"),
    ];
    record("action", reference, "draft", &own)
}

fn with(record: &Record, field: &str, value: &str) -> Record {
    let mut other = record.clone();
    other.values.insert(field.to_owned(), value.to_owned());
    other
}

fn within(record: &Record, state: &str) -> Record {
    Record { state: state.to_owned(), ..record.clone() }
}

#[test]
fn an_edition_is_adopted_when_nothing_lacks() {
    let adopt =
        |back: &[Record]| refused(Some(&strategy("consultation")), &strategy("adopted"), Some("adopt"), &[], back);
    let whole = [axis(), aim("OBJ-2026-0002", "1.1", "OBJ-2026-0001"), action("ACT-2026-0001", "OBJ-2026-0002")];
    let and = |more: Record| [&whole[..], &[more]].concat();
    assert_eq!(adopt(&whole), Vec::<String>::new());
    assert_eq!(adopt(&[]), ["empty"]);
    assert_eq!(adopt(&and(aim("OBJ-2026-0003", "1.2", "OBJ-2026-0009"))), ["orphan", "uncovered"]);
    assert_eq!(adopt(&and(with(&axis(), "title", "Autre"))), ["twice"]);
    assert_eq!(adopt(&and(action("ACT-2026-0002", ""))), ["loose"]);
    assert_eq!(adopt(&and(with(&action("ACT-2026-0002", "OBJ-2026-0002"), "target", ""))), ["incomplete"]);
    // What was dropped or abandoned, and what names the edition otherwise, does not count.
    assert_eq!(adopt(&and(within(&action("ACT-2026-0002", ""), "abandoned"))), Vec::<String>::new());
    let heir = record("strategy", "STRAT-2026-0002", "draft", &[("parent", STRATEGY)]);
    assert_eq!(adopt(&and(heir)), Vec::<String>::new());
}

#[test]
fn an_edition_follows_another_one() {
    let mut draft = with(&strategy("draft"), "parent", "STRAT-2026-0002");
    draft.values.remove("adopted_on");
    let before = |edition: &str| {
        let other = Record { reference: "STRAT-2026-0002".to_owned(), ..strategy("adopted") };
        vec![with(&other, "edition", edition)]
    };
    assert_eq!(refused(Some(&draft), &draft, None, &before("2022-2026"), &[]), Vec::<String>::new());
    assert_eq!(refused(Some(&draft), &draft, None, &before("2027-2030"), &[]), ["itself"], "of the same name");
    let itself = with(&draft, "parent", STRATEGY);
    let own = [with(&strategy("draft"), "edition", "2022-2026")];
    assert_eq!(refused(Some(&draft), &itself, None, &own, &[]), ["itself"]);
}

#[test]
fn an_objective_stands_under_an_axis_of_its_edition() {
    let linked = [strategy("draft"), axis(), aim("OBJ-2026-0002", "1.1", "OBJ-2026-0001")];
    let add = |after: &Record| refused(None, after, None, &linked, &[]);
    assert_eq!(add(&aim("OBJ-2026-0003", "1.2", "OBJ-2026-0001")), Vec::<String>::new());
    assert_eq!(add(&aim("OBJ-2026-0003", "1.2", "OBJ-2026-0002")), ["orphan"], "under an objective");
    assert_eq!(add(&with(&axis(), "parent", "OBJ-2026-0001")), ["orphan"], "an axis under an axis");
    let elsewhere = [strategy("draft"), with(&axis(), "strategy", "STRAT-2026-0002")];
    let stray = refused(None, &aim("OBJ-2026-0003", "1.2", "OBJ-2026-0001"), None, &elsewhere, &[]);
    assert_eq!(stray, ["orphan"], "under an axis of another edition");
    let dropped = [strategy("draft"), within(&axis(), "dropped")];
    let own = aim("OBJ-2026-0003", "1.2", "OBJ-2026-0001");
    assert_eq!(refused(None, &own, None, &dropped, &[]), ["orphan"]);
    assert_eq!(refused(Some(&own), &within(&own, "dropped"), Some("drop"), &dropped, &[]), Vec::<String>::new());
}

#[test]
fn an_action_serves_its_edition_and_runs_once_that_is_adopted() {
    let (adopted, written) = (strategy("adopted"), strategy("draft"));
    let aims = [axis(), aim("OBJ-2026-0002", "1.1", "OBJ-2026-0001")];
    let in_house = |strategy: &Record| [&aims[..], std::slice::from_ref(strategy)].concat();
    let own = action("ACT-2026-0001", "OBJ-2026-0002");
    let add = |after: &Record| refused(None, after, None, &in_house(&written), &[]);
    assert_eq!(add(&own), Vec::<String>::new());
    assert_eq!(add(&action("ACT-2026-0001", "OBJ-2026-0001")), ["orphan"], "serves an axis");
    let mut stray = own.clone();
    stray.values.remove("strategy");
    assert_eq!(add(&stray), ["orphan"], "of no edition");
    let whole = with(&own, "strategy", "STRAT-2026-0002");
    let part = with(&action("ACT-2026-0002", "OBJ-2026-0002"), "part_of", "ACT-2026-0001");
    let linked = [in_house(&written), vec![whole]].concat();
    assert_eq!(refused(None, &part, None, &linked, &[]), ["orphan"], "a measure of an action of another edition");
    let moved = with(&own, "strategy", "STRAT-2026-0002");
    let other = Record { reference: "STRAT-2026-0002".to_owned(), ..strategy("draft") };
    assert_eq!(refused(Some(&own), &moved, None, &in_house(&other), &[]), ["orphan", "moved"]);

    let start = |strategy: &Record, own: &Record| {
        refused(Some(own), &within(own, "running"), Some("start"), &in_house(strategy), &[])
    };
    assert_eq!(start(&adopted, &own), Vec::<String>::new());
    assert_eq!(start(&written, &own), ["early"]);
    assert_eq!(start(&adopted, &with(&own, "due", "2026-06-30")), ["past"]);
    // Others may carry it; what it promises stays.
    assert_eq!(
        refused(Some(&own), &with(&own, "pilot", "autre"), None, &in_house(&adopted), &[]),
        Vec::<String>::new()
    );
    for field in ["title", "indicator", "baseline", "target"] {
        assert_eq!(
            refused(Some(&own), &with(&own, field, "50"), None, &in_house(&adopted), &[]),
            ["adopted"],
            "{field}"
        );
    }
}

#[test]
fn a_report_is_of_an_action_that_runs() {
    let own = [
        ("title", "Action"),
        ("action", "ACT-2026-0001"),
        ("rhythm", "monthly"),
        ("health", "green"),
        ("progress", "20"),
        ("evidence", "Relevé"),
        ("next_step", "Suite"),
    ];
    let (due, declared) = (record("progress", "PROG-1", "due", &own), record("progress", "PROG-1", "declared", &own));
    let declare = |state: &str| {
        let action = within(&action("ACT-2026-0001", "OBJ-2026-0002"), state);
        refused(Some(&due), &declared, Some("declare"), &[action], &[])
    };
    assert_eq!(declare("running"), Vec::<String>::new());
    assert_eq!(declare("abandoned"), ["action"]);
}
