//! The reference page of a register, made from its declaration.

use crate::{Field, FieldKind, From, On, Register, Starts, words};
use beffroi_clocks::Unit;
use beffroi_wording::Lang;
use std::fmt::Write as _;

/// The page, as Markdown.
pub fn manual(register: &Register, t: Lang) -> String {
    let mut out = String::new();
    let say = |key: &str| t.say(&format!("register-manual-{key}"));
    // Writing to a text does not fail.
    let _ = writeln!(out, "# {} (`{}`)\n", words::name(register, t), register.name);
    let _ = writeln!(out, "{}\n", words::purpose_of(register, t));
    let _ = writeln!(out, "- {} `{}-2026-0001`", say("references"), register.prefix);
    let _ = writeln!(out, "- {} {}", say("desk"), register.desk);
    let _ = writeln!(out, "- {} {}", say("basis"), register.basis);
    let _ = writeln!(out, "- {} `{}`", say("retention"), register.retention);
    let _ = writeln!(out, "- {} {}", say("marking"), register.marking);
    let roles = |roles: &[beffroi_rights::Role]| {
        roles.iter().map(|role| t.say(&format!("rights-role-{role}"))).collect::<Vec<_>>().join(", ")
    };
    for (key, who) in
        [("read", register.audience.read), ("add", register.audience.add), ("change", register.audience.change)]
    {
        let _ = writeln!(out, "- {} {}", say(key), roles(who));
    }
    if !register.machines.is_empty() {
        let moves: Vec<String> = register.machines.iter().map(|by| words::step(register, by, t)).collect();
        let _ = writeln!(out, "- {} {}", say("machines"), moves.join(", "));
    }
    if !register.indicators.is_empty() {
        let _ = writeln!(out, "- {} {}", say("indicators"), register.indicators.join(", "));
    }
    let _ = writeln!(
        out,
        "\n## {}\n\n| {} | {} | {} | {} |\n| --- | --- | --- | --- |",
        say("fields"),
        say("field"),
        say("name"),
        say("kind"),
        say("asked")
    );
    for field in register.fields {
        let _ = writeln!(
            out,
            "| {} | `{}` | {} | {} |",
            words::field(register, field, t),
            field.name,
            kind(register, field, t),
            asked(register, field, t)
        );
        if field.personal {
            let _ = writeln!(out, "| | | {} | {} |", say("personal"), words::purpose(register, field, t));
        }
    }
    let _ = writeln!(
        out,
        "\n## {}\n\n| {} | {} | {} | {} |\n| --- | --- | --- | --- |",
        say("moves"),
        say("move"),
        say("from"),
        say("to"),
        say("by")
    );
    for known in register.moves {
        let from: Vec<String> = known.from.iter().map(|state| words::state(register, state, t)).collect();
        let _ = writeln!(
            out,
            "| {} (`{}`) | {} | {} | {} |",
            words::step(register, known.name, t),
            known.name,
            from.join(", "),
            words::state(register, known.to, t),
            roles(known.by)
        );
    }
    if !register.guards.is_empty() {
        let _ = writeln!(out, "\n## {}\n", say("guards"));
        for guard in register.guards {
            let _ = writeln!(out, "- {}", t.say_open(&words::refusal_key(register, guard.name)));
        }
    }
    if !register.clocks.is_empty() {
        let _ = writeln!(out, "\n## {}\n", say("clocks"));
        for clock in register.clocks {
            let from = match clock.from {
                From::Added => say("from-added"),
                From::Entered(state) => words::state(register, state, t),
                From::Field(name) => {
                    register.field(name).map_or_else(String::new, |field| words::field(register, field, t))
                }
            };
            let limit =
                clock.limit.map_or_else(String::new, |limit| format!(" + {} {}", limit.count, say(unit(limit.unit))));
            let basis = if clock.basis.is_empty() { String::new() } else { format!(" ({})", clock.basis) };
            let _ = writeln!(out, "- {} : {from}{limit}{basis}", words::clock(register, clock.name, t));
        }
    }
    if !register.loops.is_empty() {
        let _ = writeln!(out, "\n## {}\n", say("loops"));
        for rule in register.loops {
            let on = match rule.on {
                On::Added => say("from-added"),
                On::Move(by) => words::step(register, by, t),
            };
            let started = match rule.starts {
                Starts::Task { .. } => say("task"),
                Starts::Record { register, .. } => format!("{} `{register}`", say("record")),
            };
            let lasts = match register.outlives.contains(&rule.name) {
                true => format!(" ({})", say("outlives")),
                false => String::new(),
            };
            let _ = writeln!(out, "- {on} → {started} : {}{lasts}", words::task(register, rule.name, "…", t));
        }
    }
    let _ = writeln!(out, "\n## {}\n\n```json\n{}\n```", say("example"), example(register));
    out
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Hours => "hours",
        Unit::Days => "days",
        Unit::WorkingDays => "working-days",
        Unit::Weeks => "weeks",
        Unit::Months => "months",
        Unit::Years => "years",
    }
}

