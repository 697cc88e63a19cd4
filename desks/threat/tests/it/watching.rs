//! What the watch finds, what it leaves, what it keeps.

use crate::made_up::{Kind, LAST_DAY, World, at, complaint, quiet, store, watched, week, with_rise};
use beffroi_desk_threat::signals::{self, Decision, SignalError};
use beffroi_desk_threat::watch::{self, WatchOptions};
use beffroi_model::{Delivery, Layer, Observable, ObservableKind, Report, ReportKind, Role, SourceId};
use beffroi_ports::doubles::MemoryFacts;
use beffroi_ports::{Facts, Rows};
use beffroi_store::By;
use jiff::ToSpan;
use jiff::civil::{Date, date};

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
    // Sixty weeks in which nothing moves, each tested at a rate of a fifth: twelve on average at most.
    assert!(n_signals <= 8, "{n_signals} signals over ten quiet worlds");
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

/// The domain of a campaign, in the reports of four departments within days; and one that was there last year.
#[tokio::test]
async fn a_domain_nobody_had_seen_is_a_signal_of_its_own_kind() {
    let observable = |value: &str, role| Observable { kind: ObservableKind::DomainName, value: value.to_owned(), role };
    let mut world = quiet(8);
    for back in [60, 40, 1] {
        for territory in ["59", "62", "80", "75", "13"] {
            let day = LAST_DAY.checked_sub((back * 7 + 2).days()).unwrap();
            let report = world.report(&complaint("phishing", territory), day);
            report.observables = vec![observable("vieux-colis.example", Role::Author)];
        }
    }
    for (n, territory) in ["59", "62", "80", "76", "59", "62"].into_iter().enumerate() {
        let day = LAST_DAY.checked_sub((n as i64).days()).unwrap();
        let report = world.report(&complaint("phishing", territory), day);
        report.observables = vec![
            observable("suivi-relaivo.example", Role::Author),
            // What is the victim's own never counts, however many share it.
            observable("chez-la-victime.example", Role::Victim),
        ];
    }
    // Five domains made alike, one report each.
    for n in 0..5 {
        let report = world.report(&complaint("fake_shop", "75"), LAST_DAY);
        report.observables = vec![observable(&format!("promo-sneakers{n}.example"), Role::Author)];
    }
    let store = store().await;
    watched(&world, &store).await;
    let signals = signals::list(&store).await.unwrap();
    let news = |kind: &str| -> Vec<_> {
        let all = signals.iter().filter_map(|s| Some((s, s.content.news.as_ref()?)));
        all.filter(|(_, news)| news.kind == kind).collect()
    };
    let observables = news("new-observable");
    assert_eq!(observables.len(), 1, "{observables:?}");
    let (signal, found) = observables[0];
    assert_eq!((found.what.as_str(), found.reports, found.places), ("suivi-relaivo[.]example", 6, 4));
    assert_eq!((signal.phenomenon.as_deref(), signal.territory.as_str()), (Some("phishing"), "FR"));
    assert_eq!(found.near[0].phenomenon, "phishing");
    assert!(found.near.windows(2).all(|pair| pair[0].distance <= pair[1].distance));
    let families = news("lookalike-domains");
    assert_eq!(families.len(), 1, "{families:?}");
    assert_eq!(families[0].1.what, "promo + sneakers");
    assert_eq!(families[0].1.members.len(), 5);
    let text = serde_json::to_string(&signals).unwrap();
    assert!(!text.contains("victime"), "nothing of a victim's");
}

/// The twin: the same domain in one department alone, or without a past to compare with, is no news.
#[tokio::test]
async fn what_one_place_shares_is_no_news() {
    let shared = |world: &mut World, territories: &[&'static str]| {
        for (n, territory) in territories.iter().enumerate() {
            let day = LAST_DAY.checked_sub((n as i64).days()).unwrap();
            world.report(&complaint("phishing", territory), day).observables = vec![Observable {
                kind: ObservableKind::DomainName,
                value: "suivi-relaivo.example".to_owned(),
                role: Role::Author,
            }];
        }
    };
    let news = async |world: &World| {
        let store = store().await;
        watched(world, &store).await;
        signals::list(&store).await.unwrap().iter().filter(|s| s.content.news.is_some()).count()
    };
    let mut world = quiet(9);
    let old = world.report(&complaint("phishing", "75"), LAST_DAY.checked_sub(400.days()).unwrap());
    old.observables =
        vec![Observable { kind: ObservableKind::DomainName, value: "autre.example".to_owned(), role: Role::Author }];
    let past = world.reports.clone();
    shared(&mut world, &["59", "59", "59", "59", "59", "62"]);
    assert_eq!(news(&world).await, 0);
    world.reports = past;
    shared(&mut world, &["59", "62", "80", "59", "59", "62"]);
    assert_eq!(news(&world).await, 1);
    let mut young = World::new(1);
    shared(&mut young, &["59", "62", "80", "59", "59", "62"]);
    assert_eq!(news(&young).await, 0);
}

