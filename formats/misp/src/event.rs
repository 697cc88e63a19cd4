//! A report as a MISP event.

use beffroi_model::{Marking, ObservableKind, Pap, Tlp};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

/// The labels that tags can carry: all of them.
pub const TLP_LABELS: [Tlp; 5] = Tlp::ALL;

/// A technical element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// What it is.
    pub kind: ObservableKind,
    /// Its canonical value.
    pub value: String,
    /// Where it comes from, and until when it is to be looked for.
    pub comment: String,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its reference, the same in every version.
    pub reference: String,
    /// The name of who publishes it.
    pub publisher: String,
    /// Its title.
    pub info: String,
    /// Its day.
    pub date: Date,
    /// When this version was written.
    pub at: Timestamp,
    /// Whether it is out.
    pub published: bool,
    /// Whether nothing more is expected.
    pub complete: bool,
    /// To whom it may go, what may be done.
    pub marking: Marking,
    /// Tags besides those of the marking.
    pub tags: Vec<String>,
    /// Technical elements.
    pub attributes: Vec<Attribute>,
    /// The text, as the comment of the reference.
    pub text: String,
}

/// The tags of a marking.
pub fn marking_tags(marking: Marking) -> [String; 2] {
    [format!("tlp:{}", marking.tlp.label().to_lowercase()), marking.pap.to_string()]
}

/// The tags of an Admiralty grade: reliability `a` to `g`, credibility `1` to `6`. No number is made of them: `f` and `6`
/// say that nothing is known, which the weights of the taxonomy (50 each) do not.
pub fn admiralty_tags(reliability: char, credibility: u8) -> [String; 2] {
    [
        format!("admiralty-scale:source-reliability=\"{}\"", reliability.to_ascii_lowercase()),
        format!("admiralty-scale:information-credibility=\"{credibility}\""),
    ]
}

/// The event, indented.
pub fn write(event: &Event) -> String {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"misp.beffroi.invalid");
    let id = |named: &str| Uuid::new_v5(&namespace, named.as_bytes()).to_string();
    let timestamp = event.at.as_second().to_string();
    let attribute = |kind: &str, category: &str, value: &str, comment: &str, to_ids: bool| {
        json!({
            "uuid": id(&format!("attribute:{}:{kind}:{value}", event.reference)),
            "type": kind,
            "category": category,
            "value": value,
            "comment": comment,
            "to_ids": to_ids,
            "distribution": "5",
            "timestamp": timestamp,
            "deleted": false,
            "disable_correlation": false,
        })
    };
    let mut attributes = vec![attribute("text", "Internal reference", &event.reference, &event.text, false)];
    for element in &event.attributes {
        let (kind, category, detects) = kind(element.kind);
        // PAP:RED asks for nothing that could be noticed: no sensor is fed.
        let to_ids = detects && event.marking.pap < Pap::Red;
        attributes.push(attribute(kind, category, &element.value, &element.comment, to_ids));
    }
    let tags: Vec<Value> =
        marking_tags(event.marking).iter().chain(&event.tags).map(|tag| json!({ "name": tag })).collect();
    let event = json!({ "Event": {
        "uuid": id(&format!("event:{}", event.reference)),
        "info": event.info,
        "date": event.date.to_string(),
        "threat_level_id": "4",
        "analysis": if event.complete { "2" } else { "1" },
        "distribution": distribution(event.marking.tlp),
        "published": event.published,
        "timestamp": timestamp,
        "publish_timestamp": if event.published { timestamp.as_str() } else { "0" },
        "Orgc": { "uuid": id(&format!("org:{}", event.publisher)), "name": event.publisher },
        "Tag": tags,
        "Attribute": attributes,
    }});
    format!("{event:#}\n")
}

/// How far instances pass an event on: never further than its label. `0` this organisation, `1` this community, `3` all.
fn distribution(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "3",
        Tlp::Green => "1",
        Tlp::Amber | Tlp::AmberStrict | Tlp::Red => "0",
    }
}

/// Type and category in MISP, and whether sensors look for it.
fn kind(kind: ObservableKind) -> (&'static str, &'static str, bool) {
    match kind {
        ObservableKind::DomainName => ("domain", "Network activity", true),
        ObservableKind::Url => ("url", "Network activity", true),
        ObservableKind::EmailAddr => ("email-src", "Payload delivery", true),
        ObservableKind::Ipv4Addr | ObservableKind::Ipv6Addr => ("ip-dst", "Network activity", true),
        ObservableKind::PhoneNumber => ("phone-number", "Financial fraud", false),
        ObservableKind::Iban => ("iban", "Financial fraud", false),
        ObservableKind::BtcAddress => ("btc", "Financial fraud", false),
        ObservableKind::EthAddress | ObservableKind::SocialHandle => ("text", "Other", false),
    }
}
