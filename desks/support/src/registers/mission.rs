//! Missions of experts: who is sent where and why this one, the order, the report, the lessons.

use super::no_case;
use crate::people::{self, span};
use crate::sheets;
use beffroi_assignment::Reason;
use beffroi_clocks::Limit;
use beffroi_register::{
    AMBER, Assignee, CAPABILITIES, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal,
    Register, Sheet, Starts, State,
};
use beffroi_rights::Role;

/// Who decides whom to send.
const SENDERS: &[Role] = &[Role::DutyOfficer, Role::Coordinator];
/// Who reports.
const REPORTERS: &[Role] = &[Role::DutyOfficer, Role::Coordinator, Role::Analyst, Role::Correspondent];

/// A mission.
pub(crate) static REGISTER: Register = Register {
    name: "mission",
    prefix: "MISS",
    desk: "support",
    basis: "Décret 2023-1084, art. 3, 5°",
    fields: &[
        Field::text("title").required().listed(),
        Field::reference("request", "support_request").listed(),
        Field::reference("expert", "expert").listed(),
        Field::period("days").required().listed(),
        Field::choice("mode", &["on_site", "remote", "laboratory", "loan"]).required(),
        Field::territory("territory").listed(),
        Field::long("why"),
        Field::reference("drawn_from", "mission").many(),
        Field::choice("declined_for", &["away", "part_in_case", "skills", "means", "other"]).listed().by_move(),
        Field::long("ground").by_move(),
        Field::long("actions").by_move(),
        Field::number("hours").between(0, 10_000).by_move(),
        Field::number("seals").between(0, 100_000).by_move(),
        Field::long("result").by_move(),
        Field::long("lessons").by_move(),
    ],
    states: &[
        State::open("proposed"),
        State::open("ordered").needs(&["request", "expert"]).frozen(),
        State::open("reported").needs(&["actions", "result", "lessons", "hours"]),
        State::closed("closed").needs(&["actions", "result", "lessons", "hours"]),
        State::closed("declined").needs(&["declined_for", "ground"]),
        State::closed("cancelled"),
    ],
    moves: &[
        Move::new("order", &["proposed"], "ordered").by(SENDERS).takes(&["why"]).keeps("order"),
        Move::new("decline", &["proposed"], "declined").by(SENDERS).asks(&["declined_for", "ground"]),
        Move::new("report", &["ordered", "reported"], "reported")
            .as_change()
            .by(REPORTERS)
            .asks(&["actions", "result", "lessons", "hours"])
            .takes(&["seals", "drawn_from"]),
        Move::new("close", &["reported"], "closed").by(SENDERS),
        Move::new("cancel", &["proposed", "ordered"], "cancelled").by(SENDERS).with_reason(),
    ],
    guards: &[
        Guard { name: "request", check: for_an_open_request },
        Guard { name: "deployable", check: somebody_who_can_be_sent },
        Guard { name: "habilitation", check: habilitated_until_the_last_day },
        Guard { name: "skill", check: skilled_until_the_last_day },
        Guard { name: "away", check: not_away },
        Guard { name: "returned", check: closed_with_everything_returned },
        Guard { name: "case", check: without_a_case },
    ],
    clocks: &[
        ClockRule::after("order", From::Added, Limit::days(1)).until(&["ordered", "reported"]),
        ClockRule::after("close", From::Field("days"), Limit::days(30)),
    ],
    loops: &[Loop {
        name: "another",
        on: On::Move("decline"),
        when: None,
        each: None,
        starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::hours(4)) },
    }],
    sheets: &[
        Sheet {
            name: "order",
            of: Of::Record,
            reads: &["expert", "mission", "support_request", "booking", "asset"],
            inputs: &[],
            make: sheets::order::make,
        },
        Sheet {
            name: "lessons",
            of: Of::Register,
            reads: &["support_request"],
            inputs: &[Field::choice("capability", CAPABILITIES)],
            make: sheets::lessons::make,
        },
        Sheet { name: "load", of: Of::Register, reads: &["expert"], inputs: &[], make: sheets::lessons::load },
    ],
    audience: beffroi_register::Audience {
        read: &[Role::DutyOfficer, Role::Coordinator, Role::Analyst, Role::Correspondent],
        add: SENDERS,
        change: REPORTERS,
        ..Register::COORDINATION.audience
    },
    marking: AMBER,
    example: &[
        ("title", "Extraction sur place pendant une garde à vue"),
        ("days", "2027-03-01/2027-03-02"),
        ("mode", "on_site"),
        ("territory", "35"),
    ],
    ..Register::COORDINATION
};

