//! What units need, in their own words: the problem and the function, not the product.

use beffroi_register::{CAPABILITIES, ClockRule, Context, Field, From, Guard, Move, Refusal, Register, State};
use beffroi_rights::Role;

/// A need expressed by a unit.
pub(crate) static REGISTER: Register = Register {
    name: "need",
    prefix: "NEED",
    desk: "capabilities",
    basis: "Décret 2023-1084, art. 3, 4°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("problem").required(),
        Field::long("workaround"),
        Field::choice("capability", CAPABILITIES).required().listed(),
        Field::number("quantity").between(1, 100_000),
        Field::number("users").between(1, 1_000_000),
        Field::choice("urgency", &["low", "medium", "high", "critical"]).required().listed(),
        Field::date("due"),
        Field::money("cost"),
        Field::flag("regulated"),
        Field::text("authorisation").required_when("regulated", &["yes"]),
        Field::flag("shared"),
        Field::territory("territory"),
        Field::reference("origin", "support_request"),
        Field::reference("merged_into", "need").by_move(),
        Field::long("answer").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("submitted"),
        State::open("validated"),
        State::closed("merged").needs(&["merged_into"]),
        State::closed("met").needs(&["answer"]),
        State::closed("refused").needs(&["answer"]),
    ],
    moves: &[
        Move::new("submit", &["draft"], "submitted").as_change().by(&[
            Role::Correspondent,
            Role::Coordinator,
            Role::Analyst,
            Role::DutyOfficer,
            Role::PreventionOfficer,
        ]),
        Move::new("validate", &["submitted"], "validated").by(&[Role::Validator, Role::Coordinator]).four_eyes(),
        Move::new("merge", &["submitted", "validated"], "merged").asks(&["merged_into"]),
        Move::new("meet", &["validated"], "met").asks(&["answer"]),
        Move::new("refuse", &["submitted", "validated"], "refused").asks(&["answer"]),
    ],
    guards: &[Guard { name: "itself", check: merged_into_another }],
    clocks: &[
        ClockRule::after("answer", From::Entered("submitted"), beffroi_clocks::Limit::days(90)),
        ClockRule::on("due", "due"),
    ],
    audience: beffroi_register::Audience {
        add: &[Role::Correspondent, Role::Coordinator, Role::Analyst, Role::DutyOfficer, Role::PreventionOfficer],
        change: &[Role::Correspondent, Role::Coordinator, Role::Analyst, Role::DutyOfficer],
        ..Register::COORDINATION.audience
    },
    indicators: &["needs-answered"],
    example: &[
        ("title", "Lire les téléphones récents sans attendre le laboratoire"),
        (
            "problem",
            "Les téléphones saisis partent au laboratoire et reviennent après trois mois ; les gardes à vue se font sans leur contenu.",
        ),
        ("capability", "mobile_extraction"),
        ("quantity", "2"),
        ("users", "14"),
        ("urgency", "high"),
        ("regulated", "no"),
        ("shared", "yes"),
        ("territory", "35"),
    ],
    ..Register::COORDINATION
};

/// A need is merged into another one, which is open.
fn merged_into_another(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("merged") {
        return Ok(());
    }
    let itself = context.value("merged_into") == context.after.reference;
    let closed =
        context.linked("merged_into").is_some_and(|other| matches!(other.state.as_str(), "merged" | "refused"));
    if itself || closed { Err(Refusal::new().at("merged_into")) } else { Ok(()) }
}
