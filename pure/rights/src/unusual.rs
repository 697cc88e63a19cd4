//! The weekly list of unusual consultations: plain rules over the journal, each with a stated threshold, so that the person
//! listed and the person who controls can both follow why.

use crate::consultation::FileRef;
use crate::ids::PersonId;
use crate::working_day::is_working_day;
use beffroi_model::{Grain, Period};
use jiff::civil::{Date, DateTime};
use std::collections::{BTreeMap, BTreeSet};

/// One consultation, as the journal knows it; the two flags on the person consulted come from whoever may compare names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConsultationEvent {
    /// Who consulted.
    pub person: PersonId,
    /// When, by the clock of Paris.
    pub at: DateTime,
    /// Which file.
    pub file: FileRef,
    /// Whether a reference of a procedure or request was given with the purpose and found to exist.
    pub has_case: bool,
    /// Whether the person was on duty by the roster at that hour.
    pub on_duty: bool,
    /// Whether the file is about another user of the system.
    pub colleague: bool,
    /// Whether the file is about somebody of the same name or address as the person, or next door.
    pub neighbour: bool,
}

/// From how much on a consultation is listed. Counts are of different files of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// Files within sixty minutes.
    pub burst_files: usize,
    /// Files in a day, whatever the person's habit.
    pub bulk_files: usize,
    /// Files in a day, when that is also [`Thresholds::bulk_times_usual`] times the habit.
    pub bulk_files_unlike_usual: usize,
    /// How many times the median of the last twenty days with consultations (of five at least).
    pub bulk_times_usual: usize,
    /// First hour of the night.
    pub night_from: i8,
    /// First hour after the night.
    pub night_until: i8,
    /// Files in one day at night or on a closed day, off duty.
    pub off_hours_files: usize,
    /// The same, without a case.
    pub off_hours_files_without_case: usize,
    /// Files about colleagues in one week; one is enough without a case.
    pub colleague_files: usize,
    /// Files about namesakes and neighbours in one week; one is enough without a case.
    pub neighbour_files: usize,
    /// Files without a case in one day.
    pub no_case_files_a_day: usize,
    /// Files without a case in one week.
    pub no_case_files_a_week: usize,
    /// Days of one week on which the same file was consulted without a case.
    pub returning_days: usize,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            burst_files: 40,
            bulk_files: 120,
            bulk_files_unlike_usual: 30,
            bulk_times_usual: 4,
            night_from: 21,
            night_until: 6,
            off_hours_files: 4,
            off_hours_files_without_case: 2,
            colleague_files: 3,
            neighbour_files: 3,
            no_case_files_a_day: 4,
            no_case_files_a_week: 6,
            returning_days: 3,
        }
    }
}

/// Why a person's consultations of a day or week are listed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Many files within sixty minutes.
    Burst {
        /// How many.
        n_files: usize,
    },
    /// Many files in the day.
    Bulk {
        /// How many.
        n_files: usize,
        /// The person's median, when it is known.
        usual: Option<usize>,
    },
    /// At night or on a closed day, off duty.
    OffHours {
        /// How many.
        n_files: usize,
        /// Of which without a case.
        n_without_case: usize,
    },
    /// About colleagues, in the week.
    Colleagues {
        /// How many.
        n_files: usize,
        /// Of which without a case.
        n_without_case: usize,
    },
    /// About namesakes or neighbours, in the week.
    Neighbours {
        /// How many.
        n_files: usize,
        /// Of which without a case.
        n_without_case: usize,
    },
    /// Without a case, in the day or the week.
    NoCase {
        /// How many.
        n_files: usize,
    },
    /// Coming back to the same file without a case, in the week.
    Returning {
        /// The file.
        file: FileRef,
        /// On how many days.
        n_days: usize,
    },
}

impl Reason {
    /// Key of its wording.
    pub fn wording_key(&self) -> &'static str {
        match self {
            Self::Burst { .. } => "rights-unusual-burst",
            Self::Bulk { .. } => "rights-unusual-bulk",
            Self::OffHours { .. } => "rights-unusual-off-hours",
            Self::Colleagues { .. } => "rights-unusual-colleagues",
            Self::Neighbours { .. } => "rights-unusual-neighbours",
            Self::NoCase { .. } => "rights-unusual-no-case",
            Self::Returning { .. } => "rights-unusual-returning",
        }
    }
}

/// One line of the list: a question to put, not a finding of guilt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Whose consultations.
    pub person: PersonId,
    /// The day, or the last day of the week that bears on it.
    pub day: Date,
    /// Why.
    pub reason: Reason,
}

/// The list over `events`, given in any order, by person, day and reason. The habit of a person is learnt from the days
/// before each day, so some weeks before the week of interest belong in `events`. Cost: n log n.
pub fn unusual(events: &[ConsultationEvent], thresholds: &Thresholds) -> Vec<Finding> {
    let mut by_person: BTreeMap<&PersonId, BTreeMap<Date, Vec<&ConsultationEvent>>> = BTreeMap::new();
    for event in events {
        by_person.entry(&event.person).or_default().entry(event.at.date()).or_default().push(event);
    }
    let mut findings = Vec::new();
    for (person, days) in &mut by_person {
        let mut usual = Usual::default();
        for (day, events) in days.iter_mut() {
            events.sort();
            let reasons = of_day(*day, events, usual.median(), thresholds);
            findings.extend(reasons.into_iter().map(|reason| Finding { person: (*person).clone(), day: *day, reason }));
            usual.add(n_files(events.iter().copied()));
        }
        for (day, events) in weeks(days) {
            let reasons = of_week(&events, thresholds);
            findings.extend(reasons.into_iter().map(|reason| Finding { person: (*person).clone(), day, reason }));
        }
    }
    findings.sort();
    findings.dedup();
    findings
}

