//! Jobs of the desk: control of who did what.

use super::hand::House;
use crate::upkeep::{path, python, tamper};
use serde_json::Value;
use std::collections::BTreeSet;

/// Accounts for every access: who did what to which object and why, and the proof that nothing was left out.
///
/// Where: `/journal`, `/consultations`, `beffroi audit list | prove | verify | export`.
/// Done well: any act is found by who, what and since when; an entry is proven against the signed state of the journal; an
/// export is verified by another program; a changed entry is found with its number.
/// Must not: a log with more personal data than needed: it holds references and acts, never content, and what leaves is
/// sealed.
#[test]
fn j11_1_account_for_every_access() {
    let house = House::of_demo();
    let (duty, control) = (house.hand("duty"), house.hand("dpo"));
    let signals = duty.json(&["signal", "list"]);
    let open = signals.as_array().unwrap().iter().find(|signal| signal["state"]["state"] == "open").unwrap();
    let id = open["id"].as_str().unwrap();
    let reason = "seen in the press of yesterday";
    duty.json(&["signal", "decide", id, "known", "--reason", reason]);
    let need = duty.add_example("need", &[("distinct", "yes")]);

    let entries = |args: &[&str]| -> Vec<Value> {
        let told = control.run(&[&["--json", "audit", "list"][..], args].concat());
        assert_eq!(told.status, 0, "{}", told.stderr);
        told.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let of_signal = entries(&["--what", &format!("signal/{id}"), "--who", "duty"]);
    assert_eq!((of_signal.len(), &of_signal[0]["act"]), (1, &"decide".into()), "{of_signal:?}");
    assert!(entries(&["--who", "duty"]).iter().any(|entry| entry["id"].as_str().unwrap().starts_with(&need)));
    assert!(entries(&["--since", "2200-01-01"]).is_empty());
    let linked = entries(&["--limit", "1000"]);
    let linkage = linked.iter().find(|entry| entry["kind"] == "series-run").unwrap();
    assert!(linkage["purpose"].as_str().is_some_and(|why| why.contains("decree 2023-1084")), "{linkage}");
    let vague = control.refused(&["audit", "list", "--what", "everything"]);
    assert!(vague.contains("everything") || vague.contains("KIND/ID"), "{vague}");

    // No content: neither the reason nor the texts of what was written.
    let known: BTreeSet<&str> =
        ["act", "at", "day", "id", "index", "kind", "purpose", "recipients", "reference", "who"].into();
    for entry in &linked {
        let fields: BTreeSet<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, known, "{entry}");
    }
    let all = serde_json::to_string(&linked).unwrap();
    assert!(!all.contains(reason) && !all.contains("téléphones saisis"), "the journal holds content");

    let number = of_signal[0]["index"].as_u64().unwrap().to_string();
    let proof = control.json(&["audit", "prove", &number]);
    assert!(!proof["proof"].as_array().unwrap().is_empty(), "{proof}");
    assert_eq!(control.json(&["audit", "verify"])["sound"], true);
    let out = house.path().join("control");
    control.json(&["audit", "export", "--out", &path(&out)]);
    let sealed = std::fs::read_to_string(out.join("entries.jsonl")).unwrap();
    assert!(!sealed.contains("duty") && !sealed.contains(id), "an export is sealed");
    let log_key = format!("@{}", path(&out.join("log.key")));
    if let Some((status, told)) = python(&["--log-key", &log_key, &path(&out)]) {
        assert_eq!(status, 0, "{told}");
    }

    let flip = format!("UPDATE journal_entries SET sealed = 'BBBB' || substr(sealed, 5) WHERE idx = {number}");
    if tamper(house.path(), &flip) {
        let told = control.run(&["--json", "audit", "verify"]);
        assert_eq!(told.status, 1, "{}", told.stdout);
        let faults = told.json()["faults"].as_array().unwrap().clone();
        assert!(faults.iter().any(|fault| fault["index"].as_u64() == number.parse().ok()), "{faults:?}");
    }
}
