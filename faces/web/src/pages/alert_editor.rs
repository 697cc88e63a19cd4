//! The editor of a flash: a form that keeps what was typed, and beside it the page as it would be. No script: a button
//! renders it anew, another keeps it.

use crate::chrome::{Chrome, html};
use crate::forms::Fields;
use crate::house::House;
use crate::pages::alert::fetch;
use crate::pages::alert_refusals::refusal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_threat::alerts::{
    self, ADVICE_MOST, ASKED_MOST, Alert, AlertError, CONTACT_MOST, Confidence, Edit, Grade, Mention, NOTE_MOST, Note,
    Probability, Recipient, TITLE_MOST, TechnicalElement,
};
use beffroi_document::html::{Words, fragment};
use beffroi_model::{Marking, ObservableKind, Pap, Tlp};
use beffroi_observables::{canonical, defang, refang};
use beffroi_rights::{Act, World};
use beffroi_wording::Lang;
use jiff::civil::Date;

/// A text in both languages.
struct Pair {
    name: String,
    label: String,
    fr: String,
    en: String,
    most: usize,
}

struct Entry {
    code: String,
    label: String,
    chosen: bool,
}

struct Choice {
    name: &'static str,
    label: String,
    options: Vec<Entry>,
}

struct Day {
    name: &'static str,
    label: String,
    value: String,
}

struct Tick {
    name: String,
    label: String,
    checked: bool,
}

#[derive(Template)]
#[template(path = "alert_editor.html")]
struct Page {
    chrome: Chrome,
    reference: String,
    version: u32,
    pairs: Vec<Pair>,
    choices: Vec<Choice>,
    days: Vec<Day>,
    ticks: Vec<Tick>,
    kept: Vec<Tick>,
    added: String,
    left_out: u64,
    banner: Option<String>,
    body: String,
    error: Option<String>,
}

/// `GET /alertes/{reference}/redaction`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let alert = fetch(&house, &reader, Act::Change, &reference).await?;
    let edit = Edit::of(&alert);
    page(&house, &reader, &alert, &edit, "", &alert, None)
}

/// `POST /alertes/{reference}/redaction`: shows it anew, or keeps it.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let alert = fetch(&house, &reader, Act::Change, &reference).await?;
    if fields.get("version") != alert.version.to_string() {
        return Err(Problem::Conflict(format!("{} has changed in between", alert.reference)));
    }
    let by = &reader.by(&house, World::Coordination, fields.get("cle"))?;
    let added = fields.get("ajouts").chars().take(20_000).collect::<String>();
    let (edit, fault) = typed(&alert, &fields, &added, reader.t);
    let (facts, store) = (house.facts.as_ref(), &house.store);
    let wanted = match fault {
        Some(message) => Err(message),
        None if fields.get("action") == "save" => match alerts::edit(facts, store, &alert, &edit, by).await {
            Ok(_) => return Ok(Redirect::to(&format!("/alertes/{}", alert.reference)).into_response()),
            Err(error) => Err(said(error, reader.t)?),
        },
        None if fields.get("action") == "preview" => {
            let today = crate::access::Access::day(by.at);
            match alerts::preview(facts, store, &alert, &edit, today).await {
                Ok(preview) => Ok(preview),
                Err(error) => Err(said(error, reader.t)?),
            }
        }
        None => return Err(Problem::Unclear("an action")),
    };
    match wanted {
        Ok(preview) => page(&house, &reader, &alert, &edit, &added, &preview, None),
        Err(message) => {
            let page = page(&house, &reader, &alert, &edit, &added, &alert, Some(message))?;
            Ok(sent_back(page))
        }
    }
}

/// The refusal in the reader's words, or the house's fault.
fn said(error: AlertError, t: Lang) -> Result<String, Problem> {
    refusal(&error, t).ok_or_else(|| error.into())
}

