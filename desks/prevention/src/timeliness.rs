//! Whether actions are logged in time: within seven days, nine of ten at least.

use crate::blocks::{figures, key, paragraph, table, words};
use crate::window::Window;
use beffroi_clocks::Zone;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext};
use jiff::civil::Date;

/// Days within which an action is logged.
pub(crate) const DAYS: u16 = 7;
/// The share that is aimed at: a rule of the house.
const AIM: f64 = 0.9;

/// Days from the action to its logging; nothing as long as it is not logged.
pub(crate) fn delay(action: &Record) -> Option<i32> {
    let held: Date = action.value("date").parse().ok()?;
    let logged = action.path.iter().find(|step| step.state == "logged")?;
    Zone::Paris.day(logged.at).since(held).ok().map(|span| span.get_days())
}

/// Actions held, those logged in time, and those not logged although the time has passed.
pub(crate) fn counted<'a>(
    actions: impl Iterator<Item = &'a Record>,
    window: Window,
    today: Date,
) -> (u32, u32, Vec<&'a Record>) {
    let (mut due, mut kept, mut late) = (0_u32, 0_u32, Vec::new());
    for action in actions.filter(|action| action.state != "not_held" && window.holds(action.value("date"))) {
        let days = i32::from(DAYS);
        let age = action.value("date").parse::<Date>().ok().and_then(|day| today.since(day).ok());
        match delay(action) {
            Some(delay) => {
                due += 1;
                kept += u32::from(delay <= days);
            }
            None if age.is_some_and(|age| age.get_days() > days) => {
                due += 1;
                late.push(action);
            }
            None => {}
        }
    }
    (due, kept, late)
}

/// The sheet `timeliness`.
///
/// # Errors
/// A refusal for a year that is none.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let window = Window::asked(context, context.today().year())?;
    let (due, kept, late) = counted(context.of("prevention_action"), window, context.today());
    if due == 0 {
        return Ok(vec![paragraph(context.say("no-action"))]);
    }
    let share = t.percent(f64::from(kept) / f64::from(due), 0);
    let (n, of, aim) = (t.integer(f64::from(kept)), t.integer(f64::from(due)), t.percent(AIM, 0));
    let note = context.say_with("in-time-note", &[("n", (&n).into()), ("of", (&of).into()), ("aim", (&aim).into())]);
    let mut blocks = vec![Block::KeyFigures(vec![key(share, context.say("in-time"), note)])];
    let rows: Vec<Vec<String>> = late
        .iter()
        .map(|action| {
            let days = action.value("date").parse::<Date>().ok().and_then(|day| context.today().since(day).ok());
            let days = days.map_or_else(String::new, |span| t.integer(f64::from(span.get_days())));
            vec![action.reference.clone(), action.value("entity").to_owned(), action.owner.to_string(), days]
        })
        .collect();
    if !rows.is_empty() {
        let columns = vec![
            words(context.say("column-action")),
            words(context.say("column-entity")),
            words(context.say("column-service")),
            figures(context.say("column-days")),
        ];
        blocks.push(table("tbl-late", context.say("late"), columns, rows, false));
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::tests::record;
    use jiff::civil::date;

    #[test]
    fn an_action_is_in_time_on_the_seventh_day_and_late_on_the_eighth() {
        // The records of the tests are logged on 1 June 2026.
        let action = |number, day| record("prevention_action", number, "logged", &[("date", day)]);
        let all = [
            action(1, "2026-05-25"),
            action(2, "2026-05-24"),
            record("prevention_action", 3, "to_log", &[("date", "2026-05-30")]),
            record("prevention_action", 4, "to_log", &[("date", "2026-05-20")]),
            record("prevention_action", 5, "not_held", &[("date", "2026-05-20")]),
        ];
        let (due, kept, late) = counted(all.iter(), Window::of(2026, None).unwrap(), date(2026, 6, 2));
        assert_eq!((due, kept), (3, 1));
        assert_eq!(late.iter().map(|action| action.reference.as_str()).collect::<Vec<_>>(), ["X-2026-0004"]);
    }
}
