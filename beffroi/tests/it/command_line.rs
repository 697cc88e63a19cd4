//! Exit statuses, messages and languages.

use crate::support::{run, succeed, succeed_in};

#[test]
fn help_is_told_in_both_languages() {
    let place = tempfile::tempdir().unwrap();
    let english = succeed(place.path(), &["help"]);
    assert!(english.stdout.contains("Brings files of a source in"), "{}", english.stdout);
    let french = succeed_in("fr", &["ingest", "--help"]);
    assert!(french.stdout.contains("Fait entrer"), "{}", french.stdout);
}

#[test]
fn a_wrong_request_is_the_users_fault() {
    let place = tempfile::tempdir().unwrap();
    assert_eq!(run(place.path(), &["no-such-command"]).status, 1);
    let data = place.path().join("data");
    let missing = run(&data, &["snapshot", "list"]);
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.contains("beffroi init"), "{}", missing.stderr);
    assert!(!data.exists(), "a failed command leaves no folder behind");
}

#[test]
fn an_empty_folder_answers_every_list() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    assert_eq!(run(&data, &["init"]).status, 1, "a second init would write over a configuration");
    for list in [
        &["source", "list"][..],
        &["snapshot", "list"],
        &["indicator", "list"],
        &["codes", "list"],
        &["series", "list"],
        &["signal", "list"],
        &["alert", "list"],
        &["doctor"],
    ] {
        succeed(&data, list);
        let mut with_json = list.to_vec();
        with_json.push("--json");
        let _ = succeed(&data, &with_json).json();
    }
    for absent in [
        &["source", "show", "no-such-source"][..],
        &["snapshot", "show", "7"],
        &["indicator", "show", "no-such-indicator"],
        &["codes", "show", "no-such-list"],
        &["signal", "show", "SIG-none"],
        &["alert", "show", "FLASH-2025-001"],
        &["series", "show", "SER-none"],
    ] {
        let run = run(&data, absent);
        assert_eq!(run.status, 1, "{absent:?}: {}", run.stderr);
        assert!(!run.stderr.trim().is_empty(), "{absent:?} says nothing");
    }
}

#[test]
fn a_wrong_configuration_shows_its_line() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    std::fs::write(data.join("beffroi.toml"), "[serve]\nprot = 1\n").unwrap();
    let run = run(&data, &["snapshot", "list"]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("prot = 1"), "{}", run.stderr);
}

#[test]
fn a_wrong_declaration_shows_its_line() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    let file = place.path().join("odd.toml");
    std::fs::write(&file, "id = \"odd\"\nformatt = \"csv\"\n").unwrap();
    let run = run(&data, &["source", "check", &file.display().to_string()]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("formatt"), "{}", run.stderr);
}
