//! The list is whole, each target holds, and a broken one is found.

use crate::survey::{readers, readers_of};
use crate::targets::BROKEN;
use crate::{EXEMPT, TARGETS, run};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Calls of each target in a test run; `BEFFROI_FUZZ_RUNS` asks for more.
const CALLS: u64 = 1000;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_function_that_reads_is_a_target() {
    let readers = readers(&root()).unwrap();
    assert!(readers.len() > 30, "the survey sees {} functions only", readers.len());
    let covered: BTreeSet<&str> = TARGETS.iter().flat_map(|target| target.covers).copied().collect();
    let exempt: BTreeSet<&str> = EXEMPT.iter().map(|(reader, _)| *reader).collect();
    let forgotten: Vec<&String> = readers
        .iter()
        .filter(|reader| !covered.contains(reader.as_str()) && !exempt.contains(reader.as_str()))
        .collect();
    assert!(
        forgotten.is_empty(),
        "these functions read what a stranger may have written; give each a line in testkit/fuzz/src/targets.rs \
         (TARGETS, or EXEMPT with its reason): {forgotten:#?}"
    );
    let gone: Vec<&&str> = covered.iter().chain(&exempt).filter(|reader| !readers.contains(**reader)).collect();
    assert!(gone.is_empty(), "these are on the lists and in no source: {gone:?}");
    assert!(covered.is_disjoint(&exempt));
}

#[test]
fn the_survey_sees_a_reader_and_nothing_else() {
    let text = "
        pub fn read(text: &str) -> Result<Self, E> {}
        pub fn open<R: Read>(input: R) -> Result<(), E> {}
        pub fn two(
            name: &'a str,
            bytes: &[u8],
        ) -> Vec<Result<A, B>> {}
        pub(crate) fn inner(text: &str) -> Result<(), E> {}
        pub fn length(text: &str) -> usize { 0 }
        pub fn count(n: u64) -> Result<u64, E> {}
        impl FromStr for Thing {}
        impl std::str::FromStr for $name {}
    ";
    let text = format!("{text}#[cfg(test)]\nmod tests {{\n pub fn no(text: &str) -> Result<(), E> {{}} }}");
    assert_eq!(readers_of(&text), ["read", "open", "two", "Thing::from_str", "$name::from_str"]);
}

#[test]
fn every_target_has_its_file_for_cargo_fuzz() {
    let folder = root().join("fuzz");
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let mut files: Vec<String> = fs::read_dir(folder.join("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let names: Vec<String> = TARGETS.iter().map(|target| format!("{}.rs", target.name)).collect();
    assert_eq!(files, names, "one file a target, and the list in alphabetical order");
    for target in TARGETS {
        let name = target.name;
        let text = fs::read_to_string(folder.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(text.contains(&format!("beffroi_fuzz::call(\"{name}\"")), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
    }
}

#[test]
fn no_target_panics() {
    let calls = std::env::var("BEFFROI_FUZZ_RUNS").ok().and_then(|n| n.parse().ok()).unwrap_or(CALLS);
    let mut found = Vec::new();
    for target in TARGETS {
        assert!(!(target.seeds)().is_empty(), "{} has no seed", target.name);
        if let Some(panic) = run(target, calls, 2014) {
            let start = String::from_utf8_lossy(&panic.bytes).chars().take(400).collect::<String>();
            found.push(format!("{} after {} calls: {}\n{start:?}", target.name, panic.calls, panic.message));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn a_planted_panic_is_found() {
    let found = run(&BROKEN, CALLS, 2014).unwrap();
    assert!(found.calls > 1 && found.message.contains("cut off"), "{found:?}");
    assert_eq!(run(&BROKEN, CALLS, 2014), Some(found), "the same seed finds the same bytes");
}
