//! Who asks under `/api/`: machines, by a token in `Authorization: Bearer` (RFC 6750, 2.1). What stands on the pages of the
//! observatory anyway is also read by who is signed in there, from a page of ours or by the bar of the browser; everything
//! else by no cookie. So a page of another site that makes a browser ask there asks as nobody.

use crate::App;
use crate::access::Access;
use crate::api;
use crate::cookies::{Cookie, Jar};
use crate::problem::Problem;
use crate::reader::{Reader, language};
use axum::http::{HeaderMap, Uri, header};
use beffroi_journal::Purpose;
use beffroi_rights::ApiToken;
use beffroi_store::HeldToken;
use std::net::IpAddr;
use std::sync::Arc;

/// Where machines ask.
pub(crate) const ROOT: &str = "/api/";

/// The machine behind a request: by which token of its person it acts. Whatever it writes is journalled with it.
#[derive(Clone)]
pub(crate) struct Machine {
    /// Name and handle of the token, as the journal keeps them.
    pub(crate) told: Purpose,
}

impl Machine {
    fn of(held: &HeldToken) -> Self {
        let name: String = held.name.chars().filter(|c| !c.is_control()).take(120).collect();
        let reference = format!("token/{}", held.handle);
        Self {
            told: Purpose { why: if name.is_empty() { reference.clone() } else { name }, reference: Some(reference) },
        }
    }
}

/// The reader behind the token of a request, and the machine. A token that is unknown, ended, revoked, of an account that is shut, or
/// used from elsewhere than it was made for: nobody outside can tell which.
pub(crate) async fn recognise(
    app: &App,
    uri: Uri,
    headers: &HeaderMap,
    address: IpAddr,
) -> Result<(Reader, Machine), Problem> {
    let now = app.now();
    let token = bearer(headers).ok_or(Problem::Unidentified)?;
    let on = Access::day(now);
    let (account, held) = app.store.token_owner(&token, on).await?.ok_or(Problem::Unidentified)?;
    if !held.scope.serves_at(address) {
        return Err(Problem::Unidentified);
    }
    let access = Access::read(&app.store, &account.login, now).await?.narrowed(&held.scope);
    let t = language(Jar::of(&app.settings), &uri, headers);
    let access = Some(Arc::new(access));
    Ok((Reader { t, session: None, token: None, access, form_token: String::new(), uri }, Machine::of(&held)))
}

/// Whether a request goes by the session of a browser: it brings a cookie and no token, the address is one that sessions
/// may read, and the browser does not say that another site asks (Fetch Metadata, 2.4).
pub(crate) fn comes_by_session(jar: Jar, path: &str, headers: &HeaderMap) -> bool {
    let whence: Vec<&[u8]> = headers.get_all("sec-fetch-site").iter().map(|value| value.as_bytes()).collect();
    let is_ours = whence.len() <= 1 && whence.iter().all(|site| [b"same-origin".as_slice(), b"none"].contains(site));
    let has_cookie = jar.read(headers, Cookie::Session).is_some();
    is_ours && has_cookie && !headers.contains_key(header::AUTHORIZATION) && api::is_open_to_sessions(path)
}

/// The token of a request, when it has one and one only.
fn bearer(headers: &HeaderMap) -> Option<ApiToken> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, more) = (values.next()?, values.next());
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    let is_ours = scheme.eq_ignore_ascii_case("bearer") && more.is_none();
    ApiToken::parse(text).ok().filter(|_| is_ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn one_token_in_one_header() {
        let text = ApiToken::from_random([7; 32]).format();
        let check = |lines: &[String], found: bool| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::AUTHORIZATION, HeaderValue::from_str(line).unwrap());
            }
            assert_eq!(bearer(&headers).is_some(), found, "{lines:?}");
        };
        check(&[format!("Bearer {text}")], true);
        check(&[format!("bearer {text}")], true);
        check(&[format!("Basic {text}")], false);
        check(&[format!("Bearer  {text}")], false);
        check(&[format!("Bearer {text} ")], false);
        check(std::slice::from_ref(&text), false);
        check(&[format!("Bearer {text}"), format!("Bearer {text}")], false);
        check(&[], false);
    }
}
