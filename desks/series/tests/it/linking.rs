//! What links, what does not, what is told.

use beffroi_desk_series::{RunOptions, RunSummary, list, run, show};
use beffroi_model::{Layer, Marking, Observable, ObservableKind, Pap, Report, ReportKind, Role, Tlp};
use beffroi_ports::doubles::{KeysInMemory, MemoryFacts};
use beffroi_store::{By, Store};
use jiff::Timestamp;
use jiff::civil::date;
use std::sync::Arc;

use ObservableKind::{DomainName, PhoneNumber};
use Role::{Author, Intermediary, Unknown, Victim};

const GREEN: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };

fn report(n: i32, department: &str, observables: &[(ObservableKind, Role, &str)]) -> Report {
    let observable = |(kind, role, value): &(ObservableKind, Role, &str)| Observable {
        kind: *kind,
        role: *role,
        value: (*value).to_owned(),
    };
    Report {
        id: format!("R-{n:04}").parse().unwrap(),
        source: "synthetic-complaints".parse().unwrap(),
        layer: Layer::Recorded,
        kind: ReportKind::Complaint,
        unit_of_count: "plainte".into(),
        occurred_on: None,
        reported_on: date(2025, 1, 6).checked_add(jiff::Span::new().days(n)).unwrap(),
        territory: department.parse().unwrap(),
        category: Some("AN-BIENS".into()),
        phenomenon: Some("fake_shop".into()),
        astad: false,
        victim_kind: None,
        sector: None,
        subject: None,
        loss_cents: (n % 2 == 0).then_some(10_000),
        observables: observables.iter().map(observable).collect(),
        marking: GREEN,
        legal_basis: "synthetic".into(),
        synthetic: true,
    }
}

async fn linked(reports: Vec<Report>, max_degree: u32) -> (RunSummary, Store) {
    let facts = MemoryFacts::holding(reports, vec![]);
    let store = Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap();
    let options = RunOptions { max_degree, ..RunOptions::new(By::new("analyst", Timestamp::UNIX_EPOCH)) };
    (run(&facts, &store, options).await.unwrap(), store)
}

#[tokio::test]
async fn a_shared_number_makes_a_series_with_counts_and_no_member() {
    let (summary, store) = linked(
        vec![
            report(1, "75", &[(PhoneNumber, Author, "+33639980001"), (DomainName, Author, "shop-a.example")]),
            report(2, "75", &[(PhoneNumber, Author, "+33639980001")]),
            report(3, "NL", &[(DomainName, Author, "shop-a.example")]),
            report(4, "13", &[(PhoneNumber, Author, "+33639980099")]),
            report(5, "13", &[]),
        ],
        10,
    )
    .await;
    assert_eq!((summary.reports_scanned, summary.observables, summary.series, summary.members), (4, 3, 1, 3));
    assert_eq!(summary.largest, 3);
    assert!(summary.synthetic);
    let lines = list(&store, 10, 0).await.unwrap();
    assert_eq!(lines.len(), 1);
    let sheet = show(&store, &lines[0].id).await.unwrap().unwrap();
    assert_eq!(sheet.line.size, 3);
    assert_eq!(sheet.line.n_departments, 1);
    assert_eq!((sheet.line.first_on, sheet.line.last_on), (date(2025, 1, 7), date(2025, 1, 9)));
    assert_eq!((sheet.line.loss_cents, sheet.loss_known), (10_000, 1));
    assert_eq!(sheet.by_department.get("75"), Some(&2));
    assert_eq!(sheet.by_week.get("2025-W02"), Some(&3));
    let domain = sheet.evidence.iter().find(|line| line.kind == DomainName).unwrap();
    assert_eq!((domain.value.as_str(), domain.degree), ("shop-a[.]example", 2));
    let shown = serde_json::to_string(&sheet).unwrap();
    assert!(!shown.contains("R-000"), "a sheet names no report: {shown}");
}

