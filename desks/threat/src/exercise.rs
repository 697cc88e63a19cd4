//! Exercises: made-up data of which the truth is known, on which detectors, teams and partners train and are scored.
//!
//! An exercise has a data folder of its own. Three marks say so, and must agree: `exercise/` in the folder, a line in the
//! registers that nothing takes out ([`beffroi_store::Store::is_exercise`]), a file in the lake. What is made there bears
//! the mark: flashes in each form, letters, situation points, pages; and its list takes nobody real.
//!
//! Some sources may be delivered week by week, late for a part: then each week is looked at as it stood when it ended, and
//! what was forecast of it is scored against what came.
//!
//! What is scored: the detectors side by side ([`crate::watch::bench`]), the watch as it ran, week by week
//! ([`run`]), and what was decided and sent ([`scores`]).

mod mark;
mod run;
mod scores;
mod shelf;

pub use mark::{Marks, marked};
pub use run::{Look, Play, Played, run};
pub use scores::{Scores, WATCH, cells, curve_csv, nowcast_cells, scores};
pub use shelf::{ExerciseError, Planted, Shelf};
