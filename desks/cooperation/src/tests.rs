//! What this desk computes, and what it refuses.

use crate::asked::{Penalty, Tables, asked, penalty, sought};
use crate::international::counts_missions;
use crate::operations::Counted;
use crate::request_sheets::median;
use crate::{REGISTERS, preservation, reasons};
use beffroi_cooperation::{DataKind, Follow, Verdict};
use beffroi_document::Block;
use beffroi_model::Tlp;
use beffroi_register::{Context, Move, Record, Register, SheetContext, Step, check};
use beffroi_rights::PersonId;
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::date;

mod words;

fn register(name: &str) -> &'static Register {
    REGISTERS.iter().find(|register| register.name == name).unwrap()
}

/// The worked example with other values; an empty one leaves the field out.
fn example(name: &str, values: &[(&str, &str)]) -> Record {
    let mut record = register(name).example_record();
    for (field, text) in values {
        record.values.insert((*field).to_owned(), (*text).to_owned());
    }
    record.values.retain(|_, text| !text.is_empty());
    record
}

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

/// The keys of what refuses a record that enters a state by a move.
fn entering(name: &'static str, state: &str, by: &str, values: &[(&str, &str)], who: Option<&PersonId>) -> Vec<String> {
    let register = register(name);
    let by: &'static Move = register.move_named(by).unwrap();
    let after = Record { state: state.to_owned(), ..example(name, values) };
    let mut before = Record { state: by.from[0].to_owned(), ..after.clone() };
    before.values.retain(|field, _| !by.asks.contains(&field.as_str()) && !by.takes.contains(&field.as_str()));
    refusals(register, Some(&before), &after, Some(by), who)
}

fn refusals(
    register: &'static Register,
    before: Option<&Record>,
    after: &Record,
    by: Option<&'static Move>,
    who: Option<&PersonId>,
) -> Vec<String> {
    let context = Context { register, before, after, by, who, linked: &[], back: &[], open_tasks: 0, now: now() };
    check(&context).into_iter().map(|refusal| refusal.key).collect()
}

#[test]
fn a_penalty_nobody_read_decides_nothing() {
    let request = |values: &[(&str, &str)]| example("outgoing_request", values);
    // Three years since January 2023, as a jurist read; two years before, as nobody has: the day of the facts decides.
    assert_eq!(penalty(&request(&[])), Penalty::Listed(36));
    let before = penalty(&request(&[("facts_on", "2021-05-01")]));
    assert_eq!((before, before.months()), (Penalty::Unverified(24), None));
    // What somebody read in the text goes before the list.
    assert_eq!(penalty(&request(&[("facts_on", "2021-05-01"), ("months", "24")])), Penalty::Read(24));
    let unknown = penalty(&request(&[("article", "CP 999-9")]));
    assert_eq!((unknown, unknown.months()), (Penalty::Unknown, None));
    // Nothing is known of an article before the first wording that the house knows.
    assert_eq!(penalty(&request(&[("facts_on", "1990-01-01")])), Penalty::Unknown);
}

#[test]
fn the_class_of_data_is_that_of_the_most_intrusive_of_what_is_sought() {
    let of = |items: &str| sought(&example("outgoing_request", &[("sought", items)]));
    assert_eq!(of("account_holder\naccess_address"), Some(DataKind::Identification));
    assert_eq!(of("account_holder\nmessages\nconnections"), Some(DataKind::Content));
    assert_eq!(of(""), None);
    let refused = entering("outgoing_request", "submitted", "submit", &[("sought", "messages")], None);
    assert_eq!(refused, ["register-outgoing_request-refusal-data_class"]);
}

#[test]
fn every_reason_is_said_in_both_languages() {
    let tables = Tables::house().unwrap();
    let mut seen = [0_usize; 3];
    for state in ["DE", "JP", "VN", "RU", "DK"] {
        for (months, data) in [("", "traffic"), ("6", "identification"), ("24", "traffic"), ("60", "content")] {
            for ask in ["preserve", "produce"] {
                let values =
                    [("requested_state", state), ("months", months), ("data", data), ("ask", ask), ("article", "X")];
                let request = example("outgoing_request", &values);
                for way in tables.ways(asked(&request, date(2026, 6, 1)).unwrap()) {
                    for lang in Lang::ALL {
                        for reason in reasons::of(&way.verdict, lang) {
                            assert!(reason.len() > 10 && !reason.contains(['[', '{']), "{reason}");
                        }
                    }
                    seen[match way.verdict {
                        Verdict::Open(_) => 0,
                        Verdict::Blocked(_) => 1,
                        Verdict::Closed(_) => 2,
                    }] += 1;
                }
            }
        }
    }
    assert!(seen.iter().all(|n| *n > 3), "{seen:?}");
}

