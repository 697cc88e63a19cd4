//! Size, time, redirections, header fields.

use super::{Server, inside};
use beffroi_ports::{FetchError, FetchMethod};
use std::time::Duration;

#[tokio::test]
async fn an_answer_comes_back_whole() {
    let server = Server::saying("hello").await;
    let answer = inside(&server, |request| request.max_bytes = 5).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, b"hello".as_slice()));
    assert_eq!(answer.header("content-length"), Some("5"));
}

#[tokio::test]
async fn an_answer_over_its_bound_is_dropped_announced_or_not() {
    let announced = Server::saying("hello!").await;
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n3\r\nlo!\r\n0\r\n\r\n";
    let chunked = Server::answering(chunked).await;
    let until_closed = Server::answering("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello!").await;
    for server in [announced, chunked, until_closed] {
        let fault = inside(&server, |request| request.max_bytes = 5).await.unwrap_err();
        assert!(matches!(fault, FetchError::TooLarge { max_bytes: 5, .. }), "{fault}");
        assert_eq!(inside(&server, |request| request.max_bytes = 6).await.unwrap().body, b"hello!");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_not_waited_for() {
    let mute = Server::answering("").await;
    let stalled = Server::answering("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n").await;
    let fault = inside(&mute, |request| request.time_limit = Duration::from_millis(30)).await.unwrap_err();
    assert!(matches!(fault, FetchError::TimedOut { limit_ms: 30, .. }), "{fault}");
    let fault = inside(&stalled, |request| request.time_limit = Duration::from_millis(500)).await.unwrap_err();
    assert!(matches!(fault, FetchError::TimedOut { .. } | FetchError::Unreachable { .. }), "{fault}");
}

#[tokio::test]
async fn no_redirection_is_followed() {
    let elsewhere = Server::saying("elsewhere").await;
    for status in [300, 301, 302, 303, 305, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n",
            elsewhere.port
        );
        let fault = inside(&Server::answering(answer).await, |_| ()).await.unwrap_err();
        assert!(matches!(fault, FetchError::Redirected { status: found, .. } if found == status), "{fault}");
    }
    assert_eq!(elsewhere.connections(), 0);
    let unchanged = Server::answering("HTTP/1.1 304 Not Modified\r\n\r\n").await;
    assert_eq!(inside(&unchanged, |_| ()).await.unwrap().status, 304);
}

#[tokio::test]
async fn only_the_fields_asked_for_are_sent_and_no_cookie_is_kept() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n").await;
    let url = format!("http://127.0.0.1:{}/x", server.port);
    let net = super::net(&url, true, &super::Written::to(&[&[]]), true).unwrap();
    let mut request = beffroi_ports::FetchRequest::get(&url);
    request.method = FetchMethod::Post;
    request.headers.push(("X-Own".into(), "1".into()));
    request.body = b"a=1".to_vec();
    for _ in 0..2 {
        beffroi_ports::Fetch::fetch(&net, &request).await.unwrap();
    }
    let heard = server.heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 2);
    for text in heard {
        assert!(text.starts_with("POST /x HTTP/1.1\r\n") && text.ends_with("\r\n\r\na=1"), "{text}");
        let names: Vec<_> = text.lines().skip(1).take_while(|line| !line.is_empty()).collect();
        let names: Vec<_> = names.iter().map(|line| line.split(':').next().unwrap().to_lowercase()).collect();
        let expected = ["accept", "content-length", "host", "x-own"];
        assert!(names.iter().all(|name| expected.contains(&name.as_str())), "{names:?}");
    }
    assert_eq!(server.connections(), 2, "no connection is kept for later");
}

#[tokio::test]
async fn a_compressed_answer_stays_as_it_came() {
    let server = Server::answering("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nraw").await;
    assert_eq!(inside(&server, |_| ()).await.unwrap().body, b"raw");
}

#[tokio::test]
async fn header_fields_that_frame_the_message_or_break_it_are_refused() {
    let server = Server::saying("").await;
    for (name, value) in [
        ("Host", "b.fr"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("connection", "upgrade"),
        ("x-own", "1\r\nhost: b.fr"),
        ("x own", "1"),
        ("", "1"),
    ] {
        let fault = inside(&server, |request| request.headers.push((name.into(), value.into()))).await.unwrap_err();
        assert!(matches!(fault, FetchError::Malformed { .. }), "{name}: {fault}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn errors_tell_no_path_and_no_query() {
    let closed = Server::answering("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await;
    let faults = [
        inside(&closed, |_| ()).await.unwrap_err(),
        inside(&closed, |request| request.max_bytes = 1).await.unwrap_err(),
        inside(&closed, |request| request.url.push('\n')).await.unwrap_err(),
        inside(&closed, |request| request.url = request.url.replace("127.0.0.1", "127.0.0.2")).await.unwrap_err(),
    ];
    for fault in faults {
        assert!(!format!("{fault} {fault:?}").contains("canary"), "{fault:?}");
    }
}

/// Runs another test of this program with a proxy in its environment, where nobody listens.
#[test]
fn no_proxy_is_read_from_the_environment() {
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "tests::bounds::an_answer_comes_back_whole"]);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        again.env(name, "http://127.0.0.1:1");
    }
    let outcome = again.env_remove("no_proxy").env_remove("NO_PROXY").output().unwrap();
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert!(outcome.status.success() && said.contains("1 passed"), "{said}");
}
