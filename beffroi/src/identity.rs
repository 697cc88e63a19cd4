//! The provider of identities, from the configuration.

use beffroi_cli::fault::{Fault, Outcome};
use beffroi_net::{AllowedOrigin, Net};
use beffroi_oidc::{OidcConfig, OpenIdConnect};
use beffroi_ports::{Identity, Secret};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `[openid]` in `beffroi.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenIdSection {
    /// The provider and this program's registration with it; its `client_secret` stays empty here.
    provider: OidcConfig,
    /// The file that holds the client secret, in one line; relative to the data folder.
    secret_file: PathBuf,
    /// Origins beside the issuer's that the provider answers from (`https://host`).
    #[serde(default)]
    origins: Vec<String>,
    /// Whether the provider is on the house's own network, where addresses are private.
    #[serde(default)]
    internal: bool,
}

/// The provider, asked through the one client that reaches no other host.
pub(crate) fn of(section: OpenIdSection, root: &Path) -> Outcome<Arc<dyn Identity>> {
    let OpenIdSection { mut provider, secret_file, origins, internal } = section;
    let path = root.join(secret_file);
    let secret = std::fs::read_to_string(&path)
        .map_err(|error| Fault::user(format!("{} cannot be read: {error}", path.display())))?;
    provider.client_secret = Secret::new(secret.trim());
    let allowed = std::iter::once(&provider.issuer).chain(&origins).map(|origin| AllowedOrigin::new(origin, internal));
    let allowed: Result<Vec<AllowedOrigin>, _> = allowed.collect();
    let allowed = allowed.map_err(|error| Fault::user(format!("[openid]: {error}")))?;
    let net = Net::new(allowed).map_err(|error| Fault::user(format!("[openid]: {error}")))?;
    let openid = OpenIdConnect::new(provider, Arc::new(net)).map_err(|e| Fault::user(format!("[openid]: {e}")))?;
    Ok(Arc::new(openid))
}
