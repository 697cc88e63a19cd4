//! An exercise end to end: made in a folder of its own, played, scored; mixed with nothing, both ways; and the planted
//! threat of the demonstration, looked at week by week.

use crate::demo::shared_demo;
use crate::support::{Server, copy, request, run, succeed};
use serde_json::Value;
use std::fs;
use std::path::Path;

const PLAN: &str = r#"
name = "Exercice d’essai"
first = "2025-W30"
last = "2025-W36"

[[delivery]]
source = "synth-unites"
from = "2025-W22"
shares = [70, 20, 10]

[[wave]]
id = "colis"
phenomenon = "phishing"
departments = ["59", "62", "80"]
start = "2025-W32"
weeks = 3
shape = "step"
peak = 25
verdict = "new"
new_domain = true

[[wave]]
id = "conseillers"
phenomenon = "fake_bank_adviser"
start = "2025-W34"
weeks = 2
shape = "step"
peak = 40
verdict = "variant"

[[trap]]
id = "retard"
kind = "late-delivery"
departments = ["13", "31"]
start = "2025-W30"
weeks = 2
"#;

#[test]
fn an_exercise_is_made_played_and_scored_and_mixed_with_nothing() {
    let place = tempfile::tempdir().unwrap();
    let (data, plan) = (place.path().join("exercise"), place.path().join("plan.toml"));
    fs::write(&plan, PLAN).unwrap();
    let waves = plan.display().to_string();
    let create = ["exercise", "create", "--waves", &waves, "--reports", "20000", "--json"];
    let made = succeed(&data, &create).json();
    assert_eq!((&made["waves"], &made["traps"]), (&2.into(), &1.into()));
    assert_eq!(made["accounts"].as_array().map(Vec::len), Some(3));

    // Played in two parts; what was played is not played again.
    let first = succeed(&data, &["exercise", "run", "--until", "2025-W33", "--json"]).json();
    assert_eq!(first["looks"].as_array().map(Vec::len), Some(4));
    let played = succeed(&data, &["exercise", "run", "--json"]).json();
    assert_eq!(played["looks"].as_array().map(Vec::len), Some(7));
    let curve = place.path().join("curve.csv");
    let csv = curve.display().to_string();
    let scores = succeed(&data, &["exercise", "score", "--json", "--curve", &csv]).json();
    assert_eq!(scores["watch"]["n_found"], 2, "{}", scores["watch"]);
    assert!(scores["watch"]["waves"][0]["delay"]["weeks"].as_u64() <= Some(1), "{}", scores["watch"]);
    assert!(scores["watch"]["most_in_a_week"].as_u64() <= Some(5), "{}", scores["watch"]);
    assert_eq!(scores["detectors"].as_array().map(Vec::len), Some(48));
    // A third of a week's complaints is still to come when it ends; the forecast makes up for most of it.
    let now = &scores["nowcast"][0];
    let of = |name: &str| now[name].as_f64().unwrap();
    assert!(now["weeks_after"] == 0 && of("missing") > 0.1 && of("error_after") < of("error_before"), "{now}");
    assert!(fs::read_to_string(&curve).unwrap().lines().count() == 50);
    let table = succeed(&data, &["exercise", "score"]).stdout;
    assert!(table.contains("EXERCISE") && table.contains("farrington-flexible") && table.contains("colis"), "{table}");

    // Each page says so, even before anybody is known.
    let server = Server::start(&data);
    let door = request(&server.address, "GET", "/connexion", &[], "");
    assert!(door.header("x-exercise").is_some() && door.text().contains("EXERCI"), "{}", door.text());
    server.interrupt();

    // Nothing real comes in, nobody real is put on the list.
    let real = place.path().join("real.csv");
    fs::write(&real, "a;b\n").unwrap();
    let refused = run(&data, &["ingest", "--source", "demo-phishing", &real.display().to_string()]);
    assert!(refused.status == 1 && refused.stderr.contains("exercise"), "{}", refused.stderr);
    let list = place.path().join("list.csv");
    let who = "id,name,direction,service,mail,tlp,pap,exercise\nx,X,D,S,x@d.example,GREEN,GREEN,";
    fs::write(&list, format!("{who}no\n")).unwrap();
    let refused = run(&data, &["recipient", "import", &list.display().to_string()]);
    assert!(refused.status == 1 && refused.stderr.contains("exercise"), "{}", refused.stderr);
    fs::write(&list, format!("{who}yes\n")).unwrap();
    succeed(&data, &["recipient", "import", &list.display().to_string()]);

    // Nothing of it goes elsewhere, and it is not made over something.
    let other = place.path().join("other");
    succeed(&other, &["init"]);
    let file = data.join("exercise/synth-unites.csv").display().to_string();
    let refused = run(&other, &["ingest", "--source", "synth-unites", &file]);
    assert!(refused.status == 1 && refused.stderr.contains("exercise"), "{}", refused.stderr);
    let refused = run(&other, &create);
    assert!(refused.status == 1 && refused.stderr.contains("not empty"), "{}", refused.stderr);
    assert_eq!(run(&other, &["exercise", "score"]).status, 1);

    // The mark cannot be taken off, nor half of an exercise be used for something else.
    for (what, remove) in [("the folder", "exercise/plan.toml"), ("the lake", "lake/EXERCISE")] {
        let stripped = place.path().join("stripped");
        copy(&data, &stripped);
        fs::remove_file(stripped.join(remove)).unwrap();
        let refused = run(&stripped, &["signal", "list"]);
        assert!(refused.status == 1 && refused.stderr.contains("mixes an exercise"), "{what}: {}", refused.stderr);
        fs::remove_dir_all(&stripped).unwrap();
    }
    for (from, to) in [(&data, &other), (&other, &data)] {
        let mixed = place.path().join("mixed");
        copy(to, &mixed);
        for name in ["store.sqlite", "store.sqlite-wal", "store.sqlite-shm"] {
            let _ = fs::remove_file(mixed.join(name));
            if from.join(name).exists() {
                fs::copy(from.join(name), mixed.join(name)).unwrap();
            }
        }
        fs::remove_dir_all(mixed.join("keys")).unwrap();
        copy(&from.join("keys"), &mixed.join("keys"));
        let refused = run(&mixed, &["signal", "list"]);
        assert!(refused.status == 1 && refused.stderr.contains("mixes an exercise"), "{}", refused.stderr);
        fs::remove_dir_all(&mixed).unwrap();
    }
    // The twin: both as they are open.
    succeed(&data, &["signal", "list"]);
    succeed(&other, &["signal", "list"]);
}

#[test]
fn a_plan_that_cannot_be_is_refused_before_anything_is_made() {
    let place = tempfile::tempdir().unwrap();
    let (data, plan) = (place.path().join("exercise"), place.path().join("plan.toml"));
    let waves = plan.display().to_string();
    for (from, to, words) in
        [("phishing", "phish", "phenomena"), ("peak = 25", "peak = 0", "peak"), ("name =", "nom =", "plan")]
    {
        fs::write(&plan, PLAN.replacen(from, to, 1)).unwrap();
        let refused = run(&data, &["exercise", "create", "--waves", &waves]);
        assert!(refused.status == 1 && refused.stderr.contains(words), "{}", refused.stderr);
        assert!(!data.exists());
    }
    // The plan that ships is one.
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo/exercise.toml");
    assert!(beffroi_exercise::read_plan(&fs::read_to_string(shipped).unwrap()).is_ok());
}

#[test]
fn the_demonstration_is_no_exercise() {
    let signals = succeed(shared_demo(), &["signal", "list", "--json"]).json();
    assert!(signals.as_array().is_some_and(|all: &Vec<Value>| !all.is_empty()));
    assert!(!shared_demo().join("exercise").exists());
}
