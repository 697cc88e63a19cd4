//! Reads the generated files back, with code of its own.

use crate::{Key, Member};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// One report as read.
pub(super) struct Read {
    pub(super) id: String,
    pub(super) reported: Date,
    pub(super) occurred: Option<Date>,
    pub(super) department: String,
    pub(super) phenomenon: String,
    /// Amount in cents, as text.
    pub(super) loss: Option<String>,
    /// Values of the author, canonical.
    pub(super) keys: Vec<Key>,
    /// The victim's number, canonical.
    pub(super) victim: Option<Key>,
}

/// Every valid report of the four files.
pub(super) fn read(dir: &Path) -> BTreeMap<Member, Read> {
    let mut all = BTreeMap::new();
    let mut put = |source: &str, read: Read| {
        let member = Member { source: source.to_owned(), id: read.id.clone() };
        assert!(all.insert(member, read).is_none(), "a number stands twice in {source}");
    };
    let bytes = |name: &str| std::fs::read(dir.join(name)).unwrap();
    let unites = bytes("synth-unites.csv");
    for cells in table(&encoding_rs::WINDOWS_1252.decode(&unites).0, ';') {
        if cells[0].starts_with("SYN-X-") {
            continue;
        }
        let day = |text: &str| format!("{}-{}-{}", &text[6..], &text[3..5], &text[..2]).parse::<Date>().unwrap();
        put(
            "synth-unites",
            Read {
                id: cells[0].clone(),
                occurred: (!cells[1].is_empty()).then(|| day(&cells[1])),
                reported: day(&cells[2]),
                department: cells[3].clone(),
                phenomenon: cells[5].clone(),
                loss: cents(&cells[9]),
                keys: keys(&cells[10], &cells[11], &cells[12], &cells[13]),
                victim: keys(&cells[14], "", "", "").pop(),
            },
        );
    }
    for line in String::from_utf8(bytes("synth-thesee.jsonl")).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let one = |name: &str| text(&row["author"][name][0]);
        put(
            "synth-thesee",
            Read {
                id: text(&row["id"]),
                reported: text(&row["reported_on"]).parse().unwrap(),
                occurred: text(&row["facts_on"]).parse().ok(),
                department: text(&row["department"]),
                phenomenon: text(&row["phenomenon"]),
                loss: None,
                keys: keys(&one("phones"), &one("domains"), &one("emails"), &one("ibans")),
                victim: keys(&text(&row["victim_phone"]), "", "", "").pop(),
            },
        );
    }
    for cells in table(&String::from_utf8(bytes("synth-perceval.csv")).unwrap(), ',') {
        put(
            "synth-perceval",
            Read {
                id: cells[0].clone(),
                reported: cells[1].parse().unwrap(),
                occurred: cells[2].parse().ok(),
                department: cells[3].clone(),
                phenomenon: cells[6].clone(),
                loss: cents(&cells[4]),
                keys: keys("", &cells[5], "", ""),
                victim: None,
            },
        );
    }
    for cells in table(&String::from_utf8(bytes("synth-17cyber.tsv")).unwrap(), '\t') {
        put(
            "synth-17cyber",
            Read {
                id: cells[0].clone(),
                reported: cells[1].parse().unwrap(),
                occurred: None,
                department: cells[2].clone(),
                phenomenon: cells[3].clone(),
                loss: None,
                keys: keys(&cells[6], &cells[5], "", ""),
                victim: None,
            },
        );
    }
    all
}

fn table(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let width = text.lines().next().unwrap().split(delimiter).count();
    let rows: Vec<Vec<String>> =
        text.lines().skip(1).map(|line| line.split(delimiter).map(str::to_owned).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == width || row[0].starts_with("SYN-X-")));
    rows
}

fn cents(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.chars().filter(char::is_ascii_digit).collect())
}

fn keys(phone: &str, domain: &str, email: &str, iban: &str) -> Vec<Key> {
    let compact = |text: &str| text.replace(' ', "");
    let phone = compact(phone);
    let e164 = phone.strip_prefix('0').map_or(phone.clone(), |rest| format!("+33{rest}"));
    let cells = [
        ("phone-number", e164),
        ("domain-name", domain.to_ascii_lowercase()),
        ("email-addr", email.to_ascii_lowercase()),
        ("iban", compact(iban)),
    ];
    let filled = cells.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(kind, value)| Key { kind: kind.to_owned(), value }).collect()
}
