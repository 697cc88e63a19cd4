//! Changes of the law: from when, what they touch, and a task for each tool that must follow before they enter into force.

use crate::impact::{self, TOOLS, Tool};
use beffroi_register::{
    Assignee, ClockRule, Context, DueBy, Field, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts, State,
};
use beffroi_rights::Role;

/// A change of the law.
pub(crate) static REGISTER: Register = Register {
    name: "law_change",
    prefix: "LAW",
    desk: "law",
    basis: "Décret 2023-1084, art. 3, 9°",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("text_id").required().listed(),
        Field::text("article").many().required().listed(),
        Field::date("published"),
        Field::date("in_force").listed(),
        Field::long("before"),
        Field::long("after"),
        Field::long("for_whom"),
        Field::choice("impacts", &["classification", "form", "module", "flash", "indicator"]).many().listed(),
        Field::flag("retroactive"),
        Field::reference("note", "watch_note"),
        Field::text("definition").by_move(),
        Field::date("classification_on").by_move(),
        Field::date("form_on").by_move(),
        Field::date("module_on").by_move(),
        Field::date("flash_on").by_move(),
        Field::date("indicator_on").by_move(),
        Field::long("balance").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("announced").needs(&["published", "in_force", "after", "for_whom", "impacts"]),
        State::closed("closed").needs(&["balance"]),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("announce", &["draft"], "announced").by(&[Role::Analyst, Role::Coordinator]).takes(&["definition"]),
        Move::new("update", &["announced"], "announced")
            .as_change()
            .by(&[Role::Analyst, Role::Coordinator, Role::DutyOfficer])
            .takes(UPDATED),
        Move::new("close", &["announced"], "closed")
            .by(&[Role::Analyst, Role::Coordinator])
            .asks(&["balance"])
            .keeps("impact"),
        Move::new("abandon", &["draft"], "abandoned").by(&[Role::Analyst, Role::Coordinator]).with_reason(),
    ],
    guards: &[
        Guard { name: "version", check: an_article_has_its_date },
        Guard { name: "retroactive", check: reclassified_under_a_new_definition },
        Guard { name: "outdated", check: no_tool_is_left_behind },
        Guard { name: "future", check: an_update_is_made_before_it_is_told },
    ],
    clocks: &[ClockRule::on("in_force", "in_force").soon(30 * 24)],
    loops: &[Loop {
        name: "follow",
        on: On::Move("announce"),
        when: None,
        each: Some("impacts"),
        starts: Starts::Task {
            to: Assignee::ByItem(&[
                ("classification", Role::Analyst),
                ("form", Role::Coordinator),
                ("module", Role::Coordinator),
                ("flash", Role::DutyOfficer),
                ("indicator", Role::Coordinator),
            ]),
            due: DueBy::Field("in_force"),
        },
    }],
    sheets: &[Sheet { name: "impact", of: Of::Record, reads: &[], inputs: &[], make: impact::sheet }],
    audience: beffroi_register::Audience {
        add: &[Role::Analyst, Role::Coordinator],
        change: &[Role::Analyst, Role::Coordinator, Role::DutyOfficer],
        ..Register::COORDINATION.audience
    },
    indicators: &["law-tools-in-time"],
    example: &[
        ("title", "Peines de l’accès frauduleux relevées"),
        ("text_id", "LOI n° 2023-22 du 24 janvier 2023"),
        ("article", "CP 323-1"),
        ("published", "2023-01-25"),
        ("in_force", "2023-01-26"),
        ("after", "Trois ans et cent mille euros."),
        ("for_whom", "Unités, formateurs, observatoire"),
        ("impacts", "classification\nmodule"),
        ("retroactive", "no"),
    ],
    ..Register::COORDINATION
};

/// What the move `update` writes: a day for each tool, and the definition that a classification now follows.
const UPDATED: &[&str] = &["classification_on", "form_on", "module_on", "flash_on", "indicator_on", "definition"];

/// Nothing enters into force before it is published, unless it says so.
fn an_article_has_its_date(context: &Context<'_>) -> Result<(), Refusal> {
    match (context.date("published"), context.date("in_force")) {
        (Some(published), Some(in_force)) if in_force < published && context.value("retroactive") != "yes" => {
            Err(Refusal::new().at("in_force"))
        }
        _ => Ok(()),
    }
}

/// J9.2: facts are not classified anew without a new version of the definition.
fn reclassified_under_a_new_definition(context: &Context<'_>) -> Result<(), Refusal> {
    let touches = context.value("impacts").split('\n').any(|item| item == "classification");
    let told = matches!(context.after.state.as_str(), "announced" | "closed");
    if told && context.flag("retroactive") && touches && !context.has("definition") {
        return Err(Refusal::new().at("definition"));
    }
    Ok(())
}

/// J9.2: a change is closed once each tool that it touches was updated.
fn no_tool_is_left_behind(context: &Context<'_>) -> Result<(), Refusal> {
    let behind = |standing: &Tool| matches!(standing, Tool::Waiting | Tool::Outdated);
    let tools = impact::tools(context.after, context.today());
    let left: Vec<&str> = tools.iter().filter(|(_, standing)| behind(standing)).map(|(tool, _)| *tool).collect();
    if context.enters("closed") && !left.is_empty() {
        return Err(Refusal::new().at("impacts").with("tools", left.join(", ")));
    }
    Ok(())
}

fn an_update_is_made_before_it_is_told(context: &Context<'_>) -> Result<(), Refusal> {
    let ahead = TOOLS.iter().find(|(_, field)| context.date(field).is_some_and(|day| day > context.today()));
    ahead.map_or(Ok(()), |(_, field)| Err(Refusal::new().at(field)))
}
