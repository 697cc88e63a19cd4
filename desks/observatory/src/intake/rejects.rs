//! The rejects file: begun with the first finding, written beside its place, put there when the delivery has ended.

use super::IntakeError;
use beffroi_model::DeliveryId;
use beffroi_tabular::{Finding, RejectsWriter};
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

/// The rejects of one delivery. Dropped before [`Rejects::finish`], it leaves no trace.
pub(super) struct Rejects {
    dir: PathBuf,
    place: PathBuf,
    draft: PathBuf,
    out: Option<RejectsWriter<BufWriter<File>>>,
    made_dir: bool,
}

impl Rejects {
    pub(super) fn new(dir: &Path, delivery: &DeliveryId) -> Self {
        Self {
            dir: dir.to_owned(),
            place: dir.join(format!("{delivery}.csv")),
            draft: dir.join(format!(".{delivery}.csv.part")),
            out: None,
            made_dir: false,
        }
    }

    pub(super) fn write(&mut self, finding: &Finding) -> Result<(), IntakeError> {
        let outcome = match &mut self.out {
            Some(out) => out.write(finding),
            None => self.begin().and_then(|mut out| {
                out.write(finding)?;
                self.out = Some(out);
                Ok(())
            }),
        };
        outcome.map_err(|error| self.wrong(error))
    }

    fn begin(&mut self) -> io::Result<RejectsWriter<BufWriter<File>>> {
        if !self.dir.is_dir() {
            std::fs::create_dir_all(&self.dir)?;
            self.made_dir = true;
        }
        RejectsWriter::new(BufWriter::new(File::create(&self.draft)?))
    }

    /// Puts the file in its place: its path, or nothing when there was no finding.
    pub(super) fn finish(mut self) -> Result<Option<PathBuf>, IntakeError> {
        let Some(out) = self.out.take() else { return Ok(None) };
        let outcome = out
            .finish()
            .and_then(|buffered| buffered.into_inner().map_err(io::IntoInnerError::into_error))
            .and_then(|file| file.sync_all())
            .and_then(|()| std::fs::rename(&self.draft, &self.place));
        match outcome {
            Ok(()) => {
                self.made_dir = false;
                Ok(Some(self.place.clone()))
            }
            Err(error) => Err(self.wrong(error)),
        }
    }

    fn wrong(&self, error: io::Error) -> IntakeError {
        IntakeError::Rejects { path: self.place.clone(), error }
    }
}

impl Drop for Rejects {
    fn drop(&mut self) {
        // What cannot be removed is a draft that nobody reads.
        if self.draft.exists() {
            let _ = std::fs::remove_file(&self.draft);
        }
        if self.made_dir {
            let _ = std::fs::remove_dir(&self.dir);
        }
    }
}