/// What a field takes, in words.
pub fn kind(register: &Register, field: &Field, t: Lang) -> String {
    let say = |key: &str| t.say(&format!("register-kind-{key}"));
    let words = match field.kind {
        FieldKind::Text => say("text"),
        FieldKind::LongText => say("long-text"),
        FieldKind::Identifier => say("identifier"),
        FieldKind::Number { .. } => say("number"),
        FieldKind::Money => say("money"),
        FieldKind::Date => say("date"),
        FieldKind::Instant => say("instant"),
        FieldKind::Choice(codes) => {
            let each = codes.iter().map(|code| format!("`{code}` {}", words::choice(register, field, code, t)));
            each.collect::<Vec<_>>().join(", ")
        }
        FieldKind::Code(list) => format!("{} `{list}`", say("code")),
        FieldKind::Flag => say("flag"),
        FieldKind::Person => say("person"),
        FieldKind::Unit => say("unit"),
        FieldKind::Territory => say("territory"),
        FieldKind::Reference(to) => format!("{} `{to}`", say("reference")),
        FieldKind::Period => say("period"),
    };
    if field.many { format!("{words} ({})", say("many")) } else { words }
}

/// When a field is asked for, in words.
pub fn asked(register: &Register, field: &Field, t: Lang) -> String {
    let mut when = Vec::new();
    if field.required {
        when.push(t.say("register-manual-always"));
    }
    if let Some(condition) = field.required_when
        && let Some(other) = register.field(condition.field)
    {
        let values: Vec<String> = condition.is.iter().map(|value| crate::shown(register, other, value, t)).collect();
        when.push(format!("{} : {}", words::field(register, other, t), values.join(", ")));
    }
    let states = register.states.iter().filter(|state| state.needs.contains(&field.name));
    when.extend(states.map(|state| words::state(register, state.name, t)));
    let moves = register.moves.iter().filter(|known| known.asks.contains(&field.name));
    when.extend(moves.map(|known| words::step(register, known.name, t)));
    when.join(" ; ")
}

/// The worked example as the file that `record add` takes.
pub(crate) fn example(register: &Register) -> String {
    let record = register.example_record();
    let values = record.to_json(register).get("values").cloned().unwrap_or_default();
    serde_json::to_string_pretty(&values).unwrap_or_default()
}

impl Register {
    /// The worked example as a record that was never written.
    pub fn example_record(&self) -> crate::Record {
        crate::Record {
            reference: format!("{}-2026-0001", self.prefix),
            register: self.name.to_owned(),
            state: self.states.first().map(|state| state.name).unwrap_or_default().to_owned(),
            version: 1,
            values: self.example_values(),
            path: Vec::new(),
            marking: self.marking,
            owner: beffroi_rights::ServiceId::house(),
            territory: beffroi_model::Territory::france(),
            author: None,
            updated_at: jiff::Timestamp::UNIX_EPOCH,
            synthetic: true,
        }
    }
}
