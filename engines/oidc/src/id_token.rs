//! The ID token's checks (OpenID Connect Core 3.1.3.7 and 3.1.3.8; RFC 7519, 4.1).

use crate::config::OidcConfig;
use crate::guards::Guards;
use crate::json::seconds;
use crate::jws::{self, Opened};
use crate::keys::KeySet;
use crate::returned::SKEW_S;
use crate::token::Tokens;
use beffroi_ports::{Refusal, SignInKept};
use jiff::Timestamp;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, AuthorizationCodeHash, ClaimsVerificationError, ClientId, IssuerUrl, Nonce,
    SignatureVerificationError,
};
use serde_json::{Map, Value};
use std::time::SystemTime;
use subtle::ConstantTimeEq;

/// The claims of a token in their types, before the library reads them.
pub(crate) fn typed(claims: &Map<String, Value>) -> Result<(), Refusal> {
    let every = |names: &[&str], fine: fn(&Value) -> bool| names.iter().all(|name| claims.get(*name).is_none_or(fine));
    let texts =
        |value: &Value| value.as_array().is_some_and(|list| list.len() <= 32 && list.iter().all(Value::is_string));
    let fine = every(&["iss", "sub", "nonce", "acr", "azp", "at_hash", "c_hash"], Value::is_string)
        && every(&["exp", "iat", "nbf", "auth_time"], |value| seconds(value).is_some())
        && every(&["amr"], texts)
        && every(&["aud"], |value| {
            value.is_string() || value.as_array().is_some_and(|list| list.iter().all(Value::is_string))
        });
    if !fine || !claims.contains_key("exp") || !claims.contains_key("iat") {
        return Err(Refusal::TokenForm);
    }
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default();
    let visible = subject.bytes().all(|byte| byte.is_ascii_graphic());
    if subject.is_empty() || subject.len() > 255 || !visible {
        return Err(Refusal::Subject);
    }
    Ok(())
}

/// What the library found, as our reason. Its words hold claims and are dropped.
fn reason(error: ClaimsVerificationError) -> Refusal {
    match error {
        ClaimsVerificationError::Expired(_) => Refusal::Expired,
        ClaimsVerificationError::InvalidAudience(_) => Refusal::Audience,
        ClaimsVerificationError::InvalidAuthContext(_) => Refusal::Acr,
        ClaimsVerificationError::InvalidAuthTime(_) => Refusal::AuthTime,
        ClaimsVerificationError::InvalidIssuer(_) => Refusal::Issuer,
        ClaimsVerificationError::InvalidNonce(_) => Refusal::Nonce,
        ClaimsVerificationError::InvalidSubject(_) => Refusal::Subject,
        ClaimsVerificationError::SignatureVerification(error) => match error {
            SignatureVerificationError::CryptoError(_) => Refusal::Signature,
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_)
            | SignatureVerificationError::NoSignature => Refusal::Algorithm,
            _ => Refusal::Key,
        },
        _ => Refusal::TokenHeader,
    }
}

fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// Everything a check needs beside the token.
pub(crate) struct Context<'a> {
    pub(crate) config: &'a OidcConfig,
    pub(crate) keys: &'a KeySet,
    pub(crate) kept: &'a SignInKept,
    pub(crate) code: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) guards: Guards,
}

/// The claims of the ID token, once it has been shown to be the provider's, for this client and this attempt.
pub(crate) fn verified(tokens: &Tokens, context: &Context<'_>) -> Result<Map<String, Value>, Refusal> {
    let opened = jws::open(tokens.id_text.expose(), &context.config.algorithms, context.guards)?;
    typed(&opened.claims)?;
    if context.guards.signature {
        context.keys.named(opened.kid.as_deref(), opened.algorithm)?;
    }
    by_library(&tokens.id, context)?;
    beside_library(&opened, tokens, context)?;
    Ok(opened.claims)
}

