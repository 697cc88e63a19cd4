//! What of a foreign request a person must look at, and the decisions of persons, counted.

use crate::blocks::{code, paragraph, table, values, warning};
use crate::request_sheets::median;
use beffroi_clocks::Zone;
use beffroi_cooperation::{Answer, DecisionError, Effect, Incoming, Outcome, Safeguards};
use beffroi_document::Block;
use beffroi_register::{Context, Record, Refusal, SheetContext, items};
use std::collections::{BTreeMap, BTreeSet};

/// Safeguards that a person answers. The two others follow from the request: whether the requester was verified, whether
/// the basis of the transfer was chosen.
pub(crate) const ANSWERED: &[&str] = &[
    "political",
    "discrimination",
    "expression",
    "sovereignty",
    "dual-criminality",
    "inhuman-penalty",
    "already-judged",
    "outside-instrument",
    "protected-person",
    "classified",
    "other-purpose",
    "conflict-of-laws",
];

/// All safeguards: what may be seen, and on what a request may be refused.
pub(crate) const ALL: &[&str] = &[
    "political",
    "discrimination",
    "expression",
    "sovereignty",
    "dual-criminality",
    "inhuman-penalty",
    "already-judged",
    "outside-instrument",
    "protected-person",
    "data-transfer",
    "classified",
    "other-purpose",
    "conflict-of-laws",
    "requester",
];

/// What is known of a request.
pub(crate) fn incoming(request: &Record) -> Incoming {
    let answers = |field: &'static str, answer: Answer| {
        items(request.value(field)).map(move |code| (code.to_owned(), answer)).collect::<Vec<_>>()
    };
    let flag = |field: &str| match request.value(field) {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    Incoming {
        answers: answers("absent", Answer::No).into_iter().chain(answers("present", Answer::Yes)).collect(),
        speech: flag("speech"),
        months: request.value("months").parse().ok(),
        serious_crime_only: flag("serious_only") == Some(true),
        requester_verified: !request.value("verified_on").is_empty(),
        transfer_basis: !request.value("transfer_basis").is_empty(),
    }
}

/// What stops the decision that a write carries; nothing when it may stand, or when none is taken.
pub(crate) fn stopped(context: &Context<'_>) -> Option<DecisionError> {
    let outcome = if context.enters("executing") {
        Outcome::Execute { reason: context.value("reason").to_owned() }
    } else if context.enters("asked") {
        Outcome::AskMore { question: context.value("question").to_owned() }
    } else if context.enters("refused") {
        Outcome::Refuse { ground: context.value("ground").to_owned(), reason: context.value("reason").to_owned() }
    } else {
        return None;
    };
    let by = context.who.map(ToString::to_string).unwrap_or_default();
    let seen: BTreeSet<String> = items(context.value("seen")).map(str::to_owned).collect();
    let Ok(safeguards) = Safeguards::house() else { return Some(DecisionError::Nobody) };
    safeguards.examine(&incoming(context.after)).decide(&by, &seen, outcome).err()
}

