//! What the log may hold: one line for one event, and nothing that opens a door.

use super::client::Client;
use super::doubles::{Trouble, Troubled};
use super::sample::{LOGIN, PASSWORD};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// Lines written so far.
#[derive(Clone, Default)]
pub(super) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// What was written.
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A value that must not be found again.
const CANARY: &str = "canari-7f3a";

#[tokio::test]
async fn no_secret_and_no_second_line() {
    // What a thread without a listener meets first while this one listens alone would stay silent: it is met before.
    Client::stranger().await.post("/connexion", &[]).await;
    let lines = Lines::default();
    let (at_all, ansi) = (tracing::level_filters::LevelFilter::TRACE, false);
    let log = tracing_subscriber::fmt().with_writer(lines.clone()).with_max_level(at_all).with_ansi(ansi).finish();
    let guard = tracing::subscriber::set_default(log);
    let mut client = Client::stranger().await;
    let door = client.get(&format!("/connexion?suite=/{CANARY}-suite")).await;
    let entry = client.cookie("beffroi-entry").unwrap().to_owned();
    let wrong = format!("{CANARY}-mot-de-passe");
    let fields = [("jeton", door.token()), ("login", LOGIN.to_owned()), ("password", wrong)];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    client.post("/connexion", &fields).await;
    client.sign_in(LOGIN).await;
    let session = client.session().unwrap().to_owned();
    let token = client.get("/aide").await.token();
    client.headers = vec![
        ("cookie", format!("autre={CANARY}-cookie")),
        ("user-agent", format!("{CANARY}-agent\u{9}x")),
        ("referer", format!("http://127.0.0.1:8117/{CANARY}-page")),
        ("authorization", format!("Bearer {CANARY}-porteur")),
        ("x-forwarded-for", format!("{CANARY}-source")),
    ];
    client.get(&format!("/nowhere?q={CANARY}-question")).await;
    client.get("/nowhere%0d%0aERROR%20forged%1b[31m").await;
    client.get(&format!("/series?page={CANARY}-page")).await;
    client.post(&format!("/signaux/x?x={CANARY}"), &[("jeton", "faux"), ("reason", &format!("{CANARY}-motif"))]).await;
    client.headers.push(("sec-fetch-site", format!("{CANARY}-site")));
    client.post("/aide", &[("jeton", &token)]).await;
    client.headers = vec![("host", format!("{CANARY}.example"))];
    client.get("/aide").await;
    // An error of ours whose text breaks lines and moves the cursor.
    let mut broken = Client::to(|app| app.facts = Troubled::with(Trouble::Engine)).await;
    broken.sign_in(LOGIN).await;
    broken.get("/").await;
    drop(guard);

    let text = lines.text();
    let ours: Vec<&str> = text.lines().filter(|line| line.contains("problem.reference")).collect();
    assert!(ours.len() >= 7, "the test sees the log: {text}");
    for secret in [CANARY, PASSWORD, &session, &token, &entry, &door.token()] {
        let line = text.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{line:?}");
    }
    for c in text.chars().filter(|c| *c != '\n') {
        assert!(!c.is_control(), "{c:?} in the log");
    }
    for line in text.lines() {
        assert!(line.starts_with("20"), "a line that is not an event of its own: {line}");
    }
    assert!(
        ours.iter().any(|line| line.contains("ERROR") && line.contains("\\u{a}")),
        "escaped, not dropped: {ours:?}"
    );
    assert!(ours.iter().any(|line| line.contains("http.path=/nowhere")), "{ours:?}");
}
