//! One code: what it is, what it became, where it stands in other lists, and how it changed from version to version.

use super::code_list::{Named, Row, is_past, named, row};
use super::code_lists::{lang_of, title};
use crate::chrome::{Chrome, Step, html};
use crate::code_lists;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::{Reader, segment};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_desk_observatory::code_lists::{Change, Code, CodeList, Compared, Confidence, Lists, Standing, compare};
use beffroi_wording::Lang;

/// Codes below that are shown.
const BELOW: usize = 200;
/// Versions that are compared.
const VERSIONS: usize = 8;

struct LinkLine {
    list: String,
    target: Named,
    /// Language of the label where it is not the page's.
    lang: &'static str,
    kind: String,
    confidence: String,
    crosswalk: String,
    is_inward: bool,
    verified: bool,
    holds: bool,
}

/// One change of the code, from a version to the next.
pub(crate) struct Past {
    pub(crate) version: String,
    pub(crate) date: String,
    pub(crate) what: String,
    pub(crate) detail: String,
}

#[derive(Template)]
#[template(path = "code.html")]
struct Page {
    chrome: Chrome,
    code: String,
    label: String,
    labels: &'static str,
    other: Option<(&'static str, String)>,
    itself: Row,
    standing: String,
    replaces: Vec<Named>,
    own: Vec<(String, String)>,
    links: Vec<LinkLine>,
    /// The codes below.
    rows: Vec<Row>,
    n_below_left: usize,
    history: Vec<Past>,
}

/// How sure a link is, in words.
fn sureness(t: Lang, of: Confidence) -> String {
    let words = match of.as_millionths() {
        1_000_000.. => "codes-confidence-certain",
        900_000.. => "codes-confidence-text",
        650_000.. => "codes-confidence-reading",
        550_000.. => "codes-confidence-gap",
        _ => "codes-confidence-case",
    };
    let value = t.decimal(f64::from(of.as_millionths()) / 1e6, 2);
    t.say_with(words, &[("value", (&value).into())])
}

/// What a change is about, in words.
pub(crate) fn change_words(t: Lang, change: &Change) -> String {
    let words: Vec<String> =
        change.aspects().into_iter().map(|aspect| t.say(&format!("codes-change-{}", aspect.code()))).collect();
    words.join(", ")
}

/// What stood before and stands now, of what changed and is told in a few words.
pub(crate) fn change_detail(t: Lang, change: &Change) -> String {
    let after = change.after();
    let Some(before) = change.before() else { return String::new() };
    let mut parts = Vec::new();
    if before.label(t.code()) != after.label(t.code()) {
        parts.push(format!("{} → {}", before.label(t.code()), after.label(t.code())));
    }
    let parent = |code: &Code| code.parent.clone().unwrap_or_else(|| "–".to_owned());
    if before.parent != after.parent {
        parts.push(format!("{} → {}", parent(before), parent(after)));
    }
    if before.replaced_by != after.replaced_by && !after.replaced_by.is_empty() {
        parts.push(format!("→ {}", after.replaced_by.join(", ")));
    }
    if before.valid_to != after.valid_to {
        parts.extend(after.valid_to.map(|day| t.say_with("web-code-until", &[("to", (&t.date(day)).into())])));
    }
    parts.join(" ; ")
}

fn links(lists: &Lists, list: &CodeList, code: &Code, t: Lang) -> Vec<LinkLine> {
    let mut found = Vec::new();
    for crosswalk in lists.crosswalks_from(&list.name) {
        let Some(target) = lists.list(&crosswalk.to) else { continue };
        let base = crosswalk.name.trim_end_matches("⁻¹");
        for link in crosswalk.links().iter().filter(|link| link.from == code.code) {
            found.push(LinkLine {
                list: title(t, &crosswalk.to),
                target: named(target, &link.to, t),
                lang: lang_of(target, t),
                kind: t.say(&format!("codes-kind-{}", link.kind.code())),
                confidence: sureness(t, link.confidence),
                crosswalk: base.to_owned(),
                is_inward: base != crosswalk.name,
                verified: link.verified,
                holds: link.holds_on(target.date),
            });
        }
    }
    found
}

/// Codes of this list and of those that have their parents in it, below `code`.
fn below(lists: &Lists, list: &CodeList, code: &Code, t: Lang) -> Vec<Row> {
    let hangs = |other: &&CodeList| other.name == list.name || other.parent_list.as_deref() == Some(&list.name);
    let mut rows = Vec::new();
    for other in lists.iter().filter(hangs) {
        let children = other.every_code().iter().filter(|child| child.parent.as_ref() == Some(&code.code));
        // In a list whose parents lie elsewhere, a parent of its own comes first.
        let ours = |_: &&Code| other.name == list.name || other.code(&code.code).is_none();
        rows.extend(children.filter(ours).map(|child| row(other, child, 0, t)));
    }
    rows
}

fn standing(list: &CodeList, code: &Code, day: jiff::civil::Date, t: Lang) -> String {
    let codes = |several: &[&Code]| several.iter().map(|code| code.code.clone()).collect::<Vec<_>>().join(", ");
    match list.standing(&code.code, day) {
        Standing::Current(known) if known.code == code.code => t.say("web-code-in-force"),
        Standing::Current(known) => t.say_with("web-code-now", &[("codes", known.code.as_str().into())]),
        Standing::Split(several) => t.say_with("web-code-split", &[("codes", (&codes(&several)).into())]),
        Standing::NotInForce(_) | Standing::Unknown if is_past(list, code) => t.say("web-code-nothing"),
        Standing::NotInForce(_) | Standing::Unknown => t.say("web-code-not-yet"),
    }
}

/// `GET /nomenclatures/{list}/{code}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((name, asked)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lists = code_lists::in_use();
    let list = lists.list(&name).ok_or(Problem::NotFound)?;
    let code = list.code(&asked).ok_or(Problem::NotFound)?;
    let today = reader.access()?.on();
    let versions = house.book.versions_of(&house.store, &name).await?;
    let mut history = Vec::new();
    for pair in versions.windows(2).take(VERSIONS) {
        let [newer, older] = pair else { continue };
        let Compared { changes, .. } = compare(older, newer);
        let Some(change) = changes.iter().find(|change| change.after().code == asked) else { continue };
        history.push(Past {
            version: newer.version.clone(),
            date: t.date(newer.date),
            what: change_words(t, change),
            detail: change_detail(t, change),
        });
    }
    let below = below(&lists, list, code, t);
    let title_of_list = title(t, &name);
    let mut chrome = Chrome::new(&house, &reader, &code.code);
    chrome.trail.push(Step { href: format!("/nomenclatures/{}", segment(&name)), label: title_of_list });
    let replaces = list.every_code().iter().filter(|old| old.replaced_by.contains(&code.code));
    let other = if t == Lang::Fr { Lang::En } else { Lang::Fr };
    let is_translated = list.label_language.is_none() && code.label_fr != code.label_en;
    let page = Page {
        code: code.code.clone(),
        label: code.label(t.code()).to_owned(),
        labels: lang_of(list, t),
        other: is_translated.then(|| (other.code(), code.label(other.code()).to_owned())),
        itself: row(list, code, 0, t),
        standing: standing(list, code, today.max(list.date), t),
        replaces: replaces.map(|old| named(list, &old.code, t)).collect(),
        own: code.extra.iter().map(|(column, cell)| (column.clone(), cell.clone())).collect(),
        links: links(&lists, list, code, t),
        n_below_left: below.len().saturating_sub(BELOW),
        rows: below.into_iter().take(BELOW).collect(),
        history,
        chrome,
    };
    Ok(html(&page)?)
}
