//! The connection beneath: TCP that does not hold small packets back (each end of a letter is one, and would wait 40 ms
//! for an acknowledgement), and TLS.

use crate::settings::{MailSettings, Security};
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The longest answer read in clear, in bytes.
const CLEAR_MOST: usize = 4096;
/// What stands for the greeting of a server that has greeted already.
const GREETED: &[u8] = b"220 greeted\r\n";

/// Connects to the server under the name `hello`; what comes back is protected as the settings say, and greets.
pub(crate) async fn open(settings: &MailSettings, hello: &str) -> Result<Box<dyn AsyncTokioStream>, String> {
    let said = |error: io::Error| error.to_string();
    let mut plain = TcpStream::connect((settings.host.as_str(), settings.port)).await.map_err(said)?;
    plain.set_nodelay(true).map_err(said)?;
    let greeted = match settings.security {
        Security::Loopback => return Ok(Box::new(plain)),
        Security::Tls => &[],
        Security::StartTls => {
            ask_for_tls(&mut plain, hello).await?;
            GREETED
        }
    };
    let name = ServerName::try_from(settings.host.clone()).map_err(|error| error.to_string())?;
    let connector = TlsConnector::from(Arc::new(trusting(settings)?));
    let stream = connector.connect(name, plain).await.map_err(said)?;
    Ok(Box::new(Encrypted { stream, first: greeted }))
}

/// Asks for TLS (RFC 3207). What the server says before counts for nothing afterwards, and what it sends together with
/// its agreement, which somebody between could have added, ends the connection.
async fn ask_for_tls(plain: &mut TcpStream, hello: &str) -> Result<(), String> {
    let said = |error: io::Error| error.to_string();
    answer(plain, "220").await?;
    plain.write_all(format!("EHLO {hello}\r\n").as_bytes()).await.map_err(said)?;
    let offers = answer(plain, "250").await?;
    if !offers.lines().any(|line| line.get(4..).is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS"))) {
        return Err("the server offers no STARTTLS, and nothing is sent in clear".to_owned());
    }
    plain.write_all(b"STARTTLS\r\n").await.map_err(said)?;
    answer(plain, "220").await.map(drop)
}

/// An answer in clear, whole, with nothing after it; refused unless it has that code.
async fn answer(plain: &mut TcpStream, code: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0_u8; 512];
        let n = plain.read(&mut more).await.map_err(|error| error.to_string())?;
        bytes.extend_from_slice(more.get(..n).unwrap_or_default());
        if n == 0 || bytes.len() > CLEAR_MOST {
            return Err("the server broke off before TLS".to_owned());
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // The last line of an answer has a blank after its code (RFC 5321, 4.2.1).
        let Some(end) = text.split_inclusive("\r\n").position(is_last) else { continue };
        if text.split_inclusive("\r\n").count() > end + 1 {
            return Err("the server sent more than its answer before TLS: somebody may be in between".to_owned());
        }
        let is_good = text.lines().all(|line| line.starts_with(code));
        let shown: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
        return if is_good { Ok(text) } else { Err(format!("the server refuses before TLS: {shown}")) };
    }
}

fn is_last(line: &str) -> bool {
    line.ends_with("\r\n") && line.get(3..4) == Some(" ")
}

/// TLS 1.2 or 1.3, with the authorities of the system and those of the settings.
fn trusting(settings: &MailSettings) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in settings.roots.iter().flat_map(|pem| CertificateDer::pem_slice_iter(pem)) {
        let certificate = certificate.map_err(|error| format!("the certificates to trust do not read: {error}"))?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// An encrypted connection.
#[derive(Debug)]
struct Encrypted {
    stream: TlsStream<TcpStream>,
    /// What is read first.
    first: &'static [u8],
}

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.first.is_empty() {
            let (now, later) = self.first.split_at(self.first.len().min(buf.remaining()));
            buf.put_slice(now);
            self.first = later;
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
