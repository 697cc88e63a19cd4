//! Modules of training: a record a version, with its content, the law that it cites at its date, and who approved it.

use crate::content::lessons_of;
use crate::course::{sheet as course_sheet, unreadable};
use crate::in_use::freshness;
use crate::legal::{Cited, cited, has_ended, is_cited_by};
use crate::levels::REACHES;
use beffroi_clocks::Limit;
use beffroi_register::{
    Assignee, ClockRule, Context, DueBy, Field, From, Guard, Loop, Move, Of, On, Refusal, Register, Sheet, Starts,
    State, items,
};
use beffroi_rights::Role;

/// A version of a module.
pub(crate) static REGISTER: Register = Register {
    name: "module",
    prefix: "MODU",
    desk: "training",
    basis: "Décret 2023-1084, art. 3, 6°",
    fields: &[
        Field::text("title").required().listed(),
        Field::text("version").required().between(1, 20).listed(),
        Field::reference("previous", "module"),
        Field::reference("competence", "competence"),
        Field::choice("restriction", REACHES).required().listed(),
        Field::choice("language", &["fr", "en"]).required(),
        Field::text("description"),
        Field::long("content").between(0, 60_000),
        Field::text("legal_basis").many().between(5, 80),
        Field::reference("law_texts", "article_version").many(),
        Field::date("legal_checked"),
        Field::long("lessons_used"),
        Field::date("reviewed").listed().by_move(),
    ],
    states: &[
        State::draft("draft"),
        State::open("submitted").needs(&["competence", "content", "legal_basis"]),
        State::open("in_service").needs(&["competence", "content", "legal_basis", "reviewed"]).frozen(),
        State::closed("withdrawn"),
        State::closed("abandoned"),
    ],
    moves: &[
        Move::new("submit", &["draft"], "submitted").as_change().by(AUTHORS),
        Move::new("send_back", &["submitted"], "draft").by(&[Role::Validator, Role::Coordinator]).with_reason(),
        Move::new("publish", &["submitted"], "in_service")
            .by(&[Role::Validator, Role::Coordinator])
            .four_eyes()
            .asks(&["reviewed"])
            .keeps("course"),
        Move::new("review", &["in_service"], "in_service")
            .by(&[Role::Validator, Role::Coordinator])
            .asks(&["reviewed"])
            .takes(&["legal_checked"]),
        Move::new("withdraw", &["in_service"], "withdrawn").with_reason(),
        Move::new("abandon", &["draft", "submitted"], "abandoned").with_reason(),
    ],
    guards: &[
        Guard { name: "content", check: a_content_that_reads },
        Guard { name: "citation", check: an_article_has_its_date },
        Guard { name: "repealed", check: no_law_that_has_ended },
        Guard { name: "unchecked", check: law_the_list_does_not_know_was_read },
        Guard { name: "day", check: reviewed_by_now },
        Guard { name: "itself", check: follows_another_version },
    ],
    clocks: &[ClockRule::after("review", From::Field("reviewed"), Limit::months(12)).soon(60 * 24)],
    // The version before goes out of service wherever it is taught, even when this one has been withdrawn since.
    outlives: &["replace"],
    loops: &[
        Loop {
            name: "replace",
            on: On::Move("publish"),
            when: None,
            each: Some("previous"),
            starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::days(30)) },
        },
        Loop {
            name: "take_down",
            on: On::Move("withdraw"),
            when: None,
            each: None,
            starts: Starts::Task { to: Assignee::Role(Role::Coordinator), due: DueBy::After(Limit::days(30)) },
        },
    ],
    sheets: &[
        Sheet { name: "course", of: Of::Record, reads: &[], inputs: &[], make: course_sheet },
        Sheet { name: "freshness", of: Of::Register, reads: &[], inputs: &[], make: freshness },
    ],
    audience: beffroi_register::Audience { add: AUTHORS, change: AUTHORS, ..Register::COORDINATION.audience },
    example: &[
        ("title", "Constater un accès frauduleux"),
        ("version", "1.0"),
        ("restriction", "state_agents"),
        ("language", "fr"),
        ("description", "Pour tout agent qui reçoit une plainte."),
        (
            "content",
            "# Constater\n## Ce que dit la loi\nAccéder frauduleusement à un système, ou s’y maintenir, est un délit, que des données aient \
             été touchées ou non.\n### À demander à la victime\n- depuis quand\n- par quel accès\n- ce qui a été vu, pris ou \
             changé\n? Faut-il un dommage pour que l’accès soit puni ?\n+ non\n- oui\n! L’accès seul suffit.\n= 100",
        ),
        ("legal_basis", "CP 323-1 al.1@2023-01-26"),
    ],
    ..Register::COORDINATION
};

