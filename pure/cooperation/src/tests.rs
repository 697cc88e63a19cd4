//! Which way leads where, what stops, and what only a person may decide.

use crate::*;
use beffroi_clocks::{Deadlines, Event, Zone};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn state(code: &str) -> StateCode {
    code.parse().unwrap()
}

fn asked(to: &str) -> Asked {
    Asked {
        state: state(to),
        ask: Ask::Produce,
        data: DataKind::Traffic,
        urgency: Urgency::Evidence,
        offence: Offence { months: Some(60), online: true, facts: date(2026, 1, 5) },
        on: date(2026, 11, 23),
    }
}

fn verdicts(asked: Asked) -> Vec<(String, Verdict)> {
    let (routes, parties) = (Routes::house().unwrap(), Parties::house().unwrap());
    propose(asked, state("FR"), &routes, &parties).into_iter().map(|p| (p.route.code.clone(), p.verdict)).collect()
}

fn of(asked: Asked, route: &str) -> Verdict {
    verdicts(asked).into_iter().find(|(code, _)| code == route).unwrap_or_else(|| panic!("{route} is not proposed")).1
}

#[test]
fn the_way_depends_on_the_state_the_data_and_the_urgency() {
    let open = |asked: Asked| -> Vec<String> {
        verdicts(asked)
            .into_iter()
            .filter(|(_, verdict)| matches!(verdict, Verdict::Open(_)))
            .map(|(code, _)| code)
            .collect()
    };
    assert_eq!(open(asked("DE")), ["epoc-data", "budapest-path", "budapest-assist", "eio", "assistance"]);
    assert_eq!(open(Asked { urgency: Urgency::Life, ..asked("DE") })[0], "epoc-data-urgent");
    assert_eq!(open(Asked { ask: Ask::Preserve, ..asked("DE") }), ["epoc-pr", "budapest-preserve"]);
    assert_eq!(open(asked("JP")), ["budapest-path", "budapest-assist", "assistance"]);
    // Ireland takes part in the regulation and not in the directive; Denmark in neither.
    assert_eq!(open(asked("IE")), ["epoc-data", "assistance"]);
    assert_eq!(open(asked("DK")), ["budapest-path", "budapest-assist", "assistance"]);
    assert_eq!(open(asked("RU")), ["assistance"]);
    assert_eq!(of(asked("RU"), "budapest-assist"), Verdict::Closed(vec![Closed::NotParty(state("RU"))]));
    // Before the day on which the regulation applies, it does not.
    let early = Asked { on: date(2026, 8, 17), ..asked("DE") };
    let day = date(2026, 8, 18);
    assert_eq!(
        of(early, "epoc-data"),
        Verdict::Closed(vec![Closed::Before(state("FR"), day), Closed::Before(state("DE"), day)])
    );
}

#[test]
fn what_is_not_known_blocks_and_says_what_is_missing() {
    let unknown = asked("VN");
    assert_eq!(of(unknown, "budapest-assist"), Verdict::Blocked(vec![Block::Party(state("VN"))]));
    let mut no_penalty = asked("DE");
    no_penalty.offence.months = None;
    assert_eq!(of(no_penalty, "epoc-data"), Verdict::Blocked(vec![Block::Penalty(date(2026, 1, 5))]));
    assert_eq!(
        of(no_penalty, "budapest-assist"),
        Verdict::Blocked(vec![Block::Penalty(date(2026, 1, 5))]),
        "French law asks too"
    );
    // Where no text asks for a penalty, not knowing it stops nothing.
    assert!(matches!(of(Asked { ask: Ask::Preserve, ..no_penalty }, "epoc-pr"), Verdict::Open(_)));
    assert!(matches!(of(Asked { data: DataKind::Subscriber, ..no_penalty }, "epoc-identity"), Verdict::Open(_)));
    // The twin: with the penalty it is open.
    assert!(matches!(of(asked("DE"), "epoc-data"), Verdict::Open(_)));
}