#[test]
fn only_an_open_way_is_chosen() {
    let choose = |values: &[(&str, &str)]| entering("outgoing_request", "approved", "approve", values, None);
    assert_eq!(choose(&[("route", "budapest-preserve")]), Vec::<String>::new());
    let route = ["register-outgoing_request-refusal-route"];
    // Not what is asked; a State that is not bound; one of which nothing is known; a penalty that nobody read.
    assert_eq!(choose(&[("route", "epoc-data"), ("addressee_kind", "provider")]), route);
    assert_eq!(choose(&[("route", "budapest-preserve"), ("requested_state", "RU")]), route);
    assert_eq!(choose(&[("route", "budapest-preserve"), ("requested_state", "VN")]), route);
    let produce = [("ask", "produce"), ("route", "eio"), ("addressee_kind", "judicial_authority")];
    assert_eq!(choose(&produce), Vec::<String>::new());
    let unread = [produce.as_slice(), &[("facts_on", "2021-05-01")]].concat();
    assert_eq!(choose(&unread), route);
    assert_eq!(choose(&[produce.as_slice(), &[("months", "12"), ("penalty_source", "CP 1")]].concat()), route);
    // To whom it does not lead.
    let wrong = choose(&[("route", "budapest-preserve"), ("addressee_kind", "provider")]);
    assert_eq!(wrong, ["register-outgoing_request-refusal-addressee_kind"]);
}

#[test]
fn nothing_leaves_without_what_makes_an_answer_useful() {
    let approve = |values: &[(&str, &str)]| {
        entering("outgoing_request", "approved", "approve", &[&[("route", "budapest-preserve")], values].concat(), None)
    };
    let guard = |name: &str| vec![format!("register-outgoing_request-refusal-{name}")];
    assert_eq!(approve(&[("verified_on", "")]), guard("addressee"));
    assert_eq!(approve(&[("verified_on", "2025-11-01")]), guard("addressee"), "more than a year ago");
    assert_eq!(approve(&[("verified_in", "")]), guard("addressee"));
    assert_eq!(approve(&[("zone", "")]), guard("zone"));
    assert_eq!(approve(&[("zone", "heure d’été")]), guard("zone"));
    assert_eq!(approve(&[("zone", "+02:00")]), Vec::<String>::new());
    assert_eq!(approve(&[("window_until", "")]), guard("window"));
    assert_eq!(approve(&[("window_until", "2025-10-01T00:00:00Z")]), guard("window"));
    assert_eq!(approve(&[("months", "36")]), guard("penalty_source"));
    assert_eq!(approve(&[("requested_state", "FR")])[0], guard("state")[0]);
    let missing = entering("outgoing_request", "submitted", "submit", &[("necessity", "")], None);
    assert_eq!(missing, ["register-fault-required"]);
}

fn kept(route: &str, on: &str, steps: &[(&str, &str)]) -> Record {
    let mut request = example("outgoing_request", &[("route", route), ("preserved_on", on)]);
    request.state = "preserved".to_owned();
    request.path = steps
        .iter()
        .map(|(at, by)| Step { at: at.parse().unwrap(), by: (*by).to_owned(), state: "preserved".to_owned() })
        .collect();
    request
}

#[test]
fn assistance_leaves_before_preservation_ends() {
    let kept_on = |on: &str| preservation::standing(&kept("budapest-preserve", on, &[]), now());
    assert_eq!(preservation::last_day(&kept("budapest-preserve", "2026-11-10", &[]), now()), Some(date(2027, 1, 9)));
    // Fifteen days before is 25 December, a day off: it leaves on the working day before.
    assert_eq!(kept_on("2026-11-10"), Follow::SendBy(date(2026, 12, 24)));
    assert!(matches!(kept_on("2026-10-01"), Follow::Prolong { .. }));
    assert!(matches!(kept_on("2026-08-01"), Follow::Lost(_)));
    // Prolonged once, an order holds thirty days more; a second time does not count.
    let once = kept("epoc-pr", "2026-10-01", &[("2026-11-20T08:00:00Z", "prolong")]);
    assert_eq!(preservation::last_day(&once, now()), Some(date(2026, 12, 30)));
    let twice = [("2026-11-20T08:00:00Z", "prolong"), ("2026-11-21T08:00:00Z", "prolong")];
    assert_eq!(preservation::period(&kept("epoc-pr", "2026-10-01", &twice), now()).unwrap().refused, 1);
}

