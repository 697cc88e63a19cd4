//! Erasure with the real program: after its term, or on a decision, nothing of a report is left in any file of the data
//! folder, and nothing else has changed.

use crate::support::{beffroi, run, succeed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

/// Stands in what is to be erased and nowhere else.
const CANARY: &str = "canary-51d8c0e7fa3942b6";
const HEAD: &str = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon";
/// A source of this site, whose ground has no term but the one that is set.
const SOURCE: &str = "site-reports";

/// A data folder with such a source, and a term of thirty days for it.
fn folder(place: &Path) -> PathBuf {
    let data = place.join("data");
    succeed(&data, &["init"]);
    let path = data.join("beffroi.toml");
    let settings = fs::read_to_string(&path).unwrap();
    fs::write(&path, settings.replace("[retention]\n", "[retention]\nterms = { reports-other = { days = 30 } }\n"))
        .unwrap();
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sources/synth-perceval.toml");
    let text = fs::read_to_string(model).unwrap();
    let text = text.replace("synth-perceval", SOURCE).replace("synthetic = true", "synthetic = false");
    let ours: String = text
        .lines()
        .map(|line| if line.starts_with("legal_basis") { "legal_basis = \"acte fabriqué\"" } else { line })
        .flat_map(|line| [line, "\n"])
        .collect();
    fs::create_dir_all(data.join("sources")).unwrap();
    fs::write(data.join("sources").join(format!("{SOURCE}.toml")), ours).unwrap();
    data
}

/// Lands made-up reports; each pair shares a site, so that they link; one row is set aside.
fn land(place: &Path, data: &Path, name: &str, mark: &str, n_rows: usize) {
    let mut text = format!("{HEAD}\n");
    for row in 0..n_rows {
        let site = row / 2;
        text.push_str(&format!("{mark}-{row},2024-03-02,2024-03-01,75,1.00,{mark}{site}.example,card_fraud\n"));
    }
    text.push_str(&format!("{mark}-bad,{mark}-no-day,,75,1.00,,card_fraud\n"));
    let path = place.join(name);
    fs::write(&path, text).unwrap();
    succeed(data, &["ingest", "--source", SOURCE, &path.display().to_string()]);
}

/// Makes the delivery of a version of the table one of long ago.
fn age(data: &Path, n: u64) {
    let path = data.join(format!("lake/reports/_delta_log/{n:020}.json"));
    let lines = fs::read_to_string(&path).unwrap();
    let aged = lines.lines().map(|line| {
        let mut action: Value = serde_json::from_str(line).unwrap();
        if let Some(at) = action.pointer_mut("/commitInfo/beffroi.delivery/at") {
            *at = "2025-01-15T12:00:00Z".into();
        }
        action.to_string()
    });
    fs::write(&path, aged.collect::<Vec<_>>().join("\n")).unwrap();
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}

/// The files of the data folder that hold the canary: database, write-ahead log, lake, its log, rejects, certificates.
fn holding(data: &Path) -> Vec<PathBuf> {
    let holds = |bytes: &[u8]| bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
    files(data).into_iter().filter(|(_, bytes)| holds(bytes)).map(|(path, _)| path).collect()
}

fn certificates(data: &Path) -> Vec<Value> {
    let certificates = files(&data.join("certificates"));
    certificates.values().map(|bytes| serde_json::from_slice(bytes).unwrap()).collect()
}

fn series(data: &Path) -> String {
    let list = succeed(data, &["series", "list", "--limit", "1000", "--json"]).json();
    let sheets = list
        .as_array()
        .unwrap()
        .iter()
        .map(|series| succeed(data, &["series", "show", series["id"].as_str().unwrap(), "--json"]).stdout);
    sheets.collect()
}

#[test]
fn what_is_past_its_term_is_in_no_file_any_more_and_the_rest_is_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    land(place.path(), &data, "one.csv", CANARY, 6);
    land(place.path(), &data, "two.csv", "other", 8);
    age(&data, 1);
    succeed(&data, &["series", "run"]);
    assert!(series(&data).contains(CANARY), "the twin: the evidence of series shows it");
    let found: Vec<String> = holding(&data).iter().map(|path| path.display().to_string()).collect();
    assert!(found.iter().any(|path| path.contains("/rejects/")), "the twin: {found:?}");
    assert!(found.iter().any(|path| path.ends_with(".parquet")), "the twin: {found:?}");
    let before = files(&data.join("lake"));

    let plan = succeed(&data, &["retention", "plan", "--json"]).json();
    let due = plan["due"].as_array().unwrap();
    assert_eq!(due.len(), 1, "{plan}");
    let what = due[0]["what"].as_str().unwrap().to_owned();
    assert!(what.starts_with(&format!("lake/{SOURCE}/DEL-")), "{plan}");
    assert_eq!((&due[0]["basis"], &due[0]["automatic"]), (&"reports-other".into(), &true.into()));
    assert_eq!(due[0]["count"], 6);
    let follows: Vec<&str> =
        due[0]["follows"].as_array().unwrap().iter().map(|f| f["what"].as_str().unwrap()).collect();
    assert!(follows.iter().any(|what| what.starts_with("rejects/DEL-")), "{plan}");
    assert!(follows.iter().any(|what| what.starts_with("series/")), "{plan}");
    // The twin: as long as an order holds it, nothing goes.
    succeed(&data, &["retention", "hold", &what, "--reason", "D-1", "--until", "2200-01-01"]);
    succeed(&data, &["retention", "run"]);
    assert_eq!(holding(&data).len(), found.len());
    succeed(&data, &["retention", "release", &what]);

    let done = succeed(&data, &["retention", "run", "--json"]).json();
    assert_eq!((&done["groups"][0]["what"], &done["groups"][0]["state"]), (&what.clone().into(), &"erased".into()));
    assert_eq!(holding(&data), Vec::<PathBuf>::new());
    let left = series(&data);
    assert!(!left.contains(CANARY) && left.contains("other"), "made again without it: {left}");

    // Each thing that went has its certificate, which tells references and nothing else.
    let given = certificates(&data);
    let of = |kind: &str| given.iter().find(|c| c["what"].as_str().unwrap().starts_with(kind)).unwrap();
    assert_eq!(given.len(), 3, "{given:?}");
    assert_eq!((&of("lake/")["count"], &of("lake/")["method"]), (&6.into(), &"rows-rewritten".into()));
    assert_eq!(of("rejects/")["method"], "file-removed");
    assert_eq!(of("series/")["method"], "key-destroyed");
    assert!(given.iter().all(|c| c["basis"] == "reports-other" && c["last_day"] == "2025-02-14"), "{given:?}");
    let name = done["groups"][0]["detail"].as_str().unwrap();
    assert!(data.join("certificates").join(name).exists());

    // The list of snapshots says so; the other delivery has not changed by a byte.
    let snapshots = succeed(&data, &["snapshot", "list", "--json"]).json();
    let erased: Vec<u64> = snapshots.as_array().unwrap().iter().map(|s| s["erased"].as_u64().unwrap()).collect();
    assert_eq!(erased, [6, 0]);
    let after = files(&data.join("lake"));
    let kept = before.iter().filter(|(path, bytes)| {
        path.extension().is_some_and(|end| end == "parquet") && after.get(*path) == Some(bytes)
    });
    assert_eq!(kept.count(), 1);
    assert!(data.join("rejects").read_dir().unwrap().count() == 1, "the rejects of the other stay");
    // Nothing is left to do.
    assert!(succeed(&data, &["retention", "plan", "--json"]).json()["due"].as_array().unwrap().is_empty());
    succeed(&data, &["retention", "run"]);
    assert_eq!(certificates(&data).len(), 3);
    succeed(&data, &["audit", "verify"]);
}

