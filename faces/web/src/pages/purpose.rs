//! Why a file is opened: asked once per file and working day, before anything of it is shown.

use crate::chrome::{Chrome, html};
use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::already_dressed;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_rights::{Object, Purpose, PurposeError, World, state_purpose};

/// What was typed, shown again when it is refused.
#[derive(Default)]
pub(crate) struct Words {
    motive: String,
    reference: String,
    /// The field at fault and what is wrong with it.
    error: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "purpose.html")]
struct Page {
    chrome: Chrome,
    file: String,
    motive: String,
    reference: String,
    error: Option<(&'static str, String)>,
}

/// The form that asks; nothing of the object is on it but its reference, which the reader typed.
pub(crate) fn ask(house: &House, reader: &Reader, object: &Object, words: &Words) -> Result<Response, Problem> {
    let chrome = Chrome::new(house, reader, &reader.t.say("web-purpose-title"));
    let page = Page {
        chrome,
        file: object.id.to_string(),
        motive: words.motive.clone(),
        reference: words.reference.clone(),
        error: words.error.clone(),
    };
    Ok(already_dressed(StatusCode::FORBIDDEN, html(&page)?))
}

/// Keeps the purpose and goes back to the page that asked for it.
pub(crate) async fn state(
    house: &House,
    reader: &Reader,
    fields: &Fields,
    object: &Object,
) -> Result<Response, Problem> {
    let words = |error| Words {
        motive: fields.get("motif").chars().take(600).collect(),
        reference: fields.get("reference").chars().take(100).collect(),
        error: Some(error),
    };
    let access = reader.access()?;
    match Purpose::new(fields.get("motif"), fields.get("reference")) {
        Ok(purpose) => {
            let stated = state_purpose(access.subject(), object, purpose, access.on());
            let by = reader.by(house, World::Coordination, fields.get("cle"))?;
            house.store.purpose_state(&stated, &by).await?;
            Ok(Redirect::to(reader.uri.path()).into_response())
        }
        Err(PurposeError::Motive { .. }) => {
            ask(house, reader, object, &words(("motif", reader.t.say("web-purpose-motive-wrong"))))
        }
        Err(PurposeError::Reference { .. }) => {
            ask(house, reader, object, &words(("reference", reader.t.say("web-purpose-reference-wrong"))))
        }
    }
}
