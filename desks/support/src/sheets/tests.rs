//! The sheets of this desk on a handful of records, in both languages, and what its registers refuse.

use crate::registers::REGISTERS;
use beffroi_document::Block;
use beffroi_register::{AMBER, Context, Move, Record, Refusal, Register, SheetContext, Step, Values, check};
use beffroi_rights::ServiceId;
use beffroi_wording::Lang;
use jiff::{SignedDuration, Timestamp};

fn now() -> Timestamp {
    "2026-11-20T09:00:00Z".parse().unwrap()
}

fn register(name: &str) -> &'static Register {
    REGISTERS.iter().find(|register| register.name == name).unwrap()
}

fn record(name: &str, reference: &str, state: &str, other: &[(&str, &str)]) -> Record {
    let example = REGISTERS.iter().find(|register| register.name == name);
    let mut values = example.map(|register| register.example_values()).unwrap_or_default();
    values.extend(other.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())));
    values.retain(|_, text| !text.is_empty());
    Record {
        reference: reference.to_owned(),
        register: name.to_owned(),
        state: state.to_owned(),
        version: 1,
        territory: values.get("territory").map_or("FR", String::as_str).parse().unwrap(),
        values,
        path: vec![Step { at: now(), by: "add".to_owned(), state: state.to_owned() }],
        marking: AMBER,
        owner: ServiceId::house(),
        author: Some("p1".parse().unwrap()),
        updated_at: now(),
        synthetic: true,
    }
}

fn request(other: &[(&str, &str)]) -> Record {
    let mut own = vec![("start", "2026-12-01"), ("days", "2"), ("habilitations", "opj"), ("level", "confirmed")];
    own.extend_from_slice(other);
    record("support_request", "SUP-2026-0001", "acknowledged", &own)
}

fn expert(n: u32, other: &[(&str, &str)]) -> Record {
    let login = format!("expert.{n}");
    let mut own = vec![("person", login.as_str())];
    own.extend_from_slice(other);
    record("expert", &format!("EXPERT-2026-000{n}"), "deployable", &own)
}

fn mission(n: u32, state: &str, expert: u32, other: &[(&str, &str)]) -> Record {
    let who = format!("EXPERT-2026-000{expert}");
    let mut own = vec![("request", "SUP-2026-0001"), ("expert", who.as_str()), ("days", "2026-12-01/2026-12-02")];
    own.extend_from_slice(other);
    record("mission", &format!("MISS-2026-000{n}"), state, &own)
}

fn booking(n: u32, state: &str, days: &str) -> Record {
    record("booking", &format!("BOOK-2026-000{n}"), state, &[("asset", "ASSET-2026-0001"), ("days", days)])
}

fn asset(other: &[(&str, &str)]) -> Record {
    let mut own = vec![("title", "Poste"), ("kind", "equipment"), ("availability", "shared"), ("quantity", "1")];
    own.extend_from_slice(other);
    record("asset", "ASSET-2026-0001", "verified", &own)
}

/// Three who can go, by nearness and load, and three who cannot.
fn house() -> Vec<Record> {
    let last = [("days", "2026-06-01/2026-06-30"), ("lessons", "Prévoir deux câbles."), ("title", "Ancienne")];
    vec![
        asset(&[]),
        booking(1, "confirmed", "2026-12-01/2026-12-05"),
        expert(1, &[]),
        expert(2, &[("territory", "06")]),
        expert(3, &[("territory", "35")]),
        expert(4, &[("opj", "2024-01-01/2026-12-01")]),
        expert(5, &[("expert_in", "decryption"), ("initial_in", "mobile_extraction")]),
        expert(6, &[("absences", "2026-12-02/2026-12-20")]),
        mission(1, "closed", 3, &last),
        request(&[]),
    ]
}

fn make(of: &str, name: &str, record: Option<&Record>, records: &[Record], lang: Lang) -> Result<Vec<Block>, Refusal> {
    let register = register(of);
    let asked = Values::default();
    let context = SheetContext { register, record, records, asked: &asked, now: now(), lang };
    (register.sheet(name).unwrap().make)(&context)
}

fn rows(blocks: &[Block], id: &str) -> Vec<Vec<String>> {
    let table = blocks.iter().find_map(|block| match block {
        Block::Table(table) if table.id == id => Some(table.rows.clone()),
        _ => None,
    });
    table.unwrap_or_else(|| panic!("no table {id}"))
}

