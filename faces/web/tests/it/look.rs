//! The sample behind a port, for a browser: pages are looked at without the lake, a minute after a change.
//!
//! `BEFFROI_LOOK=8119 cargo test -p beffroi-web --test it -- --nocapture look` serves it until it is interrupted, and
//! prints a session for each account of [`super::people`]. Without that variable there is nothing to do.

use super::made::{self, Facts};
use super::sample;
use beffroi_store::By;
use tokio::net::TcpListener;

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_is_served_to_a_browser_when_a_port_is_named() {
    let Some(port) = std::env::var("BEFFROI_LOOK").ok().and_then(|port| port.parse::<u16>().ok()) else {
        println!("BEFFROI_LOOK names no port: nothing is served");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let app = sample::app(folder.path()).await;
    made::situation(&app.store, "SIT-2026-001", 1, &Facts::published()).await;
    for job in ["watch", "reminders"] {
        app.store.job_make(job, sample::now(), &By::new("jobs", sample::now())).await.unwrap();
    }
    for account in app.store.account_list().await.unwrap() {
        let token = app.store.session_open(&account, "password", sample::now()).await.unwrap();
        println!("{} beffroi-session={}", account.login, token.expose());
    }
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    beffroi_web::serve(app, listener, None, std::future::pending()).await.unwrap();
}
