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
fn a_plan_outside_the_set_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let refused = |config: &Config| generate(config, dir.path(), &|_| ()).unwrap_err();
    let to_2024 = Config { to_year: 2024, plan: Some(plan()), ..small(1000, 1) };
    assert!(matches!(refused(&to_2024), GenerateError::Plan { last: 2024, .. }));
    let from_2025 = Config { from_year: 2025, plan: Some(plan()), ..small(1000, 1) };
    assert!(matches!(refused(&from_2025), GenerateError::Plan { first: 2026, .. }));
}
