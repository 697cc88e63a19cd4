//! `beffroi module package | results`: courses as learning platforms take them, and what they give back.

use super::record::{actor, fault};
use crate::Context;
use crate::args::{ModuleCommand, PackageForm};
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{print, print_json};
use crate::strangers::{open, unread};
use beffroi_datapackage::zip;
use beffroi_desk_registers::{Actor, RegisterError, Setting, operator};
use beffroi_desk_training::{Done, Ending, NotPackaged, course_of, lessons_of, module_of, outcomes, read_results};
use beffroi_elearning::{Form, Statement, Words, package};
use beffroi_register::{Entry, Record, Register, items};
use beffroi_wording::{Lang, Value};
use jiff::Span;
use serde_json::{Map, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Results written at once.
const PART: usize = 500;
/// Most results of one learner that are looked at when a new one comes.
const MOST: u64 = 200;

pub(super) async fn run(command: ModuleCommand, context: &Context) -> Outcome {
    let subject = operator(&context.who, context.today());
    let subject = subject.ok_or_else(|| Fault::user(context.lang.say("cli-record-who")))?;
    let desk = actor(context, &subject);
    match command {
        ModuleCommand::Package { packaged, package_form, out } => {
            let module = fetch(&desk, "module", &packaged, "cli-module-other", context).await?;
            let mut law = Vec::new();
            for reference in items(module.value("law_texts")) {
                law.extend(desk.fetch(reference).await.ok().map(|(_, row)| row.record));
            }
            write(&module, &law, package_form, &out, context)
        }
        ModuleCommand::Results { statements, of_session, of_territory, of_unit } => {
            let session = match of_session {
                Some(session) => Some(fetch(&desk, "training_session", &session, "cli-module-session", context).await?),
                None => None,
            };
            let place = of_territory
                .or_else(|| session.as_ref().map(|session| session.value("territory").to_owned()))
                .unwrap_or_default();
            let session = session.map(|session| session.reference).unwrap_or_default();
            let unit = of_unit.unwrap_or_default();
            let around = [("session", session.as_str()), ("territory", &place), ("unit", &unit)];
            results(&desk, &statements, &around, context).await
        }
    }
}

/// A record of `register`; `other` is the key of what is said when there is none.
async fn fetch(desk: &Actor<'_>, register: &str, reference: &str, other: &str, context: &Context) -> Outcome<Record> {
    match desk.fetch(reference).await {
        Ok((known, row)) if known.name == register => Ok(row.record),
        Ok(_) | Err(RegisterError::NotFound) => {
            let shown: String = reference.chars().take(60).collect();
            Err(Fault::user(context.lang.say_with(other, &[("reference", (&shown).into())])))
        }
        Err(error) => Err(fault(error, context)),
    }
}

fn write(module: &Record, law: &[Record], form: PackageForm, out: &Path, context: &Context) -> Outcome {
    let lang = context.lang;
    let reference = ("reference", Value::from(&module.reference));
    let address = &context.diffusion.settings.address;
    let course = course_of(module, law, address, context.today()).map_err(|error| match error {
        NotPackaged::State(_) => Fault::user(lang.say_with("cli-module-state", std::slice::from_ref(&reference))),
        NotPackaged::Law(cited) => {
            Fault::user(lang.say_with("cli-module-law", &[reference.clone(), ("cited", (&cited).into())]))
        }
        NotPackaged::Content(fault) => {
            let line = fault.line.to_string();
            Fault::user(lang.say_with("cli-module-content", &[reference.clone(), ("line", (&line).into())]))
        }
    })?;
    let form = match form {
        PackageForm::Scorm12 => Form::Scorm12,
        PackageForm::Scorm2004 => Form::Scorm2004,
        PackageForm::Cmi5 => Form::Cmi5,
    };
    let files = package(&course, form, &words(&course.language)).map_err(users)?;
    let files: Vec<(String, String)> = files.into_iter().map(|file| (file.name, file.text)).collect();
    let bytes = zip(&files).map_err(ours)?;
    std::fs::write(out, bytes).map_err(|error| Fault::user(format!("{}: {error}", out.display())))?;
    let n = course.lessons().count();
    if context.json {
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        return print_json(&json!({ "course": course.id, "version": course.version, "lessons": n, "files": names }));
    }
    let (file, n) = (out.display().to_string(), n.to_string());
    print(&format!("{}\n", lang.say_with("cli-module-written", &[("file", (&file).into()), ("n", (&n).into())])))
}

/// The words of the pages, in the language of the course.
fn words(language: &str) -> Words {
    let lang: Lang = language.parse().unwrap_or(Lang::Fr);
    let say = |key: &str| lang.say(&format!("course-{key}"));
    Words {
        questions: say("questions"),
        check: say("check"),
        done: say("done"),
        right: say("right"),
        wrong: say("wrong"),
        result: say("result"),
        passed: say("passed"),
        failed: say("failed"),
        alone: say("alone"),
    }
}

/// What a file of statements came to.
#[derive(Default)]
struct Told {
    added: Vec<String>,
    known: usize,
    renewed: usize,
    underway: usize,
}

async fn results(desk: &Actor<'_>, path: &Path, around: &[(&str, &str)], context: &Context) -> Outcome {
    let lang = context.lang;
    let (input, length) = open(path)?;
    let reading = read_results(input, length, context.sandbox.as_ref()).map_err(|error| unread(path, error))?;
    for (place, why) in &reading.findings {
        let place = place.to_string();
        context.tell(&lang.say_with("cli-module-aside", &[("place", (&place).into()), ("why", why.into())]));
    }
    let register = context.registry.get("result").ok_or_else(|| Fault::ours("the register of results is gone"))?;
    let mut told = Told::default();
    let named = reading.statements.iter().filter_map(|statement| module_of(&statement.object));
    let references: BTreeSet<String> = named.map(|(reference, _)| reference).collect();
    let mut found = false;
    for reference in &references {
        let Ok(module) = fetch(desk, "module", reference, "cli-module-other", context).await else { continue };
        found = true;
        of_module(desk, register, &module, &reading.statements, around, &mut told, context).await?;
    }
    if !found {
        return Err(Fault::user(lang.say("cli-module-none")));
    }
    if context.json {
        return print_json(&json!({
            "added": told.added, "known": told.known, "renewed": told.renewed, "underway": told.underway,
            "aside": reading.aside,
        }));
    }
    let number = |n: usize| n.to_string();
    let (added, known) = (number(told.added.len()), number(told.known));
    let (underway, aside) = (number(told.underway), number(reading.aside));
    let values = [
        ("added", (&added).into()),
        ("known", (&known).into()),
        ("underway", (&underway).into()),
        ("aside", (&aside).into()),
    ];
    print(&format!("{}\n", lang.say_with("cli-module-results", &values)))
}

/// Records what the statements say of one version: what is known already is left, a certificate that takes the place of an
/// older one renews it.
async fn of_module(
    desk: &Actor<'_>,
    register: &'static Register,
    module: &Record,
    statements: &[Statement],
    around: &[(&str, &str)],
    told: &mut Told,
    context: &Context,
) -> Outcome {
    let modules = lessons_of(module.value("content")).unwrap_or_default();
    let found = outcomes(statements, &module.reference, &modules);
    told.underway += found.underway;
    let competence = desk.fetch(module.value("competence")).await.ok();
    let months: Option<i64> = competence.and_then(|(_, row)| row.record.value("months").parse().ok());
    let (mut rows, mut renewed) = (Vec::new(), Vec::new());
    for done in &found.done {
        if !listed(desk, register, "proof", &done.proof).await?.is_empty() {
            told.known += 1;
            continue;
        }
        if done.ending != Ending::Failed {
            renewed.extend(renewed_by(desk, register, module, done).await?);
        }
        rows.push(row(done, module, months, around));
    }
    for part in rows.chunks(PART) {
        let text = serde_json::to_string(part).map_err(ours)?;
        // Each write has its own key.
        let writer = actor(context, desk.subject);
        let import = writer.import(register, &text, false).await.map_err(|error| fault(error, context))?;
        if let Some(finding) = import.findings.first() {
            return Err(Fault::user(finding.refusal.say(register, context.lang)));
        }
        told.added.extend(import.added);
    }
    for reference in renewed {
        let writer = actor(context, desk.subject);
        writer.go(&reference, "renew", Setting::default()).await.map_err(|error| fault(error, context))?;
        told.renewed += 1;
    }
    Ok(())
}

async fn listed(desk: &Actor<'_>, register: &'static Register, field: &str, value: &str) -> Outcome<Vec<Record>> {
    let filter = [Entry { field: field.to_owned(), value: value.to_owned() }];
    let listed = desk.store.record_list(&desk.seen(register), &filter, None, MOST).await.map_err(ours)?;
    Ok(listed.rows.into_iter().map(|row| row.record).collect())
}

/// The certificates of a learner whose place a new one takes: of the same competence, and older.
async fn renewed_by(
    desk: &Actor<'_>,
    register: &'static Register,
    module: &Record,
    done: &Done,
) -> Outcome<Vec<String>> {
    let mut renewed = Vec::new();
    for older in listed(desk, register, "learner", &done.learner).await? {
        let day = done.achieved.to_string();
        let stands =
            older.state == "recorded" && older.value("ending") != "failed" && older.value("achieved") < day.as_str();
        if !stands {
            continue;
        }
        let of = desk.fetch(older.value("module")).await.ok();
        if of.is_some_and(|(_, row)| row.record.value("competence") == module.value("competence")) {
            renewed.push(older.reference);
        }
    }
    Ok(renewed)
}

fn row(done: &Done, module: &Record, months: Option<i64>, around: &[(&str, &str)]) -> Map<String, serde_json::Value> {
    let mut row = Map::new();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            row.insert(name.to_owned(), serde_json::Value::from(value));
        }
    };
    put("learner", done.learner.clone());
    put("module", module.reference.clone());
    put("ending", done.ending.code().to_owned());
    put("achieved", done.achieved.to_string());
    put("proof", done.proof.clone());
    put("score", done.score.map(|score| score.to_string()).unwrap_or_default());
    let until = months.filter(|_| done.ending != Ending::Failed);
    put(
        "valid_until",
        until.map(|months| done.achieved.saturating_add(Span::new().months(months)).to_string()).unwrap_or_default(),
    );
    for (name, value) in around {
        put(name, (*value).to_owned());
    }
    row
}
