//! Requests of other States: the requester verified, every flag seen by a person, a person's decision with its ground.
//! Nothing is refused or carried out by itself.

use crate::examination::{ALL, ANSWERED, decisions, sheet, stopped};
use beffroi_clocks::Limit;
use beffroi_cooperation::{DecisionError, StateCode};
use beffroi_register::{
    Assignee, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts,
    State, items,
};
use beffroi_rights::Role;

/// A request that comes in.
pub(crate) static REGISTER: Register = Register {
    name: "incoming_request",
    prefix: "INCR",
    desk: "cooperation",
    basis: "Convention de Budapest (STE 185), art. 25, 27, 29 et 35",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("requesting_state").between(2, 2).required().listed().filtered(),
        Field::text("requester").required(),
        Field::identifier("their_reference").required(),
        Field::instant("received_at").required().listed(),
        Field::choice("channel", &["network_24_7", "interpol", "europol", "judicial", "union_order", "mailbox"])
            .required(),
        Field::choice(
            "instrument",
            &["budapest", "second-protocol", "un-convention", "e-evidence", "investigation-order", "mutual-assistance"],
        )
        .required()
        .listed(),
        Field::choice("ask", &["preserve", "produce"]).required().listed(),
        Field::choice("data", &["subscriber", "identification", "traffic", "content"]).required(),
        Field::choice("urgency", &["ordinary", "evidence", "life"]).required().listed(),
        Field::long("offence").required(),
        Field::flag("speech"),
        Field::number("months").between(0, 1200),
        Field::flag("serious_only"),
        Field::date("verified_on"),
        Field::choice("verified_in", &["official_directory", "network_directory", "call_back"]),
        Field::text("transfer_basis"),
        Field::choice("present", ANSWERED).many(),
        Field::choice("absent", ANSWERED).many(),
        Field::long("assurances"),
        Field::choice("seen", ALL).many().by_move(),
        Field::long("reason").by_move(),
        Field::choice("ground", ALL).listed().by_move(),
        Field::long("question").by_move(),
        Field::date("executed_on").by_move(),
        Field::long("use_limits").by_move(),
        Field::choice("handling", &["H0", "H1", "H2", "H3"]).by_move(),
    ],
    states: &[
        State::open("received"),
        State::open("asked").needs(&["question"]).frozen(),
        State::open("executing").frozen(),
        State::closed("executed").needs(&["executed_on", "use_limits", "handling"]),
        State::closed("refused").needs(&["ground", "reason"]),
        State::closed("withdrawn"),
    ],
    moves: &[
        Move::new("ask_more", &["received"], "asked").by(DECIDERS).asks(&["question"]).takes(&["seen"]),
        Move::new("complete", &["asked"], "received").as_change().by(KEEPERS).takes(&[
            "months",
            "verified_on",
            "verified_in",
            "transfer_basis",
            "present",
            "absent",
            "assurances",
        ]),
        Move::new("execute", &["received"], "executing").by(DECIDERS).four_eyes().takes(&["seen", "reason"]),
        Move::new("refuse", &["received"], "refused")
            .by(DECIDERS)
            .four_eyes()
            .asks(&["ground", "reason"])
            .takes(&["seen"])
            .keeps("examination"),
        Move::new("executed", &["executing"], "executed")
            .by(KEEPERS)
            .asks(&["executed_on", "use_limits", "handling"])
            .keeps("examination"),
        Move::new("withdraw", &["received", "asked", "executing"], "withdrawn").by(KEEPERS).with_reason(),
    ],
    guards: &[
        Guard { name: "state", check: a_state_has_two_letters },
        Guard { name: "both", check: nothing_is_both_there_and_not },
        Guard { name: "verified", check: a_verification_says_where },
        Guard { name: "mailbox", check: a_mailbox_is_no_verification },
        Guard { name: "person", check: a_person_decides },
        Guard { name: "unseen", check: every_flag_is_seen },
        Guard { name: "stopped", check: nothing_stops_it },
        Guard { name: "reason", check: a_reason_is_written },
        Guard { name: "ground", check: a_refusal_has_its_ground },
    ],
    clocks: &[
        ClockRule::after("decide_urgent", From::Field("received_at"), Limit::hours(8))
            .when("urgency", &["evidence", "life"])
            .until(&["asked", "executing"])
            .basis("Directive (UE) 2023/977, art. 5", false),
        ClockRule::after("decide", From::Field("received_at"), Limit::days(7))
            .when("urgency", &["ordinary"])
            .until(&["asked", "executing"])
            .basis("Directive (UE) 2023/977, art. 5", false),
    ],
    loops: &[Loop {
        name: "verify",
        on: On::Added,
        when: None,
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::DutyOfficer), due: DueBy::After(Limit::hours(4)) },
    }],
    sheets: &[
        Sheet { name: "examination", of: Of::Record, reads: &[], inputs: &[], make: sheet },
        Sheet {
            name: "decisions",
            of: Of::Register,
            reads: &[],
            inputs: &[Field::number("year").between(2000, 2100)],
            make: decisions,
        },
    ],
    audience: beffroi_register::Audience {
        read: &[Role::DutyOfficer, Role::Validator, Role::Coordinator, Role::Analyst],
        add: KEEPERS,
        change: KEEPERS,
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Conservation demandée sur un compte de messagerie"),
        ("requesting_state", "JP"),
        ("requester", "Point de contact du réseau 24/7"),
        ("their_reference", "JP-24-7/2026-118"),
        ("received_at", "2025-11-20T08:15:00Z"),
        ("channel", "network_24_7"),
        ("instrument", "budapest"),
        ("ask", "preserve"),
        ("data", "traffic"),
        ("urgency", "evidence"),
        ("offence", "Accès frauduleux à un système de paiement, puis blanchiment."),
        ("speech", "no"),
        ("months", "60"),
    ],
    ..Register::COORDINATION
};

