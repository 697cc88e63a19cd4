//! What a request that leaves must say, and by what it may not leave.

use crate::asked::{Tables, asked, kind_code, sought};
use crate::preservation;
use beffroi_cooperation::{Ask, Block, Closed, Instrument, StateCode, Verdict};
use beffroi_register::{Context, Refusal};
use jiff::ToSpan;
use jiff::tz::TimeZone;

/// How long a verification of an addressee holds, in days: a rule of the house.
const VERIFIED_FOR: i64 = 365;

/// Whether the request is still on its way out: what its text says is looked at until it has left.
fn leaves(context: &Context<'_>) -> bool {
    matches!(context.after.state.as_str(), "submitted" | "approved") || context.enters("sent")
}

pub(crate) fn a_state_has_two_letters(context: &Context<'_>) -> Result<(), Refusal> {
    let state = context.value("requested_state");
    let known = state.parse::<StateCode>().is_ok() && state != "FR";
    if known { Ok(()) } else { Err(Refusal::new().at("requested_state")) }
}

/// J10.1: no wrong class of data. The class is that of the most intrusive of what is sought.
pub(crate) fn the_data_are_of_the_class_said(context: &Context<'_>) -> Result<(), Refusal> {
    match sought(context.after) {
        Some(kind) if kind_code(kind) != context.value("data") => {
            Err(Refusal::new().at("data").with("class", kind_code(kind)))
        }
        _ => Ok(()),
    }
}

pub(crate) fn a_window_begins_before_its_end(context: &Context<'_>) -> Result<(), Refusal> {
    let bounds = |field: &str| context.value(field).parse::<jiff::Timestamp>().ok();
    let (from, until) = (bounds("window_from"), bounds("window_until"));
    let backwards = from.zip(until).is_some_and(|(from, until)| until <= from);
    // Who holds an account has no window; everything else has one.
    let missing = leaves(context) && context.value("data") != "subscriber" && (from.is_none() || until.is_none());
    if backwards || missing { Err(Refusal::new().at("window_from")) } else { Ok(()) }
}

/// A window without a time zone is the commonest cause of a useless answer.
pub(crate) fn a_window_has_its_zone(context: &Context<'_>) -> Result<(), Refusal> {
    let zone = context.value("zone");
    let offset = || {
        let digits = zone.strip_prefix(['+', '-', '−']).unwrap_or_default();
        digits.split_once(':').is_some_and(|(hours, minutes)| {
            let two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            two(hours) && two(minutes)
        })
    };
    let known = zone == "UTC" || (zone.contains('/') && TimeZone::get(zone).is_ok()) || offset();
    let needed = leaves(context) && (context.has("window_from") || context.has("window_until"));
    if (context.has("zone") && !known) || (needed && !context.has("zone")) {
        return Err(Refusal::new().at("zone"));
    }
    Ok(())
}

/// A penalty is that of a text, as it stood on the day of the facts.
pub(crate) fn a_penalty_has_its_text(context: &Context<'_>) -> Result<(), Refusal> {
    if context.has("months") && !context.has("penalty_source") {
        return Err(Refusal::new().at("penalty_source"));
    }
    Ok(())
}

/// J10.1: no unverified addressee.
pub(crate) fn the_addressee_was_verified(context: &Context<'_>) -> Result<(), Refusal> {
    let leaving = matches!(context.after.state.as_str(), "approved") || context.enters("sent");
    let (today, on) = (context.today(), context.date("verified_on"));
    let oldest = today.checked_sub(VERIFIED_FOR.days()).unwrap_or(today);
    let verified = on.is_some_and(|on| on >= oldest && on <= today) && context.has("verified_in");
    if leaving && !verified { Err(Refusal::new().at("verified_on")) } else { Ok(()) }
}

