//! Signing in and out. A wrong password, an unknown name and a name that must wait bring the same page.

use crate::App;
use crate::chrome::{Chrome, html};
use crate::cookies::{self, Keep};
use crate::forms::{Fields, entry_token};
use crate::house::House;
use crate::problem::{Dressed, Problem};
use crate::reader::{Reader, local_path};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
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
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (login, after) = (fields.get("login"), local_path(fields.get("suite")));
    let now = app.now();
    let message = match app.store.account_verify(login, fields.raw("password"), now).await? {
        SignIn::Accepted(account) => {
            if let Some(token) = &reader.token {
                app.store.session_close(token, now).await?;
            }
            let token = app.store.session_open(&account, now).await?;
            let mut response = Redirect::to(after).into_response();
            let session = cookies::set(cookies::SESSION, token.expose(), Keep::Session);
            let entry = cookies::set(cookies::ENTRY, "", Keep::Gone);
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
    let mut response = (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
    response.extensions_mut().insert(Dressed);
    Ok(response)
}

/// `POST /deconnexion`
pub(crate) async fn leave(State(app): State<House>, Extension(reader): Extension<Reader>) -> Result<Response, Problem> {
    if let Some(token) = &reader.token {
        app.store.session_close(token, app.now()).await?;
    }
    let mut response = Redirect::to("/connexion").into_response();
    if let Some(cookie) = cookies::set(cookies::SESSION, "", Keep::Gone) {
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
    let kept =
        cookies::read(headers, cookies::ENTRY).filter(|v| v.len() == 32 && v.bytes().all(|b| b.is_ascii_hexdigit()));
    let entry = match kept {
        Some(kept) => kept.to_owned(),
        None => entry_cookie()?,
    };
    let chrome = Chrome::new(app, reader, &reader.t.say("web-sign-in-title"));
    let demo = app.demo_login.clone();
    let mut response = html(&Page { chrome, message, demo, token: entry_token(&entry), after, login })?;
    if let Some(cookie) = cookies::set(cookies::ENTRY, &entry, Keep::Session) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// 128 random bits.
fn entry_cookie() -> Result<String, Problem> {
    let mut bytes = [0_u8; 16];
    OsRng.try_fill_bytes(&mut bytes).map_err(|error| Problem::Ours(error.to_string()))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}
