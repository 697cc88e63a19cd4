//! What investigating services ask for: the frame of the procedure first, the need, the urgency; what cannot be met
//! becomes a need of capability.

use super::no_case;
use crate::people::{HABILITATIONS, LEVELS};
use crate::sheets;
use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, CAPABILITIES, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal, Register,
    Sheet, Starts, State, When,
};
use beffroi_rights::Role;

/// A request for operational support.
pub(crate) static REGISTER: Register = Register {
    name: "support_request",
    prefix: "SUP",
    desk: "support",
    basis: "Décret 2023-1084, art. 3, 5°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("need").required(),
        Field::choice("capability", CAPABILITIES).required().listed(),
        Field::choice("frame", &["flagrancy", "preliminary", "letters_rogatory", "other"]).required(),
        Field::identifier("procedure").between(4, 60),
        Field::text("magistrate").between(4, 120),
        Field::flag("urgent").required().listed(),
        Field::flag("evidence_at_risk"),
        Field::territory("territory").required().listed(),
        Field::date("start"),
        Field::number("days").between(1, 365),
        Field::choice("mode", &["on_site", "remote", "laboratory", "loan"]),
        Field::number("experts").between(1, 20),
        Field::choice("level", LEVELS),
        Field::choice("habilitations", HABILITATIONS).many(),
        Field::person("handler").listed().by_move(),
        Field::long("ground").by_move(),
        Field::long("outcome").by_move(),
        Field::long("lessons").by_move(),
    ],
    states: &[
        State::open("submitted"),
        State::open("acknowledged").needs(&["handler"]),
        State::open("engaged").needs(&["handler"]),
        State::closed("closed").needs(&["outcome", "lessons"]),
        State::closed("unmet").needs(&["ground"]),
        State::closed("refused").needs(&["ground"]),
    ],
    moves: &[
        Move::new("acknowledge", &["submitted"], "acknowledged").by(HANDLERS).asks(&["handler"]),
        Move::new("engage", &["acknowledged"], "engaged").by(HANDLERS).takes(&["handler"]).keeps("candidates"),
        Move::new("close", &["engaged"], "closed").by(HANDLERS).asks(&["outcome", "lessons"]),
        Move::new("cannot_meet", &["submitted", "acknowledged", "engaged"], "unmet").by(HANDLERS).asks(&["ground"]),
        Move::new("refuse", &["submitted", "acknowledged"], "refused").by(HANDLERS).asks(&["ground"]),
    ],
    guards: &[
        Guard { name: "frame", check: in_a_procedure },
        Guard { name: "case", check: procedure_in_its_field },
        Guard { name: "missions", check: closed_when_missions_are },
    ],
    clocks: &[
        ClockRule::after("acknowledge", From::Added, Limit::hours(1))
            .when("urgent", &["yes"])
            .until(&["acknowledged", "engaged"]),
        ClockRule::after("acknowledge_usual", From::Added, Limit::working_days(2))
            .when("urgent", &["no"])
            .until(&["acknowledged", "engaged"]),
        ClockRule::after("close", From::Entered("engaged"), Limit::days(30)),
    ],
    loops: &[
        Loop {
            name: "gap",
            on: On::Move("cannot_meet"),
            when: None,
            each: None,
            starts: Starts::Record {
                register: "need",
                back: "origin",
                copy: &[
                    ("title", "title"),
                    ("need", "problem"),
                    ("capability", "capability"),
                    ("territory", "territory"),
                ],
                // Grouped with others later on: the portfolio of needs shows which are alike.
                set: &[("urgency", "medium"), ("distinct", "yes")],
            },
        },
        Loop {
            name: "triage",
            on: On::Added,
            when: Some(When { field: "urgent", is: &["yes"] }),
            each: None,
            starts: Starts::Task { to: Assignee::Role(Role::DutyOfficer), due: DueBy::After(Limit::hours(1)) },
        },
    ],
    sheets: &[
        Sheet {
            name: "candidates",
            of: Of::Record,
            reads: &["expert", "mission"],
            inputs: &[],
            make: sheets::candidates::make,
        },
        Sheet { name: "delays", of: Of::Register, reads: &[], inputs: &[], make: sheets::delays::make },
    ],
    audience: beffroi_register::Audience {
        add: &[Role::Correspondent, Role::Coordinator, Role::Analyst, Role::DutyOfficer],
        change: &[Role::Correspondent, Role::Coordinator, Role::Analyst, Role::DutyOfficer],
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    indicators: &["support-acknowledged-in-time"],
    example: &[
        ("title", "Extraire deux téléphones avant la fin de la garde à vue"),
        ("need", "Deux téléphones récents, chiffrés ; la garde à vue finit demain à midi."),
        ("capability", "mobile_extraction"),
        ("frame", "flagrancy"),
        ("procedure", "00042/2026"),
        ("urgent", "yes"),
        ("evidence_at_risk", "yes"),
        ("territory", "35"),
        ("mode", "on_site"),
    ],
    ..Register::COORDINATION
};

/// Who handles requests.
const HANDLERS: &[Role] = &[Role::DutyOfficer, Role::Coordinator];

/// J5.1: no support without a procedure or a magistrate. Letters rogatory name the magistrate who gave them.
fn in_a_procedure(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.has("procedure") && !context.has("magistrate") {
        return Err(Refusal::new().at("procedure"));
    }
    if context.value("frame") == "letters_rogatory" && !context.has("magistrate") {
        return Err(Refusal::new().at("magistrate"));
    }
    Ok(())
}

/// J5.3: what is asked for and what is learned go to registers of means, of needs and of lessons: the number of the
/// procedure stands in its own field, and nowhere else.
fn procedure_in_its_field(context: &Context<'_>) -> Result<(), Refusal> {
    no_case(context, &["title", "need", "ground", "lessons"], context.value("procedure"))
}

/// J5.3: a request is closed when the missions for it are.
fn closed_when_missions_are(context: &Context<'_>) -> Result<(), Refusal> {
    let open =
        context.back("mission").find(|mission| matches!(mission.state.as_str(), "proposed" | "ordered" | "reported"));
    match open {
        Some(mission) if context.enters("closed") => Err(Refusal::new().with("mission", &mission.reference)),
        _ => Ok(()),
    }
}
