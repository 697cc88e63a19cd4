//! What a plausible but wrong observatory does with figures: one test a trap, each told in the words of the trade.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at what it does not expect")]

use beffroi_desk_observatory::chapters;
use beffroi_desk_observatory::indicators::{
    Catalogue, Figures, IndicatorError, PublicationError, Reason, Request, compared, computed, definitions,
    definitions_table, freeze, published, published_under, revisions, revisions_table, triangle,
};
use beffroi_desk_observatory::intake::{Options, PARSER, house_codes, ingest};
use beffroi_desk_observatory::quality::{Given, Shelf};
use beffroi_desk_observatory::sources::source;
use beffroi_document::{Block, Span};
use beffroi_model::{Delivery, Layer, Marking, Pap, PublishedCount, Report, ReportKind, Tlp};
use beffroi_ports::doubles::{InProcess, KeysInMemory, MemoryFacts};
use beffroi_ports::{Dimension, Doomed, Erasure, Facts, Rows};
use beffroi_register::{Record, Step};
use beffroi_store::{By, Store, StoreError};
use beffroi_wording::Lang;
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;

const IN_PROCESS: InProcess = InProcess { parser: PARSER.1 };

fn now() -> Timestamp {
    "2028-01-14T08:00:00Z".parse().unwrap()
}

fn by(dimensions: &[Dimension]) -> Request {
    Request { by: dimensions.to_vec(), ..Request::default() }
}

fn between(from: &str, to: &str) -> Request {
    Request { from: from.parse().ok(), to: to.parse().ok(), ..Request::default() }
}

/// A recorded complaint of the year 2024 at a department.
fn complaint(id: String) -> Report {
    Report {
        id: id.parse().unwrap(),
        source: "drawn".parse().unwrap(),
        layer: Layer::Recorded,
        kind: ReportKind::Complaint,
        unit_of_count: "infraction".into(),
        occurred_on: None,
        reported_on: "2024-03-01".parse().unwrap(),
        territory: "01".parse().unwrap(),
        category: Some("AN-BIENS".into()),
        phenomenon: None,
        astad: false,
        victim_kind: None,
        sex: None,
        age_band: None,
        sector: None,
        size: None,
        subject: None,
        loss_cents: None,
        observables: Vec::new(),
        marking: Marking { tlp: Tlp::Green, pap: Pap::Green },
        legal_basis: "drawn".into(),
        synthetic: true,
    }
}

/// Lands `n` complaints, each as `make` has it, as one delivery of that day.
async fn land(facts: &MemoryFacts, n: usize, delivered: &str, make: impl Fn(Report, usize) -> Report) {
    let number = facts.snapshots().await.unwrap().len() + 1;
    let rows: Vec<Report> = (0..n).map(|i| make(complaint(format!("{number}-{i}")), i)).collect();
    deliver(facts, Rows::Reports(rows), delivered).await;
}

async fn deliver(facts: &MemoryFacts, rows: Rows, delivered: &str) {
    let number = facts.snapshots().await.unwrap().len() + 1;
    let source = match &rows {
        Rows::Reports(rows) => rows[0].source.clone(),
        Rows::Counts(rows) => rows[0].source.clone(),
    };
    let delivery = Delivery {
        id: format!("DEL-{number:032x}").parse().unwrap(),
        source: source.clone(),
        file: "x.csv".into(),
        file_sha256: format!("{number:064x}"),
        mapping_version: "1".into(),
        vintage: delivered.parse().unwrap(),
        who: "test".into(),
        at: format!("{delivered}T10:00:00Z").parse().unwrap(),
        rows_read: rows.len() as u64,
        rows_accepted: rows.len() as u64,
        rows_rejected: 0,
        rows_duplicate: 0,
        synthetic: true,
    };
    let sha = delivery.file_sha256.clone();
    let batches = Box::new(std::iter::once(Ok(rows)));
    facts.land(&source, &sha, "1", batches, Box::new(move || delivery)).await.unwrap();
}

