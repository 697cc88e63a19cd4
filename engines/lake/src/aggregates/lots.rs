//! Lots on the disk: what one delivery brought, added up, and the data files that this stands for.

use super::shapes::{self, Shape};
use super::{Aggregates, cells, folder};
use crate::error::{broken, failed};
use crate::table::DataFile;
use crate::{durable, vacuum};
use beffroi_ports::FactsError;
use datafusion::arrow::array::RecordBatch;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

const PREFIX: &str = "lot-";
const BEING_MADE: &str = ".being-made";
const MANIFEST: &str = "lot.json";
const LISTING: &str = "look for what it added up";
const WRITING: &str = "write what it added up";
const REMOVING: &str = "remove what it added up";

/// A lot, as its folder tells it.
#[derive(Debug)]
pub(crate) struct Lot {
    pub(crate) name: String,
    pub(crate) manifest: Manifest,
}

/// What a lot stands for, and what lies in it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// [`shapes::VERSION`] of who made it.
    version: u32,
    /// The data files, by their names in the table, with their bytes.
    files: BTreeMap<String, u64>,
    /// How many rows these hold.
    pub(crate) n_rows: u64,
    /// Its files, by the names of the shapes.
    shapes: BTreeMap<String, Filed>,
}

/// One file of a lot.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Filed {
    cells: u64,
    sha256: String,
}

/// A lot that is being made: nobody sees it before it is done.
#[derive(Debug)]
pub(crate) struct Draft {
    folder: PathBuf,
    name: String,
    manifest: Manifest,
}

impl Lot {
    /// How many cells it has in a shape; none when it is not kept in that shape.
    pub(crate) fn cells(&self, shape: &Shape) -> Option<u64> {
        self.manifest.shapes.get(shape.name).map(|filed| filed.cells)
    }

    /// Whether it stands for files that a version of the table holds, all of them and as they were.
    fn counts_for(&self, files: &HashMap<&str, &DataFile>) -> bool {
        let same =
            |path: &str, bytes: u64| files.get(path).is_some_and(|file| file.bytes == bytes && file.n_rows.is_some());
        self.manifest.version == shapes::VERSION && self.manifest.files.iter().all(|(path, bytes)| same(path, *bytes))
    }

    /// The names of its data files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.manifest.files.keys().map(String::as_str)
    }
}

impl Draft {
    /// Begins a lot for data files. Only for the holder of the adder's lock.
    pub(crate) fn begin(lake: &Path, files: &[DataFile]) -> Result<Self, FactsError> {
        let (above, name) = (folder(lake), format!("{PREFIX}{}", Uuid::now_v7().simple()));
        let folder = above.join(format!("{name}{BEING_MADE}"));
        fs::create_dir_all(&folder).map_err(failed(WRITING))?;
        let manifest = Manifest {
            version: shapes::VERSION,
            files: files.iter().map(|file| (file.path.clone(), file.bytes)).collect(),
            n_rows: files.iter().filter_map(|file| file.n_rows).sum(),
            shapes: BTreeMap::new(),
        };
        Ok(Self { folder, name, manifest })
    }

    /// Keeps the cells of a shape.
    pub(crate) fn keep(&mut self, shape: &Shape, batches: &[RecordBatch]) -> Result<(), FactsError> {
        let mut file = self.file(shape)?;
        batches.iter().try_for_each(|batch| file.write(batch))?;
        self.filed(shape, file)
    }

    /// Begins the file of a shape.
    pub(crate) fn file(&self, shape: &Shape) -> Result<cells::File, FactsError> {
        cells::File::create(shape, &self.folder.join(shape.name))
    }

    /// Keeps what was written of a shape.
    pub(crate) fn filed(&mut self, shape: &Shape, file: cells::File) -> Result<(), FactsError> {
        let (cells, sha256) = file.end()?;
        self.manifest.shapes.insert(shape.name.to_owned(), Filed { cells, sha256 });
        Ok(())
    }

    /// Drops what was written of a shape: it became too much.
    pub(crate) fn give_up(&self, shape: &Shape, file: cells::File) -> Result<(), FactsError> {
        drop(file);
        vacuum::remove(&self.folder, &[self.folder.join(shape.name)])?;
        // It goes with its last file.
        fs::create_dir_all(&self.folder).map_err(failed(WRITING))
    }

    /// How many cells were kept in a shape.
    pub(crate) fn cells(&self, shape: &Shape) -> Option<u64> {
        self.manifest.shapes.get(shape.name).map(|filed| filed.cells)
    }

    /// The cells kept in a shape.
    pub(crate) fn read(&self, shape: &Shape) -> Result<Vec<RecordBatch>, FactsError> {
        let filed = self.manifest.shapes.get(shape.name);
        let filed = filed.ok_or_else(|| broken(WRITING, format_args!("it has no {}", shape.name)))?;
        let mut batches = Vec::new();
        cells::read(shape, &self.folder.join(shape.name), &filed.sha256, |batch| batches.push(batch.clone()))?;
        Ok(batches)
    }

    /// Overwrites and removes what was made.
    pub(crate) fn drop(self) -> Result<(), FactsError> {
        remove_one(&self.folder)
    }

    /// Puts the lot in its place, once it is on the disk.
    pub(crate) fn end(self) -> Result<(), FactsError> {
        let manifest = serde_json::to_vec(&self.manifest).map_err(failed(WRITING))?;
        fs::write(self.folder.join(MANIFEST), manifest).map_err(failed(WRITING))?;
        durable::save_folder(&self.folder)?;
        let place = self.folder.with_file_name(&self.name);
        fs::rename(&self.folder, &place).map_err(failed(WRITING))?;
        durable::save_names(&place)
    }
}

