//! Sessions: a module taught at a place on a day, with so many seats.

use beffroi_register::{ClockRule, Context, Field, Guard, Move, Refusal, Register, State, items};

/// A session of training.
pub(crate) static REGISTER: Register = Register {
    name: "training_session",
    prefix: "TRNS",
    desk: "training",
    basis: "Décret 2023-1084, art. 3, 6°",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("module", "module"),
        Field::territory("territory").required().listed(),
        Field::text("venue"),
        Field::date("start").required().listed(),
        Field::number("seats").between(1, 500).required().listed(),
        Field::person("trainer"),
        Field::person("enrolled").many().personal().by_move(),
        Field::number("attended").between(0, 500).by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("enrolling").needs(&["module"]),
        State::closed("held").needs(&["attended"]),
        State::closed("cancelled"),
    ],
    moves: &[
        Move::new("open", &["draft"], "enrolling"),
        Move::new("enrol", &["enrolling"], "enrolling").asks(&["enrolled"]),
        Move::new("hold", &["enrolling"], "held").asks(&["attended"]),
        Move::new("cancel", &["draft", "enrolling"], "cancelled").with_reason(),
    ],
    guards: &[
        Guard { name: "seats", check: no_more_than_seats },
        Guard { name: "in_service", check: teaches_what_is_in_service },
        Guard { name: "early", check: held_when_its_day_has_come },
    ],
    clocks: &[ClockRule::on("start", "start").soon(14 * 24)],
    example: &[
        ("title", "Premiers intervenants, session de Rennes"),
        ("territory", "35"),
        ("start", "2027-03-15"),
        ("seats", "12"),
    ],
    ..Register::COORDINATION
};

/// Nobody is enrolled, or came, without a seat.
fn no_more_than_seats(context: &Context<'_>) -> Result<(), Refusal> {
    let seats = context.number("seats").unwrap_or(0.0);
    let enrolled = items(context.value("enrolled")).count();
    // Few enough to be told exactly.
    let too_many = f64::from(u32::try_from(enrolled).unwrap_or(u32::MAX)) > seats;
    if too_many {
        return Err(Refusal::new().at("enrolled").with("seats", context.value("seats")));
    }
    match context.number("attended") {
        Some(attended) if attended > seats => Err(Refusal::new().at("attended").with("seats", context.value("seats"))),
        _ => Ok(()),
    }
}

/// J6.1: a version that was withdrawn is no longer taught.
fn teaches_what_is_in_service(context: &Context<'_>) -> Result<(), Refusal> {
    let taught = context.linked("module").is_some_and(|module| module.state == "in_service");
    let teaches = context.enters("enrolling") || context.enters("held");
    if teaches && !taught { Err(Refusal::new().at("module")) } else { Ok(()) }
}

/// A session is held when its day has come.
fn held_when_its_day_has_come(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("start") {
        Some(start) if context.enters("held") && start > context.today() => Err(Refusal::new().at("start")),
        _ => Ok(()),
    }
}
