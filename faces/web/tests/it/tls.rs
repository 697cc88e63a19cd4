//! TLS: what is spoken, what is not, and what changes with it.

use super::client::{between, over_tls};
use super::sample::{LOGIN, PASSWORD};
use super::socket::{Served, parse, say};
use axum::http::StatusCode;
use beffroi_web::{Limits, Settings, Tls, TlsError};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, ProtocolVersion, RootCertStore, SupportedProtocolVersion};

/// A certificate of the tests, on the disk.
struct Pair {
    folder: tempfile::TempDir,
}

impl Pair {
    fn new() -> Self {
        let pair = Self { folder: tempfile::tempdir().unwrap() };
        pair.renew();
        pair
    }

    /// Writes a new certificate with its key.
    fn renew(&self) {
        let made = rcgen::generate_simple_self_signed(["beffroi.example".to_owned()]).unwrap();
        fs::write(self.certificate(), made.cert.pem()).unwrap();
        fs::write(self.key(), made.signing_key.serialize_pem()).unwrap();
        mode(&self.key(), 0o600);
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("chain.pem")
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    fn open(&self) -> Result<Tls, TlsError> {
        Tls::open(&self.certificate(), &self.key())
    }

    /// A client that believes the certificate that lies there now.
    fn connector(&self, versions: &[&'static SupportedProtocolVersion], alpn: &[&str]) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&fs::read(self.certificate()).unwrap()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider())).with_protocol_versions(versions);
        let mut config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|p| p.as_bytes().to_vec()).collect();
        TlsConnector::from(Arc::new(config))
    }

    async fn connect(&self, served: &Served) -> TlsStream<tokio::net::TcpStream> {
        let connector = self.connector(&[&TLS13, &TLS12], &["http/1.1"]);
        connector.connect(name(), served.connect().await).await.unwrap()
    }
}

fn name() -> ServerName<'static> {
    ServerName::try_from("beffroi.example").unwrap()
}

#[cfg(unix)]
fn mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn mode(_path: &Path, _mode: u32) {}

const ASK: &str = "GET /connexion HTTP/1.1\r\nHost: beffroi.example\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn the_two_versions_are_spoken_and_http_1_only() {
    let pair = Pair::new();
    let served = Served::with(over_tls(), Some(pair.open().unwrap())).await;
    for (version, number) in [(&TLS13, ProtocolVersion::TLSv1_3), (&TLS12, ProtocolVersion::TLSv1_2)] {
        let connector = pair.connector(&[version], &["h2", "http/1.1"]);
        let stream = connector.connect(name(), served.connect().await).await.unwrap();
        let session = stream.get_ref().1;
        assert_eq!(session.protocol_version(), Some(number));
        assert_eq!(session.alpn_protocol(), Some(&b"http/1.1"[..]));
        let suite = format!("{:?}", session.negotiated_cipher_suite().unwrap().suite());
        assert!(suite.contains("GCM") || suite.contains("POLY1305"), "{suite}");
        let answer = parse(&say(stream, ASK.as_bytes()).await);
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains");
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("__Host-beffroi-entry=") && cookie.contains("; Secure"), "{cookie}");
    }
    let only_h2 = pair.connector(&[&TLS13], &["h2"]);
    assert!(only_h2.connect(name(), served.connect().await).await.is_err(), "what is not spoken is refused");
    served.stop().await.unwrap();
}

/// The first message of a client: its version, its suites, the groups and signatures of our own key.
fn hello(version: u8, suites: &[u16]) -> Vec<u8> {
    let mut body = vec![3, version];
    body.extend([7; 32]);
    body.push(0);
    body.extend(u16::try_from(suites.len() * 2).unwrap().to_be_bytes());
    suites.iter().for_each(|suite| body.extend(suite.to_be_bytes()));
    body.extend([1, 0]);
    // supported_groups: secp256r1; ec_point_formats: uncompressed; signature_algorithms: ecdsa_secp256r1_sha256;
    // extended_master_secret.
    let extensions: &[&[u8]] =
        &[&[0, 10, 0, 4, 0, 2, 0, 23], &[0, 11, 0, 2, 1, 0], &[0, 13, 0, 4, 0, 2, 4, 3], &[0, 23, 0, 0]];
    let extensions = extensions.concat();
    body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
    body.extend(extensions);
    let mut message = vec![1, 0];
    message.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    message.extend(body);
    let mut record = vec![22, 3, 1];
    record.extend(u16::try_from(message.len()).unwrap().to_be_bytes());
    record.extend(message);
    record
}

