//! What a plan says, what it refuses, and scores by hand.

use crate::{
    Alarm, Cause, Counted, FlashFact, Plan, PlanError, SignalFact, TrapKind, curves, read_plan, score, score_team,
};
use beffroi_model::Period;
use jiff::{SignedDuration, Timestamp};

const PLAN: &str = r#"
name = "Exercice d’essai"
first = "2025-W10"
last = "2025-W29"

[[wave]]
id = "colis"
phenomenon = "phishing"
departments = ["59", "62"]
start = "2025-W12"
weeks = 4
shape = "growth"
peak = 40
verdict = "new"
new_domain = true

[[wave]]
id = "boutiques"
phenomenon = "fake_shop"
start = "2025-W20"
weeks = 3
shape = "step"
peak = 30
verdict = "known"

[[trap]]
id = "retard"
kind = "late-delivery"
phenomenon = "romance"
departments = ["13"]
start = "2025-W14"
weeks = 3

[[trap]]
id = "recodage"
kind = "definition-change"
phenomenon = "investment"
into = "romance"
start = "2025-W24"
per_cent = 50
"#;

fn plan() -> Plan {
    read_plan(PLAN).unwrap()
}

fn week(text: &str) -> Period {
    text.parse().unwrap()
}

fn alarm(at: &str, phenomenon: &str, territory: &str) -> Alarm {
    Alarm {
        week: week(at),
        phenomenon: phenomenon.to_owned(),
        territory: territory.to_owned(),
        sector: None,
        series: "recorded".to_owned(),
    }
}

#[test]
fn shapes_by_hand() {
    let mut wave = plan().waves[0].clone();
    let reports = |wave: &crate::Wave| (0..5).map(|n| wave.reports(n)).collect::<Vec<_>>();
    assert_eq!(reports(&wave), [10, 20, 30, 40, 0]);
    wave.shape = crate::Shape::Bell;
    assert_eq!(reports(&wave), [20, 40, 40, 20, 0]);
    wave.shape = crate::Shape::Decay;
    assert_eq!(reports(&wave), [40, 20, 10, 5, 0]);
    wave.shape = crate::Shape::Step;
    assert_eq!(reports(&wave), [40, 40, 40, 40, 0]);
}

#[test]
fn a_wave_that_spreads_explains_alarms_only_where_it_has_come() {
    let text = PLAN.replace("departments = [\"59\", \"62\"]", "departments = [\"59\", \"13\", \"75\"]\nspread = 2");
    let plan = read_plan(&text).unwrap();
    let wave = &plan.waves[0];
    let reached = |n| wave.reached(n).iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!((reached(0), reached(1)), (vec!["59"], vec!["59"]));
    assert_eq!((reached(2), reached(3)), (vec!["59", "13"], vec!["59", "13"]));
    assert_eq!(reached(40), ["59", "13"], "it stops when it ends");
    let explains = |territory, at| {
        let weeks = (week(at), week(at));
        wave.explains(&Counted { phenomenon: "phishing", territory, sector: None, weeks })
    };
    assert!(explains("59", "2025-W12") && !explains("13", "2025-W13") && explains("13", "2025-W14"));
    assert!(explains("FR", "2025-W12") && !explains("75", "2025-W15"));
    // All at once, it is everywhere from its first week on.
    assert_eq!(super::plan::Wave { spread: None, ..wave.clone() }.reached(0).len(), 3);
    for wrong in ["spread = 0", "spread = 60"] {
        assert!(read_plan(&text.replace("spread = 2", wrong)).is_err(), "{wrong}");
    }
    assert!(read_plan(&PLAN.replace("departments = [\"59\", \"62\"]", "spread = 2")).is_err());
}

