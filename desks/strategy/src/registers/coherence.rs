//! The strategy held against another framework: what answers each of its objectives, what does not and why, concluded and
//! kept.

use crate::sheets;
use beffroi_register::{Audience, Context, Field, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// A comparison of an edition with a framework.
pub(crate) static REGISTER: Register = Register {
    name: "coherence",
    prefix: "COH",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 1°",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("strategy", "strategy").listed(),
        Field::code("document", "strategies").listed(),
        Field::reference("framework", "framework").listed(),
        Field::long("conclusion").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::closed("concluded").needs(&["strategy", "conclusion"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("conclude", &["draft"], "concluded")
            .by(&[Role::Coordinator, Role::Analyst])
            .asks(&["conclusion"])
            .keeps("matrix"),
        Move::new("abandon", &["draft"], "abandoned").by(&[Role::Coordinator, Role::Analyst]).with_reason(),
    ],
    guards: &[Guard { name: "document", check: names_one_document }],
    sheets: &[Sheet {
        name: "matrix",
        of: Of::Record,
        reads: &["strategy", "objective", "action", "mapping", "framework"],
        inputs: &[],
        make: sheets::matrix,
    }],
    audience: Audience {
        add: &[Role::Coordinator, Role::Analyst],
        change: &[Role::Coordinator, Role::Analyst],
        ..Register::COORDINATION.audience
    },
    example: &[("title", "Stratégie ministérielle et stratégie d’INTERPOL"), ("document", "I")],
    ..Register::COORDINATION
};

/// One document: a founding one, by the code that heads it, or a framework entered since.
fn names_one_document(context: &Context<'_>) -> Result<(), Refusal> {
    let heads = beffroi_codes::list("strategies")
        .and_then(|list| list.code(context.value("document")))
        .is_some_and(|code| code.parent.is_none());
    let fits = match (context.has("document"), context.has("framework")) {
        (true, false) => heads,
        (false, true) => true,
        _ => false,
    };
    if fits { Ok(()) } else { Err(Refusal::new().at("document")) }
}
