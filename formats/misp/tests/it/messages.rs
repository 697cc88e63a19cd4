//! Events as MISP has them, and warning lists as it gives them.

use beffroi_misp::{Attribute, Event, WarningListError, admiralty_tags, marking_tags, read_warning_list, write};
use beffroi_model::{Marking, ObservableKind, Pap, Tlp};
use serde_json::{Value, json};
use std::path::PathBuf;

fn event(tlp: Tlp, pap: Pap) -> Event {
    let attribute = |kind, value: &str| Attribute { kind, value: value.to_owned(), comment: "12 cas".to_owned() };
    Event {
        reference: "FLASH-2025-001".to_owned(),
        publisher: "Observatoire".to_owned(),
        info: "Faux conseillers".to_owned(),
        date: jiff::civil::date(2025, 12, 22),
        at: "2025-12-22T09:00:00Z".parse().unwrap(),
        published: true,
        complete: false,
        marking: Marking { tlp, pap },
        tags: admiralty_tags('F', 6).to_vec(),
        attributes: ObservableKind::ALL.into_iter().map(|kind| attribute(kind, kind.code())).collect(),
        text: "Une hausse.".to_owned(),
    }
}

fn read(event: &Event) -> Value {
    serde_json::from_str::<Value>(&write(event)).unwrap()["Event"].clone()
}

#[test]
fn the_marking_is_in_tags_and_no_instance_passes_it_further() {
    for tlp in Tlp::ALL {
        for pap in Pap::ALL {
            let event = read(&event(tlp, pap));
            let tags: Vec<&str> =
                event["Tag"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
            let marked: Vec<&&str> =
                tags.iter().filter(|tag| tag.starts_with("tlp:") || tag.starts_with("PAP:")).collect();
            assert_eq!(
                marked,
                marking_tags(Marking { tlp, pap })
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .iter()
                    .collect::<Vec<_>>()
            );
            let reach: u8 = event["distribution"].as_str().unwrap().parse().unwrap();
            assert!(
                reach
                    <= match tlp {
                        Tlp::Clear => 3,
                        Tlp::Green => 1,
                        _ => 0,
                    },
                "{tlp}"
            );
            let fed = event["Attribute"].as_array().unwrap().iter().any(|a| a["to_ids"] == true);
            assert_eq!(fed, pap < Pap::Red, "{pap}");
        }
    }
    assert_eq!(marking_tags(Marking { tlp: Tlp::AmberStrict, pap: Pap::Red }), ["tlp:amber+strict", "PAP:RED"]);
}

#[test]
fn an_unknown_grade_is_a_letter_and_never_a_number() {
    assert_eq!(
        admiralty_tags('F', 6),
        ["admiralty-scale:source-reliability=\"f\"", "admiralty-scale:information-credibility=\"6\""]
    );
    let event = read(&event(Tlp::Green, Pap::Green));
    assert!(event["Tag"].as_array().unwrap().iter().all(|tag| tag.get("numerical_value").is_none()));
}

#[test]
fn identifiers_stay_and_differ() {
    let (first, again) = (read(&event(Tlp::Green, Pap::Green)), read(&event(Tlp::Red, Pap::Red)));
    assert_eq!(first["uuid"], again["uuid"]);
    let ids: std::collections::BTreeSet<String> =
        first["Attribute"].as_array().unwrap().iter().map(|a| a["uuid"].to_string()).collect();
    assert_eq!(ids.len(), first["Attribute"].as_array().unwrap().len());
}

fn list(kind: &str, entries: &[&str]) -> Vec<u8> {
    json!({ "name": "essai", "version": 3, "description": "d", "type": kind, "list": entries,
            "matching_attributes": ["domain", "hostname", "url", "ip-src", "ip-dst", "domain|ip"] })
    .to_string()
    .into_bytes()
}

#[test]
fn each_type_holds_what_it_names_and_no_more() {
    let holds = |kind: &str, entries: &[&str], of: ObservableKind, value: &str| {
        read_warning_list(&list(kind, entries)).unwrap().0.holds(of, value)
    };
    use ObservableKind::{DomainName, Iban, Ipv4Addr, Ipv6Addr, Url};
    assert!(holds("hostname", &[".banque.example"], DomainName, "www.banque.example"));
    assert!(holds("hostname", &["banque.example"], Url, "https://www.banque.example/page"));
    assert!(!holds("hostname", &["banque.example"], DomainName, "fausse-banque.example"));
    assert!(!holds("hostname", &["banque.example"], DomainName, "banque.example.evil.example"));
    assert!(holds("string", &["Banque.example"], DomainName, "banque.example"));
    assert!(!holds("string", &["banque.example"], DomainName, "www.banque.example"));
    assert!(holds("substring", &["banque"], DomainName, "ma-banque.example"));
    assert!(holds("cidr", &["192.0.2.0/24"], Ipv4Addr, "192.0.2.255"));
    assert!(!holds("cidr", &["192.0.2.0/25"], Ipv4Addr, "192.0.2.255"));
    assert!(holds("cidr", &["0.0.0.0/0"], Ipv4Addr, "198.51.100.1"));
    assert!(!holds("cidr", &["0.0.0.0/0"], Ipv6Addr, "2001:db8::1"));
    assert!(holds("cidr", &["2001:db8::/32"], Ipv6Addr, "2001:db8::1"));
    assert!(holds("cidr", &["192.0.2.7"], Url, "http://192.0.2.7/x"));
    // Not one of the attributes that the list speaks of.
    assert!(!holds("substring", &["76"], Iban, "FR7612345987650123456789014"));
}

#[test]
fn what_is_no_list_is_refused_and_what_does_not_read_is_counted() {
    let refused = |bytes: &[u8]| read_warning_list(bytes).unwrap_err();
    assert!(matches!(refused(b"[]"), WarningListError::Form { .. }));
    assert!(matches!(refused(b"{\"name\":\"a\"}"), WarningListError::Form { .. }));
    let twice = br#"{"name":"a","name":"b","version":1,"type":"string","list":["x"]}"#;
    assert!(matches!(refused(twice), WarningListError::Form { .. }), "a key given twice is no list");
    assert!(matches!(refused(&list("regex", &["/x/"])), WarningListError::Kind { .. }));
    assert_eq!(refused(&list("cidr", &["x"])), WarningListError::Empty { what: "entry that reads" });
    let (_, findings) = read_warning_list(&list("cidr", &["x", "192.0.2.0/24", "192.0.2.0/33", ""])).unwrap();
    assert_eq!((findings.unread, findings.n_unread), (vec![1, 3, 4], 3));
}

#[test]
fn the_public_lists_read() {
    let shared = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let Ok(folders) = std::fs::read_dir(shared.join("misp/misp-warninglists/lists")) else {
        return eprintln!("no public warning lists here: only those of the test were read");
    };
    let mut n_read = 0;
    for folder in folders {
        let path = folder.unwrap().path().join("list.json");
        let bytes = std::fs::read(&path).unwrap();
        match read_warning_list(&bytes) {
            Ok((list, findings)) => {
                n_read += 1;
                assert!(findings.n_unread <= 1 + list.n_entries() / 1000, "{}: {findings:?}", path.display());
            }
            Err(WarningListError::Kind { .. }) => {}
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
    assert!(n_read > 30, "{n_read}");
}
