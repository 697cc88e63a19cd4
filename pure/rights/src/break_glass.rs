//! Breaking the glass: in an emergency, a person opens for some hours one object that lies outside his or her service or
//! territory. World, TLP, PAP and the table hold as ever; others are told at once, and the opening is reviewed.

use crate::consultation::FileRef;
use crate::decision::Why;
use crate::ids::{ObjectId, PersonId};
use crate::object::Object;
use crate::subject::Subject;
use crate::words::Act;
use crate::working_day::next_working_day;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Hours for which a glass stays open.
pub const GLASS_HOURS: i64 = 4;

/// Fewest characters of a reason, blanks at the ends left out.
pub const MIN_REASON_CHARS: usize = 30;

/// Most characters of a reason.
const MAX_REASON_CHARS: usize = 2000;

/// An opening. What a store reads back is bounded again by [`BreakGlass::is_open`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakGlass {
    /// Who.
    pub person: PersonId,
    /// What was opened.
    pub object: ObjectId,
    /// The file it belongs to.
    pub file: FileRef,
    /// Why, in the person's words.
    pub reason: String,
    /// When.
    pub opened_at: Timestamp,
    /// Until when, not included.
    pub until: Timestamp,
    /// Who is told, in the transaction that writes the opening.
    pub notified: BTreeSet<PersonId>,
    /// The day by which one of them says whether it was right.
    pub review_by: Date,
}

/// Why a glass cannot be broken. Only [`GlassRefused::Rights`] is hidden from the person, as an absent object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GlassRefused {
    /// Not for this person or object.
    #[error("no break-glass here: {0}")]
    Rights(Why),
    /// Too short or too long a reason.
    #[error("the reason has {n_chars} characters: write between {MIN_REASON_CHARS} and {MAX_REASON_CHARS}, in words")]
    Reason {
        /// How long it is.
        n_chars: usize,
    },
    /// Nobody to tell.
    #[error("nobody else would be told: name who answers for the service and the data-protection officer")]
    NobodyTold,
}

impl BreakGlass {
    /// Whether it is open at `at`. One that would last longer than [`GLASS_HOURS`], has no reason or told nobody is never open.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let longest = self.opened_at.saturating_add(SignedDuration::from_hours(GLASS_HOURS));
        self.opened_at <= at
            && at < self.until
            && longest.is_ok_and(|longest| self.until <= longest)
            && reason_is_fine(&self.reason)
            && self.notified.iter().any(|told| *told != self.person)
    }
}

/// Opens `object` to `subject` from `at` on (day `on` of Paris), telling `notified`: at least one other person.
pub fn open_glass(
    subject: &Subject,
    object: &Object,
    reason: &str,
    notified: impl IntoIterator<Item = PersonId>,
    at: Timestamp,
    on: Date,
) -> Result<BreakGlass, GlassRefused> {
    if let Some(why) = crate::decision::may(subject, Act::BreakGlass, object, on).why() {
        return Err(GlassRefused::Rights(why));
    }
    check_glass_reason(reason)?;
    let notified: BTreeSet<PersonId> = notified.into_iter().filter(|told| told != subject.person()).collect();
    if notified.is_empty() {
        return Err(GlassRefused::NobodyTold);
    }
    Ok(BreakGlass {
        person: subject.person().clone(),
        object: object.id.clone(),
        file: FileRef::of(object),
        reason: reason.trim().to_owned(),
        opened_at: at,
        until: at.saturating_add(SignedDuration::from_hours(GLASS_HOURS)).unwrap_or(Timestamp::MAX),
        notified,
        review_by: next_working_day(on),
    })
}

/// Whether `reason` would do, whatever it is given for: asked before any object is looked for.
pub fn check_glass_reason(reason: &str) -> Result<(), GlassRefused> {
    if reason_is_fine(reason) { Ok(()) } else { Err(GlassRefused::Reason { n_chars: reason.trim().chars().count() }) }
}

/// Words, not one key held down.
fn reason_is_fine(reason: &str) -> bool {
    let n_chars = reason.trim().chars().count();
    let words: BTreeSet<&str> = reason.split_whitespace().collect();
    (MIN_REASON_CHARS..=MAX_REASON_CHARS).contains(&n_chars) && words.len() >= 4
}
