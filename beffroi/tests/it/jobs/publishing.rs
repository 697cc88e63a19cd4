//! Jobs of the desk: figures that leave – the annual report, its corrections, open data, answers.

use super::hand::{House, rows};
use super::observatory::{card_fraud, written};
use crate::support::Run;
use crate::upkeep::folded;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.insert(entry.path().strip_prefix(folder).unwrap().to_owned(), fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

/// A chapter in review, with its text citing frozen figures.
fn chapter(house: &House, text: &str) -> String {
    let editor = house.hand("ed");
    let reference =
        editor.add_example("chapter", &[("year", "2025"), ("writer", ""), ("due", ""), ("figures", "RA-2025.T1")]);
    editor.go(&reference, "assign", &[("writer", "ana"), ("due", "2027-04-30")]);
    house.hand("ana").go(&reference, "submit", &[("text", text)]);
    reference
}

/// Builds the report of 2025 in French, on one state of the data and bearing that instant.
fn build(house: &House, out: &Path, at: &str, more: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beffroi"));
    command
        .arg("--data")
        .arg(house.path())
        .args(["--json", "--lang", "fr", "--quiet", "--as", "ed", "report", "build"]);
    command.args(["--year", "2025", "--snapshot", "11", "--as-of", at, "--out"]).arg(out).args(more);
    let output = command.stdin(Stdio::null()).output().unwrap();
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Writes and validates the annual report from frozen figures.
///
/// Where: `/rapport`, `/registres/chapter`, `beffroi report build`, `beffroi record add chapter`.
/// Done well: built twice on the same state of the data and bearing the same instant, every file has the same bytes (PDF,
/// HTML, ODT, DOCX, press sheet, summary in English, data, archive with the digest of each); every printed figure has its
/// certificate, those that chapters cite as they were frozen; a chapter is ready when no remark is open and secrecy, facts
/// and law were checked on the text as it stands; the outline says what each still lacks, and the build what it left out.
/// Must not: a number typed by hand; a figure that the chapter does not list; an open inquiry without agreement; a cell
/// under the threshold, a cited one included; a chapter validated by its writer, or laid out before it is validated.
#[test]
fn j3_5_write_and_validate_the_annual_report() {
    let house = House::of_demo();
    let (editor, writer, boss) = (house.hand("ed"), house.hand("ana"), house.hand("boss"));
    let freeze =
        ["indicator", "freeze", "digital-offences", "--by", "year", "--to", "2025", "--reference", "RA-2025.T1"];
    editor.json(&freeze);
    let cited = "En 2024, {RA-2025.T1:2024} atteintes ont été enregistrées.";
    let first = editor.add_example("chapter", &[("year", "2025"), ("figures", "RA-2025.T1")]);
    editor.go(&first, "assign", &[("writer", "ana"), ("due", "2027-04-30")]);
    let typed = writer.set_refused(&first, &[("text", "En 2024, 348 000 atteintes.")]);
    assert!(typed.contains("typed by hand") && typed.contains("beffroi indicator freeze"), "{typed}");
    let foreign = writer.set_refused(&first, &[("text", "{RA-2024.T9:2024} atteintes.")]);
    assert!(foreign.contains("not among the frozen figures"), "{foreign}");
    writer.set(&first, &[("inquiry", "yes")]);
    let inquiry = writer.go_refused(&first, "submit", &[("text", cited)]);
    assert!(inquiry.contains("CPP 11") && inquiry.contains("take the passage out"), "{inquiry}");

    let reference = chapter(&house, cited);
    boss.go(&reference, "remark", &[("remark", "Say what is not known.")]);
    let open = boss.go_refused(&reference, "validate", &[]);
    assert!(open.contains("remark is left open"), "{open}");
    writer.go(
        &reference,
        "settle",
        &[("remark_answer", "Said."), ("text", "Ce que l’on ne sait pas. {RA-2025.T1:2024}.")],
    );
    let checks = [("check_secrecy", "secrecy_check"), ("check_facts", "facts_check"), ("check_law", "law_check")];
    let own = writer.go_refused(&reference, "check_facts", &[("facts_check", "Nothing to say.")]);
    assert!(own.contains("somebody else than its writer"), "{own}");
    for (by, field) in checks {
        let early = boss.go_refused(&reference, "validate", &[]);
        assert!(early.contains("has not passed this check"), "{early}");
        house.hand("sol").go(&reference, by, &[(field, "Nothing to say.")]);
    }
    let own = writer.go_refused(&reference, "validate", &[]);
    assert!(own.contains("somebody else than its writer"), "{own}");
    boss.go(&reference, "validate", &[]);
    let open_chapter = first;
    let outline = editor.sheet("chapter", "outline", &[("year", "2025")]);
    let lacks: Vec<String> = rows(&outline).into_iter().map(|row| row.last().unwrap().clone()).collect();
    // The last one is the demonstration's, and ready.
    assert_eq!(lacks, ["Text", "", ""], "{outline}");

    // The same bytes again, in every form.
    let (one, two) = (house.path().join("r1"), house.path().join("r2"));
    let at = "2030-07-01T08:00:00Z";
    let built = build(&house, &one, at, &[]).json();
    build(&house, &two, at, &[]);
    let waiting = &built["left_out"][0];
    let chapters = built["chapters"].as_array().unwrap();
    assert!(chapters.len() == 2 && chapters[0] == reference.as_str(), "{built}");
    assert_eq!((&waiting["reference"], &waiting["state"]), (&open_chapter.as_str().into(), &"En rédaction".into()));
    let complete = build(&house, &house.path().join("r3"), at, &["--complete"]);
    assert!(complete.status == 1 && complete.stderr.contains(&open_chapter), "{}", complete.stderr);
    assert!(!house.path().join("r3").exists(), "nothing was written");
    let (first, second) = (files(&one), files(&two));
    for (name, bytes) in &first {
        assert!(second[name] == *bytes, "{} differs", name.display());
    }
    let of = |name: &str| &first[Path::new(name)];
    assert_eq!(
        lopdf::Document::load_mem(of("press-sheet.pdf")).unwrap().get_pages().len(),
        1,
        "one page for the press"
    );
    assert!(lopdf::Document::load_mem(of("summary-en.pdf")).unwrap().catalog().unwrap().has(b"StructTreeRoot"));
    assert!(of("report.docx").starts_with(b"PK\x03\x04") && of("archive.zip").starts_with(b"PK\x03\x04"));
    let kind = b"mimetypeapplication/vnd.oasis.opendocument.text";
    assert_eq!(of("report.odt").get(30..30 + kind.len()), Some(&kind[..]));
    let manifest: Value = serde_json::from_slice(of("manifest.json")).unwrap();
    let listed: BTreeMap<&str, u64> = manifest["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| (file["name"].as_str().unwrap(), file["bytes"].as_u64().unwrap()))
        .collect();
    for (name, bytes) in
        first.iter().filter(|(name, _)| !["manifest.json", "archive.zip"].map(Path::new).contains(&&***name))
    {
        assert_eq!(listed[name.to_str().unwrap()], bytes.len() as u64, "{}", name.display());
    }

    // The chapter with its figure, as it was frozen; nobody is named.
    let html = String::from_utf8(of("report.html").clone()).unwrap();
    let cited = html.split("href=\"#tbl-cited-RA-2025.T1\">").nth(1).unwrap().split('<').next().unwrap();
    let frozen = editor.json(&["indicator", "published", "RA-2025.T1"]);
    let frozen =
        frozen["figures"].as_array().unwrap().iter().find(|row| row["keys"][0] == "2024").unwrap()["value"].clone();
    let digits: String = cited.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(digits, frozen.as_str().unwrap(), "{cited}");
    assert!(html.contains("Ce que l’on ne sait pas.") && html.contains("Colophon"));
    let colophon = String::from_utf8(of("figures/tbl-chapters.csv").clone()).unwrap();
    assert!(
        colophon.contains(&reference) && !["ana", "boss", "sol"].iter().any(|who| colophon.contains(who)),
        "{colophon}"
    );
    let summary = String::from_utf8(of("summary-en.html").clone()).unwrap();
    assert!(summary.contains("<html lang=\"en\">") && summary.contains("summary-kf-offences"), "{summary}");
    let early = build(&house, &house.path().join("r4"), "2026-07-01T08:00:00Z", &[]).json();
    assert_eq!(early["chapters"], Value::Array(vec![]), "validated later: {early}");

    // A figure that is secret stops the report, which names it; the chapter is reopened.
    let monthly =
        ["indicator", "freeze", "digital-offences", "--by", "category,month", "--from", "2025-01", "--to", "2025-12"];
    let monthly = editor.json(&[&monthly[..], &["--reference", "RA-2025.T2"]].concat());
    let secret = monthly["figures"].as_array().unwrap().iter().find(|row| row["status"] == "C");
    let keys: Vec<&str> = secret.unwrap()["keys"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    let secret = format!("RA-2025.T2:{}", keys.join(","));
    let hidden = editor.add_example("chapter", &[("year", "2025"), ("rank", "2"), ("figures", "RA-2025.T2")]);
    editor.go(&hidden, "assign", &[("writer", "ana"), ("due", "2027-04-30")]);
    writer.go(&hidden, "submit", &[("text", &format!("Il y en a {{{secret}}}."))]);
    for (by, field) in checks {
        house.hand("sol").go(&hidden, by, &[(field, "Nothing to say.")]);
    }
    boss.go(&hidden, "validate", &[]);
    let refused = build(&house, &house.path().join("r5"), at, &[]);
    let told = folded(&refused.stderr);
    assert!(refused.status == 1 && told.contains(&hidden) && told.contains("secrecy"), "{told}");
    editor.go_because(&hidden, "reopen", &[], "The figure is secret.");
    assert_eq!(build(&house, &house.path().join("r5"), at, &[]).json()["left_out"].as_array().unwrap().len(), 2);

    let certificates: Value = serde_json::from_slice(&first[Path::new("birth-certificates.json")]).unwrap();
    for certificate in certificates["certificates"].as_array().unwrap() {
        assert_eq!(certificate["snapshot"], 11, "{certificate}");
        assert!(certificate["definition_version"].is_string() && certificate["digest"].is_string(), "{certificate}");
    }
    let months = String::from_utf8(first[Path::new("figures/tbl-offences-by-month.csv")].clone()).unwrap();
    let cells: Vec<f64> =
        months.lines().skip(1).flat_map(|line| line.split(',').skip(1)).filter_map(|cell| cell.parse().ok()).collect();
    assert!(months.contains(",s") && cells.len() > 50, "{months}");
    assert!(cells.iter().all(|value| *value == 0.0 || *value >= 5.0), "a cell under the threshold: {months}");
}

/// Corrects after publication: an erratum, a new version beside the old one, the tables touched, the recipients told.
///
/// Where: `/registres/erratum`, `beffroi record add erratum`, `beffroi indicator freeze | published | revisions`.
/// Done well: old and new are both printed again under their references; the erratum and the log of versions say what
/// changed and why; telling the recipients is a task with its day.
/// Must not: replace what was published under the same reference; correct without saying which tables are touched.
#[test]
fn j3_6_correct_after_publication() {
    let house = House::new();
    let editor = house.hand("ed");
    let totals = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/published_totals.csv");
    editor.json(&["ingest", "--source", "demo-published-totals", totals]);
    let freeze = |reference: &str| {
        editor.run(&[
            "--json",
            "indicator",
            "freeze",
            "digital-offences-published",
            "--by",
            "year",
            "--reference",
            reference,
        ])
    };
    assert_eq!(freeze("RA-2024.T1").status, 0);
    let old = editor.json(&["indicator", "published", "RA-2024.T1"]);

    // The source corrects its figure.
    let text = fs::read_to_string(totals).unwrap();
    let line = text.lines().find(|line| line.starts_with("atteintes-numeriques,2024,348000")).unwrap();
    let corrected = line.replace("348000", "347000").replace("2025-03-06", "2025-11-02");
    let file = written(&house, "corrected.csv", &text.replace(line, &corrected));
    editor.json(&["ingest", "--source", "demo-published-totals", &file]);
    let revisions = editor.json(&["indicator", "revisions", "RA-2024.T1"]);
    let moved = revisions["rows"].as_array().unwrap().iter().find(|row| row["keys"][0] == "2024").unwrap();
    assert_eq!((&moved["printed"], &moved["today"]), (&348_000.0.into(), &347_000.0.into()), "{moved}");
    let over = folded(&freeze("RA-2024.T1").stderr);
    assert!(over.contains("already a publication RA-2024.T1"), "{over}");
    assert_eq!(freeze("RA-2024.T1-C1").status, 0);

    let erratum = house.hand("reader").add_example("erratum", &[("tables", "")]);
    editor.go(&erratum, "confirm", &[("origin", "source")]);
    let mute = [("replaced_by", "RA-2024.T1-C1"), ("correction", "347 000 au lieu de 348 000.")];
    let tables = editor.go_refused(&erratum, "correct", &mute);
    assert!(tables.contains("which tables and figures"), "{tables}");
    editor.set(&erratum, &[("tables", "Tableau 1\\nFigure 3")]);
    let silent = [("replaced_by", "RA-2024.T1"), ("correction", "347 000 au lieu de 348 000.")];
    let silent = editor.go_refused(&erratum, "correct", &silent);
    assert!(silent.contains("not replaced silently") && silent.contains("another reference"), "{silent}");
    editor.go(&erratum, "correct", &mute);
    let tasks = editor.tasks(Some(&erratum));
    assert!(tasks.len() == 1 && tasks[0]["due"].is_string(), "{tasks:?}");
    let notice = editor.sheet(&erratum, "notice", &[]).to_string();
    assert!(notice.contains("RA-2024.T1-C1 corrects RA-2024.T1") && notice.contains("Figure 3"), "{notice}");
    let soon = editor.go_refused(&erratum, "close", &[("recipients", "Cabinet"), ("told_on", "2099-01-01")]);
    assert!(soon.contains("has not come yet"), "{soon}");
    editor.go(&erratum, "close", &[("recipients", "Cabinet\\nSSMSI"), ("told_on", "2026-01-13")]);
    let log = rows(&editor.sheet("erratum", "log", &[]));
    assert_eq!((log[0][1].as_str(), log[0][2].as_str()), ("RA-2024.T1", "RA-2024.T1-C1"), "{log:?}");

    let value = |publication: &Value| {
        let figures = publication["figures"].as_array().unwrap();
        figures.iter().find(|row| row["keys"][0] == "2024").unwrap()["value"].as_str().unwrap().to_owned()
    };
    assert_eq!(editor.json(&["indicator", "published", "RA-2024.T1"]), old, "the old one is what it was");
    assert_eq!(
        (value(&old), value(&editor.json(&["indicator", "published", "RA-2024.T1-C1"]))),
        ("348000".into(), "347000".into())
    );
}

/// Publishes open data: protected tables with dictionary, structure, licence and certificate.
///
/// Where: `/indicateurs/CODE`, `beffroi indicator export`, `beffroi indicator freeze`.
/// Done well: no cell under the threshold, and none that the others give back; what is about to leave is attacked with
/// everything that left before, so that two releases together tell of nobody either.
/// Must not: two patterns of suppression for one table; a release that differs from a former one by a few units.
#[test]
fn j3_11_publish_open_data() {
    let house = House::new();
    let hand = house.hand("sol");
    let rows = card_fraud(0, &[("53", 20), ("75", 12), ("35", 3), ("22", 9)]);
    let file = written(&house, "march.csv", &rows);
    hand.json(&["ingest", "--source", "synth-perceval", &file]);
    let ask = ["platform-reports", "--by", "department,year"];
    let out = |name: &str| house.path().join(name).display().to_string();
    let export = |name: &str| hand.run(&[&["indicator", "export"][..], &ask, &["--out", &out(name)]].concat());
    assert_eq!(export("open").status, 0);
    let table = fs::read_to_string(house.path().join("open/platform-reports.csv")).unwrap();
    let value = |department: &str| {
        let line = table.lines().find(|line| line.starts_with(department)).unwrap();
        line.split(',').nth(2).unwrap().to_owned()
    };
    assert_eq!((value("53").as_str(), value("35").as_str()), ("20", ""), "{table}");
    let hidden = ["53", "75", "35", "22"].into_iter().filter(|department| value(department).is_empty()).count();
    assert!(hidden >= 2, "one hidden cell is the total less the others: {table}");
    let package: Value =
        serde_json::from_slice(&fs::read(house.path().join("open/datapackage.json")).unwrap()).unwrap();
    assert_eq!(package["licenses"][0]["name"], "etalab-2.0", "{package}");
    for name in ["platform-reports-dictionary.csv", "structure.json", "certificate.json"] {
        assert!(house.path().join("open").join(name).is_file(), "{name}");
    }
    let freeze = |reference: &str, more: &[&str]| {
        hand.run(&[&["indicator", "freeze"][..], &ask, more, &["--reference", reference]].concat())
    };
    assert_eq!(freeze("OD-2024.1", &[]).status, 0);
    assert_eq!(export("again").status, 0, "the same table leaves again");
    assert_eq!(fs::read_to_string(house.path().join("again/platform-reports.csv")).unwrap(), table);

    // Two reports more: beside the release before, they would be told.
    let file = written(&house, "late.csv", &card_fraud(1000, &[("53", 2)]));
    hand.json(&["ingest", "--source", "synth-perceval", &file]);
    for run in [freeze("OD-2024.2", &[]), export("later")] {
        assert_eq!(run.status, 1, "{}", run.stdout);
        let told = folded(&run.stderr);
        assert!(told.contains("a few units beside those published under `OD-2024.1`"), "{told}");
        assert!(told.contains("--snapshot 1") && told.contains("coarser breakdown"), "{told}");
    }
    assert!(!house.path().join("later/platform-reports.csv").exists());
    assert_eq!(freeze("OD-2024.2", &["--snapshot", "1"]).status, 0, "on the same state of the data");
    // Enough of them, and the table may leave.
    let more = card_fraud(2000, &[("53", 9), ("75", 9), ("22", 9), ("35", 9)]);
    let file = written(&house, "more.csv", &more);
    hand.json(&["ingest", "--source", "synth-perceval", &file]);
    let later = freeze("OD-2024.3", &[]);
    assert_eq!(later.status, 0, "{}", later.stderr);
    let told = hand.json(&["indicator", "revisions", "OD-2024.1"]);
    assert!(told["rows"].as_array().unwrap().iter().any(|row| row["today"].is_number()), "{told}");
}

/// Answers a question of a cabinet, of Parliament or of the press, and finds the answer again.
///
/// Where: `/registres/question`, `beffroi record add question`, `beffroi indicator answer QST-…`.
/// Done well: the figure comes with its definition, coverage, unit, source and certificate, which nobody types; the same
/// question later leads to the same answer, or to another one that explains the revision; another person validates.
/// Must not: a number without its definition; a different figure without a word; a second record for the same question.
#[test]
fn j3_12_answer_an_ad_hoc_question() {
    let house = House::new();
    let (sol, boss) = (house.hand("sol"), house.hand("boss"));
    let totals = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo/published_totals.csv");
    sol.json(&["ingest", "--source", "demo-published-totals", totals]);
    let unknown = sol.example_refused("question", &[("indicator", "digital-crimes")]);
    assert!(unknown.contains("no card of the catalogue"), "{unknown}");
    let question = sol.add_example("question", &[]);
    let bare = sol.go_refused(&question, "answer", &[("figures", "2024 = 348000")]);
    assert!(bare.contains("without its definition says nothing") && bare.contains("unit of count"), "{bare}");
    let typed = [
        ("figures", "2024 = 348000"),
        ("definition", "1999"),
        ("coverage", "France"),
        ("unit", "offences"),
        ("source", "SSMSI"),
        ("certificate", "0123456789ABCDEF"),
    ];
    let foreign = sol.go_refused(&question, "answer", &typed);
    assert!(foreign.contains("no definition of the indicator: 2024-1"), "{foreign}");
    let ask = ["--by", "year", "--from", "2023", "--to", "2024"];
    let answer = |question: &str, more: &[&str]| {
        sol.run(&[&["--json", "indicator", "answer", question][..], &ask, more].concat())
    };
    let printed = answer(&question, &["--comment", "Under the definition of 2025."]);
    assert_eq!(printed.status, 0, "{}", printed.stderr);
    let printed = printed.json();
    let kept = sol.show(&question)["values"].clone();
    assert!(kept["figures"].to_string().contains("2024 = 348000"), "{kept}");
    for field in ["definition", "coverage", "unit", "source"] {
        assert!(kept[field].as_str().is_some_and(|text| !text.is_empty()), "{field} in {kept}");
    }
    let digest = printed["certificate"]["digest"].as_str().unwrap().to_uppercase();
    assert_eq!(kept["certificate"], digest.as_str());
    let own = sol.go_refused(&question, "validate", &[]);
    assert!(own.contains("somebody else than who prepared it"), "{own}");
    boss.go(&question, "validate", &[]);
    let sheet = boss.sheet(&question, "answer", &[]).to_string();
    assert!(sheet.contains("348000") && sheet.contains("Unit of count"), "{sheet}");

    // Asked again: the same answer is found.
    let found = sol.json(&["record", "find", "Atteintes", "numériques"]);
    assert!(found.as_array().unwrap().iter().any(|record| record["reference"] == question.as_str()), "{found}");
    let again = sol.example_refused("question", &[]);
    assert!(again.contains(&question), "the earlier answer is named: {again}");
    let lone = sol.example_refused("question", &[("distinct", "yes")]);
    assert!(lone.contains("names the earlier one"), "{lone}");

    // The source corrects its figure: another answer says so.
    let text = fs::read_to_string(totals).unwrap();
    let line = text.lines().find(|line| line.starts_with("atteintes-numeriques,2024,348000")).unwrap();
    let corrected = line.replace("348000", "347000").replace("2025-03-06", "2025-11-02");
    let file = written(&house, "corrected.csv", &text.replace(line, &corrected));
    sol.json(&["ingest", "--source", "demo-published-totals", &file]);
    let later = sol.add_example("question", &[("distinct", "yes"), ("earlier", &question)]);
    let silent = answer(&later, &[]);
    assert_eq!(silent.status, 1, "{}", silent.stdout);
    let told = folded(&silent.stderr);
    assert!(told.contains(&format!("differs from the answer {question}")) && told.contains("explain"), "{told}");
    let explained = answer(&later, &["--revision", "The source corrected 2024 in November 2025."]);
    assert_eq!(explained.status, 0, "{}", explained.stderr);
    let publication = kept["publication"].as_str().unwrap();
    let before = sol.json(&["indicator", "published", publication]);
    assert_eq!(before["figures"], printed["figures"], "the earlier answer is printed again");
}
