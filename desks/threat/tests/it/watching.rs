//! What the watch finds, what it leaves, what it keeps.

use crate::made_up::{Kind, LAST_DAY, at, complaint, quiet, store, watched, week, with_rise};
use beffroi_desk_threat::signals::{self, Decision, SignalError};
use beffroi_desk_threat::watch::{self, WatchOptions};
use beffroi_model::{Layer, ReportKind};
use beffroi_ports::doubles::MemoryFacts;
use beffroi_store::By;
use jiff::ToSpan;
use jiff::civil::date;

#[tokio::test]
async fn a_rise_is_one_national_signal_with_its_departments_inside() {
    let store = store().await;
    let summary = watched(&with_rise(1), &store).await;
    assert_eq!(summary.week, "2025-W51");
    assert_eq!(summary.ids.first().map(String::as_str), Some("SIG-2025w49-fake-bank-adviser-FR"));
    let signals = signals::list(&store).await.unwrap();
    let signal = &signals[0];
    assert_eq!((signal.first_week, signal.last_week), (week("2025-W49"), week("2025-W51")));
    assert_eq!(signal.method, "farrington-flexible");
    assert!(signal.observed > signal.threshold && signal.threshold > signal.expected);
    assert!((15.0..30.0).contains(&signal.expected), "expected {}", signal.expected);
    assert!(signal.content.ratio.is_some_and(|ratio| ratio > 2.0));
    assert!(signal.content.p_value.is_some_and(|p| p < 1e-4));
    assert!(signal.synthetic);
    let mut parts: Vec<&str> = signal.content.parts.iter().map(|part| part.territory.as_str()).collect();
    parts.sort_unstable();
    assert_eq!(parts, ["13", "69", "75"]);
    assert!(signals.iter().all(|other| other.id == signal.id || other.phenomenon != signal.phenomenon));
    assert!(signal.content.spread.get("75").is_some_and(|count| *count >= 60.0));
    assert_eq!(signal.content.same_weeks.len(), 5);
    assert_eq!(signal.content.same_weeks[0].year, 2024);
    assert_eq!(signal.content.weeks.len(), 60);
    assert_eq!(signal.content.weeks.iter().filter(|week| week.alarm).count(), 3);
}

#[tokio::test]
async fn quiet_weeks_raise_next_to_nothing() {
    let (mut n_signals, mut n_tests) = (0, 0);
    for seed in 10..20 {
        let store = store().await;
        let summary = watched(&quiet(seed), &store).await;
        n_signals += summary.signals;
        n_tests += summary.tests;
    }
    assert!(n_tests > 400, "{n_tests} tests");
    assert!(n_signals <= 3, "{n_signals} signals over ten quiet worlds");
}

