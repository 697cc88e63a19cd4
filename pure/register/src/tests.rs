//! A register of nothing in particular, and all that is decided from it.

use crate::*;
use beffroi_clocks::Limit;
use beffroi_model::{Marking, Pap, Territory, Tlp};
use beffroi_rights::{
    Act, Assignment, Role, Service, ServiceId, ServiceLevel, ServiceTree, Subject, Territories, World,
};
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

static TRIAL: Register = Register {
    name: "trial",
    prefix: "TRY",
    desk: "trial",
    basis: "a text",
    fields: &[
        Field::text("title").required().listed().between(3, 40),
        Field::long("description"),
        Field::long("contact").personal(),
        Field::choice("source", &["a", "b"]).many(),
        Field::flag("urgent"),
        Field::number("progress").between(0, 100),
        Field::money("amount").required_when("urgent", &["yes"]),
        Field::date("due").filtered(),
        Field::period("period"),
        Field::reference("reference", "trial"),
        Field::person("pilot"),
        Field::text("outcome").by_move(),
    ],
    states: &[State::draft("draft"), State::open("running").needs(&["due"]), State::closed("done")],
    moves: &[
        Move::new("start", &["draft"], "running"),
        Move::new("report", &["running"], "running").as_change().by(&[Role::Correspondent]).asks(&["progress"]),
        Move::new("finish", &["running"], "done").by(&[Role::Analyst]).four_eyes().asks(&["outcome"]).with_reason(),
    ],
    guards: &[Guard {
        name: "past",
        check: |c| match c.date("due") {
            Some(due) if c.enters("running") && due < c.today() => Err(Refusal::new().at("due")),
            _ => Ok(()),
        },
    }],
    clocks: &[
        ClockRule::on("due", "due"),
        ClockRule::after("hour", From::Added, Limit::hours(1)).when("urgent", &["yes"]).until(&["running"]),
    ],
    loops: &[
        Loop {
            name: "tell",
            on: On::Move("finish"),
            when: None,
            each: Some("source"),
            starts: Starts::Task { to: Assignee::ByItem(&[("a", Role::Analyst)]), due: DueBy::Field("due") },
        },
        Loop {
            name: "again",
            on: On::Move("finish"),
            when: Some(When { field: "urgent", is: &["yes"] }),
            each: None,
            starts: Starts::Record {
                register: "trial",
                back: "reference",
                copy: &[("title", "title")],
                set: &[("urgent", "no")],
            },
        },
    ],
    example: &[("title", "An example"), ("urgent", "no")],
    ..Register::COORDINATION
};

/// A loop that outlives its record and moves of machines, some of which cannot be.
static HEEDLESS: Register = Register {
    outlives: &["tell", "again", "nothing"],
    machines: &["report", "start", "nowhere"],
    moves: &[
        Move::new("start", &["draft"], "running"),
        Move::new("report", &["running"], "running").as_change().asks(&["progress"]),
        Move::new("mark", &["running"], "done"),
    ],
    ..TRIAL
};

static ASKING: Register = Register {
    loops: &[Loop {
        name: "ask",
        on: On::Added,
        when: None,
        each: Some("source"),
        starts: Starts::Record {
            register: "trial",
            back: "reference",
            copy: &[("title", "title"), ("source", "source")],
            set: &[],
        },
    }],
    ..TRIAL
};

static BROKEN: Register = Register {
    prefix: "x",
    title: "none",
    retention: "never",
    states: &[State::draft("draft").needs(&["nothing"]), State::open("island")],
    clocks: &[ClockRule::on("c", "title")],
    example: &[("amount", "12"), ("urgent", "maybe")],
    ..TRIAL
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-01-14T09:30:00Z")
}

fn record(state: &str, values: &[(&str, &str)]) -> Record {
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    Record {
        state: state.to_owned(),
        values: values.iter().map(own).collect(),
        path: vec![Step { at: now(), by: "add".to_owned(), state: state.to_owned() }],
        author: Some("p1".parse().unwrap()),
        updated_at: now(),
        ..TRIAL.example_record()
    }
}

