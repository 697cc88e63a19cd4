//! The sources the house knows: one TOML file each in `sources/`, and those of a data folder.
//!
//! A new source of an ordinary CSV or JSON file is one file in `sources/` and one name in [`BUILT_IN`]; no Rust. The test
//! `the_list_names_every_file` tells what was forgotten.

mod explain;

pub use explain::{Explanation, FieldLine, explain};

use crate::intake::NamedLists;
use beffroi_tabular::{Declaration, DeclarationError, Plan};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

macro_rules! sources {
    ($($id:literal),* $(,)?) => {
        &[$(($id, include_str!(concat!("../../../sources/", $id, ".toml")))),*]
    };
}

/// Every built-in source and its text, in alphabetical order.
const BUILT_IN: &[(&str, &str)] = sources![
    "demo-departements",
    "demo-fraud-series",
    "demo-phishing",
    "demo-published-platforms",
    "demo-published-survey",
    "demo-published-totals",
    "demo-ransomware",
    "gendarmerie-etat4001-2021",
    "ofs-cyber-2022",
    "ofs-cyber-articles",
    "ofs-cyber-parts",
    "phishing-database",
    "phishing-polkadot",
    "published-figures",
    "ransomware-tracker",
    "ssmsi-base-2022",
    "ssmsi-departements",
    "ssmsi-departements-2022",
    "ssmsi-escroqueries",
    "ssmsi-series",
    "ssmsi-taux-plainte",
    "synth-17cyber",
    "synth-perceval",
    "synth-thesee",
    "synth-unites",
];

// A declaration that does not read would be absent here; the test `every_built_in_source_reads` fails first.
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    let mut catalogue = Catalogue::default();
    for (id, text) in BUILT_IN {
        if let Ok(source) = Source::parse(&format!("sources/{id}.toml"), text) {
            catalogue.sources.insert((*id).to_owned(), source);
        }
    }
    catalogue
});

/// A source: its declaration and the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// What the text says.
    pub declaration: Declaration,
    /// The TOML text.
    pub text: String,
    /// Where the text lies, for messages: `sources/ssmsi-departements.toml`.
    pub place: String,
}

/// A declaration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {error}")]
pub struct SourceError {
    /// Where the text lies.
    pub place: String,
    /// The text itself, to show the line.
    pub text: String,
    /// What is wrong and where.
    pub error: Box<DeclarationError>,
}

impl SourceError {
    /// The bytes of [`SourceError::text`] that are meant.
    pub fn span(&self) -> Option<Range<usize>> {
        self.error.span.clone()
    }

    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        self.error.help.as_deref()
    }
}

impl Source {
    /// Reads a declaration and checks it, the code lists it names included.
    ///
    /// # Errors
    /// [`SourceError`] with the place in the text.
    pub fn parse(place: &str, text: &str) -> Result<Self, SourceError> {
        let wrong = |error| SourceError { place: place.to_owned(), text: text.to_owned(), error: Box::new(error) };
        let declaration = Declaration::parse(text).map_err(wrong)?;
        Plan::new(&declaration, &NamedLists).map_err(wrong)?;
        Ok(Self { declaration, text: text.to_owned(), place: place.to_owned() })
    }

    /// The source's identifier.
    pub fn id(&self) -> &str {
        self.declaration.id.as_str()
    }

    /// The version under which a delivery records this mapping: the declared number and a digest of the text, so that an
    /// edit that forgot the number does not pass for the same mapping.
    pub fn mapping_version(&self) -> String {
        let mut version = format!("{}-", self.declaration.version);
        for byte in Sha256::digest(self.text.as_bytes()).iter().take(6) {
            let _ = write!(version, "{byte:02x}");
        }
        version
    }
}

/// Sources by identifier.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    sources: BTreeMap<String, Source>,
}

impl Catalogue {
    /// Adds the declaration of a data folder.
    ///
    /// # Errors
    /// [`SourceError`] when it does not read, or bears the identifier of a source that is there already.
    pub fn with(mut self, place: &str, text: &str) -> Result<Self, SourceError> {
        let source = Source::parse(place, text)?;
        if let Some(known) = self.sources.get(source.id()) {
            let error = DeclarationError {
                message: format!("the identifier `{}` is that of {}", source.id(), known.place),
                help: Some(
                    "choose another identifier: what was landed under this one must keep its meaning".to_owned(),
                ),
                span: None,
                line: None,
            };
            return Err(SourceError { place: place.to_owned(), text: text.to_owned(), error: Box::new(error) });
        }
        self.sources.insert(source.id().to_owned(), source);
        Ok(self)
    }

    /// The source of that identifier.
    pub fn get(&self, id: &str) -> Option<&Source> {
        self.sources.get(id)
    }

    /// Every source, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.sources.values()
    }
}

/// The built-in sources.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

/// The built-in source of that identifier.
pub fn source(id: &str) -> Option<&'static Source> {
    CATALOGUE.get(id)
}

/// Reads and checks the text of a declaration, for `source check`. `place` is where it lies.
///
/// # Errors
/// [`SourceError`] with the place in the text.
pub fn check(place: &str, text: &str) -> Result<Source, SourceError> {
    Source::parse(place, text)
}

#[cfg(test)]
mod tests;
