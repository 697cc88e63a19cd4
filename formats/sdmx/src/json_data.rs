//! SDMX-JSON 2.0, the data message, in its flat form: every dimension stands at the observation (SDMX-JSON 2.0.0 field
//! guide for data messages, "dataSets", "structures").
//!
//! An observation is a member `"0:2:1": [value, attribute, …]`: places in the lists of values of the dimensions, time
//! last. A coded attribute is the place in its list, another the thing itself, and what is not said is `null`.

use crate::cell::Cell;
use crate::cross_domain::FREQ;
use crate::data::{Action, DataMessage, DataSet, Observation, Value as Figure, check_vintages, instant};
use crate::index::{Codes, Index};
use crate::structure::{Attachment, Attribute, Codelist, Representation, Structures};
use crate::wire::{Link, Members, Message, Meta, Names, Nothing, parse, print};
use crate::{OBS_VALUE, SdmxError, TIME_PERIOD, TimePeriod};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Media type of a message.
pub const JSON_MEDIA_TYPE: &str = "application/vnd.sdmx.data+json; version=2.0.0";

const SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json";

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Data {
    structures: Vec<Structure>,
    data_sets: Vec<Set>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Structure {
    data_sets: Vec<usize>,
    links: Vec<Link>,
    name: String,
    names: Names,
    dimensions: AtObservation<Component>,
    measures: AtObservation<Component>,
    attributes: Attributes,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AtObservation<C> {
    observation: Vec<C>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Attributes {
    data_set: Vec<Component>,
    observation: Vec<Component>,
}

/// A dimension, the measure or an attribute.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Component {
    id: String,
    name: String,
    names: Names,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_position: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_mandatory: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    relationship: Option<Relationship>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Format>,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<OneValue>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
enum Relationship {
    Dataflow(Nothing),
    Observation(Nothing),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Format {
    data_type: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OneValue {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<Names>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Set {
    structure: usize,
    action: Told,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_to: Option<String>,
    links: Vec<Link>,
    attributes: Vec<Cell>,
    observations: Members<Vec<Cell>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Told {
    Information,
    Append,
    Replace,
}

/// Writes a message.
///
/// # Errors
/// [`SdmxError`] when something does not fit the structure or tells what is protected.
pub fn write_data(message: &DataMessage, structures: &Structures) -> Result<String, SdmxError> {
    let index = Index::new(structures)?;
    message.header.check()?;
    check_vintages(&message.data_sets)?;
    message.data_sets.iter().try_for_each(|set| set.fits(&index))?;
    print(&to_wire(message, &index)?)
}

/// Reads a message that [`write_data`] wrote of that structure.
///
/// # Errors
/// [`SdmxError`] when it is another, or holds what would not be written.
pub fn read_data(bytes: &[u8], structures: &Structures) -> Result<DataMessage, SdmxError> {
    let index = Index::new(structures)?;
    let wire: Message<Data> = parse(bytes)?;
    let header = wire.meta.header()?;
    let shape = wire.data.structures.first().ok_or(SdmxError::Form("the structure"))?;
    let data_sets =
        wire.data.data_sets.iter().map(|set| read_set(set, shape, &index)).collect::<Result<Vec<_>, _>>()?;
    let message = DataMessage { header, data_sets };
    check_vintages(&message.data_sets)?;
    message.data_sets.iter().try_for_each(|set| set.fits(&index))?;
    // Whatever was read is what would be written: labels, links, places, everything that was not looked at above.
    if to_wire(&message, &index)? != wire { Err(SdmxError::Form("the message")) } else { Ok(message) }
}

/// What is said of each component in the whole message, in the order of the code lists.
struct Used<'a> {
    /// The place of each code in the list of values.
    dimensions: Vec<BTreeMap<&'a str, usize>>,
    periods: Vec<TimePeriod>,
    /// By identifier; coded ones only.
    attributes: BTreeMap<&'a str, BTreeMap<&'a str, usize>>,
}

fn used<'a>(message: &'a DataMessage, index: &'a Index<'_>) -> Used<'a> {
    let observations = || message.data_sets.iter().flat_map(|set| &set.observations);
    let ordered = |codes: &'a Codes<'_>, said: BTreeSet<&str>| {
        let all = codes.list.codes.iter().map(|code| code.id.as_str());
        all.filter(|code| said.contains(code)).zip(0..).collect::<BTreeMap<&str, usize>>()
    };
    let dimensions = index.dimensions.iter().enumerate();
    let dimensions = dimensions
        .map(|(at, codes)| ordered(codes, observations().filter_map(|o| o.key.get(at)).map(String::as_str).collect()))
        .collect();
    let periods: BTreeSet<TimePeriod> = observations().map(|observation| observation.period).collect();
    let attributes = index.attributes.iter().filter_map(|(attribute, codes)| {
        let own = observations().map(|observation| &observation.attributes);
        let said = message.data_sets.iter().map(|set| &set.attributes).chain(own);
        let said = said.filter_map(|said| said.get(&attribute.id)).map(String::as_str).collect();
        codes.as_ref().map(|codes| (attribute.id.as_str(), ordered(codes, said)))
    });
    Used { dimensions, periods: periods.into_iter().collect(), attributes: attributes.collect() }
}

fn to_wire(message: &DataMessage, index: &Index<'_>) -> Result<Message<Data>, SdmxError> {
    let used = used(message, index);
    let flow = &index.structures.dataflow;
    let link = |rel: &str, urn: String| Link { rel: rel.to_owned(), urn };
    let links = || {
        let structure = &index.structures.structure.artefact;
        vec![
            link("dataflow", flow.artefact.urn("datastructure.Dataflow")),
            link("datastructure", structure.urn("datastructure.DataStructure")),
        ]
    };
    let attributes = |to: Attachment| index.attached(to).map(|one| attribute(one, index, &used)).collect();
    let structure = Structure {
        data_sets: (0..message.data_sets.len()).collect(),
        links: links(),
        name: flow.name.fr.clone(),
        names: Names::of(&flow.name),
        dimensions: AtObservation { observation: dimensions(index, &used)? },
        measures: AtObservation { observation: vec![Component { format: told("Double"), ..named(OBS_VALUE, index) }] },
        attributes: Attributes {
            data_set: attributes(Attachment::DataSet),
            observation: attributes(Attachment::Observation),
        },
    };
    let until = message.data_sets.iter().skip(1).map(|set| set.vintage).chain([None]);
    let sets = message.data_sets.iter().zip(until).map(|(set, until)| {
        let observations = set.observations.iter().map(|observation| observed(observation, index, &used));
        Set {
            structure: 0,
            action: match set.action {
                Action::Information => Told::Information,
                Action::Append => Told::Append,
                Action::Replace => Told::Replace,
            },
            valid_from: set.vintage.map(|at| at.to_string()),
            valid_to: until.map(|at| at.to_string()),
            links: links(),
            attributes: said(&set.attributes, Attachment::DataSet, index, &used),
            observations: Members(observations.collect()),
        }
    });
    let data = Data { structures: vec![structure], data_sets: sets.collect() };
    Ok(Message { meta: Meta::of(&message.header, SCHEMA), data })
}

fn told(data_type: &str) -> Option<Format> {
    Some(Format { data_type: data_type.to_owned() })
}

/// A component with the label of its concept; the rest is to be filled in.
fn named(id: &str, index: &Index<'_>) -> Component {
    // The index holds a concept for each component.
    let names = index.concepts.get(id).map(|concept| Names::of(&concept.name));
    let names = names.unwrap_or(Names { fr: id.to_owned(), en: id.to_owned() });
    Component {
        id: id.to_owned(),
        name: names.fr.clone(),
        names,
        key_position: None,
        roles: None,
        is_mandatory: None,
        relationship: None,
        format: None,
        values: None,
    }
}

fn dimensions(index: &Index<'_>, used: &Used<'_>) -> Result<Vec<Component>, SdmxError> {
    let own = index.structures.structure.dimensions.iter().zip(&index.dimensions).zip(&used.dimensions).enumerate();
    let mut all: Vec<Component> = own
        .map(|(at, ((dimension, codes), used))| Component {
            key_position: Some(at),
            roles: (dimension.id == FREQ).then(|| vec![FREQ.to_owned()]),
            values: Some(values(codes.list, used)),
            ..named(&dimension.id, index)
        })
        .collect();
    let instants = used.periods.iter().map(|period| {
        let (first, last) = period.days();
        OneValue {
            id: period.to_string(),
            name: period.to_string(),
            names: None,
            start: Some(format!("{first}T00:00:00Z")),
            end: Some(format!("{last}T23:59:59Z")),
        }
    });
    all.push(Component {
        key_position: Some(all.len()),
        roles: Some(vec![TIME_PERIOD.to_owned()]),
        values: Some(instants.collect()),
        ..named(TIME_PERIOD, index)
    });
    Ok(all)
}

fn values(list: &Codelist, used: &BTreeMap<&str, usize>) -> Vec<OneValue> {
    let codes = list.codes.iter().filter(|code| used.contains_key(code.id.as_str()));
    let one = |code: &crate::Code| OneValue {
        id: code.id.clone(),
        name: code.name.fr.clone(),
        names: Some(Names::of(&code.name)),
        start: None,
        end: None,
    };
    codes.map(one).collect()
}

fn attribute((attribute, codes): &(&Attribute, Option<Codes<'_>>), index: &Index<'_>, used: &Used<'_>) -> Component {
    let said = used.attributes.get(attribute.id.as_str()).filter(|used| !used.is_empty());
    Component {
        is_mandatory: Some(attribute.mandatory),
        relationship: Some(match attribute.attachment {
            Attachment::DataSet => Relationship::Dataflow(Nothing {}),
            Attachment::Observation => Relationship::Observation(Nothing {}),
        }),
        format: match attribute.representation {
            Representation::Coded(_) => None,
            Representation::Whole => told("Integer"),
            Representation::Text => told("String"),
        },
        values: codes.as_ref().zip(said).map(|(codes, used)| values(codes.list, used)),
        ..named(&attribute.id, index)
    }
}

/// Attributes of one place, in the order of the structure.
fn said(given: &BTreeMap<String, String>, to: Attachment, index: &Index<'_>, used: &Used<'_>) -> Vec<Cell> {
    let one = |(attribute, _): &(&Attribute, Option<Codes<'_>>)| {
        let Some(text) = given.get(&attribute.id) else { return Cell::Null };
        match &attribute.representation {
            Representation::Coded(_) => {
                let places = used.attributes.get(attribute.id.as_str());
                Cell::place(places.and_then(|used| used.get(text.as_str())))
            }
            Representation::Whole => text.parse().map_or(Cell::Null, |number| Cell::Number(Figure::Whole(number))),
            Representation::Text => Cell::Text(text.clone()),
        }
    };
    index.attached(to).map(one).collect()
}

fn observed(observation: &Observation, index: &Index<'_>, used: &Used<'_>) -> (String, Vec<Cell>) {
    let codes = observation.key.iter().zip(&used.dimensions);
    let places = codes.map(|(code, used)| used.get(code.as_str()).copied().unwrap_or_default());
    let time = used.periods.binary_search(&observation.period).unwrap_or_default();
    let key: Vec<String> = places.chain([time]).map(|place| place.to_string()).collect();
    let value = observation.value.map_or(Cell::Null, Cell::Number);
    let attributes = said(&observation.attributes, Attachment::Observation, index, used);
    (key.join(":"), std::iter::once(value).chain(attributes).collect())
}

fn read_set(set: &Set, shape: &Structure, index: &Index<'_>) -> Result<DataSet, SdmxError> {
    let off = || SdmxError::Form("an observation");
    let vintage = set.valid_from.as_deref().map(instant).transpose()?;
    let attributes = read_said(&set.attributes, &shape.attributes.data_set, index)?;
    let mut observations = Vec::with_capacity(set.observations.0.len());
    for (key, row) in &set.observations.0 {
        let places = key.split(':').map(|place| place.parse::<usize>().ok()).collect::<Option<Vec<usize>>>();
        let places = places.filter(|places| places.len() == shape.dimensions.observation.len()).ok_or_else(off)?;
        let codes = places.iter().zip(&shape.dimensions.observation);
        let codes =
            codes.map(|(place, dimension)| dimension.values.as_ref()?.get(*place).map(|value| value.id.clone()));
        let mut codes = codes.collect::<Option<Vec<String>>>().ok_or_else(off)?;
        let period = codes.pop().ok_or_else(off)?.parse()?;
        let (value, attributes) = row.split_first().ok_or_else(off)?;
        let value = match value {
            Cell::Null => None,
            Cell::Number(number) => Some(*number),
            Cell::Text(_) => return Err(off()),
        };
        let attributes = read_said(attributes, &shape.attributes.observation, index)?;
        observations.push(Observation { key: codes, period, value, attributes });
    }
    let action = match set.action {
        Told::Information => Action::Information,
        Told::Append => Action::Append,
        Told::Replace => Action::Replace,
    };
    Ok(DataSet { action, vintage, attributes, observations })
}

fn read_said(row: &[Cell], shape: &[Component], index: &Index<'_>) -> Result<BTreeMap<String, String>, SdmxError> {
    let off = || SdmxError::Form("an attribute");
    if row.len() != shape.len() {
        return Err(off());
    }
    let mut said = BTreeMap::new();
    for (value, component) in row.iter().zip(shape) {
        let coded = index.attributes.iter().any(|(own, codes)| own.id == component.id && codes.is_some());
        let text = match value {
            Cell::Null => continue,
            Cell::Number(Figure::Whole(place)) if coded => {
                let place = usize::try_from(*place).map_err(|_| off())?;
                let one = component.values.as_ref().and_then(|values| values.get(place)).ok_or_else(off)?;
                one.id.clone()
            }
            Cell::Number(Figure::Whole(number)) => number.to_string(),
            Cell::Text(text) if !coded => text.clone(),
            _ => return Err(off()),
        };
        said.insert(component.id.clone(), text);
    }
    Ok(said)
}
