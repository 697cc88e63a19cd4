//! Jobs of the desk: law.

use super::hand::{Hand, House, rows};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The day so many days from today.
fn day(days: i64) -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date();
    today.saturating_add(jiff::Span::new().days(days)).to_string()
}

/// How many files moves kept with a record.
fn kept(hand: Hand<'_>, reference: &str) -> usize {
    hand.show(reference)["attached"].as_array().unwrap().len()
}

/// A version of article 323-1 as the interface of Légifrance gives it.
fn version(id: &str, from: &str, until: &str, state: &str, text: &str) -> Value {
    json!({
        "id": id, "cid": "LEGIARTI000006418316", "type": "AUTONOME", "num": "323-1", "texteHtml": text, "etat": state,
        "dateDebut": from, "dateFin": until,
    })
}

/// A code in two files: as it stood in 2020, and as it stands since 2023.
fn files(folder: &Path) -> (PathBuf, PathBuf) {
    let code = |as_of: &str, articles: Value| {
        json!({
            "id": "LEGITEXT000006070719", "title": "Code pénal", "type": "code", "jurisDate": as_of,
            "sections": [{ "title": "Livre III", "sections": [], "articles": articles }],
        })
    };
    let two_years = "<p>Deux ans d’emprisonnement et 60 000 euros d’amende.</p>";
    let older =
        code("2020-01-01", json!([version("LEGIARTI000030939438", "2015-07-27", "2999-01-01", "VIGUEUR", two_years)]));
    let newer = code(
        "2024-01-01",
        json!([
            version("LEGIARTI000030939438", "2015-07-27", "2023-01-26", "MODIFIE", two_years),
            version(
                "LEGIARTI000047052655",
                "2023-01-26",
                "2999-01-01",
                "VIGUEUR",
                "<p>Trois ans d’emprisonnement et 100 000 euros d’amende.</p>"
            ),
        ]),
    );
    let write = |name: &str, text: &Value| {
        let path = folder.join(name);
        std::fs::write(&path, text.to_string()).unwrap();
        path
    };
    (write("2020.json", &older), write("2024.json", &newer))
}

fn import(hand: Hand<'_>, file: &Path) -> Value {
    hand.json(&["law", "import", file.to_str().unwrap()])
}

