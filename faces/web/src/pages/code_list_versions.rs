//! The versions of a code list, who switched to which, and what differs from one to another.

use super::choices::{Choice, choice};
use super::code::{Past, change_detail, change_words};
use super::code_list::{Named, named};
use super::code_lists::{lang_of, title};
use crate::chrome::{Chrome, Step, html};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::{Reader, segment};
use crate::{code_lists, figures};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_desk_observatory::code_lists::{Change, CodeList, compare};
use beffroi_store::CodeListVersion;
use beffroi_wording::Lang;
use std::sync::Arc;

/// Changes that are shown.
const CHANGES: usize = 200;

struct Line {
    version: String,
    date: String,
    codes: String,
    source: String,
    licence: String,
    /// File, digest, who and when; nothing for what the house brings itself.
    kept: Option<(String, String, String)>,
    in_use: bool,
}

struct Changed {
    named: Named,
    past: Past,
}

#[derive(Template)]
#[template(path = "code_list_versions.html")]
struct Page {
    chrome: Chrome,
    name: String,
    labels: &'static str,
    lines: Vec<Line>,
    switches: Vec<(String, String, String)>,
    choices: Vec<Choice>,
    compared: Option<Vec<Changed>>,
    heading: String,
    n_left: usize,
}

fn line(list: &CodeList, held: &[CodeListVersion], in_use: &str, t: Lang) -> Line {
    let held = held.iter().find(|held| held.version == list.version && !held.file.is_empty());
    Line {
        version: list.version.clone(),
        date: t.date(list.date),
        codes: figures::count(t, list.every_code().len() as u64),
        source: list.source.clone(),
        licence: list.licence.clone(),
        kept: held.map(|held| {
            let at = figures::instant(t, held.kept_at);
            let digest = held.file_sha256.chars().take(16).collect();
            (held.file.clone(), digest, format!("{at} · {}", held.kept_by))
        }),
        in_use: list.version == in_use,
    }
}

/// What differs from `old` to `new`; codes that `new` lacks are told as such.
fn changed(old: &CodeList, new: &CodeList, t: Lang) -> Vec<Changed> {
    let compared = compare(old, new);
    let mut changes: Vec<&Change> = compared.changes.iter().collect();
    // What is new tells little of what is at stake: it comes last.
    changes.sort_by_key(|change| change.before().is_none());
    let past = |what: String, detail: String| Past { version: String::new(), date: String::new(), what, detail };
    let lost = compared.lost.iter().map(|code| Changed {
        named: named(old, &code.code, t),
        past: past(t.say("web-codes-lacking"), String::new()),
    });
    let kept = changes.into_iter().map(|change| Changed {
        named: named(new, &change.after().code, t),
        past: past(change_words(t, change), change_detail(t, change)),
    });
    lost.chain(kept).collect()
}

/// `GET /nomenclatures/{list}/versions`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let lists = code_lists::in_use();
    let list = lists.list(&name).ok_or(Problem::NotFound)?;
    let versions = house.book.versions_of(&house.store, &name).await?;
    let held = house.store.code_list_versions(Some(&name)).await?;
    let switches = house.store.code_list_switches(&name).await?;
    let query = reader.query();
    let find = |version: &str| -> Result<Arc<CodeList>, Problem> {
        versions.iter().find(|list| list.version == version).cloned().ok_or(Problem::NotFound)
    };
    let typed = |key: &str, default: usize| match query.get(key) {
        Some(version) => find(version).map(Some),
        None => Ok(versions.get(default).cloned()),
    };
    let (from, to) = (typed("de", 1)?, typed("a", 0)?);
    let options: Vec<(String, String)> =
        versions.iter().map(|list| (list.version.clone(), list.version.clone())).collect();
    let choose = |key: &'static str, label: String, shown: &Option<Arc<CodeList>>| {
        choice(key, label, None, options.clone(), shown.as_ref().map_or("", |list| list.version.as_str()))
    };
    let choices = vec![choose("de", t.say("web-codes-from"), &from), choose("a", t.say("web-codes-to"), &to)];
    let all = from.as_ref().zip(to.as_ref()).map(|(from, to)| changed(from, to, t));
    let version = |of: &Option<Arc<CodeList>>| of.as_ref().map(|list| list.version.clone()).unwrap_or_default();
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-codes-versions"));
    chrome.trail.push(Step { href: format!("/nomenclatures/{}", segment(&name)), label: title(t, &name) });
    let page = Page {
        labels: lang_of(list, t),
        lines: versions.iter().map(|one| line(one, &held, &list.version, t)).collect(),
        switches: switches
            .into_iter()
            .map(|switch| (switch.version, figures::instant(t, switch.at), switch.by))
            .collect(),
        choices,
        heading: t
            .say_with("web-codes-compared", &[("from", (&version(&from)).into()), ("to", (&version(&to)).into())]),
        n_left: all.as_ref().map_or(0, |all| all.len().saturating_sub(CHANGES)),
        compared: all.map(|all| all.into_iter().take(CHANGES).collect()),
        chrome,
        name,
    };
    Ok(html(&page)?)
}
