//! The sheet: what it holds, where it is kept, what it says.

use super::*;
use beffroi_model::Marking;
use beffroi_wording::Lang;

const PERCEVAL: &str = "report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon\n";

#[tokio::test]
async fn a_sheet_tells_what_came_and_keeps_no_value_of_a_rejected_row() {
    let source = crate::sources::source("synth-perceval").unwrap();
    let trial = Trial::new();
    let text = format!(
        "{PERCEVAL}P1,2025-01-05,2025-01-02,53,12.50,evil.example,card_fraud\nP2,2025-03-05,,,,,card_fraud\nP3,2025-03-05,2025-03-01,secret-value,,,card_fraud\n"
    );
    trial.deliver(source, &text).await.unwrap();
    let sheet = trial.sheet();
    assert_eq!(sheet.outcome, Outcome::Landed { snapshot: 1 });
    let share = |name: &str| sheet.completeness.fields.iter().find(|f| f.field == name).map(|f| f.n);
    assert_eq!((share("occurred_on"), share("loss_eur"), share("territory")), (Some(1), Some(1), Some(1)));
    assert_eq!(share("sector"), None, "a field that the source does not map is not missing");
    assert_eq!((sheet.completeness.n_rows, sheet.completeness.n_not_located), (2, 1));
    assert_eq!(sheet.completeness.missing_months.first, ["2025-02"]);
    assert_eq!((sheet.completeness.n_departments, sheet.completeness.missing_departments.n), (1, 100));
    assert_eq!((sheet.validity.findings.n, sheet.validity.rules[0].rule.as_str()), (1, "unknown-territory"));
    let kept = std::fs::read_to_string(trial.shelf().path(&sheet.delivery.id)).unwrap();
    assert!(!kept.contains("secret-value") && !kept.contains("P3"), "{kept}");
    // The twin: the rejects file, which has its own term, does hold the value.
    let rejects = std::fs::read_to_string(trial.rejects().join(format!("{}.csv", sheet.delivery.id))).unwrap();
    assert!(rejects.contains("secret-value"));

    trial
        .deliver(source, &format!("{PERCEVAL}P1,2025-01-05,2025-01-02,53,12.50,evil.example,card_fraud\n"))
        .await
        .unwrap();
    assert_eq!(trial.sheet().outcome, Outcome::NothingNew);
    assert_eq!(trial.shelf().all().unwrap().len(), 2);
}

#[tokio::test]
async fn a_file_that_does_not_read_leaves_no_sheet() {
    let source = crate::sources::source("synth-perceval").unwrap();
    let trial = Trial::new();
    assert!(trial.deliver(source, "not,these,columns\n").await.is_err());
    assert!(trial.shelf().all().unwrap().is_empty() && !trial.folder.path().join("quality").exists());
}

#[test]
fn a_broken_sheet_is_told_and_hides_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path());
    let id: beffroi_model::DeliveryId = "DEL-00000000000000000000000000000001".parse().unwrap();
    assert!(shelf.find(&id).unwrap().is_none());
    std::fs::write(shelf.path(&id), "{").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "x").unwrap();
    assert!(shelf.find(&id).is_err());
    assert!(shelf.all().unwrap().is_empty());
}

#[tokio::test]
async fn every_word_of_a_sheet_is_there_in_both_languages() {
    let tables = "[[control]]\nname = \"p\"\nkind = \"parts\"\nalong = \"territory\"\ngap_is_not_located = true\nseverity = \"warn\"\n\
                  [[control]]\nname = \"c\"\nkind = \"complete\"\nalong = \"territory\"\nseverity = \"warn\"\n\
                  [[control]]\nname = \"t\"\nkind = \"total\"\ncolumn = \"valeur\"\nexpected = 1\nseverity = \"warn\"\n\
                  [[control]]\nname = \"m\"\nkind = \"parts\"\nalong = \"category\"\nseverity = \"warn\"\n\
                  [delivery]\nevery = \"year\"\n";
    let source = counts_with(tables);
    let trial = Trial::new();
    let rows =
        "e 2023 FR - 17000\ne 2022 FR - 16500\ne 2021 FR - 1650\ne 2021 59 - 99\ne 2023 FR x 1700\ne 2020 FR - 16000";
    trial.deliver(&source, &table("2024-01-01", rows)).await.unwrap();
    let rows = "e 2023 FR - 1700\ne 2022 FR - 12500\ne 2024 FR - x\ne 2025 75 - 3\ne 2024 FR - 16000";
    trial.deliver(&source, &table("2026-01-01", rows)).await.unwrap();
    let (of_counts, shelf) = (trial.sheet(), trial.shelf());
    assert_eq!(shelf.find(&of_counts.delivery.id).unwrap().as_ref(), Some(&of_counts), "what is kept reads back");
    let perceval = crate::sources::source("synth-perceval").unwrap();
    let text = format!("{PERCEVAL}P1,2025-01-05,2025-01-02,53,12.50,evil.example,card_fraud\n");
    trial.deliver(perceval, &text).await.unwrap();
    for sheet in [of_counts, trial.sheet()] {
        for lang in Lang::ALL {
            let document = view::document(&sheet, "Source", Marking::default(), lang);
            let text = format!("{document:?} {} {}", view::outcome(&sheet, lang), view::verdict(&sheet, lang));
            for key in ["[quality-", "[web-", "[flash-", "[indicator-"] {
                assert!(
                    !text.contains(key),
                    "{lang}: {}",
                    &text[text.find(key).unwrap_or(0)..].chars().take(60).collect::<String>()
                );
            }
            let sections = view::sections(&sheet, lang);
            assert_eq!(sections.len(), 8);
            let mut ids: Vec<&String> = sections.iter().flat_map(|s| s.tables.iter().map(|t| &t.id)).collect();
            let n = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), n, "anchors stand once");
            for table in sections.iter().flat_map(|section| &section.tables) {
                assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{}", table.id);
            }
        }
    }
    // Each code that a sheet can hold has its words.
    let codes = [
        (
            "kind",
            vec![
                "total",
                "rows-of-totals",
                "row-sum",
                "range",
                "increasing",
                "parts",
                "unit",
                "complete",
                "neighbours",
                "revision",
            ],
        ),
        ("severity", vec!["refuse", "warn"]),
        ("reason", vec!["out-of-line", "out-of-step", "digit-lost", "digit-added", "digits-swapped"]),
        ("hint", vec!["digit-lost", "digit-added", "digits-swapped"]),
        ("pair", duplicates::Reason::ALL.map(duplicates::Reason::code).to_vec()),
    ];
    for (what, codes) in codes {
        for code in codes {
            assert!(Lang::ALL.into_iter().all(|lang| lang.knows(&format!("quality-{what}-{code}"))), "{what} {code}");
        }
    }
}