/// The sheet of the examination: each safeguard, what is known, what it does, whether somebody has seen it.
///
/// # Errors
/// [`Refusal`] should the table of safeguards be at fault.
pub(crate) fn sheet(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(request) = context.record else { return Ok(Vec::new()) };
    let lang = context.lang;
    let safeguards = Safeguards::house()
        .map_err(|_| Refusal { key: "register-incoming_request-sheet-refusal-tables".to_owned(), ..Refusal::new() })?;
    let examination = safeguards.examine(&incoming(request));
    let seen: BTreeSet<&str> = items(request.value("seen")).collect();
    let head = [
        "requesting_state",
        "requester",
        "verified_on",
        "verified_in",
        "instrument",
        "ask",
        "data",
        "offence",
        "months",
        "transfer_basis",
    ];
    let mut blocks = vec![values(context, request, &head)];
    let row = |safeguard: &beffroi_cooperation::Safeguard| {
        let flag = examination.flags.iter().find(|flag| flag.safeguard.code == safeguard.code);
        let answer = match flag.map(|flag| flag.answer) {
            Some(Answer::Yes) => "yes",
            Some(Answer::Unknown) => "unknown",
            Some(Answer::No) | None => "no",
        };
        let basis = match safeguard.confirmed {
            true => safeguard.basis.clone(),
            false => format!("{} – {}", safeguard.basis, context.say("unconfirmed")),
        };
        let looked = match (flag, seen.contains(safeguard.code.as_str())) {
            (None, _) => String::new(),
            (Some(_), true) => context.say("seen"),
            (Some(_), false) => context.say("unseen"),
        };
        vec![
            lang.say(&format!("cooperation-safeguard-{}", safeguard.code)),
            safeguard.code.clone(),
            context.say(&format!("answer-{answer}")),
            flag.map(|_| lang.say(&format!("cooperation-effect-{}", effect(safeguard.effect)))).unwrap_or_default(),
            basis,
            looked,
        ]
    };
    let columns =
        ["question", "code", "answer", "effect", "basis", "looked"].map(|column| (context.say(column), false));
    blocks.push(table("safeguards", context.say("caption"), &columns, safeguards.all().map(row).collect()));
    let left = examination.flags.iter().filter(|flag| !seen.contains(flag.safeguard.code.as_str())).count();
    if left > 0 {
        let n = i64::try_from(left).unwrap_or(i64::MAX);
        blocks.push(warning(context.say("to_see"), context.say_with("to_see_text", &[("n", n.into())])));
    }
    blocks.push(paragraph(context.say("person")));
    Ok(blocks)
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Flag => "flag",
        Effect::Reason => "reason",
        Effect::Ask => "ask",
        Effect::Block => "block",
        Effect::Refuse => "refuse",
    }
}

/// Decisions of a year: how long they took, what was refused on which ground to which State, and whether every flag was seen.
///
/// # Errors
/// None.
pub(crate) fn decisions(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let year = context.asked("year").parse().unwrap_or_else(|_| context.today().year());
    let decided = |request: &Record| {
        let step = request.path.iter().find(|step| matches!(step.state.as_str(), "executing" | "refused"))?.clone();
        (Zone::Paris.day(step.at).year() == year).then_some(step)
    };
    let mut hours: Vec<i64> = Vec::new();
    let mut refusals: BTreeMap<(String, String), usize> = BTreeMap::new();
    let (mut flags, mut seen, mut executed) = (0, 0, 0);
    let safeguards = Safeguards::house().ok();
    for request in context.of("incoming_request") {
        let Some(step) = decided(request) else { continue };
        let received = request.value("received_at").parse().unwrap_or_else(|_| request.added_at());
        hours.push(step.at.duration_since(received).as_hours().max(0));
        if step.state == "refused" {
            let key = (code(context, "ground", request.value("ground")), request.value("requesting_state").to_owned());
            *refusals.entry(key).or_default() += 1;
        } else {
            executed += 1;
        }
        let looked: BTreeSet<&str> = items(request.value("seen")).collect();
        if let Some(safeguards) = &safeguards {
            let found = safeguards.examine(&incoming(request)).flags;
            flags += found.len();
            seen += found.iter().filter(|flag| looked.contains(flag.safeguard.code.as_str())).count();
        }
    }
    let refused: usize = refusals.values().sum();
    let delay = median(&mut hours).map_or_else(|| "–".to_owned(), |hours| hours.to_string());
    let figures = [
        ("executed_n", executed.to_string()),
        ("refused_n", refused.to_string()),
        ("median_hours", delay),
        ("flags_seen", format!("{seen} / {flags}")),
    ];
    let rows = figures.into_iter().map(|(what, figure)| vec![context.say(what), figure]).collect();
    let head = [(context.say("figure"), false), (context.say("value"), true)];
    let of_year = context.say_with("decisions_caption", &[("year", (&year.to_string()).into())]);
    let columns = [(context.say("ground"), false), (context.say("state"), false), (context.say("refusals"), true)];
    let grounds = refusals.into_iter().map(|((ground, state), n)| vec![ground, state, n.to_string()]).collect();
    Ok(vec![
        table("decisions", of_year, &head, rows),
        table("grounds", context.say("grounds_caption"), &columns, grounds),
    ])
}
