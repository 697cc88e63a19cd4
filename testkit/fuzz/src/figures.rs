//! Targets of published figures: SDMX messages, and data packages.

use crate::readers::{seeds, text};
use beffroi_datapackage::{Cell, Field, Kind, Label, Licence, Package, Source};
use beffroi_sdmx::{
    Action, ArtefactRef, Attachment, Attribute, Code, Codelist, Concept, ConceptScheme, DataMessage, DataSet,
    DataStructure, Dataflow, Dimension, Header, Observation, Representation, SdmxError, Structures, Text, TimePeriod,
    Value, conf_status_list, freq_list, obs_status_list, read_csv, read_data, read_structure, write_csv, write_data,
    write_structure,
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A structure with one dimension besides the frequency, and a message under it.
struct Figures {
    structures: Structures,
    message: DataMessage,
}

static FIGURES: LazyLock<Option<Figures>> = LazyLock::new(|| made().ok());

fn made() -> Result<Figures, SdmxError> {
    let label = || Text::new("essai", "trial");
    let artefact = |id: &str| ArtefactRef::new("ESSAI", id, "1.0.0");
    let code = |id: &str, parent: Option<&str>| Code {
        id: id.to_owned(),
        name: label(),
        description: None,
        parent: parent.map(str::to_owned),
    };
    let areas = Codelist {
        artefact: artefact("CL_AREA")?,
        name: label(),
        partial: false,
        codes: vec![code("FR", None), code("2A", Some("FR"))],
    };
    let (freq, status, conf) = (freq_list()?, obs_status_list()?, conf_status_list()?);
    let ids = ["FREQ", "REF_AREA", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "DECIMALS", "NOTE"];
    let concept = |id: &str| Concept { id: id.to_owned(), name: label(), description: None };
    let dimension = |id: &str, list: &Codelist| Dimension { id: id.to_owned(), codelist: list.artefact.clone() };
    let attribute = |id: &str, representation, attachment| Attribute {
        id: id.to_owned(),
        representation,
        attachment,
        mandatory: false,
    };
    let coded = |list: &Codelist| Representation::Coded(list.artefact.clone());
    let structure = DataStructure {
        artefact: artefact("DSD")?,
        name: label(),
        dimensions: vec![dimension("FREQ", &freq), dimension("REF_AREA", &areas)],
        attributes: vec![
            attribute("OBS_STATUS", coded(&status), Attachment::Observation),
            attribute("CONF_STATUS", coded(&conf), Attachment::Observation),
            attribute("DECIMALS", Representation::Whole, Attachment::DataSet),
            attribute("NOTE", Representation::Text, Attachment::Observation),
        ],
    };
    let structures = Structures {
        concepts: ConceptScheme { artefact: artefact("CS")?, name: label(), concepts: ids.map(concept).into() },
        codelists: vec![freq, areas, status, conf],
        structure,
        dataflow: Dataflow { artefact: artefact("DF")?, name: label(), description: Some(label()) },
    };
    let period: TimePeriod = "2024-02".parse()?;
    let key = |area: &str| vec!["M".to_owned(), area.to_owned()];
    let note: BTreeMap<String, String> = [("NOTE".to_owned(), "révisé".to_owned())].into();
    let set = |second: i64, value| DataSet {
        action: Action::Information,
        vintage: Timestamp::from_second(second).ok(),
        attributes: [("DECIMALS".to_owned(), "1".to_owned())].into(),
        observations: vec![
            Observation { key: key("FR"), period, value: Some(value), attributes: note.clone() },
            Observation::protected(key("2A"), period),
        ],
    };
    let prepared = Timestamp::from_second(1_800_000_000).unwrap_or(Timestamp::UNIX_EPOCH);
    let header = Header { id: "M1".to_owned(), prepared, sender: "ESSAI".to_owned(), test: true };
    let data_sets = vec![set(1_700_000_000, Value::Whole(12)), set(1_750_000_000, Value::Real(12.5))];
    Ok(Figures { structures, message: DataMessage { header, data_sets } })
}

/// What is read of a data message may be written, and reads back alike.
pub(crate) fn sdmx_data(bytes: &[u8]) {
    let Some(Figures { structures, .. }) = &*FIGURES else { return };
    if let Ok(message) = read_data(bytes, structures) {
        let written = write_data(&message, structures).unwrap_or_default();
        assert_eq!(read_data(written.as_bytes(), structures), Ok(message), "it does not read back");
    }
}

pub(crate) fn sdmx_data_seeds() -> Vec<Vec<u8>> {
    let written = FIGURES.as_ref().and_then(|f| write_data(&f.message, &f.structures).ok());
    vec![written.unwrap_or_default().into_bytes()]
}

/// What is read of a CSV is of the structure; whether it may be written hangs on formulas.
pub(crate) fn sdmx_csv(bytes: &[u8]) {
    let Some(Figures { structures, .. }) = &*FIGURES else { return };
    if let Ok(sets) = read_csv(bytes, structures) {
        assert!(sets.iter().all(|set| set.check(structures).is_ok()), "what is read does not hold");
        if let Ok(written) = write_csv(&sets, structures) {
            assert_eq!(read_csv(written.as_bytes(), structures), Ok(sets), "it does not read back");
        }
    }
}

pub(crate) fn sdmx_csv_seeds() -> Vec<Vec<u8>> {
    let written = FIGURES.as_ref().and_then(|f| write_csv(&f.message.data_sets, &f.structures).ok());
    vec![written.unwrap_or_default().into_bytes()]
}

/// What is read of a structure message is written alike.
pub(crate) fn sdmx_structure(bytes: &[u8]) {
    if let Ok((header, structures)) = read_structure(bytes) {
        let written = write_structure(&header, &structures).unwrap_or_default();
        assert_eq!(read_structure(written.as_bytes()), Ok((header, structures)), "it does not read back");
    }
}

pub(crate) fn sdmx_structure_seeds() -> Vec<Vec<u8>> {
    let written = FIGURES.as_ref().and_then(|f| write_structure(&f.message.header, &f.structures).ok());
    vec![written.unwrap_or_default().into_bytes()]
}

/// A reference and a period, one a line.
pub(crate) fn sdmx_names(bytes: &[u8]) {
    for line in text(bytes).lines() {
        if let Ok(reference) = line.parse::<ArtefactRef>() {
            assert_eq!(reference.to_string(), line, "a reference has one form");
            assert!(ArtefactRef::new(&reference.agency, &reference.id, &reference.version).is_ok());
        }
        if let Ok(period) = line.parse::<TimePeriod>() {
            assert_eq!(period.to_string(), line, "a period has one form");
        }
    }
}

pub(crate) fn sdmx_names_seeds() -> Vec<Vec<u8>> {
    seeds(&["SDMX:CL_FREQ(2.1)\n2024\n2024-S2\n2024-Q4\n2024-12\n2020-W53\n2024-02-29", "FR.A-B:X_1(1.0.0)\n9999-W52"])
}

/// Parts the description from the CSV.
const BETWEEN: u8 = 0x1e;

/// What is read of a package is written alike. The bytes are tried as both files, and as the CSV of an honest description
/// that was sealed for them: cells are reached.
pub(crate) fn data_package(bytes: &[u8]) {
    let mut parts = bytes.splitn(2, |byte| *byte == BETWEEN);
    let (descriptor, csv) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    package_of(descriptor, csv);
    if let Ok(honest) = beffroi_datapackage::write(&package())
        && let Some((hash, _)) = honest.descriptor.split_once("sha256:").and_then(|(_, rest)| rest.split_once('"'))
    {
        let own: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let length = |n: usize| format!("\"bytes\": {n},");
        let sealed = honest.descriptor.replace(hash, &own).replace(&length(honest.csv.len()), &length(bytes.len()));
        package_of(sealed.as_bytes(), bytes);
    }
}

fn package_of(descriptor: &[u8], csv: &[u8]) {
    if let Ok(package) = beffroi_datapackage::read(descriptor, csv) {
        let again = beffroi_datapackage::write(&package)
            .and_then(|files| beffroi_datapackage::read(files.descriptor.as_bytes(), files.csv.as_bytes()));
        assert_eq!(again, Ok(package), "it does not read back");
    }
}

fn package() -> Package {
    let label = || Label::new("essai", "trial");
    let kinds = [("k", Kind::Text), ("n", Kind::Whole), ("r", Kind::Real), ("d", Kind::Date), ("f", Kind::Flag)];
    let field = |(name, kind): (&str, Kind)| Field {
        name: name.to_owned(),
        kind,
        title: label(),
        description: label(),
        unit: None,
        definition: Some("v1".to_owned()),
        required: kind == Kind::Text,
        codes: Vec::new(),
    };
    let (name, path) = ("etalab-2.0".to_owned(), "https://licence.example/".to_owned());
    let cells =
        |text: &str| vec![Cell::Text(text.to_owned()), Cell::Whole(3), Cell::Real(0.5), Cell::Empty, Cell::Flag(true)];
    Package {
        name: "essai".to_owned(),
        title: label(),
        description: label(),
        version: "1.0.0".to_owned(),
        created: Timestamp::UNIX_EPOCH,
        licences: vec![Licence { title: name.clone(), name, path }],
        sources: vec![Source { title: "essai".to_owned(), path: None }],
        contributors: Vec::new(),
        fields: kinds.map(field).into(),
        primary_key: vec!["k".to_owned()],
        rows: vec![cells("a"), cells("b")],
    }
}

pub(crate) fn data_package_seeds() -> Vec<Vec<u8>> {
    let files = beffroi_datapackage::write(&package()).ok();
    let both = files.map(|files| ([files.descriptor, files.csv.clone()].join("\u{1e}"), files.csv)).unwrap_or_default();
    vec![both.0.into_bytes(), both.1.into_bytes()]
}
