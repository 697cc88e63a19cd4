//! The public files, where they are.

use crate::*;
use jiff::civil::Date;
use std::io::Read;
use std::path::PathBuf;

fn shared(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("BEFFROI_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from)
        .join(path);
    if !folder.exists() {
        println!("skipped: shared {path} absent");
        return None;
    }
    Some(folder)
}

fn editions() -> Option<Vec<(Date, Law)>> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(shared("data/law/crpa_versions")?).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let read = |path: &PathBuf| {
        let day: Date = path.file_name().unwrap().to_str().unwrap().split('_').nth(1).unwrap().parse().unwrap();
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut text).unwrap();
        let read = read_legi_json(&text).unwrap();
        let serious = |finding: &&Finding| !matches!(finding.why, Why::Textless);
        assert_eq!(
            read.findings.iter().filter(serious).collect::<Vec<_>>(),
            Vec::<&Finding>::new(),
            "{}",
            path.display()
        );
        (day, read.value)
    };
    Some(files.iter().map(read).collect())
}

/// Ten editions of the code of relations between the public and the administration, put together: each article, asked on
/// the day of each edition, is in the version that this edition gives, or in one that was consolidated since.
#[test]
fn ten_editions_of_a_code_answer_as_each_edition_does() {
    let Some(editions) = editions() else { return };
    assert_eq!(editions.len(), 10);
    let mut history = History::new();
    for (_, law) in &editions {
        assert_eq!(law.id, "LEGITEXT000031366350");
        assert!(law.articles.len() > 400, "{}", law.articles.len());
        history.add(law.clone());
    }
    let others = editions.iter().flat_map(|(_, law)| &law.articles).flat_map(|version| &version.others);
    let told: std::collections::BTreeMap<&String, Option<Date>> =
        others.map(|other| (&other.id, other.until)).collect();
    let mut late = Vec::new();
    let mut asked = 0;
    for (day, law) in &editions {
        for version in law.articles.iter().filter(|version| version.in_force(*day)) {
            match history.at(&version.article, *day) {
                At::One(found) if found.id == version.id => {}
                // The consolidation came after the edition: a newer one ends the version before that day.
                other => {
                    let ended = told.get(&version.id).is_some_and(|until| until.is_some_and(|until| until <= *day));
                    assert!(ended, "{} on {day}: {other:?}", version.number);
                    late.push((version.number.clone(), *day));
                }
            }
            asked += 1;
        }
    }
    println!("{asked} articles asked; consolidated after the edition: {late:?}");
    assert!(asked > 4000 && late.len() < 10, "{asked}, {late:?}");
    let (first, last) = (editions[0].0, editions[9].0);
    let changes = history.between(first, last);
    let both: Vec<_> = changes.iter().filter_map(|change| change.before.zip(change.after)).collect();
    println!("{} changes, {} of them of wording", changes.len(), both.len());
    assert!(both.len() > 20);
    for (before, after) in both {
        let pieces = diff(&before.text, &after.text);
        let kept: String = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Kept(text) | Piece::Removed(text) => Some(text.as_str()),
                Piece::Added(_) => None,
            })
            .collect();
        assert_eq!(kept, before.text);
    }
}

#[test]
fn the_examples_of_the_standard_are_read() {
    let Some(folder) = shared("data/law/akomantoso/csprd02-part2-specs/csprd02-part2-specs-examples") else { return };
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "xml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match read_akoma_ntoso(&std::fs::read(&path).unwrap()) {
            Ok(read) => {
                println!(
                    "{name}: {} articles, {} findings, {:?}",
                    read.value.articles.len(),
                    read.findings.len(),
                    read.findings.first()
                );
                seen.push((name, read.value.articles.len()));
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
    seen.sort();
    let of = |start: &str| seen.iter().find(|(name, _)| name.starts_with(start)).map(|(_, count)| *count);
    assert_eq!(of("uy_bill"), Some(3), "{seen:?}");
    assert_eq!(of("us_Title9"), Some(7), "{seen:?}");
    assert!(of("eu_COM").is_some_and(|count| count >= 20), "{seen:?}");
    assert!(of("uk_pga").is_some_and(|count| count >= 8), "{seen:?}");
}
