//! Figures as a data package: one table, described field by field.

use super::code::{NO_VALUE, version};
use super::{Publication, PublicationError};
use crate::indicators::Figure;
use beffroi_datapackage::{Cell, Contributor, Field, Kind, Label, Licence, Package, Source};
use beffroi_ports::Dimension;
use beffroi_wording::Lang;

/// The licence under which public statistics are reused (code of relations between the public and the administration,
/// D. 323-2-1), once its publisher has released them.
const LICENCE: (&str, &str, &str) =
    ("etalab-2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/", "Licence Ouverte 2.0");

/// The columns after the dimensions; those of a rate are left out where there is none.
const OF_A_RATE: [&str; 4] = ["numerator", "denominator", "low", "high"];
/// The columns after the status, and whether they are always filled. One that the figures are broken down by stands among
/// the dimensions already.
const LAST: [(&str, Kind, bool); 7] = [
    ("unit_of_count", Kind::Text, false),
    ("layer", Kind::Text, false),
    ("source", Kind::Text, false),
    ("definition", Kind::Text, false),
    ("snapshot", Kind::Whole, true),
    ("certificate", Kind::Text, true),
    ("synthetic", Kind::Flag, true),
];
/// Published, confidential, missing.
const STATUSES: [&str; 3] = ["F", "C", "M"];

/// The package of the figures.
///
/// # Errors
/// [`PublicationError::Empty`] when there is no figure.
pub(super) fn of(of: &Publication<'_>) -> Result<Package, PublicationError> {
    let Publication { card, figures, marking, .. } = of;
    if figures.rows.is_empty() {
        return Err(PublicationError::Empty { indicator: card.code.clone() });
    }
    let certificate = &figures.certificate;
    let whole = figures.rows.iter().filter_map(|row| row.value).all(|value| value.fract() == 0.0);
    let is_rate = figures.rows.iter().any(|row| row.denominator.is_some());
    let mut fields: Vec<Field> = figures.by.iter().map(|dimension| of_dimension(*dimension)).collect();
    let key: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    let definition = Some(certificate.definition_version.clone());
    fields.push(Field {
        title: Label::new(&card.label.fr, &card.label.en),
        description: Label::new(&card.definition.fr, &card.definition.en),
        unit: Some(card.unit.fr.clone()),
        definition: definition.clone(),
        ..field("value", if whole { Kind::Whole } else { Kind::Real }, false)
    });
    if is_rate {
        fields.extend(OF_A_RATE.map(|name| Field { definition: definition.clone(), ..field(name, Kind::Real, false) }));
    }
    let statuses = STATUSES.map(str::to_owned).to_vec();
    fields.push(Field { codes: statuses, ..field("status", Kind::Text, true) });
    let last = LAST.into_iter().filter(|(name, ..)| !key.iter().any(|taken| taken == name));
    fields.extend(last.map(|(name, kind, required)| field(name, kind, required)));

    let sources: Vec<Source> = certificate
        .sources
        .iter()
        .map(|source| {
            let parts = [Some(source.source.clone()), source.definition.clone(), source.vintage.map(|d| d.to_string())];
            Source { title: parts.into_iter().flatten().collect::<Vec<_>>().join(", "), path: None }
        })
        .collect();
    let own = vec![Source { title: card.owner.fr.clone(), path: None }];
    let (name, path, title) = LICENCE;
    let told = |lang: Lang, definition: &str| {
        let marking = marking.to_string();
        let note = lang.say_with("package-note", &[("marking", (&marking).into()), ("definition", definition.into())]);
        if certificate.synthetic { format!("{note} {}", lang.say("package-synthetic-note")) } else { note }
    };
    Ok(Package {
        name: card.code.clone(),
        title: Label::new(&card.label.fr, &card.label.en),
        description: Label::new(told(Lang::Fr, &card.definition.fr), told(Lang::En, &card.definition.en)),
        version: version(&card.definition_version),
        created: certificate.computed_at,
        licences: vec![Licence { name: name.to_owned(), path: path.to_owned(), title: title.to_owned() }],
        sources: if sources.is_empty() { own } else { sources },
        contributors: vec![Contributor { title: card.owner.fr.clone(), role: "publisher".to_owned() }],
        fields,
        primary_key: key,
        rows: figures.rows.iter().map(|row| cells(of, row, whole, is_rate)).collect(),
    })
}

fn cells(of: &Publication<'_>, row: &Figure, whole: bool, is_rate: bool) -> Vec<Cell> {
    let certificate = &of.figures.certificate;
    let real = |value: Option<f64>| value.filter(|v| v.is_finite()).map_or(Cell::Empty, Cell::Real);
    let value = match row.value {
        Some(value) if whole => Cell::Whole(value as i64),
        value => real(value),
    };
    let mut cells: Vec<Cell> = row.keys.iter().map(|key| text(key.as_deref().unwrap_or(NO_VALUE))).collect();
    cells.push(value);
    if is_rate {
        let limits = (row.interval.map(|i| i.0), row.interval.map(|i| i.1));
        cells.extend([row.numerator, row.denominator, limits.0, limits.1].map(real));
    }
    let all = || certificate.sources.iter().map(|s| s.source.as_str()).collect::<Vec<_>>().join(" ");
    let status = if row.status.is_hidden() { "C" } else { row.status.code() };
    cells.push(text(status));
    let last = [
        text(&certificate.unit_of_count),
        text(of.card.layer.code()),
        text(&row.source.clone().unwrap_or_else(all)),
        text(row.definition.as_deref().unwrap_or(&certificate.definition_version)),
        Cell::Whole(i64::try_from(certificate.snapshot).unwrap_or(i64::MAX)),
        text(&certificate.digest),
        Cell::Flag(certificate.synthetic),
    ];
    let taken = |name: &str| of.figures.by.iter().any(|dimension| column(*dimension) == name);
    cells.extend(LAST.into_iter().zip(last).filter(|((name, ..), _)| !taken(name)).map(|(_, cell)| cell));
    cells
}

/// A text that a spreadsheet would run is preceded by an apostrophe, as in the plain CSV.
fn text(text: &str) -> Cell {
    let runs = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    match text {
        "" => Cell::Empty,
        text if runs => Cell::Text(format!("'{text}")),
        text => Cell::Text(text.to_owned()),
    }
}

/// The name of a dimension's column.
fn column(dimension: Dimension) -> String {
    dimension.code().replace('-', "_")
}

fn of_dimension(dimension: Dimension) -> Field {
    let title = format!("indicator-dimension-{}", dimension.code());
    let told = if dimension.grain().is_some() { "package-period-text" } else { "package-dimension-text" };
    Field { title: label(&title), description: label(told), ..named(&column(dimension), Kind::Text) }
}

fn field(name: &str, kind: Kind, required: bool) -> Field {
    let key = name.replace('_', "-");
    let (title, description) = (label(&format!("package-{key}")), label(&format!("package-{key}-text")));
    Field { title, description, required, ..named(name, kind) }
}

fn named(name: &str, kind: Kind) -> Field {
    let none = || Label::new("–", "–");
    Field {
        name: name.to_owned(),
        kind,
        title: none(),
        description: none(),
        unit: None,
        definition: None,
        required: true,
        codes: Vec::new(),
    }
}

fn label(key: &str) -> Label {
    Label::new(Lang::Fr.say(key), Lang::En.say(key))
}
