//! Legal deadlines: when what has begun is due, whether it is late, and who is told before.
//!
//! A [`Clock`] is declared once (a register's, or a row of `deadlines.csv`); [`Clock::due`] reads what has happened and
//! says when it ends. The instant at which one asks is an argument: the same events and the same instant give the same
//! answer.
//!
//! How a period is counted ([`Rule`]):
//! - in hours, to the instant, day and night, whatever the hour of the clocks on the wall;
//! - in days, weeks, months or years, the day of the start is not counted, and the last day counts to its end (code de
//!   procédure civile, art. 641 and 642; code de procédure pénale, art. 801; Regulation 1182/71, art. 3). A month ends
//!   on the day of the same number, or on its last day where it has none such (art. 641);
//! - where the rule says so, an end on a Saturday, a Sunday or a public holiday moves to the next working day. It does
//!   not for a treaty that says nothing of it, nor for a period that protects: there the earlier end is the safe one.

mod calendar;
mod clock;
mod limit;
mod steps;
mod table;

#[cfg(test)]
mod tests;

pub use calendar::{Calendar, easter};
pub use clock::{Clock, Due, Event, Extension, Rule, State, Zone};
pub use limit::{Limit, Unit};
pub use steps::{Offset, Step, steps_due};
pub use table::{Deadline, Deadlines, DeadlinesError, Sense};
