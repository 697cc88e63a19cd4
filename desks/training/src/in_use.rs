//! Which versions are in service and which are in use: what is no longer fresh, what must be taken down.

use crate::blocks::{paragraph, table};
use crate::legal::{Cited, cited};
use beffroi_clocks::Zone;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, items};
use jiff::Span;
use jiff::civil::Date;

/// Days within which a former version is taken down.
const DAYS: i64 = 30;

/// Sheet of the modules: those in service, when each was reviewed, and what the law that it cites is worth today.
pub(crate) fn freshness(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let today = context.today();
    let in_service: Vec<&Record> = context.of("module").filter(|module| module.state == "in_service").collect();
    let fresh = |module: &&&Record| due(module).is_some_and(|due| due >= today);
    let n = in_service.iter().filter(fresh).count();
    let of = in_service.len();
    let rows = in_service.iter().map(|module| {
        let reviewed = module.value("reviewed").parse().ok();
        vec![
            module.reference.clone(),
            module.value("title").to_owned(),
            module.value("version").to_owned(),
            reviewed.map(|day: Date| context.lang.date(day)).unwrap_or_default(),
            match due(module) {
                Some(due) if due < today => {
                    context.say_with("freshness-late", &[("day", (&context.lang.date(due)).into())])
                }
                Some(due) => context.lang.date(due),
                None => String::new(),
            },
            law(context, module, today),
        ]
    });
    let columns = ["reference", "title", "version", "reviewed", "due", "law"];
    Ok(vec![
        paragraph(context.say_with("freshness-share", &[("n", (n as i64).into()), ("of", (of as i64).into())])),
        table(context, "freshness", &columns, rows.collect()),
    ])
}

/// The last day on which a review of less than twelve months stands.
fn due(module: &Record) -> Option<Date> {
    let reviewed: Date = module.value("reviewed").parse().ok()?;
    Some(reviewed.saturating_add(Span::new().months(12)))
}

/// What the citations of a module are worth, the ended ones first.
fn law(context: &SheetContext<'_>, module: &Record, today: Date) -> String {
    let mut told: Vec<(u8, String)> = items(module.value("legal_basis"))
        .map(|text| {
            let named = |what: &str, now: &str| {
                context.say_with(&format!("freshness-{what}"), &[("cited", text.into()), ("now", now.into())])
            };
            match cited(text, today) {
                Cited::Ended { now } => (0, named("ended", &now.join(", "))),
                Cited::Unknown | Cited::Malformed => (1, named("unknown", module.value("legal_checked"))),
                Cited::InForce { verified: false } => (2, named("unverified", "")),
                Cited::InForce { verified: true } => (3, named("in-force", "")),
            }
        })
        .collect();
    told.sort();
    told.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ; ")
}

/// How a version stands where it is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Current,
    /// Another one has been in service for so many days.
    Followed(i64),
    /// It is no longer in service, and none follows it.
    Withdrawn,
}

/// How `module` stands among `modules` on `today`.
fn standing(module: &Record, modules: &[&Record], today: Date) -> Standing {
    let mut behind = module;
    let mut since = None;
    // A chain of versions is no longer than the modules there are: one that turns back ends.
    for _ in 0..modules.len() {
        let next = modules.iter().find(|next| next.value("previous") == behind.reference);
        let Some(next) = next else { break };
        behind = next;
        let entered = next.path.iter().find(|step| step.state == "in_service");
        since = since.or(entered.map(|step| Zone::Paris.day(step.at)));
    }
    match since {
        Some(since) => Standing::Followed(since.until(today).map_or(0, |span| i64::from(span.get_days()))),
        None if module.state == "in_service" => Standing::Current,
        None => Standing::Withdrawn,
    }
}

/// Sheet of the diffusion: each school with the version in use, and what is to be taken down.
pub(crate) fn versions(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let modules: Vec<&Record> = context.of("module").collect();
    let today = context.today();
    let mut late = 0_usize;
    let mut rows = Vec::new();
    for used in context.of("diffusion").filter(|used| matches!(used.state.as_str(), "in_use" | "to_remove")) {
        let module = context.find(used.value("module"));
        let standing = module.map(|module| standing(module, &modules, today));
        let told = match standing {
            Some(Standing::Current) => context.say("versions-current"),
            Some(Standing::Followed(days)) if days > DAYS => {
                late += 1;
                context.say_with("versions-late", &[("days", (days - DAYS).into())])
            }
            Some(Standing::Followed(days)) => context.say_with("versions-left", &[("days", (DAYS - days).into())]),
            Some(Standing::Withdrawn) => context.say("versions-withdrawn"),
            None => String::new(),
        };
        let platform = context.register.field("platform").map_or_else(String::new, |field| {
            beffroi_register::shown(context.register, field, used.value("platform"), context.lang)
        });
        rows.push(vec![
            used.reference.clone(),
            used.value("school").to_owned(),
            platform,
            module.map_or_else(String::new, |module| module.value("title").to_owned()),
            module.map_or_else(String::new, |module| module.value("version").to_owned()),
            told,
        ]);
    }
    let columns = ["reference", "school", "platform", "module", "version", "state"];
    Ok(vec![
        paragraph(
            context.say_with("versions-sum", &[("n", (rows.len() as i64).into()), ("late", (late as i64).into())]),
        ),
        table(context, "versions", &columns, rows),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::numbered;
    use beffroi_register::Step;
    use jiff::civil::date;

    #[test]
    fn a_version_is_current_until_another_one_is_in_service() {
        let today = date(2026, 6, 30);
        let first = numbered("module", 1, "in_service", &[]);
        let mut second = numbered("module", 2, "draft", &[("previous", "MODU-2026-0001")]);
        assert_eq!(standing(&first, &[&first, &second], today), Standing::Current, "a draft follows nothing");
        let at = "2026-06-10T10:00:00Z".parse().unwrap();
        second.state = "in_service".to_owned();
        second.path.push(Step { at, by: "publish".to_owned(), state: "in_service".to_owned() });
        assert_eq!(standing(&first, &[&first, &second], today), Standing::Followed(20));
        assert_eq!(standing(&second, &[&first, &second], today), Standing::Current);
        let gone = numbered("module", 3, "withdrawn", &[]);
        assert_eq!(standing(&gone, &[&gone], today), Standing::Withdrawn);
    }

    #[test]
    fn days_are_counted_over_months_and_a_circle_ends() {
        let at = "2026-03-01T10:00:00Z".parse().unwrap();
        let mut a = numbered("module", 1, "in_service", &[("previous", "MODU-2026-0002")]);
        let mut b = numbered("module", 2, "in_service", &[("previous", "MODU-2026-0001")]);
        for module in [&mut a, &mut b] {
            module.path.push(Step { at, by: "publish".to_owned(), state: "in_service".to_owned() });
        }
        assert_eq!(standing(&a, &[&a, &b], date(2026, 6, 30)), Standing::Followed(121));
    }
}