fn count(source: &str, series: &str, period: &str, territory: &str, value: f64) -> PublishedCount {
    PublishedCount {
        source: source.parse().unwrap(),
        layer: Layer::Recorded,
        series: series.into(),
        period: period.parse().unwrap(),
        territory: territory.parse().unwrap(),
        category: None,
        unit_of_count: "victime".into(),
        definition_version: "drawn".into(),
        vintage: "2024-03-04".parse().unwrap(),
        value,
        population: None,
        tlp: Tlp::Clear,
        synthetic: false,
    }
}

/// The table of published totals of the demonstration, as a file brings it in.
async fn demo_totals() -> MemoryFacts {
    let facts = MemoryFacts::new();
    let folder = tempfile::tempdir().unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/published_totals.csv");
    let options = Options {
        vintage: None,
        today: "2026-01-14".parse().unwrap(),
        now: now(),
        who: "test".to_owned(),
        dry_run: false,
        rejects_dir: folder.path().join("rejects"),
        shelf: Shelf::new(folder.path().join("quality")),
        given: Given::default(),
        codes: house_codes(),
        sandbox: &IN_PROCESS,
        delivery_id: format!("DEL-{:032x}", 1).parse().unwrap(),
    };
    let summary = ingest(&facts, source("demo-published-totals").unwrap(), &file, &options, &|_, _| {}).await.unwrap();
    assert_eq!(summary.rows_rejected, 0);
    facts
}

async fn store() -> Store {
    Store::memory(Arc::new(KeysInMemory::new(3))).await.unwrap()
}

fn statistician() -> By {
    By::new("statisticien", now())
}

async fn of(facts: &MemoryFacts, code: &str, request: &Request) -> Result<Figures, IndicatorError> {
    published(facts, code, request, now(), "1").await
}

/// Online complaints, platform reports and recorded offences added up to one number: they stand side by side instead,
/// and whoever asks for the sum is told why there is none.
#[tokio::test]
async fn layers_and_units_are_not_added() {
    let facts = MemoryFacts::new();
    land(&facts, 20, "2024-04-01", |r, _| r).await;
    land(&facts, 30, "2024-04-02", |r, i| Report {
        layer: Layer::Platform,
        kind: ReportKind::Report,
        unit_of_count: if i % 2 == 0 { "signalement".into() } else { "usage frauduleux".into() },
        source: "plateforme".parse().unwrap(),
        ..r
    })
    .await;
    let across = Request::read(&["layer".to_owned()], None, None, &[], None, None).unwrap();
    let refused = of(&facts, "digital-offences", &across).await.unwrap_err();
    assert!(matches!(refused, IndicatorError::Layers { .. }) && refused.to_string().contains("side by side"));
    let units = of(&facts, "platform-reports", &by(&[Dimension::Year])).await.unwrap_err();
    assert!(matches!(units, IndicatorError::Units { .. }), "{units}");
    let apart = of(&facts, "platform-reports", &by(&[Dimension::Unit])).await.unwrap();
    assert!(apart.rows.iter().all(|f| f.value == Some(15.0)) && apart.total().is_err());
    assert_eq!(of(&facts, "digital-offences", &by(&[Dimension::Year])).await.unwrap().value(&["2024"]), Some(20.0));
}

/// Attacks on data-processing systems shown as a fifth slice beside the four categories: they are a part of these.
#[tokio::test]
async fn attacks_on_systems_are_a_nested_subset() {
    let facts = MemoryFacts::new();
    land(&facts, 40, "2024-04-01", |r, i| Report { astad: i < 10, ..r }).await;
    let categories = of(&facts, "digital-offences", &by(&[Dimension::Category])).await.unwrap();
    let keys: Vec<_> = categories.rows.iter().map(|f| f.keys[0].as_deref().unwrap()).collect();
    assert_eq!((keys, categories.total().unwrap()), (vec!["AN-BIENS"], 40.0));
    let nested = of(&facts, "astad-offences", &by(&[Dimension::Category])).await.unwrap();
    assert_eq!(nested.value(&["AN-BIENS"]), Some(10.0));
    assert_eq!(of(&facts, "astad-share", &by(&[Dimension::Year])).await.unwrap().value(&["2024"]), Some(25.0));
}

