//! SDMX-JSON 2.0, the structure message: code lists, concept scheme, data structure definition, dataflow (SDMX-JSON 2.0.0
//! field guide for structure messages).

use crate::cross_domain::FREQ;
use crate::data::Header;
use crate::index::Index;
use crate::structure::{
    Attachment, Attribute, Code, Codelist, Concept, ConceptScheme, DataStructure, Dataflow, Dimension, Representation,
    Structures, Text,
};
use crate::wire::{Message, Meta, Names, Nothing, parse, print};
use crate::{ArtefactRef, OBS_VALUE, SdmxError, TIME_PERIOD};
use serde::{Deserialize, Serialize};

/// Media type of a message.
pub const STRUCTURE_MEDIA_TYPE: &str = "application/vnd.sdmx.structure+json; version=2.0.0";

const SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json";
const CODELIST: &str = "codelist.Codelist";
const CONCEPT: &str = "conceptscheme.Concept";
const STRUCTURE: &str = "datastructure.DataStructure";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Data {
    codelists: Vec<Artefact<Codes>>,
    concept_schemes: Vec<Artefact<Concepts>>,
    data_structures: Vec<Artefact<Components>>,
    dataflows: Vec<Artefact<Flow>>,
}

/// A maintained artefact. What it holds has one member, which a list of optional ones would not say as well; `serde` does
/// not flatten and refuse unknown members at once.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "H: Held")]
struct Artefact<H: Held> {
    #[serde(flatten)]
    head: Head,
    #[serde(flatten)]
    held: H,
}

