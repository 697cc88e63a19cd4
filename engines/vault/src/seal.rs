//! How a record is sealed: a data key of its own, wrapped by a master key.
//!
//! XChaCha20-Poly1305 twice. Both seals carry the version of the format and the record's name as associated data, so
//! that a seal opens in its own place only. `docs/keys-and-erasure.md` has the bytes.

use crate::random::Random;
use crate::secret::Secret;
use beffroi_ports::{KeysError, Sealed};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use zeroize::Zeroizing;

/// Version of the format, first byte of a wrapped key.
const VERSION: u8 = 1;
/// Length of a nonce, in bytes.
const NONCE: usize = 24;
/// Version and number of the master key, before the wrapped data key.
const HEAD: usize = 5;

/// A master key and its number.
pub(crate) struct Master {
    pub(crate) number: u32,
    pub(crate) secret: Secret,
}

/// Seals a record under a data key drawn for it.
pub(crate) fn seal(random: &dyn Random, master: &Master, name: &str, plain: &[u8]) -> Result<Sealed, KeysError> {
    let data = Secret::draw(random)?;
    let ciphertext = encrypt(random, &data, &bound(b"beffroi-record", &[VERSION], name), plain, name)?;
    Ok(Sealed { wrapped: wrap(random, master, name, &data)?, ciphertext })
}

/// Opens a record with the master key that wraps its data key.
pub(crate) fn open(master: &Master, name: &str, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let data = unwrap(master, name, &sealed.wrapped)?;
    decrypt(&data, &bound(b"beffroi-record", &[VERSION], name), &sealed.ciphertext, name)
}

/// Wraps a record's data key under another master key.
pub(crate) fn rewrap(
    random: &dyn Random,
    from: &Master,
    to: &Master,
    name: &str,
    wrapped: &[u8],
) -> Result<Vec<u8>, KeysError> {
    wrap(random, to, name, &unwrap(from, name, wrapped)?)
}

fn head(master: &Master) -> [u8; HEAD] {
    let [a, b, c, d] = master.number.to_be_bytes();
    [VERSION, a, b, c, d]
}

fn wrap(random: &dyn Random, master: &Master, name: &str, data: &Secret) -> Result<Vec<u8>, KeysError> {
    let head = head(master);
    let sealed = encrypt(random, &master.secret, &bound(b"beffroi-data-key", &head, name), data.bytes(), name)?;
    Ok([head.as_slice(), &sealed].concat())
}

fn unwrap(master: &Master, name: &str, wrapped: &[u8]) -> Result<Secret, KeysError> {
    let (found, text) = wrapped.split_first_chunk::<HEAD>().ok_or_else(|| KeysError::closed(name))?;
    if *found != head(master) {
        return Err(KeysError::closed(name));
    }
    let data = decrypt(&master.secret, &bound(b"beffroi-data-key", found, name), text, name)?;
    Secret::from_slice(&data).ok_or_else(|| KeysError::closed(name))
}

/// Associated data: what is sealed, a NUL, the head, the name. Purposes and heads have fixed forms, so that no two
/// purposes and names give the same bytes.
fn bound(purpose: &[u8], head: &[u8], name: &str) -> Vec<u8> {
    [purpose, &[0], head, name.as_bytes()].concat()
}

/// The nonce, the ciphertext and its tag.
fn encrypt(random: &dyn Random, key: &Secret, aad: &[u8], plain: &[u8], name: &str) -> Result<Vec<u8>, KeysError> {
    let mut nonce = [0; NONCE];
    random.fill(&mut nonce)?;
    let text = Payload { msg: plain, aad };
    let sealed = XChaCha20Poly1305::new(key.bytes().into()).encrypt(&nonce.into(), text);
    Ok([nonce.as_slice(), &sealed.map_err(|_| KeysError::closed(name))?].concat())
}

fn decrypt(key: &Secret, aad: &[u8], sealed: &[u8], name: &str) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    let (nonce, msg) = sealed.split_first_chunk::<NONCE>().ok_or_else(|| KeysError::closed(name))?;
    let plain = XChaCha20Poly1305::new(key.bytes().into()).decrypt(&(*nonce).into(), Payload { msg, aad });
    plain.map(Zeroizing::new).map_err(|_| KeysError::closed(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;

    fn master(number: u32, byte: u8) -> Master {
        Master { number, secret: Secret::from_slice(&[byte; 32]).unwrap() }
    }

    #[test]
    fn every_flipped_bit_and_every_cut_of_a_seal_is_found() {
        let master = master(1, 7);
        let sealed = seal(&SystemRandom, &master, "a", b"drawn").unwrap();
        assert_eq!(open(&master, "a", &sealed).unwrap().as_slice(), b"drawn");
        assert_eq!((sealed.wrapped.len(), sealed.ciphertext.len()), (77, 24 + 5 + 16));
        for at in 0..(sealed.wrapped.len() + sealed.ciphertext.len()) * 8 {
            let mut bent = sealed.clone();
            let (byte, bit) = (at / 8, 1 << (at % 8));
            match byte.checked_sub(sealed.wrapped.len()) {
                None => bent.wrapped[byte] ^= bit,
                Some(byte) => bent.ciphertext[byte] ^= bit,
            }
            assert_eq!(open(&master, "a", &bent), Err(KeysError::closed("a")), "bit {at}");
        }
        for length in 0..sealed.wrapped.len() {
            let wrapped = sealed.wrapped[..length].to_vec();
            assert!(open(&master, "a", &Sealed { wrapped, ..sealed.clone() }).is_err());
        }
        for length in 0..sealed.ciphertext.len() {
            let ciphertext = sealed.ciphertext[..length].to_vec();
            assert!(open(&master, "a", &Sealed { ciphertext, ..sealed.clone() }).is_err());
        }
    }

    #[test]
    fn names_and_masters_bind() {
        let (one, two) = (master(1, 7), master(2, 8));
        let sealed = seal(&SystemRandom, &one, "a", b"drawn").unwrap();
        assert!(open(&one, "b", &sealed).is_err() && open(&two, "a", &sealed).is_err());
        // The same secret under another number is another master key.
        assert!(open(&master(2, 7), "a", &sealed).is_err());
        let again = seal(&SystemRandom, &one, "a", b"drawn").unwrap();
        assert!(open(&one, "a", &Sealed { wrapped: again.wrapped, ..sealed.clone() }).is_err());
        let wrapped = rewrap(&SystemRandom, &one, &two, "a", &sealed.wrapped).unwrap();
        assert!(rewrap(&SystemRandom, &one, &two, "b", &sealed.wrapped).is_err());
        let moved = Sealed { wrapped, ..sealed };
        assert_eq!(open(&two, "a", &moved).unwrap().as_slice(), b"drawn");
        assert!(open(&one, "a", &moved).is_err());
    }
}
