//! What seems to stand twice, and what all sources together may have missed.

use super::{Section, Words};
use crate::quality::sheet::{ModelLine, QualitySheet};

/// Models shown, the first by AIC.
const MODELS: usize = 8;

pub(super) fn section(sheet: &QualitySheet, words: Words) -> Section {
    let mut section = words.section("duplicates");
    let Some(of) = &sheet.overlaps else {
        section.notes.push(words.say("quality-not-looked-for"));
        return section;
    };
    section.notes.push(words.say("quality-never-removed"));
    if let (Some(from), Some(to)) = (of.from, of.to) {
        section.terms.push((
            words.say("quality-term-looked-at"),
            format!("{} – {}", words.lang.date(from), words.lang.date(to)),
        ));
    }
    if of.n_crowded > 0 {
        section.terms.push((words.say("quality-term-crowded"), words.n(of.n_crowded)));
    }
    let rows: Vec<Vec<String>> = of.sources.iter().map(|line| vec![line.source.to_string(), words.n(line.n)]).collect();
    let n = rows.len() as u64;
    section.tables.extend(words.table("sources", &["source", "#number"], rows, n));
    if of.pairs.is_empty() {
        section.notes.push(words.say("quality-no-pair"));
    }
    let rows = of.pairs.iter().map(|line| {
        vec![
            couple(line.first.as_str(), line.second.as_str()),
            words.say(&format!("quality-pair-{}", line.reason)),
            words.lang.percent(line.confidence, 0),
            words.n(line.n),
        ]
    });
    let columns = ["sources", "reason", "#confidence", "#number"];
    section.tables.extend(words.table("pairs", &columns, rows.collect(), of.pairs.len() as u64));
    let rows = of.estimates.iter().map(|line| {
        let mut range = words.range(line.estimate);
        if line.is_small && line.estimate.is_some() {
            range = format!("{range} ({})", words.say("quality-small-overlap"));
        }
        vec![
            couple(line.first.as_str(), line.second.as_str()),
            words.n(line.n_first),
            words.n(line.n_second),
            words.n(line.n_both),
            range,
        ]
    });
    let columns = ["sources", "#first", "#second", "#both", "#estimate"];
    section.tables.extend(words.table("estimates", &columns, rows.collect(), of.estimates.len() as u64));
    let rows = of.models.iter().take(MODELS).map(|model| row(model, words));
    let columns = ["model", "#estimate", "#deviance", "#freedom", "#aic", "#bic"];
    section.tables.extend(words.table("models", &columns, rows.collect(), of.models.len() as u64));
    if !of.estimates.is_empty() {
        section.notes.push(words.say("quality-estimate-limits"));
    }
    section
}

fn couple(first: &str, second: &str) -> String {
    format!("{first} × {second}")
}

fn row(model: &ModelLine, words: Words) -> Vec<String> {
    let pairs: Vec<String> = model.pairs.iter().map(|(a, b)| couple(a.as_str(), b.as_str())).collect();
    vec![
        if pairs.is_empty() { words.say("quality-independence") } else { pairs.join(", ") },
        words.range(model.estimate),
        words.lang.decimal(model.deviance, 2),
        words.n(model.degrees_of_freedom),
        words.lang.decimal(model.aic, 2),
        words.lang.decimal(model.bic, 2),
    ]
}