/// +25 % from 278 770 in 2023 to 348 000 in 2024: two definitions. Under one it is +2 %, and the three totals of 2023
/// stand beside one another, each with its definition.
#[tokio::test]
async fn a_growth_stays_within_one_definition() {
    let facts = demo_totals().await;
    let code = "digital-offences-published";
    let growth = compared(&facts, code, &between("2023", "2024"), now(), "1").await.unwrap();
    assert_eq!((growth.before, growth.after), (341_000.0, 348_000.0));
    assert_eq!((growth.growth * 100.0).round(), 2.0);
    let refused = compared(&facts, code, &between("2022", "2023"), now(), "1").await.unwrap_err().to_string();
    assert!(refused.contains("recompute both under one definition") && refused.contains("--definition '2024-1'"));
    for definition in ["2024-1", "2025-iln"] {
        let asked = Request { definition: Some(definition.into()), ..between("2023", "2024") };
        let wrong = compared(&facts, code, &asked, now(), "1").await;
        assert!(wrong.is_err(), "278 770 to 348 000 under {definition}: {wrong:?}");
    }
    let all = definitions(&facts, code, &by(&[Dimension::Year]), now(), "1").await.unwrap();
    let catalogue = Catalogue::builtin();
    let table = definitions_table(&all, catalogue.card(code).unwrap(), Lang::En);
    assert_eq!(table.columns, ["year", "2024-1", "2025-iln", "2025-1"]);
    let of_2023 = table.rows.iter().find(|row| row[0] == "2023").unwrap();
    assert_eq!(of_2023[1..], ["278,770", "358,300", "341,000"]);
    let link = &all[2].coefficients[0];
    assert_eq!((link.ratio * 1000.0).round(), 1223.0, "the break counts 22 % more");
}

/// The sum of 101 departments called France: what is not located, and the collectivities, stand beside them.
#[tokio::test]
async fn the_sum_of_the_departments_is_not_france() {
    let source = "demo-fraud-series";
    let rows = vec![
        count(source, "escroqueries", "2023", "01", 4000.0),
        count(source, "escroqueries", "2023", "02", 4332.0),
        count(source, "escroqueries", "2023", "FR", 9560.0),
    ];
    let facts = MemoryFacts::holding(Vec::new(), rows);
    let by_department = of(&facts, "fraud-victims", &by(&[Dimension::Department, Dimension::Year])).await.unwrap();
    assert_eq!(by_department.value(&["NL", "2023"]), Some(1228.0));
    let country = of(&facts, "fraud-victims", &by(&[Dimension::Year])).await.unwrap();
    assert_eq!((country.value(&["2023"]), by_department.total().unwrap()), (Some(9560.0), 9560.0));
    let regions = of(&facts, "fraud-victims", &by(&[Dimension::Region, Dimension::Year])).await.unwrap();
    assert_eq!(regions.value(&["R84", "2023"]), None, "one department of eight is no region");
}

/// A missing modus operandi read as "not cyber": it is told as a range with its completeness.
#[tokio::test]
async fn a_missing_modus_operandi_makes_a_range() {
    let facts = MemoryFacts::new();
    let phenomenon = |i: usize| match i {
        0..10 => Some("ransomware".into()),
        10..20 => Some("intrusion".into()),
        _ => None,
    };
    land(&facts, 40, "2024-04-01", |r, i| Report { astad: true, phenomenon: phenomenon(i), ..r }).await;
    let bounds = async |code: &str| of(&facts, code, &by(&[Dimension::Year])).await.unwrap().rows[0].clone();
    let wide = bounds("ransomware-range").await;
    assert_eq!((wide.interval, wide.completeness), (Some((10.0, 30.0)), Some(0.5)));
    let narrow = bounds("ransomware-range-in-proportion").await;
    assert_eq!(narrow.interval, Some((10.0, 20.0)), "half of those that say are ransomware");
}

