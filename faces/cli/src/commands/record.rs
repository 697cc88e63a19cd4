//! `beffroi record add | show | list | find | set | move | mark | history | comment | attach | export | tasks | done`, and
//! `beffroi deadlines`.

use super::register::named;
use crate::Context;
use crate::args::{RecordCommand, RecordFormat};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_registers::{
    Actor, Import, Marked, RegisterError, Setting, calendar, csv, json as json_lines, operator, read_file, set_aside,
    workbook,
};
use beffroi_model::Marking;
use beffroi_register::{Entry, Values, shown, words};
use beffroi_rights::{Act, Subject};
use beffroi_store::{RecordRow, Task, TaskFor};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::io::Read;
use std::path::Path;

/// The longest file of records that is looked at, in bytes: what is read, and one more to tell.
const LONGEST: u64 = (16 << 20) + 1;

pub(super) async fn run(command: RecordCommand, context: &Context) -> Outcome {
    let subject = operator(&context.who, context.today());
    let subject = subject.ok_or_else(|| Fault::user(context.lang.say("cli-record-who")))?;
    let desk = actor(context, &subject);
    let fault = |error| fault(error, context);
    match command {
        RecordCommand::Add { register, record_file, preview, partly } => {
            let register = named(&register, context)?;
            let rows = read_file(register, &bytes(&record_file)?, context.sandbox.as_ref()).map_err(fault)?;
            let import = match preview {
                true => desk.preview_read(register, rows).await,
                false => desk.import_read(register, rows, partly).await,
            };
            imported(&import.map_err(fault)?, register, preview, context)
        }
        RecordCommand::Show { record } => show(&desk, &record, context).await,
        RecordCommand::List { register, in_state, with_value, most_records } => {
            let register = named(&register, context)?;
            let mut filters: Vec<Entry> =
                pairs(&with_value, context)?.into_iter().map(|(field, value)| Entry { field, value }).collect();
            filters.extend(in_state.map(|value| Entry { field: ".state".to_owned(), value }));
            let listed =
                desk.store.record_list(&desk.seen(register), &filters, None, most_records).await.map_err(ours)?;
            list(listed.rows, context)
        }
        RecordCommand::Find { words } => list(desk.search(&words.join(" "), 100).await.map_err(fault)?, context),
        RecordCommand::Set { record, values } => {
            let typed = pairs(&values, context)?.into_iter().collect();
            desk.set(&record, Setting { typed, ..Setting::default() }).await.map_err(fault)?;
            show(&desk, &record, context).await
        }
        RecordCommand::Move { record, to_state, move_values, move_reason } => {
            let typed: Values = pairs(&move_values, context)?.into_iter().collect();
            let setting = Setting { typed, reason: move_reason, ..Setting::default() };
            desk.go_to(&record, &to_state, setting).await.map_err(fault)?;
            show(&desk, &record, context).await
        }
        RecordCommand::Mark { record, mark_tlp, mark_pap, mark_reason } => {
            let now = desk.fetch(&record).await.map_err(fault)?.1.record.marking;
            let to = Marking { tlp: mark_tlp.unwrap_or(now.tlp), pap: mark_pap.unwrap_or(now.pap) };
            desk.mark(&record, &Marked { to, reason: mark_reason, version: None }).await.map_err(fault)?;
            show(&desk, &record, context).await
        }
        RecordCommand::History { record } => history(&desk, &record, context).await,
        RecordCommand::Comment { record, said } => desk.comment(&record, &said).await.map_err(fault),
        RecordCommand::Attach { record, attached_file } => {
            let bytes = std::fs::read(&attached_file)
                .map_err(|error| Fault::user(format!("{}: {error}", attached_file.display())))?;
            let name = attached_file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            desk.attach(&record, &name, &bytes).await.map_err(fault)
        }
        RecordCommand::Export { register, record_format, record_out } => {
            let register = named(&register, context)?;
            let taken = async || desk.taken_out(register, &[]).await.map_err(fault);
            let lang = context.lang;
            let bytes = match record_format {
                RecordFormat::Csv => csv(register, &taken().await?).into_bytes(),
                RecordFormat::Json => {
                    let lines = json_lines(register, &taken().await?).into_iter();
                    lines.map(|line| line + "\n").collect::<String>().into_bytes()
                }
                RecordFormat::Xlsx => workbook(register, &taken().await?, lang).map_err(fault)?,
                RecordFormat::Ics => {
                    let year = SignedDuration::from_hours(24 * 366);
                    let lines = desk.deadlines_of(register, year).await.map_err(fault)?;
                    calendar(&words::name(register, lang), &lines, None, lang).into_bytes()
                }
            };
            match record_out {
                Some(out) => {
                    super::report::write(&out, &bytes)?;
                    print(&format!("{}\n", out.display()))
                }
                None => print(&String::from_utf8_lossy(&bytes)),
            }
        }
        RecordCommand::Sheet { sheet_of, sheet, asked, sheet_out } => {
            let asked = pairs(&asked, context)?.into_iter().collect();
            let made = desk.sheet(&sheet_of, &sheet, &asked, Act::Export, context.lang).await.map_err(fault)?;
            super::record_sheet::given(&made, sheet_out.as_deref(), context)
        }
        RecordCommand::Tasks => tasks(&desk.store.tasks_for(&desk.whom(), 500).await.map_err(ours)?, context),
        RecordCommand::Done { task, done_with } => {
            desk.done(&task, &done_with).await.map_err(fault)?;
            Ok(())
        }
    }
}

