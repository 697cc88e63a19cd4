//! Papers of a request that leaves: the ways there are, the form as sent, how assistance stands; and how States answer.

use crate::asked::{Penalty, Tables, asked, penalty};
use crate::blocks::{code, heading, paragraph, table, terms, values, warning};
use crate::{preservation, reasons};
use beffroi_clocks::Deadlines;
use beffroi_cooperation::{Follow, Proposal, Verdict};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext};
use jiff::civil::Date;
use std::collections::BTreeMap;

fn unmade(what: &str) -> Refusal {
    Refusal { key: format!("register-outgoing_request-sheet-refusal-{what}"), ..Refusal::new() }
}

/// The ways by which it may be asked, with why each is open, blocked or closed. A person chooses.
///
/// # Errors
/// [`Refusal`] while the request does not say enough to look for one.
pub(crate) fn route(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(request) = context.record else { return Err(unmade("incomplete")) };
    let lang = context.lang;
    let asked = asked(request, context.today()).ok_or_else(|| unmade("incomplete"))?;
    let tables = Tables::house().map_err(|_| unmade("tables"))?;
    let head = ["requested_state", "ask", "data", "sought", "urgency", "article", "facts_on", "online"];
    let mut blocks = vec![values(context, request, &head)];
    blocks.push(match penalty(request) {
        Penalty::Read(months) => terms([(
            context.say("penalty"),
            context.say_with(
                "penalty_read",
                &[("months", (&months.to_string()).into()), ("source", request.value("penalty_source").into())],
            ),
        )]),
        Penalty::Listed(months) => terms([(
            context.say("penalty"),
            context.say_with("penalty_listed", &[("months", (&months.to_string()).into())]),
        )]),
        Penalty::Unverified(months) => {
            let (months, date) = (months.to_string(), lang.date(asked.offence.facts));
            let args =
                [("months", (&months).into()), ("article", request.value("article").into()), ("date", (&date).into())];
            warning(context.say("penalty_missing"), context.say_with("penalty_unverified", &args))
        }
        Penalty::Unknown => {
            let date = lang.date(asked.offence.facts);
            let args = [("article", request.value("article").into()), ("date", (&date).into())];
            warning(context.say("penalty_missing"), context.say_with("penalty_unknown", &args))
        }
    });
    let ports =
        request.value("identifiers").lines().any(|line| line.rsplit_once(':').is_some_and(|(_, end)| is_port(end)));
    if request.value("data") == "identification" && !ports {
        blocks.push(warning(context.say("port"), context.say("port_text")));
    }
    let deadlines = Deadlines::house().map_err(|_| unmade("tables"))?;
    let row = |way: &Proposal<'_>| {
        let delay = deadlines.get(&way.route.deadline).map(|_| lang.say(&format!("deadline-{}", way.route.deadline)));
        let limit = deadlines.get(&way.route.deadline).and_then(|known| known.clock.as_ref()).map(|clock| {
            let n = i64::from(clock.limit.count);
            let unit = format!("cooperation-limit-{}", unit(clock.limit.unit));
            lang.say_with(&unit, &[("n", n.into())])
        });
        vec![
            lang.say(&format!("cooperation-route-{}", way.route.code)),
            way.route.code.clone(),
            lang.say(&format!("cooperation-instrument-{}", way.route.instrument.code())),
            way.route.article.clone(),
            lang.say(&format!("cooperation-verdict-{}", reasons::verdict(&way.verdict))),
            reasons::of(&way.verdict, lang).join(" "),
            [delay, limit].into_iter().flatten().collect::<Vec<_>>().join(" – "),
        ]
    };
    let columns =
        ["way", "code", "instrument", "article", "standing", "why", "delay"].map(|column| (context.say(column), false));
    let ways = tables.ways(asked);
    blocks.push(table("ways", context.say("ways"), &columns, ways.iter().map(row).collect()));
    if !ways.iter().any(|way| matches!(way.verdict, Verdict::Open(_))) {
        blocks.push(warning(context.say("no_way"), context.say("no_way_text")));
    }
    Ok(blocks)
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn unit(unit: beffroi_clocks::Unit) -> &'static str {
    use beffroi_clocks::Unit;
    match unit {
        Unit::Hours => "hours",
        Unit::Days => "days",
        Unit::WorkingDays => "working-days",
        Unit::Weeks => "weeks",
        Unit::Months => "months",
        Unit::Years => "years",
    }
}

