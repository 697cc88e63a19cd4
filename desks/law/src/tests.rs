//! What the sheets of this desk compute.

use crate::bill_sheets::figure;
use crate::book::{Asked, Book};
use crate::citations::{cited, dated, undated};
use crate::impact::{Tool, tools};
use crate::{REGISTERS, Shelf, number_of};
use beffroi_document::{Block, Span};
use beffroi_legal::{Law, Other, State, Version};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_register::{Context, On, Opened, Opening, Record, Refusal, Register, SheetContext, Values, check};
use beffroi_rights::Role;
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::{Date, date};

mod real;

fn register(name: &str) -> &'static Register {
    REGISTERS.iter().find(|register| register.name == name).unwrap()
}

fn record(name: &str, n: u32, values: &[(&str, &str)]) -> Record {
    let register = register(name);
    Record {
        reference: format!("{}-2026-{n:04}", register.prefix),
        values: values.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect(),
        ..register.example_record()
    }
}

fn version(id: &str, number: &str, from: Date, until: Option<Date>, text: &str) -> Version {
    Version {
        id: id.to_owned(),
        article: "LEGIARTI000000000001".to_owned(),
        number: number.to_owned(),
        state: Some(if until.is_some() { State::Amended } else { State::InForce }),
        from: Some(from),
        until,
        text: text.to_owned(),
        ..Version::default()
    }
}

fn law(articles: Vec<Version>, as_of: Option<Date>) -> Law {
    Law { id: "LEGITEXT1".into(), title: "Code pénal".into(), nature: "CODE".into(), as_of, articles }
}

/// The records that a shelf comes to.
fn records(shelf: &Shelf) -> Vec<Record> {
    let record = |(n, values): (usize, &&Values)| Record {
        values: (*values).clone(),
        ..record("article_version", n as u32 + 1, &[])
    };
    shelf.added().iter().enumerate().map(record).collect()
}

fn two() -> Vec<Version> {
    let (first, second) = (date(2015, 7, 26), date(2023, 1, 26));
    vec![
        version("LEGIARTI000000000001", "323-1", first, Some(second), "Deux ans\net 60 000 euros."),
        version("LEGIARTI000000000002", "323-1", second, None, "Trois ans\net 100 000 euros."),
    ]
}

fn asked(sheet: &str, records: &[Record], pairs: &[(&str, &str)]) -> Result<Vec<Block>, Refusal> {
    let register = register("article_version");
    let asked = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let context = SheetContext { register, record: None, records, asked: &asked, now, lang: Lang::En };
    (register.sheet(sheet).unwrap().make)(&context)
}

fn said(blocks: &[Block]) -> String {
    let spans = |spans: &[Span]| {
        let text = |span: &Span| match span {
            Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Reference { text, .. } => text.clone(),
        };
        spans.iter().map(text).collect::<String>()
    };
    let text = |block: &Block| match block {
        Block::Heading { text, .. } => text.clone(),
        Block::Paragraph(all) => spans(all),
        Block::Terms(terms) => terms.iter().map(|term| format!("{}: {}\n", term.term, term.text)).collect(),
        Block::Frame { title, blocks, .. } => format!("{title}\n{}", said(blocks)),
        other => format!("{other:?}"),
    };
    blocks.iter().map(|block| text(block) + "\n").collect()
}

#[test]
fn a_file_brought_twice_changes_nothing_and_a_newer_one_ends_a_version() {
    let mut shelf = Shelf::default();
    let first = version("LEGIARTI000000000001", "323-1", date(2015, 7, 26), None, "Deux ans.");
    shelf.take(&law(vec![first.clone()], Some(date(2020, 1, 1))));
    let stood = records(&shelf);
    assert_eq!(stood.len(), 1);
    let mut again = Shelf::of(&stood);
    again.take(&law(vec![first.clone()], Some(date(2020, 1, 1))));
    assert!(again.added().is_empty() && again.changed().is_empty());
    // The newer file tells the end, and the version that came after.
    let mut newer = Shelf::of(&stood);
    newer.take(&law(two(), Some(date(2024, 1, 1))));
    assert_eq!(newer.added().len(), 1);
    let changed = newer.changed();
    assert_eq!((changed.len(), changed[0].1["until"].as_str()), (1, "2023-01-26"));
    // An older file brought after it takes nothing back.
    let late = newer.known_for_tests();
    let mut older = Shelf::of(&late);
    older.take(&law(vec![first], Some(date(2020, 1, 1))));
    assert!(older.changed().is_empty(), "{:?}", older.changed());
}

