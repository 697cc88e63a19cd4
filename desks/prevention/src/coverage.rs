//! Coverage and effect: persons reached, entities assessed, entities that improved, side by side and never added.

use crate::blocks::{figures, heading, key, paragraph, table, warning, words};
use crate::tally::{By, Entities, entities};
use crate::window::Window;
use crate::{cells, map, reach};
use beffroi_document::Block;
use beffroi_register::{Refusal, SheetContext};
use beffroi_wording::{Lang, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What is told of a group of entities; nothing where it would tell of one of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Told {
    /// How many exist.
    pub(crate) existing: Option<f64>,
    /// How many were assessed.
    pub(crate) assessed: Cell,
    /// Assessed over existing.
    pub(crate) coverage: Cell,
    /// How many were asked again.
    pub(crate) recalled: Cell,
    /// How many of these had applied something.
    pub(crate) improved: Cell,
}

/// A figure of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell {
    /// It is printed.
    Shown(f64),
    /// It counts too few entities, or would give such a count away.
    Hidden,
    /// There is none.
    Missing,
}

impl Cell {
    fn of(value: Option<f64>, told: bool) -> Self {
        match value {
            Some(_) if !told => Self::Hidden,
            Some(value) => Self::Shown(value),
            None => Self::Missing,
        }
    }

    fn write(self, t: Lang, percent: bool) -> String {
        match self {
            Self::Shown(value) if percent => t.percent(value, 1),
            Self::Shown(value) => t.integer(value),
            Self::Hidden => t.say("indicator-secret"),
            Self::Missing => t.integer(f64::NAN),
        }
    }
}

/// What may be told of each group, and of all of them at the end.
pub(crate) fn told(groups: &BTreeMap<&str, Entities<'_>>) -> (BTreeMap<String, Told>, Told) {
    let n = |set: &BTreeSet<&str>| u32::try_from(set.len()).unwrap_or(u32::MAX);
    let assessed: Vec<Vec<u32>> = groups.values().map(|of| vec![n(&of.assessed)]).collect();
    let effect: Vec<Vec<u32>> =
        groups.values().map(|of| vec![n(&of.improved), n(&of.recalled).saturating_sub(n(&of.improved))]).collect();
    let (of_assessed, of_effect) = (cells::told(&assessed), cells::told(&effect));
    let at = |told: &[Vec<bool>], row: usize, column: usize| {
        told.get(row).and_then(|row| row.get(column)).copied().unwrap_or(false)
    };
    let one = |row: usize, of: &Entities<'_>| {
        let (assessed, recalled) = (at(&of_assessed, row, 0), at(&of_effect, row, 2));
        Told {
            existing: of.existing.map(|n| n as f64),
            assessed: Cell::of(Some(f64::from(n(&of.assessed))), assessed),
            coverage: Cell::of(of.coverage(), assessed),
            recalled: Cell::of(Some(f64::from(n(&of.recalled))), recalled),
            improved: Cell::of(Some(f64::from(n(&of.improved))), recalled && at(&of_effect, row, 0)),
        }
    };
    let mut all = Entities::default();
    for of in groups.values() {
        all.assessed.extend(&of.assessed);
        all.covered.extend(&of.covered);
        all.recalled.extend(&of.recalled);
        all.improved.extend(&of.improved);
        all.existing = of.existing.map(|n| n.saturating_add(all.existing.unwrap_or(0))).or(all.existing);
    }
    let total = one(groups.len(), &all);
    (groups.iter().enumerate().map(|(row, (code, of))| ((*code).to_owned(), one(row, of))).collect(), total)
}

