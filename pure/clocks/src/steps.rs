//! Who is told, before a deadline and after it.

use crate::calendar::Calendar;
use crate::clock::{Due, State, Zone};
use crate::limit::{Limit, Unit};
use jiff::{SignedDuration, Timestamp};

/// When, beside the end of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offset {
    /// So long before it.
    Before(Limit),
    /// So long after it, when it was missed.
    After(Limit),
}

/// Somebody to be told at some time: a reminder before the end, an escalation after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub when: Offset,
    /// Code of who is told: a role of the register.
    pub whom: String,
}

impl Step {
    /// The instant of the step beside the end of a clock. In hours, to the instant; in days and more, at the same hour
    /// so many days away, and on a day that is worked, the one before where it is not, since a reminder is for somebody
    /// at a desk.
    pub fn at(&self, end: Timestamp, zone: Zone, calendar: Calendar) -> Timestamp {
        let (limit, before) = match self.when {
            Offset::Before(limit) => (limit, true),
            Offset::After(limit) => (limit, false),
        };
        if limit.unit == Unit::Hours {
            let hours = SignedDuration::from_hours(i64::from(limit.count));
            let moved = if before { end.checked_sub(hours) } else { end.checked_add(hours) };
            return moved.unwrap_or(end);
        }
        let there = end.to_zoned(zone.zone());
        let mut day = limit.day_after(there.date(), calendar, before);
        while before && !calendar.working(day) {
            let Ok(earlier) = day.yesterday() else { break };
            day = earlier;
        }
        if !before {
            day = calendar.next_working(day);
        }
        there.with().date(day).build().map_or(end, |moved| moved.timestamp())
    }
}

/// The steps whose time has come at `now`, in their order: of a clock that runs or is late, and of no other.
///
/// Which of them were taken already is the caller's to know.
pub fn steps_due<'a>(steps: &'a [Step], due: &Due, zone: Zone, calendar: Calendar, now: Timestamp) -> Vec<&'a Step> {
    let Some(end) = due.at.filter(|_| matches!(due.state, State::Running | State::Late)) else { return Vec::new() };
    steps.iter().filter(|step| step.at(end, zone, calendar) <= now).collect()
}
