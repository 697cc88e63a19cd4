//! What directions say of an edition under consultation, and what is answered to each.

use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, Audience, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, On, Refusal, Register, Starts, State,
};
use beffroi_rights::Role;

/// A remark of the consultation.
pub(crate) static REGISTER: Register = Register {
    name: "remark",
    prefix: "REM",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 1°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("text").required(),
        Field::reference("strategy", "strategy").listed(),
        Field::reference("objective", "objective"),
        Field::unit("direction").listed(),
        Field::choice("verdict", &["followed", "partly", "not_followed"]).listed().by_move(),
        Field::long("answer").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("received").needs(&["strategy", "direction"]),
        State::closed("answered").needs(&["verdict", "answer"]),
        State::closed("withdrawn"),
    ],
    moves: &[
        Move::new("submit", &["draft"], "received").as_change().by(WRITERS).takes(&["strategy", "direction"]),
        Move::new("answer", &["received"], "answered")
            .by(&[Role::Coordinator, Role::Analyst])
            .asks(&["verdict", "answer"]),
        Move::new("withdraw", &["draft", "received"], "withdrawn").as_change().by(WRITERS).with_reason(),
    ],
    guards: &[Guard { name: "consultation", check: the_consultation_is_open }],
    clocks: &[ClockRule::after("answer", From::Entered("received"), Limit::days(30))],
    loops: &[Loop {
        name: "answer",
        on: On::Move("submit"),
        when: None,
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::days(30)) },
    }],
    audience: Audience { add: WRITERS, change: WRITERS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "La formation des réservistes manque"),
        ("text", "L’axe 3 parle des agents et non des réservistes : un objectif serait utile."),
        ("direction", "command"),
    ],
    owned_by: Some("direction"),
    ..Register::COORDINATION
};

/// Who says what a direction thinks.
const WRITERS: &[Role] = &[Role::Correspondent, Role::Coordinator, Role::Analyst, Role::PreventionOfficer];

/// A remark is made while the edition is under consultation.
fn the_consultation_is_open(context: &Context<'_>) -> Result<(), Refusal> {
    let open = context.linked("strategy").is_some_and(|strategy| strategy.state == "consultation");
    if context.enters("received") && !open { Err(Refusal::new().at("strategy")) } else { Ok(()) }
}
