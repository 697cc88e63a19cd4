//! Deadlines as a jurist would count them on a calendar.

use crate::*;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn paris(text: &str) -> Timestamp {
    format!("{text}[Europe/Paris]").parse::<jiff::Zoned>().unwrap().timestamp()
}

fn clock(limit: Limit, rule: Rule) -> Clock {
    Clock { rule, ..Clock::new("received", "answered", limit, "texte, art. 1") }
}

/// The last day of a clock that is started once.
fn last_day(clock: &Clock, start: &str) -> Date {
    let start = at(start);
    let due = clock.due(&[(start, Event::Start)], start);
    clock.zone.day(due.at.unwrap())
}

#[test]
fn easter_falls_where_the_tables_say() {
    // Years of the earliest and of the latest Easter there can be, and those around.
    for (year, month, day) in [
        (1818, 3, 22),
        (1943, 4, 25),
        (1961, 4, 2),
        (2000, 4, 23),
        (2008, 3, 23),
        (2011, 4, 24),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2038, 4, 25),
        (2100, 3, 28),
    ] {
        assert_eq!(easter(year), Some(date(year, month, day)), "{year}");
    }
}

#[test]
fn holidays_of_france_and_of_alsace_moselle() {
    let of = |days: &[(i8, i8)]| days.iter().map(|(month, day)| date(2026, *month, *day)).collect::<Vec<_>>();
    let france = [(1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    assert_eq!(Calendar::France.holidays(2026), of(&france));
    let mut local = of(&france);
    local.extend(of(&[(4, 3), (12, 26)]));
    local.sort();
    assert_eq!(Calendar::AlsaceMoselle.holidays(2026), local);
    // Ascension on a 1 May is one holiday, not two.
    assert_eq!(Calendar::France.holidays(2008).len(), 10);
    assert!(Calendar::France.working(date(2026, 4, 3)) && !Calendar::AlsaceMoselle.working(date(2026, 4, 3)));
}

#[test]
fn the_day_of_the_start_does_not_count_and_the_last_counts_to_its_end() {
    let ten = clock(Limit::days(10), Rule::Plain);
    let due = ten.due(&[(at("2026-03-02T08:00:00Z"), Event::Start)], at("2026-03-02T08:00:00Z"));
    assert_eq!(due.at, Some(paris("2026-03-12T23:59:59.999999999")));
    // The hour of the start changes nothing; the day of Paris does.
    assert_eq!(last_day(&ten, "2026-03-02T22:59:59Z"), date(2026, 3, 12));
    assert_eq!(last_day(&ten, "2026-03-02T23:00:00Z"), date(2026, 3, 13));
    let utc = Clock { zone: Zone::Utc, ..ten };
    assert_eq!(last_day(&utc, "2026-03-02T23:00:00Z"), date(2026, 3, 12));
}

#[test]
fn months_end_on_the_same_number_or_on_the_last_day() {
    let months = |count| clock(Limit::months(count), Rule::Plain);
    assert_eq!(last_day(&months(1), "2026-01-31T10:00:00Z"), date(2026, 2, 28));
    assert_eq!(last_day(&months(1), "2028-01-31T10:00:00Z"), date(2028, 2, 29));
    assert_eq!(last_day(&months(3), "2025-11-30T10:00:00Z"), date(2026, 2, 28));
    assert_eq!(last_day(&months(1), "2026-02-28T10:00:00Z"), date(2026, 3, 28));
    let years = clock(Limit { count: 3, unit: Unit::Years }, Rule::Plain);
    assert_eq!(last_day(&years, "2024-02-29T10:00:00Z"), date(2027, 2, 28));
    let weeks = clock(Limit { count: 2, unit: Unit::Weeks }, Rule::Plain);
    assert_eq!(last_day(&weeks, "2026-03-02T10:00:00Z"), date(2026, 3, 16));
}

#[test]
fn an_end_on_a_day_off_moves_only_where_the_rule_says_so() {
    // Ten days from Wednesday 22 April 2026: Saturday 2 May, then Sunday; Monday 4 May is worked.
    for (rule, day) in [(Rule::Plain, 2), (Rule::French, 4), (Rule::European, 4)] {
        assert_eq!(last_day(&clock(Limit::days(10), rule), "2026-04-22T10:00:00Z"), date(2026, 5, day), "{rule:?}");
    }
    // Good Friday is worked at Paris and not at Metz; Easter Monday is off in both.
    let ten = clock(Limit::days(10), Rule::French);
    assert_eq!(last_day(&ten, "2026-03-24T10:00:00Z"), date(2026, 4, 3));
    let metz = Clock { calendar: Calendar::AlsaceMoselle, ..ten };
    assert_eq!(last_day(&metz, "2026-03-24T10:00:00Z"), date(2026, 4, 7));
    // In hours, nothing moves.
    let hours = clock(Limit::hours(72), Rule::European);
    let start = at("2026-04-30T10:00:00Z");
    assert_eq!(hours.due(&[(start, Event::Start)], start).at, Some(at("2026-05-03T10:00:00Z")));
}

#[test]
fn a_period_of_the_union_holds_two_working_days() {
    // Two days from Friday end on Sunday: Monday, by the fourth paragraph; Tuesday, since Monday would be the first
    // working day within.
    assert_eq!(last_day(&clock(Limit::days(2), Rule::European), "2026-03-06T10:00:00Z"), date(2026, 3, 10));
    assert_eq!(last_day(&clock(Limit::days(2), Rule::French), "2026-03-06T10:00:00Z"), date(2026, 3, 9));
    assert_eq!(last_day(&clock(Limit::days(1), Rule::European), "2026-03-06T10:00:00Z"), date(2026, 3, 9));
}

#[test]
fn working_days_leave_out_weekends_and_holidays() {
    // From Wednesday 6 May 2026: 7, (8 off, 9, 10), 11, 12, 13, (14 off), 15.
    let five = clock(Limit::working_days(5), Rule::Plain);
    assert_eq!(last_day(&five, "2026-05-06T10:00:00Z"), date(2026, 5, 15));
}

#[test]
fn hours_are_hours_when_the_clocks_change() {
    let day = clock(Limit::hours(24), Rule::Plain);
    let end = |start: &str| {
        let start = paris(start);
        day.due(&[(start, Event::Start)], start).at.unwrap()
    };
    // 29 March 2026 has 23 hours, 25 October 2026 has 25.
    assert_eq!(end("2026-03-28T12:00:00"), paris("2026-03-29T13:00:00"));
    assert_eq!(end("2026-10-24T12:00:00"), paris("2026-10-25T11:00:00"));
    // A day ends at midnight whatever its length.
    let one = clock(Limit::days(1), Rule::Plain);
    let due = one.due(&[(paris("2026-03-28T12:00:00"), Event::Start)], paris("2026-03-28T12:00:00"));
    assert_eq!(due.at, Some(at("2026-03-29T21:59:59.999999999Z")));
}

#[test]
fn the_72_hours_of_the_insurance_code_run_through_the_weekend() {
    let deadlines = Deadlines::house().unwrap();
    let clock = deadlines.get("insurance").unwrap().clock.clone().unwrap();
    let known = paris("2026-05-07T18:30:00");
    let due = clock.due(&[(known, Event::Start)], known);
    assert_eq!(due.at, Some(paris("2026-05-10T18:30:00")));
    assert!(clock.confirmed);
}

#[test]
fn it_waits_runs_is_late_and_stops() {
    let clock = clock(Limit::days(1), Rule::Plain);
    let start = (at("2026-03-02T10:00:00Z"), Event::Start);
    let end = at("2026-03-03T22:59:59.999999999Z");
    let state = |events: &[(Timestamp, Event)], now| clock.due(events, now).state;
    assert_eq!(state(&[start], at("2026-03-02T09:59:59Z")), State::Waiting, "what is to come has not happened");
    assert_eq!(state(&[start], start.0), State::Running);
    assert_eq!(state(&[start], end), State::Running);
    assert_eq!(state(&[start], at("2026-03-03T23:00:00Z")), State::Late);
    let stopped = |stop: &str| clock.due(&[(at(stop), Event::Stop), start], at("2027-01-01T00:00:00Z"));
    assert_eq!(
        (stopped("2026-03-03T10:00:00Z").state, stopped("2026-03-03T10:00:00Z").kept()),
        (State::Stopped, Some(true))
    );
    assert_eq!(stopped("2026-03-04T10:00:00Z").kept(), Some(false));
    assert_eq!(clock.due(&[start], start.0).kept(), None);
    // A second start changes nothing while it runs, and begins anew after the stop.
    let again = (at("2026-03-03T08:00:00Z"), Event::Start);
    assert_eq!(clock.due(&[start, again], again.0).started, Some(start.0));
    let stop = (at("2026-03-02T12:00:00Z"), Event::Stop);
    assert_eq!(clock.due(&[start, again, stop], again.0).started, Some(again.0));
    assert_eq!(clock.event("received"), Some(Event::Start));
    assert_eq!((clock.event("answered"), clock.event("read")), (Some(Event::Stop), None));
}

#[test]
fn a_prolongation_counts_before_the_end_and_as_often_as_the_text_allows() {
    let by = Limit::days(30);
    let start = (at("2026-01-01T12:00:00Z"), Event::Start);
    let early = (at("2026-02-01T12:00:00Z"), Event::Extend);
    let second = (at("2026-03-10T12:00:00Z"), Event::Extend);
    let late = (at("2026-03-03T12:00:00Z"), Event::Extend);
    let mut clock = clock(Limit::days(60), Rule::Plain);
    let due = |clock: &Clock, events: &[(Timestamp, Event)]| {
        let due = clock.due(events, second.0);
        (clock.zone.day(due.at.unwrap()), due.extended, due.refused)
    };
    assert_eq!(due(&clock, &[start, early]), (date(2026, 3, 2), 0, 1), "the text allows none");
    clock.extension = Some(Extension { by, times: Some(1) });
    assert_eq!(due(&clock, &[start, early]), (date(2026, 4, 1), 1, 0));
    assert_eq!(due(&clock, &[start, early, second]), (date(2026, 4, 1), 1, 1), "once");
    assert_eq!(due(&clock, &[start, late]), (date(2026, 3, 2), 0, 1), "what has ended cannot be prolonged");
    clock.extension = Some(Extension { by, times: None });
    assert_eq!(due(&clock, &[start, early, second]), (date(2026, 5, 1), 2, 0));
}

#[test]
fn what_stands_still_is_not_due_and_gets_its_days_back() {
    let start = (at("2026-03-02T12:00:00Z"), Event::Start);
    let stand = (at("2026-03-04T12:00:00Z"), Event::Suspend);
    let go = (at("2026-03-09T12:00:00Z"), Event::Resume);
    let mut clock = clock(Limit::days(10), Rule::Plain);
    assert_eq!(clock.due(&[start, stand], stand.0).state, State::Running, "it may not stand still");
    clock.suspension = true;
    let still = clock.due(&[start, stand], at("2026-04-01T00:00:00Z"));
    assert_eq!((still.state, still.at, still.left(stand.0)), (State::Suspended, None, None));
    let day = |clock: &Clock| clock.zone.day(clock.due(&[start, stand, go], go.0).at.unwrap());
    assert_eq!(day(&clock), date(2026, 3, 17), "five days more");
    clock.limit = Limit::working_days(5);
    assert_eq!(day(&clock), date(2026, 3, 12), "Wednesday, Thursday and Friday do not count");
    clock.limit = Limit::hours(72);
    assert_eq!(clock.due(&[start, stand, go], go.0).at, Some(at("2026-03-10T12:00:00Z")));
    // What was late cannot be made to stand still.
    let after = (at("2026-03-06T12:00:00Z"), Event::Suspend);
    assert_eq!(clock.due(&[start, after], after.0).state, State::Late);
}

#[test]
fn reminders_come_on_days_that_are_worked() {
    let step = |when| Step { when, whom: "pilot".to_owned() };
    let end = paris("2026-04-08T23:59:59");
    let at_day = |when| step(when).at(end, Zone::Paris, Calendar::France);
    // Three days before is Sunday, and Friday is the last day worked; two working days before is Friday (Monday is off).
    assert_eq!(at_day(Offset::Before(Limit::days(3))), paris("2026-04-03T23:59:59"));
    assert_eq!(at_day(Offset::Before(Limit::working_days(2))), paris("2026-04-03T23:59:59"));
    assert_eq!(at_day(Offset::After(Limit::days(3))), paris("2026-04-13T23:59:59"));
    assert_eq!(at_day(Offset::Before(Limit::hours(24))), paris("2026-04-07T23:59:59"));
    let clock = clock(Limit::days(10), Rule::Plain);
    let start = (paris("2026-03-29T10:00:00"), Event::Start);
    let steps = [
        step(Offset::Before(Limit::days(7))),
        step(Offset::Before(Limit::days(1))),
        step(Offset::After(Limit::days(1))),
    ];
    let taken = |now: &str| {
        let now = paris(now);
        steps_due(&steps, &clock.due(&[start], now), Zone::Paris, Calendar::France, now).len()
    };
    assert_eq!(
        ["2026-03-31T00:00:00", "2026-04-02T08:00:00", "2026-04-08T08:00:00", "2026-04-10T08:00:00"].map(taken),
        [0, 1, 2, 3]
    );
    let stopped = clock.due(&[start, (paris("2026-04-01T10:00:00"), Event::Stop)], end);
    assert!(
        steps_due(&steps, &stopped, Zone::Paris, Calendar::France, end).is_empty(),
        "nobody is reminded of what is done"
    );
}

#[test]
fn the_table_of_the_house_says_what_the_texts_say() {
    let deadlines = Deadlines::house().unwrap();
    assert!(deadlines.all().count() >= 26);
    let clock = |code: &str| deadlines.get(code).unwrap().clock.clone().unwrap();
    assert_eq!((clock("epoc").limit, clock("epoc-emergency").limit), (Limit::days(10), Limit::hours(8)));
    assert_eq!(clock("epoc-pr").extension, Some(Extension { by: Limit::days(30), times: Some(1) }));
    assert_eq!(clock("budapest-16").extension.unwrap().times, None);
    assert_eq!(deadlines.get("budapest-29").unwrap().sense, Sense::Lasts);
    assert!(deadlines.get("budapest-p2-9").unwrap().clock.is_none(), "no figure is invented");
    for deadline in deadlines.all() {
        // What protects never ends later than it falls: whoever needs it must not be lulled.
        if let (Sense::Lasts, Some(clock)) = (deadline.sense, &deadline.clock) {
            assert_eq!(clock.rule, Rule::Plain, "{}", deadline.code);
        }
        assert_eq!(
            deadline.clock.as_ref().is_none_or(|clock| clock.confirmed),
            deadline.clock.is_none() || deadline.confirmed
        );
    }
}

#[test]
fn every_deadline_is_worded_in_both_languages() {
    for deadline in Deadlines::house().unwrap().all() {
        let keys = [
            format!("deadline-{}", deadline.code),
            format!("deadline-bound-{}", deadline.bound),
            format!("deadline-event-{}", deadline.start),
            format!("deadline-event-{}", deadline.stop),
        ];
        for lang in [beffroi_wording::Lang::Fr, beffroi_wording::Lang::En] {
            for key in &keys {
                assert!(lang.knows(key), "{key} in {lang:?}");
            }
        }
    }
}

#[test]
fn what_the_domain_reference_gives_is_in_the_table_with_its_confidence() {
    let folder = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), Into::into);
    let Ok(text) = std::fs::read_to_string(folder.join("domain/request_deadlines.csv")) else {
        println!("skipped: shared domain/request_deadlines.csv absent");
        return;
    };
    let deadlines = Deadlines::house().unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let mut seen = 0;
    for row in rows.records() {
        let row = row.unwrap();
        let (article, found) = (row[7].rsplit("art. ").next().unwrap(), &row[8] == "found");
        let article: String = article
            .trim_start_matches("CPP ")
            .trim_start_matches("C. assurances ")
            .trim_start_matches("GDPR ")
            .to_owned();
        let ours: Vec<_> = deadlines
            .all()
            .filter(|d| {
                let basis = d.legal_basis.rsplit("art. ").next().unwrap();
                basis == article
                    || article.starts_with(&format!("{basis}("))
                    || basis == article.trim_start_matches("art. ")
            })
            .collect();
        assert!(!ours.is_empty(), "{}: no row for {article}", &row[1]);
        if !found && &row[0] != "UN Convention" {
            assert!(ours.iter().any(|d| !d.confirmed), "{}: shown as read, and was not", &row[1]);
        }
        if let Ok(count) = row[3].parse::<u16>() {
            assert!(
                ours.iter().any(|d| d.clock.as_ref().is_some_and(|c| c.limit.count == count)),
                "{}: {count}",
                &row[1]
            );
        }
        seen += 1;
    }
    assert_eq!(seen, 19);
}

