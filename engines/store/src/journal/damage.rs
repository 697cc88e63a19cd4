//! What is wrong with the hashes kept beside the entries, and where: those of the subtrees, from which proofs are made,
//! and those of the right edge, from which the journal goes on. Each is computed anew from the leaves that are stored.

use super::checkpoints::{PAGE, node};
use super::{entries, nodes, resume};
use crate::columns::count;
use crate::store::Core;
use crate::{Store, StoreError};
use beffroi_journal::{Frontier, Hash, Node, NodeId};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// Most faults told; the first ones say where to look.
const MOST: usize = 200;

/// A hash of the tree that is not what the leaves below it make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFault {
    /// The entries below it, by number, end excluded.
    pub entries: Range<u64>,
    /// What was found, in English; no content of an entry.
    pub detail: String,
}

impl TreeFault {
    fn at(id: NodeId, what: &str) -> Self {
        let start = id.index.checked_shl(u32::from(id.level)).unwrap_or(u64::MAX);
        let end = start.saturating_add(1_u64.checked_shl(u32::from(id.level)).unwrap_or(u64::MAX));
        Self { entries: start..end, detail: format!("the hash of subtree {} at level {} {what}", id.index, id.level) }
    }
}

impl fmt::Display for TreeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entries {} to {} excluded: tree: {}", self.entries.start, self.entries.end, self.detail)
    }
}

impl Store {
    /// How many entries are stored, whatever the journal's own count says.
    ///
    /// # Errors
    /// The engine's; [`StoreError::Inconsistent`] for a number that is none.
    pub async fn journal_stored(&self) -> Result<u64, StoreError> {
        self.core.journal_stored().await
    }

    /// Every hash of the tree that is missing, or is not what the leaves below it make; at most 200 of them.
    ///
    /// # Errors
    /// The engine's.
    pub async fn journal_tree_faults(&self) -> Result<Vec<TreeFault>, StoreError> {
        let mut faults = Vec::new();
        // Others may write meanwhile: what is counted before the state is read is never more than it says, what is
        // counted after never less.
        let before = self.journal_stored().await?;
        let state = resume(&self.core, &self.core.db).await;
        let after = self.journal_stored().await?;
        let size = state.as_ref().map_or(after, |journal| journal.frontier().size());
        let mut tree = Frontier::new();
        let mut from = 0;
        while from < size && faults.len() < MOST {
            let to = size.min(from.saturating_add(PAGE));
            let leaves = self.level(0, from..to).await?;
            let mut due: BTreeMap<u8, Vec<Node>> = BTreeMap::new();
            for index in from..to {
                let id = NodeId { level: 0, index };
                let Some(leaf) = leaves.get(&index) else {
                    // Nothing after it can be computed.
                    faults.push(TreeFault::at(id, "is missing, or cannot be read back"));
                    return Ok(faults);
                };
                for node in tree.append(*leaf).map_err(StoreError::journal)?.into_iter().skip(1) {
                    due.entry(node.id.level).or_default().push(node);
                }
            }
            for (level, due) in due {
                let (Some(first), Some(last)) = (due.first(), due.last()) else { continue };
                let kept = self.level(level, first.id.index..last.id.index.saturating_add(1)).await?;
                for node in &due {
                    match kept.get(&node.id.index) {
                        Some(kept) if *kept == node.hash => {}
                        Some(_) => faults.push(TreeFault::at(node.id, "is not that of its entries")),
                        None => faults.push(TreeFault::at(node.id, "is missing, or cannot be read back")),
                    }
                }
            }
            from = to;
        }
        let edge = |detail: String| TreeFault { entries: 0..size.max(after), detail };
        match state {
            Err(reason) => faults.push(edge(reason.to_string())),
            Ok(journal) if from == size && *journal.frontier() != tree => {
                faults.push(edge("the right edge that was kept is not that of the entries".to_owned()));
            }
            Ok(_) => {}
        }
        if let Some(reason) = miscounted(before, size, after) {
            faults.push(edge(reason));
        }
        faults.truncate(MOST);
        Ok(faults)
    }

    /// The hashes of a level, by number; those that cannot be read back are left out.
    async fn level(&self, level: u8, range: Range<u64>) -> Result<BTreeMap<u64, Hash>, StoreError> {
        let rows = nodes::Entity::find()
            .filter(nodes::Column::Level.eq(i32::from(level)))
            .filter(nodes::Column::Idx.gte(count("number of a subtree", range.start)?))
            .filter(nodes::Column::Idx.lt(count("number of a subtree", range.end)?))
            .all(&self.core.db)
            .await
            .map_err(StoreError::engine("read the hashes of the journal"))?;
        Ok(rows.iter().filter_map(|row| node(row).ok()).map(|node| (node.id.index, node.hash)).collect())
    }
}

/// What is wrong when a journal that counts `size` entries has `before` of them just before that count is read, and
/// `after` just after.
pub(super) fn miscounted(before: u64, size: u64, after: u64) -> Option<String> {
    let stored = if before > size { before } else { after };
    (before > size || after < size).then(|| format!("the journal counts {size} entries, and {stored} are stored"))
}

impl Core {
    /// How many entries are stored.
    pub(super) async fn journal_stored(&self) -> Result<u64, StoreError> {
        let last: Option<Option<i64>> = entries::Entity::find()
            .select_only()
            .column_as(entries::Column::Idx.max(), "last")
            .into_tuple()
            .one(&self.db)
            .await
            .map_err(StoreError::engine("count the entries of the journal"))?;
        let Some(last) = last.flatten() else { return Ok(0) };
        let wrong = |_| StoreError::Inconsistent { table: "journal_entries", column: "idx", row: last.to_string() };
        u64::try_from(last).map(|last| last.saturating_add(1)).map_err(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_under_way_are_no_fault() {
        assert_eq!(miscounted(10, 10, 10), None);
        assert_eq!(miscounted(8, 10, 13), None);
        assert!(miscounted(11, 10, 11).is_some_and(|told| told.contains("counts 10 entries, and 11")));
        assert!(miscounted(8, 10, 9).is_some_and(|told| told.contains("counts 10 entries, and 9")));
    }
}
