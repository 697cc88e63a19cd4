//! The communes, from a file of the official geographic code (Insee, Licence Ouverte 2.0) that the user brings: they are
//! 35 000 and change each year, so none is embedded.

use crate::code_list::Head;
use crate::import::{Cells, Column, Row, import};
use crate::{Code, CodeList, Edition, ImportError, Imported, list};

const COLUMNS: &[Column] = &[
    Column { name: "code", known_as: &["com", "code", "code_commune"], required: true },
    Column { name: "label", known_as: &["libelle", "nom", "nom_commune"], required: true },
    Column { name: "department", known_as: &["dep", "departement", "code_collectivite"], required: false },
    Column { name: "kind", known_as: &["typecom", "type"], required: false },
    Column { name: "of", known_as: &["comparent"], required: false },
    Column { name: "population", known_as: &["pmun", "population"], required: false },
];

/// Reads a file of communes as the list `communes` of that edition: that of Insee (`TYPECOM,COM,…,LIBELLE,…,COMPARENT`),
/// with populations or without (`com,dep,reg,libelle,pmun`), or its collectivities overseas. The parent of a commune is
/// its department. Municipal districts, delegated and associated communes are nested: parts of a commune, never added to
/// it; one that bears the code of its own commune is left out.
///
/// # Errors
/// [`ImportError`] when the file has other columns, more codes than a list may hold, or no row that reads.
pub fn read_communes(bytes: &[u8], edition: Edition) -> Result<Imported, ImportError> {
    let head = Head {
        name: "communes".to_owned(),
        edition,
        source: "Insee, code officiel géographique".to_owned(),
        licence: "Licence Ouverte 2.0".to_owned(),
        parent_list: Some("departments".to_owned()),
        label_language: Some("fr".to_owned()),
    };
    import(bytes, head, COLUMNS, row)
}

fn row(cells: &Cells<'_>) -> Row {
    if cells.is_empty() {
        return Ok(None);
    }
    let code = *cells.get("code").ok_or(("code", "is empty"))?;
    if !is_commune(code) {
        return Err(("code", "is no code of a commune, such as 53130 or 2A004"));
    }
    let label = *cells.get("label").ok_or(("label", "is empty"))?;
    let (kind, nested) = match cells.get("kind").copied() {
        None | Some("COM" | "commune-actuelle") => ("commune", false),
        Some("ARM" | "arrondissement-municipal") => ("district", true),
        Some("COMD" | "commune-deleguee") => ("delegated", true),
        Some("COMA" | "commune-associee") => ("associated", true),
        Some(_) => return Err(("kind", "is no kind of commune")),
    };
    let department = cells.get("department").copied().or_else(|| department_of(code)).unwrap_or_default();
    if list("departments").is_none_or(|departments| departments.code(department).is_none()) {
        return Err(("department", "is not in the list `departments`"));
    }
    let number = |cell: &&str| cell.parse::<u32>().map_err(|_| ("population", "is no whole number"));
    let population = cells.get("population").map(number).transpose()?;
    let own = [
        ("kind", Some(kind.to_owned())),
        ("of", cells.get("of").map(|of| (*of).to_owned())),
        ("population", population.map(|n| n.to_string())),
    ];
    Ok(Some(Code {
        code: code.to_owned(),
        label_fr: label.to_owned(),
        label_en: label.to_owned(),
        parent: Some(department.to_owned()),
        valid_from: None,
        valid_to: None,
        replaced_by: Vec::new(),
        verified: true,
        nested,
        extra: own.into_iter().filter_map(|(column, cell)| Some((column.to_owned(), cell?))).collect(),
    }))
}

fn is_commune(code: &str) -> bool {
    matches!(code.as_bytes(), [a, b, rest @ ..]
        if a.is_ascii_digit()
            && (b.is_ascii_digit() || (*a == b'2' && [b'A', b'B'].contains(b)))
            && rest.len() == 3
            && rest.iter().all(u8::is_ascii_digit))
}

/// The department that a code begins with: two characters, three overseas.
fn department_of(code: &str) -> Option<&str> {
    code.get(..if code.starts_with("97") || code.starts_with("98") { 3 } else { 2 })
}

impl CodeList {
    /// The same version, with the communes of `older` that are a part of another one by now (delegated or associated)
    /// replaced by it: the official file tells a merger by its parts alone. A part that `older` had replaced so stays so.
    #[must_use]
    pub fn with_mergers_since(mut self, older: &CodeList) -> CodeList {
        let merged = |code: &Code| {
            let into = code.extra("of").filter(|into| self.code(into).is_some_and(|whole| !whole.nested))?;
            let before = older.code(&code.code)?;
            (code.nested && (!before.nested || before.replaced_by == [into])).then(|| into.to_owned())
        };
        let found: Vec<Option<String>> = self.codes.iter().map(merged).collect();
        for (code, into) in self.codes.iter_mut().zip(found) {
            code.replaced_by.extend(into);
        }
        self
    }
}
