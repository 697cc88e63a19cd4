//! `beffroi warninglist list | import FILE`.

use crate::Context;
use crate::args::WarninglistCommand;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_threat::alerts;
use beffroi_misp::read_warning_list;
use beffroi_store::WarningListRow;
use beffroi_wording::Value;
use std::path::Path;

pub(super) async fn run(command: WarninglistCommand, context: &Context) -> Outcome {
    match command {
        WarninglistCommand::List => list(context).await,
        WarninglistCommand::Import { input } => import(&input, context).await,
    }
}

async fn list(context: &Context) -> Outcome {
    let lists = alerts::warning_lists(&context.store).await.map_err(super::alert::fault)?;
    if context.json {
        let told = |list: &beffroi_observables::WarningList| serde_json::json!({ "name": list.name(), "version": list.version(), "entries": list.n_entries() });
        return print_json(&lists.iter().map(told).collect::<Vec<_>>());
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["name", "version", "entries"].map(say)).numeric([2]);
    for list in &lists {
        let n = context.lang.integer(list.n_entries() as f64);
        table.row([list.name().to_owned(), list.version().to_owned(), n]);
    }
    print(&table.text())
}

async fn import(input: &Path, context: &Context) -> Outcome {
    let bytes = std::fs::read(input).map_err(|error| Fault::user(format!("{}: {error}", input.display())))?;
    let (list, findings) = read_warning_list(&bytes).map_err(users)?;
    let by = context.by();
    let row = WarningListRow {
        name: list.name().to_owned(),
        version: list.version().to_owned(),
        n_entries: u64::try_from(list.n_entries()).unwrap_or(u64::MAX),
        brought_at: by.at,
        brought_by: by.who.clone(),
        content: serde_json::to_value(&list).map_err(ours)?,
    };
    context.store.warning_list_put(row, &by).await.map_err(ours)?;
    let count = |n: usize| Value::Count(i64::try_from(n).unwrap_or(i64::MAX));
    let values = [
        ("name", list.name().into()),
        ("version", list.version().into()),
        ("count", count(list.n_entries())),
        ("unread", count(findings.n_unread)),
    ];
    print(&format!("{}\n", context.lang.say_with("cli-warninglist-imported", &values)))
}
