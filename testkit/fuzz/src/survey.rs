//! Which functions read a stranger's bytes, as the sources tell: public, with a text, bytes or a reader among their
//! arguments, and an outcome that may be a refusal; and all of a module `hostile`, where a room that is no library of
//! readers shows its own.
//!
//! The text of the sources is looked at, not their meaning: what it takes for a reader and is none goes on the list of
//! exemptions, with its reason. A reader that hides its refusal in an `Option` is not found this way.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Rooms that are not looked at: to them a text is a parameter of a query, or the operator's own.
const APART: [&str; 3] = ["cli", "lake", "store"];

/// Every reader below `root`, the root of the project, as `ROOM/FILE FUNCTION`.
///
/// # Errors
/// When a folder or a file cannot be read.
pub fn readers(root: &Path) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for floor in ["pure", "formats", "engines", "faces"] {
        for room in folders(&root.join(floor))? {
            let name = last(&room);
            if APART.contains(&name.as_str()) {
                continue;
            }
            for file in sources(&room.join("src"))? {
                let inside = file.strip_prefix(room.join("src")).unwrap_or(&file).with_extension("");
                let text = fs::read_to_string(&file)?;
                let all = if inside.as_os_str() == "hostile" { functions_of(&text) } else { readers_of(&text) };
                found.extend(all.into_iter().map(|reader| format!("{name}/{} {reader}", inside.display())));
            }
        }
    }
    Ok(found)
}

/// Every public function of one source file.
fn functions_of(text: &str) -> Vec<String> {
    let name = |rest: &str| rest.split(['(', '<']).next().unwrap_or_default().trim().to_owned();
    text.match_indices("pub fn ").map(|(at, mark)| name(text.get(at + mark.len()..).unwrap_or_default())).collect()
}

/// The readers of one source file, its tests apart.
pub fn readers_of(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut found = Vec::new();
    for (at, _) in text.match_indices("pub fn ") {
        let signature = text.get(at + 7..).unwrap_or_default().split(['{', ';']).next().unwrap_or_default();
        let Some((name, rest)) = signature.split_once(['(', '<']) else { continue };
        let (arguments, outcome) = rest.rsplit_once("->").unwrap_or((rest, ""));
        let reads = ["[u8]", "&str", "& str", "Read"].iter().any(|kind| arguments.contains(kind))
            || arguments.contains("&'") && arguments.contains(" str");
        if reads && outcome.contains("Result<") {
            found.push(name.trim().to_owned());
        }
    }
    for (at, mark) in text.match_indices("FromStr for ") {
        let name = text.get(at + mark.len()..).unwrap_or_default();
        let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '$' || *c == '_').collect();
        found.push(format!("{name}::from_str"));
    }
    found
}

fn folders(of: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(of)? {
        let path = entry?.path();
        if path.join("src").is_dir() {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}

fn sources(of: &Path) -> io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(of)? {
        let path = entry?.path();
        let name = last(&path);
        if path.is_dir() && name != "tests" {
            all.extend(sources(&path)?);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}

fn last(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
