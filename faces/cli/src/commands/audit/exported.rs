//! An export verified by someone who has no access to the registers, with a key and checkpoints kept elsewhere: what
//! `tools/verify_journal.py` does, without Python.

use super::verify::{MAX_CHECKPOINTS, conclude, held, read, told, trust, verifier_key};
use crate::args::VerifyArgs;
use crate::fault::{Fault, Outcome};
use beffroi_journal::{Keyring, LineError, MAX_LINE_BYTES, StoredRecord, Verifier, checkpoints_from_text};
use beffroi_wording::Lang;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

/// `beffroi audit verify --export DIR`: nothing else of the machine is read.
///
/// # Errors
/// [`Fault`] when a file cannot be read, and when the journal is not sound.
pub fn verify_export(args: &VerifyArgs, folder: &Path, lang: Lang, json: bool) -> Outcome {
    let wrong = |path: &Path, error: &io::Error| Fault::user(format!("{}: {error}", path.display()));
    let log = match &args.journal_key {
        Some(key) => verifier_key(key)?,
        None => verifier_key(&format!("@{}", folder.join("log.key").display()))?,
    };
    if args.journal_key.is_none() && args.held.is_empty() {
        eprintln!("{}", lang.say("cli-audit-own-key"));
    }
    let trust = trust(log, args.witness_keys.iter(), held(&args.held)?, args.quorum)?;
    // What entries say is sealed: an export has no key that opens them, and its proof needs none.
    let keys = Keyring::new();
    let checkpoints = checkpoints_from_text(&read(&folder.join("checkpoints.txt"), MAX_CHECKPOINTS)?);
    let mut verifier = Verifier::new(&trust, &keys, checkpoints);
    let path = folder.join("entries.jsonl");
    let mut entries = BufReader::new(File::open(&path).map_err(|error| wrong(&path, &error))?);
    while let Some(line) = next(&mut entries).map_err(|error| wrong(&path, &error))? {
        verifier.push(line);
    }
    let report = verifier.finish();
    conclude(&report, &told(&report, args.first_entry.unwrap_or(0)), lang, json)
}

/// The next line; of one that is too long, only that it is.
fn next(entries: &mut impl BufRead) -> io::Result<Option<Result<StoredRecord, LineError>>> {
    let mut line = Vec::new();
    let most = MAX_LINE_BYTES as u64 + 2;
    if entries.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    match line.strip_suffix(b"\n") {
        Some(line) => Ok(Some(StoredRecord::from_line(line))),
        None => {
            // A line cut short, or one that is too long: what is left of it says nothing.
            entries.skip_until(b'\n')?;
            Ok(Some(Err(LineError::Form)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_one_fault_and_the_next_ones_are_read() {
        let text = format!("x\n{}\ny\nz", "a".repeat(3 * MAX_LINE_BYTES));
        let mut input = io::Cursor::new(text);
        let mut n_lines = 0;
        while let Some(line) = next(&mut input).unwrap() {
            assert!(line.is_err());
            n_lines += 1;
        }
        assert_eq!(n_lines, 4);
    }
}
