//! What diagnoses say of entities taken together: never of one, never of two.
//!
//! Only years that are over are told. While a year runs, the table of yesterday and that of today would tell of the entity
//! that was assessed in between.

use crate::blocks::{figures, paragraph, table, words as text};
use crate::cells;
use crate::kinds::THEMES;
use crate::window::Window;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, shown, words};
use std::collections::BTreeMap;

/// Entities of a group: how many, and the mean of each theme over them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    /// How many; nothing where it may not be told.
    pub(crate) entities: Option<u32>,
    /// The mean of each theme, 0 to 100; nothing where it may not be told.
    pub(crate) means: Option<Vec<f64>>,
}

/// The last diagnosis of each entity, by the value of `by`: the scores of its themes.
fn scores<'a>(diagnoses: impl Iterator<Item = &'a Record>, by: &str) -> BTreeMap<&'a str, Vec<Vec<f64>>> {
    let mut last: BTreeMap<&str, &Record> = BTreeMap::new();
    for diagnosis in diagnoses {
        let newest = last.entry(diagnosis.value("siren")).or_insert(diagnosis);
        if newest.value("delivered_on") <= diagnosis.value("delivered_on") {
            *newest = diagnosis;
        }
    }
    let mut groups: BTreeMap<&str, Vec<Vec<f64>>> = BTreeMap::new();
    for diagnosis in last.into_values() {
        let all: Option<Vec<f64>> = THEMES.iter().map(|(_, field)| diagnosis.value(field).parse().ok()).collect();
        if let Some(all) = all {
            groups.entry(diagnosis.value(by)).or_default().push(all);
        }
    }
    groups
}

fn means(of: &[Vec<f64>]) -> Vec<f64> {
    let sum = |theme: usize| of.iter().filter_map(|scores| scores.get(theme)).sum::<f64>();
    (0..THEMES.len()).map(|theme| sum(theme) / of.len().max(1) as f64).collect()
}

/// What may be told of each group, and of all of them at the end. The mean of all is told only when those that are hidden
/// are none, or three at least: else it would give theirs away.
pub(crate) fn told<'a>(diagnoses: impl Iterator<Item = &'a Record>, by: &str) -> (BTreeMap<&'a str, Group>, Group) {
    let groups = scores(diagnoses, by);
    let n = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
    let counts: Vec<Vec<u32>> = groups.values().map(|of| vec![n(of.len())]).collect();
    let told = cells::told(&counts);
    let may = |row: usize| told.get(row).and_then(|row| row.first()).copied().unwrap_or(false);
    let group = |row: usize, of: &[Vec<f64>]| match may(row) && n(of.len()) >= cells::FEWEST {
        true => Group { entities: Some(n(of.len())), means: Some(means(of)) },
        false => Group { entities: None, means: None },
    };
    let hidden: usize = groups.values().enumerate().filter(|(row, _)| !may(*row)).map(|(_, of)| of.len()).sum();
    let all: Vec<Vec<f64>> = groups.values().flatten().cloned().collect();
    let mut total = group(groups.len(), &all);
    if hidden > 0 && n(hidden) < cells::FEWEST {
        total = Group { entities: None, means: None };
    }
    (groups.iter().enumerate().map(|(row, (code, of))| (*code, group(row, of))).collect(), total)
}

/// The sheet `aggregates`.
///
/// # Errors
/// A refusal for a year that is not over, or none.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (t, register) = (context.lang, context.register);
    let this_year = context.today().year();
    let window = Window::asked(context, this_year - 1)?;
    if window.to.year() >= this_year {
        let key = "register-diagnosis-sheet-year-running".to_owned();
        return Err(Refusal { key, ..Refusal::new().at("year") });
    }
    let by = match context.asked("by") {
        "by_size" => "size",
        "by_territory" => "territory",
        _ => "audience",
    };
    let done = |record: &&Record| window.holds(record.value("delivered_on"));
    let (groups, all) = told(context.of("diagnosis").filter(done), by);
    if groups.is_empty() {
        return Ok(vec![paragraph(context.say("no-diagnosis"))]);
    }
    let name = |code: &str| match register.field(by) {
        _ if code.is_empty() => t.say("register-prevention_action-sheet-no-size"),
        _ if by == "territory" => crate::map::name_of(code, t),
        Some(field) => shown(register, field, code, t),
        None => code.to_owned(),
    };
    let secret = || t.say("indicator-secret");
    let row = |name: String, group: &Group| {
        let mut row = vec![name, group.entities.map_or_else(secret, |n| t.integer(f64::from(n)))];
        match &group.means {
            Some(means) => row.extend(means.iter().map(|mean| t.decimal(*mean, 0))),
            None => row.extend(THEMES.iter().map(|_| secret())),
        }
        row
    };
    let mut rows: Vec<Vec<String>> = groups.iter().map(|(code, group)| row(name(code), group)).collect();
    rows.push(row(context.say("total"), &all));
    let mut columns = vec![text(context.say("column-group")), figures(context.say("column-entities"))];
    let themes = THEMES.iter().filter_map(|(_, field)| register.field(field));
    columns.extend(themes.map(|field| figures(words::field(register, field, t))));
    let year = window.from.year().to_string();
    let caption = context.say_with("aggregates-caption", &[("year", (&year).into())]);
    Ok(vec![table("tbl-aggregates", caption, columns, rows, true), paragraph(context.say("secret-note"))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::tests::record;

    fn diagnosis(number: u32, audience: &str, day: &str, score: &str) -> Record {
        let siren = format!("{number}");
        let mut values = vec![("siren", siren.as_str()), ("audience", audience), ("delivered_on", day)];
        values.extend(THEMES.iter().map(|(_, field)| (*field, score)));
        record("diagnosis", number, "delivered", &values)
    }

    #[test]
    fn a_group_of_two_is_told_by_nothing() {
        let mut all: Vec<Record> = (1..=4).map(|n| diagnosis(n, "commune", "2025-03-01", "40")).collect();
        all.extend((5..=6).map(|n| diagnosis(n, "hospital", "2025-03-01", "10")));
        let (groups, total) = told(all.iter(), "audience");
        assert_eq!(groups["hospital"], Group { entities: None, means: None });
        // One other group only: it or the total must stay silent, or the two hospitals are the difference.
        assert!(groups["commune"].entities.is_none() || total.means.is_none());
    }

    #[test]
    fn three_and_more_have_a_mean_and_each_entity_counts_once() {
        let mut all: Vec<Record> = (1..=3).map(|n| diagnosis(n, "commune", "2025-03-01", "40")).collect();
        all.push(diagnosis(3, "commune", "2025-06-01", "70"));
        let (groups, total) = told(all.iter(), "audience");
        assert_eq!(groups["commune"].entities, Some(3));
        assert_eq!(groups["commune"].means.as_deref().map(|means| means[0]), Some(50.0), "the last of each");
        assert_eq!(total.entities, Some(3));
    }
}
