//! The board of a flash: who was handed it, by what, who has read, what came back. For those who decide on it, and for
//! its author; to others there is no such page, whether or not they may read the flash.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::pages::alert::{fetch, may};
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use beffroi_desk_threat::alerts::Alert;
use beffroi_desk_threat::diffusion;
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::{Lang, Value};

struct Line {
    name: String,
    direction: String,
    version: u32,
    handovers: Vec<String>,
    sent: String,
    read: Option<String>,
    n_reminders: u32,
}

struct Back {
    who: String,
    what: String,
    cases: String,
    said: String,
    at: String,
}

#[derive(Template)]
#[template(path = "board.html")]
struct Page {
    chrome: Chrome,
    reference: String,
    lead: String,
    lines: Vec<Line>,
    returns: Vec<Back>,
}

/// `GET /alertes/{reference}/accuses`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let alert = fetch(&house, &reader, Act::Read, &reference).await?;
    if !is_for(&house, &reader, &alert).await? {
        return Err(Problem::NotFound);
    }
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::Alert);
    let board = diffusion::board_visible(&house.store, &scope, &alert.reference).await?.ok_or(Problem::NotFound)?;
    let (reference, read, n) = (alert.reference.to_string(), board.n_read.to_string(), board.n.to_string());
    let values = [("reference", (&reference).into()), ("read", (&read).into()), ("n", (&n).into())];
    let chrome = Chrome::new(&house, &reader, &t.say("web-board-title"))
        .marked(alert.marking.tlp, alert.marking.pap)
        .synthetic(alert.synthetic);
    let names: std::collections::BTreeMap<&str, &str> =
        board.lines.iter().map(|line| (line.recipient.as_str(), line.name.as_str())).collect();
    let returns = board.returns.iter().map(|back| Back {
        who: (*names.get(back.recipient.as_str()).unwrap_or(&back.recipient.as_str())).to_owned(),
        what: t.say(&format!("post-return-{}", back.kind)),
        cases: t.say_with("web-board-cases", &[("n", Value::Count(i64::try_from(back.n_cases).unwrap_or(i64::MAX)))]),
        said: back.said.clone(),
        at: figures::instant(t, back.at),
    });
    let page = Page {
        lead: match board.n {
            0 => t.say("web-board-none"),
            _ => t.say_with("web-board-lead", &values),
        },
        returns: returns.collect(),
        lines: board.lines.into_iter().map(|line| told(line, t)).collect(),
        reference,
        chrome,
    };
    Ok(html(&page)?)
}

/// Whether the board of a flash is for this reader.
pub(crate) async fn is_for(house: &House, reader: &Reader, alert: &Alert) -> Result<bool, Problem> {
    Ok(alert.author == reader.who()? || may(house, reader, Act::Decide, alert).await?)
}

fn told(line: diffusion::BoardLine, t: Lang) -> Line {
    let handover = |(what, channel, state, note): &(String, String, beffroi_store::HandoverState, Option<String>)| {
        let occasion = t.say(if what == "flash" { "post-occasion-flash" } else { "post-occasion-reminder" });
        let why = match note {
            Some(note) if t.knows(&format!("post-why-{note}")) => format!(" ({})", t.say(&format!("post-why-{note}"))),
            Some(note) => format!(" ({note})"),
            None => String::new(),
        };
        let (channel, state) =
            (t.say(&format!("post-channel-{channel}")), t.say(&format!("post-state-{}", state.code())));
        format!("{occasion}, {channel} – {state}{why}")
    };
    Line {
        handovers: line.handovers.iter().map(handover).collect(),
        sent: figures::instant(t, line.sent_at),
        read: line.read_at.map(|at| figures::instant(t, at)),
        name: line.name,
        direction: line.direction,
        version: line.version,
        n_reminders: line.n_reminders,
    }
}
