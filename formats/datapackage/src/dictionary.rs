//! The data dictionary: the fields once more, as a CSV for whoever opens the figures without a program.

use crate::error::PackageError;
use crate::package::Package;
use crate::write::csv_of;

const COLUMNS: [&str; 9] =
    ["name", "type", "title_fr", "title_en", "description_fr", "description_en", "unit", "definition_version", "codes"];

/// One line a field. A text that a spreadsheet would run is preceded by an apostrophe: this file is read by people.
pub(crate) fn dictionary(package: &Package) -> Result<String, PackageError> {
    let header = COLUMNS.map(str::to_owned).to_vec();
    let rows = package.fields.iter().map(|field| {
        let cells = [
            field.name.clone(),
            field.kind.code().to_owned(),
            field.title.fr.clone(),
            field.title.en.clone(),
            field.description.fr.clone(),
            field.description.en.clone(),
            field.unit.clone().unwrap_or_default(),
            field.definition.clone().unwrap_or_default(),
            field.codes.join(" | "),
        ];
        cells.map(harmless).to_vec()
    });
    csv_of(std::iter::once(header).chain(rows))
}

fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text
    }
}
