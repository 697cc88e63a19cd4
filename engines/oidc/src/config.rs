//! What is configured for one provider.

use beffroi_ports::Secret;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde::Deserialize;
use url::{Host, Url};

/// One provider of identities and this program's registration with it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// The issuer, exactly as its tokens write it: an `https` address without query (`http` for this machine only).
    pub issuer: String,
    /// The identifier given at registration.
    pub client_id: String,
    /// The secret given at registration.
    pub client_secret: Secret,
    /// How the secret is handed in; in the body when not said, as ProConnect asks.
    #[serde(default)]
    pub client_authentication: ClientAuthentication,
    /// Where the provider sends the browser back, exactly as registered.
    pub redirect: String,
    /// Where the provider sends the browser after the end of the session, exactly as registered.
    pub after_sign_out: String,
    /// The scopes beside `openid`; ProConnect's when not said.
    #[serde(default = "proconnect_scopes")]
    pub scopes: Vec<String>,
    /// The levels of authentication that will do. One of them is demanded and checked; none is when the list is empty.
    #[serde(default)]
    pub acr: Vec<String>,
    /// Whether the levels are also asked by `acr_values`, for providers that do not read `claims`. ProConnect refuses
    /// parameters that it does not know.
    #[serde(default)]
    pub acr_values: bool,
    /// Whether PKCE is used. Leave it on unless the provider refuses `code_challenge`: the nonce and the client secret
    /// then remain to bind the code (RFC 9700, 2.1.1).
    #[serde(default = "yes")]
    pub pkce: bool,
    /// The algorithms accepted for ID tokens and signed user information; both when not said.
    #[serde(default = "SigningAlgorithm::both")]
    pub algorithms: Vec<SigningAlgorithm>,
    /// In what form user information is fetched; signed when not said, as ProConnect gives it.
    #[serde(default)]
    pub userinfo: UserInfoForm,
}

/// How the client secret is handed in (OpenID Connect Core 9).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuthentication {
    /// In the body.
    #[default]
    ClientSecretPost,
    /// In the `Authorization` field.
    ClientSecretBasic,
}

/// A signature algorithm (RFC 7518, 3.1). Symmetric ones and `none` cannot be configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, keys of 2048 bits and more.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
}

impl SigningAlgorithm {
    fn both() -> Vec<Self> {
        vec![Self::Rs256, Self::Es256]
    }

    /// The algorithm of a header's `alg`.
    pub(crate) fn named(alg: &str) -> Option<Self> {
        match alg {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }

    pub(crate) fn core(self) -> CoreJwsSigningAlgorithm {
        match self {
            Self::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            Self::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        }
    }
}

/// In what form user information is fetched (OpenID Connect Core 5.3.2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserInfoForm {
    /// Not at all: the claims of the ID token will do.
    None,
    /// As JSON; a signed answer is accepted and checked too.
    Json,
    /// As a signed token and nothing else.
    #[default]
    Signed,
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration of the identity provider is at fault: `{field}` {what}")]
pub struct ConfigError {
    /// Which field.
    pub field: &'static str,
    /// What is wrong and what to write.
    pub what: &'static str,
}

fn proconnect_scopes() -> Vec<String> {
    ["given_name", "usual_name", "email", "siret"].map(str::to_owned).into()
}

fn yes() -> bool {
    true
}

/// Whether the host is this machine, where `http` will do.
fn local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Parses an address that must be `https`, or of this machine.
pub(crate) fn secure(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    let fine = url.scheme() == "https" || (url.scheme() == "http" && local(&url));
    (bare && fine && url.has_host()).then_some(url)
}

impl OidcConfig {
    /// Checks the whole before anything is asked of the provider.
    ///
    /// # Errors
    /// [`ConfigError`], naming the field.
    pub fn check(&self) -> Result<(), ConfigError> {
        let fault = |field, what| Err(ConfigError { field, what });
        let address = "must be an https address (http for this machine only) without name, password or fragment";
        match secure(&self.issuer) {
            None => return fault("issuer", address),
            Some(url) if url.query().is_some() => return fault("issuer", "must have no query"),
            Some(_) => (),
        }
        if secure(&self.redirect).is_none() {
            return fault("redirect", address);
        }
        if secure(&self.after_sign_out).is_none() {
            return fault("after_sign_out", address);
        }
        if self.client_id.is_empty() || self.client_id.len() > 255 {
            return fault("client_id", "must be 1 to 255 characters long");
        }
        if self.client_secret.expose().len() < 16 {
            return fault("client_secret", "must be at least 16 characters long");
        }
        if self.algorithms.is_empty() {
            return fault("algorithms", "must name RS256, ES256 or both");
        }
        let words =
            |list: &[String]| list.iter().all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_graphic()));
        if !words(&self.scopes) {
            return fault("scopes", "must be words without blanks");
        }
        if !words(&self.acr) {
            return fault("acr", "must be words without blanks");
        }
        Ok(())
    }
}
