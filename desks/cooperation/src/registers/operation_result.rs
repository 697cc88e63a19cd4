//! Results of joint operations, by unit: each is told once, and says who counts it.

use beffroi_register::{Context, Field, Guard, Move, Refusal, Register, State};
use beffroi_rights::Role;

/// A result of a joint operation.
pub(crate) static REGISTER: Register = Register {
    name: "operation_result",
    prefix: "OPRES",
    desk: "cooperation",
    basis: "Décret 2023-1084, art. 3, 5° ; statut d’INTERPOL, art. 2",
    title: "fact",
    fields: &[
        Field::reference("operation", "joint_operation").listed(),
        Field::unit("unit").required().listed(),
        Field::choice("kind", KINDS).required().listed(),
        Field::decimal("number", 2).between(0, 1_000_000_000).required().listed(),
        Field::identifier("fact").required().listed().filtered(),
        Field::choice("counted_by", &["us", "joint", "partner"]).required().listed(),
        Field::text("partner").required_when("counted_by", &["joint", "partner"]),
        Field::flag("distinct"),
    ],
    alike: &["operation", "kind", "fact"],
    states: &[State::open("told"), State::closed("confirmed").needs(&["operation"]), State::closed("withdrawn")],
    moves: &[
        Move::new("confirm", &["told"], "confirmed").by(&[Role::Validator, Role::Coordinator]).four_eyes(),
        Move::new("withdraw", &["told"], "withdrawn").by(&[Role::Coordinator, Role::Correspondent]).with_reason(),
    ],
    guards: &[
        Guard { name: "before_end", check: nothing_is_told_before_the_end },
        Guard { name: "partner", check: what_is_ours_alone_has_no_partner },
    ],
    audience: beffroi_register::Audience {
        read: &[Role::Analyst, Role::DutyOfficer, Role::Validator, Role::Coordinator, Role::Correspondent],
        add: &[Role::Correspondent, Role::Coordinator],
        change: &[Role::Correspondent, Role::Coordinator],
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("unit", "sr-rennes"),
        ("kind", "servers_seized"),
        ("number", "3"),
        ("fact", "PV-2026/118"),
        ("counted_by", "joint"),
        ("partner", "NL"),
    ],
    ..Register::COORDINATION
};

const KINDS: &[&str] = &[
    "arrests",
    "searches",
    "servers_seized",
    "domains_seized",
    "assets_seized_eur",
    "victims_identified",
    "suspects_identified",
    "services_closed",
];

/// J10.4: nothing of an operation is told before it has ended.
fn nothing_is_told_before_the_end(context: &Context<'_>) -> Result<(), Refusal> {
    let runs =
        context.linked("operation").is_some_and(|operation| !matches!(operation.state.as_str(), "ended" | "closed"));
    if runs { Err(Refusal::new().at("operation")) } else { Ok(()) }
}

/// J10.4: what a partner counts too is not said to be ours alone.
fn what_is_ours_alone_has_no_partner(context: &Context<'_>) -> Result<(), Refusal> {
    if context.value("counted_by") == "us" && context.has("partner") {
        return Err(Refusal::new().at("counted_by").with("partner", context.value("partner")));
    }
    Ok(())
}
