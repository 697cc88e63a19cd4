//! The watch end to end: the planted threat is heard of in time, few others are; and series of a file.

use crate::demo::shared_demo;
use crate::support::{copy, run, succeed};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// Whether what a signal shows, defanged or masked, is one of the planted values.
fn is_planted(shown: &str, planted: &BTreeSet<String>) -> bool {
    let plain = shown.replace("[.]", ".");
    if let Some((head, tail)) = plain.split_once("•••") {
        return planted.iter().any(|value| value.starts_with(head) && value.ends_with(tail));
    }
    planted.contains(&plain)
}

#[test]
fn the_planted_threat_is_heard_of_within_two_weeks_and_little_else() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    copy(shared_demo(), &data);
    let truth: Value = serde_json::from_str(&fs::read_to_string(data.join("demo/truth.json")).unwrap()).unwrap();
    let threat = &truth["new_threat"];
    let planted: BTreeSet<String> = truth["series"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|series| series["keys"].as_array().cloned().unwrap_or_default())
        .filter_map(|key| key["value"].as_str().map(str::to_owned))
        .collect();
    let domain = threat["domain"].as_str().unwrap();
    assert_eq!(threat["first_week"], "2025-W48");

    // The day the demonstration ends on knew all of it; here one looks week by week, as a duty officer would have.
    let store = data.join("store.sqlite");
    let known = |signals: &Value| -> BTreeSet<String> {
        signals.as_array().unwrap().iter().map(|signal| signal["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(store.is_file());
    let mut before: Option<BTreeSet<String>> = None;
    let mut heard = None;
    for sunday in ["2025-11-09", "2025-11-16", "2025-11-23", "2025-11-30", "2025-12-07"] {
        let ids = succeed(&data, &["watch", "run", "--on", sunday, "--json"]).json()["ids"].clone();
        let ids: BTreeSet<String> = ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect();
        let signals = succeed(&data, &["signal", "list", "--json"]).json();
        assert!(ids.is_subset(&known(&signals)));
        let of_now: Vec<&Value> =
            signals.as_array().unwrap().iter().filter(|signal| ids.contains(signal["id"].as_str().unwrap())).collect();
        let is_true = |signal: &Value| {
            let news = &signal["content"]["news"];
            let shown = news["what"].as_str().into_iter().map(str::to_owned);
            let members = news["members"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
            let rises =
                signal["phenomenon"] == threat["phenomenon"] && signal["first_week"].as_str() >= Some("2025-W48");
            rises || shown.chain(members.map(str::to_owned)).any(|name| is_planted(&name, &planted))
        };
        if heard.is_none() {
            let domain = domain.replace('.', "[.]");
            heard = of_now.iter().any(|signal| signal["content"]["news"]["what"] == domain.as_str()).then_some(sunday);
        }
        // What the last week added; the first look has six weeks behind it.
        if let Some(before) = &before {
            let new: Vec<&str> = of_now
                .iter()
                .filter(|signal| !is_true(signal) && !before.contains(signal["id"].as_str().unwrap()))
                .map(|signal| signal["id"].as_str().unwrap())
                .collect();
            assert!(new.len() <= 5, "{sunday}: {} that nobody planted: {new:?}", new.len());
        }
        before.get_or_insert_default().extend(ids);
    }
    assert!(heard.is_some(), "nothing of {domain} in its first two weeks");
}

#[test]
fn series_of_a_file_are_looked_at() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    succeed(&data, &["init"]);
    let at = |name: &str| place.path().join(name).display().to_string();
    let mut text = "series,period,count\n".to_owned();
    for week in 1..=52 {
        text.push_str(&format!("colis,2024-W{week:02},{}\n", if week == 50 { 60 } else { 9 + week % 4 }));
    }
    fs::write(at("series.csv"), text + "colis,2025-W01,douze\n").unwrap();
    let (input, out) = (at("series.csv"), at("found.csv"));
    let base = ["watch", "detect", "--input", &input, "--out", &out, "--method"];
    fn joined<'a>(base: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
        [base, more].concat()
    }
    let summary = succeed(&data, &joined(&base, &["ears-c1", "--params", "baseline=7,alpha=0.001", "--json"])).json();
    assert_eq!((&summary["series"], &summary["points"], &summary["alarms"]), (&1.into(), &52.into(), &1.into()));
    assert_eq!((&summary["rows_rejected"], &summary["findings"][0]["line"]), (&1.into(), &54.into()));
    let found = fs::read_to_string(&out).unwrap();
    let alarms: Vec<&str> = found.lines().filter(|line| line.contains(",1,")).collect();
    assert!(alarms.len() == 1 && alarms[0].starts_with("colis,2024-W50,60,"), "{alarms:?}");
    // What is wrong is told, and the result of before stays.
    for (more, words) in [
        (&["ears-c1", "--params", "baseline=2"][..], "baseline = 2"),
        (&["ears-c1", "--params", "k=2"], "baseline, minSigma"),
        (&["ears-c4"], "farrington-flexible"),
        (&["ears-c1", "--from", "2024"], "--from 2024"),
    ] {
        let refused = run(&data, &joined(&base, more));
        assert_eq!(refused.status, 1, "{more:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(words), "{more:?}: {}", refused.stderr);
        assert_eq!(fs::read_to_string(&out).unwrap(), found);
    }
    fs::write(at("series.csv"), "a;b\n1;2\n").unwrap();
    let refused = run(&data, &joined(&base, &["cusum"]));
    assert!(refused.status == 1 && refused.stderr.contains("series, period, count"), "{}", refused.stderr);
    assert!(!place.path().join("found.partial").exists());
}
