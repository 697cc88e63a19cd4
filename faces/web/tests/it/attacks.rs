//! Forged forms: each attack changes one thing in a request that a browser would send, everything else granted (the
//! session's cookie came along, the token leaked). None changes anything; the honest request after each does.

use super::client::{Client, over_tls};
use super::watch;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use beffroi_model::SignalId;
use beffroi_web::Settings;

/// A signed-in analyst, and what an attacker may have got hold of.
struct Scene {
    client: Client,
    signal: SignalId,
    path: String,
    host: &'static str,
    origin: String,
    session_name: &'static str,
    session: String,
    token: String,
    /// Another session and its token.
    other: (String, String),
    /// A sign-in form's cookie and token.
    entry: (String, String),
}

/// A request that can be bent.
#[derive(Clone)]
struct Forged {
    method: Method,
    target: String,
    headers: Vec<(&'static str, String)>,
    cookies: Vec<String>,
    body: String,
}

impl Forged {
    fn drop(&mut self, name: &str) {
        self.headers.retain(|(n, _)| *n != name);
    }

    fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.drop(name);
        self.headers.push((name, value.into()));
    }

    /// The browser says only where the form comes from.
    fn origin(&mut self, value: impl Into<String>) {
        self.drop("sec-fetch-site");
        self.set("origin", value);
    }

    /// The browser says only how far the form comes from.
    fn site(&mut self, value: &str) {
        self.drop("origin");
        self.set("sec-fetch-site", value);
    }

    fn request(&self) -> Request<Body> {
        let mut request = Request::builder().method(&self.method).uri(&self.target);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        for cookie in &self.cookies {
            request = request.header("cookie", cookie);
        }
        request.body(Body::from(self.body.clone())).unwrap()
    }
}

impl Scene {
    async fn new(settings: Settings) -> Self {
        let secure = settings.secure;
        let mut client = Client::to(|app| app.settings = settings.into()).await;
        let (host, scheme, session_name, entry_name) = match secure {
            true => ("beffroi.example", "https", "__Host-beffroi-session", "__Host-beffroi-entry"),
            false => ("127.0.0.1:8117", "http", "beffroi-session", "beffroi-entry"),
        };
        let door = client.get("/connexion").await;
        let entry = (format!("{entry_name}={}", client.cookie(entry_name).unwrap()), door.token());
        client.sign_in("chef").await;
        let other = (client.session().unwrap().to_owned(), client.get("/aide").await.token());
        client.forget();
        client.sign_in(super::sample::LOGIN).await;
        let signal = watch::on(&client.app.store, "fake_shop").await;
        let path = format!("/signaux/{signal}");
        let token = client.get(&path).await.token();
        let session = client.session().unwrap().to_owned();
        let origin = format!("{scheme}://{host}");
        Self { client, signal, path, host, origin, session_name, session, token, other, entry }
    }

    fn fields(&self, reason: &str) -> String {
        format!("decision=known&reason={reason}&cle={}", beffroi_store::WriteKey::draw())
    }

    /// What the analyst's browser sends.
    fn honest(&self, reason: &str) -> Forged {
        Forged {
            method: Method::POST,
            target: self.path.clone(),
            headers: vec![
                ("host", self.host.to_owned()),
                ("origin", self.origin.clone()),
                ("sec-fetch-site", "same-origin".to_owned()),
                ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ],
            cookies: vec![format!("{}={}", self.session_name, self.session)],
            body: format!("jeton={}&{}", self.token, self.fields(reason)),
        }
    }

    /// All that the attack could have changed.
    async fn state(&self) -> String {
        let store = &self.client.app.store;
        let alert = store.alert_fetch(&"FLASH-2026-001".parse().unwrap()).await.unwrap();
        format!("{:?} {alert:?}", store.signal_fetch(&self.signal).await.unwrap().unwrap())
    }
}

