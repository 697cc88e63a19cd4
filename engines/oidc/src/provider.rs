//! What the provider says of itself (OpenID Connect Discovery 1.0, 3 and 4), and its keys.

use crate::config::{OidcConfig, SigningAlgorithm, UserInfoForm, secure};
use crate::http::{get, is_of_type};
use crate::json;
use crate::keys::KeySet;
use beffroi_ports::{Fetch, IdentityError};
use openidconnect::core::CoreProviderMetadata;
use serde_json::{Map, Value};
use url::Url;

/// The provider's description, checked.
pub(crate) struct Description {
    /// For the library.
    pub(crate) metadata: CoreProviderMetadata,
    /// Where its keys are.
    keys: Url,
    /// Where user information is.
    pub(crate) userinfo: Option<Url>,
    /// Where a session ends (RP-Initiated Logout 1.0, 2.1).
    pub(crate) end_session: Option<Url>,
    /// Whether its answers name the issuer (RFC 9207, 3).
    pub(crate) names_issuer: bool,
}

fn fault(what: &'static str) -> IdentityError {
    IdentityError::Provider { endpoint: "discovery", what }
}

/// An endpoint of the description: absent, or an address that is encrypted.
fn endpoint(document: &Map<String, Value>, name: &str) -> Result<Option<Url>, IdentityError> {
    let Some(value) = document.get(name) else { return Ok(None) };
    let url = value.as_str().and_then(secure);
    url.map(Some).ok_or_else(|| fault("an endpoint is not an https address"))
}

/// Whether a list of the description names one of the words; `None` when there is no such list.
fn lists(document: &Map<String, Value>, name: &str, words: &[&str]) -> Option<bool> {
    let list = document.get(name)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).any(|word| words.contains(&word)))
}

/// Fetches and checks the description.
pub(crate) async fn describe(fetch: &dyn Fetch, config: &OidcConfig) -> Result<Description, IdentityError> {
    let address = format!("{}/.well-known/openid-configuration", config.issuer.trim_end_matches('/'));
    let answer = fetch.fetch(&get(&address)).await?;
    if answer.status != 200 || !is_of_type(&answer, "application/json") {
        return Err(fault("it is not a JSON document"));
    }
    let document = json::object(&answer.body).ok_or_else(|| fault("it is not a JSON object with distinct names"))?;
    checked(document, config)
}

fn checked(document: Map<String, Value>, config: &OidcConfig) -> Result<Description, IdentityError> {
    // Letter for letter: a slash more is another issuer (Discovery 4.3).
    if document.get("issuer").and_then(Value::as_str) != Some(config.issuer.as_str()) {
        return Err(fault("its issuer is not the one configured"));
    }
    let needed = |name| endpoint(&document, name)?.ok_or_else(|| fault("an endpoint is missing"));
    needed("authorization_endpoint")?;
    needed("token_endpoint")?;
    let keys = needed("jwks_uri")?;
    let userinfo = endpoint(&document, "userinfo_endpoint")?;
    if config.userinfo != UserInfoForm::None && userinfo.is_none() {
        return Err(fault("it has no user information endpoint, which the configuration asks for"));
    }
    if lists(&document, "response_types_supported", &["code"]) == Some(false) {
        return Err(fault("it does not support the authorization-code flow"));
    }
    if config.pkce && lists(&document, "code_challenge_methods_supported", &["S256"]) == Some(false) {
        return Err(fault("it does not support PKCE with S256"));
    }
    let named: Vec<_> = config.algorithms.iter().map(|algorithm| algorithm.name()).collect();
    if lists(&document, "id_token_signing_alg_values_supported", &named) != Some(true) {
        return Err(fault("it signs with none of the configured algorithms"));
    }
    let end_session = endpoint(&document, "end_session_endpoint")?;
    let names_issuer = document.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true));
    let metadata = serde_json::from_value(Value::Object(document));
    let metadata = metadata.map_err(|_| fault("it is not a provider's description"))?;
    Ok(Description { metadata, keys, userinfo, end_session, names_issuer })
}

impl SigningAlgorithm {
    fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

impl Description {
    /// Fetches the keys.
    pub(crate) async fn keys(&self, fetch: &dyn Fetch) -> Result<KeySet, IdentityError> {
        let fault = |what| IdentityError::Provider { endpoint: "keys", what };
        let answer = fetch.fetch(&get(self.keys.as_str())).await?;
        let media = ["application/json", "application/jwk-set+json"];
        if answer.status != 200 || !media.iter().any(|media| is_of_type(&answer, media)) {
            return Err(fault("it is not a JSON document"));
        }
        KeySet::read(&answer.body).ok_or_else(|| fault("it is not a key set of at most 64 keys"))
    }
}
