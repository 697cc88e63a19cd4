//! Assistance must arrive before preservation ends: what was kept is lost otherwise.

use beffroi_clocks::{Calendar, Due, State, Zone};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// How the request for assistance stands to the end of preservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// The end of preservation is not known: nothing is kept yet, or the clock stands still.
    NoEnd,
    /// It was received in time.
    Received,
    /// It is to be sent by this working day at the latest, to arrive in time.
    SendBy(Date),
    /// That day has passed: ask at once that preservation be prolonged, and send by the fastest way.
    Prolong {
        /// The day that has passed.
        was: Date,
        /// The last day of preservation.
        ends: Date,
    },
    /// Preservation has ended without it: ask whether the data are still there.
    Lost(Date),
}

/// How the request for assistance stands: `preservation` is the clock that stops when it is received, `transit` the days
/// that it takes to arrive, sealed, translated and sent.
pub fn follow_up(preservation: &Due, transit: u16, zone: Zone, now: Timestamp) -> Follow {
    let day = |at: Timestamp| zone.day(at);
    let Some(end) = preservation.at else { return Follow::NoEnd };
    let ends = day(end);
    match preservation.state {
        State::Stopped if preservation.kept() == Some(true) => return Follow::Received,
        State::Stopped | State::Late => return Follow::Lost(ends),
        State::Waiting | State::Suspended => return Follow::NoEnd,
        State::Running => {}
    }
    let mut by = ends.checked_sub(i64::from(transit).days()).unwrap_or(Date::MIN);
    // What leaves on a day off leaves the working day before.
    while !Calendar::France.working(by) {
        let Ok(earlier) = by.yesterday() else { break };
        by = earlier;
    }
    if day(now) <= by { Follow::SendBy(by) } else { Follow::Prolong { was: by, ends } }
}
