//! What is to be decided and what was decided: by which committee, who carries it out, until when, and what came of it.

use crate::sheets;
use beffroi_register::{
    Assignee, Audience, ClockRule, Context, DueBy, Field, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts,
    State,
};
use beffroi_rights::Role;

/// A decision, pending first.
pub(crate) static REGISTER: Register = Register {
    name: "decision",
    prefix: "DEC",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 2°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("question").required(),
        Field::reference("action", "action"),
        Field::unit("direction").listed(),
        Field::reference("committee", "committee").listed().by_move(),
        Field::long("decided").by_move(),
        Field::person("owner").listed().by_move(),
        Field::date("due").listed().by_move(),
        Field::long("proof").by_move(),
    ],
    states: &[
        State::draft("pending"),
        State::open("taken").needs(&["committee", "decided", "owner", "due"]).frozen(),
        State::closed("executed").needs(&["proof"]),
        State::closed("dropped"),
    ],
    moves: &[
        Move::new("take", &["pending"], "taken").by(&[Role::Coordinator, Role::Validator]).asks(&[
            "committee",
            "decided",
            "owner",
            "due",
        ]),
        Move::new("execute", &["taken"], "executed").by(&[Role::Coordinator, Role::Validator]).asks(&["proof"]),
        Move::new("drop", &["pending", "taken"], "dropped").by(&[Role::Coordinator, Role::Validator]).with_reason(),
    ],
    guards: &[
        Guard { name: "committee", check: taken_by_a_committee_that_sits },
        Guard { name: "past", check: due_is_to_come },
        Guard { name: "task", check: executed_once_its_task_is_done },
    ],
    clocks: &[ClockRule::on("due", "due")],
    loops: &[Loop {
        name: "carry_out",
        on: On::Move("take"),
        when: None,
        each: None,
        starts: Starts::Task { to: Assignee::Field("owner"), due: DueBy::Field("due") },
    }],
    sheets: &[Sheet {
        name: "follow_up",
        of: Of::Register,
        reads: &["committee"],
        inputs: &[],
        make: sheets::follow_up,
    }],
    audience: Audience {
        add: &[Role::Coordinator, Role::Analyst, Role::Validator],
        change: &[Role::Coordinator, Role::Analyst, Role::Validator],
        ..Register::COORDINATION.audience
    },
    example: &[
        ("title", "Reporter la formation des correspondants d’outre-mer"),
        ("question", "Faut-il reporter de six mois, ou former à distance ?"),
        ("direction", "command"),
    ],
    owned_by: Some("direction"),
    ..Register::COORDINATION
};

/// J2.3: a decision is taken by a committee whose dashboard is frozen.
fn taken_by_a_committee_that_sits(context: &Context<'_>) -> Result<(), Refusal> {
    let sits = context.linked("committee").is_some_and(|sitting| sitting.state == "frozen");
    if context.enters("taken") && !sits { Err(Refusal::new().at("committee")) } else { Ok(()) }
}

/// Nobody is given a day that has passed.
fn due_is_to_come(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("due") {
        Some(due) if context.enters("taken") && due < context.today() => Err(Refusal::new().at("due")),
        _ => Ok(()),
    }
}

/// J2.3: each decision is followed to its execution.
fn executed_once_its_task_is_done(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("executed") && context.open_tasks > 0 { Err(Refusal::new()) } else { Ok(()) }
}
