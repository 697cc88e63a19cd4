//! Exercises: marked everywhere, nobody real reached by any way, played and scored; and what ends by itself.

use crate::diffusion::{deliver, person, rows, settings, validated};
use crate::made_up::{self, LAST_DAY, at, week, with_rise};
use crate::watching;
use beffroi_desk_threat::alerts::{self, AlertState, DraftOptions, Format};
use beffroi_desk_threat::diffusion::{self, Leaves, Lowered, Selection, Way, Why};
use beffroi_desk_threat::exercise::{self, Planted, Play, curve_csv};
use beffroi_desk_threat::signals::{self, Decision};
use beffroi_desk_threat::watch::{self, AS_DELIVERED, BUDGETS, map_of};
use beffroi_exercise::{Delivery, Plan, read_plan};
use beffroi_model::{Marking, Pap, Report, SignalId, Tlp};
use beffroi_ports::FetchResponse;
use beffroi_ports::doubles::{MemoryFacts, NullTypesetter, PostOffice, WrittenFetch};
use beffroi_store::{By, HandoverState, Store};
use jiff::ToSpan;
use jiff::civil::date;

const RISE: &str = "SIG-2025w49-fake-bank-adviser-FR";

fn by(who: &str) -> By {
    By::new(who, at("2025-12-22T09:00:00Z"))
}

async fn exercise_store() -> Store {
    let store = made_up::store().await;
    store.exercise_mark("essai", &by("direction")).await.unwrap();
    store
}

/// The rise of the made-up world as a wave, and a trap beside it.
fn plan() -> Plan {
    read_plan(
        r#"
name = "essai"
first = "2025-W44"
last = "2025-W51"

[[wave]]
id = "conseillers"
phenomenon = "fake_bank_adviser"
departments = ["75", "13", "69"]
start = "2025-W49"
weeks = 3
shape = "step"
peak = 53
verdict = "new"

[[wave]]
id = "jamais"
phenomenon = "sextortion"
start = "2025-W46"
weeks = 2
shape = "step"
peak = 5
verdict = "known"
"#,
    )
    .unwrap()
}

#[tokio::test]
async fn what_is_drafted_in_an_exercise_is_marked_in_every_form_and_cannot_be_unmarked() {
    let (world, store) = (with_rise(1), exercise_store().await);
    made_up::watched(&world, &store).await;
    let signal: SignalId = RISE.parse().unwrap();
    signals::decide(&store, &signal, Decision::New, "jamais vu", &by("author")).await.unwrap();
    let facts = world.facts();
    let alert = alerts::draft(&facts, &store, &signal, DraftOptions::new(by("author"))).await.unwrap();
    assert!(alert.content.written.exercise);
    // Whoever edits cannot say otherwise.
    let edit = alerts::Edit { exercise: false, ..alerts::Edit::of(&alert) };
    let alert = alerts::edit(&facts, &store, &alert, &edit, &by("author")).await.unwrap();
    assert!(alert.content.written.exercise);
    let alert = alerts::validate(&store, alert, &by("validator")).await.unwrap();
    let alert = alerts::issue(&store, alert, &by("validator")).await.unwrap();
    let red = Marking { tlp: Tlp::Red, pap: Pap::Red };
    for format in [Format::Html, Format::Text, Format::Cap, Format::Stix, Format::Misp, Format::Json] {
        let how = alerts::Export {
            lang: beffroi_wording::Lang::En,
            typesetter: &NullTypesetter,
            channel: beffroi_model::Channel::FlashFile,
            ceiling: red,
            addresses: &["a@b.example".to_owned()],
            sender: "beffroi.example",
            today: date(2025, 12, 22),
        };
        let text = String::from_utf8(alerts::export(&alert, format, &how).unwrap()).unwrap();
        let mark = match format {
            Format::Cap => "<status>Exercise</status>",
            Format::Stix => "\"exercise\"",
            Format::Misp => "exercise:generic",
            Format::Json => "\"exercise\": true",
            _ => "EXERCISE – EXERCISE – EXERCISE",
        };
        assert!(text.contains(mark), "{format}: {text}");
    }
    let banner = alerts::document(&alert, beffroi_wording::Lang::Fr).banner.unwrap();
    assert!(banner.contains("EXERCICE"), "{banner}");
}