#[tokio::test]
async fn only_the_offenders_observables_link() {
    for role in [Victim, Intermediary, Unknown] {
        let shared = [(PhoneNumber, role, "+33639980001")];
        let (summary, _) = linked(vec![report(1, "75", &shared), report(2, "13", &shared)], 10).await;
        assert_eq!(summary.series, 0, "{role:?}");
    }
}

/// The victim's own number written in the author's column too: dropped and counted, in that report only.
#[tokio::test]
async fn a_role_error_does_not_link() {
    let both = [(PhoneNumber, Author, "+33639980001"), (PhoneNumber, Victim, "+33639980001")];
    let author = [(PhoneNumber, Author, "+33639980001")];
    let (summary, _) = linked(vec![report(1, "75", &both), report(2, "13", &author)], 10).await;
    assert_eq!((summary.series, summary.role_errors), (0, 1));
    let (summary, _) =
        linked(vec![report(1, "75", &both), report(2, "13", &author), report(3, "13", &author)], 10).await;
    assert_eq!((summary.series, summary.members, summary.role_errors), (1, 2, 1));
}

#[tokio::test]
async fn a_hub_is_told_and_does_not_link() {
    let reports: Vec<Report> = (0..5)
        .map(|n| report(n, "75", &[(PhoneNumber, Author, "+33639980001"), (DomainName, Author, "www.bit.ly")]))
        .collect();
    let (summary, _) = linked(reports.clone(), 4).await;
    assert_eq!((summary.series, summary.hubs_total), (0, 2));
    let mut told: Vec<(&str, u64, &str)> =
        summary.hubs.iter().map(|hub| (hub.value.as_str(), hub.degree, hub.reason.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, [("+33639980001", 5, "degree-over"), ("www[.]bit[.]ly", 5, "declared-hub")]);
    let (summary, _) = linked(reports, 5).await;
    assert_eq!((summary.series, summary.hubs_total), (1, 1));
}

/// 60 of 100 reports: more than one in a hundred and more than fifty; without the share, under the limit of 500.
#[tokio::test]
async fn a_hub_of_a_small_set_is_caught_by_its_share() {
    let reports: Vec<Report> = (0..100)
        .map(|n| {
            let own = format!("shop-{n}.example");
            let shared = if n < 60 { "common.example" } else { &own };
            report(n, "75", &[(DomainName, Author, shared)])
        })
        .collect();
    let facts = MemoryFacts::holding(reports, vec![]);
    let store = Store::memory(Arc::new(KeysInMemory::new(1))).await.unwrap();
    let options = || RunOptions::new(By::new("analyst", Timestamp::UNIX_EPOCH));
    let summary = run(&facts, &store, options()).await.unwrap();
    assert_eq!((summary.series, summary.hubs_total, summary.max_degree), (0, 1, 50));
    let summary = run(&facts, &store, RunOptions { max_share: None, ..options() }).await.unwrap();
    assert_eq!((summary.series, summary.largest, summary.max_degree), (1, 60, 500));
}

#[tokio::test]
async fn a_later_member_keeps_the_name_of_the_series() {
    let shared = [(PhoneNumber, Author, "+33639980001")];
    let reports = vec![report(2, "75", &shared), report(3, "13", &shared)];
    let (_, before) = linked(reports.clone(), 10).await;
    let more = [(PhoneNumber, Author, "+33639980001"), (DomainName, Author, "a.example")];
    let (_, after) = linked([reports, vec![report(9, "33", &more), report(10, "33", &more[1..])]].concat(), 10).await;
    let (before, after) = (list(&before, 1, 0).await.unwrap(), list(&after, 1, 0).await.unwrap());
    assert_eq!(before[0].id, after[0].id);
    assert_eq!(after[0].size, 4);
}

#[tokio::test]
async fn an_empty_lake_makes_an_empty_register() {
    let (summary, store) = linked(vec![], 10).await;
    assert_eq!((summary.snapshot, summary.series), (0, 0));
    assert!(list(&store, 10, 0).await.unwrap().is_empty());
    assert!(store.series_run().await.unwrap().is_some());
}