/// The way chosen is one that is open; what is not known blocks, and the sentence says what is missing.
pub(crate) fn the_way_is_open(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.has("route") || !leaves(context) {
        return Ok(());
    }
    let refusal = |why: &str| Refusal::new().at("route").with("why", why);
    let Some(asked) = asked(context.after, context.today()) else { return Err(refusal("incomplete")) };
    let tables = Tables::house().map_err(|_| refusal("incomplete"))?;
    let ways = tables.ways(asked);
    let chosen = ways.iter().find(|way| way.route.code == context.value("route"));
    let Some(chosen) = chosen else { return Err(refusal("other")) };
    let refused = match &chosen.verdict {
        Verdict::Open(_) => return Ok(()),
        Verdict::Blocked(blocks) => match blocks.first() {
            Some(Block::Penalty(day)) => refusal("penalty").with("date", day).with("article", context.value("article")),
            Some(Block::Party(state)) => refusal("party").with("state", state),
            None => refusal("other"),
        },
        Verdict::Closed(closed) => match closed.first() {
            Some(Closed::NotParty(state)) => refusal("not_party").with("state", state),
            Some(Closed::Before(state, day)) => refusal("before").with("state", state).with("date", day),
            Some(Closed::Penalty { held, least }) => refusal("low").with("held", held).with("least", least),
            Some(Closed::FrenchLaw { held, least }) => refusal("french").with("held", held).with("least", least),
            None => refusal("other"),
        },
    };
    Err(refused)
}

/// An order goes to a provider, a preservation to a contact point, assistance to an authority.
pub(crate) fn the_way_leads_to_the_addressee(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.has("route") || !leaves(context) {
        return Ok(());
    }
    let Ok(tables) = Tables::house() else { return Ok(()) };
    let Some(route) = tables.routes.all().find(|route| route.code == context.value("route")) else { return Ok(()) };
    let expected: &[&str] = match (route.instrument, route.ask) {
        (Instrument::EEvidence, _) => &["provider"],
        (Instrument::SecondProtocol, _) if route.code == "protocol-direct" => &["provider"],
        (Instrument::Budapest | Instrument::UnConvention, Ask::Preserve) => &["contact_point"],
        (Instrument::Budapest, _) if route.code == "budapest-path" => &["contact_point", "central_authority"],
        (Instrument::SecondProtocol, _) if route.life => &["contact_point"],
        _ => &["central_authority", "judicial_authority"],
    };
    if expected.contains(&context.value("addressee_kind")) {
        return Ok(());
    }
    Err(Refusal::new().at("addressee_kind").with("expected", expected.first().copied().unwrap_or_default()))
}

/// Data that were asked to be kept are not given before assistance was asked for; those asked for are not « kept ».
pub(crate) fn what_is_asked_is_what_is_answered(context: &Context<'_>) -> Result<(), Refusal> {
    let from_sent = context.before.is_some_and(|before| before.state == "sent");
    let wrong = (context.enters("preserved") && context.value("ask") == "produce")
        || (context.enters("answered") && from_sent && context.value("ask") == "preserve");
    if wrong { Err(Refusal::new().at("ask").with("ask", context.value("ask"))) } else { Ok(()) }
}

/// Only a European Preservation Order is prolonged, once, and before it ends (Regulation (EU) 2023/1543, art. 6 and 11).
pub(crate) fn only_what_may_is_prolonged(context: &Context<'_>) -> Result<(), Refusal> {
    if context.by.is_none_or(|by| by.name != "prolong") {
        return Ok(());
    }
    let counts = preservation::period(context.after, context.now).is_some_and(|due| due.refused == 0);
    if context.value("route") == "epoc-pr" && counts { Ok(()) } else { Err(Refusal::new()) }
}

/// J10.1: assistance arrives before preservation ends; what comes after is lost, and is said to be.
pub(crate) fn assistance_comes_before_the_end(context: &Context<'_>) -> Result<(), Refusal> {
    let last = preservation::last_day(context.after, context.now);
    match (context.date("assistance_on"), last) {
        (Some(on), Some(last)) if context.enters("assisted") && on > last => {
            Err(Refusal::new().at("assistance_on").with("date", last))
        }
        _ => Ok(()),
    }
}

pub(crate) fn what_has_happened_is_past(context: &Context<'_>) -> Result<(), Refusal> {
    let told = ["facts_on", "preserved_on", "assistance_on", "answered_on"];
    match told.into_iter().find(|field| context.date(field).is_some_and(|day| day > context.today())) {
        Some(field) => Err(Refusal::new().at(field)),
        None => Ok(()),
    }
}