/// A code list updated in place: the certificate keeps the version that was used, and an old definition stays computable.
#[tokio::test]
async fn code_lists_and_definitions_keep_their_versions() {
    let facts = MemoryFacts::new();
    land(&facts, 20, "2024-04-01", |r, _| Report { source: "drawn-records".parse().unwrap(), ..r }).await;
    let now_defined = of(&facts, "digital-offences", &by(&[Dimension::Region])).await.unwrap();
    let lists = &now_defined.certificate.code_lists;
    assert!(lists.iter().all(|list| !list.version.is_empty()) && lists.iter().any(|list| list.name == "regions"));
    let asked = Request { definition: Some("2024-1".into()), ..by(&[Dimension::Region]) };
    let then = of(&facts, "digital-offences", &asked).await.unwrap();
    assert_eq!(then.certificate.definition_version, "2024-1");
    assert_ne!(then.certificate.digest, now_defined.certificate.digest);
}

/// Complaints erased, and the numbers printed from them lost or silently changed: the publication stays to the unit, and
/// what the figure is today says why it differs.
#[tokio::test]
async fn an_erasure_leaves_what_was_published_and_is_told() {
    let (facts, store) = (MemoryFacts::new(), store().await);
    land(&facts, 40, "2024-04-01", |r, _| r).await;
    land(&facts, 12, "2024-05-01", |r, _| r).await;
    let asked = ("digital-offences", &by(&[Dimension::Year]));
    let printed = freeze(&facts, &store, asked, "RA-2024.T1", &statistician(), "1").await.unwrap();
    let second = facts.snapshots().await.unwrap()[1].delivery.id.clone();
    let erasure = Erasure { what: "lake/x".into(), doomed: Doomed::Delivery(second), at: now(), note: String::new() };
    facts.erase(&erasure).await.unwrap().unwrap();
    land(&facts, 30, "2027-05-01", |r, _| r).await;

    let again = published_under(&store, "RA-2024.T1").await.unwrap();
    assert_eq!((&again, again.figures[0].number()), (&printed, Some(52.0)), "printed in 2024, printed again in 2028");
    let told = revisions(&facts, &again, now(), "1").await.unwrap();
    let steps = &told.rows[0].steps;
    assert_eq!(steps[..], [(Reason::Erasure, -12.0), (Reason::LateReports, 30.0)]);
    assert_eq!((told.rows[0].printed, told.rows[0].today), (Some(52.0), Some(70.0)));
    let catalogue = Catalogue::builtin();
    let card = catalogue.card("digital-offences").unwrap();
    let table = revisions_table(&told, &again, card, Lang::En);
    assert_eq!(table.rows[0], ["2024", "52", "70", "−12 (erasure), +30 (late reports)"]);
    assert!(matches!(
        freeze(&facts, &store, asked, "RA-2024.T1", &statistician(), "1").await,
        Err(PublicationError::Store(StoreError::Exists { .. }))
    ));
}

