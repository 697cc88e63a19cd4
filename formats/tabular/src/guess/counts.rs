//! A table of figures: which column is the figure, its period, its place and its series.

use super::column::Column;
use super::{Proposal, list, named, quoted, unread};
use crate::fold::fold;
use crate::map::period;
use crate::wire::Look;
use std::collections::BTreeSet;

/// Fewest columns that make a table wide.
const WIDE: usize = 3;

/// Longest name of a series that the proposal puts together, in characters.
const SERIES: usize = 200;

const FIGURES: &[&str] = &[
    "valeur",
    "valeurs",
    "value",
    "values",
    "nombre",
    "faits",
    "count",
    "counts",
    "total",
    "n",
    "nb",
    "effectif",
    "effectifs",
    "cyber",
    "cas",
];
const NO_FIGURES: &[&str] = &[
    "code",
    "region",
    "dep",
    "departement",
    "id",
    "index",
    "insee",
    "pop",
    "population",
    "log",
    "logement",
    "millesime",
    "millpop",
    "milllog",
    "annee",
    "year",
    "taux",
    "rate",
    "identifiant",
    "rang",
    "lat",
    "lon",
];
const PERIODS: &[&str] =
    &["annee", "year", "periode", "period", "mois", "month", "trimestre", "quarter", "date", "temps", "time", "an"];
const SERIES_NAMES: &[&str] = &[
    "indicateur",
    "classe",
    "serie",
    "series",
    "infraction",
    "infractions",
    "libelle",
    "titre",
    "nom",
    "name",
    "label",
    "type",
    "categorie",
    "category",
    "sous",
    "statistique",
    "correction",
    "declinaison",
    "ordonnees",
    "nature",
    "champ",
];

/// How a wide table is made long.
enum Wide {
    Periods(Vec<String>),
    Places(Vec<String>),
    /// A word and a number.
    Numbered(String),
}

pub(super) fn propose(proposal: &mut Proposal, look: &Look, id: &str, columns: &[Column]) {
    let usable =
        |column: &&Column| !column.name.is_empty() && crate::declaration::identifier(&column.name, false).is_none();
    let columns: Vec<&Column> = columns.iter().filter(usable).collect();
    let wide = wide(&columns);
    let is_wide = |column: &Column| match &wide {
        Some(Wide::Periods(names) | Wide::Places(names)) => names.contains(&column.name),
        Some(Wide::Numbered(stem)) => numbered(&column.name).as_deref() == Some(stem),
        None => false,
    };
    let fixed: Vec<&Column> = columns.iter().copied().filter(|column| !is_wide(column)).collect();
    let mut read: BTreeSet<&str> = columns.iter().filter(|column| is_wide(column)).map(|c| c.name.as_str()).collect();
    match &wide {
        None => {}
        Some(wide) => {
            proposal.line("");
            proposal.noted("[file.unpivot]", "guess-wide", "");
            proposal.line(match wide {
                Wide::Periods(names) | Wide::Places(names) => format!("columns = {}", list(names)),
                Wide::Numbered(stem) => format!("pattern = {}", quoted(&format!("^{}[0-9]+$", regex::escape(stem)))),
            });
            proposal.line("header = \"beffroi.column\"");
            proposal.line("value = \"beffroi.value\"");
        }
    }
    proposal.line("");
    proposal.line("[[count]]");

    let unit = fixed.iter().find(|c| c.says(&["unite", "unit"]) && !c.numbers && !c.periods);
    let place = fixed.iter().filter(|c| c.departments || c.places).max_by_key(|c| {
        i32::from(c.says(&["departement", "dep", "territoire", "zone", "code"])) + i32::from(c.places)
            - 2 * i32::from(c.says(&["region"]))
    });
    let when = fixed
        .iter()
        .filter(|c| (c.periods || c.short_years) && 2 * c.filled >= look.rows.len())
        .max_by_key(|c| (c.says(PERIODS) && !c.says(&["millesime"]), c.short_years));
    let when = when.filter(|c| c.says(PERIODS) || !c.numbers);
    let figure =
        fixed.iter().filter(|c| c.numbers && !is_same(c, when) && !c.name.starts_with("...")).max_by_key(|c| {
            (
                3 * i32::from(c.says(FIGURES) || c.words.iter().any(|word| word.starts_with("nb")))
                    - 2 * i32::from(c.says(NO_FIGURES)),
                usize::MAX - position(&fixed, c),
            )
        });
    let population =
        fixed.iter().find(|c| c.numbers && c.says(&["pop", "population"]) && !c.says(&["millesime", "millpop"]));

    series(proposal, look, id, &fixed, &[when, place, unit], &mut read);
    match (&wide, when) {
        (Some(Wide::Periods(_)), _) => proposal.noted("period = \"beffroi.column\"", "guess-sure", ""),
        (_, Some(column)) if column.short_years => {
            read.insert(&column.name);
            let from = named(look, &column.name);
            proposal.noted(
                format!("period = {{ from = {from}, format = \"%y\", grain = \"year\" }}"),
                "guess-short-years",
                "",
            );
        }
        (_, Some(column)) => {
            read.insert(&column.name);
            proposal.noted(format!("period = {}", named(look, &column.name)), "guess-period", "");
        }
        (_, None) => proposal.noted("period = { const = \"2000\" }", "guess-no-period", ""),
    }
    match (&wide, place) {
        (Some(Wide::Places(_)), _) => {
            proposal.line("territory = { from = \"beffroi.column\", before = \"-\", list = \"departments\" }");
        }
        (_, Some(column)) => {
            read.insert(&column.name);
            territory(proposal, look, column);
        }
        (_, None) => proposal.noted("territory = { const = \"FR\" }", "guess-no-territory", ""),
    }
    if matches!(wide, Some(Wide::Numbered(_))) {
        proposal.noted("category = \"beffroi.column\"", "guess-wide-category", "");
    }
    match unit {
        Some(column) => {
            read.insert(&column.name);
            let from = named(look, &column.name);
            proposal.noted(format!("unit = {{ from = {from}, default = \"fait\" }}"), "guess-unit", "");
        }
        None => proposal.noted("unit = { const = \"fait\" }", "guess-unit", ""),
    }
    match (&wide, figure) {
        (Some(_), _) => proposal.line("value = \"beffroi.value\""),
        (None, Some(column)) => {
            read.insert(&column.name);
            proposal.noted(format!("value = {}", named(look, &column.name)), "guess-value", "");
        }
        (None, None) => proposal.noted("value = { const = \"1\" }", "guess-no-value", ""),
    }
    if let Some(column) = population.filter(|c| !is_same(c, figure.copied().as_ref())) {
        read.insert(&column.name);
        proposal.line(format!("population = {}", named(look, &column.name)));
    }
    proposal.noted(
        format!("definition_version = {{ const = {} }}", quoted(&format!("{id}-1"))),
        "guess-definition",
        "",
    );
    unread(proposal, &columns, &read);
}