#[test]
fn the_board_shows_what_must_leave_before_what_ends() {
    let register = register("outgoing_request");
    let mut request = kept("budapest-preserve", "2026-11-16", &[]);
    let step = |at: &str, state: &str| Step { at: at.parse().unwrap(), by: state.to_owned(), state: state.to_owned() };
    request.path = vec![
        step("2026-11-15T08:00:00Z", "approved"),
        step("2026-11-15T09:00:00Z", "sent"),
        step("2026-11-16T09:00:00Z", "preserved"),
    ];
    let running = |request: &Record| -> Vec<&str> {
        let all = register.deadlines(request, now());
        all.into_iter().filter(beffroi_register::Deadline::runs).map(|deadline| deadline.clock.name).collect()
    };
    assert_eq!(running(&request), ["assistance", "preservation"]);
    request.path.push(step("2026-11-20T09:00:00Z", "assisted"));
    request.state = "assisted".to_owned();
    assert_eq!(running(&request), Vec::<&str>::new());
}

#[test]
fn what_comes_after_the_end_is_lost() {
    let assist = |on: &str| {
        let values = [
            ("route", "budapest-preserve"),
            ("receipt", "R-1"),
            ("preserved_on", "2026-09-01"),
            ("assistance", "CRI-1"),
            ("assistance_on", on),
        ];
        entering("outgoing_request", "assisted", "assist", &values, None)
    };
    assert_eq!(assist("2026-10-30"), Vec::<String>::new());
    assert_eq!(assist("2026-11-20"), ["register-outgoing_request-refusal-ended"]);
    assert_eq!(assist("2026-12-20")[0], "register-outgoing_request-refusal-ended", "and it is to come");
    let prolong = |route: &str| {
        let request = kept(route, "2026-11-01", &[("2026-11-20T08:00:00Z", "prolong")]);
        let by = register("outgoing_request").move_named("prolong").unwrap();
        refusals(register("outgoing_request"), Some(&request), &request, Some(by), None)
    };
    assert_eq!(prolong("epoc-pr"), Vec::<String>::new());
    assert_eq!(prolong("budapest-preserve"), ["register-outgoing_request-refusal-prolong"]);
}

fn answered() -> Vec<(&'static str, &'static str)> {
    let clean = crate::examination::ANSWERED.join("\n");
    vec![
        ("verified_on", "2026-11-21"),
        ("verified_in", "network_directory"),
        ("transfer_basis", "Loi n° 78-17, art. 112"),
        ("absent", String::leak(clean)),
    ]
}

#[test]
fn nobody_decides_by_itself() {
    let person: PersonId = "agent.dupont".parse().unwrap();
    let decide = |state: &str, by: &str, values: &[(&str, &str)], who| {
        entering("incoming_request", state, by, &[answered().as_slice(), values].concat(), who)
    };
    let guard = |name: &str| vec![format!("register-incoming_request-refusal-{name}")];
    // Of a request of which all is known and nothing is wrong, a person may decide; a machine may not.
    assert_eq!(decide("executing", "execute", &[("seen", "political")], Some(&person)), Vec::<String>::new());
    assert_eq!(decide("executing", "execute", &[("seen", "political")], None), guard("person"));
    // What is not known is a flag, to be seen; what stops is lifted, asked for or refused.
    let unknown = [("absent", ""), ("present", "political"), ("seen", "political")];
    assert_eq!(decide("executing", "execute", &unknown, Some(&person)), guard("unseen"));
    let all = crate::examination::ALL.join("\n");
    let seen = [("absent", ""), ("present", ""), ("seen", all.as_str())];
    assert_eq!(decide("executing", "execute", &seen, Some(&person)), guard("stopped"));
    let mut speech: Vec<&str> = crate::examination::ANSWERED.to_vec();
    speech.retain(|code| *code != "expression");
    let rest = speech.join("\n");
    let flagged = [("absent", rest.as_str()), ("present", "expression"), ("seen", "expression")];
    assert_eq!(decide("executing", "execute", &flagged, Some(&person)), guard("reason"));
    let reasoned = [flagged.as_slice(), &[("reason", "Fraude seulement ; aucun propos n’est visé.")]].concat();
    assert_eq!(decide("executing", "execute", &reasoned, Some(&person)), Vec::<String>::new());
    // A refusal rests on a flag of this request.
    let refuse = |ground: &str| {
        let more = [("ground", ground), ("reason", "Propos protégés.")];
        decide("refused", "refuse", &[flagged.as_slice(), &more].concat(), Some(&person))
    };
    assert_eq!(refuse("expression"), Vec::<String>::new());
    assert_eq!(refuse("political"), guard("ground"));
}

