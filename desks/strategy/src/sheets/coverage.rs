//! The matrix of coverage: each objective of another framework, what answers it, who says so and when; or why nothing does.

use super::{naming, own};
use crate::blocks::{cell, figures, or_dash, paragraph, share, table};
use crate::coverage::{Line, of_document, of_framework};
use crate::editions::live;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext};
use beffroi_wording::Value;
use std::collections::BTreeSet;

/// The matrix; at the very move that concludes it is refused while a row is empty (J1.2).
pub(crate) fn matrix(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let (own, t) = (own(context)?, context.lang);
    let strategy = own.value("strategy");
    let stands: Vec<&Record> =
        naming(context, "mapping", "strategy", strategy).into_iter().filter(|one| one.state == "stands").collect();
    let lines = match own.value("document") {
        "" => context.find(own.value("framework")).map(|known| of_framework(known, &stands)).unwrap_or_default(),
        head => of_document(head, &stands, t.code()),
    };
    let empty: Vec<&str> = lines.iter().filter(|line| line.is_empty()).map(|line| line.code.as_str()).collect();
    let concludes = own.path.last().is_some_and(|step| step.by == "conclude" && step.at == context.now);
    if concludes && (lines.is_empty() || !empty.is_empty() || strategy.is_empty()) {
        return Err(Refusal::new().with("which", empty.join(", ")));
    }
    let count = |holds: &dyn Fn(&Line<'_>) -> bool| lines.iter().filter(|line| holds(line)).count();
    let answered = count(&|line| line.n_answering() > 0);
    let several = count(&|line| line.n_answering() > 1);
    let mut blocks = vec![
        paragraph(context.say(if empty.is_empty() { "matrix-full" } else { "matrix-lead" })),
        figures(
            t,
            &[
                ("covered", format!("{answered} / {} ({})", lines.len(), share(answered, lines.len(), t))),
                ("reasoned", count(&|line| !line.is_empty() && line.n_answering() == 0).to_string()),
                ("empty", empty.len().to_string()),
                ("several", several.to_string()),
            ],
        ),
    ];
    let rows = lines.iter().flat_map(|line| rows(line, context));
    let columns = &["code", "heading", "answered_by", "degree", "reason", "mapped_by", "mapped_on"];
    blocks.push(table(context, "matrix-table", columns, rows.collect()));
    blocks.extend(without_echo(strategy, &lines, context));
    Ok(blocks)
}

fn rows(line: &Line<'_>, context: &SheetContext<'_>) -> Vec<Vec<String>> {
    let t = context.lang;
    let head = [line.code.clone(), line.heading.clone()];
    if line.is_empty() {
        let dash = || "–".to_owned();
        return vec![[head.to_vec(), vec![dash(), context.say("matrix-empty"), dash(), dash(), dash()]].concat()];
    }
    let answer = |one: &&Record| {
        let named = ["action", "objective"].map(|field| one.value(field)).into_iter().filter(|name| !name.is_empty());
        let by = named.map(|reference| {
            let title = context.find(reference).map_or("", |record| record.value("title"));
            format!("{reference} {title}").trim().to_owned()
        });
        let told = ["degree", "reason", "mapped_by", "mapped_on"].map(|field| cell(one, field, t));
        [head.to_vec(), vec![or_dash(by.collect::<Vec<_>>().join(" ; "))], told.to_vec()].concat()
    };
    line.answers.iter().map(answer).collect()
}

/// Objectives of the edition that answer nothing of the framework: to be known, not a fault.
fn without_echo(strategy: &str, lines: &[Line<'_>], context: &SheetContext<'_>) -> Option<Block> {
    let answers = || lines.iter().flat_map(|line| &line.answers);
    let mut heard: BTreeSet<&str> = answers().map(|one| one.value("objective")).collect();
    let acting = answers().filter_map(|one| context.find(one.value("action")));
    heard.extend(acting.map(|action| action.value("objective")));
    let objectives = live(&naming(context, "objective", "strategy", strategy));
    let silent =
        objectives.iter().filter(|one| one.value("level") == "objective" && !heard.contains(one.reference.as_str()));
    let names: Vec<String> = silent.map(|one| format!("{} {}", one.value("code"), one.value("title"))).collect();
    let which = names.join(" ; ");
    (!names.is_empty()).then(|| paragraph(context.say_with("matrix-silent", &[("which", Value::from(&which))])))
}
