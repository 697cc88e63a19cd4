//! Files in: bad rows are findings, good rows land, a broken file changes nothing, a kill leaves all or none.

use crate::support::{beffroi, run, succeed};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

const HEAD: &str = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon";

fn folder(place: &Path) -> PathBuf {
    let data = place.join("data");
    succeed(&data, &["init"]);
    data
}

fn file(place: &Path, name: &str, bytes: &[u8]) -> String {
    let path = place.join(name);
    fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

/// The number of reports that the lake holds.
fn stock(data: &Path) -> u64 {
    let list = succeed(data, &["snapshot", "list", "--json"]).json();
    list.as_array()
        .map(|snapshots| snapshots.iter().map(|s| s["delivery"]["rows_accepted"].as_u64().unwrap_or(0)).sum())
        .unwrap_or(0)
}

#[test]
fn each_bad_row_is_a_finding_with_its_line_while_good_rows_land() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let mut text: Vec<u8> = format!("{HEAD}\n").into_bytes();
    let good = |n: u32| format!("P{n},2024-03-0{},2024-03-01,75,12.50,shop{n}.example,card_fraud\n", n % 9 + 1);
    text.extend(good(1).bytes()); // line 2
    text.extend(b"P2,2024-03-02\n"); // line 3: broken
    text.extend(b"P3,2024-03-02,2024-03-01,75,1.00,caf\xe9.example,card_fraud\n"); // line 4: wrong encoding
    text.extend(b"P4,2024-03-02,2024-03-01,99X,1.00,shop.example,card_fraud\n"); // line 5: unknown department
    text.extend(b"P5,2099-01-01,2024-03-01,75,1.00,shop.example,card_fraud\n"); // line 6: 2099
    text.extend(b"P6,2024-03-02,2024-03-01,75,1.00,"); // line 7: 10 MB field
    text.extend(std::iter::repeat_n(b'x', 10 * 1024 * 1024));
    text.extend(b",card_fraud\n");
    text.extend(b"P7,2024-03-02,2024-03-01,75,1.00,sh\0op.example,card_fraud\n"); // line 8: NUL
    text.extend(good(8).bytes()); // line 9
    let path = file(place.path(), "report.csv", &text);
    let summary = succeed(&data, &["ingest", "--source", "synth-perceval", &path, "--json"]).json();
    assert_eq!(summary["rows_accepted"], 2, "{summary}");
    assert_eq!(summary["rows_rejected"], 6, "{summary}");
    let lines: Vec<u64> = summary["findings"].as_array().unwrap().iter().filter_map(|f| f["line"].as_u64()).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7, 8]);
    let rejects = fs::read_to_string(summary["rejects"].as_str().unwrap()).unwrap();
    assert_eq!(rejects.lines().count(), 7, "a heading and one line a rejected row");
    assert!(rejects.len() < 10_000, "a rejects file repeats no megabyte");
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let text = format!("{HEAD}\nP1,2024-03-02,2024-03-01,75,12.50,shop.example,card_fraud\n");
    let path = file(place.path(), "report.csv", text.as_bytes());
    let first = succeed(&data, &["ingest", "--source", "synth-perceval", &path, "--json"]).json();
    let second = succeed(&data, &["ingest", "--source", "synth-perceval", &path, "--json"]).json();
    assert_eq!(first["snapshot"], second["snapshot"]);
    assert_eq!(stock(&data), 1);
}

#[test]
fn a_file_that_cannot_be_read_whole_leaves_the_folder_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let good =
        file(place.path(), "good.csv", format!("{HEAD}\nP1,2024-03-02,2024-03-01,75,1.00,,card_fraud\n").as_bytes());
    succeed(&data, &["ingest", "--source", "synth-perceval", &good]);
    let before = listing(&data);
    let column_missing = file(place.path(), "missing.csv", b"report_id,reported_on\nP2,2024-03-02\n");
    let absent = place.path().join("absent.csv").display().to_string();
    let place_name = place.path().display().to_string();
    for (path, told) in [(&column_missing, "department"), (&absent, "absent.csv"), (&place_name, "")] {
        let run = run(&data, &["ingest", "--source", "synth-perceval", path]);
        assert_eq!(run.status, 1, "{path}: {}", run.stderr);
        assert!(run.stderr.contains(told), "{path}: {}", run.stderr);
        assert_eq!(listing(&data), before, "{path} left something behind");
    }
}

