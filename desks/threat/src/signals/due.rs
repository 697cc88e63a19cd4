//! By when a signal is to be decided: one working day after it was found (J3.7; a rule of the house).

use super::{Signal, SignalState};
use beffroi_clocks::{Clock, Event, Limit, Zone};
use jiff::Timestamp;
use jiff::civil::Date;

/// Working days to decide a signal.
const DAYS: u16 = 1;

/// How a signal stands against that clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct DecisionDue {
    /// The last instant in time.
    pub decide_by: Timestamp,
    /// Whether it is, or was, decided later.
    pub late: bool,
}

impl DecisionDue {
    /// The last day in time, in Paris.
    pub fn day(self) -> Date {
        Zone::Paris.day(self.decide_by)
    }

    /// Of a signal found at that instant and decided, or still open, at the other one.
    fn of(found: Timestamp, decided: Timestamp) -> Option<Self> {
        let clock = Clock::new("found", "decided", Limit::working_days(DAYS), "");
        let decide_by = clock.due(&[(found, Event::Start)], found).at?;
        Some(Self { decide_by, late: decided > decide_by })
    }
}

impl Signal {
    /// By when it is to be decided, and whether that instant has passed; nothing where the calendar ends.
    pub fn decision_due(&self, now: Timestamp) -> Option<DecisionDue> {
        let decided = match &self.state {
            SignalState::Decided { at, .. } => *at,
            SignalState::Open => now,
        };
        DecisionDue::of(self.content.detected_at, decided)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_signal_of_friday_is_decided_on_monday() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let friday = at("2026-11-20T15:00:00Z");
        let due = |decided: &str| DecisionDue::of(friday, at(decided)).unwrap();
        assert_eq!(due("2026-11-20T16:00:00Z").day(), date(2026, 11, 23));
        assert!(!due("2026-11-23T17:00:00Z").late);
        assert!(due("2026-11-24T07:00:00Z").late);
    }
}
