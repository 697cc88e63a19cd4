//! The list of unusual consultations: planted patterns are all listed, a plain world hardly ever is.

use crate::worlds::{Draw, person};
use beffroi_rights::*;
use jiff::civil::{Date, date};
use std::collections::BTreeSet;

/// A made-up service at its usual work, seeded: agents with habits of their own, duty rosters, late evenings, a reference
/// typed too late now and then, files that happen to be a colleague's or a namesake's and have their case.
struct Plain {
    draw: Draw,
    n_agent_days: usize,
    events: Vec<ConsultationEvent>,
}

const FIRST: Date = date(2026, 1, 5);

impl Plain {
    fn new(seed: u64, n_agents: usize, n_days: i32) -> Self {
        let mut plain = Self { draw: Draw::new(seed), n_agent_days: 0, events: Vec::new() };
        for agent in 0..n_agents {
            let habit = 2 + plain.draw.below(18);
            let duty_week = plain.draw.below(6);
            for n_day in 0..n_days {
                let day = FIRST.saturating_add(jiff::Span::new().days(n_day));
                let on_duty = usize::try_from(n_day / 7).unwrap() % 6 == duty_week;
                if is_working_day(day) && !plain.draw.chance(150) {
                    plain.day(agent, day, habit, on_duty);
                } else if on_duty {
                    plain.day(agent, day, habit / 2 + 1, true);
                }
            }
        }
        plain
    }

    /// A day of between none and three times the habit, mostly near it.
    fn day(&mut self, agent: usize, day: Date, habit: usize, on_duty: bool) {
        self.n_agent_days += 1;
        let mut n = self.draw.below(habit + 1) + self.draw.below(habit + 1);
        if self.draw.chance(20) {
            n += habit;
        }
        for _ in 0..n {
            let hour = 8 + i8::try_from(self.draw.below(11)).unwrap();
            self.event(agent, day, hour, on_duty);
        }
        if on_duty && self.draw.chance(400) {
            for _ in 0..=self.draw.below(6) {
                let hour = [22, 23, 0, 2, 4][self.draw.below(5)];
                self.event(agent, day, hour, true);
            }
        }
        if !on_duty && self.draw.chance(30) {
            for _ in 0..=self.draw.below(2) {
                self.event(agent, day, 21, false);
            }
        }
    }

    fn event(&mut self, agent: usize, day: Date, hour: i8, on_duty: bool) {
        // Two files in three are new, the others come back.
        let file = self.draw.below(40) + 13 * usize::from(day.day_of_year().unsigned_abs());
        let event = ConsultationEvent {
            person: person(agent),
            at: day.at(hour, i8::try_from(self.draw.below(60)).unwrap(), 0, 0),
            file: file_ref(&format!("f-{agent}-{file}")),
            has_case: !self.draw.chance(10),
            on_duty,
            colleague: self.draw.chance(1),
            neighbour: self.draw.chance(1),
        };
        self.events.push(event);
    }
}

fn file_ref(id: &str) -> FileRef {
    FileRef::Inquiry(id.parse().unwrap())
}

#[test]
fn at_most_one_false_alarm_per_1000_agent_days_of_a_plain_world() {
    for seed in [41, 42, 43] {
        let plain = Plain::new(seed, 150, 300);
        assert!(plain.n_agent_days > 25_000, "{}", plain.n_agent_days);
        let findings = unusual(&plain.events, &Thresholds::default());
        let alarms: BTreeSet<(&PersonId, Date)> = findings.iter().map(|f| (&f.person, f.day)).collect();
        let budget = plain.n_agent_days / 1000;
        assert!(alarms.len() <= budget, "seed {seed}: {} > {budget}: {findings:#?}", alarms.len());
        // The plain world is not empty of accidents either.
        assert!(plain.events.iter().filter(|event| event.colleague || event.neighbour).count() > 100);
    }
}

/// One event of somebody who misuses the system, on a working Tuesday at ten unless told otherwise.
fn misuse(n: usize) -> ConsultationEvent {
    ConsultationEvent {
        person: person(0),
        at: date(2026, 9, 15).at(10, i8::try_from(n % 60).unwrap(), 0, 0),
        file: file_ref(&format!("planted-{n}")),
        has_case: true,
        on_duty: false,
        colleague: false,
        neighbour: false,
    }
}

fn on(day: Date, hour: i8, mut event: ConsultationEvent) -> ConsultationEvent {
    event.at = day.at(hour, event.at.minute(), 0, 0);
    event
}

