//! A witness on this machine: it cosigns the newest checkpoint when it continues the last one it signed.

use super::fault;
use super::verify::read;
use crate::Context;
use crate::fault::{Fault, Outcome, ours, users};
use beffroi_journal::{Proof, SignedCheckpoint, Witness, WitnessKey};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

/// Longest key file and longest note, in bytes.
const MOST: u64 = 16 * 1024;

pub(super) async fn run(key: &Path, state: &Path, name: Option<&str>, context: &Context) -> Outcome {
    let store = &context.store;
    let key = match name {
        Some(name) if !key.exists() => make(key, name, context)?,
        _ => open(key, context)?,
    };
    eprintln!("{}", context.lang.say_with("cli-audit-witness-key", &[("key", (&key.verifier().to_string()).into())]));
    let log = store.keys().log_key().map_err(ours)?.verifier();
    let offered = store.journal_checkpoint(&context.by()).await.map_err(fault)?;
    let (mut witness, proof) = match fs::symlink_metadata(state) {
        Err(error) if error.kind() == ErrorKind::NotFound => (Witness::new(log, key), Proof::default()),
        _ => {
            let last = String::from_utf8_lossy(&read(state, MOST)?).into_owned();
            let last: SignedCheckpoint = last.parse().map_err(users)?;
            let (old, new) = (last.checkpoint().size, offered.checkpoint().size);
            // Without a proof (the journal is smaller, or lacks a hash) the witness says why it does not sign.
            let proof = if old < new {
                store.journal_consistency(old, new).await.unwrap_or_default()
            } else {
                Proof::default()
            };
            (Witness::resume(log, key, last).map_err(users)?, proof)
        }
    };
    let cosigned = witness.cosign(&offered, &proof, context.now()).map_err(users)?;
    // Kept, durably, before it is given to anyone.
    replace(state, &cosigned.to_string()).map_err(|error| Fault::user(format!("{}: {error}", state.display())))?;
    store.journal_cosigned(&context.by(), &cosigned).await.map_err(fault)?;
    super::checkpoint(&cosigned, context)
}

/// Reads a witness's key: its name, a line feed, 64 hexadecimal digits, a line feed.
fn open(path: &Path, context: &Context) -> Outcome<WitnessKey> {
    let wrong = || {
        let shown = path.display().to_string();
        Fault::user(context.lang.say_with("cli-audit-witness-file", &[("file", (&shown).into())]))
            .with_help(context.lang.say("cli-audit-witness-file-help"))
    };
    let bytes = read(path, MOST)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let about = fs::metadata(path).map_err(users)?;
        if about.mode() & 0o077 != 0 {
            return Err(wrong());
        }
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    let (name, seed) = text.split_once('\n').ok_or_else(wrong)?;
    let seed = unhex(seed.trim_end()).ok_or_else(wrong)?;
    WitnessKey::new(name, &seed).map_err(users)
}

fn make(path: &Path, name: &str, context: &Context) -> Outcome<WitnessKey> {
    let mut seed = [0_u8; 32];
    context.store.keys().random(&mut seed).map_err(ours)?;
    let key = WitnessKey::new(name, &seed).map_err(users)?;
    let hex: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options.open(path).and_then(|mut file| {
        file.write_all(format!("{name}\n{hex}\n").as_bytes())?;
        file.sync_all()
    });
    made.map_err(|error| Fault::user(format!("{}: {error}", path.display())))?;
    Ok(key)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0_u8; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (n, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Puts a text in a file's place, whole or not at all, and durably.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = parent.join(format!(".{name}.new"));
    let mut file = fs::File::create(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    fs::File::open(parent)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_has_one_length() {
        assert_eq!(unhex(&"0a".repeat(32)), Some([10; 32]));
        for wrong in ["", "0a", &"0a".repeat(33), &"zz".repeat(32), &"é".repeat(32), &"+1".repeat(32)] {
            assert!(unhex(wrong).is_none(), "{wrong}");
        }
    }
}
