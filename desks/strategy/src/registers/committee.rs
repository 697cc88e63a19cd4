//! The steering committee: a dashboard frozen before it sits, what it decided, its minutes.

use crate::sheets;
use beffroi_register::{ClockRule, Context, Field, Guard, Move, Of, Refusal, Register, Sheet, State};

/// A sitting of the committee.
pub(crate) static REGISTER: Register = Register {
    name: "committee",
    prefix: "COM",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 2°",
    fields: &[
        Field::text("title").required().listed(),
        Field::date("held_on").required().listed(),
        Field::long("agenda"),
        Field::long("minutes").by_move(),
    ],
    states: &[
        State::draft("prepared"),
        State::open("frozen").frozen(),
        State::closed("held").needs(&["minutes"]),
        State::closed("cancelled"),
    ],
    moves: &[
        Move::new("freeze", &["prepared"], "frozen").keeps("dashboard"),
        Move::new("hold", &["frozen"], "held").asks(&["minutes"]).keeps("minutes"),
        Move::new("cancel", &["prepared", "frozen"], "cancelled").with_reason(),
    ],
    guards: &[Guard { name: "early", check: minutes_come_after }],
    clocks: &[ClockRule::on("held_on", "held_on").soon(14 * 24)],
    sheets: &[
        Sheet {
            name: "dashboard",
            of: Of::Record,
            reads: &["action", "progress", "decision"],
            inputs: &[],
            make: sheets::dashboard,
        },
        Sheet { name: "minutes", of: Of::Record, reads: &["decision"], inputs: &[], make: sheets::minutes },
    ],
    example: &[
        ("title", "Comité de pilotage du quatrième trimestre"),
        ("held_on", "2026-12-15"),
        ("agenda", "Actions en rouge ; arbitrages sur la formation"),
    ],
    ..Register::COORDINATION
};

/// Minutes are of a sitting that was held.
fn minutes_come_after(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("held_on") {
        Some(day) if context.enters("held") && day > context.today() => Err(Refusal::new().at("held_on")),
        _ => Ok(()),
    }
}
