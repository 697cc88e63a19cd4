//! Figures as a table: one row a period, or one row a group and one column a period.

use crate::figures;
use crate::pages::drawings::{absent, dimension_label, key_label, opened};
use beffroi_desk_observatory::indicators::{Card, Figure, Figures};
use beffroi_model::Period;
use beffroi_wording::Lang;
use std::collections::{BTreeMap, BTreeSet};

/// Columns of periods shown at once, the latest.
const MOST_COLUMNS: usize = 12;
/// Rows shown at once.
const MOST_ROWS: usize = 400;

/// A table.
pub(crate) struct Pivot {
    pub(crate) caption: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
    /// What the table leaves to the CSV file.
    pub(crate) left: Option<String>,
    /// Whether a cell is secret, and must be explained.
    pub(crate) has_secret: bool,
}

/// One row.
pub(crate) struct Row {
    pub(crate) label: String,
    pub(crate) cells: Vec<Cell>,
}

/// One cell.
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) secret: bool,
}

/// The table of protected figures; none when there are none.
pub(crate) fn pivot(card: &Card, figures: &Figures, t: Lang) -> Option<Pivot> {
    let time = figures.by.iter().position(|d| d.grain().is_some())?;
    let key = |f: &Figure, i: usize| f.keys.get(i).cloned().flatten();
    let mut cells: BTreeMap<(Option<String>, Period), &Figure> = BTreeMap::new();
    let other = (0..figures.by.len()).find(|i| *i != time);
    for row in &figures.rows {
        if let Some(period) = key(row, time).and_then(|text| text.parse().ok()) {
            cells.insert((other.and_then(|i| key(row, i)), period), row);
        }
    }
    let mut periods: Vec<Period> = cells.keys().map(|(_, p)| *p).collect::<BTreeSet<_>>().into_iter().rev().collect();
    let mut n_left = 0;
    let unknown = absent(card);
    let opened = opened(figures, cells.keys());
    let is_open = |group: &Option<String>, period: Period| opened.get(group).is_none_or(|first| *first <= period);
    let cell = |group: &Option<String>, period: Period| {
        let found = cells.get(&(group.clone(), period)).copied();
        let text = match (found, unknown.filter(|_| is_open(group, period))) {
            (None, Some(value)) => t.decimal(value, card.decimals),
            _ => figures::figure(t, card, found),
        };
        Cell { text, secret: found.is_some_and(|f| f.status.is_hidden()) }
    };
    let unit = card.unit.of(t.code()).to_owned();
    let (columns, mut rows) = match other.and_then(|i| figures.by.get(i).copied()) {
        None => {
            let grain = figures.by.get(time).copied()?;
            let rows = periods.iter().map(|p| Row { label: t.period(*p), cells: vec![cell(&None, *p)] });
            (vec![dimension_label(t, grain), unit], rows.collect::<Vec<Row>>())
        }
        Some(dimension) => {
            n_left = periods.len().saturating_sub(MOST_COLUMNS);
            periods.truncate(MOST_COLUMNS);
            let latest = *periods.first()?;
            let groups: BTreeSet<Option<String>> = cells.keys().map(|(group, _)| group.clone()).collect();
            let mut groups: Vec<Option<String>> = groups.into_iter().collect();
            let weight = |g: &Option<String>| cells.get(&(g.clone(), latest)).and_then(|f| f.value).unwrap_or(-1.0);
            groups.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.cmp(b)));
            let rows = groups.iter().map(|group| Row {
                label: key_label(t, dimension, group.as_deref()),
                cells: periods.iter().map(|p| cell(group, *p)).collect(),
            });
            let heads = periods.iter().map(|p| t.period(*p));
            (std::iter::once(dimension_label(t, dimension)).chain(heads).collect(), rows.collect())
        }
    };
    n_left += rows.len().saturating_sub(MOST_ROWS);
    rows.truncate(MOST_ROWS);
    if rows.is_empty() {
        return None;
    }
    let has_secret = rows.iter().flat_map(|row| &row.cells).any(|cell| cell.secret);
    let left = (n_left > 0).then(|| t.say("web-table-left"));
    let caption = format!("{} ({})", card.label.of(t.code()), card.unit.of(t.code()));
    Some(Pivot { caption, columns, rows, left, has_secret })
}