#[tokio::test]
async fn by_no_way_does_anything_of_an_exercise_reach_somebody_real() {
    let clear = Marking { tlp: Tlp::Clear, pap: Pap::Clear };
    let real = person(&[
        ("id", "real"),
        ("mail", "real@dgx.example"),
        ("webhook", "https://real.example/"),
        ("channels", "mail webhook feed web"),
    ]);
    let wide = diffusion::DiffusionSettings { mail_ceiling: Marking { tlp: Tlp::Red, pap: Pap::Red }, ..settings() };
    let (usual, mut alert) = validated(Tlp::Clear, false).await;
    let of_exercise = exercise_store().await;
    // Even a flash that does not say so itself.
    alert.content.written.exercise = false;
    for way in Way::ALL {
        let leaves = |store: &Store| {
            let exercise = diffusion::is_of_exercise(store, &alert);
            diffusion::leaves(clear, exercise, &real, way, &wide, date(2025, 12, 22))
        };
        assert_eq!(leaves(&of_exercise), Leaves::Nothing(Why::Exercise), "{way:?}");
        // The twin: the same flash in the registers of the real world.
        assert_eq!(leaves(&usual), Leaves::Content(clear), "{way:?}");
    }
    let refused = diffusion::import(&of_exercise, vec![real], &by("chief")).await;
    assert!(refused.is_err(), "somebody real is on the list of an exercise");
}

#[tokio::test]
async fn players_get_letters_and_calls_that_say_exercise() {
    let (world, store) = (with_rise(1), exercise_store().await);
    made_up::watched(&world, &store).await;
    let signal: SignalId = RISE.parse().unwrap();
    signals::decide(&store, &signal, Decision::New, "jamais vu", &by("author")).await.unwrap();
    let alert = alerts::draft(&world.facts(), &store, &signal, DraftOptions::new(by("author"))).await.unwrap();
    let alert = alerts::validate(&store, alert, &by("validator")).await.unwrap();
    let player = person(&[
        ("id", "player"),
        ("mail", "player@dgx.example"),
        ("webhook", "https://player.example/"),
        ("exercise", "yes"),
    ]);
    diffusion::import(&store, vec![player], &by("chief")).await.unwrap();
    diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    let taken = FetchResponse { status: 204, headers: Vec::new(), body: Vec::new() };
    let (office, net) = (PostOffice::new(), WrittenFetch::new().answering("https://player.example/", Ok(taken)));
    deliver(&store, &office, Some(&net)).await;
    assert!(
        office.taken().iter().all(|letter| letter.subject.starts_with("EXERCICE") && letter.text.contains("EXERCICE"))
    );
    assert_eq!(office.taken().len(), 1);
    let asked = net.asked();
    assert!(asked.iter().all(|call| String::from_utf8_lossy(&call.body).contains("\"exercise\":true")), "{asked:?}");
    assert!(store.readings(None).await.unwrap().iter().all(|reading| reading.exercise));
}

