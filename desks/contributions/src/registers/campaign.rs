//! Campaigns: what the services are asked for the yearly report, or at an event, why and until when; one request a service.

use crate::sheets;
use beffroi_register::{ClockRule, Context, Field, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts, State};

/// A campaign of contributions.
pub(crate) static REGISTER: Register = Register {
    name: "campaign",
    prefix: "CAMP",
    desk: "contributions",
    basis: "Décret 2023-1084, art. 3, 3°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("reason").required(),
        Field::text("questions").many().required(),
        Field::date("due").required().listed(),
        Field::unit("services").many(),
        Field::long("balance").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("sent").needs(&["services"]).frozen(),
        State::closed("closed").needs(&["balance"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("send", &["draft"], "sent"),
        Move::new("close", &["sent"], "closed").asks(&["balance"]).keeps("receipts"),
        Move::new("abandon", &["draft"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "past", check: leaves_time_to_answer },
        Guard { name: "unsettled", check: every_contribution_is_settled },
    ],
    clocks: &[ClockRule::on("due", "due")],
    loops: &[Loop {
        name: "ask",
        on: On::Move("send"),
        when: None,
        each: Some("services"),
        starts: Starts::Record {
            register: "contribution",
            back: "campaign",
            copy: &[
                ("title", "title"),
                ("reason", "reason"),
                ("questions", "questions"),
                ("due", "due"),
                ("services", "service"),
            ],
            set: &[("requested", "yes")],
        },
    }],
    sheets: &[Sheet {
        name: "receipts",
        of: Of::Record,
        reads: &["contribution"],
        inputs: &[],
        make: sheets::receipts,
    }],
    example: &[
        ("title", "Rapport annuel : contributions des directions"),
        (
            "reason",
            "Le rapport d’état de la menace paraît chaque année ; il repose sur ce que les services constatent.",
        ),
        (
            "questions",
            "Faits marquants de l’année, sans données de personnes\nModes opératoires nouveaux\nVolumes, avec leur unité de compte",
        ),
        ("due", "2027-02-15"),
        ("services", "command"),
    ],
    ..Register::COORDINATION
};

/// A day that has passed is no deadline.
fn leaves_time_to_answer(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("due") {
        Some(due) if context.enters("sent") && due <= context.today() => Err(Refusal::new().at("due")),
        _ => Ok(()),
    }
}

/// J3.2: each contribution is told what became of it before the campaign is closed.
fn every_contribution_is_settled(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("closed") {
        return Ok(());
    }
    let open =
        context.back("contribution").filter(|one| !matches!(one.state.as_str(), "used" | "unused" | "dispensed"));
    let which: Vec<&str> = open.map(|one| one.reference.as_str()).collect();
    if which.is_empty() { Ok(()) } else { Err(Refusal::new().with("which", which.join(", "))) }
}