/// The kind of the first record answered: 22 is the handshake going on, 21 an alert with its number.
async fn first(served: &Served, bytes: &[u8]) -> (u8, u8) {
    let mut stream = served.connect().await;
    stream.write_all(bytes).await.unwrap();
    let mut record = [0; 7];
    stream.read_exact(&mut record).await.unwrap();
    (record[0], record[6])
}

#[tokio::test]
async fn old_versions_and_unauthenticated_ciphers_are_refused() {
    let pair = Pair::new();
    let served = Served::with(over_tls(), Some(pair.open().unwrap())).await;
    const ECDSA_GCM: u16 = 0xC02B;
    const ECDSA_CBC: u16 = 0xC009;
    const ECDSA_CBC_384: u16 = 0xC024;
    const RSA_GCM: u16 = 0x009C;
    const RC4: u16 = 0x0005;
    const NULL: u16 = 0x0001;
    for (what, version, suites) in [
        ("SSL 3.0", 0, &[ECDSA_GCM][..]),
        ("TLS 1.0", 1, &[ECDSA_GCM]),
        ("TLS 1.1", 2, &[ECDSA_GCM, ECDSA_CBC]),
        ("CBC", 3, &[ECDSA_CBC, ECDSA_CBC_384]),
        ("no forward secrecy", 3, &[RSA_GCM]),
        ("RC4", 3, &[RC4]),
        ("no cipher at all", 3, &[NULL]),
    ] {
        let (kind, alert) = first(&served, &hello(version, suites)).await;
        assert_eq!(kind, 21, "{what} is not refused");
        // handshake_failure or protocol_version.
        assert!([40, 70].contains(&alert), "{what}: alert {alert}");
    }
    let (kind, _) = first(&served, &hello(3, &[ECDSA_CBC, ECDSA_GCM])).await;
    assert_eq!(kind, 22, "the twin: with an authenticated cipher the handshake goes on");
}

#[tokio::test]
async fn plain_http_on_the_port_brings_nothing() {
    let pair = Pair::new();
    let served = Served::with(over_tls(), Some(pair.open().unwrap())).await;
    let text = served.say(ASK.as_bytes()).await;
    assert!(!text.contains("HTTP") && !text.contains("html"), "{text:?}");
    assert_eq!(parse(&say(pair.connect(&served).await, ASK.as_bytes()).await).status, StatusCode::OK, "the twin");
}

