//! The sheets of this desk on a handful of records, in both languages, and what its registers refuse.

use crate::registers::REGISTERS;
use beffroi_document::Block;
use beffroi_register::{Context, Move, Record, Refusal, Register, SheetContext, Step, Values, check};
use beffroi_rights::ServiceId;
use beffroi_wording::Lang;
use jiff::Timestamp;

fn now() -> Timestamp {
    "2026-11-20T09:00:00Z".parse().unwrap()
}

fn register(name: &str) -> &'static Register {
    REGISTERS.iter().find(|register| register.name == name).unwrap()
}

/// A record of the worked example in a state, with other values where given; an empty one leaves the field out.
fn record(name: &str, reference: &str, state: &str, other: &[(&str, &str)]) -> Record {
    let register = register(name);
    let mut values = register.example_values();
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
        marking: register.marking,
        owner: ServiceId::house(),
        author: Some("p1".parse().unwrap()),
        updated_at: now(),
        synthetic: true,
    }
}

fn asset(reference: &str, other: &[(&str, &str)]) -> Record {
    let mut own = vec![("confirmed_on", "2026-09-01")];
    own.extend_from_slice(other);
    record("asset", reference, "verified", &own)
}

fn need(reference: &str, state: &str, other: &[(&str, &str)]) -> Record {
    let mut own = vec![("cost", "60000.00"), ("effect", "4")];
    own.extend_from_slice(other);
    record("need", reference, state, &own)
}

fn house() -> Vec<Record> {
    vec![
        asset("ASSET-2026-0001", &[("expires", "2026-12-01")]),
        asset("ASSET-2026-0002", &[("territory", "29"), ("unit", "u29"), ("confirmed_on", "2026-01-01")]),
        asset("ASSET-2026-0003", &[("territory", "29"), ("unit", "u29"), ("expires", "2026-10-01")]),
        record("coverage", "COVER-2026-0001", "expected", &[]),
        need("NEED-2026-0001", "validated", &[("answer", "Étudié au prochain comité")]),
        need("NEED-2026-0002", "submitted", &[("territory", "22"), ("cost", "90000.00"), ("urgency", "low")]),
        need("NEED-2026-0003", "merged", &[("territory", "56"), ("merged_into", "NEED-2026-0001")]),
        need("NEED-2026-0004", "submitted", &[("capability", "decryption"), ("cost", ""), ("effect", "")]),
        need("NEED-2026-0005", "submitted", &[("capability", "data_science"), ("users", "900"), ("cost", "5000.00")]),
        record("purchase", "BUY-2026-0001", "draft", &[("need", "NEED-2026-0001")]),
        record(
            "delivery",
            "DELIV-2026-0001",
            "in_use",
            &[("purchase", "BUY-2026-0001"), ("handed_over_on", "2026-10-01"), ("people_trained", "4")],
        ),
        record(
            "delivery",
            "DELIV-2026-0002",
            "measured",
            &[("purchase", "BUY-2026-0001"), ("use_rate", "62"), ("quantity", "3")],
        ),
    ]
}

fn make(
    of: &str,
    name: &str,
    record: Option<&Record>,
    records: &[Record],
    asked: &[(&str, &str)],
    lang: Lang,
) -> Result<Vec<Block>, Refusal> {
    let register = register(of);
    let asked: Values = asked.iter().map(|(field, text)| ((*field).to_owned(), (*text).to_owned())).collect();
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
    let records = house();
    for lang in Lang::ALL {
        for register in REGISTERS {
            for sheet in register.sheets {
                let own = records.iter().find(|record| record.register == register.name);
                let own = own.filter(|_| sheet.of == beffroi_register::Of::Record);
                let blocks = make(register.name, sheet.name, own, &records, &[], lang).unwrap();
                let told = format!("{blocks:?}");
                for missing in ["[register-", "[capabilities-", "[web-", "{$"] {
                    assert!(!told.contains(missing), "{}, {}: {told}", register.name, sheet.name);
                }
                for block in &blocks {
                    let Block::Table(table) = block else { continue };
                    assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.id);
                }
            }
        }
    }
    for name in ["split", "whole"] {
        assert!(Lang::ALL.iter().all(|t| t.knows(&format!("register-purchase-refusal-{name}"))));
    }
}

