//! What a flash refuses, in the reader's words.

use beffroi_desk_threat::alerts::AlertError;
use beffroi_wording::Lang;

/// The words for a refusal; nothing for a fault of the house, or for what must look absent.
pub(crate) fn refusal(error: &AlertError, t: Lang) -> Option<String> {
    let text = match error {
        AlertError::SameAuthor { .. } => t.say("web-alert-four-eyes"),
        AlertError::NoReason { .. } => t.say("web-alert-reason-needed"),
        AlertError::VictimData { .. } => t.say("web-alert-victim-data"),
        AlertError::Transition { .. } => t.say("web-alert-wrong-state"),
        AlertError::Undecided { .. } => t.say("web-refused-undecided"),
        AlertError::SignalSetAside { .. } => t.say("web-refused-set-aside"),
        AlertError::SecondFlash { open, .. } => {
            let open = open.to_string();
            t.say_with("web-refused-second", &[("open", (&open).into())])
        }
        AlertError::OwnAgreement { .. } => t.say("web-refused-own-agreement"),
        AlertError::NoAgreement { .. } => t.say("web-refused-no-agreement"),
        AlertError::Expired { .. } => t.say("web-refused-expired"),
        AlertError::TooLong { length, most, .. } => {
            let (length, most) = (length.to_string(), most.to_string());
            t.say_with("web-refused-long", &[("length", (&length).into()), ("most", (&most).into())])
        }
        AlertError::OneLanguage { .. } => t.say("web-refused-one-language"),
        AlertError::Wider { least, .. } => {
            let least = least.to_string();
            t.say_with("web-refused-wider", &[("least", (&least).into())])
        }
        AlertError::NotLower { .. } => t.say("web-refused-not-lower"),
        AlertError::Days => t.say("web-refused-days"),
        AlertError::Element { .. } => t.say("web-refused-element"),
        AlertError::NoContext { value } => t.say_with("web-refused-no-context", &[("value", value.into())]),
        AlertError::Warned { value, list } => {
            t.say_with("web-refused-warned", &[("value", value.into()), ("list", list.into())])
        }
        AlertError::RawIndicator { .. } => t.say("web-refused-raw"),
        AlertError::Cap(_) => t.say("web-refused-cap"),
        _ => return None,
    };
    Some(text)
}
