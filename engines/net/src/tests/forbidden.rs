//! Addresses that get no connection, in all the ways they can be written.

use super::{Server, Written, net};
use crate::Net;
use crate::addresses::reachable;
use crate::origins::{AllowedOrigin, parsed};
use beffroi_ports::{Fetch, FetchError, FetchRequest};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Ways to write an address of this very machine. `{p}` is the port on which a listener counts.
const LOOPBACK: &[&str] = &[
    "http://127.0.0.1:{p}/",
    "http://127.1:{p}/",
    "http://127.0.1:{p}/",
    "http://127.000.000.001:{p}/",
    "http://0177.0.0.01:{p}/",
    "http://2130706433:{p}/",
    "http://0x7f000001:{p}/",
    "http://0X7F000001:{p}/",
    "http://0x7f.0.0.1:{p}/",
    "http://0x7f.1:{p}/",
    "http://0x7f.0x0.0x0.0x1:{p}/",
    "http://017700000001:{p}/",
    "http://0177.0.0.1:{p}/",
    "http://0177.1:{p}/",
    "http://0177.0.0.0x1:{p}/",
    "http://127.0.0.0x1:{p}/",
    "http://127.0.0.01:{p}/",
    "http://127.0x1:{p}/",
    "http://127.65535.1:{p}/",
    "http://127.16777215:{p}/",
    "http://127.127.127.127:{p}/",
    "http://127.0.0.254:{p}/",
    "http://127.0.0.1:{p}",
    "http://127.0.0.1:{p}?https://example.fr/",
    "http://127.0.0.1:{p}#@example.fr/",
    "http://127.0.0.1:{p}/@example.fr",
    "http://127.0.0.1:{p}/%2e%2e/",
    "HTTP://127.0.0.1:{p}/",
    "hTTp://127.0.0.1:{p}/",
    "http://%31%32%37.0.0.1:{p}/",
    "http://127%2e0%2e0%2e1:{p}/",
    "http://127。0。0。1:{p}/",
    "http://127．0．0．1:{p}/",
    "http://１２７.0.0.1:{p}/",
    "http://①②⑦.⓪.⓪.①:{p}/",
    "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:{p}/",
    "http://0.0.0.0:{p}/",
    "http://0:{p}/",
    "http://0x0:{p}/",
    "http://00000000000:{p}/",
    "http://[::ffff:127.0.0.1]:{p}/",
    "http://[::ffff:7f00:1]:{p}/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:{p}/",
    "http://[::ffff:0.0.0.0]:{p}/",
    "http://localhost:{p}/",
    "http://LOCALHOST:{p}/",
    "http://LocalHost:{p}/",
    "http://ｌｏｃａｌｈｏｓｔ:{p}/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{p}/",
    "http://%6c%6f%63%61%6c%68%6f%73%74:{p}/",
    "http://loc\u{ad}alhost:{p}/",
    "http://localhost.localdomain:{p}/",
    "http://127.0.0.1.example.fr:{p}/",
    "http://www.127.0.0.1.example.fr:{p}/",
    "http://rebinding.example.fr:{p}/",
    "http://intérieur.example.fr:{p}/",
    "http://xn--intrieur-e1a.example.fr:{p}/",
    "http://a_b.example.fr:{p}/",
    "http://-a.example.fr:{p}/",
];

