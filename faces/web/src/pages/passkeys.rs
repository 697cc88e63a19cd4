//! One's own passkeys: those that open the account, one more, one less.

use crate::assets;
use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::headers::OwnScript;
use crate::house::House;
use crate::passkey_ceremony::Half;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_model::{Pap, Tlp};
use beffroi_ports::passkeys::{CredentialHint, MAX_PASSKEYS, PasskeyError, Passkeys, Registrant};
use beffroi_rights::Kind;
use beffroi_store::{By, StoreError};
use std::sync::Arc;

/// What is kept of a registration is of this kind.
const KIND: &str = "passkey-register";

struct Line {
    handle: String,
    name: String,
    added: String,
    used: String,
    copied: bool,
}

struct Begun {
    options: String,
    held: String,
}

#[derive(Template)]
#[template(path = "passkeys.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
    /// The ceremony that the form ends; none when the sign-in is too long ago, or there are enough.
    begun: Option<Begun>,
    is_late: bool,
    script: String,
    name: String,
    error: Option<String>,
}

/// The passkeys of the house; a page that asks does not exist without them.
pub(crate) fn engine(house: &House) -> Result<Arc<dyn Passkeys>, Problem> {
    house.passkeys.clone().ok_or(Problem::NotFound)
}

/// `GET /compte/cles`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    page(&house, &reader, "", None).await
}

/// `POST /compte/cles`: registers the passkey that the browser made, or removes one.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let engine = engine(&house)?;
    let t = reader.t;
    let key = fields.get("cle").parse().map_err(|_| Problem::Unclear("the key of a form"))?;
    let by = By::new(reader.who()?, house.now()).with_key(key);
    let back = || Redirect::to("/compte/cles").into_response();
    match fields.get("action") {
        "remove" => {
            house.store.passkey_remove(fields.get("passkey"), &by).await?;
            return Ok(back());
        }
        "add" => {}
        _ => return Err(Problem::Unclear("what to do with a passkey")),
    }
    if !reader.signed_in_lately(house.now()) {
        return refused(&house, &reader, &fields, t.say("web-passkey-late")).await;
    }
    let Some(state) = Half::take(&house, KIND, &fields).await? else {
        return refused(&house, &reader, &fields, t.say("web-passkey-refused")).await;
    };
    let handle = house.store.passkey_handle(&By::new(reader.who()?, house.now())).await?;
    let why = match engine.finish_registration(state, &handle, fields.raw("credential"), house.now()) {
        Ok(passkey) => match house.store.passkey_add(&passkey, name(&fields), &by).await {
            Ok(()) => return Ok(back()),
            Err(StoreError::Exists { .. }) => "registered already".to_owned(),
            Err(StoreError::Refused { .. }) => "too many".to_owned(),
            Err(error) => return Err(error.into()),
        },
        Err(PasskeyError::Engine { doing, reason }) => return Err(Problem::Ours(format!("{doing}: {reason}"))),
        Err(error) => error.to_string(),
    };
    tracing::info!(passkey.refused = %why, "passkey not registered");
    house.store.refused(Kind::Account, "passkey/registration", &By::new(reader.who()?, house.now())).await?;
    refused(&house, &reader, &fields, t.say("web-passkey-refused")).await
}

/// The name given to a passkey; its kind when none was given.
fn name(fields: &Fields) -> &str {
    match fields.get("nom") {
        "" => "–",
        name => name,
    }
}

async fn refused(house: &House, reader: &Reader, fields: &Fields, message: String) -> Result<Response, Problem> {
    let typed: String = fields.get("nom").chars().take(80).collect();
    let page = page(house, reader, &typed, Some(message)).await?;
    let mut response = sent_back(page);
    response.extensions_mut().insert(OwnScript);
    Ok(response)
}

async fn page(house: &House, reader: &Reader, name: &str, error: Option<String>) -> Result<Response, Problem> {
    let engine = engine(house)?;
    let t = reader.t;
    let session = reader.session.as_deref().ok_or(Problem::Forbidden("no session"))?;
    let held = house.store.passkeys_of(&session.account.login).await?;
    let is_late = !reader.signed_in_lately(house.now());
    let begun = if is_late || held.len() >= MAX_PASSKEYS {
        None
    } else {
        let handle = house.store.passkey_handle(&By::new(&session.account.login, house.now())).await?;
        let (login, shown) = (session.account.login.as_str(), session.account.display_name.trim());
        let person = Registrant { handle: &handle, login, display_name: if shown.is_empty() { login } else { shown } };
        let hints: Vec<CredentialHint> = held.iter().map(|held| CredentialHint::from(&held.passkey)).collect();
        let ceremony = engine
            .start_registration(person, &hints, house.now())
            .or_else(|_| engine.start_registration(Registrant { display_name: login, ..person }, &hints, house.now()))
            .map_err(|error| Problem::Ours(error.to_string()))?;
        let held = Half::keep(house, KIND, &reader.form_token, &ceremony.state).await?;
        Some(Begun { options: ceremony.options, held })
    };
    let lines = held.into_iter().map(|held| Line {
        added: figures::instant(t, held.added_at),
        used: held.used_at.map_or_else(|| t.say("web-passkey-never"), |at| figures::instant(t, at)),
        copied: held.passkey.backup == beffroi_ports::passkeys::Backup::Exists,
        handle: held.handle,
        name: held.name,
    });
    let page = Page {
        lines: lines.collect(),
        begun,
        is_late,
        script: assets::passkey_href(),
        name: name.to_owned(),
        error,
        chrome: Chrome::new(house, reader, &t.say("web-account-passkeys")).marked(Tlp::Green, Pap::Green),
    };
    let mut response = html(&page)?;
    response.extensions_mut().insert(OwnScript);
    Ok(response)
}
