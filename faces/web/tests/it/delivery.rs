//! Deliveries and their quality sheets.

use super::client::Client;
use super::sample::{DELIVERY, HOSTILE};
use axum::http::StatusCode;
use beffroi_desk_observatory::quality::{
    Completeness, ControlFault, ControlResult, ControlState, Difference, Differences, FORM, FindingLine, Listed,
    Outcome, Place, QualitySheet, Shelf, Suspicion, Timeliness, Validity,
};
use beffroi_ports::Facts;
use std::path::Path;

/// The sheet of the sample's reports: of everything a little.
pub(crate) async fn fill(facts: &dyn Facts, data: &Path) {
    let snapshots = facts.snapshots().await.unwrap();
    let delivery = snapshots.iter().find(|s| s.delivery.id.as_str() == DELIVERY).unwrap().delivery.clone();
    let place = |month: &str| Place {
        period: Some(month.into()),
        territory: Some("59".into()),
        category: Some("AN-BIENS".into()),
        ..Place::default()
    };
    let difference = |month, before, after| Difference {
        place: place(month),
        vintage: None,
        before: Some(before),
        after,
        same_vintage: false,
    };
    let fault = ControlFault { place: Place::default(), expected: Some(4386.0), found: Some(4365.0), slip: None };
    let sheet = QualitySheet {
        form: FORM,
        delivery,
        outcome: Outcome::Landed { snapshot: 1 },
        of_reports: true,
        rows_skipped: 0,
        completeness: Completeness { n_rows: 10, ..Completeness::default() },
        validity: Validity {
            rules: Vec::new(),
            findings: Listed::of(
                vec![FindingLine {
                    line: 12,
                    column: Some(HOSTILE.into()),
                    rule: "unknown-code".into(),
                    reason: "no such code".into(),
                    rejected: true,
                }],
                9,
            ),
        },
        timeliness: Timeliness::default(),
        controls: vec![ControlResult {
            name: "evenements".into(),
            kind: "total".into(),
            severity: "warn".into(),
            state: ControlState::Failed,
            n_checked: 1,
            n_unread: 0,
            faults: Listed::of(vec![fault], 9),
            gaps: Listed::default(),
        }],
        differences: Differences {
            compared: true,
            n_compared: 2,
            changed: Listed::of(
                vec![difference("2024-03", 17.0, Some(128.0)), difference("2024-04", 3.0, Some(41.0))],
                9,
            ),
            vanished: Listed::of(vec![difference("2024-05", 4.0, None)], 9),
            ..Differences::default()
        },
        suspicions: Listed::of(
            vec![Suspicion { place: place("2024"), found: 1.0, expected: 2.0, reason: "out-of-line".into() }],
            9,
        ),
        overlaps: None,
    };
    Shelf::new(data.join("quality")).keep(&sheet).unwrap();
}

#[tokio::test]
async fn a_delivery_shows_its_sheet_and_gives_it_as_pdf() {
    let mut client = Client::analyst().await;
    let list = client.get("/livraisons").await.text();
    assert!(list.contains(&format!("href=\"/livraisons/{DELIVERY}\"")) && list.contains("Un contrôle est en échec."));
    assert!(list.contains("sans fiche"), "a delivery from before");
    let page = client.get(&format!("/livraisons/{DELIVERY}")).await.text();
    for said in ["evenements", "4\u{202f}386", "4\u{202f}365", "mars 2024", "code inconnu"] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("<img src=x"), "what stands in a file stays text");
    let pdf = client.get(&format!("/livraisons/{DELIVERY}/pdf")).await;
    assert_eq!((pdf.status, pdf.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert!(client.get("/sources").await.text().contains("href=\"/livraisons\""));
    assert!(client.get("/sources/synth-unites").await.text().contains(&format!("href=\"/livraisons/{DELIVERY}\"")));
}

#[tokio::test]
async fn counts_of_reports_are_protected_on_the_page() {
    let mut client = Client::analyst().await;
    let page = client.get(&format!("/livraisons/{DELIVERY}")).await.text();
    let line = |month: &str| {
        let from = page.find(month).unwrap();
        page[from..].split("</tr>").next().unwrap().to_owned()
    };
    // 17 and 128 rounded to ten; 3 and 4 secret.
    assert!(line("mars 2024").contains(">20<") && line("mars 2024").contains(">130<"), "{}", line("mars 2024"));
    assert!(line("avril 2024").contains(">s<") && !line("avril 2024").contains(">3<"));
    assert!(line("mai 2024").contains(">s<") && !line("mai 2024").contains(">4<"));
    assert!(!page.contains(">17<") && !page.contains(">128<"));
}

#[tokio::test]
async fn a_delivery_without_a_sheet_says_so_and_an_unknown_one_is_not_there() {
    let mut client = Client::analyst().await;
    let page = client.get("/livraisons/DEL-00000000000000000000000000000002").await;
    assert!(page.status == StatusCode::OK && page.text().contains("n’a pas de fiche de qualité"));
    for path in [
        "/livraisons/DEL-00000000000000000000000000000002/pdf",
        "/livraisons/DEL-00000000000000000000000000000099",
        "/livraisons/..%2fbeffroi.toml",
        "/livraisons/x",
    ] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