/// Watch the law each day: bring texts by version, tell the law of a day, write the note, send it, have it read.
///
/// Where: /registres/article_version, /registres/watch_note; beffroi law import FILE…, beffroi law at ARTICLE DATE, beffroi law diff ARTICLE DATE DATE
/// Done well: the text of the day is to be noted within the day, on the board; the article is that of the day of the facts, and what cannot be told is said; each service and reader named has a task to confirm reading, and the note is closed once all have; a note that calls for it opens the change of the law.
/// Must not: an article cited without the date of its version is refused, in the list of articles and in the text; a number without its code names no article.
#[test]
fn j9_1_watch_the_law() {
    let house = House::new();
    let jurist = house.hand("juriste.veille");
    let (older, newer) = files(house.path());

    // Brought twice, a file changes nothing; a newer one ends a version and adds the next.
    assert_eq!(import(jurist, &older)["added"], 1);
    let again = import(jurist, &older);
    assert_eq!((&again["added"], &again["changed"]), (&json!(0), &json!(0)));
    let brought = import(jurist, &newer);
    assert_eq!((&brought["added"], &brought["changed"]), (&json!(1), &json!(1)), "{brought}");
    let back = import(jurist, &older);
    assert_eq!((&back["added"], &back["changed"]), (&json!(0), &json!(0)), "an older file takes nothing back");
    let broken = house.path().join("broken.xml");
    std::fs::write(&broken, "<!DOCTYPE a [<!ENTITY e 'x'>]><ARTICLE/>").unwrap();
    assert!(jurist.refused(&["law", "import", broken.to_str().unwrap()]).contains("DOCTYPE"));
    // What cannot be read of an article is told, and does not stop the rest.
    let odd = house.path().join("odd.json");
    std::fs::write(&odd, std::fs::read_to_string(&newer).unwrap().replace("\"VIGUEUR\"", "\"PEUT_ETRE\"")).unwrap();
    let found = import(jurist, &odd);
    assert!(found["findings"][0]["why"].as_str().unwrap().contains("PEUT_ETRE"), "{found}");

    // The law of the day of the facts, and what changed.
    let at = |article: &str, day: &str| jurist.json(&["law", "at", article, day]).to_string();
    let facts = at("CP 323-1", "2021-05-04");
    assert!(
        facts.contains("Deux ans") && facts.contains("LEGIARTI000030939438") && !facts.contains("Trois"),
        "{facts}"
    );
    assert!(at("Code pénal 323-1", "2023-01-26").contains("Trois ans"));
    assert!(at("LEGIARTI000047052655", "2023-01-25").contains("Deux ans"));
    let before = at("CP 323-1", "2010-01-01");
    assert!(before.contains("cannot be told") && before.contains("27 July 2015"), "{before}");
    let late = at("CP 323-1", &day(0));
    assert!(late.contains("Check on Légifrance"), "what is newer than the files is not vouched for: {late}");
    let diff = jurist.json(&["law", "diff", "CP 323-1", "2022-01-01", "2023-06-01"]).to_string();
    assert!(diff.contains("[− Deux −]") && diff.contains("[+ Trois +]"), "{diff}");
    let said = jurist.refused(&["law", "at", "323-1", "2021-05-04"]);
    assert!(said.contains("names no article") && said.contains("CP 323-1"), "{said}");
    let said = jurist.refused(&["law", "at", "CP 226-2-1", "2021-05-04"]);
    assert!(said.contains("not known here") && said.contains("Code pénal"), "{said}");
    // The same on the web and as a paper: a sheet of the register.
    let sheet = jurist.sheet("article_version", "at_date", &[("article", "CP 323-1"), ("date", "2021-05-04")]);
    assert!(sheet.to_string().contains("Deux ans"), "{sheet}");

    // The note: identified, dated, told.
    let (today, soon) = (day(0), day(40));
    let own = [("published", today.as_str()), ("in_force", soon.as_str()), ("units", "command")];
    let articles = format!("CP 323-1@{soon}");
    let with = |more: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        own.iter().chain(more).map(|(field, text)| (*field, (*text).to_owned())).collect()
    };
    let refused = |more: &[(&'static str, &str)]| {
        let all = with(more);
        let all: Vec<(&str, &str)> = all.iter().map(|(field, text)| (*field, text.as_str())).collect();
        jurist.example_refused("watch_note", &all)
    };
    let said = refused(&[("articles", "CP 323-1")]);
    assert!(said.contains("without the date of its version") && said.contains("@2023-01-26"), "{said}");
    let said = refused(&[("articles", &articles), ("what", "Les articles 323-1 et 323-4-1 sont modifiés.")]);
    assert!(said.contains("323-4-1") && said.contains("without the date of its version"), "{said}");
    let said = refused(&[("articles", &articles), ("text_id", "la loi de janvier")]);
    assert!(said.contains("no identifier of a text") && said.contains("NOR"), "{said}");
    let note = with(&[("articles", &articles)]);
    let note: Vec<(&str, &str)> = note.iter().map(|(field, text)| (*field, text.as_str())).collect();
    let note = jurist.add_example("watch_note", &note);
    let due = jurist.deadlines("4d");
    assert!(due.iter().any(|line| line["reference"] == note.as_str() && line["clock"] == "note"), "{due:?}");
    jurist.set(&note, &[("in_force", "")]);
    let said = jurist.go_refused(&note, "send", &[]);
    assert!(said.contains("Say from when"), "{said}");
    jurist.set(&note, &[("in_force", &soon)]);
    jurist.go(&note, "send", &[]);
    let due = jurist.deadlines("4d");
    assert!(!due.iter().any(|line| line["reference"] == note.as_str() && line["clock"] == "note"), "it is noted");

    // A task for the service and for each kind of reader; closed once all have read; the change of the law is open.
    let tasks = jurist.tasks(Some(&note));
    let mut whom: Vec<&str> = tasks.iter().map(|task| task["item"].as_str().unwrap()).collect();
    whom.sort_unstable();
    assert_eq!(whom, ["command", "correspondents", "trainers"]);
    let said = jurist.go_refused(&note, "close", &[("balance", "Lue par tous.")]);
    assert!(said.contains("still to be confirmed") && said.contains('3'), "{said}");
    for task in &tasks {
        jurist.run(&["record", "done", task["id"].as_str().unwrap(), "Lu."]);
    }
    jurist.go(&note, "close", &[("balance", "Lue par tous.")]);
    let change = &jurist.list("law_change")[0];
    assert_eq!((&change["values"]["note"], &change["values"]["article"]), (&json!(note), &json!([articles])));
    // A note that nobody is told of is none.
    let nobody = jurist.add_example("watch_note", &[("readers", ""), ("follow", "no")]);
    assert!(jurist.go_refused(&nobody, "send", &[]).contains("name the services or the readers"));
}