fn refusals(
    after: &Record,
    before: Option<&Record>,
    by: Option<&str>,
    linked: &[Record],
    back: &[Record],
) -> Vec<String> {
    let register = register(&after.register);
    let by: Option<&'static Move> = by.map(|by| register.move_named(by).unwrap());
    let context = Context { register, before, after, by, who: None, linked, back, open_tasks: 0, now: now() };
    check(&context).iter().map(|refusal| refusal.say(register, Lang::En)).collect()
}

#[test]
fn every_sheet_is_made_in_both_languages_and_no_word_is_missing() {
    let mut records = house();
    records.push(mission(2, "ordered", 1, &[]));
    for lang in Lang::ALL {
        for register in REGISTERS {
            for sheet in register.sheets {
                let own = records.iter().rfind(|record| record.register == register.name);
                let own = own.filter(|_| sheet.of == beffroi_register::Of::Record);
                let blocks = make(register.name, sheet.name, own, &records, lang).unwrap();
                let told = format!("{blocks:?}");
                for missing in ["[register-", "[support-", "[web-", "{$"] {
                    assert!(!told.contains(missing), "{}, {}: {told}", register.name, sheet.name);
                }
                for block in &blocks {
                    let Block::Table(table) = block else { continue };
                    assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.id);
                }
            }
        }
        for key in
            ["mission-refusal-taken", "mission-refusal-resting", "mission-refusal-barred", "mission-refusal-rank"]
        {
            assert!(lang.knows(&format!("register-{key}")), "{key}");
        }
        assert!(lang.knows("register-booking-refusal-overlap"));
    }
}

#[test]
fn candidates_are_ranked_with_each_reason_and_nobody_is_hidden() {
    let records = house();
    let blocks = make("support_request", "candidates", records.last(), &records, Lang::En).unwrap();
    let ranked = rows(&blocks, "candidates");
    let told: Vec<&str> = ranked.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(told, ["expert.1", "expert.2", "expert.3"]);
    assert_eq!(ranked[0][3], "1,000");
    assert_eq!(ranked[0][4], "400/400 (level 5 of 5)");
    assert_eq!(ranked[0][5], "250/250 (0 km)");
    assert_eq!(ranked[2][6], "0/350 (30 days on mission; the busiest, 30)");
    let excluded = rows(&blocks, "excluded");
    let why = |who: &str| excluded.iter().find(|row| row[0] == who).map(|row| row[2].clone()).unwrap();
    assert!(why("expert.4").contains("valid from 2024-01-01 to 2026-12-01 only"));
    assert!(why("expert.5").contains("level 1, asked for 3"));
    assert!(why("expert.6").contains("taken from 2026-12-02 to 2026-12-02"));
}

#[test]
fn an_order_that_leaves_the_ranking_has_its_ground() {
    let order = |mission: &Record, others: &[Record]| {
        let mut records = house();
        records.extend_from_slice(others);
        records.push(Record { state: "proposed".to_owned(), ..mission.clone() });
        make("mission", "order", Some(mission), &records, Lang::Fr).err().map(|refusal| refusal.key)
    };
    let key = |name: &str| Some(format!("register-mission-refusal-{name}"));
    assert_eq!(order(&mission(9, "ordered", 1, &[]), &[]), None);
    assert_eq!(order(&mission(9, "ordered", 2, &[]), &[]), key("rank"));
    assert_eq!(order(&mission(9, "ordered", 2, &[("why", "Parle la langue du service")]), &[]), None);
    let elsewhere = mission(8, "ordered", 1, &[("days", "2026-12-02/2026-12-04")]);
    assert_eq!(order(&mission(9, "ordered", 1, &[]), &[elsewhere]), key("taken"));
    let just_back = mission(8, "ordered", 1, &[("days", "2026-11-28/2026-11-30")]);
    assert_eq!(order(&mission(9, "ordered", 1, &[]), &[just_back]), key("resting"));
    let had_a_part = mission(8, "declined", 1, &[("declined_for", "part_in_case"), ("ground", "A perquisitionné")]);
    assert_eq!(order(&mission(9, "ordered", 1, &[]), &[had_a_part]), key("barred"));
    // Read later, it is what it was.
    let given = mission(9, "ordered", 2, &[]);
    let mut records = house();
    records.push(given.clone());
    assert!(make("mission", "order", Some(&given), &records, Lang::En).is_ok());
}

