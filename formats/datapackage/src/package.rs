//! A package before it is written.

use crate::cell::{Cell, Kind};
use crate::error::{PackageError, clip};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A label in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

impl Label {
    /// A label.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name in the header: small letters, digits, `_`, a letter first.
    pub name: String,
    /// What stands in it.
    pub kind: Kind,
    /// Label.
    pub title: Label,
    /// Definition.
    pub description: Label,
    /// Unit of the values, where they have one.
    pub unit: Option<String>,
    /// Version of the definition that the values were computed under.
    pub definition: Option<String>,
    /// Whether a cell may be empty.
    pub required: bool,
    /// The codes that may stand there, in their order; texts only, any when empty.
    pub codes: Vec<String>,
}

/// A licence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// Its Open Definition identifier, such as `etalab-2.0`.
    pub name: String,
    /// Its address.
    pub path: String,
    /// Its title.
    pub title: String,
}

/// Where the data come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Title.
    pub title: String,
    /// Address, where it has one.
    pub path: Option<String>,
}

/// Who made the package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributor {
    /// Name of the service: never of a person.
    pub title: String,
    /// `publisher`, `author`, `maintainer`, `wrangler` or `contributor`.
    pub role: String,
}

/// A package of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Name, also of the CSV: small letters, digits, `-`, `_`, points.
    pub name: String,
    /// Label.
    pub title: Label,
    /// What it holds.
    pub description: Label,
    /// Its version, such as `1.0.0`.
    pub version: String,
    /// When it was made.
    pub created: Timestamp,
    /// At least one.
    pub licences: Vec<Licence>,
    /// At least one.
    pub sources: Vec<Source>,
    /// Services.
    pub contributors: Vec<Contributor>,
    /// The columns.
    pub fields: Vec<Field>,
    /// Names of the columns that tell a row from every other; none when empty.
    pub primary_key: Vec<String>,
    /// The rows, one cell a field.
    pub rows: Vec<Vec<Cell>>,
}

impl Package {
    /// Whether it may be written.
    ///
    /// # Errors
    /// [`PackageError`] with the first thing that does not fit.
    pub fn check(&self) -> Result<(), PackageError> {
        self.check_description()?;
        let keys: Vec<usize> = self.key_places();
        let mut seen = BTreeSet::new();
        for (row, cells) in (1..).zip(&self.rows) {
            let off = |field: &str, why| PackageError::Cell { row, field: clip(field), why };
            if cells.len() != self.fields.len() {
                return Err(off("", "the row has not one cell a field"));
            }
            for (field, cell) in self.fields.iter().zip(cells) {
                field.takes(cell).map_err(|why| off(&field.name, why))?;
            }
            let key: Vec<String> = keys.iter().filter_map(|at| cells.get(*at)).map(Cell::to_string).collect();
            if !keys.is_empty() && !seen.insert(key) {
                return Err(off(&self.primary_key.join(", "), "the primary key is there twice: keep one row"));
            }
        }
        Ok(())
    }

    pub(crate) fn key_places(&self) -> Vec<usize> {
        self.primary_key.iter().filter_map(|name| self.fields.iter().position(|field| field.name == *name)).collect()
    }

    /// All but the rows.
    pub(crate) fn check_description(&self) -> Result<(), PackageError> {
        let plain = |text: &str, more: &[u8]| {
            text.len() <= 100
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || more.contains(&b))
                && text.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        };
        if !plain(&self.name, b"-_.") || self.name.contains("..") {
            let expected = "small letters, digits, `-`, `_`, points, a letter first";
            return Err(PackageError::Name { what: "package", text: clip(&self.name), expected });
        }
        let mut names = BTreeSet::new();
        for field in &self.fields {
            if !plain(&field.name, b"_") {
                let expected = "small letters, digits, `_`, a letter first";
                return Err(PackageError::Name { what: "field", text: clip(&field.name), expected });
            }
            if !names.insert(field.name.as_str()) {
                return Err(PackageError::Name {
                    what: "field",
                    text: field.name.clone(),
                    expected: "another name: it is there twice",
                });
            }
            if !field.codes.is_empty() && field.kind != Kind::Text {
                return Err(PackageError::Rule("codes are given for a field of another kind than text"));
            }
            if field.codes.iter().collect::<BTreeSet<_>>().len() < field.codes.len() {
                return Err(PackageError::Rule("a code of a field is given twice"));
            }
        }
        if names.is_empty() {
            return Err(PackageError::Rule("a package needs a field"));
        }
        if self.licences.is_empty() || self.sources.is_empty() {
            return Err(PackageError::Rule("a package says under which licence it is, and from which source"));
        }
        let mut labels = vec![&self.title, &self.description];
        labels.extend(self.fields.iter().flat_map(|field| [&field.title, &field.description]));
        if labels.iter().any(|label| label.fr.trim().is_empty() || label.en.trim().is_empty()) {
            return Err(PackageError::Rule("a label is empty: give titles and descriptions in both languages"));
        }
        let roles = ["publisher", "author", "maintainer", "wrangler", "contributor"];
        if self.contributors.iter().any(|one| !roles.contains(&one.role.as_str())) {
            return Err(PackageError::Rule("a contributor is publisher, author, maintainer, wrangler or contributor"));
        }
        let paths = self
            .licences
            .iter()
            .map(|licence| &licence.path)
            .chain(self.sources.iter().filter_map(|one| one.path.as_ref()));
        if paths.clone().any(|path| !(path.starts_with("https://") || path.starts_with("http://"))) {
            return Err(PackageError::Rule("the address of a licence or source begins with https://"));
        }
        let unique = self.primary_key.iter().collect::<BTreeSet<_>>().len() == self.primary_key.len();
        if !unique || self.key_places().len() < self.primary_key.len() {
            return Err(PackageError::Rule("the primary key names a column that is not there, or one twice"));
        }
        // Part of the primary key, a cell must tell something (Table Schema, "Primary Key").
        let of_key = |field: &&Field| self.primary_key.contains(&field.name);
        if self.fields.iter().filter(of_key).any(|field| !field.required) {
            return Err(PackageError::Rule("a column of the primary key must be required"));
        }
        Ok(())
    }
}

impl Field {
    /// Whether a cell may stand in this column.
    pub(crate) fn takes(&self, cell: &Cell) -> Result<(), &'static str> {
        if *cell == Cell::Empty {
            return if self.required { Err("the cell is empty and must not be") } else { Ok(()) };
        }
        if cell.kind() != Some(self.kind) {
            return Err("the cell is of another kind than its field");
        }
        cell.check()?;
        match cell {
            Cell::Text(text) if !self.codes.is_empty() && !self.codes.contains(text) => {
                Err("the code is not among those of the field")
            }
            _ => Ok(()),
        }
    }
}
