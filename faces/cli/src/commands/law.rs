//! `beffroi law import | at | diff`: texts of law by version, the law of a day, what changed between two.

use super::record::{actor, fault};
use crate::Context;
use crate::args::LawCommand;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{print, print_json};
use crate::strangers::{open, unread};
use beffroi_desk_law::{Asked, Shelf, read_law};
use beffroi_desk_registers::{Actor, Made, Setting, operator};
use beffroi_legal::Law;
use beffroi_model::Marking;
use beffroi_register::{Entry, Record, Register, SheetContext, Values};
use beffroi_rights::Subject;
use beffroi_store::Cursor;
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The register of the versions.
const REGISTER: &str = "article_version";
/// Records read at once.
const PART: u64 = 1000;
/// Most records, and most bytes, of one write.
const MOST: (usize, usize) = (2000, 4 << 20);

pub(super) async fn run(command: LawCommand, context: &Context) -> Outcome {
    let subject = operator(&context.who, context.today());
    let subject = subject.ok_or_else(|| Fault::user(context.lang.say("cli-record-who")))?;
    let desk = actor(context, &subject);
    let register = context.registry.get(REGISTER).ok_or_else(|| Fault::ours("the register of the law is gone"))?;
    match command {
        LawCommand::Import { law_files } => import(&subject, register, &law_files, context).await,
        LawCommand::At { article, facts_date } => {
            sheet(&desk, register, "at_date", &article, &[("date", facts_date)], context).await
        }
        LawCommand::Diff { article, first_date, second_date } => {
            let days = [("date", first_date), ("date_after", second_date)];
            sheet(&desk, register, "between", &article, &days, context).await
        }
    }
}

/// Reads files, and writes what they tell that the register does not hold yet.
async fn import(
    subject: &Subject,
    register: &'static Register,
    files: &[std::path::PathBuf],
    context: &Context,
) -> Outcome {
    let mut laws = Vec::new();
    let mut findings: Vec<Value> = Vec::new();
    for file in files {
        let (input, length) = open(file)?;
        let brought = read_law(input, length, context.sandbox.as_ref()).map_err(|error| unread(file, error))?;
        let name = file.display().to_string();
        findings.extend(brought.findings.iter().map(|(at, why)| json!({ "file": name, "at": at, "why": why })));
        laws.push((name, brought.law));
    }
    // From the oldest to the newest: a newer file knows when a version ended.
    laws.sort_by_key(|(_, law)| law.as_of);
    let mut stood = Vec::new();
    for id in laws.iter().flat_map(|(_, law)| texts(law)).collect::<BTreeSet<_>>() {
        stood.extend(kept(&actor(context, subject), register, "text_id", &id).await?);
    }
    let mut shelf = Shelf::of(&stood);
    laws.iter().for_each(|(_, law)| shelf.take(law));
    let (added, changed) = (shelf.added(), shelf.changed());
    for part in parts(&added) {
        let text = serde_json::to_string(part).map_err(ours)?;
        // Each write has its own key.
        let desk = actor(context, subject);
        let import = desk.import(register, &text, false).await.map_err(|error| fault(error, context))?;
        if let Some(finding) = import.findings.first() {
            return Err(Fault::user(finding.refusal.say(register, context.lang)));
        }
    }
    for (reference, values) in &changed {
        let setting = Setting { typed: values.clone(), ..Setting::default() };
        actor(context, subject).set(reference, setting).await.map_err(|error| fault(error, context))?;
    }
    let told: usize = laws.iter().map(|(_, law)| law.articles.len()).sum();
    if context.json {
        let text = |(file, law): &(String, Law)| {
            json!({
                "file": file, "text": law.id, "title": law.title, "articles": law.articles.len(),
                "as_of": law.as_of.map(|day| day.to_string()),
            })
        };
        return print_json(&json!({
            "texts": laws.iter().map(text).collect::<Vec<_>>(),
            "added": added.len(), "changed": changed.len(), "findings": findings,
        }));
    }
    for finding in &findings {
        let of = |field: &str| finding.get(field).and_then(Value::as_str).unwrap_or_default();
        context.tell(&format!("{}: {}: {}", of("file"), of("at"), of("why")));
    }
    let n = |count: usize| context.lang.integer(count as f64);
    let (told, added, changed) = (n(told), n(added.len()), n(changed.len()));
    let counts = [("told", (&told).into()), ("added", (&added).into()), ("changed", (&changed).into())];
    print(&format!("{}\n", context.lang.say_with("cli-law-import", &counts)))
}

