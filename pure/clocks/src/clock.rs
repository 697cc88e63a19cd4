//! One deadline: what starts it, what stops it, and when it is due.

use crate::calendar::{Calendar, LAST};
use crate::limit::{Limit, Unit};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// Whose days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// Europe/Paris.
    #[default]
    Paris,
    /// Coordinated universal time.
    Utc,
}

impl Zone {
    /// The zone of the time library; UTC should it know no Paris, which the bundled database excludes.
    pub fn zone(self) -> TimeZone {
        match self {
            Self::Paris => TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC),
            Self::Utc => TimeZone::UTC,
        }
    }

    /// The day at an instant.
    pub fn day(self, at: Timestamp) -> Date {
        at.to_zoned(self.zone()).date()
    }

    /// The last instant of a day.
    pub(crate) fn end_of(self, day: Date) -> Timestamp {
        let end = day.at(23, 59, 59, 999_999_999).to_zoned(self.zone());
        end.map_or(Timestamp::MAX, |end| end.timestamp())
    }
}

/// How the end of a period is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The end stays where it falls: treaties, and periods that protect.
    #[default]
    Plain,
    /// An end on a Saturday, a Sunday or a public holiday moves to the next working day: French procedure (code de
    /// procédure civile, art. 642; code de procédure pénale, art. 801).
    French,
    /// The same for acts of the Union, and a period of two days or more holds two working days at least (Regulation
    /// 1182/71, art. 3(4) and (5)); by French holidays, which for another State's actor are only near the truth.
    European,
}

/// By how much a period may be prolonged, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extension {
    /// By how much each time.
    pub by: Limit,
    /// At most so many times; nothing when the text sets no number.
    pub times: Option<u16>,
}

/// Something that acts on a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// What it counts from has happened: [`Clock::start`].
    Start,
    /// What was due was done: [`Clock::stop`].
    Stop,
    /// It was prolonged, once. Counts while it runs and before its end; otherwise nothing can be prolonged any more.
    Extend,
    /// It stands still, where [`Clock::suspension`] allows.
    Suspend,
    /// It runs again.
    Resume,
}

/// A deadline as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Code of what starts it: a transition of a register, or a fact that is noted.
    pub start: String,
    /// Code of what stops it.
    pub stop: String,
    /// How long.
    pub limit: Limit,
    /// How it may be prolonged.
    pub extension: Option<Extension>,
    /// May it stand still?
    pub suspension: bool,
    /// Whose days.
    pub zone: Zone,
    /// How its end is found.
    pub rule: Rule,
    /// Whose holidays.
    pub calendar: Calendar,
    /// The text and the article.
    pub legal_basis: String,
    /// Was the text read? If not, whoever shows it says so.
    pub confirmed: bool,
}

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nothing has started it.
    Waiting,
    /// It runs, and its end is to come.
    Running,
    /// It stands still.
    Suspended,
    /// What was due was done.
    Stopped,
    /// Its end has passed.
    Late,
}

/// When something is due, and how that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The last instant that is in time: to the nanosecond before midnight when the limit is in days. Nothing before it
    /// starts and while it stands still.
    pub at: Option<Timestamp>,
    /// How it stands.
    pub state: State,
    /// When it was started.
    pub started: Option<Timestamp>,
    /// When it was stopped.
    pub stopped: Option<Timestamp>,
    /// Prolongations that count.
    pub extended: u16,
    /// Prolongations that do not: after its end, too many, or where none may be.
    pub refused: u16,
}

impl Due {
    /// Was it done in time? Nothing while it is not done.
    pub fn kept(&self) -> Option<bool> {
        Some(self.stopped? <= self.at?)
    }

    /// What is left, negative once it is late; nothing unless it runs.
    pub fn left(&self, now: Timestamp) -> Option<SignedDuration> {
        matches!(self.state, State::Running | State::Late).then(|| self.at.map(|at| at.duration_since(now))).flatten()
    }
}

/// What has happened to a clock so far.
#[derive(Default)]
struct Run {
    started: Option<Timestamp>,
    stopped: Option<Timestamp>,
    since: Option<Timestamp>,
    still: Still,
    extended: u16,
    refused: u16,
}

/// For how long it stood still, in each way of counting.
#[derive(Default, Clone, Copy)]
struct Still {
    exact: SignedDuration,
    days: i64,
    working: i64,
}

impl Clock {
    /// A clock without extension or suspension, in days of Paris, whose end does not move, on a text that was not read.
    pub fn new(start: &str, stop: &str, limit: Limit, legal_basis: &str) -> Self {
        Self {
            start: start.to_owned(),
            stop: stop.to_owned(),
            limit,
            extension: None,
            suspension: false,
            zone: Zone::Paris,
            rule: Rule::Plain,
            calendar: Calendar::France,
            legal_basis: legal_basis.to_owned(),
            confirmed: false,
        }
    }

