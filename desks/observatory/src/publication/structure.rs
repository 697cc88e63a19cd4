//! The data structure definition of a card: what its figures may be broken down by, and what is said of them.
//!
//! The structure is that of the card, not of one request: a breakdown that was not asked for stands as `_T`, all values
//! together. So figures of two requests go into one table, and the structure changes with the definition only.

use super::code::{artefact, ours, version};
use super::lists::{Met, is_flag, list_of, of_dimension, of_layers, of_unit, words};
use crate::indicators::Card;
use beffroi_indicators::Computation;
use beffroi_ports::Dimension;
use beffroi_sdmx::{
    Attachment, Attribute, CONF_STATUS, Codelist, Concept, ConceptScheme, DECIMALS, DataStructure, Dataflow, FREQ,
    OBS_STATUS, OBS_VALUE, Representation, SdmxError, Structures, TIME_PERIOD, Text, UNIT_MEASURE,
};

/// What one unit of the count is.
pub(super) const UNIT_COUNT: &str = "UNIT_COUNT";
/// Version of the definition.
pub(super) const DEFINITION_VERSION: &str = "DEFINITION_VERSION";
/// Which instrument saw the facts.
pub(super) const LAYER: &str = "LAYER";
/// State of the lake.
pub(super) const SNAPSHOT: &str = "SNAPSHOT";
/// The latest day at which a source's data stood.
pub(super) const VINTAGE: &str = "VINTAGE";
/// Digest of the birth certificate.
pub(super) const CERTIFICATE: &str = "CERTIFICATE";
/// Whether any row was made by a generator.
pub(super) const SYNTHETIC_DATA: &str = "SYNTHETIC_DATA";
/// Versions of the code lists behind the figures.
pub(super) const CODE_LISTS: &str = "CODE_LISTS";
/// What was kept of the facts.
pub(super) const FILTERS: &str = "FILTERS";
/// Source of one published count.
pub(super) const DATA_SOURCE: &str = "DATA_SOURCE";
/// Its publisher's definition.
pub(super) const SOURCE_DEFINITION: &str = "SOURCE_DEFINITION";
/// Numerator, denominator and 95 % limits of a rate.
pub(super) const OF_A_RATE: [&str; 4] = ["NUMERATOR", "DENOMINATOR", "LOWER_LIMIT", "UPPER_LIMIT"];

/// The dimensions of a card's structure, frequency and time apart: those of the card, and those that any indicator made of
/// reports may be asked by.
pub(super) fn dimensions(card: &Card) -> Vec<Dimension> {
    let mut all: Vec<Dimension> = card.dimensions.iter().copied().filter(|d| d.grain().is_none()).collect();
    if !matches!(card.computation, Computation::Counts { .. }) {
        for more in [Dimension::Source, Dimension::Unit, Dimension::Synthetic] {
            if !all.contains(&more) {
                all.push(more);
            }
        }
    }
    all
}

/// The dimensions of a card whose codes no list names in full: their codes come from the facts.
pub fn open_dimensions(card: &Card) -> Vec<Dimension> {
    dimensions(card).into_iter().filter(|d| list_of(*d).is_none() && !is_flag(*d)).collect()
}

/// The identifier of a dimension.
pub(super) fn id_of(dimension: Dimension) -> String {
    artefact(dimension.code())
}

/// The structure of a card; what was met tells codes of its open dimensions.
///
/// # Errors
/// [`SdmxError`] when the card's texts make no structure: a test makes that of every card.
pub(super) fn of(card: &Card, met: &Met<'_>) -> Result<Structures, SdmxError> {
    let (name, version) = (artefact(&card.code), version(&card.definition_version));
    let label = Text::new(&card.label.fr, &card.label.en);
    let (freq, obs, conf) =
        (beffroi_sdmx::freq_list()?, beffroi_sdmx::obs_status_list()?, beffroi_sdmx::conf_status_list()?);
    let mut concepts = vec![concept(FREQ)];
    let mut members = vec![beffroi_sdmx::Dimension { id: FREQ.to_owned(), codelist: freq.artefact.clone() }];
    let mut lists = vec![freq];
    for dimension in dimensions(card) {
        let id = id_of(dimension);
        let list = of_dimension(dimension, met)?;
        let name = words(&format!("indicator-dimension-{}", dimension.code()));
        concepts.push(Concept { id: id.clone(), name, description: None });
        members.push(beffroi_sdmx::Dimension { id, codelist: list.artefact.clone() });
        add(&mut lists, list);
    }
    concepts.push(concept(TIME_PERIOD));
    let definition = Text::new(&card.definition.fr, &card.definition.en);
    concepts.push(Concept { description: Some(definition.clone()), ..concept(OBS_VALUE) });
    let mut attributes = Vec::new();
    let (layers, unit) = (of_layers()?, of_unit(card)?);
    let coded = |list: &Codelist| Representation::Coded(list.artefact.clone());
    for (id, representation, attachment, mandatory) in [
        (OBS_STATUS, coded(&obs), Attachment::Observation, true),
        (CONF_STATUS, coded(&conf), Attachment::Observation, true),
        (UNIT_MEASURE, coded(&unit), Attachment::DataSet, true),
        (UNIT_COUNT, Representation::Text, Attachment::DataSet, true),
        (DECIMALS, Representation::Whole, Attachment::DataSet, true),
        (DEFINITION_VERSION, Representation::Text, Attachment::DataSet, true),
        (LAYER, coded(&layers), Attachment::DataSet, true),
        (SNAPSHOT, Representation::Whole, Attachment::DataSet, true),
        (VINTAGE, Representation::Text, Attachment::DataSet, false),
        (CERTIFICATE, Representation::Text, Attachment::DataSet, true),
        (SYNTHETIC_DATA, Representation::Text, Attachment::DataSet, true),
        (CODE_LISTS, Representation::Text, Attachment::DataSet, false),
        (FILTERS, Representation::Text, Attachment::DataSet, false),
        (DATA_SOURCE, Representation::Text, Attachment::Observation, false),
        (SOURCE_DEFINITION, Representation::Text, Attachment::Observation, false),
    ]
    .into_iter()
    .chain(OF_A_RATE.map(|id| (id, Representation::Text, Attachment::Observation, false)))
    {
        if !OF_A_RATE.contains(&id) || !card.additive {
            concepts.push(concept(id));
            attributes.push(Attribute { id: id.to_owned(), representation, attachment, mandatory });
        }
    }
    [obs, conf, unit, layers].into_iter().for_each(|list| add(&mut lists, list));
    let structures = Structures {
        concepts: ConceptScheme { artefact: ours(&format!("CS_{name}"), &version)?, name: label.clone(), concepts },
        codelists: lists,
        structure: DataStructure {
            artefact: ours(&format!("DSD_{name}"), &version)?,
            name: label.clone(),
            dimensions: members,
            attributes,
        },
        dataflow: Dataflow {
            artefact: ours(&format!("DF_{name}"), &version)?,
            name: label,
            description: Some(definition),
        },
    };
    structures.check()?;
    Ok(structures)
}

fn concept(id: &str) -> Concept {
    let key = format!("sdmx-{}", id.to_ascii_lowercase().replace('_', "-"));
    Concept { id: id.to_owned(), name: words(&key), description: None }
}

/// A list that several components share stands once.
fn add(lists: &mut Vec<Codelist>, list: Codelist) {
    if !lists.iter().any(|one| one.artefact == list.artefact) {
        lists.push(list);
    }
}