#[tokio::test]
async fn an_exercise_is_played_in_parts_and_scored() {
    let (world, store) = (with_rise(1), exercise_store().await);
    let facts = world.facts();
    let play = |before, until: Option<&str>| Play { plan: plan(), before, until: until.map(week), budget: 5.0 };
    let first = exercise::run(&facts, &store, play(None, Some("2025-W48")), || by("watch"), |_| {}).await.unwrap();
    assert_eq!(first.looks.len(), 5);
    let n_before = first.looks.len();
    let played = exercise::run(&facts, &store, play(Some(first), None), || by("watch"), |_| {}).await.unwrap();
    assert_eq!((n_before, played.looks.len(), played.benches.len()), (5, 8, 5 * BUDGETS.len()));
    assert!(played.looks.iter().any(|look| look.week == week("2025-W49") && look.new.iter().any(|id| id == RISE)));
    signals::decide(&store, &RISE.parse().unwrap(), Decision::New, "jamais vu", &by("a")).await.unwrap();
    let told = exercise::scores(&store, &plan(), &Planted::default(), &played).await.unwrap();
    let delays: Vec<_> = told.watch.waves.iter().map(|wave| wave.delay.map(|delay| delay.weeks)).collect();
    assert_eq!(delays, [Some(0), None], "the wave is found in its first week, the one that is not there is not");
    assert!((told.watch.sensitivity - 0.5).abs() < 1e-9 && told.watch.n_false <= 1, "{:?}", told.watch);
    let of = |method: &str, budget: f64| {
        told.detectors.iter().find(|score| score.method == method && score.budget == budget).unwrap()
    };
    for method in ["watch", "farrington-flexible", "ears-c1", "ears-c2"] {
        assert_eq!(of(method, 100.0).n_found, 1, "{method}");
    }
    // A lenient budget finds no fewer weeks, and gives no fewer false alarms where each series stands alone.
    for curve in told.curves() {
        assert!(curve.points.windows(2).all(|pair| pair[0].3 <= pair[1].3 + 1e-9), "{curve:?}");
    }
    assert!(of("ears-c2", 0.5).n_false <= of("ears-c2", 100.0).n_false);
    assert_eq!((told.team.n_decided, told.team.n_right), (1, 1));
    assert_eq!(curve_csv(&told).lines().count(), 1 + 5 * BUDGETS.len() + 1);
}

/// Every week a delivery on the Sunday; of each week's reports, one in two comes two weeks later.
async fn delivered_late(all: &[Report]) -> MemoryFacts {
    let facts = MemoryFacts::new();
    for back in (0..30_i64).rev() {
        let day = LAST_DAY.checked_sub((back * 7).days()).unwrap();
        let due = |(n, report): &(usize, &Report)| {
            let late = if n % 2 == 1 { 14 } else { 0 };
            let known = report.reported_on.checked_add(late.days()).unwrap();
            known <= day && (back == 29 || known > day.checked_sub(7.days()).unwrap())
        };
        let rows = all.iter().enumerate().filter(due).map(|(_, report)| report.clone()).collect();
        watching::land(&facts, back, day, rows).await;
    }
    // What is still to come, after the weeks that are looked at.
    let end = date(2025, 12, 31);
    let rest =
        |(n, report): &(usize, &Report)| n % 2 == 1 && report.reported_on.checked_add(14.days()).unwrap() > LAST_DAY;
    let rest = all.iter().enumerate().filter(rest).map(|(_, report)| report.clone()).collect();
    watching::land(&facts, -1, end, rest).await;
    facts
}

