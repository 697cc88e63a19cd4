//! How fast requests are answered by urgency, and what could not be met.

use crate::blocks::{capability, figure, paragraph, place, table};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, words};
use std::collections::BTreeMap;

/// Hours from the day a request was added to its first entry into one of these states; nothing when it never was.
fn hours_to(request: &Record, states: &[&str]) -> Option<f64> {
    let step = request.path.iter().find(|step| states.contains(&step.state.as_str()))?;
    Some(step.at.duration_since(request.added_at()).as_secs_f64() / 3600.0)
}

/// The value below which lies that share of all (nearest rank); nothing for none.
fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil().max(1.0) as usize;
    values.get(rank - 1).copied()
}

/// See the register `support_request`.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let requests: Vec<&Record> = context.of("support_request").collect();
    let t = context.lang;
    let urgent: Vec<&&Record> = requests.iter().filter(|request| request.value("urgent") == "yes").collect();
    let in_time = urgent
        .iter()
        .filter(|request| hours_to(request, &["acknowledged", "engaged"]).is_some_and(|hours| hours <= 1.0));
    let share = if urgent.is_empty() { f64::NAN } else { in_time.count() as f64 / urgent.len() as f64 };
    Ok(vec![
        paragraph(context.say("delays-reading")),
        Block::KeyFigures(vec![figure(
            t.percent(share, 0),
            context.say("delays-in-time"),
            context.say("delays-in-time-note"),
        )]),
        by_urgency(context, &requests),
        by_group(context, &requests, "unmet", "capability", |request| capability(t, request.value("capability"))),
        by_group(context, &requests, "zones", "territory", |request| place(t, request.value("territory"))),
        grounds(context, &requests),
    ])
}

fn by_urgency(context: &SheetContext<'_>, requests: &[&Record]) -> Block {
    let t = context.lang;
    let told = |mut hours: Vec<f64>, share: f64| {
        quantile(&mut hours, share).map_or_else(|| "–".to_owned(), |hours| t.decimal(hours, 1))
    };
    let row = |urgent: &str| {
        let of: Vec<&&Record> = requests.iter().filter(|request| request.value("urgent") == urgent).collect();
        let hours =
            |states: &[&str]| -> Vec<f64> { of.iter().filter_map(|request| hours_to(request, states)).collect() };
        let (acknowledged, engaged) = (hours(&["acknowledged", "engaged"]), hours(&["engaged"]));
        vec![
            context.say(if urgent == "yes" { "delays-urgent" } else { "delays-usual" }),
            t.integer(of.len() as f64),
            told(acknowledged.clone(), 0.5),
            told(acknowledged, 0.9),
            told(engaged.clone(), 0.5),
            told(engaged, 0.9),
        ]
    };
    let columns = ["urgency", "requests", "acknowledged_half", "acknowledged_most", "engaged_half", "engaged_most"];
    let figures = ["requests", "acknowledged_half", "acknowledged_most", "engaged_half", "engaged_most"];
    table(context, "delays", &columns, &figures, vec![row("yes"), row("no")])
}

/// Requests and those that could not be met, by what `group` says of each.
fn by_group(
    context: &SheetContext<'_>,
    requests: &[&Record],
    id: &str,
    column: &str,
    group: impl Fn(&Record) -> String,
) -> Block {
    let t = context.lang;
    let mut groups: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for request in requests {
        let (all, unmet) = groups.entry(group(request)).or_default();
        *all += 1;
        *unmet += u32::from(request.state == "unmet");
    }
    let row = |(name, (all, unmet)): (String, (u32, u32))| {
        let share = t.percent(f64::from(unmet) / f64::from(all), 0);
        vec![name, t.integer(f64::from(all)), t.integer(f64::from(unmet)), share]
    };
    let figures = ["requests", "not_met", "share"];
    table(context, id, &[column, "requests", "not_met", "share"], &figures, groups.into_iter().map(row).collect())
}

/// Each request that was refused or not met, with why.
fn grounds(context: &SheetContext<'_>, requests: &[&Record]) -> Block {
    let row = |request: &&Record| {
        vec![
            request.reference.clone(),
            words::state(context.register, &request.state, context.lang),
            request.value("ground").to_owned(),
        ]
    };
    let turned = requests.iter().filter(|request| matches!(request.state.as_str(), "unmet" | "refused"));
    table(context, "grounds", &["reference", "state", "ground"], &[], turned.map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::quantile;

    #[test]
    fn quantiles_are_values_that_were_seen() {
        assert_eq!(quantile(&mut [], 0.5), None);
        assert_eq!(quantile(&mut [3.0], 0.9), Some(3.0));
        assert_eq!(quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.5), Some(2.0));
        assert_eq!(quantile(&mut [4.0, 1.0, 3.0, 2.0], 0.9), Some(4.0));
    }
}
