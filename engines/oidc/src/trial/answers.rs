//! The provider: its description, its keys, its codes and tokens.

use super::bends::{Bend, Bends, MembersBend, Signing, apply};
use super::keys::{TrialKeys, encoded, half_hashed, hashed};
use crate::SigningAlgorithm;
use beffroi_ports::{Answer, Fetch, FetchError, FetchMethod, FetchRequest, FetchResponse, Secret, fetch};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use url::form_urlencoded;

/// The synthetic person in whose name everything is approved.
#[derive(Debug, Clone)]
pub struct TrialPerson {
    /// `sub`.
    pub subject: String,
    /// `given_name`.
    pub given_name: String,
    /// `usual_name`.
    pub usual_name: String,
    /// `email`.
    pub email: String,
    /// `siret`.
    pub siret: String,
}

impl Default for TrialPerson {
    fn default() -> Self {
        Self {
            subject: "synthetic-1".into(),
            given_name: "Camille (synthetic)".into(),
            usual_name: "Exemple".into(),
            email: "camille.exemple@example.org".into(),
            siret: "00000000000000".into(),
        }
    }
}

/// What the provider is told when it starts.
#[derive(Clone)]
pub struct TrialOptions {
    /// Its issuer, where it will be reached.
    pub issuer: String,
    /// The client that it knows.
    pub client_id: String,
    /// That client's secret.
    pub client_secret: Secret,
    /// Where that client is reached after a sign-in.
    pub redirect: String,
    /// Where that client is reached after the end of a session.
    pub after_sign_out: String,
    /// Who signs in.
    pub person: TrialPerson,
    /// The `acr` that it gives.
    pub acr: String,
    /// With what it signs.
    pub algorithm: SigningAlgorithm,
    /// Whether user information is a signed token.
    pub userinfo_signed: bool,
    /// Its clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// A code that was given out.
struct Granted {
    nonce: Option<String>,
    challenge: Option<String>,
    redirect: String,
}

#[derive(Default)]
struct Register {
    drawn: u64,
    codes: BTreeMap<String, Granted>,
    access: Vec<String>,
    bends: Bends,
    asked: BTreeMap<String, usize>,
}

/// The provider.
#[derive(Clone)]
pub struct TrialProvider {
    options: Arc<TrialOptions>,
    keys: Arc<TrialKeys>,
    register: Arc<Mutex<Register>>,
}

/// What the provider answers.
pub struct TrialAnswer {
    /// Status code.
    pub status: u16,
    /// Names, in lower case, and values of header fields.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

fn json_answer(status: u16, value: impl ToString) -> TrialAnswer {
    let headers = vec![("content-type".into(), "application/json;charset=utf-8".into())];
    TrialAnswer { status, headers, body: value.to_string() }
}

fn refusal(error: &str) -> TrialAnswer {
    json_answer(400, json!({ "error": error }))
}

fn pairs(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

impl TrialProvider {
    /// A provider with fresh keys; `None` when the system gives no chance to draw them.
    pub fn new(options: TrialOptions) -> Option<Self> {
        let keys = Arc::new(TrialKeys::draw()?);
        Some(Self { options: Arc::new(options), keys, register: Arc::default() })
    }

    /// The same keys and bends under other options: for tests that vary them without drawing keys again.
    #[must_use]
    pub fn under(&self, options: TrialOptions) -> Self {
        Self { options: Arc::new(options), keys: Arc::clone(&self.keys), register: Arc::default() }
    }

    /// Replaces what is bent.
    pub fn bend(&self, bends: Bends) {
        self.register().bends = bends;
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.register().asked.get(path).copied().unwrap_or(0)
    }

    fn register(&self) -> std::sync::MutexGuard<'_, Register> {
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request. `path` starts after the issuer, `query` is without its `?`, `headers` have lower-case names.
    pub fn answer(&self, path: &str, query: &str, headers: &[(String, String)], body: &str) -> TrialAnswer {
        let mut register = self.register();
        *register.asked.entry(path.to_owned()).or_default() += 1;
        match path {
            "/.well-known/openid-configuration" => self.description(&register.bends),
            "/jwks" => {
                let mut set = members(json!({ "keys": self.keys.published() }));
                apply(&register.bends.keys, &mut set);
                json_answer(200, Value::Object(set))
            }
            "/authorize" => self.authorize(&mut register, &pairs(query)),
            "/token" => self.token(&mut register, headers, &pairs(body)),
            "/userinfo" => self.userinfo(&register, headers),
            "/session/end" => self.end(&pairs(query)),
            _ => json_answer(404, json!({ "error": "not_found" })),
        }
    }

    fn description(&self, bends: &Bends) -> TrialAnswer {
        let at = |path: &str| format!("{}{path}", self.options.issuer);
        let mut document = members(json!({
            "issuer": self.options.issuer,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "jwks_uri": at("/jwks"),
            "end_session_endpoint": at("/session/end"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        }));
        apply(&bends.discovery, &mut document);
        let mut text = Value::Object(document).to_string();
        apply(&bends.discovery_text, &mut text);
        json_answer(200, text)
    }

    fn authorize(&self, register: &mut Register, asked: &[(String, String)]) -> TrialAnswer {
        let ask = |name| value(asked, name).map(str::to_owned);
        let known = value(asked, "client_id") == Some(&self.options.client_id)
            && value(asked, "redirect_uri") == Some(&self.options.redirect);
        if !known || value(asked, "response_type") != Some("code") {
            return refusal("invalid_request");
        }
        // ProConnect demands both, of 32 characters at least.
        if [ask("state"), ask("nonce")].iter().any(|text| text.as_ref().is_none_or(|text| text.len() < 32)) {
            return refusal("invalid_request");
        }
        if ask("code_challenge").is_some() && value(asked, "code_challenge_method") != Some("S256") {
            return refusal("invalid_request");
        }
        register.drawn += 1;
        let code = format!("trial-code-{}", register.drawn);
        let granted =
            Granted { nonce: ask("nonce"), challenge: ask("code_challenge"), redirect: self.options.redirect.clone() };
        register.codes.insert(code.clone(), granted);
        let mut returned = vec![
            ("code".to_owned(), code),
            ("state".to_owned(), ask("state").unwrap_or_default()),
            ("iss".to_owned(), self.options.issuer.clone()),
        ];
        apply(&register.bends.returned, &mut returned);
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&returned).finish();
        let location = format!("{}?{query}", self.options.redirect);
        TrialAnswer { status: 303, headers: vec![("location".into(), location)], body: String::new() }
    }

    /// Whether the client is the one that is known, by its body or its `Authorization` field.
    fn is_known(&self, headers: &[(String, String)], form: &[(String, String)]) -> bool {
        use base64::Engine as _;
        let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let (id, secret) = (self.options.client_id.as_str(), self.options.client_secret.expose());
        let basic = format!("{}:{}", escaped(id), escaped(secret));
        let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(basic));
        value(headers, "authorization") == Some(&basic)
            || (value(form, "client_id") == Some(id) && value(form, "client_secret") == Some(secret))
    }

    fn token(&self, register: &mut Register, headers: &[(String, String)], form: &[(String, String)]) -> TrialAnswer {
        if !self.is_known(headers, form) {
            return refusal("invalid_client");
        }
        // A code serves once, whatever comes of it.
        let code = value(form, "code").unwrap_or_default();
        let Some(granted) = register.codes.remove(code) else { return refusal("invalid_grant") };
        let proven = granted
            .challenge
            .is_none_or(|challenge| value(form, "code_verifier").is_some_and(|verifier| hashed(verifier) == challenge));
        let here = value(form, "redirect_uri") == Some(&granted.redirect);
        if !proven || !here || value(form, "grant_type") != Some("authorization_code") {
            return refusal("invalid_grant");
        }
        let access = format!("trial-access-{}", register.drawn);
        register.access.push(access.clone());
        let mut answer = members(json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self.id_token(&register.bends, granted.nonce, &access, code),
        }));
        apply(&register.bends.token_answer, &mut answer);
        let mut text = Value::Object(answer).to_string();
        apply(&register.bends.token_text, &mut text);
        json_answer(200, text)
    }

