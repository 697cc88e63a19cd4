//! A folder on a disk that keeps only what was synced.

use crate::Refusal;
use crate::file::{Change, File};
use crate::names::{ROOT, Rename, Tree, take};
use crate::random::Random;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// When the name of a new file is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// With a sync of the file itself, or of its folder, as ext4, XFS and btrfs do for a file just made. A rename, a
    /// link or a removal still waits for its folder.
    #[default]
    WithFile,
    /// Only with a sync of the folder that holds the name: what POSIX promises, and no more.
    FolderOnly,
}

/// What a power cut leaves, file by file and name by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Everything not synced is gone.
    Drop,
    /// Any part of it may have arrived: sectors torn and out of order, names up to a drawn moment.
    Torn(u64),
}

/// The files left, by path under the folder; `None` for a folder.
pub(crate) type Image = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// A folder, live and on the disk.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    durability: Durability,
    /// Content by node; a folder has none.
    files: Vec<Option<File>>,
    live: Tree,
    durable: Tree,
    pending: Vec<(usize, Rename)>,
}

impl Disk {
    /// The folder as it is now, all of it on the disk.
    pub(crate) fn load(root: &Path) -> Result<Self, Refusal> {
        let mut disk = Self::empty();
        let mut folders = vec![(root.to_owned(), ROOT)];
        while let Some((path, folder)) = folders.pop() {
            for entry in fs::read_dir(&path).map_err(Refusal::lab("list the folder"))? {
                let entry = entry.map_err(Refusal::lab("list the folder"))?;
                let kind = entry.file_type().map_err(Refusal::lab("list the folder"))?;
                let node = if kind.is_dir() {
                    let node = disk.new_folder();
                    disk.durable.folder(node);
                    folders.push((entry.path(), node));
                    node
                } else if kind.is_file() {
                    let content = fs::read(entry.path()).map_err(Refusal::lab("read a file of the folder"))?;
                    disk.files.push(Some(File::settled(content)));
                    disk.files.len().saturating_sub(1)
                } else {
                    return Err(Refusal::blind("start", entry.path().display(), "only files and folders"));
                };
                let link = Rename::Link { place: (folder, entry.file_name()), node, birth: true };
                disk.live.apply(&link);
                disk.durable.apply(&link);
            }
        }
        Ok(disk)
    }

    /// An empty folder.
    pub(crate) fn empty() -> Self {
        let mut live = Tree::default();
        live.folder(ROOT);
        let durable = live.clone();
        Self { durability: Durability::default(), files: vec![None], live, durable, pending: Vec::new() }
    }

    pub(crate) fn with(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    pub(crate) fn live(&self) -> &Tree {
        &self.live
    }

    pub(crate) fn new_file(&mut self) -> usize {
        self.files.push(Some(File::default()));
        self.files.len().saturating_sub(1)
    }

    pub(crate) fn new_folder(&mut self) -> usize {
        self.files.push(None);
        let node = self.files.len().saturating_sub(1);
        self.live.folder(node);
        node
    }

    pub(crate) fn file(&self, node: usize) -> Option<&File> {
        self.files.get(node)?.as_ref()
    }

    /// Changes a file's content; false when the file is none or would grow too long.
    #[must_use]
    pub(crate) fn change(&mut self, at: usize, node: usize, change: Change) -> bool {
        self.files.get_mut(node).and_then(Option::as_mut).is_some_and(|file| file.change(at, change))
    }

    /// Changes names.
    pub(crate) fn rename(&mut self, at: usize, change: Rename) {
        self.live.apply(&change);
        self.pending.push((at, change));
    }

    /// A sync of a file or folder that began at moment `began` has succeeded.
    pub(crate) fn synced(&mut self, node: usize, began: usize) {
        if let Some(Some(file)) = self.files.get_mut(node) {
            file.synced(began);
        } else {
            self.settle(|at, change| at <= began && change.folder() == node);
        }
        if self.durability == Durability::WithFile {
            self.settle_birth(node, began);
        }
    }

    /// A sync that began at moment `began` has failed.
    pub(crate) fn sync_failed(&mut self, node: usize, began: usize) {
        if let Some(Some(file)) = self.files.get_mut(node) {
            file.sync_failed(began);
        }
    }

    fn settle(&mut self, chosen: impl Fn(usize, &Rename) -> bool) {
        for change in take(&mut self.pending, chosen) {
            self.durable.apply(&change);
        }
    }

    /// The first name of a node, and of the folders that lead there.
    fn settle_birth(&mut self, node: usize, began: usize) {
        let mut wanted = node;
        // As many steps as there are nodes would be a circle.
        for _ in 0..self.files.len() {
            let is_birth = |at: usize, change: &Rename| {
                at <= began && matches!(change, Rename::Link { node, birth: true, .. } if *node == wanted)
            };
            let Some(parent) = self.pending.iter().find(|(at, c)| is_birth(*at, c)).map(|(_, c)| c.folder()) else {
                return;
            };
            self.settle(is_birth);
            wanted = parent;
        }
    }

    /// What is left after a power cut now.
    pub(crate) fn image(&self, loss: Loss) -> Image {
        let mut random = match loss {
            Loss::Drop => None,
            Loss::Torn(seed) => Some(Random::new(seed, 0)),
        };
        let mut names = self.durable.clone();
        if let Some(random) = &mut random {
            // Names arrive in the order in which they were changed: a journal of the file system.
            let n_kept = random.upto(self.pending.len());
            for (_, change) in self.pending.iter().take(n_kept) {
                names.apply(change);
            }
        }
        self.contents(&names, |file| match &mut random {
            None => file.durable().to_vec(),
            Some(random) => file.torn(random),
        })
    }

    /// What a reader sees while the machine runs.
    pub(crate) fn seen(&self) -> Image {
        self.contents(&self.live, |file| file.live().to_vec())
    }

    fn contents(&self, names: &Tree, mut content: impl FnMut(&File) -> Vec<u8>) -> Image {
        let paths = names.paths().into_iter();
        paths.map(|(path, node)| (path, self.file(node).map(&mut content))).collect()
    }
}

/// Writes an image into an empty folder, without the files whose names end with one of `volatile`. Everything is the
/// owner's alone: programs may refuse keys that others can read, and the model keeps no permissions.
pub(crate) fn write(image: &Image, folder: &Path, volatile: &[String]) -> Result<(), Refusal> {
    let doing = "write an image";
    // A path sorts before what lies below it.
    for (path, content) in image {
        let target = folder.join(path);
        let mode = match content {
            None => {
                fs::create_dir_all(&target).map_err(Refusal::lab(doing))?;
                0o700
            }
            Some(_) if is_volatile(path, volatile) => continue,
            Some(content) => {
                fs::write(&target, content).map_err(Refusal::lab(doing))?;
                0o600
            }
        };
        fs::set_permissions(&target, fs::Permissions::from_mode(mode)).map_err(Refusal::lab(doing))?;
    }
    Ok(())
}

/// Whether a file's name ends with one of these: its content means nothing after a restart.
pub(crate) fn is_volatile(path: &Path, volatile: &[String]) -> bool {
    let path = path.to_string_lossy();
    volatile.iter().any(|end| path.ends_with(end.as_str()))
}
