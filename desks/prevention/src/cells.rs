//! Which counts of entities may be told: a cell of fewer than three tells of one of them, and so does the one cell that a
//! total gives away.

use beffroi_statistics::{Rule, SumTable, protect};

/// The fewest entities that a cell may count (shared rule of the observatory for establishments).
pub(crate) const FEWEST: u32 = 3;

/// Of each row of counts: what may be told of it. The last row is the sum of the columns; in each row the last cell is the
/// sum of the row. Where the check itself fails, nothing of the rows is told.
pub(crate) fn told(rows: &[Vec<u32>]) -> Vec<Vec<bool>> {
    let width = rows.first().map_or(0, Vec::len) + 1;
    let counts: Vec<Vec<Option<f64>>> =
        rows.iter().map(|row| row.iter().map(|n| Some(f64::from(*n))).collect()).collect();
    let hidden = || vec![vec![false; width]; rows.len() + 1];
    let Ok(table) = SumTable::two_way(&counts) else { return hidden() };
    let Ok(statuses) = protect(&table, Rule { threshold: FEWEST }) else { return hidden() };
    let cell = |row, column| statuses.get(table.index(row, column)).is_some_and(|status| !status.is_hidden());
    (0..=rows.len()).map(|row| (0..width).map(|column| cell(row, column)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_two_is_hidden_and_so_is_what_would_give_it_away() {
        let told = told(&[vec![2], vec![5], vec![9]]);
        assert!(!told[0][0], "the small one");
        assert!(!told[1][0] || !told[2][0] || !told[3][0], "and another, or the total gives it away");
        let told = super::told(&[vec![3], vec![5]]);
        assert!(told.iter().flatten().all(|told| *told), "nothing small, nothing hidden");
        assert!(super::told(&[]).len() == 1);
    }

    #[test]
    fn who_did_not_improve_is_not_told_by_the_rest() {
        // Four assessed, three of which improved: the one that did not is an entity.
        let told = told(&[vec![3, 1], vec![10, 10], vec![12, 7]]);
        assert!(!(told[0][1] || told[0][0] && told[0][2]));
    }
}