#[tokio::test]
async fn one_signs_in_over_tls_with_prefixed_cookies_only() {
    let pair = Pair::new();
    let served = Served::with(over_tls(), Some(pair.open().unwrap())).await;
    let door = say(pair.connect(&served).await, ASK.as_bytes()).await;
    let entry = between(&door, "set-cookie: ", ";").to_owned();
    let token = between(&door, "name=\"jeton\" value=\"", "\"").to_owned();
    let body = format!("jeton={token}&login={LOGIN}&password={}&suite=/aide", PASSWORD.replace(' ', "+"));
    let post = |origin: &str| {
        format!(
            "POST /connexion HTTP/1.1\r\nHost: beffroi.example\r\nOrigin: {origin}\r\nCookie: {entry}\r\nContent-Type: \
             application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    };
    let foreign = parse(&say(pair.connect(&served).await, post("http://beffroi.example").as_bytes()).await);
    assert_eq!(foreign.status, StatusCode::FORBIDDEN, "the same name in clear is another origin");
    let inside = parse(&say(pair.connect(&served).await, post("https://beffroi.example").as_bytes()).await);
    assert_eq!(inside.status, StatusCode::SEE_OTHER, "{}", inside.text());
    let cookies: Vec<&str> = inside.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap()).collect();
    let session = cookies.iter().find_map(|c| c.strip_prefix("__Host-beffroi-session=")).expect("the session's cookie");
    assert!(cookies.iter().all(|c| c.starts_with("__Host-") && c.contains("; Secure")), "{cookies:?}");
    let value = session.split(';').next().unwrap();
    for (cookie, status) in [("__Host-beffroi-session", StatusCode::OK), ("beffroi-session", StatusCode::SEE_OTHER)] {
        let ask =
            ASK.replace("/connexion", "/aide").replace("\r\n\r\n", &format!("\r\nCookie: {cookie}={value}\r\n\r\n"));
        let answer = parse(&say(pair.connect(&served).await, ask.as_bytes()).await);
        assert_eq!(answer.status, status, "{cookie}");
    }
    for host in ["localhost", "127.0.0.1", "evil.example"] {
        let ask = ASK.replace("beffroi.example", host);
        let answer = parse(&say(pair.connect(&served).await, ask.as_bytes()).await);
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
}

#[tokio::test]
async fn a_handshake_that_does_not_come_is_given_up() {
    let pair = Pair::new();
    let limits = Limits { handshake_time: Duration::from_millis(400), ..Limits::default() };
    let served = Served::with(Settings { limits, ..over_tls() }, Some(pair.open().unwrap())).await;
    assert_eq!(served.say(b"").await, "");
    assert_eq!(served.say(&hello(3, &[0xC02B])[..20]).await, "");
}

#[tokio::test]
async fn a_new_certificate_is_served_and_a_broken_one_is_not() {
    let pair = Pair::new();
    let served = Served::with(over_tls(), Some(pair.open().unwrap())).await;
    let first = pair.connect(&served).await;
    let before = pair.connector(&[&TLS13], &[]);
    pair.renew();
    // Believes the new one only.
    let second = pair.connect(&served).await;
    let of = |stream: &TlsStream<_>| stream.get_ref().1.peer_certificates().unwrap()[0].clone();
    assert_ne!(of(&first), of(&second));
    assert!(before.connect(name(), served.connect().await).await.is_err(), "the one before is not served any more");
    let connector = pair.connector(&[&TLS13], &[]);
    fs::write(pair.certificate(), "-----BEGIN CERTIFICATE-----\nbroken").unwrap();
    let third = connector.connect(name(), served.connect().await).await.unwrap();
    assert_eq!(of(&second), of(&third), "the one before a broken one stays");
}

#[test]
fn a_pair_that_cannot_be_used_is_told() {
    let pair = Pair::new();
    assert!(pair.open().is_ok());
    let check = |what: &str, message: &str| {
        let error = pair.open().err().unwrap_or_else(|| panic!("{what} is accepted")).to_string();
        assert!(error.contains(message), "{what}: {error}");
    };
    #[cfg(unix)]
    for exposed in [0o640, 0o604, 0o660, 0o644] {
        mode(&pair.key(), exposed);
        check("an exposed key", "chmod 600");
    }
    mode(&pair.key(), 0o600);
    let (certificate, key) = (fs::read(pair.certificate()).unwrap(), fs::read(pair.key()).unwrap());
    fs::write(pair.certificate(), "").unwrap();
    check("an empty certificate", "holds no certificate");
    fs::write(pair.certificate(), &key).unwrap();
    check("a key as a certificate", "holds no certificate");
    fs::write(pair.certificate(), &certificate).unwrap();
    fs::write(pair.key(), &certificate).unwrap();
    check("a certificate as a key", "holds no private key");
    let other = rcgen::generate_simple_self_signed(["beffroi.example".to_owned()]).unwrap();
    fs::write(pair.key(), other.signing_key.serialize_pem()).unwrap();
    check("the key of another", "cannot be used with its key");
    fs::write(pair.certificate(), vec![b'x'; 2 * 1024 * 1024]).unwrap();
    check("a huge file", "larger than");
    fs::remove_file(pair.certificate()).unwrap();
    check("no file", "cannot read the certificate");
}

#[tokio::test]
async fn beyond_loopback_nothing_is_said_in_clear() {
    let pair = Pair::new();
    let served = Served::with(Settings::default(), None).await;
    let tls = || Some(pair.open().unwrap());
    let nameless = || Settings { hosts: Vec::new(), ..over_tls() };
    for (settings, tls, why) in [
        (Settings::default(), None, Some("loopback")),
        (over_tls(), None, Some("loopback")),
        (Settings::default(), tls(), Some("host names")),
        (nameless(), tls(), Some("host names")),
        (over_tls(), tls(), None),
    ] {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let app = beffroi_web::App { settings: settings.into(), ..served.app.clone() };
        let ended = beffroi_web::serve(app, listener, tls, async {}).await;
        match why {
            Some(why) => assert!(ended.is_err_and(|e| e.to_string().contains(why)), "{why}"),
            None => ended.unwrap(),
        }
    }
}
