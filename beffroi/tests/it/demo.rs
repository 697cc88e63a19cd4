//! The main job end to end: `beffroi demo --no-serve`, and its products read by other means than those that made them.

use crate::support::{run, succeed};
use crate::upkeep::run_as;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Enough reports for every phenomenon and department, few enough for a test run.
const REPORTS: &str = "20000";

/// One demo for all the tests of this program that only read it.
pub(crate) fn shared_demo() -> &'static Path {
    static DEMO: OnceLock<PathBuf> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("demo-{}", std::process::id()));
        let record = succeed(&folder, &["demo", "--no-serve", "--reports", REPORTS, "--json"]).json();
        assert!(record["products"].as_array().is_some_and(|p| p.len() >= 5), "{record}");
        folder
    })
}

fn compute(data: &Path, indicator: &str, args: &[&str]) -> Value {
    let mut all = vec!["indicator", "compute", indicator, "--format", "json"];
    all.extend(args);
    succeed(data, &all).json()
}

/// The rows of a computed indicator: keys joined by `|`, and the value.
fn rows(figures: &Value, by: &[&str]) -> BTreeMap<String, f64> {
    let rows = figures["figures"].as_array().unwrap_or_else(|| panic!("no figures: {figures}"));
    rows.iter()
        .map(|row| {
            let key: Vec<&str> = by.iter().map(|dim| row["keys"][*dim].as_str().unwrap_or("")).collect();
            (key.join("|"), row["value"].as_f64().unwrap_or(f64::NAN))
        })
        .collect()
}

fn truth(data: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(data.join("demo").join("truth.json")).unwrap()).unwrap()
}

#[test]
fn sums_by_category_and_year_equal_the_generators_truth() {
    let data = shared_demo();
    let computed = rows(&compute(data, "digital-offences", &["--by", "category,year"]), &["category", "year"]);
    let mut expected: BTreeMap<String, f64> = BTreeMap::new();
    let truth = truth(data);
    let categories = truth["layers"]["recorded"]["by_category_year"].as_object().expect("categories");
    for (category, years) in categories {
        for (year, count) in years.as_object().expect("years") {
            expected.insert(format!("{category}|{year}"), count.as_f64().unwrap());
        }
    }
    assert!(expected.len() >= 40, "four categories over ten years: {}", expected.len());
    assert_eq!(computed, expected);
}

#[test]
fn departments_and_not_located_equal_the_national_figure() {
    let data = shared_demo();
    let national = rows(&compute(data, "digital-offences", &["--by", "year"]), &["year"]);
    let places = rows(&compute(data, "digital-offences", &["--by", "year,department"]), &["year", "department"]);
    assert!(places.keys().any(|key| key.ends_with("|NL")), "not located is a territory of its own");
    for (year, total) in national {
        let sum: f64 = places.iter().filter(|(key, _)| key.starts_with(&format!("{year}|"))).map(|(_, n)| n).sum();
        assert!((sum - total).abs() < 0.5, "{year}: {sum} against {total}");
    }
}

#[test]
fn every_number_of_the_report_has_its_certificate() {
    let data = shared_demo();
    let folder = report_folder(data);
    let certificates: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("birth-certificates.json")).unwrap()).unwrap();
    let list = certificates["certificates"].as_array().expect("a list of certificates");
    assert!(list.len() >= 5, "{}", list.len());
    for certificate in list {
        for field in ["id", "indicator", "definition_version", "snapshot", "unit_of_count", "layer", "program_version"]
        {
            assert!(!certificate[field].is_null(), "{field} is missing: {certificate}");
        }
    }
    // The key figures of the page are among the certified values.
    let html = fs::read_to_string(folder.join("report.html")).unwrap();
    let shown: Vec<String> = list
        .iter()
        .flat_map(|c| c["values"].as_array().cloned().unwrap_or_default())
        .filter_map(|v| v["shown"].as_str().map(str::to_owned))
        .collect();
    let tables = fs::read_dir(folder.join("figures")).unwrap().count();
    assert!(tables >= 4, "{tables} tables of figures");
    let found = shown.iter().filter(|value| html.contains(value.as_str())).count();
    assert!(found * 10 >= shown.len() * 9, "{found} of {} certified values are printed", shown.len());
}

fn report_folder(data: &Path) -> PathBuf {
    let years = fs::read_dir(data.join("reports")).unwrap().flatten().map(|e| e.path());
    years.max().expect("a report")
}