fn keys(before: Option<&Record>, after: &Record, by: Option<&'static Move>, linked: &[Record]) -> Vec<String> {
    let context =
        Context { register: &TRIAL, before, after, by, who: None, linked, back: &[], open_tasks: 0, now: now() };
    check(&context).into_iter().map(|refusal| refusal.key).collect()
}

#[test]
fn a_declaration_names_what_was_forgotten_in_it() {
    let faults = TRIAL.faults();
    // Its own words are in no file; nothing else is wrong with it.
    let (words, others): (Vec<&String>, Vec<&String>) =
        faults.iter().partition(|fault| fault.starts_with("no `register-trial"));
    assert_eq!(others, Vec::<&String>::new());
    for key in [
        "register-trial`",
        "-purpose",
        "field-contact-personal",
        "choice-source-a",
        "clock-hour",
        "task-tell",
        "refusal-past",
    ] {
        assert_eq!(words.iter().filter(|fault| fault.contains(key)).count(), 2, "{key}: {words:?}");
    }
    let faults = BROKEN.faults().join("\n");
    for told in [
        "its prefix",
        "its title `none`",
        "`never` is no ground",
        "no field `nothing`",
        "no move leads to the state `island`",
        "no state closes",
        "counts from `title`",
        "example does not fit `amount`",
        "example leaves `title` out",
    ] {
        assert!(faults.contains(told), "{told}\n{faults}");
    }
    let twice = Register::faults_between(&[&TRIAL, &TRIAL]).join("\n");
    assert!(twice.contains("two registers are named `trial`") && twice.contains("`TRY-…`"), "{twice}");
    let alone = Register { name: "other", prefix: "OTH", ..TRIAL };
    let lost = Register::faults_between(&[&alone]).join("\n");
    assert!(lost.contains("there is no register `trial`"), "{lost}");
}

#[test]
fn what_outlives_a_record_is_a_task_and_what_a_machine_makes_is_a_change() {
    let faults = HEEDLESS.faults().join("\n");
    for told in
        ["no loop `again`", "no loop `nothing`", "`start` is no change", "`nowhere` is no", "the move `mark` has"]
    {
        assert!(faults.contains(told), "{told}\n{faults}");
    }
    for right in ["no loop `tell`", "`report` is no"] {
        assert!(!faults.contains(right), "{right}\n{faults}");
    }
    let closes = |from, to| TRIAL.closes(from, to);
    assert!(closes("running", "done") && closes("draft", "done"));
    assert!(!closes("draft", "running") && !closes("done", "done") && !closes("done", "running"));
}

#[test]
fn a_token_for_other_registers_opens_none_of_this_one() {
    let (whole, days) = (subject(Role::Coordinator, "command", "FR", "p1"), (date(2026, 1, 1), date(2026, 12, 31)));
    let of = |names: &[&str]| {
        let kinds = [beffroi_rights::Kind::Record];
        let acts = beffroi_rights::TOKEN_ACTS;
        let scope = beffroi_rights::TokenScope::new(World::Coordination, kinds, acts, Marking::UNKNOWN, days, []);
        beffroi_rights::narrow(whole.clone(), &scope.unwrap().for_registers(names.iter().copied()).unwrap())
    };
    let sees = |subject: &Subject| TRIAL.visible(subject, date(2026, 1, 14)).branches().len() > 0;
    assert!(sees(&whole) && sees(&of(&["trial"])) && sees(&of(&[])));
    assert!(!sees(&of(&["other"])));
    assert!(of(&[]).is_machine() && !whole.is_machine());
}