const KEEPERS: &[Role] = &[Role::DutyOfficer, Role::Coordinator];
const DECIDERS: &[Role] = &[Role::Validator, Role::Coordinator];

fn a_state_has_two_letters(context: &Context<'_>) -> Result<(), Refusal> {
    let state = context.value("requesting_state");
    let known = state.parse::<StateCode>().is_ok() && state != "FR";
    if known { Ok(()) } else { Err(Refusal::new().at("requesting_state")) }
}

fn nothing_is_both_there_and_not(context: &Context<'_>) -> Result<(), Refusal> {
    let both = items(context.value("present")).find(|code| items(context.value("absent")).any(|other| other == *code));
    both.map_or(Ok(()), |code| Err(Refusal::new().at("absent").with("code", code)))
}

/// The requester is verified in a directory, or by calling back a number that was known before.
fn a_verification_says_where(context: &Context<'_>) -> Result<(), Refusal> {
    let ahead = context.date("verified_on").is_some_and(|day| day > context.today());
    let half = context.has("verified_on") != context.has("verified_in");
    if ahead || half { Err(Refusal::new().at("verified_on")) } else { Ok(()) }
}

/// A request by a mailbox is verified by calling back: a directory that names the mailbox does not say who wrote.
fn a_mailbox_is_no_verification(context: &Context<'_>) -> Result<(), Refusal> {
    let by_mail = context.value("channel") == "mailbox" && context.has("verified_in");
    if by_mail && context.value("verified_in") != "call_back" {
        return Err(Refusal::new().at("verified_in"));
    }
    Ok(())
}

fn unless(stop: Option<Refusal>) -> Result<(), Refusal> {
    stop.map_or(Ok(()), Err)
}

/// J10.2: no automatic refusal, no automatic execution.
fn a_person_decides(context: &Context<'_>) -> Result<(), Refusal> {
    unless(matches!(stopped(context), Some(DecisionError::Nobody)).then(Refusal::new))
}

/// J10.2: every flag is seen by who decides.
fn every_flag_is_seen(context: &Context<'_>) -> Result<(), Refusal> {
    unless(match stopped(context) {
        Some(DecisionError::Unseen(codes)) => Some(Refusal::new().at("seen").with("flags", codes.join(", "))),
        _ => None,
    })
}

fn nothing_stops_it(context: &Context<'_>) -> Result<(), Refusal> {
    unless(match stopped(context) {
        Some(DecisionError::Stopped(code)) => Some(Refusal::new().with("flag", code)),
        _ => None,
    })
}

fn a_reason_is_written(context: &Context<'_>) -> Result<(), Refusal> {
    unless(match stopped(context) {
        Some(DecisionError::Reason(code)) => Some(Refusal::new().at("reason").with("flag", code)),
        _ => None,
    })
}

fn a_refusal_has_its_ground(context: &Context<'_>) -> Result<(), Refusal> {
    unless(match stopped(context) {
        Some(DecisionError::Ground(_)) => Some(Refusal::new().at("ground")),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_safeguards_are_those_of_the_table() {
        let table = beffroi_cooperation::Safeguards::house().unwrap();
        let codes: Vec<&str> = table.all().map(|safeguard| safeguard.code.as_str()).collect();
        assert_eq!(codes, ALL);
        let answered: Vec<&str> =
            codes.into_iter().filter(|code| !matches!(*code, "data-transfer" | "requester")).collect();
        assert_eq!(answered, ANSWERED);
    }
}
