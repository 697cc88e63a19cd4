//! Signing in with a passkey. No name is typed: the person picks a passkey, and nothing tells who has an account.

use crate::assets;
use crate::chrome::{Chrome, html};
use crate::cookies::{Cookie, Jar, Keep};
use crate::forms::{Fields, entry_token};
use crate::headers::OwnScript;
use crate::house::House;
use crate::limits::Visitor;
use crate::pages::passkeys::engine;
use crate::pages::sign_in::entry;
use crate::passkey_ceremony::Half;
use crate::problem::Problem;
use crate::reader::{Reader, local_path};
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_ports::passkeys::PasskeyError;
use beffroi_rights::Kind;
use beffroi_store::{By, StoreError};

/// What is kept of a sign-in is of this kind.
const KIND: &str = "passkey-sign-in";

#[derive(Template)]
#[template(path = "passkey_sign_in.html")]
struct Page<'a> {
    chrome: Chrome,
    message: Option<String>,
    token: String,
    after: &'a str,
    options: String,
    held: String,
    script: String,
}

/// `GET /connexion/cle`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = reader.query();
    let after = query.get("suite").map_or("/", |text| local_path(text));
    if reader.session.is_some() {
        return Ok(Redirect::to(after).into_response());
    }
    page(&house, &reader, &headers, after, None).await
}

/// `POST /connexion/cle`
pub(crate) async fn enter(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let engine = engine(&house)?;
    let (now, after, response) = (house.now(), local_path(fields.get("suite")), fields.raw("credential"));
    if let Err(until) = visitor.attempt(now) {
        return refused(&house, &reader, &headers, after, &format!("waits until {until}")).await;
    }
    // Taken out before anything is checked: an answer that comes a second time finds nothing to answer.
    let Some(state) = Half::take(&house, KIND, &fields).await? else {
        return refused(&house, &reader, &headers, after, "no ceremony").await;
    };
    let claimed = match engine.claim(response) {
        Ok(claim) => house.store.passkey_owner(&claim.id).await?,
        Err(error) => return refused(&house, &reader, &headers, after, &error.to_string()).await,
    };
    let Some(owner) = claimed else { return refused(&house, &reader, &headers, after, "unknown passkey").await };
    let signed = match engine.finish_authentication(state, response, &owner.handle, &owner.passkey, now) {
        Ok(signed) => signed,
        Err(PasskeyError::Engine { doing, reason }) => return Err(Problem::Ours(format!("{doing}: {reason}"))),
        Err(error) => return refused(&house, &reader, &headers, after, &error.to_string()).await,
    };
    // A session that stood before is not kept: nobody carries one across a sign-in.
    if let Some(token) = &reader.token {
        house.store.session_close(token, now).await?;
    }
    let token = match house.store.session_open_by_passkey(&owner, &signed, now).await {
        Ok(token) => token,
        Err(StoreError::Missing { .. }) => return refused(&house, &reader, &headers, after, "used meanwhile").await,
        Err(error) => return Err(error.into()),
    };
    visitor.succeeded();
    let jar = Jar::of(&house.settings);
    let mut response = Redirect::to(after).into_response();
    let cookies = [jar.set(Cookie::Session, token.expose(), Keep::Session), jar.set(Cookie::Entry, "", Keep::Gone)];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The same page whatever was wrong; which check refused is in the journal and the log.
async fn refused(
    house: &House,
    reader: &Reader,
    headers: &HeaderMap,
    after: &str,
    why: &str,
) -> Result<Response, Problem> {
    let reference: String = beffroi_store::WriteKey::draw().to_string().chars().rev().take(8).collect();
    tracing::info!(problem.reference = %reference, sign_in.refused = %why, "sign-in by a passkey refused");
    house.store.refused(Kind::Account, &format!("passkey/{reference}"), &By::new("-", house.now())).await?;
    let message = reader.t.say("web-passkey-sign-in-refused");
    let page = page(house, reader, headers, after, Some(message)).await?;
    let mut response = sent_back(page);
    response.extensions_mut().insert(OwnScript);
    Ok(response)
}

async fn page(
    house: &House,
    reader: &Reader,
    headers: &HeaderMap,
    after: &str,
    message: Option<String>,
) -> Result<Response, Problem> {
    let engine = engine(house)?;
    let jar = Jar::of(&house.settings);
    let entry = entry(jar, headers)?;
    let token = entry_token(&entry);
    let begun = engine.start_authentication(None, house.now()).map_err(|error| Problem::Ours(error.to_string()))?;
    let held = Half::keep(house, KIND, &token, &begun.state).await?;
    let chrome = Chrome::new(house, reader, &reader.t.say("web-passkey-sign-in"));
    let page = Page { chrome, message, token, after, options: begun.options, held, script: assets::passkey_href() };
    let mut response = html(&page)?;
    if let Some(cookie) = jar.set(Cookie::Entry, &entry, Keep::Session) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.extensions_mut().insert(OwnScript);
    Ok(response)
}
