//! What runs on a record, and when it is due.

use crate::{Record, Register, Stage, When};
use beffroi_clocks::{Clock, Event, Extension, Limit, Rule, State as Standing, Zone};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

/// From what a clock counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The instant the record was added.
    Added,
    /// The instant it first entered that state.
    Entered(&'static str),
    /// What that field holds: a day, an instant, the last day of a period.
    Field(&'static str),
}

/// A clock of a register. It stops when the record enters a state of `until`, and in any case when it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockRule {
    /// Its name.
    pub name: &'static str,
    /// From what it counts.
    pub from: From,
    /// How long; nothing when it is due on the very day or instant that it counts from.
    pub limit: Option<Limit>,
    /// Only for records that are so.
    pub when: Option<When>,
    /// States that stop it.
    pub until: &'static [&'static str],
    /// States in which it stands still.
    pub pauses: &'static [&'static str],
    /// The move that prolongs it, and by how much, so many times.
    pub extension: Option<(&'static str, Limit, u16)>,
    /// How its end is found.
    pub rule: Rule,
    /// The text it rests on; empty for a rule of the house.
    pub basis: &'static str,
    /// Whether that text was read.
    pub confirmed: bool,
    /// Hours before its end from which it is said to be soon.
    pub soon_hours: u16,
}

impl ClockRule {
    /// Due on the day or instant that a field holds.
    pub const fn on(name: &'static str, field: &'static str) -> Self {
        Self {
            name,
            from: From::Field(field),
            limit: None,
            when: None,
            until: &[],
            pauses: &[],
            extension: None,
            rule: Rule::Plain,
            basis: "",
            confirmed: true,
            soon_hours: 7 * 24,
        }
    }

    /// Due so long after something.
    pub const fn after(name: &'static str, from: From, limit: Limit) -> Self {
        let soon_hours = match limit.unit {
            beffroi_clocks::Unit::Hours => limit.count / 2,
            _ => 7 * 24,
        };
        Self { from, limit: Some(limit), soon_hours, ..Self::on(name, "") }
    }

    /// Only for records that are so.
    #[must_use]
    pub const fn when(mut self, field: &'static str, is: &'static [&'static str]) -> Self {
        self.when = Some(When { field, is });
        self
    }

    /// These states stop it.
    #[must_use]
    pub const fn until(mut self, states: &'static [&'static str]) -> Self {
        self.until = states;
        self
    }

    /// It stands still in these states.
    #[must_use]
    pub const fn pauses(mut self, states: &'static [&'static str]) -> Self {
        self.pauses = states;
        self
    }

    /// That move prolongs it by so much, at most so many times.
    #[must_use]
    pub const fn extended_by(mut self, by: &'static str, limit: Limit, times: u16) -> Self {
        self.extension = Some((by, limit, times));
        self
    }

    /// The text it rests on, and whether it was read.
    #[must_use]
    pub const fn basis(mut self, text: &'static str, confirmed: bool) -> Self {
        self.basis = text;
        self.confirmed = confirmed;
        self
    }

    /// How its end is found.
    #[must_use]
    pub const fn rule(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    /// Said to be soon so many hours before its end.
    #[must_use]
    pub const fn soon(mut self, hours: u16) -> Self {
        self.soon_hours = hours;
        self
    }

    /// How it stands for `record` at `now`; nothing when it does not run there.
    pub fn deadline(&'static self, register: &Register, record: &Record, now: Timestamp) -> Option<Deadline> {
        if self.when.is_some_and(|when| !when.holds(record)) {
            return None;
        }
        let start = self.start(record)?;
        let mut events = vec![(start, Event::Start)];
        let mut still = false;
        for step in record.path.iter().filter(|step| step.at >= start || matches!(self.from, From::Field(_))) {
            let state = step.state.as_str();
            let pauses = self.pauses.contains(&state);
            if pauses != still {
                events.push((step.at, if pauses { Event::Suspend } else { Event::Resume }));
                still = pauses;
            }
            if self.extension.is_some_and(|(by, ..)| by == step.by) {
                events.push((step.at, Event::Extend));
            }
            let closes = register.state(state).is_some_and(|state| state.stage == Stage::Closed);
            if (closes || self.until.contains(&state)) && step.state == record.state {
                events.push((step.at, Event::Stop));
            }
        }
        // A field may hold a day to come: the clock is asked from the far end, and judged at `now`.
        let (at, is_done) = match self.limit {
            Some(_) => {
                let due = self.clock().due(&events, Timestamp::MAX);
                (due.at?, due.stopped.is_some())
            }
            None => (start_end(self.from, record)?, events.iter().any(|(_, event)| *event == Event::Stop)),
        };
        let soon_at = at.checked_sub(SignedDuration::from_hours(i64::from(self.soon_hours))).unwrap_or(at);
        let standing = match () {
            () if is_done => Standing::Stopped,
            () if now > at => Standing::Late,
            () => Standing::Running,
        };
        Some(Deadline { clock: self, at, soon_at, standing })
    }

    fn clock(&self) -> Clock {
        let mut clock = Clock::new("start", "stop", self.limit.unwrap_or(Limit::days(0)), self.basis);
        clock.suspension = !self.pauses.is_empty();
        clock.extension = self.extension.map(|(_, by, times)| Extension { by, times: Some(times) });
        clock.rule = self.rule;
        clock.confirmed = self.confirmed;
        clock
    }

    fn start(&self, record: &Record) -> Option<Timestamp> {
        match self.from {
            From::Added => Some(record.added_at()),
            From::Entered(state) => record.path.iter().find(|step| step.state == state).map(|step| step.at),
            From::Field(field) => {
                let text = record.value(field);
                text.parse().ok().or_else(|| last_day(text).and_then(|day| at_hour(day, 0, 0)))
            }
        }
    }
}