/// `beffroi deadlines`: everything with a clock, the soonest first.
pub(super) async fn deadlines(within: &str, context: &Context) -> Outcome {
    let within = duration(within).ok_or_else(|| Fault::user(context.lang.say("cli-deadlines-within")))?;
    let subject = operator(&context.who, context.today());
    let subject = subject.ok_or_else(|| Fault::user(context.lang.say("cli-record-who")))?;
    let board = actor(context, &subject).board(within, None).await.map_err(|error| fault(error, context))?;
    if context.json {
        return print_json(&board.lines.iter().map(beffroi_desk_registers::deadline).collect::<Vec<_>>());
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["due", "reference", "title", "clock", "late"].map(say));
    for due in &board.lines {
        table.row([
            instant(due.at),
            due.row.record.reference.clone(),
            due.row.title.clone(),
            words::clock(due.register, &due.clock, context.lang),
            context.lang.say(if due.late { "register-yes" } else { "register-no" }),
        ]);
    }
    print(&table.text())
}

/// `7d`, `48h`, `2w`.
fn duration(text: &str) -> Option<SignedDuration> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let hours = match unit {
        "h" => 1,
        "d" | "j" => 24,
        "w" | "s" => 7 * 24,
        _ => return None,
    };
    let count: i64 = count.parse().ok().filter(|count| (0..100_000).contains(count))?;
    Some(SignedDuration::from_hours(count * hours))
}

pub(super) fn actor<'a>(context: &'a Context, subject: &'a Subject) -> Actor<'a> {
    Actor { registry: &context.registry, store: &context.store, subject, by: context.by() }
}

pub(super) fn fault(error: RegisterError, context: &Context) -> Fault {
    let sentences = error.sentences(context.lang);
    match error {
        RegisterError::Store(error) if !error.is_user_fault() => ours(error),
        RegisterError::Store(error) => users(error),
        RegisterError::Reader(error) => ours(error),
        RegisterError::Written(reason) => Fault::ours(reason),
        _ => Fault::user(sentences.join("\n")),
    }
}

fn pairs(texts: &[String], context: &Context) -> Outcome<Vec<(String, String)>> {
    let pair = |text: &String| {
        let (name, value) = text.split_once('=').ok_or_else(|| Fault::user(context.lang.say("cli-record-pair")))?;
        // Several lines are written with `\n`.
        Ok((name.trim().to_owned(), value.replace("\\n", "\n")))
    };
    texts.iter().map(pair).collect()
}

fn bytes(path: &Path) -> Outcome<Vec<u8>> {
    let wrong = |error: std::io::Error| Fault::user(format!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    let n = if path == Path::new("-") {
        std::io::stdin().take(LONGEST).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).map_err(wrong)?.take(LONGEST).read_to_end(&mut bytes)
    };
    n.map_err(wrong)?;
    Ok(bytes)
}

fn imported(
    import: &Import,
    register: &'static beffroi_register::Register,
    preview: bool,
    context: &Context,
) -> Outcome {
    let lang = context.lang;
    let refused = !preview && import.added.is_empty();
    let aside = set_aside(register, &import.aside, lang);
    if context.json {
        let findings: Vec<_> = import
            .findings
            .iter()
            .map(|finding| {
                json!({ "row": finding.row, "field": finding.refusal.field, "message": finding.refusal.say(register, lang) })
            })
            .collect();
        let names: Vec<&str> = import.aside.iter().map(|one| one.name()).collect();
        print_json(&json!({ "fine": import.n_fine, "added": import.added, "findings": findings, "aside": names }))?;
    } else {
        if let Some(columns) = aside {
            context.tell(&lang.say_with("register-aside", &[("columns", (&columns).into())]));
        }
        for finding in &import.findings {
            let row = finding.row.to_string();
            let what = finding.refusal.say(register, lang);
            eprintln!("{}", lang.say_with("cli-record-row", &[("row", (&row).into()), ("what", (&what).into())]));
        }
        print(&import.added.iter().map(|reference| format!("{reference}\n")).collect::<String>())?;
        if preview {
            let n = import.n_fine.to_string();
            print(&format!("{}\n", lang.say_with("cli-record-preview", &[("n", (&n).into())])))?;
        }
    }
    if refused { Err(Fault::user(lang.say("cli-record-none"))) } else { Ok(()) }
}

