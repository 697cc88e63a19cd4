//! Signing in by OpenID Connect: the authorization-code flow with PKCE, in ProConnect's profile.
//!
//! [`OpenIdConnect`] implements [`beffroi_ports::Identity`] and reaches its provider through [`beffroi_ports::Fetch`]
//! alone. The library makes the requests, checks the signatures and the claims it knows; this room refuses beforehand
//! what two parsers could read in two ways, and checks afterwards what the library leaves to its caller. What is
//! checked, with its clause, stands in `docs/sign-in.md`.
//!
//! Time is an argument. States, nonces and PKCE verifiers are drawn here from the system's generator.

mod client;
mod config;
mod guards;
mod http;
mod id_token;
mod json;
mod jws;
mod keys;
mod provider;
mod returned;
mod token;
mod userinfo;

#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "trial"))]
pub mod trial;

pub use client::OpenIdConnect;
pub use config::{ClientAuthentication, ConfigError, OidcConfig, SigningAlgorithm, UserInfoForm};
