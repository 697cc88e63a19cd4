//! Names in folders, live and on the disk. A name is a change of its folder, and is durable when the folder is synced.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// The folder everything is under.
pub(crate) const ROOT: usize = 0;

/// A name in a folder.
pub(crate) type Place = (usize, OsString);

/// Folders and what they hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tree(BTreeMap<usize, BTreeMap<OsString, usize>>);

impl Tree {
    pub(crate) fn folder(&mut self, node: usize) {
        self.0.entry(node).or_default();
    }

    pub(crate) fn get(&self, place: &Place) -> Option<usize> {
        self.0.get(&place.0)?.get(&place.1).copied()
    }

    pub(crate) fn children(&self, folder: usize) -> impl Iterator<Item = (&OsString, usize)> {
        self.0.get(&folder).into_iter().flatten().map(|(name, node)| (name, *node))
    }

    pub(crate) fn is_folder(&self, node: usize) -> bool {
        self.0.contains_key(&node)
    }

    fn set(&mut self, place: &Place, node: Option<usize>) {
        let folder = self.0.entry(place.0).or_default();
        match node {
            Some(node) => folder.insert(place.1.clone(), node),
            None => folder.remove(&place.1),
        };
    }

    /// Carries out a change.
    pub(crate) fn apply(&mut self, change: &Rename) {
        match change {
            Rename::Link { place, node, .. } => self.set(place, Some(*node)),
            Rename::Unlink { place } => self.set(place, None),
            Rename::Move { from, to, exchange } => {
                let (moved, other) = (self.get(from), self.get(to));
                self.set(from, if *exchange { other } else { None });
                self.set(to, moved);
            }
        }
    }

    /// What a path under the root names: its folder's node and its last name. `None` when a folder on the way is not
    /// there, or for the root itself.
    pub(crate) fn place(&self, path: &Path) -> Option<Place> {
        let mut parts = path.components();
        let Some(Component::Normal(last)) = parts.next_back() else { return None };
        Some((self.node(parts.as_path())?, last.to_owned()))
    }

    /// The file or folder at a path under the root (empty for the root).
    pub(crate) fn node(&self, path: &Path) -> Option<usize> {
        let mut node = ROOT;
        for part in path.components() {
            let Component::Normal(name) = part else { return None };
            node = self.get(&(node, name.to_owned()))?;
        }
        Some(node)
    }

    /// Every path below the root with its node, folders before what they hold.
    pub(crate) fn paths(&self) -> Vec<(PathBuf, usize)> {
        let mut found = Vec::new();
        let mut folders = vec![(PathBuf::new(), ROOT)];
        while let Some((path, folder)) = folders.pop() {
            for (name, node) in self.children(folder) {
                let path = path.join(name);
                if self.is_folder(node) {
                    folders.push((path.clone(), node));
                }
                found.push((path, node));
            }
        }
        found
    }
}

/// A change of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rename {
    /// A name for a node; `birth` when it is the node's first.
    Link {
        place: Place,
        node: usize,
        birth: bool,
    },
    Unlink {
        place: Place,
    },
    /// Atomic: a disk holds the old name or the new one.
    Move {
        from: Place,
        to: Place,
        exchange: bool,
    },
}

impl Rename {
    /// The folder whose sync makes it durable.
    pub(crate) fn folder(&self) -> usize {
        match self {
            Self::Link { place, .. } | Self::Unlink { place } => place.0,
            Self::Move { to, .. } => to.0,
        }
    }

    fn touches(&self) -> impl Iterator<Item = &Place> {
        let (first, second) = match self {
            Self::Link { place, .. } | Self::Unlink { place } => (place, None),
            Self::Move { from, to, .. } => (from, Some(to)),
        };
        std::iter::once(first).chain(second)
    }
}

/// Takes out of `pending`, in order, the changes that `chosen` picks and the earlier ones of the same names: a later
/// change of a name is not durable without the earlier.
pub(crate) fn take(pending: &mut Vec<(usize, Rename)>, chosen: impl Fn(usize, &Rename) -> bool) -> Vec<Rename> {
    let mut places: BTreeSet<Place> = BTreeSet::new();
    let mut kept = Vec::new();
    let mut taken = Vec::new();
    for (at, change) in std::mem::take(pending).into_iter().rev() {
        if chosen(at, &change) || change.touches().any(|place| places.contains(place)) {
            places.extend(change.touches().cloned());
            taken.push(change);
        } else {
            kept.push((at, change));
        }
    }
    kept.reverse();
    taken.reverse();
    *pending = kept;
    taken
}
