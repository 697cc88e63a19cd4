//! Help: what each page answers, what the signs mean, how accessible all this is.

use crate::chrome::{Chrome, html};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;

#[derive(Template)]
#[template(path = "help.html")]
struct Page {
    chrome: Chrome,
    pages: Vec<(String, String)>,
    signs: Vec<(String, String)>,
}

/// `GET /aide`
pub(crate) async fn show(State(app): State<House>, Extension(reader): Extension<Reader>) -> Result<Response, Problem> {
    let t = reader.t;
    let pages = vec![
        (t.say("web-nav-dashboard"), t.say("web-help-dashboard")),
        (t.say("web-nav-indicators"), t.say("web-help-indicators")),
        (t.say("web-nav-signals"), t.say("web-help-signals")),
        (t.say("web-nav-alerts"), t.say("web-help-alerts")),
        (t.say("web-nav-series"), t.say("web-help-series")),
        (t.say("web-nav-report"), t.say("web-help-report")),
        (t.say("web-nav-sources"), t.say("web-help-sources")),
        (t.say("web-notices-title"), t.say("web-help-notices")),
        (t.say("web-emergency-title"), t.say("web-help-emergency")),
        (t.say("web-reveals-title"), t.say("web-help-reveals")),
    ];
    let signs = vec![
        ("TLP, PAP".to_owned(), t.say("web-help-marking")),
        ("s".to_owned(), t.say("web-help-secret")),
        ("–".to_owned(), t.say("web-help-missing")),
        (t.say("web-synthetic"), t.say("web-help-synthetic")),
        ("[.]".to_owned(), t.say("web-help-defanged")),
    ];
    let chrome = Chrome::new(&app, &reader, &t.say("web-nav-help"));
    Ok(html(&Page { chrome, pages, signs })?)
}
