//! The order of a mission, as it is given. At the move that gives it, the ranking of that moment decides with: whoever cannot
//! be sent is refused with why, and whoever is not the first is sent with a ground only.

use super::candidates::{grant, ranking};
use super::is_moving;
use crate::blocks::{day, joined, place, refusal, table, terms};
use crate::people::{HABILITATIONS, span};
use beffroi_assignment::Reason;
use beffroi_document::{Block, Span as Run};
use beffroi_register::{Record, Refusal, SheetContext, shown, words};

/// See the register `mission`.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(mission) = context.record else { return Ok(Vec::new()) };
    let (expert, request) = (context.find(mission.value("expert")), context.find(mission.value("request")));
    if is_moving(context, mission)
        && let (Some(expert), Some(request)) = (expert, request)
    {
        fits(context, mission, expert, request)?;
    }
    let (register, t) = (context.register, context.lang);
    let say = |key: &str| context.say(&format!("order-{key}"));
    let own = |name: &str| {
        let field = register.field(name)?;
        Some((words::field(register, field, t), shown(register, field, mission.value(name), t)))
    };
    let mut told = vec![(say("number"), mission.reference.clone())];
    told.extend(own("title"));
    told.push((say("expert"), expert.map_or_else(String::new, |expert| expert.value("person").to_owned())));
    told.push((say("unit"), expert.map_or_else(String::new, |expert| expert.value("unit").to_owned())));
    told.push((say("request"), mission.value("request").to_owned()));
    told.extend(["days", "mode"].into_iter().filter_map(own));
    told.push((say("place"), place(t, mission.value("territory"))));
    let mut blocks = vec![terms(told)];
    if let Some(expert) = expert {
        blocks.push(habilitations(context, expert));
    }
    blocks.push(equipment(context, mission));
    let frame = vec![Block::List {
        ordered: false,
        items: ["law", "frame", "report"].map(|key| vec![Run::Text(say(key))]).to_vec(),
    }];
    blocks.push(Block::Frame { title: say("rules"), warning: false, blocks: frame });
    blocks.push(terms(vec![(say("signed"), say("signature")), (say("received"), say("signature"))]));
    Ok(blocks)
}

/// Whether the expert may be sent, and is the first or has a ground for it.
fn fits(context: &SheetContext<'_>, mission: &Record, expert: &Record, request: &Record) -> Result<(), Refusal> {
    let Some(days) = span(mission.value("days")) else { return Ok(()) };
    let (_, ranking) = ranking(context, request, Some(days), &mission.reference);
    // What the sheet of the expert and the request say themselves, the guards of the register refuse.
    let out = ranking.excluded.iter().find(|out| out.expert == expert.reference);
    for why in out.iter().flat_map(|out| &out.reasons) {
        match why {
            Reason::Taken { from, to } => {
                return Err(refusal(context, "taken").at("days").with("from", from).with("to", to));
            }
            Reason::Resting(until) => return Err(refusal(context, "resting").at("days").with("until", until)),
            Reason::Barred => return Err(refusal(context, "barred").at("expert")),
            _ => {}
        }
    }
    let rank = ranking.candidates.iter().position(|candidate| candidate.expert == expert.reference);
    match (rank, ranking.candidates.first()) {
        (Some(rank), Some(first)) if rank > 0 && mission.value("why").is_empty() => {
            Err(refusal(context, "rank").at("why").with("rank", rank + 1).with("first", &first.expert))
        }
        _ => Ok(()),
    }
}

/// What the expert holds, and until when.
fn habilitations(context: &SheetContext<'_>, expert: &Record) -> Block {
    let t = context.lang;
    let held = HABILITATIONS.iter().filter_map(|code| {
        let held = span(expert.value(code))?;
        Some(vec![grant(t, code), day(t, held.from), day(t, held.to)])
    });
    table(context, "habilitations", &["habilitation", "from", "until"], &[], held.collect())
}

/// What is lent for the mission.
fn equipment(context: &SheetContext<'_>, mission: &Record) -> Block {
    let t = context.lang;
    let lent = context.of("booking").filter(|booking| booking.value("mission") == mission.reference);
    let rows = lent
        .filter(|booking| booking.state != "cancelled")
        .map(|booking| {
            let asset = context.find(booking.value("asset")).map_or("", |asset| asset.value("title"));
            let days = span(booking.value("days"));
            let back = days.map(|days| day(t, days.to)).unwrap_or_default();
            vec![booking.reference.clone(), joined(asset), booking.value("quantity").to_owned(), back]
        })
        .collect();
    table(context, "equipment", &["reference", "equipment", "quantity", "back"], &["quantity"], rows)
}
