//! What the figures are about: concepts, code lists, the data structure, the dataflow.

use crate::index::Index;
use crate::{ArtefactRef, SdmxError};

/// A label in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// French, the first language of every message.
    pub fr: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A label.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }
}

/// One code of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Identifier: letters, digits, `_`, `@`, `$`, `-`.
    pub id: String,
    /// Label.
    pub name: Text,
    /// What it covers.
    pub description: Option<Text>,
    /// The code of the same list that it is part of.
    pub parent: Option<String>,
}

/// A code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codelist {
    /// Whose, which, which version.
    pub artefact: ArtefactRef,
    /// Label.
    pub name: Text,
    /// Whether the list has more codes than stand here.
    pub partial: bool,
    /// The codes, in the order shown.
    pub codes: Vec<Code>,
}

/// What a component means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// Identifier, that of the component which bears it.
    pub id: String,
    /// Label.
    pub name: Text,
    /// Definition.
    pub description: Option<Text>,
}

/// The concepts of a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptScheme {
    /// Whose, which, which version.
    pub artefact: ArtefactRef,
    /// Label.
    pub name: Text,
    /// One for each component, `TIME_PERIOD` and `OBS_VALUE` among them.
    pub concepts: Vec<Concept>,
}

/// A dimension. Time apart, all are coded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    /// Identifier, also that of its concept.
    pub id: String,
    /// Its codes.
    pub codelist: ArtefactRef,
}

/// What an attribute may say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Representation {
    /// A code of a list.
    Coded(ArtefactRef),
    /// A whole number.
    Whole,
    /// A text, of one language.
    Text,
}

/// Where an attribute is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attachment {
    /// Once for a data set.
    DataSet,
    /// For each observation.
    Observation,
}

/// An attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Identifier, also that of its concept.
    pub id: String,
    /// What it may say.
    pub representation: Representation,
    /// Where it is said.
    pub attachment: Attachment,
    /// Whether it must be said.
    pub mandatory: bool,
}

/// A data structure definition. The time dimension `TIME_PERIOD` comes after the others; the measure is `OBS_VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataStructure {
    /// Whose, which, which version.
    pub artefact: ArtefactRef,
    /// Label.
    pub name: Text,
    /// The dimensions in the order of the key, time left out.
    pub dimensions: Vec<Dimension>,
    /// The attributes, `OBS_STATUS` and `CONF_STATUS` among them.
    pub attributes: Vec<Attribute>,
}

/// What is published under that structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataflow {
    /// Whose, which, which version.
    pub artefact: ArtefactRef,
    /// Label.
    pub name: Text,
    /// What it holds.
    pub description: Option<Text>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structures {
    /// The concepts.
    pub concepts: ConceptScheme,
    /// Every code list that is used, each once.
    pub codelists: Vec<Codelist>,
    /// The structure.
    pub structure: DataStructure,
    /// The dataflow.
    pub dataflow: Dataflow,
}

impl Structures {
    /// Whether all fits: identifiers have their form and are there once, every reference leads somewhere, `OBS_STATUS`
    /// and `CONF_STATUS` are attributes of the observation with the cross-domain lists.
    ///
    /// # Errors
    /// [`SdmxError`] with the first thing that does not.
    pub fn check(&self) -> Result<(), SdmxError> {
        Index::new(self).map(|_| ())
    }
}
