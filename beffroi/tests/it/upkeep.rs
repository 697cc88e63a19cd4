//! People, proof and upkeep, with the real program: rights, the journal and its second verifier, backups, terms, doctor.

use crate::support::{Run, beffroi, run, succeed};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A fresh data folder.
pub(crate) fn folder(place: &Path) -> PathBuf {
    let data = place.join("data");
    succeed(&data, &["init"]);
    data
}

/// Runs the program as somebody.
pub(crate) fn run_as(data: &Path, who: &str, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beffroi"));
    command.arg("--data").arg(data).args(["--lang", "en", "--quiet", "--as", who]).args(args).stdin(Stdio::null());
    let output = command.output().expect("the program starts");
    Run {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub(crate) fn path(path: &Path) -> String {
    path.display().to_string()
}

/// One line as miette folds it.
pub(crate) fn folded(text: &str) -> String {
    text.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn add(data: &Path, login: &str) {
    succeed(data, &["user", "add", login, "--name", "Synthetic person"]);
}

/// The first rights: two managers of the whole country who are analysts too, and a system administrator.
pub(crate) fn first_rights(place: &Path, data: &Path) {
    for login in ["marie", "paul", "sam", "ana"] {
        add(data, login);
    }
    let mut rights = Vec::new();
    for login in ["marie", "paul"] {
        for role in ["manager", "analyst"] {
            rights.push(serde_json::json!({ "login": login, "role": role, "world": "coordination" }));
        }
    }
    rights.push(serde_json::json!({ "login": "sam", "role": "system-administrator", "world": "coordination" }));
    let file = place.join("first.json");
    fs::write(&file, serde_json::to_vec(&rights).unwrap()).unwrap();
    succeed(data, &["user", "first", &path(&file)]);
}

#[test]
fn the_machine_gives_the_first_rights_and_no_others() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    first_rights(place.path(), &data);
    let file = place.path().join("first.json");
    assert_eq!(run(&data, &["user", "first", &path(&file)]).status, 1, "the first rights are given once");

    let grant = ["user", "grant", "ana", "--role", "analyst", "--world", "coordination", "--territories", "53"];
    let by_machine = run(&data, &grant);
    assert_eq!(by_machine.status, 1);
    assert!(folded(&by_machine.stderr).contains("account that holds what it gives"), "{}", by_machine.stderr);
    assert_eq!(run_as(&data, "sam", &grant).status, 1, "an administrator of the system gives no rights");
    assert_eq!(run_as(&data, "ana", &grant).status, 1);
    assert_eq!(run_as(&data, "marie", &grant).status, 0);

    // The whole country takes a second person, who is neither the first nor the one it is for.
    let whole = ["user", "grant", "ana", "--role", "analyst", "--world", "coordination", "--json"];
    let proposed: Value = run_as(&data, "marie", &whole).json();
    assert_eq!(proposed["state"], "waiting", "{proposed}");
    let id = proposed["proposal"].as_str().unwrap();
    for wrong in ["marie", "ana", "sam", "tester"] {
        assert_eq!(run_as(&data, wrong, &["user", "approve", id]).status, 1, "{wrong}");
    }
    assert_eq!(run_as(&data, "paul", &["user", "approve", id]).status, 0);
    assert_eq!(run_as(&data, "paul", &["user", "approve", id]).status, 1, "it waits no more");

    // Turned down by who proposed it, or by who could have approved it, and by nobody else.
    for decider in ["marie", "paul"] {
        let again: Value = run_as(&data, "marie", &whole).json();
        let id = again["proposal"].as_str().unwrap();
        assert_eq!(run_as(&data, "sam", &["user", "decline", id]).status, 1);
        assert_eq!(run_as(&data, decider, &["user", "decline", id]).status, 0);
        assert_eq!(run_as(&data, "paul", &["user", "approve", id]).status, 1);
    }

    let accounts = succeed(&data, &["user", "list", "--json"]).json();
    let ana = accounts.as_array().unwrap().iter().find(|account| account["login"] == "ana").unwrap();
    let rights = ana["rights"].as_array().unwrap();
    assert_eq!(rights.len(), 2, "{ana}");
    let right = rights[0]["id"].as_str().unwrap();
    assert_eq!(run(&data, &["user", "revoke", right]).status, 1);
    assert_eq!(run_as(&data, "marie", &["user", "revoke", right]).status, 0);
    assert_eq!(run_as(&data, "marie", &["user", "revoke", right]).status, 1);

    // Services, and accounts that were shut, are for the system administrator.
    let put = ["user", "service", "put", "unit-53", "--level", "departmental", "--parent", "command"];
    assert_eq!(run_as(&data, "marie", &put).status, 1);
    assert_eq!(run_as(&data, "sam", &put).status, 0);
    assert_eq!(run_as(&data, "sam", &["user", "disable", "ana"]).status, 0);
    assert_eq!(run(&data, &["user", "enable", "ana"]).status, 1);
    assert_eq!(run_as(&data, "sam", &["user", "enable", "ana"]).status, 0);
}

#[test]
fn first_rights_that_nobody_could_pass_on_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    add(&data, "ana");
    let alone = run(&data, &["user", "grant", "ana", "--role", "analyst", "--world", "coordination"]);
    assert_eq!(alone.status, 1);
    assert!(folded(&alone.stderr).contains("manager"), "{}", alone.stderr);
    // The twin: nothing was used up.
    succeed(&data, &["user", "grant", "ana", "--role", "manager", "--world", "coordination"]);
}

fn entries(data: &Path, args: &[&str]) -> Vec<Value> {
    let mut all = vec!["audit", "list", "--json"];
    all.extend(args);
    succeed(data, &all).stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn python(args: &[&str]) -> Option<(i32, String)> {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/verify_journal.py");
    let output = Command::new("python3").arg(tool).args(args).output().ok()?;
    Some((output.status.code()?, String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[test]
fn the_journal_is_searched_verified_cosigned_and_read_by_a_second_verifier() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    first_rights(place.path(), &data);
    run_as(&data, "marie", &["user", "disable", "ana"]);
    let all = entries(&data, &[]);
    assert_eq!(all.len(), 10, "four accounts, five rights, one shut: {all:?}");
    assert_eq!(all[0]["act"], "revoke");
    assert_eq!(entries(&data, &["--who", "marie"]).len(), 1);
    assert_eq!(entries(&data, &["--what", "account/paul"]).len(), 3);
    assert_eq!(entries(&data, &["--since", "2200-01-01"]).len(), 0);
    assert_eq!(run(&data, &["audit", "list", "--what", "paul"]).status, 1);

    let kept = place.path().join("kept.txt");
    fs::write(&kept, succeed(&data, &["audit", "checkpoint"]).stdout).unwrap();
    let sound = succeed(&data, &["audit", "verify", "--checkpoint", &path(&kept), "--json"]).json();
    assert_eq!((&sound["sound"], &sound["size"]), (&true.into(), &10.into()), "{sound}");

    let (key, state) = (path(&place.path().join("witness.key")), path(&place.path().join("witness.note")));
    let witness = ["audit", "witness", "--key", &key, "--state", &state];
    assert_eq!(run(&data, &witness).status, 1, "a key that is not there is made only when it is named");
    let made = succeed(&data, &[&witness[..], &["--name", "witness.example/w"]].concat());
    let public = folded(&made.stderr).split_whitespace().last().unwrap().to_owned();
    add(&data, "late");
    succeed(&data, &witness);
    let unknown = run(&data, &["audit", "verify"]);
    assert_eq!(unknown.status, 1, "a signature by a key that is not known: {}", unknown.stdout);
    let known = ["audit", "verify", "--witness-key", &public, "--quorum", "1", "--json"];
    assert_eq!(succeed(&data, &known).json()["witnessed"], 11);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(run(&data, &witness).status, 1, "a witness's key that others can read");

    let proof = succeed(&data, &["audit", "prove", "3", "--json"]).json();
    assert!(!proof["proof"].as_array().unwrap().is_empty(), "{proof}");
    assert_eq!(run(&data, &["audit", "prove", "4000"]).status, 1);

    let out = place.path().join("export");
    succeed(&data, &["audit", "export", "--out", &path(&out)]);
    assert_eq!(run(&data, &["audit", "export", "--out", &path(&out)]).status, 1, "an export takes no other's place");
    let log_key = format!("@{}", path(&out.join("log.key")));
    let (held, folder) = (path(&kept), path(&out));
    let args = ["--log-key", &log_key, "--witness-key", &public, "--held", &held, "--quorum", "1", &folder];
    let Some((status, told)) = python(&args) else {
        println!("skipped: python3 absent");
        return;
    };
    assert_eq!(status, 0, "{told}");
    // The twin: one byte of one entry.
    let lines = out.join("entries.jsonl");
    let text = fs::read_to_string(&lines).unwrap();
    let at = text.find("\"sealed\":\"").unwrap() + 40;
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    fs::write(&lines, format!("{}{other}{}", &text[..at], &text[at + 1..])).unwrap();
    let (status, told) = python(&args).unwrap();
    assert_eq!(status, 1, "{told}");
    assert!(told.contains("entry 0"), "{told}");
}

/// Changes the registers behind the program's back; false when there is no Python to do it.
pub(crate) fn tamper(data: &Path, sql: &str) -> bool {
    let code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit(); c.close()";
    let done = Command::new("python3").args(["-c", code]).arg(data.join("store.sqlite")).arg(sql).status();
    done.is_ok_and(|status| status.success())
}

#[test]
fn an_entry_changed_in_the_database_is_found_with_its_number() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    for login in ["ana", "zoe", "eva"] {
        add(&data, login);
    }
    // The twin: untouched, it is sound.
    succeed(&data, &["audit", "verify"]);
    let flip = "UPDATE journal_entries SET sealed = 'BBBB' || substr(sealed, 5) WHERE idx = 1";
    if !tamper(&data, flip) {
        println!("skipped: python3 absent");
        return;
    }
    let told = run(&data, &["audit", "verify", "--json"]);
    assert_eq!(told.status, 1, "{}", told.stdout);
    let faults = told.json()["faults"].as_array().unwrap().clone();
    assert!(faults.iter().any(|fault| fault["kind"] == "leaf" && fault["index"] == 1), "{faults:?}");
    assert!(faults.iter().all(|fault| fault["index"] != 2), "{faults:?}");
    // Those before the number asked for are left out, what concerns the whole is not.
    let later = run(&data, &["audit", "verify", "--from", "2", "--json"]);
    assert!(later.json()["faults"].as_array().unwrap().iter().all(|fault| fault["kind"] != "leaf"), "{}", later.stdout);
    // A row that cannot be read back, and one that is gone.
    assert!(tamper(&data, "UPDATE journal_entries SET sealed = '?' WHERE idx = 1"));
    let told = run(&data, &["audit", "verify", "--json"]);
    assert!(told.json()["faults"].as_array().unwrap().iter().any(|fault| fault["index"] == 1), "{}", told.stdout);
    assert!(tamper(&data, "DELETE FROM journal_entries WHERE idx = 1"));
    assert_eq!(run(&data, &["audit", "verify"]).status, 1);
}

/// A secret key and its public key.
fn identity(place: &Path, name: &str) -> (String, String) {
    let file = path(&place.join(name));
    let made = succeed(&place.join("none"), &["backup", "--new-identity", &file]);
    (file, made.stdout.trim().to_owned())
}

#[test]
fn a_backup_comes_back_whole_with_its_keys_and_nothing_else_does() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    first_rights(place.path(), &data);
    let (secret, public) = identity(place.path(), "secret.txt");
    let (keys_secret, keys_public) = identity(place.path(), "keys-secret.txt");
    let (other, _) = identity(place.path(), "other.txt");
    let backup = place.path().join("house.age");
    let nobody = run(&data, &["backup", "--out", &path(&backup)]);
    assert_eq!(nobody.status, 1);
    assert!(folded(&nobody.stderr).contains("--new-identity"), "{}", nobody.stderr);
    let made =
        succeed(&data, &["backup", "--out", &path(&backup), "--to", &public, "--with-keys", &keys_public, "--json"])
            .json();
    assert_eq!(made["keys"], true, "{made}");
    assert_eq!(
        run(&data, &["backup", "--out", &path(&backup), "--to", &public]).status,
        1,
        "it takes no other's place"
    );
    assert!(!fs::read_dir(&data).unwrap().any(|e| e.unwrap().file_name().to_string_lossy().ends_with(".copy")));

    let into = place.path().join("restored");
    let none = place.path().join("none");
    let restore = |file: &Path, identity: &str, into: &Path| {
        let (file, into) = (path(file), path(into));
        run(
            &none,
            &["restore", &file, "--identity", identity, "--keys-identity", &keys_secret, "--into", &into, "--json"],
        )
    };
    let refused = restore(&backup, &other, &into);
    assert_eq!(refused.status, 1, "{}", refused.stderr);
    let bytes = fs::read(&backup).unwrap();
    let cut = place.path().join("cut.age");
    fs::write(&cut, &bytes[..bytes.len() - 100]).unwrap();
    assert_eq!(restore(&cut, &secret, &into).status, 1);
    assert!(!into.exists(), "a refused backup leaves no folder");

    let done = restore(&backup, &secret, &into);
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
    assert_eq!(done.json()["journal"]["sound"], true, "{}", done.stdout);
    assert!(!into.join("restored.json").exists());
    assert_eq!(restore(&backup, &secret, &into).status, 1, "a folder that holds something");
    for args in [&["user", "list", "--json"][..], &["alert", "list", "--json"]] {
        assert_eq!(succeed(&data, args).json(), succeed(&into, args).json(), "{args:?}");
    }
    succeed(&into, &["audit", "verify"]);
    assert_eq!(entries(&into, &[])[0]["act"], "restore");
    assert_eq!(entries(&data, &["--what", "backup/house.age"]).len(), 1, "what was refused is not said to be made");
}

#[test]
fn a_restore_without_keys_waits_for_them() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    add(&data, "ana");
    let (secret, public) = identity(place.path(), "secret.txt");
    let backup = path(&place.path().join("house.age"));
    succeed(&data, &["backup", "--out", &backup, "--to", &public]);
    let into = place.path().join("restored");
    let none = place.path().join("none");
    succeed(&none, &["restore", &backup, "--identity", &secret, "--into", &path(&into)]);
    assert!(into.join("erasures").exists());
    // Opening it would make new keys, and nothing restored would open: it stays shut, and the doctor says so.
    assert_eq!(run(&into, &["user", "list"]).status, 1);
    assert_eq!(run(&into, &["doctor"]).status, 1);
    assert!(!into.join("keys").exists());
    let copied = Command::new("cp").arg("-rp").arg(data.join("keys")).arg(into.join("keys")).status().unwrap();
    assert!(copied.success());
    assert_eq!(run(&into, &["doctor"]).status, 1, "not ended yet");
    succeed(&into, &["restore", "--finish"]);
    assert!(!into.join("erasures").exists(), "the keys know what the lists said");
    succeed(&into, &["doctor"]);
    assert_eq!(run(&into, &["restore", "--finish"]).status, 1);
}

#[test]
fn a_restored_journal_that_is_not_the_backups_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    add(&data, "ana");
    let (secret, public) = identity(place.path(), "secret.txt");
    let backup = path(&place.path().join("house.age"));
    // A copy from before stands in for the registers that a forger put in place.
    let old = fs::read(data.join("store.sqlite")).unwrap();
    add(&data, "zoe");
    succeed(&data, &["backup", "--out", &backup, "--to", &public]);
    let into = place.path().join("restored");
    succeed(&place.path().join("none"), &["restore", &backup, "--identity", &secret, "--into", &path(&into)]);
    fs::write(into.join("store.sqlite"), old).unwrap();
    assert!(Command::new("cp").arg("-rp").arg(data.join("keys")).arg(into.join("keys")).status().unwrap().success());
    // 1 when the journal is another one, 2 when the copy, taken without its log, does not open at all.
    let refused = run(&into, &["restore", "--finish"]);
    assert!([1, 2].contains(&refused.status), "{} {}", refused.status, refused.stdout);
    assert!(into.join("restored.json").exists());
}

