//! The code for tokens (RFC 6749, 4.1.3; OpenID Connect Core 3.1.3).

use crate::config::{ClientAuthentication, OidcConfig};
use crate::guards::Guards;
use crate::http::Through;
use crate::provider::Description;
use crate::{id_token, json, jws};
use beffroi_ports::{Fetch, FetchResponse, IdentityError, Refusal, Secret};
use openidconnect::core::{CoreClient, CoreIdToken};
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClientId, ClientSecret, OAuth2TokenResponse as _, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, TokenResponse as _,
};

/// What the code was exchanged for. Nothing in it is to be believed yet.
pub(crate) struct Tokens {
    pub(crate) access: AccessToken,
    pub(crate) id: CoreIdToken,
    /// The ID token as it came.
    pub(crate) id_text: Secret,
}

fn fault(what: &'static str) -> IdentityError {
    IdentityError::Provider { endpoint: "token", what }
}

/// Lets an answer through to the library when it reads in one way, and its tokens with it.
fn screen(answer: &FetchResponse, config: &OidcConfig, guards: Guards) -> Result<(), Refusal> {
    if answer.status != 200 {
        return Ok(());
    }
    let object = if guards.form { json::object(&answer.body) } else { json::last_wins(&answer.body) };
    let object = object.ok_or(Refusal::TokenAnswer)?;
    let text = |name: &str| object.get(name).and_then(serde_json::Value::as_str).ok_or(Refusal::TokenAnswer);
    if !text("token_type")?.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::TokenAnswer);
    }
    // It goes into a header field (RFC 6750, 2.1): anything but visible ASCII would break it.
    let access = text("access_token")?;
    if access.is_empty() || access.len() > jws::LONGEST || !access.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::TokenAnswer);
    }
    let opened = jws::open(text("id_token")?, &config.algorithms, guards)?;
    id_token::typed(&opened.claims)
}

/// Exchanges the code, with the verifier of this attempt.
pub(crate) async fn exchange(
    fetch: &dyn Fetch,
    description: &Description,
    config: &OidcConfig,
    code: &str,
    verifier: Option<&Secret>,
    guards: Guards,
) -> Result<Tokens, IdentityError> {
    let client = CoreClient::from_provider_metadata(
        description.metadata.clone(),
        ClientId::new(config.client_id.clone()),
        Some(ClientSecret::new(config.client_secret.expose().to_owned())),
    )
    .set_auth_type(match config.client_authentication {
        ClientAuthentication::ClientSecretPost => AuthType::RequestBody,
        ClientAuthentication::ClientSecretBasic => AuthType::BasicAuth,
    })
    .set_redirect_uri(RedirectUrl::new(config.redirect.clone()).map_err(|_| fault("the redirect is no address"))?);
    let request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
    let mut request = request.map_err(|_| fault("the description has no token endpoint"))?;
    if let Some(verifier) = verifier {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()));
    }
    let screen = |answer: &FetchResponse| screen(answer, config, guards);
    let through = Through { fetch, screen: &screen };
    // The library's own messages hold the whole answer: only their kind is kept.
    let answer = request.request_async(&through).await.map_err(|error| match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(_) => Refusal::Code.into(),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Refusal::TokenAnswer.into(),
    })?;
    let id = answer.id_token().ok_or(Refusal::TokenAnswer)?.clone();
    let id_text = Secret::new(id.to_string());
    Ok(Tokens { access: answer.access_token().clone(), id, id_text })
}