#[test]
fn a_bad_row_is_named_with_its_line() {
    let head = "code,bound,sense,start,stop,count,unit,more,more_unit,times,rule,zone,legal_basis,status\n";
    for (row, part) in [
        ("a,b,act,s,t,0,days,,,,plain,utc,l,confirmed", "above nought"),
        ("a,b,act,s,t,1,,,,,plain,utc,l,confirmed", "come together"),
        ("a,b,act,s,t,1,fortnights,,,,plain,utc,l,confirmed", "unknown variant"),
        ("a,b,act,s,s,1,days,,,,plain,utc,l,confirmed", "does not stop"),
        ("a,b,act,s,t,1,days,30,days,,plain,utc,l,confirmed", "come together"),
        ("a,b,act,s,t,1,days,,,2,plain,utc,l,confirmed", "come together"),
        ("a,b,act,s,t,1,days,1,days,often,plain,utc,l,confirmed", "a number or"),
        ("a,b,act,s,t,,,1,days,2,plain,utc,l,confirmed", "no extension"),
        ("a,b,act,s,t,1,days,,,,plain,utc,,confirmed", "not empty"),
        ("a,b,act,s,t,1,days,,,,plain,utc,l,perhaps", "unknown variant"),
        ("a,b,act,s,t,1,days,,,,plain,utc,l,confirmed\na,b,act,s,t,1,days,,,,plain,utc,l,confirmed", "twice"),
        ("a,b", "fields"),
    ] {
        let error = Deadlines::from_csv(&format!("{head}{row}\n")).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("line "), "{row}: {error}");
    }
}