/// Who writes modules: the desk, analysts, and instructors of the schools.
const AUTHORS: &[Role] = &[Role::Coordinator, Role::Analyst, Role::Correspondent];

/// Whether it is about to be handed in, approved or reviewed, or stands handed in.
fn is_judged(context: &Context<'_>) -> bool {
    let reviewed = context.by.is_some_and(|by| by.name == "review");
    reviewed || context.enters("in_service") || context.after.state == "submitted"
}

/// What is approved can be taught: its content reads as lessons.
fn a_content_that_reads(context: &Context<'_>) -> Result<(), Refusal> {
    match lessons_of(context.value("content")) {
        Err(fault) if is_judged(context) => Err(unreadable(fault)),
        _ => Ok(()),
    }
}

/// J6.1: each legal reference is an article and the date of its version.
fn an_article_has_its_date(context: &Context<'_>) -> Result<(), Refusal> {
    let wrong = items(context.value("legal_basis")).find(|text| cited(text, context.today()) == Cited::Malformed);
    wrong.map_or(Ok(()), |text| Err(Refusal::new().at("legal_basis").with("cited", text)))
}

/// J6.1: no law that has ended is taught.
fn no_law_that_has_ended(context: &Context<'_>) -> Result<(), Refusal> {
    if !is_judged(context) {
        return Ok(());
    }
    for text in items(context.value("legal_basis")) {
        if let Cited::Ended { now } = cited(text, context.today()) {
            let now = if now.is_empty() { "–".to_owned() } else { now.join(", ") };
            return Err(Refusal::new().at("legal_basis").with("cited", text).with("now", now));
        }
    }
    let mut imported = context.linked.iter().filter(|record| record.register == "article_version");
    match imported.find(|version| has_ended(version, context.today())) {
        Some(ended) => Err(Refusal::new().at("law_texts").with("cited", &ended.reference).with("now", "–")),
        None => Ok(()),
    }
}

/// J6.1: where neither the list of versions nor an imported text can tell, a person has read the article in force, less than a year ago.
fn law_the_list_does_not_know_was_read(context: &Context<'_>) -> Result<(), Refusal> {
    let today = context.today();
    let imported = |text: &str| {
        context.linked.iter().any(|record| record.register == "article_version" && is_cited_by(record, text))
    };
    let unknown =
        items(context.value("legal_basis")).find(|text| cited(text, today) == Cited::Unknown && !imported(text));
    let read = context.date("legal_checked").is_some_and(|day| day <= today && day >= a_year_before(today));
    match unknown {
        Some(text) if is_judged(context) && !read => Err(Refusal::new().at("legal_checked").with("cited", text)),
        _ => Ok(()),
    }
}

fn a_year_before(day: jiff::civil::Date) -> jiff::civil::Date {
    day.saturating_sub(jiff::Span::new().months(12))
}

/// A review has taken place, and lately.
fn reviewed_by_now(context: &Context<'_>) -> Result<(), Refusal> {
    let moved = context.by.is_some_and(|by| matches!(by.name, "publish" | "review"));
    match context.date("reviewed") {
        Some(day) if moved && (day > context.today() || day < a_year_before(context.today())) => {
            Err(Refusal::new().at("reviewed"))
        }
        _ => Ok(()),
    }
}

/// A version follows another one.
fn follows_another_version(context: &Context<'_>) -> Result<(), Refusal> {
    let same = context.linked("previous").is_some_and(|before| before.value("version") == context.value("version"));
    if context.has("previous") && (same || context.value("previous") == context.after.reference) {
        return Err(Refusal::new().at("previous"));
    }
    Ok(())
}
