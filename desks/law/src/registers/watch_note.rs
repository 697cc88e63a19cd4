//! Notes of the daily watch: which text, from when, what changes for whom, what to do; each service named is told.

use crate::citations::{dated, undated};
use beffroi_clocks::{Limit, Rule};
use beffroi_legal::Identifier;
use beffroi_register::{
    Assignee, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, On, Refusal, Register, Starts, State, When,
};
use beffroi_rights::Role;

/// A note of the watch.
pub(crate) static REGISTER: Register = Register {
    name: "watch_note",
    prefix: "NOTE",
    desk: "law",
    basis: "Décret 2023-1084, art. 3, 9°",
    fields: &[
        Field::text("title").required().listed(),
        Field::choice(
            "source",
            &["official_journal", "consolidated", "union", "case_law", "council_of_europe", "other"],
        )
        .required()
        .listed(),
        Field::text("text_id").required().listed(),
        Field::date("published").required().listed(),
        Field::date("in_force").listed(),
        Field::text("in_force_pending"),
        Field::text("articles").many().required_when("follow", &["yes"]),
        Field::long("what"),
        Field::long("for_whom"),
        Field::long("to_do"),
        Field::unit("units").many(),
        Field::choice("readers", READERS).many(),
        Field::flag("follow").required(),
        Field::long("balance").by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("sent").needs(&["what", "for_whom", "to_do"]).frozen(),
        State::closed("read").needs(&["balance"]),
        State::closed("withdrawn"),
    ],
    moves: &[
        Move::new("send", &["draft"], "sent").by(JURISTS),
        Move::new("close", &["sent"], "read").by(JURISTS).asks(&["balance"]),
        Move::new("withdraw", &["draft", "sent"], "withdrawn").by(JURISTS).with_reason(),
    ],
    guards: &[
        Guard { name: "identifier", check: the_text_is_identified },
        Guard { name: "version", check: each_article_has_its_date },
        Guard { name: "cited", check: each_article_cited_is_dated },
        Guard { name: "in_force", check: from_when_is_said },
        Guard { name: "readers", check: somebody_is_told },
        Guard { name: "unread", check: all_have_read },
    ],
    clocks: &[
        // « The day’s text noted within the day »: what comes out on a day off is for the next working day.
        ClockRule::after("note", From::Field("published"), Limit::days(0)).rule(Rule::French).until(&["sent"]).soon(12),
        ClockRule::after("reading", From::Entered("sent"), Limit::working_days(5)).soon(48),
        ClockRule::on("in_force", "in_force").soon(30 * 24),
    ],
    loops: &[
        Loop {
            name: "read",
            on: On::Move("send"),
            when: None,
            each: Some("units"),
            starts: Starts::Task { to: Assignee::Field("units"), due: DueBy::After(Limit::working_days(5)) },
        },
        Loop {
            name: "read_role",
            on: On::Move("send"),
            when: None,
            each: Some("readers"),
            starts: Starts::Task {
                to: Assignee::ByItem(&[
                    ("correspondents", Role::Correspondent),
                    ("duty", Role::DutyOfficer),
                    ("observatory", Role::Analyst),
                    ("prevention", Role::PreventionOfficer),
                    ("trainers", Role::Coordinator),
                ]),
                due: DueBy::After(Limit::working_days(5)),
            },
        },
        Loop {
            name: "change",
            on: On::Move("send"),
            when: Some(When { field: "follow", is: &["yes"] }),
            each: None,
            starts: Starts::Record {
                register: "law_change",
                back: "note",
                copy: &[
                    ("title", "title"),
                    ("text_id", "text_id"),
                    ("articles", "article"),
                    ("published", "published"),
                    ("in_force", "in_force"),
                    ("what", "after"),
                    ("for_whom", "for_whom"),
                ],
                set: &[],
            },
        },
    ],
    audience: beffroi_register::Audience { add: JURISTS, change: JURISTS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Accès frauduleux : peines relevées"),
        ("source", "official_journal"),
        ("text_id", "IOMX2136609L"),
        ("published", "2023-01-25"),
        ("in_force", "2023-01-26"),
        ("articles", "CP 323-1@2023-01-26"),
        ("what", "L’article 323-1 prévoit trois ans au lieu de deux, et cent mille euros au lieu de soixante mille."),
        ("for_whom", "Services enquêteurs et formateurs, pour les faits commis depuis cette date."),
        ("to_do", "Relever la date des faits ; mettre à jour les modules et la table des infractions."),
        ("readers", "correspondents\ntrainers"),
        ("follow", "yes"),
    ],
    ..Register::COORDINATION
};

const JURISTS: &[Role] = &[Role::Analyst, Role::Coordinator];

const READERS: &[&str] = &["correspondents", "duty", "observatory", "prevention", "trainers"];

/// A text is named by an identifier that can be looked up: DILA, NOR, ELI, CELEX, ECLI, or the number of a treaty of the
/// Council of Europe (STE, STCE; ETS, CETS).
fn the_text_is_identified(context: &Context<'_>) -> Result<(), Refusal> {
    let id = context.value("text_id");
    let treaty = ["STE ", "STCE ", "ETS ", "CETS "].iter().find_map(|mark| id.strip_prefix(mark));
    let treaty = treaty.is_some_and(|number| number.len() == 3 && number.bytes().all(|b| b.is_ascii_digit()));
    if treaty || id.parse::<Identifier>().is_ok() { Ok(()) } else { Err(Refusal::new().at("text_id")) }
}

/// J9.1: no article without the date of its version.
fn each_article_has_its_date(context: &Context<'_>) -> Result<(), Refusal> {
    let undated = context.value("articles").lines().find(|item| dated(item).is_none());
    undated.map_or(Ok(()), |item| Err(Refusal::new().at("articles").with("article", item)))
}

/// J9.1: the same for those that the note speaks of.
fn each_article_cited_is_dated(context: &Context<'_>) -> Result<(), Refusal> {
    for field in ["title", "what", "for_whom", "to_do"] {
        if let Some(number) = undated(context.value(field), context.value("articles")) {
            return Err(Refusal::new().at(field).with("article", number));
        }
    }
    Ok(())
}

/// From when: a day, or on what it depends.
fn from_when_is_said(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("sent") && !context.has("in_force") && !context.has("in_force_pending") {
        return Err(Refusal::new().at("in_force"));
    }
    Ok(())
}

/// A note that nobody is told of is none.
fn somebody_is_told(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("sent") && !context.has("units") && !context.has("readers") {
        return Err(Refusal::new().at("readers"));
    }
    Ok(())
}

/// J9.1: each service told has confirmed its reading before the note is closed.
fn all_have_read(context: &Context<'_>) -> Result<(), Refusal> {
    if context.enters("read") && context.open_tasks > 0 {
        return Err(Refusal::new().with("n", context.open_tasks));
    }
    Ok(())
}
