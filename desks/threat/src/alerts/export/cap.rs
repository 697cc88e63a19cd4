//! A flash as a CAP message, in both languages.

use super::Export;
use crate::alerts::document::{advised, brief_text, contact, marking, why_new};
use crate::alerts::lifecycle::paris;
use crate::alerts::{Alert, AlertState, Issue, Mention, Probability, place};
use beffroi_cap::{
    Area, Category, Certainty, Info, Message, Named, Reference, ResponseType, Scope, Severity, Status, Urgency, What,
};
use beffroi_model::{Marking, Territory, Tlp};
use beffroi_wording::Lang;
use jiff::tz::TimeZone;

/// The message; `told` is the marking as CAP can tell it.
pub(super) fn message(alert: &Alert, told: Marking, how: &Export<'_>) -> Message {
    let content = &alert.content;
    let is_out = matches!(alert.state, AlertState::Issued | AlertState::Closed) && content.was_issued();
    let identifier = |revision: u32| format!("{}.v{revision}", alert.reference);
    let reference = |issue: &Issue| Reference {
        sender: how.sender.to_owned(),
        identifier: identifier(issue.revision),
        sent: paris(issue.at),
    };
    let is_over = alert.state == AlertState::Closed;
    let earlier = content.issues.iter().filter(|issue| is_over || issue.revision < content.revision);
    let earlier: Vec<Reference> = earlier.map(reference).collect();
    let (what, identifier) = match (earlier.is_empty(), is_over) {
        (true, _) => (What::Alert, identifier(content.revision)),
        (false, false) => (What::Update(earlier), identifier(content.revision)),
        (false, true) => (What::Cancel(earlier), format!("{}.end", identifier(content.revision))),
    };
    let is_exercise = content.written.exercise || alert.synthetic;
    let last = content.changes.last().filter(|_| is_over).map(|change| change.at);
    let sent = last.or(content.issues.last().map(|issue| issue.at)).unwrap_or(alert.drafted_at);
    Message {
        identifier,
        sender: how.sender.to_owned(),
        sent: paris(sent),
        status: match (is_out, is_exercise) {
            (false, _) => Status::Draft,
            (true, true) => Status::Exercise,
            (true, false) => Status::Actual,
        },
        what,
        scope: match told.tlp {
            Tlp::Clear if content.mention == Mention::Unprotected => Scope::Public,
            Tlp::Clear | Tlp::Green | Tlp::Amber => Scope::Restricted(marking(alert, how.lang)),
            Tlp::AmberStrict | Tlp::Red => Scope::Private(how.addresses.to_vec()),
        },
        note: is_exercise.then(|| how.lang.say("flash-cap-exercise")),
        infos: Lang::ALL.iter().map(|lang| info(alert, told, *lang)).collect(),
    }
}

fn info(alert: &Alert, told: Marking, lang: Lang) -> Info {
    let content = &alert.content;
    let is_over = alert.state == AlertState::Closed;
    let advice = content
        .advice
        .iter()
        .map(|advice| format!("{} {}", lang.say(&advice.recipient.key()), advised(alert, advice, lang)));
    let last_second =
        alert.expires_on.at(23, 59, 59, 0).to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    let named = |name: &str, value: String| Named { name: name.to_owned(), value };
    let territory = &content.figures.territory;
    let geocode = if territory == Territory::FRANCE {
        named("ISO 3166-1", "FR".to_owned())
    } else {
        named("INSEE", territory.clone())
    };
    Info {
        language: match lang {
            Lang::Fr => "fr-FR".to_owned(),
            Lang::En => "en-GB".to_owned(),
        },
        category: Category::Security,
        event: alert.phenomenon.clone().unwrap_or_else(|| alert.reference.to_string()),
        responses: if is_over {
            vec![ResponseType::AllClear]
        } else {
            vec![ResponseType::Execute, ResponseType::Monitor]
        },
        urgency: if is_over { Urgency::Past } else { Urgency::Expected },
        // Counts say nothing of what one case costs whom.
        severity: Severity::Unknown,
        certainty: match content.probability {
            _ if content.grade.is_rumour() => Certainty::Unknown,
            Probability::Even => Certainty::Possible,
            Probability::Likely | Probability::AlmostCertain => Certainty::Likely,
        },
        audience: None,
        expires: last_second.unwrap_or_else(|_| paris(alert.drafted_at)),
        sender_name: lang.say("flash-service"),
        headline: alert.title(lang).to_owned(),
        description: format!("{}\n{}", brief_text(alert, lang), why_new(alert, lang)),
        instruction: advice.collect::<Vec<_>>().join("\n"),
        contact: contact(alert, lang),
        parameters: vec![
            named("TLP", told.tlp.label().to_owned()),
            named("PAP", told.pap.label().to_owned()),
            named("Admiralty", content.grade.to_string()),
            named("reference", alert.reference.to_string()),
            named("revision", content.revision.to_string()),
        ],
        area: Area { description: place(lang, territory), geocodes: vec![geocode] },
    }
}
