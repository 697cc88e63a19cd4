//! What a point says.

use crate::alerts::{AlertState, ClassCount, Grade, Note, Spread};
use beffroi_model::AlertRef;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Counts are rounded down to a multiple of this: two points a few hours apart, subtracted, tell of nobody.
pub const STEP: f64 = 5.0;

/// Something that is said, with the grade of who says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
    /// The grade of its source.
    pub grade: Grade,
}

impl Statement {
    /// Whether it stands among the facts: its source is usually reliable or fairly so (`A` to `C`) and what it says confirmed,
    /// probable or possible (`1` to `3`). Everything else, the unknown included, stands apart.
    pub fn is_fact(&self) -> bool {
        self.grade.reliability() <= 'C' && self.grade.credibility() <= 3
    }
}

/// Something to do, or not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

impl From<Said> for Note {
    fn from(said: Said) -> Self {
        Self { fr: said.fr, en: said.en }
    }
}

/// The reports of one day, rounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DayCount {
    /// The day.
    pub day: Date,
    /// Reports; none when too few to be shown.
    pub count: Option<f64>,
}

/// Victims, as the lake counts their reports: rounded, small cells hidden with what would give them away.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// Snapshot of the lake.
    pub snapshot: u64,
    /// All reports; none when too few.
    pub total: Option<f64>,
    /// By sector, the largest first.
    pub sectors: Vec<ClassCount>,
    /// By territory.
    pub spread: Spread,
    /// The last days, the oldest first.
    pub days: Vec<DayCount>,
    /// The last seven days over the seven before; none when either is too small.
    pub trend: Option<f64>,
}

/// An alert on the phenomenon, as it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlashLine {
    /// Its reference.
    pub reference: AlertRef,
    /// Its version.
    pub revision: u32,
    /// Where it stood.
    pub state: AlertState,
}

/// What changed since the point before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Difference {
    /// A statement that was not there.
    Added {
        /// Which.
        statement: Statement,
    },
    /// A statement that is no longer there.
    Dropped {
        /// Which.
        statement: Statement,
    },
    /// The same statement under another grade.
    Regraded {
        /// Which, as it is now.
        statement: Statement,
        /// Its grade before.
        before: Grade,
    },
    /// An action that was not there.
    Action {
        /// Which.
        said: Said,
    },
    /// An unknown that was not there.
    Unknown {
        /// Which.
        said: Said,
    },
    /// An unknown that is one no longer.
    Answered {
        /// Which.
        said: Said,
    },
    /// Another number of reports.
    Total {
        /// Before; none when too few.
        before: Option<f64>,
        /// Now; none when too few.
        now: Option<f64>,
    },
}

/// What a point says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SituationContent {
    /// The name of the crisis.
    pub name: Note,
    /// The phenomenon counted.
    pub phenomenon: String,
    /// Territory code: `FR` for the whole.
    pub territory: String,
    /// Since which day.
    pub since: Date,
    /// Facts and what is not verified, in the order of the author.
    pub statements: Vec<Statement>,
    /// Victims and trend.
    pub picture: Picture,
    /// Alerts on the phenomenon.
    pub flashes: Vec<FlashLine>,
    /// What is being done.
    pub actions: Vec<Said>,
    /// What is not known.
    pub unknowns: Vec<Said>,
    /// When the next point is due.
    pub next_at: Timestamp,
    /// Number of the point before, and what changed since; none for the first.
    pub since_point: Option<u64>,
    /// What changed since.
    pub differences: Vec<Difference>,
    /// Whether it is of an exercise.
    #[serde(default)]
    pub exercise: bool,
}