/// A cell of 2 published, or a total that gives it back, or two vintages whose difference does.
#[tokio::test]
async fn neither_a_table_nor_two_vintages_give_a_small_number_back() {
    let (facts, store) = (MemoryFacts::new(), store().await);
    let category = |i: usize| match i {
        0..2 => "AN-LEGI",
        2..22 => "AN-INST",
        _ => "AN-PERS",
    };
    land(&facts, 62, "2024-04-01", |r, i| Report { category: Some(category(i).into()), ..r }).await;
    let request = by(&[Dimension::Category, Dimension::Year]);
    let inside = computed(&facts, "digital-offences", &request, now(), "1").await.unwrap();
    assert!(inside.figure(&["AN-LEGI", "2024"]).unwrap().small);
    let printed = freeze(&facts, &store, ("digital-offences", &request), "T2", &statistician(), "1").await.unwrap();
    let secret = printed.figures.iter().filter(|f| f.is_secret()).count();
    assert_eq!((secret, printed.figures.len()), (2, 3), "the small one, and one beside it");

    // Two more complaints of a class of forty: 40 then 42 would say that there were two.
    land(&facts, 2, "2024-06-01", |r, _| Report { category: Some("AN-PERS".into()), ..r }).await;
    let told = revisions(&facts, &printed, now(), "1").await.unwrap();
    let row = told.rows.iter().find(|row| row.keys[0].as_deref() == Some("AN-PERS")).unwrap();
    assert_eq!((row.printed, row.today, row.withheld, row.steps.len()), (Some(40.0), None, true, 0));
    let known = triangle(&facts, "digital-offences", &request, &[], now(), "1").await.unwrap();
    let cells = &known.rows.iter().find(|(keys, _)| keys[0].as_deref() == Some("AN-PERS")).unwrap().1;
    assert_eq!((cells[0].value, cells[1].value, cells[1].secret), (Some(40.0), None, true));
    // The twin: seven more are no secret.
    land(&facts, 7, "2024-07-01", |r, _| Report { category: Some("AN-PERS".into()), ..r }).await;
    let known = triangle(&facts, "digital-offences", &request, &[], now(), "1").await.unwrap();
    let cells = &known.rows.iter().find(|(keys, _)| keys[0].as_deref() == Some("AN-PERS")).unwrap().1;
    assert_eq!(cells[2].value, Some(49.0));
}

/// A figure revised without a word: a new vintage, and counts moved from a class to another, are told as what they are.
#[tokio::test]
async fn a_new_vintage_and_a_requalification_are_told_apart() {
    let store = store().await;
    let facts = MemoryFacts::new();
    let row = |territory: &str, value: f64, vintage: &str| PublishedCount {
        vintage: vintage.parse().unwrap(),
        ..count("demo-fraud-series", "escroqueries", "2023", territory, value)
    };
    let first = [("01", 50.0), ("02", 80.0), ("FR", 150.0)].map(|(t, v)| row(t, v, "2024-03-04"));
    deliver(&facts, Rows::Counts(first.to_vec()), "2024-03-05").await;
    let asked = by(&[Dimension::Department, Dimension::Year]);
    let printed = freeze(&facts, &store, ("fraud-victims", &asked), "T3", &statistician(), "1").await.unwrap();
    let moved = [("01", 45.0), ("02", 85.0), ("FR", 150.0)].map(|(t, v)| row(t, v, "2025-03-04"));
    deliver(&facts, Rows::Counts(moved.to_vec()), "2025-03-05").await;
    let steps = async || {
        let told = revisions(&facts, &printed, now(), "1").await.unwrap();
        told.rows.into_iter().map(|row| (row.keys[0].clone().unwrap(), row.steps)).collect::<Vec<_>>()
    };
    let told = steps().await;
    assert_eq!(told[0], ("01".to_owned(), vec![(Reason::Requalification, -5.0)]));
    assert_eq!(told[2], ("NL".to_owned(), vec![]));
    let more = [("01", 55.0), ("FR", 170.0)].map(|(t, v)| row(t, v, "2026-03-04"));
    deliver(&facts, Rows::Counts(more.to_vec()), "2026-03-05").await;
    assert_eq!(steps().await[0], ("01".to_owned(), vec![(Reason::Vintage, 5.0)]));

    let known = triangle(&facts, "fraud-victims", &by(&[Dimension::Year]), &[], now(), "1").await.unwrap();
    let days: Vec<String> = known.days.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2024-03-04", "2025-03-04", "2026-03-04"]);
    let values: Vec<_> = known.rows[0].1.iter().map(|cell| cell.value).collect();
    assert_eq!(values, [Some(150.0), Some(150.0), Some(170.0)]);
}

