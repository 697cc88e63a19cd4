//! A flash as a MISP event.

use crate::alerts::document::{brief_text, context};
use crate::alerts::lifecycle::paris;
use crate::alerts::{Alert, AlertState};
use beffroi_misp::{Attribute, Event, admiralty_tags};
use beffroi_model::Marking;
use beffroi_wording::Lang;

/// The event; `told` is the marking as tags can tell it.
pub(super) fn event(alert: &Alert, told: Marking, lang: Lang) -> Event {
    let content = &alert.content;
    let mut tags = admiralty_tags(content.grade.reliability(), content.grade.credibility()).to_vec();
    if content.written.exercise || alert.synthetic {
        tags.push("exercise:generic".to_owned());
    }
    Event {
        reference: alert.reference.to_string(),
        publisher: lang.say("flash-service"),
        info: format!("{} – {}", alert.reference, alert.title(lang)),
        date: paris(alert.drafted_at).date(),
        at: content.changes.last().map_or(alert.drafted_at, |change| change.at),
        published: alert.state == AlertState::Issued,
        complete: alert.state == AlertState::Closed,
        marking: told,
        tags,
        attributes: content
            .technical
            .iter()
            .map(|element| Attribute {
                kind: element.kind,
                value: element.value.clone(),
                comment: match element.until {
                    Some(until) => {
                        let until = lang.date(until);
                        let values = [("until", (&until).into())];
                        format!("{} {}", context(element, lang), lang.say_with("flash-element-until", &values))
                    }
                    None => context(element, lang),
                },
            })
            .collect(),
        text: brief_text(alert, lang),
    }
}
