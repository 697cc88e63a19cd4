//! `datapackage.json` (Data Package 1; Data Resource 1; Tabular Data Resource 1; Table Schema 1; CSV Dialect 1).

use crate::cell::Kind;
use crate::error::PackageError;
use crate::package::{Contributor, Field, Label, Licence, Package, Source};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Descriptor {
    profile: String,
    name: String,
    title: String,
    titles: Names,
    description: String,
    descriptions: Names,
    version: String,
    created: String,
    licenses: Vec<LicenceForm>,
    sources: Vec<SourceForm>,
    contributors: Vec<ContributorForm>,
    pub(crate) resources: Vec<Resource>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    fr: String,
    en: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LicenceForm {
    name: String,
    path: String,
    title: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceForm {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContributorForm {
    title: String,
    role: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resource {
    profile: String,
    name: String,
    path: String,
    format: String,
    mediatype: String,
    encoding: String,
    bytes: u64,
    hash: String,
    dialect: Dialect,
    schema: Schema,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Dialect {
    delimiter: String,
    line_terminator: String,
    quote_char: String,
    double_quote: bool,
    header: bool,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Schema {
    fields: Vec<FieldForm>,
    missing_values: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    primary_key: Vec<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct FieldForm {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    title: String,
    titles: Names,
    description: String,
    descriptions: Names,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition_version: Option<String>,
    constraints: Constraints,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Constraints {
    required: bool,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty", default)]
    codes: Vec<String>,
}

impl Names {
    fn of(label: &Label) -> Self {
        Self { fr: label.fr.clone(), en: label.en.clone() }
    }

    fn label(&self) -> Label {
        Label::new(&self.fr, &self.en)
    }
}

/// The name of the CSV.
pub(crate) fn csv_name(package: &str) -> String {
    format!("{package}.csv")
}

/// Length and hash of a CSV, as the description says them.
pub(crate) fn seal(csv: &[u8]) -> (u64, String) {
    let hex: String = Sha256::digest(csv).iter().map(|byte| format!("{byte:02x}")).collect();
    (csv.len() as u64, format!("sha256:{hex}"))
}

impl Descriptor {
    pub(crate) fn of(package: &Package, csv: &[u8]) -> Self {
        let (bytes, hash) = seal(csv);
        let text = str::to_owned;
        let licence =
            |one: &Licence| LicenceForm { name: one.name.clone(), path: one.path.clone(), title: one.title.clone() };
        let resource = Resource {
            profile: text("tabular-data-resource"),
            name: package.name.clone(),
            path: csv_name(&package.name),
            format: text("csv"),
            mediatype: text("text/csv"),
            encoding: text("utf-8"),
            bytes,
            hash,
            dialect: Dialect {
                delimiter: text(","),
                line_terminator: text("\r\n"),
                quote_char: text("\""),
                double_quote: true,
                header: true,
            },
            schema: Schema {
                fields: package.fields.iter().map(FieldForm::of).collect(),
                missing_values: vec![String::new()],
                primary_key: package.primary_key.clone(),
            },
        };
        Self {
            profile: text("tabular-data-package"),
            name: package.name.clone(),
            title: package.title.fr.clone(),
            titles: Names::of(&package.title),
            description: package.description.fr.clone(),
            descriptions: Names::of(&package.description),
            version: package.version.clone(),
            created: package.created.to_string(),
            licenses: package.licences.iter().map(licence).collect(),
            sources: package
                .sources
                .iter()
                .map(|one| SourceForm { title: one.title.clone(), path: one.path.clone() })
                .collect(),
            contributors: package
                .contributors
                .iter()
                .map(|one| ContributorForm { title: one.title.clone(), role: one.role.clone() })
                .collect(),
            resources: vec![resource],
        }
    }

    /// The package without its rows.
    pub(crate) fn package(&self) -> Result<Package, PackageError> {
        let [resource] = &*self.resources else { return Err(PackageError::Form) };
        let licence =
            |one: &LicenceForm| Licence { name: one.name.clone(), path: one.path.clone(), title: one.title.clone() };
        let package = Package {
            name: self.name.clone(),
            title: self.titles.label(),
            description: self.descriptions.label(),
            version: self.version.clone(),
            created: self.created.parse().map_err(|_| PackageError::Form)?,
            licences: self.licenses.iter().map(licence).collect(),
            sources: self
                .sources
                .iter()
                .map(|one| Source { title: one.title.clone(), path: one.path.clone() })
                .collect(),
            contributors: self
                .contributors
                .iter()
                .map(|one| Contributor { title: one.title.clone(), role: one.role.clone() })
                .collect(),
            fields: resource.schema.fields.iter().map(FieldForm::field).collect::<Result<_, _>>()?,
            primary_key: resource.schema.primary_key.clone(),
            rows: Vec::new(),
        };
        package.check_description()?;
        Ok(package)
    }

    /// Whether this describes that CSV.
    pub(crate) fn describes(&self, csv: &[u8]) -> bool {
        let (bytes, hash) = seal(csv);
        self.resources.iter().all(|resource| resource.bytes == bytes && resource.hash == hash)
    }
}

impl FieldForm {
    fn of(field: &Field) -> Self {
        Self {
            name: field.name.clone(),
            kind: field.kind.code().to_owned(),
            title: field.title.fr.clone(),
            titles: Names::of(&field.title),
            description: field.description.fr.clone(),
            descriptions: Names::of(&field.description),
            unit: field.unit.clone(),
            definition_version: field.definition.clone(),
            constraints: Constraints { required: field.required, codes: field.codes.clone() },
        }
    }

    fn field(&self) -> Result<Field, PackageError> {
        Ok(Field {
            name: self.name.clone(),
            kind: Kind::from_code(&self.kind).ok_or(PackageError::Form)?,
            title: self.titles.label(),
            description: self.descriptions.label(),
            unit: self.unit.clone(),
            definition: self.definition_version.clone(),
            required: self.constraints.required,
            codes: self.constraints.codes.clone(),
        })
    }
}
