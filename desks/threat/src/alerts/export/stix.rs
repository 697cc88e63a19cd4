//! A flash as a STIX report.

use crate::alerts::document::{advised, brief_text, context, techniques, why_new};
use crate::alerts::lifecycle::paris;
use crate::alerts::{Alert, AlertState, TechnicalElement, elements, label};
use beffroi_model::Marking;
use beffroi_observables::defang;
use beffroi_stix::{Element, Report, Step, Technique};
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The report; `told` is the marking as STIX can tell it.
pub(super) fn report(alert: &Alert, told: Marking, lang: Lang) -> Report {
    let content = &alert.content;
    let grade = content.grade;
    let mut labels = beffroi_misp::admiralty_tags(grade.reliability(), grade.credibility()).to_vec();
    labels.extend(alert.phenomenon.clone());
    if grade.is_rumour() {
        labels.push("rumour".to_owned());
    }
    if content.written.exercise || alert.synthetic {
        labels.push("exercise".to_owned());
    }
    if matches!(alert.state, AlertState::Draft | AlertState::Validated) {
        labels.push("draft".to_owned());
    }
    Report {
        reference: alert.reference.to_string(),
        publisher: lang.say("flash-service"),
        title: alert.title(lang).to_owned(),
        description: format!("{}\n{}", brief_text(alert, lang), why_new(alert, lang)),
        created: alert.drafted_at,
        modified: content.changes.last().map_or(alert.drafted_at, |change| change.at),
        revoked: alert.state == AlertState::Closed,
        confidence: grade.stix_confidence(),
        labels,
        lang: lang.code().to_owned(),
        marking: told,
        country: "FR".to_owned(),
        techniques: techniques(alert)
            .into_iter()
            .map(|(list, id)| Technique {
                catalogue: if list == "attack" { "mitre-attack".to_owned() } else { "mitre-f3".to_owned() },
                name: label(list, &id, lang),
                id,
            })
            .collect(),
        elements: content.technical.iter().map(|element| told_of(element, alert.drafted_at, lang)).collect(),
        steps: content
            .advice
            .iter()
            .map(|advice| Step { who: lang.say(&advice.recipient.key()), what: advised(alert, advice, lang) })
            .collect(),
    }
}

fn told_of(element: &TechnicalElement, from: Timestamp, lang: Lang) -> Element {
    let day = element.until.unwrap_or_else(|| elements::until(element.kind, paris(from).date()));
    let end = day.at(23, 59, 59, 0).to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    let until = end.map_or(from, |end| end.timestamp());
    Element {
        kind: element.kind,
        value: element.value.clone(),
        shown: defang(element.kind, &element.value),
        context: context(element, lang),
        // STIX asks that it end after it begins: what is past ends one second later.
        from: from.min(until.saturating_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(from)),
        until,
    }
}
