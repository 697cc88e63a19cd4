//! What an author may change of a draft, and what fits on its page.

use crate::alerts::draft::victims;
use crate::alerts::elements;
use crate::alerts::lifecycle::paris;
use crate::alerts::scan::check_texts;
use crate::alerts::{
    Alert, AlertError, AlertState, Confidence, Grade, Mention, Note, Probability, Recipient, TechnicalElement, Written,
};
use beffroi_journal::Act;
use beffroi_model::Marking;
use beffroi_ports::Facts;
use beffroi_store::{By, Store};
use jiff::civil::Date;

/// The longest title, in characters of each language.
pub const TITLE_MOST: usize = 100;
/// The longest note.
pub const NOTE_MOST: usize = 180;
/// The longest piece of advice to one recipient.
pub const ADVICE_MOST: usize = 105;
/// The longest request for feedback.
pub const ASKED_MOST: usize = 50;
/// The longest contact.
pub const CONTACT_MOST: usize = 75;
/// The longest context of an element.
pub const CONTEXT_MOST: usize = 80;

/// Everything that an author may change. A text with both languages empty is the usual one.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Title.
    pub title: Note,
    /// What the author adds.
    pub note: Note,
    /// To whom it may go, what may be done.
    pub marking: Marking,
    /// The mention of protection.
    pub mention: Mention,
    /// The grade of the source.
    pub grade: Grade,
    /// How likely.
    pub probability: Probability,
    /// How solid.
    pub confidence: Confidence,
    /// What is asked of each recipient.
    pub advice: Vec<(Recipient, Note)>,
    /// What is asked back.
    pub asked: Note,
    /// Whom to ask.
    pub contact: Note,
    /// Until when feedback is asked for.
    pub feedback_until: Date,
    /// The last day on which it holds.
    pub expires_on: Date,
    /// When it is looked at again.
    pub review_on: Date,
    /// Whether anything in it comes from an inquiry.
    pub judicial: bool,
    /// Whether it is for an exercise.
    pub exercise: bool,
    /// Technical elements.
    pub elements: Vec<TechnicalElement>,
}

impl Edit {
    /// As the flash stands.
    pub fn of(alert: &Alert) -> Self {
        let content = &alert.content;
        let written = &content.written;
        let own = |note: &Option<Note>| note.clone().unwrap_or_default();
        Self {
            title: Note { fr: alert.title_fr.clone(), en: alert.title_en.clone() },
            note: own(&content.note),
            marking: alert.marking,
            mention: content.mention,
            grade: content.grade,
            probability: content.probability,
            confidence: content.confidence,
            advice: content.advice.iter().map(|advice| (advice.recipient, own(&advice.own))).collect(),
            asked: own(&written.asked),
            contact: own(&written.contact),
            feedback_until: content.feedback_until,
            expires_on: alert.expires_on,
            review_on: alert.review_on,
            judicial: written.judicial,
            exercise: written.exercise,
            elements: content.technical.clone(),
        }
    }
}

/// Refuses a text that is too long, or that one language lacks.
pub(crate) fn fits(what: &'static str, note: &Note, most: usize) -> Result<(), AlertError> {
    if note.fr.trim().is_empty() != note.en.trim().is_empty() {
        return Err(AlertError::OneLanguage { what });
    }
    let length = note.fr.chars().count().max(note.en.chars().count());
    if length > most { Err(AlertError::TooLong { what, length, most }) } else { Ok(()) }
}

/// The text, or nothing for the usual one. Line ends become spaces: a page has no room for them.
fn own(what: &'static str, note: &Note, most: usize) -> Result<Option<Note>, AlertError> {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let note = Note { fr: flat(&note.fr), en: flat(&note.en) };
    fits(what, &note, most)?;
    Ok((!note.fr.is_empty()).then_some(note))
}