/// What an artefact may hold.
trait Held: Serialize + serde::de::DeserializeOwned {}
impl Held for Codes {}
impl Held for Concepts {}
impl Held for Components {}
impl Held for Flow {}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Head {
    id: String,
    #[serde(rename = "agencyID")]
    agency_id: String,
    version: String,
    name: String,
    names: Names,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    descriptions: Option<Names>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Codes {
    is_partial: bool,
    codes: Vec<Item>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Concepts {
    concepts: Vec<Item>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Components {
    data_structure_components: Lists,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flow {
    structure: String,
}

/// A code or a concept.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    name: String,
    names: Names,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    descriptions: Option<Names>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Lists {
    dimension_list: Dimensions,
    measure_list: Measures,
    attribute_list: Attributes,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Dimensions {
    id: String,
    dimensions: Vec<Component>,
    time_dimension: Component,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Measures {
    id: String,
    measures: Vec<Component>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Attributes {
    id: String,
    attributes: Vec<Component>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Component {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<usize>,
    concept_identity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    concept_roles: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Usage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute_relationship: Option<Relationship>,
    local_representation: Local,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Usage {
    Mandatory,
    Optional,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
enum Relationship {
    Dataflow(Nothing),
    Observation(Nothing),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
enum Local {
    Enumeration(String),
    Format(Format),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Format {
    data_type: String,
}

/// Writes the structures under a header.
///
/// # Errors
/// [`SdmxError`] when they do not fit together.
pub fn write_structure(header: &Header, structures: &Structures) -> Result<String, SdmxError> {
    structures.check()?;
    header.check()?;
    print(&to_wire(header, structures))
}

/// Reads what [`write_structure`] writes.
///
/// # Errors
/// [`SdmxError`] when it is another message, or does not fit together.
pub fn read_structure(bytes: &[u8]) -> Result<(Header, Structures), SdmxError> {
    let wire: Message<Data> = parse(bytes)?;
    let header = wire.meta.header()?;
    let Data { codelists, concept_schemes, data_structures, dataflows } = &wire.data;
    let ([scheme], [structure], [flow]) = (&**concept_schemes, &**data_structures, &**dataflows) else {
        return Err(SdmxError::Form("the number of artefacts"));
    };
    let lists = &structure.held.data_structure_components;
    let structures = Structures {
        concepts: ConceptScheme {
            artefact: scheme.head.artefact()?,
            name: scheme.head.names.text(),
            concepts: scheme.held.concepts.iter().map(Item::concept).collect(),
        },
        codelists: codelists.iter().map(Artefact::codelist).collect::<Result<_, _>>()?,
        structure: DataStructure {
            artefact: structure.head.artefact()?,
            name: structure.head.names.text(),
            dimensions: lists.dimension_list.dimensions.iter().map(Component::dimension).collect::<Result<_, _>>()?,
            attributes: lists.attribute_list.attributes.iter().map(Component::attribute).collect::<Result<_, _>>()?,
        },
        dataflow: Dataflow {
            artefact: flow.head.artefact()?,
            name: flow.head.names.text(),
            description: flow.head.descriptions.as_ref().map(Names::text),
        },
    };
    Index::new(&structures)?;
    // Whatever was read is what would be written, to the byte but for blanks and the order of members: members that the
    // flattened heads would have let pass are seen here.
    let again = serde_json::to_value(to_wire(&header, &structures)).map_err(|error| SdmxError::json(&error))?;
    let given: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| SdmxError::json(&error))?;
    if again == given { Ok((header, structures)) } else { Err(SdmxError::Form("the message")) }
}

fn to_wire(header: &Header, structures: &Structures) -> Message<Data> {
    let Structures { concepts, codelists, structure, dataflow } = structures;
    let codes = |list: &Codelist| Artefact {
        head: Head::of(&list.artefact, &list.name, None),
        held: Codes { is_partial: list.partial, codes: list.codes.iter().map(Item::of_code).collect() },
    };
    let scheme = Artefact {
        head: Head::of(&concepts.artefact, &concepts.name, None),
        held: Concepts { concepts: concepts.concepts.iter().map(Item::of_concept).collect() },
    };
    let components = Artefact {
        head: Head::of(&structure.artefact, &structure.name, None),
        held: Components { data_structure_components: lists(structures) },
    };
    let flow = Artefact {
        head: Head::of(&dataflow.artefact, &dataflow.name, dataflow.description.as_ref()),
        held: Flow { structure: structure.artefact.urn(STRUCTURE) },
    };
    let data = Data {
        codelists: codelists.iter().map(codes).collect(),
        concept_schemes: vec![scheme],
        data_structures: vec![components],
        dataflows: vec![flow],
    };
    Message { meta: Meta::of(header, SCHEMA), data }
}

fn lists(structures: &Structures) -> Lists {
    let scheme = &structures.concepts.artefact;
    let concept = |id: &str| format!("{}.{id}", scheme.urn(CONCEPT));
    let plain = |id: &str, local: Local| Component {
        id: id.to_owned(),
        position: None,
        concept_identity: concept(id),
        concept_roles: None,
        usage: None,
        attribute_relationship: None,
        local_representation: local,
    };
    let format = |data_type: &str| Local::Format(Format { data_type: data_type.to_owned() });
    let dimensions = structures.structure.dimensions.iter().enumerate().map(|(at, dimension)| Component {
        position: Some(at),
        concept_roles: (dimension.id == FREQ).then(|| vec![concept(FREQ)]),
        ..plain(&dimension.id, Local::Enumeration(dimension.codelist.urn(CODELIST)))
    });
    let attributes = structures.structure.attributes.iter().map(|attribute| Component {
        usage: Some(if attribute.mandatory { Usage::Mandatory } else { Usage::Optional }),
        attribute_relationship: Some(match attribute.attachment {
            Attachment::DataSet => Relationship::Dataflow(Nothing {}),
            Attachment::Observation => Relationship::Observation(Nothing {}),
        }),
        ..plain(
            &attribute.id,
            match &attribute.representation {
                Representation::Coded(list) => Local::Enumeration(list.urn(CODELIST)),
                Representation::Whole => format("Integer"),
                Representation::Text => format("String"),
            },
        )
    });
    Lists {
        dimension_list: Dimensions {
            id: "DimensionDescriptor".to_owned(),
            dimensions: dimensions.collect(),
            time_dimension: plain(TIME_PERIOD, format("ObservationalTimePeriod")),
        },
        // A protected cell has no value: the measure may be missing.
        measure_list: Measures {
            id: "MeasureDescriptor".to_owned(),
            measures: vec![Component { usage: Some(Usage::Optional), ..plain(OBS_VALUE, format("Double")) }],
        },
        attribute_list: Attributes { id: "AttributeDescriptor".to_owned(), attributes: attributes.collect() },
    }
}

impl Head {
    fn of(artefact: &ArtefactRef, name: &Text, description: Option<&Text>) -> Self {
        Self {
            id: artefact.id.clone(),
            agency_id: artefact.agency.clone(),
            version: artefact.version.clone(),
            name: name.fr.clone(),
            names: Names::of(name),
            description: description.map(|text| text.fr.clone()),
            descriptions: description.map(Names::of),
        }
    }

    fn artefact(&self) -> Result<ArtefactRef, SdmxError> {
        ArtefactRef::new(&self.agency_id, &self.id, &self.version)
    }
}

impl Artefact<Codes> {
    fn codelist(&self) -> Result<Codelist, SdmxError> {
        let codes = self.held.codes.iter().map(Item::code).collect();
        Ok(Codelist {
            artefact: self.head.artefact()?,
            name: self.head.names.text(),
            partial: self.held.is_partial,
            codes,
        })
    }
}

impl Item {
    fn of(id: &str, name: &Text, description: Option<&Text>, parent: Option<&String>) -> Self {
        Self {
            id: id.to_owned(),
            name: name.fr.clone(),
            names: Names::of(name),
            description: description.map(|text| text.fr.clone()),
            descriptions: description.map(Names::of),
            parent: parent.cloned(),
        }
    }

    fn of_code(code: &Code) -> Self {
        Self::of(&code.id, &code.name, code.description.as_ref(), code.parent.as_ref())
    }

    fn of_concept(concept: &Concept) -> Self {
        Self::of(&concept.id, &concept.name, concept.description.as_ref(), None)
    }

    fn code(&self) -> Code {
        let description = self.descriptions.as_ref().map(Names::text);
        Code { id: self.id.clone(), name: self.names.text(), description, parent: self.parent.clone() }
    }

    fn concept(&self) -> Concept {
        let description = self.descriptions.as_ref().map(Names::text);
        Concept { id: self.id.clone(), name: self.names.text(), description }
    }
}

impl Component {
    fn enumeration(urn: &str) -> Result<ArtefactRef, SdmxError> {
        let (artefact, rest) = ArtefactRef::from_urn(CODELIST, urn)?;
        if rest.is_empty() { Ok(artefact) } else { Err(SdmxError::Form("a reference to a code list")) }
    }

    fn dimension(&self) -> Result<Dimension, SdmxError> {
        let Local::Enumeration(urn) = &self.local_representation else { return Err(SdmxError::Form("a dimension")) };
        Ok(Dimension { id: self.id.clone(), codelist: Self::enumeration(urn)? })
    }

    fn attribute(&self) -> Result<Attribute, SdmxError> {
        let off = || SdmxError::Form("an attribute");
        let representation = match &self.local_representation {
            Local::Enumeration(urn) => Representation::Coded(Self::enumeration(urn)?),
            Local::Format(format) if format.data_type == "Integer" => Representation::Whole,
            Local::Format(_) => Representation::Text,
        };
        let attachment = match self.attribute_relationship.as_ref().ok_or_else(off)? {
            Relationship::Dataflow(_) => Attachment::DataSet,
            Relationship::Observation(_) => Attachment::Observation,
        };
        let mandatory = matches!(self.usage, Some(Usage::Mandatory));
        Ok(Attribute { id: self.id.clone(), representation, attachment, mandatory })
    }
}