#[test]
fn the_law_of_a_day_is_the_version_of_that_day() {
    let mut shelf = Shelf::default();
    shelf.take(&law(two(), None));
    let records = records(&shelf);
    let at = |article: &str, day: &str| asked("at_date", &records, &[("article", article), ("date", day)]);
    for name in ["CP 323-1", "Code pénal article 323-1", "LEGITEXT1 323-1", "LEGIARTI000000000002"] {
        assert!(said(&at(name, "2021-05-01").unwrap()).contains("Deux ans"), "{name}");
    }
    // The first day of the new version is its own.
    assert!(said(&at("CP 323-1", "2023-01-25").unwrap()).contains("60 000"));
    assert!(said(&at("CP 323-1", "2023-01-26").unwrap()).contains("100 000"));
    let before = said(&at("CP 323-1", "2010-01-01").unwrap());
    assert!(before.contains("cannot be told") && before.contains("26 July 2015"), "{before}");
    // A number without its text names no article; an unknown one is not taken for its neighbour.
    assert!(at("323-1", "2021-05-01").unwrap_err().key.ends_with("-bare"));
    assert!(at("CP 323-9", "2021-05-01").unwrap_err().key.ends_with("-unknown"));
    assert!(at("CP 323-1", "").unwrap_err().key.ends_with("-date"));
}

#[test]
fn a_version_that_is_told_without_its_text_is_not_replaced_by_another() {
    let mut shelf = Shelf::default();
    let mut one = two().remove(1);
    one.others = vec![Other {
        id: "LEGIARTI000000000001".into(),
        state: Some(State::Amended),
        from: Some(date(2015, 7, 26)),
        until: Some(date(2023, 1, 26)),
    }];
    one.article = "LEGIARTI000000000001".into();
    shelf.take(&law(vec![one], None));
    let mut all = records(&shelf);
    assert_eq!(all.len(), 2, "the one that is told is kept too");
    let absent = said(&asked("at_date", &all, &[("article", "CP 323-1"), ("date", "2020-01-01")]).unwrap());
    assert!(absent.contains("LEGIARTI000000000001") && !absent.contains("Trois ans"), "{absent}");
    // Once withdrawn, a record no longer speaks.
    all.iter_mut().for_each(|record| record.state = "withdrawn".to_owned());
    let gone = asked("at_date", &all, &[("article", "CP 323-1"), ("date", "2024-01-01")]);
    assert!(gone.unwrap_err().key.ends_with("-unknown"));
}

#[test]
fn two_articles_of_one_number_are_told_apart_by_the_day_or_by_a_person() {
    let mut moved = version("LEGIARTI000000000010", "323-1", date(2000, 1, 1), Some(date(2015, 7, 26)), "Ancien.");
    moved.article = "LEGIARTI000000000010".into();
    let mut shelf = Shelf::default();
    shelf.take(&law(two().into_iter().chain([moved.clone()]).collect(), None));
    let records_of = records(&shelf);
    let at = |all: &[Record], day: &str| asked("at_date", all, &[("article", "CP 323-1"), ("date", day)]);
    assert!(said(&at(&records_of, "2010-01-01").unwrap()).contains("Ancien"));
    assert!(said(&at(&records_of, "2024-01-01").unwrap()).contains("Trois"));
    moved.until = None;
    let mut both = Shelf::default();
    both.take(&law(two().into_iter().chain([moved]).collect(), None));
    assert!(at(&records(&both), "2024-01-01").unwrap_err().key.ends_with("-several"));
}

#[test]
fn what_changed_stands_between_signs() {
    let mut shelf = Shelf::default();
    shelf.take(&law(two(), Some(date(2023, 6, 1))));
    let records = records(&shelf);
    let between = |first: &str, second: &str| {
        let pairs = [("article", "CP 323-1"), ("date", first), ("date_after", second)];
        said(&asked("between", &records, &pairs).unwrap())
    };
    let changed = between("2022-01-01", "2023-02-01");
    assert!(changed.contains("[− Deux −]") && changed.contains("[+ Trois +]"), "{changed}");
    // In whatever order the days are given; two days of one version differ in nothing.
    assert_eq!(between("2023-02-01", "2022-01-01"), changed);
    assert!(between("2023-02-01", "2023-03-01").contains("same version"));
    // A day after the newest file is not vouched for.
    assert!(between("2023-02-01", "2026-01-01").contains("1 June 2023"));
    let untold = between("2001-01-01", "2023-02-01");
    assert!(untold.contains("cannot be told") && !untold.contains("[+"), "{untold}");
}

