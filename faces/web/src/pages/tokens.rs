//! One's own tokens for machines: what they may read and write, until when, from where. A token's text is shown once.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::registers::reading;
use crate::sent_back::{Fault, sent_back};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::{Act, Kind, Network, TokenScope, TokenScopeError, World};
use beffroi_store::{By, StoreError};
use beffroi_wording::Lang;
use jiff::ToSpan;

/// What machines may read, beside the name of the box that asks for it and the world where it lives: a token is for one.
const READABLE: [(Kind, &str, World); 7] = [
    (Kind::Alert, "alertes", World::Coordination),
    (Kind::Signal, "signaux", World::Coordination),
    (Kind::Situation, "situations", World::Coordination),
    (Kind::Record, "fiches", World::Coordination),
    (Kind::Figure, "chiffres", World::Statistics),
    (Kind::Source, "sources", World::Statistics),
    (Kind::Delivery, "livraisons", World::Statistics),
];
/// What machines may do to records besides, beside the name of the box that asks for it.
const WRITABLE: [(Act, &str); 2] = [(Act::Create, "ajoute"), (Act::Change, "ecrit")];
/// The days that a new token is offered for.
const OFFERED_DAYS: i64 = 90;

struct Line {
    handle: String,
    name: String,
    reads: String,
    ceiling: String,
    networks: String,
    days: String,
    used: String,
    /// Why it opens nothing any more; none for one that stands.
    ended: Option<String>,
}

struct Choice {
    name: &'static str,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
    /// The text of the token just made.
    made: Option<String>,
    kinds: Vec<Choice>,
    writes: Vec<Choice>,
    registers: String,
    tlp: Vec<Choice>,
    pap: Vec<Choice>,
    name: String,
    until: String,
    networks: String,
    is_late: bool,
    error: Fault,
}

/// `GET /compte/jetons`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    Ok(html(&page(&house, &reader, None).await?)?)
}

/// `POST /compte/jetons`: makes a token, or revokes one.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let key = fields.get("cle").parse().map_err(|_| Problem::Unclear("the key of a form"))?;
    let by = By::new(reader.who()?, house.now()).with_key(key);
    match fields.get("action") {
        "revoke" => {
            house.store.token_revoke(fields.get("token"), &by).await?;
            return Ok(Redirect::to("/compte/jetons").into_response());
        }
        "make" => {}
        _ => return Err(Problem::Unclear("what to do with a token")),
    }
    let wrong = match scope(&house, &reader, &fields) {
        Ok(scope) => match house.store.token_make(fields.get("nom"), &scope, &by).await {
            Ok(token) => {
                let page = Page { made: Some(token.format()), ..page(&house, &reader, None).await? };
                return Ok(html(&page)?);
            }
            Err(StoreError::Refused { .. }) => ("nom", reader.t.say("web-token-too-many")),
            Err(error) => return Err(error.into()),
        },
        Err(wrong) => wrong,
    };
    let page = Page { error: wrong.into(), ..page(&house, &reader, Some(&fields)).await? };
    Ok(sent_back(html(&page)?))
}

/// What the form asks for, or the field that is wrong and what to do.
fn scope(house: &House, reader: &Reader, fields: &Fields) -> Result<TokenScope, (&'static str, String)> {
    let (t, now) = (reader.t, house.now());
    if !reader.signed_in_lately(now) {
        return Err(("nom", t.say("web-passkey-late")));
    }
    if fields.get("nom").is_empty() {
        return Err(("nom", t.say("web-token-wrong-name")));
    }
    let ticked: Vec<(Kind, World)> = READABLE
        .into_iter()
        .filter(|(_, name, _)| fields.get(name) == "oui")
        .map(|(kind, _, world)| (kind, world))
        .collect();
    let world = match ticked.first() {
        Some((_, world)) if ticked.iter().all(|(_, other)| other == world) => *world,
        Some(_) => return Err(("objets", t.say("web-token-wrong-worlds"))),
        None => return Err(("objets", t.say("web-token-wrong-kinds"))),
    };
    let kinds: Vec<Kind> = ticked.into_iter().map(|(kind, _)| kind).collect();
    let ceiling = |_| ("tlp", t.say("web-people-wrong-clearance"));
    let tlp: Tlp = fields.get("tlp").parse().map_err(|_| ceiling(()))?;
    let pap: Pap = fields.get("pap").parse().map_err(|_| ceiling(()))?;
    let day = || ("au", t.say_with("web-token-wrong-day", &[("days", i64::from(beffroi_rights::TOKEN_DAYS).into())]));
    let until = fields.get("au").parse().map_err(|_| day())?;
    let networks = fields.get("reseaux").split([' ', ',', '\n', '\r']).filter(|text| !text.is_empty());
    let networks: Result<Vec<Network>, _> = networks.map(str::parse).collect();
    let networks = networks.map_err(|_| ("reseaux", t.say("web-token-wrong-networks")))?;
    let mut acts = vec![Act::List, Act::Read];
    acts.extend(WRITABLE.into_iter().filter(|(_, name)| fields.get(name) == "oui").map(|(act, _)| act));
    if acts.len() > 2 && !kinds.contains(&Kind::Record) {
        return Err(("objets", t.say("web-token-wrong-writes")));
    }
    let registers = registers(house, reader, fields, acts.len() > 2)?;
    let from = crate::access::Access::day(now);
    let scope = TokenScope::new(world, kinds, acts, Marking { tlp, pap }, (from, until), networks);
    scope.and_then(|scope| scope.for_registers(registers)).map_err(|error| match error {
        TokenScopeError::Networks => ("reseaux", t.say("web-token-wrong-networks")),
        TokenScopeError::Registers => ("registres", t.say("web-token-wrong-registers")),
        _ => day(),
    })
}

