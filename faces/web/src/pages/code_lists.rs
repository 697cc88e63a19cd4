//! The code lists: which there are, in which version.

use crate::chrome::{Chrome, html};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::{code_lists, figures};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_observatory::code_lists::CodeList;
use beffroi_wording::Lang;

struct Line {
    name: String,
    title: String,
    codes: String,
    version: String,
    date: String,
    source: String,
    licence: String,
    not_verified: String,
}

#[derive(Template)]
#[template(path = "code_lists.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
}

/// What a list is called; its name where there are no words for it.
pub(crate) fn title(t: Lang, name: &str) -> String {
    let key = format!("codes-list-{}", name.replace('_', "-"));
    if t.knows(&key) { t.say(&key) } else { name.to_owned() }
}

/// The language of the labels of a list for a page in `t`: empty where it is the page's own.
pub(crate) fn lang_of(list: &CodeList, t: Lang) -> &'static str {
    match list.label_language.as_deref() {
        Some("fr") if t != Lang::Fr => "fr",
        Some("en") if t != Lang::En => "en",
        _ => "",
    }
}

/// `GET /nomenclatures`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lists = code_lists::in_use();
    let mut lines: Vec<Line> = lists
        .iter()
        .map(|list| {
            let n = list.every_code().iter().filter(|code| !code.verified).count();
            Line {
                name: list.name.clone(),
                title: title(t, &list.name),
                codes: figures::count(t, list.every_code().len() as u64),
                version: list.version.clone(),
                date: t.date(list.date),
                source: list.source.clone(),
                licence: list.licence.clone(),
                not_verified: if n == 0 { String::new() } else { figures::count(t, n as u64) },
            }
        })
        .collect();
    lines.sort_by_key(|line| line.title.to_lowercase());
    let chrome = Chrome::new(&house, &reader, &t.say("web-nav-code-lists"));
    Ok(html(&Page { chrome, lines })?)
}
