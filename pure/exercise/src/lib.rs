//! Exercises: what is injected into made-up data, what is true of it, and how those who look for it did.
//!
//! A [`Plan`] declares waves (a phenomenon that rises somewhere for some weeks) and traps (what looks like a wave and is
//! none: files that come late, a holiday, reports coded anew), and of which sources a part arrives late. [`Plan::explain`] says of an alarm which wave or trap is
//! behind it. From there:
//!
//! | measure | what | where |
//! | --- | --- | --- |
//! | sensitivity | waves with at least one alarm while they last or within two weeks after | [`score`] |
//! | weekly sensitivity | weeks of waves with an alarm, among all weeks of waves | [`score`] |
//! | delay | from the Monday on which a wave starts to the day after the week of its first alarm | [`score`] |
//! | false alarms | alarms that no wave explains; what was in alarm the week before is the same alarm | [`score`] |
//! | forecasts | of weeks still coming in: what was forecast against what came, and how often the interval held it | [`score_nowcasts`] |
//! | decisions | what a team said of each signal, against the plan | [`score_team`] |
//!
//! The curve of a method is its sensitivity against its false alarms a week, from one budget to the next ([`curves`]).

mod detector;
mod nowcast;
mod plan;
mod read;
mod team;

pub use detector::{Alarm, Curve, Delay, Score, WaveDelay, curves, score};
pub use nowcast::{Forecast, NowcastScore, score_nowcasts};
pub use plan::{Cause, Counted, Delivery, Plan, Shape, Trap, TrapKind, Verdict, Wave};
pub use read::{PlanError, read_plan};
pub use team::{FlashFact, SignalFact, TeamScore, VerdictLine, score_team};

#[cfg(test)]
mod tests;
