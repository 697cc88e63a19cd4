//! Where quality sheets are kept: one JSON file a delivery, `quality/DEL-….json` of the data folder.
//!
//! Not in the commit of the lake, since a delivery that was refused has none and yet a sheet, and since what a sheet says of
//! other sources is known after the commit only. The folder goes into backups with the rejects.

use super::sheet::{FORM, QualitySheet};
use beffroi_model::DeliveryId;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Largest sheet read, in bytes.
const LARGEST: u64 = 16 << 20;

/// Most sheets that a list reads.
const MOST: usize = 10_000;

/// The folder of the sheets.
#[derive(Debug, Clone)]
pub struct Shelf(PathBuf);

impl Shelf {
    /// The shelf at `folder`, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The file of a delivery's sheet.
    pub fn path(&self, delivery: &DeliveryId) -> PathBuf {
        self.0.join(format!("{delivery}.json"))
    }

    /// Keeps a sheet: written beside its place, brought to the disk, put in its place.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep(&self, sheet: &QualitySheet) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.0)?;
        let place = self.path(&sheet.delivery.id);
        let draft = self.0.join(format!(".{}.json.part", sheet.delivery.id));
        let written = File::create(&draft).and_then(|mut file| {
            serde_json::to_writer(&mut file, sheet).map_err(io::Error::other)?;
            file.write_all(b"\n")?;
            file.sync_all()
        });
        let placed = written.and_then(|()| fs::rename(&draft, &place)).and_then(|()| sync(&self.0));
        if placed.is_err() {
            // What cannot be removed is a draft that nobody reads.
            let _ = fs::remove_file(&draft);
        }
        placed.map(|()| place)
    }

    /// The sheet of a delivery; none when it has none.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or is no sheet of a form that this program knows.
    pub fn find(&self, delivery: &DeliveryId) -> io::Result<Option<QualitySheet>> {
        match read(&self.path(delivery)) {
            Ok(sheet) if sheet.delivery.id == *delivery => Ok(Some(sheet)),
            Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "the sheet is that of another delivery")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Every sheet that reads, the latest delivery first, at most ten thousand.
    ///
    /// # Errors
    /// When the folder is there and cannot be read.
    pub fn all(&self) -> io::Result<Vec<QualitySheet>> {
        self.latest(MOST)
    }

    /// The sheets of the latest `most` deliveries.
    ///
    /// # Errors
    /// As [`Shelf::all`].
    pub fn latest(&self, most: usize) -> io::Result<Vec<QualitySheet>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| id_of(path).is_some() && path.extension().is_some_and(|e| e == "json"))
            .collect();
        // Numbers of deliveries are ordered by time.
        names.sort();
        let mut sheets: Vec<QualitySheet> = Vec::new();
        for path in names.iter().rev().take(most) {
            match read(path) {
                Ok(sheet) => sheets.push(sheet),
                Err(error) => tracing::warn!(file = %path.display(), %error, "a quality sheet does not read"),
            }
        }
        sheets.sort_by_key(|sheet| std::cmp::Reverse(sheet.delivery.at));
        Ok(sheets)
    }
}

fn id_of(path: &Path) -> Option<DeliveryId> {
    path.file_stem()?.to_str()?.parse().ok()
}

fn read(path: &Path) -> io::Result<QualitySheet> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the sheet is too large"));
    }
    let sheet: QualitySheet = serde_json::from_slice(&bytes)?;
    if sheet.form != FORM {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("form {} is not known", sheet.form)));
    }
    Ok(sheet)
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}
