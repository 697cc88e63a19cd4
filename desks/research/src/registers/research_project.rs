//! Projects of research and development: how ready each is, for whom it works, what was looked at before it began, and
//! whether it goes on.

use crate::expiry::last_day;
use crate::portfolio::portfolio;
use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts,
    State, When,
};
use beffroi_rights::Role;

/// A project.
pub(crate) static REGISTER: Register = Register {
    name: "research_project",
    prefix: "RDP",
    desk: "research",
    basis: "Décret 2023-1084, art. 3, 8°",
    fields: &[
        Field::text("title").required().listed(),
        Field::long("aim").required(),
        Field::choice("funding", &["own", "anr", "horizon_europe", "france_2030", "other"]).required(),
        Field::money("budget").listed(),
        Field::period("period"),
        Field::number("trl_start").between(1, 9).required(),
        Field::number("trl_target").between(1, 9).required(),
        Field::unit("sponsor_unit").listed(),
        Field::person("sponsor"),
        Field::reference("convention", "convention"),
        Field::date("milestone").listed(),
        Field::choice("data", &["none", "open", "personal", "judicial"]).required(),
        Field::long("ethics"),
        Field::identifier("impact_study"),
        Field::flag("intelligence").required(),
        Field::date("consulted"),
        Field::long("consultation"),
        Field::number("trl").between(1, 9).listed().by_move(),
        Field::date("reviewed").listed().by_move(),
        Field::choice("outlook", &["continue", "transfer", "stop"]).listed().by_move(),
        Field::long("decision").by_move(),
        Field::unit("taken_by").by_move(),
        Field::long("balance").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("proposed"),
        State::open("running").needs(&["period", "milestone", "trl", "reviewed"]),
        State::closed("transferred").needs(&["taken_by", "balance"]),
        State::closed("stopped").needs(&["balance"]),
        State::closed("refused"),
    ],
    moves: &[
        Move::new("propose", &["draft"], "proposed").as_change().by(&[Role::Coordinator, Role::Analyst]),
        Move::new("select", &["proposed"], "running")
            .by(&[Role::Validator, Role::Coordinator])
            .four_eyes()
            .asks(&["trl", "reviewed"]),
        Move::new("review", &["running"], "running")
            .asks(&["trl", "reviewed", "outlook", "decision"])
            .takes(&["milestone", "period"]),
        Move::new("keep", &["running"], "running").asks(&["outlook"]).with_reason(),
        Move::new("transfer", &["running"], "transferred").asks(&["taken_by", "balance"]),
        Move::new("stop", &["running"], "stopped").asks(&["balance"]).with_reason(),
        Move::new("refuse", &["draft", "proposed"], "refused").with_reason(),
    ],
    guards: &[
        Guard { name: "ethics", check: ethics_and_data_were_looked_at },
        Guard { name: "intelligence", check: no_field_of_the_intelligence_services_unasked },
        Guard { name: "sponsor", check: works_for_somebody },
        Guard { name: "stop", check: a_stop_is_decided },
        Guard { name: "ended", check: goes_on_within_its_period },
        Guard { name: "convention", check: under_a_convention_that_holds },
        Guard { name: "level", check: aims_higher },
        Guard { name: "day", check: reviewed_by_now },
    ],
    clocks: &[
        ClockRule::after("review", From::Field("reviewed"), Limit::months(3)).soon(14 * 24),
        ClockRule::on("milestone", "milestone").soon(14 * 24),
        ClockRule::on("end", "period").soon(90 * 24),
    ],
    loops: &[Loop {
        name: "stop",
        on: On::Move("review"),
        when: Some(When { field: "outlook", is: &["stop"] }),
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::days(30)) },
    }],
    sheets: &[Sheet { name: "portfolio", of: Of::Register, reads: &["convention"], inputs: &[], make: portfolio }],
    audience: beffroi_register::Audience {
        add: &[Role::Coordinator, Role::Analyst],
        change: &[Role::Coordinator, Role::Analyst],
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("title", "Reconnaître les messages d’une même campagne"),
        ("aim", "Rapprocher des messages par leur tournure, sans lire qui les a reçus."),
        ("funding", "own"),
        ("budget", "120000.00"),
        ("period", "2026-09-01/2028-08-31"),
        ("trl_start", "3"),
        ("trl_target", "7"),
        ("sponsor_unit", "command"),
        ("sponsor", "chef.observatoire"),
        ("milestone", "2027-03-31"),
        ("data", "open"),
        ("ethics", "Messages publiés, sans destinataire ; avis du référent déontologue du 3 mars : sans objection."),
        ("intelligence", "no"),
    ],
    ..Register::COORDINATION
};

