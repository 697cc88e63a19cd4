//! Erasing what is due: noted in the journal, done, certified. What needs a person's confirmation waits for it.

use super::holdings::path_of;
use super::{erases, fault, lake, plan};
use crate::Context;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use beffroi_journal::{Act, Month};
use beffroi_retention::{Certificate, Due, Method, digest_of};
use beffroi_store::WriteKey;
use serde_json::json;
use std::fs;

/// What became of something due.
enum Outcomes {
    /// Erased; the name of the certificate's file.
    Erased(String),
    /// Its text was not read: the controller confirms first.
    ToConfirm,
    /// The program cannot erase it.
    ByHand,
    /// It could not be erased now.
    Failed(String),
}

pub(super) async fn run(confirmed: &[String], renew_keys: bool, context: &Context) -> Outcome {
    let lang = context.lang;
    lake::resume(context).await?;
    let (plan, bases) = plan(context).await?;
    if let Some(unknown) = confirmed.iter().find(|code| bases.get(code).is_none()) {
        return Err(Fault::user(lang.say_with("cli-retention-no-basis", &[("code", unknown.into())])));
    }
    let mut done = Vec::new();
    for due in &plan.due {
        let code = &due.holding.basis;
        let known = due.verified || confirmed.contains(code) || context.upkeep.grounds.sets(code);
        let outcome = match (erases(&due.holding), known) {
            (false, _) => Outcomes::ByHand,
            (true, false) => Outcomes::ToConfirm,
            (true, true) => match erase(due, context).await {
                Ok(file) => Outcomes::Erased(file),
                Err(error) => Outcomes::Failed(error.to_string()),
            },
        };
        done.push((due, outcome));
    }
    lake::renew_series(context).await?;
    // What has ended by itself goes whether or not a term says so.
    let cleared = context.store.clear_ended(&context.by()).await.map_err(fault)?;
    if renew_keys {
        renew(context).await?;
    }
    let word = |outcome: &Outcomes| match outcome {
        Outcomes::Erased(_) => "erased",
        Outcomes::ToConfirm => "to-confirm",
        Outcomes::ByHand => "by-hand",
        Outcomes::Failed(_) => "failed",
    };
    let detail = |outcome: &Outcomes| match outcome {
        Outcomes::Erased(text) | Outcomes::Failed(text) => text.clone(),
        Outcomes::ToConfirm | Outcomes::ByHand => String::new(),
    };
    if context.json {
        let groups: Vec<_> = done
            .iter()
            .map(|(due, outcome)| {
                let (what, basis, count) = (&due.holding.what, &due.holding.basis, due.holding.count);
                json!({ "what": what, "basis": basis, "count": count, "state": word(outcome), "detail": detail(outcome) })
            })
            .collect();
        print_json(&json!({ "groups": groups, "cleared": cleared.total(), "keys_renewed": renew_keys }))?;
    } else {
        let say = |column: &str| lang.say(&format!("cli-column-{column}"));
        let mut table = TextTable::new(["what", "count", "state", "certificate"].map(say)).numeric([1]);
        for (due, outcome) in &done {
            let state = lang.say(&format!("cli-retention-{}", word(outcome)));
            table.row([due.holding.what.clone(), lang.integer(due.holding.count as f64), state, detail(outcome)]);
        }
        let n = lang.integer(cleared.total() as f64);
        print(&format!("{}{}\n", table.text(), lang.say_with("cli-retention-cleared", &[("n", (&n).into())])))?;
    }
    let failed = done.iter().filter(|(_, outcome)| matches!(outcome, Outcomes::Failed(_))).count().to_string();
    if failed == "0" {
        Ok(())
    } else {
        Err(Fault::ours(lang.say_with("cli-retention-some-failed", &[("n", (&failed).into())])))
    }
}