    /// What a code means to this clock: its start, its stop, or nothing.
    pub fn event(&self, code: &str) -> Option<Event> {
        match code {
            code if code == self.start => Some(Event::Start),
            code if code == self.stop => Some(Event::Stop),
            _ => None,
        }
    }

    /// When it is due, as seen at `now`. Events may come in any order; those after `now` are not looked at.
    ///
    /// A start while it runs changes nothing: the first counts. After a stop, a start begins it anew.
    pub fn due(&self, events: &[(Timestamp, Event)], now: Timestamp) -> Due {
        let mut past: Vec<(Timestamp, Event)> = events.iter().copied().filter(|(at, _)| *at <= now).collect();
        past.sort();
        let mut run = Run::default();
        for (at, event) in past {
            self.take(&mut run, at, event);
        }
        let end = run.started.map(|start| self.end(start, &run));
        let state = match (run.started, run.stopped, run.since, end) {
            (None, ..) => State::Waiting,
            (_, Some(_), ..) => State::Stopped,
            (_, _, Some(_), _) => State::Suspended,
            (_, _, _, Some(end)) if now > end => State::Late,
            _ => State::Running,
        };
        Due {
            at: end.filter(|_| run.since.is_none()),
            state,
            started: run.started,
            stopped: run.stopped,
            extended: run.extended,
            refused: run.refused,
        }
    }

    fn take(&self, run: &mut Run, at: Timestamp, event: Event) {
        let Some(start) = run.started.filter(|_| run.stopped.is_none()) else {
            if event == Event::Start {
                *run = Run { started: Some(at), ..Run::default() };
            }
            return;
        };
        match event {
            Event::Start => {}
            Event::Stop => {
                self.resume(run, at);
                run.stopped = Some(at);
            }
            Event::Extend => {
                let room = self.extension.is_some_and(|ext| ext.times.is_none_or(|times| run.extended < times));
                // While it stands still its end is still to come.
                if room && (run.since.is_some() || at <= self.end(start, run)) {
                    run.extended = run.extended.saturating_add(1);
                } else {
                    run.refused = run.refused.saturating_add(1);
                }
            }
            Event::Suspend => {
                // What has ended can no longer stand still.
                if self.suspension && run.since.is_none() && at <= self.end(start, run) {
                    run.since = Some(at);
                }
            }
            Event::Resume => self.resume(run, at),
        }
    }

    fn resume(&self, run: &mut Run, at: Timestamp) {
        let Some(since) = run.since.take() else { return };
        let (from, to) = (self.zone.day(since), self.zone.day(at));
        run.still.exact += at.duration_since(since);
        run.still.days += i64::from(from.until(to).map_or(0, |span| span.get_days()));
        run.still.working += self.calendar.between(from, to);
    }

    /// The last instant in time.
    fn end(&self, start: Timestamp, run: &Run) -> Timestamp {
        let extension = self.extension.map(|ext| (ext.by, run.extended)).filter(|(_, times)| *times > 0);
        let hours = |limit: Limit, times: u16| match limit.unit {
            Unit::Hours => i64::from(limit.count) * i64::from(times),
            _ => 0,
        };
        let exact = hours(self.limit, 1) + extension.map_or(0, |(by, times)| hours(by, times));
        let from = start.checked_add(SignedDuration::from_hours(exact)).unwrap_or(Timestamp::MAX);
        let in_hours = |limit: Limit| limit.unit == Unit::Hours;
        if in_hours(self.limit) && extension.is_none_or(|(by, _)| in_hours(by)) {
            return from.checked_add(run.still.exact).unwrap_or(Timestamp::MAX);
        }
        let mut day = self.limit.day_after(self.zone.day(from), self.calendar, false);
        if let Some((by, times)) = extension {
            // All at once: a month three times from 30 November is the last of February, not the 28th and then the 28th.
            let whole = Limit { count: by.count.saturating_mul(times), unit: by.unit };
            day = whole.day_after(day, self.calendar, false);
        }
        day = match self.limit.unit {
            Unit::WorkingDays => self.calendar.plus(day, run.still.working),
            _ => day.checked_add(run.still.days.days()).unwrap_or(LAST),
        };
        if self.rule == Rule::European {
            // A period of two days or more holds two working days at least (Regulation 1182/71, art. 3(5)).
            let first = self.zone.day(from);
            let two = self.calendar.plus(first, 2);
            if first.until(day).is_ok_and(|length| length.get_days() >= 2) {
                day = day.max(two);
            }
        }
        if self.rule != Rule::Plain {
            day = self.calendar.next_working(day);
        }
        self.zone.end_of(day)
    }
}
