//! `beffroi audit list | verify | export | checkpoint | witness | prove`.

mod export;
mod exported;
pub(super) mod verify;
mod witness;

pub use exported::verify_export;

use crate::Context;
use crate::args::AuditCommand;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use beffroi_journal::{SignedCheckpoint, verify_inclusion};
use beffroi_store::{JournalEntry, JournalQuery, StoreError};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

pub(super) async fn run(command: AuditCommand, context: &Context) -> Outcome {
    match command {
        AuditCommand::List { author, object, since, limit } => list(author, object, since, limit, context).await,
        AuditCommand::Verify(args) => verify::run(&args, context).await,
        AuditCommand::Export { out } => export::run(&out, context).await,
        AuditCommand::Checkpoint => {
            let signed = context.store.journal_checkpoint(&context.by()).await.map_err(fault)?;
            checkpoint(&signed, context)
        }
        AuditCommand::Witness { witness_file, witness_state, witness_name } => {
            witness::run(&witness_file, &witness_state, witness_name.as_deref(), context).await
        }
        AuditCommand::Prove { entry } => prove(entry, context).await,
    }
}

pub(super) fn fault(error: StoreError) -> Fault {
    if error.is_user_fault() { crate::fault::users(error) } else { ours(error) }
}

fn checkpoint(signed: &SignedCheckpoint, context: &Context) -> Outcome {
    let stated = signed.checkpoint();
    if context.json {
        let (size, root, at) = (stated.size, stated.root.to_string(), stated.at.to_string());
        return print_json(&json!({ "size": size, "root": root, "at": at, "note": signed.to_string() }));
    }
    print(&signed.to_string())
}

async fn list(
    who: Option<String>,
    object: Option<String>,
    since: Option<String>,
    limit: u64,
    context: &Context,
) -> Outcome {
    let lang = context.lang;
    let object = object
        .map(|text| {
            let wrong = || Fault::user(lang.say_with("cli-audit-what", &[("text", (&text).into())]));
            text.split_once('/').map(|(kind, id)| (kind.to_owned(), id.to_owned())).ok_or_else(wrong)
        })
        .transpose()?;
    let since = since.map(|text| Since::read(&text, context)).transpose()?;
    let query = JournalQuery { who, object, from: since.as_ref().map(Since::day), ..JournalQuery::default() };
    let found = context.store.journal_search(&query, limit).await.map_err(fault)?;
    let shown = found.iter().filter(|entry| since.as_ref().is_none_or(|since| since.admits(entry)));
    if context.json {
        let lines: Vec<String> = shown.map(|entry| line(entry).to_string() + "\n").collect();
        return print(&lines.concat());
    }
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["number", "at", "who", "act", "what", "purpose"].map(say)).numeric([0]);
    for JournalEntry { index, day, entry } in shown {
        match entry {
            Some(entry) => table.row([
                index.to_string(),
                entry.at.to_string(),
                entry.who.clone(),
                entry.act.to_string(),
                format!("{}/{}", entry.object.kind, entry.object.id),
                entry.purpose.as_ref().map_or(String::new(), |purpose| {
                    [Some(purpose.why.as_str()), purpose.reference.as_deref()]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join(" · ")
                }),
            ]),
            None => table.row([index.to_string(), day.to_string(), lang.say("cli-audit-gone")]),
        }
    }
    print(&table.text())
}

/// From when on entries are shown.
enum Since {
    Day(Date),
    Instant(Timestamp),
}

impl Since {
    fn read(text: &str, context: &Context) -> Outcome<Self> {
        if let Ok(day) = text.parse() {
            return Ok(Self::Day(day));
        }
        let wrong = || Fault::user(context.lang.say_with("cli-audit-since", &[("text", text.into())]));
        text.parse().map(Self::Instant).map_err(|_| wrong())
    }

    fn day(&self) -> Date {
        match self {
            Self::Day(day) => *day,
            Self::Instant(at) => at.to_zoned(TimeZone::UTC).date(),
        }
    }