/// A duty officer who allows next to no false alarm hears of nothing but what cannot be chance.
#[tokio::test]
async fn the_budget_holds_the_alarms() {
    let mut world = quiet(12);
    world.rise(&complaint("fake_shop", "75"), 0, 14);
    let found = async |budget: f64| {
        let store = store().await;
        let by = By::new("watch", at("2025-12-22T06:00:00Z"));
        let options = WatchOptions { on: LAST_DAY, snapshot: None, budget, by };
        watch::run(&world.facts(), &store, options).await.unwrap()
    };
    let (wide, narrow) = (found(5.0).await, found(1e-12).await);
    assert!(wide.signals >= 1, "{wide:?}");
    assert_eq!(narrow.signals, 0, "{narrow:?}");
    assert!(wide.false_alarms_a_month > 0.0 && wide.false_alarms_a_month <= 5.0);
}

/// Weeks come in over three weeks: the last one, half of which is in, is no fall, and a rise in it is seen at once.
#[tokio::test]
async fn a_week_still_coming_in_is_held_against_its_part() {
    let mut world = quiet(13);
    world.rise(&complaint("fake_bank_adviser", "75"), 0, 40);
    let all = std::mem::take(&mut world.reports);
    // Every week a delivery on the Sunday; of each week's reports, one in two comes two weeks later.
    let facts = MemoryFacts::new();
    for back in (0..30_i64).rev() {
        let day = LAST_DAY.checked_sub((back * 7).days()).unwrap();
        let is_late = |n: usize| n % 2 == 1;
        let due = |(n, report): &(usize, &Report)| {
            let known = report.reported_on.checked_add(if is_late(*n) { 14.days() } else { 0.days() }).unwrap();
            known <= day && (back == 29 || known > day.checked_sub(7.days()).unwrap())
        };
        let rows: Vec<Report> = all.iter().enumerate().filter(due).map(|(_, report)| report.clone()).collect();
        land(&facts, back, day, rows).await;
    }
    let store = store().await;
    let by = By::new("watch", at("2025-12-22T06:00:00Z"));
    watch::run(&facts, &store, WatchOptions { on: LAST_DAY, snapshot: None, budget: 5.0, by }).await.unwrap();
    let signals = signals::list(&store).await.unwrap();
    let signal = signals.iter().find(|s| s.phenomenon.as_deref() == Some("fake_bank_adviser")).unwrap();
    let now = signal.content.nowcast.unwrap();
    assert!((0.4..0.6).contains(&now.share), "{now:?}");
    let truth = all
        .iter()
        .filter(|r| r.phenomenon.as_deref() == Some("fake_bank_adviser") && week("2025-W51").contains(r.reported_on));
    let truth = truth.count() as f64;
    assert!(now.low <= truth && truth <= now.high, "{now:?} for {truth}");
    assert!(signal.observed < truth && signal.expected < 15.0, "{} of {truth}, {}", signal.observed, signal.expected);
}

pub(crate) async fn land(facts: &MemoryFacts, n: i64, vintage: Date, rows: Vec<Report>) {
    let source: SourceId = "synth-unites".parse().unwrap();
    let (n_rows, sha) = (rows.len() as u64, format!("{:064x}", n + 1));
    let delivery = Delivery {
        id: format!("DEL-{:032x}", n + 1).parse().unwrap(),
        source: source.clone(),
        file: "f.csv".into(),
        file_sha256: sha.clone(),
        mapping_version: "1".into(),
        vintage,
        who: "test".into(),
        at: at("2025-12-22T05:00:00Z"),
        rows_read: n_rows,
        rows_accepted: n_rows,
        rows_rejected: 0,
        rows_duplicate: 0,
        synthetic: true,
    };
    let batches = Box::new(std::iter::once(Ok(Rows::Reports(rows))));
    facts.land(&source, &sha, "1", batches, Box::new(|| delivery)).await.unwrap();
}
