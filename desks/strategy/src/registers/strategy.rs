//! The editions of the ministerial strategy: written, put to consultation, adopted and then kept as they were adopted.

use crate::editions::{Lack, lacks, live};
use crate::sheets;
use beffroi_register::{Context, Field, Guard, Move, Of, Refusal, Register, Sheet, State};
use beffroi_rights::Role;

/// An edition of the strategy.
pub(crate) static REGISTER: Register = Register {
    name: "strategy",
    prefix: "STRAT",
    desk: "strategy",
    basis: "Décret 2023-1084, art. 3, 1°",
    fields: &[
        Field::text("title").required().listed(),
        Field::identifier("edition").required().listed(),
        Field::reference("parent", "strategy"),
        Field::period("period").listed(),
        Field::date("consulted_until"),
        Field::long("summary"),
        Field::date("adopted_on").listed().by_move(),
        Field::text("act").by_move(),
        Field::reference("successor", "strategy").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("consultation").needs(&["period", "consulted_until"]),
        State::open("adopted").needs(&["adopted_on"]).frozen(),
        State::closed("superseded").needs(&["successor"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("consult", &["draft"], "consultation"),
        Move::new("adopt", &["consultation"], "adopted")
            .by(&[Role::Validator, Role::Coordinator])
            .four_eyes()
            .asks(&["adopted_on"])
            .takes(&["act"])
            .keeps("edition"),
        Move::new("supersede", &["adopted"], "superseded").asks(&["successor"]),
        Move::new("abandon", &["draft", "consultation"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "empty", check: |context| nothing_lacks(context, Lack::Empty) },
        Guard { name: "orphan", check: |context| nothing_lacks(context, Lack::Orphan) },
        Guard { name: "twice", check: |context| nothing_lacks(context, Lack::Twice) },
        Guard { name: "uncovered", check: |context| nothing_lacks(context, Lack::Uncovered) },
        Guard { name: "loose", check: |context| nothing_lacks(context, Lack::Loose) },
        Guard { name: "incomplete", check: |context| nothing_lacks(context, Lack::Incomplete) },
        Guard { name: "remark", check: |context| nothing_lacks(context, Lack::Remark) },
        Guard { name: "itself", check: follows_another },
        Guard { name: "successor", check: gives_way_to_the_next },
    ],
    sheets: &[
        Sheet {
            name: "edition",
            of: Of::Record,
            reads: &["strategy", "objective", "action", "progress", "remark"],
            inputs: &[Field::choice("audience", &["internal", "public"])],
            make: sheets::edition,
        },
        Sheet {
            name: "missing",
            of: Of::Record,
            reads: &["objective", "action", "remark"],
            inputs: &[],
            make: sheets::missing,
        },
    ],
    example: &[
        ("title", "Stratégie ministérielle de lutte contre la cybercriminalité"),
        ("edition", "2027-2030"),
        ("period", "2027-01-01/2030-12-31"),
        ("consulted_until", "2026-11-30"),
    ],
    ..Register::COORDINATION
};

/// J1.1: an edition is adopted when nothing of that kind lacks. All records that name it are looked at, also those that
/// are not open to who adopts.
fn nothing_lacks(context: &Context<'_>, kind: Lack) -> Result<(), Refusal> {
    if !context.enters("adopted") {
        return Ok(());
    }
    let of =
        |register: &'static str| context.back(register).filter(|record| names(record, context)).collect::<Vec<_>>();
    let (objectives, actions, remarks) = (of("objective"), of("action"), of("remark"));
    let found = lacks(&live(&objectives), &live(&actions), &remarks);
    let which: Vec<&str> = found.iter().filter(|one| one.kind == kind).map(|one| one.reference).collect();
    if which.is_empty() && !found.iter().any(|one| one.kind == kind) {
        return Ok(());
    }
    Err(Refusal::new().with("which", which.join(", ")))
}

/// Whether a record is of this edition, and does not name it otherwise (as parent or successor).
fn names(record: &beffroi_register::Record, context: &Context<'_>) -> bool {
    record.value("strategy") == context.after.reference
}

/// An edition follows another one.
fn follows_another(context: &Context<'_>) -> Result<(), Refusal> {
    let itself = !context.after.reference.is_empty() && context.value("parent") == context.after.reference;
    let same = context.linked("parent").is_some_and(|parent| parent.value("edition") == context.value("edition"));
    if itself || same { Err(Refusal::new().at("parent")) } else { Ok(()) }
}

/// An adopted edition gives way to one that is adopted and that follows it.
fn gives_way_to_the_next(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("superseded") {
        return Ok(());
    }
    let next = context.linked("successor");
    let fits =
        next.is_some_and(|next| next.state == "adopted" && next.value("parent") == context.after.reference.as_str());
    if fits { Ok(()) } else { Err(Refusal::new().at("successor")) }
}
