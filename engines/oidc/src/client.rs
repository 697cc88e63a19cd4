//! Both halves of a sign-in, and its end.

use crate::config::{ConfigError, OidcConfig, UserInfoForm};
use crate::guards::Guards;
use crate::id_token::{self, Context};
use crate::json::seconds;
use crate::keys::KeySet;
use crate::provider::{self, Description};
use crate::{returned, token, userinfo};
use beffroi_ports::{
    Answer, Fetch, Identity, IdentityError, Refusal, Secret, SignInKept, SignInStart, SignInWish, SignOutStart,
    SignedIn,
};
use jiff::Timestamp;
use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreClient};
use openidconnect::{AuthenticationContextClass, ClientId, CsrfToken, Nonce, PkceCodeChallenge, RedirectUrl, Scope};
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long the provider's description and keys serve, in seconds.
const SERVES_S: i64 = 3600;

/// The least time between two questions for the keys because of a key that is not known, in seconds: a forged `kid`
/// must not make this program question the provider at will.
const KEYS_AGAIN_S: i64 = 60;

/// Bytes of chance in a state, a nonce, a verifier: 256 bits, 43 characters (ProConnect asks for 32 at least).
const CHANCE: u32 = 32;

#[derive(Clone)]
struct Held {
    description: Arc<Description>,
    keys: Arc<KeySet>,
    /// When both were fetched.
    at: Timestamp,
    /// When the keys were last asked for.
    keys_at: Timestamp,
}

/// Signing in at one provider.
pub struct OpenIdConnect {
    config: OidcConfig,
    fetch: Arc<dyn Fetch>,
    held: Mutex<Option<Held>>,
    guards: Guards,
}

impl OpenIdConnect {
    /// A client of the provider of `config`, which it reaches through `fetch`. Nothing is fetched yet.
    ///
    /// # Errors
    /// [`ConfigError`] when the configuration does not hold together.
    pub fn new(config: OidcConfig, fetch: Arc<dyn Fetch>) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { config, fetch, held: Mutex::new(None), guards: Guards::ALL })
    }

    #[cfg(test)]
    pub(crate) fn guarded_by(config: OidcConfig, fetch: Arc<dyn Fetch>, guards: Guards) -> Result<Self, ConfigError> {
        Ok(Self { guards, ..Self::new(config, fetch)? })
    }

    /// The provider's description and keys, fetched when those at hand are over an hour old.
    async fn held(&self, now: Timestamp) -> Result<Held, IdentityError> {
        let at_hand = self.held.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(held) = at_hand
            && (0..SERVES_S).contains(&now.as_second().saturating_sub(held.at.as_second()))
        {
            return Ok(held);
        }
        let description = provider::describe(&*self.fetch, &self.config).await?;
        let keys = description.keys(&*self.fetch).await?;
        let held = Held { description: Arc::new(description), keys: Arc::new(keys), at: now, keys_at: now };
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held.clone());
        Ok(held)
    }

    /// The keys, fetched again when none has that name and none was asked for in the last minute.
    async fn keys_with(&self, held: &Held, kid: Option<&str>, now: Timestamp) -> Result<Arc<KeySet>, IdentityError> {
        let Some(kid) = kid.filter(|kid| !held.keys.knows(kid)) else { return Ok(Arc::clone(&held.keys)) };
        {
            let mut lock = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(current) = lock.as_mut() else { return Ok(Arc::clone(&held.keys)) };
            if current.keys.knows(kid) || now.as_second().saturating_sub(current.keys_at.as_second()) < KEYS_AGAIN_S {
                return Ok(Arc::clone(&current.keys));
            }
            current.keys_at = now;
        }
        let keys = Arc::new(held.description.keys(&*self.fetch).await?);
        if let Some(current) = self.held.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            current.keys = Arc::clone(&keys);
        }
        Ok(keys)
    }

    /// `claims` of the request (OpenID Connect Core 5.5): the level is essential, its means are asked for.
    fn claims_asked(&self, wish: SignInWish) -> String {
        let mut asked = Map::new();
        if !self.config.acr.is_empty() {
            asked.insert("acr".to_owned(), json!({ "essential": true, "values": self.config.acr }));
        }
        asked.insert("amr".to_owned(), json!({ "essential": true }));
        if wish.max_age_s.is_some() {
            asked.insert("auth_time".to_owned(), json!({ "essential": true }));
        }
        json!({ "id_token": asked }).to_string()
    }

    fn start(&self, description: &Description, wish: SignInWish, now: Timestamp) -> Result<SignInStart, IdentityError> {
        let config = &self.config;
        let redirect = RedirectUrl::new(config.redirect.clone());
        let redirect = redirect.map_err(|_| IdentityError::Provider {
            endpoint: "authorize",
            what: "the configured redirect is no address",
        })?;
        let client = CoreClient::from_provider_metadata(
            description.metadata.clone(),
            ClientId::new(config.client_id.clone()),
            None,
        )
        .set_redirect_uri(redirect);
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new_random_len(CHANCE),
                || Nonce::new_random_len(CHANCE),
            )
            .add_scopes(config.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new))
            .add_extra_param("claims", self.claims_asked(wish));
        if config.acr_values {
            for acr in &config.acr {
                request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
            }
        }
        if let Some(max_age_s) = wish.max_age_s {
            request = request.set_max_age(Duration::from_secs(max_age_s.into()));
        }
        if wish.again {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        let mut kept_verifier = None;
        if config.pkce {
            let (challenge, verifier) = PkceCodeChallenge::new_random_sha256_len(CHANCE);
            request = request.set_pkce_challenge(challenge);
            kept_verifier = Some(Secret::new(verifier.into_secret()));
        }
        let (address, state, nonce) = request.url();
        let kept = SignInKept {
            issuer: config.issuer.clone(),
            state: Secret::new(state.into_secret()),
            nonce: Secret::new(nonce.secret().clone()),
            verifier: kept_verifier,
            begun_at: now,
            max_age_s: wish.max_age_s,
        };
        Ok(SignInStart { address: address.into(), kept })
    }

    async fn identify(
        &self,
        kept: &SignInKept,
        returned: &[(String, String)],
        now: Timestamp,
    ) -> Result<SignedIn, IdentityError> {
        let (config, guards) = (&self.config, self.guards);
        returned::of_attempt(kept, returned, &config.issuer, now, guards)?;
        let held = self.held(now).await?;
        let description = &*held.description;
        let code = returned::code(returned, &config.issuer, description.names_issuer, guards)?;
        let tokens = token::exchange(&*self.fetch, description, config, code, kept.verifier.as_ref(), guards).await?;
        let kid = crate::jws::open(tokens.id_text.expose(), &config.algorithms, guards)?.kid;
        let keys = self.keys_with(&held, kid.as_deref(), now).await?;
        let context = Context { config, keys: &keys, kept, code, now, guards };
        let claims = id_token::verified(&tokens, &context)?;
        let subject = text(&claims, "sub").ok_or(Refusal::Subject)?;
        let mut about = claims.clone();
        if let Some(url) = description.userinfo.as_ref().filter(|_| config.userinfo != UserInfoForm::None) {
            let answer = userinfo::fetched(&*self.fetch, url, &tokens.access).await?;
            let keys = self.keys_with(&held, userinfo::kid(&answer, config).as_deref(), now).await?;
            let context = Context { keys: &keys, ..context };
            about.extend(userinfo::verified(&answer, subject, &context)?);
        }
        Ok(person(config, &claims, &about, subject, tokens.id_text))
    }
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}

