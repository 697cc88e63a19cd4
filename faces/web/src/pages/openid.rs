//! Signing in at a provider of identities: the way there, and the way back.
//!
//! The way there is a link, since a form that ends at another site would be stopped by our own policy. What the browser
//! holds meanwhile is a cookie that lives a quarter of an hour and comes back with the answer (`SameSite=Lax`, as that
//! answer comes from the provider's site). The way back ends in a page of ours that goes on by itself: a redirection
//! would still count as coming from the provider, and the session's cookie, which is `Strict`, would stay behind.

use crate::chrome::{Chrome, html};
use crate::cookies::{Cookie, Jar, Keep};
use crate::house::House;
use crate::limits::Visitor;
use crate::problem::Problem;
use crate::reader::{Reader, local_path, pairs};
use crate::sent_back::already_dressed;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_ports::{IdentityError, SignInKept, SignInWish};
use beffroi_rights::Kind;
use beffroi_store::By;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// How long the provider may take with the person.
const SPAN: SignedDuration = SignedDuration::from_mins(15);
/// What is kept is of this kind.
const KIND: &str = "openid";
/// The longest answer looked at, in parameters.
const MOST_PARAMETERS: usize = 20;

/// What the server keeps meanwhile.
#[derive(Serialize, Deserialize)]
struct Half {
    kept: SignInKept,
    after: String,
}

#[derive(Template)]
#[template(path = "openid.html")]
struct Page {
    chrome: Chrome,
    /// Where to go on; nothing when the sign-in was refused.
    after: Option<String>,
    reference: String,
}

/// `GET /connexion/fournisseur`: sends the browser to the provider.
pub(crate) async fn leave(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let Some(identity) = &house.identity else { return Err(Problem::NotFound) };
    let now = house.now();
    let start = identity.begin(SignInWish::default(), now).await.map_err(|error| Problem::Ours(error.to_string()))?;
    let after = reader.query().get("suite").map_or("/", |text| local_path(text)).to_owned();
    let half = Half { kept: start.kept, after };
    let content = serde_json::to_vec(&half).map_err(|error| Problem::Ours(error.to_string()))?;
    let held = house.store.ceremony_keep(KIND, &content, SPAN, now).await?;
    let mut response = Redirect::to(&start.address).into_response();
    if let Some(cookie) = Jar::of(&house.settings).set(Cookie::Openid, &held, Keep::Session) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `GET /connexion/retour`: what the provider sends the browser back with.
pub(crate) async fn come_back(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(identity) = &house.identity else { return Err(Problem::NotFound) };
    let (now, jar) = (house.now(), Jar::of(&house.settings));
    if let Err(until) = visitor.attempt(now) {
        return refused(&house, &reader, &format!("waits until {until}")).await;
    }
    let held = jar.read(&headers, Cookie::Openid).unwrap_or_default();
    // It is taken out before anything is checked: what comes back a second time finds nothing.
    let Some(half) = house.store.ceremony_take(KIND, held, now).await? else {
        return refused(&house, &reader, "no-ceremony").await;
    };
    let Half { kept, after } = serde_json::from_slice(&half).map_err(|error| Problem::Ours(error.to_string()))?;
    let returned = pairs(&reader.uri);
    if returned.len() > MOST_PARAMETERS {
        return refused(&house, &reader, "too-many-parameters").await;
    }
    let person = match identity.finish(kept, &returned, now).await {
        Ok(person) => person,
        Err(error @ (IdentityError::Fetch(_) | IdentityError::Provider { .. })) => {
            return Err(Problem::Ours(error.to_string()));
        }
        Err(error) => return refused(&house, &reader, error.reason()).await,
    };
    let Some(account) = house.store.account_of(&person.issuer, &person.subject).await? else {
        return refused(&house, &reader, "no-account").await;
    };
    visitor.succeeded();
    // A session that stood before is not kept: nobody carries one across a sign-in.
    if let Some(token) = &reader.token {
        house.store.session_close(token, now).await?;
    }
    let token = house.store.session_open(&account, "openid", now).await?;
    let chrome = Chrome::new(&house, &reader, &reader.t.say("web-openid-done"));
    let page = Page { chrome, after: Some(local_path(&after).to_owned()), reference: String::new() };
    let mut response = html(&page)?;
    let refresh = HeaderValue::from_str(&format!("0; url={}", local_path(&after)));
    if let Ok(refresh) = refresh {
        response.headers_mut().insert(HeaderName::from_static("refresh"), refresh);
    }
    let cookies = [jar.set(Cookie::Session, token.expose(), Keep::Session), jar.set(Cookie::Openid, "", Keep::Gone)];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The same page whatever was wrong; the reason is in the journal and the log, under the reference shown.
async fn refused(house: &House, reader: &Reader, why: &str) -> Result<Response, Problem> {
    let reference: String = beffroi_store::WriteKey::draw().to_string().chars().rev().take(8).collect();
    tracing::info!(problem.reference = %reference, sign_in.refused = %why, "sign-in at the provider refused");
    house.store.refused(Kind::Account, &format!("openid/{why}/{reference}"), &By::new("-", house.now())).await?;
    let chrome = Chrome::new(house, reader, &reader.t.say("web-openid-refused"));
    let mut response = already_dressed(StatusCode::FORBIDDEN, html(&Page { chrome, after: None, reference })?);
    if let Some(cookie) = Jar::of(&house.settings).set(Cookie::Openid, "", Keep::Gone) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
