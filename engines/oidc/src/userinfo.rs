//! User information (OpenID Connect Core 5.3), as JSON or as a signed token.

use crate::config::{OidcConfig, UserInfoForm};
use crate::http::{get, is_of_type};
use crate::id_token::Context;
use crate::json::{self, seconds};
use crate::jws;
use crate::returned::SKEW_S;
use beffroi_ports::{Fetch, FetchResponse, IdentityError, Refusal};
use openidconnect::{AccessToken, JsonWebKey as _};
use serde_json::{Map, Value};
use url::Url;

/// Fetches user information with the access token. The answer is not to be believed yet.
pub(crate) async fn fetched(
    fetch: &dyn Fetch,
    url: &Url,
    access: &AccessToken,
) -> Result<FetchResponse, IdentityError> {
    let mut request = get(url.as_str());
    request.headers.push(("authorization".to_owned(), format!("Bearer {}", access.secret())));
    request.headers.push(("accept".to_owned(), "application/jwt, application/json".to_owned()));
    let answer = fetch.fetch(&request).await?;
    if answer.status != 200 {
        return Err(IdentityError::Provider { endpoint: "userinfo", what: "it refused the access token" });
    }
    Ok(answer)
}

/// The `kid` that a signed answer names, to know whether its key is at hand.
pub(crate) fn kid(answer: &FetchResponse, config: &OidcConfig) -> Option<String> {
    let text = std::str::from_utf8(&answer.body).ok().filter(|_| is_of_type(answer, "application/jwt"))?;
    jws::open(text, &config.algorithms, crate::guards::Guards::ALL).ok()?.kid
}

/// The claims of the answer, once they have been shown to be about the subject of the ID token.
pub(crate) fn verified(
    answer: &FetchResponse,
    subject: &str,
    context: &Context<'_>,
) -> Result<Map<String, Value>, Refusal> {
    let claims = if is_of_type(answer, "application/jwt") {
        signed(answer, context)?
    } else {
        let demanded = context.config.userinfo == UserInfoForm::Signed && context.guards.userinfo_signed;
        if demanded || !is_of_type(answer, "application/json") {
            return Err(Refusal::UserInfoUnsigned);
        }
        json::object(&answer.body).ok_or(Refusal::UserInfoForm)?
    };
    // Without this check a token of one person would fetch the name of another (5.3.4).
    let about = claims.get("sub").and_then(Value::as_str);
    if context.guards.userinfo_subject && about != Some(subject) {
        return Err(Refusal::UserInfoSubject);
    }
    Ok(claims)
}

fn signed(answer: &FetchResponse, context: &Context<'_>) -> Result<Map<String, Value>, Refusal> {
    let text = std::str::from_utf8(&answer.body).map_err(|_| Refusal::TokenForm)?;
    let opened = jws::open(text, &context.config.algorithms, context.guards)?;
    if context.guards.signature {
        let key = context.keys.named(opened.kid.as_deref(), opened.algorithm)?;
        let checked = key.verify_signature(&opened.algorithm.core(), opened.signed.as_bytes(), &opened.signature);
        checked.map_err(|_| Refusal::Signature)?;
    }
    let claims = opened.claims;
    if context.guards.issuer && claims.get("iss").and_then(Value::as_str) != Some(context.config.issuer.as_str()) {
        return Err(Refusal::UserInfoForm);
    }
    let client = Some(context.config.client_id.as_str());
    let ours = match claims.get("aud") {
        Some(Value::Array(list)) => !list.is_empty() && list.iter().all(|one| one.as_str() == client),
        Some(one) => one.as_str() == client,
        None => false,
    };
    if context.guards.audience && !ours {
        return Err(Refusal::UserInfoForm);
    }
    let now_s = context.now.as_second();
    let at = |name: &str| claims.get(name).map(|value| seconds(value).ok_or(Refusal::UserInfoForm)).transpose();
    let expired = at("exp")?.is_some_and(|at| at.saturating_add(SKEW_S) <= now_s);
    if context.guards.expiry && expired {
        return Err(Refusal::Expired);
    }
    let latest = now_s.saturating_add(SKEW_S);
    if context.guards.not_before
        && (at("nbf")?.is_some_and(|at| at > latest) || at("iat")?.is_some_and(|at| at > latest))
    {
        return Err(Refusal::NotYetValid);
    }
    Ok(claims)
}
