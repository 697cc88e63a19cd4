//! What a reader may see of computed figures.

use crate::IndicatorError;
use crate::figures::{Figure, Figures};
use beffroi_ports::Dimension;
use beffroi_statistics::{Rule, Status, SumTable, protect};
use std::collections::BTreeSet;

type Key = Option<String>;

/// A table of two dimensions with its totals, protected: a hidden cell has no value here.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossTable {
    /// Keys of the rows.
    pub rows: Vec<Key>,
    /// Keys of the columns.
    pub columns: Vec<Key>,
    cells: Vec<(Option<f64>, Status)>,
}

impl CrossTable {
    /// The cell of that row and column; a position one past the last is the total.
    pub fn at(&self, row: usize, column: usize) -> (Option<f64>, Status) {
        let width = self.columns.len() + 1;
        let inside = row <= self.rows.len() && column < width;
        let cell = if inside { self.cells.get(row * width + column).copied() } else { None };
        cell.unwrap_or((None, Status::NotAvailable))
    }

    /// The cell of those keys; `None` in place of a key is the total.
    pub fn cell(&self, row: Option<&str>, column: Option<&str>) -> (Option<f64>, Status) {
        let place = |keys: &[Key], wanted: Option<&str>| match wanted {
            None => Some(keys.len()),
            Some(key) => keys.iter().position(|k| k.as_deref() == Some(key)),
        };
        match (place(&self.rows, row), place(&self.columns, column)) {
            (Some(row), Some(column)) => self.at(row, column),
            _ => (None, Status::NotAvailable),
        }
    }
}

/// The figures of a breakdown by two dimensions as a protected table. A combination without rows counts zero.
///
/// # Errors
/// [`IndicatorError::NotAdditive`] for rates and means, [`IndicatorError::Units`] for figures in several units,
/// [`IndicatorError::Request`] when the figures are not broken down by exactly these two, [`IndicatorError::Table`] when the table cannot be protected.
pub fn cross_table(figures: &Figures, rows: Dimension, columns: Dimension) -> Result<CrossTable, IndicatorError> {
    figures.refuse_sum()?;
    let (Some(r), Some(c), 2) = (figures.position(rows), figures.position(columns), figures.by.len()) else {
        let what = format!("the figures are not broken down by `{}` and `{}`", rows.code(), columns.code());
        return Err(IndicatorError::Request { what });
    };
    let key = |figure: &Figure, i: usize| figure.keys.get(i).cloned().flatten();
    let keys = |i: usize| -> Vec<Key> {
        figures.rows.iter().map(|f| key(f, i)).collect::<BTreeSet<Key>>().into_iter().collect()
    };
    let (row_keys, column_keys) = (keys(r), keys(c));
    let grid = |of: &dyn Fn(&Figure) -> Option<f64>| -> Vec<Vec<Option<f64>>> {
        let mut grid = vec![vec![Some(0.0); column_keys.len()]; row_keys.len()];
        for figure in &figures.rows {
            let row = row_keys.binary_search(&key(figure, r)).ok().and_then(|i| grid.get_mut(i));
            let column = column_keys.binary_search(&key(figure, c)).ok();
            if let Some(slot) = row.and_then(|row| row.get_mut(column?)) {
                *slot = of(figure);
            }
        }
        grid
    };
    let values = SumTable::two_way(&grid(&|f| f.value))?;
    let status = protect(&SumTable::two_way(&grid(&|f| f.contributors))?, rule(figures))?;
    let cells = values.values().iter().zip(status).map(|(v, s)| (v.filter(|_| s == Status::Published), s)).collect();
    Ok(CrossTable { rows: row_keys, columns: column_keys, cells })
}

