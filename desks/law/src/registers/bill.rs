//! Bills and proposals of the Union that the house follows: stages, position, figures, outcome.

use crate::bill_sheets::{card, figure, position_file};
use beffroi_clocks::Limit;
use beffroi_model::Tlp;
use beffroi_register::{
    Assignee, ClockRule, Context, DueBy, Field, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts, State,
    When,
};
use beffroi_rights::Role;

/// A text in the making.
pub(crate) static REGISTER: Register = Register {
    name: "bill",
    prefix: "BILL",
    desk: "law",
    basis: "Décret 2023-1084, art. 3, 9°",
    fields: &[
        Field::text("title").required().listed(),
        Field::choice("kind", &["government_bill", "private_bill", "union_proposal", "treaty", "regulation"])
            .required()
            .listed(),
        Field::text("dossier").required(),
        Field::choice("stage", STAGES).required().listed(),
        Field::date("stage_on").required(),
        Field::date("next_on").listed(),
        Field::long("summary").required(),
        Field::long("impact"),
        Field::text("figures").many(),
        Field::long("position"),
        Field::long("amendments"),
        Field::date("public_on").by_move(),
        Field::flag("adopted").listed().by_move(),
        Field::text("adopted_id").by_move().required_when("adopted", &["yes"]),
        Field::date("settled_on").by_move(),
        Field::long("outcome").by_move(),
    ],
    states: &[
        State::open("followed"),
        State::open("positioned").needs(&["position", "impact"]),
        State::closed("settled").needs(&["outcome", "settled_on", "adopted"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("take_position", &["followed"], "positioned").by(&[Role::Validator, Role::Coordinator]).four_eyes(),
        Move::new("take_again", &["positioned"], "followed").by(JURISTS).with_reason(),
        Move::new("publish", &["positioned"], "positioned").by(&[Role::Coordinator]).asks(&["public_on"]).with_reason(),
        Move::new("settle", &["followed", "positioned"], "settled")
            .by(JURISTS)
            .asks(&["outcome", "settled_on", "adopted"])
            .takes(&["adopted_id"])
            .keeps("position_file"),
        Move::new("abandon", &["followed", "positioned"], "abandoned").by(JURISTS).with_reason(),
    ],
    guards: &[
        Guard { name: "figures", check: figures_have_source_and_day },
        Guard { name: "marking", check: a_position_stays_inside },
        Guard { name: "changed", check: a_position_is_taken_again },
        Guard { name: "future", check: what_has_happened_is_past },
    ],
    clocks: &[ClockRule::on("next", "next_on").soon(14 * 24)],
    loops: &[Loop {
        name: "note",
        on: On::Move("settle"),
        when: Some(When { field: "adopted", is: &["yes"] }),
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::Analyst), due: DueBy::After(Limit::working_days(1)) },
    }],
    sheets: &[
        Sheet { name: "card", of: Of::Record, reads: &[], inputs: &[], make: card },
        Sheet { name: "position_file", of: Of::Record, reads: &[], inputs: &[], make: position_file },
    ],
    audience: beffroi_register::Audience {
        read: &[Role::Analyst, Role::Validator, Role::Coordinator],
        add: JURISTS,
        change: JURISTS,
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Proposition de règlement sur la conservation des données de connexion"),
        ("kind", "union_proposal"),
        ("dossier", "Exemple de la maison"),
        ("stage", "announced"),
        ("stage_on", "2025-09-15"),
        ("next_on", "2027-01-20"),
        ("summary", "Une durée de conservation commune, par catégorie de données."),
        ("impact", "Les réquisitions de données de trafic et leurs délais de réponse."),
    ],
    ..Register::COORDINATION
};

const JURISTS: &[Role] = &[Role::Analyst, Role::Coordinator];

const STAGES: &[&str] = &[
    "announced",
    "filed",
    "committee",
    "plenary",
    "other_chamber",
    "joint_committee",
    "council",
    "trilogue",
    "adopted",
];

/// J9.3: a figure is sourced and dated, and its day is not to come.
fn figures_have_source_and_day(context: &Context<'_>) -> Result<(), Refusal> {
    let wrong = |line: &&str| figure(line).is_none_or(|figure| figure.on > context.today());
    match context.value("figures").lines().find(wrong) {
        Some(line) => Err(Refusal::new().at("figures").with("line", line.chars().take(80).collect::<String>())),
        None => Ok(()),
    }
}

/// J9.3: a position that is not public goes no further than the house and those it works with.
fn a_position_stays_inside(context: &Context<'_>) -> Result<(), Refusal> {
    let inside = !context.has("public_on") && (context.has("position") || context.has("amendments"));
    if inside && context.after.marking.tlp < Tlp::Amber { Err(Refusal::new().at("position")) } else { Ok(()) }
}

/// What was taken with four eyes does not change with two.
fn a_position_is_taken_again(context: &Context<'_>) -> Result<(), Refusal> {
    let stood = context.before.filter(|before| before.state == "positioned" && context.by.is_none());
    let changed = stood.is_some_and(|before| {
        ["position", "amendments"].iter().any(|field| before.value(field) != context.value(field))
    });
    if changed { Err(Refusal::new().at("position")) } else { Ok(()) }
}

fn what_has_happened_is_past(context: &Context<'_>) -> Result<(), Refusal> {
    let ahead = ["stage_on", "public_on", "settled_on"];
    match ahead.into_iter().find(|field| context.date(field).is_some_and(|day| day > context.today())) {
        Some(field) => Err(Refusal::new().at(field)),
        None => Ok(()),
    }
}