fn many(n: usize, of: impl Fn(usize) -> ConsultationEvent) -> Vec<ConsultationEvent> {
    (0..n).map(of).collect()
}

type Pattern = (&'static str, &'static str, Vec<ConsultationEvent>);

fn patterns() -> Vec<Pattern> {
    let tuesday = date(2026, 9, 15);
    let no_case = |n| ConsultationEvent { has_case: false, ..misuse(n) };
    let colleague = |n| ConsultationEvent { colleague: true, ..misuse(n) };
    let neighbour = |n| ConsultationEvent { neighbour: true, ..misuse(n) };
    let weekday = |n: usize| tuesday.saturating_add(jiff::Span::new().days(i64::try_from(n).unwrap() - 1));
    let spread = |n: usize| i8::try_from(8 + n % 10).unwrap();
    vec![
        ("a hundred files in an hour", "burst", many(100, misuse)),
        (
            "fifty files in an hour at night on duty",
            "burst",
            many(50, |n| ConsultationEvent { on_duty: true, ..on(tuesday, 2, misuse(n)) }),
        ),
        ("a hundred and fifty files over a day", "bulk", many(150, |n| on(tuesday, spread(n), misuse(n)))),
        ("ninety files over a day", "bulk", many(90, |n| on(tuesday, spread(n), misuse(n)))),
        ("sixty files over a day, each with a case", "bulk", many(60, |n| on(tuesday, spread(n), misuse(n)))),
        ("five files at midnight", "off-hours", many(5, |n| on(tuesday, 0, misuse(n)))),
        ("two files at three without a case", "off-hours", many(2, |n| on(tuesday, 3, no_case(n)))),
        ("six files on a Sunday", "off-hours", many(6, |n| on(date(2026, 9, 20), 11, misuse(n)))),
        ("four files on 15 August", "off-hours", many(4, |n| on(date(2026, 8, 15), 11, misuse(n)))),
        ("three files on 11 November without a case", "off-hours", many(3, |n| on(date(2026, 11, 11), 15, no_case(n)))),
        ("four files on Easter Monday", "off-hours", many(4, |n| on(date(2026, 4, 6), 9, misuse(n)))),
        ("a colleague's file without a case", "colleagues", vec![ConsultationEvent { colleague: true, ..no_case(1) }]),
        ("three colleagues in one day", "colleagues", many(3, colleague)),
        ("a colleague a day, three days", "colleagues", many(3, |n| on(weekday(n), 9, colleague(n)))),
        ("a neighbour's file without a case", "neighbours", vec![ConsultationEvent { neighbour: true, ..no_case(1) }]),
        ("a whole family of namesakes", "neighbours", many(4, neighbour)),
        ("five files without a case", "no-case", many(5, no_case)),
        ("two a day without a case all week", "no-case", many(8, |n| on(weekday(n / 2), 10, no_case(n)))),
        (
            "the same file each day without a case",
            "returning",
            many(4, |n| ConsultationEvent { file: file_ref("one"), ..on(weekday(n), 12, no_case(n)) }),
        ),
        (
            "the same file on three evenings",
            "returning",
            many(3, |n| ConsultationEvent { file: file_ref("one"), ..on(weekday(n), 20, no_case(n)) }),
        ),
    ]
}

#[test]
fn twenty_planted_patterns_are_all_listed_among_plain_work() {
    let patterns = patterns();
    assert_eq!(patterns.len(), 20);
    // Each pattern has an agent of its own, who does plain work besides.
    let mut events = Plain::new(44, patterns.len(), 340).events;
    let before = unusual(&events, &Thresholds::default());
    for (n, (_, _, planted)) in patterns.iter().enumerate() {
        events.extend(planted.iter().map(|event| ConsultationEvent { person: person(n), ..event.clone() }));
    }
    let after = unusual(&events, &Thresholds::default());
    for (n, (what, reason, _)) in patterns.iter().enumerate() {
        let key = format!("rights-unusual-{reason}");
        let mut new = after.iter().filter(|f| f.person == person(n) && !before.contains(f));
        assert!(new.any(|f| f.reason.wording_key() == key), "{what}: {after:?}");
    }
}