/// Every file below a folder but the registers' own log, which any command may touch.
fn listing(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if !path.to_string_lossy().contains("store.sqlite") {
                found.push((path, entry.metadata().unwrap().len()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn a_kill_in_the_middle_of_ingestion_leaves_all_or_none() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let rows = 60_000_u64;
    let mut text = format!("{HEAD}\n");
    for n in 0..rows {
        text.push_str(&format!("K{n},2024-03-02,2024-03-01,75,1.00,shop{n}.example,card_fraud\n"));
    }
    let path = file(place.path(), "big.csv", text.as_bytes());
    let mut cut_short = 0;
    // The delays spread the kills over start, reading, writing and commit, whatever the machine's speed.
    for delay_ms in [40_u64, 120, 200, 300, 450, 650, 900] {
        let mut child = beffroi(&data)
            .args(["ingest", "--source", "synth-perceval", &path])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(delay_ms));
        if child.try_wait().unwrap().is_none() {
            cut_short += 1;
        }
        // It may just have ended; both are cases to look at.
        let _ = child.kill();
        child.wait().unwrap();
        let stock = stock(&data);
        assert!(stock == 0 || stock == rows, "{stock} rows after a kill at {delay_ms} ms");
    }
    assert!(cut_short > 0, "no kill came before the end: the test would show nothing");
    succeed(&data, &["ingest", "--source", "synth-perceval", &path]);
    assert_eq!(stock(&data), rows);
}

#[test]
fn a_proposal_is_checked_on_its_file_and_brings_it_in() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let table = "Source : essai\n\nclasse;Pr\u{e9}nom;janv. 2024;f\u{e9}vr. 2024;mars 2024\nVols;L\u{e9}a;1 000,5;nd;3\nFraudes;Zo\u{e9};4;5;6\n";
    let path = file(place.path(), "Vols 2024.csv", table.as_bytes());
    let proposed = succeed(&data, &["source", "guess", &path, "--lang", "fr"]).stdout;
    assert!(proposed.contains("id = \"vols-2024\"") && proposed.contains("« Prénom »"), "{proposed}");
    let mine = file(place.path(), "vols-2024.toml", proposed.as_bytes());
    let tried = succeed(&data, &["source", "check", &mine, &path, "--json"]).json();
    assert_eq!(
        (&tried["rows_read"], &tried["rows_kept"], &tried["rows_rejected"]),
        (&6.into(), &5.into(), &0.into()),
        "{tried}"
    );
    assert_eq!(tried["unread"][0], "Prénom");
    let told = succeed(&data, &["source", "check", &mine, &path, "--lang", "en", "--rows", "1"]).stdout;
    assert!(told.contains("6 rows read") && told.contains("janv. 2024") && told.contains("1000.5"), "{told}");
    assert_eq!(stock(&data), 0, "nothing landed");

    fs::create_dir_all(data.join("sources")).unwrap();
    fs::copy(&mine, data.join("sources/vols-2024.toml")).unwrap();
    let summary = succeed(&data, &["ingest", "--source", "vols-2024", &path, "--json"]).json();
    assert_eq!(summary["rows_accepted"], 5, "{summary}");

    let wrong = file(place.path(), "wrong.toml", proposed.replace("\"classe\"", "\"Prénom\"").as_bytes());
    let refused = run(&data, &["source", "check", &wrong]);
    assert_eq!(refused.status, 1);
    let said = refused.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("first name"), "{said}");
}