/// Units ranked by what they recorded: figures come in the order of their keys, and a rate stands with its limits.
#[tokio::test]
async fn nothing_ranks_by_recorded_crime() {
    let facts = MemoryFacts::new();
    let territory = |i: usize| if i < 10 { "02" } else { "01" };
    land(&facts, 40, "2024-04-01", |r, i| Report { territory: territory(i).parse().unwrap(), ..r }).await;
    let figures = of(&facts, "digital-offences-rate", &by(&[Dimension::Department])).await.unwrap();
    let keys: Vec<_> = figures.rows.iter().map(|f| f.keys[0].as_deref().unwrap()).collect();
    assert_eq!(keys, ["01", "02"], "the order of the code, whatever the values");
    assert!(figures.rows.iter().all(|f| f.interval.is_some()));
    assert!(figures.total().is_err(), "rates are not added");
}

/// A record of the register of chapters, as it stands after those steps.
fn chapter(text: &str, steps: &[(&str, &str, &str)]) -> Record {
    let step = |(by, state, at): &(&str, &str, &str)| Step {
        at: at.parse().unwrap(),
        by: (*by).to_owned(),
        state: (*state).to_owned(),
    };
    let path: Vec<Step> = steps.iter().map(step).collect();
    let values = [("title", "Ce que l’on sait"), ("year", "2024"), ("rank", "1"), ("text", text)];
    Record {
        reference: "CHAP-2024-0001".into(),
        register: "chapter".into(),
        state: path.last().unwrap().state.clone(),
        version: 1,
        values: values.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect(),
        marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
        owner: beffroi_rights::ServiceId::house(),
        territory: "FR".parse().unwrap(),
        author: None,
        updated_at: path.last().unwrap().at,
        path,
        synthetic: true,
    }
}

/// The steps of a chapter that was validated in June 2027.
const VALIDATED: &[(&str, &str, &str)] = &[
    ("add", "planned", "2027-01-01T08:00:00Z"),
    ("submit", "review", "2027-05-02T08:00:00Z"),
    ("validate", "ready", "2027-06-03T08:00:00Z"),
];

/// A figure in a text that is typed, secret, of another table, or of a table that came later: the report names it and stops.
#[tokio::test]
async fn a_chapter_tells_frozen_figures_only() {
    let (facts, store) = (MemoryFacts::new(), store().await);
    let category = |i: usize| match i {
        0..2 => "AN-LEGI",
        2..22 => "AN-INST",
        _ => "AN-PERS",
    };
    land(&facts, 62, "2024-04-01", |r, i| Report { category: Some(category(i).into()), ..r }).await;
    let request = by(&[Dimension::Category, Dimension::Year]);
    let at: Timestamp = "2027-03-01T08:00:00Z".parse().unwrap();
    let frozen_by = By { at, ..statistician() };
    freeze(&facts, &store, ("digital-offences", &request), "RA-2024.T2", &frozen_by, "1").await.unwrap();
    freeze(&facts, &store, ("digital-offences", &by(&[Dimension::Year])), "RA-2024.T9", &statistician(), "1")
        .await
        .unwrap();
    let asked = "2027-07-01T08:00:00Z".parse().unwrap();
    let read = async |text: &str, steps: &[(&str, &str, &str)]| {
        chapters::of_year(&store, &[chapter(text, steps)], 2024, asked, Lang::Fr).await
    };

    let text =
        "# Ce qui est compté\nEn 2024, {RA-2024.T2:AN-PERS,2024} faits ({CP 323-1}).\n- {ra-2024.t2: AN-PERS, 2024}";
    let told = read(text, VALIDATED).await.unwrap();
    let table = &told.cited[0];
    assert_eq!(
        (told.cited.len(), table.reference.as_str(), table.id.as_str()),
        (1, "RA-2024.T2", "tbl-cited-RA-2024.T2")
    );
    assert_eq!((table.rows.len(), table.rows[0].1, table.rows[0].2.as_str()), (1, 40.0, "40"));
    assert_eq!(table.rows[0].0[1], "2024");
    let figure = Span::Reference { text: "40".into(), id: table.id.clone() };
    let blocks = &told.ready[0].blocks;
    assert!(matches!(&blocks[0], Block::Heading { level: 2, text, .. } if text == "Ce qui est compté"), "{blocks:?}");
    let words = |text: &str| Span::Text(text.into());
    let sentence = vec![words("En 2024, "), figure.clone(), words(" faits ("), words("CP 323-1"), words(").")];
    assert_eq!(blocks[1], Block::Paragraph(sentence));
    assert_eq!(blocks[2], Block::List { ordered: false, items: vec![vec![figure]] });
    let days = (told.ready[0].handed_in.to_string(), told.ready[0].validated.to_string());
    assert_eq!(days, ("2027-05-02T08:00:00Z".into(), "2027-06-03T08:00:00Z".into()));

    for (cited, why) in [
        ("RA-2024.T2:AN-LEGI,2024", "statistical secrecy"),
        ("RA-2024.T2:AN-INST,2024", "statistical secrecy"),
        ("RA-2024.T2:2024", "no figure of these keys"),
        ("RA-2024.T2:AN-PERS,2023", "no figure of these keys"),
        ("RA-2024.T2:", "no figure of these keys"),
        ("RA-2024.T7:2024", "nothing was published"),
        ("RA-2024.T9:2024", "after the instant"),
    ] {
        let refused = read(&format!("Il y en a {{{cited}}}."), VALIDATED).await.unwrap_err();
        assert!(refused.is_user_fault(), "{refused}");
        let told = refused.to_string();
        assert!(
            told.contains("CHAP-2024-0001") && told.contains(&format!("{{{cited}}}")) && told.contains(why),
            "{told}"
        );
    }
    let typed = read("Il y en a 40.", VALIDATED).await.unwrap_err().to_string();
    assert!(typed.contains("CHAP-2024-0001") && typed.contains("`40`"), "{typed}");
}

