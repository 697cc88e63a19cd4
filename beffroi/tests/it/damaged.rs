//! A journal that is not what was kept, with the real program: it is not served and takes no write, and it is examined;
//! an export is verified without the folder it came from; an account is tied to a person.

use crate::support::{Run, Server, beffroi, request, run, succeed};
use crate::upkeep::{add, first_rights, folded, folder, path, python, run_as, tamper};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Three entries, whose right edge has a subtree of two.
fn three(place: &Path) -> PathBuf {
    let data = folder(place);
    for login in ["ana", "zoe", "eva"] {
        add(&data, login);
    }
    succeed(&data, &["audit", "verify"]);
    data
}

/// What `serve` says before it ends by itself.
fn refused_to_serve(data: &Path) -> String {
    let mut child =
        beffroi(data).args(["serve", "--port", "0"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("a journal that is not what was kept is served");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    folded(&String::from_utf8_lossy(&output.stderr))
}

fn faults(told: &Run) -> Vec<Value> {
    told.json()["faults"].as_array().unwrap().clone()
}

#[test]
fn a_damaged_edge_is_told_of_by_the_auditor_and_served_to_nobody() {
    let place = tempfile::tempdir().unwrap();
    let data = three(place.path());
    let edge = "WHERE level = 1 AND idx = 0";
    // Kept aside, to be put back.
    assert!(tamper(&data, "CREATE TABLE aside AS SELECT * FROM journal_nodes"));
    let other = "'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='";
    if !tamper(&data, &format!("UPDATE journal_nodes SET hash = {other} {edge}")) {
        println!("skipped: python3 absent");
        return;
    }
    let told = refused_to_serve(&data);
    assert!(told.contains("beffroi audit verify"), "{told}");
    let told = run(&data, &["audit", "verify", "--json"]);
    assert_eq!(told.status, 1, "{}", told.stderr);
    assert!(folded(&told.stderr).contains("examined only"), "{}", told.stderr);
    let found = faults(&told);
    assert!(
        found.iter().any(|fault| fault["kind"] == "tree" && fault["place"] == "entries 0 to 2 excluded"),
        "{found:?}"
    );
    let plain = run(&data, &["audit", "verify"]);
    assert!(plain.stdout.contains("entries 0 to 2 excluded: tree: "), "{}", plain.stdout);
    // It is looked at and taken elsewhere; nothing is signed over it, and nothing added to it.
    assert_eq!(succeed(&data, &["audit", "list", "--json"]).stdout.lines().count(), 3);
    succeed(&data, &["audit", "export", "--out", &path(&place.path().join("export"))]);
    assert_ne!(run(&data, &["audit", "checkpoint"]).status, 0);
    assert_ne!(run(&data, &["user", "add", "late", "--name", "Synthetic person"]).status, 0);
    // A count that cannot be read back hides no entry.
    assert!(tamper(&data, "UPDATE journal_state SET peaks = '?'"));
    let told = run(&data, &["audit", "verify", "--json"]);
    assert_eq!((told.status, &told.json()["size"]), (1, &3.into()), "{}", told.stderr);
    assert!(faults(&told).iter().any(|f| f["detail"].as_str().unwrap().contains("journal_state")), "{}", told.stdout);
}

/// The twin: the hash put back, the folder is sound, served and written to.
#[test]
fn an_edge_put_back_is_served_again() {
    let place = tempfile::tempdir().unwrap();
    let data = three(place.path());
    if !tamper(&data, "CREATE TABLE aside AS SELECT * FROM journal_nodes") {
        println!("skipped: python3 absent");
        return;
    }
    assert!(tamper(&data, "UPDATE journal_nodes SET hash = '?' WHERE level = 1"));
    refused_to_serve(&data);
    let back = "SELECT a.hash FROM aside a WHERE a.level = journal_nodes.level AND a.idx = journal_nodes.idx";
    assert!(tamper(&data, &format!("UPDATE journal_nodes SET hash = ({back})")));
    assert!(tamper(&data, "DROP TABLE aside"));
    let sound = succeed(&data, &["audit", "verify", "--json"]);
    assert_eq!(faults(&sound), Vec::<Value>::new());
    add(&data, "late");
    let server = Server::start(&data);
    assert_eq!(request(&server.address, "GET", "/connexion", &[], "").status, 200);
    assert_eq!(server.interrupt().0, 0);
}

/// A hash that no entry needs today, and from which proofs are made: only the auditor sees it.
#[test]
fn an_inner_hash_is_told_of() {
    let place = tempfile::tempdir().unwrap();
    let data = three(place.path());
    add(&data, "leo");
    let other = "(SELECT hash FROM journal_nodes WHERE level = 0 AND idx = 0)";
    if !tamper(&data, &format!("UPDATE journal_nodes SET hash = {other} WHERE level = 1 AND idx = 1")) {
        println!("skipped: python3 absent");
        return;
    }
    let told = run(&data, &["audit", "verify", "--json"]);
    assert_eq!(told.status, 1);
    assert_eq!((&faults(&told)[0]["kind"], &faults(&told)[0]["index"]), (&"tree".into(), &2.into()), "{}", told.stdout);
    assert_eq!(faults(&run(&data, &["audit", "verify", "--from", "4", "--json"])), Vec::<Value>::new());
}

/// An auditor with an export, a key and a witness's file, and no way to the registers: both verifiers say the same.
#[test]
fn an_export_is_verified_without_the_folder_it_came_from() {
    let place = tempfile::tempdir().unwrap();
    let data = three(place.path());
    let at = |name: &str| path(&place.path().join(name));
    let witness = ["audit", "witness", "--key", &at("w.key"), "--state", &at("w.note")];
    let made = succeed(&data, &[&witness[..], &["--name", "witness.example/w"]].concat());
    let public = folded(&made.stderr).split_whitespace().last().unwrap().to_owned();
    succeed(&data, &["audit", "export", "--out", &at("old")]);
    add(&data, "late");
    succeed(&data, &witness);
    succeed(&data, &["audit", "export", "--out", &at("new")]);
    let key = format!("@{}", at("kept.key"));
    fs::copy(place.path().join("new/log.key"), place.path().join("kept.key")).unwrap();
    fs::rename(&data, place.path().join("out-of-reach")).unwrap();

    // Both verifiers, each in its own words: what they say of an export.
    let both = |export: &str, more: &[&str]| -> (i32, Vec<String>) {
        let checked = ["--witness-key", &public, "--quorum", "1"];
        let ours = ["audit", "verify", "--json", "--export", export, "--log-key", &key, "--checkpoint", &at("w.note")];
        let told = run(&data, &[&ours[..], &checked, more].concat());
        let kinds = |told: &Value| -> Vec<String> {
            let all = told["faults"].as_array().unwrap().iter();
            all.map(|fault| format!("{} {}", fault["kind"].as_str().unwrap(), fault["place"])).collect()
        };
        let found = kinds(&told.json());
        assert_eq!(told.status, i32::from(!found.is_empty()), "{}", told.stderr);
        let theirs = ["--json", "--log-key", &key, "--held", &at("w.note")];
        if let Some((status, text)) = python(&[&theirs[..], &checked, &[export]].concat()) {
            assert_eq!(status, told.status, "{text}\n{}", told.stdout);
        }
        (told.status, found)
    };
    assert_eq!(both(&at("new"), &[]), (0, Vec::new()));
    // An old copy in the place of the journal: only the witness's file knows.
    let (status, found) = both(&at("old"), &[]);
    assert_eq!(status, 1);
    assert!(found.iter().any(|fault| fault.starts_with("rolled-back")), "{found:?}");
    let alone = run(&data, &["audit", "verify", "--json", "--export", &at("old"), "--witness-key", &public]);
    assert_eq!(alone.status, 0, "the twin: without that file the old copy looks sound: {}", alone.stdout);
    assert!(folded(&alone.stderr).contains("kept elsewhere"), "{}", alone.stderr);
    // One byte of one entry.
    let lines = place.path().join("new/entries.jsonl");
    let text = fs::read_to_string(&lines).unwrap();
    let mark = text.find("\"sealed\":\"").unwrap() + 40;
    let other = if text.as_bytes()[mark] == b'A' { "B" } else { "A" };
    fs::write(&lines, format!("{}{other}{}", &text[..mark], &text[mark + 1..])).unwrap();
    let (status, found) = both(&at("new"), &[]);
    assert_eq!(status, 1);
    assert!(found.iter().any(|fault| fault.contains("entry 0")), "{found:?}");
    // Another journal's key.
    let wrong = "other.example/journal+1a2b3c4d+AQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF";
    assert_eq!(run(&data, &["audit", "verify", "--export", &at("old"), "--log-key", wrong]).status, 1);
    assert_eq!(run(&data, &["audit", "verify", "--export", &at("nowhere")]).status, 1);
}

#[test]
fn an_account_is_tied_to_a_person_by_an_administrator() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    first_rights(place.path(), &data);
    let tie = |who: &str, login: &str, issuer: &str, subject: &str| {
        run_as(&data, who, &["user", "federate", login, "--issuer", issuer, "--subject", subject]).status
    };
    let issuer = "https://id.example/realm";
    for wrong in ["tester", "marie", "ana"] {
        assert_eq!(tie(wrong, "ana", issuer, "p-1"), 1, "{wrong} may not open ana's account to a person");
    }
    assert_eq!(tie("sam", "ana", "id.example", "p-1"), 1);
    assert_eq!(tie("sam", "ana", issuer, "p 1"), 1);
    assert_eq!(tie("sam", "nobody", issuer, "p-1"), 1);
    let federated = |login: &str| -> Value {
        let all = succeed(&data, &["user", "list", "--json"]).json();
        all.as_array().unwrap().iter().find(|account| account["login"] == login).unwrap()["federated"].clone()
    };
    assert_eq!(federated("ana"), false);
    assert_eq!(tie("sam", "ana", issuer, "p-1"), 0);
    assert_eq!(federated("ana"), true);
    // A person has one account.
    assert_eq!(tie("sam", "paul", issuer, "p-1"), 1);
    assert_eq!(tie("sam", "paul", issuer, "p-2"), 0);
    let told = succeed(&data, &["audit", "list", "--json", "--who", "sam"]).stdout;
    assert_eq!(told.lines().filter(|line| line.contains("\"configure\"")).count(), 2, "{told}");
}
