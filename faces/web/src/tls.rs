//! TLS: 1.3, and 1.2 with authenticated ciphers and ephemeral keys only. A certificate that changes on the disk is read
//! again at the next connection; one that does not fit its key is told in the log and the one before stays.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{CipherSuite, ServerConfig};

/// The largest file read, in bytes.
const LARGEST: u64 = 1024 * 1024;

/// What is spoken: nothing without authentication of each record, nothing without forward secrecy.
const SUITES: [CipherSuite; 9] = [
    CipherSuite::TLS13_AES_256_GCM_SHA384,
    CipherSuite::TLS13_AES_128_GCM_SHA256,
    CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
];

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read the {what} {path}: {reason}")]
    Unreadable {
        /// Certificate or key.
        what: &'static str,
        /// Where.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// Others may read the private key.
    #[error("the private key {path} may be read by others than its owner (mode {mode:03o}): run `chmod 600` on it")]
    Exposed {
        /// Where.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
    /// A file holds nothing of its kind.
    #[error("{path} holds no {what} in PEM: expected a block `-----BEGIN …-----`")]
    Empty {
        /// Certificate or key.
        what: &'static str,
        /// Where.
        path: String,
    },
    /// Certificate and key do not go together, or cannot be used.
    #[error("the certificate {path} cannot be used with its key: {reason}")]
    Unusable {
        /// The certificate.
        path: String,
        /// What the library said.
        reason: String,
    },
}

/// A certificate with its key, as files.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    loaded: Mutex<Loaded>,
}

struct Loaded {
    acceptor: TlsAcceptor,
    /// Of which state of the files: read, or tried in vain.
    state: State,
}

/// Size and time of the two files.
type State = [Option<(u64, SystemTime)>; 2];

impl Tls {
    /// Reads a chain of certificates (the server's own first) and its private key, both in PEM.
    ///
    /// # Errors
    /// A file that is absent, too large or empty of its kind; a key that others than its owner may read; a certificate
    /// that does not fit its key.
    pub fn open(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let state = state(certificate, key);
        let acceptor = load(certificate, key)?;
        let loaded = Mutex::new(Loaded { acceptor, state });
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), loaded })
    }

    /// What shakes hands, with the certificate that lies on the disk now.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let state = state(&self.certificate, &self.key);
        if state != loaded.state {
            loaded.state = state;
            match load(&self.certificate, &self.key) {
                Ok(acceptor) => {
                    loaded.acceptor = acceptor;
                    tracing::info!("the certificate has changed: the new one is served");
                }
                Err(error) => tracing::warn!("the certificate has changed and the one before stays: {error}"),
            }
        }
        loaded.acceptor.clone()
    }
}

fn state(certificate: &Path, key: &Path) -> State {
    [certificate, key].map(|path| {
        let meta = fs::metadata(path).ok()?;
        Some((meta.len(), meta.modified().ok()?))
    })
}

fn load(certificate: &Path, key: &Path) -> Result<TlsAcceptor, TlsError> {
    let path = certificate.display().to_string();
    let empty = |what, path: &Path| TlsError::Empty { what, path: path.display().to_string() };
    let pem = read("certificate", certificate)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty()).ok_or_else(|| empty("certificate", certificate))?;
    private(key)?;
    let secret = PrivateKeyDer::from_pem_slice(&read("private key", key)?).map_err(|_| empty("private key", key))?;
    let mut provider = default_provider();
    provider.cipher_suites.retain(|suite| SUITES.contains(&suite.suite()));
    let unusable = |error: tokio_rustls::rustls::Error| TlsError::Unusable { path, reason: error.to_string() };
    let config = ServerConfig::builder_with_provider(Arc::new(provider)).with_protocol_versions(&[&TLS13, &TLS12]);
    let config = config.and_then(|config| config.with_no_client_auth().with_single_cert(chain, secret));
    let mut config = config.map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // No data before the handshake is whole: such data can be replayed.
    config.max_early_data_size = 0;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn read(what: &'static str, path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |reason: String| TlsError::Unreadable { what, path: path.display().to_string(), reason };
    let file = fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable(format!("it is larger than {LARGEST} bytes")));
    }
    Ok(bytes)
}

/// The key is its owner's alone.
#[cfg(unix)]
fn private(key: &Path) -> Result<(), TlsError> {
    use std::os::unix::fs::PermissionsExt;
    let path = key.display().to_string();
    let meta = fs::metadata(key);
    let meta =
        meta.map_err(|e| TlsError::Unreadable { what: "private key", path: path.clone(), reason: e.to_string() })?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 { Err(TlsError::Exposed { path, mode }) } else { Ok(()) }
}

#[cfg(not(unix))]
fn private(_key: &Path) -> Result<(), TlsError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_authenticates_its_records() {
        let names: Vec<String> = SUITES.iter().map(|suite| format!("{suite:?}")).collect();
        for name in &names {
            assert!(name.contains("_GCM_") || name.contains("_POLY1305_"), "{name}");
            assert!(name.starts_with("TLS13_") || name.starts_with("TLS_ECDHE_"), "{name}");
        }
        let known: Vec<_> = default_provider().cipher_suites.iter().map(|s| s.suite()).collect();
        assert!(SUITES.iter().all(|suite| known.contains(suite)), "the library knows them all");
    }
}