#[test]
fn each_threshold_holds_at_its_edge() {
    let reasons = |events: &[ConsultationEvent]| {
        let found = unusual(events, &Thresholds::default());
        found.iter().map(|f| f.reason.wording_key().trim_start_matches("rights-unusual-")).collect::<Vec<_>>()
    };
    let tuesday = date(2026, 9, 15);
    let no_case = |n| ConsultationEvent { has_case: false, ..misuse(n) };
    assert_eq!(reasons(&many(39, misuse)), [""; 0]);
    assert_eq!(reasons(&many(40, misuse)), ["burst"]);
    // Forty files in sixty-one minutes: 10:00 and 11:00 do not lie in one hour.
    let mut wide = many(40, misuse);
    wide[39] = on(tuesday, 11, misuse(0));
    wide[39].file = file_ref("last");
    assert_eq!(reasons(&wide), [""; 0]);
    // The same file seen a hundred times is one file.
    let one = many(100, |n| ConsultationEvent { file: file_ref("one"), ..misuse(n) });
    assert_eq!(reasons(&one), [""; 0]);
    assert_eq!(reasons(&many(3, |n| on(tuesday, 21, misuse(n)))), [""; 0]);
    assert_eq!(reasons(&many(4, |n| on(tuesday, 21, misuse(n)))), ["off-hours"]);
    assert_eq!(reasons(&many(4, |n| on(tuesday, 20, misuse(n)))), [""; 0]);
    assert_eq!(reasons(&many(4, |n| on(tuesday, 5, misuse(n)))), ["off-hours"]);
    assert_eq!(reasons(&many(4, |n| on(tuesday, 6, misuse(n)))), [""; 0]);
    let duty = |n| ConsultationEvent { on_duty: true, ..on(tuesday, 3, misuse(n)) };
    assert_eq!(reasons(&many(4, duty)), [""; 0]);
    assert_eq!(reasons(&many(3, no_case)), [""; 0]);
    assert_eq!(reasons(&many(4, no_case)), ["no-case"]);
    assert_eq!(reasons(&[ConsultationEvent { colleague: true, ..misuse(1) }]), [""; 0]);
    assert_eq!(reasons(&[ConsultationEvent { colleague: true, ..no_case(1) }]), ["colleagues"]);
    assert_eq!(reasons(&[ConsultationEvent { neighbour: true, ..misuse(1) }]), [""; 0]);
    assert_eq!(reasons(&[ConsultationEvent { neighbour: true, ..no_case(1) }]), ["neighbours"]);
    let flags = |n_colleagues: usize| {
        many(6, |n| ConsultationEvent { colleague: n < n_colleagues, neighbour: n >= n_colleagues, ..misuse(n) })
    };
    assert_eq!(reasons(&many(2, |n| ConsultationEvent { colleague: true, neighbour: true, ..misuse(n) })), [""; 0]);
    assert_eq!(reasons(&flags(3)), ["colleagues", "neighbours"]);
    assert_eq!(reasons(&flags(2)), ["neighbours"]);
    assert_eq!(reasons(&flags(4)), ["colleagues"]);
    // Three colleagues in three different weeks.
    let apart = [tuesday, date(2026, 9, 22), date(2026, 9, 29)];
    let apart = many(3, |n| ConsultationEvent { colleague: true, ..on(apart[n], 9, misuse(n)) });
    assert_eq!(reasons(&apart), [""; 0]);
}

#[test]
fn the_habit_is_learnt_from_the_days_before() {
    let day = |n: i64| date(2026, 9, 1).saturating_add(jiff::Span::new().days(n));
    let file = |n_day: i64, n: usize| {
        let hour = i8::try_from(8 + n % 10).unwrap();
        let mut event = on(day(n_day), hour, misuse(n));
        event.file = file_ref(&format!("d{n_day}-{n}"));
        event.on_duty = true;
        event
    };
    let work = |habit: usize| -> Vec<ConsultationEvent> {
        let past = (0..10).flat_map(|n_day| many(habit, |n| file(n_day, n)));
        past.chain(many(36, |n| file(10, n))).collect()
    };
    let found = unusual(&work(9), &Thresholds::default());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].reason, Reason::Bulk { n_files: 36, usual: Some(9) });
    assert_eq!(unusual(&work(10), &Thresholds::default()), []);
}

#[test]
fn the_order_of_the_events_does_not_matter_and_none_gives_none() {
    assert_eq!(unusual(&[], &Thresholds::default()), []);
    let mut events: Vec<ConsultationEvent> = patterns().into_iter().flat_map(|(_, _, events)| events).collect();
    let found = unusual(&events, &Thresholds::default());
    events.reverse();
    assert_eq!(unusual(&events, &Thresholds::default()), found);
    events.sort_by_key(|event| event.file.clone());
    assert_eq!(unusual(&events, &Thresholds::default()), found);
}