fn sent(expert: Record, request: Record, other: &[(&str, &str)]) -> Vec<String> {
    let before = mission(9, "proposed", 1, other);
    let after = Record { state: "ordered".to_owned(), ..before.clone() };
    refusals(&after, Some(&before), Some("order"), &[expert, request], &[])
}

#[test]
fn nobody_is_sent_without_a_valid_habilitation_skill_or_request() {
    assert_eq!(sent(expert(1, &[]), request(&[]), &[]), Vec::<String>::new());
    let told = |expert: Record, request: Record, word: &str| {
        let refused = sent(expert, request, &[]);
        assert!(refused.len() == 1 && refused[0].contains(word), "{word}: {refused:?}");
    };
    told(expert(1, &[("opj", "")]), request(&[]), "habilitation");
    told(expert(1, &[("opj", "2024-01-01/2026-12-01")]), request(&[]), "habilitation");
    told(expert(1, &[]), request(&[("habilitations", "secret")]), "SECRET");
    told(expert(1, &[("skills_until", "2026-12-01")]), request(&[]), "skill");
    told(expert(1, &[("expert_in", "decryption")]), request(&[]), "skill");
    told(expert(1, &[("absences", "2026-11-01/2026-12-01")]), request(&[]), "away");
    told(Record { state: "paused".to_owned(), ..expert(1, &[]) }, request(&[]), "not deployable");
    let submitted = Record { state: "submitted".to_owned(), ..request(&[]) };
    told(expert(1, &[]), submitted, "acknowledge it first");
}

#[test]
fn missions_and_requests_hold_their_case_in_one_place() {
    let linked = [expert(1, &[]), request(&[])];
    let reported = |lessons: &str, back: &[Record], state: &str, by: &str| {
        let told = [("actions", "Deux extractions"), ("result", "Contenu remis"), ("hours", "6"), ("lessons", lessons)];
        let after = mission(9, state, 1, &told);
        let before = mission(9, if state == "closed" { "reported" } else { "ordered" }, 1, &told);
        let before = if state == "closed" { before } else { mission(9, "ordered", 1, &[]) };
        refusals(&after, Some(&before), Some(by), &linked, back)
    };
    assert_eq!(reported("Prévoir deux câbles.", &[], "reported", "report"), Vec::<String>::new());
    assert!(reported("Voir 00042/2026.", &[], "reported", "report")[0].contains("support request has it"));
    assert!(reported("Voir PV n° 3", &[], "reported", "report")[0].contains("support request has it"));
    let out = [booking(1, "confirmed", "2026-12-01/2026-12-05")];
    assert!(reported("Prévoir deux câbles.", &out, "closed", "close")[0].contains("BOOK-2026-0001"));
    let back = [booking(1, "returned", "2026-12-01/2026-12-05")];
    assert_eq!(reported("Prévoir deux câbles.", &back, "closed", "close"), Vec::<String>::new());
    let asked = |other: &[(&str, &str)]| {
        refusals(&record("support_request", "SUP-2026-0009", "submitted", other), None, None, &[], &[])
    };
    assert_eq!(asked(&[]), Vec::<String>::new());
    assert!(asked(&[("need", "Suite de 00042/2026")])[0].contains("its own field"));
    assert!(asked(&[("procedure", "AB-1234"), ("title", "Extraction ab-1234")])[0].contains("its own field"));
    let engaged = record("support_request", "SUP-2026-0009", "engaged", &[("handler", "p1")]);
    let told = [("handler", "p1"), ("outcome", "Fait"), ("lessons", "Prévoir deux câbles.")];
    let closed = record("support_request", "SUP-2026-0009", "closed", &told);
    let close = |back: &[Record]| refusals(&closed, Some(&engaged), Some("close"), &[], back);
    assert!(close(&[mission(9, "reported", 1, &[])])[0].contains("MISS-2026-0009"));
    assert_eq!(close(&[mission(9, "closed", 1, &[])]), Vec::<String>::new());
}

