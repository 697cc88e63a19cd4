//! Foresight notes: weak signals, scenarios told as forecasts on the scale, and how the last ones did.

use crate::certainty::certainty_in;
use crate::note::note;
use beffroi_clocks::Limit;
use beffroi_register::{
    ClockRule, Context, Field, From, Guard, Move, Of, Record, Refusal, Register, Sheet, State, items,
};
use beffroi_rights::Role;

/// A foresight note.
pub(crate) static REGISTER: Register = Register {
    name: "foresight_note",
    prefix: "FORE",
    desk: "research",
    basis: "Décret 2023-1084, art. 3, 8°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("question").required(),
        Field::long("signals"),
        Field::long("summary"),
        Field::reference("scenarios", "forecast").many(),
        Field::reference("past", "forecast").many(),
        Field::long("no_past"),
    ],
    states: &[
        State::draft("draft"),
        State::open("submitted").needs(&["signals", "summary"]),
        State::open("published").needs(&["signals", "summary"]).frozen(),
        State::closed("archived"),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("submit", &["draft"], "submitted").as_change().by(WRITERS),
        Move::new("send_back", &["submitted"], "draft").by(&[Role::Validator, Role::Coordinator]).with_reason(),
        Move::new("publish", &["submitted"], "published")
            .by(&[Role::Validator, Role::Coordinator])
            .four_eyes()
            .keeps("note"),
        Move::new("archive", &["published"], "archived"),
        Move::new("abandon", &["draft", "submitted"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "certainty", check: no_certainty },
        Guard { name: "scenarios", check: several_scenarios_on_the_scale },
        Guard { name: "past", check: the_last_ones_were_looked_at },
    ],
    clocks: &[ClockRule::after("next", From::Entered("published"), Limit::months(6)).soon(30 * 24)],
    sheets: &[Sheet { name: "note", of: Of::Record, reads: &["forecast"], inputs: &[], make: note }],
    audience: beffroi_register::Audience { add: WRITERS, change: WRITERS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Rançongiciels et petites communes à deux ans"),
        (
            "question",
            "Que deviennent les attaques contre les communes de moins de cinq mille habitants d’ici deux ans ?",
        ),
        ("signals", "Outils loués à la semaine ; hébergeurs mutualisés ; assureurs qui se retirent."),
        ("summary", "Deux chemins : la mutualisation des défenses, ou le report des groupes vers les plus petites."),
        ("no_past", "Première note de la série."),
    ],
    ..Register::COORDINATION
};

/// Who writes notes.
const WRITERS: &[Role] = &[Role::Analyst, Role::Coordinator];

/// J8.3: no certainty without scale.
fn no_certainty(context: &Context<'_>) -> Result<(), Refusal> {
    for field in ["title", "signals", "summary"] {
        if let Some(word) = certainty_in(context.value(field)) {
            return Err(Refusal::new().at(field).with("word", word));
        }
    }
    Ok(())
}

/// Whether it is handed in or published.
fn is_judged(context: &Context<'_>) -> bool {
    context.enters("submitted") || context.enters("published")
}

fn named<'a>(context: &Context<'a>, field: &str) -> Vec<&'a Record> {
    let wanted: Vec<&str> = items(context.value(field)).collect();
    context.linked.iter().filter(|record| wanted.contains(&record.reference.as_str())).collect()
}

/// A note tells at least two ways that things may go, each told as a forecast with its probability.
fn several_scenarios_on_the_scale(context: &Context<'_>) -> Result<(), Refusal> {
    let scenarios = named(context, "scenarios");
    let told = scenarios.iter().all(|forecast| forecast.state == "told");
    if is_judged(context) && !(told && scenarios.len() >= 2) { Err(Refusal::new().at("scenarios")) } else { Ok(()) }
}

/// J8.3: past forecasts are scored: each of those looked at is resolved, or the note says why there is none.
fn the_last_ones_were_looked_at(context: &Context<'_>) -> Result<(), Refusal> {
    let past = named(context, "past");
    let open = past.iter().find(|forecast| !matches!(forecast.state.as_str(), "resolved" | "void"));
    let none = past.is_empty() && !context.has("no_past");
    if is_judged(context) && (none || open.is_some()) {
        let reference = open.map_or("", |forecast| forecast.reference.as_str());
        return Err(Refusal::new().at("past").with("forecast", reference));
    }
    Ok(())
}