#[test]
fn reports_are_erased_by_their_identifiers_on_a_decision() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    land(place.path(), &data, "one.csv", "other", 8);
    let text = format!(
        "{HEAD}\n{CANARY}-1,2024-03-02,2024-03-01,75,1.00,,card_fraud\nother-x,2024-03-02,,75,1.00,,card_fraud\n"
    );
    let path = place.path().join("two.csv");
    fs::write(&path, text).unwrap();
    succeed(&data, &["ingest", "--source", SOURCE, &path.display().to_string()]);
    assert!(!holding(&data).is_empty(), "the twin");
    let ids = place.path().join("ids.txt");
    fs::write(&ids, format!("{CANARY}-1\n{CANARY}-none\n")).unwrap();
    let erase = |reason: &str| {
        let ids = ids.display().to_string();
        run(&data, &["retention", "erase", SOURCE, "--ids", &ids, "--reason", reason, "--json"])
    };
    assert_eq!(erase(" ").status, 1, "a decision has a reference");
    succeed(&data, &["retention", "hold", "reports-other", "--reason", "D-1", "--until", "2200-01-01"]);
    assert_eq!(erase("CNIL-2026-7").status, 1, "an order holds what is kept on that ground");
    succeed(&data, &["retention", "release", "reports-other"]);
    let done = erase("CNIL-2026-7");
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    assert_eq!((&done.json()["asked"], &done.json()["erased"]), (&2.into(), &1.into()));
    assert_eq!(holding(&data), Vec::<PathBuf>::new());
    let snapshots = succeed(&data, &["snapshot", "list", "--json"]).json();
    assert_eq!((&snapshots[0]["erased"], &snapshots[1]["erased"]), (&0.into(), &1.into()));
    assert_eq!(certificates(&data).len(), 1);
    // Asked for again, there is nothing to erase and nothing to certify.
    assert_eq!(erase("CNIL-2026-7").json()["erased"], 0);
    assert_eq!(certificates(&data).len(), 1);
}