/// A text to be shown: at most 200 characters, none of control; `None` otherwise.
fn shown(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let text = text(claims, name)?.trim();
    let fine = !text.is_empty() && text.chars().count() <= 200 && !text.chars().any(char::is_control);
    fine.then(|| text.to_owned())
}

/// The person. What proves (`claims`) comes from the ID token alone; what is shown (`about`) also from user information.
fn person(
    config: &OidcConfig,
    claims: &Map<String, Value>,
    about: &Map<String, Value>,
    subject: &str,
    id_token: Secret,
) -> SignedIn {
    let amr = claims.get("amr").and_then(Value::as_array).into_iter().flatten();
    let digits = |siret: &String| siret.len() == 14 && siret.bytes().all(|byte| byte.is_ascii_digit());
    SignedIn {
        issuer: config.issuer.clone(),
        subject: subject.to_owned(),
        acr: text(claims, "acr").map(str::to_owned),
        amr: amr.filter_map(Value::as_str).map(str::to_owned).collect(),
        given_name: shown(about, "given_name"),
        usual_name: shown(about, "usual_name").or_else(|| shown(about, "family_name")),
        email: shown(about, "email"),
        siret: shown(about, "siret").filter(digits),
        auth_time: claims.get("auth_time").and_then(seconds).and_then(|at| Timestamp::from_second(at).ok()),
        id_token,
    }
}

impl Identity for OpenIdConnect {
    fn begin(&self, wish: SignInWish, now: Timestamp) -> Answer<'_, Result<SignInStart, IdentityError>> {
        Box::pin(async move { self.start(&self.held(now).await?.description, wish, now) })
    }

    fn finish<'a>(
        &'a self,
        kept: SignInKept,
        returned: &'a [(String, String)],
        now: Timestamp,
    ) -> Answer<'a, Result<SignedIn, IdentityError>> {
        Box::pin(async move { self.identify(&kept, returned, now).await })
    }

    fn sign_out<'a>(
        &'a self,
        id_token: &'a Secret,
        now: Timestamp,
    ) -> Answer<'a, Result<Option<SignOutStart>, IdentityError>> {
        Box::pin(async move {
            let held = self.held(now).await?;
            let Some(mut address) = held.description.end_session.clone() else { return Ok(None) };
            let state = CsrfToken::new_random_len(CHANCE).into_secret();
            address
                .query_pairs_mut()
                .append_pair("id_token_hint", id_token.expose())
                .append_pair("post_logout_redirect_uri", &self.config.after_sign_out)
                .append_pair("state", &state);
            Ok(Some(SignOutStart { address: address.into(), state: Secret::new(state) }))
        })
    }
}