fn is_same(column: &Column, other: Option<&&Column>) -> bool {
    other.is_some_and(|other| other.name == column.name)
}

fn position(all: &[&Column], column: &Column) -> usize {
    all.iter().position(|known| known.name == column.name).unwrap_or_default()
}

/// The texts that tell one series from another, the telling names first, as long as they stay short.
fn series<'a>(
    proposal: &mut Proposal,
    look: &Look,
    id: &str,
    fixed: &[&'a Column],
    taken: &[Option<&&Column>],
    read: &mut BTreeSet<&'a str>,
) {
    let mut candidates: Vec<&&Column> = fixed
        .iter()
        .filter(|c| c.filled > 0 && !c.numbers && !c.periods && c.longest <= SERIES && c.personal.is_none())
        .filter(|c| !taken.iter().any(|taken| is_same(c, *taken)) && !c.departments && !c.places)
        .collect();
    candidates.sort_by_key(|c| !c.says(SERIES_NAMES));
    let mut length = 0;
    let mut chosen: Vec<&str> = Vec::new();
    for column in candidates {
        // The first tells what is counted; others are of use where they differ.
        if (chosen.is_empty() || column.distinct > 1) && column.longest.saturating_add(length + 3) <= SERIES {
            length += column.longest + 3;
            chosen.push(&column.name);
            if let Some(known) = fixed.iter().find(|known| known.name == column.name) {
                read.insert(&known.name);
            }
        }
    }
    let names: Vec<String> = chosen.iter().map(|name| named(look, name)).collect();
    match names.as_slice() {
        [] => proposal.noted(format!("series = {{ const = {} }}", quoted(id)), "guess-no-series", ""),
        [one] => proposal.noted(format!("series = {{ from = {one}, required = true }}"), "guess-series", ""),
        all => proposal.noted(
            format!("series = {{ from = [{}], join = \" | \", required = true }}", all.join(", ")),
            "guess-series",
            "",
        ),
    }
}

fn territory(proposal: &mut Proposal, look: &Look, column: &Column) {
    let from = named(look, &column.name);
    if column.departments {
        proposal.noted(format!("territory = {{ from = {from}, list = \"departments\" }}"), "guess-sure", "");
        return;
    }
    let code = |name: &str| if name == "France métropolitaine" { "FRM" } else { "FR" };
    let map: Vec<String> = ["France", "France métropolitaine", "France entière"]
        .iter()
        .map(|name| format!("{} = \"{}\"", quoted(name), code(name)))
        .collect();
    proposal.noted(
        format!(
            "territory = {{ from = {from}, before = \"-\", map = {{ {} }}, unmapped = \"keep\", default = \"FR\", list = \"departments\" }}",
            map.join(", ")
        ),
        "guess-territory",
        "",
    );
}

fn wide(columns: &[&Column]) -> Option<Wide> {
    let names = |holds: &dyn Fn(&Column) -> bool| -> Vec<String> {
        columns.iter().filter(|c| holds(c)).map(|c| c.name.clone()).collect()
    };
    let figures = |c: &Column| c.numbers || c.filled == 0;
    let periods = names(&|c| figures(c) && period(&c.name).is_some());
    if periods.len() >= WIDE {
        return Some(Wide::Periods(periods));
    }
    let places = names(&|c| {
        let code = c.name.split_once('-').map_or(c.name.as_str(), |(code, _)| code).trim();
        figures(c) && matches!(code.len(), 2 | 3) && code.parse::<beffroi_model::Territory>().is_ok()
    });
    if places.len() >= WIDE {
        return Some(Wide::Places(places));
    }
    let mut stems: Vec<String> = columns.iter().filter_map(|c| numbered(&c.name)).collect();
    stems.sort();
    stems.dedup();
    let most = stems.into_iter().map(|stem| {
        let count = columns.iter().filter(|c| numbered(&c.name).as_deref() == Some(&stem)).count();
        (count, stem)
    });
    most.max().filter(|(count, _)| *count >= WIDE).map(|(_, stem)| Wide::Numbered(stem))
}

/// The word before the number of a column such as `valeurs12`.
fn numbered(name: &str) -> Option<String> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let worded = stem.len() < name.len() && stem.chars().any(char::is_alphabetic) && !fold(stem).starts_with("t");
    worded.then(|| stem.to_owned())
}