/// The sheet `coverage`.
///
/// # Errors
/// A refusal for a year that is none.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let window = Window::asked(context, context.today().year())?;
    let asked = context.asked("audience");
    let of =
        |register| context.of(register).filter(move |record| asked.is_empty() || record.value("audience") == asked);
    let reached = reach::by_territory(of("prevention_action"), window);
    let (persons, again) = reached.values().fold((0, 0), |(n, again), of| (n + of.persons, again + of.again()));
    let by_territory = entities(of("diagnosis"), of("entity_population"), window, By::Territory);
    let by_size = entities(of("diagnosis"), of("entity_population"), window, By::Size);
    let (territories, all) = told(&by_territory);
    let (sizes, all_sizes) = told(&by_size);
    let (from, to) = (t.date(window.from), t.date(window.to));
    let days = [("from", Value::from(&from)), ("to", Value::from(&to))];
    let note = |name: &str| context.say(name);
    let mut blocks = vec![
        paragraph(context.say_with("coverage-window", &days)),
        Block::KeyFigures(vec![
            key(t.integer(persons as f64), note("reached"), note("reached-note")),
            key(all.assessed.write(t, false), note("assessed"), note("assessed-note")),
            key(all.improved.write(t, false), note("improved"), note("improved-note")),
        ]),
        warning(note("caveat"), note("caveat-text")),
    ];
    if again > 0 {
        blocks.push(paragraph(context.say_with("counted-once", &[("n", (again as i64).into())])));
    }
    blocks.push(heading("territories", note("by-territory")));
    blocks.extend(map::of_coverage(context, &territories));
    let codes: BTreeSet<&str> = reached.keys().copied().chain(territories.keys().map(String::as_str)).collect();
    let mut rows: Vec<Vec<String>> = codes
        .into_iter()
        .map(|code| {
            let persons = reached.get(code).map_or(0, |of| of.persons);
            let mut row = vec![map::name_of(code, t), t.integer(persons as f64)];
            row.extend(cells_of(territories.get(code).copied(), t));
            row
        })
        .collect();
    let mut total = vec![note("total"), t.integer(persons as f64)];
    total.extend(cells_of(Some(all), t));
    rows.push(total);
    let mut columns = vec![words(note("column-territory")), figures(note("reached"))];
    columns.extend(columns_of(context));
    blocks.push(table("tbl-territories", note("by-territory"), columns, rows, true));
    blocks.push(heading("sizes", note("by-size")));
    let list = beffroi_codes::list("size_bands");
    let name = |code: &str| match list {
        _ if code.is_empty() => note("no-size"),
        Some(list) => list.label(code, t.code()).to_owned(),
        None => code.to_owned(),
    };
    let mut rows: Vec<Vec<String>> =
        sizes.iter().map(|(code, told)| [vec![name(code)], cells_of(Some(*told), t)].concat()).collect();
    rows.push([vec![note("total")], cells_of(Some(all_sizes), t)].concat());
    let columns = [vec![words(note("column-size"))], columns_of(context)].concat();
    blocks.push(table("tbl-sizes", note("by-size"), columns, rows, true));
    blocks.push(paragraph(note("secret-note")));
    Ok(blocks)
}

fn columns_of(context: &SheetContext<'_>) -> Vec<beffroi_document::Column> {
    ["column-existing", "assessed", "column-coverage", "column-recalled", "improved"]
        .map(|name| figures(context.say(name)))
        .into()
}

fn cells_of(told: Option<Told>, t: Lang) -> Vec<String> {
    let Some(told) = told else { return ["–", "0", "–", "0", "0"].map(str::to_owned).into() };
    vec![
        told.existing.map_or(Cell::Missing, Cell::Shown).write(t, false),
        told.assessed.write(t, false),
        told.coverage.write(t, true),
        told.recalled.write(t, false),
        told.improved.write(t, false),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(assessed: &[&'static str], recalled: &[&'static str], improved: &[&'static str]) -> Entities<'static> {
        Entities {
            assessed: assessed.iter().copied().collect(),
            covered: assessed.iter().copied().collect(),
            recalled: recalled.iter().copied().collect(),
            improved: improved.iter().copied().collect(),
            existing: Some(100),
        }
    }

    #[test]
    fn reach_assessed_and_improved_are_three_figures() {
        let groups = BTreeMap::from([("35", group(&["a", "b", "c", "d"], &["a", "b", "c"], &["a", "b", "c"]))]);
        let (rows, all) = told(&groups);
        assert_eq!(rows["35"].assessed, Cell::Shown(4.0));
        assert_eq!(rows["35"].coverage, Cell::Shown(0.04));
        assert_eq!((rows["35"].recalled, rows["35"].improved), (Cell::Shown(3.0), Cell::Shown(3.0)));
        assert_eq!(all.assessed, Cell::Shown(4.0));
    }

    #[test]
    fn a_group_of_two_entities_is_not_told() {
        let groups = BTreeMap::from([
            ("22", group(&["e", "f"], &[], &[])),
            ("35", group(&["a", "b", "c", "d"], &["a", "b", "c", "d"], &["a", "b", "c"])),
            ("56", group(&["g", "h", "i"], &[], &[])),
        ]);
        let (rows, _) = told(&groups);
        assert_eq!((rows["22"].assessed, rows["22"].coverage), (Cell::Hidden, Cell::Hidden));
        // The one that applied nothing must not be found by subtraction.
        assert_eq!(rows["35"].improved, Cell::Hidden);
        assert_eq!(rows["56"].recalled, Cell::Shown(0.0));
    }
}