/// Propagate a change of the law: a task for each tool it touches, due on the day it enters into force, until none is left.
///
/// Where: /registres/law_change; the impact sheet: beffroi record sheet LAW-… impact
/// Done well: announcing opens a task for each tool, due on the entry into force; the impact sheet says of each tool when it was updated, and whether in time; the change is closed, and its sheet kept, once no tool is left behind.
/// Must not: facts are not classified anew without a new version of the definition; a change is not closed while a tool is outdated.
#[test]
fn j9_2_propagate_a_change() {
    let house = House::new();
    let (jurist, statistician) = (house.hand("juriste.veille"), house.hand("statisticien"));
    let (published, in_force) = (day(-10), day(20));
    let dates = [("published", published.as_str()), ("in_force", in_force.as_str())];
    let change = jurist.add_example("law_change", &[dates[0], dates[1], ("impacts", "classification\nmodule\nform")]);
    jurist.go(&change, "announce", &[]);
    let tasks = jurist.tasks(Some(&change));
    assert_eq!(tasks.len(), 3);
    let due = format!("{in_force}T");
    assert!(tasks.iter().all(|task| task["due"].as_str().unwrap().starts_with(&due)), "{tasks:?}");
    assert!(tasks.iter().any(|task| task["what"].as_str().unwrap().contains("Training module")), "{tasks:?}");

    // Each tool, when it was updated; nothing is told before it is done.
    let said = statistician.go_refused(&change, "update", &[("classification_on", &day(3))]);
    assert!(said.contains("once it is made"), "{said}");
    statistician.go(&change, "update", &[("classification_on", &day(0)), ("definition", "cyber-2026@4")]);
    let said = jurist.go_refused(&change, "close", &[("balance", "Deux outils restent.")]);
    assert!(said.contains("module") && said.contains("form") && said.contains("Update them"), "{said}");
    let sheet = rows(&jurist.sheet(&change, "impact", &[]));
    assert_eq!(sheet[0][2], "in time");
    assert!(sheet[1..].iter().all(|row| row[2] == "to be updated"), "{sheet:?}");
    jurist.go(&change, "update", &[("module_on", &day(-1)), ("form_on", &day(-1))]);
    jurist.go(&change, "close", &[("balance", "Tout est à jour avant l’entrée en vigueur.")]);
    assert_eq!(kept(jurist, &change), 1, "the impact sheet is kept");

    // In force and not updated: outdated, and said so.
    let (yesterday, before) = (day(-1), day(-30));
    let late = [("published", before.as_str()), ("in_force", yesterday.as_str()), ("impacts", "flash")];
    let late = jurist.add_example("law_change", &late);
    jurist.go(&late, "announce", &[]);
    let sheet = jurist.sheet(&late, "impact", &[]).to_string();
    assert!(sheet.contains("Outdated: the law has changed"), "{sheet}");
    assert!(jurist.deadlines("1d").iter().any(|line| line["reference"] == late.as_str() && line["late"] == true));

    // Nothing before its publication unless it says so, and then under a new definition.
    let (published, earlier) = (day(-5), day(-400));
    let dates = [("published", published.as_str()), ("in_force", earlier.as_str())];
    let said = jurist.example_refused("law_change", &dates);
    assert!(said.contains("retroactive"), "{said}");
    let back = jurist.add_example("law_change", &[dates[0], dates[1], ("retroactive", "yes")]);
    let said = jurist.go_refused(&back, "announce", &[]);
    assert!(said.contains("without a new version of the definition"), "{said}");
    jurist.go(&back, "announce", &[("definition", "cyber-2026@5")]);
    // Nor is it made so once it is announced.
    let quiet = jurist.add_example("law_change", &[("published", &day(-5)), ("in_force", &day(9))]);
    jurist.go(&quiet, "announce", &[]);
    assert!(jurist.set_refused(&quiet, &[("retroactive", "yes")]).contains("new version of the definition"));
}