#[tokio::test]
async fn where_reports_come_late_each_week_is_seen_as_it_stood_and_forecasts_are_scored() {
    let (mut world, store) = (with_rise(1), exercise_store().await);
    // Early and late ones mixed, whatever made them.
    world.reports.sort_by_key(|report| (report.reported_on, report.territory.to_string(), report.id.clone()));
    let facts = delivered_late(&world.reports).await;
    let delivery = Delivery { source: "synth-unites".to_owned(), from: week("2025-W24"), shares: vec![50, 0, 50] };
    let plan = Plan { deliveries: vec![delivery], ..plan() };
    let play = |before, until: Option<&str>| Play { plan: plan.clone(), before, until: until.map(week), budget: 5.0 };
    // Played in two parts, what was seen in the first is not seen again.
    let first = exercise::run(&facts, &store, play(None, Some("2025-W47")), || by("watch"), |_| {}).await.unwrap();
    let n_first = first.forecasts.len();
    let played = exercise::run(&facts, &store, play(Some(first), None), || by("watch"), |_| {}).await.unwrap();
    assert_eq!((played.looks.len(), played.benches.len()), (8, 6 * BUDGETS.len()));
    assert_eq!(played.forecasts.len(), 2 * n_first, "half of the weeks, half of the forecasts");
    let told = exercise::scores(&store, &plan, &Planted::default(), &played).await.unwrap();
    let [now, week_after] = told.nowcast.as_slice() else { panic!("{:?}", told.nowcast) };
    assert!((now.missing - 0.5).abs() < 0.05 && (now.error_before - now.missing).abs() < 1e-9, "{now:?}");
    assert!(now.error_after < 0.6 * now.error_before && now.coverage >= 0.75, "{now:?}");
    assert!((week_after.missing - 0.5).abs() < 0.05, "half comes two weeks later, not one: {week_after:?}");
    // Of every week forecast, what came in the end is all of it.
    for told in &played.forecasts {
        let of_week = world.reports.iter().filter(|report| told.week.contains(report.reported_on));
        let truth = of_week.filter(|report| report.phenomenon.as_deref() == Some(told.phenomenon.as_str())).count();
        assert_eq!(told.forecast.truth, truth as f64, "{told:?}");
        assert!(told.forecast.observed < told.forecast.truth, "{told:?}");
    }
    // The rise is found although half of it is not there yet; without the correction it is found in no more weeks.
    let found = |method: &str| told.side_by_side().into_iter().find(|score| score.method == method).unwrap();
    assert_eq!(found("watch").waves[0].delay.map(|delay| delay.weeks), Some(0));
    assert!(found(AS_DELIVERED).weekly_sensitivity <= found("watch").weekly_sensitivity);
    let by_wave = told.by_wave();
    assert_eq!((by_wave[0].0.as_str(), by_wave[0].1.len()), ("conseillers", 7));
    // The twin: looked at through the latest snapshot, nothing is left to forecast.
    let last = watch::look(&facts, 31, week("2025-W46"), &[5.0]).await.unwrap();
    assert!(last.forecasts.is_empty(), "{:?}", last.forecasts);
    // Before the first delivery there is nothing to look at.
    let early = Plan { first: week("2025-W20"), ..plan.clone() };
    let play = Play { plan: early, before: None, until: Some(week("2025-W20")), budget: 5.0 };
    assert!(exercise::run(&facts, &exercise_store().await, play, || by("watch"), |_| {}).await.is_err());
}

#[tokio::test]
async fn the_bench_and_the_watch_say_the_same_of_the_last_week() {
    let (world, store) = (with_rise(2), made_up::store().await);
    made_up::watched(&world, &store).await;
    let facts = world.facts();
    let last = week("2025-W51");
    let benches = beffroi_desk_threat::watch::bench(&facts, 1, last, last, &[5.0]).await.unwrap();
    let watch = benches.iter().find(|bench| bench.method == "watch").unwrap();
    assert!(watch.alarms.iter().any(|a| a.phenomenon == "fake_bank_adviser" && a.territory == "FR"), "{watch:?}");
    // A part of what is in alarm itself is left out.
    assert!(!watch.alarms.iter().any(|a| a.phenomenon == "fake_bank_adviser" && a.territory == "75"), "{watch:?}");
    // The register also holds what ended in one of the five weeks before.
    let of_last = signals::list(&store).await.unwrap().into_iter().filter(|signal| signal.last_week == last).count();
    assert_eq!(of_last, watch.alarms.len());
}

#[tokio::test]
async fn the_map_of_a_signal_holds_each_week_against_its_past() {
    let (world, store) = (with_rise(1), made_up::store().await);
    made_up::watched(&world, &store).await;
    let signal = signals::show(&store, &RISE.parse().unwrap()).await.unwrap().unwrap();
    let map = map_of(&world.facts(), &signal).await.unwrap().unwrap();
    assert_eq!((map.weeks.len(), map.weeks.last().copied()), (8, Some(week("2025-W51"))));
    assert!(map.synthetic);
    let paris = &map.departments["75"];
    let (before, last) = (paris[0], paris[7]);
    assert!(last.observed >= 20.0 && before.observed < 20.0, "{paris:?}");
    assert!(last.expected.is_some_and(|expected| (2.0..12.0).contains(&expected)), "{paris:?}");
    assert!(map.weeks.iter().all(|week| week.end() <= LAST_DAY));
}