#[test]
fn the_penalty_that_a_text_asks_for_is_held_to() {
    let with = |months, data, online| {
        let mut asked = Asked { data, ..asked("DE") };
        asked.offence = Offence { months: Some(months), online, ..asked.offence };
        of(asked, if data == DataKind::Identification { "epoc-identity" } else { "epoc-data" })
    };
    assert!(matches!(with(36, DataKind::Traffic, true), Verdict::Open(_)));
    assert_eq!(with(24, DataKind::Traffic, true), Verdict::Closed(vec![Closed::Penalty { held: 24, least: 36 }]));
    // To identify only: a year for an offence by a network, three otherwise.
    assert!(matches!(with(12, DataKind::Identification, true), Verdict::Open(_)));
    assert_eq!(
        with(6, DataKind::Identification, true),
        Verdict::Closed(vec![Closed::FrenchLaw { held: 6, least: 12 }])
    );
    assert_eq!(
        with(12, DataKind::Identification, false),
        Verdict::Closed(vec![Closed::FrenchLaw { held: 12, least: 36 }])
    );
}

#[test]
fn what_was_not_confirmed_says_so() {
    let Verdict::Open(doubts) = of(Asked { ask: Ask::Preserve, ..asked("JP") }, "budapest-preserve") else { panic!() };
    assert_eq!(doubts, [Doubt::Party(state("FR")), Doubt::Party(state("JP"))]);
    assert_eq!(of(asked("RU"), "assistance"), Verdict::Open(vec![Doubt::Treaty, Doubt::Route]));
}

#[test]
fn the_tables_of_the_house_hold() {
    let (parties, routes, safeguards) =
        (Parties::house().unwrap(), Routes::house().unwrap(), Safeguards::house().unwrap());
    let bound = |instrument| parties.all().filter(|(i, _, party)| *i == instrument && party.since.is_some()).count();
    assert_eq!((bound(Instrument::EEvidence), bound(Instrument::InvestigationOrder)), (26, 25));
    assert!(bound(Instrument::Budapest) >= 60);
    let deadlines = Deadlines::house().unwrap();
    for route in routes.all().filter(|route| !route.deadline.is_empty()) {
        let deadline = deadlines.get(&route.deadline).unwrap_or_else(|| panic!("{}: {}", route.code, route.deadline));
        assert!(!route.confirmed || deadline.confirmed, "{}: surer than its deadline", route.code);
    }
    assert_eq!(safeguards.all().count(), 14);
    let words = routes
        .all()
        .map(|route| format!("cooperation-route-{}", route.code))
        .chain(Instrument::ALL.iter().map(|instrument| format!("cooperation-instrument-{}", instrument.code())))
        .chain(safeguards.all().map(|safeguard| format!("cooperation-safeguard-{}", safeguard.code)));
    for key in words {
        for lang in [beffroi_wording::Lang::Fr, beffroi_wording::Lang::En] {
            assert!(lang.knows(&key), "{key} in {lang:?}");
        }
    }
}

/// A request of which everything is known and nothing is wrong.
fn clean() -> Incoming {
    let safeguards = Safeguards::house().unwrap();
    Incoming {
        answers: safeguards.all().map(|s| (s.code.clone(), Answer::No)).collect(),
        speech: Some(false),
        months: Some(60),
        serious_crime_only: false,
        requester_verified: true,
        transfer_basis: true,
    }
}

fn flagged(incoming: &Incoming) -> Vec<String> {
    Safeguards::house().unwrap().examine(incoming).flags.iter().map(|flag| flag.safeguard.code.clone()).collect()
}

#[test]
fn what_is_there_and_what_nobody_knows_is_flagged() {
    assert_eq!(flagged(&clean()), Vec::<String>::new());
    let nothing = flagged(&Incoming::default());
    assert_eq!(nothing.len(), 13, "all but the instrument's own offences: {nothing:?}");
    assert_eq!(flagged(&Incoming { speech: Some(true), ..clean() }), ["expression"]);
    assert_eq!(
        flagged(&Incoming { requester_verified: false, ..clean() }),
        ["requester"],
        "an answer does not verify a requester"
    );
    assert_eq!(flagged(&Incoming { transfer_basis: false, ..clean() }), ["data-transfer"]);
    assert_eq!(flagged(&Incoming { serious_crime_only: true, months: Some(47), ..clean() }), ["outside-instrument"]);
    assert_eq!(flagged(&Incoming { serious_crime_only: true, months: Some(48), ..clean() }), Vec::<String>::new());
    let mut unknown = clean();
    unknown.answers.remove("political");
    let safeguards = Safeguards::house().unwrap();
    assert_eq!(safeguards.examine(&unknown).flags[0].answer, Answer::Unknown);
}