/// The flash as it would become; nothing is written.
///
/// # Errors
/// [`AlertError::Transition`] when it is no draft; [`AlertError::TooLong`], [`AlertError::OneLanguage`] for its texts;
/// [`AlertError::Wider`] for a marking wider than that of the data; [`AlertError::Days`]; [`AlertError::Element`],
/// [`AlertError::NoContext`], [`AlertError::Warned`] for its elements; [`AlertError::VictimData`],
/// [`AlertError::RawIndicator`]; the lake's and the store's.
pub async fn preview(
    facts: &dyn Facts,
    store: &Store,
    alert: &Alert,
    edit: &Edit,
    today: Date,
) -> Result<Alert, AlertError> {
    alert.must_be(&[AlertState::Draft], AlertState::Draft)?;
    let mut alert = alert.clone();
    let lists = elements::warning_lists(store).await?;
    let before = alert.content.technical.clone();
    apply(&mut alert, edit, today)?;
    elements::check(&alert.content.technical, &lists)?;
    let is_new = |element: &&TechnicalElement| !before.iter().any(|known| known.value == element.value);
    let new: Vec<TechnicalElement> = alert.content.technical.iter().filter(is_new).cloned().collect();
    if !new.is_empty() {
        victims(facts, store, &alert).await?.refuse(&new)?;
    }
    check_texts(&alert)?;
    Ok(alert)
}

/// Changes a draft. Whoever does becomes one of its writers, and cannot validate it; an agreement given to what it said
/// before is no longer one.
///
/// # Errors
/// As [`preview`]; a conflict when somebody else wrote in between.
pub async fn edit(facts: &dyn Facts, store: &Store, alert: &Alert, edit: &Edit, by: &By) -> Result<Alert, AlertError> {
    let mut alert = preview(facts, store, alert, edit, paris(by.at).date()).await?;
    alert.content.agreement = None;
    if !alert.was_written_by(&by.who) {
        alert.content.writers.push(by.who.clone());
    }
    alert.log(by.at, &by.who, "flash-change-edited", None);
    alert.store(store, Act::Alter, by).await
}

fn apply(alert: &mut Alert, edit: &Edit, today: Date) -> Result<(), AlertError> {
    let title = own("title", &edit.title, TITLE_MOST)?.ok_or(AlertError::OneLanguage { what: "title" })?;
    (alert.title_fr, alert.title_en) = (title.fr, title.en);
    let least = alert.content.least;
    if edit.marking.merge(least) != edit.marking {
        return Err(AlertError::Wider { asked: edit.marking, least });
    }
    let follow = edit.review_on <= edit.expires_on && edit.feedback_until <= edit.expires_on;
    if !follow || edit.expires_on < today {
        return Err(AlertError::Days);
    }
    alert.marking = edit.marking;
    (alert.expires_on, alert.review_on) = (edit.expires_on, edit.review_on);
    let content = &mut alert.content;
    content.note = own("note", &edit.note, NOTE_MOST)?;
    content.mention = edit.mention;
    content.grade = edit.grade;
    content.probability = edit.probability;
    // Nothing solid stands on a rumour.
    content.confidence = if edit.grade.is_rumour() { Confidence::Low } else { edit.confidence };
    for (recipient, note) in &edit.advice {
        let own = own("advice", note, ADVICE_MOST)?;
        content.advice.iter_mut().filter(|advice| advice.recipient == *recipient).for_each(|a| a.own = own.clone());
    }
    content.written = Written {
        asked: own("request for feedback", &edit.asked, ASKED_MOST)?,
        contact: own("contact", &edit.contact, CONTACT_MOST)?,
        // What came from procedures stays so.
        judicial: edit.judicial || content.written.judicial && !edit.elements.is_empty(),
        exercise: content.written.exercise || edit.exercise,
    };
    content.feedback_until = edit.feedback_until;
    content.technical = Vec::with_capacity(edit.elements.len());
    for element in &edit.elements {
        let mut element = element.clone();
        let context = element.context.unwrap_or_default();
        element.context = own("context of an element", &context, CONTEXT_MOST)?;
        element.until = element.until.or_else(|| Some(elements::until(element.kind, today)));
        content.technical.push(element);
    }
    Ok(())
}
