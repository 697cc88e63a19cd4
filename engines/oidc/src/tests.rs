//! The whole flow against the trial provider: honest, forged, and with one check at a time turned off.

mod forged;
mod honest;
mod provider;
mod returned;
mod secrecy;
mod twins;
mod userinfo;

use crate::guards::Guards;
use crate::trial::{Bend, Bends, TrialOptions, TrialPerson, TrialProvider};
use crate::{ClientAuthentication, OidcConfig, OpenIdConnect, SigningAlgorithm, UserInfoForm};
use beffroi_ports::doubles::answered;
use beffroi_ports::{Identity, IdentityError, Refusal, Secret, SignInStart, SignInWish, SignedIn};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

const ISSUER: &str = "https://auth.example.org/api/v2";
const CLIENT: &str = "beffroi-client";

/// Keys are drawn once for all tests.
static DRAWN: LazyLock<TrialProvider> = LazyLock::new(|| {
    let clock = Arc::new(AtomicI64::new(0));
    TrialProvider::new(options(SigningAlgorithm::Rs256, true, clock)).unwrap()
});

fn options(algorithm: SigningAlgorithm, userinfo_signed: bool, clock: Arc<AtomicI64>) -> TrialOptions {
    TrialOptions {
        issuer: ISSUER.into(),
        client_id: CLIENT.into(),
        client_secret: Secret::new("canary-client-secret"),
        redirect: "https://beffroi.example.org/sign-in/return".into(),
        after_sign_out: "https://beffroi.example.org/".into(),
        person: TrialPerson::default(),
        acr: "eidas2".into(),
        algorithm,
        userinfo_signed,
        clock: Arc::new(move || Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap()),
    }
}

fn config() -> OidcConfig {
    OidcConfig {
        issuer: ISSUER.into(),
        client_id: CLIENT.into(),
        client_secret: Secret::new("canary-client-secret"),
        client_authentication: ClientAuthentication::ClientSecretPost,
        redirect: "https://beffroi.example.org/sign-in/return".into(),
        after_sign_out: "https://beffroi.example.org/".into(),
        scopes: vec!["given_name".into(), "email".into()],
        acr: vec!["eidas2".into(), "eidas3".into()],
        acr_values: false,
        pkce: true,
        algorithms: vec![SigningAlgorithm::Rs256, SigningAlgorithm::Es256],
        userinfo: UserInfoForm::Signed,
    }
}

/// A provider, a client of it, and a clock that both read.
struct Scene {
    provider: TrialProvider,
    client: OpenIdConnect,
    clock: Arc<AtomicI64>,
    wish: SignInWish,
}

impl Scene {
    fn set(algorithm: SigningAlgorithm, signed: bool, config: OidcConfig, guards: Guards) -> Self {
        let clock = Arc::new(AtomicI64::new(1_800_000_000));
        let provider = DRAWN.under(options(algorithm, signed, Arc::clone(&clock)));
        let client = OpenIdConnect::guarded_by(config, Arc::new(provider.clone()), guards).unwrap();
        Self { provider, client, clock, wish: SignInWish::default() }
    }

    fn usual() -> Self {
        Self::set(SigningAlgorithm::Rs256, true, config(), Guards::ALL)
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.clock.load(Ordering::SeqCst)).unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds, Ordering::SeqCst);
    }

    fn begin(&self) -> SignInStart {
        answered(self.client.begin(self.wish, self.now())).unwrap().unwrap()
    }

    fn finish(&self, start: &SignInStart, returned: &[(String, String)]) -> Result<SignedIn, IdentityError> {
        answered(self.client.finish(start.kept.clone(), returned, self.now())).unwrap()
    }

    /// The whole: begin, browse, finish.
    fn sign_in(&self) -> Result<SignedIn, IdentityError> {
        let start = self.begin();
        let returned = self.provider.browse(&start.address).unwrap();
        self.finish(&start, &returned)
    }

    fn bent(self, bends: Bends) -> Self {
        self.provider.bend(bends);
        self
    }
}

fn bend<T>(change: impl Fn(&mut T) + Send + Sync + 'static) -> Bend<T> {
    Some(Arc::new(change))
}

/// Sets a member.
fn set(name: &'static str, value: impl Into<Value>) -> Bend<Map<String, Value>> {
    let value = value.into();
    bend(move |members: &mut Map<String, Value>| {
        members.insert(name.to_owned(), value.clone());
    })
}

/// Takes a member away.
fn unset(name: &'static str) -> Bend<Map<String, Value>> {
    bend(move |members: &mut Map<String, Value>| {
        members.remove(name);
    })
}

fn refused(refusal: Refusal) -> Result<String, IdentityError> {
    Err(IdentityError::Refused(refusal))
}

fn subject(outcome: Result<SignedIn, IdentityError>) -> Result<String, IdentityError> {
    outcome.map(|person| person.subject)
}
