//! Deliveries of the shapes that once went wrong, and what is said of them.

mod found;
mod held;
mod paired;
mod told;

use super::*;
use crate::intake::{IntakeError, Options, PARSER, Summary, house_codes, ingest};
use crate::sources::{Source, check};
use beffroi_ports::Facts;
use beffroi_ports::doubles::{InProcess, MemoryFacts};
use jiff::civil::{Date, date};
use std::sync::atomic::{AtomicU64, Ordering};

const IN_PROCESS: InProcess = InProcess { parser: PARSER.1 };

/// A source of published counts with those controls.
fn counts_with(tables: &str) -> Source {
    let text = format!(
        r#"id = "essai-chiffres"
version = 1
title = {{ fr = "Chiffres d’essai", en = "Trial figures" }}
origin = {{ publisher = "essai", licence = "essai" }}
layer = "recorded"
unit = "infraction"
legal_basis = "essai"
marking = {{ tlp = "CLEAR", pap = "CLEAR" }}
[file]
format = "csv"
separator = ";"
[[count]]
series = "serie"
period = "periode"
territory = "territoire"
category = "categorie"
value = "valeur"
unit = {{ from = "unite", default = "infraction" }}
definition_version = {{ from = "definition", default = "1" }}
vintage = "millesime"
{tables}"#
    );
    check("essai.toml", &text).unwrap_or_else(|error| panic!("{error}"))
}

/// A file of that source: series, period, territory, category and value, separated by blanks; `-` for no category.
fn table(vintage: &str, lines: &str) -> String {
    let mut text = "serie;periode;territoire;categorie;valeur;unite;definition;millesime\n".to_owned();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split_whitespace().map(|cell| if cell == "-" { "" } else { cell }).collect();
        let unit = cells.get(5).copied().unwrap_or_default();
        text.push_str(&format!("{};{unit};;{vintage}\n", cells[..5].join(";")));
    }
    text
}

/// A folder, a lake, and what is brought in.
struct Trial {
    folder: tempfile::TempDir,
    facts: MemoryFacts,
    n: AtomicU64,
    given: Given,
    today: Date,
}

impl Trial {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (facts, n, given) = (MemoryFacts::new(), AtomicU64::new(1), Given::new());
        Self { folder, facts, n, given, today: date(2026, 11, 30) }
    }

    fn shelf(&self) -> Shelf {
        Shelf::new(self.folder.path().join("quality"))
    }

    fn rejects(&self) -> std::path::PathBuf {
        self.folder.path().join("rejects")
    }

    async fn deliver(&self, source: &Source, text: &str) -> Result<Summary, IntakeError> {
        let n = self.n.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.path().join(format!("{n}.csv"));
        std::fs::write(&path, text).unwrap();
        let options = Options {
            vintage: None,
            today: self.today,
            now: format!("2026-11-30T12:00:{n:02}Z").parse().unwrap(),
            who: "essai".to_owned(),
            dry_run: false,
            rejects_dir: self.rejects(),
            shelf: self.shelf(),
            given: self.given.clone(),
            codes: house_codes(),
            sandbox: &IN_PROCESS,
            delivery_id: format!("DEL-{n:032x}").parse().unwrap(),
        };
        ingest(&self.facts, source, &path, &options, &|_, _| {}).await
    }

    /// The sheet of the last delivery.
    fn sheet(&self) -> QualitySheet {
        self.shelf().all().unwrap().remove(0)
    }

    async fn n_landed(&self) -> usize {
        self.facts.snapshots().await.unwrap().len()
    }
}

fn control<'a>(sheet: &'a QualitySheet, name: &str) -> &'a ControlResult {
    sheet.controls.iter().find(|control| control.name == name).unwrap()
}
