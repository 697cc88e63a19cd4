//! The worked example of `docs/journal-format.md`, made again: the page cannot say one thing and the code another.

use beffroi_journal::{
    Act, Checkpoint, Entry, FaultKind, Frontier, Journal, LogKey, MonthKey, ObjectRef, Proof, Purpose, Record,
    StoredRecord, Witness, WitnessKey,
};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use std::path::Path;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/journal-format.md");
    std::fs::read_to_string(path).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hexadecimal digits, 64 a line, as the page prints them.
fn block(bytes: &[u8]) -> String {
    bytes.chunks(32).map(|chunk| format!("{}\n", hex(chunk))).collect()
}

fn example() -> Entry {
    Entry {
        who: "agent-42".to_owned(),
        at: "2026-11-22T14:03:05.123456Z".parse().unwrap(),
        act: Act::Consult,
        object: ObjectRef { kind: "report".to_owned(), id: "R-0001".to_owned() },
        purpose: Some(Purpose { why: "enquête".to_owned(), reference: Some("CASE-7".to_owned()) }),
        recipients: Vec::new(),
    }
}

#[test]
fn the_worked_example_of_the_page_is_what_the_code_does() {
    let page = page();
    let secret: [u8; 32] = std::array::from_fn(|n| n as u8);
    let nonce: [u8; 24] = std::array::from_fn(|n| 0x40 + n as u8);
    let key = MonthKey::new("2026-11".parse().unwrap(), secret);
    let mut journal = Journal::new("beffroi.example/journal").unwrap();
    let appended = journal.append(&example(), &key, nonce).unwrap();
    let record = appended.record;

    // The sealed entry opens, by another road than `Record::open`, to the bytes the page prints.
    let cipher = XChaCha20Poly1305::new((&secret).into());
    let text = Payload { msg: &record.sealed()[24..], aad: &record.header.to_bytes() };
    let plain = cipher.decrypt((&nonce).into(), text).unwrap();

    let log = LogKey::new("beffroi.example/journal", &[1; 32]).unwrap();
    let witness = WitnessKey::new("witness.example/w", &[2; 32]).unwrap();
    let at = "2026-11-22T15:00:00Z".parse().unwrap();
    let signed = Checkpoint::new(journal.origin(), journal.frontier(), at).sign(&log).unwrap();
    let keys = (log.verifier(), witness.verifier());
    let cosigned = Witness::new(log.verifier(), witness).cosign(&signed, &Proof::default(), at).unwrap();

    for (what, expected) in [
        ("secret", hex(&secret)),
        ("nonce", hex(&nonce)),
        ("entry", block(&plain)),
        ("header", hex(&record.header.to_bytes())),
        ("leaf", block(&record.leaf())),
        ("leaf hash", hex(appended.leaf.as_bytes())),
        ("line", StoredRecord::new(record).to_line()),
        ("journal's key", keys.0.to_string()),
        ("witness's key", keys.1.to_string()),
        ("checkpoint", cosigned.to_string()),
    ] {
        assert!(page.contains(&expected), "{what} is not on the page:\n{expected}");
    }
}

#[test]
fn the_page_lists_every_act_and_every_fault() {
    let page = page();
    for act in Act::ALL {
        let row = format!("| {} | `{}` |", act.code(), act.name());
        assert!(page.contains(&row), "{row}");
        let marks = format!(
            "{row} {} | {} |",
            if act.needs_purpose() { "yes" } else { "" },
            if act.needs_recipient() { "yes" } else { "" }
        );
        assert!(page.contains(&marks), "{marks}");
    }
    for kind in [
        FaultKind::Line,
        FaultKind::Index,
        FaultKind::Leaf,
        FaultKind::Day,
        FaultKind::Unreadable,
        FaultKind::CheckpointForm,
        FaultKind::CheckpointOrigin,
        FaultKind::CheckpointSignature,
        FaultKind::CheckpointSigner,
        FaultKind::CheckpointOrder,
        FaultKind::Fork,
        FaultKind::History,
        FaultKind::Truncated,
        FaultKind::RolledBack,
        FaultKind::Unsigned,
        FaultKind::NoCheckpoint,
        FaultKind::Witnesses,
    ] {
        assert!(page.contains(&format!("| `{}` |", kind.name())), "{}", kind.name());
    }
}

#[test]
fn the_example_reads_back() {
    let key = MonthKey::new("2026-11".parse().unwrap(), std::array::from_fn(|n| n as u8));
    let line = page().lines().find(|line| line.starts_with(r#"{"index":0,"#)).unwrap().to_owned();
    let stored = StoredRecord::from_line(line.as_bytes()).unwrap();
    assert_eq!(stored.record.open(&key), Ok(example()));
    let mut frontier = Frontier::new();
    frontier.append(Record::leaf_hash(&stored.record)).unwrap();
    assert_eq!(frontier.root(), stored.leaf);
}
