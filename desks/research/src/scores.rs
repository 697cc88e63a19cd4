//! How well forecasts did: the Brier score, its parts, and what became of each word.

use crate::blocks::{paragraph, table};
use beffroi_document::{Block, KeyFigure};
use beffroi_forecast::{Forecast, SCALE, Score, brier, word};
use beffroi_register::{Record, Refusal, SheetContext, shown};
use jiff::civil::Date;

/// The forecasts of which the outcome is known.
pub(crate) fn resolved<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<Forecast> {
    records
        .filter(|record| record.state == "resolved")
        .filter_map(|record| {
            let probability = word(record.value("probability"))?.probability();
            Some(Forecast { probability, happened: record.value("happened") == "yes" })
        })
        .collect()
}

/// The score as key figures; the words are those of the register of forecasts.
pub(crate) fn figures(context: &SheetContext<'_>, score: &Score) -> Block {
    let figure = |value: Option<f64>, what: &str| KeyFigure {
        value: value.map_or_else(|| "–".to_owned(), |value| context.lang.decimal(value, 3)),
        label: context.lang.say(&format!("forecast-score-{what}")),
        note: context.lang.say(&format!("forecast-score-{what}-note")),
        certificate: String::new(),
    };
    Block::KeyFigures(vec![
        figure(Some(score.brier), "brier"),
        figure(Some(score.reliability), "reliability"),
        figure(Some(score.resolution), "resolution"),
        figure(Some(score.uncertainty), "uncertainty"),
        figure(score.skill, "skill"),
    ])
}

/// Sheet of the forecasts: the score of those whose outcome is known, by word; and those that wait for theirs.
pub(crate) fn scores(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let known = resolved(context.of("forecast"));
    let mut blocks = Vec::new();
    match brier(&known) {
        Ok(score) => {
            blocks.push(paragraph(context.say_with("scores-sum", &[("n", (score.n as i64).into())])));
            blocks.push(figures(context, &score));
            let rows = SCALE.into_iter().map(|word| {
                let bin = score.bins.iter().find(|bin| bin.probability == word.probability());
                let label = context.lang.say(&format!("register-forecast-choice-probability-{}", word.code));
                let n = bin.map_or(0, |bin| bin.n);
                let share = bin.map_or_else(|| "–".to_owned(), |bin| context.lang.percent(bin.share(), 0));
                vec![label, context.lang.percent(word.probability(), 0), n.to_string(), share]
            });
            blocks.push(table(context, "scores", &["word", "#told", "#n", "#happened"], rows.collect()));
        }
        Err(_) => blocks.push(paragraph(context.say("scores-none"))),
    }
    let today = context.today();
    let waiting = context.of("forecast").filter(|record| record.state == "told").map(|record| {
        let late = record.value("horizon").parse::<Date>().is_ok_and(|day| day < today);
        let value = |name: &str| {
            let field = context.register.field(name);
            field.map_or_else(String::new, |field| shown(context.register, field, record.value(name), context.lang))
        };
        let state = context.say(if late { "scores-due" } else { "scores-waits" });
        vec![record.reference.clone(), value("title"), value("probability"), value("horizon"), state]
    });
    let waiting: Vec<Vec<String>> = waiting.collect();
    blocks.push(table(context, "scores-open", &["reference", "title", "probability", "horizon", "state"], waiting));
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::record;

    #[test]
    fn only_what_is_resolved_is_scored() {
        let of = |state: &str, happened: &str| {
            record("forecast", state, &[("probability", "likely"), ("happened", happened)])
        };
        let records = [of("resolved", "yes"), of("resolved", "no"), of("told", ""), of("void", "yes")];
        let found = resolved(records.iter());
        assert_eq!(
            found.iter().map(|one| (one.probability, one.happened)).collect::<Vec<_>>(),
            [(0.75, true), (0.75, false)]
        );
    }
}