    fn admits(&self, entry: &JournalEntry) -> bool {
        match (self, &entry.entry) {
            (Self::Instant(from), Some(entry)) => entry.at >= *from,
            _ => entry.day >= self.day(),
        }
    }
}

fn line(found: &JournalEntry) -> Value {
    let Some(entry) = &found.entry else {
        return json!({ "index": found.index, "day": found.day.to_string(), "key": "destroyed" });
    };
    json!({
        "index": found.index,
        "day": found.day.to_string(),
        "at": entry.at.to_string(),
        "who": entry.who,
        "act": entry.act.name(),
        "kind": entry.object.kind,
        "id": entry.object.id,
        "purpose": entry.purpose.as_ref().map(|purpose| &purpose.why),
        "reference": entry.purpose.as_ref().and_then(|purpose| purpose.reference.as_ref()),
        "recipients": entry.recipients,
    })
}

/// An entry with what it takes to check, with the journal's public key alone, that it stands in the journal.
async fn prove(index: u64, context: &Context) -> Outcome {
    let lang = context.lang;
    let mut proven = context.store.journal_prove(index).await.map_err(fault)?;
    if proven.is_none() && index < context.store.journal_size().await.map_err(fault)? {
        context.store.journal_checkpoint(&context.by()).await.map_err(fault)?;
        proven = context.store.journal_prove(index).await.map_err(fault)?;
    }
    let n = index.to_string();
    let proven = proven.ok_or_else(|| Fault::user(lang.say_with("cli-audit-no-entry", &[("n", (&n).into())])))?;
    let stated = proven.checkpoint.checkpoint();
    verify_inclusion(&proven.record.record.leaf(), index, stated.size, &stated.root, &proven.proof).map_err(
        |error| {
            Fault::user(
                lang.say_with("cli-audit-unproven", &[("n", (&n).into()), ("reason", (&error.to_string()).into())]),
            )
        },
    )?;
    if context.json {
        return print_json(&json!({
            "index": index,
            "entry": proven.record.to_line(),
            "checkpoint": proven.checkpoint.to_string(),
            "proof": proven.proof.to_text().lines().collect::<Vec<_>>(),
        }));
    }
    let (entry, note, proof) = (proven.record.to_line(), proven.checkpoint.to_string(), proven.proof.to_text());
    print(&format!("{entry}\n\n{note}\n{proof}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_journal::{Act, Entry, ObjectRef};

    fn entry(at: &str) -> JournalEntry {
        let at: Timestamp = at.parse().unwrap();
        let object = ObjectRef { kind: "alert".to_owned(), id: "FLASH-1".to_owned() };
        let entry = Entry { who: "a".to_owned(), at, act: Act::Decide, object, purpose: None, recipients: Vec::new() };
        JournalEntry { index: 3, day: at.to_zoned(TimeZone::UTC).date(), entry: Some(entry) }
    }

    #[test]
    fn an_entry_whose_key_is_gone_says_so_and_no_more() {
        let gone = JournalEntry { entry: None, ..entry("2026-11-22T10:00:00Z") };
        assert_eq!(line(&gone).to_string(), r#"{"day":"2026-11-22","index":3,"key":"destroyed"}"#);
        assert_eq!(line(&entry("2026-11-22T10:00:00Z"))["act"], "decide");
    }

    #[test]
    fn since_a_day_or_an_instant() {
        let day = Since::Day("2026-11-22".parse().unwrap());
        assert!(day.admits(&entry("2026-11-22T00:00:00Z")) && !day.admits(&entry("2026-11-21T23:59:59Z")));
        let instant = Since::Instant("2026-11-22T10:00:00Z".parse().unwrap());
        assert!(instant.admits(&entry("2026-11-22T10:00:00Z")) && !instant.admits(&entry("2026-11-22T09:59:59Z")));
        assert_eq!(instant.day(), "2026-11-22".parse().unwrap());
    }
}
