//! A server that speaks TLS, in front of the one that keeps letters.

use super::{fate_of, letter, open, settings};
use crate::{MailSettings, Security};
use beffroi_ports::{Fate, Post};
use beffroi_testkit::smtp::SmtpSink;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server of that kind for `localhost`; its port and its certificate in PEM.
async fn front(sink: &SmtpSink, security: Security) -> (u16, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, behind) = (listener.local_addr().unwrap().port(), sink.address());
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(behind).await.unwrap();
                if security == Security::StartTls {
                    client.write_all(b"220 front\r\n").await.unwrap();
                    let mut lines = BufReader::new(&mut client);
                    let mut line = String::new();
                    lines.read_line(&mut line).await.unwrap();
                    lines.write_all(b"250-front\r\n250 STARTTLS\r\n").await.unwrap();
                    line.clear();
                    lines.read_line(&mut line).await.unwrap();
                    assert_eq!(line.trim(), "STARTTLS", "something is said in clear");
                    lines.write_all(b"220 go on\r\n").await.unwrap();
                    // What stands behind greets; the client was greeted already.
                    while server.read_u8().await.unwrap() != b'\n' {}
                }
                if let Ok(mut client) = acceptor.accept(client).await {
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                }
            });
        }
    });
    (port, made.cert.pem().into_bytes())
}

#[tokio::test]
async fn what_is_slipped_in_with_the_agreement_ends_the_connection() {
    for (slipped, expected) in [("", "refuses"), ("250 slipped in\r\n", "somebody may be in between")] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            client.write_all(b"220 front\r\n").await.unwrap();
            let mut lines = BufReader::new(&mut client);
            let mut line = String::new();
            lines.read_line(&mut line).await.unwrap();
            lines.write_all(b"250-front\r\n250 STARTTLS\r\n").await.unwrap();
            lines.read_line(&mut line).await.unwrap();
            let code = if slipped.is_empty() { "454" } else { "220" };
            lines.write_all(format!("{code} x\r\n{slipped}").as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            let _ = lines.read_to_end(&mut rest).await;
            assert!(rest.is_empty(), "something was said to whoever is in between");
        });
        let folder = tempfile::tempdir().unwrap();
        let settings = MailSettings { security: Security::StartTls, ..settings(port) };
        let fates = open(settings, folder.path()).send(vec![letter("a1")]).await;
        assert!(matches!(fate_of(&fates, "a1"), Fate::Later(said) if said.contains(expected)), "{fates:?}");
    }
}

#[tokio::test]
async fn letters_go_under_tls_to_the_server_that_is_trusted_and_to_no_other() {
    for security in [Security::Tls, Security::StartTls] {
        let (folder, sink) = (tempfile::tempdir().unwrap(), SmtpSink::start(Duration::ZERO).unwrap());
        let (port, pem) = front(&sink, security).await;
        let host = "localhost".to_owned();
        let strange = MailSettings { host, security, connections: 1, ..settings(port) };
        let post = open(strange.clone(), folder.path());
        let fates = post.send(vec![letter("a1")]).await;
        assert!(matches!(fate_of(&fates, "a1"), Fate::Later(_)), "{security:?} {fates:?}");
        assert_eq!(sink.n_taken(), 0, "{security:?}: a server that nobody vouches for");
        drop(post);
        let post = open(MailSettings { roots: Some(pem), ..strange }, folder.path());
        assert_eq!(post.send(vec![letter("a1")]).await, [("a1".to_owned(), Fate::Taken)], "{security:?}");
        assert_eq!(sink.n_taken(), 1);
    }
}
