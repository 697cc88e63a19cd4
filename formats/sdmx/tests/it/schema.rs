//! Messages against the official JSON schemas of SDMX-JSON (2.1.0, which is stricter than 2.0.0: it refuses members it
//! does not know and asks for labels that 2.0.0 leaves free).
//!
//! The schemas lie outside the project; without them the tests say so and pass.

use crate::example::{header, message, structures};
use crate::validator::Validator;
use beffroi_sdmx::{write_data, write_structure};
use serde_json::Value;
use std::path::{Path, PathBuf};

fn file(inside: &str) -> Option<Value> {
    let shared = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let path = shared.join("sdmx/sdmx-json").join(inside);
    if !path.is_file() {
        println!("skipped: {} absent", path.display());
        return None;
    }
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

const DATA: &str = "data-message/tools/schemas/sdmx-json-data-schema.json";
const STRUCTURE: &str = "structure-message/tools/schemas/sdmx-json-structure-schema.json";

#[test]
fn a_data_message_holds_to_the_schema() {
    let Some(schema) = file(DATA) else { return };
    let message: Value = serde_json::from_str(&write_data(&message(), &structures()).unwrap()).unwrap();
    assert_eq!(Validator::new(&schema).faults(&message), Vec::<String>::new());
}

#[test]
fn a_structure_message_holds_to_the_schema() {
    let Some(schema) = file(STRUCTURE) else { return };
    let message: Value = serde_json::from_str(&write_structure(&header(), &structures()).unwrap()).unwrap();
    assert_eq!(Validator::new(&schema).faults(&message), Vec::<String>::new());
}

/// The twin: the validator takes the official samples and sees what is spoilt.
#[test]
fn the_validator_tells_right_from_wrong() {
    let (Some(data), Some(structure)) = (file(DATA), file(STRUCTURE)) else { return };
    for sample in ["data-message/samples/constructed-sample-full.json", "data-message/samples/exr/exr-flat.json"] {
        let Some(sample) = file(sample) else { continue };
        assert_eq!(Validator::new(&data).faults(&sample), Vec::<String>::new());
    }
    let good: Value = serde_json::from_str(&write_data(&message(), &structures()).unwrap()).unwrap();
    let spoilt: [(&str, Value); 6] = [
        ("/meta/prepared", "hier".into()),
        ("/data/structures/0/dimensions/observation/0/id", "0".into()),
        ("/data/structures/0/links/0/urn", "urn:sdmx:DSD".into()),
        ("/data/dataSets/0/action", "Forget".into()),
        ("/data/dataSets/0/observations", serde_json::json!({ "a": [1] })),
        ("/data/structures/0/measures", serde_json::json!({ "observation": [], "more": 1 })),
    ];
    for (place, value) in spoilt {
        let mut message = good.clone();
        *message.pointer_mut(place).unwrap() = value;
        assert!(!Validator::new(&data).faults(&message).is_empty(), "{place}");
    }
    let good: Value = serde_json::from_str(&write_structure(&header(), &structures()).unwrap()).unwrap();
    for (place, value) in [("/data/codelists/0/version", "1.x"), ("/data/dataflows/0/structure", "urn:x")] {
        let mut message = good.clone();
        *message.pointer_mut(place).unwrap() = value.into();
        assert!(!Validator::new(&structure).faults(&message).is_empty(), "{place}");
    }
}