impl Aggregates {
    /// The lots that count for those data files, whoever made them. The folder is looked into when the lots known do not
    /// stand for all of the files.
    pub(crate) fn lots(&self, files: &[DataFile]) -> Result<Vec<Arc<Lot>>, FactsError> {
        let by_path: HashMap<&str, &DataFile> = files.iter().map(|file| (file.path.as_str(), file)).collect();
        let counting = |lots: &[Arc<Lot>]| -> Vec<Arc<Lot>> {
            lots.iter().filter(|lot| lot.counts_for(&by_path)).cloned().collect()
        };
        let found = counting(&self.shelf().lots);
        if found.iter().map(|lot| lot.manifest.files.len()).sum::<usize>() == files.len() {
            return Ok(found);
        }
        let listed = list(&self.folder, &self.shelf().lots)?;
        let mut shelf = self.shelf();
        let names: HashSet<&str> = listed.iter().map(|lot| lot.name.as_str()).collect();
        shelf.stocks.retain(|stock| stock.lots.iter().all(|lot| names.contains(lot.as_str())));
        shelf.spoilt.retain(|(lot, _)| names.contains(lot.as_str()));
        shelf.lots = listed;
        Ok(counting(&shelf.lots))
    }

    /// Hands the cells of a lot in a shape to `each`, and gives whether they were there. A file that is not what was
    /// written is not looked at again.
    pub(crate) fn read(
        &self,
        lot: &Lot,
        shape: &'static Shape,
        mut each: impl FnMut(&RecordBatch) -> Result<(), FactsError>,
    ) -> Result<bool, FactsError> {
        let Some(filed) = lot.manifest.shapes.get(shape.name) else { return Ok(false) };
        let mut broken = Ok(());
        let read = cells::read(shape, &self.folder.join(&lot.name).join(shape.name), &filed.sha256, |batch| {
            // What was read and cannot be added up is no fault of the file.
            if broken.is_ok() {
                broken = each(batch);
            }
        });
        broken?;
        match read {
            Ok(()) => Ok(true),
            Err(error) => {
                tracing::warn!(lot = lot.name, shape = shape.name, %error, "the rows answer in its place");
                self.shelf().spoilt.insert((lot.name.clone(), shape.name));
                Ok(false)
            }
        }
    }

    /// Whether a lot can answer in a shape, as far as is known.
    pub(crate) fn is_kept(&self, lot: &Lot, shape: &'static Shape) -> bool {
        lot.cells(shape).is_some() && !self.shelf().spoilt.contains(&(lot.name.clone(), shape.name))
    }

    /// The lots of which something could not be read.
    pub(crate) fn spoilt(&self) -> HashSet<String> {
        self.shelf().spoilt.iter().map(|(lot, _)| lot.clone()).collect()
    }

    /// Lets go of what was read.
    pub(crate) fn forget(&self) {
        *self.shelf() = super::Shelf::default();
    }
}

/// The lots of a folder; those already known are not read again.
fn list(folder: &Path, known: &[Arc<Lot>]) -> Result<Vec<Arc<Lot>>, FactsError> {
    let known: HashMap<&str, &Arc<Lot>> = known.iter().map(|lot| (lot.name.as_str(), lot)).collect();
    let mut lots = Vec::new();
    for name in names(folder)? {
        if name.ends_with(BEING_MADE) {
            continue;
        }
        match (known.get(name.as_str()), manifest(&folder.join(&name))) {
            (Some(lot), _) => lots.push(Arc::clone(lot)),
            (None, Some(manifest)) => lots.push(Arc::new(Lot { name, manifest })),
            (None, None) => {}
        }
    }
    lots.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(lots)
}

fn manifest(lot: &Path) -> Option<Manifest> {
    serde_json::from_slice(&fs::read(lot.join(MANIFEST)).ok()?).ok()
}

/// The names in the folder of the lots that are ours.
fn names(folder: &Path) -> Result<Vec<String>, FactsError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(LISTING)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed(LISTING))?.file_name();
        names.extend(name.to_str().filter(|name| name.starts_with(PREFIX)).map(str::to_owned));
    }
    Ok(names)
}

/// The lots that stand for nothing any more: left half made, of another program, damaged, or of a data file that is
/// doomed, gone or another.
pub(crate) fn stale(lake: &Path, table: &Path, doomed: &HashSet<&str>) -> Result<Vec<PathBuf>, FactsError> {
    let folder = folder(lake);
    let mut stale = Vec::new();
    for name in names(&folder)? {
        let place = folder.join(&name);
        let gone = |(file, bytes): (&String, &u64)| {
            let there = fs::symlink_metadata(table.join(file)).is_ok_and(|there| there.len() == *bytes);
            doomed.contains(file.as_str()) || !there
        };
        let stands = !name.ends_with(BEING_MADE)
            && manifest(&place).is_some_and(|of| of.version == shapes::VERSION && !of.files.iter().any(gone));
        if !stands {
            stale.push(place);
        }
    }
    Ok(stale)
}

/// Overwrites and removes lots, by their folders. Only for the holder of the adder's lock.
pub(crate) fn remove(lots: &[PathBuf]) -> Result<(), FactsError> {
    lots.iter().try_for_each(|lot| remove_one(lot))
}

fn remove_one(lot: &Path) -> Result<(), FactsError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(lot).map_err(failed(REMOVING))? {
        files.push(entry.map_err(failed(REMOVING))?.path());
    }
    vacuum::remove(lot.parent().unwrap_or(lot), &files)?;
    // One without a file.
    if lot.exists() {
        fs::remove_dir(lot).map_err(failed(REMOVING))?;
    }
    Ok(())
}
