//! `beffroi recipient list | import | end | secret`.

use super::post::not_sent;
use crate::Context;
use crate::args::RecipientCommand;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_threat::diffusion::{self, Recipient};
use beffroi_wording::Value;
use serde_json::json;
use std::fs::File;
use std::io::BufReader;

pub(super) async fn run(command: RecipientCommand, context: &Context) -> Outcome {
    match command {
        RecipientCommand::List => list(context).await,
        RecipientCommand::Import { recipients_file: path } => {
            let at = |reason: String| Fault::user(format!("{}: {reason}", path.display()));
            let file = File::open(&path).map_err(|error| at(error.to_string()))?;
            let table = diffusion::read_table(BufReader::new(file), context.today());
            let all = table.map_err(|error| at(error.to_string()))?;
            let n = i64::try_from(all.len()).unwrap_or(i64::MAX);
            diffusion::import(&context.store, all, &context.by()).await.map_err(not_sent)?;
            print(&format!("{}\n", context.lang.say_with("cli-recipient-imported", &[("n", Value::Count(n))])))
        }
        RecipientCommand::End { recipient, last_listed } => {
            diffusion::end(&context.store, &recipient, last_listed, &context.by()).await.map_err(not_sent)?;
            list(context).await
        }
        RecipientCommand::Secret { recipient } => {
            let known = diffusion::recipients(&context.store).await.map_err(not_sent)?;
            if !known.iter().any(|one| one.id == recipient) {
                return Err(Fault::user(
                    context.lang.say_with("cli-recipient-unknown", &[("id", (&recipient).into())]),
                ));
            }
            print(&format!("{}\n", diffusion::webhook_secret(&context.store, &recipient).map_err(ours)?))
        }
    }
}

async fn list(context: &Context) -> Outcome {
    let all = diffusion::recipients(&context.store).await.map_err(not_sent)?;
    let ways = |one: &Recipient| one.ways.iter().map(|way| way.code()).collect::<Vec<_>>().join(" ");
    if context.json {
        let told = |one: &Recipient| {
            json!({
                "id": one.id, "name": one.name, "direction": one.direction, "service": one.service,
                "channels": ways(one), "tlp": one.ceiling.tlp.label(), "pap": one.ceiling.pap.label(),
                "lang": one.lang.code(), "since": one.since, "until": one.until, "exercise": one.exercise,
                "forms": one.forms.iter().map(|form| form.code()).collect::<Vec<_>>(),
                "unreachable": one.unreachable,
            })
        };
        return print_json(&all.iter().map(told).collect::<Vec<_>>());
    }
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table =
        TextTable::new(["id", "title", "direction", "service", "channels", "marking", "dates", "state"].map(say));
    for one in &all {
        let until = one.until.map(|day| lang.date(day)).unwrap_or_default();
        let mut state = Vec::new();
        if one.exercise {
            state.push(lang.say("cli-recipient-exercise"));
        }
        if one.unreachable {
            state.push(lang.say("cli-recipient-unreachable"));
        }
        table.row([
            one.id.clone(),
            one.name.clone(),
            one.direction.clone(),
            one.service.clone(),
            ways(one),
            one.ceiling.to_string(),
            format!("{} – {until}", lang.date(one.since)),
            state.join(", "),
        ]);
    }
    print(&table.text())
}
