//! One code list: its codes under one another, or those that somebody searches.

use super::choices::{Choice, choice};
use super::code_lists::{lang_of, title};
use crate::chrome::{Chrome, html};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::{Reader, encode, segment};
use crate::{code_lists, figures};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_desk_observatory::code_lists::{Code, CodeList};
use beffroi_wording::Lang;
use std::collections::BTreeSet;

/// Codes on one page.
const CODES: usize = 100;
/// Longest search, in characters.
const LONGEST: usize = 100;

/// A code and where it is told.
pub(crate) struct Named {
    pub(crate) href: String,
    pub(crate) code: String,
    pub(crate) label: String,
}

/// One row of a table of codes.
pub(crate) struct Row {
    pub(crate) named: Named,
    /// How deep it stands under others: 0 to 3.
    pub(crate) level: usize,
    pub(crate) parent: Option<Named>,
    pub(crate) span: String,
    pub(crate) state: String,
    pub(crate) is_past: bool,
    pub(crate) becomes: Vec<Named>,
    pub(crate) is_nested: bool,
    pub(crate) verified: bool,
    /// Language of its label where it is not the page's.
    pub(crate) lang: &'static str,
}

#[derive(Template)]
#[template(path = "code_list.html")]
struct Page {
    chrome: Chrome,
    name: String,
    terms: Vec<(String, String)>,
    asked: String,
    state: Choice,
    rows: Vec<Row>,
    found: String,
    place: String,
    previous: Option<String>,
    next: Option<String>,
}

/// Where a code is told.
pub(crate) fn named(list: &CodeList, code: &str, t: Lang) -> Named {
    Named {
        href: format!("/nomenclatures/{}/{}", segment(&list.name), segment(code)),
        code: code.to_owned(),
        label: list.label(code, t.code()).to_owned(),
    }
}

/// The days between which a code is in force, in words; empty where none is known.
pub(crate) fn span(t: Lang, code: &Code) -> String {
    let day = |day: jiff::civil::Date| t.date(day);
    match (code.valid_from, code.valid_to) {
        (Some(from), Some(to)) => {
            t.say_with("web-code-between", &[("from", (&day(from)).into()), ("to", (&day(to)).into())])
        }
        (Some(from), None) => t.say_with("web-code-since", &[("from", (&day(from)).into())]),
        (None, Some(to)) => t.say_with("web-code-until", &[("to", (&day(to)).into())]),
        (None, None) => String::new(),
    }
}

/// Whether a code is past on the day at which its list stands.
pub(crate) fn is_past(list: &CodeList, code: &Code) -> bool {
    !code.in_force_on(list.date) && code.valid_from.is_none_or(|from| from <= list.date)
}

/// A code as a row.
pub(crate) fn row(list: &CodeList, code: &Code, level: usize, t: Lang) -> Row {
    let lists = code_lists::in_use();
    let above = list.parent_list.as_deref().and_then(|name| lists.list(name));
    let parent = code.parent.as_deref().map(|parent| match (list.code(parent), above) {
        (None, Some(above)) if above.code(parent).is_some() => named(above, parent, t),
        _ => named(list, parent, t),
    });
    let is_past = is_past(list, code);
    Row {
        named: named(list, &code.code, t),
        level,
        parent,
        span: span(t, code),
        state: if code.replaced_by.is_empty() { t.say("web-code-ended") } else { t.say("web-code-replaced") },
        is_past,
        becomes: code.replaced_by.iter().map(|next| named(list, next, t)).collect(),
        is_nested: code.nested,
        verified: code.verified,
        lang: lang_of(list, t),
    }
}

/// `GET /nomenclatures/{list}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lists = code_lists::in_use();
    let list = lists.list(&name).ok_or(Problem::NotFound)?;
    let query = reader.query();
    let asked: String = query.get("q").map(|text| text.trim().chars().take(LONGEST).collect()).unwrap_or_default();
    let state = query.get("etat").map_or("", String::as_str);
    let keeps = |code: &Code| match state {
        "en-vigueur" => code.in_force_on(list.date),
        "passes" => is_past(list, code),
        "a-verifier" => !code.verified,
        _ => true,
    };
    let all: Vec<(usize, &Code)> = if asked.is_empty() && state.is_empty() {
        list.tree()
    } else {
        list.search(&asked).into_iter().filter(|code| keeps(code)).map(|code| (0, code)).collect()
    };
    let n_pages = all.len().div_ceil(CODES).max(1);
    let shown = match query.get("page") {
        Some(text) => text.parse().ok().filter(|page| *page >= 1).ok_or(Problem::Unclear("a page"))?,
        None => 1_usize,
    };
    if shown > n_pages {
        return Err(Problem::NotFound);
    }
    let at = |page: usize| {
        let kept = query.iter().filter(|(key, _)| ["q", "etat"].contains(&key.as_str()));
        let mut pairs: Vec<(String, String)> = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
        pairs.push(("page".to_owned(), page.to_string()));
        format!("?{}", encode(&pairs))
    };
    let states = [("en-vigueur", "web-code-in-force"), ("passes", "codes-past"), ("a-verifier", "codes-not-verified")];
    let states = states.map(|(value, key)| (value.to_owned(), t.say(key)));
    let n = figures::count(t, all.len() as u64);
    let page = Page {
        chrome: Chrome::new(&house, &reader, &title(t, &name)),
        terms: terms(list, t),
        state: choice("etat", t.say("web-codes-state"), Some(t.say("web-codes-any-state")), states.into(), state),
        rows: all
            .iter()
            .skip((shown - 1) * CODES)
            .take(CODES)
            .map(|(level, code)| row(list, code, *level, t))
            .collect(),
        found: t.say_with("web-codes-found", &[("n", (&n).into())]),
        place: t.say_with(
            "web-page-of",
            &[("page", (&shown.to_string()).into()), ("pages", (&n_pages.to_string()).into())],
        ),
        previous: (shown > 1).then(|| at(shown - 1)),
        next: (shown < n_pages).then(|| at(shown + 1)),
        asked,
        name,
    };
    Ok(html(&page)?)
}

/// What is said of a list.
fn terms(list: &CodeList, t: Lang) -> Vec<(String, String)> {
    let lists = code_lists::in_use();
    let mut terms = vec![
        (t.say("web-codes-version"), list.version.clone()),
        (t.say("web-codes-date"), t.date(list.date)),
        (t.say("web-codes-source"), list.source.clone()),
        (t.say("web-codes-licence"), list.licence.clone()),
    ];
    if let Some(parent) = &list.parent_list {
        terms.push((t.say("web-codes-parent-list"), title(t, parent)));
    }
    let reached: BTreeSet<String> =
        lists.crosswalks_from(&list.name).into_iter().map(|crosswalk| title(t, &crosswalk.to)).collect();
    if !reached.is_empty() {
        terms.push((t.say("web-codes-reached"), reached.into_iter().collect::<Vec<_>>().join(", ")));
    }
    terms
}
