//! Experts and requests as the assignment takes them: from records to who may be sent, and why not.

use crate::places::place;
use beffroi_assignment::{Expert, Grant, Reason, Request, Skill, SkillNeed, Span, Urgency, Weights, rank};
use beffroi_register::{Record, items};
use jiff::ToSpan;
use jiff::civil::Date;

/// Habilitations that a mission may ask for; each is a field of the expert with its first and last day.
pub(crate) const HABILITATIONS: &[&str] = &["opj", "r226", "secret"];
/// Levels of a skill.
pub(crate) const LEVELS: &[&str] = &["initial", "confirmed", "expert"];
/// States of a mission in which its expert is taken, or was.
pub(crate) const TAKEN: &[&str] = &["ordered", "reported", "closed"];

/// The level of a skill on the scale of the assignment, 1 to 5.
fn level(code: &str) -> u8 {
    match code {
        "expert" => 5,
        "confirmed" => 3,
        _ => 1,
    }
}

/// First and last day of a canonical period.
pub(crate) fn span(text: &str) -> Option<Span> {
    let (from, to) = text.split_once('/')?;
    Some(Span { from: from.parse().ok()?, to: to.parse().ok()? })
}

/// How many days, both ends counted.
pub(crate) fn n_days(span: Span) -> u32 {
    span.to.since(span.from).ok().and_then(|days| u32::try_from(days.get_days()).ok()).map_or(0, |days| days + 1)
}

/// What a request asks for, on these days or else on those it names; from today when it names none.
pub(crate) fn request(record: &Record, missions: &[&Record], days: Option<Span>, today: Date) -> Request {
    let from: Date = record.value("start").parse().unwrap_or(today);
    let n: i64 = record.value("days").parse().unwrap_or(1);
    let to = from.checked_add((n - 1).max(0).days()).unwrap_or(from);
    let declined = missions.iter().filter(|mission| {
        mission.value("request") == record.reference && mission.value("declined_for") == "part_in_case"
    });
    Request {
        id: record.reference.clone(),
        seats: record.value("experts").parse().unwrap_or(1),
        urgency: match (record.value("urgent"), record.value("evidence_at_risk")) {
            ("yes", "yes") => Urgency::Immediate,
            ("yes", _) => Urgency::Soon,
            _ => Urgency::Planned,
        },
        days: days.unwrap_or(Span { from, to }),
        skills: vec![SkillNeed { code: record.value("capability").to_owned(), level: level(record.value("level")) }],
        grants: items(record.value("habilitations")).map(str::to_owned).collect(),
        place: place(record.value("territory")),
        barred: declined.map(|mission| mission.value("expert").to_owned()).collect(),
    }
}

/// An expert, with what missions say of him around `from`, the first day asked for. `except` is a mission that does not
/// count: the one that is being decided.
pub(crate) fn expert(record: &Record, missions: &[&Record], from: Date, except: &str) -> Expert {
    let until = record.value("skills_until").parse().ok();
    let skills = ["initial_in", "confirmed_in", "expert_in"].iter().zip(LEVELS);
    let skills = skills.flat_map(|(field, own)| {
        items(record.value(field)).map(|code| Skill { code: code.to_owned(), level: level(own), until })
    });
    let grants = HABILITATIONS.iter().filter_map(|code| {
        span(record.value(code)).map(|held| Grant { code: (*code).to_owned(), from: held.from, until: held.to })
    });
    let own: Vec<Span> = missions
        .iter()
        .filter(|mission| mission.value("expert") == record.reference && mission.reference != except)
        .filter(|mission| TAKEN.contains(&mission.state.as_str()))
        .filter_map(|mission| span(mission.value("days")))
        .collect();
    let year_before = from.checked_sub(12.months()).unwrap_or(Date::MIN);
    let lately = own.iter().filter(|span| span.to < from && span.to >= year_before);
    Expert {
        id: record.reference.clone(),
        skills: skills.collect(),
        grants: grants.collect(),
        taken: items(record.value("absences")).filter_map(span).chain(own.iter().copied()).collect(),
        back: own.iter().map(|span| span.to).filter(|to| *to < from).max(),
        place: place(record.value("territory")),
        load: lately.map(|span| n_days(*span)).sum(),
    }
}

/// Why an expert may not be sent for a request on these days; nothing when he may.
pub(crate) fn reasons(request: &Request, expert: &Expert) -> Vec<Reason> {
    let ranking = rank(request, std::slice::from_ref(expert), Weights::default());
    ranking.excluded.into_iter().flat_map(|excluded| excluded.reasons).collect()
}

/// Whether an expert may be sent at all.
pub(crate) fn is_deployable(record: &Record) -> bool {
    record.state == "deployable"
}