#[test]
fn gaps_have_an_owner_and_what_hangs_on_one_is_told() {
    let blocks = make("coverage", "gaps", None, &house(), &[], Lang::En).unwrap();
    let gaps = rows(&blocks, "gaps");
    let of = |place: &str, capability: &str| {
        gaps.iter().find(|row| row[1].starts_with(place) && row[0] == capability).unwrap().clone()
    };
    let ille = of("35", "Mobile extraction");
    assert_eq!(ille[2..7], ["2", "1", "2", "2", "responsable.capacites"].map(str::to_owned));
    assert_eq!(of("22", "Mobile extraction")[6], "Nobody: to be named");
    let singles = rows(&blocks, "singles");
    assert!(singles.iter().any(|row| row[3] == "One alone: ASSET-2026-0001"), "{singles:?}");
    let only = make("coverage", "gaps", None, &house(), &[("capability", "decryption")], Lang::En).unwrap();
    assert!(rows(&only, "gaps").iter().all(|row| row[0] == "Decryption"));
}

#[test]
fn the_calendar_tells_what_is_over_and_who_has_not_confirmed() {
    let blocks = make("asset", "expiries", None, &house(), &[("months", "1")], Lang::En).unwrap();
    let calendar = rows(&blocks, "expiries");
    assert_eq!(calendar.iter().map(|row| row[1].as_str()).collect::<Vec<_>>(), ["Over", "11"]);
    let expert = Record {
        register: "expert".to_owned(),
        reference: "EXPERT-2026-0001".to_owned(),
        values: [("person", "p9"), ("opj", "2024-01-01/2026-12-10")].map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
        ..house()[0].clone()
    };
    let blocks = make("asset", "expiries", None, &[expert], &[("months", "1")], Lang::En).unwrap();
    assert_eq!(rows(&blocks, "expiries")[0][1..4], ["20", "p9", "OPJ habilitation"].map(str::to_owned));
    let blocks = make("asset", "confirmations", None, &house(), &[], Lang::En).unwrap();
    let units = rows(&blocks, "confirmations");
    assert_eq!(units[0], ["u29", "2", "1", "2026-01-01"]);
    assert_eq!(units[1][2], "0");
}

#[test]
fn the_map_shows_departments_of_one_capability() {
    let blocks = make("asset", "map", None, &house(), &[("capability", "mobile_extraction")], Lang::En).unwrap();
    assert_eq!(rows(&blocks, "map-table"), [["29 Finistère", "1"], ["35 Ille-et-Vilaine", "1"]]);
    assert!(matches!(&blocks[0], Block::Figure(figure) if figure.svg.starts_with("<svg")));
}

#[test]
fn similar_needs_are_one_line_of_the_portfolio_with_its_sensitivity() {
    let records = house();
    let blocks = make("need", "portfolio", None, &records, &[], Lang::En).unwrap();
    let ranking = rows(&blocks, "portfolio");
    assert_eq!(ranking[0][0], "NEED-2026-0005");
    let group = &ranking[1];
    assert_eq!(group[4], "NEED-2026-0001, NEED-2026-0002, NEED-2026-0003");
    assert_eq!(group[5..8], ["6", "42", "210,000\u{a0}€"].map(str::to_owned));
    assert_eq!(rows(&blocks, "sensitivity")[0][5], "Firm rank");
    assert_eq!(rows(&blocks, "unranked")[0][0], "NEED-2026-0004");
    let whole = rows(&blocks, "whole");
    assert!(whole[0][4].starts_with("Above together, below apart"), "{whole:?}");
    let fates = rows(&blocks, "fates");
    assert_eq!(fates.len(), 5);
    assert_eq!(fates[2][3], "NEED-2026-0001");
    let blocks = make("need", "similar", Some(&records[4]), &records, &[], Lang::En).unwrap();
    let near: Vec<String> = rows(&blocks, "similar").into_iter().map(|mut row| row.remove(0)).collect();
    assert_eq!(near, ["NEED-2026-0002", "NEED-2026-0003"]);
}

/// A proposal as it would stand, with what it refers to.
fn proposed(other: &[(&str, &str)]) -> (Record, Record) {
    let mut own = vec![("need", "NEED-2026-0001")];
    own.extend_from_slice(other);
    let before = record("purchase", "BUY-2026-0001", "draft", &own);
    (before.clone(), Record { state: "proposed".to_owned(), ..before })
}

fn proposal(other: &[(&str, &str)], linked: &[Record]) -> Vec<String> {
    let (before, after) = proposed(other);
    let mut all = vec![need("NEED-2026-0001", "retained", &[])];
    all.extend_from_slice(linked);
    refusals(&after, Some(&before), Some("propose"), &all, &[])
}