/// The form: the fields that the conventions and the European certificates have in common (Budapest Convention, art. 29(2);
/// Regulation (EU) 2023/1543, annexes I and II).
///
/// # Errors
/// [`Refusal`] when no way was chosen yet.
pub(crate) fn form(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(request) = context.record else { return Err(unmade("incomplete")) };
    let lang = context.lang;
    let tables = Tables::house().map_err(|_| unmade("tables"))?;
    let route = tables.routes.all().find(|route| route.code == request.value("route"));
    let route = route.ok_or_else(|| unmade("no_route"))?;
    let mut blocks = vec![terms([
        (context.say("our_reference"), request.reference.clone()),
        (context.say("instrument"), lang.say(&format!("cooperation-instrument-{}", route.instrument.code()))),
        (context.say("way"), lang.say(&format!("cooperation-route-{}", route.code))),
        (context.say("article"), route.article.clone()),
    ])];
    if !route.confirmed {
        blocks.push(warning(context.say("unconfirmed"), lang.say("cooperation-doubt-route")));
    }
    const PARTS: &[(&str, &[&str])] = &[
        ("who", &["authority", "procedure"]),
        ("to_whom", &["requested_state", "addressee", "addressee_kind", "verified_on", "verified_in"]),
        ("urgency_part", &["urgency", "urgency_reason"]),
        ("offence", &["article", "facts_on", "online", "facts", "months", "penalty_source"]),
        ("data_part", &["ask", "data", "sought", "identifiers", "window_from", "window_until", "zone"]),
        ("why_part", &["necessity", "proportionality"]),
        ("conditions", &["confidential_until"]),
    ];
    for (n, (part, fields)) in PARTS.iter().enumerate() {
        blocks.push(heading(part, format!("{}. {}", n + 1, context.say(part))));
        blocks.push(values(context, request, fields));
    }
    if request.value("ask") == "preserve" {
        blocks.push(paragraph(context.say("assistance_follows")));
    }
    blocks.push(paragraph(context.say("use_limits")));
    Ok(blocks)
}

/// How the request for assistance stands to the end of preservation.
///
/// # Errors
/// [`Refusal`] for a request that asks for no preservation.
pub(crate) fn follow(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let request = context.record.filter(|request| request.value("ask") == "preserve");
    let request = request.ok_or_else(|| unmade("no_preservation"))?;
    let day = |day: Date| context.lang.date(day);
    let transit = preservation::TRANSIT.to_string();
    let mut blocks = vec![values(context, request, &["route", "preserved_on", "assistance", "assistance_on"])];
    let say = |what: &str, args: &[(&str, String)]| {
        let mut all = vec![("transit", beffroi_wording::Value::from(&transit))];
        all.extend(args.iter().map(|(name, text)| (*name, beffroi_wording::Value::from(text))));
        context.lang.say_with(&format!("cooperation-follow-{what}"), &all)
    };
    if let Some(last) = preservation::last_day(request, context.now) {
        blocks.push(terms([(context.say("kept_until"), day(last))]));
    }
    let title = context.say("assistance");
    blocks.push(match preservation::standing(request, context.now) {
        Follow::NoEnd => paragraph(say("no-end", &[])),
        Follow::Received => paragraph(say("received", &[])),
        Follow::SendBy(by) => paragraph(say("send-by", &[("date", day(by))])),
        Follow::Prolong { was, ends } => warning(title, say("prolong", &[("was", day(was)), ("ends", day(ends))])),
        Follow::Lost(ended) => warning(title, say("lost", &[("date", day(ended))])),
    });
    Ok(blocks)
}

/// How States answer: how many were asked, answered, in full, and in how many days.
///
/// # Errors
/// None.
pub(crate) fn answers(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let mut by_state: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    let sent = |request: &&Record| request.path.iter().any(|step| step.state == "sent");
    for request in context.of("outgoing_request").filter(sent) {
        by_state.entry(request.value("requested_state")).or_default().push(request);
    }
    let row = |(state, requests): (&&str, &Vec<&Record>)| {
        let answered = requests.iter().filter(|request| !request.value("answered_on").is_empty()).count();
        let complete = requests.iter().filter(|request| request.value("completeness") == "complete").count();
        let lost = requests.iter().filter(|request| request.state == "lost").count();
        let mut days: Vec<i64> = requests.iter().filter_map(|request| answer_days(request)).collect();
        let delay = median(&mut days).map(|days| days.to_string()).unwrap_or_default();
        let counts = [requests.len(), answered, complete, lost].map(|n| n.to_string());
        [(*state).to_owned()].into_iter().chain(counts).chain([delay]).collect()
    };
    let columns = [
        (context.say("state"), false),
        (context.say("sent"), true),
        (context.say("answered"), true),
        (context.say("complete"), true),
        (context.say("lost"), true),
        (context.say("median_days"), true),
    ];
    let rows = by_state.iter().map(row).collect();
    Ok(vec![table("answers", context.say("answers_caption"), &columns, rows), paragraph(code_note(context))])
}

fn code_note(context: &SheetContext<'_>) -> String {
    context.say_with("answers_note", &[("complete", (&code(context, "completeness", "complete")).into())])
}

/// Days from sending to the answer.
fn answer_days(request: &Record) -> Option<i64> {
    let sent = request.path.iter().find(|step| step.state == "sent")?.at;
    let answered: Date = request.value("answered_on").parse().ok()?;
    let days = beffroi_clocks::Zone::Paris.day(sent).until(answered).ok()?.get_days();
    Some(i64::from(days.max(0)))
}

/// The middle one; of two in the middle, the later, which flatters nobody.
pub(crate) fn median(values: &mut [i64]) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}
