//! What an exercise keeps in the folder `exercise` of its data folder: the plan, what was planted, what was played.

use crate::exercise::Played;
use crate::signals::SignalError;
use beffroi_exercise::{Plan, PlanError, read_plan};
use beffroi_model::{ObservableKind, Period};
use beffroi_observables::{defang, is_personal, mask};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The largest file read, in bytes.
const LARGEST: u64 = 256 << 20;

/// Why an exercise cannot be read, played or scored.
#[derive(Debug, thiserror::Error)]
pub enum ExerciseError {
    /// The plan is wrong.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The watch's.
    #[error(transparent)]
    Signal(#[from] SignalError),
    /// The flashes'.
    #[error(transparent)]
    Alert(#[from] crate::alerts::AlertError),
    /// The registers'.
    #[error(transparent)]
    Store(#[from] beffroi_store::StoreError),
    /// Something else than an exercise.
    #[error("{folder} is no exercise: `beffroi exercise create` makes one, in a folder of its own")]
    None {
        /// The data folder.
        folder: PathBuf,
    },
    /// Nothing had come by the end of a week.
    #[error("no delivery of {week} or before is in the lake: make the exercise again, or play from a later week")]
    Undelivered {
        /// The week.
        week: Period,
    },
    /// It was not played.
    #[error("the exercise was not played yet: `beffroi exercise run` first")]
    NotPlayed,
    /// A file that cannot be read or written, or does not hold what it should.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl ExerciseError {
    /// Whether the request is at fault (exit status 1) rather than the house (2).
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::Plan(_) | Self::None { .. } | Self::NotPlayed | Self::Undelivered { .. } => true,
            Self::Signal(error) => error.is_user_fault(),
            Self::Alert(error) => error.is_user_fault(),
            Self::Store(error) => error.is_user_fault(),
            Self::File { .. } => false,
        }
    }
}

/// What the generator planted, as signals show it: masked when it leads to one person, defanged otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planted {
    /// The domain that the reports of a wave name, by wave.
    pub domains: Vec<(String, String)>,
    /// What other planted reports share: domains, numbers, addresses, accounts. Found, they are no false alarm.
    pub others: BTreeSet<String>,
}

impl Planted {
    /// From the domain of each wave, and the kinds and values that other planted reports share.
    pub fn of<'a>(
        domains: impl IntoIterator<Item = (&'a str, &'a str)>,
        others: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let shown = |kind: ObservableKind, value: &str| {
            if is_personal(kind) { mask(kind, value) } else { defang(kind, value) }
        };
        let wave = |(wave, domain): (&str, &str)| (wave.to_owned(), shown(ObservableKind::DomainName, domain));
        let other = |(kind, value): (&str, &str)| Some(shown(kind.parse().ok()?, value));
        Self {
            domains: domains.into_iter().map(wave).collect(),
            others: others.into_iter().filter_map(other).collect(),
        }
    }
}

/// The folder.
#[derive(Debug, Clone)]
pub struct Shelf {
    data: PathBuf,
}

impl Shelf {
    /// That of a data folder.
    pub fn of(data: impl Into<PathBuf>) -> Self {
        Self { data: data.into() }
    }

    /// Where it is.
    pub fn folder(&self) -> PathBuf {
        self.data.join("exercise")
    }

    /// The plan, whose presence says that the data folder is of an exercise.
    pub fn plan_file(&self) -> PathBuf {
        self.folder().join("plan.toml")
    }

    /// Whether the data folder says that it is of an exercise.
    pub fn is_there(&self) -> bool {
        self.plan_file().exists()
    }

    /// The plan.
    ///
    /// # Errors
    /// [`ExerciseError::None`] outside an exercise; [`ExerciseError::Plan`]; [`ExerciseError::File`].
    pub fn plan(&self) -> Result<Plan, ExerciseError> {
        if !self.is_there() {
            return Err(ExerciseError::None { folder: self.data.clone() });
        }
        let path = self.plan_file();
        let text = fs::read_to_string(&path).map_err(|error| fault(&path, &error))?;
        Ok(read_plan(&text)?)
    }

    /// Keeps the plan as it was given, after all else of the exercise stands.
    ///
    /// # Errors
    /// [`ExerciseError::File`].
    pub fn keep_plan(&self, text: &str) -> Result<(), ExerciseError> {
        self.keep("plan.toml", text.as_bytes())
    }

    /// What was planted.
    ///
    /// # Errors
    /// As [`Shelf::plan`].
    pub fn planted(&self) -> Result<Planted, ExerciseError> {
        self.read("planted.json")?.ok_or_else(|| ExerciseError::None { folder: self.data.clone() })
    }

    /// Keeps what was planted.
    ///
    /// # Errors
    /// [`ExerciseError::File`].
    pub fn keep_planted(&self, planted: &Planted) -> Result<(), ExerciseError> {
        self.keep("planted.json", &json(planted))
    }

    /// What was played; nothing before the first time.
    ///
    /// # Errors
    /// [`ExerciseError::File`].
    pub fn played(&self) -> Result<Option<Played>, ExerciseError> {
        self.read("played.json")
    }

    /// Keeps what was played.
    ///
    /// # Errors
    /// [`ExerciseError::File`].
    pub fn keep_played(&self, played: &Played) -> Result<(), ExerciseError> {
        self.keep("played.json", &json(played))
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ExerciseError> {
        let path = self.folder().join(name);
        let mut bytes = Vec::new();
        match File::open(&path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault(&path, &error)),
        }
        serde_json::from_slice(&bytes).map(Some).map_err(|error| fault(&path, &error))
    }

    /// Written beside its place, brought to the disk, put in its place.
    fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), ExerciseError> {
        let (folder, path) = (self.folder(), self.folder().join(name));
        let draft = folder.join(format!(".{name}.part"));
        let written = fs::create_dir_all(&folder)
            .and_then(|()| File::create(&draft))
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&draft, &path))
            .and_then(|()| File::open(&folder)?.sync_all());
        written.map_err(|error| fault(&path, &error))
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}

fn fault(path: &Path, error: &dyn std::fmt::Display) -> ExerciseError {
    ExerciseError::File { path: path.to_owned(), reason: error.to_string() }
}
