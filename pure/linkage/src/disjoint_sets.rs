//! Disjoint sets: union by size, path halving.
//!
//! Source: R. E. Tarjan and J. van Leeuwen, *Worst-case analysis of set union algorithms*, Journal of the ACM 31(2),
//! 1984, section 2 (path halving, linking by size). Cost: almost linear in the number of operations.

/// A partition of `0..n` that only ever grows coarser.
#[derive(Debug, Clone)]
pub struct DisjointSets {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl DisjointSets {
    /// `n` sets of one element each.
    pub fn new(n: u32) -> Self {
        Self { parent: (0..n).collect(), size: (0..n).map(|_| 1).collect() }
    }

    /// The representative of the set of `element`; `element` itself when it is out of range.
    pub fn find(&mut self, element: u32) -> u32 {
        let mut at = element;
        loop {
            let parent = self.parent_of(at);
            if parent == at {
                return at;
            }
            let grandparent = self.parent_of(parent);
            if let Some(slot) = self.parent.get_mut(at as usize) {
                *slot = grandparent;
            }
            at = grandparent;
        }
    }

    /// Joins the sets of `a` and `b`; tells whether they were apart. Elements out of range join nothing.
    pub fn union(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        let (Some(&size_a), Some(&size_b)) = (self.size.get(a as usize), self.size.get(b as usize)) else {
            return false;
        };
        if a == b {
            return false;
        }
        let (small, large) = if size_a < size_b { (a, b) } else { (b, a) };
        if let Some(parent) = self.parent.get_mut(small as usize) {
            *parent = large;
        }
        if let Some(size) = self.size.get_mut(large as usize) {
            *size = size_a.saturating_add(size_b);
        }
        true
    }

    fn parent_of(&self, element: u32) -> u32 {
        self.parent.get(element as usize).copied().unwrap_or(element)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_and_finds() {
        let mut sets = DisjointSets::new(5);
        assert!(sets.union(0, 1));
        assert!(sets.union(3, 4));
        assert!(sets.union(1, 4));
        assert!(!sets.union(0, 3));
        assert_eq!(sets.find(0), sets.find(4));
        assert_ne!(sets.find(0), sets.find(2));
        assert!(!sets.union(0, 9));
        assert_eq!(sets.find(9), 9);
    }
}