#[tokio::test]
async fn what_has_expired_is_closed_once_with_a_line_of_its_log_and_nothing_else() {
    let (store, alert) = validated(Tlp::Green, false).await;
    let alert = alerts::issue(&store, alert, &by("validator")).await.unwrap();
    let day_after = |days: i64| {
        let noon = alert.expires_on.at(12, 0, 0, 0).in_tz("Europe/Paris").unwrap().timestamp();
        By::new("expiry", noon + jiff::SignedDuration::from_hours(24 * days))
    };
    // On its last day it still holds.
    assert!(alerts::close_expired(&store, &day_after(0)).await.unwrap().is_empty());
    assert_eq!(alerts::close_expired(&store, &day_after(1)).await.unwrap(), std::slice::from_ref(&alert.reference));
    let closed = alerts::show(&store, &alert.reference).await.unwrap().unwrap();
    assert_eq!(closed.state, AlertState::Closed);
    let last = closed.content.changes.last().unwrap();
    assert_eq!((last.what.as_str(), last.who.as_str()), ("flash-change-expired", "expiry"));
    assert!(alerts::close_expired(&store, &day_after(2)).await.unwrap().is_empty());
    let active = alerts::list(&store).await.unwrap();
    assert!(active.iter().all(|alert| !alert.is_expired(day_after(9).at.in_tz("Europe/Paris").unwrap().date())));
}

#[tokio::test]
async fn a_lowered_marking_goes_to_those_who_had_the_flash() {
    let (store, alert) = validated(Tlp::Amber, false).await;
    let list = vec![
        person(&[("id", "a"), ("mail", "a@dgx.example")]),
        person(&[("id", "b"), ("direction", "DGY"), ("mail", "b@dgy.example")]),
    ];
    diffusion::import(&store, list, &by("chief")).await.unwrap();
    let chosen = Selection { directions: vec!["DGX".to_owned()], ..Selection::default() };
    let (alert, _) = diffusion::issue(&store, alert, &chosen, &settings(), &by("v")).await.unwrap();
    let to = Marking { tlp: Tlp::Green, pap: Pap::Green };
    let lowered = Lowered { to, reason: "public depuis hier", originator: "service B" };
    let (alert, n) = diffusion::downgrade(&store, alert, &lowered, &settings(), &by("boss")).await.unwrap();
    assert_eq!((n, alert.marking, alert.content.revision), (1, to, 2));
    let queued: Vec<_> = store.handovers_of(&alert.reference).await.unwrap();
    let of_now: Vec<_> = queued.iter().filter(|row| row.version == alert.version).collect();
    assert_eq!(of_now.iter().map(|row| row.recipient.as_str()).collect::<Vec<_>>(), ["a"]);
    let office = PostOffice::new();
    let pass = deliver(&store, &office, None).await;
    // The letter of before says what no longer holds: it does not leave.
    assert_eq!((pass.delivered, pass.refused), (1, 1));
    assert!(office.taken()[0].subject.contains("TLP:GREEN"), "{}", office.taken()[0].subject);
    assert!(rows(&store, &alert).await.values().any(|row| row.state == HandoverState::Delivered));
}

#[tokio::test]
async fn a_recipient_gets_the_forms_that_it_asks_for() {
    let (store, alert) = validated(Tlp::Green, false).await;
    let list = vec![
        person(&[("id", "a"), ("mail", "a@dgx.example")]),
        person(&[("id", "b"), ("mail", "b@dgx.example"), ("forms", "stix cap")]),
    ];
    diffusion::import(&store, list, &by("chief")).await.unwrap();
    let (alert, _) = diffusion::issue(&store, alert, &Selection::default(), &settings(), &by("v")).await.unwrap();
    let office = PostOffice::new();
    deliver(&store, &office, None).await;
    for letter in office.taken() {
        let names: Vec<String> = letter.enclosures.iter().map(|enclosure| enclosure.name.clone()).collect();
        let expected = match letter.to.as_str() {
            "a@dgx.example" => vec!["pdf"],
            _ => vec!["pdf", "cap.xml", "stix.json"],
        };
        let expected: Vec<String> = expected.into_iter().map(|end| format!("{}.{end}", alert.reference)).collect();
        assert_eq!(names, expected, "{}", letter.to);
        let cap = letter.enclosures.iter().find(|enclosure| enclosure.name.ends_with("cap.xml"));
        assert!(cap.is_none_or(|cap| String::from_utf8_lossy(&cap.bytes).contains("<sender>beffroi.example</sender>")));
    }
}
