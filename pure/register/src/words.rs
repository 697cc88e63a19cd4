//! The keys of a register's words, by one rule.
//!
//! | what | key | else |
//! | --- | --- | --- |
//! | the register | `register-NAME` | |
//! | what it is for | `register-NAME-purpose` | |
//! | a field | `register-NAME-field-FIELD` | `register-field-FIELD` |
//! | help of a field | the same with `-help` | none is shown |
//! | what a personal field is for | the same with `-personal` | |
//! | a code of a choice | `register-NAME-choice-FIELD-CODE` | `register-choice-CODE` |
//! | a state | `register-NAME-state-STATE` | `register-state-STATE` |
//! | a move, as a button | `register-NAME-move-MOVE` | `register-move-MOVE` |
//! | a clock | `register-NAME-clock-CLOCK` | `register-clock-CLOCK` |
//! | a task of a loop | `register-NAME-task-LOOP` | |
//! | a guard's refusal | `register-NAME-refusal-GUARD` | |
//! | a sheet, what it answers | `register-NAME-sheet-SHEET`, the same with `-purpose` | |

use crate::{Field, Register};
use beffroi_wording::{Lang, Value};

fn either(register: &Register, what: &str, t: Lang) -> String {
    let own = format!("register-{}-{what}", register.name);
    if t.knows(&own) { t.say(&own) } else { t.say(&format!("register-{what}")) }
}

/// The name of a register.
pub fn name(register: &Register, t: Lang) -> String {
    name_of(register.name, t)
}

/// The same by its code, as a reference of another register names it.
pub fn name_of(register: &str, t: Lang) -> String {
    t.say(&format!("register-{register}"))
}

/// What a register is for.
pub fn purpose_of(register: &Register, t: Lang) -> String {
    t.say(&format!("register-{}-purpose", register.name))
}

/// The label of a field.
pub fn field(register: &Register, field: &Field, t: Lang) -> String {
    either(register, &format!("field-{}", field.name), t)
}

/// What helps to fill a field in, if anything does.
pub fn help(register: &Register, field: &Field, t: Lang) -> Option<String> {
    let what = format!("field-{}-help", field.name);
    let keys = [format!("register-{}-{what}", register.name), format!("register-{what}")];
    keys.iter().find(|key| t.knows(key)).map(|key| t.say(key))
}

/// What a field holds data on persons for.
pub fn purpose(register: &Register, field: &Field, t: Lang) -> String {
    either(register, &format!("field-{}-personal", field.name), t)
}

/// A code of a choice.
pub fn choice(register: &Register, field: &Field, code: &str, t: Lang) -> String {
    let own = format!("register-{}-choice-{}-{code}", register.name, field.name);
    if t.knows(&own) { t.say(&own) } else { t.say(&format!("register-choice-{code}")) }
}

/// A state.
pub fn state(register: &Register, state: &str, t: Lang) -> String {
    either(register, &format!("state-{state}"), t)
}

/// A move.
pub fn step(register: &Register, by: &str, t: Lang) -> String {
    either(register, &format!("move-{by}"), t)
}

/// A clock.
pub fn clock(register: &Register, clock: &str, t: Lang) -> String {
    either(register, &format!("clock-{clock}"), t)
}

/// What a task that a loop opened is about.
pub fn task(register: &Register, rule: &str, item: &str, t: Lang) -> String {
    let each = register.loops.iter().find(|known| known.name == rule).and_then(|known| known.each);
    let label = match each.and_then(|name| register.field(name)) {
        Some(field) => crate::shown(register, field, item, t),
        None => item.to_owned(),
    };
    t.say_with(&format!("register-{}-task-{rule}", register.name), &[("item", Value::from(&label))])
}

/// The name of a sheet.
pub fn sheet(register: &Register, sheet: &str, t: Lang) -> String {
    t.say(&format!("register-{}-sheet-{sheet}", register.name))
}

/// What a sheet answers.
pub fn sheet_purpose(register: &Register, sheet: &str, t: Lang) -> String {
    t.say(&format!("register-{}-sheet-{sheet}-purpose", register.name))
}

/// The key of a guard's refusal.
pub fn refusal_key(register: &Register, guard: &str) -> String {
    format!("register-{}-refusal-{guard}", register.name)
}

/// Every key that the register needs and a language lacks, with the key that would do.
pub fn missing(register: &Register, t: Lang) -> Vec<String> {
    let of = register.name;
    let own = |what: &str| vec![format!("register-{of}-{what}")];
    let either = |what: &str| vec![format!("register-{of}-{what}"), format!("register-{what}")];
    let mut needed = vec![vec![format!("register-{of}")], own("purpose")];
    for field in register.fields {
        needed.push(either(&format!("field-{}", field.name)));
        if field.personal {
            needed.push(either(&format!("field-{}-personal", field.name)));
        }
        if let crate::FieldKind::Choice(codes) = field.kind {
            for code in codes {
                needed.push(vec![
                    format!("register-{of}-choice-{}-{code}", field.name),
                    format!("register-choice-{code}"),
                ]);
            }
        }
    }
    needed.extend(register.states.iter().map(|state| either(&format!("state-{}", state.name))));
    needed.extend(register.moves.iter().map(|known| either(&format!("move-{}", known.name))));
    needed.extend(register.clocks.iter().map(|clock| either(&format!("clock-{}", clock.name))));
    needed.extend(register.loops.iter().map(|rule| own(&format!("task-{}", rule.name))));
    for sheet in register.sheets {
        needed.push(own(&format!("sheet-{}", sheet.name)));
        needed.push(own(&format!("sheet-{}-purpose", sheet.name)));
        needed.extend(sheet.inputs.iter().map(|input| either(&format!("field-{}", input.name))));
    }
    needed.extend(register.guards.iter().map(|guard| own(&format!("refusal-{}", guard.name))));
    let lacking = needed.into_iter().filter(|keys| !keys.iter().any(|key| t.knows(key)));
    lacking.filter_map(|keys| keys.into_iter().next()).collect()
}