#[test]
fn articles_as_people_write_them() {
    let numbered = |text: &str, number: &str| Asked::Numbered { text: text.into(), number: number.into() };
    assert_eq!(Asked::read("Code des assurances, art. L. 12-10-1"), numbered("Code des assurances,", "L12-10-1"));
    assert_eq!(Asked::read("CP 323-1"), numbered("CP", "323-1"));
    assert_eq!(Asked::read("L. 12-10-1"), Asked::Bare);
    assert_eq!(Asked::read("323-1"), Asked::Bare);
    assert_eq!(Asked::read(""), Asked::Bare);
    assert_eq!(number_of("Art. R*. 323-1"), "R323-1");
    assert!(Book::default().find(&Asked::Bare).is_empty());
}

#[test]
fn what_a_text_cites() {
    assert_eq!(cited("Aux articles 323-1 à 323-3 et L. 163-3, puis 100 fois"), ["323-1", "323-3", "L163-3"]);
    assert_eq!(cited("l’article R.323-1. En 2023 rien."), ["R323-1"]);
    assert_eq!(cited("Trois ans et 100 000 euros"), Vec::<String>::new());
    assert_eq!(dated("CP 323-1 @ 2023-01-26"), Some(("CP 323-1", date(2023, 1, 26))));
    for wrong in ["CP 323-1", "323-1@2023-01-26", "CP 323-1@demain", "@2023-01-26"] {
        assert_eq!(dated(wrong), None, "{wrong}");
    }
    let articles = "CP 323-1 al.1@2023-01-26\nCASSU L. 12-10-1@2023-04-24";
    assert_eq!(undated("les articles 323-1 et L. 12-10-1", articles), None);
    assert_eq!(undated("l’article 323-2", articles), Some("323-2".to_owned()));
}

#[test]
fn a_tool_is_in_time_late_waiting_or_outdated() {
    let change = record(
        "law_change",
        1,
        &[
            ("in_force", "2026-11-20"),
            ("impacts", "classification\nform\nmodule"),
            ("classification_on", "2026-11-20"),
            ("form_on", "2026-11-21"),
        ],
    );
    let found: Vec<Tool> = tools(&change, date(2026, 11, 23)).into_iter().map(|(_, tool)| tool).collect();
    assert_eq!(found, [Tool::InTime(date(2026, 11, 20)), Tool::Late(date(2026, 11, 21)), Tool::Outdated]);
    assert_eq!(tools(&change, date(2026, 11, 19))[2].1, Tool::Waiting);
}

#[test]
fn a_figure_has_a_source_and_a_day() {
    assert!(figure("348 000 atteintes | SSMSI | 2025-03-11").is_some());
    for wrong in
        ["348 000", "348 000 | SSMSI", "348 000 | | 2025-03-11", "beaucoup | SSMSI | 2025-03-11", "3 | S | hier"]
    {
        assert!(figure(wrong).is_none(), "{wrong}");
    }
}

/// Why a record may not stand as it is.
fn refused(register: &'static Register, before: Option<&Record>, after: &Record) -> Vec<String> {
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let context = Context { register, before, after, by: None, who: None, linked: &[], back: &[], open_tasks: 0, now };
    check(&context).into_iter().map(|refusal| refusal.key).collect()
}

#[test]
fn a_position_that_is_not_public_is_never_marked_for_all() {
    let bill = register("bill");
    let mut after = Record { values: bill.example_values(), ..record("bill", 1, &[]) };
    after.values.insert("position".into(), "Soutenir une durée d’un an.".into());
    after.marking = Marking { tlp: Tlp::Amber, pap: Pap::Amber };
    assert_eq!(refused(bill, None, &after), Vec::<String>::new());
    for tlp in [Tlp::Clear, Tlp::Green] {
        after.marking.tlp = tlp;
        assert_eq!(refused(bill, None, &after), ["register-bill-refusal-marking"]);
    }
    // Without a position, or once it is public, the record may go further.
    let mut card = after.clone();
    card.values.remove("position");
    assert_eq!(refused(bill, None, &card), Vec::<String>::new());
    let public = Record { values: [("public_on".to_owned(), "2026-11-20".to_owned())].into(), ..after.clone() };
    let both = Record { values: after.values.clone().into_iter().chain(public.values).collect(), ..after };
    assert_eq!(refused(bill, Some(&both), &both), Vec::<String>::new());
}

