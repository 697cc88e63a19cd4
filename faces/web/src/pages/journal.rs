//! The journal, for those who control: searching it, and one entry with its proof.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::{Reader, encode};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_desk_oversight::journal::{self, Proof, Search};
use beffroi_journal::Act;
use beffroi_model::{Pap, Tlp};
use beffroi_rights::Kind;
use beffroi_store::{By, JournalEntry};
use beffroi_wording::Lang;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Kinds of things in the journal that are no objects of the table of rights.
const OTHER_KINDS: [&str; 9] =
    ["proposal", "service", "opening", "reveal", "object", "series-run", "task", "digest", "calendar"];

struct Line {
    index: u64,
    number: String,
    at: String,
    who: String,
    act: String,
    kind: String,
    id: String,
    why: String,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "journal.html")]
struct Page {
    chrome: Chrome,
    who: String,
    kinds: Vec<Choice>,
    id: String,
    from: String,
    to: String,
    /// The field at fault and what is wrong with it.
    error: Option<(&'static str, String)>,
    lines: Vec<Line>,
    older: Option<String>,
    searched: bool,
}

/// An act of the journal in words.
pub(crate) fn act_words(t: Lang, act: Act) -> String {
    t.say(&format!("oversight-act-{act}"))
}

/// What an act was done to, in words; the journal's own word when there are none.
pub(crate) fn kind_words(t: Lang, kind: &str) -> String {
    let key = match kind.parse::<Kind>() {
        Ok(kind) => format!("rights-kind-{kind}"),
        Err(_) => format!("oversight-kind-{kind}"),
    };
    if t.knows(&key) { t.say(&key) } else { kind.to_owned() }
}

/// What was typed, as a search; or the field that says nothing known.
fn read(query: &BTreeMap<String, String>, t: Lang) -> Result<Search, (&'static str, String)> {
    let typed = |name: &str| query.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    let wrong_id = || ("id", t.say("web-journal-wrong-id"));
    let day = |name: &'static str| {
        let parsed = typed(name).map(|text| text.parse::<Date>().map_err(|_| (name, t.say("web-journal-wrong-day"))));
        parsed.transpose()
    };
    let who = typed("qui").map(|who| who.parse().map_err(|_| ("qui", t.say("web-journal-wrong-who")))).transpose()?;
    let object = match (typed("genre"), typed("id")) {
        (None, None) => None,
        (Some(kind), Some(id)) => Some((kind.chars().take(64).collect(), id.parse().map_err(|_| wrong_id())?)),
        _ => return Err(wrong_id()),
    };
    let before = typed("avant").and_then(|text| text.parse().ok());
    Ok(Search { who, object, from: day("du")?, to: day("au")?, before })
}

/// `GET /journal`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    if !journal::searches(access.subject(), access.on()) {
        return Err(Problem::NotFound);
    }
    let query = reader.query();
    let (mut lines, mut older, mut error) = (Vec::new(), None, None);
    match read(&query, t) {
        Ok(search) => {
            // Kept in the journal, in the first language of the house.
            let why = Lang::Fr.say("web-journal-motive");
            let by = By::new(reader.who()?, house.now());
            let found = journal::search(&house.store, access.subject(), access.on(), &search, &why, &by).await?;
            lines = found.entries.iter().map(|entry| line(t, entry)).collect();
            older = found.before.map(|before| further(&query, before));
        }
        Err(wrong) => error = Some(wrong),
    }
    let text = |name: &str| query.get(name).map(|text| text.chars().take(128).collect()).unwrap_or_default();
    let asked: String = text("genre");
    let kinds = Kind::ALL.iter().map(|kind| kind.code()).chain(OTHER_KINDS);
    let page = Page {
        chrome: Chrome::new(&house, &reader, &t.say("web-journal-title")).marked(Tlp::Amber, Pap::Green),
        who: text("qui"),
        kinds: kinds
            .map(|code| Choice { value: code.to_owned(), label: kind_words(t, code), chosen: code == asked })
            .collect(),
        id: text("id"),
        from: text("du"),
        to: text("au"),
        error,
        lines,
        older,
        searched: ["qui", "genre", "id", "du", "au"].iter().any(|name| query.contains_key(*name)),
    };
    Ok(html(&page)?)
}

