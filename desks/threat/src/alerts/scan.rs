//! What the texts of a flash may not hold: anything of a person's, and raw indicators, which have their own place.

use crate::alerts::{Alert, AlertError};
use beffroi_observables::personal_found;

pub use beffroi_observables::Personal;
pub(crate) use beffroi_observables::{holds_indicator, personal_data};

/// Refuses a flash whose texts hold something of a person's, or a raw indicator: technical elements have their own place,
/// where each is known to be an offender's and has its context.
pub(crate) fn check_texts(alert: &Alert) -> Result<(), AlertError> {
    let content = &alert.content;
    let mut texts = vec![("title", alert.title_fr.as_str()), ("title", alert.title_en.as_str())];
    let notes = content.note.iter().map(|note| ("note", note));
    let asked = content.written.asked.iter().map(|note| ("request for feedback", note));
    let advice = content.advice.iter().filter_map(|advice| Some(("advice", advice.own.as_ref()?)));
    let contexts =
        content.technical.iter().filter_map(|element| Some(("context of an element", element.context.as_ref()?)));
    let notes = notes.chain(asked).chain(advice).chain(contexts);
    texts.extend(notes.flat_map(|(place, note)| [(place, note.fr.as_str()), (place, note.en.as_str())]));
    texts.extend(content.changes.iter().filter_map(|change| Some(("change log", change.reason.as_deref()?))));
    texts.extend(content.novelty.iter().map(|novelty| ("decision on the signal", novelty.reason.as_str())));
    texts.extend(content.agreement.iter().map(|agreement| ("agreement", agreement.given_by.as_str())));
    for (place, text) in texts {
        if let Some(kind) = personal_data(text) {
            return Err(AlertError::VictimData { kind, place });
        }
        if holds_indicator(text) {
            return Err(AlertError::RawIndicator { place });
        }
    }
    // The contact is the author's: it may have an address and a number, and no more.
    if let Some(note) = &content.written.contact {
        for text in [&note.fr, &note.en] {
            let allowed = |found: &Personal| matches!(found, Personal::EmailAddress | Personal::PhoneNumber);
            if let Some(kind) = personal_found(text).find(|found| !allowed(found)) {
                return Err(AlertError::VictimData { kind, place: "contact" });
            }
        }
    }
    Ok(())
}