/// The identifiers under which the articles of a file are kept.
fn texts(law: &Law) -> BTreeSet<String> {
    if law.id.is_empty() {
        return law.articles.iter().map(|version| version.article.clone()).collect();
    }
    BTreeSet::from([law.id.clone()])
}

/// Rows that are written at once: one write of all where they are few.
fn parts<'a>(rows: &'a [&'a Values]) -> Vec<&'a [&'a Values]> {
    let size = |row: &Values| row.iter().map(|(field, text)| field.len() + text.len() + 8).sum::<usize>();
    let (mut parts, mut first, mut bytes) = (Vec::new(), 0, 0);
    for (n, row) in rows.iter().enumerate() {
        if n > first && (n - first >= MOST.0 || bytes + size(row) > MOST.1) {
            parts.extend(rows.get(first..n));
            (first, bytes) = (n, 0);
        }
        bytes += size(row);
    }
    parts.extend(rows.get(first..).filter(|rest| !rest.is_empty()));
    parts
}

/// The records with a value of a field by which they are found.
async fn kept(desk: &Actor<'_>, register: &'static Register, field: &str, value: &str) -> Outcome<Vec<Record>> {
    let filter = [Entry { field: field.to_owned(), value: value.to_owned() }];
    let (mut records, mut after): (Vec<Record>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let part = desk.store.record_list(&desk.seen(register), &filter, after.as_ref(), PART).await.map_err(ours)?;
        records.extend(part.rows.into_iter().map(|row| row.record));
        after = part.next;
        if after.is_none() {
            return Ok(records);
        }
    }
}

/// The records of the articles that are asked for, and of no other: a sheet of the whole register would read all of it.
async fn versions(desk: &Actor<'_>, register: &'static Register, article: &str) -> Outcome<Vec<Record>> {
    let found = match Asked::read(article) {
        Asked::Bare => return Ok(Vec::new()),
        Asked::Numbered { number, .. } => kept(desk, register, "number", &number).await?,
        Asked::Identifier(id) => {
            let mut found = kept(desk, register, "article", &id).await?;
            found.extend(kept(desk, register, "version", &id).await?);
            found
        }
    };
    let articles: BTreeSet<&str> = found.iter().map(|record| record.value("article")).collect();
    let mut all = Vec::new();
    for article in articles {
        all.extend(kept(desk, register, "article", article).await?);
    }
    if all.is_empty() {
        // None: what is known here is told beside it.
        let known = desk.store.record_list(&desk.seen(register), &[], None, PART).await.map_err(ours)?;
        all.extend(known.rows.into_iter().map(|row| row.record));
    }
    Ok(all)
}

/// A sheet of the register, made of the versions of the article asked.
async fn sheet(
    desk: &Actor<'_>,
    register: &'static Register,
    name: &str,
    article: &str,
    days: &[(&str, Date)],
    context: &Context,
) -> Outcome {
    let sheet = register.sheet(name).ok_or_else(|| Fault::ours("the sheet of the law is gone"))?;
    let mut asked: Values = days.iter().map(|(field, day)| ((*field).to_owned(), day.to_string())).collect();
    asked.insert("article".to_owned(), article.to_owned());
    let records = versions(desk, register, article).await?;
    let of = SheetContext {
        register,
        record: None,
        records: &records,
        asked: &asked,
        now: context.now(),
        lang: context.lang,
    };
    let blocks = (sheet.make)(&of).map_err(|refusal| Fault::user(refusal.say(register, context.lang)))?;
    let marking = records.iter().fold(register.marking, |marking: Marking, record| marking.merge(record.marking));
    let synthetic = records.iter().any(|record| record.synthetic);
    let made = Made { register, sheet, record: None, asked: asked.clone(), blocks, marking, synthetic };
    super::record_sheet::given(&made, None, context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_written_in_parts_that_hold_all_of_them() {
        let row = |bytes: usize| Values::from([("text".to_owned(), "x".repeat(bytes))]);
        let (small, large) = (row(10), row(3 << 20));
        let rows: Vec<&Values> = std::iter::repeat_n(&small, 4500).chain([&large, &large]).collect();
        let lengths: Vec<usize> = parts(&rows).iter().map(|part| part.len()).collect();
        assert_eq!(lengths, [2000, 2000, 501, 1]);
        assert!(parts(&[]).is_empty());
    }
}
