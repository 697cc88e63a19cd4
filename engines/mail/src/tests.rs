//! Against a server on loopback: what goes, what comes back, what a kill leaves.

mod encrypted;

use crate::{MailSettings, Security, SmtpPost};
use beffroi_ports::{Fate, Letter, Post};
use beffroi_testkit::smtp::{SmtpSink, head};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

pub(crate) fn settings(port: u16) -> MailSettings {
    MailSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Loopback,
        roots: None,
        credentials: None,
        from: "flash@beffroi.example".to_owned(),
        from_name: "Observatoire d’essai".to_owned(),
        returns: Some("retours@beffroi.example".to_owned()),
        connections: 4,
        at_once: 1,
    }
}

pub(crate) fn letter(id: &str) -> Letter {
    Letter {
        id: id.to_owned(),
        to: format!("{id}@direction.example"),
        subject: "FLASH-2026-001 é".to_owned(),
        text: "ligne\n.\n..\nfin\n".to_owned(),
        html: None,
        enclosures: Vec::new(),
        fields: Vec::new(),
    }
}

fn open(settings: MailSettings, folder: &Path) -> SmtpPost {
    SmtpPost::open(settings, &folder.join("gone")).unwrap()
}

fn fate_of<'a>(fates: &'a [(String, Fate)], id: &str) -> &'a Fate {
    &fates.iter().find(|(of, _)| of == id).unwrap().1
}

#[tokio::test]
async fn each_letter_goes_once_and_is_marked() {
    let (folder, sink) = (tempfile::tempdir().unwrap(), SmtpSink::start(Duration::ZERO).unwrap());
    let post = open(settings(sink.address().port()), folder.path());
    let mut letters: Vec<Letter> = (0..200).map(|n| letter(&format!("{n:032x}"))).collect();
    letters.push(Letter { to: "unknown@direction.example".to_owned(), ..letter("f1") });
    letters.push(Letter { to: "later@direction.example".to_owned(), ..letter("f2") });
    letters.push(Letter { subject: "a\r\nBcc: x@evil.example".to_owned(), ..letter("f3") });
    let fates = post.send(letters).await;
    assert_eq!(fates.iter().filter(|(_, fate)| *fate == Fate::Taken).count(), 200);
    assert!(matches!(fate_of(&fates, "f1"), Fate::Unknown(said) if said.contains("5.1.1")), "{fates:?}");
    assert!(matches!(fate_of(&fates, "f2"), Fate::Later(said) if said.contains("come back")), "{fates:?}");
    assert!(matches!(fate_of(&fates, "f3"), Fate::Refused(_)));
    let taken = sink.taken();
    let ids: BTreeSet<&str> = taken.iter().map(|one| one.id.as_str()).collect();
    assert_eq!((taken.len(), ids.len()), (200, 200));
    assert!(taken.iter().all(|one| one.id.ends_with("@beffroi.example") && one.from.starts_with("retours+")));
    // Lone dots come through as they were.
    let text = String::from_utf8_lossy(&taken[0].bytes).into_owned();
    assert!(text.contains("ligne\r\n.\r\n..\r\nfin"), "{text}");
    assert_eq!(head(&taken[0].bytes, "auto-submitted").as_deref(), Some("auto-generated"));
    assert_eq!(post.gone().unwrap().len(), 200);
    post.settled().unwrap();
    assert!(post.gone().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_that_is_not_there_keeps_everything_for_later() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let post = open(settings(port), folder.path());
    let fates = post.send((0..10).map(|n| letter(&format!("{n:x}"))).collect()).await;
    assert!(fates.len() == 10 && fates.iter().all(|(_, fate)| matches!(fate, Fate::Later(_))), "{fates:?}");
    assert!(post.gone().unwrap().is_empty());
}

#[tokio::test]
async fn a_server_without_tls_is_told_nothing() {
    let (folder, sink) = (tempfile::tempdir().unwrap(), SmtpSink::start(Duration::ZERO).unwrap());
    let mut strict = settings(sink.address().port());
    strict.security = Security::StartTls;
    strict.credentials = Some(("flash".to_owned(), "secret".to_owned()));
    let post = open(strict, folder.path());
    let fates = post.send(vec![letter("a1")]).await;
    assert!(matches!(fate_of(&fates, "a1"), Fate::Later(said) if said.contains("STARTTLS")), "{fates:?}");
    assert_eq!(sink.n_taken(), 0);
    // The twin: told to speak in clear on this machine, it does.
    drop(post);
    let post = open(settings(sink.address().port()), folder.path());
    assert_eq!(post.send(vec![letter("a1")]).await, [("a1".to_owned(), Fate::Taken)]);
}

#[test]
fn in_clear_only_on_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let check = |host: &str, security, expected: Option<&str>| {
        let settings = MailSettings { host: host.to_owned(), security, ..settings(25) };
        let opened = SmtpPost::open(settings, &folder.path().join("gone")).map(|_| ());
        match expected {
            None => assert!(opened.is_ok(), "{host}"),
            Some(text) => assert!(opened.unwrap_err().to_string().contains(text), "{host}"),
        }
    };
    check("mail.example", Security::Loopback, Some("security"));
    check("192.0.2.1", Security::Loopback, Some("security"));
    check("mail.example", Security::StartTls, None);
    check("mail.example", Security::Tls, None);
    check("::1", Security::Loopback, None);
    check("mail\r\n.example", Security::Tls, Some("host"));
}