    fn id_token(&self, bends: &Bends, nonce: Option<String>, access: &str, code: &str) -> String {
        let now_s = (self.options.clock)().as_second();
        let claims = members(json!({
            "iss": self.options.issuer,
            "sub": self.options.person.subject,
            "aud": self.options.client_id,
            "exp": now_s + 60,
            "iat": now_s,
            "auth_time": now_s,
            "nonce": nonce,
            "acr": self.options.acr,
            "amr": ["pwd", "mfa"],
            "at_hash": half_hashed(access),
            "c_hash": half_hashed(code),
        }));
        let mut token = self.signed(claims, (&bends.header, &bends.claims, &bends.claims_text), bends.signing);
        apply(&bends.token, &mut token);
        token
    }

    fn signed(
        &self,
        mut claims: Map<String, Value>,
        bends: (&MembersBend, &MembersBend, &Bend<String>),
        signing: Signing,
    ) -> String {
        let algorithm = self.options.algorithm;
        let alg = match (signing, algorithm) {
            (Signing::PublicKeyAsSecret | Signing::ClientSecret, _) => "HS256",
            (Signing::Unsigned, _) => "none",
            (_, SigningAlgorithm::Rs256) => "RS256",
            (_, SigningAlgorithm::Es256) => "ES256",
        };
        let mut header = members(json!({ "alg": alg, "typ": "JWT", "kid": TrialKeys::kid(algorithm) }));
        apply(bends.0, &mut header);
        apply(bends.1, &mut claims);
        let mut text = Value::Object(claims).to_string();
        apply(bends.2, &mut text);
        let signed = format!("{}.{}", encoded(Value::Object(header).to_string()), encoded(text));
        let signature = self.keys.sign(&signed, algorithm, signing, self.options.client_secret.expose());
        format!("{signed}.{}", encoded(signature))
    }