#[test]
fn reports_arrive_by_their_shares() {
    let delivery = "\n[[delivery]]\nsource = \"synth-unites\"\nfrom = \"2024-W50\"\nshares = [60, 30, 0, 10]\n";
    let plan = read_plan(&format!("{PLAN}{delivery}")).unwrap();
    let late: Vec<usize> = (0..100).map(|drawn| plan.deliveries[0].weeks_late(drawn)).collect();
    let n = |weeks| late.iter().filter(|late| **late == weeks).count();
    assert_eq!([n(0), n(1), n(2), n(3), n(4)], [60, 30, 0, 10, 0]);
    for (from, to, words) in [
        ("60, 30", "60, 31", "make 100"),
        ("60, 30, 0, 10", "100", "2 to 13"),
        ("60, 30, 0, 10", "0, 90, 10", "above 0"),
        ("60, 30, 0, 10", "9223372036854775807, 9223372036854775807", "make 100"),
        ("2024-W50", "2025-W05", "weeks before"),
        ("2024-W50", "2022-W05", "weeks before"),
        ("2024-W50", "2024-12", "weeks before"),
        ("synth-unites", "Synth", "source"),
    ] {
        let text = format!("{PLAN}{}", delivery.replace(from, to));
        match read_plan(&text) {
            Err(PlanError::Wrong { problem, .. }) => assert!(problem.contains(words), "{to}: {problem}"),
            other => panic!("{to}: {other:?}"),
        }
    }
    assert!(read_plan(&format!("{PLAN}{delivery}{delivery}")).is_err(), "a source twice");
}

#[test]
fn a_trap_touches_its_own_weeks_and_places() {
    let plan = plan();
    let late = &plan.traps[0];
    assert_eq!((late.kind, late.rebound()), (TrapKind::LateDelivery, week("2025-W17")));
    assert!(late.touches("romance", "13", week("2025-W16")));
    assert!(!late.touches("romance", "13", week("2025-W17")));
    assert!(!late.touches("romance", "75", week("2025-W16")));
    assert!(!late.touches("phishing", "13", week("2025-W16")));
    assert!(plan.traps[1].touches("investment", "75", week("2025-W29")));
}

#[test]
fn an_alarm_is_explained_by_its_place_time_and_phenomenon() {
    let plan = plan();
    let cause = |phenomenon, territory, at| {
        let weeks = (week(at), week(at));
        match plan.explain(&Counted { phenomenon, territory, sector: Some("C"), weeks }) {
            Cause::Wave(wave) => wave.id.clone(),
            Cause::Trap(trap) => trap.id.clone(),
            Cause::Nothing => String::new(),
        }
    };
    // The region of both departments, the country, two weeks after: the wave's. Elsewhere, before, later: not.
    for (territory, at) in [("59", "2025-W12"), ("R32", "2025-W13"), ("FR", "2025-W17")] {
        assert_eq!(cause("phishing", territory, at), "colis", "{territory} {at}");
    }
    for (territory, at) in [("75", "2025-W12"), ("FR", "2025-W11"), ("FR", "2025-W18")] {
        assert_eq!(cause("phishing", territory, at), "", "{territory} {at}");
    }
    assert_eq!(cause("romance", "13", "2025-W17"), "retard");
    assert_eq!(cause("romance", "75", "2025-W26"), "recodage");
    assert_eq!(cause("romance", "13", "2025-W15"), "");
}

#[test]
fn a_score_by_hand() {
    let plan = plan();
    let alarms = [
        // The first wave in its second week, at two levels.
        alarm("2025-W13", "phishing", "FR"),
        alarm("2025-W13", "phishing", "59"),
        alarm("2025-W14", "phishing", "FR"),
        // A trap, in two weeks that follow: one alarm.
        alarm("2025-W17", "romance", "13"),
        alarm("2025-W18", "romance", "13"),
        // Nothing.
        alarm("2025-W18", "ransomware", "FR"),
        alarm("2025-W20", "ransomware", "FR"),
        // Not a week of the exercise.
        alarm("2025-W30", "ransomware", "FR"),
    ];
    let told = score(&plan, "m", 5.0, &alarms);
    assert_eq!((told.n_waves, told.n_found, told.n_weeks), (2, 1, 20));
    assert!((told.sensitivity - 0.5).abs() < 1e-12 && (told.weekly_sensitivity - 2.0 / 7.0).abs() < 1e-12);
    assert_eq!((told.median_delay_weeks, told.median_delay_days), (Some(1), Some(14)));
    assert_eq!(told.waves.iter().map(|wave| wave.delay.is_some()).collect::<Vec<_>>(), [true, false]);
    assert_eq!((told.n_false, told.most_in_a_week), (3, 1));
    assert_eq!(told.traps.get("retard"), Some(&1));
    assert!((told.false_a_week - 0.15).abs() < 1e-12 && (told.false_a_month - 0.15 * 4.348_125).abs() < 1e-6);
    let nothing = score(&plan, "m", 1.0, &[]);
    assert_eq!((nothing.n_found, nothing.n_false, nothing.median_delay_weeks), (0, 0, None));
    let curves = curves(&[told, nothing]);
    assert_eq!(curves[0].points.iter().map(|point| point.0).collect::<Vec<_>>(), [1.0, 5.0]);
}

