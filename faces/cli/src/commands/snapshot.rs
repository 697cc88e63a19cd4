//! `beffroi snapshot list | show N`.

use crate::Context;
use crate::args::SnapshotCommand;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};

pub(super) async fn run(command: SnapshotCommand, context: &Context) -> Outcome {
    let snapshots = context.facts.snapshots().await.map_err(ours)?;
    match command {
        SnapshotCommand::List => {
            if context.json {
                return print_json(&snapshots);
            }
            let lang = context.lang;
            let head = ["number", "table", "source", "file", "vintage", "rows", "erased", "at", "who"];
            let mut table =
                TextTable::new(head.map(|column| lang.say(&format!("cli-column-{column}")))).numeric([0, 5, 6]);
            for snapshot in &snapshots {
                let delivery = &snapshot.delivery;
                table.row([
                    snapshot.number.to_string(),
                    snapshot.table.clone(),
                    delivery.source.to_string(),
                    delivery.file.clone(),
                    delivery.vintage.to_string(),
                    lang.integer(delivery.rows_accepted as f64),
                    lang.integer(snapshot.erased as f64),
                    delivery.at.to_string(),
                    delivery.who.clone(),
                ]);
            }
            print(&table.text())
        }
        SnapshotCommand::Show { number } => {
            let found = snapshots.iter().find(|snapshot| snapshot.number == number);
            let Some(snapshot) = found else {
                let latest = snapshots.last().map_or(0, |s| s.number).to_string();
                let number = number.to_string();
                let message = context
                    .lang
                    .say_with("cli-no-snapshot", &[("number", (&number).into()), ("latest", (&latest).into())]);
                return Err(Fault::user(message));
            };
            print_json(snapshot)
        }
    }
}
