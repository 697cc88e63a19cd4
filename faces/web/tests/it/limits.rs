//! Sizes, times and numbers; and requests with two readings.

use super::client::{Answer, Client, over_tls};
use super::doubles::{Trouble, Troubled};
use super::observatory::{red, score};
use super::socket::{Served, parse};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use beffroi_web::{Limits, Settings};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;

/// A time that no test waits for.
const LONG: Duration = Duration::from_secs(600);
/// A time that a test lets pass.
const SHORT: Duration = Duration::from_millis(400);

fn limited(limits: Limits) -> Settings {
    Settings { limits, ..Settings::default() }
}

/// The first lines of a request for the sign-in page.
const ASK: &str = "GET /connexion HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_with_two_readings_is_answered_once_and_the_connection_ends() {
    let served = Served::with(over_tls(), None).await;
    let hidden = "GET /aide HTTP/1.1\r\nHost: beffroi.example\r\n\r\n";
    let head =
        |method: &str, more: &str| format!("{method} /connexion HTTP/1.1\r\nHost: beffroi.example\r\n{more}\r\n");
    let long = "x".repeat(40_000);
    let many: String = (0..200).map(|n| format!("X-{n}: y\r\n")).collect();
    for (what, bytes, status) in [
        ("length, then chunks", head("POST", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n", 411),
        ("chunks, then length", head("POST", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n", 411),
        ("chunks alone", head("POST", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 411),
        ("chunks in capitals", head("POST", "Transfer-Encoding: Chunked\r\n") + "0\r\n\r\n", 411),
        ("chunks said twice", head("POST", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 411),
        ("an unknown coding", head("POST", "Transfer-Encoding: xchunked\r\n") + "0\r\n\r\n", 400),
        ("chunks not last", head("POST", "Transfer-Encoding: chunked, identity\r\n") + "0\r\n\r\n", 400),
        ("two lengths", head("POST", "Content-Length: 0\r\nContent-Length: 40\r\n"), 400),
        ("a list of lengths", head("POST", "Content-Length: 0, 40\r\n"), 400),
        ("a signed length", head("POST", "Content-Length: +0\r\n"), 400),
        ("a negative length", head("POST", "Content-Length: -1\r\n"), 400),
        ("a length in base 16", head("POST", "Content-Length: 0x0\r\n"), 400),
        ("a length too large to count", head("POST", "Content-Length: 99999999999999999999999\r\n"), 400),
        ("a blank before the colon", head("POST", "Content-Length : 40\r\n"), 400),
        ("a folded line", head("GET", "X: y\r\n Transfer-Encoding: chunked\r\n"), 400),
        ("a zero in a value", head("GET", "X: a\0b\r\n"), 400),
        ("a bare return in a value", head("GET", "X: a\rTransfer-Encoding: chunked\r\n"), 400),
        ("chunks in the old protocol", head("POST", "Transfer-Encoding: chunked\r\n").replace("1.1", "1.0"), 400),
        ("another protocol", head("GET", "").replace("HTTP/1.1", "HTTP/9.9"), 400),
        ("no protocol", "nonsense\r\n\r\n".to_owned(), 400),
        ("a blank in the target", head("GET", "").replace("/connexion", "/a b"), 400),
        ("too many lines", head("GET", &many), 431),
        ("a huge line", head("GET", &format!("X: {long}\r\n")), 431),
        ("a long address", head("GET", "").replace("/connexion", &format!("/{}", "x".repeat(9000))), 414),
        ("a foreign target", head("GET", "Connection: close\r\n").replace("/connexion", "http://evil.example/"), 421),
        ("two hosts", head("GET", "Host: evil.example\r\nConnection: close\r\n"), 421),
        ("no host", head("GET", "Connection: close\r\n").replace("Host: beffroi.example\r\n", ""), 421),
        (
            "a tunnel",
            "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\nConnection: close\r\n\r\n".into(),
            421,
        ),
    ] {
        let text = served.say(format!("{bytes}{hidden}").as_bytes()).await;
        let answer = parse(&text);
        assert_eq!(answer.status.as_u16(), status, "{what}: {text}");
        assert_eq!(text.matches("HTTP/1.").count(), 1, "{what} is answered once: {text}");
        assert_eq!(answer.header("connection"), "close", "{what}");
        let scored = score(&answer.headers, None);
        assert!(scored.total >= 120, "{what}: {scored:?}");
        assert_eq!(red("/connexion", &answer.headers), Vec::<String>::new(), "{what}");
    }
    // Another protocol's first bytes bring nothing at all.
    assert_eq!(served.say(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.matches("200").count(), 0);
    // The twin: two requests that are what they say are two answers.
    let both = head("GET", "") + &head("GET", "Connection: close\r\n");
    assert_eq!(served.say(both.as_bytes()).await.matches("HTTP/1.1 200 OK").count(), 2);
    served.stop().await.unwrap();
}

#[tokio::test]
async fn who_sends_slowly_is_let_go_and_holds_nothing() {
    let limits = Limits { head_time: SHORT, body_time: LONG, at_once: 1, at_once_per_source: 1, ..Limits::default() };
    let served = Served::with(limited(limits), None).await;
    // A body that does not come: everybody's only turn is free all the same.
    let mut slow = served.connect().await;
    let head = "POST /connexion HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nx";
    slow.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..3 {
        assert_eq!(parse(&served.say(ASK.as_bytes()).await).status, StatusCode::OK);
    }
    // A head that does not come, and a connection that says nothing: closed.
    assert_eq!(served.say(b"GET /connexion HTTP/1.1\r\nHost: 127.").await, "");
    assert_eq!(served.say(b"").await, "");
    // A connection that has been answered, too.
    let keep = ASK.replace("Connection: close\r\n", "");
    assert!(served.say(keep.as_bytes()).await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let served = Served::with(limited(Limits { body_time: SHORT, ..Limits::default() }), None).await;
    let head = "POST /connexion HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nx";
    let answer = parse(&served.say(head.as_bytes()).await);
    assert_eq!((answer.status, answer.header("connection")), (StatusCode::REQUEST_TIMEOUT, "close"));
    let large = "POST /connexion HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999999\r\n\r\n";
    let answer = parse(&served.say(large.as_bytes()).await);
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "told before it is sent");
}

#[tokio::test]
async fn connections_are_counted() {
    for (limits, status) in [
        (Limits { connections: 2, ..Limits::default() }, StatusCode::SERVICE_UNAVAILABLE),
        (Limits { connections_per_source: 2, ..Limits::default() }, StatusCode::TOO_MANY_REQUESTS),
    ] {
        let served = Served::with(Settings { limits, ..over_tls() }, None).await;
        let ask = ASK.replace("127.0.0.1", "beffroi.example");
        let mut held = Vec::new();
        for _ in 0..2 {
            // Answered and kept open: surely counted.
            let mut stream = served.connect().await;
            stream.write_all(ask.replace("Connection: close\r\n", "").as_bytes()).await.unwrap();
            assert!(stream.read(&mut [0; 16]).await.unwrap() > 0);
            held.push(stream);
        }
        let answer = parse(&served.say(ask.as_bytes()).await);
        assert_eq!((answer.status, answer.header("retry-after")), (status, "2"));
        assert!(score(&answer.headers, None).total >= 120);
        assert_eq!(red("/connexion", &answer.headers), Vec::<String>::new());
        drop(held);
        // As soon as the server has seen that they are gone, there is room again.
        let mut answer = parse(&served.say(ask.as_bytes()).await);
        while answer.status == status {
            answer = parse(&served.say(ask.as_bytes()).await);
        }
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn requests_under_way_are_answered_before_the_end() {
    let (asked, answered) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let trouble = Trouble::Slow { asked: asked.clone(), answered: answered.clone() };
    let served = Served::changed(Settings::default(), None, |app| app.facts = Troubled::with(trouble)).await;
    // The lake is asked before anybody comes: what pages are answered from is made ready.
    asked.acquire().await.unwrap().forget();
    let mut client = Client::to(|app| app.store = served.app.store.clone()).await;
    client.sign_in(super::sample::LOGIN).await;
    let cookie = format!("beffroi-session={}", client.session().unwrap());
    let ask = ASK.replace("/connexion", "/").replace("\r\n\r\n", &format!("\r\nCookie: {cookie}\r\n\r\n"));
    let stream = served.connect().await;
    let asking = tokio::spawn(async move { super::socket::say(stream, ask.as_bytes()).await });
    asked.acquire().await.unwrap().forget();
    let stopping = tokio::spawn(served.stop());
    answered.add_permits(100);
    stopping.await.unwrap().unwrap();
    assert_eq!(parse(&asking.await.unwrap()).status, StatusCode::OK);
}

/// A client whose dashboard waits until it is let go.
struct Waiting {
    client: Client,
    asked: Arc<Semaphore>,
    answered: Arc<Semaphore>,
    /// Two sessions.
    sessions: Vec<String>,
}

impl Waiting {
    async fn with(limits: Limits) -> Self {
        let (asked, answered) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let trouble = Trouble::Slow { asked: asked.clone(), answered: answered.clone() };
        let mut before = Client::stranger().await;
        let mut sessions = Vec::new();
        for login in [super::sample::LOGIN, "chef"] {
            before.forget();
            before.sign_in(login).await;
            sessions.push(before.session().unwrap().to_owned());
        }
        let client = Client::to(|app| {
            app.store = before.app.store.clone();
            app.facts = Troubled::with(trouble);
            app.settings = limited(limits).into();
        })
        .await;
        Self { client, asked, answered, sessions }
    }

    fn request(&self, path: &str, session: usize, source: u8) -> Request<Body> {
        let peer = SocketAddr::from(([192, 0, 2, source], 9));
        Request::builder()
            .uri(path)
            .header("host", "127.0.0.1")
            .header("cookie", format!("beffroi-session={}", self.sessions[session]))
            .extension(ConnectInfo(peer))
            .body(Body::empty())
            .unwrap()
    }

    async fn ask(&self, path: &str, session: usize, source: u8) -> Answer {
        self.client.raw(self.request(path, session, source)).await
    }

    /// Does `then` while one request of the first session and the first source is worked on.
    async fn during(&self, then: impl Future<Output = ()>) {
        let first = self.ask("/", 0, 1);
        let then = async {
            self.asked.acquire().await.unwrap().forget();
            then.await;
            self.answered.add_permits(100);
        };
        let (first, ()) = tokio::join!(first, then);
        assert_eq!(first.status, StatusCode::OK, "the first one is answered in the end");
    }
}

#[tokio::test]
async fn a_session_has_its_own_bound() {
    let limits = Limits { at_once_per_session: 1, waiting_per_session: 0, ..Limits::default() };
    let waiting = Waiting::with(limits).await;
    waiting
        .during(async {
            let answer = waiting.ask("/aide", 0, 1).await;
            assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "2"));
            assert_eq!(waiting.ask("/aide", 0, 2).await.status, StatusCode::TOO_MANY_REQUESTS, "wherever it is used");
            assert_eq!(waiting.ask("/aide", 1, 1).await.status, StatusCode::OK, "another session goes on");
        })
        .await;
    assert_eq!(waiting.ask("/aide", 0, 1).await.status, StatusCode::OK, "and so does this one afterwards");
}

#[tokio::test]
async fn a_source_has_its_own_bound() {
    let limits = Limits { at_once_per_source: 1, waiting_per_source: 0, ..Limits::default() };
    let waiting = Waiting::with(limits).await;
    waiting
        .during(async {
            assert_eq!(waiting.ask("/aide", 1, 1).await.status, StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(waiting.ask("/aide", 1, 2).await.status, StatusCode::OK, "another source goes on");
        })
        .await;
    assert_eq!(waiting.ask("/aide", 1, 1).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_that_takes_too_long_gives_its_turn_back() {
    let limits = Limits { request_time: SHORT, at_once: 1, at_once_per_source: 1, ..Limits::default() };
    let waiting = Waiting::with(limits).await;
    let answer = waiting.ask("/", 0, 1).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "2"));
    // The only turn is there again.
    let mut answer = waiting.ask("/aide", 0, 1).await;
    while answer.status == StatusCode::SERVICE_UNAVAILABLE {
        answer = waiting.ask("/aide", 0, 1).await;
    }
    assert_eq!(answer.status, StatusCode::OK);
}
