//! Controls, differences from what was known, and figures that look like slips.

use super::content::SHOWN;
use super::{Section, Words, verdict};
use crate::quality::sheet::{ControlState, Difference, QualitySheet};

pub(super) fn controls(sheet: &QualitySheet, words: Words) -> Section {
    let mut section = words.section("controls");
    section.notes.push(verdict(sheet, words.lang));
    let state = |state: ControlState| match state {
        ControlState::Held => words.say("quality-state-held"),
        ControlState::Failed => words.say("quality-state-failed"),
        ControlState::Unchecked => words.say("quality-state-unchecked"),
    };
    let rows = sheet.controls.iter().map(|control| {
        vec![
            control.name.clone(),
            words.say(&format!("quality-kind-{}", control.kind)),
            words.say(&format!("quality-severity-{}", control.severity)),
            state(control.state),
            words.n(control.n_checked),
            words.n(control.faults.n),
            words.n(control.n_unread),
        ]
    });
    let columns = ["control", "kind", "severity", "state", "#checked", "#faults", "#unread"];
    section.tables.extend(words.table("controls", &columns, rows.collect(), sheet.controls.len() as u64));
    let mut rows = Vec::new();
    let mut n_faults = 0;
    for control in &sheet.controls {
        n_faults += control.faults.n;
        for fault in &control.faults.first {
            let number =
                |value: Option<f64>| value.map_or_else(|| words.say("indicator-no-value"), |v| words.number(v));
            let hint = fault.slip.as_ref().map_or_else(String::new, |slip| {
                let (found, meant) = (words.number(slip.found), words.number(slip.meant));
                let place = words.place(&slip.place);
                let values = [("found", (&found).into()), ("meant", (&meant).into()), ("place", (&place).into())];
                words.lang.say_with(&format!("quality-hint-{}", slip.slip), &values)
            });
            let missing = fault.expected.is_none() && fault.found.is_none() && control.kind == "complete";
            let hint = if missing { words.say("quality-missing") } else { hint };
            let place = words.place(&fault.place);
            rows.push(vec![control.name.clone(), place, number(fault.expected), number(fault.found), hint]);
        }
    }
    rows.truncate(SHOWN);
    let columns = ["control", "place", "#expected", "#found", "hint"];
    section.tables.extend(words.table("faults", &columns, rows, n_faults));
    let gaps = || sheet.controls.iter().flat_map(|control| &control.gaps.first);
    let rows = gaps().take(SHOWN).map(|gap| {
        let share = words.lang.percent((gap.whole - gap.parts) / gap.whole, 1);
        let [whole, parts, left] = [gap.whole, gap.parts, gap.whole - gap.parts].map(|value| words.number(value));
        vec![words.place(&gap.place), whole, parts, left, share]
    });
    let n_gaps = sheet.controls.iter().map(|control| control.gaps.n).sum();
    let columns = ["place", "#whole", "#parts", "#not-located", "#share"];
    section.tables.extend(words.table("gaps", &columns, rows.collect(), n_gaps));
    section
}

pub(super) fn differences(sheet: &QualitySheet, words: Words) -> Section {
    let mut section = words.section("differences");
    let of = &sheet.differences;
    if !of.compared {
        section.notes.push(words.say("quality-nothing-before"));
        return section;
    }
    let (share, units) = (words.lang.percent(of.relative, 1), words.number(of.absolute));
    let n = words.n(of.n_compared);
    let values = [("n", (&n).into()), ("share", (&share).into()), ("units", (&units).into())];
    section.notes.push(words.lang.say_with("quality-thresholds", &values));
    if words.of_reports {
        section.notes.push(words.say("quality-rounded"));
    }
    let row = |line: &Difference| {
        let change = match (line.before, line.after) {
            (Some(before), Some(after)) if before > 0.0 && !secret(words, before, after) => {
                words.lang.growth((after - before) / before, 1)
            }
            _ => String::new(),
        };
        let vintage = match (line.same_vintage, line.vintage) {
            (true, _) => words.say("quality-same-vintage"),
            (false, Some(vintage)) => words.lang.date(vintage),
            (false, None) => String::new(),
        };
        vec![words.place(&line.place), vintage, words.figure(line.before), words.figure(line.after), change]
    };
    let columns = ["place", "vintage", "#before", "#after", "#change"];
    for (id, list) in [("changed", &of.changed), ("vanished", &of.vanished), ("new", &of.new)] {
        let rows = list.first.iter().take(SHOWN).map(row).collect();
        section.tables.extend(words.table(id, &columns, rows, list.n));
    }
    if of.changed.n + of.vanished.n + of.new.n == 0 {
        section.notes.push(words.say("quality-no-difference"));
    }
    section
}

/// A change of counts of reports whose parts are rounded or secret would give them back.
fn secret(words: Words, before: f64, after: f64) -> bool {
    words.of_reports && before.min(after) < 100.0
}

pub(super) fn suspicions(sheet: &QualitySheet, words: Words) -> Section {
    let mut section = words.section("suspicions");
    let of = &sheet.suspicions;
    if words.of_reports {
        section.notes.push(words.say("quality-suspicions-counts-only"));
    } else if of.n == 0 {
        section.notes.push(words.say("quality-no-suspicion"));
    } else {
        section.notes.push(words.say("quality-suspicions-note"));
    }
    let rows = of.first.iter().take(SHOWN).map(|line| {
        let (found, expected) = (words.number(line.found), words.number(line.expected));
        vec![words.place(&line.place), found, expected, words.say(&format!("quality-reason-{}", line.reason))]
    });
    let columns = ["place", "#found", "#expected", "reason"];
    section.tables.extend(words.table("suspicions", &columns, rows.collect(), of.n));
    section
}
