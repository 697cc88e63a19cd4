//! Messages as an XML reader sees them, and as the schema of the standard judges them where a judge is at hand.

use beffroi_cap::{
    Area, CapError, Category, Certainty, Info, Message, NAMESPACE, Named, Reference, ResponseType, Scope, Severity,
    Status, Urgency, What, write,
};
use jiff::Zoned;
use std::path::PathBuf;
use std::process::Command;

fn at(text: &str) -> Zoned {
    text.parse().unwrap()
}

fn info(language: &str) -> Info {
    Info {
        language: language.to_owned(),
        category: Category::Security,
        event: "fake_shop".to_owned(),
        responses: vec![ResponseType::Avoid, ResponseType::Monitor],
        urgency: Urgency::Expected,
        severity: Severity::Moderate,
        certainty: Certainty::Likely,
        audience: Some("services".to_owned()),
        expires: at("2026-01-21T23:59:59+01:00[Europe/Paris]"),
        sender_name: "Observatoire".to_owned(),
        headline: "A < B & \"C\" \u{1} ]]> é".to_owned(),
        description: "ligne 1\nligne 2".to_owned(),
        instruction: "ne pas cliquer".to_owned(),
        contact: "permanence".to_owned(),
        parameters: vec![Named { name: "TLP".to_owned(), value: "GREEN".to_owned() }],
        area: Area {
            description: "France".to_owned(),
            geocodes: vec![Named { name: "ISO 3166-1".to_owned(), value: "FR".to_owned() }],
        },
    }
}

fn message(what: What, scope: Scope) -> Message {
    Message {
        identifier: "FLASH-2025-001.v1".to_owned(),
        sender: "flash@command.example".to_owned(),
        sent: at("2025-12-22T10:00:00+01:00[Europe/Paris]"),
        status: Status::Actual,
        what,
        scope,
        note: None,
        infos: vec![info("fr-FR"), info("en-GB")],
    }
}

fn earlier() -> Vec<Reference> {
    let sent = at("2025-12-20T10:00:00+01:00[Europe/Paris]");
    vec![Reference { sender: "flash@command.example".to_owned(), identifier: "FLASH-2025-001.v0".to_owned(), sent }]
}

/// Every kind of message there is.
fn all() -> Vec<Message> {
    let mut all = Vec::new();
    for what in [What::Alert, What::Update(earlier()), What::Cancel(earlier())] {
        for scope in
            [Scope::Public, Scope::Restricted("TLP:AMBER".to_owned()), Scope::Private(vec!["a@b.example".to_owned()])]
        {
            for status in Status::ALL {
                all.push(Message { status: *status, ..message(what.clone(), scope.clone()) });
            }
        }
    }
    all
}

#[test]
fn a_reader_of_xml_finds_what_was_said() {
    for message in all() {
        let text = write(&message).unwrap();
        let xml = roxmltree::Document::parse(&text).unwrap();
        let root = xml.root_element();
        assert_eq!((root.tag_name().name(), root.tag_name().namespace()), ("alert", Some(NAMESPACE)));
        let find = |name: &str| root.descendants().find(|node| node.has_tag_name((NAMESPACE, name)));
        let text_of = |name: &str| find(name).and_then(|node| node.text()).unwrap_or_default().to_owned();
        assert_eq!(text_of("identifier"), message.identifier);
        assert_eq!(text_of("sent"), "2025-12-22T10:00:00+01:00");
        assert_eq!(text_of("status"), message.status.text());
        assert_eq!(text_of("headline"), "A < B & \"C\"  ]]> é");
        assert_eq!(find("restriction").is_some(), matches!(message.scope, Scope::Restricted(_)));
        assert_eq!(find("addresses").is_some(), matches!(message.scope, Scope::Private(_)));
        assert_eq!(find("references").is_some(), !matches!(message.what, What::Alert));
        assert_eq!(root.children().filter(|node| node.has_tag_name((NAMESPACE, "info"))).count(), 2);
        let order: Vec<&str> = root.children().filter(|n| n.is_element()).map(|n| n.tag_name().name()).collect();
        let schema = [
            "identifier",
            "sender",
            "sent",
            "status",
            "msgType",
            "scope",
            "restriction",
            "addresses",
            "note",
            "references",
            "info",
            "info",
        ];
        let mut rest = schema.iter();
        assert!(order.iter().all(|name| rest.any(|known| known == name)), "{order:?}");
    }
}

#[test]
fn instants_carry_an_offset_and_never_z() {
    let mut message = message(What::Alert, Scope::Public);
    message.sent = at("2025-07-01T08:00:00+00:00[UTC]");
    assert!(write(&message).unwrap().contains("<sent>2025-07-01T08:00:00-00:00</sent>"));
}

#[test]
fn what_the_standard_says_in_words_is_refused() {
    let refused = |message: Message| write(&message).unwrap_err();
    let missing = |error: CapError, what: &str| matches!(error, CapError::Missing { what: found, .. } if found == what);
    assert!(missing(refused(message(What::Update(vec![]), Scope::Public)), "references"));
    assert!(missing(refused(message(What::Cancel(vec![]), Scope::Public)), "references"));
    assert!(missing(refused(message(What::Alert, Scope::Restricted(" ".to_owned()))), "restriction"));
    assert!(missing(refused(message(What::Alert, Scope::Private(vec![]))), "addresses"));
    for wrong in ["", "a b", "a,b", "a<b", "a&b"] {
        let named = Message { identifier: wrong.to_owned(), ..message(What::Alert, Scope::Public) };
        assert!(matches!(refused(named), CapError::Name { what: "identifier", .. }), "{wrong}");
        let named = Message { sender: wrong.to_owned(), ..message(What::Alert, Scope::Public) };
        assert!(matches!(refused(named), CapError::Name { what: "sender", .. }), "{wrong}");
        let named = message(What::Alert, Scope::Private(vec![wrong.to_owned()]));
        assert!(matches!(refused(named), CapError::Name { what: "address", .. }), "{wrong}");
    }
}

/// The schema of the standard, where the public files are.
fn schema() -> Option<PathBuf> {
    let folder = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = folder.join("cap/schema/cap12.xsd");
    path.exists().then_some(path)
}

fn valid(schema: &std::path::Path, text: &str) -> Option<bool> {
    let file = std::env::temp_dir().join(format!("beffroi-cap-{}-{}.xml", std::process::id(), text.len()));
    std::fs::write(&file, text).unwrap();
    let judged = Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).arg(schema).arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    judged.ok().map(|judged| judged.status.success())
}

#[test]
fn every_message_holds_to_the_schema() {
    let Some(schema) = schema() else { return eprintln!("no schema of CAP here: only the structure was tested") };
    let broken = write(&message(What::Alert, Scope::Public)).unwrap().replace("Actual", "Perhaps");
    match valid(&schema, &broken) {
        None => return eprintln!("no xmllint here: only the structure was tested"),
        Some(passed) => assert!(!passed, "the judge lets everything pass"),
    }
    for message in all() {
        let text = write(&message).unwrap();
        assert_eq!(valid(&schema, &text), Some(true), "{text}");
    }
}
