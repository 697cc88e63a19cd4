//! What a reader is told when something goes wrong: what it means for them and a reference number. The details go to
//! the log under the same number, and nowhere else.

use crate::App;
use crate::chrome::{Chrome, html};
use crate::reader::Reader;
use askama::Template;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use beffroi_desk_observatory::indicators::IndicatorError;
use beffroi_desk_series::SeriesError;
use beffroi_desk_threat::alerts::AlertError;
use beffroi_desk_threat::signals::SignalError;
use beffroi_ports::{FactsError, TypesettingError};
use beffroi_store::StoreError;
use uuid::Uuid;

/// Why a page cannot be shown.
#[derive(Debug)]
pub(crate) enum Problem {
    /// There is no such page or record.
    NotFound,
    /// The address or the form holds something that is not understood.
    Unclear(&'static str),
    /// Not for this reader, or not sent from our own page.
    Forbidden(&'static str),
    /// Not that way.
    Method,
    /// Somebody else was quicker.
    Conflict(String),
    /// Asked under a name that is not ours.
    Misdirected,
    /// Too much at once.
    Busy,
    /// Our fault.
    Ours(String),
}

/// The detail of a problem, on its way to the log.
#[derive(Clone)]
struct Detail(String);

/// Stamps an answer that failed and is a page already: a form shown again with what is wrong in it.
#[derive(Clone)]
pub(crate) struct Dressed;

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unclear(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Ours(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let detail = match self {
            Self::Unclear(detail) | Self::Forbidden(detail) => detail.to_owned(),
            Self::Conflict(detail) | Self::Ours(detail) => detail,
            Self::NotFound | Self::Method | Self::Misdirected | Self::Busy => String::new(),
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Detail(detail));
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Conflict { .. } => Self::Conflict(error.to_string()),
            StoreError::Missing { .. } => Self::NotFound,
            _ => Self::Ours(error.to_string()),
        }
    }
}

impl From<FactsError> for Problem {
    fn from(error: FactsError) -> Self {
        match &error {
            FactsError::NoSnapshot { .. } => Self::NotFound,
            FactsError::Busy { .. } => Self::Busy,
            _ => Self::Ours(error.to_string()),
        }
    }
}

impl From<IndicatorError> for Problem {
    fn from(error: IndicatorError) -> Self {
        match error {
            IndicatorError::UnknownIndicator { .. } => Self::NotFound,
            IndicatorError::Facts(error) => error.into(),
            error if error.is_user_fault() => Self::Unclear("an indicator asked for what it has not"),
            error => Self::Ours(error.to_string()),
        }
    }
}

impl From<SeriesError> for Problem {
    fn from(error: SeriesError) -> Self {
        match error {
            SeriesError::Facts(error) => error.into(),
            SeriesError::Store(error) => error.into(),
            error => Self::Ours(error.to_string()),
        }
    }
}

impl From<SignalError> for Problem {
    fn from(error: SignalError) -> Self {
        match error {
            SignalError::Facts(error) => error.into(),
            SignalError::Store(error) => error.into(),
            SignalError::Missing { .. } => Self::NotFound,
            error => Self::Ours(error.to_string()),
        }
    }
}

impl From<AlertError> for Problem {
    fn from(error: AlertError) -> Self {
        match error {
            AlertError::Facts(error) => error.into(),
            AlertError::Store(error) => error.into(),
            AlertError::Signal(error) => error.into(),
            AlertError::Missing { .. } => Self::NotFound,
            error => Self::Ours(error.to_string()),
        }
    }
}

impl From<TypesettingError> for Problem {
    fn from(error: TypesettingError) -> Self {
        Self::Ours(error.to_string())
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::Ours(error.to_string())
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Page {
    chrome: Chrome,
    explanation: String,
    reference: String,
}

/// The problem page for an answer that failed, whoever made it: ours, or a library's 404, 405, 413…
pub(crate) fn page(app: &App, reader: &Reader, failed: Response) -> Response {
    let status = failed.status();
    let detail = failed.extensions().get::<Detail>().map(|d| d.0.clone()).unwrap_or_default();
    let reference = reference();
    let path = reader.uri.path();
    if status.is_server_error() {
        tracing::error!(problem.reference = %reference, http.status = status.as_u16(), http.path = %path, "{detail}");
    } else {
        tracing::info!(problem.reference = %reference, http.status = status.as_u16(), http.path = %path, "{detail}");
    }
    let (title, explanation) = words(reader, status);
    let chrome = Chrome::new(app, reader, &title);
    let page = html(&Page { chrome, explanation, reference }).unwrap_or_else(|_| Body::empty().into_response());
    let mut response = (status, page).into_response();
    // What a library said beside the body stays: `Allow` on 405.
    for (name, value) in failed.headers() {
        if name == axum::http::header::ALLOW || name == axum::http::header::SET_COOKIE {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    response
}

fn words(reader: &Reader, status: StatusCode) -> (String, String) {
    let t = reader.t;
    match status.as_u16() {
        403 => (t.say("web-problem-forbidden"), t.say("web-problem-forbidden-text")),
        404 => (t.say("web-problem-absent"), t.say("web-problem-absent-text")),
        405 => (t.say("web-problem-method"), t.say("web-problem-method-text")),
        409 => (t.say("web-problem-conflict"), t.say("web-problem-conflict-text")),
        413 => (t.say("web-problem-large"), t.say("web-problem-large-text")),
        421 => (t.say("web-problem-host"), t.say("web-problem-host-text")),
        503 => (t.say("web-problem-busy"), t.say("web-problem-busy-text")),
        code if code < 500 => (t.say("web-problem-unclear"), t.say("web-problem-unclear-text")),
        _ => (t.say("web-problem-ours"), t.say("web-problem-ours-text")),
    }
}

/// A number short enough to be read aloud: eight hexadecimal digits from the random part of a UUID.
fn reference() -> String {
    let id = Uuid::now_v7().simple().to_string().to_uppercase();
    let tail: String = id.chars().skip(24).collect();
    format!("{}-{}", tail.get(..4).unwrap_or_default(), tail.get(4..).unwrap_or_default())
}
