//! Diagnoses of communes, companies and other entities: nine themes scored, what is recommended, and six months later what
//! was done of it. An entity’s weakness stays with the entity: the register is marked AMBER and tells others of groups only.

use crate::kinds::{ENTITIES, THEME_CODES, THEMES};
use crate::siren::is_siren;
use crate::{aggregates, synthesis};
use beffroi_clocks::Limit;
use beffroi_model::Tlp;
use beffroi_register::{ClockRule, Context, Field, From, Guard, Move, Of, Refusal, Register, Sheet, State, items};
use beffroi_rights::Role;

/// A diagnosis.
pub(crate) static REGISTER: Register = Register {
    name: "diagnosis",
    prefix: "DIAG",
    desk: "prevention",
    basis: "Décret 2023-1084, art. 3, 7°",
    title: "entity",
    fields: &[
        Field::text("entity").required().listed(),
        Field::identifier("siren").between(9, 9).required().filtered(),
        Field::choice("audience", ENTITIES).required().listed(),
        Field::code("size", "size_bands").listed(),
        Field::territory("territory").required().listed(),
        Field::date("date").required().listed(),
        Field::flag("consent"),
        score("score_awareness"),
        score("score_knowledge"),
        score("score_access"),
        score("score_workstations"),
        score("score_network"),
        score("score_administration"),
        score("score_mobility"),
        score("score_updates"),
        score("score_reaction"),
        Field::choice("recommended", THEME_CODES).many(),
        Field::long("advice"),
        Field::date("delivered_on").by_move(),
        Field::date("recalled_on").by_move(),
        Field::choice("outcome", &["applied", "none_applied"]).listed().by_move(),
        Field::choice("applied", THEME_CODES).many().by_move(),
        Field::text("obstacle").by_move(),
    ],
    states: &[
        State::open("visited"),
        State::open("delivered").frozen().needs(&[
            "consent",
            "score_awareness",
            "score_knowledge",
            "score_access",
            "score_workstations",
            "score_network",
            "score_administration",
            "score_mobility",
            "score_updates",
            "score_reaction",
            "recommended",
            "delivered_on",
        ]),
        State::closed("measured").needs(&["recalled_on", "outcome"]),
        State::closed("lost"),
        State::closed("withdrawn"),
    ],
    moves: &[
        Move::new("deliver", &["visited"], "delivered")
            .as_change()
            .by(OFFICERS)
            .asks(&["delivered_on"])
            .keeps("synthesis"),
        Move::new("recall", &["delivered"], "measured")
            .as_change()
            .by(OFFICERS)
            .asks(&["recalled_on", "outcome"])
            .takes(&["applied", "obstacle"]),
        Move::new("lose", &["delivered"], "lost").as_change().by(OFFICERS).with_reason(),
        Move::new("withdraw", &["visited"], "withdrawn").as_change().by(OFFICERS).with_reason(),
    ],
    guards: &[
        Guard { name: "siren", check: its_number_holds },
        Guard { name: "consent", check: the_entity_agreed },
        Guard { name: "amber", check: no_weakness_is_published },
        Guard { name: "early", check: six_months_have_passed },
        Guard { name: "applied", check: what_was_applied_was_recommended },
    ],
    clocks: &[ClockRule::after("recall", From::Field("delivered_on"), Limit::months(6)).soon(30 * 24)],
    sheets: &[
        Sheet { name: "synthesis", of: Of::Record, reads: &[], inputs: &[], make: synthesis::make },
        Sheet {
            name: "aggregates",
            of: Of::Register,
            reads: &[],
            inputs: &[
                Field::number("year").between(2000, 2100),
                Field::choice("by", &["by_audience", "by_size", "by_territory"]),
            ],
            make: aggregates::make,
        },
    ],
    audience: beffroi_register::Audience {
        read: OFFICERS,
        add: OFFICERS,
        change: OFFICERS,
        ..Register::COORDINATION.audience
    },
    marking: beffroi_register::AMBER,
    example: &[
        ("entity", "Commune de démonstration"),
        ("siren", "200000008"),
        ("audience", "commune"),
        ("size", "20-249"),
        ("territory", "35"),
        ("date", "2025-02-10"),
        ("consent", "yes"),
        ("score_awareness", "45"),
        ("score_knowledge", "60"),
        ("score_access", "30"),
        ("score_workstations", "70"),
        ("score_network", "55"),
        ("score_administration", "40"),
        ("score_mobility", "65"),
        ("score_updates", "50"),
        ("score_reaction", "20"),
        ("recommended", "theme_access\ntheme_reaction"),
        ("advice", "Deux facteurs pour la messagerie ; une sauvegarde hors ligne, essayée chaque trimestre."),
    ],
    ..Register::COORDINATION
};