#[test]
fn a_machine_sends_values_of_any_field_in_any_json_type() {
    let object = |text: &str| serde_json::from_str::<serde_json::Map<_, _>>(text).unwrap();
    let read = sent(&TRIAL, &object(r#"{"title":"A","progress":12,"urgent":true,"source":["a","b"],"outcome":null}"#));
    let expected = [("outcome", ""), ("progress", "12"), ("source", "a\nb"), ("title", "A"), ("urgent", "yes")];
    let told = read.unwrap();
    assert_eq!(told.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>(), expected);
    // What only a move writes stands in no new record.
    let early = sent_new(&TRIAL, &object(r#"{"title":"A","outcome":"well"}"#)).unwrap_err();
    assert_eq!((early.len(), early[0].field, early[0].key.as_str()), (1, Some("outcome"), "register-fault-by-move"));
    assert!(sent_new(&TRIAL, &object(r#"{"title":"A"}"#)).is_ok());
    let wrong = sent(&TRIAL, &object(r#"{"title":{"a":1},"source":[["a"]],"nothing":{}}"#)).unwrap_err();
    let told: Vec<_> = wrong.iter().map(|refusal| (refusal.field, refusal.key.as_str())).collect();
    assert_eq!(
        told,
        [
            (None, "register-fault-unknown"),
            (Some("source"), "register-fault-form"),
            (Some("title"), "register-fault-form")
        ]
    );
}

#[test]
fn what_is_typed_is_read_to_one_form() {
    let read = |name: &str, typed: &str| canonical(TRIAL.field(name).unwrap(), typed).map_err(|refusal| refusal.key);
    for (name, typed, kept) in [
        ("title", "  a\ttitle \r\n", "a title"),
        ("description", "a\r\n\r\nb\u{7}", "a\n\nb"),
        ("source", "b, a;b", "b\na"),
        ("urgent", "Oui", "yes"),
        ("progress", "0100", "100"),
        ("amount", "1 234,5 €", "1234.50"),
        ("amount", "-0", "0.00"),
        ("due", "14/01/2026", "2026-01-14"),
        ("period", "2026-01-01 / 2026-06-30", "2026-01-01/2026-06-30"),
        ("reference", "try-2026-0001", "TRY-2026-0001"),
        ("title", " ", ""),
    ] {
        assert_eq!(read(name, typed).as_deref(), Ok(kept), "{name} {typed}");
    }
    for (name, typed, key) in [
        ("title", "ab", "short"),
        ("title", &"x".repeat(41), "long"),
        ("source", "a,c", "choice"),
        ("urgent", "maybe", "flag"),
        ("progress", "101", "bounds"),
        ("progress", "100.5", "number"),
        ("progress", "-1", "bounds"),
        ("amount", "12.345", "number"),
        ("amount", "douze", "number"),
        ("due", "31/02/2026", "date"),
        ("due", "2026-1-4", "date"),
        ("period", "2026-06-30/2026-01-01", "period"),
        ("reference", "a b", "reference"),
        ("pilot", "Jean Dupont", "person"),
    ] {
        assert_eq!(read(name, typed), Err(format!("register-fault-{key}")), "{name} {typed}");
    }
    let file = Field::identifier("procedure");
    assert_eq!(canonical(&file, "pv 1").map_err(|refusal| refusal.key), Err("register-fault-identifier".to_owned()));
    assert_eq!(canonical(&file, "pv-00107/2026"), Ok("PV-00107/2026".to_owned()));
    let instant = Field::instant("at");
    assert_eq!(canonical(&instant, "2026-07-14T10:30"), Ok("2026-07-14T08:30:00Z".to_owned()));
    assert_eq!(shown(&TRIAL, &instant, "2026-07-14T08:30:00Z", Lang::Fr), "14/07/2026 10:30");
    assert_eq!(shown(&TRIAL, TRIAL.field("due").unwrap(), "2026-01-14", Lang::Fr), "14/01/2026");
}

#[test]
fn a_record_stands_only_as_its_register_says() {
    let fine = record("draft", &[("title", "A title")]);
    assert_eq!(keys(None, &fine, None, &[]), Vec::<String>::new());
    let check = |state: &str, values: &[(&str, &str)], expected: &str| {
        assert_eq!(keys(None, &record(state, values), None, &[]), [format!("register-{expected}")], "{values:?}");
    };
    check("draft", &[], "fault-required");
    check("running", &[("title", "A title")], "fault-required");
    check("draft", &[("title", "A title"), ("stray", "x")], "fault-unknown");
    check("draft", &[("title", "A title"), ("urgent", "oui")], "fault-form");
    check("draft", &[("title", "A title"), ("description", "rappeler le 06 39 98 12 34")], "fault-personal");
    check("draft", &[("title", "A title"), ("reference", "TRY-2026-0009")], "fault-missing");
    check("nowhere", &[("title", "A title")], "fault-state");
    check("running", &[("title", "A title"), ("due", "2026-01-13")], "trial-refusal-past");
    check("running", &[("title", "A title"), ("due", "2026-02-01"), ("urgent", "yes")], "fault-required");
    // What may hold persons is not scanned, and what is made in the same write is not looked for.
    let personal = [("title", "A title"), ("contact", "06 39 98 12 34"), ("reference", "@0")];
    assert_eq!(keys(None, &record("draft", &personal), None, &[]), Vec::<String>::new());
    let linked = Record { reference: "TRY-2026-0009".to_owned(), ..record("draft", &[]) };
    let refers = record("draft", &[("title", "A title"), ("reference", "TRY-2026-0009")]);
    assert_eq!(keys(None, &refers, None, &[linked]), Vec::<String>::new());
    // A guard is not asked before shapes are right, and not when nothing moves there.
    let running = record("running", &[("title", "A title"), ("due", "2026-01-13")]);
    assert_eq!(keys(Some(&running), &running, None, &[]), Vec::<String>::new());
}

#[test]
fn what_a_move_writes_no_form_writes_and_what_is_closed_stays() {
    let running = record("running", &[("title", "A title"), ("due", "2026-02-01")]);
    let with = |state: &str, outcome: &str| {
        record(state, &[("title", "A title"), ("due", "2026-02-01"), ("outcome", outcome)])
    };
    assert_eq!(keys(Some(&running), &with("running", "won"), None, &[]), ["register-fault-by-move"]);
    let finish = TRIAL.move_named("finish");
    assert_eq!(keys(Some(&running), &with("done", "won"), finish, &[]), Vec::<String>::new());
    assert_eq!(keys(Some(&running), &with("done", ""), finish, &[]), ["register-fault-required"]);
    assert_eq!(keys(Some(&with("done", "won")), &with("done", "lost"), None, &[]), ["register-fault-frozen"]);
}

fn subject(role: Role, service: &str, territory: &str, person: &str) -> Subject {
    let id = |id: &str| id.parse::<ServiceId>().unwrap();
    let tree = ServiceTree::new([
        Service { id: id("command"), level: ServiceLevel::Direction, parent: None },
        Service { id: id("unit-35"), level: ServiceLevel::Departmental, parent: Some(id("command")) },
    ])
    .unwrap();
    let given = Assignment {
        role,
        world: World::Coordination,
        service: id(service),
        territories: Territories::of([territory.parse().unwrap()]),
        clearance: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        from: date(2026, 1, 1),
        until: date(2026, 12, 31),
    };
    Subject::new(person.parse().unwrap(), [given], [], &tree).unwrap()
}

#[test]
fn moves_are_for_the_roles_named_within_the_table_of_rights() {
    let day = date(2026, 1, 14);
    let names = |record: &Record, subject: &Subject| {
        moves_for(&TRIAL, record, subject, day).iter().map(|m| m.name).collect::<Vec<_>>()
    };
    let draft = record("draft", &[]);
    let mut running = record("running", &[]);
    running.owner = "unit-35".parse().unwrap();
    running.territory = "35".parse::<Territory>().unwrap();
    assert_eq!(names(&draft, &subject(Role::Coordinator, "command", "FR", "p2")), ["start"]);
    assert_eq!(names(&draft, &subject(Role::Analyst, "command", "FR", "p2")), Vec::<&str>::new());
    assert_eq!(names(&running, &subject(Role::Correspondent, "unit-35", "35", "p2")), ["report"]);
    // Another service's, another place's.
    let mut elsewhere = running.clone();
    elsewhere.owner = ServiceId::house();
    assert_eq!(names(&elsewhere, &subject(Role::Correspondent, "unit-35", "35", "p2")), Vec::<&str>::new());
    // Four eyes: not by who added it.
    assert_eq!(names(&running, &subject(Role::Analyst, "unit-35", "35", "p2")), ["finish"]);
    assert_eq!(names(&running, &subject(Role::Analyst, "unit-35", "35", "p1")), Vec::<&str>::new());
    // Above the clearance.
    running.marking = Marking::UNKNOWN;
    assert_eq!(names(&running, &subject(Role::Analyst, "unit-35", "35", "p2")), Vec::<&str>::new());
    // A role that the register does not name reads nothing, whatever else its holder reads elsewhere.
    let only = Register { audience: Audience { read: &[Role::Validator], ..TRIAL.audience }, ..TRIAL };
    let analyst = subject(Role::Analyst, "command", "FR", "p2");
    let object = draft.object(&TRIAL).unwrap();
    assert!(TRIAL.visible(&analyst, day).admits(&object) && !only.visible(&analyst, day).admits(&object));
    assert_eq!(TRIAL.moves.iter().map(|m| m.act).collect::<Vec<_>>(), [Act::Decide, Act::Change, Act::Validate]);
}

#[test]
fn clocks_run_stop_and_are_late() {
    let urgent = record("draft", &[("urgent", "yes"), ("due", "2026-01-20")]);
    let due =
        |record: &Record, now: &str| TRIAL.next_deadline(record, at(now)).map(|d| (d.clock.name, d.at, d.is_late()));
    assert_eq!(due(&urgent, "2026-01-14T10:00:00Z"), Some(("hour", at("2026-01-14T10:30:00Z"), false)));
    assert_eq!(due(&urgent, "2026-01-14T10:30:01Z"), Some(("hour", at("2026-01-14T10:30:00Z"), true)));
    let mut started = Record { state: "running".to_owned(), ..urgent.clone() };
    started.path.push(Step { at: at("2026-01-14T10:00:00Z"), by: "start".to_owned(), state: "running".to_owned() });
    assert_eq!(due(&started, "2026-01-14T11:00:00Z"), Some(("due", at("2026-01-20T22:59:00Z"), false)));
    let mut done = Record { state: "done".to_owned(), ..started };
    done.path.push(Step { at: at("2026-01-15T10:00:00Z"), by: "finish".to_owned(), state: "done".to_owned() });
    assert_eq!(due(&done, "2026-03-01T00:00:00Z"), None);
    assert_eq!(due(&record("draft", &[("title", "x")]), "2026-01-14T10:00:00Z"), None);
}

#[test]
fn a_record_started_for_an_item_takes_that_item_over() {
    let opened = ASKING.starts(&record("draft", &[("title", "A title"), ("source", "a\nb")]), On::Added, now());
    let of = |opened: &Opened, field: &str| match opened {
        Opened::Record { values, .. } => values[field].clone(),
        Opened::Task { .. } => panic!("a task"),
    };
    let told: Vec<(String, String)> = opened.iter().map(|one| (of(one, "title"), of(one, "source"))).collect();
    assert_eq!(told, ["a", "b"].map(|item| ("A title".to_owned(), item.to_owned())));
}

#[test]
fn an_event_starts_what_the_loops_say() {
    let done = record("done", &[("title", "A title"), ("source", "a\nb"), ("urgent", "yes"), ("due", "2026-02-01")]);
    let opened = TRIAL.starts(&done, On::Move("finish"), now());
    assert_eq!(opened.len(), 2, "{opened:?}");
    assert!(matches!(
        &opened[0],
        Opened::Task { item, to: Opening::Role(Role::Analyst), due: Some(due), .. } if item == "a" && *due == at("2026-02-01T22:59:00Z")
    ));
    let Opened::Record { register: "trial", back: "reference", values, .. } = &opened[1] else { panic!("{opened:?}") };
    assert_eq!(values.get("title").map(String::as_str), Some("A title"));
    assert_eq!(values.get("urgent").map(String::as_str), Some("no"));
    assert!(TRIAL.starts(&done, On::Added, now()).is_empty());
}

#[test]
fn rows_are_read_with_a_finding_each() {
    let read = read_rows(&TRIAL, "title;urgent;progress\nA title;oui;10\nab;oui;10\nB title;;900\n\"C;C\";no;\n");
    assert_eq!(read.rows.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 4]);
    assert_eq!(read.rows[0].1.get("urgent").map(String::as_str), Some("yes"));
    let found: Vec<(usize, &str)> = read.findings.iter().map(|f| (f.row, f.refusal.key.as_str())).collect();
    assert_eq!(found, [(2, "register-fault-short"), (3, "register-fault-bounds")]);
    assert_eq!(read_rows(&TRIAL, "title,other\nA title,x\n").findings[0].refusal.key, "register-fault-file-column");
    assert_eq!(read_rows(&TRIAL, "title,outcome\nA title,x\n").findings[0].refusal.key, "register-fault-file-column");
    let json = read_rows(&TRIAL, r#"[{"title":"A title","urgent":true,"source":["a","b"],"progress":5},{"title":{}}]"#);
    assert_eq!(json.rows[0].1.get("source").map(String::as_str), Some("a\nb"));
    assert_eq!((json.rows.len(), json.findings.len()), (1, 1));
    // In French, by its labels.
    assert_eq!(read_rows(&TRIAL, "Intitulé\nA title\n").rows.len(), 1);
    let csv = write_csv(&TRIAL, &[record("draft", &[("title", "=1+1"), ("progress", "5")])]);
    assert!(csv.contains("'=1+1") && csv.starts_with("reference,state,unit,"), "{csv}");
}

#[test]
fn what_is_found_told_and_different() {
    let mine = record("draft", &[("title", "A title"), ("source", "a\nb"), ("contact", "someone")]);
    let found = entries(&TRIAL, &mine);
    let has = |field: &str, value: &str| found.iter().any(|entry| entry.field == field && entry.value == value);
    assert!(has(".state", "draft") && has("source", "a") && has("source", "b") && has(".author", "p1"));
    assert!(!has("title", "A title"));
    assert_eq!(search_text(&TRIAL, &mine), "TRY-2026-0001\nA title\nsomeone");
    let after = record("draft", &[("title", "B title"), ("source", "a\nb"), ("urgent", "yes")]);
    let names: Vec<(String, String)> =
        changes(&mine.values, &after.values).into_iter().map(|c| (c.field, c.to)).collect();
    let own = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(names, [own("contact", ""), own("title", "B title"), own("urgent", "yes")]);
    let json = after.to_json(&TRIAL);
    assert_eq!((json["values"]["urgent"].as_bool(), json["values"]["source"][1].as_str()), (Some(true), Some("b")));
    for t in Lang::ALL {
        let page = manual(&TRIAL, t);
        assert!(
            page.contains("`TRY-2026-0001`") && page.contains("\"urgent\": false") && page.contains("`start`"),
            "{page}"
        );
    }
    assert!(
        TRIAL.is_reference("TRY-2026-0001") && !TRIAL.is_reference("TRY-26-1") && !TRIAL.is_reference("NEED-2026-0001")
    );
}

proptest! {
    #[test]
    fn canonical_texts_stay_what_they_are(typed in ".{0,60}", which in 0..TRIAL.fields.len()) {
        let field = &TRIAL.fields[which];
        if let Ok(text) = canonical(field, &typed) {
            prop_assert_eq!(canonical(field, &text), Ok(text.clone()));
            let _ = shown(&TRIAL, field, &text, Lang::Fr);
        }
    }

    #[test]
    fn numbers_come_back(units in -999_999_i64..999_999, cents in 0..100_i64) {
        let field = Field::decimal("x", 2);
        let typed = format!("{units},{cents:02}");
        let text = canonical(&field, &typed).unwrap();
        let value = text.parse::<f64>().unwrap();
        let sign = if units < 0 { -1.0 } else { 1.0 };
        prop_assert!((value - (units as f64 + sign * cents as f64 / 100.0)).abs() < 1e-6);
    }

    #[test]
    fn what_is_written_as_csv_reads_back(title in "[a-zA-Z ,;\"é]{3,30}", urgent in any::<bool>()) {
        let title = canonical(TRIAL.field("title").unwrap(), &title).unwrap_or_else(|_| "title".to_owned());
        let flag = if urgent { "yes" } else { "no" };
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["title", "urgent"]).unwrap();
        writer.write_record([title.as_str(), flag]).unwrap();
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let read = read_rows(&TRIAL, &text);
        prop_assert_eq!(read.rows.len(), 1);
        prop_assert_eq!(read.rows[0].1.get("title"), Some(&title));
    }

    #[test]
    fn no_file_panics(text in ".{0,300}") {
        let _ = read_rows(&TRIAL, &text);
    }
}