/// The same search further back.
fn further(query: &BTreeMap<String, String>, before: u64) -> String {
    let kept = query.iter().filter(|(name, _)| ["qui", "genre", "id", "du", "au"].contains(&name.as_str()));
    let mut pairs: Vec<(String, String)> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
    pairs.push(("avant".to_owned(), before.to_string()));
    format!("?{}", encode(&pairs))
}

fn number(t: Lang, index: u64) -> String {
    let index = figures::count(t, index);
    t.say_with("web-journal-number", &[("index", (&index).into())])
}

fn line(t: Lang, found: &JournalEntry) -> Line {
    let mut line = Line {
        index: found.index,
        number: number(t, found.index),
        at: t.date(found.day),
        who: String::new(),
        act: t.say("web-journal-destroyed"),
        kind: String::new(),
        id: String::new(),
        why: String::new(),
    };
    if let Some(entry) = &found.entry {
        line.at = figures::instant(t, entry.at);
        line.who = entry.who.clone();
        line.act = act_words(t, entry.act);
        line.kind = kind_words(t, &entry.object.kind);
        line.id = entry.object.id.clone();
        line.why = entry.purpose.as_ref().map(|purpose| purpose.why.clone()).unwrap_or_default();
    }
    line
}

#[derive(Template)]
#[template(path = "journal_entry.html")]
struct EntryPage {
    chrome: Chrome,
    facts: Vec<(String, String)>,
    proof: String,
    proof_class: &'static str,
    proof_facts: Vec<(String, String)>,
}

/// `GET /journal/{index}`
pub(crate) async fn entry(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(index): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let number_of = index.parse::<u64>().ok().filter(|parsed| parsed.to_string() == index).ok_or(Problem::NotFound)?;
    let found = journal::entry(&house.store, access.subject(), access.on(), number_of).await?;
    let (entry, proof) = found.ok_or(Problem::NotFound)?;
    let (words, class, proof_facts) = proof_words(t, &proof);
    let page = EntryPage {
        chrome: Chrome::new(&house, &reader, &number(t, number_of)).marked(Tlp::Amber, Pap::Green),
        facts: facts(t, &entry),
        proof: words,
        proof_class: class,
        proof_facts,
    };
    Ok(html(&page)?)
}

fn facts(t: Lang, found: &JournalEntry) -> Vec<(String, String)> {
    let mut facts = vec![(t.say("web-journal-day"), t.date(found.day))];
    let Some(entry) = &found.entry else {
        facts.push((t.say("web-journal-act"), t.say("web-journal-destroyed")));
        return facts;
    };
    facts.push((t.say("web-journal-at"), figures::instant(t, entry.at)));
    facts.push((t.say("web-journal-who"), entry.who.clone()));
    facts.push((t.say("web-journal-act"), act_words(t, entry.act)));
    facts.push((t.say("web-journal-kind"), kind_words(t, &entry.object.kind)));
    facts.push((t.say("web-journal-id"), entry.object.id.clone()));
    if let Some(purpose) = &entry.purpose {
        facts.push((t.say("web-journal-why"), purpose.why.clone()));
        if let Some(reference) = &purpose.reference {
            facts.push((t.say("web-journal-reference"), reference.clone()));
        }
    }
    if !entry.recipients.is_empty() {
        facts.push((t.say("web-journal-recipients"), entry.recipients.join(", ")));
    }
    facts
}

fn proof_words(t: Lang, proof: &Proof) -> (String, &'static str, Vec<(String, String)>) {
    match proof {
        Proof::Proven { at, size, root } => {
            let at = figures::instant(t, *at);
            let facts = vec![
                (t.say("web-journal-proof-size"), figures::count(t, *size)),
                (t.say("web-journal-proof-root"), root.to_string()),
            ];
            (t.say_with("web-journal-proven", &[("at", (&at).into())]), "notice", facts)
        }
        Proof::NotCovered => (t.say("web-journal-not-covered"), "notice", Vec::new()),
        Proof::Broken => (t.say("web-journal-broken"), "error", Vec::new()),
    }
}