/// An attack: its name, the answer, and what it bends.
type Attack = (&'static str, u16, fn(&Scene, &mut Forged));

const ATTACKS: &[Attack] = &[
    // Where the form comes from.
    ("a foreign origin", 403, |_, f| f.origin("https://evil.example")),
    ("no origin to speak of", 403, |_, f| f.origin("null")),
    ("nothing said at all", 403, |_, f| {
        f.drop("origin");
        f.drop("sec-fetch-site");
    }),
    ("another port", 403, |s, f| f.origin(format!("{}0", s.origin))),
    ("the other scheme", 403, |s, f| {
        let (scheme, rest) = s.origin.split_once("://").unwrap();
        f.origin(format!("{}://{rest}", if scheme == "http" { "https" } else { "http" }));
    }),
    ("a name below ours", 403, |s, f| f.origin(s.origin.replace("://", "://x."))),
    ("our name below another", 403, |s, f| f.origin(format!("{}.evil.example", s.origin))),
    ("our name as a user", 403, |s, f| f.origin(format!("{}@evil.example", s.origin))),
    ("an origin in capitals", 403, |s, f| f.origin(s.origin.to_uppercase())),
    ("an origin with a path", 403, |s, f| f.origin(format!("{}/", s.origin))),
    ("an origin with a blank", 403, |s, f| f.origin(format!("{} https://evil.example", s.origin))),
    ("no port", 403, |_, f| f.origin("http://127.0.0.1")),
    ("another name of this machine", 403, |_, f| f.origin("http://localhost:8117")),
    ("an empty origin", 403, |_, f| f.origin("")),
    ("two origins, ours first", 403, |_, f| f.headers.push(("origin", "https://evil.example".into()))),
    ("two origins, ours last", 403, |_, f| f.headers.insert(0, ("origin", "https://evil.example".into()))),
    ("a form from another site", 403, |_, f| f.site("cross-site")),
    ("a form from a sister site", 403, |_, f| f.site("same-site")),
    ("a form from nowhere", 403, |_, f| f.site("none")),
    ("an unknown distance", 403, |_, f| f.site("Same-Origin")),
    ("two distances", 403, |_, f| f.headers.push(("sec-fetch-site", "cross-site".into()))),
    ("another site that claims our origin", 403, |_, f| f.set("sec-fetch-site", "cross-site")),
    ("our distance from a foreign origin", 403, |_, f| f.set("origin", "https://evil.example")),
    ("our distance from no origin", 403, |_, f| f.set("origin", "null")),
    // The token.
    ("no token", 403, |s, f| f.body = s.fields("attaque")),
    ("an empty token", 403, |s, f| f.body = format!("jeton=&{}", s.fields("attaque"))),
    ("an invented token", 403, |s, f| f.body = format!("jeton={}&{}", "0".repeat(64), s.fields("attaque"))),
    ("the token of another session", 403, |s, f| f.body = f.body.replace(&s.token, &s.other.1)),
    ("the token of the sign-in form", 403, |s, f| {
        f.body = f.body.replace(&s.token, &s.entry.1);
        f.cookies.push(s.entry.0.clone());
    }),
    ("the token in capitals", 403, |s, f| f.body = f.body.replace(&s.token, &s.token.to_uppercase())),
    ("a token cut short", 403, |s, f| f.body = f.body.replace(&s.token, &s.token[..63])),
    ("a token with a tail", 403, |s, f| f.body = f.body.replace(&s.token, &format!("{}0", s.token))),
    ("the token in the query", 403, |s, f| {
        f.target = format!("{}?jeton={}", s.path, s.token);
        f.body = s.fields("attaque");
    }),
    ("the token in a header", 403, |s, f| {
        f.set("x-csrf-token", s.token.clone());
        f.body = s.fields("attaque");
    }),
    ("the token in a cookie", 403, |s, f| {
        f.cookies.push(format!("jeton={}", s.token));
        f.body = s.fields("attaque");
    }),
    ("two tokens, ours last", 403, |_, f| f.body = format!("jeton=0&{}", f.body)),
    ("two tokens, ours first", 403, |_, f| f.body.push_str("&jeton=0")),
    ("the same token twice", 403, |s, f| f.body.push_str(&format!("&jeton={}", s.token))),
    ("the token under another name", 403, |_, f| f.body = f.body.replace("jeton=", "Jeton=")),
    // What kind of form.
    ("JSON", 415, |s, f| {
        f.set("content-type", "application/json");
        f.body = format!("{{\"jeton\":\"{}\",\"decision\":\"known\",\"reason\":\"attaque\"}}", s.token);
    }),
    ("a form sent as text", 415, |_, f| f.set("content-type", "text/plain")),
    ("no kind at all", 415, |_, f| f.drop("content-type")),
    ("a form in parts", 415, |s, f| {
        f.set("content-type", "multipart/form-data; boundary=b");
        f.body = format!("--b\r\nContent-Disposition: form-data; name=\"jeton\"\r\n\r\n{}\r\n--b--\r\n", s.token);
    }),
    ("a form too large", 413, |_, f| f.body.push_str(&"x".repeat(70_000))),
    ("a form in chunks", 411, |_, f| f.set("transfer-encoding", "chunked")),
    ("two lengths", 400, |_, f| {
        f.headers.push(("content-length", "1".into()));
        f.headers.push(("content-length", "2".into()));
    }),
    // How it is sent.
    ("a reading that decides", 200, |_, f| {
        f.target = format!("{}?{}", f.target, f.body);
        f.method = Method::GET;
        f.body.clear();
    }),
    ("a reading with a body", 200, |_, f| f.method = Method::GET),
    ("a reading of the head", 200, |_, f| f.method = Method::HEAD),
    ("a method in the query", 200, |_, f| {
        f.target = format!("{}?_method=POST&{}", f.target, f.body);
        f.method = Method::GET;
    }),
    ("a method in a header", 200, |_, f| {
        f.method = Method::GET;
        f.set("x-http-method-override", "POST");
        f.set("x-method-override", "POST");
    }),
    ("PUT", 405, |_, f| f.method = Method::PUT),
    ("PATCH", 405, |_, f| f.method = Method::PATCH),
    ("DELETE", 405, |_, f| f.method = Method::DELETE),
    ("a method of one's own", 405, |_, f| f.method = Method::from_bytes(b"post").unwrap()),
    ("a question before", 405, |_, f| {
        f.method = Method::OPTIONS;
        f.set("access-control-request-method", "POST");
    }),
    // Under which session.
    ("no cookie", 403, |_, f| f.cookies.clear()),
    ("two sessions, ours last", 400, |s, f| {
        f.cookies[0] = format!("{0}={1}; {2}", s.session_name, s.other.0, f.cookies[0])
    }),
    ("two sessions, ours first", 400, |s, f| {
        f.cookies[0] = format!("{2}; {0}={1}", s.session_name, s.other.0, f.cookies[0])
    }),
    ("two sessions on two lines", 400, |s, f| f.cookies.push(format!("{}={}", s.session_name, s.other.0))),
    ("the same session twice", 400, |_, f| f.cookies.push(f.cookies[0].clone())),
    ("another session", 403, |s, f| f.cookies[0] = format!("{}={}", s.session_name, s.other.0)),
    ("an invented session", 403, |s, f| f.cookies[0] = format!("{}={}", s.session_name, "a".repeat(64))),
    ("a session in capitals", 403, |s, f| f.cookies[0] = format!("{}={}", s.session_name, s.session.to_uppercase())),
    ("a session in quotes", 403, |s, f| f.cookies[0] = format!("{}=\"{}\"", s.session_name, s.session)),
    ("a session that is a token", 403, |s, f| f.cookies[0] = format!("{}={}", s.session_name, s.token)),
    ("a huge session", 403, |s, f| f.cookies[0] = format!("{}={}", s.session_name, s.session.repeat(100))),
    ("a cookie of another name", 403, |s, f| {
        let other = if s.session_name.starts_with("__") { "beffroi-session" } else { "__Host-beffroi-session" };
        f.cookies[0] = format!("{other}={}", s.session);
    }),
    ("a cookie in capitals", 403, |s, f| f.cookies[0] = format!("{}={}", s.session_name.to_uppercase(), s.session)),
    // Under which name.
    ("a foreign host", 421, |_, f| f.set("host", "evil.example")),
    ("a host below ours", 421, |s, f| f.set("host", format!("x.{}", s.host))),
    ("our host below another", 421, |_, f| f.set("host", "127.0.0.1.evil.example")),
    ("two hosts", 421, |_, f| f.headers.push(("host", "evil.example".into()))),
    ("no host", 421, |_, f| f.drop("host")),
    ("a foreign target", 421, |s, f| f.target = format!("http://evil.example{}", s.path)),
    ("a target that is not the host", 421, |s, f| f.target = format!("http://localhost{}", s.path)),
    ("a host forwarded", 403, |_, f| {
        f.set("x-forwarded-host", "evil.example");
        f.set("forwarded", "host=evil.example;proto=https");
        f.set("x-original-url", "/");
        f.origin("https://evil.example");
    }),
];

async fn none_succeeds(settings: Settings) {
    let scene = Scene::new(settings).await;
    for (n, (name, status, bend)) in ATTACKS.iter().enumerate() {
        let before = scene.state().await;
        let mut forged = scene.honest("attaque");
        bend(&scene, &mut forged);
        let answer = scene.client.raw(forged.request()).await;
        assert_eq!(answer.status.as_u16(), *status, "{name}: {}", answer.text());
        assert_eq!(scene.state().await, before, "{name} has changed something");
        let set: HeaderMap = answer.headers;
        assert!(!set.contains_key("access-control-allow-origin"), "{name}");
        // The twin: the same request, unbent.
        let reason = format!("honnete-{n}");
        let honest = scene.client.raw(scene.honest(&reason).request()).await;
        assert_eq!(honest.status, StatusCode::SEE_OTHER, "after {name}: {}", honest.text());
        assert!(scene.state().await.contains(&reason), "the honest form after {name} changes nothing");
    }
}

#[tokio::test]
async fn no_forged_form_succeeds_on_loopback() {
    none_succeeds(Settings::default()).await;
}

#[tokio::test]
async fn no_forged_form_succeeds_over_tls() {
    none_succeeds(over_tls()).await;
}

#[test]
fn there_are_many_and_each_is_another() {
    let mut names: Vec<&str> = ATTACKS.iter().map(|(name, ..)| *name).collect();
    assert!(names.len() >= 60, "{}", names.len());
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ATTACKS.len());
}