fn limits() -> impl Strategy<Value = Limit> {
    use Unit::{Days, Hours, Months, Weeks, WorkingDays, Years};
    (0_u16..400, prop::sample::select(vec![Hours, Days, WorkingDays, Weeks, Months, Years]))
        .prop_map(|(count, unit)| Limit { count, unit })
}

fn instants() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000).prop_map(|second| Timestamp::from_second(second).unwrap())
}

proptest! {
    /// Whatever happens, an answer comes; it does not depend on the order of the list nor on what is to come.
    #[test]
    fn any_events_give_one_answer(
        limit in limits(),
        by in limits(),
        suspension: bool,
        rule in prop::sample::select(vec![Rule::Plain, Rule::French, Rule::European]),
        events in prop::collection::vec((instants(), prop::sample::select(
            vec![Event::Start, Event::Stop, Event::Extend, Event::Suspend, Event::Resume])), 0..12),
        now in instants(),
    ) {
        let clock = Clock { suspension, extension: Some(Extension { by, times: Some(3) }), ..clock(limit, rule) };
        let due = clock.due(&events, now);
        let mut other: Vec<_> = events.iter().rev().copied().filter(|(at, _)| *at <= now).collect();
        prop_assert_eq!(clock.due(&other, now), due);
        other.clear();
        prop_assert!(due.extended <= 3);
        prop_assert_eq!(due.at.is_none(), matches!(due.state, State::Waiting | State::Suspended));
        if let (State::Running, Some(at)) = (due.state, due.at) { prop_assert!(now <= at); }
        if let (State::Late, Some(at)) = (due.state, due.at) { prop_assert!(now > at); }
    }

    /// More time never means earlier, a rule never shortens, and the end lies on a working day where it must.
    #[test]
    fn ends_are_in_order(start in instants(), limit in limits(), more in 1_u16..30) {
        let end = |limit, rule| clock(limit, rule).due(&[(start, Event::Start)], start).at.unwrap();
        let longer = Limit { count: limit.count + more, ..limit };
        for rule in [Rule::Plain, Rule::French, Rule::European] {
            prop_assert!(end(limit, rule) <= end(longer, rule));
            prop_assert!(start <= end(limit, rule));
            prop_assert!(end(limit, Rule::Plain) <= end(limit, rule));
        }
        if limit.unit != Unit::Hours {
            prop_assert!(Calendar::France.working(Zone::Paris.day(end(limit, Rule::French))));
        }
    }

    /// Easter is a Sunday between 22 March and 25 April.
    #[test]
    fn easter_is_a_sunday_of_spring(year in 1583_i16..9999) {
        let day = easter(year).unwrap();
        prop_assert_eq!(day.weekday(), jiff::civil::Weekday::Sunday);
        prop_assert!(day >= date(year, 3, 22) && day <= date(year, 4, 25));
    }
}