#[test]
fn nothing_is_decided_but_by_somebody_who_has_seen_every_flag() {
    let safeguards = Safeguards::house().unwrap();
    let mut incoming = clean();
    incoming.answers.insert("political".to_owned(), Answer::Yes);
    let examination = safeguards.examine(&incoming);
    let seen: BTreeSet<String> = ["political".to_owned()].into();
    let execute = |reason: &str| Outcome::Execute { reason: reason.to_owned() };
    let refuse = |ground: &str, reason: &str| Outcome::Refuse { ground: ground.to_owned(), reason: reason.to_owned() };
    assert_eq!(examination.decide(" ", &seen, execute("r")), Err(DecisionError::Nobody));
    assert_eq!(
        examination.decide("p", &BTreeSet::new(), execute("r")),
        Err(DecisionError::Unseen(vec!["political".to_owned()]))
    );
    assert_eq!(
        examination.decide("p", &BTreeSet::new(), refuse("political", "r")),
        Err(DecisionError::Unseen(vec!["political".to_owned()]))
    );
    assert_eq!(examination.decide("p", &seen, execute("")), Err(DecisionError::Reason("political".to_owned())));
    assert_eq!(examination.decide("p", &seen, refuse("", "r")), Err(DecisionError::Ground(String::new())));
    assert_eq!(
        examination.decide("p", &seen, refuse("discrimination", "r")),
        Err(DecisionError::Ground("discrimination".to_owned()))
    );
    assert_eq!(
        examination.decide("p", &seen, refuse("political", " ")),
        Err(DecisionError::Ground("political".to_owned()))
    );
    assert_eq!(
        examination.decide("p", &seen, Outcome::AskMore { question: String::new() }),
        Err(DecisionError::Question)
    );
    for outcome in [execute("r"), refuse("political", "r"), Outcome::AskMore { question: "q".to_owned() }] {
        assert_eq!(examination.decide("p", &seen, outcome).unwrap().seen, ["political"]);
    }
    // Nothing flagged: it may be carried out without a reason.
    assert!(safeguards.examine(&clean()).decide("p", &BTreeSet::new(), execute("")).is_ok());
}

#[test]
fn a_block_stops_and_is_not_argued_away() {
    let safeguards = Safeguards::house().unwrap();
    for code in ["inhuman-penalty", "protected-person", "classified", "dual-criminality"] {
        for answer in [Answer::Yes, Answer::Unknown] {
            let mut incoming = clean();
            incoming.answers.insert(code.to_owned(), answer);
            let seen: BTreeSet<String> = [code.to_owned()].into();
            let decided = safeguards.examine(&incoming).decide("p", &seen, Outcome::Execute { reason: "r".to_owned() });
            assert_eq!(decided, Err(DecisionError::Stopped(code.to_owned())));
        }
    }
}

#[test]
fn assistance_is_asked_for_before_preservation_ends() {
    let clock = Deadlines::house().unwrap().get("budapest-29").unwrap().clock.clone().unwrap();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let start = (at("2026-03-02T10:00:00Z"), Event::Start);
    let stand = |now: &str, stop: Option<&str>| {
        let mut events = vec![start];
        events.extend(stop.map(|stop| (at(stop), Event::Stop)));
        follow_up(&clock.due(&events, at(now)), 15, Zone::Utc, at(now))
    };
    // Sixty days from 2 March end on 1 May; fifteen days before is Thursday 16 April.
    let day = |day| date(2026, 4, day);
    assert_eq!(stand("2026-03-01T00:00:00Z", None), Follow::NoEnd);
    assert_eq!(stand("2026-03-03T00:00:00Z", None), Follow::SendBy(day(16)));
    assert_eq!(stand("2026-04-16T22:00:00Z", None), Follow::SendBy(day(16)));
    assert_eq!(stand("2026-04-17T00:00:00Z", None), Follow::Prolong { was: day(16), ends: date(2026, 5, 1) });
    assert_eq!(stand("2026-05-02T00:00:00Z", None), Follow::Lost(date(2026, 5, 1)));
    assert_eq!(stand("2026-06-01T00:00:00Z", Some("2026-05-01T23:00:00Z")), Follow::Received);
    assert_eq!(stand("2026-06-01T00:00:00Z", Some("2026-05-02T00:00:01Z")), Follow::Lost(date(2026, 5, 1)));
    // The end of preservation does not wait for a working day: 1 May is a holiday.
    let early = follow_up(&clock.due(&[start], start.0), 20, Zone::Utc, start.0);
    assert_eq!(early, Follow::SendBy(date(2026, 4, 10)), "Saturday 11 becomes Friday 10");
}