#[test]
fn a_proposal_is_counted_on_the_whole_need_with_thresholds_in_force() {
    assert_eq!(proposal(&[], &[]), Vec::<String>::new());
    let told = |other: &[(&str, &str)], word: &str| {
        let refusals = proposal(other, &[]);
        assert!(refusals.len() == 1 && refusals[0].contains(word), "{other:?}: {refusals:?}");
    };
    told(&[("amount", "40000.00"), ("ceiling", "50000.00")], "whole need");
    told(&[("launch", "2028-02-01")], "expired threshold");
    told(&[("instrument", "adapted_procedure"), ("amount", "150000.00")], "threshold valid until 2027-12-31");
    told(&[("cpv", "4873000-04")], "CPV");
    told(&[("criteria", "Prix 40 %\nDélai 10 %")], "make 100");
    told(&[("years", "5")], "four years");
    told(&[("ceiling", "1.00")], "ceiling");
    told(&[("market", "Voir la procédure n° 00042/2026")], "procedure");
    // Two of the same kind, each below: together they are above.
    let other = record("purchase", "BUY-2026-0002", "approved", &[("amount", "100000.00")]);
    let pair = [("instrument", "adapted_procedure"), ("amount", "100000.00"), ("others", "BUY-2026-0002")];
    let refused = proposal(&pair, &[other]);
    assert!(refused.len() == 1 && refused[0].contains("200000"), "{refused:?}");
}

#[test]
fn a_purchase_that_leaves_another_of_its_kind_out_is_not_proposed() {
    let (before, after) = proposed(&[("instrument", "adapted_procedure"), ("amount", "100000.00")]);
    let other = |cpv: &str, capability: &str, year: &str| {
        record("purchase", "BUY-2026-0002", "approved", &[("cpv", cpv), ("capability", capability), ("year", year)])
    };
    let refused = |other: Record| {
        let records = [before.clone(), other, need("NEED-2026-0001", "retained", &[])];
        make("purchase", "proposal", Some(&after), &records, &[], Lang::En).err().map(|refusal| refusal.key)
    };
    let split = Some("register-purchase-refusal-split".to_owned());
    assert_eq!(refused(other("48730000-4", "decryption", "2027")), split, "the same class of CPV");
    assert_eq!(refused(other("48000000-8", "mobile_extraction", "2027")), split, "the same capability");
    assert_eq!(refused(other("30200000-1", "mobile_extraction", "2027")), None, "another division");
    assert_eq!(refused(other("48730000-4", "mobile_extraction", "2026")), None, "another year");
    // A need merged into the one it is for counts too.
    let merged = need("NEED-2026-0003", "merged", &[("merged_into", "NEED-2026-0001")]);
    let records = [before.clone(), need("NEED-2026-0001", "retained", &[]), merged];
    let whole = make("purchase", "proposal", Some(&after), &records, &[], Lang::En).err().map(|refusal| refusal.key);
    assert_eq!(whole, Some("register-purchase-refusal-whole".to_owned()));
    // Read later, it is told and no longer refused.
    let records = [after.clone(), other("48730000-4", "decryption", "2027"), need("NEED-2026-0001", "retained", &[])];
    let blocks = make("purchase", "proposal", Some(&after), &records, &[], Lang::En).unwrap();
    assert!(format!("{blocks:?}").contains("BUY-2026-0002: to be counted"));
}

#[test]
fn a_purchase_is_closed_when_the_use_of_each_delivery_is_known() {
    let ordered = record("purchase", "BUY-2026-0001", "ordered", &[("need", "NEED-2026-0001")]);
    let mut closed = Record { state: "closed".to_owned(), ..ordered.clone() };
    closed.values.insert("balance".to_owned(), "Tout est livré.".to_owned());
    let linked = [need("NEED-2026-0001", "retained", &[])];
    let told = |state: &str| {
        let back = [record("delivery", "DELIV-2026-0001", state, &[])];
        refusals(&closed, Some(&ordered), Some("close"), &linked, &back)
    };
    assert!(told("in_use")[0].contains("DELIV-2026-0001"));
    assert_eq!(told("measured"), Vec::<String>::new());
}

fn handed_over(other: &[(&str, &str)]) -> Vec<String> {
    let before = record("delivery", "DELIV-2026-0001", "received", &[("received_on", "2026-09-20")]);
    let mut own = vec![
        ("received_on", "2026-09-20"),
        ("training", "done"),
        ("trained_on", "2026-09-25"),
        ("people_trained", "4"),
    ];
    own.push(("handed_over_on", "2026-10-01"));
    own.extend_from_slice(other);
    let after = record("delivery", "DELIV-2026-0001", "in_use", &own);
    let mut before = before;
    let kept = after.values.iter().filter(|(name, _)| !["unit", "handed_over_on"].contains(&name.as_str()));
    before.values.extend(kept.map(|(name, text)| (name.clone(), text.clone())));
    refusals(&after, Some(&before), Some("hand_over"), &[], &[])
}

