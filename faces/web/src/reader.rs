//! Who reads, and in which language.

use crate::access::Access;
use crate::cookies::{Cookie, Jar, Keep};
use crate::limits::peer;
use crate::machine;
use crate::pages::orientation;
use crate::problem::Problem;
use crate::{App, agenda};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_store::{Session, SessionToken};
use beffroi_wording::Lang;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How far a clock may go back before the sessions opened since are no longer believed.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);
/// How long after its opening a session may change by what the account opens: whoever finds a browser left open cannot
/// leave a key of their own behind.
const LATELY: SignedDuration = SignedDuration::from_mins(15);
/// The longest address to come back to after signing in, in bytes.
const LONGEST_AFTER: usize = 2000;

/// One reader, for the time of a request.
#[derive(Clone)]
pub(crate) struct Reader {
    /// Their language.
    pub(crate) t: Lang,
    /// Their session; none on the sign-in page and before it.
    pub(crate) session: Option<Arc<Session>>,
    /// The token of that session.
    pub(crate) token: Option<SessionToken>,
    /// What they may see and do; none without a session.
    pub(crate) access: Option<Arc<Access>>,
    /// What the forms of this reader carry; empty when they can send none.
    pub(crate) form_token: String,
    /// Path and query of the page read.
    pub(crate) uri: Uri,
}

impl Reader {
    /// Who acts: the login that registers keep.
    pub(crate) fn who(&self) -> Result<&str, Problem> {
        self.session.as_ref().map(|s| s.account.login.as_str()).ok_or(Problem::Forbidden("no session"))
    }

    /// Whether the session was opened so lately that its person may change by what the account opens.
    pub(crate) fn signed_in_lately(&self, now: Timestamp) -> bool {
        self.session.as_deref().is_some_and(|session| now.duration_since(session.opened_at) <= LATELY)
    }

    /// The query's parameters; the last one wins where a name stands twice.
    pub(crate) fn query(&self) -> BTreeMap<String, String> {
        pairs(&self.uri).into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The same page in language `lang`.
    pub(crate) fn page_in(&self, lang: Lang) -> String {
        let mut query: Vec<(String, String)> = pairs(&self.uri).into_iter().filter(|(key, _)| key != "lang").collect();
        query.push(("lang".to_owned(), lang.code().to_owned()));
        format!("{}?{}", self.uri.path(), encode(&query))
    }
}

/// The parameters of a query, in order.
pub(crate) fn pairs(uri: &Uri) -> Vec<(String, String)> {
    axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).map(|q| q.0).unwrap_or_default()
}

/// Writes parameters as a query.
pub(crate) fn encode(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    for (key, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        percent(&mut out, key);
        out.push('=');
        percent(&mut out, value);
    }
    out
}