/// The last twenty numbers of files a day.
#[derive(Default)]
struct Usual(std::collections::VecDeque<usize>);

impl Usual {
    fn add(&mut self, n_files: usize) {
        self.0.push_back(n_files);
        if self.0.len() > 20 {
            self.0.pop_front();
        }
    }

    /// The lower median, once five days are known.
    fn median(&self) -> Option<usize> {
        let mut sorted: Vec<usize> = self.0.iter().copied().collect();
        sorted.sort_unstable();
        if sorted.len() < 5 { None } else { sorted.get((sorted.len() - 1) / 2).copied() }
    }
}

/// Events by ISO week, with the last day on which there were any.
fn weeks<'a>(days: &BTreeMap<Date, Vec<&'a ConsultationEvent>>) -> Vec<(Date, Vec<&'a ConsultationEvent>)> {
    let mut weeks: BTreeMap<Date, (Date, Vec<&ConsultationEvent>)> = BTreeMap::new();
    for (day, events) in days {
        let monday = Period::containing(*day, Grain::Week).start();
        let week = weeks.entry(monday).or_insert((*day, Vec::new()));
        week.0 = *day;
        week.1.extend(events);
    }
    weeks.into_values().collect()
}

/// `events` in the order of their hours.
fn of_day(day: Date, events: &[&ConsultationEvent], usual: Option<usize>, limits: &Thresholds) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let n_burst = busiest_hour(events);
    if n_burst >= limits.burst_files {
        reasons.push(Reason::Burst { n_files: n_burst });
    }
    let n_day = n_files(events.iter().copied());
    let unlike_usual = usual.is_some_and(|usual| n_day >= usual.max(1).saturating_mul(limits.bulk_times_usual));
    if n_day >= limits.bulk_files || (n_day >= limits.bulk_files_unlike_usual && unlike_usual) {
        reasons.push(Reason::Bulk { n_files: n_day, usual });
    }
    let closed = !is_working_day(day);
    let night =
        |event: &ConsultationEvent| event.at.hour() >= limits.night_from || event.at.hour() < limits.night_until;
    let off_hours = || events.iter().copied().filter(|event| !event.on_duty && (closed || night(event)));
    let (n_off, n_without_case) = (n_files(off_hours()), n_files(off_hours().filter(|event| !event.has_case)));
    if n_off >= limits.off_hours_files || n_without_case >= limits.off_hours_files_without_case {
        reasons.push(Reason::OffHours { n_files: n_off, n_without_case });
    }
    let n_no_case = n_files(events.iter().copied().filter(|event| !event.has_case));
    if n_no_case >= limits.no_case_files_a_day {
        reasons.push(Reason::NoCase { n_files: n_no_case });
    }
    reasons
}

fn of_week(events: &[&ConsultationEvent], limits: &Thresholds) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let flagged = |flag: fn(&ConsultationEvent) -> bool| {
        let of_flag = || events.iter().copied().filter(move |event| flag(event));
        (n_files(of_flag()), n_files(of_flag().filter(|event| !event.has_case)))
    };
    let (n_flagged, n_without_case) = flagged(|event| event.colleague);
    if n_flagged >= limits.colleague_files || n_without_case >= 1 {
        reasons.push(Reason::Colleagues { n_files: n_flagged, n_without_case });
    }
    let (n_flagged, n_without_case) = flagged(|event| event.neighbour);
    if n_flagged >= limits.neighbour_files || n_without_case >= 1 {
        reasons.push(Reason::Neighbours { n_files: n_flagged, n_without_case });
    }
    let without_case = || events.iter().copied().filter(|event| !event.has_case);
    let n_no_case = n_files(without_case());
    if n_no_case >= limits.no_case_files_a_week {
        reasons.push(Reason::NoCase { n_files: n_no_case });
    }
    let mut days_of_file: BTreeMap<&FileRef, BTreeSet<Date>> = BTreeMap::new();
    for event in without_case() {
        days_of_file.entry(&event.file).or_default().insert(event.at.date());
    }
    for (file, days) in days_of_file {
        if days.len() >= limits.returning_days {
            reasons.push(Reason::Returning { file: file.clone(), n_days: days.len() });
        }
    }
    reasons
}

fn n_files<'a>(events: impl Iterator<Item = &'a ConsultationEvent>) -> usize {
    events.map(|event| &event.file).collect::<BTreeSet<_>>().len()
}

/// Most different files within sixty minutes, the end not included. `events` in the order of their hours.
fn busiest_hour(events: &[&ConsultationEvent]) -> usize {
    let mut open: BTreeMap<&FileRef, usize> = BTreeMap::new();
    let mut window = std::collections::VecDeque::new();
    let mut most = 0;
    for event in events {
        window.push_back(*event);
        *open.entry(&event.file).or_default() += 1;
        while let Some(first) =
            window.front().copied().filter(|first| event.at.duration_since(first.at).as_secs() >= 3600)
        {
            window.pop_front();
            if let Some(n) = open.get_mut(&first.file) {
                *n -= 1;
                if *n == 0 {
                    open.remove(&first.file);
                }
            }
        }
        most = most.max(open.len());
    }
    most
}
