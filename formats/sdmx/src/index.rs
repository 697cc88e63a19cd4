//! A structure that was checked, with its codes at hand.

use crate::cross_domain::{AGENCY, CONF_STATUS, FREQ, OBS_STATUS};
use crate::id::{check_id, check_name};
use crate::structure::{Attachment, Attribute, Codelist, Concept, Representation, Structures, Text};
use crate::{ArtefactRef, OBS_VALUE, SdmxError, TIME_PERIOD};
use std::collections::{BTreeMap, BTreeSet};

/// The codes of one component with their place in the list.
pub(crate) struct Codes<'a> {
    pub(crate) list: &'a Codelist,
    pub(crate) places: BTreeMap<&'a str, usize>,
}

/// Everything that the writers and readers of data look up.
pub(crate) struct Index<'a> {
    pub(crate) structures: &'a Structures,
    /// One a dimension, in the order of the key.
    pub(crate) dimensions: Vec<Codes<'a>>,
    /// One an attribute, in the order of the structure; none where it is not coded.
    pub(crate) attributes: Vec<(&'a Attribute, Option<Codes<'a>>)>,
    pub(crate) concepts: BTreeMap<&'a str, &'a Concept>,
    /// Where the frequency stands in the key, when it does.
    pub(crate) frequency: Option<usize>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(structures: &'a Structures) -> Result<Self, SdmxError> {
        let Structures { concepts, codelists, structure, dataflow } = structures;
        for artefact in [&concepts.artefact, &structure.artefact, &dataflow.artefact] {
            artefact.check()?;
        }
        let mut labels: Vec<&Text> = vec![&concepts.name, &structure.name, &dataflow.name];
        labels.extend(&dataflow.description);
        let mut lists = BTreeMap::new();
        for list in codelists {
            list.artefact.check()?;
            labels.push(&list.name);
            if lists.insert(&list.artefact, (list, places(list, &mut labels)?)).is_some() {
                return Err(SdmxError::Twice { what: "code list", id: list.artefact.to_string() });
            }
        }
        let mut by_id = BTreeMap::new();
        for concept in &concepts.concepts {
            check_name("concept", &concept.id)?;
            labels.push(&concept.name);
            labels.extend(&concept.description);
            if by_id.insert(concept.id.as_str(), concept).is_some() {
                return Err(SdmxError::Twice { what: "concept", id: concept.id.clone() });
            }
        }
        if labels.iter().any(|label| label.fr.trim().is_empty() || label.en.trim().is_empty()) {
            return Err(SdmxError::Rule("a label is empty: give every name and description in both languages"));
        }
        let codes = |artefact: &ArtefactRef| {
            let found = lists.get(artefact).map(|(list, places)| Codes { list, places: places.clone() });
            found.ok_or_else(|| SdmxError::Absent { what: "code list", id: artefact.to_string() })
        };
        let mut seen = BTreeSet::new();
        let mut component = |id: &'a str| {
            check_name("component", id)?;
            if !seen.insert(id) {
                return Err(SdmxError::Twice { what: "component", id: id.to_owned() });
            }
            by_id.get(id).map(|_| ()).ok_or_else(|| SdmxError::Absent { what: "concept", id: id.to_owned() })
        };
        component(TIME_PERIOD)?;
        component(OBS_VALUE)?;
        let mut dimensions = Vec::new();
        for dimension in &structure.dimensions {
            component(&dimension.id)?;
            dimensions.push(codes(&dimension.codelist)?);
        }
        if dimensions.is_empty() {
            return Err(SdmxError::Rule("a structure needs a dimension besides time"));
        }
        let mut attributes = Vec::new();
        for attribute in &structure.attributes {
            component(&attribute.id)?;
            let coded = match &attribute.representation {
                Representation::Coded(artefact) => Some(codes(artefact)?),
                Representation::Whole | Representation::Text => None,
            };
            attributes.push((attribute, coded));
        }
        for (id, list) in [(OBS_STATUS, "CL_OBS_STATUS"), (CONF_STATUS, "CL_CONF_STATUS")] {
            let right = attributes.iter().any(|(attribute, codes)| {
                let shared =
                    codes.as_ref().is_some_and(|c| c.list.artefact.agency == AGENCY && c.list.artefact.id == list);
                attribute.id == id && attribute.attachment == Attachment::Observation && shared
            });
            if !right {
                return Err(SdmxError::Absent {
                    what: "attribute of the observation with its SDMX list",
                    id: id.to_owned(),
                });
            }
        }
        let frequency = structure.dimensions.iter().position(|dimension| dimension.id == FREQ);
        let used = dimensions.iter().chain(attributes.iter().filter_map(|(_, codes)| codes.as_ref()));
        let used: BTreeSet<&ArtefactRef> = used.map(|codes| &codes.list.artefact).collect();
        if let Some(idle) = lists.keys().find(|artefact| !used.contains(*artefact)) {
            return Err(SdmxError::Absent { what: "a component with the code list", id: idle.to_string() });
        }
        Ok(Self { structures, dimensions, attributes, concepts: by_id, frequency })
    }

    /// The attributes of one attachment, in the order of the structure.
    pub(crate) fn attached(&self, to: Attachment) -> impl Iterator<Item = &(&'a Attribute, Option<Codes<'a>>)> {
        self.attributes.iter().filter(move |(attribute, _)| attribute.attachment == to)
    }
}

fn places<'a>(list: &'a Codelist, labels: &mut Vec<&'a Text>) -> Result<BTreeMap<&'a str, usize>, SdmxError> {
    let mut places = BTreeMap::new();
    for (place, code) in list.codes.iter().enumerate() {
        check_id("code", &code.id)?;
        labels.push(&code.name);
        labels.extend(&code.description);
        if places.insert(code.id.as_str(), place).is_some() {
            return Err(SdmxError::Twice { what: "code", id: code.id.clone() });
        }
    }
    if places.is_empty() {
        return Err(SdmxError::Rule("a code list has no code"));
    }
    for code in &list.codes {
        // Up to the root: a ring would never end.
        let (mut at, mut steps) = (code, 0);
        while let Some(parent) = &at.parent {
            let place = places.get(parent.as_str()).copied();
            let up = place.and_then(|place| list.codes.get(place));
            at = up.ok_or_else(|| SdmxError::Absent { what: "parent code", id: parent.clone() })?;
            steps += 1;
            if steps > DEEPEST {
                return Err(SdmxError::Rule("codes are nested more than 32 deep, or are their own parents"));
            }
        }
    }
    Ok(places)
}

/// Deepest hierarchy of codes.
const DEEPEST: usize = 32;
