//! What was delivered: who was trained before it was handed over, and how far it is used a year later.

use super::no_case;
use beffroi_clocks::Limit;
use beffroi_register::{
    AMBER, Assignee, CAPABILITIES, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, On, Refusal, Register,
    Starts, State, When,
};
use beffroi_rights::Role;
use jiff::ToSpan;

/// Who follows a delivery.
const FOLLOWERS: &[Role] = &[Role::Correspondent, Role::Coordinator];

/// A delivery.
pub(crate) static REGISTER: Register = Register {
    name: "delivery",
    prefix: "DELIV",
    desk: "capabilities",
    basis: "Décret 2023-1084, art. 3, 4°",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("purchase", "purchase").listed(),
        Field::choice("capability", CAPABILITIES).listed(),
        Field::unit("unit").listed(),
        Field::territory("territory").listed(),
        Field::date("expected_on").listed(),
        Field::number("quantity").between(1, 100_000),
        Field::flag("regulated"),
        Field::text("authorisation"),
        Field::date("authorised_until"),
        Field::choice("training", &["none", "planned", "done"]).required().listed(),
        Field::number("people_trained").between(1, 100_000).by_move(),
        Field::date("trained_on").by_move(),
        Field::date("received_on").by_move(),
        Field::date("handed_over_on").by_move(),
        Field::date("ends_on").listed(),
        Field::number("use_rate").between(0, 100).listed().by_move(),
        Field::date("used_on").by_move(),
        Field::long("use_told").by_move(),
    ],
    states: &[
        State::open("expected"),
        State::open("received").needs(&["received_on", "quantity"]),
        State::open("in_use").needs(&["unit", "handed_over_on"]),
        State::open("measured").needs(&["use_rate", "used_on"]),
        State::closed("withdrawn"),
    ],
    moves: &[
        Move::new("receive", &["expected"], "received").asks(&["received_on", "quantity"]).by(FOLLOWERS).as_change(),
        Move::new("train", &["received"], "received").as_change().by(FOLLOWERS).asks(&[
            "training",
            "trained_on",
            "people_trained",
        ]),
        Move::new("hand_over", &["received"], "in_use").asks(&["unit", "handed_over_on"]),
        Move::new("report", &["in_use"], "in_use")
            .as_change()
            .by(FOLLOWERS)
            .asks(&["use_rate", "used_on"])
            .takes(&["use_told"]),
        Move::new("measure", &["in_use", "measured"], "measured")
            .as_change()
            .by(FOLLOWERS)
            .asks(&["use_rate", "used_on"])
            .takes(&["use_told"]),
        Move::new("withdraw", &["expected", "received", "in_use", "measured"], "withdrawn").with_reason(),
    ],
    guards: &[
        Guard { name: "training", check: handed_over_to_trained_people },
        Guard { name: "authorisation", check: handed_over_with_its_authorisation },
        Guard { name: "early", check: measured_after_a_year },
        Guard { name: "case", check: no_case },
    ],
    clocks: &[
        ClockRule::on("expected_on", "expected_on").until(&["received", "in_use", "measured"]).soon(30 * 24),
        ClockRule::after("hand_over", From::Field("received_on"), Limit::days(60)).until(&["in_use", "measured"]),
        ClockRule::after("use", From::Field("handed_over_on"), Limit::months(12)).until(&["measured"]).soon(30 * 24),
        ClockRule::on("authorised_until", "authorised_until").soon(90 * 24),
        ClockRule::on("ends_on", "ends_on").soon(180 * 24),
    ],
    // Tools that count how much they are used report it by themselves.
    machines: &["report", "measure"],
    loops: &[Loop {
        name: "train",
        on: On::Move("receive"),
        when: Some(When { field: "training", is: &["none", "planned"] }),
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::days(30)) },
    }],
    audience: beffroi_register::Audience {
        read: &[Role::DutyOfficer, Role::Coordinator, Role::Validator, Role::Correspondent],
        change: FOLLOWERS,
        ..Register::COORDINATION.audience
    },
    owned_by: Some("unit"),
    marking: AMBER,
    example: &[
        ("title", "Deux postes d’extraction de téléphones"),
        ("capability", "mobile_extraction"),
        ("unit", "command"),
        ("territory", "35"),
        ("expected_on", "2027-09-01"),
        ("quantity", "2"),
        ("regulated", "no"),
        ("training", "planned"),
        ("ends_on", "2031-09-01"),
    ],
    ..Register::COORDINATION
};

/// J4.5: nothing is handed over to people who were not trained for it.
fn handed_over_to_trained_people(context: &Context<'_>) -> Result<(), Refusal> {
    let trained = context.value("training") == "done" && context.has("people_trained");
    let before = match (context.date("trained_on"), context.date("handed_over_on")) {
        (Some(trained), Some(handed_over)) => trained <= handed_over,
        _ => false,
    };
    if context.enters("in_use") && !(trained && before) { Err(Refusal::new().at("training")) } else { Ok(()) }
}

/// J4.5: what the law regulates (code pénal, art. R226-3; to be verified) is handed over under an authorisation that holds.
fn handed_over_with_its_authorisation(context: &Context<'_>) -> Result<(), Refusal> {
    if !context.enters("in_use") || !context.flag("regulated") {
        return Ok(());
    }
    let holds = match (context.date("authorised_until"), context.date("handed_over_on")) {
        (Some(until), Some(handed_over)) => until >= handed_over,
        _ => false,
    };
    if context.has("authorisation") && holds { Ok(()) } else { Err(Refusal::new().at("authorisation")) }
}

/// The rate at twelve months is measured from the twelfth month on; before that it is reported.
fn measured_after_a_year(context: &Context<'_>) -> Result<(), Refusal> {
    let (Some(handed_over), Some(used)) = (context.date("handed_over_on"), context.date("used_on")) else {
        return Ok(());
    };
    let from = handed_over.checked_add(12.months()).unwrap_or(handed_over);
    if used > context.today() || (context.after.state == "measured" && used < from) {
        return Err(Refusal::new().at("used_on").with("from", from));
    }
    Ok(())
}