/// Writes a text as one part of a path.
pub(crate) fn segment(text: &str) -> String {
    let mut out = String::new();
    percent(&mut out, text);
    out
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn percent(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// The language of a request: `?lang=`, then the cookie, then `Accept-Language`, then French.
pub(crate) fn language(jar: Jar, uri: &Uri, headers: &HeaderMap) -> Lang {
    let asked = pairs(uri).into_iter().find(|(key, _)| key == "lang").and_then(|(_, value)| value.parse().ok());
    let kept = || jar.read(headers, Cookie::Lang).and_then(|value| value.parse().ok());
    let accepted = || headers.get(header::ACCEPT_LANGUAGE).and_then(|value| accepted(value.to_str().ok()?));
    asked.or_else(kept).or_else(accepted).unwrap_or_default()
}

/// The language that an `Accept-Language` header likes best among ours (RFC 9110, §12.5.4); the first named wins a tie.
fn accepted(header: &str) -> Option<Lang> {
    let mut best: Option<(Lang, f32)> = None;
    for part in header.split(',').take(20) {
        let mut fields = part.split(';').map(str::trim);
        let Some(Ok(lang)) = fields.next().map(str::parse::<Lang>) else { continue };
        let weight = fields.find_map(|f| f.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
        if weight > best.map_or(0.0, |(_, weight)| weight) {
            best = Some((lang, weight));
        }
    }
    best.map(|(lang, _)| lang)
}

/// Recognises the reader. Whoever has no session is sent to the sign-in page; a form sent without one is refused.
pub(crate) async fn recognise(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let jar = Jar::of(&app.settings);
    let is_machine = uri.path().starts_with(machine::ROOT);
    if is_machine && !machine::comes_by_session(jar, uri.path(), request.headers()) {
        let address = peer(request.extensions(), request.headers(), &app.settings.trusted_proxies);
        return match machine::recognise(&app, uri, request.headers(), address).await {
            Ok((reader, machine)) => {
                request.extensions_mut().insert(reader.clone());
                request.extensions_mut().insert(machine);
                let mut response = next.run(request).await;
                response.extensions_mut().insert(reader);
                response
            }
            Err(problem) => problem.into_response(),
        };
    }
    let t = language(jar, &uri, request.headers());
    let token: Option<SessionToken> = jar.read(request.headers(), Cookie::Session).and_then(|v| v.parse().ok());
    let session = match &token {
        Some(token) => match app.store.session_fetch(token, app.now()).await {
            Ok(session) => session.filter(|s| stands(s, app.now())).map(Arc::new),
            Err(error) => return Problem::from(error).into_response(),
        },
        None => None,
    };
    let access = match &session {
        Some(session) => match Access::read(&app.store, &session.account.login, app.now()).await {
            Ok(access) => Some(Arc::new(access)),
            Err(error) => return Problem::from(error).into_response(),
        },
        None => None,
    };
    let form_token = session.as_ref().map(|s| s.csrf_token.clone()).unwrap_or_default();
    let reader = Reader { t, session, token, access, form_token, uri };
    let may_pass = reader.session.is_some() || is_open(reader.uri.path());
    let mut response = if may_pass {
        request.extensions_mut().insert(reader.clone());
        next.run(request).await
    } else if is_machine {
        Problem::Unidentified.into_response()
    } else if request.method() == Method::GET || request.method() == Method::HEAD {
        to_sign_in(&reader.uri).into_response()
    } else {
        Problem::Forbidden("a form without a session").into_response()
    };
    // The orientation of victims leaves nothing in a browser, nor does a calendar in the program that asks for it.
    if reader.uri.path() != orientation::PATH
        && !reader.uri.path().starts_with(agenda::ROOT)
        && pairs(&reader.uri).iter().any(|(key, _)| key == "lang")
        && let Some(cookie) = jar.set(Cookie::Lang, t.code(), Keep::Year)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.extensions_mut().insert(reader);
    response
}

/// Whether a session stands at an instant, whatever the store thinks: it has not ended, and it was not opened in a future
/// from which the clock was set back.
fn stands(session: &Session, now: Timestamp) -> bool {
    now < session.ends_at && session.opened_at.duration_since(now) <= CLOCK_SLACK
}

/// What may be read without a session.
fn is_open(path: &str) -> bool {
    matches!(path, "/connexion" | "/connexion/cle" | "/connexion/fournisseur" | "/connexion/retour")
        || path == "/favicon.ico"
        || path.starts_with("/static/")
        || path.starts_with("/accuse/")
        || path.starts_with(agenda::ROOT)
        || path == orientation::PATH
}

fn to_sign_in(uri: &Uri) -> Redirect {
    match uri.path_and_query().map(|p| p.as_str()) {
        None | Some("/") => Redirect::to("/connexion"),
        Some(after) if after.len() > LONGEST_AFTER => Redirect::to("/connexion"),
        Some(after) => Redirect::to(&format!("/connexion?{}", encode(&[("suite".to_owned(), after.to_owned())]))),
    }
}

/// Where to go after signing in: a path of this site, or the dashboard.
pub(crate) fn local_path(text: &str) -> &str {
    let local = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(['\\', '#'])
        && text.bytes().all(|b| b.is_ascii_graphic())
        && text.len() <= LONGEST_AFTER
        && text.parse::<Uri>().is_ok_and(|uri| uri.host().is_none());
    if local { text } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(uri: &'static str, cookie: &'static str, accept: &'static str, expected: Lang) {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        let jar = Jar::of(&crate::Settings::default());
        assert_eq!(language(jar, &Uri::from_static(uri), &headers), expected, "{uri} {cookie} {accept}");
    }

    #[test]
    fn the_language_is_asked_kept_accepted_or_french() {
        check("/", "", "", Lang::Fr);
        check("/", "", "en-GB,en;q=0.9", Lang::En);
        check("/", "", "de, en;q=0.5, fr;q=0.7", Lang::Fr);
        check("/", "", "en;q=0, de", Lang::Fr);
        check("/", "beffroi-lang=en", "fr", Lang::En);
        check("/?lang=fr", "beffroi-lang=en", "en", Lang::Fr);
        check("/?lang=xx", "", "en", Lang::En);
    }

    #[test]
    fn one_goes_on_only_to_this_site() {
        for local in ["/", "/signaux?page=2", "/indicateurs/an?year=2024"] {
            assert_eq!(local_path(local), local);
        }
        for foreign in ["", "//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\r\nb"] {
            assert_eq!(local_path(foreign), "/", "{foreign}");
        }
    }

    #[test]
    fn queries_are_written_back() {
        let uri: Uri = "/series?page=2&q=%C3%A9%26&lang=fr".parse().unwrap();
        let reader = Reader { t: Lang::Fr, session: None, token: None, access: None, form_token: String::new(), uri };
        assert_eq!(reader.page_in(Lang::En), "/series?page=2&q=%C3%A9%26&lang=en");
        assert_eq!(reader.query().get("q").map(String::as_str), Some("é&"));
    }
}