/// What was typed; what does not read keeps its value, and a message says which.
fn typed(alert: &Alert, fields: &Fields, added: &str, t: Lang) -> (Edit, Option<String>) {
    let mut edit = Edit::of(alert);
    let mut fault = None;
    let text = |name: &str| Note {
        fr: fields.get(&format!("{name}_fr")).chars().take(2000).collect(),
        en: fields.get(&format!("{name}_en")).chars().take(2000).collect(),
    };
    (edit.title, edit.note) = (text("titre"), text("note"));
    (edit.asked, edit.contact) = (text("retour"), text("contact"));
    for (recipient, note) in &mut edit.advice {
        *note = text(&format!("consigne_{}", recipient.code()));
    }
    let mut read = |name: &str, good: bool| {
        if !good {
            fault = Some(t.say_with("web-refused-field", &[("field", name.into())]));
        }
    };
    let marking = fields.get("tlp").parse::<Tlp>().ok().zip(fields.get("pap").parse::<Pap>().ok());
    read("TLP, PAP", marking.is_some());
    edit.marking = marking.map_or(edit.marking, |(tlp, pap)| Marking { tlp, pap });
    let mention = fields.get("mention").parse::<Mention>().ok();
    read(&t.say("web-editor-mention"), mention.is_some());
    edit.mention = mention.unwrap_or(edit.mention);
    let grade = format!("{}{}", fields.get("fiabilite"), fields.get("credit")).parse::<Grade>().ok();
    read(&t.say("flash-term-grade"), grade.is_some());
    edit.grade = grade.unwrap_or(edit.grade);
    let word = Probability::ALL.into_iter().find(|word| word.code() == fields.get("probabilite"));
    read(&t.say("web-editor-probability"), word.is_some());
    edit.probability = word.unwrap_or(edit.probability);
    let word = Confidence::ALL.into_iter().find(|word| word.code() == fields.get("confiance"));
    read(&t.say("web-editor-confidence"), word.is_some());
    edit.confidence = word.unwrap_or(edit.confidence);
    for (name, key, day) in [
        ("validite", "web-editor-expires", &mut edit.expires_on),
        ("reexamen", "web-editor-review", &mut edit.review_on),
        ("retour_le", "web-editor-feedback", &mut edit.feedback_until),
    ] {
        let given = fields.get(name).parse::<Date>().ok();
        read(&t.say(key), given.is_some());
        *day = given.unwrap_or(*day);
    }
    edit.judicial = !fields.get("judiciaire").is_empty();
    edit.exercise = !fields.get("exercice").is_empty();
    let kept = |n: usize| !fields.get(&format!("element_{n}")).is_empty();
    edit.elements =
        alert.content.technical.iter().enumerate().filter(|(n, _)| kept(*n)).map(|(_, e)| e.clone()).collect();
    for line in added.lines().filter(|line| !line.trim().is_empty()) {
        let element = element(line);
        read(&t.say("web-editor-added"), element.is_some());
        edit.elements.extend(element);
    }
    (edit, fault)
}

/// `kind | value | where seen, in French | where seen, in English`, the value defanged or not.
fn element(line: &str) -> Option<TechnicalElement> {
    let mut parts = line.splitn(4, '|').map(str::trim);
    let kind: ObservableKind = parts.next()?.parse().ok()?;
    let value = canonical(kind, &refang(parts.next()?)).ok()?;
    let context = Note { fr: parts.next()?.to_owned(), en: parts.next()?.to_owned() };
    Some(TechnicalElement { kind, value, degree: 0, context: Some(context), until: None })
}