#[test]
fn a_bad_row_is_named_with_its_line() {
    let parties = "instrument,state,since,source,status\n";
    for (row, part) in [
        ("budapest,FRA,2006-05-01,s,confirmed", "two capital"),
        ("budapest,FR  DE,2006-05-01,s,confirmed", "two capital"),
        ("budapest,FR,1er mai,s,confirmed", "year"),
        ("budapest,FR,2006-05-01,,confirmed", "source"),
        ("vienna,FR,2006-05-01,s,confirmed", "unknown variant"),
        ("budapest,FR,,s,confirmed\nbudapest,FR,,s,confirmed", "twice"),
    ] {
        let error = Parties::from_csv(&format!("{parties}{row}\n")).unwrap_err().to_string();
        assert!(error.contains("line ") && error.to_lowercase().contains(part), "{row}: {error}");
    }
    let routes = "code,instrument,ask,data,urgency,article,months,deadline,status\n";
    for row in [
        "a,budapest,produce,all,any,1,0,,confirmed",
        "a,budapest,produce,traffic,now,1,0,,confirmed",
        ",budapest,produce,traffic,any,1,0,,confirmed",
        "a,budapest,steal,traffic,any,1,0,,confirmed",
    ] {
        assert!(Routes::from_csv(&format!("{routes}{row}\n")).is_err(), "{row}");
    }
    let safeguards = "code,effect,basis,status\n";
    for row in ["a,allow,b,confirmed", "a,flag,,confirmed", "a,flag,b,confirmed\na,flag,b,confirmed"] {
        assert!(Safeguards::from_csv(&format!("{safeguards}{row}\n")).is_err(), "{row}");
    }
}

/// Every article of the two lists of the domain reference that a route names is there.
#[test]
fn the_articles_of_the_routes_are_those_of_the_domain_reference() {
    let folder = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), Into::into);
    let read = |name: &str| std::fs::read_to_string(folder.join("domain").join(name));
    let (Ok(budapest), Ok(un)) = (read("budapest_articles.csv"), read("un_cybercrime_convention_articles.csv")) else {
        println!("skipped: shared domain articles absent");
        return;
    };
    let has = |text: &str, article: &str| {
        csv::Reader::from_reader(text.as_bytes()).records().any(|row| &row.unwrap()[0] == article)
    };
    for route in Routes::house().unwrap().all() {
        let there = match route.instrument {
            Instrument::Budapest => has(&budapest, &route.article),
            Instrument::SecondProtocol => has(&budapest, &format!("P2-{}", route.article)),
            Instrument::UnConvention => has(&un, &route.article),
            _ => true,
        };
        assert!(there, "{}: art. {}", route.code, route.article);
    }
}

proptest! {
    /// Nothing is open to a State that is not known to be bound, nor below a penalty that is asked for, nor without one.
    #[test]
    fn nothing_opens_by_guess(to in "[A-Z]{2}", months in prop::option::of(0_u16..240), online: bool, data in 0..4, ask: bool, day in 0_i64..6000) {
        let data = [DataKind::Subscriber, DataKind::Identification, DataKind::Traffic, DataKind::Content][usize::try_from(data).unwrap()];
        let on: Date = date(2012, 1, 1).checked_add(jiff::Span::new().days(day)).unwrap();
        let asked = Asked {
            state: state(&to), ask: if ask { Ask::Preserve } else { Ask::Produce }, data, urgency: Urgency::Life,
            offence: Offence { months, online, facts: date(2012, 1, 1) }, on,
        };
        let (routes, parties) = (Routes::house().unwrap(), Parties::house().unwrap());
        for proposal in propose(asked, state("FR"), &routes, &parties) {
            if !matches!(proposal.verdict, Verdict::Open(_)) { continue; }
            prop_assert!(months.is_some_and(|held| held >= proposal.route.months) || proposal.route.months == 0);
            if proposal.route.instrument != Instrument::MutualAssistance {
                for bound in ["FR", to.as_str()] {
                    let since = parties.get(proposal.route.instrument, state(bound)).and_then(|party| party.since);
                    prop_assert!(since.is_some_and(|since| since <= on));
                }
            }
        }
    }
}