/// Issuer, audience, signature, expiry, nonce, level, time of authentication: steps 2, 3, 6 to 9 and 11 to 13.
fn by_library(token: &CoreIdToken, context: &Context<'_>) -> Result<(), Refusal> {
    let (config, kept, guards) = (context.config, context.kept, context.guards);
    let now_s = context.now.as_second();
    // The library compares the expiry with a clock: ours, set back by what clocks may differ.
    let clock_s = if guards.expiry { now_s.saturating_sub(SKEW_S) } else { 0 };
    let clock = SystemTime::from(Timestamp::from_second(clock_s).map_err(|_| Refusal::Expired)?);
    let issuer = IssuerUrl::new(config.issuer.clone()).map_err(|_| Refusal::Issuer)?;
    let keys = context.keys.keys.clone();
    let mut verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(config.client_id.clone()), issuer, keys)
        .set_allowed_algs(config.algorithms.iter().map(|algorithm| algorithm.core()))
        .set_time_fn(move || clock.into())
        .require_issuer_match(guards.issuer)
        .require_audience_match(guards.audience)
        .set_auth_context_verifier_fn(move |acr| {
            let fine = !guards.acr || config.acr.is_empty() || acr.is_some_and(|acr| config.acr.contains(acr));
            fine.then_some(()).ok_or_else(String::new)
        })
        .set_auth_time_verifier_fn(move |at| {
            let Some(max_age_s) = kept.max_age_s.filter(|_| guards.auth_time) else { return Ok(()) };
            let age_s = at.map(|at| now_s.saturating_sub(at.timestamp()));
            let fine = age_s.is_some_and(|age_s| (-SKEW_S..=i64::from(max_age_s) + SKEW_S).contains(&age_s));
            fine.then_some(()).ok_or_else(String::new)
        });
    if !guards.signature {
        verifier = verifier.insecure_disable_signature_check();
    }
    let nonce = |found: Option<&Nonce>| {
        let fine = !guards.nonce || found.is_some_and(|found| same(found.secret(), kept.nonce.expose()));
        fine.then_some(()).ok_or_else(String::new)
    };
    token.claims(&verifier, nonce).map(drop).map_err(reason)
}

/// What the library leaves to its caller: authorized party, not-before, time of issue, hashes.
fn beside_library(opened: &Opened<'_>, tokens: &Tokens, context: &Context<'_>) -> Result<(), Refusal> {
    let (guards, claims) = (context.guards, &opened.claims);
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if guards.authorized_party && text("azp").is_some_and(|azp| azp != context.config.client_id) {
        return Err(Refusal::AuthorizedParty);
    }
    let latest = context.now.as_second().saturating_add(SKEW_S);
    let future = |name: &str| claims.get(name).and_then(seconds).is_some_and(|at| at > latest);
    if guards.not_before && (future("nbf") || future("iat")) {
        return Err(Refusal::NotYetValid);
    }
    let earliest = context.kept.begun_at.as_second().saturating_sub(SKEW_S);
    if guards.freshness && claims.get("iat").and_then(seconds).is_none_or(|at| at < earliest) {
        return Err(Refusal::Stale);
    }
    if !guards.hashes || !guards.signature {
        return Ok(());
    }
    let key = context.keys.named(opened.kid.as_deref(), opened.algorithm)?;
    let algorithm = opened.algorithm.core();
    if let Some(found) = text("at_hash") {
        let hash =
            AccessTokenHash::from_token(&tokens.access, &algorithm, key).map_err(|_| Refusal::AccessTokenHash)?;
        if !same(hash.as_str(), found) {
            return Err(Refusal::AccessTokenHash);
        }
    }
    if let Some(found) = text("c_hash") {
        let code = AuthorizationCode::new(context.code.to_owned());
        let hash = AuthorizationCodeHash::from_code(&code, &algorithm, key).map_err(|_| Refusal::CodeHash)?;
        if !same(hash.as_str(), found) {
            return Err(Refusal::CodeHash);
        }
    }
    Ok(())
}