async fn show(desk: &Actor<'_>, reference: &str, context: &Context) -> Outcome {
    let page = desk.page(reference).await.map_err(|error| fault(error, context))?;
    let (register, record, lang) = (page.register, &page.row.record, context.lang);
    if context.json {
        let mut json = record.to_json(register);
        let file = |file: &beffroi_store::Attached| json!({ "name": file.name, "media": file.media, "size": file.size, "sha256": file.sha256 });
        if let Some(object) = json.as_object_mut() {
            object.insert("attached".to_owned(), page.attached.iter().map(file).collect());
        }
        return print_json(&json);
    }
    let mut table = TextTable::new([record.reference.clone(), words::state(register, &record.state, lang)]);
    table.row([lang.say("web-register-marking"), record.marking.to_string()]);
    for field in register.fields {
        let value = record.value(field.name);
        if !value.is_empty() {
            table.row([words::field(register, field, lang), shown(register, field, value, lang).replace('\n', " ")]);
        }
    }
    for due in &page.deadlines {
        table.row([words::clock(register, due.clock.name, lang), instant(due.at)]);
    }
    for known in &page.moves {
        table.row([
            lang.say("cli-record-next"),
            format!("{} – {}", known.name, words::step(register, known.name, lang)),
        ]);
    }
    print(&table.text())
}

async fn history(desk: &Actor<'_>, reference: &str, context: &Context) -> Outcome {
    let page = desk.page(reference).await.map_err(|error| fault(error, context))?;
    if context.json {
        let line = |version: &beffroi_store::Version| {
            json!({
                "version": version.version,
                "at": version.at.to_string(),
                "who": version.who,
                "what": version.what,
                "state": version.state,
                "reason": version.reason,
                "changes": version.changes,
            })
        };
        return print_json(&page.versions.iter().map(line).collect::<Vec<_>>());
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["version", "at", "who", "what", "changes"].map(say));
    for version in &page.versions {
        let changes: Vec<&str> = version.changes.iter().map(|change| change.field.trim_start_matches('.')).collect();
        table.row([
            version.version.to_string(),
            instant(version.at),
            version.who.clone(),
            version.what.clone(),
            changes.join(", "),
        ]);
    }
    print(&table.text())
}

fn list(rows: Vec<RecordRow>, context: &Context) -> Outcome {
    let registry = &context.registry;
    if context.json {
        let json = |row: &RecordRow| registry.get(&row.record.register).map(|register| row.record.to_json(register));
        return print_json(&rows.iter().filter_map(json).collect::<Vec<_>>());
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["reference", "title", "state", "due"].map(say));
    for row in rows {
        let Some(register) = registry.get(&row.record.register) else { continue };
        let state = words::state(register, &row.record.state, context.lang);
        let due = row.due.map(|(at, _)| instant(at)).unwrap_or_default();
        table.row([row.record.reference, row.title, state, due]);
    }
    print(&table.text())
}

fn tasks(tasks: &[Task], context: &Context) -> Outcome {
    let whom = |task: &Task| match &task.to {
        TaskFor::Person(person) => person.to_string(),
        TaskFor::Role(role) => context.lang.say(&format!("rights-role-{role}")),
        TaskFor::Unit(unit) => unit.to_string(),
    };
    let what = |task: &Task| {
        let register = context.registry.get(&task.register);
        register.map_or_else(String::new, |register| words::task(register, &task.rule, &task.item, context.lang))
    };
    if context.json {
        let json = |task: &Task| {
            json!({
                "id": task.id, "reference": task.reference, "rule": task.rule, "item": task.item, "what": what(task),
                "for": whom(task), "due": task.due.map(|due| due.to_string()),
            })
        };
        return print_json(&tasks.iter().map(json).collect::<Vec<_>>());
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["due", "reference", "what", "for", "task"].map(say));
    for task in tasks {
        let due = task.due.map(instant).unwrap_or_default();
        table.row([due, task.reference.clone(), what(task), whom(task), task.id.clone()]);
    }
    print(&table.text())
}

/// An instant on the clocks of Paris.
fn instant(at: Timestamp) -> String {
    at.in_tz("Europe/Paris").map_or_else(|_| at.to_string(), |here| here.strftime("%Y-%m-%d %H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_ahead() {
        assert_eq!(duration("7d"), Some(SignedDuration::from_hours(168)));
        assert_eq!(duration("48h"), Some(SignedDuration::from_hours(48)));
        for wrong in ["", "d", "7", "-1d", "7é", "999999999d"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }
}