/// Ways to write other addresses that nobody may reach, and addresses that parsers read in different ways.
const ELSEWHERE: &[&str] = &[
    "http://10.0.0.1:{p}/",
    "http://10.255.255.255:{p}/",
    "http://0xa000001:{p}/",
    "http://012.0.0.1:{p}/",
    "http://172.16.0.1:{p}/",
    "http://172.31.255.254:{p}/",
    "http://192.168.0.1:{p}/",
    "http://192.168.257:{p}/",
    "http://0xc0a80001:{p}/",
    "http://3232235521:{p}/",
    "http://100.64.0.1:{p}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/latest/meta-data/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://100.100.100.200/",
    "http://168.63.129.16/",
    "http://192.0.0.192/",
    "http://192.0.2.1/",
    "http://198.18.0.1/",
    "http://198.51.100.1/",
    "http://203.0.113.1/",
    "http://224.0.0.1/",
    "http://239.255.255.250:1900/",
    "http://240.0.0.1/",
    "http://255.255.255.255/",
    "http://4294967295/",
    "http://[::1]:{p}/",
    "http://[0:0:0:0:0:0:0:1]:{p}/",
    "http://[::]:{p}/",
    "http://[::127.0.0.1]:{p}/",
    "http://[::ffff:0:127.0.0.1]:{p}/",
    "http://[64:ff9b::127.0.0.1]:{p}/",
    "http://[64:ff9b:1::7f00:1]:{p}/",
    "http://[2002:7f00:1::]:{p}/",
    "http://[2002:a00:1::1]:{p}/",
    "http://[2001:0:7f00:1::1]:{p}/",
    "http://[2001:db8::1]:{p}/",
    "http://[2a00:1450::5efe:127.0.0.1]:{p}/",
    "http://[fe80::1]:{p}/",
    "http://[fe80::1%25lo]:{p}/",
    "http://[fe80::1%lo]:{p}/",
    "http://[fc00::1]:{p}/",
    "http://[fd12:3456:789a::1]:{p}/",
    "http://[fec0::1]:{p}/",
    "http://[ff02::1]:{p}/",
    "http://[ff0e::1]:{p}/",
    "http://example.fr@127.0.0.1:{p}/",
    "http://example.fr:80@127.0.0.1:{p}/",
    "http://example.fr%40127.0.0.1:{p}/",
    "http://127.0.0.1:{p}@127.0.0.1:{p}/",
    "http://a:b@127.0.0.1:{p}/",
    "http://@127.0.0.1:{p}/",
    "http://example.fr\\@127.0.0.1:{p}/",
    "http://127.0.0.1:{p}\\@example.fr/",
    "http:\\\\127.0.0.1:{p}/",
    "http:/127.0.0.1:{p}/",
    "http:127.0.0.1:{p}/",
    "http:///127.0.0.1:{p}/",
    "//127.0.0.1:{p}/",
    "127.0.0.1:{p}/",
    "http://127.0.0.1.:{p}/",
    "http://localhost.:{p}/",
    "http://localhost..:{p}/",
    "http://.localhost:{p}/",
    "http://127.0.0.1 :{p}/",
    " http://127.0.0.1:{p}/",
    "http://127.0.0.1\t:{p}/",
    "ht\ntp://127.0.0.1:{p}/",
    "http://127.0.0.1\r\n:{p}/",
    "http://127.0.0.1\u{0}:{p}/",
    "http://127.0.0.1\u{a0}:{p}/",
    "http://127.0.0.256:{p}/",
    "http://127.0.0.0.1:{p}/",
    "http://0x7f.0x0.0x0.0x0.0x1:{p}/",
    "http://[127.0.0.1]:{p}/",
    "http://[::1:{p}/",
    "http://127.0.0.1:99999/",
    "http://exa%00mple.fr:{p}/",
    "http://exa mple.fr:{p}/",
    "ftp://127.0.0.1:{p}/",
    "gopher://127.0.0.1:{p}/_GET",
    "file:///etc/hosts",
    "data:text/plain,a",
    "javascript:1",
    "dict://127.0.0.1:{p}/",
    "blob:http://127.0.0.1:{p}/",
    "view-source:http://127.0.0.1:{p}/",
    "http+unix://%2Fvar%2Frun/",
    "",
    "http://",
];

fn stands_for_public(form: &str) -> bool {
    match parsed(&form.replace("{p}", "80")).ok().as_ref().and_then(url::Url::host) {
        Some(url::Host::Ipv4(address)) => reachable(address.into(), false),
        Some(url::Host::Ipv6(address)) => reachable(address.into(), false),
        _ => false,
    }
}

/// A client on whose list every one of the addresses stands, as an outside host, and each address as written.
fn listing(forms: &[&str], server: &Server, filter: bool) -> (Net, Vec<String>) {
    let urls: Vec<_> = forms.iter().map(|form| form.replace("{p}", &server.port.to_string())).collect();
    let entries = urls.iter().filter_map(|url| AllowedOrigin::of(&parsed(url).ok()?, false)).collect();
    (Net::with(entries, Written::to(&[&["127.0.0.1"]]), filter).unwrap(), urls)
}

async fn attempt(net: &Net, url: &str) -> Result<(), FetchError> {
    let mut request = FetchRequest::get(url);
    request.time_limit = Duration::from_secs(2);
    net.fetch(&request).await.map(drop)
}

