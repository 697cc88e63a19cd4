//! `beffroi series run | list | show ID`.

use crate::Context;
use crate::args::SeriesCommand;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use crate::progress;
use beffroi_desk_series::{RunOptions, SeriesLine};
use beffroi_model::SeriesId;

pub(super) async fn run(command: SeriesCommand, context: &Context) -> Outcome {
    match command {
        SeriesCommand::Run { max_degree } => link(max_degree, context).await,
        SeriesCommand::List { limit } => list(limit, context).await,
        SeriesCommand::Show { id } => show(&id, context).await,
    }
}

async fn link(max_degree: Option<u32>, context: &Context) -> Outcome {
    let mut options = RunOptions::new(context.by());
    if let Some(max_degree) = max_degree {
        options.max_degree = max_degree;
        // A limit that somebody chose holds as chosen.
        options.max_share = None;
    }
    let spinner = progress::spinner(context.lang.say("cli-progress-series"), context.quiet);
    let summary = beffroi_desk_series::run(context.facts.as_ref(), &context.store, options).await.map_err(ours)?;
    spinner.finish_and_clear();
    if context.json {
        return print_json(&summary);
    }
    let lang = context.lang;
    let n = |value: u64| lang.integer(value as f64);
    let text = lang.say_with(
        "cli-series-run",
        &[
            ("reports", (&n(summary.reports_scanned)).into()),
            ("series", (&n(summary.series)).into()),
            ("members", (&n(summary.members)).into()),
            ("hubs", (&n(summary.hubs_total)).into()),
            ("degree", (&n(u64::from(summary.max_degree))).into()),
            ("errors", (&n(summary.role_errors)).into()),
        ],
    );
    print(&format!("{text}\n"))
}

fn cells(line: &SeriesLine, context: &Context) -> [String; 6] {
    let lang = context.lang;
    let phenomenon = line.phenomenon.as_deref().map_or(String::new(), |code| {
        beffroi_codes::list("phenomena").map_or(code, |list| list.label(code, lang.code())).to_owned()
    });
    [
        line.id.to_string(),
        lang.integer(line.size as f64),
        phenomenon,
        lang.integer(line.n_departments as f64),
        format!("{} – {}", line.first_on, line.last_on),
        format!("{}\u{a0}€", lang.integer(line.loss_cents as f64 / 100.0)),
    ]
}

async fn list(limit: u64, context: &Context) -> Outcome {
    let lines = beffroi_desk_series::list(&context.store, limit, 0).await.map_err(ours)?;
    if context.json {
        return print_json(&lines);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let head = ["id", "reports", "phenomenon", "departments", "dates", "loss"].map(say);
    let mut table = TextTable::new(head).numeric([1, 3, 5]);
    for line in &lines {
        table.row(cells(line, context));
    }
    print(&table.text())
}

async fn show(id: &str, context: &Context) -> Outcome {
    let unknown = || Fault::user(context.lang.say_with("cli-no-series", &[("id", id.into())]));
    let parsed: SeriesId = id.parse().map_err(|_| unknown())?;
    let sheet = beffroi_desk_series::show(&context.store, &parsed).await.map_err(ours)?.ok_or_else(unknown)?;
    if context.json {
        return print_json(&sheet);
    }
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut head =
        TextTable::new(["id", "reports", "phenomenon", "departments", "dates", "loss"].map(say)).numeric([1, 3, 5]);
    head.row(cells(&sheet.line, context));
    let mut evidence = TextTable::new(["evidence", "kind", "reports"].map(say)).numeric([2]);
    for line in &sheet.evidence {
        evidence.row([line.value.clone(), line.kind.to_string(), line.degree.to_string()]);
    }
    let mut places = TextTable::new(["department", "reports"].map(say)).numeric([1]);
    let departments = beffroi_codes::list("departments");
    for (code, n) in &sheet.by_department {
        let label = departments.map_or(code.as_str(), |list| list.label(code, lang.code()));
        places.row([format!("{code} {label}"), n.to_string()]);
    }
    print(&format!("{}\n{}\n{}", head.text(), evidence.text(), places.text()))
}
