//! `beffroi codes list | show LIST | map LIST CODE --to LIST | import LIST FILE | switch LIST VERSION`.

mod import;
mod map;

use crate::Context;
use crate::args::CodesCommand;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::code_lists::{Code, CodeBook, CodeList, ListError, Lists};
use serde_json::{Value, json};

pub(super) async fn run(command: CodesCommand, context: &Context) -> Outcome {
    match command {
        CodesCommand::List => list(context).await,
        CodesCommand::Show { list, edition } => show(&list, edition.as_deref(), context).await,
        CodesCommand::Map { list, code, target, day } => {
            map::run(&list, &code, &target, day.unwrap_or_else(|| context.today()), context).await
        }
        CodesCommand::Import(args) => import::run(&args, context).await,
        CodesCommand::Switch { list, kept, dry_run } => import::go_back(&list, &kept, dry_run, context).await,
    }
}

/// The lists in use.
pub(super) async fn in_use(context: &Context) -> Outcome<Lists> {
    CodeBook::default().in_use(&context.store).await.map_err(ours)
}

pub(super) fn fault(error: ListError) -> Fault {
    if error.is_users_fault() { Fault::user(error.to_string()) } else { Fault::ours(error.to_string()) }
}

/// That there is no such list, and which there are.
fn no_list(name: &str, lists: &Lists, context: &Context) -> Fault {
    let known: Vec<&str> = lists.iter().map(|list| list.name.as_str()).collect();
    let name: String = name.chars().take(80).collect();
    Fault::user(
        context.lang.say_with("cli-no-list", &[("list", (&name).into()), ("known", (&known.join(", ")).into())]),
    )
}

async fn list(context: &Context) -> Outcome {
    let lists = in_use(context).await?;
    let switched = context.store.code_lists_in_use().await.map_err(ours)?;
    if context.json {
        let lists: Vec<_> = lists
            .iter()
            .map(|list| {
                json!({
                    "name": list.name, "version": list.version, "date": list.date.to_string(),
                    "source": list.source, "licence": list.licence, "codes": list.every_code().len(),
                    "not_verified": not_verified(list), "switched": switched.contains_key(&list.name),
                })
            })
            .collect();
        return print_json(&lists);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let columns = ["id", "version", "stands-on", "codes", "not-verified", "licence", "source"];
    let mut table = TextTable::new(columns.map(say)).numeric([3, 4]);
    for list in lists.iter() {
        table.row([
            list.name.clone(),
            list.version.clone(),
            list.date.to_string(),
            list.every_code().len().to_string(),
            not_verified(list).to_string(),
            list.licence.clone(),
            list.source.clone(),
        ]);
    }
    print(&table.text())
}

fn not_verified(list: &CodeList) -> usize {
    list.every_code().iter().filter(|code| !code.verified).count()
}

async fn show(name: &str, edition: Option<&str>, context: &Context) -> Outcome {
    let lists = in_use(context).await?;
    let list = match (lists.list(name), edition) {
        (None, _) => return Err(no_list(name, &lists, context)),
        (Some(list), None) => list.clone(),
        (Some(list), Some(version)) if list.version == version => list.clone(),
        (Some(_), Some(version)) => {
            let versions = CodeBook::default().versions_of(&context.store, name).await.map_err(ours)?;
            let known: Vec<String> = versions.iter().map(|list| list.version.clone()).collect();
            let cut = version.chars().take(80).collect();
            let none = || fault(ListError::NoVersion { list: name.to_owned(), version: cut, known });
            versions.iter().find(|list| list.version == version).ok_or_else(none)?.as_ref().clone()
        }
    };
    if context.json {
        let codes: Vec<Value> = list.every_code().iter().map(code_json).collect();
        return print_json(&json!({
            "name": list.name, "version": list.version, "date": list.date.to_string(), "source": list.source,
            "licence": list.licence, "label_language": list.label_language, "codes": codes,
        }));
    }
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["code", "label", "parent", "in-force", "becomes", "verified"].map(say));
    for code in list.every_code() {
        table.row([
            code.code.clone(),
            code.label(lang.code()).to_owned(),
            code.parent.clone().unwrap_or_default(),
            span(code),
            code.replaced_by.join(", "),
            verified(code.verified, context),
        ]);
    }
    print(&table.text())
}

fn code_json(code: &Code) -> Value {
    json!({
        "code": code.code, "label_fr": code.label_fr, "label_en": code.label_en, "parent": code.parent,
        "valid_from": code.valid_from.map(|d| d.to_string()), "valid_to": code.valid_to.map(|d| d.to_string()),
        "replaced_by": code.replaced_by, "verified": code.verified, "nested": code.nested, "extra": code.extra,
    })
}

/// The days between which a code is in force; nothing where none is known.
fn span(code: &Code) -> String {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    match (code.valid_from, code.valid_to) {
        (None, None) => String::new(),
        (from, to) => format!("{} – {}", day(from), day(to)).trim().to_owned(),
    }
}

/// Nothing for what was checked at its source; that it was not, for the rest.
fn verified(verified: bool, context: &Context) -> String {
    if verified { String::new() } else { context.lang.say("codes-not-verified") }
}