fn page(
    house: &House,
    reader: &Reader,
    alert: &Alert,
    edit: &Edit,
    added: &str,
    preview: &Alert,
    error: Option<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let reference = alert.reference.to_string();
    let heading = t.say_with("web-editor-title", &[("reference", (&reference).into())]);
    let chrome =
        Chrome::new(house, reader, &heading).marked(alert.marking.tlp, alert.marking.pap).synthetic(alert.synthetic);
    let document = alerts::document(preview, t);
    let page = Page {
        reference,
        version: alert.version,
        pairs: pairs(edit, t),
        choices: choices(edit, t),
        days: vec![
            Day { name: "validite", label: t.say("web-editor-expires"), value: edit.expires_on.to_string() },
            Day { name: "reexamen", label: t.say("web-editor-review"), value: edit.review_on.to_string() },
            Day { name: "retour_le", label: t.say("web-editor-feedback"), value: edit.feedback_until.to_string() },
        ],
        ticks: vec![
            Tick { name: "judiciaire".to_owned(), label: t.say("web-editor-judicial"), checked: edit.judicial },
            Tick { name: "exercice".to_owned(), label: t.say("web-editor-exercise"), checked: edit.exercise },
        ],
        kept: alert
            .content
            .technical
            .iter()
            .enumerate()
            .map(|(n, element)| Tick {
                name: format!("element_{n}"),
                label: defang(element.kind, &element.value),
                checked: edit.elements.contains(element),
            })
            .collect(),
        added: added.to_owned(),
        left_out: alert.content.left_out,
        banner: document.banner.clone(),
        body: fragment(&document, &Words::new(|key| t.say(key))),
        error,
        chrome,
    };
    Ok(html(&page)?)
}

fn pairs(edit: &Edit, t: Lang) -> Vec<Pair> {
    let pair = |name: String, label: String, note: &Note, most: usize| Pair {
        name,
        label,
        fr: note.fr.clone(),
        en: note.en.clone(),
        most,
    };
    let mut pairs = vec![
        pair("titre".to_owned(), t.say("web-editor-heading"), &edit.title, TITLE_MOST),
        pair("note".to_owned(), t.say("web-editor-note"), &edit.note, NOTE_MOST),
    ];
    for (recipient, note) in &edit.advice {
        pairs.push(pair(format!("consigne_{}", recipient.code()), advice_label(*recipient, t), note, ADVICE_MOST));
    }
    pairs.push(pair("retour".to_owned(), t.say("web-editor-asked"), &edit.asked, ASKED_MOST));
    pairs.push(pair("contact".to_owned(), t.say("flash-term-contact"), &edit.contact, CONTACT_MOST));
    pairs
}

fn advice_label(recipient: Recipient, t: Lang) -> String {
    t.say(&recipient.key())
}

fn choices(edit: &Edit, t: Lang) -> Vec<Choice> {
    let option = |code: String, label: String, chosen: bool| Entry { code, label, chosen };
    let tlp = Tlp::ALL.map(|tlp| option(tlp.label().to_owned(), tlp.to_string(), tlp == edit.marking.tlp));
    let pap = Pap::ALL.map(|pap| option(pap.label().to_owned(), pap.to_string(), pap == edit.marking.pap));
    let mention = Mention::ALL.map(|m| option(m.code().to_owned(), t.say(m.key()), m == edit.mention));
    let letters = Grade::RELIABILITIES.map(|letter| {
        let label = t.say(&format!("flash-reliability-{}", letter.to_ascii_lowercase()));
        option(letter.to_string(), format!("{letter} – {label}"), letter == edit.grade.reliability())
    });
    let digits = Grade::CREDIBILITIES.map(|digit| {
        let label = t.say(&format!("flash-credibility-{digit}"));
        option(digit.to_string(), format!("{digit} – {label}"), digit == edit.grade.credibility())
    });
    let words = Probability::ALL.map(|w| option(w.code().to_owned(), t.say(w.key()), w == edit.probability));
    let sure = Confidence::ALL.map(|w| option(w.code().to_owned(), t.say(w.key()), w == edit.confidence));
    let choice = |name, label: String, options: Vec<Entry>| Choice { name, label, options };
    vec![
        choice("tlp", t.say("web-editor-tlp"), tlp.into()),
        choice("pap", t.say("web-editor-pap"), pap.into()),
        choice("mention", t.say("web-editor-mention"), mention.into()),
        choice("fiabilite", t.say("web-editor-reliability"), letters.into()),
        choice("credit", t.say("web-editor-credibility"), digits.into()),
        choice("probabilite", t.say("web-editor-probability"), words.into()),
        choice("confiance", t.say("web-editor-confidence"), sure.into()),
    ]
}