    fn userinfo(&self, register: &Register, headers: &[(String, String)]) -> TrialAnswer {
        let bearer = value(headers, "authorization").and_then(|field| field.strip_prefix("Bearer "));
        if !bearer.is_some_and(|access| register.access.iter().any(|given| given == access)) {
            return json_answer(401, json!({ "error": "invalid_token" }));
        }
        let (person, bends) = (&self.options.person, &register.bends);
        let mut claims = members(json!({
            "sub": person.subject,
            "given_name": person.given_name,
            "usual_name": person.usual_name,
            "email": person.email,
            "siret": person.siret,
        }));
        let mut answer = if self.options.userinfo_signed {
            let now_s = (self.options.clock)().as_second();
            let about =
                json!({"iss": self.options.issuer, "aud": self.options.client_id, "iat": now_s, "exp": now_s + 60});
            claims.extend(members(about));
            let bent = (&bends.userinfo_header, &bends.userinfo, &None);
            (self.signed(claims, bent, bends.userinfo_signing), "application/jwt".to_owned())
        } else {
            apply(&bends.userinfo, &mut claims);
            (Value::Object(claims).to_string(), "application/json".to_owned())
        };
        apply(&bends.userinfo_text, &mut answer);
        TrialAnswer { status: 200, headers: vec![("content-type".into(), answer.1)], body: answer.0 }
    }

    fn end(&self, asked: &[(String, String)]) -> TrialAnswer {
        let ours = value(asked, "post_logout_redirect_uri") == Some(&self.options.after_sign_out);
        match (ours, value(asked, "id_token_hint"), value(asked, "state")) {
            (true, Some(_), Some(state)) => {
                let query = form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
                let location = format!("{}?{query}", self.options.after_sign_out);
                TrialAnswer { status: 303, headers: vec![("location".into(), location)], body: String::new() }
            }
            _ => refusal("invalid_request"),
        }
    }

    /// Plays the browser: follows an address of this provider and gives the parameters that it sends back; `None` when
    /// it does not send back.
    pub fn browse(&self, address: &str) -> Option<Vec<(String, String)>> {
        let (path, query) = self.inside(address)?;
        let answer = self.answer(&path, &query, &[], "");
        let (_, query) = value(&answer.headers, "location")?.split_once('?')?;
        Some(pairs(query))
    }

    /// Path after the issuer and query of an address of this provider.
    fn inside(&self, address: &str) -> Option<(String, String)> {
        let rest = address.strip_prefix(&self.options.issuer)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        Some((path.to_owned(), query.to_owned()))
    }
}

impl Fetch for TrialProvider {
    fn fetch<'a>(&'a self, request: &'a FetchRequest) -> Answer<'a, Result<FetchResponse, FetchError>> {
        let origin = || fetch::origin(&request.url);
        let outcome = match self.inside(&request.url) {
            None => Err(FetchError::NotAllowed { origin: origin() }),
            Some((path, query)) => {
                let posted = request.method == FetchMethod::Post;
                let headers = request.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone()));
                let headers: Vec<_> = headers.collect();
                let body = if posted { String::from_utf8_lossy(&request.body) } else { "".into() };
                let answer = self.answer(&path, &query, &headers, &body);
                if answer.body.len() > request.max_bytes {
                    Err(FetchError::TooLarge { origin: origin(), max_bytes: request.max_bytes })
                } else {
                    Ok(FetchResponse { status: answer.status, headers: answer.headers, body: answer.body.into_bytes() })
                }
            }
        };
        Box::pin(std::future::ready(outcome))
    }
}
