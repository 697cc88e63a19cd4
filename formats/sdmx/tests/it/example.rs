//! A structure with its figures; invented numbers.

use beffroi_sdmx::{
    Action, ArtefactRef, Attachment, Attribute, Code, Codelist, Concept, ConceptScheme, DataMessage, DataSet,
    DataStructure, Dataflow, Dimension, Header, Observation, Representation, Structures, Text, Value, conf_status_list,
    freq_list, obs_status_list,
};
use std::collections::BTreeMap;

fn text(fr: &str, en: &str) -> Text {
    Text::new(fr, en)
}

fn artefact(id: &str) -> ArtefactRef {
    ArtefactRef::new("FR.ESSAI", id, "1.0.0").unwrap()
}

fn code(id: &str, parent: Option<&str>) -> Code {
    let description = parent.map(|_| text("« Métropole »", "\"Mainland\""));
    Code {
        id: id.into(),
        name: text(&format!("Territoire {id}"), &format!("Area {id}")),
        description,
        parent: parent.map(str::to_owned),
    }
}

pub(crate) fn structures() -> Structures {
    let areas = Codelist {
        artefact: artefact("CL_AREA"),
        name: text("Territoires", "Areas"),
        partial: false,
        codes: vec![code("FR", None), code("01", Some("FR")), code("2A", Some("FR"))],
    };
    let units = Codelist {
        artefact: artefact("CL_UNIT"),
        name: text("Unités", "Units"),
        partial: false,
        codes: vec![code("VICTIM", None)],
    };
    let lists = [freq_list().unwrap(), areas, obs_status_list().unwrap(), conf_status_list().unwrap(), units];
    let of = |at: usize| lists[at].artefact.clone();
    let ids = [
        "FREQ",
        "REF_AREA",
        "TIME_PERIOD",
        "OBS_VALUE",
        "OBS_STATUS",
        "CONF_STATUS",
        "UNIT_MEASURE",
        "DECIMALS",
        "COMMENT_OBS",
    ];
    let concepts = ids.map(|id| Concept {
        id: id.into(),
        name: text(&format!("Notion {id}"), &format!("Concept {id}")),
        description: Some(text("d", "d")),
    });
    let attribute = |id: &str, representation, attachment, mandatory| Attribute {
        id: id.into(),
        representation,
        attachment,
        mandatory,
    };
    Structures {
        concepts: ConceptScheme {
            artefact: artefact("CS"),
            name: text("Notions", "Concepts"),
            concepts: concepts.into(),
        },
        structure: DataStructure {
            artefact: artefact("DSD"),
            name: text("Structure", "Structure"),
            dimensions: vec![
                Dimension { id: "FREQ".into(), codelist: of(0) },
                Dimension { id: "REF_AREA".into(), codelist: of(1) },
            ],
            attributes: vec![
                attribute("OBS_STATUS", Representation::Coded(of(2)), Attachment::Observation, true),
                attribute("CONF_STATUS", Representation::Coded(of(3)), Attachment::Observation, true),
                attribute("UNIT_MEASURE", Representation::Coded(of(4)), Attachment::DataSet, true),
                attribute("DECIMALS", Representation::Whole, Attachment::DataSet, false),
                attribute("COMMENT_OBS", Representation::Text, Attachment::Observation, false),
            ],
        },
        dataflow: Dataflow {
            artefact: artefact("DF"),
            name: text("Victimes", "Victims"),
            description: Some(text("Essai", "Trial")),
        },
        codelists: lists.into(),
    }
}

pub(crate) fn said(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

pub(crate) fn observation(frequency: &str, area: &str, period: &str, value: Value) -> Observation {
    Observation {
        key: vec![frequency.into(), area.into()],
        period: period.parse().unwrap(),
        value: Some(value),
        attributes: said(&[("OBS_STATUS", "A"), ("CONF_STATUS", "F")]),
    }
}

fn set(vintage: &str, observations: Vec<Observation>) -> DataSet {
    let attributes = said(&[("UNIT_MEASURE", "VICTIM"), ("DECIMALS", "0")]);
    DataSet { action: Action::Information, vintage: Some(vintage.parse().unwrap()), attributes, observations }
}

pub(crate) fn header() -> Header {
    Header {
        id: "ESSAI-1".into(),
        prepared: "2026-11-30T12:00:00Z".parse().unwrap(),
        sender: "ESSAI".into(),
        test: true,
    }
}

/// Two vintages: the second revises a figure, protects a cell and adds periods of every length.
pub(crate) fn message() -> DataMessage {
    let first = vec![
        observation("A", "FR", "2024", Value::Whole(432_400)),
        observation("A", "01", "2024", Value::Whole(9_007_199_254_740_993)),
    ];
    let mut second = vec![
        observation("A", "FR", "2024", Value::Whole(-3)),
        Observation::protected(vec!["A".into(), "2A".into()], "2024".parse().unwrap()),
        observation("S", "FR", "2024-S2", Value::Real(0.1)),
        observation("Q", "FR", "2024-Q4", Value::Real(3.0)),
        observation("M", "FR", "2024-12", Value::Real(1e300)),
        observation("W", "FR", "2020-W53", Value::Real(-2.5e-9)),
        observation("D", "FR", "2024-02-29", Value::Whole(0)),
    ];
    second[0].attributes.insert("COMMENT_OBS".into(), "révisé ; \"deux\nlignes\", virgule".into());
    let data_sets = vec![set("2025-01-31T08:00:00Z", first), set("2025-06-30T08:00:00Z", second)];
    DataMessage { header: header(), data_sets }
}
