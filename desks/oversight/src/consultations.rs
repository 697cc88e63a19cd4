//! Who consulted what: one's own consultations, and the weekly list of unusual ones.

use crate::journal::Watch;
use crate::{OversightError, paris};
use beffroi_journal::{Act, Entry, Month};
use beffroi_model::{Grain, Period};
use beffroi_rights::{
    ConsultationEvent, FileRef, Finding, Kind, ObjectId, PersonId, Subject, Thresholds, unusual as unusual_among,
};
use beffroi_store::{JournalEntry, JournalQuery, Store};
use jiff::ToSpan;
use jiff::civil::Date;

/// Entries read at a time.
const CHUNK: u64 = 1_000;
/// The most entries read for one answer; beyond, it says that it is not whole.
const MOST: usize = 100_000;
/// The most consultations shown of a month.
const MOST_SHOWN: usize = 1_000;
/// Days before the week from which a person's habit is learnt.
const HABIT: i64 = 20;

/// A consultation, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consulted {
    /// The number of its entry.
    pub index: u64,
    /// Who, when, what, why.
    pub entry: Entry,
}

/// A month of somebody's consultations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMonth {
    /// They, the newest first.
    pub consulted: Vec<Consulted>,
    /// Whether there were more than are shown.
    pub is_cut: bool,
}

/// The consultations of `person` in a month of Paris: their own person may always read them.
///
/// # Errors
/// The store's.
pub async fn own(store: &Store, person: &PersonId, month: Month) -> Result<OwnMonth, OversightError> {
    let Some(first) = format!("{month}-01").parse::<Date>().ok() else {
        return Ok(OwnMonth { consulted: Vec::new(), is_cut: false });
    };
    let last = first.last_of_month();
    let who = Some(person.to_string());
    let (found, mut is_cut) = read(store, who, first, last, |entry| entry.act.needs_purpose()).await?;
    let mut consulted: Vec<Consulted> = found
        .into_iter()
        .filter(|(_, entry)| (first..=last).contains(&paris(entry.at).date()))
        .map(|(found, entry)| Consulted { index: found.index, entry })
        .collect();
    is_cut |= consulted.len() > MOST_SHOWN;
    consulted.truncate(MOST_SHOWN);
    Ok(OwnMonth { consulted, is_cut })
}

/// The entries between two days of Paris that `keep` wants, the newest first, and whether there were too many to read.
async fn read(
    store: &Store,
    who: Option<String>,
    first: Date,
    last: Date,
    keep: impl Fn(&Entry) -> bool,
) -> Result<(Vec<(JournalEntry, Entry)>, bool), OversightError> {
    // Days of the journal are those of UTC.
    let (from, to) = (first.saturating_sub(1.day()), last.saturating_add(1.day()));
    let mut query = JournalQuery { who, object: None, from: Some(from), to: Some(to), before: None };
    let mut kept = Vec::new();
    let mut n = 0;
    loop {
        let chunk = store.journal_search(&query, CHUNK).await?;
        n += chunk.len();
        let whole = (chunk.len() as u64) < CHUNK;
        query.before = chunk.last().map(|entry| entry.index);
        for found in chunk {
            if let Some(entry) = found.entry.clone().filter(|entry| keep(entry)) {
                kept.push((found, entry));
            }
        }
        if whole || n >= MOST {
            return Ok((kept, !whole));
        }
    }
}

/// The unusual consultations of a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusualWeek {
    /// Its first day.
    pub monday: Date,
    /// The list, by person, day and reason: each line is a question to put.
    pub findings: Vec<Finding>,
    /// Consultations looked at in the week.
    pub n_consulted: usize,
    /// Whether there were too many to read them all.
    pub is_cut: bool,
}

/// The unusual consultations of the week that holds `day`, by the thresholds of the house. The journal knows no roster
/// and compares no names: nobody counts as on duty, and no file as a colleague's or neighbour's. Searches of the journal
/// are left out: they are control, journalled and seen by the other controllers.
///
/// # Errors
/// [`OversightError::Missing`] when this person sees nobody else's entries; the store's.
pub async fn unusual(store: &Store, subject: &Subject, on: Date, day: Date) -> Result<UnusualWeek, OversightError> {
    let mut watch = Watch::of(subject, on).ok_or(OversightError::Missing { what: "list" })?;
    let monday = Period::containing(day, Grain::Week).start();
    let sunday = monday.saturating_add(6.days());
    let kept = |entry: &Entry| {
        matches!(entry.act, Act::Consult | Act::BreakGlass) && entry.object.kind != Kind::JournalEntry.code()
    };
    let (found, is_cut) = read(store, None, monday.saturating_sub(HABIT.days()), sunday, kept).await?;
    let mut events = Vec::new();
    for (found, entry) in found {
        if watch.admits(store, &found).await? {
            events.extend(event(found.index, &entry));
        }
    }
    let of_week = |day: Date| (monday..=sunday).contains(&day);
    let n_consulted = events.iter().filter(|event| of_week(event.at.date())).count();
    let mut findings = unusual_among(&events, &Thresholds::default());
    findings.retain(|finding| of_week(finding.day));
    Ok(UnusualWeek { monday, findings, n_consulted, is_cut })
}

/// Whether `subject` reads the weekly list.
pub fn sees_unusual(subject: &Subject, on: Date) -> bool {
    Watch::of(subject, on).is_some()
}

fn event(index: u64, entry: &Entry) -> Option<ConsultationEvent> {
    let file = entry.object.id.parse::<ObjectId>().or_else(|_| format!("entry-{index}").parse()).ok()?;
    Some(ConsultationEvent {
        person: entry.who.parse().ok()?,
        at: paris(entry.at),
        file: FileRef::Object(file),
        has_case: entry.purpose.as_ref().is_some_and(|purpose| purpose.reference.is_some()),
        on_duty: false,
        colleague: false,
        neighbour: false,
    })
}
