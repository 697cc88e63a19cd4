//! Who can be sent for a request, ranked, each point with the fact it rests on; and who cannot, each with why.

use crate::blocks::{capability, day, paragraph, table, terms};
use crate::people;
use beffroi_assignment::{Candidate, Excluded, Fact, Ranking, Reason, Request, Span, Term, TermKind, Weights, rank};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext};
use beffroi_wording::{Lang, Value};

/// Ranks the experts that can be sent for `request` on `days`, or on the days that it names. `except` is a mission that does
/// not count.
pub(crate) fn ranking(
    context: &SheetContext<'_>,
    request: &Record,
    days: Option<Span>,
    except: &str,
) -> (Request, Ranking) {
    let missions: Vec<&Record> = context.of("mission").collect();
    let asked = people::request(request, &missions, days, context.today());
    let experts: Vec<_> = context
        .of("expert")
        .filter(|expert| people::is_deployable(expert))
        .map(|expert| people::expert(expert, &missions, asked.days.from, except))
        .collect();
    let ranking = rank(&asked, &experts, Weights::default());
    (asked, ranking)
}

/// See the register `support_request`.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(record) = context.record else { return Ok(Vec::new()) };
    let (asked, ranking) = ranking(context, record, None, "");
    let t = context.lang;
    let days = format!("{} – {}", day(t, asked.days.from), day(t, asked.days.to));
    let skills = asked.skills.iter().map(|need| skill(t, &need.code, need.level)).collect::<Vec<_>>().join(", ");
    let grants = asked.grants.iter().map(|code| grant(t, code)).collect::<Vec<_>>().join(", ");
    let weights = Weights::default();
    let weigh = |key: &str, n: u16| (t.say(key), t.integer(f64::from(n)));
    let mut blocks = vec![
        terms(vec![
            (t.say("support-asked-days"), days),
            (t.say("support-asked-skills"), skills),
            (t.say("support-asked-grants"), grants),
            (t.say("support-asked-seats"), t.integer(f64::from(asked.seats))),
        ]),
        paragraph(context.say("candidates-reading")),
        ranked(context, &ranking.candidates),
        left_out(context, &ranking.excluded),
    ];
    if ranking.candidates.is_empty() {
        blocks.push(paragraph(context.say("candidates-none")));
    }
    blocks.push(terms(vec![
        weigh("support-weight-skill", weights.skill),
        weigh("support-weight-distance", weights.distance),
        weigh("support-weight-fairness", weights.fairness),
        weigh("support-weight-far", weights.far),
        weigh("support-weight-rest", u16::from(weights.rest)),
    ]));
    Ok(blocks)
}

/// The table of those who can be sent.
pub(crate) fn ranked(context: &SheetContext<'_>, candidates: &[Candidate]) -> Block {
    let t = context.lang;
    let term = |candidate: &Candidate, kind: TermKind| {
        let term = candidate.terms.iter().find(|term| term.kind == kind);
        term.map_or_else(String::new, |term| points(t, term))
    };
    let row = |(n, candidate): (usize, &Candidate)| {
        vec![
            t.integer((n + 1) as f64),
            person(context, &candidate.expert),
            candidate.expert.clone(),
            t.integer(f64::from(candidate.score)),
            term(candidate, TermKind::Skill),
            term(candidate, TermKind::Distance),
            term(candidate, TermKind::Fairness),
        ]
    };
    let columns = ["rank", "expert", "reference", "score", "skill", "distance", "fairness"];
    table(context, "candidates", &columns, &["rank", "score"], candidates.iter().enumerate().map(row).collect())
}

fn left_out(context: &SheetContext<'_>, excluded: &[Excluded]) -> Block {
    let row = |one: &Excluded| {
        let reasons: Vec<String> = one.reasons.iter().map(|why| reason(context.lang, why)).collect();
        vec![person(context, &one.expert), one.expert.clone(), reasons.join(" ; ")]
    };
    table(context, "excluded", &["expert", "reference", "reasons"], &[], excluded.iter().map(row).collect())
}

/// The login of an expert.
fn person(context: &SheetContext<'_>, expert: &str) -> String {
    context.find(expert).map_or_else(String::new, |record| record.value("person").to_owned())
}

fn skill(t: Lang, code: &str, level: u8) -> String {
    format!("{} ({})", capability(t, code), t.integer(f64::from(level)))
}

/// A habilitation by its name.
pub(crate) fn grant(t: Lang, code: &str) -> String {
    t.say(&format!("register-choice-{code}"))
}

fn points(t: Lang, term: &Term) -> String {
    let n = |n: u32| t.integer(f64::from(n));
    let fact = match term.fact {
        Fact::Levels { held, most } => {
            t.say_with("support-fact-levels", &[("held", (&n(held)).into()), ("most", (&n(most)).into())])
        }
        Fact::Kilometres(far) => t.say_with("support-fact-kilometres", &[("far", (&n(far)).into())]),
        Fact::PlaceUnknown => t.say("support-fact-place-unknown"),
        Fact::Days { own, most } => {
            t.say_with("support-fact-days", &[("own", i64::from(own).into()), ("most", (&n(most)).into())])
        }
    };
    format!("{}/{} ({fact})", n(term.points), n(term.most))
}

/// Why somebody is not proposed, in a sentence.
pub(crate) fn reason(t: Lang, why: &Reason) -> String {
    let say = |key: &str, args: &[(&str, String)]| {
        let args: Vec<(&str, Value<'_>)> = args.iter().map(|(name, text)| (*name, text.into())).collect();
        t.say_with(&format!("support-reason-{key}"), &args)
    };
    match why {
        Reason::NoGrant(code) => say("no-grant", &[("what", grant(t, code))]),
        Reason::GrantNotValid { code, from, until } => {
            say("grant", &[("what", grant(t, code)), ("from", day(t, *from)), ("until", day(t, *until))])
        }
        Reason::NoSkill(code) => say("no-skill", &[("what", capability(t, code))]),
        Reason::SkillTooLow { code, held, asked } => {
            say("skill-low", &[("what", capability(t, code)), ("held", held.to_string()), ("asked", asked.to_string())])
        }
        Reason::SkillExpired { code, until } => {
            say("skill-over", &[("what", capability(t, code)), ("until", day(t, *until))])
        }
        Reason::Taken { from, to } => say("taken", &[("from", day(t, *from)), ("to", day(t, *to))]),
        Reason::Resting(until) => say("resting", &[("until", day(t, *until))]),
        Reason::Barred => say("barred", &[]),
    }
}