#[tokio::test]
async fn no_way_to_write_a_forbidden_address_gets_a_connection() {
    let server = Server::saying("reached").await;
    let forms = [LOOPBACK, ELSEWHERE].concat();
    assert!(forms.len() >= 140, "{}", forms.len());
    // None is a public address by a slip of the pen: nothing leaves this machine.
    let public: Vec<_> = forms.iter().filter(|form| stands_for_public(form)).collect();
    assert!(public.is_empty(), "{public:?}");
    let (net, urls) = listing(&forms, &server, true);
    for form in urls {
        let fault = attempt(&net, &form).await.expect_err(&form);
        let refused = matches!(
            fault,
            FetchError::ForbiddenAddress { .. } | FetchError::Malformed { .. } | FetchError::NotAllowed { .. }
        );
        assert!(refused, "{form}: {fault}");
    }
    assert_eq!(server.connections(), 0);
}

/// The twin: with the filter off the same addresses are reached, so the count above means something.
#[tokio::test]
async fn with_the_filter_off_they_are_connected_to() {
    let server = Server::saying("reached").await;
    let (net, urls) = listing(LOOPBACK, &server, false);
    for url in &urls {
        let _ = attempt(&net, url).await;
    }
    assert!(server.connections() >= 50, "{} of {}", server.connections(), LOOPBACK.len());
}

#[tokio::test]
async fn an_origin_that_is_not_on_the_list_is_not_even_resolved() {
    let server = Server::saying("reached").await;
    let lookup = Written::to(&[&["127.0.0.1"]]);
    let listed = format!("http://inside.example.fr:{}/", server.port);
    let net = net(&listed, true, &lookup, true).unwrap();
    for url in [
        format!("https://inside.example.fr:{}/", server.port),
        format!("http://inside.example.fr:{}/", server.port - 1),
        format!("http://other.example.fr:{}/", server.port),
        format!("http://127.0.0.1:{}/", server.port),
        format!("http://inside.example.fr.evil.fr:{}/", server.port),
        "http://inside.example.fr/".to_owned(),
    ] {
        let fault = net.fetch(&FetchRequest::get(&url)).await.unwrap_err();
        assert!(matches!(fault, FetchError::NotAllowed { .. }), "{url}: {fault}");
    }
    assert_eq!((server.connections(), lookup.asked.load(Ordering::SeqCst)), (0, 0));
    assert_eq!(net.fetch(&FetchRequest::get(&listed)).await.unwrap().body, b"reached");
}

#[tokio::test]
async fn the_address_that_was_checked_is_the_one_connected_to() {
    let server = Server::saying("reached").await;
    // The name changes its mind at each question: a client that asks twice would be caught out.
    let lookup = Written::to(&[&["127.0.0.1"], &["169.254.169.254"]]);
    let url = format!("http://inside.example.fr:{}/", server.port);
    let net = net(&url, true, &lookup, true).unwrap();
    assert_eq!(net.fetch(&FetchRequest::get(&url)).await.unwrap().body, b"reached");
    assert_eq!((server.connections(), lookup.asked.load(Ordering::SeqCst)), (1, 1));
    let fault = net.fetch(&FetchRequest::get(&url)).await.unwrap_err();
    assert!(matches!(fault, FetchError::ForbiddenAddress { .. }), "{fault}");
    assert_eq!((server.connections(), lookup.asked.load(Ordering::SeqCst)), (1, 2));
}

#[tokio::test]
async fn of_several_addresses_only_those_that_may_be_reached_are_tried() {
    let server = Server::saying("reached").await;
    let url = format!("http://mixed.example.fr:{}/", server.port);
    let fetch = |answers: &'static [&'static [&'static str]], internal| {
        let url = url.clone();
        async move { net(&url, internal, &Written::to(answers), true).unwrap().fetch(&FetchRequest::get(&url)).await }
    };
    let fault = fetch(&[&["127.0.0.1", "::1", "10.0.0.1", "::ffff:127.0.0.1"]], false).await.unwrap_err();
    assert!(matches!(fault, FetchError::ForbiddenAddress { .. }), "{fault}");
    assert_eq!(server.connections(), 0);
    assert!(fetch(&[&["169.254.169.254", "127.0.0.1"]], true).await.is_ok());
    let fault = fetch(&[&[]], true).await.unwrap_err();
    assert!(matches!(fault, FetchError::Unreachable { .. }), "{fault}");
}
