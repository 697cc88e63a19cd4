//! The delivery itself: who, what, how complete, how valid, how late.

use super::{Section, Words, outcome};
use crate::quality::sheet::{Delay, QualitySheet};
use beffroi_wording::Value;

/// Most rows shown of one table.
pub(super) const SHOWN: usize = 50;

pub(super) fn delivery(sheet: &QualitySheet, words: Words) -> Section {
    let mut section = words.section("delivery");
    let of = &sheet.delivery;
    let mut term = |key: &str, text: String| section.terms.push((words.say(&format!("quality-term-{key}")), text));
    term("outcome", outcome(sheet, words.lang));
    term("file", of.file.clone());
    term("digest", of.file_sha256.clone());
    term("mapping", of.mapping_version.clone());
    term("vintage", words.lang.date(of.vintage));
    term("at", words.instant(of.at));
    term("who", of.who.clone());
    for (key, n) in [
        ("read", of.rows_read),
        ("accepted", of.rows_accepted),
        ("rejected", of.rows_rejected),
        ("duplicate", of.rows_duplicate),
        ("skipped", sheet.rows_skipped),
    ] {
        term(key, words.n(n));
    }
    section
}

pub(super) fn completeness(sheet: &QualitySheet, words: Words) -> Section {
    let mut section = words.section("completeness");
    let of = &sheet.completeness;
    let mut term = |key: &str, text: String| section.terms.push((words.say(&format!("quality-term-{key}")), text));
    if let (Some(first), Some(last)) = (of.first, of.last) {
        term("span", format!("{} – {}", words.lang.date(first), words.lang.date(last)));
    }
    if of.n_months > 0 {
        term("months", words.n(of.n_months));
        let missing = of.missing_months.first.iter().map(|month| words.period(month));
        term("missing-months", listed(missing.collect(), of.missing_months.n, words));
    }
    if of.n_departments > 0 {
        term("departments", words.n(of.n_departments));
        let missing = of.missing_departments.first.iter().map(|code| words.territory(code));
        term("missing-departments", listed(missing.collect(), of.missing_departments.n, words));
    }
    term("not-located", words.figure(Some(of.n_not_located as f64)));
    let rows = of.fields.iter().map(|share| {
        let part = if of.n_rows == 0 { f64::NAN } else { share.n as f64 / of.n_rows as f64 };
        vec![words.say(&format!("quality-field-{}", share.field.replace('_', "-"))), words.lang.percent(part, 0)]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let n = rows.len() as u64;
    section.tables.extend(words.table("fields", &["field", "#share"], rows, n));
    section
}

/// The first of several names, and how many more.
fn listed(names: Vec<String>, n: u64, words: Words) -> String {
    const NAMED: usize = 12;
    if names.is_empty() {
        return words.say("quality-none-missing");
    }
    let named: Vec<String> = names.into_iter().take(NAMED).collect();
    let left = n.saturating_sub(named.len() as u64);
    let named = named.join(", ");
    match left {
        0 => named,
        left => {
            let count = Value::Count(i64::try_from(left).unwrap_or(i64::MAX));
            words.lang.say_with("quality-and-more", &[("named", (&named).into()), ("n", count)])
        }
    }
}

pub(super) fn validity(sheet: &QualitySheet, words: Words) -> Section {
    let mut section = words.section("validity");
    let of = &sheet.validity;
    if of.findings.n == 0 {
        section.notes.push(words.say("quality-no-finding"));
        return section;
    }
    section.notes.push(words.say("quality-findings-note"));
    let whole_row = || words.say("quality-whole-row");
    let fate = |rejected: bool| words.say(if rejected { "quality-set-aside" } else { "quality-kept-without" });
    let column = |name: &Option<String>| name.clone().unwrap_or_else(whole_row);
    let rule = |code: &str| words.say(&format!("quality-rule-{code}"));
    let rows = of
        .rules
        .iter()
        .take(SHOWN)
        .map(|line| vec![rule(&line.rule), column(&line.column), fate(line.rejected), words.n(line.n)]);
    let columns = ["rule", "column", "fate", "#number"];
    section.tables.extend(words.table("rules", &columns, rows.collect(), of.rules.len() as u64));
    let rows = of.findings.first.iter().take(SHOWN).map(|finding| {
        vec![finding.line.to_string(), column(&finding.column), rule(&finding.rule), fate(finding.rejected)]
    });
    let columns = ["line", "column", "rule", "fate"];
    section.tables.extend(words.table("findings", &columns, rows.collect(), of.findings.n));
    section
}

pub(super) fn timeliness(sheet: &QualitySheet, words: Words) -> Section {
    let mut section = words.section("timeliness");
    let of = &sheet.timeliness;
    let days = |n: i64| words.lang.say_with("quality-days", &[("n", Value::Count(n))]);
    let delay = |delay: Delay| {
        let (median, ninth) = (days(delay.median), days(delay.ninth_decile));
        words.lang.say_with("quality-delay", &[("median", (&median).into()), ("ninth", (&ninth).into())])
    };
    let mut term = |key: &str, text: String| section.terms.push((words.say(&format!("quality-term-{key}")), text));
    if let Some(to_report) = of.facts_to_report {
        term("to-report", delay(to_report));
    }
    if let Some(to_delivery) = of.to_delivery {
        term(if sheet.of_reports { "report-to-delivery" } else { "period-to-delivery" }, delay(to_delivery));
    }
    match (of.due, of.days_late) {
        (Some(due), Some(late)) => {
            term("due", words.lang.date(due));
            term("late", if late == 0 { words.say("quality-in-time") } else { days(late) });
        }
        _ => term("due", words.say("quality-no-rhythm")),
    }
    section
}
