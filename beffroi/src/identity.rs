//! Who people are for us: the provider of identities and passkeys, from the configuration.

use crate::config::{PasskeysSection, Reach};
use beffroi_cli::fault::{Fault, Outcome};
use beffroi_net::{AllowedOrigin, Net};
use beffroi_oidc::{OidcConfig, OpenIdConnect};
use beffroi_passkeys::{RelyingParty, WebauthnPasskeys};
use beffroi_ports::passkeys::Passkeys;
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

/// Passkeys for the domain of the configuration, or for the name under which browsers reach us. None when that name
/// could not be a relying party: an address, or a proxy on another port than the usual one, which only the
/// configuration can tell.
pub(crate) fn passkeys(
    section: Option<PasskeysSection>,
    hosts: &[String],
    reach: &Reach,
) -> Outcome<Option<Arc<dyn Passkeys>>> {
    if let Some(PasskeysSection { domain, origins }) = section {
        let engine = WebauthnPasskeys::new(&RelyingParty { id: domain, origins });
        return Ok(Some(Arc::new(engine.map_err(|error| Fault::user(format!("[passkeys]: {error}")))?)));
    }
    let port = reach.address.port();
    let (host, origin) = match hosts.first() {
        Some(host) if reach.tls.is_some() && port != 443 => (host.as_str(), format!("https://{host}:{port}")),
        Some(host) if reach.secure => (host.as_str(), format!("https://{host}")),
        Some(_) => return Ok(None),
        None => ("localhost", format!("http://localhost:{port}")),
    };
    let party = RelyingParty { id: host.to_owned(), origins: vec![origin] };
    Ok(WebauthnPasskeys::new(&party).ok().map(|engine| Arc::new(engine) as Arc<dyn Passkeys>))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(address: &str, tls: bool, secure: bool) -> Reach {
        let tls = tls.then(|| (PathBuf::from("c.pem"), PathBuf::from("k.pem")));
        Reach { address: address.parse().unwrap(), tls, secure }
    }

    #[test]
    fn passkeys_are_for_the_name_under_which_browsers_come() {
        let there = |hosts: &[&str], reach: Reach| {
            let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
            passkeys(None, &hosts, &reach).unwrap().is_some()
        };
        assert!(there(&[], reach("127.0.0.1:8117", false, false)));
        assert!(there(&["beffroi.example"], reach("0.0.0.0:8443", true, true)));
        assert!(there(&["beffroi.example"], reach("127.0.0.1:8117", false, true)));
        assert!(!there(&["[::1]"], reach("127.0.0.1:8117", false, true)));
        assert!(!there(&["beffroi.example"], reach("127.0.0.1:8117", false, false)));
    }

    #[test]
    fn a_relying_party_that_cannot_work_stops_the_start() {
        let section = |domain: &str, origin: &str| {
            Some(PasskeysSection { domain: domain.to_owned(), origins: vec![origin.to_owned()] })
        };
        let plain = reach("127.0.0.1:8117", false, false);
        assert!(passkeys(section("beffroi.example", "https://beffroi.example"), &[], &plain).is_ok());
        let Err(refused) = passkeys(section("127.0.0.1", "http://127.0.0.1"), &[], &plain) else { panic!("taken") };
        assert!(refused.to_string().contains("[passkeys]"), "{refused}");
    }
}