#[test]
fn terms_are_planned_held_and_run_with_certificates() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let plan = succeed(&data, &["retention", "plan", "--json"]).json();
    assert!(plan["due"].as_array().unwrap().is_empty() && plan["unplanned"].as_array().unwrap().is_empty(), "{plan}");
    succeed(&data, &["retention", "run"]);

    let rejects = data.join("rejects");
    fs::create_dir_all(&rejects).unwrap();
    for name in ["old.csv", "held.csv", "new.csv"] {
        fs::write(rejects.join(name), "line,column,reason\n").unwrap();
    }
    for name in ["old.csv", "held.csv"] {
        let touched =
            Command::new("touch").args(["-d", "2020-01-01T12:00:00Z"]).arg(rejects.join(name)).status().unwrap();
        assert!(touched.success());
    }
    succeed(&data, &["retention", "hold", "rejects/held.csv", "--reason", "D-2026-12", "--until", "2200-01-01"]);
    assert_eq!(
        run(&data, &["retention", "hold", "rejects/held.csv", "--reason", " ", "--until", "2200-01-01"]).status,
        1
    );
    assert_eq!(
        run(&data, &["retention", "hold", "rejects/held.csv", "--reason", "R", "--until", "2020-01-01"]).status,
        1
    );
    let plan = succeed(&data, &["retention", "plan", "--json"]).json();
    assert_eq!(plan["due"].as_array().unwrap().len(), 1, "{plan}");
    assert_eq!(plan["due"][0]["what"], "rejects/old.csv");
    assert_eq!(plan["held"][0]["what"], "rejects/held.csv");
    assert_eq!(run(&data, &["doctor"]).status, 1, "overdue by years");

    // Its ground rests on no text that was read: the controller confirms.
    let waiting = succeed(&data, &["retention", "run", "--json"]).json();
    assert_eq!(waiting["groups"][0]["state"], "to-confirm", "{waiting}");
    assert!(rejects.join("old.csv").exists());
    succeed(&data, &["retention", "run", "--dry-run", "--confirm", "rejects"]);
    assert!(rejects.join("old.csv").exists());
    assert_eq!(run(&data, &["retention", "run", "--confirm", "nothing"]).status, 1);
    let done = succeed(&data, &["retention", "run", "--confirm", "rejects", "--json"]).json();
    assert_eq!(done["groups"][0]["state"], "erased", "{done}");
    assert!(!rejects.join("old.csv").exists() && rejects.join("held.csv").exists() && rejects.join("new.csv").exists());
    let name = done["groups"][0]["detail"].as_str().unwrap();
    let certificate: Value = serde_json::from_slice(&fs::read(data.join("certificates").join(name)).unwrap()).unwrap();
    assert_eq!((&certificate["what"], &certificate["by"]), (&"rejects/old.csv".into(), &"account:tester".into()));
    let index = certificate["journal"][0].as_u64().unwrap();
    let erased = entries(&data, &["--what", "rejects/old.csv"]);
    assert_eq!((erased[0]["index"].as_u64(), &erased[0]["act"]), (Some(index), &"erase".into()), "{erased:?}");
    // The twin: once released, it is due.
    succeed(&data, &["retention", "release", "rejects/held.csv"]);
    let plan = succeed(&data, &["retention", "plan", "--json"]).json();
    assert_eq!(plan["due"][0]["what"], "rejects/held.csv");
}