#[tokio::test]
async fn a_phenomenon_never_seen_is_a_signal() {
    let mut world = quiet(2);
    world.rise(&complaint("sextortion", "75"), 0, 12);
    // Four are not enough, whatever was expected.
    world.rise(&complaint("romance", "75"), 0, 4);
    let store = store().await;
    let summary = watched(&world, &store).await;
    assert!(summary.ids.contains(&"SIG-2025w51-sextortion-FR".to_owned()), "{:?}", summary.ids);
    assert!(!summary.ids.iter().any(|id| id.contains("romance")));
    let signal = signals::show(&store, &"SIG-2025w51-sextortion-FR".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(signal.content.first_seen.as_deref(), Some("2025-W51"));
    assert_eq!(signal.content.ratio, None);
}

#[tokio::test]
async fn layers_are_watched_apart() {
    let mut world = quiet(3);
    let platform = Kind {
        source: "synth-perceval",
        layer: Layer::Platform,
        kind: ReportKind::Report,
        ..complaint("fake_shop", "75")
    };
    world.background(&platform, 6.0, 290);
    world.rise(&platform, 0, 40);
    let store = store().await;
    let summary = watched(&world, &store).await;
    assert!(summary.ids.contains(&"SIG-2025w51-fake-shop-FR-platform".to_owned()), "{:?}", summary.ids);
    assert!(!summary.ids.contains(&"SIG-2025w51-fake-shop-FR".to_owned()));
}

#[tokio::test]
async fn the_opening_of_a_platform_is_no_threat() {
    let mut world = quiet(4);
    world.background(&Kind { source: "synth-nouveau", ..complaint("fake_shop", "NL") }, 40.0, 20);
    let store = store().await;
    let summary = watched(&world, &store).await;
    assert_eq!(summary.young_sources, ["synth-nouveau"]);
    assert!(!summary.ids.iter().any(|id| id.contains("fake-shop-FR")), "{:?}", summary.ids);
}

#[tokio::test]
async fn claims_are_watched_by_group_and_folded() {
    let mut world = quiet(5);
    let claim = |subject| Kind {
        source: "synth-claims",
        layer: Layer::Platform,
        kind: ReportKind::Claim,
        subject: Some(subject),
        ..complaint("ransomware", "NL")
    };
    world.background(&claim("old group"), 3.0, 290);
    world.rise(&claim("new group"), 0, 20);
    let store = store().await;
    let summary = watched(&world, &store).await;
    let id = "SIG-2025w51-ransomware-FR-claims";
    assert!(summary.ids.contains(&id.to_owned()), "{:?}", summary.ids);
    let signal = signals::show(&store, &id.parse().unwrap()).await.unwrap().unwrap();
    assert!(signal.content.claims);
    assert_eq!(signal.content.parts.iter().map(|p| p.subject.as_deref()).collect::<Vec<_>>(), [Some("new group")]);
}

#[tokio::test]
async fn the_figures_say_what_else_it_may_be() {
    let mut world = quiet(6);
    for n in 0..80 {
        let day = LAST_DAY.checked_sub(2.days()).unwrap();
        let report = world.report(&complaint("fake_shop", "NL"), day);
        report.occurred_on = day.checked_sub((200 + n).days()).ok();
    }
    let store = store().await;
    watched(&world, &store).await;
    let signal = signals::show(&store, &"SIG-2025w51-fake-shop-FR".parse().unwrap()).await.unwrap().unwrap();
    let reasons = &signal.content.why_else;
    assert!(reasons.contains(&"signal-else-online".to_owned()), "{reasons:?}");
    assert!(reasons.contains(&"signal-else-late-reports".to_owned()), "{reasons:?}");
    assert!(!reasons.contains(&"signal-else-one-source".to_owned()), "{reasons:?}");
    assert!(reasons.iter().all(|key| beffroi_wording::Lang::ALL.iter().all(|lang| lang.knows(key))));
}

#[tokio::test]
async fn a_signal_keeps_its_name_and_its_decision_from_one_week_to_the_next() {
    let mut world = with_rise(7);
    let store = store().await;
    watched(&world, &store).await;
    let id = "SIG-2025w49-fake-bank-adviser-FR".parse().unwrap();
    let now = at("2025-12-22T10:00:00Z");
    for reason in ["", "  ", "ok"] {
        let refused = signals::decide(&store, &id, Decision::New, reason, &By::new("analyst", now)).await;
        assert!(matches!(refused, Err(SignalError::NoReason { .. })));
    }
    let decided =
        signals::decide(&store, &id, Decision::New, "cas nouveaux recoupés", &By::new("analyst", now)).await.unwrap();
    assert_eq!(decided.state.code(), "new");

    // A week more of the same, seen a week later, and an old start out of sight.
    for (territory, count) in [("75", 20), ("13", 18), ("69", 15)] {
        world.rise(&complaint("fake_bank_adviser", territory), -1, count);
    }
    for territory in ["75", "13", "69", "NL"] {
        world.rise(&complaint("fake_bank_adviser", territory), -1, 5);
    }
    let options = WatchOptions {
        on: LAST_DAY.checked_add(7.days()).unwrap(),
        snapshot: None,
        budget: 5.0,
        by: By::new("watch", at("2025-12-29T06:00:00Z")),
    };
    watch::run(&world.facts(), &store, options).await.unwrap();
    let signals = signals::list(&store).await.unwrap();
    let signal = signals.iter().find(|signal| signal.id == id).unwrap();
    assert_eq!((signal.first_week, signal.last_week), (week("2025-W49"), week("2025-W52")));
    assert_eq!(signal.state.code(), "new");
    assert_eq!(signal.content.detected_at, at("2025-12-22T06:00:00Z"));
    assert_eq!(signals.iter().filter(|s| s.phenomenon.as_deref() == Some("fake_bank_adviser")).count(), 1);
}

#[tokio::test]
async fn nothing_landed_nothing_found() {
    let facts = MemoryFacts::new();
    let store = store().await;
    let now = at("2025-12-22T06:00:00Z");
    let options = WatchOptions { on: LAST_DAY, snapshot: None, budget: 5.0, by: By::new("watch", now) };
    let summary = watch::run(&facts, &store, options).await.unwrap();
    assert_eq!((summary.snapshot, summary.signals), (0, 0));
    assert_eq!(watch::last_day_of_data(&facts, None).await.unwrap(), None);
    let last = watch::last_day_of_data(&quiet(1).facts(), None).await.unwrap();
    assert_eq!(last, Some(date(2025, 12, 18)));
    let missing =
        signals::decide(&store, &"SIG-x".parse().unwrap(), Decision::Known, "doublon", &By::new("a", now)).await;
    assert!(matches!(missing, Err(SignalError::Missing { .. })));
}
