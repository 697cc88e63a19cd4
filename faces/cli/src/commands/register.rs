//! `beffroi register list | fields`.

use crate::Context;
use crate::args::RegisterCommand;
use crate::fault::{Fault, Outcome};
use crate::output::{TextTable, print, print_json};
use beffroi_register::{Register, manual, words};
use serde_json::{Value, json};

pub(super) fn run(command: &RegisterCommand, context: &Context) -> Outcome {
    match command {
        RegisterCommand::List => list(context),
        RegisterCommand::Fields { register, markdown } => {
            let register = named(register, context)?;
            if context.json && !markdown {
                return print_json(&described(register, context));
            }
            print(&manual(register, context.lang))
        }
    }
}

/// The register of that name.
pub(super) fn named(name: &str, context: &Context) -> Outcome<&'static Register> {
    let names = || context.registry.all().map(|register| register.name).collect::<Vec<_>>().join(", ");
    context.registry.get(name).ok_or_else(|| {
        let shown: String = name.chars().take(60).collect();
        let names = names();
        let values = [("name", (&shown).into()), ("names", (&names).into())];
        Fault::user(context.lang.say_with("cli-register-unknown", &values))
    })
}

fn list(context: &Context) -> Outcome {
    let lang = context.lang;
    let all: Vec<&Register> = context.registry.all().collect();
    if context.json {
        return print_json(&all.iter().map(|register| described(register, context)).collect::<Vec<_>>());
    }
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["register", "title", "desk", "basis"].map(say));
    for register in all {
        table.row([
            register.name.to_owned(),
            words::name(register, lang),
            register.desk.to_owned(),
            register.basis.to_owned(),
        ]);
    }
    print(&table.text())
}

fn described(register: &Register, context: &Context) -> Value {
    let lang = context.lang;
    let fields: Vec<Value> = register
        .fields
        .iter()
        .map(|field| {
            json!({
                "name": field.name,
                "label": words::field(register, field, lang),
                "required": field.required,
                "many": field.many,
                "by_move": field.by_move,
                "personal": field.personal,
            })
        })
        .collect();
    let moves: Vec<Value> = register
        .moves
        .iter()
        .map(|known| json!({ "name": known.name, "from": known.from, "to": known.to, "asks": known.asks }))
        .collect();
    json!({
        "name": register.name,
        "label": words::name(register, lang),
        "purpose": words::purpose_of(register, lang),
        "desk": register.desk,
        "basis": register.basis,
        "retention": register.retention,
        "prefix": register.prefix,
        "states": register.states.iter().map(|state| state.name).collect::<Vec<_>>(),
        "fields": fields,
        "moves": moves,
        "example": register.example_record().to_json(register).get("values"),
    })
}
