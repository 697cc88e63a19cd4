//! An exercise: what the plan asks for is in the files, and nothing else of the set has changed.

use super::{made, small};
use crate::{Config, GenerateError, generate};
use beffroi_exercise::{Plan, read_plan};
use beffroi_model::{Grain, Period};

const PLAN: &str = r#"
name = "Essai"
first = "2025-W10"
last = "2025-W40"

[[wave]]
id = "colis"
phenomenon = "phishing"
departments = ["59", "62"]
sector = "H"
start = "2025-W12"
weeks = 3
shape = "step"
peak = 20
verdict = "new"
new_domain = true

[[trap]]
id = "retard"
kind = "late-delivery"
start = "2025-W20"
weeks = 2
per_cent = 100

[[trap]]
id = "recodage"
kind = "definition-change"
phenomenon = "investment"
into = "romance"
start = "2025-W30"
per_cent = 100
"#;

fn plan() -> Plan {
    read_plan(PLAN).unwrap()
}

fn week(text: &str) -> Period {
    text.parse().unwrap()
}

#[test]
fn waves_and_traps_are_in_the_files_as_planned() {
    let made = made(&Config { plan: Some(plan()), ..small(30_000, 3) });
    let [wave] = made.truth.waves.as_slice() else { panic!("{:?}", made.truth.waves) };
    assert!(made.truth.new_threat.is_none(), "nothing is planted that the plan does not say");
    assert_eq!(wave.weeks.iter().map(|week| week.complaints).collect::<Vec<_>>(), [20, 20, 20]);
    assert!(wave.weeks.iter().all(|week| week.platform_reports == 6));
    assert_eq!(wave.members.len(), 78);
    let domain = wave.domain.clone().unwrap();
    for member in &wave.members {
        let report = &made.reports[member];
        assert!(report.keys.iter().any(|key| key.value == domain), "{member:?}");
        assert!(["59", "62"].contains(&report.department.as_str()), "{}", report.department);
        let on = Period::containing(report.reported, Grain::Week);
        assert!(on >= week("2025-W12") && on <= week("2025-W14"), "{on}");
    }
    assert!(made.reports.values().filter(|report| report.keys.iter().any(|key| key.value == domain)).count() == 78);
    let in_week = |at: &str, of: Option<&str>| {
        let at = week(at);
        let same = |phenomenon: &str| of.is_none_or(|of| of == phenomenon);
        made.reports.values().filter(|r| at.contains(r.reported) && same(&r.phenomenon)).count()
    };
    // What was planted is not moved, so that a little is left in the silent weeks.
    assert!(in_week("2025-W20", None) * 5 < in_week("2025-W19", None), "reports of the silent weeks stay");
    assert!(in_week("2025-W22", None) > 2 * in_week("2025-W19", None), "they do not come after");
    let investment: usize = (30..40).map(|n| in_week(&format!("2025-W{n}"), Some("investment"))).sum();
    let before: usize = (10..20).map(|n| in_week(&format!("2025-W{n}"), Some("investment"))).sum();
    assert!(investment * 2 < before, "{investment} of {before}: reports are not coded anew");
}

#[test]
fn reports_arrive_with_the_delivery_of_a_week_some_of_them_later() {
    let delivery = "\n[[delivery]]\nsource = \"synth-unites\"\nfrom = \"2024-W45\"\nshares = [60, 30, 0, 10]\n";
    let text = format!(
        "{}{delivery}",
        PLAN.replace("departments = [\"59\", \"62\"]", "departments = [\"59\", \"62\"]\nspread = 2")
    );
    let plan = read_plan(&text).unwrap();
    let config = Config { plan: Some(plan.clone()), ..small(30_000, 3) };
    let late = made(&config);
    // The first file is as the day before says, each later one as its week; the last holds what comes after.
    let told = &late.truth.deliveries;
    assert_eq!((told[0].file.as_str(), told[0].vintage), ("synth-unites.csv", week("2024-W44").end()));
    assert!(told.iter().all(|delivery| delivery.source == "synth-unites"));
    assert!(told.windows(2).all(|pair| pair[0].vintage < pair[1].vintage), "{told:?}");
    assert_eq!(told.last().unwrap().file, "deliveries/last/synth-unites.csv");
    assert_eq!(told.iter().map(|delivery| delivery.rows).sum::<u64>(), late.truth.sources["synth-unites"].rows);
    let mut n = [0_u64; 5];
    for delivery in told {
        let path = late.dir.path().join(&delivery.file);
        let lines = std::fs::read(&path).unwrap();
        let lines = String::from_utf8_lossy(&lines).into_owned();
        let mut rows = 0;
        for line in lines.lines().skip(1).filter(|line| !line.starts_with("SYN-X-")) {
            rows += 1;
            let day = line.split(';').nth(2).unwrap();
            let on = jiff::civil::Date::strptime("%d/%m/%Y", day).unwrap();
            let own = Period::containing(on, Grain::Week);
            assert!(
                own.end() <= delivery.vintage || delivery.file == "deliveries/last/synth-unites.csv",
                "{day} too early"
            );
            if let Some(of) = delivery
                .file
                .strip_prefix("deliveries/")
                .and_then(|rest| rest.split('/').next())
                .filter(|of| *of != "last")
            {
                let behind = own.through(week(of)).count() - 1;
                n[behind] += 1;
            }
        }
        assert_eq!(rows, delivery.rows, "{}", delivery.file);
    }
    let all: u64 = n.iter().sum();
    let share = |at: usize| n[at] as f64 / all as f64;
    assert!((share(0) - 0.6).abs() < 0.04 && (share(1) - 0.3).abs() < 0.04, "{n:?}");
    assert_eq!((n[2], n[4]), (0, 0));
    // The twin: the same plan without that source is the same set, all of it in the file of the set.
    let whole = made(&Config { plan: Some(Plan { deliveries: vec![], ..plan }), ..config });
    assert!(whole.truth.deliveries.is_empty() && !whole.dir.path().join("deliveries").exists());
    assert_eq!(whole.truth.sources, late.truth.sources);
    // The wave reaches its second department in its third week.
    let wave = &whole.truth.waves[0];
    let first: std::collections::BTreeSet<&str> = wave
        .members
        .iter()
        .filter(|member| whole.reports[member].reported < week("2025-W14").start())
        .map(|member| whole.reports[member].department.as_str())
        .collect();
    assert_eq!(first.into_iter().collect::<Vec<_>>(), ["59"]);
}

#[test]
fn a_source_that_is_not_made_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let delivery = "\n[[delivery]]\nsource = \"ransomware-claims\"\nfrom = \"2024-W45\"\nshares = [60, 40]\n";
    let plan = read_plan(&format!("{PLAN}{delivery}")).unwrap();
    let refused = generate(&Config { plan: Some(plan), ..small(1000, 1) }, dir.path(), &|_| ()).unwrap_err();
    assert!(matches!(refused, GenerateError::Source { .. }), "{refused}");
}

#[test]
fn a_plan_outside_the_set_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |config: &Config| generate(config, dir.path(), &|_| ()).unwrap_err();
    let to_2024 = Config { to_year: 2024, plan: Some(plan()), ..small(1000, 1) };
    assert!(matches!(refused(&to_2024), GenerateError::Plan { last: 2024, .. }));
    let from_2025 = Config { from_year: 2025, plan: Some(plan()), ..small(1000, 1) };
    assert!(matches!(refused(&from_2025), GenerateError::Plan { first: 2026, .. }));
}