/// The end of what a field holds: of the day, or the instant itself.
fn start_end(from: From, record: &Record) -> Option<Timestamp> {
    let From::Field(field) = from else { return None };
    let text = record.value(field);
    text.parse().ok().or_else(|| last_day(text).and_then(|day| at_hour(day, 23, 59)))
}

/// A day, or the last one of a period.
fn last_day(text: &str) -> Option<Date> {
    text.rsplit('/').next()?.parse().ok()
}

fn at_hour(day: Date, hour: i8, minute: i8) -> Option<Timestamp> {
    day.at(hour, minute, 0, 0).to_zoned(Zone::Paris.zone()).ok().map(|at| at.timestamp())
}

/// A clock on a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// Its rule.
    pub clock: &'static ClockRule,
    /// The last instant in time.
    pub at: Timestamp,
    /// From when it is said to be soon.
    pub soon_at: Timestamp,
    /// How it stands.
    pub standing: Standing,
}

impl Deadline {
    /// Whether it still runs, late or not.
    pub fn runs(&self) -> bool {
        matches!(self.standing, Standing::Running | Standing::Late)
    }

    /// Whether it has passed.
    pub fn is_late(&self) -> bool {
        self.standing == Standing::Late
    }
}

impl Register {
    /// Every clock of `record` at `now`, the soonest first.
    pub fn deadlines(&self, record: &Record, now: Timestamp) -> Vec<Deadline> {
        let mut all: Vec<Deadline> = self.clocks.iter().filter_map(|clock| clock.deadline(self, record, now)).collect();
        all.sort_by_key(|deadline| deadline.at);
        all
    }

    /// The first that still runs: what lists and the board go by.
    pub fn next_deadline(&self, record: &Record, now: Timestamp) -> Option<Deadline> {
        self.deadlines(record, now).into_iter().find(Deadline::runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, Move, State, Step, Values};

    static REQUEST: Register = Register {
        name: "request",
        fields: &[Field::text("title")],
        states: &[State::open("open"), State::open("waiting"), State::open("answered"), State::closed("closed")],
        moves: &[Move::new("ask", &["open"], "waiting"), Move::new("prolong", &["open"], "open")],
        clocks: &[
            ClockRule::after("answer", From::Added, Limit::days(10))
                .pauses(&["waiting"])
                .until(&["answered"])
                .extended_by("prolong", Limit::days(5), 1),
            ClockRule::after("plain", From::Added, Limit::days(10)),
        ],
        ..Register::COORDINATION
    };

    fn at(day: i8) -> Timestamp {
        jiff::civil::date(2026, 3, day).at(9, 0, 0, 0).to_zoned(Zone::Paris.zone()).unwrap().timestamp()
    }

    /// The record after steps: day of March, move, state.
    fn record(steps: &[(i8, &str, &str)]) -> Record {
        let path = steps.iter().map(|(day, by, state)| Step { at: at(*day), by: (*by).into(), state: (*state).into() });
        let path: Vec<Step> = path.collect();
        let state = path.last().unwrap().state.clone();
        Record { path, state, values: Values::default(), ..REQUEST.example_record() }
    }

    /// The last day of a clock, in Paris, and how it stands on a day of March.
    fn ends(clock: usize, steps: &[(i8, &str, &str)], on: i8) -> Option<(i8, Standing)> {
        let due = REQUEST.clocks[clock].deadline(&REQUEST, &record(steps), at(on))?;
        Some((Zone::Paris.day(due.at).day(), due.standing))
    }

    #[test]
    fn a_clock_stands_still_in_a_state_that_pauses_it() {
        let added = (1, "add", "open");
        assert_eq!(ends(0, &[added], 2), Some((11, Standing::Running)));
        assert_eq!(ends(0, &[added], 12), Some((11, Standing::Late)));
        // It has no end while it stands still, and four days more once it goes on.
        assert_eq!(ends(0, &[added, (3, "ask", "waiting")], 20), None);
        let again = [added, (3, "ask", "waiting"), (7, "come_back", "open")];
        assert_eq!(ends(0, &again, 12), Some((15, Standing::Running)));
        // The twin: one that nothing pauses has run out.
        assert_eq!(ends(1, &again, 12), Some((11, Standing::Late)));
    }

    #[test]
    fn a_clock_is_prolonged_as_often_as_it_says() {
        let once = [(1, "add", "open"), (4, "prolong", "open")];
        assert_eq!(ends(0, &once, 12), Some((16, Standing::Running)));
        let twice = [once[0], once[1], (5, "prolong", "open")];
        assert_eq!(ends(0, &twice, 12), Some((16, Standing::Running)), "once, and no more");
        assert_eq!(ends(1, &once, 12), Some((11, Standing::Late)));
    }

    #[test]
    fn a_clock_stops_in_the_states_that_stop_it_and_when_the_record_closes() {
        let answered = [(1, "add", "open"), (4, "answer", "answered")];
        assert_eq!(ends(0, &answered, 20).unwrap().1, Standing::Stopped);
        assert_eq!(ends(1, &answered, 20).unwrap().1, Standing::Late);
        let closed = [(1, "add", "open"), (4, "close", "closed")];
        assert_eq!(ends(1, &closed, 20).unwrap().1, Standing::Stopped);
    }
}