#[test]
fn addresses_of_who_left_the_list_are_in_no_file_any_more_and_those_of_who_is_on_it_stay() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    let list = place.path().join("list.csv");
    let head = "id,name,direction,service,kind,mail,tlp,pap,since,until";
    let line = |id: &str, mark: &str, until: &str| {
        format!("{id},{mark} nom,DGX,bureau,person,{mark}@dgx.example,GREEN,GREEN,2019-01-01,{until}")
    };
    let text = [
        head.to_owned(),
        line("gone", CANARY, "2020-03-31"),
        line("listed", "other", ""),
        line("leaves", "later", "2199-12-31"),
    ];
    fs::write(&list, text.join("\n")).unwrap();
    succeed(&data, &["recipient", "import", &list.display().to_string()]);
    assert!(!holding(&data).is_empty(), "the twin");
    let plan = succeed(&data, &["retention", "plan", "--json"]).json();
    let due = plan["due"].as_array().unwrap();
    assert_eq!(due.len(), 1, "{plan}");
    assert_eq!((&due[0]["what"], &due[0]["basis"]), (&"recipients/2020-03".into(), &"recipients".into()));
    assert_eq!((&due[0]["automatic"], &due[0]["verified"]), (&true.into(), &false.into()));
    assert!(plan["unplanned"].as_array().unwrap().is_empty(), "who leaves later is no fault: {plan}");
    // Its text was not read: the controller confirms first.
    let waiting = succeed(&data, &["retention", "run", "--json"]).json();
    assert_eq!(waiting["groups"][0]["state"], "to-confirm", "{waiting}");
    assert!(!holding(&data).is_empty());
    let done = succeed(&data, &["retention", "run", "--confirm", "recipients", "--json"]).json();
    assert_eq!(done["groups"][0]["state"], "erased", "{done}");
    assert_eq!(holding(&data), Vec::<PathBuf>::new());
    let left = succeed(&data, &["recipient", "list", "--json"]).stdout;
    assert!(left.contains("other nom") && left.contains("later nom") && left.contains("gone"), "{left}");
    assert_eq!(certificates(&data).iter().filter(|c| c["what"] == "recipients/2020-03").count(), 1);
    assert!(succeed(&data, &["retention", "plan", "--json"]).json()["due"].as_array().unwrap().is_empty());
    succeed(&data, &["audit", "verify"]);
}

/// Kills that fall over the whole of a run.
const KILLS: u32 = 8;

#[test]
fn a_killed_run_is_ended_by_the_next_and_certified_once() {
    let place = tempfile::tempdir().unwrap();
    let prepared = folder(place.path());
    land(place.path(), &prepared, "one.csv", CANARY, 3000);
    land(place.path(), &prepared, "two.csv", "other", 8);
    age(&prepared, 1);
    succeed(&prepared, &["series", "run"]);
    let copy = |name: String| {
        let data = place.path().join(name);
        assert!(std::process::Command::new("cp").arg("-rp").arg(&prepared).arg(&data).status().unwrap().success());
        data
    };
    let length = {
        let data = copy("measured".to_owned());
        let clock = Instant::now();
        succeed(&data, &["retention", "run"]);
        clock.elapsed()
    };
    let (mut n_ended, mut n_with) = (0, 0);
    for kill in 0..KILLS {
        let data = copy(format!("killed-{kill}"));
        let mut command = beffroi(&data);
        let mut child = command.args(["retention", "run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(length * (kill + 1) / (KILLS + 1));
        child.kill().unwrap();
        n_ended += u32::from(child.wait().unwrap().success());
        let erased = succeed(&data, &["snapshot", "list", "--json"]).json()[0]["erased"].as_u64().unwrap();
        assert!(erased == 0 || erased == 3000, "all or none: {erased}");
        n_with += u32::from(erased == 0);
        succeed(&data, &["retention", "run"]);
        assert_eq!(holding(&data), Vec::<PathBuf>::new(), "killed after {kill} parts");
        assert!(!series(&data).contains(CANARY));
        let given = certificates(&data);
        let of = |kind: &str| given.iter().filter(|c| c["what"].as_str().unwrap().starts_with(kind)).count();
        assert_eq!(of("lake/"), 1, "{given:?}");
        assert!(of("series/") >= 1, "{given:?}");
        succeed(&data, &["audit", "verify"]);
    }
    println!("{KILLS} runs killed within {} ms: {n_with} before the erasure, {n_ended} too late", length.as_millis());
}