/// A text that nobody validated, or not yet, printed all the same.
#[tokio::test]
async fn a_chapter_goes_into_the_report_once_validated() {
    let store = store().await;
    let at = |instant: &str| instant.parse::<Timestamp>().unwrap();
    let read = async |steps: &[(&str, &str, &str)], instant: &str, lang: Lang| {
        chapters::of_year(&store, &[chapter("Texte.", steps)], 2024, at(instant), lang).await.unwrap()
    };
    let after = "2027-07-01T00:00:00Z";
    let told = read(VALIDATED, after, Lang::Fr).await;
    assert_eq!((told.ready.len(), told.left_out.len(), told.ready[0].narrower), (1, 0, None));
    for (told, why) in [
        (read(&VALIDATED[..2], after, Lang::Fr).await, "En relecture"),
        (read(VALIDATED, "2027-06-01T00:00:00Z", Lang::Fr).await, "Prêt"),
        (read(VALIDATED, after, Lang::En).await, "written in French"),
    ] {
        assert!(told.ready.is_empty() && told.left_out[0].state.contains(why), "{told:?}");
        assert_eq!(told.left_out[0].reference, "CHAP-2024-0001");
    }
    let before_it_was_added = read(VALIDATED, "2026-01-01T00:00:00Z", Lang::Fr).await;
    assert!(before_it_was_added.ready.is_empty() && before_it_was_added.left_out.is_empty());
    let dropped =
        [VALIDATED, &[("reopen", "writing", "2027-06-04T00:00:00Z"), ("drop", "dropped", "2027-06-05T00:00:00Z")]];
    let dropped = read(&dropped.concat(), after, Lang::Fr).await;
    assert!(dropped.ready.is_empty() && dropped.left_out.is_empty());
    let red = Record { marking: Marking::UNKNOWN, ..chapter("Texte.", VALIDATED) };
    let told = chapters::of_year(&store, &[red], 2024, at(after), Lang::Fr).await.unwrap();
    assert_eq!(told.ready[0].narrower, Some(Marking::UNKNOWN), "more narrowly than its register");
    let other = chapters::of_year(&store, &[chapter("Texte.", VALIDATED)], 2025, at(after), Lang::Fr).await.unwrap();
    assert_eq!(other, chapters::Chapters::default(), "of another year");
}
