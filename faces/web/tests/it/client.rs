//! A browser of a few lines: it keeps cookies and sends forms.

use super::sample;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use beffroi_web::{App, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;

/// The browser.
pub(crate) struct Client {
    router: Router,
    cookies: BTreeMap<String, String>,
    /// Sent with each request beside the cookies.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The host asked.
    pub(crate) host: String,
    /// The folder of the sample, kept as long as the client.
    _folder: tempfile::TempDir,
    /// The application behind.
    pub(crate) app: App,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    /// The token of the page's first form whose action is not to sign out.
    pub(crate) fn token(&self) -> String {
        let text = self.text();
        let forms: Vec<&str> = text.split("<form").skip(1).collect();
        let form = forms
            .iter()
            .find(|f| f.contains("jeton") && !f.contains("/deconnexion"))
            .or(forms.iter().find(|f| f.contains("jeton")))
            .unwrap();
        between(form, "name=\"jeton\" value=\"", "\"").to_owned()
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let text = self.text();
        between(&text, &format!("name=\"{name}\" value=\""), "\"").to_owned()
    }
}

/// The settings of a server that speaks TLS.
pub(crate) fn over_tls() -> Settings {
    Settings { hosts: vec!["beffroi.example".to_owned()], secure: true, ..Settings::default() }
}

/// What stands between two marks, for the first time.
pub(crate) fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
    rest.split_once(to).unwrap().0
}

impl Client {
    /// Nobody, before the sample.
    pub(crate) async fn stranger() -> Self {
        Self::to(|_| {}).await
    }

    /// Nobody, before the sample over TLS.
    pub(crate) async fn over_tls() -> Self {
        Self::to(|app| app.settings = Arc::new(over_tls())).await
    }

    /// Nobody, before the sample changed in some way.
    pub(crate) async fn to(change: impl FnOnce(&mut App)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut app = sample::app(folder.path()).await;
        change(&mut app);
        Self::before(app, folder)
    }

    /// The analyst of an exercise, signed in.
    pub(crate) async fn player() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut client = Self::before(sample::exercise(folder.path()).await, folder);
        client.sign_in(sample::LOGIN).await;
        client
    }

    fn before(app: App, folder: tempfile::TempDir) -> Self {
        let host = app.settings.hosts.first().cloned().unwrap_or_else(|| "127.0.0.1:8117".to_owned());
        let router = beffroi_web::router(app.clone());
        Self { router, cookies: BTreeMap::new(), headers: Vec::new(), host, _folder: folder, app }
    }

    /// Serves anew what [`Client::app`] has become: another clock.
    pub(crate) fn restart(&mut self) {
        self.router = beffroi_web::router(self.app.clone());
    }

    /// Sends a request as it is: no cookie is added, none is kept.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    /// The analyst, signed in.
    pub(crate) async fn analyst() -> Self {
        let mut client = Self::stranger().await;
        client.sign_in(sample::LOGIN).await;
        client
    }

    /// Puts `login` behind the browser by a session of its own, without the door.
    pub(crate) async fn become_of(&mut self, login: &str) {
        self.cookies.clear();
        let account = self.app.store.account_fetch(login).await.unwrap().unwrap();
        let token = self.app.store.session_open(&account, "password", (self.app.clock)()).await.unwrap();
        self.cookies.insert("beffroi-session".to_owned(), token.expose().to_owned());
    }

    pub(crate) async fn sign_in(&mut self, login: &str) {
        let form = self.get("/connexion").await;
        let token = form.token();
        let fields = [("jeton", token.as_str()), ("login", login), ("password", sample::PASSWORD), ("suite", "/")];
        let answer = self.post("/connexion", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    }

    pub(crate) fn forget(&mut self) {
        self.cookies.clear();
    }

    /// The session's cookie.
    pub(crate) fn session(&self) -> Option<&str> {
        self.cookie(if self.app.settings.secure { "__Host-beffroi-session" } else { "beffroi-session" })
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = String::new();
        for (key, value) in fields {
            if !body.is_empty() {
                body.push('&');
            }
            body.push_str(key);
            body.push('=');
            for byte in value.bytes() {
                body.push_str(&format!("%{byte:02X}"));
            }
        }
        if !fields.iter().any(|(key, _)| *key == "cle") {
            body.push_str(&format!("&cle={}", beffroi_store::WriteKey::draw()));
        }
        self.send("POST", path, Some(body)).await
    }

    /// The same with a file, as a browser sends it.
    pub(crate) async fn post_file(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> Answer {
        let (name, chosen, bytes) = file;
        let mut body = Vec::new();
        for (key, value) in fields {
            body.extend(
                format!("--of-a-form\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!(
            "--of-a-form\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{chosen}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(b"\r\n--of-a-form--\r\n");
        self.send_as("POST", path, Some((Body::from(body), "multipart/form-data; boundary=of-a-form"))).await
    }

    /// The same in JSON, as a machine writes.
    pub(crate) async fn send_json(&mut self, method: &str, path: &str, body: &str) -> Answer {
        self.send_as(method, path, Some((Body::from(body.to_owned()), "application/json"))).await
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, body: Option<String>) -> Answer {
        let form = "application/x-www-form-urlencoded";
        self.send_as(method, path, body.map(|body| (Body::from(body), form))).await
    }

    async fn send_as(&mut self, method: &str, path: &str, body: Option<(Body, &str)>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(header::HOST, &self.host);
        }
        let says_whence = |(name, _): &(&str, String)| ["origin", "sec-fetch-site"].contains(name);
        if method == "POST" && !self.headers.iter().any(says_whence) {
            request = request.header("sec-fetch-site", "same-origin");
        }
        let cookies: Vec<String> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some((_, kind)) = &body {
            request = request.header(header::CONTENT_TYPE, *kind);
        }
        let request = request.body(body.map_or_else(Body::empty, |(body, _)| body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (key, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(key);
            } else {
                self.cookies.insert(key.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }
}
