//! Conditions on columns.

use super::plan::Columns;
use crate::declaration::Condition;
use crate::read::Row;

/// Conditions that must all hold.
#[derive(Debug)]
pub(crate) struct Filter(Vec<Compiled>);

#[derive(Debug)]
struct Compiled {
    column: usize,
    values: Vec<String>,
    wanted: bool,
}

impl Filter {
    pub(crate) fn new(conditions: &[Condition], columns: &mut Columns) -> Self {
        Self(
            conditions
                .iter()
                .map(|condition| {
                    let wanted = !condition.is.is_empty();
                    let values = if wanted { condition.is.clone() } else { condition.is_not.clone() };
                    Compiled { column: columns.index(&condition.column), values, wanted }
                })
                .collect(),
        )
    }

    /// Whether the row is kept. A column without value reads as the empty text; of a list, one value is enough.
    pub(crate) fn keeps(&self, row: &Row) -> bool {
        self.0.iter().all(|condition| {
            let mut values = row.values(condition.column).peekable();
            let listed = |text: &str| condition.values.iter().any(|value| value == text);
            let holds = if values.peek().is_none() { listed("") } else { values.any(listed) };
            holds == condition.wanted
        })
    }
}