#[test]
fn each_service_and_each_kind_of_reader_is_told() {
    let register = register("watch_note");
    let note = record("watch_note", 1, &[("units", "ofac\nunc"), ("readers", "trainers"), ("follow", "yes")]);
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let opened = register.starts(&note, On::Move("send"), now);
    let units: Vec<String> = opened
        .iter()
        .filter_map(|one| match one {
            Opened::Task { to: Opening::Unit(unit), .. } => Some(unit.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(units, ["ofac", "unc"]);
    let told = |one: &&Opened| matches!(one, Opened::Task { to: Opening::Role(Role::Coordinator), .. });
    assert_eq!(opened.iter().filter(told).count(), 1);
    assert_eq!(opened.iter().filter(|one| matches!(one, Opened::Record { register: "law_change", .. })).count(), 1);
}

#[test]
fn the_day_s_text_is_noted_within_the_day_or_the_next_working_one() {
    let register = register("watch_note");
    let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
    let due = |published: &str| {
        let note = record("watch_note", 1, &[("published", published)]);
        let all = register.deadlines(&note, now);
        let clock = all.into_iter().find(|deadline| deadline.clock.name == "note").unwrap();
        beffroi_clocks::Zone::Paris.day(clock.at)
    };
    // A Friday; a Saturday, noted on Monday.
    assert_eq!(due("2026-11-20"), date(2026, 11, 20));
    assert_eq!(due("2026-11-21"), date(2026, 11, 23));
}

#[test]
fn a_stage_to_come_is_not_reached() {
    let bill = register("bill");
    let mut after = Record { values: bill.example_values(), ..record("bill", 1, &[]) };
    after.values.insert("stage_on".into(), "2026-12-24".into());
    assert_eq!(refused(bill, None, &after), ["register-bill-refusal-future"]);
}

#[test]
fn no_sheet_lacks_a_word() {
    let mut shelf = Shelf::default();
    shelf.take(&law(two(), Some(date(2023, 6, 1))));
    let records = records(&shelf);
    let mut bill = Record { values: register("bill").example_values(), ..record("bill", 1, &[]) };
    bill.values.insert("figures".into(), "3 | SSMSI | 2025-03-11".into());
    let public = Record {
        values: bill.values.clone().into_iter().chain([("public_on".into(), "2026-01-01".into())]).collect(),
        ..bill.clone()
    };
    let tools = "classification\nform\nmodule\nflash\nindicator";
    let change = |day: &str| {
        let update = [("in_force", day), ("impacts", tools), ("form_on", "2026-10-01"), ("flash_on", "2026-11-22")];
        record("law_change", 1, &update)
    };
    let of = [bill, public, change("2026-11-01"), change("2026-12-01")];
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let days = ["2010-01-01", "2021-01-01", "2024-01-01"];
    for lang in Lang::ALL {
        for register in REGISTERS {
            for sheet in register.sheets {
                let made = |record: Option<&Record>, asked: &Values| {
                    let context = SheetContext { register, record, records: &records, asked, now, lang };
                    let said = match (sheet.make)(&context) {
                        Ok(blocks) => format!("{blocks:?}"),
                        Err(refusal) => refusal.say(register, lang),
                    };
                    assert!(!said.contains("[register-") && !said.contains("[law-"), "{}: {said}", sheet.name);
                };
                of.iter()
                    .filter(|record| record.register == register.name)
                    .for_each(|one| made(Some(one), &Values::new()));
                if sheet.of == beffroi_register::Of::Register {
                    for article in ["CP 323-1", "323-1", "CP 9"] {
                        for (first, second) in days.iter().zip(days.iter().skip(1)).chain([(&"", &"")]) {
                            let asked = [("article", article), ("date", first), ("date_after", second)];
                            let asked = asked.map(|(name, text)| (name.to_owned(), text.to_owned()));
                            made(None, &asked.into());
                        }
                    }
                }
            }
        }
    }
}