/// J5.2: somebody is sent for a request that stands.
fn for_an_open_request(context: &Context<'_>) -> Result<(), Refusal> {
    let open = |state: &str| matches!(state, "acknowledged" | "engaged");
    match context.linked("request") {
        Some(request) if context.enters("ordered") && !open(&request.state) => Err(Refusal::new().at("request")),
        _ => Ok(()),
    }
}

fn somebody_who_can_be_sent(context: &Context<'_>) -> Result<(), Refusal> {
    match context.linked("expert") {
        Some(expert) if context.enters("ordered") && !people::is_deployable(expert) => Err(Refusal::new().at("expert")),
        _ => Ok(()),
    }
}

/// Why the expert may not be sent, as far as his own sheet and the request say.
fn reasons(context: &Context<'_>) -> Vec<Reason> {
    let (Some(expert), Some(request)) = (context.linked("expert"), context.linked("request")) else {
        return Vec::new();
    };
    let Some(days) = span(context.value("days")).filter(|_| context.enters("ordered")) else { return Vec::new() };
    let request = people::request(request, &[], Some(days), context.today());
    people::reasons(&request, &people::expert(expert, &[], days.from, ""))
}

/// J5.2: nobody is sent without a valid habilitation, for the whole mission.
fn habilitated_until_the_last_day(context: &Context<'_>) -> Result<(), Refusal> {
    let lacking = reasons(context).into_iter().find_map(|reason| match reason {
        Reason::NoGrant(code) | Reason::GrantNotValid { code, .. } => Some(code),
        _ => None,
    });
    match lacking {
        Some(code) => Err(Refusal::new().at("expert").with("code", code.to_uppercase())),
        None => Ok(()),
    }
}

fn skilled_until_the_last_day(context: &Context<'_>) -> Result<(), Refusal> {
    let lacks = |reason: &Reason| {
        matches!(reason, Reason::NoSkill(_) | Reason::SkillTooLow { .. } | Reason::SkillExpired { .. })
    };
    if reasons(context).iter().any(lacks) { Err(Refusal::new().at("expert")) } else { Ok(()) }
}

fn not_away(context: &Context<'_>) -> Result<(), Refusal> {
    let away = reasons(context).into_iter().find_map(|reason| match reason {
        Reason::Taken { from, to } => Some((from, to)),
        _ => None,
    });
    match away {
        Some((from, to)) => Err(Refusal::new().at("days").with("from", from).with("to", to)),
        None => Ok(()),
    }
}

/// J5.3: a mission is closed when what was lent for it is back.
fn closed_with_everything_returned(context: &Context<'_>) -> Result<(), Refusal> {
    let out = context.back("booking").find(|booking| matches!(booking.state.as_str(), "asked" | "confirmed"));
    match out {
        Some(booking) if context.enters("closed") => Err(Refusal::new().with("booking", &booking.reference)),
        _ => Ok(()),
    }
}

fn without_a_case(context: &Context<'_>) -> Result<(), Refusal> {
    let own = context.linked("request").map_or("", |request| request.value("procedure"));
    no_case(context, &["title", "why", "ground", "actions", "result", "lessons"], own)
}
