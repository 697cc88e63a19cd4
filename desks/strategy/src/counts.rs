//! How actions go, counted: the same rule wherever a figure of them is shown, so that it is the same everywhere.

use crate::registers::progress;
use beffroi_clocks::Zone;
use beffroi_register::Record;
use jiff::Timestamp;
use jiff::civil::Date;

/// How many actions stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Running on that day.
    pub(crate) running: usize,
    /// Of those, that have an accepted report.
    pub(crate) reported: usize,
    /// Of those, in red.
    pub(crate) red: usize,
    /// Of the running ones, past their day.
    pub(crate) late: usize,
    /// Done by that day.
    pub(crate) done: usize,
    /// Mean progress of those reported, in hundredths; nothing when none is.
    pub(crate) mean: Option<usize>,
}

/// Counts `actions` as they stood on `day`, by the reports that were accepted by then.
pub(crate) fn counts(actions: &[&Record], reports: &[&Record], day: Date) -> Counts {
    let mut counted = Counts::default();
    let mut sum = 0;
    for action in actions {
        let ended = entered(action, &["done", "abandoned"]).is_some_and(|ended| ended <= day);
        if ended {
            counted.done += usize::from(action.state == "done");
            continue;
        }
        if entered(action, &["running"]).is_none_or(|started| started > day) {
            continue;
        }
        counted.running += 1;
        counted.late += usize::from(action.value("due").parse::<Date>().is_ok_and(|due| due < day));
        if let Some(report) = last_report(action, reports, day) {
            counted.reported += 1;
            counted.red += usize::from(report.value("health") == "red");
            sum += report.value("progress").parse::<usize>().unwrap_or(0);
        }
    }
    counted.mean = sum.checked_div(counted.reported);
    counted
}

/// The last report of an action that was accepted by `day`.
pub(crate) fn last_report<'a>(action: &Record, reports: &[&'a Record], day: Date) -> Option<&'a Record> {
    let of_it = reports.iter().filter(|report| report.value("action") == action.reference);
    let accepted = of_it.filter_map(|report| Some((instant(report, &["accepted"])?, *report)));
    accepted.filter(|(at, _)| Zone::Paris.day(*at) <= day).max_by_key(|(at, _)| *at).map(|(_, report)| report)
}

/// The day on which a record entered one of these states for the first time.
pub(crate) fn entered(record: &Record, states: &[&str]) -> Option<Date> {
    instant(record, states).map(|at| Zone::Paris.day(at))
}

fn instant(record: &Record, states: &[&str]) -> Option<Timestamp> {
    record.path.iter().find(|step| states.contains(&step.state.as_str())).map(|step| step.at)
}

/// Whether a report was declared in time; nothing while it may still be.
pub(crate) fn in_time(report: &Record, now: Timestamp) -> Option<bool> {
    let due = due_at(report, now)?;
    match instant(report, &["declared"]) {
        Some(declared) => Some(declared <= due),
        None if report.state == "void" || now <= due => None,
        None => Some(false),
    }
}

/// When a report is to be declared.
pub(crate) fn due_at(report: &Record, now: Timestamp) -> Option<Timestamp> {
    let clocks = progress::REGISTER.deadlines(report, now);
    clocks.iter().find(|deadline| deadline.clock.name.starts_with("declare")).map(|deadline| deadline.at)
}

/// The ends of the last `n` quarters before `today`, the oldest first.
pub(crate) fn quarter_ends(today: Date, n: usize) -> Vec<Date> {
    let mut ends = Vec::new();
    let mut first = Date::new(today.year(), today.month() - (today.month() - 1) % 3, 1).unwrap_or(today);
    while ends.len() < n {
        let Ok(end) = first.yesterday() else { break };
        ends.push(end);
        first = Date::new(end.year(), end.month() - 2, 1).unwrap_or(end);
    }
    ends.reverse();
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{at, record, stepped};
    use jiff::civil::date;

    #[test]
    fn quarters_end_on_their_last_day() {
        let ends = quarter_ends(date(2026, 11, 23), 4);
        assert_eq!(ends, [date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]);
        assert_eq!(quarter_ends(date(2026, 1, 1), 1), [date(2025, 12, 31)]);
    }

    #[test]
    fn an_action_counts_by_what_was_accepted_by_the_day() {
        let action = stepped("action", "ACT-1", &[("2026-01-10", "running")], &[("due", "2026-06-30")]);
        let done = stepped("action", "ACT-2", &[("2026-01-10", "running"), ("2026-05-02", "done")], &[]);
        let waits = record("action", "ACT-3", "draft", &[]);
        let report = |reference, day, health, progress| {
            let steps = [("2026-01-10", "due"), (day, "declared"), (day, "accepted")];
            stepped("progress", reference, &steps, &[("action", "ACT-1"), ("health", health), ("progress", progress)])
        };
        let (first, second) =
            (report("PROG-1", "2026-03-01", "green", "20"), report("PROG-2", "2026-06-01", "red", "30"));
        let at_day = |day| counts(&[&action, &done, &waits], &[&first, &second], day);
        assert_eq!(at_day(date(2026, 1, 9)), Counts::default());
        let spring = Counts { running: 2, reported: 1, mean: Some(20), ..Counts::default() };
        assert_eq!(at_day(date(2026, 3, 31)), spring);
        let summer = Counts { running: 1, reported: 1, red: 1, late: 1, done: 1, mean: Some(30) };
        assert_eq!(at_day(date(2026, 7, 1)), summer);
    }

    #[test]
    fn a_report_is_in_time_until_its_clock_ends() {
        let asked = stepped("progress", "PROG-1", &[("2026-01-10", "due")], &[("rhythm", "monthly")]);
        assert_eq!(in_time(&asked, at("2026-02-01")), None);
        assert_eq!(in_time(&asked, at("2026-02-12")), Some(false));
        let said =
            |day| stepped("progress", "PROG-1", &[("2026-01-10", "due"), (day, "declared")], &[("rhythm", "monthly")]);
        assert_eq!(in_time(&said("2026-02-09"), at("2026-03-01")), Some(true));
        assert_eq!(in_time(&said("2026-02-20"), at("2026-03-01")), Some(false));
    }
}
