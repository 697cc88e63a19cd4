//! The board of retention: the terms of the deployment, and what is due by them.

use super::client::Client;
use super::people::login_of;
use axum::http::StatusCode;
use beffroi_retention::{Grounds, Term};
use beffroi_rights::Role;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The board, with a file of rejects of today, under some grounds.
async fn board(grounds: Grounds) -> String {
    let mut client = Client::to(|app| app.grounds = Arc::new(grounds)).await;
    for folder in ["rejects", "alerts"] {
        std::fs::create_dir_all(client.app.data.join(folder)).unwrap();
    }
    std::fs::write(client.app.data.join("rejects/DEL-1.csv"), "x").unwrap();
    std::fs::write(client.app.data.join("alerts/FLASH-2026-001.pdf"), "x").unwrap();
    client.become_of(&login_of(Role::DataProtectionOfficer)).await;
    let page = client.get("/conservation?lang=en").await;
    assert_eq!(page.status, StatusCode::OK);
    page.text()
}

#[tokio::test]
async fn the_board_shows_the_terms_that_the_deployment_sets() {
    let terms = BTreeMap::from([("rejects".to_owned(), Term::Days(7)), ("backups".to_owned(), Term::Days(77))]);
    let set = board(Grounds::new("journal-cpp-r249-16", &terms).unwrap()).await;
    assert!(set.contains("77 days") && set.contains("7 days"), "{set}");
    // The twin: without them, those of the house.
    let house = board(Grounds::house().unwrap()).await;
    assert!(!house.contains("77 days") && house.contains("30 days"), "{house}");
    for page in [&set, &house] {
        assert!(page.contains("rejects/DEL-1.csv") && page.contains("exports/FLASH-2026-001.pdf"), "{page}");
    }
}
