//! A mapping tried on a file: what each field became, what is unknown, what is not read; and nothing lands.

use super::*;
use crate::intake::{PARSER, house_codes};
use crate::quality::{Given, Shelf};
use beffroi_ports::doubles::InProcess;
use jiff::Timestamp;
use jiff::civil::Date;

const IN_PROCESS: InProcess = InProcess { parser: PARSER.1 };

const SOURCE: &str = r#"
id = "essai"
version = 1
title = { fr = "Essai", en = "Trial" }
origin = { publisher = "p", licence = "l" }
layer = "recorded"
unit = "infraction"
legal_basis = "b"

totals = [{ column = "dep", is = "Total" }]

[file]
format = "csv"
separator = ";"
decimal = ","
notes = ["(p)"]
stop = "^Source"

[file.unpivot]
pattern = "^[a-zéû.]+ [0-9]{4}$"
header = "mois"
value = "nombre"

[[count]]
series = { const = "essai" }
period = "mois"
territory = { from = "dep", list = "departments" }
category = { from = "classe", map = { "Vols" = "vols" } }
value = "nombre"
definition_version = { const = "1" }
"#;

const FILE: &str = "dep;classe;note;janv. 2024;févr. 2024\n\
                    01;Vols;x;1,5;2 (p)\n01;Fraudes;x;3;4\n99;Vols;x;5;\n;;;;\nTotal;Vols;;4,5;6\nSource : essai\n";

fn options(folder: &Path) -> Options<'static> {
    Options {
        vintage: None,
        today: Date::constant(2026, 11, 30),
        now: Timestamp::UNIX_EPOCH,
        who: "essai".to_owned(),
        dry_run: true,
        rejects_dir: folder.join("rejects"),
        shelf: Shelf::new(folder.join("quality")),
        given: Given::default(),
        codes: house_codes(),
        sandbox: &IN_PROCESS,
        delivery_id: "DEL-00000000000000000000000000000001".parse().unwrap(),
    }
}

#[test]
fn what_each_field_became_is_told_and_nothing_lands() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, FILE).unwrap();
    let source = Source::parse("essai.toml", SOURCE).unwrap();
    let trial = try_out(&source, &file, &options(folder.path()), 3).unwrap();
    assert_eq!(
        (trial.rows_read, trial.rows_kept, trial.rows_rejected, trial.rows_skipped, trial.rows_total),
        (8, 2, 3, 1, 2)
    );
    let first = &trial.rows[0];
    let field = |name: &str| first.fields.iter().find(|field| field.field == name).unwrap();
    assert_eq!((first.line, first.outcome), (2, "kept"));
    assert_eq!(field("period").became.as_deref(), Some("2024-01"));
    assert_eq!((field("value").column.as_str(), field("value").became.as_deref()), ("janv. 2024", Some("1.5")));
    assert_eq!((field("category").text.as_str(), field("category").became.as_deref()), ("Vols", Some("vols")));
    assert_eq!(trial.rows.len(), 3);
    assert!(
        trial.rows[2].fields.iter().any(|field| field.misfit.as_deref().is_some_and(|why| why.contains("no meaning")))
    );
    let unknown: Vec<(&str, &str, u64)> =
        trial.unknown.iter().map(|code| (code.column.as_str(), code.code.as_str(), code.rows)).collect();
    assert_eq!(unknown, [("classe", "Fraudes", 2), ("dep", "99", 1)]);
    assert_eq!(trial.unread, ["note"]);
    let totals: Vec<(Option<&str>, &str)> = trial
        .totals
        .iter()
        .map(|row| (row.column.as_deref(), row.values.iter().find(|(name, _)| name == "nombre").unwrap().1.as_str()))
        .collect();
    assert_eq!(totals, [(Some("janv. 2024"), "4,5"), (Some("févr. 2024"), "6")]);
    assert!(!folder.path().join("rejects").exists());
}

#[test]
fn a_file_that_cannot_be_read_is_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "dep;classe\n01;Vols\n").unwrap();
    let source = Source::parse("essai.toml", SOURCE).unwrap();
    let error = try_out(&source, &file, &options(folder.path()), 3).unwrap_err();
    assert!(error.to_string().contains("no column"), "{error}");
    std::fs::write(&file, "").unwrap();
    let error = guess(&file, "essai", &options(folder.path()), Lang::Fr).unwrap_err();
    assert!(error.to_string().contains("the file is empty"), "{error}");
}

#[test]
fn a_proposal_speaks_the_readers_language() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "annee;nombre\n2020;1\n2021;2\n").unwrap();
    let french = guess(&file, "essai", &options(folder.path()), Lang::Fr).unwrap();
    let english = guess(&file, "essai", &options(folder.path()), Lang::En).unwrap();
    assert!(french.contains("# À compléter") && english.contains("# To be completed"));
    let bare = |text: &str| text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(bare(&french), bare(&english));
}
