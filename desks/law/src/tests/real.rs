//! Ten editions of a code, where they are: public files of the code of relations between the public and the administration.

use super::{asked, said};
use crate::Shelf;
use beffroi_legal::{Law, read_legi_json};
use std::io::Read;
use std::path::PathBuf;

fn editions() -> Option<Vec<Law>> {
    let shared = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let folder = shared.join("data/law/crpa_versions");
    if !folder.exists() {
        println!("skipped: {} absent", folder.display());
        return None;
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: &PathBuf| {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut text).unwrap();
        read_legi_json(&text).unwrap().value
    };
    Some(files.iter().map(read).collect())
}

#[test]
fn ten_editions_are_taken_once_and_answer_by_day() {
    let Some(editions) = editions() else { return };
    let mut shelf = Shelf::default();
    editions.iter().for_each(|law| shelf.take(law));
    let records = shelf.known_for_tests();
    assert!(records.len() > 700, "{}", records.len());
    // Everything once more, in any order, changes nothing.
    let mut again = Shelf::of(&records);
    editions.iter().rev().chain(&editions).for_each(|law| again.take(law));
    assert_eq!((again.added().len(), again.changed()), (0, Vec::new()));
    // Each version is kept as the register asks, and answers on its own first day.
    let register = super::register("article_version");
    let refusals: Vec<String> = records.iter().flat_map(|record| super::refused(register, None, record)).collect();
    assert_eq!(refusals, Vec::<String>::new());
    let newest = editions.last().unwrap();
    for version in newest.articles.iter().filter(|version| version.in_force("2026-05-01".parse().unwrap())).take(20) {
        let name = format!("{} {}", newest.id, version.number);
        let blocks = asked("at_date", &records, &[("article", &name), ("date", "2026-05-01")]).unwrap();
        assert!(said(&blocks).contains(&version.id), "{name}: {}", said(&blocks));
    }
}