#[test]
fn nothing_is_handed_over_without_training_or_authorisation() {
    assert_eq!(handed_over(&[]), Vec::<String>::new());
    for other in [("training", "planned"), ("trained_on", "2026-10-02")] {
        let told = handed_over(&[other]);
        assert!(told.len() == 1 && told[0].contains("without training"), "{other:?}: {told:?}");
    }
    let regulated = [("regulated", "yes"), ("authorisation", "Autorisation 12"), ("authorised_until", "2026-10-01")];
    assert_eq!(handed_over(&regulated), Vec::<String>::new());
    for missing in [("authorisation", ""), ("authorised_until", "2026-09-30")] {
        let told = handed_over(&[regulated[0], regulated[1], regulated[2], missing]);
        assert!(told.len() == 1 && told[0].contains("under authorisation"), "{missing:?}: {told:?}");
    }
}

#[test]
fn the_rate_of_use_is_measured_at_twelve_months() {
    let used = |by: &str, state: &str, handed_over: &str, day: &str| {
        let own = [("handed_over_on", handed_over)];
        let before = record("delivery", "DELIV-2026-0001", "in_use", &own);
        let after = record("delivery", "DELIV-2026-0001", state, &[own[0], ("use_rate", "60"), ("used_on", day)]);
        refusals(&after, Some(&before), Some(by), &[], &[])
    };
    assert_eq!(used("measure", "measured", "2025-11-01", "2026-11-01"), Vec::<String>::new());
    assert!(used("measure", "measured", "2025-11-02", "2026-11-01")[0].contains("2026-11-02"));
    assert_eq!(used("report", "in_use", "2026-10-01", "2026-11-01"), Vec::<String>::new());
    assert_eq!(used("report", "in_use", "2026-10-01", "2026-12-01").len(), 1, "not seen yet");
}

#[test]
fn means_are_located_confirmed_and_without_a_case() {
    let told = |other: &[(&str, &str)], word: &str| {
        let refused = refusals(&record("asset", "ASSET-2026-0009", "declared", other), None, None, &[], &[]);
        assert!(refused.len() == 1 && refused[0].contains(word), "{other:?}: {refused:?}");
    };
    assert_eq!(
        refusals(&record("asset", "ASSET-2026-0009", "declared", &[]), None, None, &[], &[]),
        Vec::<String>::new()
    );
    told(&[("territory", "R53")], "department");
    told(&[("territory", "FR")], "department");
    told(&[("sensitive", "yes")], "restricted inventory");
    told(&[("capability", "undercover")], "restricted inventory");
    told(&[("note", "Prêté pour 00042/2026")], "procedure");
    let sensitive = record("restricted_asset", "RASSET-2026-0001", "declared", &[("sensitive", "yes")]);
    assert_eq!(refusals(&sensitive, None, None, &[], &[]), Vec::<String>::new());
    let verified = asset("ASSET-2026-0009", &[("confirmed_on", "2026-11-21")]);
    let before = record("asset", "ASSET-2026-0009", "declared", &[]);
    assert!(refusals(&verified, Some(&before), Some("verify"), &[], &[])[0].contains("today"));
}

#[test]
fn a_need_names_no_product_and_no_case() {
    let told =
        |other: &[(&str, &str)]| refusals(&record("need", "NEED-2026-0009", "draft", other), None, None, &[], &[]);
    assert_eq!(told(&[]), Vec::<String>::new());
    assert!(told(&[("title", "Deux UFED")])[0].contains("function"));
    assert!(told(&[("problem", "Il nous faut la marque Dupont")])[0].contains("function"));
    assert_eq!(told(&[("workaround", "Un UFED ancien")]), Vec::<String>::new(), "what one has may be named");
    assert!(told(&[("problem", "Voir 00042/2026")])[0].contains("procedure"));
}

/// J5.3: no register of means, needs or purchases holds the number of a procedure, in whatever field of text.
#[test]
fn no_register_of_this_desk_holds_a_case() {
    for register in REGISTERS {
        for field in register.fields.iter().filter(|field| field.is_text() && !field.by_move) {
            let state = register.states.first().unwrap().name;
            let named = record(register.name, "X-2026-0001", state, &[(field.name, "Voir la procédure n° 00042/2026")]);
            let context = Context {
                register,
                before: None,
                after: &named,
                by: None,
                who: None,
                linked: &[],
                back: &[],
                open_tasks: 0,
                now: now(),
            };
            let key = format!("register-{}-refusal-case", register.name);
            assert!(check(&context).iter().any(|refusal| refusal.key == key), "{}.{}", register.name, field.name);
        }
    }
}
