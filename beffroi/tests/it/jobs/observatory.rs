//! Jobs of the desk: definitions, cards, deliveries, nomenclatures, and figures read.

use super::hand::{Hand, House, rows};
use crate::demo::shared_demo;
use crate::pages::{page, sign_in};
use crate::support::Server;
use crate::upkeep::folded;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

/// The card of recorded digital offences, as the house ships it.
fn card() -> String {
    let measures = concat!(env!("CARGO_MANIFEST_DIR"), "/../pure/indicators/measures/digital-offences.toml");
    fs::read_to_string(measures).unwrap()
}

pub(super) fn written(house: &House, name: &str, text: &str) -> String {
    let path = house.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

/// Values by year of an indicator, as computed.
fn by_year(hand: Hand<'_>, more: &[&str]) -> BTreeMap<String, f64> {
    let ask = ["indicator", "compute", "digital-offences", "--by", "year", "--from", "2023", "--to", "2024"];
    let figures = hand.json(&[&ask[..], more].concat());
    values(&figures["figures"])
}

fn values(figures: &Value) -> BTreeMap<String, f64> {
    let year = |row: &Value| row["keys"]["year"].as_str().unwrap().to_owned();
    figures.as_array().unwrap().iter().map(|row| (year(row), row["value"].as_f64().unwrap_or(f64::NAN))).collect()
}

/// Keeps one definition of each phenomenon: proposes a change, shows what it does to two years, has it agreed, publishes it.
///
/// Where: `/registres/definition`, `beffroi record add definition`, `beffroi indicator check CARD.toml --quantifies DEF-…`.
/// Done well: the effect is computed on two years under both definitions before anything is published, and nobody types it;
/// a statistician and a jurist agree and a fourth person publishes; the note of the break is kept with the record.
/// Must not: a redefinition under a version that exists; a definition published before its effect is known; an agreement in
/// somebody else’s name, or by its author alone; a change of what was published.
#[test]
fn j1_3_keep_one_definition() {
    let house = House::of_demo();
    let (author, head) = (house.hand("ana"), house.hand("head"));
    let silent = author.example_refused("definition", &[("proposed_version", "2024-1")]);
    assert!(silent.contains("not redefined under the same name") && silent.contains("new version"), "{silent}");
    let unknown = author.example_refused("definition", &[("indicator", "digital-crimes")]);
    assert!(unknown.contains("no card of the catalogue"), "{unknown}");
    let reference = author.add_example("definition", &[]);
    author.go(&reference, "submit", &[]);
    let publish = [("valid_from", "2027-01-01"), ("break_note", "Three categories from 2027 on.")];
    let early = head.go_refused(&reference, "publish", &publish);
    assert!(early.contains("not quantified") && early.contains("two years"), "{early}");

    let effect = ["old_1=10", "new_1=9", "old_2=11", "new_2=9", "snapshot=1"];
    let years = [&["record", "move", &reference, "quantify", "year_1=2024", "year_2=2023"][..], &effect].concat();
    let turned = author.refused(&years);
    assert!(turned.contains("the earlier one first"), "{turned}");

    // The proposed card counts three of the four categories.
    let narrower = card().replacen("2025-1", "2027-1", 1).replace(", \"AN-LEGI\"]", "]");
    let file = written(&house, "card.toml", &narrower);
    let check = ["indicator", "check", &file, "--by", "year", "--from", "2023"];
    let one = author.refused(&[&check[..], &["--to", "2023", "--quantifies", &reference]].concat());
    assert!(one.contains("two years under both definitions"), "{one}");
    let tried = author.json(&[&check[..], &["--to", "2024", "--quantifies", &reference]].concat());
    let ratio = tried["coefficient"]["ratio"].as_f64().unwrap();
    assert!(ratio > 0.5 && ratio < 1.0, "{tried}");
    let kept = author.show(&reference);
    assert_eq!(kept["state"], "quantified", "{kept}");
    let (before, after) = (by_year(author, &[]), values(&tried["figures"][1]["figures"]));
    for (n, year) in [("1", "2023"), ("2", "2024")] {
        let of = |name: &str| kept["values"][format!("{name}_{n}")].as_f64().unwrap();
        assert_eq!((of("old"), of("new")), (before[year], after[year]), "{kept}");
        assert!(after[year] < before[year]);
    }

    let lone = head.go_refused(&reference, "publish", &publish);
    assert!(lone.contains("validated jointly") && lone.contains("jurist"), "{lone}");
    let (statistician, jurist) = (house.hand("sol"), house.hand("june"));
    let opinion = [("statistician", "sol"), ("statistical_opinion", "The break is told.")];
    let borrowed = author.go_refused(&reference, "agree_statistics", &opinion);
    assert!(borrowed.contains("your own login"), "{borrowed}");
    statistician.go(&reference, "agree_statistics", &opinion);
    jurist.go(&reference, "agree_law", &[("jurist", "june"), ("legal_opinion", "Article 2 is followed.")]);
    let own = author.go_refused(&reference, "publish", &publish);
    assert!(own.contains("somebody else publish"), "{own}");
    head.go(&reference, "publish", &publish);
    assert_eq!(head.tasks(Some(&reference)).len(), 2, "the card and the readers follow");
    let note = head.sheet(&reference, "effect", &[]);
    assert_eq!(rows(&note).iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["2023", "2024"], "{note}");
    let kept = author.set_refused(&reference, &[("perimeter_after", "Two categories.")]);
    assert!(kept.contains("frozen"), "{kept}");
}

/// Runs the catalogue of indicators: a card tells all that a figure is made of, is tried on past data, and is frozen yearly.
///
/// Where: `/indicateurs`, `beffroi indicator list | show | check | compute | freeze | published`.
/// Done well: two services that compute from the card get the same number and the same certificate; what was frozen is
/// printed again to the unit.
/// Must not: a card without source, unit or owner; a changed card under the same version; figures frozen twice under one
/// reference.
#[test]
fn j2_1_run_the_indicator_catalogue() {
    let (house, other) = (House::of_demo(), House::of_demo());
    let service = house.hand("sol");
    let shown = service.json(&["indicator", "show", "digital-offences"]);
    for part in ["label", "definition", "formula", "field", "unit", "unit_of_count", "owner", "revision", "periodicity"]
    {
        assert!(shown[part].as_str().is_some_and(|text| !text.is_empty()), "{part} in {shown}");
    }
    assert!(shown["disclosure_threshold"].as_u64() >= Some(3), "{shown}");

    let refused = |text: &str| {
        let file = written(&house, "card.toml", text);
        service.refused(&["indicator", "check", &file, "--by", "year"])
    };
    let next = card().replacen("2025-1", "2027-1", 1);
    let owner = refused(&next.replace("[owner]", "[nobody]"));
    assert!(owner.contains("owner"), "{owner}");
    let unit = refused(&next.replace("en = \"offences\"", "en = \"\""));
    assert!(unit.contains("unit is blank: say it in French and in English"), "{unit}");
    let source = refused(&next.replacen("additive = true", "additive = true\nsources = [\"hearsay\"]", 1));
    assert!(source.contains("`hearsay` is not declared") && source.contains("beffroi source list"), "{source}");
    let changed = refused(&card().replace(", \"AN-LEGI\"]", "]"));
    assert!(changed.contains("a changed definition takes a new version"), "{changed}");

    // The same card in two services.
    let file = written(&house, "card.toml", &card());
    let ask = ["indicator", "check", &file, "--by", "category,year", "--from", "2023", "--to", "2024"];
    let (here, there) = (service.json(&ask), other.hand("tom").json(&ask));
    let digest = |tried: &Value| tried["figures"][0]["certificate"]["digest"].as_str().unwrap().to_owned();
    assert_eq!((digest(&here), &here["figures"][0]["figures"]), (digest(&there), &there["figures"][0]["figures"]));

    let freeze = ["indicator", "freeze", "digital-offences", "--by", "year", "--to", "2024", "--reference", "CAT-2024"];
    let frozen = service.json(&freeze);
    assert_eq!(service.json(&["indicator", "published", "CAT-2024"])["figures"], frozen["figures"]);
    let twice = service.refused(&freeze);
    assert!(twice.contains("already a publication CAT-2024"), "{twice}");
}

const SOURCE: &str = r#"
id = "service-y"
version = 1
title = { fr = "Service Y", en = "Service Y" }
origin = { publisher = "Service Y", licence = "interne" }
layer = "platform"
legal_basis = "essai"
marking = { tlp = "GREEN", pap = "GREEN" }

[file]
format = "csv"

[delivery]
every = "month"
within_days = 20
holds = "whole"
relative = 0.02
absolute = 5.0

[[control]]
name = "total"
kind = "total"
column = "value"
expected = 300
severity = "refuse"

[[count]]
series = { const = "service-y" }
period = "period"
territory = { const = "FR" }
unit = { const = "signalement" }
value = { from = "value", required = true }
definition_version = { const = "Y-1" }
"#;

/// Brings in a delivery of a source, checked against its own totals and against the vintage before it.
///
/// Where: `/livraisons`, `beffroi ingest`, `beffroi source quality`.
/// Done well: the same file twice changes nothing; a delivery has its digest, its sheet and the list of what it changes
/// beyond the threshold; a total that does not hold lets nothing land.
/// Must not: write over a vintage; add platforms to recorded offences.
#[test]
fn j3_1_load_a_data_vintage() {
    let house = House::new();
    let hand = house.hand("sol");
    written(&house, "sources/service-y.toml", SOURCE);
    let first = written(&house, "first.csv", "period,value\n2024-01,100\n2024-02,200\n");
    let second = written(&house, "second.csv", "period,value\n2024-01,100\n2024-02,260\n");
    let ingest = |file: &str, vintage: &str, more: &[&str]| -> Vec<String> {
        let all = [&["ingest", "--source", "service-y", file, "--vintage", vintage][..], more].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    let run = |args: Vec<String>| hand.json(&args.iter().map(String::as_str).collect::<Vec<_>>());
    let landed = run(ingest(&first, "2024-03-05", &[]));
    assert_eq!((&landed["snapshot"], &landed["controls"][0]["state"]), (&1.into(), &"held".into()), "{landed}");
    let again = run(ingest(&first, "2024-03-05", &[]));
    assert_eq!((&again["snapshot"], &again["already"]), (&1.into(), &true.into()), "{again}");

    let args = ingest(&second, "2024-04-05", &[]);
    let wrong = hand.refused(&args.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(wrong.contains("expected 300, found 360") && wrong.contains("have the file corrected"), "{wrong}");
    let kept = run(ingest(&second, "2024-04-05", &["--control", "total=360"]));
    assert_eq!(kept["snapshot"], 2, "{kept}");
    let sheets = hand.json(&["source", "quality"]);
    let of = |snapshot: u64| {
        sheets.as_array().unwrap().iter().find(|sheet| sheet["outcome"]["snapshot"] == snapshot).unwrap().clone()
    };
    let changed = &of(2)["differences"]["changed"];
    assert_eq!(changed["n"], 1, "{changed}");
    assert_eq!((&changed["first"][0]["before"], &changed["first"][0]["after"]), (&200.0.into(), &260.0.into()));
    assert_eq!(of(1)["delivery"]["file_sha256"].as_str().map(str::len), Some(64));

    // The vintage before is where it was.
    let vintage = hand.json(&["snapshot", "show", "1"]);
    assert_eq!(
        (&vintage["delivery"]["vintage"], &vintage["delivery"]["rows_accepted"]),
        (&"2024-03-05".into(), &2.into())
    );
    for wrong in [&["--where", "layer=platform"][..], &["--by", "layer"]] {
        let told = hand.refused(&[&["indicator", "compute", "digital-offences"][..], wrong].concat());
        assert!(told.contains("never added") && told.contains("show them side by side"), "{told}");
    }
}

/// The whole number of a cell: digits and sign.
fn number(cell: &str) -> i64 {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    let sign = if cell.contains(['-', '−']) { -1 } else { 1 };
    sign * digits.parse::<i64>().unwrap_or_else(|_| panic!("no number in `{cell}`"))
}

/// Reconciles two totals of one year that do not agree: what differs, by how much, and what is left unexplained.
///
/// Where: `/rapprochements`, `beffroi source duplicates`, `beffroi indicator definitions`.
/// Done well: the steps and the residual together make the difference exactly, and the residual is shown; what two sources
/// both saw is estimated by pairs, each with its reason and its confidence.
/// Must not: force equality; remove what looks like a duplicate; go from one definition to another without saying so.
#[test]
fn j3_3_reconcile_incoherent_sources() {
    let server = Server::start(shared_demo());
    let cookie = sign_in(&server);
    let text = page(&server, &cookie, "/rapprochements").text();
    let way = &text[text.find("id=\"passage\"").expect("a way from one total to another")..];
    let cells = way.split("<td class=\"num\">").skip(1).map(|cell| number(&cell[..cell.find('<').unwrap()]));
    let amounts: Vec<i64> = cells.collect();
    let (difference, steps) = amounts.split_last().unwrap();
    assert!(steps.len() >= 2, "a step and the residual: {amounts:?}");
    assert_eq!(steps.iter().sum::<i64>(), *difference, "{amounts:?}");
    assert_ne!(steps.last(), Some(&0), "what is left is shown as left: {amounts:?}");

    // One victim who told both a unit and the online complaint.
    let house = House::new();
    let hand = house.hand("sol");
    let online = r#"{"id":"T1","facts_on":"2025-03-01","reported_on":"2025-03-03","department":"35","category":"AN-BIENS","phenomenon":"fake_shop","stad":false,"victim":"individual","sex":"male","age_band":"65+","loss_eur":120.5,"author":{"phones":[],"domains":[],"emails":[],"ibans":[]},"victim_phone":"0639980001"}"#;
    let unit = "NUMERO;DATE_FAITS;DATE_PLAINTE;DEPT;CATEGORIE;PHENOMENE;STAD;VICTIME;SECTEUR;PREJUDICE_EUR;TELEPHONE_AUTEUR;SITE;COURRIEL;IBAN;TELEPHONE_VICTIME;SEXE;TRANCHE_AGE;TAILLE\nU1;02/03/2025;04/03/2025;35;AN-BIENS;fake_shop;N;particulier;;120,50;;;;;0639980001;M;65+;\n";
    let (online, unit) = (written(&house, "t.jsonl", online), written(&house, "u.csv", unit));
    hand.json(&["ingest", "--source", "synth-thesee", &online]);
    hand.json(&["ingest", "--source", "synth-unites", &unit]);
    let pairs = hand.json(&[
        "source",
        "duplicates",
        "synth-thesee",
        "--since",
        "2025-01-01",
        "--until",
        "2025-12-31",
        "--synthetic",
    ]);
    assert_eq!(pairs.as_array().map(Vec::len), Some(1), "{pairs}");
    assert_eq!(pairs[0]["reason"], "same-victim", "{pairs}");
    assert!(pairs[0]["confidence"].as_f64() > Some(0.9), "{pairs}");
    let all = hand.json(&["indicator", "compute", "digital-offences", "--by", "year"]);
    assert_eq!(all["figures"][0]["value"], 2.0, "nothing was removed: {all}");

    let demo = House::of_demo();
    let both = demo.hand("sol").run(&["indicator", "definitions", "digital-offences-published", "--by", "year"]);
    assert!(folded(&both.stdout).contains("are not added, and no growth goes from one to another"), "{}", both.stdout);
}

/// Reads a trend: season taken out, declared breaks respected, a range where the modus operandi is often missing.
///
/// Where: `/indicateurs/CODE`, `/registres/trend_note`, `beffroi indicator compute --adjust seasonal`, `beffroi record add trend_note`.
/// Done well: the treatment and its settings are on the certificate, with the break where the series is cut; the note has
/// the four lines under its chart and is published by somebody else than its author.
/// Must not: a growth or a trend across a break or two definitions; a cause without what shows it; one figure where a range
/// is due.
#[test]
fn j3_4_analyse_trends() {
    let house = House::of_demo();
    let analyst = house.hand("ana");
    let compute = ["indicator", "compute", "digital-offences", "--by", "month", "--adjust", "seasonal"];
    let adjusted = analyst.json(&compute);
    let method = adjusted["certificate"]["method"].as_str().unwrap();
    assert!(method.contains("stl period=12") && method.contains("breaks=2022-03"), "{method}");
    let range =
        analyst.json(&["indicator", "compute", "ransomware-range", "--by", "year", "--from", "2024", "--to", "2024"]);
    let row = &range["figures"][0];
    assert!(row["high"].as_f64() >= row["value"].as_f64() && !row["completeness"].is_null(), "{row}");
    for (code, from, to, words) in [
        ("digital-offences", "2021", "2023", "broken at 2022-03"),
        ("digital-offences-published", "2022", "2023", "under one definition"),
    ] {
        let told = analyst.refused(&["indicator", "compare", code, "--from", from, "--to", to]);
        assert!(told.contains(words), "{told}");
    }

    let refused = |other: &[(&str, &str)]| analyst.example_refused("trend_note", other);
    let unknown = refused(&[("indicator", "digital-crimes")]);
    assert!(unknown.contains("no card of the catalogue"), "{unknown}");
    let broken = refused(&[("period", "2021-01-01/2023-12-31")]);
    assert!(broken.contains("broken at 2022-03") && broken.contains("one side"), "{broken}");
    let cause = refused(&[("claim", "cause")]);
    assert!(cause.contains("say what shows it"), "{cause}");
    let one = refused(&[("incomplete", "yes")]);
    assert!(one.contains("low and a high value"), "{one}");
    let note = analyst.add_example("trend_note", &[]);
    analyst.go(&note, "submit", &[]);
    let own = analyst.go_refused(&note, "publish", &[]);
    assert!(own.contains("somebody else than its author"), "{own}");
    house.hand("boss").go(&note, "publish", &[]);
    let sheet = analyst.sheet(&note, "note", &[]).to_string();
    for line in ["Reading", "Coverage", "Source"] {
        assert!(sheet.contains(line), "{line} in {sheet}");
    }
}

/// The rows of card fraud of a month, by department.
pub(super) fn card_fraud(first: usize, by_department: &[(&str, usize)]) -> String {
    let mut text = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon\n".to_owned();
    let mut n = first;
    for (department, count) in by_department {
        for _ in 0..*count {
            text.push_str(&format!("P{n},2024-03-02,2024-03-01,{department},12.50,shop.example,card_fraud\n"));
            n += 1;
        }
    }
    text
}

/// Maintains the nomenclatures: brings an edition in, shows what it changes, puts it in use.
///
/// Where: `/nomenclatures`, `beffroi codes import | show | map | switch`.
/// Done well: what an edition changes in codes and in figures is shown before it is put in use; every code that ends has
/// what took its place; going back gives the figures of before to the bit; who switched is in the journal.
/// Must not: delete a code, even one that the publisher dropped.
#[test]
fn j11_2_maintain_nomenclatures() {
    let house = House::new();
    let hand = house.hand("rea");
    let file = written(&house, "march.csv", &card_fraud(0, &[("53", 20), ("75", 12)]));
    hand.json(&["ingest", "--source", "synth-perceval", &file]);
    let digest = || {
        let compute = ["indicator", "compute", "platform-reports", "--by", "department"];
        hand.json(&compute)["certificate"]["digest"].clone()
    };
    let before = digest();
    let edition = crate::code_lists::departments(house.path());
    let file = written(&house, "departments.csv", &edition);
    let shown = hand.json(&["codes", "import", "departments", &file]);
    let row = &shown["effect"]["rows"][0];
    assert_eq!((&row["code"], &row["rows"], &row["becomes"][0]), (&"53".into(), &20.into(), &"979".into()), "{shown}");
    assert_eq!(shown["switched"], false, "{shown}");
    assert_eq!(digest(), before, "nothing changes before it is put in use");

    // A code that an edition leaves out ends; it is not deleted.
    let lines: Vec<&str> = edition.lines().filter(|line| !line.starts_with("75,")).collect();
    let lacking = written(&house, "lacking.csv", &lines.join("\n"));
    let shown = hand.json(&["codes", "import", "departments", &lacking]);
    let left: Vec<&Value> = shown["effect"]["rows"].as_array().unwrap().iter().collect();
    assert!(left.iter().any(|row| row["code"] == "75" && row["rows"] == 12), "{shown}");

    hand.json(&["codes", "import", "departments", &file, "--switch"]);
    assert_ne!(digest(), before);
    let old = hand.json(&["codes", "show", "departments"]);
    let ended = old["codes"].as_array().unwrap().iter().find(|code| code["code"] == "53").unwrap();
    assert!(ended["valid_to"].is_string() && ended["replaced_by"].to_string().contains("979"), "{ended}");
    let told = hand.run(&["--json", "audit", "list", "--who", "rea"]).stdout;
    assert!(told.contains("departments@COG-2025"), "{told}");
    hand.json(&["codes", "switch", "departments", "COG-2024"]);
    assert_eq!(digest(), before, "back to the figures of before");

    // What facts carry is never taken away.
    hand.json(&["codes", "switch", "departments", "COG-2025"]);
    let later = card_fraud(9000, &[("979", 6)]).replace("2024-03", "2025-03");
    let later = written(&house, "later.csv", &later);
    hand.json(&["ingest", "--source", "synth-perceval", &later]);
    let taken = hand.refused(&["codes", "switch", "departments", "COG-2024"]);
    assert!(taken.contains("979"), "{taken}");

    // A publisher's edition holds what is in force and no more: what it drops ends, and stays.
    let natinf = |numbers: &str| {
        format!(
            "Numéro NATINF;Nature de l'infraction;Qualification de l'infraction;Définie par;Réprimée par\n{numbers}"
        )
    };
    let one = "7875;Délit;ESCROQUERIE;ART.313-1 AL.1 C.PENAL.;ART.313-1 AL.2 C.PENAL.\n";
    let two = "23893;Délit;ACCES FRAUDULEUX;ART.323-1 AL.1 C.PENAL.;ART.323-1 AL.1 C.PENAL.\n";
    for (name, text, version, day) in [
        ("n1.csv", natinf(&format!("{one}{two}")), "2026-01", "2026-01-01"),
        ("n2.csv", natinf(one), "2026-04", "2026-04-01"),
    ] {
        let file = written(&house, name, &text);
        let import = ["codes", "import", "natinf", &file, "--version", version, "--valid-from", day, "--switch"];
        hand.json(&import);
    }
    let list = hand.json(&["codes", "show", "natinf"]);
    let dropped = list["codes"].as_array().unwrap().iter().find(|code| code["code"] == "23893").unwrap();
    assert_eq!(dropped["valid_to"], "2026-03-31", "{dropped}");
}
