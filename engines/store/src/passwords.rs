//! Passwords: Argon2id with the parameters OWASP recommends (19 MiB, two passes, one lane), a salt of its own for each,
//! and at most two computed at a time so that a crowd at the door cannot take all the memory.

use crate::StoreError;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use rand::TryRngCore;
use rand::rngs::OsRng;
use tokio::sync::Semaphore;

/// Shortest password accepted, in characters (NIST SP 800-63B-4, §3.1.1.2, for a password used alone).
const SHORTEST: usize = 15;
/// Longest password accepted, in bytes: enough for any phrase, and a bound on the work of a refusal.
pub(crate) const LONGEST: usize = 1024;

/// Computes hashes, few at a time.
#[derive(Debug)]
pub(crate) struct Passwords {
    gate: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { gate: Semaphore::new(2) }
    }
}

impl Passwords {
    /// The hash of a new password, in PHC form. `demo` accounts may have a short one: it is printed on the screen.
    pub(crate) async fn hash(&self, password: &str, demo: bool) -> Result<String, StoreError> {
        let what = "password";
        if !demo && password.chars().count() < SHORTEST {
            return Err(StoreError::Refused { what, reason: format!("at least {SHORTEST} characters are needed") });
        }
        if password.is_empty() || password.len() > LONGEST {
            return Err(StoreError::Refused { what, reason: format!("1 to {LONGEST} bytes are needed") });
        }
        let mut salt = [0_u8; 16];
        random(&mut salt)?;
        let password = password.to_owned();
        self.run(move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|error| failed(&error))
        })
        .await?
    }

    /// Whether `password` is the one of `hash`. Without a hash it does the same work and answers no.
    pub(crate) async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, StoreError> {
        let too_long = password.len() > LONGEST;
        let password = if too_long { String::new() } else { password.to_owned() };
        self.run(move || {
            let known = hash.is_some() && !too_long;
            let hash = match hash {
                Some(hash) => hash,
                None => nobody()?,
            };
            let parsed = PasswordHash::new(&hash).map_err(|error| failed(&error))?;
            let right = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(right && known)
        })
        .await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
        let _permit = self.gate.acquire().await.map_err(|error| failed(&error))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| failed(&error))
    }
}

/// A hash that nobody's password has, made of the same parameters: verifying against it costs as much as against a
/// real one. Only its 32 zero bytes of output stand in the text, so no work is needed to make it.
fn nobody() -> Result<String, StoreError> {
    let like = argon2::Params::default();
    let text = format!(
        "$argon2id$v=19$m={},t={},p={}$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        like.m_cost(),
        like.t_cost(),
        like.p_cost()
    );
    Ok(text)
}

/// Fills `bytes` from the operating system's random source.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), StoreError> {
    OsRng
        .try_fill_bytes(bytes)
        .map_err(|error| StoreError::Engine { doing: "draw random bytes", reason: error.to_string() })
}

fn failed(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Engine { doing: "compute a password hash", reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_and_no_other_does() {
        let p = Passwords::default();
        let hash = p.hash("quinze caractères et plus", false).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(p.verify("quinze caractères et plus", Some(hash.clone())).await.unwrap());
        assert!(!p.verify("quinze caractères et moins", Some(hash.clone())).await.unwrap());
        let again = p.hash("quinze caractères et plus", false).await.unwrap();
        assert_ne!(hash, again, "each hash has a salt of its own");
    }

    #[tokio::test]
    async fn nobody_is_never_right_and_costs_a_real_verification() {
        let p = Passwords::default();
        assert!(!p.verify("", None).await.unwrap());
        let stand_in = nobody().unwrap();
        let parsed = PasswordHash::new(&stand_in).unwrap();
        let real = p.hash("x", true).await.unwrap();
        let real = PasswordHash::new(&real).unwrap();
        assert_eq!(parsed.algorithm, real.algorithm);
        assert_eq!(parsed.params.to_string(), real.params.to_string());
        assert!(Argon2::default().verify_password(b"x", &parsed).is_err());
    }

    #[tokio::test]
    async fn short_and_huge_passwords_are_refused() {
        let p = Passwords::default();
        assert!(p.hash("quatorze-caract", false).await.is_ok());
        assert!(p.hash("quatorze-carac", false).await.is_err());
        assert!(p.hash("", true).await.is_err());
        let huge = "x".repeat(LONGEST + 1);
        assert!(p.hash(&huge, false).await.is_err());
        assert!(!p.verify(&huge, None).await.unwrap());
    }
}