#[test]
fn equipment_is_not_lent_twice_for_a_day() {
    let slip = |asked: &Record, there: &str, others: &[Record]| {
        let mut records = vec![asset(&[("quantity", there)]), Record { state: "asked".to_owned(), ..asked.clone() }];
        records.extend_from_slice(others);
        make("booking", "slip", Some(asked), &records, Lang::Fr).err().map(|refusal| refusal.key)
    };
    let overlap = Some("register-booking-refusal-overlap".to_owned());
    let asked = booking(9, "confirmed", "2026-12-05/2026-12-08");
    let (first, second) =
        (booking(1, "confirmed", "2026-12-01/2026-12-05"), booking(2, "confirmed", "2026-12-08/2026-12-09"));
    assert_eq!(slip(&asked, "1", &[]), None);
    assert_eq!(slip(&asked, "1", std::slice::from_ref(&first)), overlap, "the last day counts");
    assert_eq!(slip(&asked, "1", &[booking(1, "cancelled", "2026-12-01/2026-12-05")]), None);
    assert_eq!(slip(&asked, "1", &[booking(1, "confirmed", "2026-12-01/2026-12-04")]), None);
    assert_eq!(slip(&asked, "2", &[first.clone(), second.clone()]), None, "one after the other");
    assert_eq!(slip(&asked, "2", &[first, booking(2, "confirmed", "2026-12-04/2026-12-09")]), overlap);
    let confirmed = |other: &[(&str, &str)], state: &str| {
        let before = booking(9, "asked", "2026-12-05/2026-12-08");
        let lent = Record { state: state.to_owned(), ..asset(other) };
        refusals(&asked, Some(&before), Some("confirm"), &[lent], &[])
    };
    assert_eq!(confirmed(&[], "verified"), Vec::<String>::new());
    assert!(confirmed(&[], "declared")[0].contains("not lent"));
    assert!(confirmed(&[("availability", "out_of_order")], "verified")[0].contains("not lent"));
    assert!(confirmed(&[("kind", "person")], "verified")[0].contains("not lent"));
    assert!(confirmed(&[("expires", "2026-12-07")], "verified")[0].contains("not lent"));
    let named = record("booking", "BOOK-2026-0009", "asked", &[("title", "Pour 00042/2026")]);
    assert_eq!(refusals(&named, None, None, &[], &[]).len(), 1);
}

#[test]
fn delays_lessons_and_load_are_counted() {
    let after = |minutes: i64| now().checked_add(SignedDuration::from_mins(minutes)).unwrap();
    let answered = |n: u32, urgent: &str, minutes: i64| {
        let mut one = record("support_request", &format!("SUP-2026-000{n}"), "acknowledged", &[("urgent", urgent)]);
        one.path = vec![
            Step { at: now(), by: "add".to_owned(), state: "submitted".to_owned() },
            Step { at: after(minutes), by: "acknowledge".to_owned(), state: "acknowledged".to_owned() },
        ];
        one
    };
    let unmet = record("support_request", "SUP-2026-0009", "unmet", &[("ground", "Aucun matériel"), ("urgent", "no")]);
    let records = [answered(1, "yes", 30), answered(2, "yes", 90), answered(3, "no", 600), unmet];
    let blocks = make("support_request", "delays", None, &records, Lang::En).unwrap();
    let delays = rows(&blocks, "delays");
    assert_eq!(delays[0][..4], ["Urgent", "2", "0.5", "1.5"].map(str::to_owned));
    assert_eq!(delays[1][2], "10.0");
    assert!(matches!(&blocks[1], Block::KeyFigures(figures) if figures[0].value == "50%"));
    assert_eq!(rows(&blocks, "unmet")[0][1..3], ["4", "1"].map(str::to_owned));
    assert_eq!(rows(&blocks, "grounds")[0][2], "Aucun matériel");
    let mut records = house();
    records.push(mission(2, "ordered", 1, &[("drawn_from", "MISS-2026-0001")]));
    let lessons = make("mission", "lessons", None, &records, Lang::En).unwrap();
    assert_eq!(
        rows(&lessons, "lessons"),
        [["MISS-2026-0001", "Mobile extraction", "Prévoir deux câbles.", "Closed", "MISS-2026-0002"]]
    );
    let load = make("mission", "load", None, &records, Lang::En).unwrap();
    assert_eq!(rows(&load, "load")[0][..4], ["expert.3", "EXPERT-2026-0003", "1", "30"].map(str::to_owned));
}
