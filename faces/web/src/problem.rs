//! What a reader is told when something goes wrong: what it means for them and a reference number. The details go to
//! the log under the same number, and nowhere else. Browsers get a page; a client that asks for JSON gets a problem
//! document (RFC 9457).

use crate::chrome::{Chrome, html};
use crate::reader::Reader;
use crate::{App, agenda};
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use beffroi_desk_observatory::indicators::IndicatorError;
use beffroi_desk_observatory::publication::PublicationError;
use beffroi_desk_series::SeriesError;
use beffroi_desk_threat::alerts::AlertError;
use beffroi_desk_threat::diffusion::DiffusionError;
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
    /// No token, or none that serves here.
    Unidentified,
    /// A parameter of the address is wrong: its name, and why.
    Parameter {
        /// The parameter.
        name: String,
        /// What is wrong with it, and what to do: for whoever asked.
        reason: String,
    },
    /// What was sent may not stand: each sentence, with the member that it is about.
    Refused(Vec<(Option<&'static str>, String)>),
    /// It is no longer what was read: what changed, in words.
    Stale(String),
    /// A write that does not say which version it was made on.
    Unversioned,
    /// Sent in a form that is not read here.
    Media,
    /// In none of the forms that were asked for.
    NotAcceptable,
    /// Not that way.
    Method,
    /// Somebody else was quicker.
    Conflict(String),
    /// Asked under a name that is not ours.
    Misdirected,
    /// Too much at once, of everybody together.
    Busy,
    /// Too much at once from one source or session.
    TooMany,
    /// A request that is not read to its end: too large, too slow, of an odd shape. Its connection ends with it.
    Wire(StatusCode, &'static str),
    /// Our fault.
    Ours(String),
}

/// The detail of a problem, on its way to the log.
#[derive(Clone)]
struct Detail(String);

/// What is wrong, on its way to who asked.
#[derive(Clone)]
enum Told {
    /// With a parameter.
    Parameter { name: String, reason: String },
    /// With what was sent.
    Refused(Vec<(Option<&'static str>, String)>),
    /// What changed in between.
    Stale(String),
}

/// Stamps an answer that failed and is a page already: a form shown again with what is wrong in it.
#[derive(Clone)]
pub(crate) struct Dressed;

impl Problem {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unclear(_) | Self::Parameter { .. } => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Stale(_) => StatusCode::PRECONDITION_FAILED,
            Self::Unversioned => StatusCode::PRECONDITION_REQUIRED,
            Self::Media => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Unidentified => StatusCode::UNAUTHORIZED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Wire(status, _) => *status,
            Self::Ours(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let closes = matches!(self, Self::Wire(..));
        let told = match &self {
            Self::Parameter { name, reason } => Some(Told::Parameter { name: name.clone(), reason: reason.clone() }),
            Self::Refused(refused) => Some(Told::Refused(refused.clone())),
            Self::Stale(changed) => Some(Told::Stale(changed.clone())),
            _ => None,
        };
        let detail = match self {
            Self::Unclear(detail) | Self::Forbidden(detail) | Self::Wire(_, detail) => detail.to_owned(),
            Self::Conflict(detail) | Self::Ours(detail) => detail,
            Self::Parameter { name, reason } => format!("{name}: {reason}"),
            // What was sent is not repeated in the log.
            Self::Refused(refused) => format!("{} refusals", refused.len()),
            Self::Stale(_)
            | Self::Unversioned
            | Self::Media
            | Self::NotFound
            | Self::Unidentified
            | Self::NotAcceptable
            | Self::Method
            | Self::Misdirected
            | Self::Busy
            | Self::TooMany => String::new(),
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(Detail(detail));
        if let Some(told) = told {
            response.extensions_mut().insert(told);
        }
        if closes {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"beffroi\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
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

impl From<PublicationError> for Problem {
    fn from(error: PublicationError) -> Self {
        let of =
            |name: &str, error: &PublicationError| Self::Parameter { name: name.to_owned(), reason: error.to_string() };
        match &error {
            // What may not leave looks like what is not there.
            PublicationError::Withheld { .. } | PublicationError::Empty { .. } => Self::NotFound,
            PublicationError::NoPeriod { .. } | PublicationError::Periods { .. } => of("by", &error),
            PublicationError::Codes { .. } => of("where", &error),
            _ => Self::Ours(error.to_string()),
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

impl From<DiffusionError> for Problem {
    fn from(error: DiffusionError) -> Self {
        match error {
            DiffusionError::Alert(error) => error.into(),
            DiffusionError::Store(error) => error.into(),
            DiffusionError::Typesetting(error) => error.into(),
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

/// After how many seconds to come back when there is too much at once.
pub(crate) const RETRY_AFTER: u32 = 2;

/// What a client wants to be told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A page, for a person.
    Page,
    /// A problem document, for a program.
    Json,
}

impl Form {
    /// What the `Accept` header names (RFC 9110, §12.5.1): JSON only when it is named and liked better than HTML.
    pub(crate) fn asked(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok());
        let (mut page, mut json) = (0.0_f32, 0.0_f32);
        for part in lines.flat_map(|line| line.split(',')).take(20) {
            let mut fields = part.split(';').map(str::trim);
            let kind = fields.next().unwrap_or_default().to_ascii_lowercase();
            let weight = fields.find_map(|f| f.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0_f32);
            match kind.as_str() {
                "text/html" | "application/xhtml+xml" => page = page.max(weight),
                "application/json" | "application/problem+json" => json = json.max(weight),
                _ => {}
            }
        }
        if json > page { Self::Json } else { Self::Page }
    }
}

/// What a library, or we, said beside the body of an answer that failed, and stays.
const KEPT: [header::HeaderName; 5] =
    [header::ALLOW, header::CONNECTION, header::RETRY_AFTER, header::SET_COOKIE, header::WWW_AUTHENTICATE];

/// A path as the log tells it: without the secret, where a path holds one.
fn told(path: &str) -> &str {
    let secret = [agenda::ROOT, "/accuse/"].into_iter().find(|root| path.starts_with(root));
    secret.unwrap_or(path)
}

/// What is told of an answer that failed, whoever made it: ours, or a library's 404, 405, 413…
pub(crate) fn answer(app: &App, reader: &Reader, form: Form, failed: Response) -> Response {
    let status = failed.status();
    let detail = failed.extensions().get::<Detail>().map(|d| d.0.as_str()).unwrap_or_default();
    let id = Uuid::now_v7();
    let reference = reference(id);
    let (path, detail) = (line(told(reader.uri.path())), line(detail));
    if status.is_server_error() {
        tracing::error!(problem.reference = %reference, http.status = status.as_u16(), http.path = %path, "{detail}");
    } else {
        tracing::info!(problem.reference = %reference, http.status = status.as_u16(), http.path = %path, "{detail}");
    }
    let (title, explanation) = words(reader, status);
    let body = match form {
        Form::Json => document(status, &title, id, &reference, failed.extensions().get::<Told>()),
        Form::Page => {
            let chrome = Chrome::new(app, reader, &title);
            html(&Page { chrome, explanation, reference }).unwrap_or_else(|_| Body::empty().into_response())
        }
    };
    let mut response = (status, body).into_response();
    // What a library said beside the body stays: `Allow` on 405.
    for (name, value) in failed.headers() {
        if KEPT.contains(name) {
            response.headers_mut().append(name.clone(), value.clone());
        }
    }
    let comes_back = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    if comes_back && !response.headers().contains_key(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
    }
    response
}

/// RFC 9457: the status says all that there is to say, but for what is wrong with a parameter or with what was sent, which
/// is named; `instance` names this one occurrence.
fn document(status: StatusCode, title: &str, id: Uuid, reference: &str, told: Option<&Told>) -> Response {
    let mut document = serde_json::json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "instance": id.urn().to_string(),
        "reference": reference,
    });
    if let (Some(told), Some(members)) = (told, document.as_object_mut()) {
        let (detail, more) = match told {
            Told::Parameter { name, reason } => {
                (reason.clone(), Some(("parameters", serde_json::json!([{ "name": name, "reason": reason }]))))
            }
            Told::Refused(all) => {
                let errors = all.iter().map(|(field, reason)| serde_json::json!({ "field": field, "reason": reason }));
                let detail: Vec<&str> = all.iter().map(|(_, reason)| reason.as_str()).collect();
                (detail.join(" "), Some(("errors", errors.collect())))
            }
            Told::Stale(changed) => (changed.clone(), None),
        };
        members.insert("detail".to_owned(), detail.into());
        members.extend(more.map(|(name, value): (&str, serde_json::Value)| (name.to_owned(), value)));
    }
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
    (kind, document.to_string()).into_response()
}

/// A text as one line of the log: bounded, and what moves a cursor, breaks a line or turns the direction of reading is
/// written as its number.
fn line(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(300) {
        let hidden =
            matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || hidden {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

fn words(reader: &Reader, status: StatusCode) -> (String, String) {
    let t = reader.t;
    match status.as_u16() {
        401 => (t.say("web-problem-unidentified"), t.say("web-problem-unidentified-text")),
        403 => (t.say("web-problem-forbidden"), t.say("web-problem-forbidden-text")),
        404 => (t.say("web-problem-absent"), t.say("web-problem-absent-text")),
        406 => (t.say("web-problem-form"), t.say("web-problem-form-text")),
        405 => (t.say("web-problem-method"), t.say("web-problem-method-text")),
        409 | 412 => (t.say("web-problem-conflict"), t.say("web-problem-conflict-text")),
        413 | 414 | 431 => (t.say("web-problem-large"), t.say("web-problem-large-text")),
        421 => (t.say("web-problem-host"), t.say("web-problem-host-text")),
        408 | 429 | 503 => (t.say("web-problem-busy"), t.say("web-problem-busy-text")),
        code if code < 500 => (t.say("web-problem-unclear"), t.say("web-problem-unclear-text")),
        _ => (t.say("web-problem-ours"), t.say("web-problem-ours-text")),
    }
}

/// A number short enough to be read aloud: eight hexadecimal digits from the random part of a UUID.
fn reference(id: Uuid) -> String {
    let tail: String = id.simple().to_string().to_uppercase().chars().skip(24).collect();
    format!("{}-{}", tail.get(..4).unwrap_or_default(), tail.get(4..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_for_those_who_name_it() {
        let check = |accept: &'static str, expected: Form| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(Form::asked(&headers), expected, "{accept}");
        };
        check("application/json", Form::Json);
        check("Application/Problem+JSON; q=0.5, */*;q=0.1", Form::Json);
        check("text/html;q=0.4, application/json;q=0.5", Form::Json);
        check("text/html, application/json", Form::Page);
        check("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Form::Page);
        check("*/*", Form::Page);
        check("application/json;q=0", Form::Page);
        assert_eq!(Form::asked(&HeaderMap::new()), Form::Page);
    }

    #[test]
    fn the_log_has_one_line_for_one_event() {
        assert_eq!(line("/a\r\nb\u{1b}[31m\u{85}\u{202e}é"), "/a\\u{d}\\u{a}b\\u{1b}[31m\\u{85}\\u{202e}é");
        assert_eq!(line(&"x".repeat(5000)).len(), 300);
    }
}