#[test]
fn the_report_is_a_tagged_pdf_with_title_language_and_alternative_texts() {
    let bytes = fs::read(report_folder(shared_demo()).join("report.pdf")).unwrap();
    let pdf = lopdf::Document::load_mem(&bytes).expect("the PDF opens");
    let catalog = pdf.catalog().unwrap();
    assert!(catalog.has(b"Lang"), "a language");
    assert!(catalog.has(b"StructTreeRoot"), "a structure");
    let info =
        pdf.trailer.get(b"Info").and_then(|i| pdf.dereference(i)).and_then(|(_, i)| i.as_dict().cloned()).unwrap();
    assert!(info.has(b"Title"), "a title");
    let roles: Vec<(String, bool)> = pdf
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter_map(|dict| {
            let role = dict.get(b"S").ok()?.as_name().ok()?;
            Some((String::from_utf8_lossy(role).into_owned(), dict.has(b"Alt")))
        })
        .collect();
    assert!(roles.iter().any(|(role, _)| role == "H1"), "tagged headings");
    let figures: Vec<bool> = roles.iter().filter(|(role, _)| role == "Figure").map(|(_, alt)| *alt).collect();
    assert!(figures.len() >= 3, "{} figures", figures.len());
    assert!(figures.iter().all(|alt| *alt), "a figure without alternative text");
}

#[test]
fn the_planted_threat_is_among_the_signals_and_a_flash_is_drafted_from_the_strongest() {
    let data = shared_demo();
    let signals = succeed(data, &["signal", "list", "--json"]).json();
    let planted = truth(data)["new_threat"]["phenomenon"].as_str().expect("the planted phenomenon").to_owned();
    let phenomena: Vec<&str> =
        signals.as_array().unwrap().iter().filter_map(|signal| signal["phenomenon"].as_str()).collect();
    assert!(phenomena.contains(&planted.as_str()), "{planted} is not among {phenomena:?}");
    let alerts = succeed(data, &["alert", "list", "--json"]).json();
    assert_eq!(alerts.as_array().map(Vec::len), Some(1), "{alerts}");
    let pdf = place_of(data, "alert");
    assert!(lopdf::Document::load(&pdf).is_ok_and(|pdf| pdf.get_pages().len() == 1), "the flash is one page");
}

fn place_of(data: &Path, product: &str) -> PathBuf {
    let record: Value = serde_json::from_str(&fs::read_to_string(data.join("demo.json")).unwrap()).unwrap();
    let products = record["products"].as_array().unwrap();
    let found = products.iter().find(|p| p["name"] == product).unwrap_or_else(|| panic!("no {product} in {record}"));
    PathBuf::from(found["place"].as_str().unwrap())
}

#[test]
fn planted_series_are_found_again_and_hubs_are_not_series() {
    let data = shared_demo();
    let series = succeed(data, &["series", "list", "--limit", "100000", "--json"]).json();
    let sizes: Vec<u64> = series.as_array().unwrap().iter().filter_map(|s| s["size"].as_u64()).collect();
    let planted = truth(data)["series"].as_array().map_or(0, Vec::len);
    assert!(sizes.len() >= planted / 2, "{} series for {planted} planted", sizes.len());
    let largest_planted = truth(data)["series"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|s| s["members"].as_array().map(Vec::len))
        .max()
        .unwrap_or(0);
    assert!(
        sizes.iter().all(|size| *size <= 2 * largest_planted as u64),
        "a series of {:?} reports is a hub: the largest planted one has {largest_planted}",
        sizes.iter().max()
    );
}

#[test]
fn every_synthetic_product_says_so() {
    let data = shared_demo();
    let html = fs::read_to_string(report_folder(data).join("report.html")).unwrap();
    assert!(html.to_lowercase().contains("synth"), "the report says that its data are synthetic");
    let table = succeed(data, &["indicator", "compute", "digital-offences", "--by", "year"]).stdout;
    assert!(table.contains("Synthetic data"), "{table}");
}

#[test]
fn a_second_demo_keeps_the_data_and_a_folder_that_is_no_demo_is_left_alone() {
    let data = shared_demo();
    let before = succeed(data, &["snapshot", "list", "--json"]).stdout;
    let record = succeed(data, &["demo", "--no-serve", "--reports", REPORTS, "--json"]).json();
    assert_eq!(record["reports"].as_u64(), Some(20_000));
    assert_eq!(succeed(data, &["snapshot", "list", "--json"]).stdout, before);
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("thesis.odt"), b"years of work").unwrap();
    let refused = run(place.path(), &["demo", "--no-serve", "--fresh"]);
    assert_eq!(refused.status, 1, "{}", refused.stderr);
    assert!(place.path().join("thesis.odt").exists());
}

#[test]
fn the_three_totals_of_2023_stand_side_by_side_and_growth_stays_within_one() {
    let data = shared_demo();
    let code = "digital-offences-published";
    let told = succeed(data, &["indicator", "compare", code, "--from", "2023", "--to", "2024"]).stdout;
    assert!(told.contains("+2.1%") && told.contains("2025-1"), "{told}");
    let refused = run(data, &["indicator", "compare", code, "--from", "2022", "--to", "2023"]);
    assert_eq!(refused.status, 1, "{}", refused.stderr);
    let words: Vec<&str> = refused.stderr.split_whitespace().filter(|word| *word != "│").collect();
    assert!(words.join(" ").contains("under one definition"), "{}", refused.stderr);
    let table = succeed(data, &["indicator", "definitions", code, "--by", "year"]).stdout;
    let of_2023 = table.lines().find(|line| line.starts_with("2023")).unwrap();
    for total in ["278,770", "341,000", "358,300"] {
        assert!(of_2023.contains(total), "{total} in {of_2023}");
    }
    assert!(table.contains("1.223"), "the coefficient of break: {table}");
}