#[test]
fn a_requester_is_verified_otherwise_than_by_its_mailbox() {
    let add = |values: &[(&str, &str)]| {
        refusals(register("incoming_request"), None, &example("incoming_request", values), None, None)
    };
    let verified = |how: &'static str| [("channel", "mailbox"), ("verified_on", "2026-11-21"), ("verified_in", how)];
    assert_eq!(add(&verified("network_directory")), ["register-incoming_request-refusal-mailbox"]);
    assert_eq!(add(&verified("call_back")), Vec::<String>::new());
    assert_eq!(add(&[("verified_on", "2026-11-21")]), ["register-incoming_request-refusal-verified"]);
    let both = [("present", "political"), ("absent", "political")];
    assert_eq!(add(&both), ["register-incoming_request-refusal-both"]);
}

#[test]
fn what_a_partner_counts_is_not_added_to_ours() {
    let mut counted = Counted::default();
    for (by, number) in [("us", 2.0), ("joint", 3.0), ("partner", 5.0), ("us", 1.0)] {
        counted.add(by, number);
    }
    assert_eq!((counted.ours, counted.shared, counted.theirs), (3.0, 3.0, 5.0));
    assert_eq!(median(&mut [4, 1, 9]), Some(4));
    assert_eq!(median(&mut []), None);
    let result = example("operation_result", &[("counted_by", "us"), ("partner", "NL")]);
    let refused = refusals(register("operation_result"), None, &result, None, None);
    assert_eq!(refused, ["register-operation_result-refusal-partner"]);
}

#[test]
fn missions_are_not_results() {
    for text in
        ["3 missions", "12 visites et 4 réunions", "Mission à Dakar", "two trips: 2 trips", "Visite du laboratoire"]
    {
        assert!(counts_missions(text), "{text}");
    }
    for text in ["Un laboratoire en service", "14 analystes certifiés", "40 demandes traitées, après 3 missions"] {
        assert!(!counts_missions(text), "{text}");
    }
}

#[test]
fn a_position_stays_inside() {
    let position = register("position");
    let mut record = example("position", &[]);
    assert_eq!(refusals(position, None, &record, None, None), Vec::<String>::new());
    record.marking.tlp = Tlp::Green;
    assert_eq!(refusals(position, None, &record, None, None), ["register-position-refusal-marking"]);
}

#[test]
fn the_review_counts_results_under_one_objective_and_missions_under_none() {
    let register = register("international_project");
    let step = |state: &str| Step { at: now(), by: "x".to_owned(), state: state.to_owned() };
    let mut done = example(
        "international_project",
        &[
            ("result_objective", "I.3.1"),
            ("result_kind", "tool_in_use"),
            ("result_value", "1"),
            ("result", "Un laboratoire en service"),
        ],
    );
    (done.state, done.path) = ("done".to_owned(), vec![step("draft"), step("done")]);
    let mut running = example("international_project", &[("objectives", "I.3.1")]);
    (running.state, running.path) = ("running".to_owned(), vec![step("draft"), step("running")]);
    running.reference = "INTL-2026-0002".to_owned();
    let records = [done, running];
    let asked = [("year".to_owned(), "2026".to_owned())].into();
    let context = SheetContext { register, record: None, records: &records, asked: &asked, now: now(), lang: Lang::En };
    let blocks = (register.sheet("review").unwrap().make)(&context).unwrap();
    let tables: Vec<_> =
        blocks.iter().filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None }).collect();
    let results: Vec<&str> = tables[0].rows.iter().map(|row| row[4].as_str()).collect();
    assert_eq!(results.len(), 3, "{results:?}");
    assert_eq!(results.iter().filter(|result| result.contains("laboratoire")).count(), 1, "{results:?}");
    assert!(results.contains(&"no result yet") && results.contains(&"result counted under another objective"));
    assert_eq!(tables[1].rows[2][1], "6", "missions stand among means");
    assert!(!results.iter().any(|result| result.contains('6')));
}

#[test]
fn days_to_come_and_what_is_no_state_or_objective_are_refused() {
    let add = |name: &str, values: &[(&str, &str)]| refusals(register(name), None, &example(name, values), None, None);
    let one = |name: &str, field: &str, value: &str, guard: &str| {
        assert_eq!(add(name, &[(field, value)]), [format!("register-{name}-refusal-{guard}")], "{name}.{field}");
    };
    one("outgoing_request", "facts_on", "2026-12-24", "future");
    one("outgoing_request", "requested_state", "de", "state");
    one("incoming_request", "requesting_state", "FR", "state");
    one("joint_operation", "objectives", "I.2.2\nI.9.9", "objective");
    one("international_project", "objectives", "MI.1.1", "objectives");
    one("international_project", "country", "sn", "country");
    one("position", "objective", "I.3", "objective");
    let ended = entering("joint_operation", "ended", "end", &[("ended_on", "2026-12-24"), ("units", "ofac")], None);
    assert_eq!(ended, ["register-joint_operation-refusal-ended_on"]);
}
