//! What a service is asked, sends, and is told of the use that was made of it.

use crate::sheets;
use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, Audience, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal, Register, Sheet,
    Starts, State, When,
};
use beffroi_rights::Role;

/// A contribution of a service.
pub(crate) static REGISTER: Register = Register {
    name: "contribution",
    prefix: "CONTR",
    desk: "contributions",
    basis: "Décret 2023-1084, art. 3, 3°",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("campaign", "campaign").listed(),
        Field::unit("service").required().listed(),
        Field::long("reason"),
        Field::text("questions").many(),
        Field::date("due").listed(),
        Field::flag("requested"),
        Field::person("contributor").listed(),
        Field::long("answer"),
        Field::long("request").by_move(),
        Field::text("used_in").by_move(),
        Field::long("use").by_move(),
    ],
    states: &[
        State::open("asked"),
        State::open("received").needs(&["answer"]).frozen(),
        State::open("acknowledged").frozen(),
        State::open("accepted").frozen(),
        State::closed("used").needs(&["used_in", "use"]),
        State::closed("unused").needs(&["use"]),
        State::closed("dispensed"),
    ],
    moves: &[
        Move::new("submit", &["asked"], "received").as_change().by(WRITERS).asks(&["answer"]).takes(&["contributor"]),
        Move::new("acknowledge", &["received"], "acknowledged").keeps("receipt"),
        Move::new("ask_again", &["acknowledged", "accepted"], "asked").asks(&["request"]).takes(&["due"]),
        Move::new("accept", &["acknowledged"], "accepted").by(&[Role::Coordinator, Role::Analyst]),
        Move::new("report_use", &["accepted"], "used")
            .by(&[Role::Coordinator, Role::Analyst])
            .asks(&["used_in", "use"]),
        Move::new("set_aside", &["acknowledged", "accepted"], "unused").asks(&["use"]),
        Move::new("dispense", &["asked"], "dispensed").with_reason(),
    ],
    guards: &[Guard { name: "past", check: asked_again_with_time_to_answer }],
    clocks: &[
        ClockRule::on("due", "due").until(&["received", "acknowledged", "accepted"]).soon(7 * 24),
        ClockRule::after("acknowledge", From::Entered("received"), Limit::working_days(2)).until(&[
            "asked",
            "acknowledged",
            "accepted",
        ]),
    ],
    loops: &[
        Loop {
            name: "contribute",
            on: On::Added,
            when: Some(When { field: "requested", is: &["yes"] }),
            each: None,
            starts: Starts::Task { to: Assignee::Field("service"), due: DueBy::Field("due") },
        },
        Loop {
            name: "again",
            on: On::Move("ask_again"),
            when: None,
            each: None,
            starts: Starts::Task { to: Assignee::Field("service"), due: DueBy::Field("due") },
        },
    ],
    sheets: &[
        Sheet { name: "request", of: Of::Record, reads: &[], inputs: &[], make: sheets::request },
        Sheet { name: "receipt", of: Of::Record, reads: &[], inputs: &[], make: sheets::receipt },
    ],
    owned_by: Some("service"),
    audience: Audience { add: WRITERS, change: WRITERS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Vague d’arnaques au faux support technique"),
        ("service", "command"),
        ("answer", "Hausse des signalements depuis trois semaines dans deux départements ; même scénario d’appel."),
    ],
    ..Register::COORDINATION
};

/// Who contributes.
const WRITERS: &[Role] =
    &[Role::Correspondent, Role::Coordinator, Role::Analyst, Role::PreventionOfficer, Role::DutyOfficer];

/// What is asked again leaves time to answer.
fn asked_again_with_time_to_answer(context: &Context<'_>) -> Result<(), Refusal> {
    let again = context.by.is_some_and(|by| by.name == "ask_again");
    match context.date("due") {
        Some(due) if again && due < context.today() => Err(Refusal::new().at("due")),
        _ => Ok(()),
    }
}