/// Anticipate and take part: follow a bill by its stages, take a position with four eyes, with sourced figures, tell the outcome.
///
/// Where: /registres/bill; beffroi record sheet BILL-… card, beffroi record sheet BILL-… position_file
/// Done well: the next stage is on the board; figures are sourced and dated; the outcome is recorded with the file of the position as it stood, and an adopted text opens the task of its watch note.
/// Must not: a figure without source or date is refused; a position that is not public is marked AMBER at least, and is not on the card that is handed on; what was taken by two persons is not changed by one.
#[test]
fn j9_3_anticipate_and_take_part() {
    let house = House::new();
    let (jurist, chief) = (house.hand("juriste.textes"), house.hand("chef.bureau"));
    let next = day(10);
    let secret = "Soutenir un an, refuser la conservation générale.";
    let bill = jurist.add_example("bill", &[("stage_on", &day(-20)), ("next_on", &next), ("position", secret)]);
    assert!(jurist.deadlines("15d").iter().any(|line| line["reference"] == bill.as_str() && line["clock"] == "next"));
    assert_eq!(jurist.show(&bill)["marking"]["tlp"], "AMBER");
    for wrong in ["348 000 atteintes", "348 000 atteintes | SSMSI", "348 000 atteintes | SSMSI | 2999-01-01"] {
        let said = jurist.set_refused(&bill, &[("figures", wrong)]);
        assert!(said.contains("has its source and its day"), "{wrong}: {said}");
    }
    jurist.set(&bill, &[("figures", "348 000 atteintes numériques | SSMSI, Interstats | 2025-03-11")]);

    // Four eyes, then no change but by taking it again.
    assert_ne!(jurist.run(&["record", "move", &bill, "take_position"]).status, 0, "not by its author");
    chief.go(&bill, "take_position", &[]);
    let said = jurist.set_refused(&bill, &[("position", "Autre chose.")]);
    assert!(said.contains("taken by two persons") && said.contains("take_again"), "{said}");
    jurist.set(&bill, &[("stage", "committee"), ("stage_on", &day(-1))]);

    // The card goes out without the position; the file has it, and says that it stays.
    let card = jurist.sheet(&bill, "card", &[]).to_string();
    assert!(
        card.contains("The position is not public") && card.contains("SSMSI") && !card.contains("Soutenir"),
        "{card}"
    );
    let file = jurist.sheet(&bill, "position_file", &[]).to_string();
    assert!(file.contains("Soutenir") && file.contains("does not leave the house"), "{file}");
    chief.go_because(&bill, "publish", &[("public_on", &day(0))], "Position dite en séance.");
    assert!(jurist.sheet(&bill, "card", &[]).to_string().contains("Soutenir"));

    // The outcome.
    let today = day(0);
    let settled =
        [("outcome", "Adopté avec deux de nos amendements."), ("settled_on", today.as_str()), ("adopted", "yes")];
    assert!(jurist.go_refused(&bill, "settle", &settled).contains("Identifier of the adopted text"));
    let whole: Vec<(&str, &str)> = settled.iter().copied().chain([("adopted_id", "32026R0001")]).collect();
    jurist.go(&bill, "settle", &whole);
    assert_eq!(kept(jurist, &bill), 1, "the file as it stood");
    assert!(jurist.tasks(Some(&bill))[0]["what"].as_str().unwrap().contains("watch note"));
}
