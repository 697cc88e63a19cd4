//! What missions taught and where it was used again, and how the load lies on people.

use crate::blocks::{capability, figure, paragraph, table};
use crate::people::{TAKEN, n_days, span};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, items, words};
use jiff::{SignedDuration, ToSpan};

/// Days within which a mission is closed after its last one (J5.3).
const CLOSED_WITHIN: i64 = 30;

/// See the register `mission`.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let wanted = context.asked("capability");
    let of =
        |mission: &Record| context.find(mission.value("request")).map_or("", |request| request.value("capability"));
    let all: Vec<&Record> = context.of("mission").collect();
    let told: Vec<&&Record> = all
        .iter()
        .filter(|mission| !mission.value("lessons").is_empty())
        .filter(|mission| wanted.is_empty() || of(mission) == wanted)
        .collect();
    let row = |mission: &&&Record| {
        let users: Vec<&str> = all
            .iter()
            .filter(|other| items(other.value("drawn_from")).any(|from| from == mission.reference))
            .map(|other| other.reference.as_str())
            .collect();
        vec![
            mission.reference.clone(),
            capability(t, of(mission)),
            mission.value("lessons").to_owned(),
            words::state(context.register, &mission.state, t),
            if users.is_empty() { context.say("lessons-unused") } else { users.join(", ") },
        ]
    };
    let columns = ["reference", "capability", "lessons", "state", "used_by"];
    Ok(vec![
        paragraph(context.say("lessons-reading")),
        Block::KeyFigures(vec![closed_in_time(context, &all)]),
        table(context, "lessons", &columns, &[], told.iter().map(row).collect()),
    ])
}

/// The share of missions closed within thirty days of their last one, of those whose thirty days are over.
fn closed_in_time(context: &SheetContext<'_>, missions: &[&Record]) -> beffroi_document::KeyFigure {
    let t = context.lang;
    let within = SignedDuration::from_hours(24 * (CLOSED_WITHIN + 1));
    let judged = missions.iter().filter(|mission| TAKEN.contains(&mission.state.as_str())).filter_map(|mission| {
        let last = span(mission.value("days"))?.to;
        let limit = last.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().checked_add(within).ok()?;
        let closed = mission.path.iter().find(|step| step.state == "closed").map(|step| step.at);
        // One whose days are not over says nothing yet, but when it is closed already.
        (closed.is_some() || context.now > limit).then(|| closed.is_some_and(|at| at <= limit))
    });
    let judged: Vec<bool> = judged.collect();
    let share = if judged.is_empty() {
        f64::NAN
    } else {
        judged.iter().filter(|in_time| **in_time).count() as f64 / judged.len() as f64
    };
    figure(t.percent(share, 0), context.say("lessons-closed"), context.say("lessons-closed-note"))
}

/// How many days each expert was on mission in the last twelve months.
pub(crate) fn load(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let today = context.today();
    let from = today.checked_sub(12.months()).unwrap_or(today);
    let taken: Vec<&Record> = context.of("mission").filter(|mission| TAKEN.contains(&mission.state.as_str())).collect();
    let mut loads: Vec<(u32, usize, &Record)> = context
        .of("expert")
        .filter(|expert| expert.state != "left")
        .map(|expert| {
            let own = taken.iter().filter(|mission| mission.value("expert") == expert.reference);
            let spans: Vec<_> =
                own.filter_map(|mission| span(mission.value("days"))).filter(|span| span.to >= from).collect();
            (spans.iter().map(|span| n_days(*span)).sum(), spans.len(), expert)
        })
        .collect();
    loads.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.2.reference.cmp(&b.2.reference)));
    let total: u32 = loads.iter().map(|(days, ..)| days).sum();
    let mean = if loads.is_empty() { f64::NAN } else { f64::from(total) / loads.len() as f64 };
    let row = |(days, missions, expert): &(u32, usize, &Record)| {
        vec![
            expert.value("person").to_owned(),
            expert.reference.clone(),
            t.integer(*missions as f64),
            t.integer(f64::from(*days)),
            t.percent(if total == 0 { f64::NAN } else { f64::from(*days) / f64::from(total) }, 0),
        ]
    };
    let columns = ["expert", "reference", "missions", "days", "share"];
    Ok(vec![
        paragraph(context.say("load-reading")),
        Block::KeyFigures(vec![figure(t.decimal(mean, 1), context.say("load-mean"), String::new())]),
        table(context, "load", &columns, &["missions", "days", "share"], loads.iter().map(row).collect()),
    ])
}
