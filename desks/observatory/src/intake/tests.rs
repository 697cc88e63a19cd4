//! Files that fit, files that do not, and what is left behind.

mod broken;
mod real;

use super::*;
use crate::sources::{Source, source};
use beffroi_ports::doubles::{InProcess, MemoryFacts};
use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

const TODAY: Date = Date::constant(2026, 11, 30);

const IN_PROCESS: InProcess = InProcess { parser: PARSER.1 };

/// A folder, a lake, and what is brought in.
struct Trial {
    folder: tempfile::TempDir,
    facts: MemoryFacts,
    dry_run: bool,
    deliveries: AtomicU64,
}

impl Trial {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, facts: MemoryFacts::new(), dry_run: false, deliveries: AtomicU64::new(1) }
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn rejects_dir(&self) -> PathBuf {
        self.folder.path().join("data/rejects")
    }

    fn shelf(&self) -> Shelf {
        Shelf::new(self.folder.path().join("data/quality"))
    }

    async fn ingest(&self, source: &Source, file: &Path) -> Result<Summary, IntakeError> {
        let number = self.deliveries.fetch_add(1, Ordering::Relaxed);
        let options = Options {
            vintage: None,
            today: TODAY,
            now: "2026-11-30T12:00:00Z".parse().unwrap(),
            who: "essai".to_owned(),
            dry_run: self.dry_run,
            rejects_dir: self.rejects_dir(),
            shelf: self.shelf(),
            given: Given::new(),
            codes: house_codes(),
            sandbox: &IN_PROCESS,
            delivery_id: format!("DEL-{number:032x}").parse().unwrap(),
        };
        ingest(&self.facts, source, file, &options, &|_, _| {}).await
    }

    async fn snapshots(&self) -> usize {
        self.facts.snapshots().await.unwrap().len()
    }
}

fn perceval() -> &'static Source {
    source("synth-perceval").unwrap()
}

const HEADER: &str = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon\n";

fn rows(from: u32, to: u32) -> String {
    (from..to).map(|n| format!("P{n},2025-01-05,2025-01-02,53,12.50,evil.example,card_fraud\n")).collect()
}

#[tokio::test]
async fn good_rows_land_and_the_same_file_lands_once() {
    let trial = Trial::new();
    let file = trial.file("a.csv", format!("{HEADER}{}", rows(0, 20_000)));
    let summary = trial.ingest(perceval(), &file).await.unwrap();
    assert_eq!((summary.rows_read, summary.rows_accepted), (20_000, 20_000));
    assert_eq!((summary.snapshot, summary.already, &summary.rejects), (Some(1), false, &None));
    assert!(!trial.rejects_dir().exists());

    let again = trial.ingest(perceval(), &file).await.unwrap();
    assert!(again.already && again.snapshot == Some(1) && again.rows_read == 0);
    assert_eq!(trial.snapshots().await, 1);

    let snapshots = trial.facts.snapshots().await.unwrap();
    let delivery = &snapshots[0].delivery;
    assert_eq!((delivery.file.as_str(), delivery.rows_accepted, delivery.synthetic), ("a.csv", 20_000, true));
    assert_eq!(delivery.vintage, TODAY);
}

#[tokio::test]
async fn rows_known_already_are_counted_and_not_landed() {
    let trial = Trial::new();
    trial.ingest(perceval(), &trial.file("a.csv", format!("{HEADER}{}", rows(0, 10)))).await.unwrap();
    let twice = format!("{HEADER}{}{}", rows(5, 15), rows(12, 16));
    let summary = trial.ingest(perceval(), &trial.file("b.csv", twice)).await.unwrap();
    assert_eq!((summary.rows_read, summary.rows_accepted, summary.rows_duplicate), (14, 6, 8));
    let known = trial.ingest(perceval(), &trial.file("c.csv", format!("{HEADER}{}\n", rows(0, 16)))).await.unwrap();
    assert_eq!((known.rows_duplicate, known.snapshot), (16, None));
    assert_eq!(trial.snapshots().await, 2, "nothing new, nothing landed");
}

#[tokio::test]
async fn a_dry_run_counts_and_leaves_nothing() {
    let trial = Trial { dry_run: true, ..Trial::new() };
    let file = trial.file("a.csv", format!("{HEADER}{}P,x,,,,,\n", rows(0, 9000)));
    let summary = trial.ingest(perceval(), &file).await.unwrap();
    assert_eq!((summary.rows_accepted, summary.rows_rejected, summary.snapshot), (9000, 1, None));
    assert_eq!((summary.findings.len(), summary.rejects), (1, None));
    assert!(trial.snapshots().await == 0 && !trial.rejects_dir().exists());
    assert!(trial.shelf().all().unwrap().is_empty() && summary.sheet.is_none());
}

#[tokio::test]
async fn a_file_of_bad_rows_only_lands_nothing_and_keeps_its_rejects() {
    let trial = Trial::new();
    let bad: String = (0..500).map(|n| format!("P{n},2099-01-01,,53,,,card_fraud\n")).collect();
    let summary = trial.ingest(perceval(), &trial.file("a.csv", format!("{HEADER}{bad}"))).await.unwrap();
    assert_eq!((summary.rows_accepted, summary.rows_rejected, summary.snapshot), (0, 500, None));
    assert_eq!((summary.findings.len(), summary.n_findings), (100, 500));
    let rejects = fs::read_to_string(summary.rejects.unwrap()).unwrap();
    assert_eq!(rejects.lines().count(), 501);
    assert_eq!(trial.snapshots().await, 0);
}

#[tokio::test]
async fn the_summary_is_the_command_lines_document() {
    let trial = Trial::new();
    let file = trial.file("a.csv", format!("{HEADER}{}P9,2099-01-01,,53,,,card_fraud\n", rows(0, 2)));
    let mut summary = trial.ingest(perceval(), &file).await.unwrap();
    assert!(summary.seconds > 0.0);
    (summary.seconds, summary.rejects) = (0.5, Some("rejects/DEL.csv".into()));
    summary.sheet = Some("quality/DEL.json".into());
    insta::assert_json_snapshot!("summary", summary);
    summary.absorb(summary.clone());
    assert_eq!((summary.files, summary.rows_read, summary.findings.len()), (2, 6, 2));
}

#[tokio::test]
async fn progress_is_told_to_the_end() {
    let trial = Trial::new();
    let file = trial.file("a.csv", format!("{HEADER}{}", rows(0, 20_000)));
    let length = fs::metadata(&file).unwrap().len();
    let seen = std::sync::Mutex::new(Vec::new());
    let options = Options {
        vintage: Some(Date::constant(2025, 3, 1)),
        today: TODAY,
        now: Timestamp::UNIX_EPOCH,
        who: "essai".to_owned(),
        dry_run: false,
        rejects_dir: trial.rejects_dir(),
        shelf: trial.shelf(),
        given: Given::new(),
        codes: house_codes(),
        sandbox: &IN_PROCESS,
        delivery_id: "DEL-00000000000000000000000000000001".parse().unwrap(),
    };
    let told = |at, of| seen.lock().unwrap().push((at, of));
    let summary = ingest(&trial.facts, perceval(), &file, &options, &told).await.unwrap();
    assert_eq!(summary.vintage, Date::constant(2025, 3, 1));
    let seen = seen.into_inner().unwrap();
    assert!(seen.len() > 2 && seen.is_sorted());
    assert_eq!(seen.last(), Some(&(length, length)));
}