/// Erases one group. The journal says so first: nothing goes unseen.
async fn erase(due: &Due, context: &Context) -> Outcome<String> {
    let store = &context.store;
    let what = due.holding.what.as_str();
    let by = || context.by().with_key(WriteKey::draw());
    let (kind, name) = what.split_once('/').unwrap_or((what, ""));
    let act = if kind == "journal" { Act::DestroyKey } else { Act::Erase };
    let index = store.upkeep_note(act, kind, name, &by()).await.map_err(fault)?;
    let method = match kind {
        "journal" => {
            let month: Month = name.parse().map_err(ours)?;
            store.keys().destroy_month(month).map_err(ours)?;
            Method::KeyDestroyed
        }
        "rejects" | "exports" => {
            (context.upkeep.remove_file)(&path_of(what, context)?).map_err(Fault::ours)?;
            Method::FileRemoved
        }
        "lake" => return lake::erase(due, index, context).await,
        "records" => {
            store.records_erase(what, &by()).await.map_err(fault)?;
            Method::RowsRewritten
        }
        "looks" | "openings" | "reveals" | "recipients" | "exercise" => {
            store.told_erase(what, &by()).await.map_err(fault)?;
            Method::RowsRewritten
        }
        "purposes" | "sealed" => {
            store.sealed_erase(what, &by()).await.map_err(fault)?;
            Method::RowsRewritten
        }
        _ => {
            store.clear_ended(&by()).await.map_err(fault)?;
            Method::RowsRewritten
        }
    };
    certify(due, &digest_of([what]), index, &account(&context.who), method, context)
}

/// Certifies what is erased; gives the name of the certificate's file. `index`: the entry of the journal that said so.
pub(super) fn certify(
    due: &Due,
    references: &str,
    index: u64,
    by: &str,
    method: Method,
    context: &Context,
) -> Outcome<String> {
    let wrong = || Fault::ours(format!("{}: its ground is not in the table", due.holding.what));
    let basis = context.upkeep.grounds.bases.get(&due.holding.basis).ok_or_else(wrong)?;
    let journal = Some((index, index));
    let certificate = Certificate::new(due, basis, references, context.now(), by, journal, method).map_err(ours)?;
    keep(&certificate, context)
}

/// A certificate that was given.
pub(super) fn certificate(name: &str, context: &Context) -> Outcome<Certificate> {
    let path = context.folder.certificates().join(name);
    let bytes = fs::read(&path).map_err(|error| Fault::ours(format!("{}: {error}", path.display())))?;
    serde_json::from_slice(&bytes).map_err(|error| Fault::user(format!("{}: {error}", path.display())))
}

/// The certificates that were given, in no order. A file that a stop left unfinished certifies nothing.
pub(super) fn certificates(context: &Context) -> Outcome<Vec<Certificate>> {
    let folder = context.folder.certificates();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Fault::ours(format!("{}: {error}", folder.display()))),
    };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.filter_map(|name| certificate(&name, context).ok()).collect())
}

/// The name of an account as a certificate takes it.
pub(super) fn account(who: &str) -> String {
    let fine = |c: char| c.is_ascii_alphanumeric() || "._:/-".contains(c);
    let name: String = who.chars().filter(|c| fine(*c)).take(80).collect();
    format!("account:{name}")
}

/// Writes a certificate under the first free number of the day.
fn keep(certificate: &Certificate, context: &Context) -> Outcome<String> {
    let folder = context.folder.certificates();
    let wrong = |error: std::io::Error| Fault::ours(format!("{}: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(wrong)?;
    let mut text = serde_json::to_vec_pretty(certificate).map_err(ours)?;
    text.push(b'\n');
    for number in 1..=u32::MAX {
        let name = format!("{}-{number}.json", context.today());
        match fs::File::create_new(folder.join(&name)) {
            Ok(mut file) => {
                std::io::Write::write_all(&mut file, &text).and_then(|()| file.sync_all()).map_err(wrong)?;
                return Ok(name);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(wrong(error)),
        }
    }
    Err(Fault::ours("no number is left for a certificate of this day"))
}

/// Makes a new master key, wraps every sealed row anew and destroys the older ones: what was erased before opens no
/// more in any backup.
async fn renew(context: &Context) -> Outcome {
    let store = &context.store;
    let by = || context.by().with_key(WriteKey::draw());
    let number = store.keys().rotate().map_err(ours)?;
    store.upkeep_note(Act::Configure, "master-key", &number.to_string(), &by()).await.map_err(fault)?;
    store.rewrap_all(&by()).await.map_err(fault)?;
    store.upkeep_note(Act::DestroyKey, "master-key", &format!("below-{number}"), &by()).await.map_err(fault)?;
    store.keys().retire_masters(number).map_err(ours)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_named_in_a_certificate_without_what_it_does_not_take() {
        assert_eq!(account("jean.dupont"), "account:jean.dupont");
        assert_eq!(account("é x@y\n"), "account:xy");
        assert_eq!(account(&"a".repeat(300)).len(), 88);
    }
}