fn by(context: &Context<'_>, names: &[&str]) -> bool {
    context.by.is_some_and(|by| names.contains(&by.name))
}

/// Whether it is handed in or chosen.
fn is_judged(context: &Context<'_>) -> bool {
    by(context, &["propose", "select"]) || matches!(context.after.state.as_str(), "proposed" | "running")
}

/// J8.1: no project whose ethics and data were not looked at; data on persons have their study of impact (GDPR art. 35,
/// law 78-17 art. 90 for judicial data).
fn ethics_and_data_were_looked_at(context: &Context<'_>) -> Result<(), Refusal> {
    if !is_judged(context) {
        return Ok(());
    }
    if !context.has("ethics") {
        return Err(Refusal::new().at("ethics"));
    }
    let persons = matches!(context.value("data"), "personal" | "judicial");
    if persons && !context.has("impact_study") { Err(Refusal::new().at("impact_study")) } else { Ok(()) }
}

/// J8.1: what touches the field of the services of CSI L. 811-3 waits for their consultation.
fn no_field_of_the_intelligence_services_unasked(context: &Context<'_>) -> Result<(), Refusal> {
    let asked = context.has("consultation") && context.date("consulted").is_some_and(|day| day <= context.today());
    if is_judged(context) && context.flag("intelligence") && !asked {
        return Err(Refusal::new().at("consulted"));
    }
    Ok(())
}

/// J8.1: each project has an operational sponsor.
fn works_for_somebody(context: &Context<'_>) -> Result<(), Refusal> {
    let sponsored = context.has("sponsor") && context.has("sponsor_unit");
    if context.after.state == "running" && !sponsored { Err(Refusal::new().at("sponsor")) } else { Ok(()) }
}

/// J8.1: a review that says to stop is answered: the project is stopped, or kept with a reason.
fn a_stop_is_decided(context: &Context<'_>) -> Result<(), Refusal> {
    let waiting = context.before.is_some_and(|before| before.value("outlook") == "stop");
    let answered = by(context, &["keep"]) && context.value("outlook") != "stop";
    if (by(context, &["review"]) && waiting) || (by(context, &["keep"]) && !answered) {
        return Err(Refusal::new().at("outlook"));
    }
    Ok(())
}

/// A project goes on within its period.
fn goes_on_within_its_period(context: &Context<'_>) -> Result<(), Refusal> {
    let goes_on =
        by(context, &["select"]) || (by(context, &["review", "keep"]) && context.value("outlook") == "continue");
    match last_day(context.value("period")) {
        Some(end) if goes_on && end < context.today() => Err(Refusal::new().at("period").with("end", end)),
        _ => Ok(()),
    }
}

/// J8.2: no convention is in use that has ended.
fn under_a_convention_that_holds(context: &Context<'_>) -> Result<(), Refusal> {
    let Some(convention) = context.linked("convention") else { return Ok(()) };
    let holds =
        convention.state == "live" && last_day(convention.value("period")).is_some_and(|end| end >= context.today());
    if by(context, &["select", "review"]) && !holds {
        return Err(Refusal::new().at("convention").with("convention", &convention.reference));
    }
    Ok(())
}

/// It is to end no lower than it began.
fn aims_higher(context: &Context<'_>) -> Result<(), Refusal> {
    match (context.number("trl_start"), context.number("trl_target")) {
        (Some(start), Some(target)) if target < start => Err(Refusal::new().at("trl_target")),
        _ => Ok(()),
    }
}

/// A review has taken place.
fn reviewed_by_now(context: &Context<'_>) -> Result<(), Refusal> {
    match context.date("reviewed") {
        Some(day) if day > context.today() => Err(Refusal::new().at("reviewed")),
        _ => Ok(()),
    }
}