/// The figures as they may be published: what is made of few units is hidden, and what would give it away with it.
/// The digest of the certificate is made anew over what is left: one over hidden values would let them be guessed.
///
/// The totals taken into account are those of the breakdown's last dimension, of the others together, and the grand
/// total. Nothing tells afterwards which of the hidden figures were the small ones.
///
/// A share tells its part and the rest beside its whole, and a range what is known, what is not and what is something
/// else: each of these is a table of its own, and a figure is hidden where any of them hides it. What was made of a
/// whole series (an index, an adjusted series) is hidden as a whole: from all of it but one the one could be found.
///
/// # Errors
/// [`IndicatorError::Table`] when the table cannot be protected.
pub fn protect_figures(figures: &Figures) -> Result<Figures, IndicatorError> {
    let split = |f: &Figure| -> (Vec<Key>, Vec<Key>) {
        let (head, tail) = f.keys.split_at(f.keys.len().saturating_sub(1));
        (head.to_vec(), tail.to_vec())
    };
    let heads: Vec<Vec<Key>> = figures.rows.iter().map(|f| split(f).0).collect::<BTreeSet<_>>().into_iter().collect();
    let tails: Vec<Vec<Key>> = figures.rows.iter().map(|f| split(f).1).collect::<BTreeSet<_>>().into_iter().collect();
    let place = |f: &Figure| {
        let (head, tail) = split(f);
        Some((heads.binary_search(&head).ok()?, tails.binary_search(&tail).ok()?))
    };
    let mut hidden: BTreeSet<Vec<Key>> = BTreeSet::new();
    let n_guards = figures.rows.iter().map(|f| f.guards.len()).max().unwrap_or_default();
    for layer in 0..=n_guards {
        let of = |f: &Figure| layer.checked_sub(1).map_or(f.contributors, |i| f.guards.get(i).copied());
        let mut grid = vec![vec![Some(0.0); tails.len()]; heads.len()];
        for figure in &figures.rows {
            if let Some(slot) = place(figure).and_then(|(r, c)| grid.get_mut(r)?.get_mut(c)) {
                *slot = of(figure);
            }
        }
        let table = SumTable::two_way(&grid)?;
        let status = protect(&table, rule(figures))?;
        let is_hidden = |f: &&Figure| {
            place(f).and_then(|(r, c)| status.get(table.index(r, c)).copied()).is_some_and(Status::is_hidden)
        };
        hidden.extend(figures.rows.iter().filter(is_hidden).map(|f| f.keys.clone()));
    }
    if figures.certificate.method.is_some() {
        let series = |keys: &[Key]| -> Vec<Key> {
            let of_time = figures.by.iter().map(|d| d.grain().is_some());
            keys.iter().zip(of_time).filter(|(_, is_time)| !is_time).map(|(key, _)| key.clone()).collect()
        };
        let spoiled: BTreeSet<Vec<Key>> = hidden.iter().map(|keys| series(keys)).collect();
        hidden.extend(figures.rows.iter().map(|f| f.keys.clone()).filter(|keys| spoiled.contains(&series(keys))));
    }

    let mut out = figures.clone();
    for figure in &mut out.rows {
        if hidden.contains(&figure.keys) {
            *figure = figure.clone().hidden();
        }
        figure.small = false;
        figure.guards.clear();
    }
    out.certificate.seal(&out.rows);
    Ok(out)
}

fn rule(figures: &Figures) -> Rule {
    Rule { threshold: figures.certificate.disclosure_threshold }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{lake, now, ready};
    use crate::{Catalogue, Example, ExampleReports, Request, compute};

    fn figures(groups: &[(u32, &str, &str)]) -> Figures {
        let catalogue = Catalogue::builtin();
        let card = catalogue.card("digital-offences").unwrap();
        let model = card.examples[0].reports[0].clone();
        let reports = groups.iter().map(|(n, category, day)| ExampleReports {
            n: *n,
            category: Some((*category).into()),
            day: (*day).into(),
            occurred: None,
            ..model.clone()
        });
        let example = Example { reports: reports.collect(), ..card.examples[0].clone() };
        let request = Request { by: vec![Dimension::Category, Dimension::Year], ..Request::default() };
        ready(compute(&lake(&example), card, &request, now(), "1")).unwrap()
    }

    const GROUPS: &[(u32, &str, &str)] = &[
        (3, "AN-LEGI", "2023-05-01"),
        (9, "AN-LEGI", "2024-05-01"),
        (20, "AN-PERS", "2023-05-01"),
        (30, "AN-PERS", "2024-05-01"),
        (40, "AN-BIENS", "2023-05-01"),
        (50, "AN-BIENS", "2024-05-01"),
    ];

    #[test]
    fn inside_a_small_figure_is_flagged_and_outside_it_is_hidden_with_company() {
        let raw = figures(GROUPS);
        assert!(raw.figure(&["AN-LEGI", "2023"]).unwrap().small);
        assert_eq!(raw.value(&["AN-LEGI", "2023"]), Some(3.0));
        let out = protect_figures(&raw).unwrap();
        let hidden: Vec<_> = out.rows.iter().filter(|f| f.status.is_hidden()).collect();
        assert_eq!(hidden.len(), 4, "a rectangle");
        assert!(hidden.iter().all(|f| f.value.is_none() && f.contributors.is_none() && !f.small));
        assert_eq!(out.value(&["AN-BIENS", "2024"]), Some(50.0));
        assert_ne!(out.certificate.digest, raw.certificate.digest);
    }

    #[test]
    fn the_digest_outside_does_not_depend_on_what_is_hidden() {
        let mut other = GROUPS.to_vec();
        other[0].0 = 4;
        let (a, b) = (protect_figures(&figures(GROUPS)).unwrap(), protect_figures(&figures(&other)).unwrap());
        assert_eq!(a.certificate.digest, b.certificate.digest);
    }

    #[test]
    fn a_table_keeps_its_totals() {
        let table = cross_table(&figures(GROUPS), Dimension::Category, Dimension::Year).unwrap();
        assert_eq!(table.cell(None, Some("2024")), (Some(89.0), Status::Published));
        assert_eq!(table.cell(Some("AN-LEGI"), Some("2023")), (None, Status::SecretPrimary));
        assert_eq!(table.cell(None, None).0, Some(152.0));
        assert_eq!(table.cell(Some("no"), None), (None, Status::NotAvailable));
        assert_eq!(table.at(0, 99), (None, Status::NotAvailable));
    }
}
