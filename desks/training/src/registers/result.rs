//! Results of learners, under pseudonyms, as platforms give them back. Marks of one person: only those who follow training
//! read them; everybody else reads the dashboard of the targets.

use beffroi_register::{AMBER, Audience, ClockRule, Context, Field, Guard, Move, Refusal, Register, State};
use beffroi_rights::{Role, World};

/// A result of a learner.
pub(crate) static REGISTER: Register = Register {
    name: "result",
    prefix: "RSLT",
    desk: "training",
    basis: "Décret 2023-1084, art. 3, 6°",
    fields: &[
        Field::identifier("learner").required().listed().filtered(),
        Field::reference("module", "module").listed(),
        Field::reference("session", "training_session"),
        Field::territory("territory").listed(),
        Field::unit("unit"),
        Field::choice("ending", &["passed", "failed", "waived"]).required().listed(),
        Field::number("score").between(0, 100),
        Field::date("achieved").required().listed(),
        Field::date("valid_until").listed(),
        Field::identifier("proof").filtered(),
    ],
    title: "learner",
    states: &[State::open("recorded"), State::closed("renewed"), State::closed("lapsed"), State::closed("rectified")],
    moves: &[
        Move::new("renew", &["recorded"], "renewed"),
        Move::new("lapse", &["recorded"], "lapsed"),
        Move::new("rectify", &["recorded"], "rectified").with_reason(),
    ],
    guards: &[
        Guard { name: "pseudonym", check: nobody_by_name },
        Guard { name: "day", check: achieved_by_now },
        Guard { name: "lapsed", check: not_lapsed_before_its_day },
    ],
    clocks: &[ClockRule::on("renewal", "valid_until").soon(90 * 24)],
    audience: Audience {
        world: World::Coordination,
        read: &[Role::Coordinator],
        add: &[Role::Coordinator],
        change: &[Role::Coordinator],
    },
    marking: AMBER,
    attachments: 0,
    example: &[
        ("learner", "A-00000000000000000000000000000000000000AA"),
        ("territory", "35"),
        ("ending", "passed"),
        ("score", "80"),
        ("achieved", "2025-03-03"),
        ("valid_until", "2029-03-02"),
    ],
    ..Register::COORDINATION
};

/// A learner stands under a pseudonym: `A-` or `M-` and 40 hexadecimal digits (see `results::pseudonym`).
fn nobody_by_name(context: &Context<'_>) -> Result<(), Refusal> {
    let digits = context.value("learner").strip_prefix("A-").or(context.value("learner").strip_prefix("M-"));
    let fits = digits.is_some_and(|rest| rest.len() == 40 && rest.bytes().all(|b| b.is_ascii_hexdigit()));
    if fits { Ok(()) } else { Err(Refusal::new().at("learner")) }
}

/// A result is of a day that has come, and its certificate ends after it.
fn achieved_by_now(context: &Context<'_>) -> Result<(), Refusal> {
    let achieved = context.date("achieved");
    if achieved.is_some_and(|day| day > context.today()) {
        return Err(Refusal::new().at("achieved"));
    }
    let ended = achieved.zip(context.date("valid_until")).is_some_and(|(from, until)| until <= from);
    if ended { Err(Refusal::new().at("valid_until")) } else { Ok(()) }
}

/// A certificate lapses on its day, not before.
fn not_lapsed_before_its_day(context: &Context<'_>) -> Result<(), Refusal> {
    let still = context.date("valid_until").is_none_or(|until| until >= context.today());
    if context.enters("lapsed") && still { Err(Refusal::new().at("valid_until")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_model::{Marking, Territory};
    use beffroi_rights::{Assignment, Service, ServiceId, ServiceLevel, ServiceTree, Subject, Territories};
    use jiff::civil::date;

    /// J6.3: marks of one person are not for everyone.
    #[test]
    fn only_who_follows_training_reads_marks() {
        let on = date(2026, 5, 4);
        let tree = ServiceTree::new([Service { id: ServiceId::house(), level: ServiceLevel::Direction, parent: None }]);
        let tree = tree.unwrap();
        let reads = |role: Role| {
            let given = Assignment {
                role,
                world: World::Coordination,
                service: ServiceId::house(),
                territories: Territories::Everywhere,
                clearance: Marking::UNKNOWN,
                from: on,
                until: on,
            };
            let subject = Subject::new("somebody".parse().unwrap(), [given], [], &tree).unwrap();
            let mut record = crate::trial::record("result", "recorded", &[]);
            record.marking = AMBER;
            record.territory = Territory::france();
            REGISTER.visible(&subject, on).admits(&record.object(&REGISTER).unwrap())
        };
        assert!(reads(Role::Coordinator));
        for role in [Role::Analyst, Role::DutyOfficer, Role::Validator, Role::PreventionOfficer, Role::Correspondent] {
            assert!(!reads(role), "{role}");
        }
    }
}
