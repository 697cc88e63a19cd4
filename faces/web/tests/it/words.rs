//! Every word of the pages comes from the wording, in both languages.

use beffroi_wording::Lang;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

#[test]
fn every_key_is_known_in_both_languages() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    files(&here.join("src"), &mut all);
    files(&here.join("templates"), &mut all);
    let mut keys = BTreeSet::new();
    for path in &all {
        let text = std::fs::read_to_string(path).unwrap();
        for call in ["say(\"", "say_with(\"", "say_with(\n"] {
            for rest in text.split(call).skip(1) {
                let key = rest.trim_start().trim_start_matches('"').split('"').next().unwrap();
                keys.insert(key.to_owned());
            }
        }
    }
    assert!(keys.len() > 250, "the search finds {} keys only", keys.len());
    for key in &keys {
        for lang in Lang::ALL {
            assert!(lang.knows(key), "{key} in {lang}");
        }
    }
    // And the other way: no word of ours that no page says. A key may stand by itself, or its beginning before what
    // tells which one it is.
    let text: String = all.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let made = |key: &str| {
        let begins = key.rfind('-').map_or(key, |at| &key[..=at]);
        text.contains(&format!("\"{key}\"")) || text.contains(&format!("format!(\"{begins}{{"))
    };
    let wording = std::fs::read_to_string(here.join("../../pure/wording/fr.ftl")).unwrap();
    for key in wording.lines().filter_map(|l| l.split_once(" =")).map(|(key, _)| key).filter(|k| k.starts_with("web-"))
    {
        assert!(keys.contains(key) || made(key), "no page says {key}");
    }
}

#[test]
fn no_template_holds_words_of_its_own() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    files(&here.join("templates"), &mut all);
    for path in all {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut bare = String::new();
        // What is left once tags, expressions and statements are taken out.
        let mut rest = text.as_str();
        while let Some(at) = rest.find(['<', '{']) {
            bare.push_str(&rest[..at]);
            let close = match &rest[at..] {
                t if t.starts_with("{{") => "}}",
                t if t.starts_with("{%") => "%}",
                _ => ">",
            };
            rest = rest[at..].split_once(close).unwrap().1;
        }
        let words: Vec<&str> = bare.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() > 1).collect();
        // The name of the house, and what a protocol calls by its own name.
        let ours = words
            .iter()
            .all(|w| ["Beffroi", "Authorization", "Bearer", "bft", "Idempotency", "Key", "If", "Match"].contains(w));
        assert!(ours, "{}: {words:?}", path.display());
    }
}
