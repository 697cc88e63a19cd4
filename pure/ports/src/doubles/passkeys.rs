//! Passkeys without cryptography: ceremonies that keep their rules and prove nothing.

use crate::passkeys::*;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

/// Passkeys that anybody can make: an answer is the text `CHALLENGE ID COUNTER`, the first as the options show it, the
/// identifier in hexadecimal. Expiry, owner, doubles and counter are refused as by the engine; there is no signature.
#[derive(Debug, Default)]
pub struct PlainPasskeys(AtomicU64);

/// The challenge that stands in the `options` of a [`PlainPasskeys`]; nothing for other texts.
pub fn challenge_of(options: &str) -> Option<&str> {
    options.strip_prefix("{\"challenge\":\"")?.split('"').next()
}

/// What was kept, once its kind and its last instant are checked.
struct Kept {
    challenge: String,
    handle: String,
    ids: BTreeSet<String>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits?;
    digits.chunks(2).map(|pair| if let [high, low] = pair { Some(high * 16 + low) } else { None }).collect()
}

impl PlainPasskeys {
    fn begin(&self, kind: &str, handle: &str, hints: &[CredentialHint], now: Timestamp) -> Ceremony {
        let challenge = format!("c{}", self.0.fetch_add(1, Ordering::Relaxed));
        let expires_at = now.checked_add(CEREMONY).unwrap_or(Timestamp::MAX);
        let ids: Vec<String> = hints.iter().map(|hint| hex(hint.id.as_bytes())).collect();
        let kept = format!("{kind}|{challenge}|{}|{handle}|{}", expires_at.as_millisecond(), ids.join(","));
        let options = format!("{{\"challenge\":\"{challenge}\",\"synthetic\":true}}");
        Ceremony { options, state: CeremonyState::from_stored(kept.into_bytes()), expires_at }
    }
}

fn kept(state: &CeremonyState, kind: &str, now: Timestamp) -> Result<Kept, PasskeyError> {
    let wrong = || PasskeyError::State { reason: "not one of this ceremony" };
    let text = std::str::from_utf8(state.as_bytes()).map_err(|_| wrong())?;
    let [found, challenge, last, handle, ids] = text.split('|').collect::<Vec<_>>()[..] else { return Err(wrong()) };
    let expires_at = last.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).ok_or_else(wrong)?;
    if found != kind {
        return Err(wrong());
    }
    if now >= expires_at {
        return Err(PasskeyError::Expired { expired_at: expires_at });
    }
    let ids = ids.split(',').filter(|id| !id.is_empty()).map(str::to_owned).collect();
    Ok(Kept { challenge: challenge.to_owned(), handle: handle.to_owned(), ids })
}

/// Challenge, identifier, counter.
fn answer(response: &str) -> Result<(&str, CredentialId, u32), PasskeyError> {
    let read = || {
        let [challenge, id, counter] = response.split(' ').collect::<Vec<_>>()[..] else { return None };
        Some((challenge, CredentialId::new(unhex(id)?)?, counter.parse().ok()?))
    };
    read().ok_or_else(|| PasskeyError::Response { reason: "not `CHALLENGE ID COUNTER`".to_owned() })
}

fn refused<T>(check: Check) -> Result<T, PasskeyError> {
    Err(PasskeyError::Refused { check })
}

impl Passkeys for PlainPasskeys {
    fn start_registration(
        &self,
        person: Registrant<'_>,
        existing: &[CredentialHint],
        now: Timestamp,
    ) -> Result<Ceremony, PasskeyError> {
        if existing.len() >= MAX_PASSKEYS {
            return Err(PasskeyError::TooMany);
        }
        Ok(self.begin("register", &hex(&person.handle.0), existing, now))
    }