/// Who carries diagnoses out, and reads them.
const OFFICERS: &[Role] = &[Role::PreventionOfficer, Role::Coordinator];

/// The months after which an entity is asked again, less one: nobody measures an effect the week after.
const FIRST_RECALL_MONTHS: i64 = 5;

/// The score of a theme: the share of the answers that are in order, 0 to 100.
const fn score(name: &'static str) -> Field {
    Field::number(name).between(0, 100)
}

/// The number of an entity is one: each counts once by it.
fn its_number_holds(context: &Context<'_>) -> Result<(), Refusal> {
    if is_siren(context.value("siren")) { Ok(()) } else { Err(Refusal::new().at("siren")) }
}

/// Nothing is scored without the entity’s consent.
fn the_entity_agreed(context: &Context<'_>) -> Result<(), Refusal> {
    let is_scored = THEMES.iter().any(|(_, field)| context.has(field));
    if is_scored && !context.flag("consent") { Err(Refusal::new().at("consent")) } else { Ok(()) }
}

/// J7.3: an entity’s weakness is not published: no marking below TLP:AMBER.
fn no_weakness_is_published(context: &Context<'_>) -> Result<(), Refusal> {
    if context.after.marking.tlp < Tlp::Amber { Err(Refusal::new()) } else { Ok(()) }
}

/// J7.3: the effect is measured six months later, and not when the synthesis is handed over.
fn six_months_have_passed(context: &Context<'_>) -> Result<(), Refusal> {
    let (Some(delivered), Some(recalled)) = (context.date("delivered_on"), context.date("recalled_on")) else {
        return Ok(());
    };
    let first = delivered.saturating_add(jiff::Span::new().months(FIRST_RECALL_MONTHS));
    if recalled < first { Err(Refusal::new().at("recalled_on").with("first", first)) } else { Ok(()) }
}

/// J7.3: what is said to be applied was recommended, and something is named.
fn what_was_applied_was_recommended(context: &Context<'_>) -> Result<(), Refusal> {
    let recommended: Vec<&str> = items(context.value("recommended")).collect();
    let mut applied = items(context.value("applied")).peekable();
    let named = applied.peek().is_some();
    let known = applied.all(|theme| recommended.contains(&theme));
    let said = context.value("outcome") == "applied";
    if !known || said != named { Err(Refusal::new().at("applied")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::tests::record;
    use beffroi_model::{Marking, Pap};
    use beffroi_register::{Record, check};
    use beffroi_wording::Lang;

    fn refusals(of: &Record) -> Vec<String> {
        let context = Context {
            register: &REGISTER,
            before: None,
            after: of,
            by: None,
            who: None,
            linked: &[],
            back: &[],
            open_tasks: 0,
            now: of.updated_at,
        };
        check(&context).into_iter().map(|refusal| refusal.say(&REGISTER, Lang::En)).collect()
    }

    #[test]
    fn a_marking_that_would_publish_a_weakness_is_refused() {
        let mut diagnosis = record("diagnosis", 1, "visited", REGISTER.example);
        assert_eq!(refusals(&diagnosis), Vec::<String>::new());
        for tlp in [Tlp::Clear, Tlp::Green] {
            diagnosis.marking = Marking { tlp, pap: Pap::Clear };
            let said = refusals(&diagnosis);
            assert!(said.len() == 1 && said[0].contains("TLP:AMBER"), "{said:?}");
        }
    }
}
