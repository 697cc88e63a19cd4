//! When conventions end, and when their worth was last looked at.

use crate::blocks::{paragraph, table};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, shown};
use jiff::civil::Date;

/// The last day of a period.
pub(crate) fn last_day(period: &str) -> Option<Date> {
    period.split_once('/')?.1.parse().ok()
}

/// How a convention stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Expired,
    /// It ends in so many days, 90 at most.
    Soon(i32),
    Holds,
}

fn standing(convention: &Record, today: Date) -> Standing {
    let left = last_day(convention.value("period")).and_then(|end| today.until(end).ok());
    match left.map(|span| span.get_days()) {
        Some(days) if days < 0 => Standing::Expired,
        Some(days) if days <= 90 => Standing::Soon(days),
        _ => Standing::Holds,
    }
}

/// Whether its worth was last assessed more than twelve months before `today`.
fn is_late(convention: &Record, today: Date) -> bool {
    let year_ago = today.saturating_sub(jiff::Span::new().months(12));
    convention.value("assessed").parse::<Date>().is_ok_and(|day| day < year_ago)
}

/// Sheet of the conventions in force: the first to end first.
pub(crate) fn expiry(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let today = context.today();
    let mut live: Vec<&Record> = context.of("convention").filter(|known| known.state == "live").collect();
    live.sort_by_key(|known| (last_day(known.value("period")), known.reference.clone()));
    let value = |record: &Record, name: &str| match context.register.field(name) {
        Some(field) => shown(context.register, field, record.value(name), context.lang),
        None => String::new(),
    };
    let rows: Vec<Vec<String>> = live
        .iter()
        .map(|known| {
            let state = match standing(known, today) {
                Standing::Expired => context.say("expiry-expired"),
                Standing::Soon(days) => context.say_with("expiry-soon", &[("days", i64::from(days).into())]),
                Standing::Holds => context.say("expiry-holds"),
            };
            let assessed = match is_late(known, today) {
                true => context.say_with("expiry-late", &[("day", (&value(known, "assessed")).into())]),
                false => value(known, "assessed"),
            };
            vec![
                known.reference.clone(),
                known.value("title").to_owned(),
                known.value("partner").to_owned(),
                last_day(known.value("period")).map(|day| context.lang.date(day)).unwrap_or_default(),
                state,
                assessed,
                value(known, "worth"),
            ]
        })
        .collect();
    let expired = live.iter().filter(|known| standing(known, today) == Standing::Expired).count();
    let late = live.iter().filter(|known| is_late(known, today)).count();
    let n = live.len();
    let columns = ["reference", "title", "partner", "end", "state", "assessed", "worth"];
    Ok(vec![
        paragraph(context.say_with(
            "expiry-sum",
            &[("n", (n as i64).into()), ("expired", (expired as i64).into()), ("late", (late as i64).into())],
        )),
        table(context, "expiry", &columns, rows),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::record;
    use jiff::civil::date;

    #[test]
    fn a_convention_holds_to_its_last_day() {
        let of = |day| standing(&record("convention", "live", &[("period", "2026-01-01/2026-06-30")]), day);
        assert_eq!(of(date(2026, 1, 1)), Standing::Holds);
        assert_eq!(of(date(2026, 4, 1)), Standing::Soon(90));
        assert_eq!(of(date(2026, 6, 30)), Standing::Soon(0));
        assert_eq!(of(date(2026, 7, 1)), Standing::Expired);
        assert_eq!(standing(&record("convention", "live", &[]), date(2026, 7, 1)), Standing::Holds);
    }

    #[test]
    fn worth_is_looked_at_once_a_year() {
        let on = date(2026, 7, 1);
        assert!(!is_late(&record("convention", "live", &[("assessed", "2025-07-01")]), on));
        assert!(is_late(&record("convention", "live", &[("assessed", "2025-06-30")]), on));
    }
}
