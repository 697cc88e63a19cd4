//! `beffroi codes list | show LIST`.

use crate::Context;
use crate::args::CodesCommand;
use crate::fault::{Fault, Outcome};
use crate::output::{TextTable, print, print_json};
use serde_json::json;

pub(super) fn run(command: CodesCommand, context: &Context) -> Outcome {
    match command {
        CodesCommand::List => list(context),
        CodesCommand::Show { list } => show(&list, context),
    }
}

fn list(context: &Context) -> Outcome {
    if context.json {
        let lists: Vec<_> = beffroi_codes::lists()
            .map(|list| {
                json!({
                    "name": list.name, "version": list.version, "date": list.date.to_string(),
                    "source": list.source, "licence": list.licence, "codes": list.every_code().len(),
                })
            })
            .collect();
        return print_json(&lists);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["id", "version", "codes", "licence", "source"].map(say)).numeric([2]);
    for list in beffroi_codes::lists() {
        table.row([
            list.name.clone(),
            list.version.clone(),
            list.every_code().len().to_string(),
            list.licence.clone(),
            list.source.clone(),
        ]);
    }
    print(&table.text())
}

fn show(name: &str, context: &Context) -> Outcome {
    let Some(list) = beffroi_codes::list(name) else {
        let known: Vec<&str> = beffroi_codes::lists().map(|list| list.name.as_str()).collect();
        let message =
            context.lang.say_with("cli-no-list", &[("list", name.into()), ("known", (&known.join(", ")).into())]);
        return Err(Fault::user(message));
    };
    if context.json {
        let codes: Vec<_> = list
            .every_code()
            .iter()
            .map(|code| {
                json!({
                    "code": code.code, "label_fr": code.label_fr, "label_en": code.label_en, "parent": code.parent,
                    "valid_from": code.valid_from.map(|d| d.to_string()), "valid_to": code.valid_to.map(|d| d.to_string()),
                    "replaced_by": code.replaced_by, "verified": code.verified, "nested": code.nested, "extra": code.extra,
                })
            })
            .collect();
        return print_json(&json!({ "name": list.name, "version": list.version, "codes": codes }));
    }
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["code", "label", "parent", "verified"].map(say));
    for code in list.every_code() {
        let verified = if code.verified { "indicator-true" } else { "indicator-false" };
        table.row([
            code.code.clone(),
            code.label(lang.code()).to_owned(),
            code.parent.clone().unwrap_or_default(),
            lang.say(verified),
        ]);
    }
    print(&table.text())
}