/// The registers that the form names, all of them open to the reader; one at least for a token that writes.
fn registers(
    house: &House,
    reader: &Reader,
    fields: &Fields,
    writes: bool,
) -> Result<Vec<String>, (&'static str, String)> {
    let wrong = |key: &str| ("registres", reader.t.say(key));
    let typed = fields.get("registres").split([' ', ',', ';', '\n', '\r']).filter(|name| !name.is_empty());
    let typed: Vec<String> = typed.map(str::to_owned).collect();
    let open = reading(house, reader).map_err(|_| wrong("web-token-wrong-registers"))?.registers();
    match typed.iter().all(|name| open.iter().any(|register| register.name == name)) {
        false => Err(wrong("web-token-wrong-registers")),
        true if typed.is_empty() && writes => Err(wrong("web-token-wrong-no-register")),
        true => Ok(typed),
    }
}

async fn page(house: &House, reader: &Reader, typed: Option<&Fields>) -> Result<Page, Problem> {
    let t = reader.t;
    let today = reader.access()?.on();
    let held = house.store.tokens_of(reader.who()?).await?;
    let lines = held.into_iter().map(|held| {
        let (from, until) = held.scope.days();
        let ended = match held.revoked_at {
            Some(at) => Some(t.say_with("web-token-revoked", &[("at", (&figures::instant(t, at)).into())])),
            None => (until < today).then(|| t.say("web-token-ended")),
        };
        let networks: Vec<String> = held.scope.networks().iter().map(ToString::to_string).collect();
        Line {
            reads: opens(t, &held.scope),
            ceiling: held.scope.ceiling().to_string(),
            networks: if networks.is_empty() { t.say("web-token-anywhere") } else { networks.join(", ") },
            days: format!("{} – {}", t.date(from), t.date(until)),
            used: held.used_on.map_or_else(|| t.say("web-passkey-never"), |on| t.date(on)),
            ended,
            handle: held.handle,
            name: held.name,
        }
    });
    let get = |field: &str| typed.map_or("", |typed| typed.get(field));
    let offered = today.checked_add(OFFERED_DAYS.days()).unwrap_or(today).to_string();
    // Who has a right in the observatory alone is offered its figures.
    let coordinates = reader.access()?.reaches(Act::Read, World::Coordination, Kind::Alert);
    let usual = if coordinates || !reader.sees_figures() { World::Coordination } else { World::Statistics };
    let is_typed = |field: &str| typed.is_some_and(|typed| typed.get(field) == "oui");
    let marked = |field: &str, label: &'static str, usual: &str| Choice {
        name: label,
        label: label.to_owned(),
        chosen: if typed.is_some() { get(field) == label } else { label == usual },
    };
    Ok(Page {
        lines: lines.collect(),
        made: None,
        kinds: READABLE
            .into_iter()
            .map(|(kind, name, world)| {
                let chosen = if typed.is_none() { world == usual } else { is_typed(name) };
                Choice { name, label: reads(t, kind), chosen }
            })
            .collect(),
        writes: WRITABLE
            .into_iter()
            .map(|(act, name)| Choice { name, label: writes(t, act), chosen: is_typed(name) })
            .collect(),
        registers: get("registres").chars().take(1000).collect(),
        tlp: Tlp::ALL.iter().map(|tlp| marked("tlp", tlp.label(), Tlp::Green.label())).collect(),
        pap: Pap::ALL.iter().map(|pap| marked("pap", pap.label(), Pap::Green.label())).collect(),
        name: get("nom").chars().take(80).collect(),
        until: if get("au").is_empty() { offered } else { get("au").chars().take(20).collect() },
        networks: get("reseaux").chars().take(1000).collect(),
        is_late: !reader.signed_in_lately(house.now()),
        error: Fault::default(),
        chrome: Chrome::new(house, reader, &t.say("web-token-title")).marked(Tlp::Green, Pap::Green),
    })
}

/// What a token opens, in words: what it reads, and of which registers it writes what.
fn opens(t: Lang, scope: &TokenScope) -> String {
    let mut all: Vec<String> = scope.kinds().iter().map(|kind| reads(t, *kind)).collect();
    if !scope.registers().is_empty() {
        all.push(scope.registers().iter().cloned().collect::<Vec<_>>().join(", "));
    }
    let acts = scope.acts().iter().filter(|act| WRITABLE.iter().any(|(known, _)| known == *act));
    all.extend(acts.map(|act| writes(t, *act)));
    all.join(" ; ")
}

fn writes(t: Lang, act: Act) -> String {
    match act {
        Act::Create => t.say("web-token-adds"),
        _ => t.say("web-token-sets"),
    }
}

fn reads(t: Lang, kind: Kind) -> String {
    match kind {
        Kind::Record => t.say("web-api-group-registers"),
        Kind::Alert => t.say("web-nav-alerts"),
        Kind::Signal => t.say("web-nav-signals"),
        Kind::Situation => t.say("web-nav-situations"),
        Kind::Figure => t.say("web-nav-indicators"),
        Kind::Source => t.say("web-nav-sources"),
        Kind::Delivery => t.say("web-source-deliveries"),
        other => other.to_string(),
    }
}
