//! The journal as two files for a verifier elsewhere (`docs/journal-format.md`, section 6).

use super::fault;
use crate::Context;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{print, print_json};
use beffroi_journal::checkpoints_to_text;
use serde_json::json;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Entries read at a time.
const PAGE: u64 = 1_000;

pub(super) async fn run(out: &Path, context: &Context) -> Outcome {
    let lang = context.lang;
    let wrong = |error: std::io::Error| Fault::user(format!("{}: {error}", out.display()));
    fs::create_dir_all(out).map_err(wrong)?;
    if fs::read_dir(out).map_err(wrong)?.next().is_some() {
        return Err(Fault::user(lang.say_with("cli-not-empty", &[("folder", (&out.display().to_string()).into())])));
    }
    let store = &context.store;
    // An export ends at a checkpoint. A journal that is not what was appended gets none, and goes out as it is.
    let signed = store.journal_checkpoint(&context.by()).await;
    let size = match &signed {
        Ok(signed) => signed.checkpoint().size,
        Err(error) => {
            eprintln!("{error}");
            super::verify::counted(store).await?
        }
    };
    let mut entries = BufWriter::new(File::create_new(out.join("entries.jsonl")).map_err(wrong)?);
    let mut from = 0;
    while from < size {
        let limit = PAGE.min(size - from);
        for record in store.journal_export(from, limit).await.map_err(fault)? {
            entries.write_all((record.to_line() + "\n").as_bytes()).map_err(wrong)?;
        }
        from += limit;
    }
    entries.into_inner().map_err(|error| wrong(error.into_error()))?.sync_all().map_err(wrong)?;
    let checkpoints = store.journal_checkpoints().await.map_err(fault)?;
    let covered = checkpoints.iter().filter(|checkpoint| checkpoint.checkpoint().size <= size || signed.is_err());
    fs::write(out.join("checkpoints.txt"), checkpoints_to_text(covered)).map_err(wrong)?;
    let key = store.keys().log_key().map_err(ours)?.verifier().to_string();
    fs::write(out.join("log.key"), format!("{key}\n")).map_err(wrong)?;
    for (n, witness) in context.upkeep.witnesses.iter().enumerate() {
        let key = super::verify::verifier_key(witness)?.to_string();
        fs::write(out.join(format!("witness-{}.key", n + 1)), format!("{key}\n")).map_err(wrong)?;
    }
    if context.json {
        return print_json(&json!({ "entries": size, "folder": out.display().to_string(), "log_key": key }));
    }
    let (n, folder) = (lang.integer(size as f64), out.display().to_string());
    print(&format!("{}\n", lang.say_with("cli-audit-exported", &[("n", (&n).into()), ("folder", (&folder).into())])))
}
