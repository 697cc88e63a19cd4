//! Bundles as a reader of STIX sees them, and as the schemas of OASIS judge them where a judge is at hand.

use beffroi_model::{Marking, ObservableKind, Pap, Tlp};
use beffroi_stix::{Element, Report, Step, TLP_EXTENSION, Technique, tlp_id, write};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn element(kind: ObservableKind, value: &str) -> Element {
    Element {
        kind,
        value: value.to_owned(),
        shown: value.replace('.', "[.]"),
        context: "12 reports".to_owned(),
        from: at("2025-12-22T09:00:00Z"),
        until: at("2026-01-21T22:59:59Z"),
    }
}

fn report(tlp: Tlp) -> Report {
    Report {
        reference: "FLASH-2025-001".to_owned(),
        publisher: "Observatoire et centre d’alerte cyber".to_owned(),
        title: "Faux conseillers".to_owned(),
        description: "Une hausse.".to_owned(),
        created: at("2025-12-22T09:00:00Z"),
        modified: at("2025-12-23T09:00:00Z"),
        revoked: false,
        confidence: Some(70),
        labels: vec!["fake_bank_adviser".to_owned()],
        lang: "fr".to_owned(),
        marking: Marking { tlp, pap: Pap::Green },
        country: "FR".to_owned(),
        techniques: vec![Technique {
            catalogue: "mitre-attack".to_owned(),
            id: "T1566".to_owned(),
            name: "Phishing".to_owned(),
        }],
        elements: vec![
            element(ObservableKind::DomainName, "banque-alerte.example"),
            element(ObservableKind::Ipv4Addr, "192.0.2.7"),
            element(ObservableKind::PhoneNumber, "+33639980001"),
        ],
        steps: vec![Step { who: "Enquêteurs".to_owned(), what: "rapprocher".to_owned() }],
    }
}

fn bundle(report: &Report) -> Value {
    serde_json::from_str(&write(report)).unwrap()
}

fn of<'a>(bundle: &'a Value, kind: &str) -> Vec<&'a Value> {
    bundle["objects"].as_array().unwrap().iter().filter(|object| object["type"] == kind).collect()
}

#[test]
fn each_label_has_the_identifier_of_the_extension_and_every_object_carries_it() {
    let ids: BTreeSet<&str> = Tlp::ALL.into_iter().map(tlp_id).collect();
    assert_eq!(ids.len(), 5);
    for tlp in Tlp::ALL {
        let bundle = bundle(&report(tlp));
        let definition = of(&bundle, "marking-definition").into_iter().find(|d| d["id"] == tlp_id(tlp)).unwrap();
        assert_eq!(definition["extensions"][TLP_EXTENSION]["tlp_2_0"], tlp.label().to_lowercase());
        assert_eq!(definition["name"], format!("TLP:{}", tlp.label()));
        for object in bundle["objects"].as_array().unwrap() {
            if object["type"] == "marking-definition" {
                continue;
            }
            let refs: Vec<&str> =
                object["object_marking_refs"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert!(refs.contains(&tlp_id(tlp)), "{object}");
            assert!(!refs.iter().any(|r| ids.contains(r) && *r != tlp_id(tlp)), "{object}");
        }
    }
}

#[test]
fn what_a_report_refers_to_is_there_and_identifiers_stay() {
    let first = bundle(&report(Tlp::Amber));
    let ids: Vec<&str> = first["objects"].as_array().unwrap().iter().filter_map(|o| o["id"].as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    let [whole] = of(&first, "report")[..] else { panic!("one report") };
    for reference in whole["object_refs"].as_array().unwrap() {
        assert!(ids.contains(&reference.as_str().unwrap()), "{reference}");
    }
    assert_eq!((whole["confidence"].as_u64(), whole.get("revoked")), (Some(70), None));
    assert_eq!(write(&report(Tlp::Amber)), write(&report(Tlp::Amber)));
    let later = Report { modified: at("2025-12-29T09:00:00Z"), revoked: true, confidence: None, ..report(Tlp::Amber) };
    let later = bundle(&later);
    let [again] = of(&later, "report")[..] else { panic!("one report") };
    assert_eq!((again["id"].clone(), again["created"].clone()), (whole["id"].clone(), whole["created"].clone()));
    assert_eq!((again["revoked"].clone(), again.get("confidence")), (Value::Bool(true), None));
    assert_ne!(later["id"], first["id"]);
}

#[test]
fn an_indicator_ends_and_what_has_no_pattern_is_a_note() {
    let bundle = bundle(&report(Tlp::Green));
    let indicators = of(&bundle, "indicator");
    assert_eq!(indicators.len(), 2);
    for indicator in indicators {
        assert_eq!(indicator["valid_until"], "2026-01-21T22:59:59.000Z");
        assert!(indicator["description"].as_str().is_some_and(|context| !context.is_empty()));
    }
    let [note] = of(&bundle, "note")[..] else { panic!("one note") };
    assert!(note["content"].as_str().unwrap().contains("+33639980001"));
}

/// The schemas of OASIS, where the public files are.
fn schemas() -> Option<PathBuf> {
    let folder = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join("stix/cti-stix2-json-schemas/schemas");
    path.exists().then_some(path)
}

/// Judges each object of a bundle with the schema of its type; exit 3 says that there is no judge. The schema of bundles
/// forgets locations and notes, which section 4 of the standard has: they are judged by their own schemas alone.
const JUDGE: &str = r#"
import json, pathlib, sys
try:
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource
except ImportError:
    sys.exit(3)
root, file = pathlib.Path(sys.argv[1]), sys.argv[2]
found = {}
for path in root.rglob("*.json"):
    schema = json.loads(path.read_text())
    found[path.stem] = schema
registry = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in found.values() if "$id" in s)
bundle = json.loads(pathlib.Path(file).read_text())
faults = []
known = [o for o in bundle["objects"] if o["type"] not in ("location", "note")]
for what, value in [("bundle", bundle | {"objects": known})] + [(o["type"], o) for o in bundle["objects"]]:
    for fault in Draft202012Validator(found[what], registry=registry).iter_errors(value):
        faults.append(f"{what}: {fault.message[:200]}")
print("\n".join(faults))
sys.exit(1 if faults else 0)
"#;

fn judged(schemas: &std::path::Path, text: &str, name: &str) -> Option<Result<(), String>> {
    let file = std::env::temp_dir().join(format!("beffroi-stix-{}-{name}.json", std::process::id()));
    std::fs::write(&file, text).unwrap();
    let output = Command::new("python3").args(["-c", JUDGE]).arg(schemas).arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    let output = output.ok()?;
    match output.status.code() {
        Some(0) => Some(Ok(())),
        Some(3) => None,
        _ => {
            Some(Err(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))))
        }
    }
}

#[test]
fn every_bundle_holds_to_the_schemas() {
    let Some(schemas) = schemas() else { return eprintln!("no schemas of STIX here: only the structure was tested") };
    let broken = write(&report(Tlp::Red)).replace("\"object_refs\"", "\"objects_refs\"");
    match judged(&schemas, &broken, "broken") {
        None => return eprintln!("no python3 with jsonschema here: only the structure was tested"),
        Some(judged) => assert!(judged.is_err(), "the judge lets everything pass"),
    }
    for tlp in Tlp::ALL {
        let text = write(&report(tlp));
        assert_eq!(judged(&schemas, &text, tlp.label()), Some(Ok(())), "{text}");
    }
}
