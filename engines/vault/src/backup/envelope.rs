//! The age file around an archive.

use super::{failed, refused};
use age::secrecy::ExposeSecret as _;
use age::{DecryptError, Decryptor, Encryptor, IdentityFile};
use beffroi_ports::BackupError;
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::rc::Rc;
use zeroize::Zeroizing;

/// Longest file of secret keys, in bytes.
const MAX_IDENTITY: u64 = 64 * 1024;
/// Most recipients of one file.
const MAX_RECIPIENTS: usize = 16;
/// Longest header of an age file, in bytes: room for the most recipients. The header is parsed anew at each of its lines,
/// so that a long one made of short lines would take minutes.
const MAX_HEADER: usize = 4 * 1024;

/// The public keys of those who may open a backup.
pub(super) fn recipients(texts: &[String]) -> Result<Vec<age::x25519::Recipient>, BackupError> {
    if texts.is_empty() || texts.len() > MAX_RECIPIENTS {
        return Err(BackupError::Recipient(format!("{} recipients", texts.len())));
    }
    let wrong = |text: &str| BackupError::Recipient(text.chars().take(80).collect());
    texts.iter().map(|text| text.parse().map_err(|_| wrong(text))).collect()
}

/// A new secret key (the text of its file) and its public key. To be made, and kept, elsewhere than on the server.
pub fn new_identity() -> (Zeroizing<String>, String) {
    let identity = age::x25519::Identity::generate();
    let public = identity.to_public().to_string();
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.push_str(identity.to_string().expose_secret());
    text.push('\n');
    (text, public)
}

/// A secret key, read from its file. Never printed.
pub(super) struct Identity(Vec<Box<dyn age::Identity + Send + Sync>>);

impl Identity {
    /// Reads a file that only its owner can reach.
    pub(super) fn read(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(|error| failed("opening", path, &error))?;
        let wrong = || BackupError::Identity(path.display().to_string());
        let about = file.metadata().map_err(|error| failed("looking at", path, &error))?;
        if !about.is_file() || about.mode() & 0o077 != 0 || about.len() > MAX_IDENTITY {
            return Err(wrong());
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(2 * MAX_IDENTITY as usize));
        file.take(MAX_IDENTITY).read_to_end(&mut bytes).map_err(|error| failed("reading", path, &error))?;
        let file = IdentityFile::from_buffer(bytes.as_slice()).map_err(|_| wrong())?;
        let identities = file.into_identities().map_err(|_| wrong())?;
        if identities.is_empty() { Err(wrong()) } else { Ok(Self(identities)) }
    }
}

/// An encrypting writer; `finish` is to be called on it.
pub(super) fn encrypt<W: Write>(
    out: W,
    recipients: &[age::x25519::Recipient],
) -> io::Result<age::stream::StreamWriter<W>> {
    let recipients = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
    Encryptor::with_recipients(recipients).map_err(io::Error::other)?.wrap_output(out)
}

/// The decrypted stream of a file. It fails at the first chunk that was altered and at a missing end.
pub(super) fn decrypt(path: &Path, identity: &Identity) -> Result<impl Read + use<>, BackupError> {
    let file = File::open(path).map_err(|error| failed("opening", path, &error))?;
    let left = Rc::new(Cell::new(MAX_HEADER));
    let input = Limited { inner: BufReader::with_capacity(128 * 1024, file), left: Rc::clone(&left) };
    let header = |error| match error {
        DecryptError::NoMatchingKeys => BackupError::WrongIdentity,
        _ => refused("it is no age file, or was cut or altered", "header of the file"),
    };
    let decryptor = Decryptor::new_buffered(input).map_err(header)?;
    left.set(usize::MAX);
    let stream = decryptor.decrypt(identity.0.iter().map(|identity| identity.as_ref() as &dyn age::Identity));
    stream.map_err(header)
}

/// A reader that ends after `left` bytes: the header of a file made to harm must not fill the memory.
struct Limited<R> {
    inner: R,
    left: Rc<Cell<usize>>,
}

impl<R: BufRead> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let left = self.left.get();
        let buffer = self.inner.fill_buf()?;
        Ok(buffer.get(..left).unwrap_or(buffer))
    }

    fn consume(&mut self, amount: usize) {
        if self.left.get() != usize::MAX {
            self.left.set(self.left.get().saturating_sub(amount));
        }
        self.inner.consume(amount);
    }
}

impl<R: BufRead> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_secret_key_others_can_read_or_that_is_none_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("identity");
        let (secret, public) = new_identity();
        assert!(recipients(&vec![public.clone(); MAX_RECIPIENTS]).is_ok() && secret.starts_with("AGE-SECRET-KEY-1"));
        fs::write(&path, secret.as_bytes()).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert!(Identity::read(&path).is_ok());
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Identity::read(&path), Err(BackupError::Identity(_))));
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        for wrong in ["", "# nothing\n", "AGE-SECRET-KEY-1QQQQ\n", "hello\n"] {
            fs::write(&path, wrong).unwrap();
            assert!(Identity::read(&path).is_err(), "{wrong:?}");
        }
        for wrong in
            [vec![], vec![public; MAX_RECIPIENTS + 1], vec!["age1qqqq".to_owned()], vec![secret.trim().to_owned()]]
        {
            assert!(matches!(recipients(&wrong), Err(BackupError::Recipient(_))));
        }
    }

    #[test]
    fn an_endless_header_is_cut() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.age");
        let (secret, _) = new_identity();
        let identity = place.path().join("identity");
        fs::write(&identity, secret.as_bytes()).unwrap();
        fs::set_permissions(&identity, Permissions::from_mode(0o600)).unwrap();
        let line = "-> a\n";
        fs::write(&path, ["age-encryption.org/v1\n", &line.repeat(MAX_HEADER)].concat()).unwrap();
        assert!(decrypt(&path, &Identity::read(&identity).unwrap()).is_err());
        // What was read of it stops at the limit.
        let left = Rc::new(Cell::new(10));
        let mut limited = Limited { inner: &b"0123456789abcdef"[..], left: Rc::clone(&left) };
        let mut read = Vec::new();
        limited.read_to_end(&mut read).unwrap();
        assert_eq!((read.as_slice(), left.get()), (&b"0123456789"[..], 0));
    }
}
