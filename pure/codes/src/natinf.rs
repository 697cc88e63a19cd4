//! The official NATINF file (Ministry of Justice, DACG; quarterly, Licence Ouverte 2.0): a CSV with semicolons, in
//! ISO-8859-1, with a line before the names of its columns. The importer also reads it in UTF-8 and without that line.

use crate::code_list::Head;
use crate::import::{Cells, Column, Row, import};
use crate::{Code, Edition, ImportError, Imported, articles_in};
use std::collections::BTreeMap;

const COLUMNS: &[Column] = &[
    Column { name: "code", known_as: &["numero natinf", "numero", "natinf"], required: true },
    Column { name: "nature", known_as: &["nature de l'infraction", "nature"], required: true },
    Column { name: "label", known_as: &["qualification de l'infraction", "qualification"], required: true },
    Column { name: "defined_by", known_as: &["definie par"], required: true },
    Column { name: "punished_by", known_as: &["reprimee par"], required: true },
];

/// Reads the official file as the list `natinf` of that edition. Each code keeps the texts that define and punish it
/// (columns `defined_by`, `punished_by`), its nature as written, its class (`C1`…`C5`, `D`, `Cr`) where the nature tells
/// it, and the articles that define it, each with its code of law (column `articles`, joined by `; `): an offence is
/// known by them, since numbers come and go.
///
/// # Errors
/// [`ImportError`] when the file has other columns, more codes than a list may hold, or no row that reads.
pub fn read_natinf(bytes: &[u8], edition: Edition) -> Result<Imported, ImportError> {
    let head = Head {
        name: "natinf".to_owned(),
        edition,
        source: "NATINF (Ministry of Justice, DACG), official quarterly file".to_owned(),
        licence: "Licence Ouverte 2.0".to_owned(),
        parent_list: None,
        label_language: Some("fr".to_owned()),
    };
    import(bytes, head, COLUMNS, row)
}

fn row(cells: &Cells<'_>) -> Row {
    if cells.is_empty() {
        return Ok(None);
    }
    let code = cells.get("code").ok_or(("code", "is empty"))?;
    if code.len() > 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(("code", "is no NATINF number"));
    }
    let number = code.trim_start_matches('0');
    if number.is_empty() {
        return Err(("code", "is no NATINF number"));
    }
    let label = (*cells.get("label").ok_or(("label", "is empty"))?).to_owned();
    let nature = cells.get("nature").copied().unwrap_or_default();
    let defined_by = cells.get("defined_by").copied().unwrap_or_default();
    let articles: Vec<String> = articles_in(defined_by).iter().map(ToString::to_string).collect();
    let own = [
        ("nature", nature.to_owned()),
        ("class", class(nature).unwrap_or_default().to_owned()),
        ("defined_by", defined_by.to_owned()),
        ("punished_by", cells.get("punished_by").copied().unwrap_or_default().to_owned()),
        ("articles", articles.join("; ")),
    ];
    Ok(Some(Code {
        code: number.to_owned(),
        label_fr: label.clone(),
        label_en: label,
        parent: None,
        valid_from: None,
        valid_to: None,
        replaced_by: Vec::new(),
        verified: true,
        nested: false,
        extra: own
            .into_iter()
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(k, v)| (k.to_owned(), v))
            .collect::<BTreeMap<_, _>>(),
    }))
}

/// The class that a nature names: customs and tax offences have none.
fn class(nature: &str) -> Option<&'static str> {
    match nature {
        "Délit" => Some("D"),
        "Crime" => Some("Cr"),
        _ => {
            let rest = nature.strip_prefix("Contravention de ")?;
            let rest = rest.strip_prefix("classe ").unwrap_or(rest);
            let classes = [('1', "C1"), ('2', "C2"), ('3', "C3"), ('4', "C4"), ('5', "C5")];
            classes.iter().find(|(digit, _)| rest.starts_with(*digit)).map(|(_, class)| *class)
        }
    }
}
