//! A source, declared: how its files are written and what their columns mean.

mod check;
mod columns;
mod condition;
mod error;
mod field;
mod identifiers;
mod pattern;
mod shape;

pub use columns::{Split, Unpivot};
pub use condition::{Bound, Condition};
pub use error::DeclarationError;
pub use field::{Field, Unmapped};
pub(crate) use identifiers::{Named, identifier};
pub use pattern::Pattern;
pub use shape::{Encoding, FileShape, Format, Sheet};

use beffroi_model::{Layer, Marking, ObservableKind, Pap, ReportKind, Role, SourceId, Tlp};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// One file of `sources/`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The source's identifier; its file is named after it.
    pub id: SourceId,
    /// Version of this mapping, to be raised when it changes.
    pub version: u32,
    /// What readers call the source.
    pub title: Title,
    /// Who publishes it and on what terms.
    pub origin: Origin,
    /// Which instrument saw the facts.
    pub layer: Layer,
    /// What one unit is: a code of the list `units_of_count`.
    #[serde(default)]
    pub unit: String,
    /// On what ground the data are processed.
    pub legal_basis: String,
    /// To whom the rows may go and what may be done with them; red when nothing is said.
    #[serde(default, deserialize_with = "marking")]
    pub marking: Marking,
    /// Whether the rows are made by a generator.
    #[serde(default)]
    pub synthetic: bool,
    /// How the file is written.
    pub file: FileShape,
    /// Which rows are kept: every condition must hold. The others are counted as skipped, not as rejected.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
    /// Which rows are totals: one condition is enough. They do not land; they are what the sums are checked against.
    #[serde(default)]
    pub totals: Vec<Condition>,
    /// How a row becomes a report; exclusive with `count`.
    pub report: Option<ReportMapping>,
    /// How a row becomes published counts, one for each mapping whose conditions hold.
    #[serde(default, rename = "count")]
    pub counts: Vec<CountMapping>,
}

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// Who publishes a source and on what terms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Who publishes it.
    pub publisher: String,
    /// Under which licence or agreement.
    pub licence: String,
    /// Where it is found.
    pub address: Option<String>,
}

/// How a row becomes a report. There is no place for a name, a birth date, an address or a narrative.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportMapping {
    /// What a row is.
    pub kind: ReportKind,
    /// The source's own number, unique within it; a digest of the declared columns when there is none.
    pub id: Option<Field>,
    /// Day on which it was reported.
    pub reported_on: Field,
    /// Day of the facts.
    pub occurred_on: Option<Field>,
    /// Where; "not located" when nothing is declared.
    pub territory: Option<Field>,
    /// Category of digital offence.
    pub category: Option<Field>,
    /// Phenomenon.
    pub phenomenon: Option<Field>,
    /// Attack on a data-processing system: `true` or `false` once mapped.
    pub astad: Option<Field>,
    /// Class of victim.
    pub victim_kind: Option<Field>,
    /// Sector of the victim.
    pub sector: Option<Field>,
    /// Named object that is neither a person nor an observable.
    pub subject: Option<Field>,
    /// Loss in euros.
    pub loss_eur: Option<Field>,
    /// Observables, each with its role.
    #[serde(default)]
    pub observables: Vec<ObservableMapping>,
}

/// A column that holds observables.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservableMapping {
    /// The column or path; a path may cross arrays and give several.
    pub from: String,
    /// What it holds.
    pub kind: ObservableKind,
    /// Whose it is.
    pub role: Role,
    /// What separates several observables in one field.
    pub split: Option<String>,
    /// Whether a row without it, or with one that is not valid, is set aside. Otherwise the row lands without it.
    #[serde(default)]
    pub required: bool,
    /// Only in rows where these hold.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
}

/// How a row becomes a published count.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountMapping {
    /// Only rows where these hold.
    #[serde(default, rename = "where")]
    pub conditions: Vec<Condition>,
    /// The instrument, when the file holds several.
    pub layer: Option<Layer>,
    /// The publisher's series.
    pub series: Field,
    /// The period.
    pub period: Field,
    /// The territory.
    pub territory: Field,
    /// Breakdown within the series.
    pub category: Option<Field>,
    /// Unit of count, when it is not the source's.
    pub unit: Option<Field>,
    /// The figure.
    pub value: Field,
    /// Population of the territory.
    pub population: Option<Field>,
    /// Definition under which it was counted.
    pub definition_version: Field,
    /// Day at which the data stood, when it is not the delivery's.
    pub vintage: Option<Field>,
}

impl ReportMapping {
    /// Its fields by name, in the order in which they are told.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &Field)> {
        [
            ("id", self.id.as_ref()),
            ("reported_on", Some(&self.reported_on)),
            ("occurred_on", self.occurred_on.as_ref()),
            ("territory", self.territory.as_ref()),
            ("category", self.category.as_ref()),
            ("phenomenon", self.phenomenon.as_ref()),
            ("astad", self.astad.as_ref()),
            ("victim_kind", self.victim_kind.as_ref()),
            ("sector", self.sector.as_ref()),
            ("subject", self.subject.as_ref()),
            ("loss_eur", self.loss_eur.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, field)| Some((name, field?)))
    }
}

impl CountMapping {
    /// Its fields by name, in the order in which they are told.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &Field)> {
        [
            ("series", Some(&self.series)),
            ("period", Some(&self.period)),
            ("territory", Some(&self.territory)),
            ("category", self.category.as_ref()),
            ("unit", self.unit.as_ref()),
            ("value", Some(&self.value)),
            ("population", self.population.as_ref()),
            ("definition_version", Some(&self.definition_version)),
            ("vintage", self.vintage.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, field)| Some((name, field?)))
    }
}

impl Declaration {
    /// Reads a declaration and checks that it means something.
    ///
    /// # Errors
    /// [`DeclarationError`] with the place in the text.
    pub fn parse(text: &str) -> Result<Self, DeclarationError> {
        let declaration: Self = toml::from_str(text).map_err(|error| DeclarationError::syntax(text, &error))?;
        check::check(&declaration).map_err(|fault| DeclarationError::meaning(text, fault))?;
        Ok(declaration)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Markings {
    tlp: Option<String>,
    pap: Option<String>,
}

fn marking<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Marking, D::Error> {
    let given = Markings::deserialize(deserializer)?;
    let tlp = given.tlp.map_or(Ok(Tlp::Red), |text| text.parse()).map_err(D::Error::custom)?;
    let pap = given.pap.map_or(Ok(Pap::Red), |text| text.parse()).map_err(D::Error::custom)?;
    Ok(Marking { tlp, pap })
}
