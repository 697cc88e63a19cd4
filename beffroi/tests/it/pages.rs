//! The server started as a user starts it, and its pages read.

use crate::demo::shared_demo;
use crate::support::{Answer, Server, request};
use std::fs;

fn credentials() -> (String, String) {
    let record: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(shared_demo().join("demo.json")).unwrap()).unwrap();
    (record["login"].as_str().unwrap().to_owned(), record["password"].as_str().unwrap().to_owned())
}

/// The value of the hidden field `name` of a form.
fn hidden(page: &str, name: &str) -> Option<String> {
    let at = page.find(&format!("name=\"{name}\""))?;
    let tag = &page[page[..at].rfind('<')?..];
    let value = &tag[tag.find("value=\"")? + 7..];
    Some(value[..value.find('"')?].to_owned())
}

pub(crate) fn sign_in(server: &Server) -> String {
    let page = request(&server.address, "GET", "/connexion", &[], "");
    assert_eq!(page.status, 200);
    let (login, password) = credentials();
    let mut form = format!("login={login}&password={password}");
    for field in ["jeton", "suite"] {
        let value = hidden(&page.text(), field).unwrap_or_else(|| panic!("the form has no field {field}"));
        form.push_str(&format!("&{field}={value}"));
    }
    let origin = format!("http://{}", server.address);
    let mut headers = vec![("Origin", origin.as_str()), ("Sec-Fetch-Site", "same-origin")];
    let before = page.cookie();
    if let Some(cookie) = &before {
        headers.push(("Cookie", cookie.as_str()));
    }
    let answer = request(&server.address, "POST", "/connexion", &headers, &form);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.cookie().expect("a session")
}

pub(crate) fn page(server: &Server, cookie: &str, path: &str) -> Answer {
    request(&server.address, "GET", path, &[("Cookie", cookie)], "")
}

#[test]
fn the_pages_answer_in_both_languages_and_the_server_stops_cleanly() {
    let server = Server::start(shared_demo());
    let outside = request(&server.address, "GET", "/", &[], "");
    assert_eq!(outside.status, 303, "nothing is shown before sign-in");
    let cookie = sign_in(&server);
    for path in [
        "/",
        "/indicateurs",
        "/indicateurs/digital-offences",
        "/indicateurs/fraud-rate",
        "/indicateurs/ransomware-claims",
        "/signaux",
        "/alertes",
        "/series",
        "/rapport",
        "/sources",
        "/aide",
    ] {
        for (lang, mark) in [("fr", "lang=\"fr\""), ("en", "lang=\"en\"")] {
            let answer =
                page(&server, &format!("{cookie}; beffroi-lang={lang}; lang={lang}"), &format!("{path}?lang={lang}"));
            // Choosing a language may answer with a redirection to the page itself.
            let answer = if answer.status == 303 {
                let to = answer.header("location").unwrap_or("/").to_owned();
                let chosen = answer.cookie().unwrap_or_default();
                page(&server, &format!("{cookie}; {chosen}"), &to)
            } else {
                answer
            };
            let text = answer.text();
            assert_eq!(answer.status, 200, "{path} in {lang}: {text}");
            assert!(text.contains(mark), "{path} is not in {lang}");
            assert!(text.contains("<h1"), "{path} has no heading");
            // The shortcut to the search is the one file that runs, by its digest.
            assert_eq!(text.matches("<script").count(), 1, "{path} has a script");
            assert!(text.contains("<script src=\"/static/keys.") && text.contains("integrity=\"sha256-"), "{path}");
            assert!(!text.contains(" style="), "{path} has an inline style");
            let policy = answer.header("content-security-policy").unwrap_or_default();
            assert!(policy.contains("default-src 'none'; script-src 'sha256-"), "{path}: {policy}");
        }
    }
    let dashboard = page(&server, &cookie, "/").text();
    assert!(dashboard.contains("<svg"), "the dashboard draws");
    assert!(dashboard.to_lowercase().contains("synth"), "the dashboard says that its data are synthetic");
    assert!(page(&server, &cookie, "/no-such-page").status == 404);
    let pdf = dashboard_report(&server, &cookie);
    assert!(pdf.body.starts_with(b"%PDF"), "the report is downloaded");
    let (status, last) = server.interrupt();
    assert_eq!(status, 0, "{last}");
}

/// The PDF of the report, found by following the links of the pages.
fn dashboard_report(server: &Server, cookie: &str) -> Answer {
    let list = page(server, cookie, "/rapport").text();
    let year = link(&list, "/rapport/").expect("the list leads to a report");
    let report = page(server, cookie, &year).text();
    let pdf = report.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).find(|to| to.ends_with(".pdf"));
    page(server, cookie, pdf.expect("the report leads to its PDF"))
}

fn link(page: &str, start: &str) -> Option<String> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|to| to.starts_with(start) && to.len() > start.len())
        .map(str::to_owned)
}
