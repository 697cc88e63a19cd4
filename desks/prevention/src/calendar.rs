//! The calendar of the plan, and what is booked twice in it.

use crate::blocks::{paragraph, table, warning, words};
use crate::map::name_of;
use crate::window::Window;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, shown};
use beffroi_wording::Value;
use jiff::civil::Date;

/// Why two lines of the plan may be one too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clash {
    /// The same partner in the same territory.
    Partner,
    /// The same audience in the same territory.
    Audience,
}

/// First and last day of a line.
fn days(line: &Record) -> Option<(Date, Date)> {
    let from = line.value("starts").parse().ok()?;
    Some((from, line.value("ends").parse().unwrap_or(from)))
}

/// Whether two lines of the plan book the same partner or the same audience on the same days in the same territory. What
/// was cancelled books nothing.
pub(crate) fn clash(one: &Record, other: &Record) -> Option<Clash> {
    let stands = |line: &Record| line.state != "cancelled";
    let same = |field: &str| !one.value(field).is_empty() && one.value(field) == other.value(field);
    let ((from, to), (other_from, other_to)) = (days(one)?, days(other)?);
    let together = from <= other_to && other_from <= to;
    if !together || !same("territory") || !stands(one) || !stands(other) {
        return None;
    }
    match () {
        () if same("partner") => Some(Clash::Partner),
        () if same("audience") => Some(Clash::Audience),
        () => None,
    }
}

/// The sheet `calendar`.
///
/// # Errors
/// A refusal for a year that is none.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let window = Window::asked(context, context.today().year())?;
    let mut lines: Vec<&Record> = context
        .of("prevention_plan")
        .filter(|line| days(line).is_some_and(|(from, to)| from <= window.to && window.from <= to))
        .collect();
    lines.sort_by_key(|line| (line.value("starts"), line.reference.as_str()));
    if lines.is_empty() {
        return Ok(vec![paragraph(context.say("nothing-planned"))]);
    }
    let mut blocks = Vec::new();
    for (at, one) in lines.iter().enumerate() {
        for other in lines.iter().skip(at + 1) {
            let key = match clash(one, other) {
                Some(Clash::Partner) => "clash-partner",
                Some(Clash::Audience) => "clash-audience",
                None => continue,
            };
            let named = [("one", Value::from(&one.reference)), ("other", Value::from(&other.reference))];
            blocks.push(warning(context.say("clash"), context.say_with(key, &named)));
        }
    }
    let columns = [
        "column-line",
        "column-title",
        "column-starts",
        "column-ends",
        "column-territory",
        "column-audience",
        "column-partner",
        "column-state",
    ];
    let columns = columns.map(|name| words(context.say(name))).into();
    let field = |line: &Record, name: &str| {
        let field = context.register.field(name);
        field.map_or_else(String::new, |field| shown(context.register, field, line.value(name), t))
    };
    let rows = lines
        .iter()
        .map(|line| {
            vec![
                line.reference.clone(),
                line.value("title").to_owned(),
                field(line, "starts"),
                field(line, "ends"),
                name_of(line.value("territory"), t),
                field(line, "audience"),
                field(line, "partner"),
                beffroi_register::words::state(context.register, &line.state, t),
            ]
        })
        .collect();
    blocks.push(table("tbl-calendar", context.say("calendar"), columns, rows, false));
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::tests::record;

    fn line(number: u32, state: &str, starts: &str, ends: &str, audience: &str, partner: &str) -> Record {
        let values =
            [("starts", starts), ("ends", ends), ("territory", "35"), ("audience", audience), ("partner", partner)];
        record("prevention_plan", number, state, &values)
    }

    #[test]
    fn a_partner_is_booked_once_a_day() {
        let one = line(1, "planned", "2026-10-05", "2026-10-09", "company", "chamber_of_commerce");
        let inside = line(2, "draft", "2026-10-09", "", "school", "chamber_of_commerce");
        let after = line(3, "planned", "2026-10-10", "", "company", "chamber_of_commerce");
        let people = line(4, "planned", "2026-10-06", "", "company", "");
        let alone = line(5, "planned", "2026-10-06", "", "school", "");
        let cancelled = line(6, "cancelled", "2026-10-06", "", "company", "chamber_of_commerce");
        assert_eq!(clash(&one, &inside), Some(Clash::Partner));
        assert_eq!(clash(&one, &people), Some(Clash::Audience));
        for free in [&after, &alone, &cancelled] {
            assert_eq!(clash(&one, free), None, "{}", free.reference);
        }
    }
}
