//! A provider of identities that vouches for one person.

use crate::{
    Answer, Identity, IdentityError, Refusal, Secret, SignInKept, SignInStart, SignInWish, SignOutStart, SignedIn,
};
use jiff::Timestamp;

/// Vouches for `person` when the browser brings back `code=granted` and the state; every other return is refused.
#[derive(Debug, Clone)]
pub struct OnePerson {
    /// Who.
    pub person: SignedIn,
}

fn value<'a>(returned: &'a [(String, String)], name: &str) -> Option<&'a str> {
    returned.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

impl Identity for OnePerson {
    fn begin(&self, wish: SignInWish, now: Timestamp) -> Answer<'_, Result<SignInStart, IdentityError>> {
        let state = format!("state-{}", now.as_second());
        let start = SignInStart {
            address: format!("{}/authorize?state={state}", self.person.issuer),
            kept: SignInKept {
                issuer: self.person.issuer.clone(),
                state: Secret::new(state),
                nonce: Secret::new("nonce"),
                verifier: None,
                begun_at: now,
                max_age_s: wish.max_age_s,
            },
        };
        Box::pin(std::future::ready(Ok(start)))
    }

    fn finish<'a>(
        &'a self,
        kept: SignInKept,
        returned: &'a [(String, String)],
        _now: Timestamp,
    ) -> Answer<'a, Result<SignedIn, IdentityError>> {
        let outcome = if value(returned, "state") != Some(kept.state.expose()) {
            Err(Refusal::State.into())
        } else if value(returned, "code") != Some("granted") {
            Err(Refusal::Code.into())
        } else {
            Ok(self.person.clone())
        };
        Box::pin(std::future::ready(outcome))
    }

    fn sign_out<'a>(
        &'a self,
        _id_token: &'a Secret,
        _now: Timestamp,
    ) -> Answer<'a, Result<Option<SignOutStart>, IdentityError>> {
        let address = format!("{}/session/end", self.person.issuer);
        Box::pin(std::future::ready(Ok(Some(SignOutStart { address, state: Secret::new("out") }))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doubles::answered;

    #[test]
    fn it_vouches_for_its_person_only_with_the_state_and_the_code() {
        let person = SignedIn {
            issuer: "https://a.fr".into(),
            subject: "s".into(),
            acr: None,
            amr: Vec::new(),
            given_name: None,
            usual_name: None,
            email: None,
            siret: None,
            auth_time: None,
            id_token: Secret::new("t"),
        };
        let provider = OnePerson { person };
        let now = Timestamp::UNIX_EPOCH;
        let start = answered(provider.begin(SignInWish::default(), now)).unwrap().unwrap();
        let back = |state: &str, code: &str| {
            let returned = [("state".to_owned(), state.to_owned()), ("code".to_owned(), code.to_owned())];
            answered(provider.finish(start.kept.clone(), &returned, now)).unwrap().map(|person| person.subject)
        };
        assert_eq!(back("state-0", "granted"), Ok("s".to_owned()));
        assert_eq!(back("state-1", "granted"), Err(Refusal::State.into()));
        assert_eq!(back("state-0", "other"), Err(Refusal::Code.into()));
        assert!(answered(provider.sign_out(&Secret::new("t"), now)).unwrap().unwrap().is_some());
    }
}
