//! Each way in which a file or a row is broken.

use super::*;

/// One bad row after another, each between good ones: line, rule and column of each.
#[tokio::test]
async fn every_bad_row_is_told_on_its_line_and_the_good_rows_land() {
    let mut bytes = HEADER.as_bytes().to_vec();
    let mut line = 1;
    let mut expected = Vec::new();
    let mut good = 0;
    let long = format!("B6,2025-01-05,,53,,{},card_fraud\n", "x".repeat(10 << 20));
    let bad: [(&[u8], &str); 11] = [
        (b"B1,2025-01-05,,53\n", "field-count amount_eur"),
        (b"B2,2025-01-05,,53,1,a,b,c\n", "field-count "),
        (b"B3,2025-01-05,,53,,\xe9vil.example,card_fraud\n", "encoding merchant_site"),
        (b"B4,2025-01-05,,99,,,card_fraud\n", "unknown-territory department"),
        (b"B5,2099-01-05,,53,,,card_fraud\n", "implausible-date reported_on"),
        (long.as_bytes(), "field-too-long merchant_site"),
        (b"B7,2025-01-05,,53,,\0,card_fraud\n", "control-character merchant_site"),
        (b"B8,2025-01-05,,53,,\"evil\"x,card_fraud\n", "quoting "),
        (b"B9,2025-01-05,,53,douze,,card_fraud\n", "not-a-number amount_eur"),
        (b"B10,2025-01-05,,53,,,witchcraft\n", "unknown-code phenomenon"),
        (b",2025-02-30,,53,,,card_fraud\n", "not-a-date reported_on"),
    ];
    for (row, told) in bad {
        bytes.extend_from_slice(rows(good, good + 1).as_bytes());
        bytes.extend_from_slice(row);
        line += 2;
        good += 1;
        expected.push(format!("{line} {told}"));
    }
    // The last row has two faults; both are told.
    expected.push(format!("{line} missing-value report_id"));
    bytes.extend_from_slice(rows(good, good + 1).as_bytes());

    let trial = Trial::new();
    let summary = trial.ingest(perceval(), &trial.file("a.csv", bytes)).await.unwrap();
    let told: Vec<String> = summary
        .findings
        .iter()
        .map(|f| format!("{} {} {}", f.line, f.rule.code(), f.column.as_deref().unwrap_or_default()))
        .collect();
    assert_eq!(told, expected);
    assert_eq!((summary.rows_read, summary.rows_accepted, summary.rows_rejected), (23, 12, 11));
    assert_eq!(summary.snapshot, Some(1));

    let path = summary.rejects.unwrap();
    let rejects = fs::read_to_string(&path).unwrap();
    assert!(rejects.len() < 4000, "a field of 10 MB is not repeated");
    assert!(
        rejects.starts_with("line,column,rule,reason,value\n3,amount_eur,field-count,\"expected 7 fields"),
        "{rejects}"
    );
    assert_eq!(rejects.lines().count(), 13);
    let left: Vec<_> = fs::read_dir(trial.rejects_dir()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(left, [path], "no draft is left");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_as_a_whole_leaves_nothing() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(format!("{HEADER}x,bad\n{}", rows(0, 30_000)).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let open_quote = format!("{HEADER}P1,bad\n{}P2,\"{}", rows(0, 20_000), "x\n".repeat(1 << 20));
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("synth-perceval", Vec::new(), "the file is empty"),
        ("synth-perceval", b"report_id,reported_on\nP1,2025-01-05\n".to_vec(), "line 1: no column `purchase_on`"),
        ("synth-perceval", b"\xff\xfer\0e\0".to_vec(), "UTF-16"),
        ("synth-perceval", packed[..packed.len() / 2].to_vec(), "damaged or cut short"),
        ("synth-perceval", open_quote.into_bytes(), "a quote is opened and never closed"),
        (
            "ransomware-tracker",
            b"{\"entities\": [{\"id\": 1, \"updated\": \"x\"}, ".to_vec(),
            "the JSON document is broken",
        ),
    ];
    for (id, bytes, reason) in cases {
        let trial = Trial::new();
        let file = trial.file("a.dat", bytes);
        let error = trial.ingest(source(id).unwrap(), &file).await.unwrap_err();
        assert!(error.to_string().contains(reason) && error.to_string().contains("a.dat"), "{error}");
        assert!(error.is_users_fault(), "{error}");
        assert_eq!(trial.snapshots().await, 0, "{reason}");
        assert!(!trial.rejects_dir().exists(), "{reason}: rejects of an aborted delivery are left");
    }
}

#[tokio::test]
async fn an_aborted_delivery_keeps_the_rejects_of_earlier_ones() {
    let trial = Trial::new();
    let first = trial.ingest(perceval(), &trial.file("a.csv", format!("{HEADER}x,bad\n"))).await.unwrap();
    let broken = format!("{HEADER}x,bad\nP2,\"{}", "x\n".repeat(1 << 20));
    assert!(trial.ingest(perceval(), &trial.file("b.csv", broken)).await.is_err());
    let left: Vec<_> = fs::read_dir(trial.rejects_dir()).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(left, [first.rejects.unwrap()]);
}

#[tokio::test]
async fn what_is_no_file_is_told() {
    let trial = Trial::new();
    let absent = trial.ingest(perceval(), &trial.folder.path().join("absent.csv")).await.unwrap_err();
    assert!(absent.to_string().ends_with("absent.csv: there is no such file") && absent.is_users_fault());
    let folder = trial.ingest(perceval(), trial.folder.path()).await.unwrap_err();
    assert!(folder.to_string().contains("this is a folder") && folder.is_users_fault());
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_read_does_not_land() {
    let trial = Trial::new();
    let file = trial.file("a.csv", format!("{HEADER}{}", rows(0, 30_000)));
    let options = Options {
        vintage: None,
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
    let changed = std::sync::Once::new();
    let change = |_, _| {
        changed.call_once(|| {
            use std::io::Write;
            let mut more = fs::OpenOptions::new().append(true).open(&file).unwrap();
            more.write_all(rows(40_000, 40_001).as_bytes()).unwrap();
        });
    };
    let error = ingest(&trial.facts, perceval(), &file, &options, &change).await.unwrap_err();
    assert!(matches!(error, IntakeError::Changed { .. }), "{error}");
    assert_eq!(trial.snapshots().await, 0);
}

#[tokio::test]
async fn rejects_that_cannot_be_written_are_not_the_users_fault() {
    let trial = Trial::new();
    trial.file("data", "a file where the folder should be");
    let file = trial.file("a.csv", format!("{HEADER}x,bad\n{}", rows(0, 2)));
    let error = trial.ingest(perceval(), &file).await.unwrap_err();
    assert!(matches!(error, IntakeError::Rejects { .. }) && !error.is_users_fault(), "{error}");
    assert_eq!(trial.snapshots().await, 0);
}

#[tokio::test]
async fn a_victims_number_is_in_no_rejects_file() {
    let trial = Trial::new();
    let header = "NUMERO;DATE_FAITS;DATE_PLAINTE;DEPT;CATEGORIE;PHENOMENE;STAD;VICTIME;SECTEUR;PREJUDICE_EUR;TELEPHONE_AUTEUR;SITE;COURRIEL;IBAN;TELEPHONE_VICTIME;SEXE;TRANCHE_AGE;TAILLE\n";
    let row = "U1;;05/01/2025;53;AN-BIENS;phishing;N;particulier;;;;;;;06 39 98 SECRET;;;\n";
    let file = trial.file("a.csv", format!("{header}{row}"));
    let summary = trial.ingest(source("synth-unites").unwrap(), &file).await.unwrap();
    assert_eq!((summary.rows_accepted, summary.rows_rejected, summary.n_findings), (1, 0, 1));
    let rejects = fs::read_to_string(summary.rejects.unwrap()).unwrap();
    assert!(rejects.contains("TELEPHONE_VICTIME") && !rejects.contains("SECRET"), "{rejects}");
}