#[test]
fn renewing_the_keys_leaves_everything_readable() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    add(&data, "ana");
    assert!(data.join("keys/master-000001.key").exists());
    succeed(&data, &["retention", "run", "--renew-keys"]);
    assert!(!data.join("keys/master-000001.key").exists() && data.join("keys/master-000002.key").exists());
    succeed(&data, &["audit", "verify"]);
    assert_eq!(entries(&data, &["--what", "account/ana"]).len(), 1);
}

#[test]
fn the_doctor_is_content_with_a_fresh_folder_and_not_with_open_keys() {
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let checks = succeed(&data, &["doctor", "--json"]).json();
    let checks = checks.as_array().unwrap();
    let state = |id: &str| checks.iter().find(|check| check["id"] == id).map(|check| check["state"].clone()).unwrap();
    assert_eq!((state("keys"), state("retention"), state("address")), ("ok".into(), "ok".into(), "ok".into()));
    assert_eq!(state("rights"), "look");
    assert!(checks.iter().all(|check| (check["state"] == "ok") == check["do"].as_str().unwrap().is_empty()));

    let keys = data.join("keys");
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o750)).unwrap();
    let open = run(&data, &["doctor", "--json"]);
    assert_eq!(open.status, 1, "{}", open.stderr);
    assert_eq!(open.json()[0]["state"], "wrong");
    assert!(open.json()[0]["why"].as_str().unwrap().contains("0750"), "{}", open.stdout);
    fs::set_permissions(&keys, fs::Permissions::from_mode(0o700)).unwrap();
    succeed(&data, &["doctor"]);

    // A month's key that is lost, not destroyed; the address that would not start.
    add(&data, "ana");
    let month = fs::read_dir(&keys).unwrap().map(|e| e.unwrap().path()).find(|p| path(p).contains("/month-")).unwrap();
    let aside = place.path().join("month.key");
    fs::rename(&month, &aside).unwrap();
    let lost = run(&data, &["doctor", "--json"]);
    assert_eq!(lost.status, 1);
    let wrong =
        lost.json().as_array().unwrap().iter().any(|check| check["id"] == "months" && check["state"] == "wrong");
    assert!(wrong, "{}", lost.stdout);
    fs::rename(&aside, &month).unwrap();
    succeed(&data, &["doctor"]);
    let mut settings = fs::read_to_string(data.join("beffroi.toml")).unwrap();
    settings.push_str("\naddress = \"0.0.0.0:8117\"\n");
    fs::write(data.join("beffroi.toml"), settings).unwrap();
    assert_eq!(run(&data, &["doctor"]).status, 1);
}

#[test]
fn a_password_comes_by_the_standard_input_and_a_short_one_is_refused() {
    use std::io::Write as _;
    let place = tempfile::tempdir().unwrap();
    let data = folder(place.path());
    let add = |login: &str, password: &str| {
        let mut command = beffroi(&data);
        command.args(["user", "add", login, "--name", "Synthetic", "--password-stdin"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        child.wait().unwrap().code()
    };
    assert_eq!(add("ana", "correct horse battery\n"), Some(0));
    assert_eq!(add("zoe", "short\n"), Some(1));
    assert_eq!(succeed(&data, &["user", "list", "--json"]).json().as_array().unwrap().len(), 1);
}