    fn finish_registration(
        &self,
        state: CeremonyState,
        person: &PersonHandle,
        response: &str,
        now: Timestamp,
    ) -> Result<Passkey, PasskeyError> {
        let kept = kept(&state, "register", now)?;
        let (challenge, id, sign_count) = answer(response)?;
        if kept.handle != hex(&person.0) {
            return refused(Check::Person);
        }
        if challenge != kept.challenge {
            return refused(Check::Challenge);
        }
        if kept.ids.contains(&hex(id.as_bytes())) {
            return Err(PasskeyError::AlreadyRegistered);
        }
        Ok(Passkey {
            id,
            algorithm: Algorithm::EdDsa,
            public_key: vec![0; 32],
            sign_count,
            backup: Backup::NotEligible,
            transports: BTreeSet::from([Transport::Internal]),
            aaguid: [0; 16],
            user_verified: true,
        })
    }

    fn start_authentication(&self, among: Option<&[CredentialHint]>, now: Timestamp) -> Result<Ceremony, PasskeyError> {
        match among {
            Some([]) => Err(PasskeyError::NoCredential),
            Some(hints) => Ok(self.begin("sign-in", "", hints, now)),
            None => Ok(self.begin("sign-in", "", &[], now)),
        }
    }

    fn claim(&self, response: &str) -> Result<Claim, PasskeyError> {
        answer(response).map(|(_, id, _)| Claim { id, handle: None })
    }

    fn finish_authentication(
        &self,
        state: CeremonyState,
        response: &str,
        _owner: &PersonHandle,
        stored: &Passkey,
        now: Timestamp,
    ) -> Result<SignedIn, PasskeyError> {
        let kept = kept(&state, "sign-in", now)?;
        let (challenge, id, sign_count) = answer(response)?;
        let asked_for = kept.ids.is_empty() || kept.ids.contains(&hex(id.as_bytes()));
        if id != stored.id || !asked_for {
            return refused(Check::Credential);
        }
        if challenge != kept.challenge {
            return refused(Check::Challenge);
        }
        if stored.sign_count > 0 && sign_count <= stored.sign_count {
            return refused(Check::Counter);
        }
        Ok(SignedIn { id, sign_count, backup: stored.backup, user_verified: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HANDLE: PersonHandle = PersonHandle([7; 64]);
    const ID: &str = "000102030405060708090a0b0c0d0e0f";

    fn begun(ceremony: &Ceremony, counter: u32) -> String {
        format!("{} {ID} {counter}", challenge_of(&ceremony.options).unwrap())
    }

    #[test]
    fn a_double_registers_signs_in_and_keeps_the_rules() {
        let double = PlainPasskeys::default();
        let now = Timestamp::UNIX_EPOCH;
        let person = Registrant { handle: &HANDLE, login: "synthetic", display_name: "Synthetic" };
        let start = double.start_registration(person, &[], now).unwrap();
        let response = begun(&start, 1);
        let mut passkey = double.finish_registration(start.state, &HANDLE, &response, now).unwrap();

        let again = double.start_registration(person, &[CredentialHint::from(&passkey)], now).unwrap();
        let response = begun(&again, 2);
        let copy = CeremonyState::from_stored(again.state.as_bytes().to_vec());
        assert_eq!(double.finish_registration(copy, &PersonHandle([8; 64]), &response, now), refused(Check::Person));
        let twice = double.finish_registration(again.state, &HANDLE, &response, now);
        assert_eq!(twice, Err(PasskeyError::AlreadyRegistered));

        let sign_in = |at: Timestamp, counter: u32, passkey: &Passkey| {
            let start = double.start_authentication(None, now).unwrap();
            let response = begun(&start, counter);
            assert_eq!(double.claim(&response).unwrap().id, passkey.id);
            double.finish_authentication(start.state, &response, &HANDLE, passkey, at)
        };
        passkey.sign_count = sign_in(now, 2, &passkey).unwrap().sign_count;
        assert_eq!(sign_in(now, 2, &passkey), refused(Check::Counter));
        let late = now + CEREMONY;
        assert_eq!(sign_in(late, 3, &passkey), Err(PasskeyError::Expired { expired_at: late }));
        assert_eq!(double.start_authentication(Some(&[]), now), Err(PasskeyError::NoCredential));
    }
}
