//! A report and what it refers to, as one bundle.

use crate::marking::definitions;
use crate::pattern;
use beffroi_model::{Marking, ObservableKind};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A technique of attack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    /// The catalogue, as STIX names it: `mitre-attack`.
    pub catalogue: String,
    /// Its identifier there: `T1566`.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A technical element of the author's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// What it is.
    pub kind: ObservableKind,
    /// Its canonical value.
    pub value: String,
    /// Its form that nobody can click, for texts.
    pub shown: String,
    /// Where it comes from.
    pub context: String,
    /// Since when it is known.
    pub from: Timestamp,
    /// Until when it is to be looked for: after [`Element::from`].
    pub until: Timestamp,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its reference, the same in every version.
    pub reference: String,
    /// The name of who publishes it.
    pub publisher: String,
    /// Its title.
    pub title: String,
    /// What it says.
    pub description: String,
    /// When it was first written.
    pub created: Timestamp,
    /// When this version was: not before [`Report::created`].
    pub modified: Timestamp,
    /// Whether it holds no longer.
    pub revoked: bool,
    /// 0 to 100; nothing when it cannot be judged.
    pub confidence: Option<u8>,
    /// Words to find it by.
    pub labels: Vec<String>,
    /// The language of its texts.
    pub lang: String,
    /// To whom it may go, what may be done.
    pub marking: Marking,
    /// ISO 3166-1 alpha-2: where.
    pub country: String,
    /// Techniques seen.
    pub techniques: Vec<Technique>,
    /// Technical elements.
    pub elements: Vec<Element>,
    /// What to do.
    pub steps: Vec<Step>,
}

/// The bundle, indented.
pub fn write(report: &Report) -> String {
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_DNS, b"stix.beffroi.invalid");
    let id =
        |kind: &str, named: &str| format!("{kind}--{}", Uuid::new_v5(&namespace, format!("{kind}:{named}").as_bytes()));
    let markings = definitions(report.marking, namespace);
    let refs: Vec<Value> = markings.iter().map(|marking| marking["id"].clone()).collect();
    let publisher = id("identity", &report.publisher);
    let (created, modified) = (instant(report.created), instant(report.modified.max(report.created)));
    let object = |kind: &str, named: &str, own: Value| {
        let mut object = json!({
            "type": kind,
            "spec_version": "2.1",
            "id": id(kind, named),
            "created": created,
            "modified": modified,
            "lang": report.lang,
            "object_marking_refs": refs,
        });
        if kind != "identity"
            && let Some(object) = object.as_object_mut()
        {
            object.insert("created_by_ref".to_owned(), json!(publisher));
        }
        if let (Value::Object(all), Value::Object(own)) = (&mut object, own) {
            all.extend(own);
        }
        object
    };

    let identity =
        object("identity", &report.publisher, json!({ "name": report.publisher, "identity_class": "organization" }));
    let mut told = vec![object("location", &report.country, json!({ "country": report.country }))];
    told.extend(report.techniques.iter().map(|technique| {
        let known = json!([{ "source_name": technique.catalogue, "external_id": technique.id }]);
        object("attack-pattern", &technique.id, json!({ "name": technique.name, "external_references": known }))
    }));
    let mut unsaid = Vec::new();
    for element in &report.elements {
        let Some(pattern) = pattern(element.kind, &element.value) else {
            unsaid.push(format!("{} {} – {}", element.kind, element.shown, element.context));
            continue;
        };
        let own = json!({
            "name": element.shown,
            "description": element.context,
            "indicator_types": ["malicious-activity"],
            "pattern": pattern,
            "pattern_type": "stix",
            "valid_from": instant(element.from),
            "valid_until": instant(element.until),
        });
        told.push(object("indicator", &format!("{}:{}:{}", report.reference, element.kind, element.value), own));
    }
    for (n, step) in report.steps.iter().enumerate() {
        let named = format!("{}:{n}", report.reference);
        told.push(object("course-of-action", &named, json!({ "name": step.who, "description": step.what })));
    }
    let mut all = vec![identity];
    let object_refs: Vec<Value> = told.iter().map(|object| object["id"].clone()).collect();
    let mut own = Map::from_iter([
        ("name".to_owned(), json!(report.title)),
        ("description".to_owned(), json!(report.description)),
        ("report_types".to_owned(), json!(["threat-report"])),
        ("published".to_owned(), json!(modified)),
        ("object_refs".to_owned(), json!(object_refs)),
        (
            "external_references".to_owned(),
            json!([{ "source_name": report.publisher, "external_id": report.reference }]),
        ),
    ]);
    if report.revoked {
        own.insert("revoked".to_owned(), json!(true));
    }
    if let Some(confidence) = report.confidence {
        own.insert("confidence".to_owned(), json!(confidence.min(100)));
    }
    if !report.labels.is_empty() {
        own.insert("labels".to_owned(), json!(report.labels));
    }
    let whole = object("report", &report.reference, Value::Object(own));
    if !unsaid.is_empty() {
        let own = json!({ "content": unsaid.join("\n"), "object_refs": [whole.get("id")] });
        all.push(object("note", &report.reference, own));
    }
    all.extend(told);
    all.push(whole);
    let objects: Vec<Value> = markings.into_iter().chain(all).collect();
    let bundle = json!({
        "type": "bundle",
        "id": id("bundle", &format!("{}:{modified}", report.reference)),
        "objects": objects,
    });
    format!("{bundle:#}\n")
}

/// With three digits of the second, in UTC (section 3.2).
fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
