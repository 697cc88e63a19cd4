//! The schemas of the answers (JSON Schema 2020-12, as OpenAPI 3.1 takes them). A test holds each example's answer against
//! its own.

use serde_json::{Map, Value, json};

/// Every schema by its name.
pub(super) fn all() -> Value {
    let mut all = Map::new();
    let mut add = |name: &str, schema: Value| all.insert(name.to_owned(), schema);
    let listed = |of: &str| {
        object(
            &[("n", count()), ("next", maybe("string")), ("objects", array(reference(of)))],
            &["n", "next", "objects"],
        )
    };
    add("Both", object(&[("fr", text()), ("en", text())], &["fr", "en"]));
    add("Marking", object(&[("tlp", text()), ("pap", text())], &["tlp", "pap"]));
    add("Indicator", indicator());
    add("Indicators", listed("Indicator"));
    add("Figure", figure());
    add("Figures", figures());
    add("Certificate", certificate());
    add("SdmxMessage", object(&[("meta", anything()), ("data", anything())], &["meta", "data"]));
    add("CodeListHead", code_list());
    add("CodeLists", listed("CodeListHead"));
    add("Code", code());
    add(
        "Codes",
        object(
            &[
                ("list", reference("CodeListHead")),
                ("n", count()),
                ("next", maybe("string")),
                ("objects", array(reference("Code"))),
            ],
            &["list", "n", "next", "objects"],
        ),
    );
    add("Link", link());
    add("CodeStanding", standing());
    add(
        "CodeMap",
        object(
            &[
                ("from", text()),
                ("to", text()),
                ("code", text()),
                ("on", day()),
                ("crosswalk", json!({ "type": ["object", "null"] })),
                ("links", array(reference("Link"))),
            ],
            &["from", "to", "code", "on", "crosswalk", "links"],
        ),
    );
    add("Source", source());
    add("Sources", listed("Source"));
    add("Snapshot", snapshot());
    add("Snapshots", listed("Snapshot"));
    add("Delivery", delivery());
    add("Deliveries", listed("Delivery"));
    add("Alert", alert());
    add("Situation", situation());
    add("Objects", object(&[("n", count()), ("objects", array(anything()))], &["n", "objects"]));
    add(
        "Register",
        object(&[("name", text()), ("prefix", text())], &["name", "label", "purpose", "prefix", "states", "fields"]),
    );
    add("Registers", listed("Register"));
    add(
        "Record",
        object(
            &[
                ("reference", text()),
                ("register", text()),
                ("state", text()),
                ("version", count()),
                ("marking", reference("Marking")),
            ],
            &["reference", "register", "state", "version", "marking", "values"],
        ),
    );
    add("Records", listed("Record"));
    add("NewRecord", closed(&[("values", anything())], &["values"]));
    add("RecordValues", closed(&[("values", anything()), ("reason", text())], &[]));
    add("RecordMarking", closed(&[("tlp", text()), ("pap", text()), ("reason", text())], &["tlp", "pap"]));
    add("Written", object(&[("reference", text()), ("version", count())], &["reference"]));
    add(
        "Sheet",
        object(
            &[
                ("register", text()),
                ("sheet", text()),
                ("title", text()),
                ("marking", text()),
                ("blocks", array(anything())),
            ],
            &["register", "sheet", "title", "marking", "blocks"],
        ),
    );
    add("Deadline", object(&[("reference", text()), ("due", text()), ("late", flag())], &["reference", "due", "late"]));
    add("Deadlines", listed("Deadline"));
    add("OpenApi", object(&[("openapi", text()), ("paths", anything())], &["openapi", "paths"]));
    add("Problem", problem());
    Value::Object(all)
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn day() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn anything() -> Value {
    json!({ "type": "object" })
}

fn maybe(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn array(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn object(members: &[(&str, Value)], required: &[&str]) -> Value {
    let properties: Map<String, Value> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// An object without other members.
fn closed(members: &[(&str, Value)], required: &[&str]) -> Value {
    let mut schema = object(members, required);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    schema
}

/// An object of which every member is always there.
fn whole(members: &[(&str, Value)]) -> Value {
    object(members, &members.iter().map(|(name, _)| *name).collect::<Vec<_>>())
}

fn moment() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn alert() -> Value {
    object(
        &[
            ("exercise", flag()),
            ("reference", text()),
            ("version", count()),
            ("state", json!({ "type": "string", "enum": ["draft", "validated", "issued", "closed"] })),
            ("title_fr", text()),
            ("title_en", text()),
            ("phenomenon", maybe("string")),
            ("signal", maybe("string")),
            ("marking", reference("Marking")),
            ("drafted_at", moment()),
            ("issued_at", maybe("string")),
            ("expires_on", day()),
            ("review_on", day()),
            ("synthetic", flag()),
            ("content", anything()),
        ],
        &["exercise", "reference", "version", "state", "marking", "expires_on", "synthetic", "content"],
    )
}

fn situation() -> Value {
    let content = object(
        &[
            ("exercise", flag()),
            ("phenomenon", text()),
            ("territory", text()),
            ("since", day()),
            ("next_at", moment()),
            ("differences", array(anything())),
        ],
        &["exercise", "phenomenon", "territory", "since", "next_at", "differences"],
    );
    object(
        &[
            ("reference", text()),
            ("version", count()),
            ("crisis", text()),
            ("number", count()),
            ("marking", reference("Marking")),
            ("drafted_at", moment()),
            ("frozen_at", maybe("string")),
            ("synthetic", flag()),
            ("content", content),
        ],
        &["reference", "version", "crisis", "number", "marking", "synthetic", "content"],
    )
}

fn indicator() -> Value {
    let both = || reference("Both");
    whole(&[
        ("id", text()),
        ("label", both()),
        ("definition", both()),
        ("definition_version", text()),
        ("layer", text()),
        ("unit", both()),
        ("unit_of_count", text()),
        ("periodicity", text()),
        ("dimensions", array(text())),
        ("sources", array(text())),
        ("code_lists", array(text())),
        ("owner", both()),
        ("revision", both()),
        ("disclosure_threshold", count()),
        ("additive", flag()),
        ("decimals", count()),
        ("breaks", array(whole(&[("at", text()), ("label", both())]))),
        ("links", anything()),
    ])
}

fn figure() -> Value {
    whole(&[
        ("keys", json!({ "type": "object", "additionalProperties": { "type": ["string", "null"] } })),
        ("value", maybe("number")),
        ("numerator", maybe("number")),
        ("denominator", maybe("number")),
        ("low", maybe("number")),
        ("high", maybe("number")),
        ("status", json!({ "type": "string", "enum": ["F", "C", "M"] })),
        ("source", maybe("string")),
        ("definition", maybe("string")),
    ])
}

fn figures() -> Value {
    whole(&[
        ("indicator", text()),
        ("by", array(text())),
        ("n", count()),
        ("next", maybe("string")),
        ("figures", array(reference("Figure"))),
        ("certificate", reference("Certificate")),
        ("marking", reference("Marking")),
    ])
}

fn certificate() -> Value {
    whole(&[
        ("id", text()),
        ("indicator", text()),
        ("definition_version", text()),
        ("code_lists", array(whole(&[("name", text()), ("version", text())]))),
        ("snapshot", count()),
        ("unit_of_count", text()),
        ("layer", text()),
        ("sources", array(whole(&[("source", text()), ("vintage", maybe("string")), ("definition", maybe("string"))]))),
        ("period", array(maybe("string"))),
        ("filters", array(text())),
        ("by", array(text())),
        ("disclosure_threshold", count()),
        ("program_version", text()),
        ("computed_at", json!({ "type": "string", "format": "date-time" })),
        ("synthetic", flag()),
        ("digest", json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })),
    ])
}

fn code_list() -> Value {
    whole(&[
        ("name", text()),
        ("version", text()),
        ("date", day()),
        ("source", text()),
        ("licence", text()),
        ("parent_list", maybe("string")),
        ("label_language", maybe("string")),
        ("n", count()),
    ])
}

fn code() -> Value {
    whole(&[
        ("code", text()),
        ("label", reference("Both")),
        ("parent", maybe("string")),
        ("valid_from", maybe("string")),
        ("valid_to", maybe("string")),
        ("replaced_by", array(text())),
        ("verified", flag()),
        ("nested", flag()),
        ("extra", json!({ "type": "object", "additionalProperties": { "type": "string" } })),
    ])
}

fn link() -> Value {
    whole(&[
        ("from", text()),
        ("to", text()),
        ("kind", json!({ "type": "string", "enum": ["exact", "broader", "narrower", "related"] })),
        ("skos", text()),
        ("confidence", json!({ "type": "number" })),
        ("valid_from", maybe("string")),
        ("valid_to", maybe("string")),
        ("verified", flag()),
    ])
}

fn standing() -> Value {
    let states = json!({ "type": "string", "enum": ["current", "split", "not-in-force"] });
    whole(&[
        ("list", reference("CodeListHead")),
        ("code", reference("Code")),
        ("standing", whole(&[("on", day()), ("state", states), ("codes", array(text()))])),
        ("links", array(whole(&[("list", text()), ("link", reference("Link"))]))),
    ])
}

fn source() -> Value {
    whole(&[
        ("id", text()),
        ("title", reference("Both")),
        ("publisher", text()),
        ("licence", text()),
        ("address", maybe("string")),
        ("layer", text()),
        ("unit_of_count", text()),
        ("legal_basis", text()),
        ("marking", reference("Marking")),
        ("synthetic", flag()),
        ("mapping_version", text()),
        ("deliveries", count()),
        ("rows", count()),
        ("vintage", maybe("string")),
    ])
}

fn snapshot() -> Value {
    whole(&[
        ("number", count()),
        ("table", text()),
        ("source", text()),
        ("at", json!({ "type": "string", "format": "date-time" })),
        ("vintage", day()),
        ("rows", count()),
        ("erased", count()),
        ("synthetic", flag()),
    ])
}

fn delivery() -> Value {
    whole(&[
        ("snapshot", count()),
        ("table", text()),
        ("source", text()),
        ("file", text()),
        ("file_sha256", text()),
        ("mapping_version", text()),
        ("vintage", day()),
        ("at", json!({ "type": "string", "format": "date-time" })),
        ("rows_read", count()),
        ("rows_accepted", count()),
        ("rows_rejected", count()),
        ("rows_duplicate", count()),
        ("rows_erased", count()),
        ("synthetic", flag()),
    ])
}

fn problem() -> Value {
    object(
        &[
            ("type", text()),
            ("title", text()),
            ("status", count()),
            ("instance", text()),
            ("reference", text()),
            ("detail", text()),
            ("parameters", array(whole(&[("name", text()), ("reason", text())]))),
            ("errors", array(whole(&[("field", maybe("string")), ("reason", text())]))),
        ],
        &["type", "title", "status", "instance", "reference"],
    )
}