#[test]
fn a_team_by_hand() {
    let plan = plan();
    let start: Timestamp = "2025-03-24T05:00:00Z".parse().unwrap();
    let after = |hours| start + SignedDuration::from_hours(hours);
    let signal = |id: &str, phenomenon: &str, at: &str, decided: Option<(&str, i64)>| SignalFact {
        id: id.to_owned(),
        phenomenon: Some(phenomenon.to_owned()),
        territory: "FR".to_owned(),
        sector: None,
        weeks: (week(at), week(at)),
        wave: None,
        at: start,
        decided: decided.map(|(code, hours)| (code.to_owned(), after(hours))),
    };
    let by_domain =
        SignalFact { phenomenon: None, wave: Some("colis".to_owned()), ..signal("d", "x", "2025-W29", None) };
    let signals = [
        signal("a", "phishing", "2025-W13", Some(("new", 4))),
        signal("b", "fake_shop", "2025-W21", Some(("new", 6))),
        signal("c", "ransomware", "2025-W21", Some(("known", 2))),
        by_domain,
    ];
    let flash = |of: &str, hours| FlashFact {
        signal: Some(of.to_owned()),
        issued_at: Some(after(hours)),
        readings: vec![
            (after(hours), Some(after(hours + 3))),
            (after(hours), Some(after(hours + 30))),
            (after(hours), None),
        ],
    };
    let told = score_team(&plan, &signals, &[flash("a", 10), flash("b", 20)]);
    assert_eq!((told.n_signals, told.n_decided, told.n_right), (4, 3, 2));
    assert_eq!(told.hours_to_decide, Some(4.0));
    assert_eq!((told.n_flashes_due, told.n_flashes, told.n_flashes_wrong), (1, 1, 1));
    assert_eq!((told.n_sent, told.n_read_in_24_h, told.hours_to_flash), (6, 2, Some(10.0)));
    let open = told.verdicts.iter().find(|line| line.decision == "open").unwrap();
    assert_eq!((open.truth.as_str(), open.n, open.right), ("new", 1, false));
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    for (from, to, place, words) in [
        ("peak = 40", "peak = 0", "colis", "peak"),
        ("phishing", "phishin", "colis", "phenomena"),
        ("\"62\"", "\"ZZ\"", "colis", "departments"),
        ("2025-W12", "2024-W12", "colis", "2025-W10"),
        ("weeks = 4", "weeks = 40", "colis", "weeks"),
        ("id = \"boutiques\"", "id = \"colis\"", "colis", "stands once"),
        ("into = \"romance\"", "", "recodage", "into"),
        ("per_cent = 50", "per_cent = 101", "recodage", "per_cent"),
        ("first = \"2025-W10\"", "first = \"2025-03\"", "plan", "ISO weeks"),
        ("name = \"Exercice d’essai\"", "name = \"\"", "plan", "name"),
    ] {
        assert!(PLAN.contains(from), "{from}");
        match read_plan(&PLAN.replacen(from, to, 1)) {
            Err(PlanError::Wrong { place: found, problem }) => {
                assert!(found == place && problem.contains(words), "{to}: {found}: {problem}");
            }
            other => panic!("{to}: {other:?}"),
        }
    }
    assert!(matches!(read_plan("name = 1"), Err(PlanError::Form(_))));
    assert!(matches!(read_plan(&PLAN.replace("peak = 40", "peak = 40\ncolour = 1")), Err(PlanError::Form(_))));
    assert!(matches!(read_plan(&" ".repeat(300_000)), Err(PlanError::TooLong)));
}
