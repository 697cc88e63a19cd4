//! Signing in and out. A wrong password, an unknown name and a name that must wait bring the same page.

use crate::App;
use crate::chrome::{Chrome, html};
use crate::cookies::{Cookie, Jar, Keep};
use crate::forms::{Fields, entry_token};
use crate::house::House;
use crate::limits::Visitor;
use crate::problem::Problem;
use crate::reader::{Reader, encode, local_path};
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_store::SignIn;
use rand::TryRngCore;
use rand::rngs::OsRng;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page<'a> {
    chrome: Chrome,
    message: Option<String>,
    demo: Option<(String, String)>,
    /// The way to the provider of identities, when one is configured.
    provider: Option<String>,
    /// The way by a passkey, where there is one.
    passkey: Option<String>,
    token: String,
    after: &'a str,
    login: &'a str,
}

/// `GET /connexion`
pub(crate) async fn show(
    State(app): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = reader.query();
    let after = query.get("suite").map_or("/", |text| local_path(text));
    if reader.session.is_some() {
        return Ok(Redirect::to(after).into_response());
    }
    page(&app, &reader, &headers, after, "", None)
}

/// `POST /connexion`
pub(crate) async fn enter(
    State(app): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (login, after) = (fields.get("login"), local_path(fields.get("suite")));
    let (now, jar) = (app.now(), Jar::of(&app.settings));
    // One who tries many names from one place waits as one who tries many passwords on one name, and is told the same.
    let attempt = match visitor.attempt(now) {
        Ok(()) => app.store.account_verify(login, fields.raw("password"), now).await?,
        Err(until) => SignIn::Wait(until),
    };
    let message = match attempt {
        SignIn::Accepted(account) => {
            visitor.succeeded();
            if let Some(token) = &reader.token {
                app.store.session_close(token, now).await?;
            }
            let token = app.store.session_open(&account, "password", now).await?;
            let mut response = Redirect::to(after).into_response();
            let session = jar.set(Cookie::Session, token.expose(), Keep::Session);
            let entry = jar.set(Cookie::Entry, "", Keep::Gone);
            for cookie in [session, entry].into_iter().flatten() {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            return Ok(response);
        }
        SignIn::Refused => reader.t.say("web-sign-in-refused"),
        SignIn::Wait(until) => {
            let seconds = until.duration_since(now).as_secs().max(1);
            reader.t.say_with("web-sign-in-wait", &[("seconds", seconds.into())])
        }
    };
    let page = page(&app, &reader, &headers, after, login, Some(message))?;
    Ok(sent_back(page))
}

/// `POST /deconnexion`
pub(crate) async fn leave(State(app): State<House>, Extension(reader): Extension<Reader>) -> Result<Response, Problem> {
    if let Some(token) = &reader.token {
        app.store.session_close(token, app.now()).await?;
    }
    let mut response = Redirect::to("/connexion").into_response();
    if let Some(cookie) = Jar::of(&app.settings).set(Cookie::Session, "", Keep::Gone) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn page(
    app: &App,
    reader: &Reader,
    headers: &HeaderMap,
    after: &str,
    login: &str,
    message: Option<String>,
) -> Result<Response, Problem> {
    let jar = Jar::of(&app.settings);
    let entry = entry(jar, headers)?;
    let chrome = Chrome::new(app, reader, &reader.t.say("web-sign-in-title"));
    let demo = app.demo_login.clone();
    let suite = encode(&[("suite".to_owned(), after.to_owned())]);
    let provider = app.identity.as_ref().map(|_| format!("/connexion/fournisseur?{suite}"));
    let passkey = app.passkeys.as_ref().map(|_| format!("/connexion/cle?{suite}"));
    let mut response =
        html(&Page { chrome, message, demo, provider, passkey, token: entry_token(&entry), after, login })?;
    if let Some(cookie) = jar.set(Cookie::Entry, &entry, Keep::Session) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// To what the sign-in form is tied: what the browser holds, or else something new.
pub(crate) fn entry(jar: Jar, headers: &HeaderMap) -> Result<String, Problem> {
    let kept = jar.read(headers, Cookie::Entry).filter(|v| v.len() == 32 && v.bytes().all(|b| b.is_ascii_hexdigit()));
    kept.map_or_else(entry_cookie, |kept| Ok(kept.to_owned()))
}

/// 128 random bits.
fn entry_cookie() -> Result<String, Problem> {
    let mut bytes = [0_u8; 16];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| Problem::Ours(error.to_string()))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
