//! `beffroi alert edit REF --input FILE`: what the file names changes, the rest stays.

use super::fault;
use crate::Context;
use crate::fault::{Fault, Outcome, users};
use beffroi_desk_threat::alerts::{
    self, Alert, AlertError, Confidence, Edit, Note, Probability, Recipient, TechnicalElement,
};
use beffroi_model::{Marking, ObservableKind};
use beffroi_observables::canonical;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What may change. A text is `{"fr": …, "en": …}`; both empty bring the usual one back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: Option<Note>,
    note: Option<Note>,
    tlp: Option<String>,
    pap: Option<String>,
    mention: Option<String>,
    grade: Option<String>,
    probability: Option<Probability>,
    confidence: Option<Confidence>,
    #[serde(default)]
    advice: BTreeMap<String, Note>,
    asked: Option<Note>,
    contact: Option<Note>,
    feedback_until: Option<Date>,
    expires_on: Option<Date>,
    review_on: Option<Date>,
    judicial: Option<bool>,
    exercise: Option<bool>,
    /// Elements to add.
    #[serde(default)]
    elements: Vec<Given>,
    /// Canonical values of elements to take out.
    #[serde(default)]
    without: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    kind: ObservableKind,
    value: String,
    context: Note,
    until: Option<Date>,
}

pub(super) async fn run(alert: &Alert, input: &Path, context: &Context) -> Outcome<Alert> {
    let bytes = std::fs::read(input).map_err(|error| Fault::user(format!("{}: {error}", input.display())))?;
    let file: File =
        serde_json::from_slice(&bytes).map_err(|error| Fault::user(format!("{}: {error}", input.display())))?;
    let edit = merged(alert, file)?;
    alerts::edit(context.facts.as_ref(), &context.store, alert, &edit, &context.by()).await.map_err(fault)
}

fn merged(alert: &Alert, file: File) -> Outcome<Edit> {
    let mut edit = Edit::of(alert);
    edit.title = file.title.unwrap_or(edit.title);
    edit.note = file.note.unwrap_or(edit.note);
    let Marking { tlp, pap } = edit.marking;
    edit.marking = Marking {
        tlp: file.tlp.map_or(Ok(tlp), |text| text.parse()).map_err(users)?,
        pap: file.pap.map_or(Ok(pap), |text| text.parse()).map_err(users)?,
    };
    let wrong = |error: AlertError| fault(error);
    edit.mention =
        file.mention.map_or(Ok(edit.mention), |text| text.parse()).map_err(|e| wrong(AlertError::from(e)))?;
    edit.grade = file.grade.map_or(Ok(edit.grade), |text| text.parse()).map_err(|e| wrong(AlertError::from(e)))?;
    edit.probability = file.probability.unwrap_or(edit.probability);
    edit.confidence = file.confidence.unwrap_or(edit.confidence);
    for (code, note) in file.advice {
        let known = Recipient::ALL.into_iter().find(|recipient| recipient.code() == code);
        let recipient = known.ok_or_else(|| Fault::user(format!("no recipient `{code}`")))?;
        edit.advice.retain(|(other, _)| *other != recipient);
        edit.advice.push((recipient, note));
    }
    edit.asked = file.asked.unwrap_or(edit.asked);
    edit.contact = file.contact.unwrap_or(edit.contact);
    edit.feedback_until = file.feedback_until.unwrap_or(edit.feedback_until);
    edit.expires_on = file.expires_on.unwrap_or(edit.expires_on);
    edit.review_on = file.review_on.unwrap_or(edit.review_on);
    edit.judicial = file.judicial.unwrap_or(edit.judicial);
    edit.exercise = file.exercise.unwrap_or(edit.exercise);
    edit.elements.retain(|element| !file.without.contains(&element.value));
    for given in file.elements {
        let value = canonical(given.kind, &beffroi_observables::refang(&given.value)).map_err(users)?;
        edit.elements.push(TechnicalElement {
            kind: given.kind,
            value,
            degree: 0,
            context: Some(given.context),
            until: given.until,
        });
    }
    Ok(edit)
}