#[test]
fn figures_are_frozen_once_and_printed_again() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    succeed(data, &["init"]);
    let totals = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/published_totals.csv");
    succeed(data, &["ingest", "--source", "demo-published-totals", totals]);
    let ask = ["indicator", "freeze", "digital-offences-published", "--by", "year", "--reference", "RA-2024.T1"];
    let frozen = succeed(data, &ask).stdout;
    assert!(frozen.contains("348,000"), "{frozen}");
    assert_eq!(succeed(data, &["indicator", "published", "RA-2024.T1"]).stdout, frozen);
    assert_eq!(run(data, &ask).status, 1, "a reference is taken once");
    let told = succeed(data, &["indicator", "revisions", "RA-2024.T1", "--json"]).json();
    let rows = told["rows"].as_array().unwrap();
    assert!(!rows.is_empty() && rows.iter().all(|row| row["printed"] == row["today"]), "nothing came since: {told}");
    let known = succeed(data, &["indicator", "triangle", "digital-offences-published", "--by", "year"]).stdout;
    assert!(known.contains("341,000"), "{known}");
}

#[test]
fn classes_of_victims_come_through_from_the_files() {
    let data = shared_demo();
    let share = rows(&compute(data, "women-share", &["--by", "year"]), &["year"]);
    assert!(share["2024"] > 45.0 && share["2024"] < 65.0, "{share:?}");
    for by in ["age-band", "size", "region"] {
        assert!(rows(&compute(data, "digital-offences", &["--by", by]), &[by]).len() > 3, "by {by}");
    }
}

/// What loops opened as a record: the register, and the field that refers back.
const RECORDS_OPENED: &[(&str, &str)] = &[
    ("progress", "action"),
    ("progress", "previous"),
    ("contribution", "campaign"),
    ("purchase", "need"),
    ("delivery", "purchase"),
    ("need", "origin"),
    ("prevention_action", "plan"),
    ("law_change", "note"),
];

/// What loops opened as a task, by register, and what is open still. Missing are the card and the readers of a definition
/// that was published, which takes figures computed twice; a remark's answer and a red action's decision, which fell with
/// their records when these were closed.
const TASKS_OPENED: &[(&str, &[&str])] = &[
    ("decision", &["carry_out"]),
    ("framework", &["compare"]),
    ("contribution", &["contribute", "again"]),
    ("need", &["told_merged", "told_retained", "told_met", "told_refused"]),
    ("purchase", &["training"]),
    ("delivery", &["train"]),
    ("support_request", &["triage"]),
    ("mission", &["another"]),
    ("module", &["replace", "take_down"]),
    ("research_project", &["stop"]),
    ("watch_note", &["read", "read_role"]),
    ("law_change", &["follow"]),
    ("bill", &["note"]),
    ("incoming_request", &["verify"]),
    ("erratum", &["tell"]),
];

#[test]
fn every_register_holds_examples_that_moved_and_opened_others() {
    let data = shared_demo();
    let json = |args: &[&str]| succeed(data, &[&["--json"], args].concat()).json().as_array().unwrap().clone();
    let registers = json(&["register", "list"]);
    assert!(registers.len() >= 40, "{}", registers.len());
    let mut lacking = Vec::new();
    for register in &registers {
        let name = register["name"].as_str().unwrap();
        let records = json(&["record", "list", name]);
        assert!(records.iter().all(|record| record["synthetic"] == true), "{name}: not marked");
        let moved = records.iter().filter(|record| record["state"] != register["states"][0]).count();
        let moves = register["moves"].as_array().unwrap();
        if records.len() < 2 || (moved == 0 && !moves.is_empty()) {
            lacking.push(format!("{name}: {} records, {moved} moved", records.len()));
        }
    }
    assert_eq!(lacking, Vec::<String>::new());

    for (register, back) in RECORDS_OPENED {
        let opened = json(&["record", "list", register]).iter().any(|record| record["values"][back].is_string());
        assert!(opened, "no {register} names its {back}");
    }
    // Those for persons and services of the demonstration are seen by its operator.
    let tasks = run_as(data, "demo", &["--json", "record", "tasks"]).json().as_array().unwrap().clone();
    for (name, rules) in TASKS_OPENED {
        let register = registers.iter().find(|register| register["name"] == *name).unwrap();
        let prefix = format!("{}-", register["prefix"].as_str().unwrap());
        let of_it = tasks.iter().filter(|task| task["reference"].as_str().unwrap().starts_with(&prefix));
        let opened: Vec<&str> = of_it.map(|task| task["rule"].as_str().unwrap()).collect();
        for rule in *rules {
            assert!(opened.contains(rule), "no task {rule} of {name}: {opened:?}");
        }
    }
}
