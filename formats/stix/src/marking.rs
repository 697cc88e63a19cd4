//! TLP 2.0 and PAP as marking definitions.

use beffroi_model::{Marking, Tlp};
use serde_json::{Value, json};
use uuid::Uuid;

/// The extension by which STIX 2.1 carries TLP 2.0.
pub const TLP_EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The labels that a bundle can carry: all of them.
pub const TLP_LABELS: [Tlp; 5] = Tlp::ALL;

/// The identifier that the extension gives to a label.
pub fn tlp_id(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
}

/// Both definitions: the label as the extension fixes it, to the letter; PAP, which STIX does not know, as a statement.
pub(crate) fn definitions(marking: Marking, namespace: Uuid) -> [Value; 2] {
    let tlp = json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": tlp_id(marking.tlp),
        "created": "2022-10-01T00:00:00.000Z",
        "name": marking.tlp.to_string(),
        "extensions": {
            TLP_EXTENSION: { "extension_type": "property-extension", "tlp_2_0": marking.tlp.label().to_lowercase() },
        },
    });
    let pap = marking.pap.to_string();
    let id = Uuid::new_v5(&namespace, format!("marking-definition:{pap}").as_bytes());
    let pap = json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": format!("marking-definition--{id}"),
        "created": "2022-10-01T00:00:00.000Z",
        "definition_type": "statement",
        "definition": { "statement": pap },
    });
    [tlp, pap]
}
